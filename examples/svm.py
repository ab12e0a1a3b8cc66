"""A support-vector machine: one linear neuron, the hinge loss and small weights, against scikit-learn.

    pip install -e ".[all]"
    python examples/svm.py               # takes --seed, --steps and --out

The hinge, max(0, 1 - y·f(x)), is 0 once a row lies on its side of the line by a margin of 1: the rows beyond it do not
count, and the few others, the support vectors, hold the line. What is minimised is λ/2·|w|² + the mean hinge, w with
the bias in it. The steps shrink as 1/(λt), and the weights are averaged over the later half of them.

Source: C. Cortes and V. Vapnik, Support-vector networks, Machine Learning 20 (1995); S. Shalev-Shwartz, Y. Singer and
N. Srebro, Pegasos, ICML 2007, for the steps.
"""

import argparse
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from autograd import Value
from nn import Neuron, functional, optim

Array = NDArray[np.float64]
FEATURES = ["mean radius", "mean texture"]
PENALTY = 0.01


class Line(NamedTuple):
    """A line by the weights of both features and the bias, and what it costs."""

    weight: Array
    bias: float
    cost: float


def load() -> tuple[Array, Array]:
    """Radius and texture in standard deviations from their means, shape (569, 2), and -1 malignant, 1 benign."""
    measurements, benign = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(measurements[:, :2]), 2.0 * benign - 1.0


def cost(neuron: Neuron, x: Array, y: Array) -> Value:
    squares = sum((p * p).sum() for p in neuron.parameters())
    return functional.hinge_loss(neuron(x), y) + PENALTY / 2 * squares


def gradient_descent(x: Array, y: Array, steps: int, seed: int) -> Line:
    neuron = Neuron(2, nonlin=False, vectorized=True, rng=random.Random(seed))
    optimizer = optim.SGD(neuron.parameters())
    path = []
    for t in range(1, steps + 1):
        optimizer.zero_grad()
        cost(neuron, x, y).backward()
        optimizer.lr = min(1.0, 1 / (PENALTY * t))
        optimizer.step()
        path.append(np.append(neuron.w.data, neuron.b.data))
    # The hinge has an edge at the margin, and steps across it go to and fro: their mean lies between.
    *weight, bias = np.mean(path[steps // 2 :], axis=0)
    return line(np.array(weight), bias, x, y)


def line(weight: Array, bias: float, x: Array, y: Array) -> Line:
    neuron = Neuron(2, nonlin=False, vectorized=True)
    neuron.w.data, neuron.b.data = weight, np.asarray(bias)
    return Line(weight, float(bias), cost(neuron, x, y).item())


def reference(x: Array, y: Array) -> Line:
    peer = LinearSVC(loss="hinge", C=1 / (PENALTY * len(x)), tol=1e-8, max_iter=1_000_000, random_state=0).fit(x, y)
    return line(peer.coef_[0], peer.intercept_[0], x, y)


def draw(x: Array, y: Array, ours: Line, theirs: Line, path: Path) -> None:
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    supports = y * (x @ ours.weight + ours.bias) <= 1
    for side, name, marker, colour in ((-1, "malignant", "x", "#d55e00"), (1, "benign", "o", "#0072b2")):
        for held, alpha, what in (
            (True, 0.9, f"{name}, a support vector"),
            (False, 0.15, f"{name}, beyond the margin"),
        ):
            rows = x[(y == side) & (supports == held)]
            axes.scatter(*rows.T, s=16, marker=marker, c=colour, alpha=alpha, label=what)
    grid = np.meshgrid(*np.linspace(x.min(axis=0), x.max(axis=0), 100).T)
    for found, colour, width in ((ours, "#b0b0b0", 5), (theirs, "black", 1)):
        score = np.stack(grid, axis=-1) @ found.weight + found.bias
        axes.contour(
            *grid, score, [-1, 0, 1], colors=colour, linewidths=width, linestyles=["dotted", "solid", "dotted"]
        )
    axes.plot([], [], color="#b0b0b0", linewidth=5, label="the neuron")
    axes.plot([], [], color="black", linewidth=1, label="scikit-learn")
    axes.set(xlabel=f"{FEATURES[0]} (standardised)", ylabel=f"{FEATURES[1]} (standardised)")
    figure.legend(loc="outside right upper")
    figure.savefig(path, dpi=150)


def main(seed: int = 0, steps: int = 3000, out: Path = Path("out")) -> tuple[Line, Line]:
    out.mkdir(parents=True, exist_ok=True)
    x, y = load()
    ours, theirs = gradient_descent(x, y, steps, seed), reference(x, y)
    print("                       the neuron   scikit-learn")
    rows = zip(
        [*FEATURES, "(bias)", "what it costs"], *([*each.weight, *each[1:]] for each in (ours, theirs)), strict=True
    )
    for name, a, b in rows:
        print(f"{name:18}  {a:13.6f}  {b:13.6f}")
    margins = y * (x @ ours.weight + ours.bias)
    print(f"classified correctly: {(margins > 0).mean():.1%}")
    print(f"support vectors: {(margins <= 1).sum()} of {len(y)}")
    path = out / "svm.png"
    draw(x, y, ours, theirs, path)
    print(f"Written: {path}")
    return ours, theirs


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train a support-vector machine of one neuron.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights")
    parser.add_argument("--steps", type=int, default=3000, help="each over all rows")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
