"""Counterparts of reductions, running sums and products, order, statistics, and questions."""

from __future__ import annotations

from functools import reduce
from math import inf
from typing import Any

import numpy as np

from counterparts.axes import axes_of, flat
from counterparts.row import Counterpart, Row

__all__ = ["ROWS"]


def _prod(torch: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    axes = sorted((n % max(a.ndim, 1) for n in axes_of(a, axis)), reverse=True)
    return reduce(lambda b, n: torch.prod(b, n, keepdim=keepdims), axes, a)


def _accumulated(name: str, initial: float) -> Any:
    def accumulated(torch: Any, x: Any, axis: int | None, include_initial: bool) -> Any:
        x, axis = flat(x, axis)
        z = getattr(torch, name)(x, axis)
        first = torch.full_like(z.narrow(axis, 0, 1), initial)
        return torch.cat([first, z], axis) if include_initial else z

    return accumulated


def _extreme(f: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    return f(a, axes_of(a, axis), keepdim=keepdims)


def _filled(torch: Any, a: Any, fill: float) -> Any:
    return torch.where(torch.isnan(a), fill, a)


# ---- moments ---------------------------------------------------------------------------------------------------------


def _freedom(ddof: int, correction: int | None) -> int:
    return ddof if correction is None else correction


def _nanvar(torch: Any, a: Any, axis: Any, ddof: int, keepdims: bool) -> Any:
    present = (~torch.isnan(a)).sum(axis, keepdim=keepdims)
    deviations = _filled(torch, a - torch.nanmean(a, axis, keepdim=True), 0.0)
    return torch.sum(deviations**2, axis, keepdim=keepdims) / (present - ddof)


def _nanstd(torch: Any, a: Any, axis: Any, ddof: int, keepdims: bool) -> Any:
    variance = _nanvar(torch, a, axis, ddof, keepdims)
    varies = variance > 0.0  # of one element there is a deviation of 0, a kink, with slope 0
    return torch.where(varies, torch.sqrt(torch.where(varies, variance, 1.0)), variance)


def _weighted(torch: Any, a: Any, weights: Any, axis: Any, returned: bool, keepdims: bool) -> Any:
    if weights.ndim < a.ndim:
        axes = [n % a.ndim for n in axes_of(a, axis)]
        weights = weights.permute(sorted(range(len(axes)), key=axes.__getitem__))
        weights = weights.reshape([a.shape[n] if n in axes else 1 for n in range(a.ndim)])
    total = torch.sum(weights.broadcast_to(a.shape), axis, keepdim=keepdims)
    z = torch.sum(a * weights, axis, keepdim=keepdims) / total
    return (z, total) if returned else z


def _variables(torch: Any, x: Any, y: Any, rowvar: bool) -> Any:
    """The observations, a row for each variable."""
    rows = [torch.atleast_2d(m) if rowvar or m.ndim == 1 else m.T for m in (x, y) if m is not None]
    return torch.cat(rows)


def _cov(torch: Any, m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None) -> Any:
    return torch.cov(_variables(torch, m, y, rowvar), correction=1 - bias if ddof is None else ddof).squeeze()


# ---- order -----------------------------------------------------------------------------------------------------------


def _in_order(torch: Any, a: Any, axis: Any) -> Any:
    """The elements over axes in ascending order, in a new first axis."""
    axes = axes_of(a, axis)
    return torch.sort(torch.moveaxis(a, axes, tuple(range(len(axes)))).flatten(0, max(0, len(axes) - 1)), 0)[0]


def _kept(z: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    axes = [n % max(1, a.ndim) for n in axes_of(a, axis)]
    return z.reshape([1 if n in axes else length for n, length in enumerate(a.shape)]) if keepdims else z


def _mixed(torch: Any, a: Any, place: float, axis: Any, keepdims: bool) -> Any:
    """The mixture of the two elements next to a place in the order."""
    ordered, below = _in_order(torch, a, axis), int(place)
    z = (
        ordered[below]
        if place == below
        else (ordered[below] * (below + 1 - place) + ordered[below + 1] * (place - below))
    )
    z = torch.where(torch.isnan(ordered[-1]), ordered[-1], z)  # a NaN comes last in the order, and is the answer
    return _kept(z, a, axis, keepdims)


def _quantile(torch: Any, a: Any, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
    n = _in_order(torch, a, axis).shape[0]
    places = np.quantile(np.arange(float(n)), q, method=method)
    parts = [_mixed(torch, a, place, axis, keepdims) for place in np.ravel(places)]
    return torch.stack(parts).reshape((*np.shape(q), *parts[0].shape))


def _percentile(torch: Any, a: Any, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
    return _quantile(torch, a, np.asarray(q) / 100.0, axis, method, keepdims)


def _median(torch: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    return _mixed(torch, a, (_in_order(torch, a, axis).shape[0] - 1) / 2.0, axis, keepdims)


def _nan_quantile(interpolation: str) -> Any:
    return lambda torch, a, axis, keepdims: torch.nanquantile(
        a, 0.5, axis, keepdim=keepdims, interpolation=interpolation
    )


def _nan_middle(torch: Any, a: Any, axis: Any, method: str, keepdims: bool) -> Any:
    return _nan_quantile(method)(torch, a, axis, keepdims)


KINK_OF_A_NORM = {"apart": ("zeros", "a zero"), "reason": "the kink of a norm: PyTorch's curvature is 0/0"}
KINKS_OF_NORMS = {
    "apart": ("zeros", "a zero", "ties"),
    "finite": True,
    "reason": "a kink of the norm: zeros, or singular values of zero",
}


def _partition(torch: Any, a: Any, kth: Any, axis: int | None) -> Any:
    lanes, axis = flat(a, axis)
    places = torch.as_tensor(np.argpartition(lanes.numpy(force=True), kth, axis))
    return torch.take_along_dim(lanes, places, axis)


# ---- differences and integrals ---------------------------------------------------------------------------------------


def _end(torch: Any, x: Any, a: Any, axis: int) -> Any:
    """What `diff` puts at an end, in a shape that can stand there."""
    if x is None:
        return None
    shape = [1 if n == axis % a.ndim else length for n, length in enumerate(a.shape)]
    return torch.as_tensor(x, dtype=a.dtype).broadcast_to(shape)


def _ediff1d(torch: Any, ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    parts = (to_begin, torch.diff(ary.reshape(-1)), to_end)
    return torch.cat([part.reshape(-1) for part in parts if part is not None])


def _gradient(torch: Any, f: Any, varargs: Any, axis: Any, edge_order: int) -> Any:
    axes = [n % f.ndim for n in axes_of(f, axis)]
    spacing = [*varargs] * (len(axes) if len(varargs) == 1 else 1) or [1.0] * len(axes)
    grids = [
        torch.arange(f.shape[n]) * x if isinstance(x, float) else torch.tensor(x)
        for n, x in zip(axes, spacing, strict=True)
    ]
    z = torch.gradient(f, spacing=[grid.double() for grid in grids], dim=axes, edge_order=edge_order)
    return z[0] if len(z) == 1 else z


def _interp(torch: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    if period is not None:
        xp, order = torch.sort(xp % period)
        x, fp = x % period, fp[order]
        xp = torch.cat([xp[-1:] - period, xp, xp[:1] + period])
        fp = torch.cat([fp[-1:], fp, fp[:1]])
    if len(xp) == 1:
        return fp[0].broadcast_to(x.shape)
    i = torch.clamp(torch.searchsorted(xp.detach(), x.detach().contiguous(), right=True) - 1, 0, len(xp) - 2)
    z = fp[i] + (fp[i + 1] - fp[i]) / (xp[i + 1] - xp[i]) * (x - xp[i])
    z = torch.where(x < xp[0], fp[0] if left is None else left, z)
    return torch.where(x > xp[-1], fp[-1] if right is None else right, z)


def _equivalent(torch: Any, a1: Any, a2: Any) -> Any:
    try:
        return torch.tensor(torch.equal(*torch.broadcast_tensors(a1, a2)))
    except RuntimeError:  # no shape for both
        return torch.tensor(False)


ACROSS_TIES = {
    "apart": ("zeros", "ties", "all -inf"),
    "reason": "at ties each of k equal elements gets 1/k; in PyTorch the one that stands there gets all",
}


def _cross_entropy(torch: Any, x: Any, labels: Any) -> Any:
    rows = x.reshape(-1, x.shape[-1])
    return torch.nn.functional.cross_entropy(rows, labels.long().ravel(), reduction="none").reshape(labels.shape)


# fmt: off
ROWS: dict[str, Row] = {  # by hand: one entry reads as one row
    "sum":          lambda torch, a, axis, keepdims: torch.sum(a, axis, keepdim=keepdims),
    "mean":         lambda torch, a, axis, keepdims: torch.mean(a, axis, keepdim=keepdims),
    "prod":         _prod,
    "max":          lambda torch, a, axis, keepdims: _extreme(torch.amax, a, axis, keepdims),
    "min":          lambda torch, a, axis, keepdims: _extreme(torch.amin, a, axis, keepdims),
    "ptp":          lambda torch, a, axis, keepdims: _extreme(torch.amax, a, axis, keepdims) - _extreme(
                        torch.amin, a, axis, keepdims),
    "var":          lambda torch, a, axis, ddof, correction, keepdims: torch.var(
                        a, axis, correction=_freedom(ddof, correction), keepdim=keepdims),
    "std":          lambda torch, a, axis, ddof, correction, keepdims: torch.std(
                        a, axis, correction=_freedom(ddof, correction), keepdim=keepdims),
    "logsumexp":    lambda torch, a, axis, keepdims: torch.logsumexp(a, axes_of(a, axis), keepdim=keepdims),
    "l2_norm":      Counterpart(
                        lambda torch, a, axis, keepdims: torch.linalg.vector_norm(a, 2, axis, keepdim=keepdims),
                        **KINK_OF_A_NORM),
    "p_norm":       Counterpart(
                        lambda torch, a, axis, ord, keepdims: torch.linalg.vector_norm(a, ord, axis, keepdim=keepdims),
                        apart=("zeros", "a zero", "an infinity"),
                        reason="the kink of a norm; and the curvature here is NaN in a row with an infinity"),
    "norm":         Counterpart(
                        lambda torch, x, ord, axis, keepdims: torch.linalg.norm(
                            x, "fro" if ord == "f" else ord, axis, keepdim=keepdims),
                        **KINKS_OF_NORMS),
    "vector_norm":  Counterpart(
                        lambda torch, x, axis, keepdims, ord: torch.linalg.vector_norm(x, ord, axis, keepdim=keepdims),
                        **KINK_OF_A_NORM),
    "matrix_norm":  Counterpart(
                        lambda torch, x, keepdims, ord: torch.linalg.matrix_norm(x, ord, keepdim=keepdims),
                        **KINKS_OF_NORMS),
    "cumsum":       lambda torch, a, axis: torch.cumsum(*flat(a, axis)),
    "cumprod":      lambda torch, a, axis: torch.cumprod(*flat(a, axis)),
    "cumulative_sum":  _accumulated("cumsum", 0.0),
    "cumulative_prod": _accumulated("cumprod", 1.0),
    "log_softmax":  lambda torch, x, axis: torch.log_softmax(x, axis),
    "glu":          Counterpart(lambda torch, x, axis: torch.nn.functional.glu(x, axis), apart=("an infinity",),
                                reason="the curvature here is a sum of two infinite terms"),
    "softmax":      lambda torch, x, axis: torch.softmax(x, axis),
    "softmax_cross_entropy": _cross_entropy,
    "softmin":      lambda torch, x, axis: torch.nn.functional.softmin(x, axis),
    # without NaN
    "nansum":       lambda torch, a, axis, keepdims: torch.nansum(a, axis, keepdim=keepdims),
    "nanmean":      lambda torch, a, axis, keepdims: torch.nanmean(a, axis, keepdim=keepdims),
    "nanprod":      lambda torch, a, axis, keepdims: _prod(torch, _filled(torch, a, 1.0), axis, keepdims),
    "nancumsum":    lambda torch, a, axis: torch.cumsum(*flat(_filled(torch, a, 0.0), axis)),
    "nancumprod":   lambda torch, a, axis: torch.cumprod(*flat(_filled(torch, a, 1.0), axis)),
    "nanvar":       _nanvar,
    "nanstd":       _nanstd,
    "nanmax":       lambda torch, a, axis, keepdims: _extreme(torch.amax, _filled(torch, a, -inf), axis, keepdims),
    "nanmin":       lambda torch, a, axis, keepdims: _extreme(torch.amin, _filled(torch, a, inf), axis, keepdims),
    "nanmedian":    _nan_quantile("midpoint"),
    "nan_middle":   _nan_middle,
    # means and covariances
    "average":      lambda torch, a, axis, keepdims: torch.mean(a, axis, keepdim=keepdims),
    "weighted_average": _weighted,
    "cov":          _cov,
    "corrcoef":     lambda torch, x, y=None, rowvar=True: torch.corrcoef(_variables(torch, x, y, rowvar)).squeeze(),
    # order
    "sort":         Counterpart(lambda torch, a, axis: torch.sort(*flat(a, axis))[0], **ACROSS_TIES),
    "order_statistic": Counterpart(
                        lambda torch, a, axis, k, keepdims: _mixed(torch, a, k, axis, keepdims), **ACROSS_TIES),
    "quantile":     Counterpart(_quantile, **ACROSS_TIES),
    "percentile":   Counterpart(_percentile, **ACROSS_TIES),
    "median":       Counterpart(_median, **ACROSS_TIES),
    "partition":    Counterpart(_partition, **ACROSS_TIES, finite=True),  # where it puts NaN is nobody's promise
    # differences and integrals
    "diff":         lambda torch, a, n, axis, prepend, append: torch.diff(
                        a, n, axis, _end(torch, prepend, a, axis), _end(torch, append, a, axis)),
    "ediff1d":      _ediff1d,
    "trapezoid":    lambda torch, y, x=None, dx=1.0, axis=-1: (
                        torch.trapezoid(y, dx=dx, dim=axis) if x is None else torch.trapezoid(y, x, dim=axis)),
    "gradient":     Counterpart(_gradient, apart=("an infinity",), reason="inf - inf, where the spacing is not even"),
    "interp":       _interp,
    # questions
    "all":          lambda torch, a, axis, keepdims: torch.all(a, axes_of(a, axis), keepdim=keepdims),
    "any":          lambda torch, a, axis, keepdims: torch.any(a, axes_of(a, axis), keepdim=keepdims),
    "isclose":      lambda torch, a, b, rtol, atol: torch.isclose(*torch.broadcast_tensors(a, b), rtol, atol),
    "allclose":     lambda torch, a, b, rtol, atol: torch.isclose(*torch.broadcast_tensors(a, b), rtol, atol).all(),
    "array_equal":  lambda torch, a1, a2: torch.tensor(torch.equal(a1, a2)),
    "array_equiv":  _equivalent,
    "zeros_like":   lambda torch, a, shape: torch.zeros(a.shape if shape is None else shape),
    "ones_like":    lambda torch, a, shape: torch.ones(a.shape if shape is None else shape),
    "argmax":       lambda torch, a, axis, keepdims: torch.argmax(a, axis, keepdim=keepdims),
    "argmin":       lambda torch, a, axis, keepdims: torch.argmin(a, axis, keepdim=keepdims),
    "nanargmax":    lambda torch, a, axis, keepdims: torch.argmax(_filled(torch, a, -inf), axis, keepdim=keepdims),
    "nanargmin":    lambda torch, a, axis, keepdims: torch.argmin(_filled(torch, a, inf), axis, keepdim=keepdims),
    "argsort":      Counterpart(lambda torch, a, axis: torch.argsort(*flat(a, axis)),
                                apart=("zeros", "ties", "all -inf"), reason="equal elements in whatever order"),
    "argwhere":     "argwhere",
    "nonzero":      lambda torch, a: torch.nonzero(a, as_tuple=True),
    "flatnonzero":  lambda torch, a: torch.nonzero(a.reshape(-1)).reshape(-1),
    "count_nonzero": lambda torch, a, axis, keepdims: torch.sum(a != 0.0, axes_of(a, axis), keepdim=keepdims),
    "searchsorted": lambda torch, a, v, side, sorter: torch.searchsorted(
                        a, v, side=side, sorter=None if sorter is None else torch.tensor(sorter)),
    "digitize":     lambda torch, x, bins, right: torch.bucketize(x, bins, right=not right),
}
