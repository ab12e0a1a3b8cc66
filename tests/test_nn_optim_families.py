"""What holds for every optimizer: pure updates, kinds kept, state by name, groups of parameters; its own errors."""

from __future__ import annotations

import contextlib
import copy
import importlib
import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import run_python

import autograd
from autograd import Value
from autograd.errors import ArgumentError, ShapeError
from nn import optim
from nn.optim import SGD, Adam, Optimizer
from nn.options import number

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks" / "against_torch"
with pytest.MonkeyPatch.context() as patched:
    patched.syspath_prepend(FOLDER)
    cases = importlib.import_module("optimizers")
over_cases = pytest.mark.parametrize(
    ("name", "options"), cases.OPTIMIZERS, ids=[cases.titled(*case) for case in cases.OPTIMIZERS]
)


def slide(optimizer: Optimizer, first: int, last: int) -> None:
    for t in range(first, last):
        for w in optimizer.parameters.values():
            w.grad = cases.gradient(w.data, t)
        optimizer.step()


# ---- every optimizer -------------------------------------------------------------------------------------------------


@over_cases
def test_an_update_is_pure(name: str, options: Any) -> None:
    optimizer = getattr(optim, name)([Value(0.0)], **options)
    data, grad, state = np.array([1.0, 2.0]), np.array([0.5, -0.5]), {}
    for _ in range(3):
        for array in (data, grad, *(x for x in state.values() if isinstance(x, np.ndarray))):
            array.flags.writeable = False
        before = copy.deepcopy(state)
        new_data, new_state = optimizer.update(data, grad, state, **optimizer.options)
        assert repr(state) == repr(before)
        for x in new_state.values():
            assert not isinstance(x, np.ndarray) or not (np.may_share_memory(x, grad) or np.may_share_memory(x, data))
        assert set(new_state) | set(optimizer.may_lack) | {"momentum_buffer"} >= set(optimizer.remembers)
        assert set(new_state) <= set(optimizer.remembers)
        data, state, grad = new_data, new_state, -2 * grad


@over_cases
def test_numbers_stay_floats_and_float32_stays_float32(name: str, options: Any) -> None:
    held = np.array([1.0, -2.0], np.float32)
    parameters = [Value(1.0), Value(held), Value(np.float32(0.5)), Value(held.astype(np.float16))]
    optimizer = getattr(optim, name)(parameters, **{"lr": np.float64(0.1), **options})  # a float64 must not leak in
    first = parameters[1].data
    copied = first.copy()
    slide(optimizer, 0, 4)
    assert parameters[1].data is not first and (first == copied).all()  # arrays are replaced, never changed
    assert [type(p.data) for p in parameters] == [float, np.ndarray, np.ndarray, np.ndarray]
    for p, state in zip(parameters, optimizer.state.values(), strict=True):
        for key, x in state.items():
            if key in ("step", *optimizer.numbers) or p is parameters[0]:
                assert type(x) is (int if key == "step" else float)
            else:
                assert x.dtype == p.dtype


@over_cases
def test_a_run_goes_on_from_its_state_bit_for_bit(name: str, options: Any) -> None:
    make = getattr(optim, name)
    start = {"a": 1.0, "b": np.array([1.0, -2.0]), "c": np.array(0.5)}
    optimizer = make([(key, Value(x)) for key, x in start.items()], **options)
    slide(optimizer, 0, 5)
    named = [(key, Value(p.data)) for key, p in optimizer.parameters.items()]
    resumed = make(named[::-1], lr=0.7)
    saved = json.loads(json.dumps(optimizer.state_dict(), default=lambda x: x.tolist()))
    resumed.load_state_dict(saved)
    assert resumed.options == optimizer.options
    pickled = pickle.loads(pickle.dumps(optimizer))
    for one in (optimizer, resumed, pickled):
        slide(one, 5, 10)
    for key, p in optimizer.parameters.items():
        for one in (resumed, pickled):
            assert repr(one.parameters[key].data) == repr(p.data)
            assert repr(one.state[key]) == repr(optimizer.state[key])


