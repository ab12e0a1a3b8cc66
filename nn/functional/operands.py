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
from autograd.graph.value import replaying
from nn.arguments import as_array, plain, unequal
from nn.options import choice, number

__all__ = [
    "ANY_OR_VALUE",
    "FROM_0_OR_VALUE",
    "POSITIVE_OR_VALUE",
    "SHARE_OR_VALUE",
    "Numbers",
    "alike",
    "each",
    "fitted",
    "flattened",
    "form",
    "in_form_of",
    "in_range",
    "paired",
    "place",
    "reduced",
    "require",
    "rows",
    "spread",
    "total",
]


# Numbers as options of losses: where a loss is replayed they may be its arguments, which are Values.
ANY_OR_VALUE = number(ends="[]", values=True)
FROM_0_OR_VALUE = number(0, ends="[]", values=True)
POSITIVE_OR_VALUE = number(0, ends="(]", values=True)
SHARE_OR_VALUE = number(0, 1, "[]", values=True)
REDUCTION = choice("mean", "sum", "none")


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
    if isinstance(given, Numbers):
        return given
    if getattr(given, "ndim", 0) > 0:
        x = _floating(operation, given)
    else:
        numbers = flattened(operation, given)
        if any(getattr(item, "ndim", 0) > 0 for item in numbers.items):
            x = _floating(operation, _joined(numbers))
        else:
            x = Numbers([_number(operation, item) for item in numbers.items], numbers.shape)
    if math.prod(x.shape) == 0:
        raise ShapeError(f"{operation}: found an operand of shape {x.shape}, without elements; expected at least one.")
    return x


def paired(operation: str, input: Any, target: Any) -> Any:
    """Both operands in the same form, checked to have the same shape."""
    x, y = form(operation, input), form(operation, target)
    if x.shape == y.shape and not isinstance(x, Numbers):
        return x, _like(x, y)
    return alike(operation, input=x, target=y)


def alike(operation: str, **given: Any) -> Any:
    """Operands by name, all in the form of the first, checked to have its shape."""
    names, xs = list(given), [form(operation, x) for x in given.values()]
    first = xs[0]
    for name, x in zip(names, xs, strict=True):
        if x.shape != first.shape:
            advice = " A class for each row is a target of cross_entropy."
            raise unequal(operation, advice, **{names[0]: first.shape, name: x.shape})
    if isinstance(first, Numbers) and any(isinstance(x, Value) for x in xs):
        first = _joined(first)
    return [first, *(in_form_of(operation, first, x) for x in xs[1:])]


def in_form_of(operation: str, x: Any, y: Any) -> Any:
    """An operand y in the form of another one, x; plain data takes the dtype of an array, so that float32 stays it."""
    if not isinstance(x, Numbers):
        return _like(x, y)
    if isinstance(y, Value):
        return Numbers(list(autograd.ravel(y)), y.shape)
    return y if isinstance(y, Numbers) else form(operation, y.tolist())


def fitted(operation: str, name: str, given: Any, x: Any, shape: tuple[int, ...]) -> Any:
    """A further operand in the form of x, checked to have a shape of its own."""
    y = form(operation, given)
    if y.shape != shape:
        raise ShapeError(f"{operation}: found {name} of shape {y.shape} for x of shape {x.shape}; expected {shape}.")
    return in_form_of(operation, x, y)


def spread(operation: str, name: str, given: Any, x: Any) -> Any:
    """A further operand in the form of x, which broadcasts to the shape of x and does not enlarge it."""
    y = form(operation, given)
    own = (1,) * (len(x.shape) - len(y.shape)) + y.shape
    if len(own) > len(x.shape) or any(n not in (1, m) for n, m in zip(own, x.shape, strict=True)):
        raise ShapeError(
            f"{operation}: found {name} of shape {y.shape} for an input of shape {x.shape}; expected that shape, or "
            "one that broadcasts to it."
        )
    y = in_form_of(operation, x, y)
    if not isinstance(y, Numbers):
        return y
    return Numbers([y.items[_source(position, x.shape, own)] for position in range(len(x.items))], x.shape)


def _source(position: int, shape: tuple[int, ...], own: tuple[int, ...]) -> int:
    """The flat position in an operand of shape `own` that broadcasting takes to a position in `shape`."""
    source, stride = 0, 1
    for n, m in zip(reversed(shape), reversed(own), strict=True):
        position, k = divmod(position, n)
        source += stride * k * (m > 1)
        stride *= m
    return source


