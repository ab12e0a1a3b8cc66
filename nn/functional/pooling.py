"""Pooling: the greatest element or the mean of windows; the operations of the table, and adaptive ones."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import avg_pool1d, avg_pool2d, max_pool1d, max_pool2d
from autograd.errors import ArgumentError, ShapeError
from nn.arguments import plain_or_value
from nn.options import COUNT, optional

__all__ = ["adaptive_avg_pool1d", "adaptive_avg_pool2d", "avg_pool1d", "avg_pool2d", "max_pool1d", "max_pool2d"]

SIZE = optional(COUNT)


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Any:
    """Means of as many windows as are wanted, which together cover the signal.

    Args:
        input: (N, C, L) or (C, L).
        output_size: the number of windows; window i of n reaches from ⌊i·L/n⌋ to before ⌈(i + 1)·L/n⌉.

    Raises:
        ArgumentError: for a number below 1.
        ShapeError: for an input with another number of axes.

    >>> adaptive_avg_pool1d([[1.0, 2.0, 3.0, 4.0]], 2)
    array([[1.5, 3.5]])
    """
    return _adaptive("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Any:
    """Means of as many windows as are wanted, which together cover the image.

    Args:
        input: (N, C, H, W) or (C, H, W).
        output_size: how many windows there are along each axis, as for `adaptive_avg_pool1d`: one number for both, or
            two, None keeping the length of an axis.

    Raises:
        ArgumentError: for a number below 1.
        ShapeError: for an input with another number of axes.

    >>> adaptive_avg_pool2d([[[1.0, 2.0], [3.0, 6.0]]], 1)
    array([[[3.]]])
    """
    return _adaptive("adaptive_avg_pool2d", 2, input, output_size)


def _adaptive(operation: str, n: int, input: Any, output_size: Any) -> Any:
    x = plain_or_value(input)
    if x.ndim not in (n + 1, n + 2) or 0 in x.shape[-n:]:
        lengths = "L" if n == 1 else "H, W"
        raise ShapeError(
            f"found an input of shape {x.shape}; expected (N, C, {lengths}) or (C, {lengths}) with an element."
        ).named(operation)
    for axis, count in zip(range(-n, 0), sizes_of_output(operation, n, output_size), strict=True):
        x = x if count is None else _means(x, axis, count)
    return x


def sizes_of_output(operation: str, n: int, output_size: Any) -> list[int | None]:
    """How many windows there are along each of n axes; None where its length is kept."""
    sizes = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * n
    if len(sizes) != n or not all(map(SIZE.allows, sizes)):
        raise ArgumentError(
            f"found output_size={output_size!r}; expected {n} whole numbers of at least 1, or None."
        ).named(operation)
    return [*map(SIZE.keep, sizes)]


def _means(x: Any, axis: int, count: int) -> Any:
    """The means of windows along one axis; those of windows along several are means of means, all being products."""
    length = x.shape[axis]
    axis += x.ndim
    if length == count:
        return x
    if length % count == 0:
        parted = (*x.shape[:axis], count, length // count, *x.shape[axis + 1 :])
        return autograd.mean(autograd.reshape(x, parted), axis + 1)
    before = (slice(None),) * axis
    bounds = [(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]
    means = [autograd.mean(autograd.getitem(x, (*before, slice(*bound))), axis) for bound in bounds]
    return autograd.stack(means, axis)
