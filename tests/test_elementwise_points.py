"""Elementwise functions at points that the loops over the table do not reach: tails, corners, what was replaced."""

import math
from math import inf, nan, pi
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, gradients
from autograd.errors import SignatureError
from autograd.testing.comparing import assert_close

# function, parameters, point: value | derivative
CASES: list[tuple[str, dict[str, Any], float, float, float]] = [
    ("silu", {}, -inf, 0.0, 0.0), ("silu", {}, inf, inf, 1.0), ("silu", {}, -1e3, 0.0, 0.0),
    ("mish", {}, -inf, 0.0, 0.0), ("mish", {}, inf, inf, 1.0), ("mish", {}, 1e10, 1e10, 1.0),
    ("gelu", {}, -inf, 0.0, 0.0), ("gelu", {}, inf, inf, 1.0), ("gelu", {}, -1e200, 0.0, 0.0),
    ("gelu", {"approximate": "tanh"}, -inf, 0.0, 0.0), ("gelu", {"approximate": "tanh"}, inf, inf, 1.0),
    ("softsign", {}, inf, 1.0, 0.0), ("softsign", {}, -inf, -1.0, 0.0), ("softsign", {}, 1e300, 1.0, 0.0),
    ("hardswish", {}, -inf, 0.0, 0.0), ("hardswish", {}, inf, inf, 1.0),
    ("hardswish", {}, -3.0, 0.0, 0.0), ("hardswish", {}, 3.0, 3.0, 1.0),  # slopes 0 and -1/2, and 3/2 and 1
    ("hardsigmoid", {}, -3.0, 0.0, 0.0), ("hardsigmoid", {}, 3.0, 1.0, 0.0), ("hardsigmoid", {}, inf, 1.0, 0.0),
    ("hardtanh", {}, -1.0, -1.0, 0.0), ("hardtanh", {}, 1.0, 1.0, 0.0),
    ("relu6", {}, 0.0, 0.0, 0.0), ("relu6", {}, 6.0, 6.0, 0.0),
    ("softshrink", {}, 0.5, 0.0, 0.0), ("softshrink", {}, -0.5, 0.0, 0.0), ("softshrink", {}, inf, inf, 1.0),
    ("softshrink", {"lambd": 0.0}, -2.0, -2.0, 1.0),
    ("hardshrink", {}, 0.5, 0.0, 0.0), ("threshold", {"threshold": 1.0, "value": 1.0}, 1.0, 1.0, 0.0),
    ("elu", {"alpha": 0.3}, 0.0, 0.0, 0.3), ("elu", {"alpha": 2.0}, 0.0, 0.0, 1.0),
    ("elu", {"alpha": -1.0}, 0.0, 0.0, 0.0), ("elu", {}, -inf, -1.0, 0.0),
    ("celu", {"alpha": 0.3}, 0.0, 0.0, 1.0), ("celu", {"alpha": -0.3}, 0.0, 0.0, 1.0),
    ("selu", {}, 0.0, 0.0, 1.0507009873554805),  # slopes 1.758 and 1.051
    ("log_sigmoid", {}, -inf, -inf, 1.0), ("log_sigmoid", {}, 1e3, 0.0, 0.0), ("log_sigmoid", {}, -1e3, -1e3, 1.0),
    ("erf", {}, inf, 1.0, 0.0), ("erfc", {}, inf, 0.0, 0.0), ("erfc", {}, 27.0, 5.237048923789256e-319, 0.0),
    ("lgamma", {}, -1.0, inf, nan), ("lgamma", {}, 0.0, inf, -inf),
    ("nan_to_num", {}, nan, 0.0, 0.0), ("nan_to_num", {}, inf, 1.7976931348623157e308, 0.0),
    ("nan_to_num", {"neginf": -1.0}, -inf, -1.0, 0.0), ("nan_to_num", {"posinf": 7.0}, inf, 7.0, 0.0),
    ("nan_to_num", {}, 2.0, 2.0, 1.0),
    ("erfinv", {}, 1.0, inf, inf), ("erfinv", {}, -1.0, -inf, inf),
    ("logit", {}, 0.0, -inf, inf), ("logit", {}, 1.0, inf, inf), ("logit", {}, 2.0, nan, nan),
]  # fmt: skip


@pytest.mark.parametrize(("name", "params", "x", "value", "slope"), CASES)
@pytest.mark.parametrize("wrap", [float, lambda x: np.array([x])], ids=["number", "array"])
def test_value_and_derivative(name: str, params: Any, x: float, value: float, slope: float, wrap: Any) -> None:
    leaf = Value(wrap(x))
    with np.errstate(all="ignore"):
        z = getattr(autograd, name)(leaf, **params)
        (d,) = gradients(z, [leaf], np.ones(z.shape) if z.shape else None)
    np.testing.assert_allclose(np.ravel(z.data), [value], rtol=1e-15)
    np.testing.assert_allclose(np.ravel(d.data), [slope], rtol=1e-15, atol=1e-315)


