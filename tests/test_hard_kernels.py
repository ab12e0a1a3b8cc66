"""What kernels and indices must keep: dtypes, exact results, silence, memory of their own."""

import itertools
from collections.abc import Callable
from decimal import Decimal
from math import copysign, exp, inf, isnan, log, nan, pi, sqrt
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import TABLE, Value, gradients, ieee, logsumexp, norm, replay, tangents
from autograd.errors import ArgumentError, AxisError, BoundsError, DtypeError, ShapeError, UnsupportedError


def test_dtypes_where_only_some_operands_are_arrays() -> None:
    single = np.ones(3, np.float32)
    assert autograd.power(single, np.array(0.5)).dtype == np.float64  # a 0-d array is not weak
    assert autograd.clip(2.0, 1.0, single).dtype == np.float32
    assert autograd.clip(single, np.ones(3), 5.0).dtype == np.float64


def test_two_numbers_are_computed_in_double_precision_whichever_kernel_is_asked() -> None:
    for y in (1.0, 1.5, 2.0, 2.5):  # the slope of a slope is a power of a number under a number
        x, exponent = Value(0.06), Value(np.array(y))
        (slope,) = gradients(TABLE["power_slope"](x, exponent), [x])
        assert slope.data == pytest.approx(y * (y - 1.0) * 0.06 ** (y - 2.0), rel=1e-14)


@pytest.mark.parametrize("of", [float, np.array])
def test_the_curvature_of_a_power_has_its_slope_at_the_exponent_zero(of: Callable[[float], Any]) -> None:
    x, y = Value(of(0.5)), Value(of(0.0))
    (slope,) = gradients(x**y, [x], create_graph=True)
    (curvature,) = gradients(slope, [x], create_graph=True)
    assert curvature.data == 0.0
    (g,) = gradients(curvature, [y])
    assert g.data == pytest.approx(-1.0 / 0.5**2, rel=1e-14)


def test_kernels_ask_for_nothing_that_warns() -> None:
    with np.errstate(all="raise"):
        assert autograd.xlogy(np.zeros(2), np.zeros(2)).tolist() == [0.0, 0.0]
        assert logsumexp(np.array([-inf, -inf])) == -inf
        assert autograd.cbrt(np.array([0.0, 8.0, inf])).tolist() == [0.0, 2.0, inf]
        assert autograd.digamma(np.array([0.0, -0.0])).tolist() == [-inf, inf]
        assert autograd.gamma(np.array([0.0, -0.0])).tolist() == [inf, -inf]


def test_a_power_of_one_is_a_copy() -> None:
    x = np.ones(3)
    assert not np.shares_memory(autograd.power(x, 1), x)
    assert not np.shares_memory(autograd.full((2, 3), x), x)


def test_cubes_have_exact_roots() -> None:  # math.cbrt misses a third of them
    assert [autograd.cbrt(float(k) ** 3) for k in range(2000)] == list(range(2000))


@pytest.mark.parametrize("x", [0.3, -1.7, 3.1, 5.3, -9.7, 20.3, 26.1])
def test_the_slope_of_erf_is_right_to_the_last_bits_though_its_exponent_is_large(x: float) -> None:
    expected = float((-(Decimal(x) ** 2)).exp()) * 2.0 / sqrt(pi)
    for leaf in (Value(x), Value([x])):
        (slope,) = gradients(autograd.erf(leaf), [leaf], np.ones(leaf.shape) if leaf.shape else None)
        np.testing.assert_allclose(slope.data, expected, rtol=8e-16)


HALF = sqrt(0.5)
SLOPES: dict[str, tuple[Callable[[Value], Any], list[float], list[float]]] = {
    "a NaN beside what adds nothing": (logsumexp, [-inf, nan], [nan, nan]),
    "a NaN beside a zero": (norm, [0.0, nan], [nan, nan]),
    "a NaN beside an infinity": (norm, [inf, nan], [nan, nan]),
    "equal elements, whose mean rounds": (autograd.std, [0.1, 0.1, 0.1], [0.0, 0.0, 0.0]),
    "equal elements beside a NaN": (autograd.nanstd, [0.1, 0.1, 0.1, nan], [0.0, 0.0, 0.0, 0.0]),
    "two infinite coordinates count as equal ones": (norm, [inf, inf], [HALF, HALF]),
}


