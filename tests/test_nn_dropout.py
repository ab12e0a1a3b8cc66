"""Dropout: the share of zeros, the mean kept, the random numbers, evaluation and replay."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value, replay


@given(st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from(["float32", "float64"]), st.integers(0, 99))
def test_dropout_zeroes_that_share_and_keeps_the_mean(p: float, dtype: str, seed: int) -> None:
    x = Value(np.ones((50, 80)), dtype=dtype)
    y = nn.Dropout(p, rng=seed)(x)
    kept = np.unique(y.data)
    np.testing.assert_allclose(kept, [0.0, 1.0 / (1.0 - p)], rtol=1e-6)
    assert (y.data == 0).mean() == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / 4000))
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)
    assert y.dtype.name == dtype


def test_dropout_draws_anew_at_each_call_and_nothing_in_evaluation() -> None:
    layer, x = nn.Dropout(0.5, rng=0), Value(np.ones(100))
    first, second = layer(x).data, layer(x).data
    assert (first != second).any()
    again = nn.Dropout(0.5, rng=0)
    np.testing.assert_array_equal(again(x).data, first)
    np.testing.assert_array_equal(again(x).data, second)
    assert layer.eval()(x) is x
    assert nn.Dropout(0.0)(x) is x
    assert not nn.Dropout(1.0)(x).data.any()
    np.testing.assert_array_equal(replay(layer)(np.ones(3)), np.ones(3))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_replayed_dropout_draws_what_an_eager_one_does(dtype: str) -> None:
    x = np.ones((4, 5), dtype)
    layer, program = nn.Dropout(0.5, rng=0), replay(nn.Dropout(0.5, rng=0))
    for _ in range(4):
        y = program(x)
        np.testing.assert_array_equal(y, layer(x))
        assert y.dtype == x.dtype
    assert program.recordings == 1
