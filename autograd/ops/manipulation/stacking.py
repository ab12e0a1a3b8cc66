"""Arrays joined along an axis, and cut apart again."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from autograd.errors import ArgumentError, ShapeError, SignatureError
from autograd.ops.axes import axis_of
from autograd.ops.builders import composite, linear, sample, shape_of
from autograd.ops.calling import Called, called
from autograd.ops.manipulation.indexing import getitem
from autograd.ops.manipulation.shaping import astype, at_least, ravel, reshape

__all__ = ["along"]


def along(array: Any, axis: int, index: Any) -> Any:
    """array[..., index, ...] with the index at that axis."""
    return getitem(array, (slice(None),) * axis_of(axis, len(shape_of(array))) + (index,))


# ---- joining ----

def _pieces(xs: Sequence[Any], axis: int | None) -> Callable[[Any, int], Any]:
    """The parts of a concatenation that came from each operand."""
    ends = list(accumulate(math.prod(shape_of(x)) if axis is None else x.shape[axis] for x in xs))

    def piece(g: Any, i: int) -> Any:
        part = slice(ends[i - 1] if i else 0, ends[i])
        if axis is None:
            return reshape(getitem(g, part), shape_of(xs[i]))
        return along(g, axis, part)

    return piece


concatenate = linear("concatenate", args="*arrays", params={"axis": 0}, adjoint=_pieces,
    samples=[sample([(2, 3), (1, 3)]), sample([(2, 3), (2, 2)], axis=1), sample([(2, 3), (2, 2)], axis=-1),
             sample([(2, 3), (2,)], axis=None), sample([(1, 3), (2,)], axis=None)],
    doc="The arrays joined along an axis they have, flattened first without one.",
    example=("concatenate([[1.0], [2.0, 3.0]])", "array([1., 2., 3.])"))

stack = linear("stack", args="*arrays", params={"axis": 0},
    adjoint=lambda xs, axis: lambda g, i: along(g, axis, i),
    samples=[sample([(2, 3), (2, 3)]), sample([(2, 3), (2, 3), (2, 3)], axis=-1), sample([None, None]),
             sample([(), ()])],
    doc="The arrays (or numbers) joined along a new axis.", example=("stack([1.0, 2.0])", "array([1., 2.])"))

ALIKE = [sample([(2, 3), (2, 3)]), sample([(3,), (3,)])]

vstack = composite("vstack", lambda tup: concatenate([at_least(x, 2) for x in tup]), args="*tup",
    samples=[*ALIKE, sample([(2, 3), (3,)]), sample([None, None]), sample([(1, 2, 2), (2, 2, 2)])],
    doc="The arrays below each other, vectors as rows.",
    example=("vstack([[1.0, 2.0], [3.0, 4.0]])", "array([[1., 2.],\n       [3., 4.]])"))


def _hstack(tup: Sequence[Any]) -> Any:
    arrays = [at_least(x, 1) for x in tup]
    return concatenate(arrays, 0 if arrays and len(shape_of(arrays[0])) == 1 else 1)


hstack = composite("hstack", _hstack, args="*tup", samples=[*ALIKE, sample([(2, 3), (2, 1)]), sample([None, None])],
    doc="The arrays beside each other: along the second axis, vectors along their only one.",
    example=("hstack([[1.0, 2.0], [3.0]])", "array([1., 2., 3.])"))

dstack = composite("dstack", lambda tup: concatenate([at_least(x, 3) for x in tup], 2), args="*tup",
    samples=[*ALIKE, sample([(2, 3), (2, 3, 2)]), sample([None, None])],
    doc="The arrays behind each other, along the third axis.",
    example=("dstack([[1.0, 2.0], [3.0, 4.0]])", "array([[[1., 3.],\n        [2., 4.]]])"))


def _as_columns(x: Any) -> Any:
    return x if len(shape_of(x)) > 1 else reshape(x, (math.prod(shape_of(x)), 1))


column_stack = composite("column_stack", lambda tup: concatenate([_as_columns(x) for x in tup], 1), args="*tup",
    samples=[*ALIKE, sample([(3,), (3, 2)]), sample([None, None])],
    doc="The arrays beside each other, vectors as columns.",
    example=("column_stack([[1.0, 2.0], [3.0, 4.0]])", "array([[1., 3.],\n       [2., 4.]])"))


class Block(Called):
    """Called with nested lists: their leaves are the operands; the lists, with each leaf's number, are a parameter."""

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        leaves: list[Any] = []
        nesting = _numbered(self.arguments(args, kwargs)["arrays"], leaves)
        return tuple(leaves), {"nesting": nesting}


