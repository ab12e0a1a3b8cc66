"""Which pixels make a digit that digit? The gradient of its score by the image tells.

    pip install -e ".[all]"
    python examples/saliency.py

Gradients flow to inputs as they do to weights. The network of digits_cnn.py reads the images of its test; the
derivative of the right digit's score by each pixel says how much the answer hangs on it. That is put to the test: paper
and ink over the few pixels with the steepest derivatives change more answers than over pixels chosen at random.

Source: Simonyan, Vedaldi and Zisserman, Deep Inside Convolutional Networks (2014).
"""

import argparse
from pathlib import Path

import numpy as np
from digits_cnn import Images, Labels, accuracy, cnn, fit, load
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"

from autograd import Value
from nn import Module


def saliency(model: Module, x: Images, y: Labels) -> Images:
    """The derivative of the score of digit y[i] by each pixel of image x[i], in the shape of x."""
    model.requires_grad_(False)  # of the image alone, not of the weights
    images = Value(x)
    scores = model(images)
    scores[np.arange(len(y)), y].sum().backward()
    model.requires_grad_(True)
    return images.grad


def spoiled(x: Images, slopes: Images, order: Labels, count: int) -> Images:
    """Paper or ink, whichever lowers the score, over the first pixels that the order of each image names."""
    pixels = x.reshape(len(x), 64).copy()
    rows, chosen = np.arange(len(x))[:, None], order[:, :count]
    pixels[rows, chosen] = np.where(slopes.reshape(len(x), 64)[rows, chosen] > 0, x.min(), x.max())
    return pixels.reshape(x.shape)


def draw(x: Images, y: Labels, slopes: Images, curves: dict[str, dict[int, float]], path: Path) -> None:
    figure = Figure(figsize=(11, 2.8), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[5, 2])
    left.suptitle("An image of each digit; where more ink (blue) or less (red) would make it more that digit")
    grid = left.subplots(2, 10, subplot_kw={"xticks": [], "yticks": []})
    for digit in range(10):
        i = np.flatnonzero(y == digit)[0]
        grid[0, digit].imshow(x[i, 0], cmap="gray_r")
        steepest = abs(slopes[i]).max()
        grid[1, digit].imshow(slopes[i, 0], cmap="RdBu", vmin=-steepest, vmax=steepest)
    axes = right.subplots()
    for (name, shares), colour in zip(curves.items(), ("#0072b2", "#d55e00"), strict=True):
        axes.plot(shares.keys(), shares.values(), color=colour, label=name)
    axes.set(xlabel="pixels painted over", ylabel="share read correctly", ylim=(0, 1.02))
    axes.legend()
    figure.savefig(path, dpi=150)


def main(seed: int = 0, epochs: int = 10, out: Path = Path("out"), most: int = 16) -> dict[str, dict[int, float]]:
    """The accuracy when 0, 2, 4, ... pixels are painted over: the most salient ones, or any."""
    out.mkdir(parents=True, exist_ok=True)
    data, rng = load(), np.random.default_rng(seed)
    model, x, y = cnn(rng), data.x_test, data.y_test
    *_, reached = fit(model, data, epochs, rng, move=True)
    print(f"Test accuracy {reached:.4f}")
    slopes = saliency(model, x, y)
    steepness = abs(slopes).reshape(len(x), 64)
    orders = {"most salient": np.argsort(-steepness), "any": np.argsort(rng.random(steepness.shape))}
    curves = {
        name: {count: accuracy(model, spoiled(x, slopes, order, count), y) for count in range(0, most + 1, 2)}
        for name, order in orders.items()
    }
    print("pixels painted over  ", *(f"{count:6}" for count in curves["any"]))
    for name, shares in curves.items():
        print(f"{name:12} of the 64 ", *(f"{share:6.3f}" for share in shares.values()))
    path = out / "saliency.png"
    draw(x, y, slopes, curves, path)
    print(f"Written: {path}")
    return curves


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Show which pixels a network looks at.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the images")
    parser.add_argument("--epochs", type=int, default=10, help="times that every training image is seen")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs: expected at least 1")
    main(**vars(arguments))
