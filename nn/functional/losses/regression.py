"""Losses of predicted numbers: functions of the error."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import autograd
from nn.functional.operands import FROM_0_OR_VALUE, POSITIVE_OR_VALUE, each, fitted, paired, reduced

__all__ = ["half_squared_error", "huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss"]


def mse_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """Squared error, (x - y)².

    Shapes: input and target alike, of any shape; the loss is one number, or of that shape with reduction="none".
    A `weight` of that shape multiplies the losses, and the mean then divides by its sum.

    Raises:
        ShapeError: for unequal shapes, or no elements.

    >>> mse_loss([1.0, 2.0], [0.0, 4.0])
    2.5
    """
    return _of_errors("mse_loss", autograd.square, input, target, reduction, weight)


def half_squared_error(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Half the squared error, (x - y)² / 2, whose derivative is the error x - y itself.

    Shapes and errors are those of `mse_loss`.

    >>> half_squared_error([1.0, 2.0], [0.0, 4.0], reduction="sum")
    2.5
    """
    return _of_errors("half_squared_error", lambda d: 0.5 * autograd.square(d), input, target, reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """Absolute error, |x - y|; its derivative is 0 where x = y.

    Shapes, weight and errors are those of `mse_loss`.

    >>> l1_loss([1.0, 2.0], [0.0, 4.0])
    1.5
    """
    return _of_errors("l1_loss", autograd.abs, input, target, reduction, weight)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """With the error d: d² / (2 beta) where |d| < beta, else |d| - beta / 2; for beta = 0 the absolute error.

    Shapes are those of `mse_loss`. From Girshick, Fast R-CNN (2015), equation 3.

    Raises:
        ArgumentError: for a negative beta.
        ShapeError: for unequal shapes, or no elements.

    >>> smooth_l1_loss([0.5, 3.0], [0.0, 0.0], reduction="none")
    [0.125, 2.5]
    """
    operation = "smooth_l1_loss"
    beta = FROM_0_OR_VALUE(operation, beta=beta)
    loss = autograd.abs if beta == 0.0 else lambda d: _huber(d, beta) * (1.0 / beta)
    return _of_errors(operation, loss, input, target, reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None) -> Any:
    """With the error d: d² / 2 where |d| < delta, else delta (|d| - delta / 2).

    Shapes are those of `mse_loss`. A `weight` multiplies the losses; here the mean divides by their number, as in
    PyTorch. From Huber, Robust estimation of a location parameter (1964).

    Raises:
        ArgumentError: for a delta that is not positive.
        ShapeError: for unequal shapes, or no elements.

    >>> huber_loss([0.5, 3.0], [0.0, 0.0], reduction="none", delta=2.0)
    [0.125, 4.0]
    """
    operation = "huber_loss"
    delta = POSITIVE_OR_VALUE(operation, delta=delta)
    return _of_errors(operation, lambda d: _huber(d, delta), input, target, reduction, weight, by_weight=False)


def _huber(d: Any, threshold: float) -> Any:
    size = autograd.abs(d)
    if threshold == math.inf:
        return 0.5 * autograd.square(d)
    near = autograd.minimum(size, threshold)  # no square of a large number, which could overflow
    return 0.5 * autograd.square(near) + threshold * (size - near)


def _of_errors(
    operation: str,
    loss: Callable[[Any], Any],
    input: Any,
    target: Any,
    reduction: str,
    weight: Any = None,
    by_weight: bool = True,
) -> Any:
    """The reduced losses of the errors; a weighted mean divides `by_weight`, or by the number of elements."""
    x, y = paired(operation, input, target)
    losses = each(lambda x, y: loss(x - y), x, y)
    if weight is None:
        return reduced(operation, losses, reduction)
    w = fitted(operation, "weight", weight, x, x.shape)
    return reduced(operation, each(operator.mul, losses, w), reduction, w if by_weight else None)
