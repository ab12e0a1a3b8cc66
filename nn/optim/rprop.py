"""Resilient propagation: steps by the gradient's sign alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import autograd
from autograd.errors import ArgumentError
from nn.optim.optimizer import Optimizer, Parameters, State
from nn.options import number, pair

__all__ = ["Rprop", "rprop"]


def rprop(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    etas: tuple[float, float],
    step_sizes: tuple[float, float],
) -> tuple[Any, State]:
    """One step of Rprop (Riedmiller and Braun, 1993): w ← w - s·sign(g), for batches that stay the same.

    The size s begins at `lr`. It grows by etas[1] where g has the sign it had before and shrinks by etas[0] where it
    has the other, within `step_sizes`; where it shrinks, w stays and the sign is forgotten.

    >>> data, state = rprop(1.0, 0.5, {}, lr=0.1, etas=(0.5, 1.2), step_sizes=(1e-6, 50.0))
    >>> data, state
    (0.9, {'step': 1, 'prev': 0.5, 'step_size': 0.1})
    """
    size, agreement = state.get("step_size", 0.0 * grad + lr), grad * state.get("prev", 0.0)
    changed = autograd.where(agreement < 0, etas[0] * size, size)
    size = autograd.clip(autograd.where(agreement > 0, etas[1] * size, changed), *step_sizes)
    grad = autograd.where(agreement < 0, 0.0 * size, grad)
    return data - size * autograd.sign(grad), {"step": state.get("step", 0) + 1, "prev": grad, "step_size": size}


class Rprop(Optimizer):
    """Resilient propagation (Riedmiller and Braun, 1993), for full batches; `rprop` has the rules.

    Raises:
        ArgumentError: as `Optimizer` says, and for `etas` that are not (below 1, above 1).

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = Rprop([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.9
    """

    update = staticmethod(rprop)
    allowed: ClassVar = {"lr": number(0), "etas": pair(number(0)), "step_sizes": pair(number(0))}
    remembers = ("step", "prev", "step_size")

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
    ) -> None:
        super().__init__(params, lr=lr, etas=etas, step_sizes=step_sizes)

    @classmethod
    def _checked(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        checked = super()._checked(options)
        low, high = checked["etas"]
        if not 0 < low < 1 < high:
            raise ArgumentError(f"Rprop: found etas={(low, high)}; expected one between 0 and 1, and one above 1.")
        return checked
