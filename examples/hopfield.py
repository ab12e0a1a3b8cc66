"""A Hopfield memory: noisy digits roll downhill, on an energy that never rises, into the digits it has stored.

    pip install -e ".[all]"
    python examples/hopfield.py          # takes --seed, --noise, --trials and --out

64 units of -1 or 1, one for each pixel, with the energy E = -½ xᵀWx + bᵀx. The field at the units is minus its
gradient, as `backward()` computes it. One unit after another takes the sign of its field; a field of 0 keeps it as it
is. With W symmetric and 0 on the diagonal no such turn can raise E, so that the memory comes to rest.

Hebb's rule, W = XᵀX/n, takes digits that look alike for one; the projection rule, W = X⁺X, tells them apart.

Source: J. Hopfield, Neural networks and physical systems with emergent collective computational abilities, PNAS 79
(1982); L. Personnaz, I. Guyon and G. Dreyfus, Journal de Physique Lettres 46 (1985), for the projection rule.
"""

import argparse
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes  # pip install "glassgrad[examples]"
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from autograd import Value

Array = NDArray[np.float64]


def load() -> Array:
    """The mean image of each of the ten digits, every pixel -1 or 1, shape (10, 64)."""
    pixels, digits = load_digits(return_X_y=True)
    means = np.stack([pixels[digits == digit].mean(axis=0) for digit in range(10)])
    return np.where(means > 0.6 * means.max(axis=1, keepdims=True), 1.0, -1.0)


def without_diagonal(weight: Array) -> Array:
    weight[np.diag_indices_from(weight)] = 0.0
    return weight


def hebb(patterns: Array) -> Array:
    """Units that agree in the patterns pull each other, shape (units, units)."""
    return without_diagonal(patterns.T @ patterns / patterns.shape[1])


def projection(patterns: Array) -> Array:
    """The projection onto the space of the patterns: each is a place of rest, however much they are alike."""
    weight = np.linalg.pinv(patterns) @ patterns
    return without_diagonal((weight + weight.T) / 2)  # symmetric to the last bit


class Recall(NamedTuple):
    at_rest: int  # patterns
    share: float  # of spoilt patterns that came back without a wrong pixel
    turns: int  # of units, in all
    least_fall: float  # of the energy, in one turn


class Hopfield:
    """Units that are joined each to each, by a symmetric weight of shape (units, units) without a diagonal."""

    def __init__(self, weight: Array, bias: Array | None = None) -> None:
        if not (weight == weight.T).all() or np.diag(weight).any():
            raise ValueError("Hopfield: weight: expected a symmetric matrix with 0 on its diagonal.")
        self.weight = weight
        self.bias = np.zeros(len(weight)) if bias is None else bias

    def energy(self, x: Value) -> Value:
        return -0.5 * (x @ self.weight @ x) + self.bias @ x

    def field(self, x: Array) -> tuple[float, Array]:
        """The energy of the state, and the field at each unit: minus the gradient of the energy."""
        state = Value(x, label="x")
        energy = self.energy(state)
        energy.backward()
        return energy.item(), -state.grad

    def recall(self, x: Array, rng: np.random.Generator, sweeps: int = 20) -> tuple[Array, list[float]]:
        """Turn unit after unit, in random order, until none turns; the last state, and E before and after each turn."""
        x = x.copy()
        energy, field = self.field(x)
        energies = [energy]
        for _ in range(sweeps):
            before = len(energies)
            for unit in rng.permutation(len(x)):
                if np.sign(field[unit]) == -x[unit]:  # never where the field is 0
                    x[unit] = -x[unit]
                    energy, field = self.field(x)
                    energies.append(energy)
            if len(energies) == before:
                break
        return x, energies


def spoil(pattern: Array, share: float, rng: np.random.Generator) -> Array:
    """The pattern with a share of its pixels turned."""
    turned = rng.choice(len(pattern), size=round(share * len(pattern)), replace=False)
    noisy = pattern.copy()
    noisy[turned] *= -1
    return noisy


def measure(memory: Hopfield, patterns: Array, noise: float, trials: int, rng: np.random.Generator) -> Recall:
    at_rest = sum((memory.recall(pattern, rng)[0] == pattern).all() for pattern in patterns)
    right, falls = [], []
    for pattern in np.repeat(patterns, trials, axis=0):
        state, energies = memory.recall(spoil(pattern, noise, rng), rng)
        right.append((state == pattern).all())
        falls += (-np.diff(energies)).tolist()
    return Recall(int(at_rest), float(np.mean(right)), len(falls), min(falls, default=math.inf))


def show(axes: Axes, state: Array, title: str) -> None:
    axes.imshow(state.reshape(8, 8), cmap="gray_r", vmin=-1, vmax=1)
    axes.set_title(title, fontsize=10)
    axes.set(xticks=[], yticks=[])


def draw(memories: dict[str, Hopfield], patterns: Array, noise: float, rng: np.random.Generator, path: Path) -> None:
    """What each memory makes of the same spoilt digits, and the energy on the way of the last memory."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    grid = figure.add_gridspec(2, 1, height_ratios=[3, 2])
    above, below = figure.add_subfigure(grid[0]), figure.add_subfigure(grid[1])
    rows = above.subplots(1 + len(memories), len(patterns))
    axes = below.subplots()
    for digit, pattern in enumerate(patterns):
        noisy = spoil(pattern, noise, rng)
        show(rows[0, digit], noisy, f"{(noisy != pattern).sum()} wrong")
        for row, memory in zip(rows[1:], memories.values(), strict=True):
            state, energies = memory.recall(noisy, rng)
            wrong = int((state != pattern).sum())
            show(row[digit], state, f"{wrong} wrong" if wrong else "right")
        axes.plot(energies, marker=".", label=str(digit))
    for row, name in zip(rows[:, 0], ["what it is shown", *memories], strict=True):
        row.set_ylabel(name)
    axes.set(xlabel="units turned", ylabel="energy", title=f"{name}: the energy never rises")
    axes.grid(alpha=0.3)
    axes.legend(title="digit", ncols=2)
    figure.savefig(path, dpi=150)


def main(seed: int = 0, noise: float = 0.1, trials: int = 10, out: Path = Path("out")) -> dict[str, Recall]:
    """Store the ten digits by both rules; what each memory recalls."""
    out.mkdir(parents=True, exist_ok=True)
    rng, patterns = np.random.default_rng(seed), load()
    memories = {"Hebb's rule": Hopfield(hebb(patterns)), "projection": Hopfield(projection(patterns))}
    found = {name: measure(memory, patterns, noise, trials, rng) for name, memory in memories.items()}
    for name, recall in found.items():
        print(f"{name}: {recall.at_rest} of 10 digits are places of rest.")
        print(f"  recalled without a wrong pixel, with {noise:.0%} of the pixels turned: {recall.share:.0%}")
        print(f"  each of {recall.turns} turns of a unit lowered the energy, by {recall.least_fall:.4f} or more")
    path = out / "hopfield.png"
    draw(memories, patterns, noise, rng, path)
    print(f"Written: {path}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Store digits in a Hopfield memory, and recall them from noisy ones.")
    parser.add_argument("--seed", type=int, default=0, help="of the noise and of the order of the units")
    parser.add_argument("--noise", type=float, default=0.1, help="share of the pixels that are turned")
    parser.add_argument("--trials", type=int, default=10, help="noisy images of each digit")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
