"""Sums, extrema, moments and norms over axes, with NumPy's `axis` and `keepdims`."""

# fmt: off  (a table: one entry reads as one block)

from math import inf
from typing import Any

from autograd import ieee
from autograd.errors import ArgumentError
from autograd.ops.axes import axes_of, count_over, kept_shape, lanes
from autograd.ops.builders import custom, linear, reduction, sample, shape_of
from autograd.ops.elementwise.arithmetic import divide
from autograd.ops.elementwise.exponential import exp
from autograd.ops.elementwise.predicates import equal, isinf
from autograd.ops.elementwise.selection import where
from autograd.ops.manipulation.shaping import broadcast_to, reshape

__all__: list[str] = []

REFUSED = "NumPy's where=, initial=, dtype= and out= are refused: choose elements with `where`, convert with `astype`."
SAMPLES = [sample((2, 3)), sample((2, 3), axis=0), sample((2, 3, 2), axis=(0, -1), keepdims=True),
           sample((), keepdims=True), sample((4,), axis=-1), sample((2, 3), axis=1)]


def _handed_back(g: Any, a: Any, axis: Any, **params: Any) -> Any:
    """The adjoint of a sum: each element of the result, handed to every element that was added."""
    shape = shape_of(a)
    axes = axes_of(axis, len(shape))
    if axes != tuple(range(len(axes))):  # broadcasting adds axes in front itself
        g = reshape(g, kept_shape(shape, axes))
    return broadcast_to(g, shape)


sum_ = linear("sum", args="a", params={"axis": None, "keepdims": False}, adjoint=_handed_back, method=True,
    kernel=lambda np, a, axis, keepdims: np.add.reduce(a, axis=axis, keepdims=keepdims),  # what np.sum calls
    samples=[*SAMPLES, sample((0, 3), axis=0), sample((0,))],
    doc="The sum over axes.", notes=REFUSED, example=("sum([[1.0, 2.0], [3.0, 4.0]], axis=0)", "array([4., 6.])"))


