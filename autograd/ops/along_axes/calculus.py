"""Discrete calculus: differences, slopes on a grid, the trapezoidal rule, linear interpolation."""

# fmt: off  (a table: one entry reads as one block)

import operator
from collections.abc import Mapping
from typing import Any

from autograd.errors import ArgumentError, ShapeError, SignatureError
from autograd.graph.operands import plain_operands
from autograd.ops.along_axes.queries import any_, searchsorted
from autograd.ops.along_axes.reductions import sum_
from autograd.ops.along_axes.sorting import argsort
from autograd.ops.axes import axes_of
from autograd.ops.builders import Composite, composite, query, sample, shape_of
from autograd.ops.elementwise.arithmetic import divide, remainder
from autograd.ops.elementwise.predicates import equal, greater, isnan, less, logical_and, logical_not, logical_or
from autograd.ops.elementwise.selection import defined, where
from autograd.ops.manipulation.shaping import astype, broadcast_to, moveaxis, ravel
from autograd.ops.manipulation.stacking import concatenate

__all__: list[str] = []


def _along_last(x: Any, axis: int) -> Any:
    """x with the axis as its last."""
    if not shape_of(x):
        raise ShapeError("found a single number; expected an array with an axis to go along.")
    return moveaxis(x, axis, -1)


def _layer(x: Any, a: Any) -> Any:
    """What is put beside a along the last axis: an array as it is, a number for each lane, in a's dtype."""
    if shape_of(x):
        return x
    from autograd.arrays import np

    return astype(broadcast_to(x, (*a.shape[:-1], 1)), np.result_type(a.dtype, x))


def _between(before: Any, a: Any, behind: Any) -> Any:
    """a between what is given for its ends along the last axis."""
    parts = [_layer(x, a) for x in (before, a, behind) if x is not None]
    return concatenate(parts, axis=-1) if len(parts) > 1 else a


def _diff(a: Any, n: int, axis: int, prepend: Any, append: Any) -> Any:
    if operator.index(n) < 0:
        raise ArgumentError(f"found n={n}; expected 0 or more.")
    if n == 0:
        return a
    a = _along_last(a, axis)
    ends = plain_operands((prepend, append))
    before, behind = (_along_last(x, axis) if shape_of(x) else x for x in ends)
    a = _between(before, a, behind)
    for _ in range(n):
        a = a[..., 1:] - a[..., :-1]
    return moveaxis(a, -1, axis)


diff = composite("diff", _diff, args="a", params={"n": 1, "axis": -1, "prepend": None, "append": None},
    samples=[sample((4,)), sample((2, 3)), sample((3, 2), n=2, axis=0), sample((4,), prepend=0.5, append=2.0),
             sample((2, 3), n=9), sample((2, 3, 2), axis=0), sample((2, 3), n=0), sample((2, 3), prepend=0.5)],
    doc="The n-th differences of neighbours along an axis.",
    notes="Differentiable in prepend and append, too.",
    example=("diff([1.0, 4.0, 9.0])", "array([3., 5.])"))


def _ediff1d(ary: Any, to_end: Any, to_begin: Any) -> Any:
    a = ravel(ary)
    before, behind = (ravel(x) if shape_of(x) else x for x in (to_begin, to_end))
    return _between(before, a[1:] - a[:-1], behind)


ediff1d = composite("ediff1d", _ediff1d, args="ary to_end to_begin", optional={"to_end": None, "to_begin": None},
    samples=[sample((4,)), sample((2, 3)), sample((4,), (2,), None), sample((4,), (2,), (1, 2)), sample((1,))],
    doc="The differences of neighbours in the flattened array, between what is given for both ends.",
    example=("ediff1d([1.0, 4.0, 9.0], to_end=0.0)", "array([3., 5., 0.])"))


def _trapezoid(y: Any, x: Any, dx: Any, axis: int) -> Any:
    y = _along_last(y, axis)
    if x is not None:
        x = x if len(shape_of(x)) == 1 else _along_last(x, axis)
        dx = x[..., 1:] - x[..., :-1]
    return sum_(dx * (y[..., 1:] + y[..., :-1]) * 0.5, -1)


trapezoid = composite("trapezoid", _trapezoid, args="y x dx", params={"axis": -1}, optional={"x": None, "dx": 1.0},
    samples=[sample((4,)), sample((4,), (4,)), sample((2, 3), (3,)), sample((3, 2), (3, 2), axis=0),
             sample((3, 2), (3,), axis=0), sample((2, 3), (3,), axis=1)],
    doc="The integral along an axis by the trapezoidal rule, of y over the points x or in steps of dx.",
    example=("trapezoid([1.0, 2.0, 3.0], dx=2.0)", "np.float64(8.0)"))


def _three_terms(f: Any, before: Any, behind: Any) -> Any:
    """The slope at a point that may be infinite, without the slopes beside it: it counts by its steps' difference."""
    own = where(equal(before, behind), 0.0, divide(behind - before, before * behind) * f[..., 1:-1])
    width = before + behind
    return divide(before, behind * width) * f[..., 2:] - divide(behind, before * width) * f[..., :-2] + own


