"""Moving, copying and joining elements: every entry is linear, and its adjoint moves them back."""

# fmt: off  (a table: one entry reads as one block)

import math
import operator
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from autograd.errors import ArgumentError
from autograd.graph.value import TABLE
from autograd.ops.builders import composite, linear, sample, shape_of
from autograd.ops.indexing import getitem, scatter

__all__: list[str] = []


def _variadic_method(name: str, one: str) -> Any:
    """A method that takes its last parameter as one sequence or as several arguments, as NumPy's arrays do."""

    def method(self: Any, *numbers: Any) -> Any:
        last: Any = numbers
        if len(numbers) == 1 and (numbers[0] is None or hasattr(numbers[0], "__len__")):
            last = None if numbers[0] is None else tuple(numbers[0])
        return TABLE[name](self, last if last != () or name == "reshape" else None)

    method.__name__ = name
    method.__doc__ = f"As the function {name}; {one} may be given as separate arguments."
    return method


reshape = linear("reshape", args="a", params={"shape": ...}, adjoint=lambda g, a, shape: reshape(g, shape_of(a)),
    kernel=lambda np, a, shape: np.reshape(a, shape), method=_variadic_method("reshape", "the shape"),
    samples=[sample((2, 3), shape=(3, 2)), sample((2, 3), shape=(-1,)), sample((), shape=(1, 1)),
             sample((0, 3), shape=(3, 0))],
    doc="The same elements in another shape; -1 stands for the length that remains.",
    example=("reshape([1.0, 2.0], (2, 1))", "array([[1.],\n       [2.]])"))

ravel = composite("ravel", lambda a: reshape(a, (-1,)), args="a", method=True, samples=[sample((2, 3)), sample(())],
    doc="All elements in one axis.", example=("ravel([[1.0, 2.0]])", "array([1., 2.])"))


def _transpose_adjoint(g: Any, a: Any, axes: Sequence[int] | None) -> Any:
    if axes is None:
        return transpose(g)
    back = sorted(range(len(axes)), key=lambda i: axes[i] % len(axes))
    return transpose(g, back)


transpose = linear("transpose", args="a", params={"axes": None}, adjoint=_transpose_adjoint,
    method=_variadic_method("transpose", "the axes"),
    samples=[sample((2, 3)), sample((2, 3, 4), axes=(1, 2, 0)), sample((2, 3, 4), axes=(-1, 0, 1)), sample((3,))],
    doc="The axes in another order, reversed by default.",
    example=("transpose([[1.0, 2.0]])", "array([[1.],\n       [2.]])"))

swapaxes = linear("swapaxes", args="a", params={"axis1": ..., "axis2": ...}, method=True,
    adjoint=lambda g, a, axis1, axis2: swapaxes(g, axis1, axis2), samples=[sample((2, 3, 4), axis1=0, axis2=-1)],
    doc="Two axes exchanged.", example=("swapaxes([[1.0, 2.0]], 0, 1)", "array([[1.],\n       [2.]])"))

moveaxis = linear("moveaxis", args="a", params={"source": ..., "destination": ...},
    adjoint=lambda g, a, source, destination: moveaxis(g, destination, source),
    samples=[sample((2, 3, 4), source=0, destination=-1), sample((2, 3, 4), source=(0, 1), destination=(-1, 0))],
    doc="Axes moved to other places.", example=("moveaxis([[1.0, 2.0]], 0, 1)", "array([[1.],\n       [2.]])"))

squeeze = linear("squeeze", args="a", params={"axis": None}, adjoint=lambda g, a, axis: reshape(g, shape_of(a)),
    method=True,
    samples=[sample((1, 3, 1)), sample((1, 3, 1), axis=0), sample((1, 3, 1), axis=(0, -1))],
    doc="Axes of length 1 removed.", example=("squeeze([[1.0, 2.0]])", "array([1., 2.])"))

