"""Which epoch was better: what callbacks that watch a result share."""

from __future__ import annotations

import math
import re
from typing import Any

from autograd.errors import ArgumentError

__all__ = ["Monitor"]

_MORE_IS_BETTER = re.compile(r"(^|_)(acc|accuracy|precision|recall|f1|auc|r2)$")


class Monitor:
    """A result by name, and the best of it so far.

    Args:
        mode: "min" or "max"; "auto" is "max" for accuracy, precision, recall, F1, AUC and R², else "min".
        min_delta: what counts as better is better by more than this.

    Raises:
        ArgumentError: for another mode, or a negative difference.
    """

    def __init__(self, operation: str, monitor: str, mode: str, min_delta: float = 0.0, best: Any = None) -> None:
        if mode not in ("auto", "min", "max"):
            raise ArgumentError(f"{operation}: found mode={mode!r}; expected 'auto', 'min' or 'max'.")
        if not min_delta >= 0.0:
            raise ArgumentError(f"{operation}: found min_delta={min_delta!r}; expected a number of at least 0.")
        self.operation, self.name, self.min_delta = operation, monitor, min_delta
        self.sign = -1.0 if mode == "max" or (mode == "auto" and _MORE_IS_BETTER.search(monitor)) else 1.0
        self.start = best
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        self.best: float = self.sign * math.inf if self.start is None else self.start

    def of(self, logs: dict[str, Any]) -> float:
        """The result among those of an epoch.

        Raises:
            ArgumentError: where there is none of that name.
        """
        if self.name not in logs:
            hint = " Pass validation_data or validation_split to fit." if self.name.startswith("val_") else ""
            raise ArgumentError(
                f"{self.operation}: monitor: found no {self.name!r} among the results of the epoch; expected one of "
                f"{', '.join(logs)}.{hint}"
            )
        return float(logs[self.name])

    def improves(self, value: float) -> bool:
        """Whether a result is better than all before; then it is the best."""
        if self.sign * (self.best - value) <= self.min_delta or math.isnan(value):
            return False
        self.best = value
        return True
