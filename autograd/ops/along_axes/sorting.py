"""Order: sorting, the places of elements in it, the median and other quantiles."""

# fmt: off  (a table: one entry reads as one block)

import math
from typing import Any

from autograd.errors import ArgumentError
from autograd.graph.cotangents import carry
from autograd.ops.along_axes.reductions import mean, order_statistic
from autograd.ops.axes import count_over, from_lanes, lanes
from autograd.ops.builders import composite, custom, query, sample, shape_of
from autograd.ops.elementwise.arithmetic import divide, maximum
from autograd.ops.manipulation.indexing import getitem, scatter
from autograd.ops.manipulation.shaping import reshape
from autograd.ops.manipulation.stacking import stack

__all__: list[str] = []

IN_LANES = [sample((5,)), sample((2, 3), axis=0), sample((2, 3), axis=None)]

# ---- where elements are: plain integers ----

argmax = query("argmax", args="a", params={"axis": None, "keepdims": False}, method=True,
    samples=[sample((4,)), sample((2, 3), axis=1), sample((2, 3), axis=0, keepdims=True)],
    doc="The place of the first greatest element along an axis, of the flattened array without one: a plain integer.",
    example=("argmax([1.0, 3.0, 2.0])", "np.int64(1)"))

argmin = query("argmin", args="a", params={"axis": None, "keepdims": False}, method=True,
    samples=[sample((4,)), sample((2, 3), axis=1), sample((2, 3), axis=0, keepdims=True)],
    doc="The place of the first least element along an axis, of the flattened array without one: a plain integer.",
    example=("argmin([3.0, 1.0, 2.0])", "np.int64(1)"))

nanargmax = query("nanargmax", args="a", params={"axis": None, "keepdims": False},
    samples=[sample((4,)), sample((2, 3), axis=1), sample((2, 3), axis=0, keepdims=True)],
    doc="As argmax, passing over NaN; of nothing but NaN it is an error.",
    example=("nanargmax([1.0, np.nan, 2.0])", "np.int64(2)"))

nanargmin = query("nanargmin", args="a", params={"axis": None, "keepdims": False},
    samples=[sample((4,)), sample((2, 3), axis=1), sample((2, 3), axis=0, keepdims=True)],
    doc="As argmin, passing over NaN; of nothing but NaN it is an error.",
    example=("nanargmin([1.0, np.nan, 2.0])", "np.int64(0)"))

argsort = query("argsort", args="a", params={"axis": -1, "kind": None}, method=True, samples=IN_LANES,
    doc="The places of the elements in their order along an axis: plain integers.",
    example=("argsort([3.0, 1.0, 2.0])", "array([1, 2, 0])"))

argpartition = query("argpartition", args="a", params={"kth": ..., "axis": -1, "kind": "introselect"}, method=True,
    samples=[sample((5,), kth=1), sample((2, 3), kth=(0, -1), axis=0)],
    doc="The places of the elements that `partition` puts there: plain integers.",
    example=("argpartition([3.0, 1.0, 2.0], 0)[0]", "np.int64(1)"))


def _tie_groups_kernel(np: Any, a: Any, axis: int | None) -> Any:
    a = np.asarray(a)
    rows = lanes(a, axis)
    order = np.argsort(rows, stable=True)
    ranked = np.take_along_axis(rows, order, axis=-1)
    first = np.ones(ranked.shape, dtype=bool)
    first[..., 1:] = ranked[..., 1:] != ranked[..., :-1]
    groups = np.empty(first.shape, dtype=int)
    np.put_along_axis(groups, order, np.cumsum(first).reshape(groups.shape) - 1, axis=-1)
    return from_lanes(groups, a.shape, axis)


def _grouped_by_hand(np: Any, a: Any, axis: int | None) -> Any:
    lanes = np.reshape(a, (1, -1)) if axis is None else np.moveaxis(a, axis, -1).reshape(-1, a.shape[axis])
    values = [(i, x) for i, lane in enumerate(lanes) for x in sorted(set(lane))]
    groups = np.array([[values.index((i, x)) for x in lane] for i, lane in enumerate(lanes)], dtype=int)
    if axis is None:
        return groups.reshape(np.shape(a))
    return np.moveaxis(groups.reshape(np.moveaxis(a, axis, -1).shape), -1, axis)


tie_groups = query("tie_groups", args="a", params={"axis": -1}, kernel=_tie_groups_kernel, public=False,
    samples=[*IN_LANES, sample(None, axis=None)], reference=_grouped_by_hand,
    doc="A number for each element, in the order of the elements along an axis, the same number for equal ones: it "
        "says where elements have gone when they are sorted. Each NaN has a number of its own.",
    example=("tie_groups([3.0, 1.0, 3.0])", "array([1, 0, 1])"))

# ---- sorting ----


def _rearranged(g: Any, source: Any, target: Any, axis: int | None) -> Any:
    """g, given at the elements of `source`, at their places in `target`, the mean of it at equal elements.

    A sorted vector has as derivative the permutation, at ties any mixture of permutations; the mean is the mixture of
    least norm. It is its own adjoint: forward and reverse rule differ in direction only.
    """
    from autograd.arrays import np

    places = tie_groups(source, axis)
    members = maximum(scatter(np.ones(places.shape), places, (places.size,)), 1.0)
    return getitem(divide(scatter(g, places, members.shape), members), tie_groups(target, axis))


