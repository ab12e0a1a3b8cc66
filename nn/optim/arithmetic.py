"""What updates are written in, beside operators: the same for floats and arrays, on plain data, changing nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd

__all__ = ["decayed", "divide", "maximum", "mean", "sqrt"]


def _plain(name: str) -> Callable[..., Any]:
    """A table entry's own kernels, called directly: an update records nothing, so nothing has to be looked for."""
    entry = autograd.TABLE[name]

    def function(x: Any, *others: Any) -> Any:
        return entry.scalar(x, *others) if type(x) is float else entry.kernel(x, *others)

    function.__doc__ = f"{name} of floats or arrays."
    return function


sqrt, divide, maximum = _plain("sqrt"), _plain("divide"), _plain("maximum")


def mean(old: Any, new: Any, weight: float) -> Any:
    """The running mean that keeps the share `weight` of what it was.

    >>> mean(1.0, 2.0, 0.75)
    1.25
    """
    return weight * old + (1 - weight) * new


def decayed(data: Any, grad: Any, weight_decay: float, lr: float = 0.0, decoupled: bool = False) -> tuple[Any, Any]:
    """Data and gradient under weight decay λ: g + λw, or decoupled w - ηλw (Loshchilov and Hutter, 2019).

    >>> decayed(2.0, 1.0, 0.5), decayed(2.0, 1.0, 0.5, lr=0.5, decoupled=True)
    ((2.0, 2.0), (1.5, 1.0))
    """
    return ((1 - lr * weight_decay) * data, grad) if decoupled else (data, grad + weight_decay * data)
