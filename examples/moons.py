"""micrograd's demo: a network of plain numbers learns to separate two moons.

    pip install -e ".[all]"
    python examples/moons.py

Every weight, every product and every sum is a `Value` of its own, some 65,000 in each step: slow, and nothing is
hidden. With the seed 1337 the losses are those of micrograd 0.1.0.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from rich.progress import track  # pip install "glassgrad[train]"
from sklearn.datasets import make_moons  # pip install "glassgrad[examples]"

from nn import MLP, functional, optim

Points = list[list[float]]
Labels = list[int]


def load(seed: int) -> tuple[Points, Labels]:
    """100 points in the plane, and for each the moon it belongs to: -1 or 1."""
    points, moons = make_moons(n_samples=100, noise=0.1, random_state=seed)
    return points.tolist(), (2 * moons - 1).tolist()


def train(model: MLP, points: Points, labels: Labels, steps: int = 100) -> Iterator[tuple[float, float]]:
    """Descend the gradient over all points at once, ever slower; yield loss and accuracy before each step."""
    parameters = model.parameters()
    optimizer = optim.SGD(parameters)
    for step in range(steps):
        scores = [model(point) for point in points]
        # A support-vector machine's loss: each point on its side with a margin of 1, by weights as small as can be.
        loss = functional.hinge_loss(scores, labels) + 1e-4 * sum(p * p for p in parameters)
        optimizer.zero_grad()
        loss.backward()
        optimizer.lr = 1.0 - 0.9 * step / steps
        optimizer.step()
        right = sum((score > 0) == (label > 0) for score, label in zip(scores, labels, strict=True))
        yield loss.item(), right / len(labels)


def draw(model: MLP, points: Points, labels: Labels, path: Path) -> None:
    """Colour the plane by the network's score, with the boundary at 0 and the margins at -1 and 1."""
    moons = np.array(labels)
    x, y = np.transpose(points)
    grid = np.meshgrid(np.linspace(x.min() - 0.5, x.max() + 0.5, 300), np.linspace(y.min() - 0.5, y.max() + 0.5, 300))
    # The same weights on arrays: all 90,000 points of the plane in one pass.
    scores = model.vectorize()(np.stack(grid, axis=-1)).data[..., 0]
    figure = Figure(figsize=(7, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.contourf(*grid, np.clip(scores, -2, 2), levels=np.linspace(-2, 2, 21), cmap="PuOr", alpha=0.6)
    axes.contour(*grid, scores, levels=[-1, 0, 1], colors="black", linestyles=["dotted", "solid", "dotted"])
    for moon, marker, colour in ((-1, "o", "#b35806"), (1, "s", "#542788")):
        here = moons == moon
        axes.scatter(x[here], y[here], marker=marker, c=colour, edgecolors="white", label=f"{moon:+d}")
    axes.set(title="Two moons, the boundary between them, and its margins", aspect="equal")
    figure.legend(title="moon", loc="outside right upper")
    figure.savefig(path, dpi=150)


def main(seed: int = 1337, steps: int = 100, out: Path = Path("out")) -> float:
    out.mkdir(parents=True, exist_ok=True)
    points, labels = load(seed)
    model = MLP(2, [16, 16, 1], rng=random.Random(seed))
    print(f"{len(model.parameters())} weights learn to separate {len(points)} points.")
    for step, (loss, accuracy) in enumerate(track(train(model, points, labels, steps), "training", total=steps)):
        if step % 10 == 0 or step == steps - 1:
            print(f"step {step:2}   loss {loss:.6f}   accuracy {accuracy:.0%}")
    path = out / "moons.png"
    draw(model, points, labels, path)
    print(f"Written: {path}")
    return accuracy


if __name__ == "__main__":
    main()
