"""History: what a run of training measured, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["History", "is_number"]


class History:
    """The results of each epoch: `history` maps names such as "loss" and "val_accuracy" to lists, `epoch` numbers them.

    >>> history = History()
    >>> history.add(0, {"loss": 0.7})
    >>> history.add(1, {"loss": 0.5})
    >>> history
    History(2 epochs, loss=0.5)
    >>> history.history["loss"]
    [0.7, 0.5]
    """

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[Any]] = {}

    def add(self, epoch: int, logs: Mapping[str, Any]) -> None:
        """Take in the results of an epoch."""
        self.epoch.append(epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    def __repr__(self) -> str:
        last = "".join(f", {name}={values[-1]:.4g}" for name, values in self.history.items() if is_number(values[-1]))
        return f"History({len(self.epoch)} epochs{last})"


def is_number(x: Any) -> bool:
    """Whether a result can be shown in a line: not a confusion matrix."""
    return isinstance(x, (int, float)) or (hasattr(x, "ndim") and x.ndim == 0)
