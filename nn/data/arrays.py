"""Data as users hand it over, as arrays whose first axis counts the rows."""

from __future__ import annotations

from typing import Any

from autograd import Value
from autograd.errors import DtypeError, ShapeError

__all__ = ["require_equal_lengths", "rows"]


def rows(what: str, data: Any) -> Any:
    """Data as an array of numbers with at least one axis.

    Raises:
        DtypeError: for what is no number, with its row.
        ShapeError: for a single number, or rows of different lengths, with the first that differs.

    >>> rows("x", [[1, 2], [3, 4]]).shape
    (2, 2)
    """
    import numpy as np

    if isinstance(data, Value):
        data = data.data
    try:
        array = np.asarray(data)
    except ValueError:  # ragged
        array = np.asarray(0)
        _require_even(what, data)
    if array.ndim == 0:
        raise ShapeError(
            f"{what}: found {type(data).__name__} {data!r:.60}; expected rows: a list or an array of them."
        )
    if array.dtype.kind not in "fiub":
        _require_numbers(what, array)
        array = array.astype(float)
    return array


def require_equal_lengths(operation: str, **arrays: Any) -> int:
    """The number of rows that all arrays have.

    Raises:
        ShapeError: where they differ, or there are none.
    """
    lengths = {name: len(array) for name, array in arrays.items() if array is not None}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{n} rows of {name}" for name, n in lengths.items())
        raise ShapeError(f"{operation}: found {found}; expected as many of each.")
    if not all(lengths.values()):
        raise ShapeError(f"{operation}: found no rows; expected at least one.")
    return next(iter(lengths.values()))


def _require_even(what: str, data: Any) -> None:
    """Tell which row has another length than the first."""
    import numpy as np

    first = np.shape(data[0])
    for i, row in enumerate(data):
        shape = np.shape(row)
        if shape != first:
            raise ShapeError(f"{what}: found {_size(shape)} in row {i}; expected {_size(first)}, as in row 0.")


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} numbers" if len(shape) == 1 else f"the shape {shape}"


def _require_numbers(what: str, array: Any) -> None:
    import numpy as np

    for place in np.ndindex(array.shape):
        x = array[place].item() if hasattr(array[place], "item") else array[place]
        if isinstance(x, (str, bytes)) or not hasattr(x, "__float__"):
            column = f", column {', '.join(map(str, place[1:]))}" if place[1:] else ""
            raise DtypeError(
                f"{what}: found {type(x).__name__} {x!r:.60} in row {place[0]}{column}; expected numbers. Encode "
                "texts and categories as numbers first."
            )
