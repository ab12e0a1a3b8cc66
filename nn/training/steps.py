"""One update of the weights: forward, loss, backward over a batch or several, then the optimizer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import replay
from nn.arguments import plain
from nn.optim.closures import ByClosure
from nn.training.criterion import Criterion
from nn.training.forms import Form
from nn.utils import clip_grad_norm_, clip_grad_value_

__all__ = ["Batch", "NotFinite", "Step"]

Batch = tuple[Any, Any, Any]  # rows, targets, weights or None


class NotFinite(Exception):  # noqa: N818  (it ends in an AnomalyError that says more)
    """A loss was NaN or infinite; no update was made of it."""

    def __init__(self, loss: float, batch: Batch) -> None:
        super().__init__(loss)
        self.loss, self.batch = loss, batch


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
        self.forget()

    def forget(self) -> None:
        """Record anew at the next step."""
        self._program = replay(self._loss) if self.replayed else None

    def _loss(self, x: Any, y: Any, weights: Any, share: float | None) -> tuple[Any, Any, Any]:
        """What is differentiated, the loss of the batch, and the outputs."""
        output = self.form.outputs(x)  # forward
        loss = self.criterion(output, y, weights)  # loss
        return loss if share is None else loss * share, loss, output

    def differentiate(self, batch: Batch, share: float | None = None) -> tuple[float, Any]:
        """Add a batch's gradient to that of the weights; its loss and outputs as plain data.

        Args:
            share: what its loss counts among several batches of one update.
        """
        x, y, weights = map(self.form.taken, batch)
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
        done = []
        for batch, share in zip(batches, self._shares(batches), strict=True):
            loss, output = self.differentiate(batch, share)
            if not math.isfinite(loss):
                self.optimizer.zero_grad()
                raise NotFinite(loss, batch)
            done.append((loss, output))
        self._clip()
        return done

    def update(self, batches: Sequence[Batch]) -> None:
        """Move the weights against the gradient over these batches, which is there."""
        if not isinstance(self.optimizer, ByClosure):
            self.optimizer.step()
            return

        def again() -> float:
            shares = self._shares(batches)
            losses = [self.differentiate(batch, share)[0] for batch, share in zip(batches, shares, strict=True)]
            self._clip()
            return sum(x if share is None else x * share for x, share in zip(losses, shares, strict=True))

        self.optimizer.step(again)

    def _shares(self, batches: Sequence[Batch]) -> list[float | None]:
        """What the loss of each batch counts in that of all."""
        if len(batches) == 1 or self.criterion.sums:
            return [None] * len(batches)
        rows = sum(len(batch[0]) for batch in batches)
        return [len(batch[0]) / rows for batch in batches]

    def _clip(self) -> None:
        if self.clip_norm is not None:
            clip_grad_norm_(self._parameters, self.clip_norm)
        if self.clip_value is not None:
            clip_grad_value_(self._parameters, self.clip_value)
