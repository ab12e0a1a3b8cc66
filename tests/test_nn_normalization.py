"""Normalization: by NumPy's means and variances, the running statistics, training and evaluation."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value, gradcheck, gradgradcheck, replay
from autograd.errors import ArgumentError, ShapeError
from nn import functional

rng = np.random.default_rng(0)
SHAPES = [(5, 3), (2, 3, 4), (2, 3, 2, 4)]


def batch_norm(x: Any, mean: Any, variance: Any) -> Any:
    places = (-1,) + (1,) * (x.ndim - 2)
    return (x - mean.reshape(places)) / np.sqrt(variance.reshape(places) + 1e-5)


def layer_of(shape: tuple[int, ...], **kwargs: Any) -> Any:
    return (nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d)(3, **kwargs)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_batch_is_normalized_and_moves_the_running_statistics(shape: tuple[int, ...]) -> None:
    layer, axes = layer_of(shape), (0, *range(2, len(shape)))
    mean, variance = np.zeros(3), np.ones(3)
    for batch in range(3):
        x = rng.normal(batch, 2.0, shape)
        np.testing.assert_allclose(layer(x).data, batch_norm(x, x.mean(axes), x.var(axes)), rtol=1e-12)
        mean = 0.9 * mean + 0.1 * x.mean(axes)
        variance = 0.9 * variance + 0.1 * x.var(axes, ddof=1)
        np.testing.assert_allclose(layer.running_mean, mean, rtol=1e-12)
        np.testing.assert_allclose(layer.running_var, variance, rtol=1e-12)
    assert layer.num_batches_tracked == 3
    x = rng.normal(size=shape)
    np.testing.assert_allclose(layer.eval()(x).data, batch_norm(x, mean, variance), rtol=1e-12)
    np.testing.assert_allclose(layer.running_mean, mean, rtol=1e-12)
    layer.reset_running_stats()
    assert (layer.running_mean.sum(), layer.running_var.sum(), layer.num_batches_tracked) == (0.0, 3.0, 0)


def test_without_momentum_the_statistics_are_the_mean_over_all_batches() -> None:
    layer, batches = nn.BatchNorm1d(2, momentum=None), rng.normal(size=(4, 6, 2))
    for x in batches:
        layer(x)
    np.testing.assert_allclose(layer.running_mean, batches.mean((0, 1)), rtol=1e-12)
    np.testing.assert_allclose(layer.running_var, batches.var(1, ddof=1).mean(0), rtol=1e-12)


def test_without_running_statistics_evaluation_normalizes_by_the_batch() -> None:
    layer, x = nn.BatchNorm1d(2, affine=False, track_running_stats=False), rng.normal(size=(6, 2))
    assert (layer.state_dict(), layer.running_mean, layer.weight) == ({}, None, None)
    np.testing.assert_array_equal(layer(Value(x)).data, layer.eval()(Value(x)).data)
    np.testing.assert_allclose(layer(x), batch_norm(x, x.mean(0), x.var(0)), rtol=1e-12)
    assert layer(x[:1]).tolist() == [[0.0, 0.0]]  # one value per channel, in evaluation


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("training", [True, False])
def test_derivatives_of_batch_norm(shape: tuple[int, ...], training: bool) -> None:
    x, weight, bias = rng.normal(size=shape), rng.normal(size=3), rng.normal(size=3)
    mean, variance = rng.normal(size=3), rng.uniform(0.5, 1.5, 3)

    def normalized(x: Any, weight: Any, bias: Any) -> Any:
        return functional.batch_norm(x, mean.copy(), variance.copy(), weight, bias, training)

    assert gradcheck(normalized, x, weight, bias)
    assert gradgradcheck(normalized, x, weight, bias)


def test_the_function_moves_the_given_arrays() -> None:
    mean, variance = np.zeros(1), np.ones(1)
    functional.batch_norm([[1.0], [3.0]], mean, variance, training=True, momentum=0.5)
    assert (mean.tolist(), variance.tolist()) == ([1.0], [1.5])


def test_a_graph_of_an_evaluation_keeps_its_statistics() -> None:
    layer, x = nn.BatchNorm1d(1).eval(), Value([[1.0], [2.0]])
    y = layer(x)
    expected = y.data.copy()
    layer.train()(np.array([[5.0], [9.0]]))
    np.testing.assert_array_equal(y.data, expected)
    (y * y).sum().backward()
    np.testing.assert_allclose(x.grad, 2 * x.data / (1 + 1e-5), rtol=1e-12)


def test_an_error_leaves_the_statistics_as_they_were() -> None:
    layer = nn.BatchNorm1d(2)
    with pytest.raises(ShapeError, match=r"^BatchNorm1d\(2, .*1 value per channel"):
        layer(np.ones((1, 2)))
    with pytest.raises(ShapeError, match=r"shape \(3, 4\); expected \(N, 2\) or \(N, 2, L\)"):
        layer(np.ones((3, 4)))
    with pytest.raises(ShapeError, match=r"expected \(N, 3, H, W\)"):
        nn.BatchNorm2d(3)(np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"batch_norm: .*shape \(2,\)"):
        functional.batch_norm(np.ones(2), None, None)
    assert layer.num_batches_tracked == 0 and not layer.running_mean.any()


@pytest.mark.parametrize("momentum", [0.1, None])
def test_a_replayed_layer_keeps_its_statistics(momentum: float | None) -> None:
    layer, eager = nn.BatchNorm1d(2, momentum=momentum), nn.BatchNorm1d(2, momentum=momentum)
    program = replay(lambda x: layer(x).sum())
    for batch in range(4):
        x = rng.normal(batch, 1.0, size=(5, 2))
        program.backward(x)
        eager(x)
        np.testing.assert_allclose(layer.running_mean, eager.running_mean, rtol=1e-12)
        np.testing.assert_allclose(layer.running_var, eager.running_var, rtol=1e-12)
        assert layer.num_batches_tracked == eager.num_batches_tracked == batch + 1
    assert program.recordings == 1
    np.testing.assert_allclose(replay(layer.eval())(x), layer(x).data, rtol=1e-12)


def test_the_state_is_whole() -> None:
    layer, twin = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    layer(rng.normal(size=(5, 2)))
    twin.load_state_dict(layer.state_dict())
    assert list(layer.state_dict()) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    np.testing.assert_array_equal(twin.running_var, layer.running_var)
    assert twin.num_batches_tracked == 1
    assert layer.to("float32").running_mean.dtype == np.float32
    layer(rng.normal(size=(5, 2)))
    assert (layer.running_mean.dtype, layer.running_var.dtype) == (np.float32, np.float32)


# ---- layer norm, rms norm, normalize ----


@given(st.integers(1, 2), st.integers(0, 20))
def test_layer_and_rms_norm(axes: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    x, last = generator.normal(size=(3, 4, 5)), tuple(range(-axes, 0))
    shape = x.shape[-axes:]
    weight, bias = generator.normal(size=shape), generator.normal(size=shape)
    centred = x - x.mean(last, keepdims=True)
    expected = centred / np.sqrt(x.var(last, keepdims=True) + 1e-5) * weight + bias
    layer = nn.LayerNorm(shape)
    layer.load_state_dict({"weight": weight, "bias": bias})
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-10, atol=1e-12)
    scaled = nn.RMSNorm(shape, eps=0.1)
    scaled.load_state_dict({"weight": weight})
    np.testing.assert_allclose(scaled(x).data, x / np.sqrt((x**2).mean(last, keepdims=True) + 0.1) * weight, rtol=1e-12)


def test_derivatives_of_layer_and_rms_norm() -> None:
    x, weight, bias = rng.normal(size=(2, 4)), rng.normal(size=4), rng.normal(size=4)
    for check in (gradcheck, gradgradcheck):
        assert check(lambda x, w, b: functional.layer_norm(x, 4, w, b), x, weight, bias)
        assert check(lambda x, w: functional.rms_norm(x, 4, w), x, weight)


def test_rms_norm_of_zeros_is_zero() -> None:
    x = Value(np.zeros((1, 2)))
    y = functional.rms_norm(x, 2)
    y.sum().backward()
    assert y.tolist() == [[0.0, 0.0]] and np.isfinite(x.grad).all()


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, np.inf])
def test_normalize(p: float) -> None:
    x = rng.normal(size=(3, 4))
    np.testing.assert_allclose(functional.normalize(x, p), x / np.linalg.norm(x, p, axis=1, keepdims=True), rtol=1e-12)
    assert gradcheck(lambda x: functional.normalize(x, p, dim=0), x)


def test_normalize_leaves_zeros() -> None:
    x = Value(np.zeros((1, 3)))
    y = functional.normalize(x)
    y.sum().backward()
    assert y.tolist() == [[0.0] * 3] and np.isfinite(x.grad).all()


def test_wrong_shapes() -> None:
    for shape in ((), "ab", 0, (2, -1), (1.5,)):
        with pytest.raises(ArgumentError, match="LayerNorm: found normalized_shape="):
            nn.LayerNorm(shape)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=r"^RMSNorm\(\(3,\), .*expected \(\.\.\., 3\)"):
        nn.RMSNorm(3)([[1.0, 2.0]])
    assert list(nn.LayerNorm(2, bias=False).state_dict()) == ["weight"]
    assert nn.LayerNorm(2, elementwise_affine=False).state_dict() == {}
