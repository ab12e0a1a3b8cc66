"""Optimizers race down three landscapes, each at the best of its rates; and two fit a line at rates too high for one.

    pip install -e ".[all]"
    python examples/optimizer_race.py        # takes --seed, --budget and --out

Rosenbrock's valley is narrow and bent; Himmelblau's function has four minima, and which of them is found depends on the
rule; the saddle is flat where the descent begins. Momentum rolls along a valley; rules that divide by the size of past
gradients leave the saddle as if it were steep; L-BFGS guesses the curvature. What is counted is how often the gradient
was computed. The learning rate is half of every rule, so each gets the best of eight.

The fourth picture fits a line to one point at a time. Where the rate is too high for the points far out, a step by the
gradient where it starts overshoots, each time more; an implicit one, by the gradient where it ends, cannot.

Source: H. Rosenbrock, The Computer Journal 3 (1960); D. Himmelblau, Applied Nonlinear Programming (1972); P. Toulis and
E. Airoldi, Asymptotic and finite-sample properties of estimators based on stochastic gradients, Annals of Statistics 45
(2017), for implicit SGD.
"""

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes  # pip install "glassgrad[examples]"
from matplotlib.figure import Figure
from numpy.typing import NDArray

from autograd import Value
from nn import Neuron, functional, optim
from viz import plot_loss_surface

Array = NDArray[np.float64]
Point = tuple[float, float]
Rule = Callable[[list[Value], float], optim.Optimizer]
RATES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003)
GOAL = 1e-3  # above the least height

RULES: dict[str, Rule] = {
    "SGD": optim.SGD,
    "momentum": lambda p, lr: optim.SGD(p, lr, momentum=0.9),
    "Nesterov": lambda p, lr: optim.SGD(p, lr, momentum=0.9, nesterov=True),
    "Adagrad": optim.Adagrad,
    "RMSprop": optim.RMSprop,
    "Adam": optim.Adam,
    "NAdam": optim.NAdam,
    "Rprop": optim.Rprop,
    "L-BFGS": lambda p, _: optim.LBFGS(p, max_iter=1000),  # it searches along each line, and needs no rate
}
DRAWN = ("SGD", "momentum", "RMSprop", "Adam", "L-BFGS")


class Landscape(NamedTuple):
    """A function of two numbers, where the descent begins, the least height, and what of it is drawn."""

    height: Callable[[Any, Any], Any]
    start: Point
    least: float
    x: Point
    y: Point


LANDSCAPES = {
    "Rosenbrock": Landscape(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.5, 1.5), 0.0, (-2, 2), (-1, 3)),
    "Himmelblau": Landscape(
        lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2, (0.1, -0.8), 0.0, (-5, 5), (-5, 5)
    ),
    "saddle": Landscape(lambda x, y: 5 * x**2 - y**2 / 2 + y**4 / 4, (0.8, 1e-6), -0.25, (-1, 1), (-1.5, 1.5)),
}


def descend(landscape: Landscape, rule: Rule, lr: float, budget: int) -> list[Point]:
    """The points where the gradient was computed: to the goal, to where the descent is lost, or as many as allowed."""
    x, y = (Value(start) for start in landscape.start)
    path: list[Point] = []

    def loss() -> Value:
        path.append((x.item(), y.item()))
        height = landscape.height(x, y)
        height.backward()
        return height

    optimizer = rule([x, y], lr)
    while len(path) < budget and not arrived(landscape, path) and math.hypot(x.item(), y.item()) < 100:
        optimizer.zero_grad()
        optimizer.step(loss)
    heights = [landscape.height(*point) for point in path]
    lowest = next((i for i, height in enumerate(heights) if height < landscape.least + GOAL), budget - 1)
    return path[: lowest + 1]


def arrived(landscape: Landscape, path: list[Point]) -> bool:
    return bool(path) and landscape.height(*path[-1]) < landscape.least + GOAL


def race(landscape: Landscape, rule: Rule, budget: int) -> tuple[float, list[Point]]:
    """The rate that arrives first, or else comes lowest, and its path."""
    paths = {lr: descend(landscape, rule, lr, budget) for lr in RATES}
    best = min(RATES, key=lambda lr: rank(landscape, paths[lr]))
    return best, paths[best]


def rank(landscape: Landscape, path: list[Point]) -> tuple[bool, float]:
    height = landscape.height(*path[-1])
    return (False, len(path)) if arrived(landscape, path) else (True, height if math.isfinite(height) else math.inf)


