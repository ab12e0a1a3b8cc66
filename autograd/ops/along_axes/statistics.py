"""Statistics: reductions that leave NaN out, weighted means, ranges, covariances."""

# fmt: off  (a table: one entry reads as one block)

import math
from typing import Any

from autograd.errors import ArgumentError, ShapeError
from autograd.ops.along_axes.accumulations import cumprod, cumsum, prod
from autograd.ops.along_axes.reductions import REFUSED, l2_norm, max_, mean, min_, shared_among_attaining, std, sum_
from autograd.ops.axes import axes_of, count_over
from autograd.ops.builders import composite, reduction, sample, shape_of
from autograd.ops.elementwise.arithmetic import divide, sqrt
from autograd.ops.elementwise.predicates import greater, isnan, logical_not
from autograd.ops.elementwise.selection import stop_gradient, where
from autograd.ops.manipulation.shaping import astype, broadcast_to, reshape, squeeze, transpose
from autograd.ops.manipulation.stacking import concatenate

__all__: list[str] = []

OVER_AXES: dict[str, Any] = {"axis": None, "keepdims": False}
CALLS = [sample((2, 3)), sample((2, 3), axis=0), sample((2, 3, 2), axis=(0, -1), keepdims=True)]
SKIPPED = "The derivative by a NaN is exactly 0, in any order, whatever comes from above. " + REFUSED

# ---- without NaN ----


def _with_nan(np: Any, a: Any) -> tuple[Any]:
    a = np.array(a)
    a.ravel()[:1] = np.nan
    return (a,)


def _for_nan(a: Any, fill: float) -> Any:
    """a with a number for each NaN: `where` lets no gradient through there."""
    return where(isnan(a), fill, a)


nansum = composite("nansum", lambda a, axis, keepdims: sum_(_for_nan(a, 0.0), axis, keepdims=keepdims), args="a",
    params=OVER_AXES, samples=CALLS, prepare=_with_nan,
    doc="The sum over axes of what is not NaN.", notes=SKIPPED,
    example=("nansum([1.0, float('nan'), 2.0])", "np.float64(3.0)"))

nanprod = composite("nanprod", lambda a, axis, keepdims: prod(_for_nan(a, 1.0), axis, keepdims=keepdims), args="a",
    params=OVER_AXES, samples=CALLS, prepare=_with_nan,
    doc="The product over axes of what is not NaN.", notes=SKIPPED,
    example=("nanprod([2.0, float('nan'), 3.0])", "np.float64(6.0)"))

nancumsum = composite("nancumsum", lambda a, axis: cumsum(_for_nan(a, 0.0), axis), args="a", params={"axis": None},
    samples=[sample((4,)), sample((2, 3), axis=0)], prepare=_with_nan,
    doc="The running sum of what is not NaN.", notes=SKIPPED,
    example=("nancumsum([1.0, float('nan'), 2.0])", "array([1., 1., 3.])"))

nancumprod = composite("nancumprod", lambda a, axis: cumprod(_for_nan(a, 1.0), axis), args="a", params={"axis": None},
    samples=[sample((4,)), sample((2, 3), axis=0)], prepare=_with_nan,
    doc="The running product of what is not NaN.", notes=SKIPPED,
    example=("nancumprod([2.0, float('nan'), 3.0])", "array([2., 2., 6.])"))


def _present(a: Any, axis: Any, keepdims: bool) -> Any:
    """How many elements over axes are not NaN, in a's dtype."""
    return astype(sum_(logical_not(isnan(a)), axis, keepdims=keepdims), getattr(a, "dtype", float))


def _nanmean(a: Any, axis: Any, keepdims: bool) -> Any:
    return divide(nansum(a, axis, keepdims), _present(a, axis, keepdims))


nanmean = composite("nanmean", _nanmean, args="a", params=OVER_AXES, samples=CALLS, prepare=_with_nan,
    doc="The mean over axes of what is not NaN; NaN where all is.", notes=SKIPPED,
    example=("nanmean([1.0, float('nan'), 2.0])", "np.float64(1.5)"))


