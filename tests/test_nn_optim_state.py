"""The state of optimizers: saved, loaded by name, all or nothing."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError
from nn import MLP
from nn.optim import SGD, Adam, Optimizer

Build = Callable[[Any], Optimizer]


def train(model: Any, optimizer: Optimizer, steps: int) -> None:
    for t in range(steps):
        optimizer.zero_grad()
        y = model([math.sin(t), math.cos(t)])
        (y * y).sum().backward() if y.ndim else (y * y).backward()
        optimizer.step()


@pytest.mark.parametrize(
    "build",
    [
        lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        lambda p: SGD(p, lr=0.1),
        lambda p: Adam(p, lr=0.1, betas=(0.8, 0.9)),
    ],
)
@pytest.mark.parametrize("vectorized", [False, True])
@pytest.mark.parametrize("named", [False, True])
def test_a_run_goes_on_from_its_state_bit_for_bit(build: Build, vectorized: bool, named: bool) -> None:
    def parameters(model: MLP) -> Any:
        return model.named_parameters() if named else model.parameters()

    model = MLP(2, [3, 1], activation="tanh", vectorized=vectorized)
    optimizer = build(parameters(model))
    train(model, optimizer, 5)
    twin = copy.deepcopy(model)
    resumed = type(optimizer)(parameters(twin), lr=0.7)
    saved = optimizer.state_dict()
    if not vectorized:
        saved = json.loads(json.dumps(saved))
    resumed.load_state_dict(saved)
    assert resumed.options == optimizer.options
    train(model, optimizer, 5)
    train(twin, resumed, 5)
    assert [p.tolist() for p in twin.parameters()] == [p.tolist() for p in model.parameters()]
    assert repr(resumed.state_dict()) == repr(optimizer.state_dict())


def test_state_is_a_copy() -> None:
    w = Value([1.0, 2.0])
    optimizer = SGD([w], momentum=0.9)
    (w * w).sum().backward()
    optimizer.step()
    saved = optimizer.state_dict()
    optimizer.load_state_dict(saved)
    saved["state"]["0"]["momentum_buffer"][:] = 0.0
    saved["options"]["lr"] = 5.0
    assert optimizer.state["0"]["momentum_buffer"].tolist() == [2.0, 4.0]
    assert optimizer.lr == 1e-3


def test_the_state_follows_the_names_not_the_order() -> None:
    a, b = Value(1.0), Value(2.0)
    optimizer, reordered = Adam([("a", a), ("b", b)]), Adam([("b", b), ("a", a)])
    (a * 3 + b * 5).backward()
    optimizer.step()
    reordered.load_state_dict(optimizer.state_dict())
    assert reordered.state == optimizer.state
    assert reordered.state["b"]["exp_avg"] == pytest.approx(0.5)


Spoil = Callable[[dict[str, Any]], Any]
SPOILT: dict[str, tuple[Spoil, type[GlassgradError], str]] = {
    "no options": (lambda s: s.pop("options"), ArgumentError, r"Adam.load_state_dict: found missing \['options'\]"),
    "an SGD's": (
        lambda s: s["options"].update(momentum=0.9),
        ArgumentError,
        r"options: found unexpected \['momentum'\]",
    ),
    "bad option": (lambda s: s["options"].update(lr=-1.0), ArgumentError, "Adam: found lr=-1.0"),
    "missing": (lambda s: s["state"].pop("b"), ArgumentError, r"state: found missing \['b'\]"),
    "unexpected": (lambda s: s["state"].update(c={}), ArgumentError, r"state: found unexpected \['c'\]"),
    "groups of no names": (
        lambda s: s.update(param_groups=[{"params": [["a", "b"]]}]),
        ArgumentError,
        'expected a list of mappings with names as "params"',
    ),
    "groups of numbers": (lambda s: s.update(param_groups=[{"params": 2}]), ArgumentError, "expected a list of map"),
    "a group twice": (
        lambda s: s.update(param_groups=s["param_groups"] * 2),
        ArgumentError,
        "found two groups of the same parameters; expected each parameter once",
    ),
    "no mapping": (lambda s: s["state"].update(b=[1.0]), ArgumentError, "state of 'b': found list; expected a mapping"),
    "half a state": (lambda s: s["state"]["b"].pop("step"), ArgumentError, r"state of 'b': found missing \['step'\]"),
    "step": (lambda s: s["state"]["b"].update(step=0), ArgumentError, "state of 'b': found step=0; expected"),
    "shape": (lambda s: s["state"]["b"].update(exp_avg=np.zeros(3)), ShapeError, r"state of 'b', exp_avg: .*\(3,\)"),
    "text": (lambda s: s["state"]["b"].update(exp_avg="x"), DtypeError, "state of 'b', exp_avg: .*real number"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_loading_is_all_or_nothing(case: str) -> None:
    spoil, error, message = SPOILT[case]
    a, b = Value(1.0), Value([1.0, 2.0])
    optimizer = Adam([("a", a), ("b", b)], lr=0.5)
    (a * b).sum().backward()
    optimizer.step()
    saved = optimizer.state_dict()
    saved["options"]["lr"] = 0.25
    saved["state"]["a"]["step"] = 7
    spoil(saved)
    before = repr(optimizer.state_dict())
    with pytest.raises(error, match=message):
        optimizer.load_state_dict(saved)
    assert repr(optimizer.state_dict()) == before
