"""Callback: the base of all, and one made of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.errors import AnomalyError, DtypeError
from nn.options import checked, such_as
from nn.warning import warn

if TYPE_CHECKING:
    from nn.training.trainer import Trainer

__all__ = ["Callback", "LambdaCallback", "Logs", "callbacks_of"]

Logs = dict[str, Any]


class Callback:
    """What is called while `fit` runs; a callback of your own defines the methods that it needs.

    `logs` holds the results of an epoch by name, "loss" and "val_loss" say; what is added to it goes into the history.
    `trainer.stop_training = True` ends the run after the epoch, `trainer.model` and `trainer.optimizer` are at hand.
    """

    trainer: Trainer

    def on_train_begin(self) -> None:
        """Before the first epoch."""

    def on_train_end(self) -> None:
        """After the last epoch; not where an exception ended the run."""

    def on_epoch_begin(self, epoch: int) -> None:
        """Before epoch number `epoch`, counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """After an epoch and its validation."""

    def on_train_batch_begin(self, batch: int) -> None:
        """Before update number `batch` of an epoch, counted from 0."""

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """After an update; `logs` holds the "loss" of its batch before the update, and its "rows"."""

    def on_anomaly(self, error: AnomalyError) -> None:
        """A loss was NaN or infinite; the last good weights are back. After `stop_training = True` nobody raises."""


class LambdaCallback(Callback):
    """A callback made of functions, which get what the method of that name gets.

    >>> epochs = []
    >>> LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(epoch)).on_epoch_end(3, {})
    >>> epochs
    [3]
    """

    def __init__(
        self,
        on_train_begin: Callable[[], object] | None = None,
        on_train_end: Callable[[], object] | None = None,
        on_epoch_begin: Callable[[int], object] | None = None,
        on_epoch_end: Callable[[int, Logs], object] | None = None,
        on_train_batch_begin: Callable[[int], object] | None = None,
        on_train_batch_end: Callable[[int, Logs], object] | None = None,
        on_anomaly: Callable[[AnomalyError], object] | None = None,
    ) -> None:
        given = {name: each for name, each in locals().items() if name != "self" and each is not None}
        called = dict.fromkeys(given, such_as("a function of what that method gets", callable))
        vars(self).update(
            checked("LambdaCallback", called, given)
        )  # an attribute of the object comes before the method of its class


def callbacks_of(given: Any) -> list[Callback]:
    """What `fit` was given as callbacks: a sequence of them, one alone, or None."""
    alone = given is not None and not isinstance(given, (list, tuple))
    found = [given] if alone else list(given or ())
    wrong = [each for each in found if not isinstance(each, Callback)]
    if wrong:
        raise DtypeError(
            f"fit: callbacks: found {wrong[0]!r}; expected a list of callbacks, made already, as [EarlyStopping()]. "
            "One of your own is derived from nn.training.Callback. A function goes into LambdaCallback, a schedule of "
            "nn.optim.lr_scheduler into LearningRateScheduler."
        )
    for each in found:
        _warn_of_uncalled(each)
    return found


def _warn_of_uncalled(callback: Callback) -> None:
    """Warn of methods that are named like those of a callback, but nobody calls: a name may be misspelt."""
    called = [name for name in dir(Callback) if name.startswith("on_")]
    own = [name for name in dir(callback) if name.startswith("on_") and callable(getattr(callback, name))]
    if uncalled := [name for name in own if name not in called]:
        warn(
            f"fit: {type(callback).__name__}: found {', '.join(uncalled)}, which is never called; expected some of "
            f"{', '.join(called)}."
        )
