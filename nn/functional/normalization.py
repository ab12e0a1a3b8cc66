"""Inputs brought to mean 0 and deviation 1, or to length 1, over some of their axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd.errors import ArgumentError, ShapeError
from nn.arguments import plain_or_value
from nn.effects import observed
from nn.functional.operands import FROM_0_OR_VALUE, POSITIVE_OR_VALUE
from nn.options import COUNT, SHARE

__all__ = ["batch_norm", "layer_norm", "normalize", "rms_norm"]


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-05,
) -> Any:
    """(x - mean) / √(var + eps) · weight + bias for each channel, over the batch (Ioffe and Szegedy, 2015).

    Args:
        input: (N, C) or (N, C, ...).
        running_mean: (C,), a plain array, or None to normalize by the batch in evaluation, too.
        running_var: the same.
        weight: (C,) or None.
        bias: (C,) or None.
        training: True normalizes by mean and (biased) variance of the batch, and moves the running ones, in place,
            towards the batch's mean and unbiased variance; False normalizes by the running ones.
        momentum: how far they move: the weight of the new value.
        eps: keeps the square root from 0.

    Raises:
        ShapeError: for an input without channels; for one value per channel in training, whose variance is 0.

    >>> batch_norm([[1.0], [3.0]], None, None, training=True).round(3)
    array([[-1.],
           [ 1.]])
    """
    x, eps = plain_or_value(input), POSITIVE_OR_VALUE("batch_norm", eps=eps)
    if x.ndim < 2:
        raise ShapeError(f"found an input of shape {x.shape}; expected (N, C) or (N, C, ...).").named("batch_norm")
    places = (-1,) + (1,) * (x.ndim - 2)  # of a channel's number before the axes that follow it
    has_statistics = running_mean is not None and running_var is not None
    momentum = SHARE("batch_norm", momentum=momentum)
    if has_statistics and not training:
        return _scaled(x - running_mean.reshape(places), running_var.reshape(places), weight, bias, places, eps)

    def move(mean: Any, variance: Any) -> None:
        for running, new in ((running_mean, mean), (running_var, variance)):
            running *= 1.0 - momentum
            running += momentum * new

    return normalized_by_batch(x, weight, bias, training, eps, move if has_statistics else None)


def normalized_by_batch(
    x: Any, weight: Any, bias: Any, training: bool, eps: float, keep: Callable[[Any, Any], None] | None
) -> Any:
    """batch_norm by the statistics of the batch, which `keep` gets: the mean and the unbiased variance, (C,) each."""
    places = (-1,) + (1,) * (x.ndim - 2)
    axes = (0, *range(2, x.ndim))
    count = math.prod(x.shape[axis] for axis in axes)
    if training and count < 2:
        raise ShapeError(
            f"found an input of shape {x.shape}, {count} value per channel; expected more in training, as the variance "
            "of one is 0. Call eval(), or take a larger batch."
        ).named("batch_norm")
    mean = autograd.mean(x, axes, keepdims=True)
    centred = x - mean
    variance = autograd.mean(autograd.square(centred), axes, keepdims=True)
    result = _scaled(centred, variance, weight, bias, places, eps)
    if training and keep is not None:
        unbiased = count / (count - 1)
        observed(lambda mean, var: keep(mean.reshape(-1), var.reshape(-1) * unbiased), mean, variance)
    return result


def _scaled(centred: Any, variance: Any, weight: Any, bias: Any, places: tuple[int, ...], eps: float) -> Any:
    scale = autograd.reciprocal(autograd.sqrt(variance + eps))
    if weight is not None:
        scale = scale * autograd.reshape(weight, places)
    scaled = centred * scale
    return scaled if bias is None else scaled + autograd.reshape(bias, places)


def layer_norm(
    input: Any, normalized_shape: int | Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-05
) -> Any:
    """(x - mean) / √(var + eps) · weight + bias over the last axes of each sample (Ba, Kiros and Hinton, 2016).

    Args:
        input: (..., *normalized_shape).
        normalized_shape: the lengths of the last axes; a whole number is one of them.
        weight: of that shape, or None.
        bias: of that shape, or None.
        eps: keeps the square root from 0.

    Raises:
        ShapeError: for an input with other last axes.

    >>> layer_norm([1.0, 3.0], 2).round(3)
    array([-1.,  1.])
    """
    x, axes = _last_axes("layer_norm", input, normalized_shape)
    eps = FROM_0_OR_VALUE("layer_norm", eps=eps)
    centred = x - autograd.mean(x, axes, keepdims=True)
    y = centred * _reciprocal_root(centred, axes, eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def rms_norm(input: Any, normalized_shape: int | Sequence[int], weight: Any = None, eps: float | None = None) -> Any:
    """x / √(mean(x²) + eps) · weight over the last axes of each sample (Zhang and Sennrich, 2019).

    Args:
        input: (..., *normalized_shape).
        normalized_shape: the lengths of the last axes; a whole number is one of them.
        weight: of that shape, or None.
        eps: keeps the square root from 0; by default the rounding unit of the input's dtype.

    Raises:
        ShapeError: for an input with other last axes.

    >>> rms_norm([3.0, 3.0], 2).round(3)
    array([1., 1.])
    """
    import numpy as np

    x, axes = _last_axes("rms_norm", input, normalized_shape)
    eps = float(np.finfo(x.dtype).eps) if eps is None else FROM_0_OR_VALUE("rms_norm", eps=eps)
    y = x * _reciprocal_root(x, axes, eps)
    return y if weight is None else y * weight


def normalize(input: Any, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12) -> Any:
    """x / max(‖x‖, eps), the norm of order p taken along an axis.

    >>> normalize([[3.0, 4.0]])
    array([[0.6, 0.8]])
    """
    x, eps = plain_or_value(input), FROM_0_OR_VALUE("normalize", eps=eps)
    return x / autograd.maximum(autograd.vector_norm(x, ord=p, axis=dim, keepdims=True), eps)


def shape_of_last_axes(operation: str, normalized_shape: Any) -> tuple[int, ...]:
    """A normalized_shape as a tuple of whole numbers from 1."""
    numbers = normalized_shape if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
    if not numbers or not all(map(COUNT.allows, numbers)):
        raise ArgumentError(
            f"found normalized_shape={normalized_shape!r}; expected {COUNT.expected}, or a tuple of them."
        ).named(operation)
    return tuple(map(int, numbers))


def _last_axes(operation: str, input: Any, normalized_shape: Any) -> tuple[Any, tuple[int, ...]]:
    x, shape = plain_or_value(input), shape_of_last_axes(operation, normalized_shape)
    if x.shape[-len(shape) :] != shape:
        expected = ", ".join(("...", *map(str, shape)))
        raise ShapeError(f"found an input of shape {x.shape}; expected ({expected}).").named(operation)
    return x, tuple(range(-len(shape), 0))


def _reciprocal_root(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    return autograd.reciprocal(autograd.sqrt(autograd.mean(autograd.square(x), axes, keepdims=True) + eps))
