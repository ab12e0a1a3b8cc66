"""Universality: one hidden layer of relu units bends a line once for each unit; with enough of them it is any curve.

    pip install -e ".[all]"
    python examples/universality.py      # takes --seed, --widths, --starts, --steps and --out

A sine is built first by hand: n units bend at n places, and the weights that take the line through the sine at all of
them are known. Their error falls as 1/n². Then networks of the same widths learn it from points, by L-BFGS. That such
weights exist is a theorem; that descent finds them is not: the best of a few starts is kept.

Source: G. Cybenko, Approximation by superpositions of a sigmoidal function (1989); M. Leshno et al., Multilayer
feedforward networks with a nonpolynomial activation function can approximate any function (1993).
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray

import nn
from autograd import Value
from nn import functional, optim

Array = NDArray[np.float64]
X = np.linspace(-np.pi, np.pi, 257)[:, None]
Y = np.sin(X)


def network(width: int, rng: np.random.Generator) -> nn.Sequential:
    return nn.Sequential(nn.Linear(1, width, rng=rng), nn.ReLU(), nn.Linear(width, 1, rng=rng))


def error(model: nn.Sequential) -> float:
    """How far the network is from the sine where it is furthest."""
    return float(np.abs(model(X).data - Y).max())


def built(width: int) -> nn.Sequential:
    """The network whose units bend at evenly spaced places, and whose line meets the sine there."""
    places = np.linspace(-np.pi, np.pi, width + 1)
    slopes = np.diff(np.sin(places)) / np.diff(places)
    model = network(width, np.random.default_rng(0))
    first, _, last = model
    first.weight.data, first.bias.data = np.ones((width, 1)), -places[:-1]  # relu(x - place)
    last.weight.data = np.diff(slopes, prepend=0.0)[None]  # by how much each unit bends the line
    last.bias.data = np.sin(places[:1])
    return model


def learned(width: int, starts: int, steps: int, seed: int) -> nn.Sequential:
    """The best of several networks, each from other first weights."""
    models = [network(width, rng) for rng in np.random.default_rng(seed).spawn(starts)]
    for model in models:

        def loss(model: nn.Sequential = model) -> Value:
            squared = functional.mse_loss(model(X), Y)
            squared.backward()
            return squared

        optim.LBFGS(model.parameters(), max_iter=steps, tolerance_change=1e-12, history_size=20).step(loss)
    return min(models, key=error)


def draw(models: dict[int, nn.Sequential], errors: dict[str, dict[int, float]], path: Path) -> None:
    figure = Figure(figsize=(13, 6), layout="constrained")
    grid = figure.add_gridspec(2, 4)
    shown = list(models)[:4]
    for place, width in zip((grid[0, 0], grid[0, 1], grid[1, 0], grid[1, 1]), shown, strict=False):
        axes = figure.add_subplot(place)
        first = models[width][0]
        bends = -first.bias.data / first.weight.data[:, 0]
        bends = bends[np.abs(bends) < np.pi]
        axes.plot(X, Y, color="#b0b0b0", linewidth=5)
        axes.plot(X, models[width](X).data, color="#0072b2")
        axes.plot(bends, models[width](bends[:, None]).data, "o", color="#d55e00", markersize=4)
        axes.set_title(f"{width} unit{'s' * (width > 1)}, learned")
    axes = figure.add_subplot(grid[:, 2:])
    for (name, by_width), marker, colour in zip(errors.items(), "so", ("#b0b0b0", "#0072b2"), strict=True):
        axes.loglog(by_width.keys(), by_width.values(), marker=marker, color=colour, label=name)
    axes.set(xlabel="units in the hidden layer", ylabel="greatest distance from the sine")
    axes.set_xticks(list(models), map(str, models))
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=130)


def main(
    seed: int = 0,
    widths: tuple[int, ...] = (1, 2, 4, 8, 16, 32),
    starts: int = 5,
    steps: int = 1000,
    out: Path = Path("out"),
) -> dict[str, dict[int, float]]:
    """Build and learn networks of the widths; how far each is from the sine."""
    out.mkdir(parents=True, exist_ok=True)
    models = {width: learned(width, starts, steps, seed) for width in widths}
    errors = {
        "built by hand": {width: error(built(width)) for width in widths},
        f"learned, the best of {starts}": {width: error(model) for width, model in models.items()},
    }
    print(f"units   {'   '.join(errors)}")
    for width in widths:
        by_hand, by_descent = (by_width[width] for by_width in errors.values())
        print(f"{width:5}   {by_hand:13.5f}   {by_descent:13.5f}")
    path = out / "universality.png"
    draw(models, errors, path)
    print(f"Written: {path}")
    return errors


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build and learn a sine from relu units.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights")
    parser.add_argument("--widths", type=int, nargs="+", default=(1, 2, 4, 8, 16, 32), help="of the hidden layer")
    parser.add_argument("--starts", type=int, default=5, help="networks of each width, the best of which is kept")
    parser.add_argument("--steps", type=int, default=1000, help="of L-BFGS, at most")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
