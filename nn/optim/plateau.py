"""The schedule that looks at what was measured."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from nn.arguments import measured
from nn.optim.optimizer import Optimizer
from nn.optim.schedule import LRScheduler, of_each_group
from nn.options import NUMBER, Option, choice, count, number, several

__all__ = ["ReduceLROnPlateau", "is_better", "worst"]


def worst(mode: str) -> float:
    """What everything is better than: lower is better with "min", higher with "max"."""
    return -math.inf if mode == "max" else math.inf


def is_better(metric: float, best: float, mode: str, threshold: float, threshold_mode: str = "abs") -> bool:
    """Whether a metric is better than the best so far, by more than a share of that ("rel") or an amount ("abs").

    >>> is_better(0.5, 0.6, "min", 0.2), is_better(0.5, 0.6, "max", 0.0)
    (False, False)
    """
    sign = 1 if mode == "min" else -1
    bound = best * (1 - sign * threshold) if threshold_mode == "rel" else best - sign * threshold
    return bool(sign * metric < sign * bound)


class ReduceLROnPlateau(LRScheduler):
    """The rate falls by a factor where a metric has not improved for more than `patience` steps.

    Args:
        optimizer: whose rates are set.
        mode: "min", lower is better, or "max".
        factor: what the rate is multiplied by, below 1.
        patience: how many steps without improvement are let pass.
        threshold: how much counts as an improvement: a share of the best ("rel"), or an amount ("abs").
        threshold_mode: "rel" or "abs".
        cooldown: how many steps after a fall are not counted.
        min_lr: the lowest rate, one for all groups or a list.
        eps: a fall by no more than that is left out.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=1.0)
    >>> schedule = ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in (0.5, 0.4, 0.4, 0.4):
    ...     schedule.step(loss)
    >>> optimizer.lr, schedule.best
    (0.1, 0.4)
    """

    allowed: ClassVar = {
        "mode": choice("min", "max"),
        "factor": number(0, 1),
        "patience": count(0),
        "threshold": number(0),
        "threshold_mode": choice("rel", "abs"),
        "cooldown": count(0),
        "min_lr": several(number(0)),
        "eps": number(0),
    }
    remembers = (*LRScheduler.remembers, "best", "num_bad_epochs", "cooldown_counter")

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.num_bad_epochs = self.cooldown_counter = 0
        super().__init__(
            optimizer,
            mode=mode,
            factor=factor,
            patience=patience,
            threshold=threshold,
            threshold_mode=threshold_mode,
            cooldown=cooldown,
            min_lr=of_each_group("ReduceLROnPlateau: min_lr", optimizer, min_lr),
            eps=eps,
        )
        self.best = worst(mode)

    def step(self, metrics: Any) -> None:  # type: ignore[override]  # as PyTorch's
        """Look at a metric (a number, or a Value of one element), once an epoch; lower the rates where it is time."""
        metric = measured("ReduceLROnPlateau.step, metrics", metrics, "Give it a loss, or another metric.")
        o, groups = self.options, self._groups()
        self.last_epoch += 1
        better = is_better(metric, self.best, o["mode"], o["threshold"], o["threshold_mode"])
        if better:
            self.best = metric
        cooling = self.cooldown_counter > 0
        self.cooldown_counter -= cooling
        self.num_bad_epochs = 0 if better or cooling else self.num_bad_epochs + 1
        if self.num_bad_epochs > o["patience"]:
            self.num_bad_epochs, self.cooldown_counter = 0, o["cooldown"]
            for group, lowest in zip(groups, o["min_lr"], strict=True):
                lower = max(group["lr"] * o["factor"], lowest)
                if group["lr"] - lower > o["eps"]:
                    group["lr"] = lower

    def _apply(self) -> None:
        """Nothing is due but by `step`; a loaded rate is the optimizer's own."""

    def _kept(self) -> dict[str, Option]:
        return {**super()._kept(), "best": NUMBER, "num_bad_epochs": count(0), "cooldown_counter": count(0)}
