"""Norms of vectors and matrices, condition numbers and ranks."""

# fmt: off  (a table: one entry reads as one block)

from math import inf
from typing import Any

from autograd.errors import ShapeError, UnsupportedError
from autograd.ops.along_axes.reductions import l2_norm, max_, min_, over_norm, sum_
from autograd.ops.axes import axes_of, kept_shape
from autograd.ops.builders import composite, query, reduction, sample, shape_of
from autograd.ops.elementwise.arithmetic import abs_, divide, sign
from autograd.ops.elementwise.predicates import equal, logical_or, not_equal
from autograd.ops.elementwise.selection import where
from autograd.ops.linalg.decompositions import svdvals
from autograd.ops.linalg.linear_systems import inv
from autograd.ops.linalg.matrices import SQUARES, lapack, well_conditioned
from autograd.ops.manipulation.shaping import astype, moveaxis, reshape

__all__: list[str] = []


# Written in the quotient |x| / z, so that nothing overflows. An element of 0 is a kink, for orders below 1 a cusp, and
# makes the norm of a negative order 0 whatever the others are.
p_norm = reduction("p_norm", params={"ord": 2.0}, public=False,
    kernel=lambda np, a, axis, ord, keepdims: np.sum(np.abs(a) ** ord, axis=axis, keepdims=keepdims) ** (1.0 / ord),
    d=lambda z, x, axes, ord: where(
        logical_or(equal(x, 0.0), equal(z, 0.0)), 0.0, sign(x) * abs_(over_norm(z, x, axes, ord)) ** (ord - 1.0)),
    samples=[sample((4,), ord=3), sample((2, 3), axis=1, ord=-1.5), sample((2, 3), axis=0, ord=0.5, keepdims=True)],
    reference=lambda np, a, axis, ord, keepdims: np.linalg.norm(a, ord, axis, keepdims),
    doc="sum(|a|**ord) ** (1 / ord) over axes.", example=("p_norm([3.0, 4.0], ord=2)", "np.float64(5.0)"))


MATRIX_ORDERS = (None, "fro", "f", "nuc", 1, -1, 2, -2, inf, -inf)


def _vector_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    if ord is None or ord == 2:
        return l2_norm(x, axis, keepdims=keepdims)
    if ord == 0:
        return sum_(astype(not_equal(x, 0.0), getattr(x, "dtype", float)), axis, keepdims=keepdims)
    if ord == 1 or (ord == inf and 0 in shape_of(x)):  # the norm of nothing is 0, though it has no largest element
        return sum_(abs_(x), axis, keepdims=keepdims)
    if ord in (inf, -inf):
        return (max_ if ord == inf else min_)(abs_(x), axis, keepdims=keepdims)
    return p_norm(x, axis, float(ord), keepdims)


def _matrix_norm(x: Any, ord: Any, axes: Any, keepdims: bool) -> Any:
    if ord in (None, "fro", "f"):
        return l2_norm(x, axes, keepdims=keepdims)
    by_columns, by_singular_values = ord in (1, -1), ord in (2, -2, "nuc")
    if by_singular_values:
        parts = svdvals(moveaxis(x, axes, (-2, -1)))
    else:
        parts = sum_(abs_(x), axes[0] if by_columns else axes[1], keepdims=True)
    combine = min_ if ord in (-1, -2, -inf) else sum_ if ord == "nuc" or 0 in shape_of(parts) else max_
    z = combine(parts, -1 if by_singular_values else axes)
    return reshape(z, kept_shape(shape_of(x), axes_of(axes, len(shape_of(x))))) if keepdims else z


def _norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    axes = axes_of(axis, len(shape_of(x)))
    if axis is None and ord is None:  # of however many axes
        return l2_norm(x, keepdims=keepdims)
    if len(axes) == 1 and not isinstance(ord, str):
        return _vector_norm(x, ord, axis, keepdims)
    if len(axes) == 2 and ord in MATRIX_ORDERS:
        return _matrix_norm(x, ord, (0, 1) if axis is None else axis, keepdims)
    raise UnsupportedError(
        f"found ord={ord!r} over axes {axes}; expected a number or None for one axis, and for two axes "
        "None, 'fro', 'nuc', 1, -1, 2, -2, inf or -inf.")


KINKS = ("At a kink the derivative is the subgradient of least norm: 0 for zeros alone and for an element of zero, "
         "equal shares at ties of the largest, and nothing from singular values that are zero.")
