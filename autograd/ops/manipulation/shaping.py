"""Shapes, axes and their order, broadcasting, dtypes: every entry is linear, and its adjoint moves elements back."""

# fmt: off  (a table: one entry reads as one block)

from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import ArgumentError
from autograd.graph.value import TABLE
from autograd.ops.builders import composite, linear, sample, shape_of
from autograd.ops.calling import called

__all__ = ["at_least", "in_shape"]


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
    kernel=lambda np, a, shape: np.asarray(a).reshape(shape), method=_variadic_method("reshape", "the shape"),
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
    kernel=lambda np, a, axes: np.asarray(a).transpose(axes),
    method=_variadic_method("transpose", "the axes"),
    samples=[sample((2, 3)), sample((2, 3, 4), axes=(1, 2, 0)), sample((2, 3, 4), axes=(-1, 0, 1)), sample((3,))],
    doc="The axes in another order, reversed by default.",
    example=("transpose([[1.0, 2.0]])", "array([[1.],\n       [2.]])"))

swapaxes = linear("swapaxes", args="a", params={"axis1": ..., "axis2": ...}, method=True,
    kernel=lambda np, a, axis1, axis2: np.asarray(a).swapaxes(axis1, axis2),
    adjoint=lambda g, a, axis1, axis2: swapaxes(g, axis1, axis2), samples=[sample((2, 3, 4), axis1=0, axis2=-1)],
    doc="Two axes exchanged.", example=("swapaxes([[1.0, 2.0]], 0, 1)", "array([[1.],\n       [2.]])"))

moveaxis = linear("moveaxis", args="a", params={"source": ..., "destination": ...},
    adjoint=lambda g, a, source, destination: moveaxis(g, destination, source),
    samples=[sample((2, 3, 4), source=0, destination=-1), sample((2, 3, 4), source=(0, 1), destination=(-1, 0))],
    doc="Axes moved to other places.", example=("moveaxis([[1.0, 2.0]], 0, 1)", "array([[1.],\n       [2.]])"))


def _rollaxis(a: Any, axis: int, start: int) -> Any:
    ndim = len(shape_of(a))
    if not -ndim <= start <= ndim:
        raise ArgumentError(f"found start={start} for an array of {ndim} axes; expected -{ndim} to {ndim}.")
    axis, start = axis % ndim if -ndim <= axis < ndim else axis, start + ndim if start < 0 else start
    return moveaxis(a, axis, start - 1 if axis < start else start)


rollaxis = composite("rollaxis", _rollaxis, args="a", params={"axis": ..., "start": 0},
    samples=[sample((2, 3, 4), axis=2), sample((2, 3, 4), axis=0, start=3), sample((2, 3, 4), axis=-1, start=-2),
             sample((3,), axis=-1)],
    doc="An axis moved to stand before the axis that is now at `start`; moveaxis says the same more plainly.",
    example=("rollaxis([[1.0, 2.0]], 1)", "array([[1.],\n       [2.]])"))

squeeze = linear("squeeze", args="a", params={"axis": None}, adjoint=lambda g, a, axis: reshape(g, shape_of(a)),
    method=True,
    samples=[sample((1, 3, 1)), sample((1, 3, 1), axis=0), sample((1, 3, 1), axis=(0, -1))],
    doc="Axes of length 1 removed.", example=("squeeze([[1.0, 2.0]])", "array([1., 2.])"))

expand_dims = linear("expand_dims", args="a", params={"axis": ...}, adjoint=lambda g, a, axis: reshape(g, shape_of(a)),
    samples=[sample((2, 3), axis=1), sample((3,), axis=(0, -1)), sample((), axis=0)],
    doc="Axes of length 1 inserted.", example=("expand_dims([1.0, 2.0], 0)", "array([[1., 2.]])"))


def at_least(x: Any, ndim: int) -> Any:
    """x with axes of length 1 where it has fewer than ndim: in front, but NumPy gives a third axis behind."""
    shape = shape_of(x)
    if len(shape) >= ndim:
        return x
    behind = (1,) if shape and ndim == 3 else ()
    return reshape(x, (1,) * (ndim - len(shape) - len(behind)) + shape + behind)


def _each_at_least(ndim: int) -> Callable[[Sequence[Any]], Any]:
    def each(arys: Sequence[Any]) -> Any:
        results = tuple(at_least(x, ndim) for x in arys)
        return results[0] if len(results) == 1 else results

    return each