@pytest.mark.parametrize("case", SLOPES)
def test_slopes_of_reductions(case: str) -> None:
    f, x, expected = SLOPES[case]
    leaf = Value(x)
    (g,) = gradients(f(leaf), [leaf])
    np.testing.assert_allclose(g.data, expected, rtol=1e-15)


@pytest.mark.parametrize("x", [2.0, [2.0, 3.0]])
def test_nothing_flows_through_a_stop(x: Any) -> None:
    leaf = Value(x)
    z = (autograd.stop_gradient(leaf) * leaf).sum()
    assert gradients(z, [leaf])[0].tolist() == x
    (t,) = tangents([z], [(leaf, np.ones(leaf.shape) if leaf.shape else 1.0)])
    assert t.item() == np.sum(x)


def test_large_logits_keep_their_differences() -> None:
    for f in (autograd.softmax, autograd.log_softmax):
        np.testing.assert_array_equal(f(np.array([1e16, 1e16 + 2.0])), f(np.array([0.0, 2.0])))


def test_fractions_in_single_precision_are_taken_in_double() -> None:
    x, q = np.arange(6.0) ** 2, np.array([10.1, 33.3], np.float32)
    np.testing.assert_array_equal(autograd.percentile(x, q), autograd.percentile(x, q.astype(float)))
    np.testing.assert_array_equal(autograd.quantile(x, q / 100), autograd.quantile(x, (q / 100).astype(float)))


def test_no_element_is_left_of_two_less_two() -> None:
    for f in (autograd.nanvar, autograd.nanstd):
        assert np.isnan(f(np.array([1.0, 2.0]), ddof=2))


