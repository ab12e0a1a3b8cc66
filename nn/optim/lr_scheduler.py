"""Schedules of the learning rate, under PyTorch's names (`torch.optim.lr_scheduler`).

Each is a pure function of the rate at the start and the number of steps made; only ReduceLROnPlateau looks at what was
measured. Formulas and defaults are those of PyTorch 2.13. Schedules overwrite the rate: of two on one optimizer the
last to step wins.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, ClassVar

from autograd.errors import ArgumentError
from nn.arguments import measured
from nn.optim.optimizer import Optimizer
from nn.optim.plateau import ReduceLROnPlateau
from nn.optim.schedule import LRScheduler, of_each_group
from nn.options import COUNT, FLAG, POSITIVE, SHARE, choice, count, number, several, such_as

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "ReduceLROnPlateau",
    "StepLR",
]


OF_STEPS = such_as("a function of the number of steps", callable)


class LambdaLR(LRScheduler):
    """The rate times a function of the number of steps: η = η₀ f(t), so that any schedule is one line.

    Args:
        optimizer: whose rates are set.
        lr_lambda: f, a function of the number of steps, the same for all groups; it is not part of the state.

    >>> from autograd import Value
    >>> from nn.optim import Adam
    >>> optimizer = Adam([Value(1.0)], lr=0.1)
    >>> warm_up = LambdaLR(optimizer, lambda t: min(1.0, (t + 1) / 10))
    >>> round(optimizer.lr, 12)
    0.01
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]) -> None:
        self.lr_lambda = OF_STEPS("LambdaLR", lr_lambda=lr_lambda)
        super().__init__(optimizer)

    def _rate(self, base: float) -> float:
        factor = self.lr_lambda(self.last_epoch)
        return base * measured(f"LambdaLR, lr_lambda({self.last_epoch})", factor, "Let it return one.")


class StepLR(LRScheduler):
    """The rate falls by a factor every `step_size` steps: η = η₀ `gamma`^⌊t/s⌋."""

    allowed: ClassVar = {"step_size": COUNT, "gamma": number(0)}
    rate = staticmethod(lambda base, t, step_size, gamma: base * gamma ** (t // step_size))

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer, step_size=step_size, gamma=gamma)


class MultiStepLR(LRScheduler):
    """The rate falls by a factor at each milestone: η = η₀ `gamma`^k, after k of the milestones."""

    allowed: ClassVar = {"milestones": several(count(0)), "gamma": number(0)}
    rate = staticmethod(lambda base, t, milestones, gamma: base * gamma ** bisect_right(sorted(milestones), t))

    def __init__(self, optimizer: Optimizer, milestones: list[int], gamma: float = 0.1) -> None:
        super().__init__(optimizer, milestones=milestones, gamma=gamma)


class ExponentialLR(LRScheduler):
    """The rate falls by a factor at every step: η = η₀ `gamma`ᵗ."""

    allowed: ClassVar = {"gamma": number(0)}
    rate = staticmethod(lambda base, t, gamma: base * gamma**t)

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        super().__init__(optimizer, gamma=gamma)


class LinearLR(LRScheduler):
    """The rate goes from one share of it to another on a straight line, as in a warm-up.

    η = η₀(a + (b - a)·min(t, T)/T); a is `start_factor`, b `end_factor`, T `total_iters`.
    """

    allowed: ClassVar = {"start_factor": number(0, 1, "(]"), "end_factor": SHARE, "total_iters": COUNT}
    rate = staticmethod(
        lambda base, t, start_factor, end_factor, total_iters: (
            base * (start_factor + (end_factor - start_factor) * min(t, total_iters) / total_iters)
        )
    )

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5
    ) -> None:
        super().__init__(optimizer, start_factor=start_factor, end_factor=end_factor, total_iters=total_iters)


class CosineAnnealingLR(LRScheduler):
    """The rate falls along half a cosine to `eta_min` at `T_max` (Loshchilov and Hutter, 2017), then rises again.

    η = η_min + ½(η₀ - η_min)(1 + cos(πt/T_max)).
    """

    allowed: ClassVar = {"T_max": COUNT, "eta_min": number(0)}
    rate = staticmethod(
        lambda base, t, T_max, eta_min: eta_min + (base - eta_min) * (1 + math.cos(math.pi * t / T_max)) / 2  # noqa: N803
    )

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:  # noqa: N803
        super().__init__(optimizer, T_max=T_max, eta_min=eta_min)


