"""Callbacks that end a run."""

from __future__ import annotations

from typing import Any

from autograd.errors import AnomalyError
from nn.options import NUMBER, count
from nn.training.callbacks.callback import Callback, Logs
from nn.training.callbacks.monitors import Monitor
from nn.warning import warn

__all__ = ["EarlyStopping", "TerminateOnNaN"]


class EarlyStopping(Callback):
    """End the run when a result has not become better for some epochs.

    Args:
        monitor: the name of the result.
        min_delta: what counts as better is better by more than this.
        patience: after how many epochs without a better one the run ends.
        verbose: 1 says so.
        mode: "min", "max", or "auto", by the name.
        baseline: what the first epochs have to be better than.
        restore_best_weights: whether the model ends with the weights, and buffers, of the best epoch; by default it
            does, unlike Keras': they are what one waits for.
        start_from_epoch: how many epochs pass before the first one counts.

    Attributes:
        stopped_epoch: the epoch, counted from 0, after which the run ended, None if it did not end early.
        best_epoch: the epoch of the best result, counted from 0.

    Raises:
        ArgumentError: for another mode; in a run, where the result is not measured.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = True,
        start_from_epoch: int = 0,
    ) -> None:
        difference = abs(NUMBER("EarlyStopping", min_delta=min_delta))
        self.monitor = Monitor("EarlyStopping", monitor, mode, difference, baseline)
        self.patience, self.verbose = count(0)("EarlyStopping", patience=patience), verbose
        self.start_from_epoch = count(0)("EarlyStopping", start_from_epoch=start_from_epoch)
        self.restore_best_weights = restore_best_weights

    @property
    def best(self) -> float:
        """The best result."""
        return self.monitor.best

    def on_train_begin(self) -> None:
        self.monitor.reset()
        self.stopped_epoch: int | None = None
        self.best_epoch: int | None = None
        self.best_weights: dict[str, Any] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        value = self.monitor.of(logs)
        if epoch < self.start_from_epoch:
            return
        better = self.monitor.improves(value)
        if better or (self.best_weights is None and self.restore_best_weights):  # those of the first, at least
            self.best_epoch = epoch
            self.best_weights = self.trainer.model.state_dict() if self.restore_best_weights else None
        if self.monitor.wait >= max(self.patience, 1) and epoch > 0:
            self.stopped_epoch = epoch
            self.trainer.stop_training = True

    def on_train_end(self) -> None:
        if self.verbose and self.stopped_epoch is not None:
            best = None if self.best_epoch is None else self.best_epoch + 1
            is_start = self.best == self.monitor.start
            found = f"never better than {self.best:.4g}" if is_start else f"best in epoch {best}, at {self.best:.4g}"
            back = "" if self.best_weights is None else f"; the weights of epoch {best} are back"
            print(f"Stopped after epoch {self.stopped_epoch + 1}: {self.monitor.name} was {found}{back}.")
        if self.best_weights is not None:
            self.trainer.model.load_state_dict(self.best_weights)


class TerminateOnNaN(Callback):
    """End the run without an error when a loss is NaN or infinite, with a warning; the last good weights are back.

    Attributes:
        error: the AnomalyError that would have been raised, or None.
    """

    error: AnomalyError | None = None

    def on_anomaly(self, error: AnomalyError) -> None:
        self.error = error
        self.trainer.stop_training = True
        warn(str(error), RuntimeWarning)