def test_no_place_stays_none_when_its_list_is_filled() -> None:
    x, index = Value([1.0, 2.0]), list[int]()
    z = x[index]
    index += [0, 1]
    assert tangents([z], [(x, np.ones(2))])[0].shape == (0,)
    assert gradients(z.sum(), [x])[0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("index", [[0, 0, 1], [0, 1], 0, slice(0, 2)])
def test_a_negative_zero_that_is_put_in_keeps_its_sign(index: Any) -> None:
    expected = np.ones(2)
    expected[index] = -0.0
    found = Value(np.ones(2)).at[index].set(-0.0).data
    np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


@pytest.mark.parametrize("make", [list, np.array])
def test_an_index_changed_after_the_call_is_the_old_one_in_the_backward_pass(make: Callable[[Any], Any]) -> None:
    x, index = Value([1.0, 2.0, 3.0]), make([0, 0, 1])
    for z in (x[index], TABLE["scatter"](x, index, (3,)), x[index,]):
        index[0] = 2
        (g,) = gradients(z, [x], np.array([1.0, 10.0, 100.0]))
        assert g.tolist() == ([1.0, 1.0, 10.0] if z.op.name == "scatter" else [11.0, 100.0, 0.0])
        index[0] = 0


@pytest.mark.parametrize("of", [float, np.array])
@pytest.mark.parametrize("x", [40.0, 700.0, 2.0, -40.0])
def test_the_cross_entropy_of_a_certain_and_right_answer_keeps_its_digits(of: Callable[[float], Any], x: float) -> None:
    found = autograd.sigmoid_cross_entropy(of(x), of(1.0 if x > 0.0 else 0.0))
    assert found == pytest.approx(float((1 + (-Decimal(abs(x))).exp()).ln() if abs(x) < 60 else (-Decimal(x)).exp()))


def test_labels_of_two_classes_of_any_kind_keep_single_precision() -> None:
    x, expected = np.array([2.0, -3.0], np.float32), np.log1p(np.exp([-2.0, -3.0]))
    for labels in (np.array([True, False]), np.array([1.0, 0.0], np.float32), [1, 0], np.array([1, 0], np.int8)):
        found = autograd.sigmoid_cross_entropy(x, labels)
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        assert found.dtype == np.result_type(x, np.asarray(labels))
    assert autograd.sigmoid_cross_entropy(2.0, np.array([1.0], np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0.0, 1.0], DtypeError, "found labels of dtype float64; expected integers"),
        ([True, False], DtypeError, "found labels of dtype bool"),
        ([0, 3], BoundsError, "found labels from 0 to 3; expected 0 to 2"),
        ([-1, 0], BoundsError, "found labels from -1 to 0; expected 0 to 2"),
        ([0], ShapeError, r"labels of shape \(1,\); expected a label for each row"),
        ([[0], [1]], ShapeError, r"found x of shape \(2, 3\) and labels of shape \(2, 1\)"),
        ([], ShapeError, r"found x of shape \(2, 3\) and labels of shape \(0,\)"),
    ],
)
def test_labels_of_classes_are_checked(labels: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        autograd.softmax_cross_entropy(Value(np.zeros((2, 3))), labels)


def test_the_cross_entropy_of_classes_shifts_each_row_by_its_own_maximum() -> None:
    x = Value([[1000.0, 0.0, -inf], [-1000.0, -1001.0, -1000.0]])
    z = autograd.softmax_cross_entropy(x, [1, 0])
    np.testing.assert_allclose(z.data, [1000.0, np.log(2.0 + np.exp(-1.0))], rtol=1e-15)
    share = 1.0 / (2.0 + np.exp(-1.0))
    (g,) = gradients(z, [x], np.array([1.0, 10.0]))
    expected = [[1.0, -1.0, 0.0], [10.0 * share - 10.0, 10.0 * share * np.exp(-1.0), 10.0 * share]]
    np.testing.assert_allclose(g.data, expected, rtol=1e-14)
    np.testing.assert_allclose(autograd.softmax_cross_entropy([[7, 7], [3, 3]], [0, 1]), np.log([2.0, 2.0]))


def test_the_cross_entropy_of_no_rows_or_of_no_classes() -> None:
    for x in (np.zeros((0, 3)), np.zeros((0, 0))):
        assert autograd.softmax_cross_entropy(Value(x), np.zeros(0, int)).shape == (0,)
    with pytest.raises(BoundsError, match="found labels from 0 to 0; expected 0 to -1"):
        autograd.softmax_cross_entropy(np.zeros((2, 0)), [0, 0])
    with pytest.raises(DtypeError, match="found labels of dtype float64"):
        autograd.softmax_cross_entropy(np.zeros((2, 0)), [0.0, 1.0])
    assert autograd.softmax_cross_entropy(np.zeros((0, 3)), []).shape == (0,)  # nothing says of what dtype they are
    for x in (1.0, np.array(1.0)):
        with pytest.raises(ShapeError, match=r"found x of shape \(\) and labels of shape \(\)"):
            autograd.softmax_cross_entropy(x, 0)
    assert autograd.softmax_cross_entropy([0.0, 0.0], 1) == pytest.approx(np.log(2.0), rel=1e-15)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64])
def test_logits_that_are_no_floats_are_taken_for_them(dtype: Any) -> None:
    x, labels = np.array([100, 0, -128 % 256]).astype(np.uint8).astype(dtype), np.array([0, 1, 1]).astype(dtype)
    expected = autograd.sigmoid_cross_entropy(x.astype(float), labels.astype(float))
    assert autograd.sigmoid_cross_entropy(x, labels).tolist() == expected.tolist()


def test_no_rows_of_no_classes_have_no_losses() -> None:
    assert autograd.softmax_cross_entropy(np.ones((0, 0)), np.ones(0, int)).shape == (0,)