@over_cases
def test_a_gradient_of_zero_leaves_the_parameter_and_none_skips_it(name: str, options: Any) -> None:
    make = getattr(optim, name)
    undecayed = {key: 0.0 for key in ("weight_decay", "lambd") if key in make.allowed}
    w, skipped = Value([1.0, 2.0]), Value(3.0)
    optimizer = make([w, skipped], **{**options, **undecayed})
    (w * 0.0).sum().backward()
    optimizer.step()
    assert w.tolist() == [1.0, 2.0]
    assert list(optimizer.state) == ["0"] and skipped.data == 3.0


def test_on_numbers_numpy_is_not_needed() -> None:
    run_python(
        "-c",
        "import sys\n"
        "from autograd import Value\n"
        "from nn import optim\n"
        "w = Value(3.0)\n"
        "def closure():\n"
        "    loss = (w - 1) ** 2\n"
        "    loss.backward()\n"
        "    return loss\n"
        "for make in vars(optim).values():\n"
        "    if isinstance(make, type) and issubclass(make, optim.Optimizer) and make.__name__ not in\\\n"
        "            ('Optimizer', 'LBFGS', 'RandomSearch'):\n"
        "        optimizer = make([w])\n"
        "        schedule = optim.lr_scheduler.StepLR(optimizer, 1)\n"
        "        for _ in range(3):\n"
        "            optimizer.zero_grad()\n"
        "            optimizer.step(closure)\n"
        "            schedule.step()\n"
        "        optimizer.load_state_dict(optimizer.state_dict())\n"
        "optim.grid_search(lambda x: x[0], [[1.0, 2.0]])\n"
        "assert 'numpy' not in sys.modules, 'numpy was loaded'\n",
    )


# ---- steps -----------------------------------------------------------------------------------------------------------


def test_a_step_may_compute_its_loss() -> None:
    w = Value(3.0)
    optimizer = SGD([w], lr=0.25)

    def closure() -> Value:
        optimizer.zero_grad()
        loss = w * w
        loss.backward()
        return loss

    assert [optimizer.step(closure).item() for _ in range(3)] == [9.0, 2.25, 0.5625]
    assert optimizer.step() is None
    assert w.data == 0.375 - 0.25 * 1.5  # by the gradient that is still there


def test_an_update_of_the_wrong_shape_changes_nothing() -> None:
    class Odd(Optimizer):
        update = staticmethod(
            lambda data, grad, state, lr: (data - lr * grad, {}) if np.ndim(data) < 2 else (data[0], {})
        )
        allowed = {"lr": number(0)}  # noqa: RUF012

    parameters = [Value(1.0), Value([1.0, 2.0]), Value([[1.0, 2.0]])]
    optimizer = Odd(parameters, lr=0.5)
    for p in parameters:
        (p * p).sum().backward() if p.ndim else (p * p).backward()
    with pytest.raises(ShapeError):
        optimizer.step()
    assert [p.tolist() for p in parameters] == [1.0, [1.0, 2.0], [[1.0, 2.0]]]
    assert optimizer.state == {}


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=4), st.floats(0.01, 0.5), st.floats(0, 0.5))
def test_decoupled_decay_does_not_reach_the_moments(starts: list[float], lr: float, decay: float) -> None:
    a, b = Value(starts), Value(starts)
    plain, decayed = optim.Adam([a], lr=lr), optim.AdamW([b], lr=lr, weight_decay=decay)
    for w in (a, b):
        w.grad = np.full(len(starts), 0.5)
    plain.step()
    decayed.step()
    assert np.allclose(b.data, a.data - lr * decay * np.array(starts), rtol=0, atol=1e-12)
    assert repr(plain.state) == repr(decayed.state)


@over_cases
@pytest.mark.parametrize("block", [autograd.no_grad, autograd.detect_anomaly])
def test_a_step_in_an_open_block_is_the_same(name: str, options: Any, block: Any) -> None:
    inside, outside = ([Value(1.0), Value([1.0, -2.0])] for _ in range(2))
    for parameters, around in ((inside, block), (outside, contextlib.nullcontext)):
        optimizer = getattr(optim, name)(parameters, **options)
        with around():
            slide(optimizer, 0, 3)
    assert repr([p.data for p in inside]) == repr([p.data for p in outside])


# ---- groups ----------------------------------------------------------------------------------------------------------


def groups() -> tuple[list[Value], Optimizer]:
    values = [Value(1.0), Value(2.0), Value(3.0)]
    named = [{"params": [("a", values[0])]}, {"params": [("b", values[1]), ("c", values[2])], "lr": 0.5}]
    return values, SGD(named, lr=0.25, momentum=0.5)


