"""Sums, products, extrema and moments over axes, with NumPy's `axis` and `keepdims`."""

# fmt: off  (a table: one entry reads as one block)

import math
from math import inf
from typing import Any

from autograd.errors import UnsupportedError
from autograd.ops.arithmetic import abs_, divide
from autograd.ops.builders import composite, kept_shape, linear, reduced_axes, reduction, sample, shape_of
from autograd.ops.exponential import exp
from autograd.ops.predicates import equal
from autograd.ops.selection import where
from autograd.ops.shaping import broadcast_to, concatenate, flip, moveaxis, reshape

__all__: list[str] = []

SAMPLES = [sample((2, 3)), sample((2, 3), axis=0), sample((2, 3, 2), axis=(0, -1), keepdims=True),
           sample((), keepdims=True), sample((4,), axis=-1)]


def _count(x: Any, axes: tuple[int, ...]) -> int:
    return math.prod(shape_of(x)[i] for i in axes)


def _handed_back(g: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """The adjoint of a sum: each element of the result, handed to every element that was added."""
    shape = shape_of(a)
    return broadcast_to(reshape(g, kept_shape(shape, reduced_axes(axis, len(shape)))), shape)


sum_ = linear("sum", args="a", params={"axis": None, "keepdims": False}, adjoint=_handed_back, method=True,
    samples=[*SAMPLES, sample((0, 3), axis=0), sample((0,))],
    doc="The sum over axes.", example=("sum([[1.0, 2.0], [3.0, 4.0]], axis=0)", "array([4., 6.])"))

mean = linear("mean", args="a", params={"axis": None, "keepdims": False}, method=True, samples=SAMPLES,
    adjoint=lambda g, a, axis, keepdims: _handed_back(g, a, axis, keepdims) * divide(
        1.0, float(_count(a, reduced_axes(axis, len(shape_of(a)))))),
    doc="The arithmetic mean over axes.", example=("mean([[1.0, 2.0], [3.0, 4.0]], axis=0)", "array([2., 3.])"))


def _ones(shape: tuple[int, ...], like: Any) -> Any:
    from autograd.arrays import np

    return np.ones(shape, getattr(like, "dtype", float))


def _shifted(x: Any, by: int) -> Any:
    """x moved along its last axis, ones moving in."""
    n = x.shape[-1]
    by = min(by, n)
    return concatenate([_ones((*x.shape[:-1], by), x), x[..., : n - by]], axis=-1)


def _product_before(x: Any) -> Any:
    """The product of all earlier elements along the last axis, in log2(n) steps of products of twice the length."""
    x, by = _shifted(x, 1), 1
    while by < x.shape[-1]:
        x, by = x * _shifted(x, by), 2 * by
    return x


def _product_of_others(z: Any, x: Any, axes: tuple[int, ...]) -> Any:
    # Not z / x, which is 0/0 at a zero, where the product of the others is what it is.
    if not axes or not x.size:
        return _ones(shape_of(x), x)
    last = tuple(range(x.ndim - len(axes), x.ndim))
    moved = moveaxis(x, axes, last)
    flat = reshape(moved, (*moved.shape[: last[0]], -1))
    others = _product_before(flat) * flip(_product_before(flip(flat, -1)), -1)
    return moveaxis(reshape(others, moved.shape), last, axes)


prod = reduction("prod", d=_product_of_others, method=True, samples=[*SAMPLES, sample((5,))],
    doc="The product over axes; exact at zeros, in derivatives of any order.",
    example=("prod([2.0, 3.0])", "np.float64(6.0)"))


def _share_of_extremum(z: Any, x: Any, axes: tuple[int, ...]) -> Any:
    attained = 1.0 * equal(x, z)  # at a tie of k elements the subgradient of least norm gives each 1/k
    return divide(attained, sum_(attained, axes, keepdims=True))


max_ = reduction("max", d=_share_of_extremum, method=True, samples=SAMPLES,
    doc="The greatest element over axes; k tied elements share the derivative, 1/k each.",
    example=("max([[1.0, 2.0], [3.0, 0.0]], axis=1)", "array([2., 3.])"))

min_ = reduction("min", d=_share_of_extremum, method=True, samples=SAMPLES,
    doc="The least element over axes; k tied elements share the derivative, 1/k each.",
    example=("min([[1.0, 2.0], [3.0, 0.0]], axis=1)", "array([1., 0.])"))

var = reduction("var", params={"ddof": 0}, method=True, samples=[*SAMPLES, sample((4,), ddof=1)],
    d=lambda z, x, axes, ddof: (x - mean(x, axes, keepdims=True)) * divide(2.0, float(_count(x, axes) - ddof)),
    doc="The variance over axes; ddof is subtracted from the number of elements.",
    example=("var([1.0, 3.0])", "np.float64(1.0)"))

def _std_kernel(np: Any, a: Any, axis: Any, ddof: int, keepdims: bool) -> Any:
    # Less the first element, so that the deviation of equal ones is exactly 0, even where their mean rounds: at 0 the
    # slope is 0, and near it the rounding error over itself.
    a = np.asarray(a)
    axes = reduced_axes(axis, a.ndim)
    first = a[tuple(slice(0, 1) if i in axes else slice(None) for i in range(a.ndim))]
    return np.std(a - first if a.size else a, axis=axis, ddof=ddof, keepdims=keepdims)


std = reduction("std", params={"ddof": 0}, method=True, kernel=_std_kernel,
    samples=[sample((2, 3)), sample((2, 3), axis=1), sample((4,), ddof=1)],
    d=lambda z, x, axes, ddof: where(
        equal(z, 0.0), 0.0, divide(x - mean(x, axes, keepdims=True), z * float(_count(x, axes) - ddof))),
    doc="The standard deviation over axes; derivative 0 where it is zero.",
    example=("std([1.0, 3.0])", "np.float64(1.0)"))


def _logsumexp_kernel(np: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    a = np.asarray(a)
    if a.dtype.kind != "f":
        a = a.astype(float)
    top = np.max(a, axis=axis, keepdims=True, initial=-inf)  # of no elements, too: log(0) = -inf
    shift = np.where(np.isfinite(top), top, 0.0)  # an infinite maximum would make inf - inf
    with np.errstate(divide="ignore"):  # log(0) of nothing but -inf is the right answer, -inf
        z = np.log(np.sum(np.exp(a - shift), axis=axis, keepdims=True)) + shift
    return z if keepdims else np.squeeze(z, axis=axis)[()]


# Where the result is -inf nothing contributes, and exp(-inf + inf) would be NaN.
logsumexp = reduction("logsumexp", kernel=_logsumexp_kernel, method=True, samples=SAMPLES,
    reference=lambda np, a, axis, keepdims: np.log(np.sum(np.exp(a), axis=axis, keepdims=keepdims)),
    d=lambda z, x, axes: where(equal(z, -inf), 0.0, exp(x - z)),
    doc="log(sum(e**a)) over axes, without overflow.", example=("logsumexp([0.0, -inf])", "np.float64(0.0)"))

l2_norm = reduction("l2_norm", public=False, samples=SAMPLES,
    kernel=lambda np, a, axis, keepdims: np.sqrt(np.sum(np.square(a), axis=axis, keepdims=keepdims)),
    d=lambda z, x, axes: where(equal(z, 0.0), 0.0, divide(x, z)),
    reference=lambda np, a, axis, keepdims: np.hypot.reduce(a, axis=axis, keepdims=keepdims),
    doc="The Euclidean length over axes; derivative 0 at the zero vector.",
    example=("l2_norm([3.0, 4.0])", "np.float64(5.0)"))


def _norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    axes = reduced_axes(axis, getattr(x, "ndim", 0))
    if ord in (1, inf) and _count(x, axes) == 0:  # a largest element is not there, but the norm of nothing is 0
        return sum_(abs_(x), axis, keepdims=keepdims)
    if (ord is None) or (ord == 2 and len(axes) == 1) or (ord == "fro" and len(axes) == 2):
        return l2_norm(x, axis, keepdims=keepdims)
    if len(axes) == 2 and ord in (1, -1, inf, -inf):  # the largest (smallest) column or row sum
        rows, columns = axes
        total = sum_(abs_(x), rows if abs(ord) == 1 else columns, keepdims=True)
        return (max_ if ord > 0 else min_)(total, axes, keepdims=keepdims)
    if len(axes) == 1 and not isinstance(ord, str):
        if ord in (inf, -inf):
            return (max_ if ord > 0 else min_)(abs_(x), axis, keepdims=keepdims)
        if ord == 1:
            return sum_(abs_(x), axis, keepdims=keepdims)
        if ord != 0:
            total = sum_(abs_(x) ** ord, axis, keepdims=keepdims)
            zero = equal(total, 0.0)  # there the root has an infinite slope, and the norm the subgradient 0
            return where(zero, 0.0, where(zero, 1.0, total) ** (1.0 / ord))
    raise UnsupportedError(
        f"norm: found ord={ord!r} over {len(axes)} axes; expected None, a number other than 0 for vectors, "
        "None, 'fro', 1, -1, inf or -inf for matrices."
    )


norm = composite("norm", _norm, params={"ord": None, "axis": None, "keepdims": False}, reference="linalg.norm",
    samples=[sample((4,)), sample((2, 3)), sample((2, 3), axis=1), sample((2, 3), ord=1, axis=1),
             sample((3,), ord=inf), sample((3,), ord=-inf), sample((3,), ord=3), sample((2, 3), ord="fro"),
             sample((2, 3), ord=1), sample((2, 3), ord=inf), sample((2, 3), axis=1, keepdims=True)],
    doc="The norm of vectors or matrices, with NumPy's ord, axis and keepdims.",
    example=("norm([3.0, 4.0])", "np.float64(5.0)"))


def _cumsum_adjoint(g: Any, a: Any, axis: int | None) -> Any:
    if axis is None:
        return reshape(flip(cumsum(flip(g, 0), 0), 0), shape_of(a))
    return flip(cumsum(flip(g, axis), axis), axis)


cumsum = linear("cumsum", args="a", params={"axis": None}, adjoint=_cumsum_adjoint, method=True,
    samples=[sample((4,)), sample((2, 3)), sample((2, 3), axis=0), sample((2, 3), axis=-1)],
    doc="The running sum along an axis, of the flattened array without one.",
    example=("cumsum([1.0, 2.0, 3.0])", "array([1., 3., 6.])"))
