"""Dead units: relu units that are 0 for every image, and so never learn; three cures, each measured.

    pip install -e ".[all]"
    python examples/dead_units.py        # takes --seed, --epochs and --out

All biases begin at -2, meant to keep the units quiet. But the weighted sums of the pixels hardly ever reach 2: a unit
is negative for all images, relu gives 0, its slope is 0, and so is the gradient, for ever. Biases of 0 avoid most of
that, a leaky relu lets a hundredth of the gradient through, and batch normalization brings the sums back to where the
slope is.

Source: A. Maas, A. Hannun and A. Ng, Rectifier nonlinearities improve neural network acoustic models, ICML 2013, for
the leaky relu; L. Lu et al., Dying ReLU and initialization (2020).
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import nn
from nn import functional, init, optim
from nn.training import LambdaCallback, Trainer
from viz import diagnose, plot_history

Array = NDArray[Any]
WIDTH = 64
BATCH = 50  # leaves no small batch over, whose few rows would mislead batch normalization


class Recipe(NamedTuple):
    """What a network of two hidden layers is made of; `bias` is where their biases begin."""

    activation: Callable[[], nn.Module]
    bias: float = -2.0
    normalized: bool = False


SICK = "relu"
RECIPES = {
    SICK: Recipe(nn.ReLU),
    "relu, biases from 0": Recipe(nn.ReLU, bias=0.0),
    "leaky relu": Recipe(nn.LeakyReLU),
    "relu, batch norm": Recipe(nn.ReLU, normalized=True),
}


class Course(NamedTuple):
    """How many hidden units are dead at the start; that, and the share of test images read right, after each epoch."""

    at_start: int
    dead: list[int]
    accuracy: list[float]


def load() -> list[Array]:
    """Digits as rows of 64 pixels from 0 to 1: those to learn from, those for the test, and the digits of both."""
    pixels, digits = load_digits(return_X_y=True)
    return train_test_split(pixels / 16, digits, test_size=0.25, random_state=0)


def network(recipe: Recipe, seed: int) -> nn.Sequential:
    rng = np.random.default_rng(seed)
    layers: list[nn.Module] = []
    for _ in range(2):
        layer = nn.Linear(WIDTH, WIDTH, rng=rng)
        init.kaiming_uniform_(layer.weight, nonlinearity="relu", rng=rng)
        init.constant_(layer.bias, recipe.bias)
        layers.append(layer)
        if recipe.normalized:
            layers.append(nn.BatchNorm1d(WIDTH))
        layers.append(recipe.activation())
    return nn.Sequential(*layers, nn.Linear(WIDTH, 10, rng=rng))


def dead_units(model: nn.Sequential, x: Array, y: Array) -> int:
    """How many hidden units get a gradient of exactly 0 from all the images together."""
    model.zero_grad()
    functional.cross_entropy(model(x), y).backward()
    *hidden, _ = (part for part in model if isinstance(part, nn.Linear))
    return sum(int((layer.weight.grad == 0).all(axis=1).sum()) for layer in hidden)


def learn(model: nn.Sequential, data: list[Array], epochs: int, seed: int) -> Course:
    x, x_test, y, y_test = data
    at_start = dead_units(model, x, y)
    # What is added to the logs of an epoch goes into the history.
    count = LambdaCallback(on_epoch_end=lambda _, logs: logs.update(dead=dead_units(model, x, y)))
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    trainer = Trainer(model, rng=seed).compile(optimizer, "cross_entropy", ["accuracy"])
    history = trainer.fit(
        x, y, batch_size=BATCH, epochs=epochs, validation_data=(x_test, y_test), callbacks=[count], verbose=0
    ).history
    return Course(at_start, history["dead"], history["val_accuracy"])


def main(seed: int = 0, epochs: int = 20, out: Path = Path("out")) -> dict[str, Course]:
    out.mkdir(parents=True, exist_ok=True)
    data, found = load(), {}
    sick = network(RECIPES[SICK], seed)
    print(f"What viz.diagnose says: {diagnose(functional.cross_entropy(sick(data[0]), data[2]), sick)[0].sentence}\n")
    print(f"of {2 * WIDTH} hidden units are dead   at the start   in the end   test accuracy")
    for name, recipe in RECIPES.items():
        found[name] = course = learn(network(recipe, seed), data, epochs, seed)
        print(f"{name:26}  {course.at_start:12}  {course.dead[-1]:11}  {course.accuracy[-1]:14.1%}")
    figure = Figure(figsize=(12, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot_history({name: course.dead for name, course in found.items()}, ax=left).set(ylabel="dead units")
    plot_history({name: course.accuracy for name, course in found.items()}, ax=right)
    right.set(ylim=(0, 1), ylabel="share of test digits read correctly")
    right.get_legend().remove()  # it is that of its neighbour
    path = out / "dead_units.png"
    figure.savefig(path, dpi=150)
    print(f"Written: {path}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Show dead units, and cure them.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the images")
    parser.add_argument("--epochs", type=int, default=20, help="times that every training image is seen")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
