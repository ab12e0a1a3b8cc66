"""Data as users hand it over, as arrays whose first axis counts the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.errors import DtypeError, ShapeError
from nn.arguments import as_array, plain

__all__ = ["place_of", "require_equal_lengths", "rows"]


def rows(what: str, data: Any) -> Any:
    """Data as an array of numbers with at least one axis.

    Raises:
        DtypeError: for what is no number, with its row; for a masked array.
        ShapeError: for a single number, or rows of different lengths, with the first that differs.

    >>> rows("x", [[1, 2], [3, 4]]).shape
    (2, 2)
    """
    import numpy as np

    try:
        array = as_array(what, data)
    except ValueError:  # ragged
        array = np.asarray(0)
        _require_even(what, plain(data))
    if array.ndim == 0:
        raise ShapeError(
            f"{what}: found {type(data).__name__} {data!r:.60}; expected rows: a list or an array of them."
        )
    if array.dtype.kind not in "fiub":
        _require_numbers(what, array, data)
        array = np.array(array.tolist()).reshape(array.shape)  # Python's whole numbers stay whole
    return array if array.dtype.kind in "fiub" else array.astype(float)


def place_of(row: int, column: Sequence[int], table: Any = None) -> str:
    """Where an element stands, as messages have it; the columns of a table such as pandas' go by their names.

    >>> place_of(3, [1])
    'row 3, column 1'
    """
    names = getattr(table, "columns", None)
    written = map(str, column) if names is None else [repr(list(names)[i]) for i in column]
    return f"row {row}, column {', '.join(written)}" if column else f"row {row}"


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
    first = _shape(what, 0, data[0])
    for i, row in enumerate(data):
        shape = _shape(what, i, row)
        if shape != first:
            raise ShapeError(f"{what}: found {_size(shape)} in row {i}; expected {_size(first)}, as in row 0.")


def _shape(what: str, i: int, row: Any) -> tuple[int, ...]:
    import numpy as np

    try:
        return np.shape(row)
    except ValueError as error:
        raise ShapeError(f"{what}: found lists of different lengths within row {i}; expected equal ones.") from error


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} numbers" if len(shape) == 1 else f"the shape {shape}"


def _require_numbers(what: str, array: Any, given: Any) -> None:
    import numpy as np

    for place in np.ndindex(array.shape):
        # In Python's types, but for dates: those in nanoseconds would come as whole numbers.
        x = array[place] if array.dtype.kind in "mM" else array.item(*place)
        if not _is_number(x):
            raise DtypeError(
                f"{what}: found {type(x).__name__} {x!r:.60} in {place_of(place[0], place[1:], given)}; expected "
                "numbers. Encode texts, categories and dates as numbers first, and fill in or drop what is missing."
            )


def _is_number(x: Any) -> bool:
    import numpy as np

    if isinstance(x, (str, bytes, np.datetime64, np.timedelta64)) or np.ndim(x):
        return False
    try:
        float(x)
    except (TypeError, ValueError, OverflowError):
        return False
    return True