def _deviations(a: Any, axis: Any) -> Any:
    """a less its mean, 0 for NaN.

    First less the least element: equal ones then deviate by exactly 0, even where their mean rounds.
    """
    missing, present = isnan(a), _present(a, axis, keepdims=True)
    if math.prod(shape_of(a)):
        least = stop_gradient(nanmin(a, axis, keepdims=True))
        a = where(missing, least, a) - least
    return where(missing, 0.0, a - divide(sum_(a, axis, keepdims=True), present))


def _freedom(a: Any, axis: Any, ddof: Any, keepdims: bool) -> Any:
    """How many elements are not NaN, less ddof; NaN where nothing is left, as in NumPy."""
    left = _present(a, axis, keepdims) - ddof
    return where(greater(left, 0.0), left, math.nan)


def _nanvar(a: Any, axis: Any, ddof: Any, keepdims: bool) -> Any:
    deviations = _deviations(a, axis)
    return divide(sum_(deviations * deviations, axis, keepdims=keepdims), _freedom(a, axis, ddof, keepdims))


def _nanstd(a: Any, axis: Any, ddof: Any, keepdims: bool) -> Any:
    return divide(l2_norm(_deviations(a, axis), axis, keepdims=keepdims), sqrt(_freedom(a, axis, ddof, keepdims)))


nanvar = composite("nanvar", _nanvar, args="a", params={"axis": None, "ddof": 0, "keepdims": False},
    samples=[*CALLS, sample((4,), ddof=1)], prepare=_with_nan,
    doc="The variance over axes of what is not NaN; NaN where no more than ddof elements are left.",
    notes=SKIPPED + " So are mean= and correction=.",
    example=("nanvar([1.0, float('nan'), 3.0])", "np.float64(1.0)"))

nanstd = composite("nanstd", _nanstd, args="a", params={"axis": None, "ddof": 0, "keepdims": False},
    samples=[*CALLS, sample((4,), ddof=1)], prepare=_with_nan,
    doc="The standard deviation over axes of what is not NaN; derivative 0 where it is zero.",
    notes=SKIPPED + " So are mean= and correction=.",
    example=("nanstd([1.0, float('nan'), 3.0])", "np.float64(1.0)"))

nan_extreme = reduction("nan_extreme", params={"name": "nanmax"}, public=False,
    kernel=lambda np, a, name, **over: getattr(np, name)(a, **over),
    d=lambda z, x, axes, name: shared_among_attaining(z, x, axes),
    reference=lambda np, a, name, axis, keepdims: {"nanmax": np.fmax, "nanmin": np.fmin}[name].reduce(
        a, axis=axis, keepdims=keepdims),
    samples=[sample((2, 3), name="nanmax"), sample((2, 3), axis=0, name="nanmin", keepdims=True)], prepare=_with_nan,
    doc="The greatest ('nanmax') or least element ('nanmin') over axes that is not NaN; tied ones share.",
    example=("nan_extreme([1.0, float('nan'), 2.0])", "np.float64(2.0)"))


def _nan_extreme(name: str) -> Any:
    """Each NaN is replaced by a constant one, to which no gradient flows."""
    return lambda a, **over: nan_extreme(_for_nan(a, math.nan), name=name, **over)


nanmax = composite("nanmax", _nan_extreme("nanmax"), args="a", params=OVER_AXES, samples=CALLS, prepare=_with_nan,
    doc="The greatest element over axes that is not NaN; k tied elements share the derivative, 1/k each.",
    notes="NaN where there is nothing else. " + SKIPPED,
    example=("nanmax([1.0, float('nan'), 2.0])", "np.float64(2.0)"))

nanmin = composite("nanmin", _nan_extreme("nanmin"), args="a", params=OVER_AXES, samples=CALLS, prepare=_with_nan,
    doc="The least element over axes that is not NaN; k tied elements share the derivative, 1/k each.",
    notes="NaN where there is nothing else. " + SKIPPED,
    example=("nanmin([1.0, float('nan'), 2.0])", "np.float64(1.0)"))


