"""Inner, Kronecker and cross products, and the table of powers."""

# fmt: off  (a table: one entry reads as one block)

from itertools import chain
from typing import Any

from autograd.errors import ArgumentError, ShapeError
from autograd.ops.builders import composite, linear, sample, shape_of
from autograd.ops.linalg.products import matmul, tensordot
from autograd.ops.manipulation.shaping import expand_dims, moveaxis, ravel, reshape, transpose

__all__: list[str] = []


def _inner(a: Any, b: Any) -> Any:
    ndim = len(shape_of(b))
    if not shape_of(a) or not ndim:
        return a * b
    return matmul(a, transpose(b) if ndim == 2 else b) if ndim <= 2 else tensordot(a, b, (-1, -1))


inner = composite("inner", _inner, args="a b",
    samples=[sample((3,), (3,)), sample((2, 3), (3,)), sample((3,), (2, 3)), sample((4, 2, 3), (5, 3)),
             sample((2, 2, 3), (4, 2, 3)), sample(None, (2, 2)), sample((), None)],
    doc="The sum product over the last axes of both.", example=("inner([1.0, 2.0], [3.0, 4.0])", "np.float64(11.0)"))

vdot = composite("vdot", lambda a, b: matmul(ravel(a), ravel(b)), args="a b",
    samples=[sample((3,), (3,)), sample((2, 3), (3, 2)), sample((), (1,))],
    doc="The sum product of all elements, in their order.",
    example=("vdot([[1.0], [2.0]], [3.0, 4.0])", "np.float64(11.0)"))


def _kron(a: Any, b: Any) -> Any:
    if not shape_of(a) or not shape_of(b):
        return a * b
    ndim = max(len(shape_of(a)), len(shape_of(b)))
    outer, within = ((1,) * (ndim - len(shape_of(x))) + shape_of(x) for x in (a, b))
    blocks = (reshape(a, tuple(chain.from_iterable((n, 1) for n in outer)))
              * reshape(b, tuple(chain.from_iterable((1, n) for n in within))))
    return reshape(blocks, tuple(m * n for m, n in zip(outer, within, strict=True)))


kron = composite("kron", _kron, args="a b",
    samples=[sample((2,), (3,)), sample((2, 3), (3, 2)), sample((2, 2), (3,)), sample((3,), (2, 1, 2)),
             sample(None, (2, 2)), sample((2, 2), None), sample((), ())],
    doc="The Kronecker product: b times each element of a, as blocks where those elements were.",
    example=("kron([1.0, 2.0], [1.0, 1.0])", "array([1., 1., 2., 2.])"))


# A primitive: it is its own adjoint, and one node takes a quarter of the time of seven that shift and multiply.
vector_product = linear("vector_product", args="a b", kernel="cross", public=False,
    reference=lambda np, a, b: np.cross(a, b),
    adjoint=(lambda g, a, b: vector_product(b, g), lambda g, a, b: vector_product(g, a)),
    samples=[sample((3,), (3,)), sample((2, 3), (3,)), sample((2, 1, 3), (4, 3))],
    doc="The vector product over the last axes, which have length 3: what cross records.",
    example=("vector_product([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])", "array([0., 0., 1.])"))


def _cross(a: Any, b: Any, axisa: int, axisb: int, axisc: int, axis: int | None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = (x if place == -1 else moveaxis(x, place, -1) for x, place in ((a, axisa), (b, axisb)))
    lengths = [shape_of(x)[-1] for x in (a, b)]
    if lengths != [3, 3]:
        raise ShapeError(f"found vectors of {lengths[0]} and {lengths[1]} elements; expected 3 and 3.")
    z = vector_product(a, b)
    return z if axisc == -1 else moveaxis(z, -1, axisc)


cross = composite("cross", _cross, args="a b", params={"axisa": -1, "axisb": -1, "axisc": -1, "axis": None},
    samples=[sample((3,), (3,)), sample((2, 3), (3,)), sample((2, 4, 3), (2, 4, 3), axisc=0),
             sample((3, 2, 4), (3,), axisa=0), sample((3, 2), (3, 2), axis=-2), sample((2, 1, 3), (4, 3)),
             sample((2, 3, 4), (2, 3, 4), axis=1)],
    aliases=["linalg.cross"],
    doc="The vector product of vectors of three elements.",
    example=("cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])", "array([0., 0., 1.])"),
    notes="Vectors of two elements, which NumPy gives up as well, are an error: a[..., 0] * b[..., 1] - a[..., 1] * "
          "b[..., 0] is their product.")


def _vander(x: Any, N: int | None, increasing: bool) -> Any:  # noqa: N803  (NumPy's name)
    from autograd.arrays import np

    if len(shape_of(x)) != 1:
        raise ShapeError(f"found an array of shape {shape_of(x)}; expected a vector.")
    if N is not None and N < 0:
        raise ArgumentError(f"found N={N}; expected how many columns there are to be.")
    exponents = np.arange(shape_of(x)[0] if N is None else N, dtype=x.dtype)
    return expand_dims(x, 1) ** (exponents if increasing else exponents[::-1])


vander = composite("vander", _vander, args="x", params={"N": None, "increasing": False},
    samples=[sample((3,)), sample((2,), N=4), sample((3,), N=2, increasing=True), sample((2,), N=1), sample((2,), N=0)],
    doc="The powers of a vector's elements, one in each row: all from N - 1 down to 0, or upwards.",
    example=("vander([2.0, 3.0])", "array([[2., 1.],\n       [3., 1.]])"),
    notes="Single precision stays single, which NumPy's own makes double.")