REARRANGEMENT: dict[str, Any] = {
    "vjp": lambda g, z, a, axis, **params: (carry(g, lambda h: _rearranged(h, z, a, axis)),),
    "jvp": lambda ts, z, a, axis, **params: carry(ts[0], lambda h: _rearranged(h, a, z, axis)),
    "masks": True,
    "reason": "Where an element goes depends on all the others, and equal ones share what comes to them.",
}
TIES = ("k equal elements share the derivatives of the k places they take, 1/k each, as those of max: of all slopes "
        "there, the one of least norm. NaN comes last, as in NumPy. ")

sort = custom("sort", args="a", params={"axis": -1, "kind": None}, **REARRANGEMENT,
    samples=[*IN_LANES, sample(None, axis=None)],
    doc="The elements in ascending order along an axis, of the flattened array with axis=None.",
    notes=TIES + "Not a method: NumPy's changes its array and returns None. NumPy's order= and stable= are refused "
        "(kind='stable' is taken).",
    example=("sort([3.0, 1.0, 2.0])", "array([1., 2., 3.])"))

partition = custom("partition", args="a", params={"kth": ..., "axis": -1, "kind": "introselect"}, **REARRANGEMENT,
    samples=[sample((5,), kth=1), sample((2, 3), kth=(0, -1), axis=0), sample((2, 3), kth=4, axis=None)],
    doc="The elements with the kth ones where `sort` would put them, the lesser ones before, the greater ones behind.",
    notes=TIES + "Not a method: NumPy's changes its array and returns None. NumPy's order= is refused.",
    example=("partition([3.0, 1.0, 2.0], 1)", "array([1., 2., 3.])"))

# ---- quantiles: mixtures of two elements in the order ----


def _mixed(a: Any, place: float, axis: Any, keepdims: bool) -> Any:
    """What stands at a place of the order over axes, between two elements a mixture of them."""
    below = math.floor(place)
    share = place - below
    lower = order_statistic(a, axis, below, keepdims)
    if share == 0.0:  # the upper one, which may be infinite or not there, has no part in it
        return lower
    return lower * (1.0 - share) + order_statistic(a, axis, below + 1, keepdims) * share


def _quantile(a: Any, q: Any, axis: Any, method: Any, keepdims: bool) -> Any:
    from autograd.arrays import np

    q = np.asarray(q, dtype=float)
    if not ((q >= 0.0) & (q <= 1.0)).all():  # NaN, too
        raise ArgumentError(f"found q={q.tolist()}; expected numbers from 0 to 1 (percentile: to 100).")
    # The quantile of 0, 1, 2, ... is its own place in the order: NumPy says so, for each of its methods.
    places = np.quantile(np.arange(count_over(a, axis)), q, method=method)
    if not q.shape:
        return _mixed(a, float(places), axis, keepdims)
    mixed = stack([_mixed(a, place, axis, keepdims) for place in places.ravel().tolist()])
    return reshape(mixed, q.shape + shape_of(mixed)[1:])


QUANTILE = ("At a tie the k equal elements share the derivative, 1/k each; NaN where there is any. All of NumPy's "
            "methods; q is a constant; weights= and out= are refused.")

quantile = composite("quantile", _quantile, args="a",
    params={"q": ..., "axis": None, "method": "linear", "keepdims": False},
    samples=[sample((5,), q=0.3), sample((2, 3), q=[0.0, 0.25], axis=1), sample((2, 3), q=1.0, axis=0, keepdims=True),
             sample((5,), q=[[0.2], [0.9]]), *(sample((2, 3), q=0.6, axis=(0, 1), method=method) for method in (
                 "lower", "higher", "midpoint", "nearest", "median_unbiased", "inverted_cdf"))],
    doc="What stands at the fraction q of the order over axes, between two elements a mixture of them.", notes=QUANTILE,
    example=("quantile([1.0, 2.0, 4.0], 0.75)", "np.float64(3.0)"))

percentile = composite("percentile", lambda a, q, **params: quantile(a, _fraction(q), **params), args="a",
    params={"q": ..., "axis": None, "method": "linear", "keepdims": False},
    samples=[sample((5,), q=30), sample((2, 3), q=[0.0, 25.0], axis=1, keepdims=True)],
    doc="The quantile at q percent.", notes=QUANTILE, example=("percentile([1.0, 2.0, 4.0], 75)", "np.float64(3.0)"))


def _fraction(q: Any) -> Any:
    from autograd.arrays import np

    return np.asarray(q, dtype=float) / 100.0


def _median(a: Any, axis: Any, keepdims: bool) -> Any:
    length = count_over(a, axis)
    if length == 0:
        return mean(a, axis, keepdims=keepdims)  # NaN, as of every empty array
    return _mixed(a, (length - 1) / 2.0, axis, keepdims)


median = composite("median", _median, args="a", params={"axis": None, "keepdims": False},
    samples=[sample((4,)), sample((5,), axis=0), sample((2, 3), axis=0), sample((2, 3), axis=(0, 1), keepdims=True),
             sample(None, keepdims=True)],
    doc="The middle of the order over axes, the mean of two in the middle.",
    notes="At a tie the k elements equal to a middle one share its derivative, 1/k each. NaN where there is any.",
    example=("median([3.0, 1.0, 2.0])", "np.float64(2.0)"))
