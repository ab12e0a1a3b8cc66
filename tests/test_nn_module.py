"""Module: which parameters are found under which names, and loading that is all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError, UnsupportedError
from nn import LSTM, MLP, Layer, Linear, Module, ModuleList, Neuron, ReLU, Sequential, functional

A, B, C = Value(1.0), Value(2.0), Value([3.0, 4.0])


class Holder(Module):
    """A module with the given attributes."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


# What a module holds, and the names under which parameters are found.
STRUCTURES: dict[str, tuple[dict[str, Any], dict[str, Value]]] = {
    "nothing": ({}, {}),
    "attributes in order": ({"b": B, "a": A}, {"b": B, "a": A}),
    "other attributes": ({"n": 3, "a": A, "text": "w", "none": None}, {"a": A}),
    "list": ({"x": [A, B]}, {"x.0": A, "x.1": B}),
    "tuple": ({"x": (A, 1.0, C)}, {"x.0": A, "x.2": C}),
    "dict": ({"x": {"first": A, 2: B}}, {"x.first": A, "x.2": B}),
    "nested containers": ({"x": [{"y": (A, [B])}]}, {"x.0.y.0": A, "x.0.y.1.0": B}),
    "module": ({"inner": Holder(a=A, b=B)}, {"inner.a": A, "inner.b": B}),
    "modules in a list": ({"x": [Holder(a=A), Holder(a=B)]}, {"x.0.a": A, "x.1.a": B}),
    "depth first": ({"x": Holder(a=A), "b": B}, {"x.a": A, "b": B}),
    "shared Value": ({"a": A, "again": A, "x": [A, B]}, {"a": A, "x.1": B}),
    "shared module": ({"x": [Holder(a=A)] * 2}, {"x.0.a": A}),
    "equal data is not the same": ({"x": [Value(1.0), Value(1.0)]}, {"x.0": Value(1.0), "x.1": Value(1.0)}),
    "computed": ({"a": A, "output": A * B}, {"a": A}),
    "frozen": ({"a": Value(1.0, requires_grad=False)}, {"a": Value(1.0)}),
}


@pytest.mark.parametrize("case", STRUCTURES)
def test_names(case: str) -> None:
    attributes, expected = STRUCTURES[case]
    module = Holder(**attributes)
    named = module.named_parameters()
    assert [name for name, _ in named] == list(expected)
    for (_, found), value in zip(named, expected.values(), strict=True):
        assert found is value or case in ("frozen", "equal data is not the same")
    assert all(p is q for p, (_, q) in zip(module.parameters(), named, strict=True))


def test_a_parent_held_by_its_child_is_found_once() -> None:
    parent, child = Holder(a=A), Holder(b=B)
    parent.child, child.parent = child, parent  # type: ignore[attr-defined]
    assert [name for name, _ in parent.named_parameters()] == ["a", "child.b"]
    assert repr(parent) == "Holder(\n  (child): Holder(\n    (parent): ...\n  )\n)"


def test_the_search_is_iterative() -> None:
    nested: Any = A
    for _ in range(10_000):
        nested = [nested]
    assert Holder(x=nested).parameters()[0] is A


def test_two_parameters_of_one_name() -> None:
    with pytest.raises(ArgumentError, match=r"Holder: found two parameters of the name 'x\.1'; expected one"):
        Holder(x={1: A, "1": B}).state_dict()


def test_micrograd_style_parameters_can_be_overridden() -> None:
    class Scaled(Module):
        def __init__(self) -> None:
            self.scale, self.shift = Value(2.0), Value(1.0)

        def parameters(self) -> list[Value]:
            return [self.scale]

    module = Scaled()
    (module.scale * module.shift).backward()
    module.zero_grad()
    assert not module.scale.has_grad
    assert module.shift.has_grad


def test_zero_grad_resets_every_parameter() -> None:
    model = MLP(2, [3, 1])
    model([1.0, 2.0]).backward()
    assert all(p.has_grad for p in model.layers[1].parameters())
    model.zero_grad()
    assert not any(p.has_grad for p in model.parameters())


def test_printed_form() -> None:
    module = Holder(layer=Neuron(2), parts=[Holder(a=A)], table=Value(np.zeros((2, 3), np.float32)), n=3)
    assert repr(module) == "Holder(\n  (layer): ReLUNeuron(2)\n  (parts.0): Holder()\n)"
    assert repr(Holder()) == "Holder()"


