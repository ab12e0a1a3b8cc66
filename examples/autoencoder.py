"""An autoencoder squeezes a digit of 64 pixels through two numbers, and draws it again from them.

    pip install -e ".[all]"
    python examples/autoencoder.py

No label is needed: the image is the target of itself. With the narrow place in the middle the network has to find what
tells images apart, and its two numbers make a map on which equal digits lie together. Straight lines can do the same:
principal components, the best that two numbers and a linear map achieve. The curved map errs a third less.

Source: Hinton and Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks (2006).
"""

import argparse
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_digits  # pip install "glassgrad[examples]"
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split

from autograd import no_grad
from nn import Linear, Module, ReLU, Sequential, Trainer, optim
from nn.training import LearningRateScheduler

Array = NDArray[np.float32]


class Digits(NamedTuple):
    """Images as rows of 64 pixels from 0 to 1, and the digits of the test: nobody learns from labels here."""

    train: Array
    test: Array
    labels: NDArray[np.int64]


def load() -> Digits:
    pixels, digits = load_digits(return_X_y=True)
    train, test, _, labels = train_test_split(pixels, digits, test_size=0.25, stratify=digits, random_state=0)
    return Digits((train / 16).astype(np.float32), (test / 16).astype(np.float32), labels)


class Autoencoder(Module):
    """An encoder to `code` numbers, and a decoder, its mirror image."""

    def __init__(self, code: int, rng: np.random.Generator) -> None:
        widths = [64, 128, 64, code]
        self.encoder, self.decoder = chain(widths, rng), chain(widths[::-1], rng)

    def forward(self, x: Array) -> Array:
        return self.decoder(self.encoder(x))


def chain(widths: list[int], rng: np.random.Generator) -> Sequential:
    """Linear layers of such widths with relu between them."""
    layers: list[Module] = []
    for nin, nout in pairwise(widths):
        layers += [ReLU(), Linear(nin, nout, dtype="float32", rng=rng)]
    return Sequential(*layers[1:])


def fit(digits: Digits, code: int, epochs: int, seed: int) -> tuple[Autoencoder, Trainer]:
    rng = np.random.default_rng(seed)
    model = Autoencoder(code, rng)
    trainer = Trainer(model, rng=rng).compile(optim.Adam(model.parameters(), lr=2e-3), "mse_loss")
    slower = LearningRateScheduler(lambda epoch: 2e-3 * (1 - epoch / epochs))
    trainer.fit(digits.train, digits.train, epochs=epochs, callbacks=[slower], replay=True, verbose=0)
    return model, trainer


def draw(digits: Digits, codes: Array, rows: dict[str, Array], path: Path) -> None:
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 2])
    axes = left.subplots()
    points = axes.scatter(codes[:, 0], codes[:, 1], c=digits.labels, cmap="tab10", vmin=-0.5, vmax=9.5, s=12)
    left.colorbar(points, ax=axes, ticks=range(10))
    axes.set(title="Two numbers for each image", xlabel="first number", ylabel="second number")
    first = [int(np.flatnonzero(digits.labels == digit)[0]) for digit in range(10)]
    grid = right.subplots(len(rows), 10, subplot_kw={"xticks": [], "yticks": []})
    for line, (name, images) in zip(grid, rows.items(), strict=True):
        line[0].set_ylabel(name)
        for axes, i in zip(line, first, strict=True):
            axes.imshow(images[i].reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
    figure.savefig(path, dpi=150)


def main(seed: int = 0, epochs: int = 60, out: Path = Path("out"), code: int = 2) -> tuple[float, float]:
    """The mean squared error of a pixel of the test images: of the autoencoder, and of principal components."""
    out.mkdir(parents=True, exist_ok=True)
    digits = load()
    model, trainer = fit(digits, code, epochs, seed)
    pca = PCA(code).fit(digits.train)
    redrawn = {
        "image": digits.test,
        "autoencoder": trainer.predict(digits.test),
        "components": pca.inverse_transform(pca.transform(digits.test)),
    }
    ours, linear = (float(((redrawn[name] - digits.test) ** 2).mean()) for name in ("autoencoder", "components"))
    print(f"Images never seen, each by {code} numbers; the mean squared error of a pixel from 0 to 1:")
    print(f"principal components  {linear:.4f}\nautoencoder           {ours:.4f}, {ours / linear:.0%} of that")
    path = out / "autoencoder.png"
    with no_grad():
        draw(digits, model.encoder(digits.test).data, redrawn, path)
    print(f"Written: {path}")
    return ours, linear


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Squeeze digits through a few numbers.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the images")
    parser.add_argument("--epochs", type=int, default=60, help="times that every training image is seen")
    parser.add_argument("--code", type=int, default=2, help="numbers that an image is squeezed through, from 2")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs: expected at least 1")
    if arguments.code < 2:
        parser.error("--code: expected at least 2, for the picture")
    main(**vars(arguments))