NAN_KEPT = [
    "silu", "mish", "gelu", "softsign", "hardswish", "hardsigmoid", "hardtanh", "relu6", "softshrink", "hardshrink",
    "elu", "selu", "celu", "log_sigmoid", "tanhshrink", "sinc", "erf", "trunc", "exp2",
]  # fmt: skip


@pytest.mark.parametrize("name", NAN_KEPT)
def test_nan_is_kept(name: str) -> None:
    assert math.isnan(getattr(autograd, name)(nan))
    assert np.isnan(getattr(autograd, name)(np.array([nan]))).all()


@pytest.mark.parametrize("name", ["leaky_relu", "prelu", "elu", "celu"])
@pytest.mark.parametrize("slope", [inf, nan])
def test_what_is_not_negative_stays_whatever_the_slope_below(name: str, slope: float) -> None:
    with np.errstate(all="ignore"):
        for x in (0.0, 2.0):
            assert getattr(autograd, name)(x, slope) == getattr(autograd, name)(np.array([x]), slope) == x


def test_selu_keeps_mean_0_and_variance_1() -> None:
    x = np.linspace(-12.0, 12.0, 24001)
    density = np.exp(-0.5 * x * x) / math.sqrt(2.0 * pi) * (x[1] - x[0])
    z = autograd.selu(x)
    assert np.sum(z * density) == pytest.approx(0.0, abs=1e-6)
    assert np.sum(z * z * density) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("weight", "of_slope"), [(0.25, 1.0), (0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (-1.0, 0.0)])
def test_the_slopes_of_prelu_have_kinks_of_their_own(weight: float, of_slope: float) -> None:
    x, w = Value(0.0), Value(weight)
    by_x, by_weight = gradients(autograd.prelu(x, w), [x, w], create_graph=True)
    assert gradients(by_x, [w])[0].data == of_slope  # the weight, but not below 0 nor above 1
    assert gradients(by_weight, [x])[0].data == 0.0  # x where it is negative, else 0


# ---- sinc ------------------------------------------------------------------------------------------------------------


def derivatives(f: Any, x: Any, orders: int) -> list[Any]:
    """The value and the derivatives up to that order, elementwise."""
    leaf = Value(x)
    rows = [f(leaf)]
    for _ in range(orders):
        rows += gradients(rows[-1], [leaf], np.ones(leaf.shape) if leaf.shape else None, create_graph=True)
    return [row.data for row in rows]


@pytest.mark.parametrize("x", [0.0, -0.0])
def test_sinc_at_zero_to_the_fourth_derivative(x: float) -> None:
    expected = [1.0, 0.0, -(pi**2) / 3.0, 0.0, pi**4 / 5.0]
    assert derivatives(autograd.sinc, x, 4) == pytest.approx(expected, rel=1e-15)
    assert_close(np.ravel(derivatives(autograd.sinc, [x], 4)), expected, 1e-15)


@given(st.floats(-1e-2, 1e-2))
def test_sinc_near_zero_is_its_taylor_polynomial(x: float) -> None:
    u = pi * x
    expected = [
        1.0 - u * u / 6.0 + u**4 / 120.0 - u**6 / 5040.0,
        pi * (-u / 3.0 + u**3 / 30.0 - u**5 / 840.0 + u**7 / 45360.0),
        pi**2 * (-1.0 / 3.0 + u * u / 10.0 - u**4 / 168.0 + u**6 / 6480.0),
    ]
    assert derivatives(autograd.sinc, x, 2) == pytest.approx(expected, rel=1e-14, abs=1e-320)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("erf", inf, [1.0, 0.0, 0.0]), ("erfc", -inf, [2.0, 0.0, 0.0]), ("softsign", inf, [1.0, 0.0, 0.0]),
        ("silu", -inf, [0.0, 0.0, 0.0]), ("gelu", inf, [inf, 1.0, 0.0]), ("mish", 1e10, [1e10, 1.0, 0.0]),
        ("elu", 0.0, [0.0, 1.0, 0.0]), ("celu", 0.0, [0.0, 1.0, 0.0]),  # at a kink of the slope, too, the least
        ("arcsin", 1.0, [pi / 2.0, inf, inf]), ("arcsin", -1.0, [-pi / 2.0, inf, -inf]),  # edges: one-sided limits
        ("arccos", 1.0, [0.0, -inf, -inf]), ("arccos", -1.0, [pi, -inf, inf]), ("arccosh", 1.0, [0.0, inf, -inf]),
        ("arctanh", 1.0, [inf, inf, inf]), ("arctanh", -1.0, [-inf, inf, -inf]),
        ("arccosh", inf, [inf, 0.0, 0.0]), ("cbrt", inf, [inf, 0.0, 0.0]), ("cbrt", -inf, [-inf, 0.0, 0.0]),
    ],
)  # fmt: skip
def test_second_derivatives_at_tails_and_corners(name: str, x: float, expected: list[float]) -> None:
    with np.errstate(all="ignore"):
        assert derivatives(getattr(autograd, name), x, 2) == expected
        assert np.ravel(derivatives(getattr(autograd, name), [x], 2)).tolist() == expected