@pytest.mark.parametrize("axis", [None, 0, (0, 1)])
def test_means_of_numbers_in_another_order_of_bytes(axis: Any) -> None:
    x = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(autograd.mean(x.astype(">f8"), axis=axis), np.mean(x, axis=axis))
    assert autograd.mean(Value(x.astype(">f4")), axis=axis).data.tolist() == np.mean(x, axis=axis).tolist()


def test_a_mean_in_half_precision_is_one_though_its_sum_is_none() -> None:
    assert autograd.mean(np.full(4, 60000.0, np.float16)) == 60000.0


@pytest.mark.parametrize("f", [autograd.sum, autograd.mean])
def test_the_slopes_of_the_rows_of_a_square_are_those_of_its_rows(f: Callable[..., Any]) -> None:
    x, g = Value(np.ones((2, 2))), np.array([2.0, 4.0])
    share = 1.0 if f is autograd.sum else 0.5
    for axis, expected in ((0, [[2.0, 4.0], [2.0, 4.0]]), (1, [[2.0, 2.0], [4.0, 4.0]])):
        assert gradients(f(x, axis=axis), [x], g)[0].tolist() == (share * np.array(expected)).tolist()
        kept = f(x, axis=axis, keepdims=True)
        assert gradients(kept, [x], g.reshape(kept.shape))[0].tolist() == (share * np.array(expected)).tolist()


def test_the_bias_of_a_layer_may_be_a_number_and_does_not_lose_its_precision() -> None:
    x, weight = np.ones(3, np.float32), np.ones((2, 3), np.float32)
    assert autograd.linear(x, weight, 0.5).tolist() == [3.5, 3.5]
    assert autograd.linear(x, weight, np.full(2, 1e-12)).tolist() == [3.0 + 1e-12, 3.0 + 1e-12]


def test_a_number_has_no_axes_to_reverse() -> None:
    assert autograd.transpose(2.0) == 2.0


@pytest.mark.parametrize(("condition", "expected"), [(True, (None, 1.0, None)), (False, (None, None, 1.0))])
def test_a_choice_between_numbers_knows_its_partials(condition: bool, expected: Any) -> None:
    assert TABLE["where"].partials(2.0, (condition, 2.0, 3.0), {}) == expected
    assert TABLE["linear"].partials(2.0, (1.0, 2.0, 0.0), {}) is None  # no rule says them


@pytest.mark.parametrize("num", [0, 1, 2, 4])
@pytest.mark.parametrize("endpoint", [True, False])
def test_steps_along_every_axis(num: int, endpoint: bool) -> None:
    start, stop = np.arange(6.0).reshape(2, 3), np.full(3, 9.0)
    for axis in (0, 1, 2, -1, -2):
        found, step = autograd.linspace(start, stop, num, endpoint, True, axis=axis)
        expected, expected_step = np.linspace(start, stop, num, endpoint, True, axis=axis)
        np.testing.assert_allclose(found, expected, rtol=1e-14)
        np.testing.assert_allclose(step, np.broadcast_to(expected_step, start.shape), rtol=1e-14)
    assert autograd.linspace(0.0, 1.0, num, endpoint, dtype=np.float32).dtype == np.float32
    with pytest.raises(ArgumentError, match="found num=-1; expected how many elements"):
        autograd.linspace(0.0, 1.0, -1, endpoint)


def test_a_margin_of_some_axes_only() -> None:
    x = np.arange(6.0).reshape(2, 3)
    for widths in (((0, 0), (1, 2)), ((1, 2), (0, 0)), ((0, 0), (0, 0))):
        np.testing.assert_array_equal(
            autograd.pad(x, widths, constant_values=7.0), np.pad(x, widths, constant_values=7.0)
        )


def test_places_in_a_number_and_on_axes_that_are_not_there() -> None:
    for axis in (None, 0, -1):
        assert autograd.take(2.0, [0, 0], axis).tolist() == [2.0, 2.0]
    for axis in (2, -3):
        with pytest.raises(AxisError, match=f"found axis={axis} for an array with 2 axes; expected one from -2 to 1"):
            autograd.take_along_axis(np.ones((2, 2)), [[0]], axis)