def _numbered(x: Any, leaves: list[Any]) -> Any:
    if isinstance(x, list):
        return [_numbered(part, leaves) for part in x]
    if isinstance(x, tuple):
        raise SignatureError("found a tuple; expected nested lists, as NumPy does.")
    leaves.append(x)
    return len(leaves) - 1


def _depths(nesting: Any) -> set[int]:
    """Under how many lists the leaves are."""
    return {1 + depth for part in nesting for depth in _depths(part)} if isinstance(nesting, list) else {0}


def _block(leaves: Sequence[Any], nesting: Any) -> Any:
    depths = _depths(nesting)
    if len(depths) != 1:
        raise ArgumentError(f"found arrays under {sorted(depths)} lists; expected every one under as many.")
    ndim = max(*depths, *(len(shape_of(x)) for x in leaves))
    arrays = [reshape(x, (1,) * (ndim - len(shape_of(x))) + shape_of(x)) for x in leaves]
    return _joined(arrays, nesting, *depths)


def _joined(arrays: Sequence[Any], nesting: Any, depth: int) -> Any:
    if depth == 0:
        return arrays[nesting]
    return concatenate([_joined(arrays, part, depth - 1) for part in nesting], -depth)


block = Block("block", _block, args="*arrays", call="arrays",
    samples=[*ALIKE, sample([(2, 3), (2, 1)]), sample([None, None]), sample([(1, 1, 2), (1, 2)])],
    doc="One array made of blocks in nested lists: those of the innermost lists beside each other, and so outwards.",
    example=("block([[1.0, np.array([2.0, 3.0])], [np.zeros(3)]])", "array([[1., 2., 3.],\n       [0., 0., 0.]])"),
    notes="Every array stands under as many lists as the others; one with fewer axes gets new ones in front.")

append = composite("append", lambda arr, values, axis: concatenate([arr, values], axis), args="arr values",
    params={"axis": None}, samples=[sample((2, 3), (2,)), sample((2, 3), (1, 3), axis=0), sample((3,), ())],
    doc="The values behind an array along an axis; without one, both are flattened first.",
    example=("append([1.0, 2.0], 3.0)", "array([1., 2., 3.])"))


def _insert(arr: Any, values: Any, obj: Any, axis: int | None) -> Any:
    from autograd.arrays import np

    shape, new = shape_of(arr), shape_of(values)
    count = math.prod(shape)
    if isinstance(obj, list):
        obj = np.array(obj, None if obj else int)
    numbers = np.arange(count + math.prod(new))  # NumPy inserts these as it would the elements, in all its forms
    places = np.insert(numbers[:count].reshape(shape), obj, numbers[count:].reshape(new), axis)
    result = getitem(concatenate([arr, values], axis=None), places)
    dtype = getattr(arr, "dtype", result.dtype)
    return astype(result, dtype) if dtype.kind == "f" and dtype != result.dtype else result


insert = called("insert", _insert, args="arr values", params={"obj": ..., "axis": None}, call="arr obj values axis",
    samples=[sample((3,), None, obj=1), sample((2, 3), (2,), obj=[0, 5]), sample((2, 3), (3,), obj=1, axis=0),
             sample((2, 3), (2, 1), obj=[1], axis=1), sample((2, 3), (2,), obj=slice(0, 2), axis=1)],
    reference=lambda np, arr, values, obj, axis: np.insert(arr, obj, values, axis),
    doc="The array with values inserted before the places `obj` along an axis, of the flattened array without one.",
    example=("insert([1.0, 2.0], 1, 5.0)", "array([1., 5., 2.])"))


def _delete(arr: Any, obj: Any, axis: int | None) -> Any:
    from autograd.arrays import np

    if axis is None:
        arr, axis = ravel(arr), 0
    return along(arr, axis, np.delete(np.arange(_length(arr, axis)), obj))