ROUNDED = " Singular values are zero, or equal, up to rounding."

norm = composite("norm", _norm, params={"ord": None, "axis": None, "keepdims": False}, reference="linalg.norm",
    samples=[sample((4,)), sample((2, 3)), sample((2, 2, 2), keepdims=True), sample((2, 3), axis=1),
             sample((2, 3), axis=1, keepdims=True), *(sample((3,), ord=ord) for ord in (1, 3, 0.5, -1, 0, inf, -inf)),
             *(sample((2, 3), ord=ord, axis=1, keepdims=True) for ord in (-2.5, 0, 1, -inf)),
             *(sample((2, 3), ord=ord) for ord in ("fro", "f", "nuc", 1, -1, 2, -2, inf, -inf)),
             sample((2, 3, 2), ord="fro", axis=(0, 1), keepdims=True),
             sample((2, 3, 2), ord="nuc", axis=(2, 0), keepdims=True), sample((2, 2, 3), ord=1, axis=(-1, 0))],
    doc="The norm of vectors or matrices, with NumPy's ord, axis and keepdims.",
    notes=KINKS + ROUNDED + " The order 0 counts, with derivative 0.",
    example=("norm([3.0, 4.0])", "np.float64(5.0)"))

vector_norm = composite("vector_norm", lambda x, axis, keepdims, ord: _vector_norm(x, ord, axis, keepdims),
    params={"axis": None, "keepdims": False, "ord": 2}, reference="linalg.vector_norm",
    samples=[sample((3,)), sample((2, 3), axis=0, ord=3), sample((2, 3), ord=1),
             sample((2, 3), keepdims=True, ord=inf)],
    doc="The norm of vectors along axes, of all elements without one.", notes=KINKS,
    example=("vector_norm([[3.0, 0.0], [0.0, 4.0]])", "np.float64(5.0)"))

matrix_norm = composite("matrix_norm", lambda x, keepdims, ord: _norm(x, ord, (-2, -1), keepdims),
    params={"keepdims": False, "ord": "fro"}, reference="linalg.matrix_norm",
    samples=[sample((2, 3)), sample((2, 2, 3), ord="nuc"), sample((2, 3), ord=2, keepdims=True)],
    doc="The norm of each matrix of a stack.", notes=KINKS + ROUNDED,
    example=("matrix_norm([[3.0, 0.0], [0.0, 4.0]])", "np.float64(5.0)"))


def _cond(x: Any, p: Any) -> Any:
    if 0 in shape_of(x)[-2:]:
        raise ShapeError(f"found shape {shape_of(x)}; expected matrices with elements.")
    if p in (None, 2, -2):
        s = svdvals(x)
        largest, smallest = s[..., 0], s[..., -1]
        above, below = (smallest, largest) if p == -2 else (largest, smallest)
        return divide(where(equal(largest, 0.0), 1.0, above), below)  # inf for zeros alone, as NumPy says
    return matrix_norm(x, ord=p) * matrix_norm(inv(x), ord=p)


cond = composite("cond", _cond, params={"p": None}, reference="linalg.cond", prepare=well_conditioned,
    samples=[sample((3, 3)), sample((3, 2)), sample((4, 2, 2), p=-2), sample((3, 3), p=1), sample((3, 3), p="fro"),
             sample((2, 3), p=2), sample((2, 3), p=-2)],
    doc="The condition number of each matrix of a stack in a norm, that of singular values without one.",
    notes="Of a singular matrix inf for p = None and 2, and for zeros alone with p = -2, too; an error in the other "
          "norms, which take the inverse.",
    example=("cond([[3.0, 0.0], [0.0, 4.0]])", "np.float64(1.3333333333333333)"))

matrix_rank = query("matrix_rank", args="A", params={"tol": None, "hermitian": False, "rtol": None},
    reference="linalg.matrix_rank", kernel=lambda np, a, **params: lapack(
        np, "matrix_rank", a, **params, remedy="expected finite elements"),
    samples=[*SQUARES, sample((3, 2)), sample((3, 3), tol=1.0), sample((3,))],
    doc="The rank of each matrix of a stack: how many singular values are greater than a tolerance.",
    example=("matrix_rank([[3.0, 0.0], [0.0, 0.0]])", "np.int64(1)"))
