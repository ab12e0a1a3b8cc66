"""Elements picked from an array, or from one of several, by place, by number or by condition."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.errors import ArgumentError, ShapeError
from autograd.graph.recording import refuse_in_replay
from autograd.graph.value import Value
from autograd.ops.axes import axis_of
from autograd.ops.builders import composite, sample, shape_of
from autograd.ops.calling import called
from autograd.ops.elementwise.selection import where
from autograd.ops.manipulation.indexing import at_set, getitem
from autograd.ops.manipulation.shaping import at_least, in_shape, ravel, reshape
from autograd.ops.manipulation.stacking import along

__all__: list[str] = []

# ---- by place ----

def _wrapped(indices: Any, length: int, mode: str) -> Any:
    """Integers brought into the range of an axis, as NumPy's `mode` says; "raise" leaves them."""
    from autograd.arrays import np

    if mode == "wrap":
        return indices % length
    if mode == "clip":
        return np.clip(indices, 0, length - 1)
    if mode != "raise":
        raise ArgumentError(f"found mode={mode!r}; expected 'raise', 'wrap' or 'clip'.")
    return indices


def _take(a: Any, indices: Any, axis: int | None, mode: str) -> Any:
    from autograd.arrays import np

    if axis is None:
        a, axis = ravel(a), 0
    a = at_least(a, 1)
    indices = np.asarray(indices, dtype=None if np.size(indices) else int)
    if indices.dtype == bool:  # places 1 and 0, as in NumPy, which an index takes as a mask
        indices = indices.astype(int)
    return along(a, axis, _wrapped(indices, a.shape[axis], mode))


take = composite("take", _take, args="a", params={"indices": ..., "axis": None, "mode": "raise"}, method=True,
    samples=[sample((2, 3), indices=[5, 0, 0]), sample((2, 3), indices=[[0, -1]], axis=1),
             sample((2, 3), indices=1, axis=0), sample((4,), indices=[5, -6], mode="wrap"),
             sample((2, 3), indices=[True, False, False], axis=1),
             sample((4,), indices=[5, -6], mode="clip")],
    doc="The elements at indices along an axis, of the flattened array without one.",
    example=("take([1.0, 2.0, 3.0], [2, 0])", "array([3., 1.])"))


def _places(shape: tuple[int, ...], indices: Any, axis: int) -> tuple[Any, ...]:
    """The index of the elements whose place along one axis is given, beside all others' own places."""
    from autograd.arrays import np

    indices = np.asarray(indices)
    if indices.ndim != len(shape):
        raise ShapeError(f"found the shape {shape} and indices of shape {indices.shape}; expected as many axes.")
    places = list(np.ix_(*map(np.arange, shape)))
    places[axis_of(axis, len(shape))] = indices
    return tuple(places)