def annealed(t: int, ends: list[float], levels: list[float], strategy: str) -> float:
    """Where t is on a way from level to level, each reached at its end, from step 0 on; by half cosines or lines."""
    phase = next((i for i, end in enumerate(ends) if t <= end), len(ends) - 1)
    begin, low, high = (ends[phase - 1] if phase else 0.0), levels[phase], levels[phase + 1]
    share = min(1.0, (t - begin) / (ends[phase] - begin)) if ends[phase] > begin else 1.0
    return low + (high - low) * (share if strategy == "linear" else (1 - math.cos(math.pi * share)) / 2)


class OneCycleLR(LRScheduler):
    """The rate rises to `max_lr` and falls to almost nothing, while momentum falls and rises (Smith and Topin, 2018).

    Args:
        optimizer: whose rates, and momentum or first beta, are set.
        max_lr: the highest rate, one for all groups or a list.
        total_steps: how many steps there are; or `epochs` times `steps_per_epoch`.
        epochs: see `total_steps`.
        steps_per_epoch: see `total_steps`.
        pct_start: the share of the steps in which the rate rises.
        anneal_strategy: "cos", by half cosines, or "linear".
        cycle_momentum: whether momentum is set, too: it is `max_momentum` where the rate is lowest.
        base_momentum: the lowest momentum.
        max_momentum: the highest.
        div_factor: the first rate is `max_lr` divided by it.
        final_div_factor: the last rate is the first one divided by it.
        three_phase: whether the rate falls to the first one as it rose, and then to the last.

    Raises:
        ArgumentError: as `LRScheduler` says; for momentum to be set of an optimizer that has none; by `step`, after the
            last of the steps.
    """

    allowed: ClassVar = {
        "max_lr": several(number(0)),
        "total_steps": COUNT,
        "pct_start": SHARE,
        "anneal_strategy": choice("cos", "linear"),
        "cycle_momentum": FLAG,
        "base_momentum": number(0, 1),
        "max_momentum": number(0, 1),
        "div_factor": POSITIVE,
        "final_div_factor": POSITIVE,
        "three_phase": FLAG,
    }

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        if total_steps is None and epochs is not None and steps_per_epoch is not None:
            steps = COUNT("OneCycleLR", steps_per_epoch=steps_per_epoch)
            total_steps = steps * COUNT("OneCycleLR", epochs=epochs)
        if cycle_momentum and not {"momentum", "betas"} & {*optimizer.options}:
            raise ArgumentError(
                f"OneCycleLR: found {type(optimizer).__name__}, which has neither momentum nor betas; expected "
                "cycle_momentum=False."
            )
        super().__init__(
            optimizer,
            max_lr=of_each_group("OneCycleLR: max_lr", optimizer, max_lr),
            total_steps=total_steps,
            pct_start=pct_start,
            anneal_strategy=anneal_strategy,
            cycle_momentum=cycle_momentum,
            base_momentum=base_momentum,
            max_momentum=max_momentum,
            div_factor=div_factor,
            final_div_factor=final_div_factor,
            three_phase=three_phase,
        )

    def _apply(self) -> None:
        o, t, groups = self.options, self.last_epoch, self._groups()
        changes: list[dict[str, Any]] = []
        if t > o["total_steps"]:
            raise ArgumentError(f"OneCycleLR.step: found step {t}; expected total_steps, {o['total_steps']}, at most.")
        first, last = o["pct_start"] * o["total_steps"] - 1, o["total_steps"] - 1
        ends = [first, 2 * first, last] if o["three_phase"] else [first, last]
        for group, highest in zip(groups, o["max_lr"], strict=True):
            lowest = highest / o["div_factor"]
            levels = [lowest, highest, *([lowest] if o["three_phase"] else []), lowest / o["final_div_factor"]]
            changes.append({"lr": annealed(t, ends, levels, o["anneal_strategy"])})
            if o["cycle_momentum"]:
                low, high = o["base_momentum"], o["max_momentum"]
                momentum = annealed(t, ends, [high, low, high, high][: len(levels)], o["anneal_strategy"])
                name = "momentum" if "momentum" in group else "betas"
                changes[-1][name] = momentum if name == "momentum" else (momentum, group["betas"][1])
        self.optimizer.change_options(changes)
