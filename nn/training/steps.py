"""One update of the weights: forward, loss, backward over a batch or several, then the optimizer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import Value, no_grad, replay
from autograd.errors import ArgumentError, DtypeError, GlassgradError
from nn.arguments import plain
from nn.modules import Module
from nn.optim.closures import ByClosure
from nn.training.criterion import Batch, Criterion
from nn.training.forms import Form
from nn.training.recovery import is_finite
from nn.utils import clip_grad_norm_, clip_grad_value_

__all__ = ["NotFinite", "Step"]


class NotFinite(Exception):  # noqa: N818  (it ends in an AnomalyError that says more)
    """A loss was NaN or infinite; no update was made of it.

    Attributes:
        weights: those that gave that loss.
    """

    def __init__(self, loss: float, batch: Batch, weights: list[Any]) -> None:
        super().__init__(loss)
        self.loss, self.batch, self.weights = loss, batch, weights


class Step:
    """What is done for each update.

    Args:
        form: of the model.
        optimizer: moves the weights.
        clip_norm: the largest norm of the whole gradient, or None.
        clip_value: the largest element of a gradient, or None.
        replayed: whether forward, loss and backward are recorded once for each shape of a batch, and replayed.
    """

    def __init__(
        self,
        form: Form,
        criterion: Criterion,
        optimizer: Any,
        *,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        replayed: bool = False,
    ) -> None:
        self.form, self.criterion, self.optimizer = form, criterion, optimizer
        self.clip_norm, self.clip_value, self.replayed = clip_norm, clip_value, replayed
        self._parameters = form.model.parameters()
        self._settings: Any = None
        self.forget()

    def forget(self) -> None:
        """Record anew at the next step."""
        self._program = replay(self._loss) if self.replayed else None

    def renew(self) -> None:
        """Record anew at the next step where the model is no more what it was at the last call."""
        if self.replayed and (settings := _settings(self.form.model)) != self._settings:
            self._settings = settings
            self.forget()

    def _loss(self, x: Any, y: Any, weights: Any, share: float | None) -> tuple[Any, Any, Any]:
        """What is differentiated, the loss of the batch, and the outputs."""
        output = self.form.outputs(x)  # forward
        loss = self.criterion(output, y, weights)  # loss
        if not isinstance(loss, Value) or loss.op is None:
            raise DtypeError(
                f"fit: loss {self.criterion.name!r}: found {type(loss).__name__} {loss!r:.60}, computed of no weight; "
                "expected a Value that is: model and loss compute by operators and functions of autograd, without "
                ".data, float() and NumPy's functions."
            )
        return loss if share is None else loss * share, loss, output

    def differentiate(self, batch: Batch, share: float | None = None) -> tuple[float, Any]:
        """Add a batch's gradient to that of the weights; its loss and outputs as plain data.

        Args:
            share: what its loss counts among several batches of one update.
        """
        x, y, weights = map(self.form.taken, batch[:3])
        if not batch.divisor:
            with no_grad():
                return 0.0, plain(self.form.outputs(x))
        if self._program is not None:
            _, loss, output = self._program.backward(x, y, weights, share)
            return float(loss), output
        differentiated, value, output = self._loss(x, y, weights, share)
        differentiated.backward(leaves_only=True)  # backward
        return value.item(), plain(output)

    def gradients(self, batches: Sequence[Batch]) -> list[tuple[float, Any]]:
        """The gradient of the loss over all batches, as if they were one; loss and outputs of each.

        Raises:
            NotFinite: at the first loss that is NaN or infinite.
        """
        self.optimizer.zero_grad()
        done, trouble = self._differentiated(batches, self._shares(batches))
        if trouble:
            self.optimizer.zero_grad()
            raise trouble
        self._clip()
        return done

    def update(self, batches: Sequence[Batch]) -> None:
        """Move the weights against the gradient over these batches, which is there.

        Raises:
            NotFinite: where a loss that was evaluated on the way brought the optimizer to give up.
        """
        if not isinstance(self.optimizer, ByClosure):
            self.optimizer.step()
            return
        shares = self._shares(batches)
        trouble: NotFinite | None = None

        def again() -> float:
            nonlocal trouble
            done, found = self._differentiated(batches, shares)
            trouble = trouble or found
            self._clip()
            return sum(loss if share is None else loss * share for (loss, _), share in zip(done, shares, strict=True))

        try:
            self.optimizer.step(again)
        except GlassgradError:
            if trouble:
                raise trouble from None
            raise

    def _differentiated(
        self, batches: Sequence[Batch], shares: list[float | None]
    ) -> tuple[list[tuple[float, Any]], NotFinite | None]:
        """Loss and outputs of each batch, and the first loss that is NaN or infinite."""
        done, trouble = [], None
        for batch, share in zip(batches, shares, strict=True):
            try:
                loss, output = self.differentiate(batch, share)
            except ArgumentError:  # a loss may refuse an output that is no number
                if self._gives_numbers(batch):
                    raise
                raise self._not_finite(math.nan, batch) from None
            if not math.isfinite(loss):
                trouble = trouble or self._not_finite(loss, batch)
            done.append((loss, output))
        return done, trouble

    def _gives_numbers(self, batch: Batch) -> bool:
        with no_grad():
            output = plain(self.form.outputs(self.form.taken(batch.x)))
        return all(map(is_finite, output if isinstance(output, (list, tuple)) else [output]))

    def _not_finite(self, loss: float, batch: Batch) -> NotFinite:
        return NotFinite(loss, batch, [parameter.data for parameter in self._parameters])

    def _shares(self, batches: Sequence[Batch]) -> list[float | None]:
        """What the loss of each batch counts in that of all."""
        if len(batches) == 1 or self.criterion.sums:
            return [None] * len(batches)
        whole = sum(batch.divisor for batch in batches)
        return [batch.divisor / whole if whole else 0.0 for batch in batches]

    def _clip(self) -> None:
        if self.clip_norm is not None:
            clip_grad_norm_(self._parameters, self.clip_norm)
        if self.clip_value is not None:
            clip_grad_value_(self._parameters, self.clip_value)


def _settings(model: Module) -> list[Any]:
    """What a recorded step takes for granted: the modules, their modes and plain options, and which parts they have."""
    return [
        (module, name, x if isinstance(x, (int, float, str)) else type(x))
        for module in model.modules()
        for name, x in vars(module).items()
        if name not in module.buffer_names
    ]