expand_dims = linear("expand_dims", args="a", params={"axis": ...}, adjoint=lambda g, a, axis: reshape(g, shape_of(a)),
    samples=[sample((2, 3), axis=1), sample((3,), axis=(0, -1)), sample((), axis=0)],
    doc="Axes of length 1 inserted.", example=("expand_dims([1.0, 2.0], 0)", "array([[1., 2.]])"))

broadcast_to = linear("broadcast_to", args="array", params={"shape": ...},
    adjoint=lambda g, a, shape: sum_to(g, shape_of(a)),
    samples=[sample((3,), shape=(2, 3)), sample((2, 1), shape=(4, 2, 3)), sample((), shape=(2,)),
             sample((1,), shape=(0,))],
    doc="The array repeated along axes by NumPy's rules of broadcasting.",
    example=("broadcast_to([1.0, 2.0], (2, 2))", "array([[1., 2.],\n       [1., 2.]])"))


def _sum_to_kernel(np: Any, a: Any, shape: tuple[int, ...]) -> Any:
    a = np.asarray(a)
    lead = a.ndim - len(shape)
    axes = (*range(lead), *(lead + i for i, n in enumerate(shape) if n == 1 and a.shape[lead + i] != 1))
    return np.reshape(np.sum(a, axis=axes), shape)


def _summed_by_hand(np: Any, a: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape)
    np.broadcast_to(out, a.shape)  # shapes that do not fit are an error
    for index in np.ndindex(a.shape):
        place = index[len(index) - len(shape) :]
        out[tuple(0 if n == 1 else i for i, n in zip(place, shape, strict=True))] += a[index]
    return out


sum_to = linear("sum_to", args="a", params={"shape": ...}, kernel=_sum_to_kernel,
    adjoint=lambda g, a, shape: broadcast_to(g, shape_of(a)), public=False, reference=_summed_by_hand,
    samples=[sample((2, 3), shape=(3,)), sample((4, 2, 3), shape=(2, 1)), sample((2,), shape=())],
    doc="The sum over the axes that broadcasting from `shape` would have made: the adjoint of broadcast_to.",
    example=("sum_to([[1.0, 2.0], [3.0, 4.0]], (2,))", "array([4., 6.])"))

astype = linear("astype", args="a", params={"dtype": ...}, kernel=lambda np, a, dtype: np.asarray(a).astype(dtype),
    adjoint=lambda g, a, dtype: astype(g, getattr(a, "dtype", "float64")), method=True,
    samples=[sample((3,), dtype="float64")],
    reference=lambda np, a, dtype: np.array(a, dtype),
    doc="The elements in another floating dtype; the gradient comes back in the old one.",
    example=("astype([1.0, 2.0], 'float32')", "array([1., 2.], dtype=float32)"))

as_number = linear("as_number", args="a", public=False, kernel=lambda np, a: float(np.asarray(a).item()),
    adjoint=lambda g, a: g,
    samples=[sample(())], reference=lambda np, a: np.asarray(a).item(),
    doc="The one element of a 0-d array as a number.", example=("as_number(2.0)", "2.0"))


def _along(array: Any, axis: int, index: Any) -> Any:
    """array[..., index, ...] with the index at that axis."""
    return getitem(array, (slice(None),) * (axis % len(shape_of(array))) + (index,))


def _pieces(xs: Sequence[Any], axis: int | None) -> Callable[[Any, int], Any]:
    """The parts of a concatenation that came from each operand."""
    ends = list(accumulate(math.prod(shape_of(x)) if axis is None else x.shape[axis] for x in xs))

    def piece(g: Any, i: int) -> Any:
        part = slice(ends[i - 1] if i else 0, ends[i])
        if axis is None:
            return reshape(getitem(g, part), shape_of(xs[i]))
        return _along(g, axis, part)

    return piece