def points(seed: int, count: int = 100) -> tuple[Array, Array]:
    """Points of a line, y = 2x - 1, and some noise; the x of a few lie far out."""
    rng = np.random.default_rng(seed)
    x = rng.standard_t(df=3, size=(count, 1))
    return x, 2.0 * x[:, 0] - 1.0 + rng.normal(scale=0.1, size=count)


def fit(x: Array, y: Array, lr: float, implicit: bool) -> list[Point]:
    """The slope and the intercept before the first point and after each."""
    neuron = Neuron(1, nonlin=False, vectorized=True)
    neuron.w.data, neuron.b.data = np.array([-1.0]), np.array(1.0)
    optimizer = (optim.ImplicitSGD if implicit else optim.SGD)(neuron.parameters(), lr=lr)
    path = [(neuron.w.item(), neuron.b.item())]
    for xi, yi in zip(x, y, strict=True):
        if implicit:
            optimizer.least_squares_step(xi, yi)
        else:
            optimizer.zero_grad()
            (functional.mse_loss(neuron(xi), yi) / 2).backward()
            optimizer.step()
        path.append((neuron.w.item(), neuron.b.item()))
    return path


def titled(rule: str, lr: float) -> str:
    return rule if rule == "L-BFGS" else f"{rule}, rate {lr:g}"


def run_races(panels: list[Axes], budget: int) -> dict[str, dict[str, int | None]]:
    """For each landscape and rule how many gradients it took; None where it did not arrive."""
    found: dict[str, dict[str, int | None]] = {}
    for axes, (name, landscape) in zip(panels, LANDSCAPES.items(), strict=True):
        races = {rule: race(landscape, make, budget) for rule, make in RULES.items()}
        found[name] = {rule: len(path) if arrived(landscape, path) else None for rule, (_, path) in races.items()}
        paths = {titled(rule, lr): path for rule, (lr, path) in races.items() if rule in DRAWN}
        plot_loss_surface(landscape.height, x=landscape.x, y=landscape.y, trajectories=paths, ax=axes)
        axes.set_title(name, loc="right")
        print(f"{name}: gradients computed until it is within {GOAL} of the least height")
        for rule, (lr, _) in races.items():
            print(f"  {titled(rule, lr):22}  {found[name][rule] or f'not in {budget}':>12}")
    return found


def run_fits(axes: Axes, seed: int) -> dict[float, tuple[float, float]]:
    """For each rate how far SGD and implicit SGD end from the slope 2 and the intercept -1."""
    x, y = points(seed)
    paths = {lr: (fit(x, y, lr, implicit=False), fit(x, y, lr, implicit=True)) for lr in (0.1, 1.0, 10.0)}
    print("A line, fitted to one point at a time: how far from it they end   SGD      implicit SGD")
    found = {}
    for lr, both in paths.items():
        found[lr] = tuple(math.hypot(slope - 2, intercept + 1) for *_, (slope, intercept) in both)
        print(f"  rate {lr:4}  {found[lr][0]:10.2g}  {found[lr][1]:10.2g}")

    def height(slope: Array, intercept: Array) -> Array:
        return ((np.outer(slope, x) + intercept[:, None] - y) ** 2).mean(axis=1) / 2

    drawn = {"SGD, rate 0.1": paths[0.1][0], "SGD, rate 1": paths[1.0][0], "implicit SGD, rate 1": paths[1.0][1]}
    plot_loss_surface(height, x=(-2, 5), y=(-4, 3), trajectories=drawn, ax=axes)
    axes.set(xlabel="slope", ylabel="intercept")
    axes.set_title("a line, point by point", loc="right")
    return found


def main(seed: int = 0, budget: int = 5000, out: Path = Path("out")) -> tuple[dict[str, Any], dict[float, Any]]:
    out.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(14, 10), layout="constrained")
    *panels, last = figure.subplots(2, 2).flat
    results = run_races(panels, budget), run_fits(last, seed)
    path = out / "optimizer_race.png"
    figure.savefig(path, dpi=110)
    print(f"Written: {path}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Race optimizers on three landscapes.")
    parser.add_argument("--seed", type=int, default=0, help="of the points that a line is fitted to")
    parser.add_argument("--budget", type=int, default=5000, help="of gradients for each descent")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