def test_the_second_derivative_of_arccosh_is_there_when_powers_underflow() -> None:
    assert derivatives(autograd.arccosh, 1e150, 2)[2] == pytest.approx(-1e-300, rel=1e-14, abs=0.0)


# ---- several operands ------------------------------------------------------------------------------------------------

ROOT_HALF = math.sqrt(0.5)
# function, point: derivatives
OPERANDS: list[tuple[str, tuple[float, ...], tuple[float, ...]]] = [
    ("hypot", (inf, 1.0), (1.0, 0.0)), ("hypot", (-2.0, -inf), (0.0, -1.0)), ("hypot", (0.0, inf), (0.0, 1.0)),
    ("hypot", (inf, -inf), (ROOT_HALF, -ROOT_HALF)), ("hypot", (nan, inf), (0.0, 1.0)),
    ("hypot", (nan, 1.0), (nan, nan)),
    ("arctan2", (inf, 1.0), (0.0, 0.0)), ("arctan2", (1.0, -inf), (0.0, 0.0)), ("arctan2", (inf, inf), (0.0, 0.0)),
    ("arctan2", (nan, inf), (nan, nan)),
    ("clip", (1.0, 1.0, 2.0), (0.0, 1.0, 0.0)), ("clip", (2.0, 1.0, 2.0), (0.0, 0.0, 1.0)),
    ("clip", (0.0, 1.0, 1.0), (0.0, 0.5, 0.5)), ("clip", (1.0, 1.0, 1.0), (0.0, 0.5, 0.5)),
    ("clip", (2.0, 1.0, 1.0), (0.0, 0.0, 1.0)), ("clip", (0.0, 2.0, 1.0), (0.0, 0.0, 1.0)),
    ("clip", (3.0, 2.0, 1.0), (0.0, 0.0, 1.0)), ("clip", (1.0, 2.0, 1.0), (0.0, 0.0, 1.0)),
    ("clip", (nan, 1.0, 2.0), (nan, nan, nan)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "point", "expected"), OPERANDS)
@pytest.mark.parametrize("wrap", [float, lambda x: np.array([x])], ids=["number", "array"])
def test_derivatives_by_each_operand(name: str, point: Any, expected: Any, wrap: Any) -> None:
    leaves = [Value(wrap(x)) for x in point]
    with np.errstate(all="ignore"):
        z = getattr(autograd, name)(*leaves)
        found = gradients(z, leaves, np.ones(z.shape) if z.shape else None)
    np.testing.assert_allclose([np.ravel(d.data)[0] for d in found], expected, rtol=1e-15)


@given(st.floats(0.5, 1e300))
def test_a_number_clipped_at_itself_has_the_slope_of_itself(number: float) -> None:
    for f in (lambda x: autograd.clip(x, 0.0, x), lambda x: autograd.clip(x, x, inf), lambda x: np.clip(x, x, x)):
        x = Value(number)
        assert gradients(f(x), [x])[0].data == 1.0


def test_the_bounds_of_clip_have_numpys_other_names() -> None:
    v = Value([-1.0, 0.5, 3.0])
    for z in (np.clip(v, min=0.0, max=1.0), v.clip(min=0.0, max=1.0), autograd.clip(v, a_min=0.0, max=1.0)):
        assert z.data.tolist() == [0.0, 0.5, 1.0]
    assert v.clip(max=1.0).data.tolist() == [-1.0, 0.5, 1.0]
    with pytest.raises(SignatureError, match="a bound given twice"):
        autograd.clip(v, a_min=0.0, min=1.0)


