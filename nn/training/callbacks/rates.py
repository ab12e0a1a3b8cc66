"""Callbacks that change the learning rate; what it was in an epoch stands in the history as "learning_rate"."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler
from nn.optim.plateau import ReduceLROnPlateau as Plateau
from nn.options import count, number, such_as
from nn.training.callbacks.callback import Callback, Logs
from nn.training.callbacks.monitors import Monitor

__all__ = ["LearningRateScheduler", "ReduceLROnPlateau"]


SCHEDULE = such_as(
    "a function of (epoch, rate), or a schedule of nn.optim.lr_scheduler; its ReduceLROnPlateau is a callback, too",
    lambda x: (callable(x) or isinstance(x, LRScheduler)) and not isinstance(x, (Plateau, type)),
)


class LearningRateScheduler(Callback):
    """Set the learning rate for each epoch.

    Args:
        schedule: a function of (epoch, rate) that gives the new rate, and is asked for each group of parameters with
            its own; where all have the same, a function of the epoch alone; or a schedule of `nn.optim.lr_scheduler`
            for the trainer's optimizer, which makes a step after each epoch.
        verbose: 1 says so.

    Raises:
        ArgumentError: for anything else; in a run, before it begins, for a schedule of another optimizer.
    """

    def __init__(self, schedule: Any, verbose: int = 0) -> None:
        self.schedule, self.verbose = SCHEDULE("LearningRateScheduler", schedule=schedule), verbose

    def on_train_begin(self) -> None:
        if isinstance(self.schedule, LRScheduler) and self.schedule.optimizer is not self.trainer.optimizer:
            raise ArgumentError(
                "LearningRateScheduler: found a schedule of another optimizer; expected one of the trainer's: build it "
                "with trainer.optimizer."
            )

    def on_epoch_begin(self, epoch: int) -> None:
        optimizer = self.trainer.optimizer
        if not isinstance(self.schedule, LRScheduler):
            _set_rates(optimizer, self._due(epoch, _rates(optimizer)))
        if self.verbose:
            print(f"Epoch {epoch + 1}: the learning rate is {optimizer.lr:.4g}.")

    def _due(self, epoch: int, rates: list[float]) -> list[float]:
        if _takes_rate(self.schedule):
            return [self.schedule(epoch, rate) for rate in rates]
        if len(set(rates)) > 1:
            raise ArgumentError(
                f"LearningRateScheduler: found groups of parameters with the rates {', '.join(map(str, rates))} and a "
                "schedule of the epoch alone; expected a function of (epoch, rate), which is asked for each group."
            )
        return [self.schedule(epoch)] * len(rates)

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        logs["learning_rate"] = self.trainer.optimizer.lr
        if isinstance(self.schedule, LRScheduler):
            self.schedule.step()


class ReduceLROnPlateau(Callback):
    """Multiply the learning rate, that of each group, by a factor when a result has not become better for some epochs.

    Args:
        monitor: the name of the result.
        factor: below 1.
        patience: after how many epochs without a better one the rate changes.
        verbose: 1 says so.
        mode: "min", "max", or "auto", by the name.
        min_delta: what counts as better is better by more than this.
        cooldown: how many epochs after a change do not count.
        min_lr: the rate goes no lower.

    Raises:
        ArgumentError: for a factor of 1 or more; in a run, where the result is not measured.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        self.monitor = Monitor("ReduceLROnPlateau", monitor, mode, min_delta)
        self.factor = number(0, 1, "()")("ReduceLROnPlateau", factor=factor)
        self.patience = count(0)("ReduceLROnPlateau", patience=patience)
        self.cooldown = count(0)("ReduceLROnPlateau", cooldown=cooldown)
        self.min_lr, self.verbose = number(0)("ReduceLROnPlateau", min_lr=min_lr), verbose

    def on_train_begin(self) -> None:
        self.monitor.reset()
        self.resting = 0

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        optimizer = self.trainer.optimizer
        logs["learning_rate"] = optimizer.lr
        monitor = self.monitor
        better = monitor.improves(monitor.of(logs))
        if self.resting:
            self.resting -= 1
            monitor.wait = 0 if self.resting or better else 1  # the last epoch of the rest counts again, as Keras'
        rates = _rates(optimizer)
        if not better and not self.resting and monitor.wait >= self.patience and max(rates) > self.min_lr:
            _set_rates(optimizer, [min(rate, max(rate * self.factor, self.min_lr)) for rate in rates])
            monitor.wait, self.resting = 0, self.cooldown
            if self.verbose:
                print(f"Epoch {epoch + 1}: the learning rate is now {optimizer.lr:.4g}.")


def _rates(optimizer: Any) -> list[float]:
    """The rate of each group; an optimizer of the user's own has one for all parameters."""
    return [group["lr"] for group in optimizer.param_groups] if isinstance(optimizer, Optimizer) else [optimizer.lr]


def _set_rates(optimizer: Any, rates: list[float]) -> None:
    if isinstance(optimizer, Optimizer):
        optimizer.change_options([{"lr": rate} for rate in rates])
    else:
        (optimizer.lr,) = rates


def _takes_rate(schedule: Any) -> bool:
    from inspect import signature  # slow to import

    try:
        return len(signature(schedule).parameters) > 1
    except ValueError:  # one of C
        return False