def _atleast(ndim: int, example: str, doc: str) -> Any:
    name = f"atleast_{ndim}d"
    return called(name, _each_at_least(ndim), args="*arys", call="*arys", doc=doc, example=(f"{name}(2.0)", example),
        samples=[sample([None]), sample([()]), sample([(3,), (2, 3)]), sample([(2, 3, 2)])],
        reference=lambda np, arys: getattr(np, name)(*arys),
        notes="One array gives one array, several give a tuple of them; what has enough axes comes back as it is.")


atleast_1d = _atleast(1, "array([2.])", "The arrays, a number as an array of one element.")
atleast_2d = _atleast(2, "array([[2.]])", "The arrays with at least two axes, new ones in front.")
atleast_3d = _atleast(3, "array([[[2.]]])", "The arrays with at least three axes: shape (n,) becomes (1, n, 1).")

flip = linear("flip", args="m", params={"axis": None}, adjoint=lambda g, m, axis: flip(g, axis),
    samples=[sample((2, 3)), sample((2, 3), axis=0), sample((2, 3), axis=(0, -1))],
    doc="The elements in reverse order along axes.", example=("flip([1.0, 2.0])", "array([2., 1.])"))


fliplr = composite("fliplr", lambda m: flip(m, 1), args="m", samples=[sample((2, 3)), sample((2, 3, 2))],
    doc="The columns in reverse order.", example=("fliplr([[1.0, 2.0]])", "array([[2., 1.]])"))

flipud = composite("flipud", lambda m: flip(m, 0), args="m", samples=[sample((2, 3)), sample((3,))],
    doc="The rows in reverse order.", example=("flipud([1.0, 2.0])", "array([2., 1.])"))


def _rot90(m: Any, k: int, axes: Sequence[int]) -> Any:
    ndim = len(shape_of(m))
    if len(axes) != 2 or axes[0] % max(ndim, 1) == axes[1] % max(ndim, 1):
        raise ArgumentError(f"found axes={axes!r} for an array of {ndim} axes; expected two different ones.")
    first, second = axes
    if k % 4 == 0:
        return m
    if k % 4 == 2:
        return flip(m, (first, second))
    return swapaxes(flip(m, second), first, second) if k % 4 == 1 else flip(swapaxes(m, first, second), second)


rot90 = composite("rot90", _rot90, args="m", params={"k": 1, "axes": (0, 1)},
    samples=[sample((2, 3)), *(sample((2, 3, 4), k=k, axes=(-1, 0)) for k in (-1, 0, 2, 5))],
    doc="The plane of two axes rotated k times by 90 degrees, from the first axis towards the second.",
    example=("rot90([[1.0, 2.0]])", "array([[2.],\n       [1.]])"))

broadcast_to = linear("broadcast_to", args="array", params={"shape": ...},
    adjoint=lambda g, a, shape: sum_to(g, shape_of(a)),
    samples=[sample((3,), shape=(2, 3)), sample((2, 1), shape=(4, 2, 3)), sample((), shape=(2,)),
             sample((1,), shape=(0,))],
    doc="The array repeated along axes by NumPy's rules of broadcasting.",
    example=("broadcast_to([1.0, 2.0], (2, 2))", "array([[1., 2.],\n       [1., 2.]])"))


def _sum_to_kernel(np: Any, a: Any, shape: tuple[int, ...]) -> Any:
    a = np.asarray(a)
    lead = a.ndim - len(shape)
    if a.shape[lead:] == shape:
        return np.add.reduce(a, axis=tuple(range(lead)))
    axes = (*range(lead), *(lead + i for i, n in enumerate(shape) if n == 1 and a.shape[lead + i] != 1))
    return np.add.reduce(a, axis=axes).reshape(shape)  # what np.sum calls, in the end


def _summed_by_hand(np: Any, a: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape)
    np.broadcast_to(out, a.shape)  # shapes that do not fit are an error
    for index in np.ndindex(a.shape):
        place = index[len(index) - len(shape) :]
        out[tuple(0 if n == 1 else i for i, n in zip(place, shape, strict=True))] += a[index]
    return out