def _middle_by_hand(np: Any, a: Any, axis: int | None, method: str, keepdims: bool) -> Any:
    a = a.reshape(-1) if axis is None else a  # axis=0 in all samples
    ranked = np.sort(np.concatenate([a, np.full((1, *a.shape[1:]), np.nan)]), axis=0)  # NaN comes last
    present = np.sum(~np.isnan(a), axis=0, keepdims=True)
    z = np.take_along_axis(ranked, present // 2 if method == "higher" else (present - 1) // 2, axis=0)
    return z if keepdims else z[0]


nan_middle = reduction("nan_middle", params={"method": "lower"}, public=False,
    kernel=lambda np, a, axis, method, keepdims: np.nanquantile(a, 0.5, axis=axis, method=method, keepdims=keepdims),
    d=lambda z, x, axes, method: shared_among_attaining(z, x, axes),
    reference=_middle_by_hand, prepare=_with_nan,
    samples=[sample((4,)), sample((5, 3), axis=0, method="higher", keepdims=True), sample((4,), method="higher")],
    doc="The middle of the order over axes of what is not NaN; of two in the middle the 'lower' or the 'higher' one.",
    example=("nan_middle([3.0, float('nan'), 1.0])", "np.float64(1.0)"))


def _nanmedian(a: Any, axis: Any, keepdims: bool) -> Any:
    a = _for_nan(a, math.nan)  # as in nanmax
    return (nan_middle(a, axis, keepdims=keepdims) + nan_middle(a, axis, "higher", keepdims)) * 0.5


nanmedian = composite("nanmedian", _nanmedian, args="a", params=OVER_AXES,
    samples=[sample((5,)), sample((4, 3), axis=0), sample((3, 2), axis=1, keepdims=True)], prepare=_with_nan,
    doc="The middle of the order over axes of what is not NaN, the mean of two in the middle; NaN where all is.",
    notes="At a tie the k elements equal to a middle one share its derivative, 1/k each; that by a NaN is 0.",
    example=("nanmedian([3.0, float('nan'), 1.0, 2.0])", "np.float64(2.0)"))

# ---- range, weighted mean, covariance ----

ptp = composite("ptp", lambda a, axis, keepdims: max_(a, axis, keepdims=keepdims) - min_(a, axis, keepdims=keepdims),
    args="a", params=OVER_AXES, samples=CALLS,
    doc="The range over axes, from the least to the greatest element (peak to peak).",
    notes="Tied extremes share the derivative as in max and min, so that it is 0 where all elements are equal.",
    example=("ptp([1.0, 5.0, 2.0])", "np.float64(4.0)"))


def _broadcastable(weights: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """Weights given for some axes only, in a shape that broadcasts against the whole."""
    if shape_of(weights) == shape:
        return weights
    axes = axes_of(axis, len(shape))
    if shape_of(weights) != tuple(shape[i] for i in axes):
        raise ShapeError(
            f"found weights of shape {shape_of(weights)} for an array of shape {shape} and axis={axis}; "
            "expected the array's shape, or that of its axes in axis=.")
    in_order = transpose(weights, sorted(range(len(axes)), key=axes.__getitem__))
    return reshape(in_order, tuple(n if i in axes else 1 for i, n in enumerate(shape)))


def _weighted_average(a: Any, weights: Any, axis: Any, returned: bool, keepdims: bool) -> Any:
    from autograd.arrays import np

    weights = _broadcastable(weights, shape_of(a), axis)
    total = sum_(broadcast_to(weights, shape_of(a)), axis, keepdims=keepdims)
    if np.any(total == 0.0):
        raise ArgumentError("found weights that sum to zero; expected a sum to divide by.")
    z = divide(sum_(a * weights, axis, keepdims=keepdims), total)
    return (z, total) if returned else z


def _averaged(np: Any, a: Any, weights: Any, **params: Any) -> Any:
    try:
        return np.average(a, weights=weights, **params)
    except ZeroDivisionError as error:
        raise ValueError from error


weighted_average = composite("weighted_average", _weighted_average, args="a weights", public=False, reference=_averaged,
    params={"axis": None, "returned": False, "keepdims": False},
    samples=[sample((2, 3), (2, 3)), sample((2, 3), (3,), axis=1, returned=True), sample((2, 3), (2, 3), axis=0),
             sample((2, 3, 4), (4, 2), axis=(-1, 0), keepdims=True)],
    prepare=lambda np, a, weights: (a, np.abs(weights) + 0.1),
    doc="The mean over axes, each element as often as its weight says.",
    example=("weighted_average([1.0, 4.0], [2.0, 1.0])", "np.float64(2.0)"))


def _average(a: Any, axis: Any, weights: Any, returned: bool, keepdims: bool) -> Any:
    if weights is not None:
        return weighted_average(a, weights, axis, returned, keepdims)
    z = mean(a, axis, keepdims=keepdims)
    if not returned:
        return z
    from autograd.arrays import np

    return z, np.full(shape_of(z), count_over(a, axis), dtype=getattr(z, "dtype", float))[()]


average = composite("average", _average, args="a",
    params={"axis": None, "weights": None, "returned": False, "keepdims": False},
    samples=[sample((2, 3)), sample((4,), axis=0), sample((2, 3), axis=(0, 1), keepdims=True)],
    doc="The mean over axes, weighted if weights are given, in the array's shape or that of the axes in axis=.",
    notes="Differentiable in the weights, too. With returned=True a pair: the mean, and the sum of the weights. Where "
        "they sum to zero it is an ArgumentError.",
    example=("average([1.0, 4.0], weights=[2.0, 1.0])", "np.float64(2.0)"))


def _variables(m: Any, y: Any, rowvar: bool) -> Any:
    """The observations of each variable as a row, less their mean."""
    rows = []
    for x in (m,) if y is None else (m, y):
        if len(shape_of(x)) > 2:
            raise ShapeError(f"found an array of shape {shape_of(x)}; expected one or two axes.")
        if len(shape_of(x)) < 2:
            x = reshape(x, (1, -1))
        elif not rowvar and (x is m or x.shape[0] != 1):
            x = transpose(x)
        rows.append(x)
    x = concatenate(rows) if len(rows) > 1 else rows[0]
    return x - mean(x, 1, keepdims=True)


def _cov(m: Any, y: Any, rowvar: bool, bias: bool, ddof: int | None) -> Any:
    x = _variables(m, y, rowvar)
    lost = ddof if ddof is not None else 1 - bool(bias)
    return squeeze(divide(x @ transpose(x), float(max(x.shape[1] - lost, 0))))


VARIABLES: dict[str, Any] = {"optional": {"y": None}, "samples": [
    sample((4,)), sample((2, 4)), sample((4, 2), rowvar=False), sample((4,), (4,)),
    sample((4, 2), (4, 2), rowvar=False)]}

cov = composite("cov", _cov, args="m y", params={"rowvar": True, "bias": False, "ddof": None},
    optional=VARIABLES["optional"], samples=[*VARIABLES["samples"], sample((2, 4), bias=True), sample((2, 4), ddof=2),
             sample((1, 3), rowvar=False, bias=True)],
    doc="The covariances of variables, each a row of m and of y (a column with rowvar=False).",
    notes="Single precision stays single, which NumPy's own makes double. fweights=, aweights= and dtype= are refused.",
    example=("cov([[1.0, 3.0], [3.0, 1.0]])", "array([[ 2., -2.],\n       [-2.,  2.]])"))


def _corrcoef(x: Any, y: Any, rowvar: bool) -> Any:
    x = _variables(x, y, rowvar)
    x = divide(x, std(x, 1, keepdims=True))
    return squeeze(divide(x @ transpose(x), float(x.shape[1])))


corrcoef = composite("corrcoef", _corrcoef, args="x y", params={"rowvar": True}, **VARIABLES,
    doc="The coefficients of correlation of variables, each a row of x and of y (a column with rowvar=False).",
    notes="NaN for a variable that does not vary. Not clipped to [-1, 1], which would cut gradients at its ends: a "
        "coefficient may be beyond by a rounding error. Single precision stays single, which NumPy's own makes double. "
        "dtype= is refused.",
    example=("corrcoef([[1.0, 3.0], [3.0, 1.0]]).round()", "array([[ 1., -1.],\n       [-1.,  1.]])"))
