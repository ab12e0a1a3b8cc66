"""LivePlot: the results of all epochs so far as curves, drawn anew while the model learns."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import MissingPackageError
from nn.options import COUNT, PATH, optional
from nn.training.callbacks.callback import Callback, Logs
from nn.training.history import History, is_number

__all__ = ["LivePlot"]


class LivePlot(Callback):
    """Plot losses and metrics after each epoch: in a notebook in place, else in a window, or into a file.

    Args:
        path: a file that is written anew each time, .png or .svg; None shows the plot instead.
        names: which results to plot, by default all.
        draw: a function of (history, ax=axes) that draws, such as `viz.plot_history`; by default plain lines.
        every: how many epochs there are from one plot to the next.

    Raises:
        MissingPackageError: without Matplotlib.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        names: Sequence[str] | None = None,
        draw: Callable[..., Any] | None = None,
        every: int = 1,
    ) -> None:
        try:
            import matplotlib.figure  # noqa: F401
        except ImportError as error:
            raise MissingPackageError.to("draw a plot", "LivePlot", "matplotlib", "examples") from error
        self.path, self.names = optional(PATH)("LivePlot", path=path), names
        self.every = COUNT("LivePlot", every=every)
        self._draw = _lines if draw is None else draw

    def on_train_begin(self) -> None:
        if self.path is not None:
            from matplotlib.figure import Figure

            self.figure = Figure(figsize=(7.0, 4.2), layout="constrained")
        else:
            from matplotlib import pyplot as plt

            self.figure = plt.figure(figsize=(7.0, 4.2), layout="constrained")
        self._shown = History()
        self._handle: Any = None

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        wanted = logs if self.names is None else self.names
        self._shown.add(epoch, {name: float(logs[name]) for name in wanted if name in logs and is_number(logs[name])})
        if len(self._shown.epoch) % self.every == 0:
            self._redraw()

    def on_train_end(self) -> None:
        if len(self._shown.epoch) % self.every:
            self._redraw()
        if self._handle is not None:  # or the notebook would show it once more
            from matplotlib import pyplot as plt

            plt.close(self.figure)

    def _redraw(self) -> None:
        self.figure.clear()
        self._draw(self._shown, ax=self.figure.subplots())
        if self.path is not None:
            self.figure.savefig(self.path, dpi=120)
        elif "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
            display = sys.modules["IPython"].display.display
            if self._handle is None:
                self._handle = display(self.figure, display_id=True)
            else:
                self._handle.update(self.figure)
        else:
            self.figure.canvas.draw_idle()
            self.figure.canvas.flush_events()


def _lines(history: History, ax: Any) -> None:
    for name, values in history.history.items():
        ax.plot([epoch + 1 for epoch in history.epoch[-len(values) :]], values, label=name, marker=".")
    ax.set_xlabel("epoch")
    ax.grid(alpha=0.3)
    ax.legend()