def test_each_group_moves_by_its_own_options() -> None:
    values, optimizer = groups()
    for w in values:
        w.grad = 1.0
    optimizer.step()
    assert [w.data for w in values] == [0.75, 1.5, 2.5]
    optimizer.param_groups[1]["lr"] = 0.125
    optimizer.param_groups[1]["momentum"] = 0
    optimizer.step()
    assert [w.data for w in values] == [0.75 - 0.25 * 1.5, 1.375, 2.375]
    assert [group["lr"] for group in optimizer.param_groups] == [0.25, 0.125]
    assert optimizer.lr == 0.25
    optimizer.lr = 1.0
    assert [group["lr"] for group in optimizer.param_groups] == [1.0, 1.0]
    assert optimizer.param_groups[1]["params"] == values[1:]
    assert list(optimizer.param_groups[0]) == [
        "params", "lr", "momentum", "dampening", "weight_decay", "nesterov",
    ]  # fmt: skip
    assert len(optimizer.param_groups[0]) == 6
    assert repr(optimizer) == (
        "SGD(1 parameters, lr=1.0, momentum=0.5, dampening=0.0, weight_decay=0.0, nesterov=False; "
        "2 parameters, lr=1.0, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False)"
    )


def test_a_group_can_be_added_later() -> None:
    a, b = Value(1.0), Value(2.0)
    optimizer = Adam([a], lr=0.25)
    optimizer.add_param_group({"params": [b], "lr": 0.5})
    assert list(optimizer.parameters) == ["0", "1"]
    for w in (a, b):
        w.grad = 1.0
    optimizer.step()
    assert [round(w.data, 6) for w in (a, b)] == [0.75, 1.5]
    for wrong, message in (({"lr": 0.1}, "found params=None"), ({"params": [a]}, "found '2' again, given as '0'")):
        with pytest.raises(ArgumentError, match=message):
            optimizer.add_param_group(wrong)
    assert len(optimizer.param_groups) == 2


def test_the_options_of_groups_are_saved_and_matched_by_the_names_in_them() -> None:
    values, optimizer = groups()
    for w in values:
        w.grad = 1.0
    optimizer.step()
    saved = json.loads(json.dumps(optimizer.state_dict()))
    assert saved["options"]["lr"] == 0.25
    assert saved["param_groups"] == [{"params": ["a"]}, {"params": ["b", "c"], "lr": 0.5}]
    others = [Value(w.data) for w in values]
    turned = SGD([{"params": [("c", others[2]), ("b", others[1])]}, {"params": [("a", others[0])], "lr": 9.0}])
    turned.load_state_dict(saved)
    assert [group["lr"] for group in turned.param_groups] == [0.5, 0.25]
    assert turned.state == optimizer.state
    other = SGD([{"params": [("a", others[0]), ("b", others[1])]}, {"params": [("c", others[2])]}])
    before = repr(other.state_dict())
    for spoilt in (
        saved["param_groups"],
        [],
        None,
        [{"lr": 0.1}],
        [{"params": ["a"]}, {"params": ["b", "c"], "lt": 1}],
    ):
        with pytest.raises(ArgumentError, match=r"SGD\.load_state_dict, param_groups: found"):
            other.load_state_dict({**saved, "param_groups": spoilt})
    with pytest.raises(ArgumentError, match="SGD: found the option 'lt'"):
        turned.load_state_dict({**saved, "param_groups": [{"params": ["a"]}, {"params": ["b", "c"], "lt": 1}]})
    assert repr(other.state_dict()) == before


