"""Special functions with SciPy and without it: the same numbers, to the accuracy that their entries state."""

import math
import sys
from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import run_python

import autograd
from autograd import TABLE, Value, gradients
from autograd.ops.elementwise.gamma import BERNOULLI
from autograd.ops.optional import scipy_module
from autograd.testing.comparing import ulps_apart

EULER = 0.5772156649015329
APERY = 1.2020569031595942  # zeta(3)
positive, real = st.floats(1e-3, 1e3), st.floats(-30.0, 30.0)


@pytest.fixture(params=["with SciPy", "without SciPy"])
def scipy_or_not(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that asks for this runs twice. What stands as None among the modules cannot be imported."""
    if request.param == "with SciPy":
        pytest.importorskip("scipy.special")
    else:
        monkeypatch.setitem(sys.modules, "scipy.special", None)
    scipy_module.cache_clear()
    assert (scipy_module("special") is None) == (request.param == "without SciPy")
    yield
    scipy_module.cache_clear()


@pytest.mark.usefixtures("scipy_or_not")
@pytest.mark.parametrize("name", ["erf", "erfc", "lgamma"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_equal_math_in_every_shape_and_dtype(name: str, dtype: Any) -> None:
    x = np.array([[-2.5, -0.3, 0.0], [1e-9, 0.7, 5.0]], dtype)
    for points in (x, x[0, 0], x[:0], x.T, [0.5, 1.5]):
        z = getattr(autograd, name)(points)
        assert z.dtype == np.result_type(np.asarray(points), np.float16)
        assert z.shape == np.shape(points)
        expected = np.array([TABLE[name].scalar(float(t)) for t in np.ravel(points)]).reshape(z.shape)
        np.testing.assert_allclose(z, expected, rtol=4.0 * np.finfo(z.dtype).eps)


@pytest.mark.usefixtures("scipy_or_not")
def test_arrays_and_numbers_agree_to_the_tails() -> None:
    x = np.concatenate([np.linspace(-40.0, 40.0, 4001), [0.0, -0.0, 5e-324, 1e-300, inf, -inf, math.nan]])
    for name in ("erf", "erfc", "erfinv", "lgamma", "digamma"):
        numbers = [getattr(autograd, name)(float(t)) for t in x]
        with np.errstate(over="ignore"):  # 1 / 5e-324
            assert ulps_apart(numbers, getattr(autograd, name)(x)).max() <= 4.0, name


def test_a_process_without_scipy_differentiates_all_of_them() -> None:
    program = """
import sys
import autograd
x = autograd.Value(0.5)
y = x.erf() + x.erfc() + x.lgamma() + x.gelu() + x.erfinv()
y.backward()
assert "numpy" not in sys.modules and "scipy" not in sys.modules  # numbers ask for neither
sys.modules["scipy"] = None
v = autograd.Value([0.5])
w = v.erf() + v.erfc() + v.lgamma() + v.gelu() + v.erfinv()
w.backward()
print(abs(w.data[0] - y.data) < 1e-15, abs(v.grad[0] - x.grad) < 1e-15)
"""
    assert run_python("-c", program).split() == ["True", "True"]


# ---- digamma and its derivatives: nothing in `math` to compare with --------------------------------------------------


def polygamma(n: int, x: float) -> float:
    return TABLE["polygamma"](x, n=n) if n else autograd.digamma(x)


@pytest.mark.parametrize(
    ("n", "x", "expected"),
    [
        (0, 1.0, -EULER), (0, 0.5, -EULER - 2.0 * math.log(2.0)), (0, 2.0, 1.0 - EULER),
        (0, -0.5, 2.0 - EULER - 2.0 * math.log(2.0)), (0, 1e300, math.log(1e300)), (0, 1e-300, -1e300),
        (1, 1.0, math.pi**2 / 6.0), (1, 0.5, math.pi**2 / 2.0), (1, -0.5, math.pi**2 / 2.0 + 4.0), (1, 1e20, 1e-20),
        (2, 1.0, -2.0 * APERY), (2, 0.5, -14.0 * APERY), (3, 1.0, math.pi**4 / 15.0), (5, 1.0, 8.0 * math.pi**6 / 63.0),
        (0, inf, inf), (0, 0.0, -inf), (0, -0.0, inf), (1, 0.0, inf), (1, -3.0, inf), (1, inf, 0.0),
    ],
)  # fmt: skip
def test_polygamma_at_points_known_in_closed_form(n: int, x: float, expected: float) -> None:
    next_to_a_zero = 0.0 if n else 1e-15
    assert polygamma(n, x) == pytest.approx(expected, rel=1e-14, abs=next_to_a_zero)


def test_no_side_of_a_pole_is_preferred() -> None:
    assert all(math.isnan(polygamma(n, x)) for n in (0, 2) for x in (-1.0, -7.0, -1e300, -inf))


@pytest.mark.parametrize("n", [-1, 0.5])
def test_only_whole_orders_are_derivatives(n: float) -> None:
    with pytest.raises(ValueError, match="polygamma: found n="):
        TABLE["polygamma"](1.0, n=n)


@given(st.integers(0, 6), positive)
def test_polygamma_obeys_its_recurrence(n: int, x: float) -> None:
    step = (-1.0) ** n * math.factorial(n) / x ** (n + 1)
    larger = max(abs(polygamma(n, x)), abs(step), 1.0)
    assert polygamma(n, x + 1.0) - polygamma(n, x) == pytest.approx(step, abs=(4e-15 + 2e-16 * x) * larger)


@given(st.integers(0, 4), real)
def test_polygamma_is_scipys(n: int, x: float) -> None:
    scipy = pytest.importorskip("scipy.special")
    if x > 0.0 or abs(x - round(x)) > 1e-3:
        with np.errstate(all="ignore"):  # SciPy says when it overflows next to the pole at zero
            expected = float(scipy.polygamma(n, x))
        assert polygamma(n, x) == pytest.approx(expected, rel=1e-11, abs=1e-11)


def test_lgamma_between_its_poles_has_derivatives_of_any_order() -> None:
    for x in (-2.5, -0.3, -7.75):
        leaf = Value(x)
        z = autograd.lgamma(leaf)
        for n in range(5):
            (z,) = gradients(z, [leaf], create_graph=True)
            assert z.data == polygamma(n, x)


def test_the_coefficients_of_the_series_are_bernoullis_numbers() -> None:
    numbers = [Fraction(1), Fraction(-1, 2)]
    for b in BERNOULLI:
        numbers += [Fraction(b).limit_denominator(10_000), Fraction(0)]
    for n in range(1, len(numbers)):
        assert sum(math.comb(n + 1, k) * numbers[k] for k in range(n + 1)) == 0


# ---- accuracy, against more digits -----------------------------------------------------------------------------------


def errors(found: Any, exact: list[Decimal]) -> list[float]:
    """How far off results are, in units of the last place."""
    return [abs(float((Decimal(z) - e) / Decimal(math.ulp(z)))) for z, e in zip(map(float, found), exact, strict=True)]


def test_the_slope_of_erf_is_exact_though_its_exponent_is_large() -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(-26.4, 26.4, 1000), 10.0 ** rng.uniform(-8.0, 0.0, 100)])
    exact = [(-(Decimal(t) ** 2)).exp() for t in x.tolist()]
    gaussian = TABLE["gaussian"]
    assert max(errors(gaussian(x), exact)) < 3.0
    assert max(errors([gaussian(t) for t in x.tolist()], exact)) < 3.0


def series_of_erf(z: Decimal) -> Decimal:
    total, term, n = z, z, 0
    while abs(term) > Decimal(10) ** -50:
        n += 1
        term *= -z * z / n
        total += term / (2 * n + 1)
    return total * 2 / PI.sqrt()


PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534")


def test_erfinv_is_good_to_two_ulp() -> None:
    rng = np.random.default_rng(0)
    sizes = [10.0 ** rng.uniform(-300.0, -1.0, 50), rng.random(200), 1.0 - 2.0 ** rng.uniform(-50.0, -3.0, 100)]
    x = (np.concatenate(sizes) * rng.choice([-1.0, 1.0], 350)).tolist()
    exact = []
    with localcontext() as context:
        context.prec = 70
        for t in x:
            z = Decimal(autograd.erfinv(t))
            exact.append(z - (series_of_erf(z) - Decimal(t)) * PI.sqrt() / 2 * (z * z).exp())  # Newton's method
    assert max(errors(map(autograd.erfinv, x), exact)) < 2.0


def derivative_of_sinc(x: float, order: int) -> Decimal:
    """Its Taylor series, differentiated term by term."""
    u, total = Decimal(x) * PI, Decimal(0)
    for k in range((order + 1) // 2, 60):
        total += (-1) ** k * Decimal(math.perm(2 * k, order)) / math.factorial(2 * k + 1) * u ** (2 * k - order)
    return total * PI**order


@pytest.mark.parametrize("order", range(1, 5))
def test_the_derivatives_of_sinc_are_exact_to_a_few_ulp_of_the_largest(order: int) -> None:
    x = np.random.default_rng(0).uniform(-5.0, 5.0, 100)
    largest = math.pi**order / (order + 1)
    with localcontext() as context:
        context.prec = 60
        exact = [derivative_of_sinc(t, order) for t in x.tolist()]
        for found in (TABLE["sinc_slope"](x, order), [TABLE["sinc_slope"](t, order) for t in x.tolist()]):
            off = [abs(float(Decimal(float(z)) - e)) for z, e in zip(found, exact, strict=True)]
            assert max(off) < 8.0 * math.ulp(largest)


def test_logit_does_not_cancel_near_one_half() -> None:
    d = np.array([sign * 2.0**-k for k in range(17, 53) for sign in (1.0, -1.0)])
    expected = 4.0 * d + 16.0 * d**3 / 3.0  # and a term of the fifth order
    np.testing.assert_allclose(autograd.logit(0.5 + d), expected, rtol=1e-15)
    np.testing.assert_allclose([autograd.logit(t) for t in (0.5 + d).tolist()], expected, rtol=1e-15)


@pytest.mark.parametrize("name", ["erfinv", "digamma", "polygamma", "gamma", "lgamma", "erfc", "sinc_slope"])
def test_single_precision_is_double_precision_rounded(name: str) -> None:
    f = TABLE[name]
    x = np.random.default_rng(0).uniform(-1.0 if name == "erfinv" else -5.0, 1.0 if name == "erfinv" else 5.0, (50, 2))
    x = x.astype(np.float32)
    for points in (x, x[0, 0], x.T):
        z = f(points)
        assert z.dtype == np.float32
        np.testing.assert_array_equal(z, f(points.astype(float)).astype(np.float32))


# ---- the others ------------------------------------------------------------------------------------------------------


@given(st.floats(-1.0, 1.0))
def test_erfinv_inverts_erf(x: float) -> None:
    z = autograd.erfinv(x)
    # One ulp of z moves erf(z) by its slope times that.
    slope = 2.0 / math.sqrt(math.pi) * math.exp(-z * z) if abs(z) < inf else 0.0
    tolerance = 4.0 * math.ulp(x) + (4.0 * slope * math.ulp(z) if slope else 0.0)
    assert abs(math.erf(z) - x) <= tolerance
    if abs(x) > 0.5 and slope:
        assert math.erfc(abs(z)) == pytest.approx(1.0 - abs(x), rel=1e-14)
