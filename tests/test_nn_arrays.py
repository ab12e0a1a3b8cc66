"""Neuron, Layer and MLP on arrays: PyTorch's behaviour, and the same results as on numbers."""

from __future__ import annotations

import copy
import pickle
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, gradcheck, topological_order
from autograd.errors import ArgumentError
from nn import MLP, Layer, Neuron
from nn.functional import mse_loss

WIDTHS = st.lists(st.integers(1, 4), min_size=1, max_size=3)
SMOOTH = ("tanh", "sigmoid", "softplus", "sin", "linear")


def weights(model: Any) -> list[Any]:
    return [p.tolist() for p in model.parameters()]


# ---- arrays ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rng", [random.Random(3), np.random.default_rng(3), np.random.RandomState(3)])
def test_array_weights_are_drawn_in_pytorchs_range(rng: Any) -> None:
    layer = Layer(25, 40, vectorized=True, rng=rng)
    assert layer.weight.shape == (40, 25)
    assert layer.bias is not None
    assert layer.bias.shape == (40,)
    for p in layer.parameters():
        assert np.all(np.abs(p.data) <= 0.2)  # 1 / sqrt(25)
        assert np.max(np.abs(p.data)) > 0.18
        assert np.abs(np.mean(p.data)) < 0.08


@pytest.mark.parametrize("vectorized", [False, True])
def test_the_same_seed_gives_the_same_network(vectorized: bool) -> None:
    def build(rng: Any = None) -> Any:
        return weights(MLP(3, [4, 2], vectorized=vectorized, rng=rng))

    random.seed(7)
    first = build()
    random.seed(7)
    assert build() == first == build(random.Random(7))
    assert build() != first
    assert build(np.random.default_rng(7)) == build(np.random.default_rng(7)) != first


def test_shapes_on_arrays() -> None:
    model = MLP(3, [4, 2], vectorized=True)
    for shape in [(3,), (5, 3), (0, 3), (2, 5, 3)]:
        assert model(np.ones(shape)).shape == (*shape[:-1], 2)
        assert Neuron(3, vectorized=True)(np.ones(shape)).shape == shape[:-1]
    assert MLP(3, [1], vectorized=True)(np.ones((5, 3))).shape == (5, 1)


def test_a_layer_is_one_node_and_its_activation_another() -> None:
    model = MLP(3, [4, 4, 2], activation="tanh", vectorized=True)
    names = [v.op.name for v in topological_order(model(np.ones((5, 3)))) if v.op is not None]
    assert names == ["linear", "tanh", "linear", "tanh", "linear"]


@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "list"])
def test_float32_stays_float32(kind: str) -> None:
    x: Any = [[1.0, 2.0], [3.0, 4.0]] if kind == "list" else np.ones((2, 2), kind)
    for activation in (*SMOOTH, "relu"):
        model = MLP(2, [3, 2], activation=activation, vectorized=True, dtype="float32")
        y = model(x)
        loss = mse_loss(y, np.zeros((2, 2)))
        loss.backward()
        assert y.dtype == loss.dtype == np.float32
        assert all(p.data.dtype == p.grad.dtype == np.float32 for p in model.parameters())
        assert all(v.dtype == np.float32 for v in topological_order(loss))
    neuron = Neuron(2, vectorized=True, dtype="float32")
    neuron(x).sum().backward()
    assert all(p.data.dtype == p.grad.dtype == np.float32 for p in neuron.parameters())


def test_a_batch_stays_a_constant() -> None:
    model, x = MLP(2, [2], vectorized=True), np.ones((3, 2))
    y = model(x)
    assert {id(v) for v in topological_order(y) if v.op is None} == {id(p) for p in model.parameters()}
    assert x.flags.writeable


@pytest.mark.parametrize("unit", [Neuron(2, activation="tanh"), Layer(2, 2, activation="tanh")])
def test_a_unit_says_how_it_stores_and_what_it_applies(unit: Any) -> None:
    arrays = unit.vectorize()
    assert (unit.vectorized, arrays.vectorized, arrays.scalarize().vectorized) == (False, True, False)
    assert (arrays.activation, arrays.nonlin) == (arrays.phi, True)
    arrays.nonlin = False
    assert arrays([0.5, -1.0]).tolist() == arrays.scalarize().vectorize()([0.5, -1.0]).tolist()
    assert "Linear" in repr(arrays) and "Linear" in repr(arrays.scalarize())


# ---- both forms -----------------------------------------------------------------------------------------------------


