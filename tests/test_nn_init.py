"""Initial values: their ranges, moments and shapes, and the random numbers that they come from."""

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn import init

SHAPE = (40, 30, 5)  # fan-in 150, fan-out 200
CUT_OFF = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))  # at 2 deviations
DRAWN: dict[str, tuple[Callable[..., Value], float, float]] = {  # the deviation, and the bound
    "uniform_": (lambda w, rng: init.uniform_(w, -2.0, 2.0, rng=rng), 4.0 / math.sqrt(12.0), 2.0),
    "normal_": (lambda w, rng: init.normal_(w, 0.0, 3.0, rng=rng), 3.0, math.inf),
    "trunc_normal_": (lambda w, rng: init.trunc_normal_(w, rng=rng), CUT_OFF, 2.0),
    "xavier_uniform_": (
        lambda w, rng: init.xavier_uniform_(w, 2.0, rng=rng),
        2 * math.sqrt(2 / 350),
        2 * (6 / 350) ** 0.5,
    ),
    "xavier_normal_": (lambda w, rng: init.xavier_normal_(w, rng=rng), math.sqrt(2 / 350), math.inf),
    "kaiming_uniform_": (lambda w, rng: init.kaiming_uniform_(w, rng=rng), math.sqrt(2 / 150), math.sqrt(6 / 150)),
    "kaiming_uniform_ with a": (
        lambda w, rng: init.kaiming_uniform_(w, math.sqrt(5.0), rng=rng),
        1 / math.sqrt(3 * 150),
        1 / math.sqrt(150),
    ),
    "kaiming_normal_": (
        lambda w, rng: init.kaiming_normal_(w, mode="fan_out", nonlinearity="tanh", rng=rng),
        5 / 3 / math.sqrt(200),
        math.inf,
    ),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_moments_and_bounds(name: str, dtype: str) -> None:
    fill, deviation, bound = DRAWN[name]
    weight = Value(np.zeros(SHAPE), dtype=dtype, label="weight")
    assert fill(weight, 0) is weight
    assert (weight.dtype.name, weight.label, weight.requires_grad) == (dtype, "weight", True)
    assert abs(weight.data.mean()) < 5 * deviation / math.sqrt(weight.size)
    assert weight.data.std() == pytest.approx(deviation, rel=0.03)
    assert 0.9 * min(bound, 3 * deviation) < np.abs(weight.data).max() <= bound * (1 + 1e-6)


def test_random_numbers_come_from_rng() -> None:
    first, again = (init.normal_(Value(np.zeros(5)), rng=7).data for _ in range(2))
    np.testing.assert_array_equal(first, again)
    rng = np.random.default_rng(7)
    np.testing.assert_array_equal(init.normal_(Value(np.zeros(5)), rng=rng).data, first)
    assert (init.normal_(Value(np.zeros(5)), rng=rng).data != first).all()


def test_constants() -> None:
    weight = Value(np.full((2, 3), 5.0))
    assert not init.zeros_(weight).data.any()
    assert (init.ones_(weight).data == 1.0).all()
    assert (init.constant_(weight, 0.25).data == 0.25).all()
    np.testing.assert_array_equal(init.eye_(weight).data, np.eye(2, 3))
    number = Value(1.0)
    assert type(init.constant_(number, 2).data) is float
    assert type(init.uniform_(number, 3.0, 4.0).data) is float and 3.0 <= number.item() < 4.0


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 3), st.integers(0, 99))
def test_orthogonal_rows_or_columns(outputs: int, inputs: int, kernel: int, seed: int) -> None:
    weight = init.orthogonal_(Value(np.zeros((outputs, inputs, kernel))), gain=2.0, rng=seed).data.reshape(outputs, -1)
    product = weight @ weight.T if outputs <= weight.shape[1] else weight.T @ weight
    np.testing.assert_allclose(product, 4.0 * np.eye(len(product)), atol=1e-12)


def test_orthogonal_has_no_favourite_sign() -> None:
    signs = [np.sign(init.orthogonal_(Value(np.zeros((1, 1))), rng=seed).item()) for seed in range(40)]
    assert -25 < sum(signs) < 25 and set(signs) == {-1.0, 1.0}


@given(st.floats(-3, 3), st.floats(0.1, 3), st.floats(-4, 4), st.floats(0.01, 5))
def test_truncated_normal_stays_within_its_bounds(mean: float, std: float, a: float, width: float) -> None:
    drawn = init.trunc_normal_(Value(np.zeros(50)), mean, std, a, a + width, rng=0).data
    assert a <= drawn.min() <= drawn.max() <= a + width


