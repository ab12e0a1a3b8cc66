"""Numbers put into zeros at an index, as the slopes of what a label picks from each row: shorter ways for these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd.arrays import np
from autograd.replaying.arrays.statements import Statement, Variable, is_basic, placed, variables

if TYPE_CHECKING:
    from autograd.replaying.arrays.writing import Writer

__all__ = ["scatter", "sum_of_placed", "where_placed"]


def scatter(writer: Writer, x: Variable, index: Any, shape: tuple[int, ...]) -> Variable | None:
    """Where no place is named twice nothing has to be added up."""
    parts = index if type(index) is tuple else (index,)
    parts = tuple([writer.constant(part) if isinstance(part, np.ndarray) else part for part in parts])
    if x.dtype is not None and x.dtype.kind == "f" and all(is_basic(part) for part in parts):
        return writer.apply(placed, (x, parts, shape, x.dtype), {})
    if x.dtype is None or not any(True for _ in variables(parts)) or len(parts) > len(shape):
        return None
    if not all(type(part) is Variable and part.dtype.kind in "iu" and len(part.shape) == 1 for part in parts):
        return None
    if len({part.shape for part in parts}) > 1 or x.shape not in ((), parts[0].shape):
        return None
    for part, n in zip(parts, shape, strict=False):
        if part.is_constant and len(np.unique(part.data % n)) == part.size:
            return writer.apply(placed, (x, parts, shape, x.dtype), {})
    return None


def where_placed(writer: Writer, condition: Variable, x: Variable) -> Variable | None:
    """where(condition, x, 0) for a condition that holds where numbers were put, and x such numbers times a factor."""
    mask = _mask(writer, condition)
    factors: list[Any] = []
    while made := writer.made_by(x, np.negative) or writer.made_by(x, np.multiply):
        scalars = [y for y in made.args if y.is_constant and y.shape == ()]
        if len(made.args) == 2 and not scalars:
            return None
        factors += scalars or [-1.0]
        x = next(y for y in made.args if y not in scalars)
    spread = writer.made_by(x, placed)
    if mask is None or spread is None or not _same_places(mask, spread):
        return None
    number = spread.args[0]
    for factor in reversed(factors):
        number = writer.apply(np.multiply, (number, factor), {})
    return writer.apply(placed, (number, *spread.args[1:]), {})


def sum_of_placed(writer: Writer, x: Variable, axes: tuple[int, ...], keepdims: bool) -> Variable | None:
    """The sum over the columns of what was put into each row, or of how many there are: one a row."""
    if len(x.shape) != 2 or axes != (1,):
        return None
    mask = _mask(writer, x)
    made = mask or writer.made_by(x, placed)
    if made is None or len(made.args[1]) != 2:
        return None
    if any(type(part) is not Variable for part in made.args[1]) or not made.args[1][0].is_constant:
        return None
    rows = made.args[1][0].data
    if not np.array_equal(rows, np.arange(x.shape[0])):
        return None
    shape = (x.shape[0], 1) if keepdims else (x.shape[0],)
    if mask is not None:
        return writer.constant(np.ones(shape, int))
    spread = writer.apply(np.broadcast_to, (made.args[0], (x.shape[0],)), {})
    return writer.apply(np.reshape, (spread, shape), {})


def _mask(writer: Writer, x: Variable) -> Statement | None:
    """How the numbers were put whose places x marks: x is True there, and False elsewhere."""
    unequal = writer.made_by(x, np.not_equal)
    if unequal is None or not unequal.args[1].is_constant or np.any(unequal.args[1].data):
        return None
    made = writer.made_by(unequal.args[0], placed)
    number = None if made is None else made.args[0]
    return made if number is not None and number.is_constant and np.all(number.data) else None


def _same_places(one: Statement, other: Statement) -> bool:
    """Whether two statements put numbers into arrays of one shape, at one index."""
    _, index, shape, _ = one.args
    _, others, other_shape, _ = other.args
    return shape == other_shape and len(index) == len(others) and all(map(_equal, index, others))


def _equal(part: Any, other: Any) -> bool:
    """Whether two parts of an index pick the same."""
    if type(part) is type(other) is Variable and part.is_constant and other.is_constant:
        return bool(np.array_equal(part.data, other.data))
    return bool(part == other)
