"""Most synapses of a trained network can be cut: what is nearest to zero does least.

    pip install -e ".[all]"
    python examples/pruning.py

A network that reads digits loses its smallest weights, a share at a time, and is trained a little after each cut. With
nine of ten weights gone it reads as well as before; weights cut at random are missed much sooner, and without training
in between the smallest are, too.

Source: Han, Pool, Tran and Dally, Learning both Weights and Connections for Efficient Neural Networks (2015).
"""

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np
from digits_cnn import Digits, accuracy, load, mlp
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"

from nn import Linear, Module, functional, optim
from nn.utils import prune

LEFT = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02)  # shares of the weights that are left after each cut


def train(model: Module, data: Digits, epochs: int, rng: np.random.Generator) -> None:
    optimizer = optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(len(data.x_train)), len(data.x_train) // 32):
            loss = functional.cross_entropy(model(data.x_train[rows]), data.y_train[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def cut(model: Module, share: float, how: str, rng: np.random.Generator) -> None:
    """Cut this share of the weights that each layer still has."""
    for layer in model.modules():
        if isinstance(layer, Linear) and how == "random":
            prune.random_unstructured(layer, "weight", share, rng=rng)
        elif isinstance(layer, Linear):
            prune.l1_unstructured(layer, "weight", share)


def run(state: dict[str, np.ndarray], data: Digits, how: str, epochs: int, seed: int) -> list[float]:
    """The test accuracy after each cut of a trained network."""
    rng = np.random.default_rng(seed)
    model = mlp(rng)
    model.load_state_dict(state)
    accuracies = [accuracy(model, data.x_test, data.y_test)]
    for before, after in pairwise(LEFT):
        cut(model, 1 - after / before, how, rng)
        if how != "smallest, no training":
            train(model, data, epochs, rng)
        accuracies.append(accuracy(model, data.x_test, data.y_test))
    return accuracies


def draw(curves: dict[str, list[float]], path: Path) -> None:
    figure = Figure(figsize=(7, 3.8), layout="constrained")
    axes = figure.subplots()
    for (name, shares), colour in zip(curves.items(), ("#0072b2", "#d55e00", "#b0b0b0"), strict=True):
        axes.semilogx([100 * left for left in LEFT], shares, "o-", color=colour, label=f"cut: {name}")
    axes.set_xticks([100 * left for left in LEFT], [f"{left:.0%}" for left in LEFT])
    axes.minorticks_off()
    axes.invert_xaxis()
    axes.set(xlabel="weights left", ylabel="share read correctly", title="Digits never seen")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")
    figure.savefig(path, dpi=150)


def main(seed: int = 0, epochs: int = 5, out: Path = Path("out")) -> dict[str, list[float]]:
    """The test accuracy with each share of the weights in `LEFT`, for each way of cutting."""
    out.mkdir(parents=True, exist_ok=True)
    data, rng = load(), np.random.default_rng(seed)
    model = mlp(rng)
    train(model, data, 4 * epochs, rng)
    print("weights left                     ", *(f"{left:6.0%}" for left in LEFT))
    curves = {}
    for how in ("smallest", "random", "smallest, no training"):
        curves[how] = run(model.state_dict(), data, how, epochs, seed)
        print(f"accuracy, cut: {how:21}", *(f"{share:6.3f}" for share in curves[how]), flush=True)
    path = out / "pruning.png"
    draw(curves, path)
    print(f"Written: {path}")
    return curves


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Cut the synapses of a network that reads digits.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the images")
    parser.add_argument(
        "--epochs", type=int, default=5, help="of training after each cut; before the first, four times"
    )
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs: expected at least 1")
    main(**vars(arguments))