delete = composite("delete", _delete, args="arr", params={"obj": ..., "axis": None},
    samples=[sample((4,), obj=1), sample((2, 3), obj=[0, -1]), sample((2, 3), obj=slice(0, 2), axis=1),
             sample((3,), obj=[True, False, True])],
    doc="The array without the places `obj` along an axis, of the flattened array without one.",
    example=("delete([1.0, 2.0, 3.0], 1)", "array([1., 3.])"))

# ---- splitting ----

def _length(array: Any, axis: int) -> int:
    return shape_of(array)[axis_of(axis, len(shape_of(array)))]


def _array_split(ary: Any, indices_or_sections: Any, axis: int) -> list[Any]:
    length = _length(ary, axis)
    if hasattr(indices_or_sections, "__len__"):
        edges = [0, *indices_or_sections, length]
    else:
        sections = operator.index(indices_or_sections)
        if sections < 1:
            raise ArgumentError(f"found {sections} sections; expected at least one.")
        each, longer = divmod(length, sections)  # the first parts take one element more
        edges = [each * i + min(i, longer) for i in range(sections + 1)]
    return [along(ary, axis, slice(a, b)) for a, b in pairwise(edges)]


def _split(ary: Any, indices_or_sections: Any, axis: int) -> list[Any]:
    parts = _array_split(ary, indices_or_sections, axis)
    if not hasattr(indices_or_sections, "__len__") and _length(ary, axis) % len(parts):
        raise ArgumentError(f"found axis {axis} of length {_length(ary, axis)} and {len(parts)} sections; "
                            "expected a divisor (array_split takes any number).")
    return parts


split = composite("split", _split, args="ary", params={"indices_or_sections": ..., "axis": 0},
    samples=[sample((4, 3), indices_or_sections=2), sample((2, 5), indices_or_sections=[1, 3], axis=1)],
    doc="A list of the parts of an array along an axis: so many of equal length, or cut at the given indices.",
    example=("split([1.0, 2.0], 2)", "[array([1.]), array([2.])]"))

array_split = composite("array_split", _array_split, args="ary", params={"indices_or_sections": ..., "axis": 0},
    samples=[sample((5, 2), indices_or_sections=3), sample((2, 3), indices_or_sections=5, axis=1),
             sample((5,), indices_or_sections=(2, 2, 4))],
    doc="A list of the parts of an array along an axis, as split, but their lengths may differ by one.",
    example=("array_split([1.0, 2.0, 3.0], 2)", "[array([1., 2.]), array([3.])]"))


def _with_axes(ary: Any, ndim: int) -> Any:
    """The array, if it has that many axes."""
    if len(shape_of(ary)) < ndim:
        raise ShapeError(f"found an array of shape {shape_of(ary)}; expected at least {ndim} axes.")
    return ary


SECTIONS = {"indices_or_sections": ...}

hsplit = composite("hsplit", lambda ary, indices_or_sections: _split(
        _with_axes(ary, 1), indices_or_sections, min(1, len(shape_of(ary)) - 1)),
    args="ary", params=SECTIONS,
    samples=[sample((2, 4), indices_or_sections=2), sample((4,), indices_or_sections=[1])],
    doc="A list of the parts of an array along the second axis, of a vector along its only one.",
    example=("hsplit([[1.0, 2.0]], 2)", "[array([[1.]]), array([[2.]])]"))

vsplit = composite("vsplit", lambda ary, indices_or_sections: _split(_with_axes(ary, 2), indices_or_sections, 0),
    args="ary", params=SECTIONS, samples=[sample((4, 2), indices_or_sections=2)],
    doc="A list of the parts of an array of at least two axes along the first.",
    example=("vsplit([[1.0], [2.0]], 2)", "[array([[1.]]), array([[2.]])]"))

dsplit = composite("dsplit", lambda ary, indices_or_sections: _split(_with_axes(ary, 3), indices_or_sections, 2),
    args="ary", params=SECTIONS, samples=[sample((2, 1, 4), indices_or_sections=2)],
    doc="A list of the parts of an array of at least three axes along the third.",
    example=("dsplit([[[1.0, 2.0]]], 2)", "[array([[[1.]]]), array([[[2.]]])]"))
