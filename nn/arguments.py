"""What layers are given: inputs in the dtype of a layer, and results that have to be numbers."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from autograd.graph.recording import stands_for_plain

__all__ = ["as_array", "measured", "of_dtype", "parameter", "plain", "plain_or_value", "unequal"]


def measured(what: str, found: Any, remedy: str) -> float:
    """A loss or a metric as a float: a number, or an array or Value of one element."""
    try:
        return float(found.item() if hasattr(found, "item") else found)
    except (TypeError, ValueError, OverflowError) as error:
        raise ArgumentError(f"{what}: found {found!r}; expected a number. {remedy}") from error


def of_dtype(x: Any, dtype: Any) -> Any:
    """An input as a Value or an array; plain data takes the dtype of a layer, so that float32 stays float32."""
    if isinstance(x, Value):
        return autograd.astype(x, dtype) if stands_for_plain(x) and x.dtype != dtype else x
    return x if hasattr(x, "dtype") and x.dtype == dtype else Value(x, dtype=dtype).data


def parameter(label: str, shape: tuple[int, ...], dtype: Any = None) -> Value:
    """A parameter of zeros, in array storage."""
    import numpy as np

    return Value(np.zeros(shape), label=label, dtype=float if dtype is None else dtype)


def unequal(operation: str, advice: str, **shapes: tuple[int, ...]) -> ShapeError:
    """The error for two operands, by name, that ought to have one shape; the advice is for classes beside scores."""
    (_, first), (name, second) = shapes.items()
    short, long = sorted((first, second), key=len)
    if first[:1] == second[:1] and math.prod(first) == math.prod(second):
        advice = f" Write {name}.reshape({', '.join(map(str, (-1, *first[1:])))})."
    elif short != long[:1] or len(long) != 2:
        advice = ""
    found = " and ".join(f"{name} of shape {shape}" for name, shape in shapes.items())
    return ShapeError(
        f"{operation}: found {found}; expected equal shapes, as broadcasting would compare each element with many."
        f"{advice}"
    )


def plain(x: Any) -> Any:
    """The data of a Value, and of those in lists and tuples, in their nesting; plain data as it is."""
    if isinstance(x, (list, tuple)):
        return type(x)([plain(item) for item in x])
    return x.data if isinstance(x, Value) else x


def as_array(operation: str, x: Any) -> Any:
    """Plain data, Values, lists of these, or what looks like an array, such as a column of pandas, as NumPy's array."""
    import numpy as np

    if type(x) is np.ndarray:
        return x
    data = plain(x)
    parts = [data, *data] if isinstance(data, (list, tuple)) else [data]
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        raise DtypeError(
            f"{operation}: found a masked array, whose mask would be lost; expected a plain one: use x.filled(...)."
        )
    return np.asarray(data)


def plain_or_value(x: Any) -> Any:
    """An input as a Value or a plain array of its own floating dtype; lists and integers become float64."""
    return x if isinstance(x, Value) or getattr(getattr(x, "dtype", None), "kind", "") == "f" else Value(x).data
