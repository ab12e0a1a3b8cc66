"""Activations: the operations of the table under PyTorch's names, and with its `dim` where they go along an axis."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import (
    celu,
    elu,
    gelu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softplus,
    softshrink,
    softsign,
    tanh,
    tanhshrink,
    threshold,
)
from autograd import log_sigmoid as logsigmoid

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "step",
    "tanh",
    "tanhshrink",
    "threshold",
]


def softmax(input: Any, dim: int = -1) -> Any:
    """e**x over its sum along an axis, without overflow; NaN in a row of nothing but -inf.

    >>> softmax([[0.0, 0.0]], dim=1)
    array([[0.5, 0.5]])
    """
    return autograd.softmax(input, dim)


def log_softmax(input: Any, dim: int = -1) -> Any:
    """The logarithm of softmax along an axis, without overflow; NaN in a row of nothing but -inf."""
    return autograd.log_softmax(input, dim)


def softmin(input: Any, dim: int = -1) -> Any:
    """The softmax of -x along an axis."""
    return autograd.softmin(input, dim)


def glu(input: Any, dim: int = -1) -> Any:
    """The first half along an axis, of an even length, times the sigmoid of the second (Dauphin et al., 2017).

    >>> glu([2.0, 0.0])
    array([1.])
    """
    return autograd.glu(input, dim)


def prelu(input: Any, weight: Any) -> Any:
    """x where it is positive, weight · x elsewhere (He et al., 2015).

    Args:
        input: (N, C, ...), or of any shape for a single weight.
        weight: one number, or one for each channel, (C,).

    >>> prelu([[-2.0, -2.0]], [0.5, 0.25])
    array([[-1. , -0.5]])
    """
    ndim = getattr(input, "ndim", 0)
    if getattr(weight, "size", 1) > 1 and ndim > 2:
        weight = autograd.reshape(weight, (-1,) + (1,) * (ndim - 2))
    return autograd.prelu(input, weight)


def step(input: Any, straight_through: bool = False) -> Any:
    """The Heaviside step: 0 below zero, 1 from zero on.

    Its derivative is 0, so that nothing before it learns. The straight-through estimator (Bengio, Léonard and
    Courville, 2013) takes it for 1.

    >>> from autograd import Value
    >>> x = Value(0.5)
    >>> y = step(x, straight_through=True)
    >>> y.backward()
    >>> y.item(), x.grad
    (1.0, 1.0)
    """
    y = autograd.step(input)
    if not straight_through:
        return y
    finite = autograd.where(autograd.isfinite(input), input, 0.0)  # inf - inf would be NaN
    return y + (finite - autograd.stop_gradient(finite))  # a difference of 0, whose derivative is 1
