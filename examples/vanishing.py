"""Vanishing gradients: a deep network that cannot learn, why it cannot, and four cures, each measured.

    pip install -e ".[all]"
    python examples/vanishing.py         # takes --seed, --epochs and --out

A sigmoid has a slope of a quarter at most, and each layer on the way back multiplies by it: ten layers down next to
nothing is left. Larger first weights help a little, those that fit the activation much; batch normalization does it
whatever the activation. The steps are plain gradient descent with momentum: Adam would divide the trouble away.

Source: X. Glorot and Y. Bengio, AISTATS 2010; K. He et al., Delving deep into rectifiers, ICCV 2015; S. Ioffe and
C. Szegedy, Batch normalization, ICML 2015.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import nn
from autograd import Value
from nn import functional, init, optim
from viz import diagnose, plot_gradient_flow, plot_history

Array = NDArray[np.float64]
Split = list[NDArray]  # images to learn from, those for the test, and the digits of both
DEPTH, WIDTH = 10, 32
BATCH = 50  # leaves no small batch over, whose few rows would mislead batch normalization


class Recipe(NamedTuple):
    """What a deep network is made of; `start` gives the weights of a layer their first values."""

    activation: Callable[[], nn.Module]
    start: Callable[[Value, np.random.Generator], Value] | None = None
    normalized: bool = False


SICK, CURED = "sigmoid", "sigmoid, batch norm"
RECIPES = {
    SICK: Recipe(nn.Sigmoid),
    "sigmoid, larger weights": Recipe(nn.Sigmoid, lambda w, rng: init.xavier_normal_(w, gain=4.0, rng=rng)),
    "tanh, Xavier": Recipe(nn.Tanh, lambda w, rng: init.xavier_uniform_(w, init.calculate_gain("tanh"), rng=rng)),
    "relu": Recipe(nn.ReLU),
    "relu, Kaiming": Recipe(nn.ReLU, lambda w, rng: init.kaiming_normal_(w, nonlinearity="relu", rng=rng)),
    CURED: Recipe(nn.Sigmoid, normalized=True),
}


def load() -> Split:
    """Handwritten digits as rows of 64 standardised pixels; a quarter of them for the test."""
    pixels, digits = load_digits(return_X_y=True)
    pixels = StandardScaler().fit_transform(pixels)
    return train_test_split(pixels, digits, test_size=0.25, stratify=digits, random_state=0)


def network(recipe: Recipe, seed: int) -> nn.Sequential:
    rng = np.random.default_rng(seed)
    layers: list[nn.Module] = []
    for inputs in (64, *[WIDTH] * (DEPTH - 1)):
        layer = nn.Linear(inputs, WIDTH, bias=not recipe.normalized, rng=rng)
        if recipe.start:
            recipe.start(layer.weight, rng)
            init.zeros_(layer.bias)
        layers.append(layer)
        if recipe.normalized:
            layers.append(nn.BatchNorm1d(WIDTH))
        layers.append(recipe.activation())
    return nn.Sequential(*layers, nn.Linear(WIDTH, 10, rng=rng))


class Measured(NamedTuple):
    """The gradient of the first layer's weights over that of the last's, and the test accuracy after training."""

    ratio: float
    accuracy: float


def flow(model: nn.Sequential, x: Array, y: Array) -> list[float]:
    """The root mean square of the gradient of each layer's weights, from the first layer to the last."""
    model.zero_grad()
    functional.cross_entropy(model(x), y).backward()
    return [float(np.sqrt((part.weight.grad**2).mean())) for part in model if isinstance(part, nn.Linear)]


def learn(model: nn.Sequential, data: Split, epochs: int, seed: int) -> list[float]:
    """The share of test images read correctly, after each epoch."""
    x, x_test, y, y_test = data
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    trainer = nn.Trainer(model, rng=seed).compile(optimizer, "cross_entropy", ["accuracy"])
    history = trainer.fit(x, y, batch_size=BATCH, epochs=epochs, validation_data=(x_test, y_test), verbose=0)
    return history.history["val_accuracy"]


def main(seed: int = 0, epochs: int = 20, out: Path = Path("out")) -> dict[str, Measured]:
    out.mkdir(parents=True, exist_ok=True)
    data = load()
    x, y = data[0][:256], data[2][:256]
    figure = Figure(figsize=(14, 12), layout="constrained")
    sick, cured, by_layer, by_epoch = figure.subplots(2, 2, height_ratios=[3, 2]).flat
    flows, shares, found = {}, {}, {}
    print(f"{DEPTH} hidden layers of {WIDTH} units      first gradient / last   test accuracy")
    for name, recipe in RECIPES.items():
        model = network(recipe, seed)
        flows[name] = flow(model, x, y)
        if name in (SICK, CURED):
            axes = sick if name == SICK else cured
            plot_gradient_flow(model, ax=axes).set_title(f"{name}, at the start", loc="right")
        if name == SICK:
            trouble = diagnose(functional.cross_entropy(model(x), y), model)
        shares[name] = learn(model, data, epochs, seed)
        found[name] = Measured(flows[name][0] / flows[name][-1], shares[name][-1])
        print(f"{name:30}  {found[name].ratio:17.0e}  {found[name].accuracy:14.1%}")
    cured.set_xlim(sick.get_xlim())
    print(f"What viz.diagnose says of the first: {trouble[0].sentence}")
    plot_history(flows, xlabel="layer", ax=by_layer).set(ylabel="root mean square of the gradient of its weights")
    plot_history(shares, ax=by_epoch).set(ylim=(0, 1), ylabel="share of test digits read correctly")
    by_epoch.get_legend().remove()  # it is that of its neighbour
    path = out / "vanishing.png"
    figure.savefig(path, dpi=110)
    print(f"Written: {path}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Show vanishing gradients, and cure them.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the images")
    parser.add_argument("--epochs", type=int, default=20, help="times that every training image is seen")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