W = Value(1.0)
ERRORS: dict[str, tuple[Callable[[], Any], str]] = {
    "a group without parameters": (lambda: SGD([{"lr": 0.1}]), r"SGD: found a group of \['lr'\]; expected \"params\""),
    "an empty group": (lambda: SGD([{"params": []}]), "SGD: found no parameters"),
    "a Value as a group": (lambda: SGD([{"params": W}]), r"SGD: found params=Value\(data=1.0"),
    "a group and a Value": (lambda: SGD([{"params": [W]}, W]), "SGD: found the parameter {"),  # type: ignore[list-item]
    "the same in two groups": (lambda: SGD([{"params": [W]}, {"params": [W]}]), "SGD: found '1' again, given as '0'"),
    "an option of a group": (lambda: SGD([{"params": [W], "lr": -1}]), "SGD: found lr=-1"),
    "an unknown one": (lambda: SGD([{"params": [W], "lt": 1}]), "SGD: found the option 'lt'; expected lr, momentum"),
    "options that do not fit": (lambda: SGD([{"params": [W], "nesterov": True}]), "SGD: found nesterov=True with"),
    "set out of range": (lambda: SGD([W]).param_groups[0].update(lr=math.nan), "SGD: found lr=nan"),
    "set to nothing known": (lambda: SGD([W]).param_groups[0].update(rate=1), "SGD: found the option 'rate'"),
    "parameters set": (lambda: SGD([W]).param_groups[0].update(params=[W]), "SGD: found the option 'params'"),
    "removed": (lambda: SGD([W]).param_groups[0].pop("lr"), "param_groups: found del group"),
    "no iterable": (lambda: SGD(3), "SGD: found int; expected parameters"),  # type: ignore[arg-type]
    "Adagrad's decay": (lambda: optim.Adagrad([W], lr_decay=-1), "Adagrad: found lr_decay=-1"),
    "Adagrad's start": (lambda: optim.Adagrad([W], initial_accumulator_value=-1), "found initial_accumulator_value=-1"),
    "Adadelta's rho": (lambda: optim.Adadelta([W], rho=1.0), "rho=1.0; expected a number from 0 to below 1"),
    "RMSprop's alpha": (lambda: optim.RMSprop([W], alpha=1.0), "alpha=1.0; expected a number from 0 to below 1"),
    "RMSprop's flag": (lambda: optim.RMSprop([W], centered=1), "centered=1; expected True or False"),  # type: ignore[arg-type]
    "AdamW's beta": (lambda: optim.AdamW([W], betas=(0.9, 1.0)), r"AdamW: found betas=\(0.9, 1.0\)"),
    "NAdam's beta": (lambda: optim.NAdam([W], betas=(-0.1, 0.9)), r"NAdam: found betas=\(-0.1, 0.9\)"),
    "NAdam's decay": (lambda: optim.NAdam([W], momentum_decay=-1), "NAdam: found momentum_decay=-1"),
    "RAdam's eps": (lambda: optim.RAdam([W], eps=-1), "RAdam: found eps=-1"),
    "Adamax's rate": (lambda: optim.Adamax([W], lr=-1), "Adamax: found lr=-1"),
    "ASGD's rate": (lambda: optim.ASGD([W], lr=-1), "ASGD: found lr=-1"),
    "Rprop's etas": (
        lambda: optim.Rprop([W], etas=(1.2, 0.5)),
        r"Rprop: found etas=\(1.2, 0.5\); expected one between",
    ),
    "no rate": (lambda: setattr(optim.LBFGS([W]), "lr", 0.1), "LBFGS: found the option 'lr'"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case: str) -> None:
    build, message = ERRORS[case]
    with pytest.raises(ArgumentError, match=message):
        build()


def test_options_are_read_as_a_whole_and_set_in_groups() -> None:
    optimizer = SGD([W])
    with pytest.raises(TypeError):
        optimizer.options["lr"] = 0.5  # type: ignore[index]
    optimizer.param_groups[0]["lr"] = 0.5
    assert optimizer.options["lr"] == optimizer.lr == 0.5


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_centered_rmsprop_of_the_same_gradient_stays_finite(alpha: float, dtype: str) -> None:
    """Rounding takes the mean of g² below the square of the mean, where PyTorch's root is NaN."""
    gradient = np.random.default_rng(0).normal(size=500).astype(dtype)
    many, one = Value(np.ones(500, dtype)), Value(1.0)
    optimizer = optim.RMSprop([many, one], alpha=alpha, centered=True, eps=1e-3)
    for _ in range(60):
        many.grad, one.grad = gradient, float(gradient[0])
        optimizer.step()
    assert np.isfinite(many.data).all() and math.isfinite(one.data)


def test_options_of_a_group_are_updated_together() -> None:
    group = SGD([Value(1.0)], lr=0.1).param_groups[0]
    group.update(nesterov=True, momentum=0.9)  # the one alone would be refused
    with pytest.raises(ArgumentError, match="found momentum=-1"):
        group.update({"lr": 0.5}, momentum=-1)
    assert (group["lr"], group["momentum"]) == (0.1, 0.9)
