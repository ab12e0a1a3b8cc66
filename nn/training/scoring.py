"""The results of an epoch: the mean loss over all rows, and the metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nn.training.metrics import Metric

__all__ = ["Score"]

HELD = 1024  # rows that metrics see at once: batch by batch they would take a tenth of the time of a small step


class Score:
    """Collects losses and outputs batch by batch."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self.metrics = metrics
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self._sum, self._rows = 0.0, 0
        self._held: list[tuple[Any, Any]] = []  # targets and outputs that the metrics have not seen
        self._held_rows = 0
        for metric in self.metrics:
            metric.reset()

    def add(self, loss: float, y: Any, output: Any, rows: int) -> None:
        """Take in a batch of so many rows."""
        self._sum += loss * rows
        self._rows += rows
        if not self.metrics:
            return
        if not hasattr(output, "shape"):
            self._show(y, output)
            return
        if self._held and (self._held[0][0].shape[1:], self._held[0][1].shape[1:]) != (y.shape[1:], output.shape[1:]):
            self._show_held()  # rows of another length
        self._held.append((y, output))
        self._held_rows += rows
        if self._held_rows >= HELD:
            self._show_held()

    def results(self) -> dict[str, Any]:
        """All by name."""
        self._show_held()
        return {"loss": self._sum / self._rows, **{metric.name: metric.result() for metric in self.metrics}}

    def _show_held(self) -> None:
        import numpy as np

        if self._held:
            y, output = (np.concatenate(parts) for parts in zip(*self._held, strict=True))
            self._held, self._held_rows = [], 0
            self._show(y, output)

    def _show(self, y: Any, output: Any) -> None:
        for metric in self.metrics:
            metric.update(y, output)
