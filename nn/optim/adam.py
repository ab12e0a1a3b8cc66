"""Adam and its kin: running means of the gradient and of its square, or its largest size."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from nn.optim.arithmetic import decayed, divide, maximum, mean, sqrt
from nn.optim.optimizer import Optimizer, Parameters, State
from nn.options import FLAG, number, pair

__all__ = ["Adam", "AdamW", "Adamax", "NAdam", "RAdam", "adam", "adamax", "nadam", "radam"]

Betas = tuple[float, float]


def _moments(grad: Any, state: State, betas: Betas) -> State:
    """The count of steps and the running means of g and g²."""
    return {
        "step": state.get("step", 0) + 1,
        "exp_avg": mean(state.get("exp_avg", 0.0), grad, betas[0]),
        "exp_avg_sq": mean(state.get("exp_avg_sq", 0.0), grad * grad, betas[1]),
    }


def adam(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    betas: Betas,
    eps: float,
    weight_decay: float,
    amsgrad: bool,
    decoupled_weight_decay: bool,
) -> tuple[Any, State]:
    """One step of Adam (Kingma and Ba, 2015, algorithm 1): w ← w - η/(1 - β₁ᵗ) · m/(√v/√(1 - β₂ᵗ) + ε).

    m and v are the running means of g and g². With `amsgrad` the largest v so far takes the place of v (Reddi et al.,
    2018). Weight decay λ adds λw to g; decoupled, w first becomes w - ηλw: AdamW (Loshchilov and Hutter, 2019).

    >>> options = {"betas": (0.9, 0.999), "eps": 1e-8, "amsgrad": False, "decoupled_weight_decay": False}
    >>> data, state = adam(1.0, 0.5, {}, lr=0.1, weight_decay=0.0, **options)
    >>> round(data, 6), state["step"]
    (0.9, 1)
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay, lr, decoupled_weight_decay)
    new = _moments(grad, state, betas)
    t, m, v = new.values()
    if amsgrad:
        v = new["max_exp_avg_sq"] = maximum(v, state.get("max_exp_avg_sq", v))
    root = math.sqrt(1 - betas[1] ** t)  # both sides of the fraction times it spare one pass over the array
    return data - lr * root / (1 - betas[0] ** t) * divide(m, sqrt(v) + eps * root), new


def nadam(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    betas: Betas,
    eps: float,
    weight_decay: float,
    momentum_decay: float,
    decoupled_weight_decay: bool,
) -> tuple[Any, State]:
    """One step of Adam with Nesterov's momentum (Dozat, 2016), by a momentum that grows: μₜ = β₁(1 - ½·0.96^(tψ)).

    w ← w - η [(1 - μₜ)/(1 - Πμ) · g + μₜ₊₁/(1 - μₜ₊₁Πμ) · m] / (√v/√(1 - β₂ᵗ) + ε), where Πμ is μ₁μ₂...μₜ and ψ
    `momentum_decay`.
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay, lr, decoupled_weight_decay)
    new = _moments(grad, state, betas)
    t, m, v = new.values()
    mu, following = (betas[0] * (1 - 0.5 * 0.96 ** (i * momentum_decay)) for i in (t, t + 1))
    product = new["mu_product"] = state.get("mu_product", 1.0) * mu
    ahead = (1 - mu) / (1 - product) * grad + following / (1 - product * following) * m
    return data - lr * divide(ahead, sqrt(v) / math.sqrt(1 - betas[1] ** t) + eps), new


def radam(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    betas: Betas,
    eps: float,
    weight_decay: float,
    decoupled_weight_decay: bool,
) -> tuple[Any, State]:
    """One step of rectified Adam (Liu et al., 2020, algorithm 2): w ← w - ηr · m/(1 - β₁ᵗ) · √(1 - β₂ᵗ)/(√v + ε).

    r makes up for the variance of v while it is young, by n = N - 2tβ₂ᵗ/(1 - β₂ᵗ) with N = 2/(1 - β₂) - 1:
    r² = (n - 4)(n - 2)N / ((N - 4)(N - 2)n). Up to n = 5 the step is -η · m/(1 - β₁ᵗ).
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay, lr, decoupled_weight_decay)
    new = _moments(grad, state, betas)
    t, m, v = new.values()
    rate, young = lr / (1 - betas[0] ** t), betas[1] ** t
    most = 2 / (1 - betas[1]) - 1
    n = most - 2 * t * young / (1 - young)
    if n <= 5:
        return data - rate * m, new
    rectified = math.sqrt((n - 4) * (n - 2) * most / ((most - 4) * (most - 2) * n))
    return data - rate * rectified * math.sqrt(1 - young) * divide(m, sqrt(v) + eps), new


def adamax(
    data: Any, grad: Any, state: State, *, lr: float, betas: Betas, eps: float, weight_decay: float
) -> tuple[Any, State]:
    """One step of Adam by the largest gradient (Kingma and Ba, 2015, algorithm 2): w ← w - η/(1 - β₁ᵗ) · m/u.

    u ← max(β₂u, abs(g) + ε).
    """
    if weight_decay:
        data, grad = decayed(data, grad, weight_decay)
    t = state.get("step", 0) + 1
    m = mean(state.get("exp_avg", 0.0), grad, betas[0])
    size = abs(grad) + eps
    u = maximum(size, betas[1] * state["exp_inf"]) if state else size
    return data - lr / (1 - betas[0] ** t) * divide(m, u), {"step": t, "exp_avg": m, "exp_inf": u}


_OPTIONS = {"lr": number(0), "betas": pair(number(0, 1)), "eps": number(0), "weight_decay": number(0)}


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015); `adam` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.9
    """

    update = staticmethod(adam)
    allowed: ClassVar = {**_OPTIONS, "amsgrad": FLAG, "decoupled_weight_decay": FLAG}
    remembers = ("step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")
    may_lack = ("max_exp_avg_sq",)

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        decoupled_weight_decay: bool = False,
    ) -> None:
        options: dict[str, Any] = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, **options, amsgrad=amsgrad, decoupled_weight_decay=decoupled_weight_decay)


class AdamW(Adam):
    """Adam whose weight decay is decoupled from the gradient (Loshchilov and Hutter, 2019); `adam` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.75
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, decoupled_weight_decay=True)


class NAdam(Optimizer):
    """Adam with Nesterov's momentum (Dozat, 2016); `nadam` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = NAdam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> 2.8 < w.data < 3.0
    True
    """

    update = staticmethod(nadam)
    allowed: ClassVar = {**_OPTIONS, "momentum_decay": number(0), "decoupled_weight_decay": FLAG}
    remembers = ("step", "exp_avg", "exp_avg_sq", "mu_product")
    numbers = ("mu_product",)

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
    ) -> None:
        options: dict[str, Any] = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(
            params, **options, momentum_decay=momentum_decay, decoupled_weight_decay=decoupled_weight_decay
        )


class RAdam(Optimizer):
    """Rectified Adam, which warms itself up (Liu et al., 2020); `radam` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = RAdam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.4
    """

    update = staticmethod(radam)
    allowed: ClassVar = {**_OPTIONS, "decoupled_weight_decay": FLAG}
    remembers = ("step", "exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
    ) -> None:
        options: dict[str, Any] = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, **options, decoupled_weight_decay=decoupled_weight_decay)


class Adamax(Optimizer):
    """Adam by the largest gradient in place of the mean of squares (Kingma and Ba, 2015); `adamax` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = Adamax([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.9
    """

    update = staticmethod(adamax)
    allowed: ClassVar = _OPTIONS
    remembers = ("step", "exp_avg", "exp_inf")

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