def _number(operation: str, x: Any) -> Any:
    if isinstance(x, Value):
        return x
    x = x.item() if hasattr(x, "dtype") else x
    if not isinstance(x, Real):
        raise DtypeError(
            f"{operation}: found {type(x).__name__} {x!r}; expected numbers, Values, lists or arrays of them."
        )
    try:
        return float(x)
    except OverflowError:
        raise ArgumentError(f"{operation}: found a whole number of more than 308 digits; expected a float.") from None


def _floating(operation: str, x: Any) -> Any:
    if x.dtype.kind not in "fiub":
        raise DtypeError(f"{operation}: found an array of dtype {x.dtype}; expected real numbers.")
    x = x if isinstance(x, Value) else as_array(operation, x)
    return x if x.dtype.kind == "f" else x.astype(float)


def _joined(x: Numbers) -> Any:
    """The array that a list of Values and arrays makes, recorded."""
    if x.shape == ():
        return x.items[0]
    stacked = autograd.stack(x.items)
    return autograd.reshape(stacked, x.shape + stacked.shape[1:])


def _like(x: Any, y: Any) -> Any:
    """An operand y as an array; plain data takes the dtype of x."""
    if isinstance(y, Numbers):
        if any(isinstance(item, Value) for item in y.items):
            return _joined(y)
        y = Value(y.items, dtype=x.dtype).data.reshape(y.shape)
    return y if isinstance(y, Value) and not stands_for_plain(y) else y.astype(x.dtype)


def each(loss: Callable[..., Any], x: Any, *others: Any) -> Any:
    """The losses of all elements, in the operands' form."""
    if isinstance(x, Numbers):
        return Numbers(list(map(loss, x.items, *(y.items for y in others))), x.shape)
    return loss(x, *others)


def rows(x: Numbers) -> list[list[Any]]:
    """The numbers along the last axis, once for each place in the others."""
    n = x.shape[-1]
    return [x.items[i : i + n] for i in range(0, len(x.items), n)]


def total(x: Any) -> Any:
    """The sum of all elements."""
    return reduce(operator.add, x.items) if isinstance(x, Numbers) else autograd.sum(x)


def reduced(operation: str, losses: Any, reduction: str, weights: Any = None) -> Any:
    """Mean or sum of the losses, or (`"none"`) the losses themselves, nested again.

    A mean divides by the number of losses, or by the sum of `weights` that were multiplied to them.
    """
    REDUCTION(operation, reduction=reduction)
    if reduction == "mean" and weights is not None:
        whole = total(weights)
        if whole == 0.0:
            raise ArgumentError(f"{operation}: found weights that sum to 0, by which a mean would divide.")
        return total(losses) / whole
    if not isinstance(losses, Numbers):
        return losses if reduction == "none" else getattr(autograd, reduction)(losses)
    if reduction == "none":
        return _nested(losses)
    return total(losses) / len(losses.items) if reduction == "mean" else total(losses)


def _nested(x: Numbers) -> Any:
    items = x.items
    for n in reversed(x.shape):
        items = [items[i : i + n] for i in range(0, len(items), n)]
    return items[0]


def require(operation: str, y: Any, allowed: Callable[[Any], Any], expected: str, name: str = "target") -> None:
    """Check that every element of an operand is allowed, or raise with the first that is not, and its place.

    While a function is recorded for replay, the answer is a decision that each call checks again.
    """
    if isinstance(y, Numbers):
        flags = [bool(allowed(item)) for item in y.items]
        values: Any = y.items
    else:
        if replaying() is not None and isinstance(y, Value) and autograd.all(allowed(y)):
            return
        values = plain(y).ravel()
        wholly = allowed(values)
        flags = [] if wholly.all() else wholly.tolist()
    if not all(flags):
        position = flags.index(False)
        value = values[position]
        found = f"{name}{place(position, y.shape)} = {float(plain(value))!r}"
        raise ArgumentError(f"{operation}: found {found}; expected {expected}.")


def in_range(indices: Any, n: int) -> bool:
    """Whether all indices are from 0 to n - 1: where they are an argument of a replay, each call checks it again."""
    return bool(autograd.all((indices >= 0) & (indices < n)))


def place(position: int, shape: tuple[int, ...]) -> str:
    """The index of a flat position as it is written, such as "[3]" or "[2, 0]"; nothing for a bare number."""
    index: list[int] = []
    for n in reversed(shape):
        position, k = divmod(position, n)
        index.insert(0, k)
    return str(index) if index else ""
