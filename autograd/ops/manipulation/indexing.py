"""Indexing in every NumPy form, its adjoint, and the functional updates `v.at[index].set(x)` and `.add(x)`."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

from types import EllipsisType
from typing import Any

from autograd.errors import UnsupportedError
from autograd.graph.recording import refuse_in_replay
from autograd.graph.value import TABLE, Value, install, replaying
from autograd.ops.builders import composite, linear, sample, shape_of
from autograd.ops.elementwise.selection import where

__all__ = ["At"]


def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(part, (int, slice, type(None), EllipsisType)) and type(part) is not bool for part in parts)


def frozen(index: Any) -> Any:
    """The index with its lists and arrays copied, so that nobody changes it before the backward pass.

    What a predicate answered is a mask.
    """
    if _is_basic(index):
        return index
    from autograd.arrays import np

    if isinstance(index, tuple):
        return tuple(map(frozen, index))
    if isinstance(index, Value):
        if replaying() is not None and index.dtype.kind in "iu":
            return index  # an argument of the replayed function: each call has its own
        refuse_in_replay("getitem", "a mask is")
        if getattr(index.op, "builder", "") == "predicate":
            return index.data != 0.0
        raise UnsupportedError(
            "found a Value as index, which has no derivative; expected v.data.astype(int) for places, a comparison "
            "such as v > 0 for a mask.")
    if isinstance(index, list) and not index:
        return np.array(index, dtype=int)
    return np.array(index) if isinstance(index, (list, np.ndarray)) else index


def _with_frozen_index(params: dict[str, Any]) -> dict[str, Any]:
    return {**params, "index": frozen(params["index"])}


def _names_rows(np: Any, x: Any, index: Any, shape: tuple[int, ...]) -> bool:
    """Whether an index is one array of the numbers of rows, and x one row for each of these."""
    is_array = isinstance(index, np.ndarray) and index.dtype.kind in "iu"
    return bool(is_array and x.size and len(shape) > 1 and x.shape == index.shape + shape[1:])


def _add_rows(np: Any, out: Any, index: Any, x: Any) -> None:
    """Rows added up at repeated numbers, as np.add.at does: sorted, because NumPy adds runs of rows 7 times as fast."""
    rows = np.arange(len(out))[index.ravel()]  # none below 0
    order = np.argsort(rows, kind="stable")
    rows = rows[order]
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    out[rows[starts]] = np.add.reduceat(x.reshape(-1, *out.shape[1:])[order], starts)


def _scatter_kernel(np: Any, x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    x = np.asarray(x)
    out = np.zeros(shape, x.dtype)
    if _is_basic(index):
        out[index] = x
    elif _names_rows(np, x, index, shape):
        _add_rows(np, out, index, x)
    else:
        out[index] = -0.0  # to which -0.0 can be added and stay
        np.add.at(out, index, x)  # repeated indices add up
    return out


def _scattered_by_hand(np: Any, x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape)
    places = np.arange(out.size).reshape(shape)[index]  # where each element of x goes, in the flattened result
    for place, element in zip(np.ravel(places), np.ravel(np.broadcast_to(x, places.shape)), strict=True):
        out.flat[place] += element
    return out


getitem = linear("getitem", normalize=_with_frozen_index, kernel=lambda np, x, index: np.asarray(x)[index],
    params={"index": ...},
    adjoint=lambda g, x, index: scatter(g, index, shape_of(x)), picks=True,
    samples=[sample((4, 3), index=1), sample(None, index=()), sample((4, 3), index=(slice(None, None, -2), 0)),
             sample((4, 3), index=(Ellipsis, None, -1)), sample((4,), index=[0, 0, 1]),
             sample((4, 3), index=([0, 2, 2], slice(1, None))),
             sample((2, 3, 4), index=([0, 1], slice(None), [1, 1])), sample((3,), index=[True, False, True]),
             sample((2, 2), index=[[True, False], [True, True]]), sample((3,), index=[])],
    reference=lambda np, x, index: np.asarray(x)[index],
    doc="x[index], with integers, slices, None, Ellipsis, and arrays of integers or booleans.",
    notes="What a predicate answered, greater(x, 0) for example, is a mask, if it was recorded; any other Value is "
        "refused as index.",
    example=("getitem([1.0, 2.0, 3.0], slice(1, None))", "array([2., 3.])"))

scatter = linear("scatter", normalize=_with_frozen_index, params={"index": ..., "shape": ...}, kernel=_scatter_kernel,
    public=False,
    adjoint=lambda g, x, index, shape: getitem(g, index), reference=_scattered_by_hand,
    samples=[sample((3,), index=[0, 0, 1], shape=(4,)), sample((3,), index=(1,), shape=(2, 3)),
             sample((2,), index=(slice(None, None, 2),), shape=(3,)),
             sample((2, 3, 2), index=[[0, -1, 0], [2, 0, 1]], shape=(3, 2)), sample(None, index=(1,), shape=(3,))],
    doc="x added into zeros of the given shape at an index, repeated places adding up: the adjoint of getitem.",
    example=("scatter([1.0, 2.0], [0, 0], (3,))", "array([3., 0., 0.])"))


def _at_set(a: Any, x: Any, index: Any) -> Any:
    """a with a[index] = x: `where` picks, so that what is overwritten gets no gradient, whatever it holds."""
    from autograd.arrays import np

    places = np.full(a.shape, -1)
    shape = places[index].shape
    order = np.arange(int(np.prod(shape))).reshape(shape)
    places[index] = order  # of repeated places the last one stays, as in NumPy
    last = places[index] == order
    if not last.all():
        x = where(last, x, -0.0)
    return where(places >= 0, TABLE["astype"](scatter(x, index, a.shape), a.dtype), a)


def _at_add(a: Any, x: Any, index: Any) -> Any:
    return a + TABLE["astype"](scatter(x, index, a.shape), a.dtype)


def _assigned(np: Any, a: Any, x: Any, index: Any) -> Any:
    a = np.array(a)
    a[index] = x
    return a


def _added(np: Any, a: Any, x: Any, index: Any) -> Any:
    a = np.array(a)
    np.add.at(a, index, x)
    return a


UPDATES = [sample((3,), None, index=1), sample((2, 3), (3,), index=0), sample((2, 3), (2,), index=(slice(None), 1)),
           sample((3,), (3,), index=[0, 0, 1]), sample((3,), (), index=[True, False, True])]

at_set = composite("at_set", _at_set, args="a x", params={"index": ...}, samples=UPDATES,
    reference=_assigned, public=False,
    doc="A copy of a with a[index] = x; written v.at[index].set(x) on a Value.",
    example=("at_set(np.array([1.0, 2.0]), 5.0, 0)", "array([5., 2.])"))

at_add = composite("at_add", _at_add, args="a x", params={"index": ...}, samples=UPDATES,
    reference=_added, public=False,
    doc="A copy of a with x added at a[index], repeated places adding up; written v.at[index].add(x) on a Value.",
    example=("at_add(np.array([1.0, 2.0]), 5.0, [0, 0])", "array([11.,  2.])"))


class At:
    """What `v.at` gives: v.at[index].set(x) and v.at[index].add(x) are new Values, v itself stays as it is.

    >>> v = Value([1.0, 2.0, 3.0])
    >>> v.at[0].set(7.0)
    Value(data=array([7., 2., 3.]))
    """

    __slots__ = ("_index", "_value")

    def __init__(self, value: Value, index: Any = ...) -> None:
        self._value = value
        self._index = index

    def __getitem__(self, index: Any) -> At:
        return At(self._value, frozen(index))

    def set(self, x: Any) -> Value:
        """A copy with x at the index; what stood there gets no gradient."""
        return at_set(self._value, x, self._index)  # type: ignore[no-any-return]

    def add(self, x: Any) -> Value:
        """A copy with x added at the index, repeated places adding up."""
        return at_add(self._value, x, self._index)  # type: ignore[no-any-return]


install("at", property(At, doc="v.at[index].set(x) and v.at[index].add(x): updated copies."))