# ---- state ----------------------------------------------------------------------------------------------------------


@given(
    st.integers(1, 3),
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
    st.sampled_from([None, "float32", "float64"]),
)
def test_state_makes_the_same_model(nin: int, nouts: list[int], dtype: str | None) -> None:
    def build() -> MLP:
        return MLP(nin, nouts, vectorized=dtype is not None, dtype=dtype)

    model, other = build(), build()
    state = model.state_dict()
    assert list(state) == [name for name, _ in model.named_parameters()]
    other.load_state_dict(state)
    x = np.linspace(-1.0, 1.0, nin)
    assert [p.tolist() for p in model.parameters()] == [p.tolist() for p in other.parameters()]
    assert [p.data.dtype for p in other.parameters() if dtype] == [p.data.dtype for p in model.parameters() if dtype]
    assert repr(model(x)) == repr(other(x))


def test_state_is_a_copy_in_both_directions() -> None:
    layer, other = Layer(2, 2, vectorized=True), Layer(2, 2, vectorized=True)
    before = layer.weight.tolist()
    state = layer.state_dict()
    other.load_state_dict(state)
    state["weight"][:] = 0.0
    assert layer.weight.tolist() == before
    assert other.weight.tolist() == before


def test_state_of_numbers_goes_through_json_and_numpy_files() -> None:
    neuron, other = Neuron(3), Neuron(3)
    state = neuron.state_dict()
    assert json.loads(json.dumps(state)) == state
    other.load_state_dict({name: np.array(x) for name, x in state.items()})  # what numpy.load gives
    assert other.state_dict() == state
    assert all(type(x) is float for x in other.state_dict().values())


def test_loading_converts_to_the_parameters_dtype() -> None:
    layer = Layer(2, 1, vectorized=True, dtype="float32")
    layer.load_state_dict({"weight": [[1, 2]], "bias": np.array([0.1])})
    assert layer.weight.data.dtype == layer.bias.data.dtype == np.float32  # type: ignore[union-attr]
    assert layer.weight.tolist() == [[1.0, 2.0]]


# How a good state is spoilt in its last entry, and the error that names it.
Spoil = Callable[[dict[str, Any]], Any]
SPOILT: dict[str, tuple[Spoil, type[GlassgradError], str]] = {
    "missing": (lambda s: s.pop("bias"), ArgumentError, r"Layer.load_state_dict: found missing \['bias'\]; expected"),
    "unexpected": (lambda s: s.update(extra=1.0), ArgumentError, r"found unexpected \['extra'\]"),
    "both": (lambda s: s.update(b=s.pop("bias")), ArgumentError, r"missing \['bias'\] and unexpected \['b'\]"),
    "shape": (lambda s: s.update(bias=np.zeros(3)), ShapeError, r"'bias': .*shape \(3,\); expected the shape \(2,\)"),
    "broadcast": (lambda s: s.update(bias=0.0), ShapeError, r"'bias': .*shape \(\)"),
    "text": (lambda s: s.update(bias="ab"), DtypeError, r"'bias': .*real numbers"),
    "ragged": (lambda s: s.update(bias=[1.0, [2.0]]), ShapeError, r"'bias': .*no array"),
    "Values": (lambda s: s.update(bias=[Value(1.0), Value(2.0)]), GlassgradError, r"'bias': .*stack"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_loading_is_all_or_nothing(case: str) -> None:
    spoil, error, message = SPOILT[case]
    layer, state = Layer(2, 2, vectorized=True), Layer(2, 2, vectorized=True).state_dict()
    before = {name: x.tolist() for name, x in layer.state_dict().items()}
    spoil(state)
    with pytest.raises(error, match=message):
        layer.load_state_dict(state)
    assert {name: x.tolist() for name, x in layer.state_dict().items()} == before


@pytest.mark.parametrize("bad", ["0.5", [1.0, 2.0], None, Value(1.0)])
def test_numbers_load_numbers_only(bad: Any) -> None:
    neuron = Neuron(1)
    before = neuron.state_dict()
    with pytest.raises(GlassgradError, match=r"Neuron.load_state_dict: 'b': .*expected a number"):
        neuron.load_state_dict({"w.0": 0.0, "b": bad})
    assert neuron.state_dict() == before


def test_state_must_be_a_mapping() -> None:
    with pytest.raises(ArgumentError, match="found list; expected a mapping"):
        Neuron(1).load_state_dict([1.0, 2.0])  # type: ignore[arg-type]


# ---- what may take the place of a part -------------------------------------------------------------------------------


def mixed() -> Holder:
    """A parameter, a module, a computed Value, a list of parameters, a number."""
    return Holder(w=Value([1.0, 2.0], label="w"), inner=Holder(a=A), output=A * B, several=[A, B], n=3)


@pytest.mark.parametrize("given", [np.zeros(2), 0.5, [1.0, 2.0], "w", (), {"a": 1.0}, [np.ones(1)]])
def test_data_never_takes_the_place_of_a_part(given: Any) -> None:
    module = mixed()
    before = dict(vars(module))
    with pytest.raises(DtypeError, match=rf"^Holder\.w: found {type(given).__name__} in place of a param.*\.w\.data"):
        module.w = given
    with pytest.raises(DtypeError, match=r"^Holder\.inner: found .* in place of a module; expected a Module or None"):
        module.inner = given
    assert vars(module) == before
    module.n = module.several = module.output = given  # no part itself
    assert [name for name, _ in module.named_parameters()] == ["w", "inner.a"]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, []),
        (Value(1.0), ["x"]),
        (Holder(a=A), ["x.a"]),
        ([Holder(a=A), B], ["x.0.a", "x.1"]),
        ({"k": (A,)}, ["x.k.0"]),
    ],
)
@pytest.mark.parametrize("held", [Value(0.0), Holder(b=B)], ids=["parameter", "module"])
def test_a_part_gives_way_to_nothing_or_to_other_parts(held: Any, given: Any, names: list[str]) -> None:
    module = Holder(x=held)
    module.x = given
    assert module.x is given and [name for name, _ in module.named_parameters()] == names


