"""A network that looks at neighbourhoods reads digits better than one that sees 64 unrelated numbers.

    pip install -e ".[all]"
    python examples/digits_cnn.py

A convolutional network and a multi-layer perceptron of about as many weights, 9,930 and 9,610, learn from the images of
digits.py, with the same test; then again from images that are moved by up to one pixel, each time anew. A digit moved
is the same digit to us, and nearly so to the first network: what it has learned of one place it knows of all.

Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition (1998).
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_digits  # pip install "glassgrad[examples]"
from sklearn.model_selection import train_test_split

from autograd import no_grad
from nn import Conv2d, Flatten, Linear, MaxPool2d, Module, ReLU, Sequential, functional, optim

Images = NDArray[np.float32]
Labels = NDArray[np.int64]


class Digits(NamedTuple):
    """Images, shape (n, 1, 8, 8), of mean 0 and standard deviation 1, and the digits on them."""

    x_train: Images
    y_train: Labels
    x_test: Images
    y_test: Labels


def load() -> Digits:
    """Split as digits.py does; one mean and one deviation for all pixels, so that an image still looks like one."""
    pixels, digits = load_digits(return_X_y=True)
    train, test, y_train, y_test = train_test_split(pixels, digits, test_size=0.25, stratify=digits, random_state=0)
    mean, deviation = train.mean(), train.std()
    images = [((x - mean) / deviation).reshape(-1, 1, 8, 8).astype(np.float32) for x in (train, test)]
    return Digits(images[0], y_train, images[1], y_test)


def mlp(rng: np.random.Generator) -> Module:
    return Sequential(
        Flatten(), Linear(64, 128, dtype="float32", rng=rng), ReLU(), Linear(128, 10, dtype="float32", rng=rng)
    )


def cnn(rng: np.random.Generator) -> Module:
    return Sequential(
        Conv2d(1, 16, 3, padding=1, dtype="float32", rng=rng),
        ReLU(),
        Conv2d(16, 32, 3, padding=1, dtype="float32", rng=rng),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(512, 10, dtype="float32", rng=rng),
    )


def moved(images: Images, rng: np.random.Generator) -> Images:
    """Each image moved by -1, 0 or 1 pixels down and across; what comes in at the border is paper."""
    padded = np.pad(images[:, 0], ((0, 0), (1, 1), (1, 1)), constant_values=images.min())
    corners = rng.integers(0, 3, (2, len(images)))
    places = np.lib.stride_tricks.sliding_window_view(padded, (8, 8), axis=(1, 2))
    return places[np.arange(len(images)), *corners][:, None]


def accuracy(model: Module, x: Images, y: Labels) -> float:
    with no_grad():
        return float((model(x).data.argmax(axis=1) == y).mean())


def fit(model: Module, data: Digits, epochs: int, rng: np.random.Generator, move: bool) -> Iterator[float]:
    """Train with Adam in mini-batches of about 32 images, ever slower; yield the test accuracy after each epoch."""
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(epochs):
        optimizer.lr = 5e-3 * (1 - epoch / epochs)
        for rows in np.array_split(rng.permutation(len(data.x_train)), len(data.x_train) // 32):
            x = data.x_train[rows]
            loss = functional.cross_entropy(model(moved(x, rng) if move else x), data.y_train[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        yield accuracy(model, data.x_test, data.y_test)


def draw(accuracies: dict[str, list[float]], kernels: Images, path: Path) -> None:
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[3, 2])
    axes = left.subplots()
    for name, each in accuracies.items():
        style = {"color": "#d55e00" if "MLP" in name else "#0072b2", "linestyle": "-" if "moved" in name else ":"}
        axes.plot(range(1, len(each) + 1), each, label=name, **style)
    axes.set(xlabel="epoch", ylabel="share read correctly", ylim=(0.9, 1.0), title="Digits never seen")
    left.legend(loc="outside lower center", ncols=2)
    axes.grid(alpha=0.3)
    right.suptitle("The 16 kernels of the first layer")
    for axes, kernel in zip(right.subplots(4, 4, subplot_kw={"xticks": [], "yticks": []}).flat, kernels, strict=True):
        axes.imshow(kernel, cmap="RdBu", vmin=-abs(kernels).max(), vmax=abs(kernels).max())
    figure.savefig(path, dpi=150)


def main(seed: int = 0, epochs: int = 20, out: Path = Path("out")) -> dict[str, float]:
    """The test accuracy of each network, learned from the images as they are and from moved ones."""
    out.mkdir(parents=True, exist_ok=True)
    data, accuracies = load(), {}
    for move in (False, True):
        for name, network in (("MLP", mlp), ("CNN", cnn)):
            rng, started = np.random.default_rng(seed), time.perf_counter()
            model = network(rng)
            title = f"{name}, images {'moved' if move else 'as they are'}"
            accuracies[title] = list(fit(model, data, epochs, rng, move))
            seconds = (time.perf_counter() - started) / epochs
            print(f"{title:23}  test accuracy {accuracies[title][-1]:.4f}   {seconds:.2f} s per epoch", flush=True)
    path = out / "digits_cnn.png"
    draw(accuracies, model[0].weight.data[:, 0], path)
    print(f"Written: {path}")
    return {title: each[-1] for title, each in accuracies.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Read digits by convolutions, beside a multi-layer perceptron.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the images")
    parser.add_argument("--epochs", type=int, default=20, help="times that every training image is seen")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs: expected at least 1")
    main(**vars(arguments))
