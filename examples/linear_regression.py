"""Linear regression: gradient descent finds the line that least squares computes.

    pip install -e ".[all]"
    python examples/linear_regression.py

One linear neuron, y = w·x + b, learns how far diabetes will progress within a year from the body mass index of 442
patients. The squared error has a single minimum, which is also known in closed form: both must agree.
"""

import random
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

from nn import Neuron, functional, optim

Array = NDArray[np.float64]
Line = tuple[float, float]  # slope and intercept


def load() -> tuple[Array, Array]:
    """The body mass index in standard deviations from its mean, shape (442, 1), and the progression, (442,)."""
    measurements, progression = load_diabetes(return_X_y=True, scaled=False)
    return StandardScaler().fit_transform(measurements[:, 2:3]), progression


def least_squares(x: Array, y: Array) -> Line:
    design = np.column_stack([x, np.ones(len(x))])
    slope, intercept = np.linalg.lstsq(design, y)[0].tolist()
    return slope, intercept


def gradient_descent(x: Array, y: Array, steps: int = 200) -> list[Line]:
    """The line before the first step and after each."""
    neuron = Neuron(1, nonlin=False, vectorized=True, rng=random.Random(0))
    optimizer = optim.SGD(neuron.parameters(), lr=0.1)
    lines = [(neuron.w.item(), neuron.b.item())]
    for _ in range(steps):
        optimizer.zero_grad()
        functional.mse_loss(neuron(x), y).backward()
        optimizer.step()
        lines.append((neuron.w.item(), neuron.b.item()))
    return lines


def draw(x: Array, y: Array, lines: list[Line], exact: Line, path: Path) -> None:
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.scatter(x, y, s=10, c="#b0b0b0", label="a patient")
    ends = np.array([x.min(), x.max()])
    for step, colour in ((0, "#9ecae1"), (2, "#6baed6"), (5, "#3182bd"), (len(lines) - 1, "#08306b")):
        slope, intercept = lines[step]
        axes.plot(ends, slope * ends + intercept, color=colour, linewidth=2.5, label=f"after {step} steps")
    axes.plot(ends, exact[0] * ends + exact[1], color="#d55e00", linestyle="dashed", label="least squares")
    axes.set(xlabel="body mass index (standard deviations from the mean)", ylabel="progression of diabetes")
    figure.legend(loc="outside right upper")
    figure.savefig(path, dpi=150)


def main(out: Path = Path("out")) -> tuple[Line, Line]:
    out.mkdir(parents=True, exist_ok=True)
    x, y = load()
    lines, exact = gradient_descent(x, y), least_squares(x, y)
    print("                       slope      intercept")
    for step in (0, 1, 2, 5, 20, 200):
        print(f"after {step:3} steps  {lines[step][0]:13.8f}  {lines[step][1]:13.8f}")
    print(f"least squares    {exact[0]:13.8f}  {exact[1]:13.8f}")
    path = out / "linear_regression.png"
    draw(x, y, lines, exact, path)
    print(f"Written: {path}")
    return lines[-1], exact


if __name__ == "__main__":
    main()
