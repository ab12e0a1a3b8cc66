"""Sums of inputs times weights."""

from __future__ import annotations

from typing import Any

import autograd

__all__ = ["linear"]


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """x·Wᵀ + b, one node of the graph.

    Shapes: input (..., inputs), weight (outputs, inputs), bias (outputs,) or None; the result is (..., outputs).

    Raises:
        ShapeError: for shapes that do not fit.

    >>> linear([1.0, 2.0], [[3.0, 4.0]], [0.5])
    array([11.5])
    """
    if bias is None:
        return autograd.matmul(input, autograd.transpose(weight))
    return autograd.linear(input, weight, bias)
