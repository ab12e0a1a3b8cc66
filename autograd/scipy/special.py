"""scipy.special under HIPS autograd's name: the special functions of the table, whether SciPy is installed or not.

>>> from autograd import grad
>>> from autograd.scipy.special import expit
>>> grad(expit)(0.0)
0.25
"""

from __future__ import annotations

from typing import Any

from autograd.errors import UnsupportedError
from autograd.graph.value import TABLE
from autograd.ops.axes import axes_of, shape_of
from autograd.ops.protocols import SCIPYS as NAMES

__all__ = ["log_softmax", "logsumexp", "polygamma", "softmax"]

globals().update({name: TABLE[entry] for name, entry in NAMES.items()})


def softmax(x: Any, axis: Any = None) -> Any:
    """e**x over its sum over axes, as SciPy has it: over all of them by default.

    >>> softmax([[0.0, 0.0], [0.0, 0.0]])
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    return TABLE["softmax"](x, axis)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """The logarithm of softmax over axes, without overflow: over all of them by default.

    >>> round(float(log_softmax([0.0, 0.0])[0]), 6)
    -0.693147
    """
    return TABLE["log_softmax"](x, axis)


def polygamma(n: int, x: Any) -> Any:
    """The n-th derivative of digamma, n first as SciPy has it.

    >>> round(polygamma(1, 1.0), 6)
    1.644934
    """
    return TABLE["polygamma"](x, n)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """log(sum(b * e**a)) over axes, without overflow; b scales the terms, 1 each if it is not given.

    Raises:
        UnsupportedError: for return_sign=True.

    >>> round(float(logsumexp([0.0, 0.0], b=[1.0, 3.0])), 6)
    1.386294
    """
    if return_sign:
        raise UnsupportedError("logsumexp: return_sign=True is not supported; expected a sum that is positive.")
    if b is None:
        return TABLE["logsumexp"](a, axis, keepdims=keepdims)
    a = TABLE["where"](TABLE["equal"](b, 0.0), -float("inf"), a)  # a term that does not count cannot overflow
    axes = axes_of(axis, len(shape_of(a)))
    top = TABLE["stop_gradient"](TABLE["max"](a, axes, keepdims=True))
    top = TABLE["where"](TABLE["isfinite"](top), top, 0.0)
    total = TABLE["log"](TABLE["sum"](b * TABLE["exp"](a - top), axes, keepdims=True)) + top
    return total if keepdims else TABLE["squeeze"](total, axes)


def __getattr__(name: str) -> Any:
    raise AttributeError(
        f"autograd.scipy.special has no {name!r}; expected one of {', '.join(sorted([*NAMES, *__all__]))}. "
        "Compose it of those, or define it with autograd.extend.primitive."
    )