HIDDEN: dict[str, tuple[Callable[[Any], Any], str]] = {
    "extract": (lambda x: autograd.extract(autograd.greater(x, 1.0), x), "the places where a condition holds"),
    "choose": (lambda x: autograd.choose(x, [x, 2.0 * x]), "the numbers of the choices"),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_plain_answers_are_none_for_a_program(case: str) -> None:
    f, what = HIDDEN[case]
    with pytest.raises(UnsupportedError, match=f"^{case}: {what} are a plain answer of computed data"):
        replay(f)(np.array([1.0, 0.0]))


@pytest.mark.parametrize("a", [[0.5, 1.0], [0, 2], [-1, 0], [inf, 0.0]])
def test_numbers_of_no_choice_are_named(a: list[Any]) -> None:
    with pytest.raises(ArgumentError) as caught:
        autograd.choose(a, [[1.0, 2.0], [3.0, 4.0]])
    assert str(caught.value) == f"choose: found a={a}; expected whole numbers from 0 to 1, or another mode=."


SIGNED = [0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 0.25, inf, -inf, nan]


def the_same(found: float, expected: float) -> bool:
    """Whether they are one number, with one sign, or NaN both."""
    both_nan = isnan(found) and isnan(expected)
    return both_nan or (found == expected and copysign(1.0, found) == copysign(1.0, expected))


def test_the_greater_and_the_lesser_of_numbers_tell_signed_zeros_apart() -> None:
    for x, y in itertools.product(SIGNED, SIGNED):
        both = sorted([x, y], key=lambda v: (v, copysign(1.0, v)))
        least, greatest = (nan, nan) if isnan(x) or isnan(y) else both
        assert the_same(ieee.maximum(x, y), greatest)
        assert the_same(ieee.minimum(x, y), least)
        known = [v for v in both if not isnan(v)] or [nan]
        assert the_same(ieee.fmax(x, y), known[-1])
        assert the_same(ieee.fmin(x, y), known[0])


def test_quotients_and_powers_of_numbers_are_numpys_where_they_are_infinite() -> None:
    with np.errstate(all="ignore"):
        for x, y in itertools.product(SIGNED, SIGNED):
            assert the_same(ieee.divide(x, y), float(np.divide(x, y)))
        for x, y in itertools.product(
            [*SIGNED, 1e200, -1e200, 1e-200, -1e-200], [2.0, 3.0, -2.0, -3.0, 2.5, 1e16, 301.0]
        ):
            found, expected = ieee.power(x, y), float(np.power(x, y))
            assert the_same(found, expected) or found == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("x", "expected"), [(0.0, 1.0), (-0.0, 1.0), (0.5, 1.0), (-0.5, 0.0), (inf, 1.0), (-inf, 0.0)])
def test_the_step_of_a_number(x: float, expected: float) -> None:
    assert ieee.step(x) == expected
    assert isnan(ieee.step(nan))


def test_softplus_of_a_number_at_the_ends() -> None:
    assert [ieee.softplus(x) for x in (0.0, -0.0, inf, -inf, 800.0)] == [log(2.0), log(2.0), inf, 0.0, 800.0]
    assert isnan(ieee.softplus(nan))
    assert ieee.softplus(0.5) == pytest.approx(log(1.0 + exp(0.5)), rel=1e-15)


@pytest.mark.parametrize("decimals", [-308, -2, -1, 0, 1, 2, 400])
def test_rounding_of_a_number_at_the_ends(decimals: int) -> None:
    for x in (inf, -inf, nan, 0.0, -0.0):
        assert the_same(ieee.round_to(x, decimals), x)
    expected = {-308: 0.0, -2: 100.0, -1: 130.0, 0: 125.0, 1: 125.3, 2: 125.27, 400: 125.27}
    assert the_same(ieee.round_to(125.27, decimals), expected[decimals])