def _slopes(f: Any, step: Any, axis: int, edge_order: int) -> Any:
    """The derivative of the parabola through three neighbours; at the ends of it or of the line through two."""
    if edge_order not in (1, 2):
        raise ArgumentError(f"found edge_order={edge_order!r}; expected 1 or 2.")
    f = _along_last(f, axis)
    if f.shape[-1] <= edge_order:
        raise ShapeError(
            f"found {f.shape[-1]} points along axis {axis}; expected {edge_order + 1} or more "
            f"for edge_order={edge_order}.")
    if shape_of(step) not in ((), (f.shape[-1] - 1,)):
        raise ShapeError(
            f"found {shape_of(step)[0] + 1} coordinates for {f.shape[-1]} points along axis {axis}; "
            "expected one for each.")
    from autograd.arrays import np

    # The slopes are in f's own precision, whatever the coordinates are in.
    even = not shape_of(step)
    step = astype(broadcast_to(step, (f.shape[-1] - 1,)), np.result_type(f.dtype, 1.0))
    slope = divide(f[..., 1:] - f[..., :-1], step)
    before, behind = step[:-1], step[1:]
    if even:  # then the point itself plays no part, be it infinite
        inner = divide(f[..., 2:] - f[..., :-2], before + behind)
    else:
        inner = divide(behind * slope[..., :-1] + before * slope[..., 1:], before + behind)
        if any_(isnan(inner)):
            inner = where(isnan(inner), _three_terms(f, before, behind), inner)
    first, last = slope[..., :1], slope[..., -1:]
    if edge_order == 2:
        # The slope changes by so much from the middle of an interval to the point between two.
        bend = divide(slope[..., 1:] - slope[..., :-1], before + behind)
        first, last = first - bend[..., :1] * step[:1], last + bend[..., -1:] * step[-1:]
    return moveaxis(concatenate([first, inner, last], axis=-1), -1, axis)


slopes = composite("slopes", _slopes, args="f step", params={"axis": ..., "edge_order": 1}, public=False,
    prepare=lambda np, f, step: (f, np.abs(step) + 0.5),
    reference=lambda np, f, step, axis, edge_order: np.gradient(
        f, np.concatenate([[0.0], np.cumsum(np.broadcast_to(step, (f.shape[axis] - 1,)))]), axis=axis,
        edge_order=edge_order),
    samples=[sample((5,), None, axis=0), sample((5,), (4,), axis=0, edge_order=2), sample((2, 4), (3,), axis=1),
             sample((3, 2), (2,), axis=0, edge_order=2), sample((2,), None, axis=0), sample((3, 2, 2), None, axis=0)],
    doc="The derivative along an axis, of f given in steps (one, or one for each interval).",
    example=("slopes([1.0, 4.0, 9.0], 1.0, 0)", "array([3., 4., 5.])"))


class Gradient(Composite):
    """Called as NumPy's is, gradient(f, *varargs): positional arguments behind f are the spacing."""

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return super().bind(args[:1], {"varargs": args[1:], **kwargs} if args[1:] else kwargs)


def _gradient(f: Any, varargs: tuple[Any, ...], axis: Any, edge_order: int) -> Any:
    axes = axes_of(axis, len(shape_of(f)))
    spacing = plain_operands(tuple(varargs)) or (1.0,)
    if len(spacing) not in (1, len(axes)):
        raise SignatureError(
            f"found {len(spacing)} spacings for {len(axes)} axes; "
            f"expected one, or one for each: gradient{gradient.__signature__}.")
    steps = [x[1:] - x[:-1] if shape_of(x) else x for x in spacing] * (len(axes) if len(spacing) == 1 else 1)
    results = tuple(slopes(f, step, i, edge_order) for i, step in zip(axes, steps, strict=True))
    return results[0] if len(results) == 1 else results


gradient = Gradient("gradient", _gradient, args="f", params={"varargs": (), "axis": None, "edge_order": 1},
    reference=lambda np, f, varargs, axis, edge_order: np.gradient(f, *varargs, axis=axis, edge_order=edge_order),
    samples=[sample((4,)), sample((2, 3)), sample((2, 3), varargs=(0.5, [1.0, 2.0, 4.0]), edge_order=1),
             sample((3, 4), varargs=(0.5,), axis=-1, edge_order=2), sample((4, 3), varargs=(0.5, 2.0), axis=(1, 0))],
    doc="The derivatives of f on a grid along axes, accurate to second order inside; for several axes a tuple.",
    notes="As in NumPy the spacing follows f, one for all axes or one for each: a number (the step) or the coordinates "
        "along the axis. Differentiable in the spacing, too.",
    example=("gradient([1.0, 4.0, 9.0], 2.0)", "array([1.5, 2. , 2.5])"))

# ---- interpolation ----


