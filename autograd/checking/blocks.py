"""A block of the Jacobian, analytic against numeric: which entries agree, which fail, which cannot be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograd.arrays import Array, np
from autograd.checking.differences import Slope

__all__ = ["Block", "Numeric", "Tolerance", "unit_vector"]

# What rounding of the analytic side may cost, by the bytes of its least precise dtype: (atol, rtol).
DEFAULTS = {8: (1e-6, 1e-5), 4: (1e-4, 1e-3), 2: (1e-2, 2e-2)}


@dataclass(frozen=True)
class Tolerance:
    """An entry may differ by atol + rtol * |numeric|, and by the estimated error of the numeric value."""

    atol: float
    rtol: float

    @classmethod
    def chosen(cls, atol: float | None, rtol: float | None, dtype: Any) -> Tolerance:
        """The user's choice, or what suits the dtype."""
        usual = DEFAULTS[min(dtype.itemsize, 8)]
        return cls(usual[0] if atol is None else atol, usual[1] if rtol is None else rtol)

    def __call__(self, numeric: Array) -> Array:
        allowed: Array = self.atol + self.rtol * np.abs(numeric)
        return allowed


@dataclass(frozen=True)
class Numeric:
    """Numeric derivatives, a row for each output and a column for each direction.

    Args:
        error: the estimated error of each.
        doubt: what large intermediate results may have swallowed, for each column.
        size: what rtol is relative to.
    """

    value: Array
    error: Array
    doubt: Array
    size: Array

    @classmethod
    def of(cls, slopes: Sequence[Slope], outputs: int) -> Numeric:
        """One slope of all outputs a column."""
        shape = len(slopes), outputs
        value = np.array([s.value for s in slopes]).reshape(shape).T
        error = np.array([s.error for s in slopes]).reshape(shape).T
        return cls(value, error, np.array([s.doubt for s in slopes]), np.abs(value))

    def combined(self, weights: Array) -> Numeric:
        """The derivatives of one combination of the outputs; the errors add up."""
        sizes = np.abs(weights)
        return Numeric(weights @ self.value, sizes @ self.error, sizes.sum() * self.doubt, sizes @ self.size)


@dataclass(frozen=True)
class Block:
    """The derivatives of all outputs by one leaf in one mode: a row for each output, a column for each direction.

    Args:
        leaf: the place of the leaf.
        directions: random ones, or None for the unit vectors: then it holds every entry.
        weights: None, or the combination of outputs whose derivative the only row is.
    """

    mode: str
    leaf: int
    analytic: Array
    numeric: Numeric
    tolerance: Tolerance
    directions: Array | None = None
    weights: Array | None = None

    def direction(self, column: int) -> Array:
        """The way that its leaf moves in a column."""
        return unit_vector(column, self.analytic.shape[1]) if self.directions is None else self.directions[column]

    @cached_property
    def allowed(self) -> Array:
        """How far each entry may lie from the truth."""
        return self.tolerance(self.numeric.size)

    @cached_property
    def distance(self) -> Array:
        """How far an entry lies outside its tolerance; inf where a number is missing on the analytic side."""
        gap = np.abs(self.analytic - self.numeric.value) - self.allowed
        gap = np.where(np.isnan(self.analytic), np.inf, gap)
        return np.where(self.analytic == self.numeric.value, -np.inf, gap)

    @cached_property
    def failed(self) -> Array:
        """Where the two disagree by more than the tolerance and the numeric error together, or one is missing."""
        return (self.distance > self.numeric.error + self.numeric.doubt) | np.isnan(self.analytic)

    @cached_property
    def undecided(self) -> Array:
        """Where the numeric value is too poor to tell right from wrong."""
        poor = ~(self.numeric.error <= self.allowed) | (self.distance > self.numeric.error)
        return np.asarray(poor & ~self.failed & (self.analytic != self.numeric.value))

    @property
    def open(self) -> bool:
        """Whether some entry was not confirmed."""
        return bool(self.failed.any() or self.undecided.any())

    @cached_property
    def worst(self) -> tuple[int, int]:
        """The entry that fails most; the least known one where none fails."""
        some = self.failed.any()
        badness = np.nan_to_num(self.distance if some else self.numeric.error)
        row, column = np.unravel_index(
            int(np.argmax(np.where(self.failed if some else self.undecided, badness, -1.0))), badness.shape
        )
        return int(row), int(column)

    @property
    def badness(self) -> tuple[bool, float]:
        """What blocks are ordered by: failures before what is undecided, then how bad the worst entry is."""
        some = bool(self.failed.any())
        return some, float(np.nan_to_num(self.distance if some else self.numeric.error)[self.worst])


def unit_vector(k: int, n: int) -> Array:
    """The k-th of n."""
    vector = np.zeros(n)
    vector[k] = 1.0
    return vector
