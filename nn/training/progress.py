"""How far a run is: a bar in a terminal, plain lines elsewhere, with the rate and the time left."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager
from typing import Any, Self

from nn.options import choice
from nn.training.history import is_number

__all__ = ["Progress", "progress_of"]

VERBOSE = choice("auto", 0, 1, 2)._replace(expected="'auto', 0 (silent), 1 (a bar) or 2 (lines)")
INTERVAL = 0.1  # seconds from one picture of the bar to the next


class Progress(AbstractContextManager["Progress", None]):
    """Nothing is shown; the base of those that show something.

    Args:
        epochs: of the run.
        rows: of each epoch.
    """

    def __init__(self, epochs: int, rows: int) -> None:
        self.epochs, self.rows = epochs, rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def batch(self, rows: int, loss: float) -> None:
        """An update of so many rows is done."""

    def epoch(self, epoch: int, logs: dict[str, Any]) -> None:
        """An epoch of the run, counted from 1, is done."""


class Lines(Progress):
    """A line for each epoch."""

    def __enter__(self) -> Self:
        self._start = self._before = time.perf_counter()
        self._done = 0
        return self

    def epoch(self, epoch: int, logs: dict[str, Any]) -> None:
        print(self.line(epoch, logs), flush=True)

    def line(self, epoch: int, logs: dict[str, Any]) -> str:
        """What is said of an epoch."""
        now = time.perf_counter()
        self._done += 1
        rate = self.rows / max(now - self._before, 1e-9)
        left = (now - self._start) / self._done * (self.epochs - epoch)
        self._before = now
        return f"Epoch {epoch}/{self.epochs}: {_results(logs)} ({rate:,.0f} rows/s, {_clock(left)} left)"


class Bar(Lines):
    """A bar over all epochs, by rich, and a line for each epoch above it."""

    def __enter__(self) -> Self:
        from rich import console, progress

        super().__enter__()
        self._bar = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TextColumn("{task.fields[rate]}"),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[loss]}"),
            console=console.Console(),  # of its own: the shared one may have been made for another output
        )
        total = self.rows * self.epochs
        self._task = self._bar.add_task(f"epoch 1/{self.epochs}", total=total, rate="", loss="")
        self._waiting, self._pictured, self._seen = 0, self._start, 0
        self._bar.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._bar.__exit__(*exception)

    def batch(self, rows: int, loss: float) -> None:
        self._waiting += rows
        now = time.perf_counter()
        if now - self._pictured >= INTERVAL:  # each picture costs more than a small step does
            self._seen += self._waiting
            rate = f"{self._seen / (now - self._start):,.0f} rows/s"
            self._bar.update(self._task, advance=self._waiting, rate=rate, loss=f"loss {loss:.4f}")
            self._waiting, self._pictured = 0, now

    def epoch(self, epoch: int, logs: dict[str, Any]) -> None:
        self._bar.console.print(self.line(epoch, logs), highlight=False, markup=False)
        self._bar.update(
            self._task, completed=epoch * self.rows, description=f"epoch {min(epoch + 1, self.epochs)}/{self.epochs}"
        )
        self._seen += self._waiting
        self._waiting = 0


def progress_of(verbose: Any, epochs: int, rows: int) -> Progress:
    """What `verbose` asks for: 0 nothing, 1 a bar, 2 lines; "auto" is a bar in a terminal, lines elsewhere.

    Without rich there are lines in place of the bar.

    Raises:
        ArgumentError: for anything else.
    """
    VERBOSE("fit", verbose=verbose)
    if verbose == 0:
        return Progress(epochs, rows)
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    if verbose == 2 or not is_terminal:
        return Lines(epochs, rows)
    try:
        import rich.progress  # noqa: F401
    except ImportError:
        return Lines(epochs, rows)
    return Bar(epochs, rows)


def _results(logs: dict[str, Any]) -> str:
    return ", ".join(f"{name} {float(value):.4g}" for name, value in logs.items() if is_number(value))


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}" if minutes >= 60 else f"{minutes}:{seconds:02d}"
