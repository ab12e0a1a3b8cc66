"""Which epoch was better: what callbacks that watch a result share."""

from __future__ import annotations

import re
from typing import Any

from autograd.errors import ArgumentError
from nn.arguments import measured
from nn.optim.plateau import is_better, worst
from nn.options import NUMBER, TEXT, choice, number, optional

__all__ = ["Monitor"]

_MORE_IS_BETTER = re.compile(r"(^|_)(acc|accuracy|precision|recall|f1|auc|r2)$")


class Monitor:
    """A result by name, and the best of it so far.

    Args:
        mode: "min" or "max"; "auto" is "max" for accuracy, precision, recall, F1, AUC and R², else "min".
        min_delta: what counts as better is better by more than this.
        baseline: what the first results have to be better than.

    Raises:
        ArgumentError: for another mode, or a negative difference.
    """

    def __init__(
        self, operation: str, monitor: str, mode: str, min_delta: float = 0.0, baseline: float | None = None
    ) -> None:
        self.operation, self.name = operation, TEXT(operation, monitor=monitor)
        self.min_delta = number(0)(operation, min_delta=min_delta)
        mode = choice("auto", "min", "max")(operation, mode=mode)
        self.mode = ("max" if _MORE_IS_BETTER.search(monitor) else "min") if mode == "auto" else mode
        self.start = optional(NUMBER)(operation, baseline=baseline)
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        self.best: float = worst(self.mode) if self.start is None else self.start
        self.wait = 0  # how many results were no better, one after the other

    def of(self, logs: dict[str, Any]) -> float:
        """The result among those of an epoch.

        Raises:
            ArgumentError: where there is none of that name.
        """
        if self.name not in logs:
            is_lacking = self.name.startswith("val_") and "val_loss" not in logs
            hint = " Pass validation_data or validation_split to fit." if is_lacking else ""
            raise ArgumentError(
                f"{self.operation}: monitor: found no {self.name!r} among the results of the epoch; expected one of "
                f"{', '.join(logs)}.{hint}"
            )
        return measured(f"{self.operation}, {self.name}", logs[self.name], "Watch another result.")

    def improves(self, value: float) -> bool:
        """Whether a result is better than all before; then it is the best."""
        better = is_better(value, self.best, self.mode, self.min_delta)
        self.best, self.wait = (value, 0) if better else (self.best, self.wait + 1)
        return better
