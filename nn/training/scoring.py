"""The results of an epoch: the loss over all rows, and the metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.errors import ArgumentError
from nn.training.metrics import Metric

__all__ = ["Score"]

HELD = 1024  # rows that metrics see at once: batch by batch they would take a tenth of the time of a small step


class Score:
    """Collects losses and outputs batch by batch.

    Args:
        sums: whether the loss of all rows is the sum of the batches' losses, not their mean.
    """

    def __init__(self, metrics: Sequence[Metric], sums: bool = False) -> None:
        self.metrics, self.sums = metrics, sums
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self._sum, self._divisor = 0.0, 0.0
        self._held: list[tuple[Any, Any]] = []  # targets and outputs that the metrics have not seen
        self._held_rows = 0
        for metric in self.metrics:
            metric.reset()

    def add(self, loss: float, y: Any, output: Any, divisor: float) -> None:
        """Take in a batch, with what its loss was divided by."""
        self._sum += loss if self.sums else loss * divisor
        self._divisor += divisor
        if not self.metrics:
            return
        if not hasattr(output, "shape"):
            self._show(y, output)
            return
        if self._held and (self._held[0][0].shape[1:], self._held[0][1].shape[1:]) != (y.shape[1:], output.shape[1:]):
            self._show_held()  # rows of another length
        self._held.append((y, output))
        self._held_rows += len(y)
        if self._held_rows >= HELD:
            self._show_held()

    def results(self) -> dict[str, Any]:
        """All by name.

        Raises:
            ArgumentError: where no row counted.
        """
        self._show_held()
        if not self._divisor:
            raise ArgumentError("loss: found no target that counts, as all are ignored; expected at least one.")
        loss = self._sum if self.sums else self._sum / self._divisor
        return {"loss": loss, **{metric.name: metric.result() for metric in self.metrics}}

    def _show_held(self) -> None:
        import numpy as np

        if self._held:
            y, output = (np.concatenate(parts) for parts in zip(*self._held, strict=True))
            self._held, self._held_rows = [], 0
            self._show(y, output)

    def _show(self, y: Any, output: Any) -> None:
        for metric in self.metrics:
            metric.update(y, output)
