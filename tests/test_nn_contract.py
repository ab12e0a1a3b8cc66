"""Module's contract beyond names and state: calls and hooks, buffers, modes, dtypes, containers."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError, UnsupportedError
from nn import MLP, Layer, Module, ModuleDict, ModuleList, Neuron, Sequential
from nn.optim import SGD


class Scale(Module):
    """Multiplies by a parameter, and remembers in buffers what it saw."""

    def __init__(self, factor: float = 2.0) -> None:
        self.factor = Value([factor], label="factor")
        self.register_buffer("seen", np.zeros(1))
        self.register_buffer("calls", 0)
        self.register_buffer("scratch", np.ones(2), persistent=False)

    def forward(self, x: Any) -> Any:
        if self.training:
            self.calls, self.seen = self.calls + 1, self.seen + 1.0
        return x * self.factor


def layer(nin: int = 2, nout: int = 3, **options: Any) -> Layer:
    return Layer(nin, nout, vectorized=True, rng=np.random.default_rng(0), **options)


# ---- calls and hooks -------------------------------------------------------------------------------------------------


def test_a_module_without_forward() -> None:
    class Nothing(Module):
        pass

    with pytest.raises(UnsupportedError, match="Nothing: found no forward; define forward"):
        Nothing()(1.0)


def test_hooks_see_and_replace_arguments_and_outputs() -> None:
    module, told = Scale(), []
    module.register_forward_pre_hook(lambda module, args: told.append(args))
    module.register_forward_pre_hook(lambda module, args: args[0] + 1.0)  # what is no tuple is the only argument
    module.register_forward_hook(lambda module, args, output: told.append((module, args, output.item())))
    module.register_forward_hook(lambda module, args, output: output * 10.0)
    assert module(np.ones(1)).item() == 40.0
    assert told[0] == (np.ones(1),)
    assert told[1] == (module, (2.0,), 4.0)


def test_a_hook_is_removed_by_its_handle_also_while_it_runs() -> None:
    module, calls = Scale(), []
    handle = module.register_forward_hook(lambda *_: (calls.append("once"), handle.remove())[2:] or None)
    with module.register_forward_hook(lambda *_: calls.append("inside")):
        module(1.0)
        module(1.0)
    module(1.0)
    handle.remove()
    assert calls == ["once", "inside", "inside"]
    with pytest.raises(DtypeError, match="hook: found 3; expected a function"):
        module.register_forward_hook(3)  # type: ignore[arg-type]


def test_hooks_reach_the_parts_of_micrograds_networks() -> None:
    model, shapes = MLP(2, [3, 1], vectorized=True), []
    for part in model.modules()[1:]:
        part.register_forward_hook(lambda module, args, output: shapes.append(output.shape))
    model(np.ones((5, 2)))
    assert shapes == [(5, 3), (5, 1)]


# ---- buffers ---------------------------------------------------------------------------------------------------------


def test_buffers_are_state_and_no_parameters() -> None:
    model = Sequential(Scale(), Scale())
    assert [name for name, _ in model.named_parameters()] == ["0.factor", "1.factor"]
    assert [name for name, _ in model.named_buffers()] == [
        f"{i}.{n}" for i in "01" for n in ("seen", "calls", "scratch")
    ]
    model(np.ones(1))
    state = model.state_dict()
    assert set(state) == {f"{i}.{n}" for i in "01" for n in ("factor", "seen", "calls")}
    other = Sequential(Scale(5.0), Scale(5.0))
    other.load_state_dict(state)
    assert other[1].calls == 1 and other[1].seen == [1.0] and other[0].factor.data == [2.0]  # type: ignore[attr-defined]
    state["0.seen"][0] = 7.0
    assert model.buffers()[0] == [1.0] == other.buffers()[0]  # all three have memory of their own


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("1.seen", np.ones(2), ShapeError),
        ("1.calls", 0.5, DtypeError),
        ("1.seen", 1j, ShapeError),
        ("1.seen", np.array([1j]), DtypeError),
        ("0.factor", np.ones(3), ShapeError),
        ("nothing", 1.0, ArgumentError),
    ],
)
def test_nothing_is_loaded_when_anything_does_not_fit(name: str, data: Any, error: type[Exception]) -> None:
    model = Sequential(Scale(), Scale())
    before = model.state_dict()
    changed = {key: value + 1 for key, value in before.items()}
    with pytest.raises(error, match=name):
        model.load_state_dict({**changed, name: data})
    assert model.state_dict() == before


def test_loading_what_is_there() -> None:
    model = Sequential(Scale(), Scale())
    missing, unexpected = model.load_state_dict({"1.factor": [9.0], "head.weight": 1.0}, strict=False)
    assert missing == ["0.factor", "0.seen", "0.calls", "1.seen", "1.calls"]
    assert unexpected == ["head.weight"]
    assert [p.item() for p in model.parameters()] == [2.0, 9.0]


@pytest.mark.parametrize("name", ["", "a b", 3, "forward", "factor"])
def test_names_of_buffers(name: Any) -> None:
    with pytest.raises(ArgumentError, match=r"Scale\.register_buffer: found the name"):
        Scale().register_buffer(name, 1.0)
    with pytest.raises(DtypeError, match="found a Value for 'mean'"):
        Scale().register_buffer("mean", Value(1.0))


# ---- what is done to all of it ---------------------------------------------------------------------------------------


def test_modes() -> None:
    model = Sequential(Scale(), ModuleList([Scale()]))  # the list is never called
    assert model.eval() is model
    assert [module.training for module in model.modules()] == [False] * 4
    model.train()[1].training = False
    assert [module.training for module in model.modules()] == [True, True, False, True]


def test_frozen_parameters_cost_nothing() -> None:
    model = Sequential(layer(), layer(3, 1))
    model[0].requires_grad_(False)
    model(np.ones((4, 2))).sum().backward()
    assert [p.has_grad for p in model.parameters()] == [False, False, True, True]
    assert not model[0](np.ones((4, 2))).requires_grad  # nothing of it is recorded for the walk
    model.requires_grad_()
    assert all(p.requires_grad for p in model.parameters())


def test_apply_goes_from_the_inside_out() -> None:
    shared = layer()
    model, visited = Sequential({"a": Sequential(shared, Scale()), "b": ModuleDict({"c": Scale()}), "d": shared}), []
    names = {id(part): name for name, part in model.named_modules()}
    assert model.apply(lambda module: visited.append(names[id(module)])) is model
    assert visited == ["a.0", "a.1", "a", "b.c", "b", ""]  # PyTorch's order, but what is shared comes once
    model.a.parent = model  # type: ignore[attr-defined]
    visited.clear()
    assert model.apply(visited.append) is model and len(visited) == 6  # though a part holds what it is in


def test_to_converts_in_place() -> None:
    model = Sequential(layer(), Scale())
    optimizer = SGD(model.parameters(), lr=0.5)
    parameter = model[0].weight  # type: ignore[attr-defined]
    parameter.label, parameter.requires_grad = "W", False
    model(np.ones((1, 2))).sum().backward()
    model.to(np.float32)
    assert {p.dtype for p in model.parameters()} == {np.dtype("float32")}
    assert model.buffers()[0].dtype == np.float32 and type(model.buffers()[1]) is int
    assert parameter is model.parameters()[0] and parameter.label == "W" and not parameter.requires_grad
    assert not any(p.has_grad for p in model.parameters())
    model(np.ones((1, 2), np.float32)).sum().backward()
    before = model[1].factor.data.copy()  # type: ignore[attr-defined]
    optimizer.step()
    assert model[1].factor.dtype == np.float32 and (model[1].factor.data != before).all()  # type: ignore[attr-defined]


def test_to_refuses_whole() -> None:
    model = Sequential(layer(), Neuron(2))
    with pytest.raises(DtypeError, match=r"Sequential\.to: found '1\.w\.0', a number"):
        model.to("float32")
    with pytest.raises(DtypeError, match=r"Sequential\.to: found the dtype int64; expected a floating one"):
        model.to(int)
    assert model.parameters()[0].dtype == float
    model.to(float)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["deepcopy", "pickle"]
)
def test_copies_share_nothing(copied: Any) -> None:
    model = Sequential(layer(), Scale())
    twin = copied(model)
    twin.parameters()[0].data = np.zeros((3, 2))
    twin[1].calls = 5
    assert model.parameters()[0].data.any() and model[1].calls == 0  # type: ignore[attr-defined]
    assert twin.train(False).training is False and model.training is True


# ---- containers ------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 9), max_size=5), st.data())
def test_a_module_list_is_a_list(numbers: list[int], data: st.DataObject) -> None:
    expected = [Scale(n) for n in numbers]
    found = ModuleList(expected)
    for _ in range(data.draw(st.integers(0, 4))):
        step, new = data.draw(st.sampled_from(["append", "extend", "insert", "set", "delete"])), Scale(1.0)
        index = data.draw(st.integers(-len(expected), len(expected) - 1)) if expected else 0
        if step == "append":
            found.append(new), expected.append(new)
        elif step == "extend":
            found.extend([new]), expected.extend([new])
        elif step == "insert":
            found.insert(index, new), expected.insert(index, new)
        elif step == "set" and expected:
            found[index] = expected[index] = new
        elif step == "delete" and expected:
            del found[index], expected[index]
    assert len(found) == len(expected)
    assert all(a is b for a, b in zip(found, expected, strict=True))
    assert [name for name, _ in found.named_children()] == [str(i) for i in range(len(expected))]
    assert all(a is b for a, b in zip(found[1:], expected[1:], strict=True))


def test_sequential_runs_its_modules_in_turn() -> None:
    model = Sequential({"first": Scale(2.0), "second": Scale(3.0)})
    assert model(np.ones(1)).item() == 6.0
    assert [name for name, _ in model.named_parameters()] == ["first.factor", "second.factor"]
    assert Sequential()(4.0) == 4.0
    assert repr(Sequential(Scale(), Sequential(Scale()))) == (
        "Sequential(\n  (0): Scale()\n  (1): Sequential(\n    (0): Scale()\n  )\n)"
    )


def test_a_module_dict_is_a_dict() -> None:
    modules = ModuleDict({"a": Scale(1.0)})
    modules["b"] = modules["a"]
    modules.update([("c", Scale(3.0))])
    del modules["a"]
    assert list(modules) == list(modules.keys()) == ["b", "c"] and len(modules) == 2 and "a" not in modules
    assert [module.factor.item() for module in modules.values()] == [1.0, 3.0]  # type: ignore[attr-defined]
    assert dict(modules.items())["c"] is modules["c"]
    with pytest.raises(KeyError, match="a"):
        del modules["a"]


@pytest.mark.parametrize("name", ["keys", "training", "a.b", "", 1])
def test_names_in_a_module_dict(name: Any) -> None:
    with pytest.raises(ArgumentError, match="ModuleDict: found the name"):
        ModuleDict({"a": Scale(), name: Scale()})


@pytest.mark.parametrize("build", [lambda: Sequential(3), lambda: ModuleList([None]), lambda: ModuleDict({"a": abs})])
def test_what_is_no_module(build: Any) -> None:
    with pytest.raises(DtypeError, match="expected a Module"):
        build()
    modules = ModuleList([Scale()])
    with pytest.raises(DtypeError, match="found None at '1'; expected a Module"):
        modules.append(None)  # type: ignore[arg-type]
    assert len(modules) == 1


def test_names_in_a_sequential_are_kept() -> None:
    """As PyTorch's, but for `insert`, which there does not work with names."""
    model = Sequential({"a": Scale(), "3": Scale()})
    first = model[0]
    model.append(Scale()).extend([Scale()])
    assert [name for name, _ in model.named_children()] == ["a", "3", "2", "4"]
    model[0] = Scale()
    assert [name for name, _ in model.named_children()] == ["a", "3", "2", "4"] and model[0] is not first
    assert [name for name, _ in model[1:3].named_children()] == ["3", "2"]
    del model[0]
    assert [name for name, _ in model.named_children()] == ["0", "1", "2"]


def test_a_buffer_that_is_to_come() -> None:
    module = Scale()
    module.register_buffer("mask", None)
    assert "mask" not in module.state_dict()
    module.load_state_dict(module.state_dict())
    module.to("float32")
    module.mask = np.ones(1)
    module.load_state_dict({**module.state_dict(), "mask": np.zeros(1)})
    assert module.mask.tolist() == [0.0]


@pytest.mark.parametrize("dtype", [None, "single precision", "int64", complex, "float16"])
def test_what_is_no_floating_dtype(dtype: Any) -> None:
    module = layer()
    with pytest.raises(DtypeError, match=r"Layer\.to: found the dtype .*; expected a floating one, float32 or"):
        module.to(dtype)
    assert module.weight.dtype == np.float64


def test_a_mode_that_is_none() -> None:
    module = layer()
    with pytest.raises(ArgumentError, match=r"Layer\.train: found mode='no'; expected True or False"):
        module.train("no")  # type: ignore[arg-type]
    assert module.training is True
