"""The base of the schedules of the learning rate: a pure function of the step, applied to each group."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from autograd.errors import ArgumentError
from nn.modules.state import match_names
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.options import Option, checked, count, number, several

__all__ = ["LRScheduler", "of_each_group"]


class LRScheduler:
    """The base of the schedules: after t calls of `step()`, each group has the rate `rate(base, t, **options)`.

    Args:
        optimizer: the optimizer whose rates are set, at once and by each `step()`.
        options: what `rate` takes besides the rate at the start and the number of steps.

    Attributes:
        base_lrs: the rate of each group when the schedule began.
        last_epoch: how many steps were made.

    Raises:
        ArgumentError: for anything but an optimizer with a learning rate, or an option outside its range.

    A schedule of your own is one function of the step:

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> class InverseLR(LRScheduler):
    ...     rate = staticmethod(lambda base, t: base / (1 + t))
    >>> optimizer = SGD([Value(1.0)], lr=0.6)
    >>> schedule = InverseLR(optimizer)
    >>> for _ in range(2):
    ...     schedule.step()
    >>> round(optimizer.lr, 12)
    0.2
    """

    rate: ClassVar[Callable[..., float]]
    allowed: ClassVar[Mapping[str, Option]] = {}
    remembers: ClassVar[tuple[str, ...]] = ("last_epoch", "base_lrs")  # what changes, or is found at the start

    def __init__(self, optimizer: Optimizer, **options: Any) -> None:
        operation = type(self).__name__
        if not isinstance(optimizer, Optimizer) or "lr" not in optimizer.options:
            raise ArgumentError(f"{operation}: found {optimizer!r}; expected an optimizer that has a learning rate.")
        self.options = self._checked(options)
        self.optimizer = optimizer
        self.last_epoch = 0
        self.base_lrs: list[float] = [group["lr"] for group in optimizer.param_groups]
        self._apply()

    def step(self) -> None:
        """Go on by one: to be called after the optimizer's step, once an epoch or once a batch as the user has it."""
        self.last_epoch += 1
        try:
            self._apply()
        except BaseException:
            self.last_epoch -= 1
            raise

    def get_last_lr(self) -> list[float]:
        """The rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """A copy of the options and of what changes by steps, in plain data."""
        return copy.deepcopy({"options": self.options, **{name: getattr(self, name) for name in self.remembers}})

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Take over options and counts, and set the rates: everything or, on an error, nothing.

        Raises:
            ArgumentError: for names that are missing or unexpected, an option outside its range, a count that is none,
                or another number of groups.
        """
        operation = f"{type(self).__name__}.load_state_dict"
        match_names(operation, saved, ("options", *self.remembers))
        match_names(f"{operation}, options", saved["options"], self.options)
        found = checked(operation, self._kept(), {name: saved[name] for name in self.remembers})
        if len(found["base_lrs"]) != len(self.optimizer.param_groups):
            raise ArgumentError(
                f"{operation}: found {len(found['base_lrs'])} rates; expected one for each of the "
                f"{len(self.optimizer.param_groups)} groups."
            )
        before = {name: getattr(self, name) for name in ("options", *self.remembers)}
        try:
            vars(self).update(found, options=self._checked(saved["options"]))
            self._apply()
        except BaseException:
            vars(self).update(before)
            raise

    def _kept(self) -> dict[str, Option]:
        return {"last_epoch": count(0), "base_lrs": several(number(0))}

    def _apply(self) -> None:
        """Set what is due now."""
        self._groups()
        self.optimizer.change_options([{"lr": self._rate(base)} for base in self.base_lrs])

    def _groups(self) -> list[Group]:
        """The groups, which have to be those that the schedule began with."""
        groups = self.optimizer.param_groups
        if len(groups) != len(self.base_lrs):
            raise ArgumentError(
                f"{type(self).__name__}.step: found an optimizer of {len(groups)} groups; expected "
                f"{len(self.base_lrs)}, as when the schedule began. Build it after add_param_group."
            )
        return groups

    def _rate(self, base: float) -> float:
        try:
            return self.rate(base, self.last_epoch, **self.options)
        except OverflowError:
            return math.inf  # which is no rate

    @classmethod
    def _checked(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        return checked(cls.__name__, cls.allowed, options)

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value}" for name, value in self.options.items())
        return f"{type(self).__name__}({options}) after {self.last_epoch} steps"


def of_each_group(operation: str, optimizer: Optimizer, option: Any) -> Any:
    """An option that is one for all groups or a list: as a list."""
    groups = optimizer.param_groups
    if not isinstance(option, (list, tuple)):
        return [option] * len(groups)
    if len(option) != len(groups):
        raise ArgumentError(f"{operation}: found {len(option)} of them; expected one for each of {len(groups)} groups.")
    return option