concatenate = linear("concatenate", args="*arrays", params={"axis": 0}, adjoint=_pieces,
    samples=[sample([(2, 3), (1, 3)]), sample([(2, 3), (2, 2)], axis=1), sample([(2, 3), (2, 2)], axis=-1),
             sample([(2, 3), (2,)], axis=None)],
    doc="The arrays joined along an axis they have, flattened first without one.",
    example=("concatenate([[1.0], [2.0, 3.0]])", "array([1., 2., 3.])"))

stack = linear("stack", args="*arrays", params={"axis": 0},
    adjoint=lambda xs, axis: lambda g, i: _along(g, axis, i),
    samples=[sample([(2, 3), (2, 3)]), sample([(2, 3), (2, 3), (2, 3)], axis=-1), sample([None, None]),
             sample([(), ()])],
    doc="The arrays (or numbers) joined along a new axis.", example=("stack([1.0, 2.0])", "array([1., 2.])"))


def _split(array: Any, indices_or_sections: Any, axis: int) -> list[Any]:
    sections = indices_or_sections
    length = shape_of(array)[axis]
    if not hasattr(sections, "__len__"):
        sections = operator.index(sections)
        if sections < 1 or length % sections:
            raise ArgumentError(
                f"split: found axis {axis} of length {length} and {sections} sections; expected a divisor.")
        sections = [length // sections * i for i in range(1, sections)]
    edges = [0, *sections, length]
    return [_along(array, axis, slice(a, b)) for a, b in pairwise(edges)]


split = composite("split", _split, args="ary", params={"indices_or_sections": ..., "axis": 0},
    samples=[sample((4, 3), indices_or_sections=2), sample((2, 5), indices_or_sections=[1, 3], axis=1)],
    doc="A list of the parts of an array along an axis: so many of equal length, or cut at the given indices.",
    example=("split([1.0, 2.0], 2)", "[array([1.]), array([2.])]"))

flip = linear("flip", args="m", params={"axis": None}, adjoint=lambda g, m, axis: flip(g, axis),
    samples=[sample((2, 3)), sample((2, 3), axis=0), sample((2, 3), axis=(0, -1))],
    doc="The elements in reverse order along axes.", example=("flip([1.0, 2.0])", "array([2., 1.])"))


def _back(shift: Any) -> Any:
    return tuple(-s for s in shift) if isinstance(shift, (tuple, list)) else -shift


roll = linear("roll", args="a", params={"shift": ..., "axis": None},
    adjoint=lambda g, a, shift, axis: roll(g, _back(shift), axis),
    samples=[sample((2, 3), shift=1), sample((2, 3), shift=-2, axis=1), sample((2, 3), shift=(1, 1), axis=(0, 1))],
    doc="The elements shifted along axes, those that fall off coming in at the other end.",
    example=("roll([1.0, 2.0, 3.0], 1)", "array([3., 1., 2.])"))


def _tile(a: Any, reps: Any) -> Any:
    reps = tuple(map(operator.index, reps if hasattr(reps, "__len__") else [reps]))
    shape = shape_of(a)
    n = max(len(reps), len(shape))
    reps, shape = (1,) * (n - len(reps)) + reps, (1,) * (n - len(shape)) + shape
    between = tuple(k for length in shape for k in (1, length))
    repeated = broadcast_to(reshape(a, between), tuple(k for pair in zip(reps, shape, strict=True) for k in pair))
    return reshape(repeated, tuple(r * length for r, length in zip(reps, shape, strict=True)))


tile = composite("tile", _tile, args="A", params={"reps": ...},
    samples=[sample((2, 3), reps=2), sample((3,), reps=(2, 2)), sample((2, 1), reps=(1, 3)), sample((), reps=3)],
    doc="The array repeated as a whole along each axis.", example=("tile([1.0, 2.0], 2)", "array([1., 2., 1., 2.])"))


def _take(a: Any, indices: Any, axis: int | None, mode: str) -> Any:
    from autograd.arrays import np

    if axis is None:
        a, axis = ravel(a), 0
    indices = np.asarray(indices, dtype=None if np.size(indices) else int)
    length = a.shape[axis]
    if mode == "wrap":
        indices = indices % length
    elif mode == "clip":
        indices = np.clip(indices, 0, length - 1)
    elif mode != "raise":
        raise ArgumentError(f"take: found mode={mode!r}; expected 'raise', 'wrap' or 'clip'.")
    return _along(a, axis, indices)


take = composite("take", _take, args="a", params={"indices": ..., "axis": None, "mode": "raise"}, method=True,
    samples=[sample((2, 3), indices=[5, 0, 0]), sample((2, 3), indices=[[0, -1]], axis=1),
             sample((2, 3), indices=1, axis=0), sample((4,), indices=[5, -6], mode="wrap"),
             sample((4,), indices=[5, -6], mode="clip")],
    doc="The elements at indices along an axis, of the flattened array without one.",
    example=("take([1.0, 2.0, 3.0], [2, 0])", "array([3., 1.])"))


def _repeat(a: Any, repeats: Any, axis: int | None) -> Any:
    from autograd.arrays import np

    if axis is None:
        a, axis = ravel(a), 0
    return take(a, np.repeat(np.arange(a.shape[axis]), repeats), axis)


repeat = composite("repeat", _repeat, args="a", params={"repeats": ..., "axis": None}, method=True,
    samples=[sample((2, 3), repeats=2), sample((2, 3), repeats=[1, 0, 2], axis=1), sample((2, 3), repeats=3, axis=0)],
    doc="Each element repeated in place along an axis, of the flattened array without one.",
    example=("repeat([1.0, 2.0], 2)", "array([1., 1., 2., 2.])"))


def _pad(array: Any, pad_width: Any, mode: Any, constant_values: Any) -> Any:
    from autograd.arrays import np

    shape = shape_of(array)
    widths = [tuple(map(int, w)) for w in np.broadcast_to(pad_width, (len(shape), 2))]
    if mode == "constant":
        inside = tuple(slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True))
        margin = np.pad(np.zeros(shape), widths, constant_values=constant_values)
        outside = margin.astype(getattr(array, "dtype", float))
        return scatter(array, inside, outside.shape) + outside
    if mode not in MODES:
        raise ArgumentError(f"pad: found mode={mode!r}; expected 'constant', 'edge', 'reflect', 'symmetric' or 'wrap'.")
    for axis, width in enumerate(widths):
        array = take(array, np.pad(np.arange(shape[axis]), width, mode=mode), axis)
    return array