def test_a_computed_value_takes_the_place_of_a_parameter_but_of_no_module() -> None:
    module = mixed()
    module.w = module.w * 2.0  # as pruning does
    assert [name for name, _ in module.named_parameters()] == ["inner.a", "several.1"]
    with pytest.raises(DtypeError, match=r"Holder\.inner: found Value in place .* Keep what it computes under another"):
        module.inner = A * B


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Sequential([Linear(2, 1), ReLU()]), r"\[Linear\(.* at '0'; .* Unpack it with a star, as in Seq"),
        (lambda: Sequential(Linear(2, 1) for _ in range(2)), "Unpack it with a star"),
        (lambda: Sequential(Linear(2, 1), ReLU), r"ReLU'> at '1'; expected a Module\. Call the class: ReLU\(\)\."),
        (lambda: ModuleList([Linear]), r"Call the class: Linear\(\)"),
        (lambda: Sequential(functional.relu), r"expected a Module\. Take the module of such a function, as nn\.ReLU"),
        (lambda: Sequential(np.tanh), "Take the module of such a function"),
        (lambda: Sequential("relu"), r"found 'relu' at '0'; expected a Module\.$"),
    ],
)
def test_what_was_meant_by_something_that_is_no_module(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(DtypeError, match=message):
        build()


def test_a_list_of_modules_is_not_called() -> None:
    with pytest.raises(UnsupportedError, match=r"^ModuleList: found a call, .* one by one .* put them into a Seq"):
        Sequential(ModuleList([Linear(2, 1)]))(np.ones((1, 2)))


@pytest.mark.parametrize("follows", [Linear(3, 1), ReLU(), LSTM(3, 3)], ids=repr)
def test_a_recurrent_layer_gives_a_pair_and_the_next_one_says_so(follows: Module) -> None:
    class First(Module):
        def forward(self, pair: Any) -> Any:
            return pair[0]

    x, lstm = np.ones((4, 1, 2)), LSTM(2, 3, rng=0)
    with pytest.raises(DtypeError, match=r"found a pair of arrays; expected one\. .* hand on lstm\(x\)\[0\], in the"):
        Sequential(lstm, follows)(x)
    expected, found = follows(lstm(x)[0]), Sequential(lstm, First(), follows)(x)
    for one, other in zip(expected, found, strict=True) if isinstance(found, tuple) else [(expected, found)]:
        assert repr(one) == repr(other)


@pytest.mark.parametrize("given", [(Value(1.0), Value(2.0)), (Value([1.0]), Value([2.0])), (Value(np.eye(2)),) * 3])
def test_other_tuples_are_told_to_be_stacked(given: Any) -> None:
    with pytest.raises(UnsupportedError, match=r"^Linear\(in_features=2, .* autograd\.stack"):
        Linear(2, 1)(given)
