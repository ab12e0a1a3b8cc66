"""Axes as NumPy's `axis=` names them: counted from the front, how many elements lie along them, moved to the end."""

from __future__ import annotations

import math
import operator
from typing import Any, SupportsIndex

from autograd.errors import AxisError
from autograd.graph.value import TABLE

__all__ = ["axes_of", "axis_of", "count_over", "from_lanes", "kept_shape", "lanes", "shape_of"]


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a number, an array or a Value."""
    return getattr(x, "shape", ())


def axis_of(axis: SupportsIndex, ndim: int) -> int:
    """One axis, counted from the front.

    Raises:
        AxisError: for one that is not there.
    """
    axis = operator.index(axis)
    if not -ndim <= axis < ndim:
        raise AxisError(f"found axis={axis} for an array with {ndim} axes; expected one from {-ndim} to {ndim - 1}.")
    return axis % ndim


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes that `axis` stands for, counted from the front: one, several, or with None all of them.

    Raises:
        AxisError: for an axis that is not there, or given twice.
    """
    if axis is None or ndim == 0:  # NumPy takes axis 0 of a single number, too
        return tuple(range(ndim))
    axes = tuple([axis_of(a, ndim) for a in (axis if hasattr(axis, "__len__") else (axis,))])
    if len(set(axes)) < len(axes):
        raise AxisError(f"found axis={axis}; expected no axis twice.")
    return axes


def kept_shape(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape after a reduction that keeps the reduced axes with length 1."""
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def count_over(x: Any, axis: Any) -> int:
    """How many elements of x lie along axes: what a reduction over them makes one of."""
    shape = shape_of(x)
    if axis is None:
        return math.prod(shape)
    return math.prod(shape[i] for i in axes_of(axis, len(shape)))


def lanes(x: Any, axis: Any) -> Any:
    """x with some axes joined to one, the last: a lane is what lies along them."""
    shape = shape_of(x)
    order, others = _axes_last(axis, len(shape))
    return TABLE["reshape"](TABLE["transpose"](x, order), (*(shape[i] for i in order[:others]), count_over(x, axis)))


def from_lanes(x: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """The array of a shape that has x as its lanes along axes."""
    order, _ = _axes_last(axis, len(shape))
    back = sorted(range(len(shape)), key=order.__getitem__)
    return TABLE["transpose"](TABLE["reshape"](x, tuple(shape[i] for i in order)), back)


def _axes_last(axis: Any, ndim: int) -> tuple[list[int], int]:
    """All axes in their order but for those of `axis`, which come last; and the number of the others."""
    axes = axes_of(axis, ndim)
    others = [i for i in range(ndim) if i not in axes]
    return [*others, *axes], len(others)
