"""The perceptron of 1958: a step unit that learns without a gradient, what it cannot learn, and a network that can.

    pip install -e ".[all]"
    python examples/perceptron.py

A step is flat wherever it does not jump, so gradient descent has nothing to descend. Rosenblatt's rule needs no
gradient: after each mistake, w ← w + η(y - ŷ)x. It ends when a line separates the classes, as it does for two kinds of
iris, and never when none does, as for XOR. A hidden layer bends the line.

Source: F. Rosenblatt, The perceptron, Psychological Review 65 (1958); M. Minsky and S. Papert, Perceptrons (1969).
"""

import math
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes  # pip install "glassgrad[examples]"
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.datasets import load_iris
from sklearn.linear_model import Perceptron

from nn import MLP, Neuron, functional, optim

Array = NDArray[np.float64]
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0, 0.0])


def iris() -> tuple[Array, Array]:
    """Sepal and petal length of 100 irises in cm, shape (100, 2), and 0 for setosa, 1 for versicolor."""
    measurements, species = load_iris(return_X_y=True)
    return measurements[:100, [0, 2]], species[:100].astype(float)


def rosenblatt(neuron: Neuron, x: Array, y: Array, epochs: int = 50, eta: float = 1.0) -> list[int]:
    """Learn row by row until an epoch passes without a mistake, at most `epochs` times; the mistakes of each."""
    mistakes: list[int] = []
    while len(mistakes) < epochs and 0 not in mistakes:
        mistakes.append(0)
        for xi, yi in zip(x, y, strict=True):
            error = yi - neuron(xi).item()
            neuron.w.data = neuron.w.data + eta * error * xi
            neuron.b.data = neuron.b.data + eta * error
            mistakes[-1] += abs(int(error))
    return mistakes


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


def learn_iris(axes: Axes) -> None:
    x, y = iris()
    neuron = Neuron(2, activation="step", vectorized=True)
    neuron.w.data, neuron.b.data = np.zeros(2), np.zeros(())  # where scikit-learn starts, too
    neuron(x).sum().backward()
    print(f"The gradient of a step unit is {neuron.w.grad}: there is nothing to descend.\n")
    mistakes = rosenblatt(neuron, x, y)
    peer = Perceptron(shuffle=False, tol=None, max_iter=len(mistakes)).fit(x, y)
    print(f"Iris, mistakes in each epoch: {mistakes}")
    print(f"  weights and bias        {neuron.w.data} {neuron.b.data:.1f}")
    print(f"  those of scikit-learn   {peer.coef_[0]} {peer.intercept_[0]:.1f}\n")
    draw(axes, x, y, lambda rows: neuron(rows).data, "Iris: a perceptron finds a line")
    axes.set(xlabel="sepal length (cm)", ylabel="petal length (cm)")


def learn_xor(left: Axes, right: Axes) -> None:
    x, y = XOR
    neuron = Neuron(2, activation="step", vectorized=True, rng=random.Random(0))
    mistakes = rosenblatt(neuron, x, y)
    peer = Perceptron(max_iter=len(mistakes), tol=None).fit(x, y)
    model = gradient_descent(x, y)
    print(f"XOR, the fewest mistakes in one of {len(mistakes)} epochs: {min(mistakes)}")
    print(f"  the right answers       {y}")
    print(f"  a perceptron            {neuron(x).data}")
    print(f"  that of scikit-learn    {peer.predict(x)}")
    print(f"  with hidden units       {(model(x).data[:, 0] > 0).astype(float)}\n")
    draw(left, x, y, lambda rows: neuron(rows).data, "XOR: there is no line to find")
    draw(right, x, y, lambda rows: model(rows).data[..., 0], "XOR: hidden units bend the line")


def main(out: Path = Path("out")) -> None:
    out.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(12, 4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    learn_iris(left)
    learn_xor(middle, right)
    path = out / "perceptron.png"
    figure.savefig(path, dpi=150)
    print(f"Written: {path}")


if __name__ == "__main__":
    main()
