"""The perceptron of 1958: a step unit that learns without a gradient, what it cannot learn, and a network that can.

    pip install -e ".[all]"
    python examples/perceptron.py        # takes --seed, --rounds and --out

A step is flat wherever it does not jump, so gradient descent has nothing to descend. Rosenblatt's rule needs no
gradient: after each mistake, w ← w + η(y - ŷ)x. It ends when a line separates the classes, as it does for two kinds of
iris, and never when none does, as for XOR. A hidden layer bends the line.

Source: F. Rosenblatt, The perceptron, Psychological Review 65 (1958); M. Minsky and S. Papert, Perceptrons (1969).
"""

import argparse
import math
import random
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes  # pip install "glassgrad[examples]"
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.datasets import load_iris
from sklearn.linear_model import Perceptron as SklearnPerceptron

from nn import MLP, Perceptron, functional, optim

Array = NDArray[np.float64]
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0, 0.0])


def iris() -> tuple[Array, Array]:
    """Sepal and petal length of 100 irises in cm, shape (100, 2), and 0 for setosa, 1 for versicolor."""
    measurements, species = load_iris(return_X_y=True)
    return measurements[:100, [0, 2]], species[:100].astype(float)


def perceptron(x: Array, y: Array, rounds: int = 50) -> Perceptron:
    """A perceptron that has learned row by row until a round was without a mistake, in `rounds` at most."""
    unit = Perceptron(2, max_iter=rounds).vectorize()
    with warnings.catch_warnings(record=True, action="always") as said:
        unit.fit(x, y)
    for warning in said:
        print(warning.message)
    return unit


def gradient_descent(x: Array, y: Array, seed: int = 0, steps: int = 200) -> MLP:
    """A network with eight hidden units, trained on all rows at once."""
    model = MLP(2, [8, 1], activation="tanh", vectorized=True, rng=random.Random(seed))
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        functional.binary_cross_entropy_with_logits(model(x)[:, 0], y).backward()
        optimizer.step()
    return model


def draw(axes: Axes, x: Array, y: Array, score: Callable[[Array], Array], title: str) -> None:
    """The rows, and the plane around them in two colours: where the score is above 0, and where not."""
    low, high = x.min(axis=0) - 0.5, x.max(axis=0) + 0.5
    grid = np.meshgrid(*np.linspace(low, high, 300).T)
    above = score(np.stack(grid, axis=-1)) > 0
    axes.contourf(*grid, above, levels=[-0.5, 0.5, 1.5], colors=["#fdd9b5", "#bcd7ee"])
    for label, marker, colour in ((0, "o", "#b35806"), (1, "s", "#0050a0")):
        axes.scatter(*x[y == label].T, marker=marker, c=colour, edgecolors="white", s=50)
    units = [range(math.ceil(a), math.ceil(b)) for a, b in zip(low, high, strict=True)]
    axes.set(title=title, xticks=units[0], yticks=units[1])


def learn_iris(axes: Axes, rounds: int) -> None:
    x, y = iris()
    unit = perceptron(x, y, rounds)
    unit(x).sum().backward()
    print(f"The gradient of a step unit is {unit.w.grad}: there is nothing to descend.\n")
    peer = SklearnPerceptron(shuffle=False, tol=None, max_iter=unit.n_iter_).fit(x, y)
    print(f"Iris, mistakes in each round: {unit.errors_}")
    print(f"  weights and bias        {unit.w.data} {unit.b.data:.1f}")
    print(f"  those of scikit-learn   {peer.coef_[0]} {peer.intercept_[0]:.1f}\n")
    draw(axes, x, y, lambda rows: unit(rows).data, "Iris: a perceptron finds a line")
    axes.set(xlabel="sepal length (cm)", ylabel="petal length (cm)")


def learn_xor(left: Axes, right: Axes, rounds: int, seed: int) -> None:
    x, y = XOR
    unit = perceptron(x, y, rounds)
    peer = SklearnPerceptron(max_iter=unit.n_iter_, tol=None).fit(x, y)
    model = gradient_descent(x, y, seed)
    print(f"XOR, the fewest mistakes in one of {unit.n_iter_} rounds: {min(unit.errors_)}")
    print(f"  the right answers       {y}")
    print(f"  a perceptron            {unit(x).data}")
    print(f"  that of scikit-learn    {peer.predict(x)}")
    print(f"  with hidden units       {(model(x).data[:, 0] > 0).astype(float)}\n")
    draw(left, x, y, lambda rows: unit(rows).data, "XOR: there is no line to find")
    draw(right, x, y, lambda rows: model(rows).data[..., 0], "XOR: hidden units bend the line")


def main(seed: int = 0, rounds: int = 50, out: Path = Path("out")) -> None:
    out.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(12, 4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    learn_iris(left, rounds)
    learn_xor(middle, right, rounds, seed)
    path = out / "perceptron.png"
    figure.savefig(path, dpi=150)
    print(f"Written: {path}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train perceptrons, and a network on what they cannot learn.")
    parser.add_argument("--seed", type=int, default=0, help="of the network's first weights")
    parser.add_argument("--rounds", type=int, default=50, help="of a perceptron through its rows, at most")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
