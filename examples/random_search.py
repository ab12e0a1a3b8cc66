"""Random search against gradient descent: how often each must compute the loss, as the weights become more.

    pip install -e ".[all]"
    python examples/random_search.py     # takes --seed, --trials, --budget and --out

A linear neuron predicts the progression of diabetes from one measurement, from two, and so on up to ten; a search ends
where its loss is within 5 % of that of least squares. Random search around the start needs many times as many losses
for each further weight, around the best so far some more. A gradient tells the slopes along all weights at once, and
costs about as much as four losses, however many weights there are.

Source: L. Rastrigin, The convergence of the random search method in the extremal control of a many-parameter system
(1963); the data are those of B. Efron et al., Least angle regression (2004).
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

from autograd import Value
from nn import Neuron, functional, optim

Array = NDArray[np.float64]
Rule = Callable[[list[Value], int], optim.Optimizer]
MEASUREMENTS = (1, 2, 3, 5, 8, 10)
GRADIENT_COST = 4  # losses: the forward pass is one, the backward pass was measured to take 2.7 times as long

RULES: dict[str, Rule] = {
    "random search around the start": lambda p, seed: optim.RandomSearch(p, lr=1.0, local=False, rng=seed),
    "random search around the best": lambda p, seed: optim.RandomSearch(p, lr=0.1, rng=seed),
    "gradient descent": lambda p, seed: optim.SGD(p, lr=0.1),
}


def load() -> tuple[Array, Array]:
    """Ten measurements of each of 442 patients, (442, 10), and the progression, (442,): in standard deviations."""
    measurements, progression = load_diabetes(return_X_y=True)
    return scale(measurements), scale(progression)


def least_loss(x: Array, y: Array) -> float:
    design = np.column_stack([x, np.ones(len(x))])
    return float(((design @ np.linalg.lstsq(design, y)[0] - y) ** 2).mean())


def search(rule: Rule, x: Array, y: Array, budget: int, seed: int) -> int:
    """How many losses were computed until one was within 5 % of the least, a gradient counted as four; or `budget`."""
    neuron = Neuron(x.shape[1], nonlin=False, vectorized=True)
    neuron.w.data, neuron.b.data = np.ones(x.shape[1]), np.array(1.0)
    optimizer, goal = rule(neuron.parameters(), seed), 1.05 * least_loss(x, y)
    count, lowest = 0, np.inf

    def loss() -> Value:
        nonlocal count, lowest
        value = functional.mse_loss(neuron(x), y)
        count, lowest = count + 1, min(lowest, value.item())
        if descends:
            value.backward()
            count += GRADIENT_COST - 1
        return value

    descends = not isinstance(optimizer, optim.RandomSearch)
    while lowest > goal and count < budget:
        optimizer.zero_grad()
        optimizer.step(loss)
    return min(count, budget)


def draw(counts: dict[str, list[float]], budget: int, path: Path) -> None:
    figure = Figure(figsize=(7.5, 4.5), layout="constrained")
    axes = figure.subplots()
    weights = [n + 1 for n in MEASUREMENTS]
    for (name, numbers), marker, colour in zip(counts.items(), "os^", ("#d55e00", "#e69f00", "#0072b2"), strict=True):
        axes.semilogy(weights, numbers, marker=marker, color=colour, label=name)
    axes.axhline(budget, color="black", linestyle="dotted", label="given up")
    axes.set(xlabel="weights, the bias included", ylabel="losses computed", xticks=weights)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside upper center", ncols=2)
    figure.savefig(path, dpi=150)


def main(seed: int = 0, trials: int = 3, budget: int = 5000, out: Path = Path("out")) -> dict[str, list[float]]:
    """For each rule the losses computed, the median of some trials, for each number of measurements."""
    out.mkdir(parents=True, exist_ok=True)
    x, y = load()
    counts = {
        name: [
            float(np.median([search(rule, x[:, :n], y, budget, seed + trial) for trial in range(trials)]))
            for n in MEASUREMENTS
        ]
        for name, rule in RULES.items()
    }
    print(f"losses computed, with ... weights   {''.join(f'{n + 1:8}' for n in MEASUREMENTS)}")
    for name, numbers in counts.items():
        print(f"{name:35} {''.join(f'{n:8,.0f}' if n < budget else f'  >{n:,.0f}' for n in numbers)}")
    path = out / "random_search.png"
    draw(counts, budget, path)
    print(f"Written: {path}")
    return counts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compare random search with gradient descent.")
    parser.add_argument("--seed", type=int, default=0, help="of the search")
    parser.add_argument("--trials", type=int, default=3, help="searches of each kind, of which the median counts")
    parser.add_argument("--budget", type=int, default=5000, help="losses after which a search is given up")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    main(**vars(parser.parse_args()))
