"""The fitting loop: what every introduction teaches in seven steps.

1. The weights begin small and random: the model brings them along (`nn.init`). Equal ones would stay equal for ever.
2. Forward: the model computes its outputs for some rows.
3. The loss says how wrong they are.
4. Backward: the gradient of the loss by each weight.
5. After the whole backward pass, not within it, the optimizer moves each weight against its gradient.
6. The same for the next rows: a row at a time, a mini-batch, or all at once.
7. An epoch is over when all rows were seen; then comes the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from autograd.errors import AnomalyError
from nn.data import DataLoader
from nn.training.callbacks import Callback
from nn.training.history import History
from nn.training.interruption import Interruption
from nn.training.progress import Progress
from nn.training.recovery import Snapshot, evaluating, first_trouble
from nn.training.scoring import Score
from nn.training.steps import Batch, NotFinite, Step

if TYPE_CHECKING:
    from nn.training.trainer import Trainer

__all__ = ["Loop", "batches_of"]


class Loop:
    """A run of `fit`, ready to begin.

    Args:
        loader: gives the rows of an epoch in batches.
        accumulate: how many batches make an update.
        validate: the results on validation data, by name.
    """

    def __init__(
        self,
        trainer: Trainer,
        step: Step,
        loader: DataLoader,
        *,
        callbacks: Sequence[Callback],
        progress: Progress,
        accumulate: int,
        validate: Callable[[], dict[str, Any]],
        check: Callable[[Batch], None] | None,
    ) -> None:
        self.trainer, self.step, self.loader = trainer, step, loader
        self.callbacks, self.progress = callbacks, progress
        self.accumulate, self.validate, self.check = accumulate, validate, check
        self.score = Score(trainer.metrics)
        self.snapshot = Snapshot(trainer.model, trainer.optimizer)
        self.history: History = trainer.history
        self._latest: Sequence[Batch] = ()  # the batches of the latest update
        self._at_begin = _overriding(callbacks, "on_train_batch_begin")
        self._at_end = _overriding(callbacks, "on_train_batch_end")

    def run(self, epochs: range) -> None:
        """Train for these epochs, or until a callback stops it.

        Raises:
            AnomalyError: for a loss that is NaN or infinite.
            KeyboardInterrupt: for Ctrl-C, after the step in which it came.
        """
        modes = evaluating(self.trainer.model)  # only to put the modes of all modules back in the end
        with modes, self.progress, Interruption() as self.interruption:
            self.trainer.model.train()
            for callback in self.callbacks:
                callback.on_train_begin()
            try:
                for epoch in epochs:
                    self._epoch(epoch)
                    if self.trainer.stop_training:
                        break
            except _Stopped:
                pass
            finally:
                self.trainer.optimizer.zero_grad()
            for callback in self.callbacks:
                callback.on_train_end()

    def _epoch(self, epoch: int) -> None:
        self.score.reset()
        for callback in self.callbacks:
            callback.on_epoch_begin(epoch)
        try:
            for number, batches in enumerate(self._groups()):  # 6. rows after rows
                self._learn(number, batches)
                self.interruption.pass_on()
            if not self.snapshot.weights_are_finite():
                raise NotFinite(float("nan"), self._latest[-1])
        except NotFinite as trouble:
            self._recover(epoch, trouble)
        logs = self.score.results()  # 7. an epoch is over
        logs |= {f"val_{name}": value for name, value in self.validate().items()}
        for callback in self.callbacks:
            callback.on_epoch_end(epoch, logs)
        self.history.add(epoch, logs)
        self.progress.epoch(epoch + 1, logs)
        self.interruption.pass_on()

    def _learn(self, number: int, batches: Sequence[Batch]) -> None:
        """One update by one batch, or by several as if they were one."""
        for callback in self._at_begin:
            callback.on_train_batch_begin(number)
        done = self.step.gradients(batches)  # 2. forward, 3. loss, 4. backward
        self.snapshot.take()
        self.interruption.updating = True
        self.step.update(batches)  # 5. the optimizer moves the weights
        self.interruption.updating = False
        self._latest = batches
        for (loss, output), (x, y, _) in zip(done, batches, strict=True):
            self.score.add(loss, y, output, len(x))
            self.progress.batch(len(x), loss)
            for callback in self._at_end:
                callback.on_train_batch_end(number, {"loss": loss, "rows": len(x)})

    def _groups(self) -> Iterator[list[Batch]]:
        """The batches of an epoch, as many together as make an update."""
        batches = batches_of(self.loader, self.check)
        while group := list(islice(batches, self.accumulate)):
            yield group

    def _recover(self, epoch: int, trouble: NotFinite) -> None:
        """Put the last good weights back, name the operation that made them bad, and tell everybody.

        Raises:
            AnomalyError: unless a callback takes it on itself.
        """
        update_was_bad = not self.snapshot.weights_are_finite()
        if update_was_bad:  # the latest update spoiled the weights: its batches are to blame
            self.snapshot.restore()
        else:
            self.snapshot.restore_buffers()
        batches = self._latest if update_was_bad else [trouble.batch]
        self.step.replayed = False
        self.step.forget()
        found = first_trouble(lambda: [self.step.differentiate(batch) for batch in batches])
        self.snapshot.restore()
        self.trainer.optimizer.zero_grad()
        if not found:
            found = "no operation: the update itself was too large. Lower the learning rate, or pass clip_norm=1.0"
        error = AnomalyError(
            f"fit: the loss was {trouble.loss!r} in epoch {epoch + 1}. The first operation to blame: {found} The model "
            "has the weights again that it had before the latest update."
        )
        self.trainer.stop_training = False
        for callback in self.callbacks:
            callback.on_anomaly(error)
        if not self.trainer.stop_training:
            raise error
        raise _Stopped


class _Stopped(Exception):  # noqa: N818  (no error: a callback has dealt with it)
    """The run is over."""


def batches_of(loader: DataLoader, check: Callable[[Batch], None] | None = None) -> Iterator[Batch]:
    """The batches of a loader: rows, targets, and weights or None."""
    for batch in loader:
        found: Batch = (*batch, None) if len(batch) == 2 else batch
        if check is not None:
            check(found)
        yield found


def _overriding(callbacks: Sequence[Callback], name: str) -> list[Callback]:
    """The callbacks that do something there: calling the others would only take time."""
    return [each for each in callbacks if getattr(each, name) != getattr(Callback, name).__get__(each)]
