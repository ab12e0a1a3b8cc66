"""A network that reads digits learns from 50 images to tell odd from even, with a new last layer and all else kept.

    pip install -e ".[all]"
    python examples/pretrained.py

A network is pretrained to read ten digits. Another one, for two classes, takes over its features, the layers up to the
last, by `load_state_dict(..., strict=False)`; these are frozen, and the 66 weights of a new head are all that learns,
in steps that are cheaper, for no gradient goes further. The same network from random weights makes a third more
mistakes. With some 200 images it overtakes: frozen features know what they were made for, and no more.
"""

import argparse
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from digits_cnn import Images, Labels, load
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"

from nn import Flatten, Linear, Module, ReLU, Sequential, Trainer, optim


class Classifier(Module):
    """Features that tell images apart, and a head that names them by these."""

    def __init__(self, classes: int, rng: np.random.Generator) -> None:
        wide, narrow = Linear(64, 128, dtype="float32", rng=rng), Linear(128, 32, dtype="float32", rng=rng)
        self.features = Sequential(Flatten(), wide, ReLU(), narrow, ReLU())
        self.head = Linear(32, classes, dtype="float32", rng=rng)

    def forward(self, x: Any) -> Any:
        return self.head(self.features(x))


class Learned(NamedTuple):
    """What came of it: the test accuracy, and the milliseconds of a step."""

    accuracy: float
    step: float


def fit(model: Module, x: Images, y: Labels, epochs: int, lr: float, rng: np.random.Generator) -> Trainer:
    """Train what is not frozen."""
    optimizer = optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    trainer = Trainer(model, rng=rng).compile(optimizer, "cross_entropy", ["accuracy"])
    trainer.fit(x, y, epochs=epochs, verbose=0)
    return trainer


def transferred(state: dict[str, Any], rng: np.random.Generator) -> Classifier:
    """A network for two classes with the features of the state, frozen, and a head of its own."""
    model = Classifier(2, rng)
    features = {name: data for name, data in state.items() if name.startswith("features.")}
    missing, unexpected = model.load_state_dict(features, strict=False)
    assert (missing, unexpected) == (["head.weight", "head.bias"], [])  # what stays as it was drawn
    model.features.requires_grad_(False)
    return model


def compare(state: dict[str, Any], images: int, epochs: int, seed: int) -> dict[str, Learned]:
    """Both ways to learn from the same few images, each at a rate that suits it."""
    data, found = load(), {}
    for name, lr in (("pretrained", 0.02), ("from scratch", 0.005)):
        rng = np.random.default_rng(seed)
        rows = rng.choice(len(data.x_train), images, replace=False)
        model = transferred(state, rng) if name == "pretrained" else Classifier(2, rng)
        started = time.perf_counter()
        trainer = fit(model, data.x_train[rows], data.y_train[rows] % 2, epochs, lr, rng)
        step = (time.perf_counter() - started) / (epochs * -(-images // 32))
        _, accuracy = trainer.evaluate(data.x_test, data.y_test % 2)
        found[name] = Learned(accuracy, 1e3 * step)
    return found


def draw(curves: dict[str, list[float]], counts: list[int], path: Path) -> None:
    figure = Figure(figsize=(7, 3.8), layout="constrained")
    axes = figure.subplots()
    for (name, shares), colour in zip(curves.items(), ("#0072b2", "#d55e00"), strict=True):
        axes.semilogx(counts, shares, "o-", color=colour, label=name)
    axes.set_xticks(counts, map(str, counts))
    axes.minorticks_off()
    axes.set(xlabel="images to learn from", ylabel="share told right", title="Odd or even?")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=150)


def main(
    seed: int = 0,
    epochs: int = 60,
    out: Path = Path("out"),
    draws: int = 5,
    counts: tuple[int, ...] = (20, 50, 100, 200),
) -> dict[str, list[float]]:
    """The test accuracy of each way for each number of images, the mean over some draws of these."""
    out.mkdir(parents=True, exist_ok=True)
    data, rng = load(), np.random.default_rng(seed)
    model = Classifier(10, rng)
    _, accuracy = fit(model, data.x_train, data.y_train, max(1, epochs // 2), 2e-3, rng).evaluate(
        data.x_test, data.y_test
    )
    print(f"Pretrained: reads {accuracy:.1%} of the ten digits. Then, odd or even:\n")
    print("images   pretrained   from scratch   ms per step")
    curves: dict[str, list[float]] = {"pretrained": [], "from scratch": []}
    for count in counts:
        runs = [compare(model.state_dict(), count, epochs, seed + draw) for draw in range(draws)]
        means = {name: np.mean([run[name] for run in runs], axis=0) for name in curves}
        for name, each in means.items():
            curves[name].append(float(each[0]))
        new, old = means.values()
        print(f"{count:6}   {new[0]:10.3f}   {old[0]:12.3f}   {new[1]:.2f} and {old[1]:.2f}", flush=True)
    path = out / "pretrained.png"
    draw(curves, list(counts), path)
    print(f"Written: {path}")
    return curves


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Freeze what a network has learned, and give it a new head.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the choice of images")
    parser.add_argument("--epochs", type=int, default=60, help="times that each image is seen")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs: expected at least 1")
    main(**vars(arguments))