def _take_along_axis(arr: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        arr, axis = ravel(arr), 0
    return getitem(arr, _places(shape_of(arr), indices, axis))


take_along_axis = composite("take_along_axis", _take_along_axis, args="arr", params={"indices": ..., "axis": -1},
    samples=[sample((2, 3), indices=[[0, 2, 2, -1], [1, 1, 0, 0]]), sample((2, 3), indices=[[1, 0, 0]], axis=0),
             sample((2, 3), indices=[5, 0], axis=None), sample((1, 3), indices=[[0], [1]], axis=1)],
    reference=lambda np, arr, indices, axis: np.take_along_axis(arr, np.array(indices), axis),
    doc="For each row along an axis, the elements at that row's indices: what argsort and argmax lead to.",
    example=("take_along_axis([[1.0, 2.0], [3.0, 4.0]], [[1], [0]], 1)", "array([[2.],\n       [3.]])"))


def _put_along_axis(arr: Any, values: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        return reshape(_put_along_axis(ravel(arr), values, indices, 0), shape_of(arr))
    return at_set(arr, values, _places(shape_of(arr), indices, axis))


def _put(np: Any, arr: Any, values: Any, indices: Any, axis: int | None) -> Any:
    arr = arr.copy()
    np.put_along_axis(arr, np.array(indices), values, axis)
    return arr


put_along_axis = called("put_along_axis", _put_along_axis, args="arr values", params={"indices": ..., "axis": ...},
    call="arr indices values axis",
    samples=[sample((2, 3), (2, 1), indices=[[2], [0]], axis=1), sample((2, 3), None, indices=[[1, 1, 0]], axis=0),
             sample((2, 3), (2,), indices=[5, 0], axis=None)], reference=_put,
    doc="A copy of arr with values at each row's indices along an axis; what is overwritten gets no gradient.",
    example=("put_along_axis([[1.0, 2.0]], [[1]], 5.0, 1)", "array([[1., 5.]])"),
    notes="NumPy's function changes its argument and returns None; nothing is changed here, the result is returned.")

# ---- by condition ----

def _held(condition: Any) -> Any:
    """The places, in one row, where a condition holds."""
    from autograd.arrays import np

    if type(condition) is Value:
        refuse_in_replay("extract", "the places where a condition holds are")
    return np.flatnonzero(condition.data if type(condition) is Value else condition)


def _compress(a: Any, condition: Any, axis: int | None) -> Any:
    from autograd.arrays import np

    if np.ndim(condition.data if type(condition) is Value else condition) != 1:
        raise ShapeError("found a condition of other than one axis; expected one (extract takes any).")
    return take(a, _held(condition), axis)


def _compress_method(self: Any, condition: Any, axis: int | None = None) -> Any:
    """The slices along an axis for which the condition holds, as the function compress."""
    return compress(condition, self, axis)


compress = called("compress", _compress, args="a", params={"condition": ..., "axis": None}, call="condition a axis",
    method=_compress_method, reference=lambda np, a, condition, axis: np.compress(condition, a, axis),
    samples=[sample((3, 2), condition=[True, False, True], axis=0), sample((2, 3), condition=[False, True], axis=-1),
             sample((2, 3), condition=[1, 0, 0, 1])],
    doc="The slices along an axis for which the condition holds, of the flattened array without one.",
    example=("compress([True, False, True], [1.0, 2.0, 3.0])", "array([1., 3.])"))

extract = called("extract", lambda arr, condition: take(arr, _held(condition)), args="arr", params={"condition": ...},
    call="condition arr", reference=lambda np, arr, condition: np.extract(condition, arr),
    samples=[sample((2, 2), condition=[[True, False], [True, True]]), sample((3,), condition=[0.0, 1.0, 0.0])],
    doc="The elements for which the condition holds, in one row.",
    example=("extract([False, True], [1.0, 2.0])", "array([2.])"))

# ---- one of several arrays: `where` picks, so that what is not chosen gets no gradient, whatever it holds ----

def _select(choicelist: Sequence[Any], condlist: Sequence[Any], default: Any) -> Any:
    if len(condlist) != len(choicelist) or len(condlist) == 0:
        raise ArgumentError(
            f"found {len(condlist)} conditions and {len(choicelist)} choices; expected as many, and at least one.")
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = where(condition, choice, result)
    return result


select = called("select", _select, args="*choicelist", params={"condlist": ..., "default": 0},
    call="condlist choicelist default",
    samples=[sample([(3,), (3,)], condlist=[[True, False, False], [True, True, False]]),
             sample([(2, 3), None], condlist=[[True, False, False], True], default=5.0),
             sample([(3,)], condlist=[[[True], [False]]])],
    reference=lambda np, choicelist, condlist, default: np.select([np.array(c) for c in condlist], choicelist, default),
    doc="The element of the first choice whose condition holds, of the default where none does.",
    example=("select([[True, False]], [[1.0, 2.0]], 5.0)", "array([1., 5.])"))


def _numbers(a: Any, n: int, mode: str) -> Any:
    """Whole numbers below n."""
    from autograd.arrays import np

    if type(a) is Value:
        refuse_in_replay("choose", "the numbers of the choices are")
    a = np.asarray(a.data if type(a) is Value else a)
    if np.isfinite(a).all() and np.array_equal(a, np.floor(a)):
        numbers = _wrapped(a.astype(int), n, mode)
        if np.all((numbers >= 0) & (numbers < n)):
            return numbers
    raise ArgumentError(f"found a={a.tolist()!r:.60}; expected whole numbers from 0 to {n - 1}, or another mode=.")


def _choose(choices: Sequence[Any], a: Any, mode: str) -> Any:
    from autograd.arrays import np

    numbers = _numbers(a, len(choices), mode)
    result = choices[-1]
    for i in reversed(range(len(choices) - 1)):
        result = where(numbers == i, choices[i], result)
    return in_shape(result, np.broadcast_shapes(numbers.shape, *map(shape_of, choices)))


choose = called("choose", _choose, args="*choices", params={"a": ..., "mode": "raise"}, call="a choices mode",
    method=True,
    samples=[sample([(3,), (3,), (3,)], a=[2, 0, 1]), sample([(2, 1), None], a=[1, 0, 1]),
             sample([(3,), (3,)], a=[-1, 0, 4], mode="wrap"), sample([(3,), (3,)], a=[[-1], [4]], mode="clip"),
             sample([(3,)], a=[[0], [0]])],
    reference=lambda np, choices, a, mode: np.choose(a, choices, mode=mode),
    doc="For each element, that of the choice whose number stands in `a`.",
    example=("choose([1, 0], [[1.0, 2.0], [3.0, 4.0]])", "array([3., 2.])"),
    notes="A Value is taken as `a` if it holds whole numbers (the answers of a predicate, say). NumPy's `out` is not.")
