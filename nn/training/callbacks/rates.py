"""Callbacks that change the learning rate; what it was in an epoch stands in the history as "learning_rate"."""

from __future__ import annotations

from typing import Any

from nn.optim.lr_scheduler import LRScheduler
from nn.options import count, number, such_as
from nn.training.callbacks.callback import Callback, Logs
from nn.training.callbacks.monitors import Monitor

__all__ = ["LearningRateScheduler", "ReduceLROnPlateau"]


SCHEDULE = such_as(
    "a function of (epoch, rate), or a schedule of nn.optim.lr_scheduler",
    lambda x: callable(x) or isinstance(x, LRScheduler),
)


class LearningRateScheduler(Callback):
    """Set the learning rate for each epoch.

    Args:
        schedule: a function of (epoch, rate), or of the epoch alone, that gives the new rate; or a schedule of
            `nn.optim.lr_scheduler` for the trainer's optimizer, which makes a step after each epoch.
        verbose: 1 says so.
    """

    def __init__(self, schedule: Any, verbose: int = 0) -> None:
        self.schedule, self.verbose = SCHEDULE("LearningRateScheduler", schedule=schedule), verbose

    def on_epoch_begin(self, epoch: int) -> None:
        from inspect import signature  # slow to import

        optimizer = self.trainer.optimizer
        if not isinstance(self.schedule, LRScheduler):
            takes_rate = len(signature(self.schedule).parameters) > 1
            optimizer.lr = self.schedule(epoch, optimizer.lr) if takes_rate else self.schedule(epoch)
        if self.verbose:
            print(f"Epoch {epoch + 1}: the learning rate is {optimizer.lr:.4g}.")

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        logs["learning_rate"] = self.trainer.optimizer.lr
        if isinstance(self.schedule, LRScheduler):
            self.schedule.step()


class ReduceLROnPlateau(Callback):
    """Multiply the learning rate by a factor when a result has not become better for some epochs.

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
        if not better and not self.resting and monitor.wait >= self.patience and optimizer.lr > self.min_lr:
            optimizer.lr = max(optimizer.lr * self.factor, self.min_lr)
            monitor.wait, self.resting = 0, self.cooldown
            if self.verbose:
                print(f"Epoch {epoch + 1}: the learning rate is now {optimizer.lr:.4g}.")
