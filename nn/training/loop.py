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
from contextlib import contextmanager
from itertools import islice, starmap
from typing import TYPE_CHECKING, Any

from autograd.errors import AnomalyError, ArgumentError
from nn.training.callbacks import Callback
from nn.training.checks import require_gradients
from nn.training.criterion import Batch
from nn.training.history import History
from nn.training.interruption import Interruption
from nn.training.modes import modes_kept
from nn.training.progress import Progress
from nn.training.recovery import Snapshot, first_trouble, is_finite
from nn.training.scoring import Score
from nn.training.sources import Batches
from nn.training.steps import NotFinite, Step

if TYPE_CHECKING:
    from nn.training.trainer import Trainer

__all__ = ["Loop"]


class Loop:
    """A run of `fit`, ready to begin.

    Args:
        batches: of an epoch.
        accumulate: how many batches make an update.
        validate: the results on validation data, by name.
    """

    def __init__(
        self,
        trainer: Trainer,
        step: Step,
        batches: Batches,
        *,
        callbacks: Sequence[Callback],
        progress: Progress,
        accumulate: int,
        validate: Callable[[], dict[str, Any]],
    ) -> None:
        self.trainer, self.step, self.batches = trainer, step, batches
        self.callbacks, self.progress = callbacks, progress
        self.accumulate, self.validate = accumulate, validate
        self.score = Score(trainer.metrics, trainer.criterion.sums)
        self.snapshot = Snapshot(trainer.model, trainer.optimizer)
        self.history: History = trainer.history
        self._latest: Sequence[Batch] = ()  # the batches of the latest update
        self._at_begin = _overriding(callbacks, "on_train_batch_begin")
        self._at_end = _overriding(callbacks, "on_train_batch_end")

    def run(self, epochs: range) -> None:
        """Train for these epochs, or until a callback stops it.

        Raises:
            ArgumentError: for weights that are not finite in the beginning.
            AnomalyError: for a loss that is NaN or infinite.
            KeyboardInterrupt: for Ctrl-C, after the step in which it came.
        """
        self._require_finite_weights()
        modes = modes_kept(self.trainer.model)
        with _fitting(self.trainer), modes, self.progress, Interruption() as self.interruption:
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

    def _require_finite_weights(self) -> None:
        lost = [name for name, p in self.trainer.model.named_parameters() if not is_finite(p.data)]
        if lost:
            raise ArgumentError(
                f"fit: found NaN or infinity in {', '.join(lost):.80} before the first step; expected finite weights. "
                "Make the model anew, or load a state that was saved before."
            )

    def _epoch(self, epoch: int) -> None:
        self.score.reset()
        for callback in self.callbacks:
            callback.on_epoch_begin(epoch)
        self.step.renew()
        try:
            for number, batches in enumerate(self._groups()):  # 6. rows after rows
                self._learn(number, batches)
                self.interruption.pass_on()
            if not self.snapshot.weights_are_finite():
                self._recover(epoch)
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
        counts = any(batch.divisor for batch in batches)
        self.snapshot.note()
        try:
            done = self.step.gradients(batches)  # 2. forward, 3. loss, 4. backward
            if counts and not self._latest:
                require_gradients(self.trainer.model, self.trainer.optimizer)
        except BaseException:
            self.snapshot.restore_buffers()
            raise
        if counts:
            self.snapshot.take()
            self._update(batches)  # 5. the optimizer moves the weights
            self._latest = batches
        for (loss, output), (x, y, _, divisor) in zip(done, batches, strict=True):
            self.score.add(loss, y, output, divisor)
            self.progress.batch(len(x), loss)
            for callback in self._at_end:
                callback.on_train_batch_end(number, {"loss": loss, "rows": len(x)})

    def _update(self, batches: Sequence[Batch]) -> None:
        """Move all weights or, where that fails, none."""
        self.interruption.updating = True
        try:
            self.step.update(batches)
        except BaseException:
            self.snapshot.restore()
            raise
        finally:
            self.interruption.updating = False

    def _groups(self) -> Iterator[list[Batch]]:
        """The batches of an epoch, as many together as make an update."""
        batches = starmap(self.step.criterion.batch, self.batches)
        while group := list(islice(batches, self.accumulate)):
            yield group

    def _recover(self, epoch: int, trouble: NotFinite | None = None) -> None:
        """Put the last good weights back, name the operation that made them bad, and tell everybody.

        Args:
            epoch: in which it came up.
            trouble: the loss; None where no loss was bad, but the weights are.

        Raises:
            AnomalyError: unless a callback takes it on itself.
        """
        if trouble is None or not self.snapshot.weights_are_finite():
            batches = self._latest  # the latest update spoiled the weights: its batches are to blame
            self.snapshot.restore()
        else:
            batches = [trouble.batch]
            self.snapshot.put(trouble.weights)
        self.step.replayed = False
        self.step.forget()
        found = first_trouble(lambda: [self.step.differentiate(batch) for batch in batches])
        self.snapshot.restore()
        self.trainer.optimizer.zero_grad()
        if not found:
            found = "no operation: the update itself was too large. Lower the learning rate, or pass clip_norm=1.0."
        what = f"the loss was {trouble.loss!r}" if trouble else "an update made weights that are not finite"
        error = AnomalyError(
            f"fit: {what} in epoch {epoch + 1}. The first operation to blame: {found} The model has the weights again "
            "that it had before the latest update. If the losses grew before, lower the learning rate."
        )
        self.trainer.stop_training = False
        for callback in self.callbacks:
            callback.on_anomaly(error)
        if not self.trainer.stop_training:
            raise error
        raise _Stopped


class _Stopped(Exception):  # noqa: N818  (no error: a callback has dealt with it)
    """The run is over."""


@contextmanager
def _fitting(trainer: Trainer) -> Iterator[None]:
    trainer.is_fitting = True
    try:
        yield
    finally:
        trainer.is_fitting = False


def _overriding(callbacks: Sequence[Callback], name: str) -> list[Callback]:
    """The callbacks that do something there: calling the others would only take time."""
    return [each for each in callbacks if getattr(each, name) != getattr(Callback, name).__get__(each)]
