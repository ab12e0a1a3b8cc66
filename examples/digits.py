"""A network learns to read real handwritten digits, proves its gradients, and shows what it computed.

    pip install -e ".[all]"
    python examples/digits.py            # from a checkout also: make demo

It reads scikit-learn's 1,797 images of 8x8 pixels, checks its gradients against finite differences, trains in
mini-batches, prints where it errs on images it has never seen, and writes three pictures: how it learned, what it
misread, and the graph that computed the loss of one image.
"""

import argparse
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from rich.console import Console  # pip install "glassgrad[train]"
from rich.progress import Progress, TextColumn
from rich.table import Table
from sklearn.datasets import load_digits  # pip install "glassgrad[examples]"
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from autograd import Value
from nn import MLP, functional, optim
from viz import draw

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


class Digits(NamedTuple):
    """Standardised images as rows of 64 pixels with their digits, and the test images as they look."""

    x_train: Array
    y_train: Labels
    x_test: Array
    y_test: Labels
    images: Array


def load() -> Digits:
    """Split off a quarter for the test, always the same; the training images alone decide how to standardise."""
    pixels, digits = load_digits(return_X_y=True)
    train, test, y_train, y_test = train_test_split(pixels, digits, test_size=0.25, stratify=digits, random_state=0)
    scaler = StandardScaler().fit(train)
    return Digits(scaler.transform(train), y_train, scaler.transform(test), y_test, test.reshape(-1, 8, 8))


def loss_of(model: MLP, x: Array, y: Labels) -> Value:
    return functional.cross_entropy(model(x), y)


def predict(model: MLP, x: Array) -> Labels:
    return model(x).data.argmax(axis=1)


