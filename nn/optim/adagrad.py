"""Rates of their own for each element, by the squares of its gradients: Adagrad, Adadelta, RMSprop."""

from __future__ import annotations

from typing import Any, ClassVar

from nn.optim.arithmetic import decayed, divide, maximum, mean, sqrt
from nn.optim.optimizer import Optimizer, Parameters, State
from nn.options import FLAG, number

__all__ = ["Adadelta", "Adagrad", "RMSprop", "adadelta", "adagrad", "rmsprop"]


def adagrad(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    lr_decay: float,
    weight_decay: float,
    initial_accumulator_value: float,
    eps: float,
) -> tuple[Any, State]:
    """One step of Adagrad (Duchi, Hazan and Singer, 2011): G ← G + g²; w ← w - η/(1 + (t - 1)δ) · g/(√G + ε).

    G begins at `initial_accumulator_value`, δ is `lr_decay`; weight decay λ adds λw to g.
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay)
    t, total = state.get("step", 0) + 1, state.get("sum", initial_accumulator_value) + grad * grad
    return data - lr / (1 + (t - 1) * lr_decay) * divide(grad, sqrt(total) + eps), {"step": t, "sum": total}


def adadelta(
    data: Any, grad: Any, state: State, *, lr: float, rho: float, eps: float, weight_decay: float
) -> tuple[Any, State]:
    """One step of Adadelta (Zeiler, 2012, algorithm 1): d = g √(D + ε)/√(v + ε), w ← w - ηd.

    v and D are the running means of g² and d², which keep the share `rho`; weight decay λ adds λw to g.
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay)
    v, past = mean(state.get("square_avg", 0.0), grad * grad, rho), state.get("acc_delta", 0.0 * grad)
    delta = divide(sqrt(past + eps), sqrt(v + eps)) * grad
    new = {"step": state.get("step", 0) + 1, "square_avg": v, "acc_delta": mean(past, delta * delta, rho)}
    return data - lr * delta, new


def rmsprop(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    alpha: float,
    eps: float,
    weight_decay: float,
    momentum: float,
    centered: bool,
) -> tuple[Any, State]:
    """One step of RMSprop (Hinton, 2012): w ← w - η g/(√v + ε), v the running mean of g².

    v keeps the share `alpha`. Centered, v - ḡ² takes the place of v, with ḡ the running mean of g (Graves, 2013).
    With momentum μ b ← μb + g/(√v + ε), and w ← w - ηb. Weight decay λ adds λw to g.
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay)
    variance = mean(state.get("square_avg", 0.0), grad * grad, alpha)
    new = {"step": state.get("step", 0) + 1, "square_avg": variance}
    if centered:
        new["grad_avg"] = mean(state.get("grad_avg", 0.0), grad, alpha)
        variance = maximum(variance - new["grad_avg"] * new["grad_avg"], 0.0)  # rounding may take it below
    step = divide(grad, sqrt(variance) + eps)
    if momentum:
        step = new["momentum_buffer"] = momentum * state.get("momentum_buffer", 0.0) + step
    return data - lr * step, new


class Adagrad(Optimizer):
    """Adagrad, whose rates fall with the sum of squared gradients (Duchi et al., 2011); `adagrad` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = Adagrad([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.9
    """

    update = staticmethod(adagrad)
    allowed: ClassVar = {
        "lr": number(0),
        "lr_decay": number(0),
        "weight_decay": number(0),
        "initial_accumulator_value": number(0),
        "eps": number(0),
    }
    remembers = ("step", "sum")

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        options = {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay, "eps": eps}
        super().__init__(params, **options, initial_accumulator_value=initial_accumulator_value)


class Adadelta(Optimizer):
    """Adadelta, which measures its steps by those it has made (Zeiler, 2012); `adadelta` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = Adadelta([w])
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.996838
    """

    update = staticmethod(adadelta)
    allowed: ClassVar = {"lr": number(0), "rho": number(0, 1), "eps": number(0), "weight_decay": number(0)}
    remembers = ("step", "square_avg", "acc_delta")

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr=lr, rho=rho, eps=eps, weight_decay=weight_decay)


class RMSprop(Optimizer):
    """RMSprop (Hinton, 2012), also centered and with momentum; `rmsprop` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = RMSprop([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.0
    """

    update = staticmethod(rmsprop)
    allowed: ClassVar = {
        "lr": number(0),
        "alpha": number(0, 1),
        "eps": number(0),
        "weight_decay": number(0),
        "momentum": number(0),
        "centered": FLAG,
    }
    remembers = ("step", "square_avg", "grad_avg", "momentum_buffer")
    may_lack = ("grad_avg", "momentum_buffer")

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        options = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay, "momentum": momentum}
        super().__init__(params, **options, centered=centered)