@given(st.integers(1, 4), WIDTHS, st.sampled_from(SMOOTH), st.booleans(), st.integers(1, 4), st.integers(0, 2**32))
def test_both_forms_agree(nin: int, nouts: list[int], activation: str, bias: bool, batch: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = MLP(nin, nouts, activation=activation, bias=bias, rng=random.Random(seed))
    arrays = numbers.vectorize()
    x, target = rng.normal(size=(batch, nin)), rng.normal(size=(batch, nouts[-1]))

    ys = [numbers(row) for row in x]
    ys = [[y] for y in ys] if nouts[-1] == 1 else ys
    y = arrays(x)
    np.testing.assert_allclose(y.data, [[v.data for v in row] for row in ys], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(arrays(x[0]).data, y.data[0], rtol=1e-12, atol=1e-12)

    mse_loss(ys, target.tolist()).backward()
    mse_loss(y, target).backward()
    for layer, twin in zip(numbers.layers, arrays.layers, strict=True):
        expected = [[w.grad for w in neuron.w] for neuron in layer.neurons]
        np.testing.assert_allclose(twin.weight.grad, expected, rtol=1e-12, atol=1e-12)
        if twin.bias is not None:
            expected = [neuron.b.grad for neuron in layer.neurons]  # type: ignore[union-attr]
            np.testing.assert_allclose(twin.bias.grad, expected, rtol=1e-12, atol=1e-12)


@given(st.integers(1, 4), WIDTHS, st.booleans(), st.sampled_from(["float32", "float64"]))
def test_there_and_back_again(nin: int, nouts: list[int], bias: bool, dtype: str) -> None:
    model = MLP(nin, nouts, activation="tanh", bias=bias, vectorized=True, dtype=dtype)
    numbers = model.scalarize()
    assert repr(numbers) == repr(MLP(nin, nouts, activation="tanh", bias=bias))
    assert weights(numbers.vectorize(dtype)) == weights(model)
    assert {p.data.dtype.name for p in numbers.vectorize(dtype).parameters()} == {dtype}
    assert repr(numbers.vectorize(dtype)) == repr(model)
    assert weights(numbers.scalarize()) == weights(numbers)
    assert repr(model.vectorize()) == repr(model)
    assert weights(model.vectorize("float64")) == weights(model)


@pytest.mark.parametrize("bias", [False, True])
def test_a_neuron_in_both_forms(bias: bool) -> None:
    neuron = Neuron(3, activation="tanh", bias=bias)
    arrays = neuron.vectorize()
    x = np.array([[0.1, -0.2, 0.3], [1.0, 2.0, -3.0]])
    np.testing.assert_allclose(arrays(x).data, [neuron(row).data for row in x], rtol=1e-14)
    assert weights(arrays.scalarize()) == weights(neuron) == weights(neuron.scalarize())
    assert weights(arrays.vectorize("float32").vectorize()) == weights(neuron.vectorize("float32"))
    assert repr(arrays.vectorize("float32").vectorize()).startswith("TanhNeuron(3, dtype=float32")


@pytest.mark.parametrize("vectorized", [False, True])
def test_twins_share_nothing_and_draw_nothing(vectorized: bool) -> None:
    model = MLP(2, [3, 1], vectorized=vectorized)
    before, state = weights(model), random.getstate()
    for twin in (model.vectorize(), model.scalarize()):
        for p in twin.parameters():
            p.data = p.data * 0.0
    assert weights(model) == before
    assert random.getstate() == state
    assert not {id(p) for p in model.parameters()} & {id(p) for p in twin.parameters()}


@pytest.mark.parametrize("spoilt", [{"activation": "tanh"}, {"bias": False}])
def test_unequal_neurons_do_not_share_an_array(spoilt: dict[str, Any]) -> None:
    layer = Layer(2, 2)
    layer.neurons[1] = Neuron(2, **spoilt)
    with pytest.raises(ArgumentError, match=r"Layer\(2, 2\): found units that differ in activation or bias"):
        layer.vectorize()


@pytest.mark.parametrize("vectorized", [False, True])
def test_gradients(vectorized: bool) -> None:
    model = MLP(2, [3, 2], activation="tanh", vectorized=vectorized, rng=random.Random(1))
    x = np.array([0.3, -0.8])

    def loss(*data: Value) -> Value:
        twin = copy.deepcopy(model)
        parameters = iter(data)
        for layer in twin.layers:  # put the checked leaves in the places of the parameters
            if vectorized:
                layer.weight, layer.bias = next(parameters), next(parameters)
            for neuron in vars(layer).get("neurons", []):
                neuron.w, neuron.b = [next(parameters) for _ in neuron.w], next(parameters)
        y: Value = mse_loss(twin(x), [1.0, -1.0], reduction="sum")
        return y

    assert gradcheck(loss, *(p.data for p in model.parameters()))


@pytest.mark.parametrize("vectorized", [False, True])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", autograd.softplus, "linear"])
def test_copies_and_pickles(vectorized: bool, activation: Any) -> None:
    model = MLP(2, [3, 1], activation=activation, vectorized=vectorized)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert repr(twin) == repr(model)
        assert weights(twin) == weights(model)
        assert twin([1.0, 2.0]).item() == model([1.0, 2.0]).item()
