"""What a picture tells of data and gradients: a number, or the summary of an array. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import Repr
from typing import TYPE_CHECKING, Any

from viz.records import Array, Number, Quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["brief", "quantity", "range_of"]

CELLS = 8  # rows and columns of a heat map: as many as can be told apart in a box


def quantity(data: Any) -> Quantity:
    """The record of a float or an array."""
    if isinstance(data, (int, float)):
        return Number(float(data))
    import numpy as np  # an array is there, so NumPy is loaded already

    if isinstance(data, np.generic):
        return Number(float(data))
    array: NDArray[Any] = np.asarray(data)
    if not array.size:
        return Array(array.shape, str(array.dtype), float("nan"), float("nan"), float("nan"))
    with np.errstate(all="ignore"):  # infinities of both signs have no mean: that is shown, not warned of
        mean = array.mean(dtype=np.float64)  # a sum in float16 would overflow
        cells = _cells(np, array)
    zeros = 1.0 - np.count_nonzero(array) / array.size
    return Array(
        array.shape, str(array.dtype), float(array.min()), float(mean), float(array.max()), float(zeros), cells
    )


def _cells(np: Any, array: Any) -> tuple[tuple[float, ...], ...]:
    """Means of blocks of a matrix; the leading axes are joined to its rows."""
    matrix = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    for axis in (0, 1):
        length = matrix.shape[axis]
        if length > CELLS:
            starts = [length * i // CELLS for i in range(CELLS)]
            counts = np.diff([*starts, length]).reshape((-1, 1) if axis == 0 else (1, -1))
            matrix = np.add.reduceat(matrix, starts, axis, dtype=np.float64) / counts
    return tuple(tuple(map(float, row)) for row in matrix)


def range_of(data: Iterable[Any]) -> Quantity | None:
    """The range of many results together, numbers and arrays; None where there is none."""
    least, most, total, count = float("inf"), float("-inf"), 0.0, 0
    for x in data:
        part = quantity(x)
        if isinstance(part, Number):
            low = mean = high = part.value
            size = 1
        elif isinstance(part, Array) and 0 not in part.shape:
            low, mean, high = part.minimum, part.mean, part.maximum
            size = getattr(x, "size", 1)
        else:
            continue
        # a comparison with NaN is false: it must not be lost
        least = low if low < least or low != low else least
        most = high if high > most or high != high else most
        total, count = total + mean * size, count + size
    return Array((count,), "", least, total / count, most) if count else None


class _Brief(Repr):
    """Arguments of a call as a line of code would give them; long ones are cut."""

    def repr_slice(self, x: slice, level: int) -> str:
        bounds = [x.start, x.stop] if x.step is None else [x.start, x.stop, x.step]
        return ":".join("" if bound is None else self.repr1(bound, level) for bound in bounds)

    def repr_ellipsis(self, x: object, level: int) -> str:
        return "..."

    def repr_ndarray(self, x: NDArray[Any], level: int) -> str:
        return self.repr1(x.tolist(), level) if x.size <= self.maxlist else f"{x.shape} {x.dtype}"


brief = _Brief().repr
