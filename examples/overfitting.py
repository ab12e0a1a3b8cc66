"""Over-fitting: a large network learns a few images by heart, wrong labels included; three cures, each measured.

    pip install -e ".[all]"
    python examples/overfitting.py       # takes --seed, --epochs, --width and --out

300 handwritten digits to learn from, three in ten with a label drawn at random. The loss on them falls to nothing; that
on images kept aside falls only at first, then rises. Dropout leaves no unit to rely on, weight decay keeps the weights
small, and early stopping goes back to where the loss on the images kept aside was least. A third set of images, with
which nothing was decided, tells what each is worth.

Source: N. Srivastava et al., Dropout, JMLR 15 (2014); A. Krogh and J. Hertz, A simple weight decay can improve
generalization, NIPS 1991; L. Prechelt, Early stopping - but when? (1998).
"""

import argparse
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import nn
from nn import optim
from nn.training import EarlyStopping, Trainer
from viz import plot_history

Array = NDArray[Any]


class Recipe(NamedTuple):
    """What is done against over-fitting: shares of units left out, λ of the weights, epochs without progress."""

    dropout: float = 0.0
    weight_decay: float = 0.0
    patience: int | None = None


SICK = "nothing done"
RECIPES = {
    SICK: Recipe(),
    "dropout": Recipe(dropout=0.6),
    "weight decay": Recipe(weight_decay=0.01),
    "early stopping": Recipe(patience=10),
    "all three": Recipe(0.5, 0.01, 20),
}


class Result(NamedTuple):
    """Losses and accuracies by epoch, and loss and accuracy on the test images in the end."""

    history: dict[str, list[float]]
    loss: float
    accuracy: float


def load(seed: int, noise: float = 0.3) -> tuple[tuple[Array, Array], ...]:
    """Pixels from 0 to 1, (n, 64), and digits, (n,): 300 to learn from, 400 kept aside, 1,097 for the test."""
    pixels, digits = load_digits(return_X_y=True)
    x, rest, y, y_rest = train_test_split(pixels / 16, digits, train_size=300, stratify=digits, random_state=seed)
    x_aside, x_test, y_aside, y_test = train_test_split(rest, y_rest, train_size=400, random_state=seed)
    rng = np.random.default_rng(seed)
    y = np.where(rng.random(300) < noise, rng.integers(10, size=300), y)
    return (x, y), (x_aside, y_aside), (x_test, y_test)


def network(width: int, dropout: float, rng: np.random.Generator) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs in (64, width):
        layers += [nn.Linear(inputs, width, rng=rng), nn.ReLU(), nn.Dropout(dropout, rng=rng)]
    return nn.Sequential(*layers, nn.Linear(width, 10, rng=rng))


def learn(recipe: Recipe, data: tuple[tuple[Array, Array], ...], width: int, epochs: int, seed: int) -> Result:
    known, aside, test = data
    model = network(width, recipe.dropout, np.random.default_rng(seed))
    optimizer = optim.Adam(model.parameters(), lr=3e-3, weight_decay=recipe.weight_decay)
    trainer = Trainer(model, rng=seed).compile(optimizer, "cross_entropy", ["accuracy"])
    stops = [] if recipe.patience is None else [EarlyStopping(patience=recipe.patience)]
    history = trainer.fit(
        *known, batch_size=16, epochs=epochs, validation_data=aside, callbacks=stops, verbose=0
    ).history
    return Result(history, *trainer.evaluate(*test))


def draw(results: dict[str, Result], path: Path) -> None:
    """The losses of each recipe on images learned from and kept aside, and the test accuracy of all."""
    figure = Figure(figsize=(13, 7.5), layout="constrained")
    *panels, last = figure.subplots(2, 3).flat
    for axes, (name, result) in zip(panels, results.items(), strict=True):
        losses = {"learned from": result.history["loss"], "kept aside": result.history["val_loss"]}
        plot_history(losses, ax=axes).set(ylim=(0, 2.5), yscale="linear", ylabel="cross-entropy")
        axes.set_title(name, pad=26)  # above the legend
    bars = last.barh(list(results), [result.accuracy for result in results.values()], color="#0072b2")
    last.bar_label(bars, fmt="{:.1%}", padding=-45, color="white")
    last.invert_yaxis()
    last.set(xlim=(0, 1), xlabel="share of test digits read correctly")
    figure.savefig(path, dpi=110)


def main(seed: int = 0, epochs: int = 50, width: int = 128, out: Path = Path("out")) -> dict[str, Result]:
    out.mkdir(parents=True, exist_ok=True)
    data = load(seed)
    print("                 learned from            kept aside      test           ")
    print("                 loss   accuracy    at best   in the end     loss   accuracy   epochs")
    results = {}
    for name, recipe in RECIPES.items():
        results[name] = result = learn(recipe, data, width, epochs, seed)
        loss, accuracy, aside = (result.history[key] for key in ("loss", "accuracy", "val_loss"))
        print(
            f"{name:14}  {loss[-1]:5.3f}  {accuracy[-1]:9.1%}  {min(aside):9.3f}  {aside[-1]:11.3f}  "
            f"{result.loss:7.3f}  {result.accuracy:9.1%}  {len(loss):7}"
        )
    path = out / "overfitting.png"
    draw(results, path)
    print(f"Written: {path}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Show over-fitting, and cure it.")
    parser.add_argument("--seed", type=int, default=0, help="of the images, the labels and the weights")
    parser.add_argument("--epochs", type=int, default=50, help="times that every image is seen, at most")
    parser.add_argument("--width", type=int, default=128, help="of both hidden layers")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
