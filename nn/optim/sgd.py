"""Stochastic gradient descent, and its averaged form."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

from autograd.errors import ArgumentError
from nn.optim.arithmetic import decayed
from nn.optim.optimizer import Optimizer, Parameters, State
from nn.options import FLAG, number

__all__ = ["ASGD", "SGD", "asgd", "sgd"]


def sgd(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    momentum: float,
    dampening: float,
    weight_decay: float,
    nesterov: bool,
) -> tuple[Any, State]:
    """One step of stochastic gradient descent: b ← μb + (1 - τ)g, first b = g; w ← w - ηb, with Nesterov w - η(g + μb).

    Weight decay λ adds λw to g.

    >>> sgd(1.0, 0.5, {}, lr=0.1, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False)
    (0.95, {})
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay)
    if not momentum:
        return data - lr * grad, {}
    if "momentum_buffer" in state:
        buffer = momentum * state["momentum_buffer"] + (1 - dampening) * grad
    else:
        buffer = copy.copy(grad)  # the array that the next backward pass adds to must not be the one remembered
    step = grad + momentum * buffer if nesterov else buffer
    return data - lr * step, {"momentum_buffer": buffer}


def asgd(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    lambd: float,
    alpha: float,
    t0: float,
    weight_decay: float,
) -> tuple[Any, State]:
    """One step of averaged gradient descent (Polyak and Juditsky, 1992): w ← w(1 - λη) - ηg, and the mean of w as `ax`.

    The rate falls as η = η₀/(1 + λη₀t)^`alpha`; the mean is over the steps after t0, before that `ax` is w.

    >>> data, state = asgd(1.0, 0.5, {}, lr=0.1, lambd=0.0, alpha=0.75, t0=1e6, weight_decay=0.0)
    >>> data, state["ax"], state["step"]
    (0.95, 0.95, 1)
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay)
    t, eta, mu = state.get("step", 0) + 1, state.get("eta", lr), state.get("mu", 1.0)
    data = (1 - lambd * eta) * data - eta * grad
    ax = copy.copy(data) if mu == 1 else state["ax"] + mu * (data - state["ax"])
    return data, {"step": t, "eta": lr / (1 + lambd * lr * t) ** alpha, "mu": 1 / max(1, t - t0), "ax": ax}


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum, Nesterov's momentum and weight decay; `sgd` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says, and for `nesterov` without momentum or with dampening.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 12)
    2.4
    """

    update = staticmethod(sgd)
    allowed: ClassVar = {
        "lr": number(0),
        "momentum": number(0),
        "dampening": number(),
        "weight_decay": number(0),
        "nesterov": FLAG,
    }
    remembers = ("momentum_buffer",)

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        options = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, **options, nesterov=nesterov)

    @classmethod
    def _checked(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        checked = super()._checked(options)
        if checked["nesterov"] and (not checked["momentum"] or checked["dampening"]):
            raise ArgumentError(
                f"SGD: found nesterov=True with momentum={checked['momentum']} and dampening={checked['dampening']}; "
                "expected a momentum above 0 and no dampening."
            )
        return checked


class ASGD(Optimizer):
    """Averaged stochastic gradient descent; `asgd` has the formulas, `optimizer.state[name]["ax"]` the means.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = ASGD([w], lr=0.25, t0=0)
    >>> for _ in range(3):
    ...     w.grad = 2 * w.data
    ...     optimizer.step()
    >>> round(w.data, 3), round(optimizer.state["0"]["ax"], 3)
    (0.375, 0.562)
    """

    update = staticmethod(asgd)
    allowed: ClassVar = {
        "lr": number(0),
        "lambd": number(0),
        "alpha": number(0),
        "t0": number(0),
        "weight_decay": number(0),
    }
    remembers = ("step", "eta", "mu", "ax")
    numbers = ("eta", "mu")

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr=lr, lambd=lambd, alpha=alpha, t0=t0, weight_decay=weight_decay)
