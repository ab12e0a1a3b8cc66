"""What a loss is given, in one of two forms: `Numbers` (a flat list with its shape) or an array.

Lists of numbers stay lists, so that a program on numbers never loads NumPy; what holds an array becomes one array.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import reduce
from numbers import Real
from typing import Any, NamedTuple

import autograd
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from autograd.graph.recording import stands_for_plain

__all__ = ["Numbers", "each", "flattened", "form", "paired", "reduced", "require"]


class Numbers(NamedTuple):
    """Nested lists of floats and Values, flat in row-major order, and their shape: () for a bare number."""

    items: list[Any]
    shape: tuple[int, ...]


def flattened(operation: str, nested: Any) -> Numbers:
    """Undo the nesting of lists and tuples, whose lengths must agree at each depth."""
    items: list[Any] = [nested]
    shape: tuple[int, ...] = ()
    while any(isinstance(item, (list, tuple)) for item in items):
        lengths = {len(item) if isinstance(item, (list, tuple)) else -1 for item in items}
        if len(lengths) > 1:
            raise ShapeError(f"{operation}: found nested lists of different lengths; expected a rectangle of numbers.")
        shape += (lengths.pop(),)
        items = [inner for item in items for inner in item]
    return Numbers(items, shape)


def form(operation: str, given: Any) -> Any:
    """An operand as Numbers or as an array, plain or a Value; one without elements is refused."""
    numbers = flattened(operation, given)
    if any(getattr(item, "ndim", 0) > 0 for item in numbers.items):
        x = _floating(operation, _joined(numbers))
    else:
        x = Numbers([_number(operation, item) for item in numbers.items], numbers.shape)
    if math.prod(x.shape) == 0:
        raise ShapeError(f"{operation}: found an operand of shape {x.shape}, without elements; expected at least one.")
    return x


def paired(operation: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Both operands in the same form, checked to have the same shape."""
    x, y = form(operation, input), form(operation, target)
    if x.shape != y.shape:
        raise ShapeError(
            f"{operation}: found an input of shape {x.shape} and a target of shape {y.shape}; expected equal shapes, "
            "as broadcasting would compare each element with many. Reshape one of them."
        )
    if isinstance(x, Numbers) and isinstance(y, Numbers):
        return x, y
    if isinstance(x, Numbers) and not isinstance(y, Value):
        return x, form(operation, y.tolist())
    if isinstance(x, Numbers):
        x = _joined(x)
    return x, _like(operation, x, y)


def _number(operation: str, x: Any) -> Any:
    if isinstance(x, Value):
        return x
    x = x.item() if hasattr(x, "dtype") else x
    if not isinstance(x, Real):
        raise DtypeError(
            f"{operation}: found {type(x).__name__} {x!r}; expected numbers, Values, lists or arrays of them."
        )
    return float(x)


def _floating(operation: str, x: Any) -> Any:
    if x.dtype.kind not in "fiub":
        raise DtypeError(f"{operation}: found an array of dtype {x.dtype}; expected real numbers.")
    return x if x.dtype.kind == "f" else x.astype(float)


def _joined(x: Numbers) -> Any:
    """The array that a list of Values and arrays makes, recorded."""
    if x.shape == ():
        return x.items[0]
    stacked = autograd.stack(x.items)
    return autograd.reshape(stacked, x.shape + stacked.shape[1:])


def _like(operation: str, x: Any, y: Any) -> Any:
    """The target as an array; plain data takes the input's dtype, so that a float32 loss stays float32."""
    if isinstance(y, Numbers):
        if any(isinstance(item, Value) for item in y.items):
            return _joined(y)
        y = Value(y.items, dtype=x.dtype).data.reshape(y.shape)
    return y if isinstance(y, Value) and not stands_for_plain(y) else y.astype(x.dtype)


def each(loss: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    """The losses of all elements, in the operands' form."""
    if isinstance(x, Numbers):
        return Numbers([loss(a, b) for a, b in zip(x.items, y.items, strict=True)], x.shape)
    return loss(x, y)


def reduced(operation: str, losses: Any, reduction: str) -> Any:
    """Mean or sum of the losses, or (`"none"`) the losses themselves, nested again."""
    if reduction not in ("mean", "sum", "none"):
        raise ArgumentError(f"{operation}: found reduction={reduction!r}; expected 'mean', 'sum' or 'none'.")
    if not isinstance(losses, Numbers):
        return losses if reduction == "none" else getattr(autograd, reduction)(losses)
    if reduction == "none":
        return _nested(losses)
    total = reduce(operator.add, losses.items)
    return total / len(losses.items) if reduction == "mean" else total


def _nested(x: Numbers) -> Any:
    items = x.items
    for n in reversed(x.shape):
        items = [items[i : i + n] for i in range(0, len(items), n)]
    return items[0]


def require(operation: str, y: Any, allowed: Callable[[Any], Any], expected: str) -> None:
    """Check that every element of a target is allowed, or raise with the first that is not, and its place."""
    if isinstance(y, Numbers):
        values: Any = [item.item() if isinstance(item, Value) else item for item in y.items]
        flags = [bool(allowed(value)) for value in values]
    else:
        values = (y.data if isinstance(y, Value) else y).ravel()
        flags = allowed(values).tolist()
    if not all(flags):
        position = flags.index(False)
        found = f"target{_place(position, y.shape)} = {float(values[position])!r}"
        raise ArgumentError(f"{operation}: found {found}; expected {expected}.")


def _place(position: int, shape: tuple[int, ...]) -> str:
    """The index of a flat position as it is written, such as "[3]" or "[2, 0]"; nothing for a bare number."""
    index: list[int] = []
    for n in reversed(shape):
        position, k = divmod(position, n)
        index.insert(0, k)
    return str(index) if index else ""
