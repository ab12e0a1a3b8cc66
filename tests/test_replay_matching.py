"""The function that tells at a glance that a call is like the one before: sure to be right, not to answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Value, replay
from autograd.replaying.arguments import Flat
from autograd.replaying.matching import LARGEST, matcher

A, B = np.ones((2, 3)), np.ones(3, np.float32)
ARGS = ([(A, B), (A, B)], {"x": 1.0, "y": [2.0, A]}, A, 3, None, "mean", True, ())


def replaced(i: int, x: Any) -> tuple[Any, ...]:
    return (*ARGS[:i], x, *ARGS[i + 1 :])


def test_the_inputs_are_those_of_a_close_look() -> None:
    flat = Flat()
    for x in ARGS:
        flat.add(x, numbers=False)
    found = matcher(ARGS, {}, (0,))(ARGS)
    assert found is not None
    assert len(found) == len(flat.leaves)
    assert all(x is y for x, y in zip(found, flat.leaves, strict=True))


@pytest.mark.parametrize(
    "args",
    [
        ARGS[:-1],
        (*ARGS, 1.0),
        replaced(0, ((A, B), (A, B))),
        replaced(0, [(A, B)]),
        replaced(0, [(A, B), [A, B]]),
        replaced(0, [(A, B), (B, A)]),
        replaced(0, [(A, B), (A, Value(B))]),
        replaced(0, A),
        replaced(1, {"y": [2.0, A], "x": 1.0}),
        replaced(1, {"x": 1, "y": [2.0, A]}),
        replaced(1, {"x": np.float64(1.0), "y": [2.0, A]}),
        replaced(1, {"x": 1.0, "y": (2.0, A)}),
        replaced(2, A.astype(np.float32)),
        replaced(2, np.ones((3, 2))),
        replaced(2, np.ma.masked_array(A)),
        replaced(2, A.tolist()),
        replaced(3, 4),
        replaced(3, 3.0),
        replaced(3, True),
        replaced(4, 0.0),
        replaced(5, "sum"),
        replaced(6, 1),
        replaced(7, (1.0,)),
        replaced(7, []),
    ],
)
def test_another_structure_is_for_others_to_judge(args: tuple[Any, ...]) -> None:
    assert matcher(ARGS, {}, (0,))(args) is None


@pytest.mark.parametrize(
    ("args", "kwargs", "wanted"),
    [
        ((A,), {"scale": 2.0}, (0,)),
        ((1,), {}, (0,)),  # a float, since it is differentiated
        ((np.ones(2, int),), {}, (0,)),
        ((np.ones(()),), {}, ()),
        (([1.0] * (LARGEST + 1),), {}, (0,)),
        ((object(),), {}, ()),
    ],
)
def test_what_is_not_seen_at_a_glance(args: tuple[Any, ...], kwargs: dict[str, Any], wanted: tuple[int, ...]) -> None:
    assert matcher(args, kwargs, wanted)(args) is None


def test_calls_that_take_turns_and_ask_for_different_things() -> None:
    program = replay(lambda x, y, scale=1.0: (x * y).sum() * scale)
    small, large = np.arange(3.0), np.arange(4.0)
    for _ in range(3):
        for x in (small, small, large):
            assert program(x, x) == (x * x).sum()
            assert program(x, x, scale=2.0) == 2.0 * (x * x).sum()
            assert program.value_and_grad(x, 2.0 * x, argnums=1)[1].tolist() == x.tolist()
            assert program.value_and_grad(x, 2.0 * x)[1].tolist() == (2.0 * x).tolist()
    assert program.recordings == 8, program.recordings


def test_a_frozen_parameter_is_noticed() -> None:
    w = Value(np.ones(3))
    program = replay(lambda x: (w * x).sum())
    x = np.arange(3.0)
    for _ in range(2):
        program.backward(x)
    assert w.grad.tolist() == [0.0, 2.0, 4.0]
    w.data = 2.0 * np.ones(3)
    assert program(x) == 6.0