# ---- gamma and beta --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "value", "slope"),
    [
        (0.0, inf, -inf), (-0.0, -inf, -inf), (-1.0, nan, nan), (inf, inf, inf), (-inf, nan, nan), (172.0, inf, inf),
        (-1e-310, -inf, -inf), (5.0, 24.0, 24.0 * 1.5061176684318003), (0.5, math.sqrt(pi), -3.480230906913262),
        (-1.5, 2.363271801207355, 2.363271801207355 * 0.7031566406452432),
    ],
)  # fmt: skip
@pytest.mark.parametrize("wrap", [float, lambda x: np.array([x])], ids=["number", "array"])
def test_gamma_and_its_slope(x: float, value: float, slope: float, wrap: Any) -> None:
    leaf = Value(wrap(x))
    z = autograd.gamma(leaf)
    (d,) = gradients(z, [leaf], np.ones(z.shape) if z.shape else None)
    np.testing.assert_allclose([np.ravel(z.data)[0], np.ravel(d.data)[0]], [value, slope], rtol=1e-14)


# None, each and two of the three gammas are negative, as gamma(x) is for x from -1 to 0.
BETAS = [(0.5, 2.0), (-1.5, 0.7), (0.7, -1.5), (2.5, -1.3), (-0.5, 2.2), (2.2, -0.5), (-0.3, -0.4), (100.0, 50.0)]


@pytest.mark.parametrize(("a", "b"), BETAS)
def test_beta_has_the_sign_and_the_slopes_of_its_gammas(a: float, b: float) -> None:
    x, y = Value(a), Value(b)
    expected = math.gamma(a) * math.gamma(b) / math.gamma(a + b)
    z = autograd.beta(x, y)
    assert z.data == pytest.approx(expected, rel=1e-12, abs=0.0)
    assert autograd.betaln(a, b) == pytest.approx(math.log(abs(expected)), rel=1e-12)
    slopes = [expected * (autograd.digamma(t) - autograd.digamma(a + b)) for t in (a, b)]
    assert [d.data for d in gradients(z, [x, y])] == pytest.approx(slopes, rel=1e-11, abs=0.0)


def test_beta_and_gamma_are_scipys() -> None:
    special = pytest.importorskip("scipy.special")
    from autograd.scipy.special import beta, betaln, gamma

    a, b = np.array([0.5, -1.5, 3.0, -2.7, 1e3]), np.array([2.0, 0.7, -1.3, -4.4, 3.0])
    np.testing.assert_allclose(gamma(a[:4]), special.gamma(a[:4]), rtol=1e-14)
    np.testing.assert_allclose(beta(a, b), special.beta(a, b), rtol=1e-11)
    np.testing.assert_allclose(betaln(a, b), special.betaln(a, b), rtol=1e-11, atol=1e-14)


# ---- what was replaced or chosen -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [float, lambda x: np.array([x, 4.0])], ids=["number", "array"])
def test_what_nan_to_num_replaced_gets_no_nan_back(wrap: Any) -> None:
    x = Value(wrap(-1.0))
    with np.errstate(all="ignore"):
        autograd.sum(autograd.nan_to_num(autograd.sqrt(x))).backward()
    assert np.ravel(x.grad).tolist() == ([0.0] if not x.shape else [0.0, 0.25])


def test_nan_to_num_knows_the_largest_number_of_the_dtype() -> None:
    x = np.array([inf, -inf, nan], np.float32)
    np.testing.assert_array_equal(autograd.nan_to_num(Value(x)).data, np.nan_to_num(x))
    with pytest.raises(TypeError, match="copy=False"):
        autograd.nan_to_num(Value(x), copy=False)


@given(st.floats(-5.0, 5.0), st.floats(-5.0, 5.0))
def test_fmax_and_fmin_pass_over_what_is_missing(x: float, y: float) -> None:
    for f in (autograd.fmax, autograd.fmin):
        a = Value(x)
        assert f(a, nan).data == f(nan, a).data == x
        assert [g.data for g in gradients(f(a, nan), [a])] == [1.0]
        assert math.isnan(f(nan, nan))
        assert f(x, y) == getattr(np, f.name)(x, y)


def test_numpys_other_names_reach_the_table() -> None:
    x = Value([1.5, -2.5])
    for call, name in [
        (np.degrees, "rad2deg"), (np.radians, "deg2rad"), (np.fix, "trunc"), (np.rint, "round"), (np.fabs, "abs"),
    ]:  # fmt: skip
        z = call(x)  # type: ignore[operator]
        assert z.op.name == name
        np.testing.assert_array_equal(z.data, call(x.data))  # type: ignore[operator]
    assert np.float_power(x, 2.0).data.tolist() == [2.25, 6.25]


@pytest.mark.parametrize(
    ("name", "params"), [("gelu", {"approximate": "erf"}), ("celu", {"alpha": 0.0}), ("softshrink", {"lambd": -1.0})]
)
def test_a_parameter_out_of_range_is_named(name: str, params: dict[str, Any]) -> None:
    (parameter,) = params
    with pytest.raises(ValueError, match=f"^{name}: .*{parameter}"):
        getattr(autograd, name)(Value(1.0), **params)
