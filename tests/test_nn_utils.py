"""Clipping, vectors of parameters and pruning against NumPy, on numbers and arrays."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, replay
from autograd.errors import AnomalyError, ArgumentError, DtypeError, ShapeError
from nn.utils import clip_grad_norm_, clip_grad_value_, parameters_to_vector, prune, vector_to_parameters

finite = st.floats(-1e3, 1e3).filter(lambda x: x == 0.0 or abs(x) > 1e-3)


def parameters(number: float, array: list[float]) -> list[Value]:
    """A number, an array and a parameter without a gradient, with such gradients."""
    x, y, idle = Value(1.0), Value([2.0] * len(array)), Value(3.0)
    x.grad, y.grad = number, np.array(array)
    return [x, y, idle]


@given(
    finite, st.lists(finite, min_size=1, max_size=4), st.floats(0.01, 100.0), st.sampled_from([1.0, 2.0, 3.0, math.inf])
)
@settings(max_examples=60, deadline=None)
def test_the_common_norm_is_clipped(number: float, array: list[float], max_norm: float, order: float) -> None:
    x, y, idle = parameters(number, array)
    before = np.array([number, *array])
    norm = float(np.linalg.norm(before, order))
    assert clip_grad_norm_([x, y, idle], max_norm, order) == pytest.approx(norm, rel=1e-12)
    factor = min(1.0, max_norm / (norm + 1e-6))
    np.testing.assert_allclose([x.grad, *y.grad], before * factor, rtol=1e-12)
    assert not idle.has_grad


@given(finite, st.lists(finite, min_size=1, max_size=4), st.floats(0.01, 100.0))
@settings(max_examples=30, deadline=None)
def test_values_are_clipped(number: float, array: list[float], bound: float) -> None:
    x, y, idle = parameters(number, array)
    clip_grad_value_([x, y, idle], bound)
    assert [x.grad, *y.grad] == np.clip([number, *array], -bound, bound).tolist()
    assert not idle.has_grad


def test_clipping_keeps_dtypes_and_counts_each_parameter_once() -> None:
    x = Value([3.0, 4.0], dtype="float32")
    x.grad = np.array([3.0, 4.0], dtype="float32")
    assert clip_grad_norm_([x, x], 0.5) == 5.0
    assert x.grad.dtype == np.float32
    np.testing.assert_allclose(x.grad, [0.3, 0.4], rtol=1e-6)
    assert clip_grad_norm_(x, 1.0) == pytest.approx(0.5, rel=1e-5)
    clip_grad_value_(x, 0.35)
    assert x.grad.dtype == np.float32
    assert clip_grad_norm_([], 1.0) == 0.0


def test_large_gradients_have_a_norm() -> None:
    x, y = Value(0.0), Value(0.0)
    x.grad, y.grad = 3e200, 4e200
    assert clip_grad_norm_([x, y], 1.0) == pytest.approx(5e200)
    assert (x.grad, y.grad) == pytest.approx((0.6, 0.8))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("order", [2.0, math.inf])
def test_gradients_that_are_not_finite(bad: float, order: float) -> None:
    x, y, _ = parameters(1.0, [1.0, bad])
    y.label = "weight"
    with pytest.raises(AnomalyError, match=r"parameter 1 \(label 'weight', shape \(2,\)\) being"):
        clip_grad_norm_([x, y], 1.0, order, error_if_nonfinite=True)
    assert x.grad == 1.0  # nothing has changed
    with np.errstate(invalid="ignore"):
        assert not math.isfinite(clip_grad_norm_([x, y], 1.0, order))
    assert math.isnan(x.grad) if math.isnan(bad) else x.grad == 0.0  # as in PyTorch


def test_a_clipped_program_on_numbers_trains() -> None:
    model = nn.MLP(2, [3, 1])
    loss = (model([1e4, -1e4]) - 1.0) ** 2
    loss.backward()
    assert clip_grad_norm_(model.parameters(), 1.0) > 1.0
    assert sum(p.grad**2 for p in model.parameters()) == pytest.approx(1.0, rel=1e-5)


def test_errors_of_clipping() -> None:
    with pytest.raises(ArgumentError, match=r"found max_norm=-1.0; expected a number from 0"):
        clip_grad_norm_([Value(1.0)], -1.0)
    with pytest.raises(ArgumentError, match="norm_type=0"):
        clip_grad_norm_([Value(1.0)], 1.0, 0)
    with pytest.raises(ArgumentError, match="clip_value=nan"):
        clip_grad_value_([Value(1.0)], math.nan)
    with pytest.raises(DtypeError, match="found float; expected leaf Values"):
        clip_grad_norm_([1.0], 1.0)  # type: ignore[list-item]


# ---- vectors ----


@pytest.mark.parametrize("model", [nn.MLP(2, [3, 1]), nn.MLP(2, [3, 1], vectorized=True), nn.LSTM(2, 2)])
def test_parameters_as_a_vector_and_back(model: Any) -> None:
    before = [p.detach() for p in model.parameters()]
    vector = parameters_to_vector(model.parameters())
    assert vector.tolist() == [float(x) for p in before for x in np.ravel(p)]
    (vector * np.arange(vector.size)).sum().backward()
    assert [float(x) for p in model.parameters() for x in np.ravel(p.grad)] == list(range(vector.size))
    vector_to_parameters(vector * 2.0, model.parameters())
    for p, data in zip(model.parameters(), before, strict=True):
        assert type(p.data) is type(data)
        assert np.array_equal(p.data, 2.0 * np.asarray(data))


def test_a_vector_of_another_length_changes_nothing() -> None:
    x, y = Value(1.0), Value([1.0, 2.0], dtype="float32")
    for wrong in ([1.0, 2.0], [1.0, 2.0, 3.0, 4.0], [[1.0, 2.0, 3.0]]):
        with pytest.raises(ShapeError, match=r"expected \(3,\)"):
            vector_to_parameters(wrong, [x, y])
    assert (x.data, y.tolist()) == (1.0, [1.0, 2.0])
    vector_to_parameters(np.array([3.0, 4.0, 5.0]), [x, y])
    assert (x.data, y.tolist(), y.dtype) == (3.0, [4.0, 5.0], np.dtype("float32"))


# ---- pruning ----


@given(st.floats(0.0, 1.0), st.integers(0, 2**20))
@settings(max_examples=20, deadline=None)
def test_the_smallest_weights_go(amount: float, seed: int) -> None:
    layer = nn.Linear(5, 4, rng=seed)
    before = layer.weight.detach()
    assert prune.l1_unstructured(layer, "weight", amount) is layer
    gone = layer.weight.data == 0.0
    assert gone.sum() == round(amount * 20)
    assert (layer.weight.data == np.where(gone, 0.0, before)).all()
    assert np.abs(before[gone]).max(initial=0.0) <= np.abs(before[~gone]).min(initial=np.inf)


def test_pruned_weights_stay_zero_while_the_others_learn() -> None:
    layer = nn.Linear(4, 3, rng=0)
    optimizer = nn.optim.Adam(layer.parameters(), lr=0.1)
    prune.l1_unstructured(layer, "weight", 5)
    mask = layer.weight_mask.copy()
    x, target = np.random.default_rng(0).normal(size=(6, 4)), np.ones((6, 3))
    for _ in range(3):
        loss = nn.functional.mse_loss(layer(x), target)
        layer.zero_grad()
        loss.backward()
        assert ((layer.weight_orig.grad != 0.0) == (mask == 1.0)).all()
        optimizer.step()
    expected = x @ (layer.weight_orig.data * mask).T + layer.bias.data  # type: ignore[union-attr]
    np.testing.assert_allclose(layer(x).data, expected)
    assert prune.sparsity(layer) == 5 / 15
    program = replay(lambda x: layer(x).sum())
    assert program(x).item() == pytest.approx(expected.sum())


def test_state_keys_copies_and_removal() -> None:
    layer = nn.Linear(4, 3, rng=0)
    weight, before = layer.weight, layer.weight.detach()
    prune.random_unstructured(layer, "weight", 0.5, rng=0)
    assert list(layer.state_dict()) == ["bias", "weight_orig", "weight_mask"]  # PyTorch's
    assert layer.weight_orig is weight
    assert prune.is_pruned(nn.Sequential(layer))
    twin = pickle.loads(pickle.dumps(copy.deepcopy(layer)))
    x = np.ones((1, 4))
    assert twin(x).tolist() == layer(x).tolist()
    other = prune.l1_unstructured(nn.Linear(4, 3, rng=9), "weight", 1)
    other.load_state_dict(layer.state_dict())
    assert other(x).tolist() == layer(x).tolist()
    expected, mask = layer(x).tolist(), layer.weight_mask
    prune.remove(layer, "weight")
    assert list(layer.state_dict()) == ["bias", "weight"]
    assert layer.weight is weight
    assert (layer.weight.data == before * mask).all()
    assert layer(x).tolist() == expected
    assert not prune.is_pruned(layer)
    assert list(prune.remove(twin, "weight").state_dict()) == ["bias", "weight"]  # by a hook of its own
    assert twin(x).tolist() == expected
    for module in (layer, twin):
        with pytest.raises(ArgumentError, match="which is not pruned"):
            prune.remove(module, "weight")


def test_a_buffer_that_is_deleted_is_forgotten() -> None:
    norm = nn.BatchNorm1d(2)
    del norm.running_mean
    norm.running_mean = np.ones(2)  # plain data, and no buffer
    assert [name for name, _ in norm.named_buffers()] == ["running_var", "num_batches_tracked"]
    assert len(nn.BatchNorm1d(2).buffers()) == 3


def test_pruning_again_takes_of_what_is_left() -> None:
    layer = nn.Linear(4, 2, rng=0)
    prune.l1_unstructured(layer, "weight", 0.5)
    first = layer.weight_mask
    prune.l1_unstructured(layer, "weight", 0.5)
    assert layer.weight_mask.sum() == 2.0
    assert (layer.weight_mask <= first).all()
    prune.custom_from_mask(layer, "weight", np.zeros((2, 4)))
    assert not layer.weight.data.any()
    assert layer._hooks is not None
    assert len(layer._hooks.before) == 1


BAD: list[tuple[Any, str]] = [
    (lambda m: prune.l1_unstructured(m, "weight", 1.5), "found amount=1.5"),
    (lambda m: prune.l1_unstructured(m, "weight", 13), "a whole number up to 12"),
    (lambda m: prune.l1_unstructured(m, "weight", True), "found amount=True"),
    (lambda m: prune.l1_unstructured(m, "weigth", 0.5), "found 'weigth', which is no array parameter"),
    (lambda m: prune.custom_from_mask(m, "weight", np.ones((2, 2))), r"a mask of shape \(2, 2\)"),
    (lambda m: prune.custom_from_mask(m, "bias", np.array([0.0, 0.5, 1.0])), "expected zeros and ones"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_errors_of_pruning_change_nothing(call: Any, message: str) -> None:
    layer = nn.Linear(4, 3, rng=0)
    with pytest.raises(ArgumentError, match=message):
        call(layer)
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_a_penalty_on_absolute_values() -> None:
    x, y = Value(-2.0), Value([[3.0, 0.0], [-1.0, 0.5]])
    penalty = prune.l1_penalty([x, y])
    assert penalty.item() == 6.5
    penalty.backward()
    assert x.grad == -1.0
    assert y.grad.tolist() == [[1.0, 0.0], [-1.0, 1.0]]
    with pytest.raises(ArgumentError, match="no parameters"):
        prune.l1_penalty([])
