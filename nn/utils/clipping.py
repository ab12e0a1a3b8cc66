"""Gradients made shorter, in place, before an optimizer's step."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import autograd
from autograd import Value
from autograd.errors import AnomalyError, DtypeError
from nn.options import number

__all__ = ["clip_grad_norm_", "clip_grad_value_", "leaves"]

LIMIT = number(0, ends="[]")
ORDER = number(0, ends="(]")


def clip_grad_norm_(
    parameters: Value | Iterable[Value], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """Scale all gradients by one factor, so that their common norm is at most max_norm; returns the norm it was.

    Parameters without a gradient are passed over. The factor is max_norm / (norm + 1e-6), as PyTorch's (Pascanu et al.,
    2013, algorithm 1).

    Args:
        parameters: as `model.parameters()`, or one Value.
        max_norm: the greatest norm allowed.
        norm_type: the order of the norm, inf for the greatest absolute value.
        error_if_nonfinite: True refuses gradients whose norm is NaN or infinite; else they are scaled by it.

    Raises:
        AnomalyError: for such a norm, naming a parameter; no gradient has changed.
        ArgumentError: for a negative max_norm or an order not above 0.

    >>> x, y = Value(0.0), Value([0.0])
    >>> x.grad, y.grad = 3.0, [4.0]
    >>> clip_grad_norm_([x, y], 1.0)
    5.0
    >>> round(x.grad, 3), y.grad.round(3)
    (0.6, array([0.8]))
    """
    max_norm = LIMIT("clip_grad_norm_", max_norm=max_norm)
    norm_type = ORDER("clip_grad_norm_", norm_type=norm_type)
    graded = [p for p in leaves("clip_grad_norm_", parameters) if p.has_grad]
    norms = [_norm(p.grad, norm_type) for p in graded]
    total = _joined(norms, norm_type)
    if error_if_nonfinite and not math.isfinite(total):
        place, norm = next(((i, n) for i, n in enumerate(norms) if not math.isfinite(n)), (0, total))
        raise AnomalyError(
            f"clip_grad_norm_: found gradients of norm {total}, that of parameter {place} "
            f"(label {graded[place].label!r}, shape {graded[place].shape}) being {norm}; expected a finite one. "
            "detect_anomaly() finds the operation that made it."
        )
    factor = max_norm / (total + 1e-6)
    if not factor >= 1.0:
        for p in graded:
            p.grad *= factor
    return total


def clip_grad_value_(parameters: Value | Iterable[Value], clip_value: float) -> None:
    """Bring every element of every gradient within ±clip_value.

    Raises:
        ArgumentError: for a negative clip_value.

    >>> x = Value([0.0, 0.0])
    >>> x.grad = [3.0, -0.5]
    >>> clip_grad_value_([x], 1.0)
    >>> x.grad
    array([ 1. , -0.5])
    """
    clip_value = LIMIT("clip_grad_value_", clip_value=clip_value)
    for p in leaves("clip_grad_value_", parameters):
        if p.has_grad:
            p.grad = autograd.clip(p.grad, -clip_value, clip_value)


def leaves(operation: str, parameters: Value | Iterable[Value]) -> list[Value]:
    """Parameters as a list, each once."""
    given = [parameters] if isinstance(parameters, Value) or not isinstance(parameters, Iterable) else list(parameters)
    for each in given:
        if not isinstance(each, Value) or each.op is not None:
            raise DtypeError(f"{operation}: found {type(each).__name__}; expected leaf Values, as model.parameters().")
    return list({id(each): each for each in given}.values())


def _norm(g: Any, order: float) -> float:
    if isinstance(g, float):
        return abs(g)
    import numpy as np

    return float(np.linalg.norm(g.ravel(), order))


def _joined(norms: list[float], order: float) -> float:
    """The norm of a vector from those of its parts."""
    if any(math.isnan(n) for n in norms):
        return math.nan
    if order == math.inf:
        return max(norms, default=0.0)
    if order == 2.0:
        return math.hypot(*norms)  # without overflow on the way
    return float(math.fsum(n**order for n in norms) ** (1.0 / order))
