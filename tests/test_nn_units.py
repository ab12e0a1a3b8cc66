"""Neuron, Layer and MLP: micrograd's behaviour on numbers, printed forms, arguments and inputs."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import run_python

import autograd
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError, UnsupportedError
from nn import MLP, Layer, Neuron

WIDTHS = st.lists(st.integers(1, 4), min_size=1, max_size=3)


def weights(model: Any) -> list[Any]:
    return [p.tolist() for p in model.parameters()]


# ---- micrograd's behaviour ------------------------------------------------------------------------------------------


@given(st.integers(1, 4), WIDTHS, st.integers())
def test_draws_and_their_order_are_micrograds(nin: int, nouts: list[int], seed: int) -> None:
    random.seed(seed)
    model = MLP(nin, nouts)
    random.seed(seed)
    expected = []
    for n_in, n_out in zip([nin, *nouts], nouts, strict=False):
        for _ in range(n_out):
            expected += [random.uniform(-1, 1) for _ in range(n_in)] + [0.0]
    assert weights(model) == expected
    assert all(type(p.data) is float for p in model.parameters())


PRINTED: dict[str, tuple[Callable[[], Any], str]] = {
    "neuron": (lambda: Neuron(2), "ReLUNeuron(2)"),
    "linear neuron": (lambda: Neuron(3, False), "LinearNeuron(3)"),
    "layer": (lambda: Layer(2, 2), "Layer of [ReLUNeuron(2), ReLUNeuron(2)]"),
    "linear layer": (lambda: Layer(2, 1, nonlin=False), "Layer of [LinearNeuron(2)]"),
    "mlp": (lambda: MLP(2, [1, 1]), "MLP of [Layer of [ReLUNeuron(2)], Layer of [LinearNeuron(1)]]"),
    "tanh": (lambda: Neuron(2, activation="tanh"), "TanhNeuron(2)"),
    "function": (lambda: Neuron(2, activation=autograd.sigmoid), "SigmoidNeuron(2)"),
    "leaky": (lambda: Neuron(2, activation="leaky_relu"), "LeakyReLUNeuron(2)"),
    "composite": (lambda: Neuron(2, activation="hardtanh"), "HardtanhNeuron(2)"),
    "nonlin wins": (lambda: Neuron(2, False, activation="tanh"), "LinearNeuron(2)"),
    "no bias": (lambda: Neuron(2, bias=False), "ReLUNeuron(2, bias=False)"),
    "array neuron": (lambda: Neuron(2, vectorized=True), "ReLUNeuron(2, dtype=float64)"),
    "array layer": (lambda: Layer(3, 2, vectorized=True, dtype="float32"), "Layer(3, 2, ReLU, dtype=float32)"),
    "array layer, no bias": (
        lambda: Layer(3, 2, activation="tanh", bias=False, vectorized=True),
        "Layer(3, 2, Tanh, dtype=float64, bias=False)",
    ),
    "array mlp": (
        lambda: MLP(64, [8, 4], vectorized=True),
        "MLP of [Layer(64, 8, ReLU, dtype=float64), Layer(8, 4, Linear, dtype=float64)]",
    ),
}


@pytest.mark.parametrize("case", PRINTED)
def test_printed_form(case: str) -> None:
    build, expected = PRINTED[case]
    assert repr(build()) == expected


def test_attributes_micrograds_users_know() -> None:
    model = MLP(3, [2, 1])
    neuron = model.layers[0].neurons[1]
    assert [len(neuron.w), neuron.b.data, neuron.nonlin] == [3, 0.0, True]  # type: ignore[arg-type, union-attr]
    assert not model.layers[1].neurons[0].nonlin
    neuron.nonlin = False
    assert repr(neuron) == "LinearNeuron(3)"
    assert not hasattr(model.layers[0], "phi"), "each neuron has its own"
    assert [name for name, _ in model.named_parameters()][:4] == [
        f"layers.0.neurons.0.{p}" for p in ("w.0", "w.1", "w.2", "b")
    ]


def test_parameters_have_labels_for_pictures() -> None:
    model = MLP(2, [1, 1])
    assert [p.label for p in model.parameters()] == ["w0", "w1", "b", "w0", "b"]
    assert [p.label for p in model.vectorize().parameters()] == ["weight", "bias"] * 2
    assert [p.label for p in Neuron(2, vectorized=True).parameters()] == ["w", "b"]


PHI: dict[str, Callable[[float], float]] = {
    "relu": lambda s: max(s, 0.0),
    "linear": lambda s: s,
    "tanh": math.tanh,
    "sigmoid": lambda s: 1 / (1 + math.exp(-s)),
    "softplus": lambda s: math.log1p(math.exp(s)),
    "leaky_relu": lambda s: s if s >= 0 else 0.01 * s,
    "step": lambda s: float(s >= 0),
}


@pytest.mark.parametrize("name", PHI)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5), st.booleans(), st.integers())
def test_a_neuron_adds_from_the_bias_on(name: str, x: list[float], bias: bool, seed: int) -> None:
    rng = random.Random(seed)
    neuron = Neuron(len(x), activation=name, bias=bias, rng=rng)
    if neuron.b is not None:
        neuron.b.data = rng.uniform(-1, 1)
    *w, b = [*weights(neuron), None] if not bias else weights(neuron)
    products = [wi * xi for wi, xi in zip(w, x, strict=True)]
    total = products[0] if b is None else b + products[0]
    for product in products[1:]:
        total += product
    assert neuron(x).data == pytest.approx(PHI[name](total), rel=1e-14, abs=0)
    if name in ("relu", "linear"):
        assert neuron(x).data == PHI[name](total)


def test_activations_per_layer() -> None:
    model = MLP(2, [2, 2, 1], activation=["tanh", None, autograd.sigmoid])
    assert [layer.neurons[0].phi.__name__ for layer in model.layers] == ["tanh", "relu", "sigmoid"]
    single = MLP(2, [2, 2, 1], activation=autograd.sin)
    assert [layer.neurons[0].phi.__name__ for layer in single.layers] == ["sin", "sin", "linear"]


def test_any_function_is_an_activation() -> None:
    def swish(x: Value) -> Value:
        return x * autograd.sigmoid(x)

    model = MLP(2, [3, 1], activation=swish)
    assert repr(model.layers[0].neurons[0]) == "SwishNeuron(2)"
    np.testing.assert_allclose(model.vectorize()([0.3, -0.7]).item(), model([0.3, -0.7]).item(), rtol=1e-14)
    assert repr(Neuron(1, activation=lambda x: 2 * x)) == "LambdaNeuron(1)"


# ---- arguments and inputs -------------------------------------------------------------------------------------------

ARGUMENTS: dict[str, tuple[Callable[[], Any], type[GlassgradError], str]] = {
    "no inputs": (lambda: Neuron(0), ArgumentError, "Neuron: found nin=0; expected a whole number of at least 1"),
    "fraction": (lambda: Layer(2.0, 1), ArgumentError, "Layer: found nin=2.0"),  # type: ignore[arg-type]
    "bool": (lambda: Layer(2, True), ArgumentError, "Layer: found nout=True"),
    "no layers": (lambda: MLP(2, []), ArgumentError, r"MLP: found nouts=\[\]; expected a list"),
    "not a list": (lambda: MLP(2, 3), ArgumentError, "MLP: found nouts=3; expected a list"),  # type: ignore[arg-type]
    "unknown activation": (lambda: Neuron(2, activation="rleu"), ArgumentError, "found activation='rleu'; expected"),
    "no activation": (lambda: Neuron(2, activation="matmul"), ArgumentError, "found activation='matmul'"),
    "over an axis": (lambda: Neuron(2, activation="softmax"), ArgumentError, "found activation='softmax'"),
    "two operands": (lambda: Neuron(2, activation="multiply"), ArgumentError, "found activation='multiply'"),
    "no derivative": (lambda: Neuron(2, activation="round"), ArgumentError, "found activation='round'"),
    "a constant": (lambda: Layer(2, 1, activation="stop_gradient"), ArgumentError, "found activation='stop_gradient'"),
    "a number for all": (
        lambda: MLP(2, [3, 1], activation=3),  # type: ignore[arg-type]
        ArgumentError,
        "found activation=3; expected 'linear', the name of an elementwise function",
    ),
    "a number": (lambda: Neuron(2, activation=3), ArgumentError, "found activation=3"),  # type: ignore[arg-type]
    "too few activations": (
        lambda: MLP(2, [2, 1], activation=["tanh"]),
        ArgumentError,
        "found 1 activations; expected 2",
    ),
    "seed": (lambda: Neuron(2, rng="0"), ArgumentError, r"rng: found '0'; expected .*Random\(0\)"),  # type: ignore[arg-type]
    "dtype of numbers": (lambda: MLP(2, [1], dtype="float32"), ArgumentError, "without vectorized=True"),
    "dtype of a neuron": (lambda: Neuron(2, dtype=float), ArgumentError, "Neuron: found dtype"),
    "integers": (lambda: MLP(2, [1], vectorized=True, dtype=int), DtypeError, "floating dtype"),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_wrong_arguments(case: str) -> None:
    build, error, message = ARGUMENTS[case]
    with pytest.raises(error, match=message):
        build()


SAMPLE = [0.5, -2.0]
INPUTS: dict[str, Callable[[], Any]] = {
    "list": lambda: SAMPLE,
    "tuple": lambda: tuple(SAMPLE),
    "iterator": lambda: iter(SAMPLE),
    "integer first": lambda: [np.int64(1), -2.0],
    "Values": lambda: [Value(x) for x in SAMPLE],
    "array": lambda: np.array(SAMPLE),
    "float32 array": lambda: np.array(SAMPLE, np.float32),
    "NumPy numbers": lambda: list(np.array(SAMPLE)),
}


@pytest.mark.parametrize("case", INPUTS)
@pytest.mark.parametrize("unit", [Neuron(2), Layer(2, 1), MLP(2, [3, 1])])
def test_inputs_on_numbers(case: str, unit: Any) -> None:
    y = unit(INPUTS[case]())
    assert y.data == unit([1.0, -2.0] if case == "integer first" else SAMPLE).data
    assert type(y.data) is float


def test_an_array_value_is_a_sample_on_numbers_too() -> None:
    neuron, x = Neuron(2, activation="tanh"), Value(SAMPLE)
    y = neuron(x)
    y.backward()
    assert y.item() == pytest.approx(neuron(SAMPLE).data, rel=1e-14)
    assert x.grad.tolist() == pytest.approx([w.data * (1 - y.item() ** 2) for w in neuron.w])


def test_a_layer_of_one_unit_feeds_the_next() -> None:
    model = MLP(2, [1, 2])
    assert len(model([1.0, 2.0])) == 2
    assert Neuron(1, rng=random.Random(0))(2.0).data == Neuron(1, rng=random.Random(0))([2.0]).data


MISFITS: dict[str, tuple[Callable[[], Any], str]] = {
    "too few": (lambda: Neuron(3)([1.0, 2.0]), r"ReLUNeuron\(3\): found 2 inputs; expected one sample of 3 numbers"),
    "too many": (lambda: Layer(1, 2)([1.0, 2.0]), r"Layer\(1, 2\): found 2 inputs; expected one sample of 1"),
    "none": (lambda: Neuron(1)([]), "found 0 inputs"),
    "bare number": (lambda: Neuron(2)(1.0), "found 1 inputs"),
    "batch": (lambda: MLP(2, [1])(np.ones((5, 2))), r"found an array of shape \(5, 2\).*row by row or vectorize"),
    "batch of lists": (lambda: Neuron(2)([[1.0, 2.0], [3.0, 4.0]]), "found an input that is a list"),
    "in an MLP": (lambda: MLP(2, [3, 1])([1.0]), r"MLP, layers\[0\]: Layer\(2, 3\): found 1 inputs"),
    "array": (
        lambda: Layer(3, 2, vectorized=True)(np.ones((5, 2))),
        r"Layer\(3, 2\): .*shape \(5, 2\); expected \(\.\.\., 3\)",
    ),
    "array neuron": (lambda: Neuron(3, vectorized=True)(np.ones(2)), r"shape \(2,\); expected \(\.\.\., 3\)"),
    "array of no axis": (lambda: Layer(1, 2, vectorized=True)(1.0), r"shape \(\); expected"),
    "array MLP": (lambda: MLP(2, [3, 1], vectorized=True)(np.ones((5, 3))), r"MLP, layers\[0\]: .*\(5, 3\)"),
}


@pytest.mark.parametrize("case", MISFITS)
def test_wrong_number_of_inputs(case: str) -> None:
    call, message = MISFITS[case]
    with pytest.raises(ShapeError, match=message):
        call()


def test_a_replaced_head_of_the_wrong_width_is_named() -> None:
    model = MLP(2, [3, 1])
    model.layers[1] = Layer(4, 1)
    with pytest.raises(ShapeError, match=r"MLP, layers\[1\]: Layer\(4, 1\): found 3 inputs; expected one sample of 4"):
        model([1.0, 2.0])


def test_arrays_of_values_must_be_joined() -> None:
    with pytest.raises(UnsupportedError, match="stack"):
        MLP(2, [1], vectorized=True)([Value(1.0), Value(2.0)])


def test_a_program_on_numbers_never_loads_numpy() -> None:
    program = """
import sys
from nn import MLP, functional as F, optim
model = MLP(2, [4, 1])
for optimizer in (optim.SGD(model.parameters(), 0.1, momentum=0.9), optim.Adam(model.named_parameters())):
    scores = [model(x) for x in ([0.0, 1.0], [1.0, 0.5])]
    loss = F.hinge_loss(scores, [1, -1]) + F.mse_loss(scores, [0.5, 1.0]) + F.cross_entropy(scores, 1)
    loss = loss + F.binary_cross_entropy_with_logits(scores, [0, 1], reduction="sum")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    optimizer.load_state_dict(optimizer.state_dict())
model.load_state_dict(model.state_dict())
repr(model), repr(optimizer)
print("numpy" in sys.modules)
"""
    assert run_python("-c", program) == "False\n"


def test_a_seed_is_that_of_pythons_generator() -> None:
    seeded, drawn = (MLP(2, [3, 3, 1], rng=rng).state_dict() for rng in (3, random.Random(3)))
    assert seeded == drawn
    assert len(set(seeded.values())) == 2 * 3 + 3 * 3 + 3 + 1  # every weight its own, the biases all 0
