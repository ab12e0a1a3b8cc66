"""Logistic regression: one neuron that answers with a probability, against scikit-learn.

    pip install -e ".[all]"
    python examples/logistic_regression.py

A linear neuron gives the log-odds (the logit) that a breast tumour is benign, from its mean radius and texture in 569
biopsies. The cross-entropy has a single minimum; scikit-learn, without its penalty, must find the same.
"""

import random
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from nn import Neuron, functional, optim

Array = NDArray[np.float64]
FEATURES = ["mean radius", "mean texture"]


def load() -> tuple[Array, Array]:
    """Radius and texture in standard deviations from their means, shape (569, 2), and 1 for benign, (569,)."""
    measurements, benign = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(measurements[:, :2]), benign.astype(float)


def gradient_descent(x: Array, y: Array, steps: int = 500) -> Neuron:
    neuron = Neuron(2, nonlin=False, vectorized=True, rng=random.Random(0))
    optimizer = optim.SGD(neuron.parameters(), lr=1.0, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        # From logits: a sigmoid followed by a logarithm would lose the digits of small probabilities.
        functional.binary_cross_entropy_with_logits(neuron(x), y).backward()
        optimizer.step()
    return neuron


def reference(x: Array, y: Array) -> LogisticRegression:
    return LogisticRegression(C=np.inf, tol=1e-12, solver="newton-cholesky").fit(x, y)  # C = inf: no penalty


def draw(x: Array, y: Array, ours: Array, theirs: Array, path: Path) -> None:
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for benign, name, marker, colour in ((0, "malignant", "x", "#d55e00"), (1, "benign", "o", "#0072b2")):
        axes.scatter(*x[y == benign].T, s=16, marker=marker, c=colour, alpha=0.6, label=name)
    ends = np.array([x[:, 1].min(), x[:, 1].max()])
    for (w0, w1, b), name, colour, width in ((ours, "the neuron", "#b0b0b0", 5), (theirs, "scikit-learn", "black", 1)):
        axes.plot(-(w1 * ends + b) / w0, ends, color=colour, linewidth=width, label=f"even odds, {name}")
    axes.set(xlabel=f"{FEATURES[0]} (standardised)", ylabel=f"{FEATURES[1]} (standardised)")
    axes.legend()
    figure.savefig(path, dpi=150)


def main(out: Path = Path("out")) -> tuple[Array, Array]:
    out.mkdir(parents=True, exist_ok=True)
    x, y = load()
    neuron, model = gradient_descent(x, y), reference(x, y)
    ours = np.append(neuron.w.data, neuron.b.data)
    theirs = np.append(model.coef_, model.intercept_)
    print("weight of          the neuron   scikit-learn")
    for name, a, b in zip([*FEATURES, "(bias)"], ours, theirs, strict=True):
        print(f"{name:14}  {a:13.8f}  {b:13.8f}")
    right = ((neuron(x).data > 0) == (y > 0)).mean()
    print(f"classified correctly: {right:.1%} by the neuron, {model.score(x, y):.1%} by scikit-learn")
    path = out / "logistic_regression.png"
    draw(x, y, ours, theirs, path)
    print(f"Written: {path}")
    return ours, theirs


if __name__ == "__main__":
    main()