@pytest.mark.parametrize(("a", "b"), [(6.0, 7.0), (-7.0, -6.0), (12.0, math.inf), (-100.0, -90.0), (5.5, 5.6)])
def test_truncated_normal_far_from_its_mean(a: float, b: float) -> None:
    """Against the mean of the density e^(-z²/2) between the bounds, summed on a grid."""
    near = min(a, b, key=abs)
    grid = math.copysign(1.0, near) * np.linspace(abs(near), min(max(abs(a), abs(b)), abs(near) + 3.0), 100_001)
    density = np.exp((near**2 - grid**2) / 2)
    drawn = init.trunc_normal_(Value(np.zeros(20_000)), 3.0, 2.0, 3.0 + 2.0 * a, 3.0 + 2.0 * b, rng=0).data
    assert ((drawn >= 3.0 + 2.0 * a) & (drawn <= 3.0 + 2.0 * b)).all()
    assert (drawn.mean() - 3.0) / 2.0 == pytest.approx((grid * density).sum() / density.sum(), abs=0.01)


def test_truncated_normal_of_hardly_any_deviation_is_the_nearest_bound() -> None:
    assert init.trunc_normal_(Value(0.0), std=5e-324, a=1.0, b=2.0).item() == 1.0


def test_gains() -> None:
    assert init.calculate_gain("linear") == init.calculate_gain("conv2d") == init.calculate_gain("sigmoid") == 1.0
    assert init.calculate_gain("tanh") == 5 / 3
    assert init.calculate_gain("relu") == math.sqrt(2)
    assert init.calculate_gain("leaky_relu") == math.sqrt(2 / (1 + 0.01**2))
    assert init.calculate_gain("leaky_relu", 0.2) == math.sqrt(2 / (1 + 0.2**2))
    assert init.calculate_gain("selu") == 0.75


MATRIX, VECTOR = Value(np.zeros((2, 3))), Value(np.zeros(3))
WRONG: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: init.calculate_gain("gelu"), ArgumentError, "'gelu'"),
    (lambda: init.xavier_uniform_(VECTOR), ShapeError, "xavier_uniform_: .*(3,)"),
    (lambda: init.kaiming_normal_(MATRIX, mode="fan"), ArgumentError, "mode='fan'"),
    (lambda: init.orthogonal_(VECTOR), ShapeError, "orthogonal_"),
    (lambda: init.eye_(VECTOR), ShapeError, "eye_"),
    (lambda: init.trunc_normal_(VECTOR, a=1.0, b=1.0), ArgumentError, "a < b"),
    (lambda: init.trunc_normal_(VECTOR, math.nan), ArgumentError, "mean=nan"),
    (lambda: init.uniform_(VECTOR, 2.0, 1.0), ArgumentError, "uniform_: found a=2.0, b=1.0; expected a ≤ b"),
    (lambda: init.uniform_(VECTOR, -1e308, 1e308), ArgumentError, "uniform_: found a=-1e"),
    (lambda: init.normal_(VECTOR, std=-1.0), ArgumentError, "normal_: found std=-1.0"),
    (lambda: init.xavier_uniform_(MATRIX, -1.0), ArgumentError, "xavier_uniform_: found gain=-1.0"),
    (lambda: init.xavier_normal_(MATRIX, math.inf), ArgumentError, "xavier_normal_: found gain=inf"),
    (lambda: init.constant_(VECTOR, "1"), ArgumentError, "constant_: found val='1'; expected a number"),  # type: ignore[arg-type]
    (lambda: init.calculate_gain("leaky_relu", "a"), ArgumentError, "found param='a'"),  # type: ignore[arg-type]
    (lambda: init.normal_(VECTOR, rng=np.array([1, 2])), ArgumentError, "rng: found array"),
    (lambda: init.normal_(VECTOR, rng=random.Random), ArgumentError, "rng: found <class 'random.Random'>"),
    (lambda: init.zeros_(MATRIX.data), DtypeError, "^zeros_: found ndarray"),
    (lambda: init.normal_(VECTOR * 2), DtypeError, "leaf Value"),
    (lambda: init.normal_(VECTOR, rng=-1), ArgumentError, "rng: found -1"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_arguments(number: int) -> None:
    call, error, message = WRONG[number]
    with pytest.raises(error, match=message):
        call()
    assert not VECTOR.data.any() and not MATRIX.data.any()