def _side_kernel(np: Any, x: Any, xp: Any, slope: Any) -> Any:
    left, right = np.searchsorted(xp, x), np.searchsorted(xp, x, side="right")  # the same between nodes
    before, behind = slope[left], slope[right]
    flatter = np.where(np.abs(before) <= np.abs(behind), left, right)
    turning = (np.sign(before) * np.sign(behind) < 0.0) | (right > left + 1)  # a peak, or a jump: a node given twice
    return np.where(turning, 0, flatter % len(xp))


def _side_by_hand(np: Any, x: Any, xp: Any, slope: Any) -> Any:
    def side(x: float) -> int:
        touching = [k for k in range(len(xp) + 1) if (k == 0 or xp[k - 1] <= x) and (k == len(xp) or x <= xp[k])]
        steep = [float(slope[k]) for k in touching]
        least = min(touching, key=lambda k: abs(float(slope[k])))
        return 0 if min(steep) < 0.0 < max(steep) or least == len(xp) else least

    return np.vectorize(side, otypes=[int])(x)


flatter_side = query("flatter_side", args="x xp slope", kernel=_side_kernel, public=False, reference=_side_by_hand,
    samples=[sample((4,), (3,), (4,))], prepare=lambda np, x, xp, slope: (
        np.array([*x[:2], *np.sort(xp)[:2]]), np.sort(xp), np.array([0.0, *slope[1:-1], 0.0])),
    doc="Which slope holds at each x, numbered from 1 behind the first node of xp; 0 stands for flat. At a node it is "
        "the element of least norm: the flatter side, the left of two alike, and 0 where one rises and one falls.",
    example=("flatter_side([0.5, 1.0, 2.0], [0.0, 1.0, 2.0, 3.0], [0.0, 3.0, 2.0, 2.0, 0.0])", "array([1, 2, 2])"))


def _wound(x: Any, xp: Any, fp: Any, period: float) -> tuple[Any, Any, Any]:
    """x and the nodes in one period, the nodes in order and with one more at either end."""
    if period == 0:
        raise ArgumentError("found period=0; expected another number, or None.")
    period = abs(period)
    xp = remainder(xp, period)
    order = argsort(xp)
    xp, fp = xp[order], fp[order]
    xp = concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return remainder(x, period), xp, concatenate([fp[-1:], fp, fp[:1]])


def _on_line(x: Any, xp: Any, fp: Any, slope: Any, side: Any, node: Any) -> Any:
    """The height at x of the line through a node with the slope of a side."""
    # Where it is flat no path leads to x, which may be infinite there; a NaN stays one.
    flat = logical_and(equal(side, 0), logical_not(isnan(x)))
    return fp[node] + where(flat, 0.0, defined(x, slope[side]) * (x - xp[node]))


def _interp(x: Any, xp: Any, fp: Any, left: Any, right: Any, period: float | None) -> Any:
    from autograd.arrays import np

    if len(shape_of(xp)) != 1 or shape_of(xp) != shape_of(fp) or not xp.size:
        raise ShapeError(
            f"found xp of shape {shape_of(xp)} and fp of shape {shape_of(fp)}; expected vectors of one length, "
            "at least 1.")
    if period is not None:
        x, xp, fp = _wound(x, xp, fp, period)
        left = right = None
    width = xp[1:] - xp[:-1]
    flat = np.zeros(1, fp.dtype)
    slope = concatenate([flat, divide(fp[1:] - fp[:-1], where(equal(width, 0.0), 1.0, width)), flat])
    side, node = flatter_side(x, xp, slope), np.maximum(searchsorted(xp, x, side="right") - 1, 0)
    z = _on_line(x, xp, fp, slope, side, node)
    if any_(isnan(z)):  # beside something infinite NumPy starts from the other node, and if need be stays at the first
        other = _on_line(x, xp, fp, slope, side, side)  # inside an interval its second node has its number
        stays = logical_or(equal(side, 0), logical_or(equal(x, xp[node]), equal(fp[node], fp[side])))
        stays = logical_and(stays, logical_not(isnan(x)))
        z = where(isnan(z), where(stays, fp[node], other), z)
    z = z if left is None else where(less(x, xp[0]), left, z)
    return z if right is None else where(greater(x, xp[-1]), right, z)


def _ordered(np: Any, x: Any, xp: Any, *others: Any) -> tuple[Any, ...]:
    return (x, np.sort(xp), *others)


interp = composite("interp", _interp, args="x xp fp left right", params={"period": None},
    optional={"left": None, "right": None}, prepare=_ordered,
    samples=[sample((5,), (4,), (4,)), sample(None, (4,), (4,)), sample((2, 3), (4,), (4,), None, None),
             sample((5,), (4,), (4,), period=10.0), sample((3,), (1,), (1,))],
    doc="Linear interpolation at x between the nodes (xp, fp), with xp in ascending order; outside it is flat, or "
        "`left` and `right`.",
    notes="At a node the derivative by x is the element of least norm between the slopes of both sides: the flatter "
        "one, and 0 at a peak, at the outermost nodes and at a jump (a node given twice). A constant: period.",
    example=("interp(0.5, [0.0, 1.0], [3.0, 5.0])", "np.float64(4.0)"))