def _mean_kernel(np: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    if getattr(a, "size", 0) == 0 or a.dtype.char not in "df":  # what np.mean computes in another dtype, or warns of
        return np.mean(a, axis=axis, keepdims=keepdims)
    total = np.add.reduce(a, axis=axis, keepdims=keepdims)
    return np.divide(total, float(count_over(a, axis)))


mean = linear("mean", args="a", params={"axis": None, "keepdims": False}, method=True, samples=SAMPLES,
    kernel=_mean_kernel,
    adjoint=lambda g, a, axis, **params: _handed_back(g * ieee.divide(1.0, float(count_over(a, axis))), a, axis),
    doc="The arithmetic mean over axes.", notes=REFUSED,
    example=("mean([[1.0, 2.0], [3.0, 4.0]], axis=0)", "array([2., 3.])"))


def shared_among_attaining(z: Any, x: Any, axes: tuple[int, ...], **params: Any) -> Any:
    """The derivative of an element picked by its size: at a tie of k elements the one of least norm, 1/k each."""
    attained = 1.0 * equal(x, z)
    return divide(attained, sum_(attained, axes, keepdims=True))


max_ = reduction("max", aliases=["amax"], d=shared_among_attaining, method=True, samples=SAMPLES,
    doc="The greatest element over axes; k tied elements share the derivative, 1/k each.", notes=REFUSED,
    example=("max([[1.0, 2.0], [3.0, 0.0]], axis=1)", "array([2., 3.])"))

min_ = reduction("min", aliases=["amin"], d=shared_among_attaining, method=True, samples=SAMPLES,
    doc="The least element over axes; k tied elements share the derivative, 1/k each.", notes=REFUSED,
    example=("min([[1.0, 2.0], [3.0, 0.0]], axis=1)", "array([1., 0.])"))


def _order_statistic_kernel(np: Any, a: Any, axis: Any, k: int, keepdims: bool) -> Any:
    a = np.asarray(a)
    ranked = np.partition(lanes(a, axis), (k, -1))
    z = np.where(np.isnan(ranked[..., -1]), ranked[..., -1], ranked[..., k])  # NaN is partitioned to the end
    return z.reshape(kept_shape(a.shape, axes_of(axis, a.ndim))) if keepdims else z[()]


def _ranked_by_hand(np: Any, a: Any, axis: Any, k: int, keepdims: bool) -> Any:
    axes = tuple(range(a.ndim)) if axis is None else tuple(i % a.ndim for i in np.atleast_1d(axis))
    out = np.zeros(kept_shape(a.shape, axes))
    for index in np.ndindex(out.shape):
        out[index] = sorted(a[tuple(slice(None) if i in axes else n for i, n in enumerate(index))].ravel())[k]
    return out if keepdims else out.reshape([n for i, n in enumerate(a.shape) if i not in axes])


order_statistic = reduction("order_statistic", params={"k": 0}, kernel=_order_statistic_kernel, public=False,
    d=shared_among_attaining, reference=_ranked_by_hand,
    samples=[sample((2, 3), k=1), sample((2, 3), axis=0, k=1), sample((2, 3, 2), axis=(0, -1), k=2, keepdims=True)],
    doc="The k-th smallest element over axes, counted from 0, of which min and max are the first and the last; NaN "
        "where there is any. k tied elements share the derivative, 1/k each.",
    example=("order_statistic([3.0, 1.0, 2.0], k=1)", "np.float64(2.0)"))


def _with_correction(params: dict[str, Any]) -> dict[str, Any]:
    """NumPy's other name of ddof."""
    correction = params.pop("correction")
    if correction is not None and params["ddof"]:
        raise ArgumentError(f"found ddof={params['ddof']!r} and correction={correction!r}; expected one.")
    return params if correction is None else {**params, "ddof": correction}


MOMENT: dict[str, Any] = {
    "params": {"ddof": 0, "correction": None}, "normalize": _with_correction, "method": True,
    "notes": "correction= is another name of ddof. NumPy's mean=, where=, dtype= and out= are refused."}

var = reduction("var", samples=[*SAMPLES, sample((4,), ddof=1), sample((4,), correction=1)], **MOMENT,
    d=lambda z, x, axes, ddof: (x - mean(x, axes, keepdims=True)) * divide(2.0, float(count_over(x, axes) - ddof)),
    doc="The variance over axes; ddof is subtracted from the number of elements.",
    example=("var([1.0, 3.0])", "np.float64(1.0)"))


def _std_kernel(np: Any, a: Any, axis: Any, ddof: int, keepdims: bool) -> Any:
    # Less the first element, so that the deviation of equal ones is exactly 0, even where their mean rounds: at 0 the
    # slope is 0, and near it the rounding error over itself.
    a = np.asarray(a)
    axes = axes_of(axis, a.ndim)
    first = a[tuple(slice(0, 1) if i in axes else slice(None) for i in range(a.ndim))]
    return np.std(a - first, axis=axis, ddof=ddof, keepdims=keepdims)


std = reduction("std", kernel=_std_kernel, **MOMENT,
    samples=[sample((2, 3)), sample((2, 3), axis=1), sample((4,), ddof=1), sample((4,), correction=1),
             sample(None, keepdims=True)],
    d=lambda z, x, axes, ddof: where(
        equal(z, 0.0), 0.0, divide(x - mean(x, axes, keepdims=True), z * float(count_over(x, axes) - ddof))),
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


# exp(x - z) is NaN where both are the same infinity: at -inf nothing contributes, at inf the infinite ones share.
logsumexp = reduction("logsumexp", kernel=_logsumexp_kernel, method=True, samples=[*SAMPLES, sample((1, 3), axis=1)],
    reference=lambda np, a, axis, keepdims: np.log(np.sum(np.exp(a), axis=axis, keepdims=keepdims)),
    d=lambda z, x, axes: where(
        equal(z, -inf), 0.0, where(equal(z, inf), shared_among_attaining(z, x, axes), exp(x - z))),
    doc="log(sum(e**a)) over axes, without overflow.", example=("logsumexp([0.0, -inf])", "np.float64(0.0)"))


def _infinite_shares_kernel(np: Any, a: Any, axes: tuple[int, ...], ord: float) -> Any:
    a = np.asarray(a)
    z = np.zeros(a.shape, np.result_type(a, np.float16))
    infinite = np.isinf(a)
    if infinite.any():
        count = np.maximum(infinite.sum(axes, keepdims=True), 1)
        z = np.where(infinite, np.sign(a) * count ** (-1.0 / ord), 0.0).astype(z.dtype)
    return z


def _infinite_shares_by_hand(np: Any, a: Any, axes: tuple[int, ...], ord: float) -> Any:
    ends = np.where(np.isinf(a), np.sign(a), 0.0)
    return ends / np.maximum(np.sum(np.abs(ends), axis=axes, keepdims=True), 1.0) ** (1.0 / ord)


infinite_shares = custom("infinite_shares", args="a", params={"axes": ..., "ord": ...}, public=False,
    reason="It is constant, and one operation, which asks no more of finite elements than whether they are: the "
           "formula in other entries made the gradient of every norm take five times as long.",
    kernel=_infinite_shares_kernel, reference=_infinite_shares_by_hand,
    vjp=lambda g, z, a, axes, ord: (None,), jvp=lambda ts, z, a, axes, ord: None,
    samples=[sample((2, 3), axes=(1,), ord=2.0), sample((4,), axes=(0,), ord=-1.0), sample((), axes=(), ord=0.5)],
    prepare=lambda np, a: (np.where(a > 0.0, a * inf, a),),
    doc="Elements over their norm, as if the infinite ones were equal and the others nothing beside them.",
    example=("infinite_shares([-inf, 7.0, inf, inf, inf], (0,), 2.0)", "array([-0.5,  0. ,  0.5,  0.5,  0.5])"))


def over_norm(z: Any, x: Any, axes: tuple[int, ...], ord: float) -> Any:
    """x / z, for the norm z of x, also where elements are infinite."""
    return where(isinf(z), infinite_shares(x, axes, ord), divide(x, z))


l2_norm = reduction("l2_norm", public=False, samples=SAMPLES,
    kernel=lambda np, a, axis, keepdims: np.sqrt(np.sum(np.square(a), axis=axis, keepdims=keepdims)),
    d=lambda z, x, axes: where(equal(z, 0.0), 0.0, over_norm(z, x, axes, 2.0)),
    reference=lambda np, a, axis, keepdims: np.hypot.reduce(a, axis=axis, keepdims=keepdims),
    doc="The Euclidean length over axes; derivative 0 at the zero vector.",
    example=("l2_norm([3.0, 4.0])", "np.float64(5.0)"))