sum_to = linear("sum_to", args="a", params={"shape": ...}, kernel=_sum_to_kernel,
    adjoint=lambda g, a, shape: broadcast_to(g, shape_of(a)), public=False, reference=_summed_by_hand,
    samples=[sample((2, 3), shape=(3,)), sample((4, 2, 3), shape=(2, 1)), sample((2,), shape=()),
             sample((1, 2, 3), shape=(2, 1))],
    doc="The sum over the axes that broadcasting from `shape` would have made: the adjoint of broadcast_to.",
    example=("sum_to([[1.0, 2.0], [3.0, 4.0]], (2,))", "array([4., 6.])"))


def in_shape(x: Any, shape: tuple[int, ...]) -> Any:
    """x broadcast to a shape, x itself where it has that shape."""
    return x if shape_of(x) == shape else broadcast_to(x, shape)


def _broadcast_arrays(args: Sequence[Any]) -> tuple[Any, ...]:
    from autograd.arrays import np

    shape = np.broadcast_shapes(*map(shape_of, args))
    return tuple(in_shape(x, shape) for x in args)


broadcast_arrays = called("broadcast_arrays", _broadcast_arrays, args="*args", call="*args",
    samples=[sample([(2, 1), (3,)]), sample([(2, 3), (2, 3)]), sample([None, None]), sample([(), ()])],
    reference=lambda np, args: np.broadcast_arrays(*args),
    doc="A tuple of the arrays, each broadcast to the shape they have together.",
    example=("broadcast_arrays([1.0, 2.0], 3.0)", "(array([1., 2.]), array([3., 3.]))"),
    notes="NumPy's `subok` is not taken: the results are plain arrays.")

copy_ = linear("copy", args="a", kernel=lambda np, a, order: np.copy(a, order), params={"order": "K"}, method=True,
    adjoint=lambda g, a, order: g,
    samples=[sample((2, 3)), sample((2, 3), order="F"), sample(())],
    doc="The same elements in memory of their own.", example=("copy([1.0, 2.0])", "array([1., 2.])"))


def _meshgrid(xi: Sequence[Any], copy: bool, sparse: bool, indexing: str) -> tuple[Any, ...]:
    if indexing not in ("xy", "ij"):
        raise ArgumentError(f"found indexing={indexing!r}; expected 'xy' or 'ij'.")
    axes = list(range(len(xi)))
    if indexing == "xy":
        axes[:2] = axes[1::-1]
    grids: Sequence[Any] = [
        reshape(x, tuple(-1 if i == axis else 1 for i in range(len(xi)))) for x, axis in zip(xi, axes, strict=True)]
    if not sparse:
        grids = _broadcast_arrays(grids)
    return tuple(map(copy_, grids)) if copy else tuple(grids)


meshgrid = called("meshgrid", _meshgrid, args="*xi", params={"copy": True, "sparse": False, "indexing": "xy"},
    call="*xi copy sparse indexing",
    samples=[sample([(2,), (3,)]), sample([(2,), (3,)], indexing="ij"), sample([(2,), (3,), (4,)], copy=False),
             sample([(2,), (3,), (4,)], sparse=True), sample([(3,)]), sample([None, None])],
    reference=lambda np, xi, **params: np.meshgrid(*xi, **params),
    doc="A tuple of grids: each vector of coordinates spread over the axes of all the others.",
    example=("meshgrid([1.0, 2.0], [3.0])", "(array([[1., 2.]]), array([[3., 3.]]))"),
    notes="'xy' puts the first vector along the second axis, as pictures do; 'ij' keeps the order of the vectors.")

astype = linear("astype", args="a", params={"dtype": ...}, kernel=lambda np, a, dtype: np.asarray(a).astype(dtype),
    adjoint=lambda g, a, dtype: g, method=True,  # the walk gives it the operand's dtype
    samples=[sample((3,), dtype="float64")],
    reference=lambda np, a, dtype: np.array(a, dtype),
    doc="The elements in another floating dtype; the gradient comes back in the old one.",
    example=("astype([1.0, 2.0], 'float32')", "array([1., 2.], dtype=float32)"))

as_number = linear("as_number", args="a", public=False, kernel=lambda np, a: float(np.asarray(a).item()),
    adjoint=lambda g, a: g,
    samples=[sample(())], reference=lambda np, a: np.asarray(a).item(),
    doc="The one element of a 0-d array as a number.", example=("as_number(2.0)", "2.0"))
