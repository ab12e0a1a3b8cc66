"""What a picture tells of data, gradients and the arguments of a call: numbers, summaries of arrays, texts. Pure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from reprlib import Repr
from typing import TYPE_CHECKING, Any

from autograd import Value
from viz.records import Array, Number, Quantity, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["arguments", "brief", "quantity", "range_of"]

CELLS = 8  # rows and columns of a heat map: as many as can be told apart in a box


def quantity(data: Any) -> Quantity:
    """The record of a float or an array, or of what else a primitive of one's own was given."""
    if isinstance(data, (int, float)):
        return Number(_float(data))
    if "numpy" not in sys.modules:
        return Text(brief(data))
    import numpy as np  # not before an array is there

    if not isinstance(data, (np.ndarray, np.generic)) or data.dtype.kind not in "biuf":
        return Text(brief(data))
    if isinstance(data, np.generic):
        return Number(float(data))
    array: NDArray[Any] = np.asarray(data)
    if not array.size:
        return Array(array.shape, str(array.dtype), float("nan"), float("nan"), float("nan"))
    with np.errstate(all="ignore"):  # infinities of both signs have no mean: that is shown, not warned of
        mean = array.mean(dtype=np.float64)  # a sum in float16 would overflow
        cells = _cells(np, array)
        if not np.isfinite(mean) and np.isfinite(array).all():  # nor is a sum of large numbers to be infinite
            scaled = array * 2.0**-64
            mean = scaled.mean(dtype=np.float64) * 2.0**64
            cells = tuple(tuple(x * 2.0**64 for x in row) for row in _cells(np, scaled))
    zeros = 1.0 - np.count_nonzero(array) / array.size
    return Array(
        array.shape, str(array.dtype), float(array.min()), float(mean), float(array.max()), float(zeros), cells
    )


def _float(x: float) -> float:
    """A number as a float, infinite where an int is too large for one."""
    try:
        return float(x)
    except OverflowError:
        return float("inf") if x > 0 else float("-inf")


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

    def repr_instance(self, x: object, level: int) -> str:
        try:
            text = re.sub(" at 0x[0-9A-Fa-f]+", "", repr(x))  # which is another in each run
        except Exception:  # what cannot tell itself
            text = f"<{type(x).__name__}>"
        return text if len(text) <= self.maxother else f"{text[: self.maxother - 3]}..."

    def repr_ellipsis(self, x: object, level: int) -> str:
        return "..."

    def repr_ndarray(self, x: NDArray[Any], level: int) -> str:
        return self.repr1(x.tolist(), level) if x.size <= self.maxlist else f"{x.shape} {x.dtype}"


brief = _Brief().repr


def arguments(value: Value) -> tuple[str, ...]:
    """What a node's operation was given beside its operands, but for what was left at None or False.

    >>> arguments(Value([[1.0, 2.0]]).sum(axis=0))
    ('axis=0',)
    """
    return tuple(f"{name}={brief(x)}" for name, x in value.params.items() if x is not None and x is not False)
