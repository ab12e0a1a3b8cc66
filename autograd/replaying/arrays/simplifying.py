"""Shorter ways to the same numbers: each function is asked for one kind of call, and answers a variable or None.

What they change is rounding at most: infinities, NaN and the signs of zeros come out as before.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.arrays import np
from autograd.replaying.arrays.placing import sum_of_placed, where_placed
from autograd.replaying.arrays.statements import Variable, added_at, converted, overlaid, placed

if TYPE_CHECKING:
    from autograd.replaying.arrays.writing import Writer

__all__ = ["SHORTER"]

FULL = 1 << 22  # elements; larger constants are not made
LONG = 4096  # sums of more elements are left to NumPy, which adds them in pairs


def _is_all(x: Any, number: float) -> bool:
    """Whether x is a constant, every element of which is this number, its sign included."""
    if type(x) is not Variable or not x.is_constant or x.size == 0:
        return False
    data = np.asarray(x.data)
    return data.flat[0] == number and bool(np.all((data == number) & (np.signbit(data) == np.signbit(number))))


def _if_fits(x: Any, shape: tuple[int, ...], dtype: Any) -> Variable | None:
    """x if it has the shape and the dtype that the result would have."""
    return x if type(x) is Variable and x.shape == shape and x.dtype == dtype else None


def _result(x: Variable, y: Variable) -> tuple[tuple[int, ...], Any]:
    return np.broadcast_shapes(x.shape, y.shape), np.result_type(
        *(v.data if v.dtype is None else v.dtype for v in (x, y))
    )


def _multiply(writer: Writer, x: Variable, y: Variable) -> Variable | None:
    for constant, other in ((x, y), (y, x)):
        if other.dtype is not None and other.dtype.kind == "f":
            if _is_all(constant, 1.0):
                return _if_fits(other, *_result(x, y))
            if _is_all(constant, -1.0) and _if_fits(other, *_result(x, y)) is not None:
                return writer.apply(np.negative, (other,), {})
    return None


def _divide(writer: Writer, x: Variable, y: Variable) -> Variable | None:
    return _if_fits(x, *_result(x, y)) if _is_all(y, 1.0) else None


def _add(writer: Writer, x: Variable, y: Variable) -> Variable | None:
    for constant, other in ((x, y), (y, x)):
        if _is_all(constant, -0.0):  # x + 0.0 is not x where x is -0.0
            return _if_fits(other, *_result(x, y))
    for few, other in ((x, y), (y, x)):
        made = writer.made_by(few, placed)
        if made is not None and (few.shape, few.dtype) == (other.shape, other.dtype):
            return writer.state(added_at, (other, made.args[0], made.args[1]), {})
    for negated, other in ((y, x), (x, y)):
        made = writer.made_by(negated, np.negative)
        if made is not None:
            return writer.apply(np.subtract, (other, made.args[0]), {})
    return None


def _subtract(writer: Writer, x: Variable, y: Variable) -> Variable | None:
    if _is_all(y, 0.0):
        return _if_fits(x, *_result(x, y))
    made = writer.made_by(y, np.negative)
    return writer.apply(np.add, (x, made.args[0]), {}) if made is not None else None


def _negative(writer: Writer, x: Variable) -> Variable | None:
    made = writer.made_by(x, np.negative)
    return made.args[0] if made is not None else None


def _same(writer: Writer, x: Variable) -> Variable | None:
    return x if x.dtype is not None and x.dtype.kind == "f" else None


def _power(writer: Writer, x: Variable, y: Variable) -> Variable | None:
    """Small powers by products, which are tens of times faster; x**0.5 is not sqrt(x) at -inf."""
    if x.dtype is None or x.dtype.kind != "f" or type(y) is not Variable or not y.is_constant or np.ndim(y.data):
        return None
    if y.dtype not in (None, x.dtype):
        return None
    exponent = float(y.data)
    if exponent == 1.0:
        return x
    if exponent == 2.0:
        return writer.apply(np.square, (x,), {})
    if exponent == 3.0:
        return writer.apply(np.multiply, (writer.apply(np.square, (x,), {}), x), {})
    return writer.apply(np.divide, (1.0, x), {}) if exponent == -1.0 else None


def _extremum(function: Any) -> Callable[..., Variable | None]:
    def shorter(writer: Writer, x: Variable, y: Variable) -> Variable | None:
        """NumPy compares with an array three times as fast as with a single number."""
        for constant, other in ((x, y), (y, x)):
            if not constant.is_constant or constant.shape != () or constant.dtype != other.dtype:
                continue
            if other.shape and other.size <= FULL:
                full = writer.constant(np.full(other.shape, constant.data))
                return writer.state(function, (other, full), {})
        return None

    return shorter


def _sign(writer: Writer, x: Variable) -> Variable | None:
    """Of what is not negative: sign branches on each element, which takes ten times as long where it cannot guess."""
    made = writer.made_by(x, np.maximum)
    if made is None or not any(_is_all(y, 0.0) for y in made.args):
        return None
    return writer.apply(np.minimum, (writer.apply(np.ceil, (x,), {}), 1.0), {})


def _where(writer: Writer, condition: Variable, x: Variable, y: Variable) -> Variable | None:
    shape = np.broadcast_shapes(condition.shape, x.shape, y.shape)
    dtype = _result(x, y)[1]
    if condition.is_constant and np.size(condition.data):
        chosen = x if np.all(condition.data) else y if not np.any(condition.data) else None
        found = _if_fits(chosen, shape, dtype)
        if found is not None:
            return found
    made = writer.made_by(condition, converted)
    if made is not None and made.args[0].dtype == bool:
        return writer.apply(np.where, (made.args[0], x, y), {})
    spread = where_placed(writer, condition, x) if _is_all(y, 0.0) else None
    if spread is not None:
        return spread
    finite = writer.made_by(condition, np.isfinite)
    if finite is not None and _if_fits(x, shape, dtype) and not x.is_constant:  # most numbers are
        return writer.state(overlaid, (x, writer.apply(np.logical_not, (condition,), {}), y), {})
    if condition.dtype == bool and condition.size < y.size and _if_fits(y, shape, dtype) and not y.is_constant:
        return writer.state(overlaid, (y, condition, x), {})  # of whole rows, say: a special case
    return _if_fits(x, shape, dtype) if x is y else None


def _reshape(writer: Writer, x: Variable, shape: tuple[int, ...]) -> Variable | None:
    data = np.reshape(x.data, shape)
    if data.shape == x.shape:
        return x if x.dtype is not None else None
    made = writer.made_by(x, np.reshape)
    if made is None:
        return writer.state(np.reshape, (x, data.shape), {})
    return writer.apply(np.reshape, (made.args[0], data.shape), {})


def _reshaped(function: Any) -> Callable[..., Variable | None]:
    def shorter(writer: Writer, a: Variable, **params: Any) -> Variable | None:
        """What adds, drops or joins axes is a reshape."""
        return writer.apply(np.reshape, (a, function(a.data, **params).shape), {})

    return shorter


def _broadcast_to(writer: Writer, x: Variable, shape: tuple[int, ...]) -> Variable | None:
    return x if x.dtype is not None and np.broadcast_to(x.data, shape).shape == x.shape else None


def _transpose(writer: Writer, x: Variable, axes: Any = None) -> Variable | None:
    ndim = len(x.shape)
    order = tuple(range(ndim))[::-1] if axes is None else tuple(a % ndim for a in axes)
    made = writer.made_by(x, np.transpose)
    if made is not None:
        first = made.args[1]
        return writer.apply(np.transpose, (made.args[0], tuple(first[i] for i in order)), {})
    if order == tuple(range(ndim)):
        return x if x.dtype is not None else None
    return writer.state(np.transpose, (x, order), {})


def _swapaxes(writer: Writer, x: Variable, axis1: int, axis2: int) -> Variable | None:
    order = list(range(len(x.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return writer.apply(np.transpose, (x, tuple(order)), {})


def _moveaxis(writer: Writer, x: Variable, source: Any, destination: Any) -> Variable | None:
    ndim = len(x.shape)
    numbers = np.empty(tuple(range(1, ndim + 1)), bool)  # the length of an axis tells which it was
    order = tuple(n - 1 for n in np.moveaxis(numbers, source, destination).shape) if ndim < 8 else None
    return writer.apply(np.transpose, (x, order), {}) if order is not None else None


def _getitem(writer: Writer, x: Variable, index: Any) -> Variable | None:
    return x if x.dtype is not None and (index == () if type(index) is tuple else index is Ellipsis) else None


def _matmul(writer: Writer, x: Variable, y: Variable) -> Variable | None:
    """dot asks BLAS with less ado; a stack of matrices by one matrix is one product."""
    if x.dtype != y.dtype or x.dtype not in (np.float32, np.float64):
        return None
    if len(x.shape) in (1, 2) and len(y.shape) in (1, 2):
        return writer.apply(np.dot, (x, y), {})
    if len(x.shape) > 2 and len(y.shape) == 2 and x.size:
        rows = writer.apply(np.reshape, (x, (-1, x.shape[-1])), {})
        product = writer.apply(np.dot, (rows, y), {})
        return writer.apply(np.reshape, (product, (*x.shape[:-1], y.shape[1])), {})
    return None


def _sum(writer: Writer, x: Variable, axes: tuple[int, ...], dtype: None, out: None, keepdims: bool) -> Variable | None:
    """A sum over the first or the last axes is a product with ones, which BLAS makes several times as fast."""
    if not axes:  # a sum begins with 0.0, which makes that of -0.0
        return writer.apply(np.add, (x, 0.0), {}) if x.dtype is not None and x.dtype.kind == "f" else None
    if x.dtype not in (np.float32, np.float64, bool):
        return None
    short = sum_of_placed(writer, x, axes, keepdims)
    if short is not None:
        return short
    short = _sum_of_products(writer, x, axes, keepdims)
    if short is not None:
        return short
    ndim = len(x.shape)
    length = int(np.prod([x.shape[i] for i in axes], dtype=int))
    if not 1 < length <= LONG or x.size == 0 or x.dtype == bool:
        return None
    first, last = tuple(range(len(axes))), tuple(range(ndim - len(axes), ndim))
    ones = writer.constant(np.ones(length, x.dtype))
    if tuple(sorted(axes)) == last:
        rows = writer.apply(np.reshape, (x, (-1, length)), {}) if len(axes) < ndim else x
        if len(axes) == ndim > 1:
            rows = writer.state(np.ravel, (x, "K"), {})  # in whatever order they lie
        total = writer.apply(np.dot, (rows, ones), {})
    elif tuple(sorted(axes)) == first:
        total = writer.apply(np.dot, (ones, writer.apply(np.reshape, (x, (length, -1)), {})), {})
    else:
        return None
    kept = tuple(1 if i in axes else n for i, n in enumerate(x.shape) if keepdims or i not in axes)
    return writer.apply(np.reshape, (total, kept), {})


def _sum_of_products(writer: Writer, x: Variable, axes: tuple[int, ...], keepdims: bool) -> Variable | None:
    """The sum of xᵀy over a stack of matrices is one product of all their rows: the slope of a weight they share."""
    made = writer.made_by(x, np.matmul)
    turned = None if made is None else writer.made_by(made.args[0], np.transpose)
    ndim = len(x.shape)
    if made is None or turned is None or keepdims or axes != tuple(range(ndim - 2)) or ndim < 3:
        return None
    left, right = turned.args[0], made.args[1]
    if turned.args[1] != (*axes, ndim - 1, ndim - 2) or left.shape[:-2] != right.shape[:-2] or not left.size:
        return None
    rows = writer.apply(np.reshape, (left, (-1, left.shape[-1])), {})
    columns = writer.apply(np.reshape, (right, (-1, right.shape[-1])), {})
    return writer.apply(np.matmul, (writer.apply(np.transpose, (rows, (1, 0)), {}), columns), {})


def _nothing_to_reduce(
    writer: Writer, x: Variable, axes: tuple[int, ...], dtype: None, out: None, keepdims: bool, initial: Any = None
) -> Variable | None:
    return _same(writer, x) if not axes and initial is None else None


def _convert(writer: Writer, x: Variable, dtype: Any) -> Variable | None:
    return x if x.dtype == dtype else None


SHORTER: dict[tuple[Any, str], Callable[..., Variable | None]] = {
    (np.multiply, ""): _multiply,
    (np.divide, ""): _divide,
    (np.add, ""): _add,
    (np.subtract, ""): _subtract,
    (np.negative, ""): _negative,
    (np.positive, ""): _same,
    (np.power, ""): _power,
    (np.maximum, ""): _extremum(np.maximum),
    (np.minimum, ""): _extremum(np.minimum),
    (np.sign, ""): _sign,
    (np.where, ""): _where,
    (np.reshape, ""): _reshape,
    **{(f, ""): _reshaped(f) for f in (np.expand_dims, np.squeeze, np.ravel)},
    (np.broadcast_to, ""): _broadcast_to,
    (np.transpose, ""): _transpose,
    (np.swapaxes, ""): _swapaxes,
    (np.moveaxis, ""): _moveaxis,
    (operator.getitem, ""): _getitem,
    (np.matmul, ""): _matmul,
    (np.add, "reduce"): _sum,
    (np.maximum, "reduce"): _nothing_to_reduce,
    (np.minimum, "reduce"): _nothing_to_reduce,
    (converted, ""): _convert,
}
