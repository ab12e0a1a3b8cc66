"""NumPy's `axis` in the forms that PyTorch's `dim` has."""

from __future__ import annotations

from typing import Any

__all__ = ["axes_of", "flat"]


def axes_of(a: Any, axis: Any) -> tuple[int, ...]:
    """The axes as a tuple, all of them for None."""
    return tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)


def flat(a: Any, axis: int | None) -> tuple[Any, int]:
    """The array and the axis to go along: the flattened array without one; a number is one of length 1, as in NumPy."""
    return (a.reshape(-1), 0) if axis is None or not a.ndim else (a, axis)
