"""Where a function of one number has a kink or a jump.

They are looked for by bisection: an entry of the table knows its own hard points, but not those of what it is made of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Kink", "kinks"]

_LEAST = 1e-6  # of a jump, beside the largest slope: below it lies rounding


class Kink(NamedTuple):
    """A place where the derivative jumps, and the derivative that the engine takes there."""

    x: float
    slope: float


def kinks(slope: Callable[[NDArray[Any]], NDArray[Any]], grid: NDArray[Any]) -> list[Kink]:
    """The kinks between the points of a grid, at most one for each of its intervals.

    An interval whose ends differ in slope is halved, always towards the greater difference, down to two neighbouring
    floats. In a smooth function, however steep, the difference vanishes on the way; in a kink it stays.

    >>> import numpy as np
    >>> kinks(lambda x: np.sign(x), np.linspace(-1, 1, 4))
    [Kink(x=0.0, slope=0.0)]
    """
    import numpy as np

    slopes = slope(grid)
    finite = np.abs(slopes[np.isfinite(slopes)])
    if not finite.size:
        return []
    least = _LEAST * max(finite.max(), 1e-300)
    x = sorted({_roundest(a, b) for a, b in _narrowed(slope, grid, slopes, least)})
    return [Kink(*pair) for pair in zip(x, slope(np.array(x)).tolist(), strict=True)] if x else []


def _narrowed(
    slope: Callable[[NDArray[Any]], NDArray[Any]], grid: NDArray[Any], slopes: NDArray[Any], least: float
) -> list[tuple[float, float]]:
    """The neighbouring floats between which the slope jumps by more than `least`, all intervals halved together."""
    import numpy as np

    found: list[tuple[float, float]] = []
    a, b, at_a, at_b = grid[:-1], grid[1:], slopes[:-1], slopes[1:]
    while True:
        differ = np.abs(at_b - at_a) > least  # False for NaN: the edge of the domain is no kink
        a, b, at_a, at_b = a[differ], b[differ], at_a[differ], at_b[differ]
        middle = (a + b) / 2.0
        between = (a < middle) & (middle < b)
        found += zip(a[~between].tolist(), b[~between].tolist(), strict=True)
        if not between.any():
            return found
        a, b, at_a, at_b, middle = a[between], b[between], at_a[between], at_b[between], middle[between]
        at_middle = slope(middle)
        is_left = np.abs(at_middle - at_a) >= np.abs(at_b - at_middle)
        a, at_a = np.where(is_left, a, middle), np.where(is_left, at_a, at_middle)
        b, at_b = np.where(is_left, middle, b), np.where(is_left, at_middle, at_b)


def _roundest(a: float, b: float) -> float:
    """Which of two neighbouring floats is meant: the one that is written in fewer digits; 3.0 for 2.9999999999999996.

    Rounding inside of the function can move its kink by a few floats; but no digits are cut from 0.3333333333333333.
    """
    nearest = min(a, b, key=lambda x: len(repr(x))) + 0.0  # no -0.0
    rounded = round(nearest, 12) + 0.0
    return rounded if len(repr(rounded)) + 8 <= len(repr(nearest)) else nearest