MODES = ("edge", "reflect", "symmetric", "wrap")

pad = composite("pad", _pad, args="array", params={"pad_width": ..., "mode": "constant", "constant_values": 0},
    samples=[sample((2, 3), pad_width=1), sample((3,), pad_width=(1, 2), constant_values=5.0),
             sample((2, 3), pad_width=((0, 1), (2, 0))),
             *(sample((2, 3), pad_width=((1, 0), (1, 2)), mode=mode) for mode in MODES)],
    doc="The array with a margin around it: constants, or elements of its own.",
    example=("pad([1.0, 2.0], 1)", "array([0., 1., 2., 0.])"))

tril = linear("tril", args="m", params={"k": 0}, adjoint=lambda g, m, k: tril(g, k),
    samples=[sample((3, 3)), sample((2, 3, 4), k=1)],
    doc="The lower triangle of the last two axes, zeros above the k-th diagonal.",
    example=("tril([[1.0, 2.0], [3.0, 4.0]])", "array([[1., 0.],\n       [3., 4.]])"))

triu = linear("triu", args="m", params={"k": 0}, adjoint=lambda g, m, k: triu(g, k),
    samples=[sample((3, 3)), sample((2, 3, 4), k=1)],
    doc="The upper triangle of the last two axes, zeros below the k-th diagonal.",
    example=("triu([[1.0, 2.0], [3.0, 4.0]])", "array([[1., 2.],\n       [0., 4.]])"))
