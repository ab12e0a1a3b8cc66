"""The hard points of sorting, products, statistics and discrete calculus: ties, zeros, NaN, overflow, kinks."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import inf, nan
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import TABLE, Value, gradients, tangents
from autograd.errors import ArgumentError, BoundsError, ShapeError, SignatureError

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
BIG, SMALL = 1e200, 1e-200
XP, FP = [0.0, 1.0, 2.0, 3.0], [0.0, 3.0, 4.0, 1.0]
DOUBLED = ([0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 6.0])


def between(x: Any) -> Any:
    return ag.interp(x, XP, FP)


# name: (f, x, the derivative of the sum of f's elements)
DERIVATIVES: dict[str, tuple[Callable[..., Any], Any, Any]] = {
    "sort: places of ties are shared": (lambda x: ag.sort(x) * [1.0, 2.0, 3.0], [5.0, 1.0, 5.0], [2.5, 1.0, 2.5]),
    "sort: ties in each lane apart": (
        lambda x: ag.sort(x, axis=0) * [[1.0, 2.0], [3.0, 4.0]], [[5.0, 1.0], [5.0, 0.0]], [[2.0, 4.0], [2.0, 2.0]],
    ),
    "sort: NaN comes last": (lambda x: ag.sort(x) * [1.0, 2.0, 3.0], [nan, 1.0, 0.0], [3.0, 2.0, 1.0]),
    "sort: what is not chosen": (lambda x: ag.where([False, True], ag.sort(ag.sqrt(x)), 0.0), [0.0, 4.0], [0.0, 0.25]),
    "partition": (lambda x: ag.partition(x, 1)[1], [3.0, 2.0, 1.0, 2.0], [0.0, 0.5, 0.0, 0.5]),
    "median: a tie": (ag.median, [1.0, 2.0, 2.0, 2.0, 5.0], [0.0, 1 / 3, 1 / 3, 1 / 3, 0.0]),
    "median: both in the middle tied": (ag.median, [1.0, 2.0, 2.0, 3.0], [0.0, 0.5, 0.5, 0.0]),
    "median: two ties": (ag.median, [1.0, 3.0, 1.0, 3.0], [0.25] * 4),
    "median of inf": (ag.median, [0.0, inf, inf], [0.0, 0.5, 0.5]),
    "median of NaN": (ag.median, [1.0, nan, 2.0], [nan] * 3),
    "quantile beside inf": (lambda x: ag.quantile(x, 0.5), [0.0, 1.0, inf], [0.0, 1.0, 0.0]),
    "logsumexp([inf, 0])": (ag.logsumexp, [inf, 0.0], [1.0, 0.0]),
    "logsumexp([inf, inf, 0])": (ag.logsumexp, [inf, inf, 0.0], [0.5, 0.5, 0.0]),
    "prod: big beside zero": (ag.prod, [0.0, BIG, BIG, BIG], [inf, 0.0, 0.0, 0.0]),
    "prod: zero among big": (ag.prod, [BIG, BIG, 0.0, BIG], [0.0, 0.0, inf, 0.0]),
    "prod: small, then big": (ag.prod, [SMALL] * 3 + [BIG] * 3, [BIG] * 3 + [SMALL] * 3),
    "prod: inf beside zero": (ag.prod, [0.0, inf, 3.0], [inf, 0.0, nan]),
    "cumprod at zeros": (ag.cumprod, [2.0, 0.0, 3.0, 0.0, 5.0], [1.0, 8.0, 0.0, 0.0, 0.0]),
    "cumprod: big behind zero": (ag.cumprod, [0.0, BIG, BIG, BIG], [inf, 0.0, 0.0, 0.0]),
    "cumprod: underflow": (ag.cumprod, [SMALL, SMALL], [1.0, SMALL]),
    "cumprod: overflow": (ag.cumprod, [BIG, BIG], [BIG, BIG]),
    "cumprod: before the overflow": (lambda x: ag.cumprod(x)[0], [BIG] * 4, [1.0, 0.0, 0.0, 0.0]),
    "cumprod: before inf": (lambda x: ag.cumprod(x)[:2], [2.0, 3.0, inf], [4.0, 2.0, 0.0]),
    "cumprod: what is not chosen": (lambda x: ag.cumprod(ag.log(x))[0], [2.0, -1.0], [0.5, 0.0]),
    "cumprod of a number": (lambda x: ag.cumprod(x, axis=0), 3.0, 1.0),
    "nansum": (ag.nansum, [1.0, nan], [1.0, 0.0]),
    "nansum, scaled by inf": (lambda x: inf * ag.nansum(x), [1.0, nan], [inf, 0.0]),
    "nansum of log": (lambda x: ag.nansum(ag.log(x)), [2.0, -1.0], [0.5, 0.0]),
    "nanmean": (ag.nanmean, [1.0, nan, 2.0], [0.5, 0.0, 0.5]),
    "nanmean of NaN": (ag.nanmean, [nan, nan], [0.0, 0.0]),
    "nanprod": (ag.nanprod, [0.0, nan, 2.0], [2.0, 0.0, 0.0]),
    "nanmax: a tie": (ag.nanmax, [1.0, nan, 3.0, 3.0], [0.0, 0.0, 0.5, 0.5]),
    "nanmin beside -inf": (ag.nanmin, [-inf, nan], [1.0, 0.0]),
    "nanstd of equals": (ag.nanstd, [0.1, nan, 0.1, 0.1], [0.0] * 4),
    "nanmedian: a tie": (ag.nanmedian, [1.0, nan, 2.0, 5.0, 2.0], [0.0, 0.0, 0.5, 0.0, 0.5]),
    "nanmax of log": (lambda x: ag.nanmax(ag.log(x)), [4.0, -1.0], [0.25, 0.0]),
    "nanmin of log": (lambda x: ag.nanmin(ag.log(x)), [4.0, -1.0], [0.25, 0.0]),
    "nanmedian of log": (lambda x: ag.nanmedian(ag.log(x)), [4.0, -1.0, 2.0], [0.125, 0.0, 0.25]),
    "ptp of equals": (ag.ptp, [2.0, 2.0, 2.0], [0.0] * 3),
    "average by weights": (
        lambda w: ag.average([1.0, 2.0, 4.0], weights=w), [1.0, 1.0, 2.0], [-7 / 16, -3 / 16, 5 / 16],
    ),
    "diff between Values": (
        lambda x: ag.diff([5.0], prepend=x[:1], append=x[1]) * [1.0, 10.0], [1.0, 2.0], [-1.0, 10.0],
    ),
    "gradient by its coordinates": (lambda x: ag.gradient([0.0, 1.0, 4.0], x)[0], [1.0, 3.0, 5.0], [0.25, -0.25, 0.0]),
    "gradient beside inf": (lambda x: ag.gradient(x)[1:3], [1.0, inf, 3.0, 4.0], [-0.5, -0.5, 0.5, 0.5]),
    "gradient by its step": (lambda h: ag.gradient([1.0, 4.0, 9.0], h), 2.0, -3.0),
    "interp: between nodes, outside": (between, [-1.0, 0.5, 4.0, inf, -inf], [0.0, 3.0, 0.0, 0.0, 0.0]),
    "interp at nodes: the flatter side": (between, XP, [0.0, 1.0, 0.0, 0.0]),
    "interp at gentle ends": (lambda x: ag.interp(x, [0.0, 1.0], [0.0, 0.5]), [0.0, 0.5, 1.0], [0.0, 0.5, 0.0]),
    "interp where it is flat at zero": (lambda x: ag.log(between(x)), [-1.0, 0.5], [0.0, 2.0]),
    "interp of NaN": (between, [nan], [nan]),
    "interp at a jump": (lambda x: ag.interp(x, *DOUBLED), [0.5, 1.0, 1.5], [1.0, 0.0, 1.0]),
    "interp by a node's place": (lambda xp: ag.interp(1.0, xp, FP), XP, [0.0, -1.0, 0.0, 0.0]),
    "interp by a node's height": (lambda fp: ag.interp([1.0, 1.0, 0.5], XP, fp), FP, [0.5, 2.5, 0.0, 0.0]),
    "interp by places of a jump": (lambda xp: ag.interp(0.5, xp, DOUBLED[1]), DOUBLED[0], [-0.5, -0.5, 0.0, 0.0]),
}  # fmt: skip


def leaf(x: Any) -> Value:
    return Value(x if isinstance(x, float) else np.array(x))


@pytest.mark.parametrize("case", DERIVATIVES)
def test_derivatives(case: str) -> None:
    f, point, expected = DERIVATIVES[case]
    x = leaf(point)
    (found,) = gradients(ag.sum(f(x)), [x])
    np.testing.assert_allclose(found.data, expected, rtol=1e-14, atol=1e-300)
    for i in np.ndindex(x.shape):  # forward mode, too
        x, direction = leaf(point), np.zeros(x.shape)
        direction[i] = 1.0
        (t,) = tangents([ag.sum(f(x))], [(x, direction if x.shape else 1.0)])
        np.testing.assert_allclose(t.data, np.asarray(expected)[i], rtol=1e-14, atol=1e-300)


# name: (f, x, the derivative of the sum of the derivatives)
SECOND: dict[str, tuple[Callable[..., Any], Any, Any]] = {
    "prod at one zero": (ag.prod, [2.0, 0.0, 3.0, 4.0], [12.0, 26.0, 8.0, 6.0]),
    "prod at two zeros": (ag.prod, [2.0, 0.0, 3.0, 0.0], [0.0, 6.0, 0.0, 6.0]),
    "prod beside inf": (ag.prod, [-2.0, inf, 3.0], [inf, 1.0, inf]),
    "prod of two": (ag.prod, [0.0, inf], [1.0, 1.0]),
    "cumprod at zeros": (ag.cumprod, [2.0, 0.0, 3.0, 0.0], [4.0, 12.0, 2.0, 6.0]),
    "nansum": (lambda x: ag.nansum(x * x * x), [1.0, nan], [6.0, 0.0]),
    "nanmean, squared": (lambda x: ag.nanmean(x) ** 2, [1.0, nan, 2.0], [1.0, 0.0, 1.0]),
    "nanvar": (ag.nanvar, [1.0, nan, 2.0], [0.0, 0.0, 0.0]),
    "sort of squares": (lambda x: ag.sort(x * x) * [1.0, 10.0], [-3.0, 1.0], [20.0, 2.0]),
    "logsumexp at inf": (ag.logsumexp, [inf, 0.0], [0.0, 0.0]),
}  # fmt: skip


@pytest.mark.parametrize("case", SECOND)
def test_second_derivatives(case: str) -> None:
    f, point, expected = SECOND[case]
    x = leaf(point)
    (slope,) = gradients(ag.sum(f(x)), [x], create_graph=True)
    (found,) = gradients(ag.sum(slope), [x])
    np.testing.assert_allclose(found.data, expected, rtol=1e-13, atol=1e-13)


def test_an_infinite_factor_is_in_no_product_before_it() -> None:
    x = leaf([-2.0, inf, 3.0])
    (along,) = tangents([ag.cumprod(x)], [(x, [1.0, 1.0, -1.0])])
    np.testing.assert_array_equal(along.data, [1.0, inf, inf])
    (slope,) = gradients(ag.prod(x), [x], create_graph=True)
    (along,) = tangents([slope], [(x, np.ones(3))])
    np.testing.assert_array_equal(along.data, [inf, 1.0, inf])


@pytest.mark.parametrize("x", [
    [2.0, 3.0, inf], [2.0, 3.0, nan], [-inf, 2.0, 3.0], [0.0, inf, 3.0], [0.0, 1.0, inf], [2.0, inf, 0.0],
    [2.0, 0.0, 3.0, 0.0], [2.0, -inf, 3.0, 4.0], [nan, 0.0, inf],
])  # fmt: skip
def test_both_modes_of_cumprod_are_the_products_of_the_other_factors(x: list[float]) -> None:
    n = len(x)
    expected = np.zeros((n, n))
    for k in range(n):
        for i in range(k + 1):
            expected[k, i] = np.prod([x[j] for j in range(k + 1) if j != i])
    np.testing.assert_array_equal(ag.jacobian(ag.cumprod)(np.array(x)), expected)
    np.testing.assert_array_equal(ag.jacfwd(ag.cumprod)(np.array(x)), expected)


def product_of(factors: list[float]) -> float:
    """Rounded once: no product on the way leaves the range of floats."""
    exact = math.prod(map(Fraction, factors))
    try:
        return float(exact)
    except OverflowError:
        return inf if exact > 0 else -inf


@pytest.mark.parametrize("x", [*product([1e300, 1e-200, 0.0, -3.0], repeat=3), (BIG,) * 5, (SMALL,) * 5])
def test_only_derivatives_beyond_the_floats_overflow(x: tuple[float, ...]) -> None:
    n = len(x)
    others = [[product_of([*x[:i], *x[i + 1 : k + 1]]) if i <= k else 0.0 for i in range(n)] for k in range(n)]
    for jacobian in (ag.jacobian, ag.jacfwd):
        np.testing.assert_allclose(jacobian(ag.cumprod)(np.array(x)), others, rtol=1e-14, atol=5e-324)
        np.testing.assert_allclose(jacobian(ag.prod)(np.array(x)), others[-1], rtol=1e-14, atol=5e-324)


@pytest.mark.parametrize("x", [
    [BIG, inf, SMALL, 0.0, -BIG, nan, -inf, 3.0] * 2, [0.0] * 100, np.full((2, 200), 3e4, np.float16),
], ids=["what is not finite or zero counts as 1", "zeros", "single sums would round"])  # fmt: skip
def test_balanced_products_stay_near_one(x: Any) -> None:
    exponents, sizes = TABLE["balancing_exponents"](x), np.abs(np.asarray(x, float))
    sizes[~np.isfinite(sizes) | (sizes == 0.0)] = 1.0
    assert exponents.dtype.kind == "i"
    assert np.abs(np.cumsum(np.log2(sizes) - exponents, axis=-1)).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("n", range(1, 9))
def test_a_nan_anywhere_is_every_order_statistic(n: int) -> None:
    for k, place in product(range(n), repeat=2):
        x = np.random.default_rng(place).normal(size=(2, n))
        x[0, place] = nan
        np.testing.assert_array_equal(TABLE["order_statistic"](x, axis=1, k=k), [nan, np.sort(x[1])[k]])


def test_nans_are_sorted_in_their_order() -> None:
    x = np.random.default_rng(0).permutation(np.r_[np.full(150, nan), np.arange(150.0)])
    leaf, weights = Value(x), np.arange(300.0)
    (found,) = gradients(ag.sort(leaf), [leaf], weights)
    np.testing.assert_array_equal(found.data[np.isnan(x)], weights[150:])


def test_logsumexp_of_rows_far_apart_is_that_of_each() -> None:
    x = np.array([[0.0, 0.0], [1000.0, -1000.0], [-1000.0, -2000.0], [-inf, 5.0], [inf, -inf], [-inf, -inf]])
    expected = [math.log(2.0), 1000.0, -1000.0, 5.0, inf, -inf]
    np.testing.assert_array_equal(ag.logsumexp(x, axis=1), expected)
    assert ag.logsumexp(x[1:3]) == 1000.0


def test_interpolation_and_slopes_beside_what_is_not_finite_are_numpys() -> None:
    x = np.array([-5.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, inf, -inf, nan])
    for f in product([inf, -inf, nan, 1.0, 2.5], repeat=3):
        heights = np.array(f)
        for nodes in ([0.0, 1.0, 2.0], [-inf, 0.0, inf], [0.0, 1.0, inf], [0.0, 1.0, 1.0]):
            np.testing.assert_array_equal(ag.interp(x, nodes, heights), np.interp(x, nodes, heights), str((f, nodes)))
        for nodes in ([0.0, 1.0, 2.0], [0.0, 1.0, 4.0], [0.0, 3.0, 4.0]):
            for order in (1, 2):
                found, expected = (module.gradient(heights, np.array(nodes), edge_order=order) for module in (ag, np))
                np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-15, err_msg=str((f, nodes)))


def test_of_two_slopes_that_are_as_flat_the_left_one_holds() -> None:
    assert TABLE["flatter_side"]([1.0, 2.0], [0.0, 1.0, 2.0, 3.0], [0.0, 3.0, 3.0, 4.0, 0.0]).tolist() == [1, 2]


@pytest.mark.parametrize("edge_order", [1, 2])
def test_slopes_in_even_steps_are_numpys_beside_an_infinite_point(edge_order: int) -> None:
    x = np.array([1.0, inf, 3.0, 4.0, 4.5])
    expected = np.gradient(x, 0.5, edge_order=edge_order)
    np.testing.assert_array_equal(ag.gradient(x, 0.5, edge_order=edge_order), expected)


@pytest.mark.parametrize("edge_order", [1, 2])
def test_slopes_are_linear_beside_what_is_not_finite(edge_order: int) -> None:
    nodes = np.array([0.0, 1.0, 4.0, 4.5])
    weights = np.gradient(np.eye(4), nodes, axis=0, edge_order=edge_order)
    for f in product([inf, nan, 1.0], repeat=4):
        point, expected = np.array(f), np.gradient(f, nodes, edge_order=edge_order)
        np.testing.assert_array_equal(np.isnan(ag.gradient(point, nodes, edge_order=edge_order)), np.isnan(expected))
        found = ag.jacobian(lambda f: ag.gradient(f, nodes, edge_order=edge_order))(point)
        np.testing.assert_allclose(found, weights, rtol=1e-14, atol=1e-15, err_msg=str(f))


def test_a_line_far_from_zero_keeps_its_slope_beside_one_that_is_infinite() -> None:
    nodes = np.array([0.0, 1.0, 4.0])
    slopes = ag.gradient(np.array([2.0**52 + nodes, [1.0, inf, 1.0]]), nodes, axis=1)
    np.testing.assert_array_equal(slopes, [[1.0, 1.0, 1.0], [inf, inf, -inf]])


@pytest.mark.parametrize("nodes", [DOUBLED, ([0.0, 1.0, 2.0], [0.0, 0.0, inf]), ([0.0, 1.0, 2.0], [inf, 0.0, 0.0])])
def test_interpolating_at_a_jump_is_no_reason_to_warn(nodes: tuple[list[float], list[float]]) -> None:
    with np.errstate(all="raise"):
        assert ag.interp(1.0, *nodes) == np.interp(1.0, *nodes)


def test_cumprod_has_a_third_derivative_at_zeros() -> None:
    x = leaf([0.0, 0.0, 0.0])
    slope = ag.sum(ag.cumprod(x))
    for i in range(3):  # by each factor in turn
        (gradient,) = gradients(slope, [x], create_graph=True)
        slope = gradient[i]
    assert slope.data == 1.0


@pytest.mark.parametrize("f", [ag.sort, ag.median, ag.cumprod, ag.prod, ag.nanmax])
def test_a_hundred_thousand_elements_take_a_moment_and_linear_memory(f: Callable[..., Any]) -> None:
    x = Value(np.random.default_rng(0).uniform(0.5, 1.5, 100_000))
    (gradient,) = gradients(ag.sum(f(x)), [x])  # a matrix of this width would need 80 GB
    assert np.isfinite(gradient.data).all()


def test_what_lies_beyond_the_samples_is_numpys() -> None:
    a, weights = np.array([1.0, 2.0, 4.0]), np.array([3.0, 1.0, 1.0])
    for found, expected in [
        (ag.average(Value(a), weights=Value(weights), returned=True), np.average(a, weights=weights, returned=True)),
        (ag.average(Value(a), returned=True), np.average(a, returned=True)),
        (ag.nanvar(Value(a), ddof=3), np.nanvar(a, ddof=3)),
        (np.gradient(Value(a), 2.0), np.gradient(a, 2.0)),
        (ag.gradient([1, 4, 9], 0.5), np.gradient([1, 4, 9], 0.5)),
        (ag.diff([1, 2], prepend=0.5), np.diff([1, 2], prepend=0.5)),
        (ag.diff(np.eye(2), axis=0, append=a[None, :2]), np.diff(np.eye(2), axis=0, append=a[None, :2])),
        (ag.interp([-4.5, 9.2], a, weights, period=-4.0), np.interp([-4.5, 9.2], a, weights, period=-4.0)),
        (ag.interp([1.5], [0.0, 1.0, 2.0], [inf, inf, 1.0]), [inf]),
        (np.interp(Value([-4.0, 9.0]), a, weights, left=7.0, right=8.0), [7.0, 8.0]),
    ]:
        for z, wanted in zip(*((x if isinstance(x, tuple) else (x,)) for x in (found, expected)), strict=True):
            np.testing.assert_allclose(z.data if isinstance(z, Value) else z, wanted, rtol=1e-15)


@pytest.mark.parametrize("a", [np.ones((2, 3), np.float32), np.ones((2, 3), int), 2.0])
def test_how_many_there_were_is_of_the_means_dtype(a: Any) -> None:
    for found, expected in zip(ag.average(a, returned=True), np.average(a, returned=True), strict=True):
        assert found == expected
        assert np.asarray(found).dtype == expected.dtype


def test_places_are_plain_integers_also_as_methods() -> None:
    v = Value([3.0, 1.0, 3.0])
    assert (v.argmax(), v.argmin(), v.argsort(kind="stable").tolist()) == (0, 1, [1, 0, 2])
    assert v[v.argpartition(0)][0].data == ag.sort(v)[0].data == ag.partition(v, 0)[0].data == 1.0
    assert v.data.tolist() == [3.0, 1.0, 3.0]
    w = Value([nan, 1.0, 3.0])
    assert (ag.nanargmax(w), np.nanargmin(w)) == (2, 1)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([0.0, 1000.0], [0.0, 1.0]),
        ([[0.0, 0.0], [1000.0, 1000.0]], [[0.5, 0.5], [0.5, 0.5]]),
        (np.array([0, 1], np.uint8), [1.0 / (1.0 + math.e), math.e / (1.0 + math.e)]),
        (np.array([True, True]), [0.5, 0.5]),
        (np.zeros((2, 0)), [[], []]),
    ],
)
def test_softmax_of_far_and_of_whole_numbers(x: Any, expected: Any) -> None:
    np.testing.assert_allclose(ag.softmax(x), expected, rtol=1e-15)
    assert ag.softmax(2.0) == 1.0


# name: (the call, its error, a word of the message)
MISTAKES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "weights that sum to zero": (lambda: ag.average([1.0, 2.0], weights=[1.0, -1.0]), ArgumentError, "zero"),
    "weights that do not fit": (lambda: ag.average(np.ones((2, 3)), weights=[1.0] * 3), ShapeError, "axis"),
    "a fraction above 1": (lambda: ag.quantile([1.0, 2.0], 1.001), ArgumentError, "percentile"),
    "a quantile of nothing": (lambda: ag.quantile([], 0.5), BoundsError, "quantile"),
    "an axis that is not there": (lambda: ag.median([1.0, 2.0], axis=3), ShapeError, "median"),
    "a gradient along such an axis": (lambda: ag.gradient(np.eye(2), axis=5), ShapeError, "gradient"),
    "too many spacings": (lambda: ag.gradient(np.eye(2), 1.0, 1.0, 1.0), SignatureError, "3 spacings"),
    "too few coordinates": (lambda: ag.gradient([1.0, 2.0, 4.0], [1.0, 2.0]), ShapeError, "coordinates"),
    "too few points": (lambda: ag.gradient([1.0, 2.0], edge_order=2), ShapeError, "expected 3"),
    "another edge order": (lambda: ag.gradient([1.0, 2.0], edge_order=3), ArgumentError, "edge_order"),
    "a difference of one number": (lambda: ag.diff(2.0), ShapeError, "single number"),
    "the -1st difference": (lambda: ag.diff([1.0, 2.0], n=-1), ArgumentError, "n=-1"),
    "no nodes": (lambda: ag.interp(1.0, [], []), ShapeError, "xp"),
    "a period of 0": (lambda: ag.interp(1.0, [1.0], [2.0], period=0), ArgumentError, "period"),
    "covariances of a cube": (lambda: ag.cov(np.ones((2, 2, 2))), ShapeError, "two axes"),
    "ddof under both its names": (lambda: ag.var([1.0, 2.0], ddof=1, correction=1), ArgumentError, "correction"),
    "the greatest of nothing but NaN": (lambda: ag.nanargmax([nan]), ShapeError, "All-NaN"),
    "a running sum without an axis": (lambda: ag.cumulative_sum(np.eye(2)), ArgumentError, "axis"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(mistake: str) -> None:
    call, error, word = MISTAKES[mistake]
    with pytest.raises(error, match=word):
        call()