def fit(model: MLP, x: Array, y: Labels, epochs: int, rng: np.random.Generator, lr: float = 2e-3) -> Iterator[float]:
    """Train with Adam in mini-batches of about 32 images, and yield the mean loss of each epoch."""
    optimizer = optim.Adam(model.parameters(), lr=lr, weight_decay=1e-3)
    for _ in range(epochs):
        losses = []
        for rows in np.array_split(rng.permutation(len(x)), len(x) // 32):
            loss = loss_of(model, x[rows], y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        yield float(np.mean(losses))


def check_gradients(model: MLP, x: Array, y: Labels, step: float = 1e-6) -> list[tuple[str, float, float]]:
    """For the steepest entry of every parameter: its name, its gradient, and the slope measured by moving it.

    `autograd.gradcheck` would move each of the 9,610 weights, and tells whether all agree; here two numbers
    are to be seen.
    """
    model.zero_grad()
    loss_of(model, x, y).backward()
    rows = []
    for name, parameter in model.named_parameters():
        data = parameter.data
        entry = np.unravel_index(np.abs(parameter.grad).argmax(), data.shape)
        sides = []
        for shift in (step, -step):
            moved = data.copy()
            moved[entry] += shift
            parameter.data = moved
            sides.append(loss_of(model, x, y).item())
        parameter.data = data
        place = f"{name}[{', '.join(map(str, entry))}]"
        rows.append((place, parameter.grad[entry].item(), (sides[0] - sides[1]) / (2 * step)))
    return rows


def train(model: MLP, data: Digits, epochs: int, rng: np.random.Generator) -> tuple[list[float], list[float]]:
    """Train behind a progress bar; the loss and the test accuracy after each epoch."""
    losses, accuracies = [], []
    with Progress(*Progress.get_default_columns(), TextColumn("{task.fields[status]}")) as progress:
        task = progress.add_task("training", total=epochs, status="")
        for loss in fit(model, data.x_train, data.y_train, epochs, rng):
            losses.append(loss)
            accuracies.append(float((predict(model, data.x_test) == data.y_test).mean()))
            progress.update(task, advance=1, status=f"loss {loss:.4f}, test accuracy {accuracies[-1]:.4f}")
    return losses, accuracies


def gradient_table(rows: list[tuple[str, float, float]]) -> Table:
    table = Table("weight", "backward()", "finite difference", "they differ by", title="Gradients before training")
    for name, exact, measured in rows:
        table.add_row(name, f"{exact:.10f}", f"{measured:.10f}", f"{abs(exact - measured):.1e}")
    return table


def confusion_table(truth: Labels, predicted: Labels) -> Table:
    table = Table("", *map(str, range(10)), title="Digits (rows) and what they were read as (columns)")
    for digit, counts in enumerate(confusion_matrix(truth, predicted)):
        cells = [str(n) if n else "·" for n in counts]
        cells[digit] = f"[green]{cells[digit]}[/]"
        table.add_row(f"[bold]{digit}[/]", *cells)
    return table


def draw_learning_curve(losses: list[float], accuracies: list[float], path: Path) -> None:
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = range(1, len(losses) + 1)
    left.semilogy(epochs, losses, color="#0072b2")
    left.set(xlabel="epoch", ylabel="cross-entropy", title="Loss on the training images")
    right.plot(epochs, accuracies, color="#d55e00")
    right.set(xlabel="epoch", ylabel="share read correctly", title=f"Test accuracy, {accuracies[-1]:.1%} in the end")
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=150)


def draw_misclassified(data: Digits, predicted: Labels, path: Path) -> None:
    wrong = np.flatnonzero(predicted != data.y_test)
    columns, rows = 6, math.ceil(len(wrong) / 6) or 1
    figure = Figure(figsize=(9, 0.6 + 1.8 * rows), layout="constrained")
    figure.suptitle(f"{len(wrong)} of {len(predicted)} test images are read as another digit")
    for place, i in enumerate(wrong, start=1):
        axes = figure.add_subplot(rows, columns, place, xticks=[], yticks=[])
        axes.imshow(data.images[i], cmap="gray_r")
        axes.set_title(f"{data.y_test[i]} read as {predicted[i]}", fontsize=11)
    figure.savefig(path, dpi=150)


QUADRANTS = ["top left", "top right", "bottom left", "bottom right"]
TWIN_DIGITS = [5, 6, 7]


def twin_data(x: Array, y: Labels) -> tuple[Array, Labels]:
    """The images of 5, 6 and 7, each by the means of its quadrants, and their classes 0, 1 and 2."""
    rows = np.isin(y, TWIN_DIGITS)
    means = x[rows].reshape(-1, 2, 4, 2, 4).mean(axis=(2, 4))
    return means.reshape(-1, 4), np.searchsorted(TWIN_DIGITS, y[rows])


def train_twin(data: Digits, rng: np.random.Generator) -> MLP:
    """A network of the same kind, so small that a picture has room for every number in it."""
    model = MLP(4, [3, 3], vectorized=True, rng=rng)
    for _ in fit(model, *twin_data(data.x_train, data.y_train), 60, rng, lr=1e-2):
        pass
    return model


def loss_on_numbers(model: MLP, features: Array, k: int) -> Value:
    """The loss of one image of class k through the same network on numbers, with labels and gradients."""
    twin = model.scalarize()
    digit = TWIN_DIGITS[k]
    names = [QUADRANTS, ["h1", "h2", "h3"], [f"score {digit}" for digit in TWIN_DIGITS]]
    signals = [Value(x, label=name) for x, name in zip(features.tolist(), QUADRANTS, strict=True)]
    for layer, sources, targets in zip(twin.layers, names[:-1], names[1:], strict=True):
        for neuron, target in zip(layer.neurons, targets, strict=True):
            neuron.b.label = f"bias of {target}"
            for weight, source in zip(neuron.w, sources, strict=True):
                weight.label = f"{source} → {target}"
        signals = layer(signals)
        for signal, target in zip(signals, targets, strict=True):
            signal.label = target
    loss = functional.cross_entropy(signals, k, reduction="sum")
    loss.label = f"loss of this {digit}"
    loss.backward()
    return loss


def draw_twin(data: Digits, path: Path, rng: np.random.Generator) -> None:
    """Draw the graph of the test image that the twin finds hardest: its gradients are far from 0."""
    model = train_twin(data, rng)
    x, y = twin_data(data.x_test, data.y_test)
    hardest = functional.cross_entropy(model(x), y, reduction="none").data.argmax()
    loss = loss_on_numbers(model, x[hardest], int(y[hardest]))
    draw(loss).save(path)
    right = (predict(model, x) == y).mean()
    print(f"A twin with 4 inputs and 27 weights tells 5, 6 and 7 apart, {right:.1%} of them correctly.")
    print(f"Its graph shows how the loss of the hardest image, {loss.item():.4f}, comes about.")


def main(seed: int = 0, epochs: int = 30, out: Path = Path("out")) -> float:
    """Run the demonstration, write its pictures to `out`, and return the test accuracy."""
    out.mkdir(parents=True, exist_ok=True)
    console, rng = Console(), np.random.default_rng(seed)
    data = load()
    model = MLP(64, [128, 10], vectorized=True, rng=rng)
    print(f"{len(data.x_train)} images to learn from, {len(data.x_test)} for the test, and a network:\n{model}")
    console.print(gradient_table(check_gradients(model, data.x_train[:32], data.y_train[:32])))

    losses, accuracies = train(model, data, epochs, rng)
    predicted = predict(model, data.x_test)
    console.print(confusion_table(data.y_test, predicted))
    print(f"Test accuracy {accuracies[-1]:.4f}, on images the network has never seen.")

    curve, misclassified, graph = out / "learning_curve.png", out / "misclassified.png", out / "graph.svg"
    draw_learning_curve(losses, accuracies, curve)
    draw_misclassified(data, predicted, misclassified)
    draw_twin(data, graph, np.random.default_rng(seed))
    print("Written:", curve, misclassified, graph, sep="\n  ")
    return accuracies[-1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Learn to read handwritten digits.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the images")
    parser.add_argument("--epochs", type=int, default=30, help="times that every training image is seen")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs: expected at least 1")
    main(**vars(arguments))
