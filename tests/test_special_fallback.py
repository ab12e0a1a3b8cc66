"""Special functions with SciPy and without it: the same numbers, to the accuracy that their entries state."""

import math
import sys
from collections.abc import Iterator
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import run_python

import autograd
from autograd import TABLE, Value, gradients
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
    assert polygamma(n, x) == pytest.approx(expected, rel=1e-14)


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
        expected = float(scipy.polygamma(n, x))
        assert polygamma(n, x) == pytest.approx(expected, rel=1e-11, abs=1e-11)


def test_lgamma_between_its_poles_has_derivatives_of_any_order() -> None:
    for x in (-2.5, -0.3, -7.75):
        leaf = Value(x)
        z = autograd.lgamma(leaf)
        for n in range(5):
            (z,) = gradients(z, [leaf], create_graph=True)
            assert z.data == polygamma(n, x)


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


def test_the_slope_of_erf_is_exact_in_the_tail() -> None:
    # e**-x**2 for x = 26.0 + 2**-30, as 5.107e-294: the square alone has 2**-60 that a double drops.
    x = 26.0 + 2.0**-30
    exact = math.exp(-676.0) * math.exp(-52.0 * 2.0**-30)
    assert TABLE["gaussian"](x) == pytest.approx(exact, rel=1e-15)
