"""An LSTM reads 22 years of sunspots and foretells the next; the naive forecast errs nearly twice as much.

    pip install -e ".[all]"
    python examples/sunspots.py

The mean number of sunspots of each year from 1700 to 2008 rises and falls in about eleven years (statsmodels' data set
`sunspots`). The network learns from the years before 1950; each later year is foretold from the 22 before it. A
forecast is judged not by how near its curve looks, but beside those that cost nothing: next year will be as this one.
Least squares on the same 22 years does as well as the network: the rhythm is simple, and 250 years are few.

Source: Hochreiter and Schmidhuber, Long Short-Term Memory (1997); the autoregression is Yule's (1927), on sunspots too.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression
from statsmodels.datasets import sunspots

from nn import LSTM, Linear, Module, Trainer, optim
from nn.training import LearningRateScheduler

Array = NDArray[np.float64]
WINDOW, FIRST, SPLIT = 22, 1700, 1950


class Forecaster(Module):
    """From years, shape (batch, time, 1), the one after the last of them, (batch,): the last and a learned change."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.lstm = LSTM(1, 16, batch_first=True, rng=rng)
        self.head = Linear(16, 1, rng=rng)

    def forward(self, x: Any) -> Any:
        outputs, _ = self.lstm(x)
        return x[:, -1, 0] + self.head(outputs[:, -1])[:, 0]


def windows(numbers: Array) -> tuple[Array, Array]:
    """Each run of 22 years, shape (n, 22), and the year after it, (n,)."""
    runs = np.lib.stride_tricks.sliding_window_view(numbers, WINDOW + 1)
    return runs[:, :-1], runs[:, -1]


def error(forecast: Array, truth: Array) -> float:
    """The root of the mean squared error, in sunspots."""
    return float(np.sqrt(((forecast - truth) ** 2).mean()))


def forecasts(numbers: Array, epochs: int, seed: int) -> dict[str, Array]:
    """What each way foretells for the years from 1950 on."""
    roots = np.sqrt(numbers)  # counts scatter the more the greater they are, their roots evenly
    past = roots[: SPLIT - FIRST]
    mean, deviation = past.mean(), past.std()  # of the years that may be known
    x, y = windows((past - mean) / deviation)
    x_new, _ = windows((roots[SPLIT - FIRST - WINDOW :] - mean) / deviation)
    rng = np.random.default_rng(seed)
    model = Forecaster(rng)
    trainer = Trainer(model, rng=rng).compile(optim.Adam(model.parameters(), lr=0.01), "mse_loss")
    slower = LearningRateScheduler(lambda epoch: 0.01 * (1 - epoch / epochs))
    trainer.fit(x[..., None], y, epochs=epochs, callbacks=[slower], clip_norm=1.0, replay=True, verbose=0)
    foretold = {
        "as this year": x_new[:, -1],
        "as eleven years ago": x_new[:, -11],
        "least squares": LinearRegression().fit(x, y).predict(x_new),
        "LSTM": trainer.predict(x_new[..., None]),
    }
    return {name: np.maximum(each * deviation + mean, 0.0) ** 2 for name, each in foretold.items()}


def draw(numbers: Array, foretold: dict[str, Array], path: Path) -> None:
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    axes = figure.subplots()
    years = np.arange(FIRST, FIRST + len(numbers))
    shown, new = years >= SPLIT - 50, years >= SPLIT
    axes.plot(years[shown], numbers[shown], color="black", label="counted")
    for name, colour in (("as this year", "#b0b0b0"), ("least squares", "#d55e00"), ("LSTM", "#0072b2")):
        axes.plot(years[new], foretold[name], color=colour, label=f"{name}, one year ahead")
    axes.axvline(SPLIT, color="black", linestyle="dotted")
    axes.set(xlabel="year", ylabel="sunspots", title="Learned from the years before 1950")
    figure.legend(loc="outside lower center", ncols=4)
    figure.savefig(path, dpi=150)


def main(seed: int = 0, epochs: int = 20, out: Path = Path("out")) -> dict[str, float]:
    """The error of each forecast."""
    out.mkdir(parents=True, exist_ok=True)
    numbers = sunspots.load_pandas().data["SUNACTIVITY"].to_numpy()
    foretold = forecasts(numbers, epochs, seed)
    truth = numbers[SPLIT - FIRST :]
    errors = {name: error(each, truth) for name, each in foretold.items()}
    print(
        f"{len(truth)} years of {truth.mean():.1f} sunspots on average, foretold one year ahead; root mean square error"
    )
    for name, each in errors.items():
        print(f"{name:20}  {each:5.2f}")
    path = out / "sunspots.png"
    draw(numbers, foretold, path)
    print(f"Written: {path}")
    return errors


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Foretell sunspots by an LSTM.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the years")
    parser.add_argument("--epochs", type=int, default=20, help="times that every year is seen")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs: expected at least 1")
    main(**vars(arguments))
