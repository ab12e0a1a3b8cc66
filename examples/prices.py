"""Price regression: features on one scale are learned in no time, raw ones never.

    pip install -e ".[all]"
    python examples/prices.py

The price of copper in the 25 years from 1951 to 1975, adjusted for inflation (statsmodels' data set `copper`, which
does not tell the unit), is predicted from the world's consumption, an index of income, the price of aluminium, an index
of stocks and the year. They count in thousands, in ones and in hundredths; gradient descent has one rate for them all.
Its speed is set by the condition number, the steepest curvature of the loss over the flattest: standardised features
lower it 400 million fold.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.preprocessing import StandardScaler
from statsmodels.datasets import copper

from nn import Linear, functional, optim

Array = NDArray[np.float64]
FEATURES = ["WORLDCONSUMPTION", "INCOMEINDEX", "ALUMPRICE", "INVENTORYINDEX", "TIME"]


class Descent(NamedTuple):
    """What gradient descent came to: R² after each step, the predictions in the end, the condition number."""

    r2: list[float]
    predicted: Array
    condition: float


def load() -> tuple[Array, Array]:
    """The features, shape (25, 5), and the prices, (25,)."""
    table = copper.load_pandas().data
    return table[FEATURES].to_numpy(), table["COPPERPRICE"].to_numpy()


def curvatures(x: Array) -> Array:
    """The eigenvalues of the Hessian of the mean squared error, the same for all weights, in ascending order."""
    design = np.column_stack([x, np.ones(len(x))])
    return np.linalg.eigvalsh(2.0 / len(x) * design.T @ design)


def gradient_descent(x: Array, y: Array, steps: int, seed: int) -> Descent:
    """Descend at the rate 1/λ, λ the steepest curvature: at more than twice that, every step would lead away."""
    model = Linear(x.shape[1], 1, rng=seed)
    flattest, *_, steepest = curvatures(x)
    optimizer = optim.SGD(model.parameters(), lr=1.0 / steepest)
    r2 = []
    for _ in range(steps):
        loss = functional.mse_loss(model(x)[:, 0], y)
        r2.append(1.0 - loss.item() / y.var())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Descent(r2, model(x).data[:, 0], steepest / flattest)


def draw(y: Array, runs: dict[str, Descent], limit: float, path: Path) -> None:
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    years = np.arange(1951, 1976)
    right.plot(years, y, "o", color="black", label="paid")
    for (name, run), colour in zip(runs.items(), ("#d55e00", "#0072b2"), strict=True):
        left.semilogx(np.arange(1, len(run.r2) + 1), run.r2, color=colour, label=name)
        right.plot(years, run.predicted, color=colour)
    left.axhline(limit, color="black", linestyle="dashed", label="least squares")
    left.set(xlabel="steps", ylabel="R²", ylim=(-3, 1), title="How much of the price is explained")
    right.set(xlabel="year", ylabel="price", title="The price of copper, adjusted for inflation")
    figure.legend(loc="outside lower center", ncols=4)
    figure.savefig(path, dpi=150)


def main(seed: int = 0, steps: int = 2000, out: Path = Path("out")) -> tuple[Descent, Descent, float]:
    """Both descents, on raw and on standardised features, and the R² of least squares, which no line exceeds."""
    out.mkdir(parents=True, exist_ok=True)
    x, y = load()
    standardised = StandardScaler().fit_transform(x)
    runs = {name: gradient_descent(z, y, steps, seed) for name, z in (("raw", x), ("standardised", standardised))}
    limit = r2_score(y, LinearRegression().fit(standardised, y).predict(standardised))
    print("features       condition number   R² after 100 steps   after all")
    for name, run in runs.items():
        print(f"{name:13}  {run.condition:16.3g}   {run.r2[min(99, steps - 1)]:18.4f}   {run.r2[-1]:9.4f}")
    print(f"least squares                                         {limit:9.4f}")
    unseen = cross_val_predict(LinearRegression(), standardised, y, cv=LeaveOneOut())
    print(f"A year that is left out is missed by {np.abs(unseen - y).mean():.2f}; the mean price is {y.mean():.2f}.")
    path = out / "prices.png"
    draw(y, runs, limit, path)
    print(f"Written: {path}")
    return runs["raw"], runs["standardised"], limit


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Learn the price of copper from raw and from standardised features.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights")
    parser.add_argument("--steps", type=int, default=2000, help="of gradient descent")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if arguments.steps < 1:
        parser.error("--steps: expected at least 1")
    main(**vars(arguments))
