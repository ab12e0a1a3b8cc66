"""The derivative of a function along a line, from its values alone, with an estimate of the error.

Central differences err by a series in h**2: with steps that shrink by a constant ratio, each column of a triangle of
estimates removes the next term (L. F. Richardson 1911; C. J. F. Ridders 1982, "Accurate computation of F'(x) and
F'(x) F''(x)", which chooses the estimate that differs least from its neighbours).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograd.arrays import Array, np

__all__ = ["Rounding", "Slope", "scales", "slope"]

DOUBTFUL = 100.0  # times the rounding of the largest intermediate result, over the widest step
RATIO = 4.0  # of one step to the next
LEVELS = 7  # steps in a sweep, from WIDEST to a 4096th of it
WIDEST = 0.0173  # times a scale; no round number, with which periods of f might agree
ENOUGH = 0.1  # of the tolerance: an estimated error below it ends the search


@dataclass(frozen=True)
class Slope:
    """The derivative of each output along a line, and how far each may be off.

    Args:
        error: the estimated error; inf where nothing is known.
        doubt: what large intermediate results may have swallowed without a trace in the values: too cautious a bound
            to hold against a derivative that agrees, and reason enough not to call one wrong.
    """

    value: Array
    error: Array
    doubt: float


@dataclass(frozen=True)
class Rounding:
    """What the rounding error of a difference is estimated from.

    Args:
        unit: the spacing of floats near 1, in the least precise dtype on the way.
        point: the size of the point that moves.
        inner: the largest intermediate result of f.
    """

    unit: float
    point: float
    inner: float

    def of(self, plus: Array, minus: Array) -> Array:
        """The error of plus - minus; where they are equal, whatever an intermediate result may have swallowed."""
        size = np.maximum(np.abs(plus), np.abs(minus))
        return self.unit * np.where(plus == minus, np.maximum(size, self.inner), size)


def scales(x: Array) -> list[float]:
    """The lengths over which f may change noticeably, most likely first: the size of x, 1, and lesser ones."""
    sizes = np.abs(x[np.isfinite(x) & (x != 0.0)])
    large = max(1.0, float(sizes.max(initial=0.0)))
    small = float(sizes.min(initial=1.0))
    return [large, *([1.0] if large > 10.0 else []), *([small] if small < 0.1 else []), 1e-4 * large]


def slope(
    f: Callable[[float], Array],
    steps: list[float],
    rounding: Rounding,
    tolerance: Callable[[Array], Array],
) -> Slope:
    """The derivative of f at 0, a function of one number with a vector of results.

    Args:
        f: the function along the line.
        steps: the widest step of each sweep, tried in this order until all errors are small.
        rounding: what f loses to rounding.
        tolerance: the error that matters, as a function of the derivative.
    """
    best, error = np.array(np.nan), np.array(np.inf)
    for widest in steps:
        found, distance = _sweep(f, widest, rounding, tolerance)
        better = distance < error
        best, error = np.where(better, found, best), np.where(better, distance, error)
        if (error <= ENOUGH * tolerance(best)).all():
            break
    return Slope(best, error, DOUBTFUL * rounding.unit * rounding.inner / steps[0])


def _sweep(
    f: Callable[[float], Array], widest: float, rounding: Rounding, tolerance: Callable[[Array], Array]
) -> tuple[Array, Array]:
    """The best estimates of one sweep, and their errors."""
    row: list[Array] = []
    best, error = np.array(np.nan), np.array(np.inf)
    for level in range(LEVELS):
        h = widest / RATIO**level
        plus, minus = f(h), f(-h)
        above = row
        row = [(plus - minus) / (2.0 * h)]
        noise = (rounding.of(plus, minus) + rounding.unit * rounding.point * np.abs(row[0])) / h
        for j, earlier in enumerate(above):
            row.append(row[j] + (row[j] - earlier) / (RATIO ** (2 * j + 2) - 1.0))
            distance = np.maximum(np.abs(row[j + 1] - row[j]), np.abs(row[j + 1] - earlier)) + noise
            better = distance < error
            best, error = np.where(better, row[j + 1], best), np.where(better, distance, error)
        if level >= 2 and (error <= ENOUGH * tolerance(best)).all():
            break
    return np.broadcast_to(best, plus.shape), np.broadcast_to(error, plus.shape)
