"""replay of numbers: the tape and NumPy's groups compute what eager does, whatever the operation and the operands."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from processes import run_python

import autograd
from autograd import TABLE, Value, replay, value_and_grad
from autograd.extend import primitive
from autograd.replaying import making
from autograd.replaying.encoding import CODES
from autograd.replaying.grouped import Grouped
from autograd.replaying.tape import Tape

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 710.0, -750.0, 1e-310, math.inf, -math.inf, math.nan]
RUNNERS = {"tape": 10**9, "groups": 0}


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type:
    """Programs of numbers made in one of the two ways."""
    monkeypatch.setattr(making, "WORTHWHILE", RUNNERS[request.param])
    monkeypatch.setattr(making, "compiled", False)
    return Tape if request.param == "tape" else Grouped


def near(found: Any, expected: Any, exact: bool) -> bool:
    """Whether two results are the same, NaN for NaN: in their bits, or within a few units in the last place."""
    if isinstance(expected, tuple):
        return len(found) == len(expected) and all(near(x, y, exact) for x, y in zip(found, expected, strict=True))
    if exact or not math.isfinite(expected):
        return str(found) == str(expected)
    return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-300)


@pytest.mark.parametrize("name", CODES)
def test_each_coded_operation_is_that_of_the_table(runner: type, name: str) -> None:
    op = TABLE[name]
    arity = len(op.operand_names)
    program = replay(lambda *xs: op(*xs) * 1.0)
    rng = random.Random(0)
    points = [tuple(rng.choice(SPECIAL) for _ in range(arity)) for _ in range(60)]
    for xs in points:
        assert near(program(*xs), op(*xs) * 1.0, runner is Tape), xs
    assert program.recordings == 1 and type(program._latest.runner) is runner  # type: ignore[union-attr]


@pytest.mark.parametrize("name", sorted(n for n, e in TABLE.items() if e.builder == "elementwise"))
def test_slopes_at_special_numbers_are_those_of_eager(runner: type, name: str) -> None:
    op = TABLE[name]
    arity = len(op.operand_names)
    f = lambda *xs: op(*xs) * 1.5 + 0.0  # noqa: E731
    program = replay(f)
    rng = random.Random(1)
    everything = tuple(range(arity))
    for _ in range(12):
        xs = tuple(rng.choice(SPECIAL) for _ in everything)
        assert near(program.value_and_grad(*xs, argnums=everything), value_and_grad(f, everything)(*xs), runner is Tape)


def test_shared_expressions_get_all_that_reaches_them(runner: type) -> None:
    def f(x: Any, y: Any) -> Any:
        a, b = autograd.tanh(x * y), autograd.tanh(x * y)  # one node of the program
        return a * b + autograd.exp(a) * x - autograd.exp(b) / y + a

    program = replay(f)
    for x, y in ((0.5, 2.0), (-1.0, 0.25)):
        assert near(program.value_and_grad(x, y, argnums=(0, 1)), value_and_grad(f, (0, 1))(x, y), exact=False)
    latest = program._latest
    assert latest is not None
    assert sum(i.op.name == "tanh" for i in latest.recording.instructions) == 1


def test_operations_with_parameters_and_of_the_users_own(runner: type) -> None:
    @primitive(vjp=lambda g, z, x, y, power: (g * y, g * x))
    def product(x: float, y: float, *, power: int) -> float:
        return x * y

    def f(x: Any, y: Any) -> Any:
        z = autograd.leaky_relu(x, 0.1) + autograd.leaky_relu(y, 0.3) + autograd.softplus(x, beta=2.0)
        return z * product(x, y, power=2) + autograd.clip(x, -0.5, y) + autograd.round(x, 1)

    program = replay(f)
    for x, y in ((0.7, -2.0), (-1.23, 0.25)):
        assert near(program.value_and_grad(x, y, argnums=(0, 1)), value_and_grad(f, (0, 1))(x, y), exact=False)


def test_dead_steps_hand_nothing_on(runner: type) -> None:
    f = lambda x, y: autograd.where(x > 0.0, autograd.log(x) * y, y) + autograd.where(y > 1.0, 1.0 / x, 0.0)  # noqa: E731
    program = replay(f)
    for x, y in ((2.0, 3.0), (0.0, 0.5), (-1.0, 0.5), (0.0, 2.0)):
        assert near(program.value_and_grad(x, y, argnums=(0, 1)), value_and_grad(f, (0, 1))(x, y), runner is Tape)


def test_inputs_that_are_not_used_and_values_from_outside(runner: type) -> None:
    w = Value(3.0)
    program = replay(lambda x, unused, y: x * w + y)
    assert program.value_and_grad(2.0, 7.0, 5.0, argnums=(0, 1, 2)) == (11.0, (3.0, 0.0, 1.0))
    w.data = 4.0
    assert program.value_and_grad(2.0, [7.0], 5.0) == (13.0, 4.0)
    assert program.backward(2.0, 7.0, 5.0) == 13.0 and w.grad == 2.0


def test_a_deep_chain_is_recorded_without_recursion(runner: type) -> None:
    def f(x: Any) -> Any:
        for _ in range(3000):
            x = x * 1.0001 + 1e-6
        return x

    program = replay(f)
    assert near(program.value_and_grad(1.0), value_and_grad(f)(1.0), exact=False)


def attention_loss(weights: Any) -> Any:
    """What a transformer on numbers is made of: long sums of products, powers, exponentials, quotients, relu, a log."""

    def dot(x: Any, y: Any) -> Any:
        return sum(a * b for a, b in zip(x, y, strict=True))

    keys = weights["keys"]
    query = [dot(row, keys[0]) for row in weights["query"]]
    scale = (dot(query, query) / len(query) + 1e-5) ** -0.5
    scaled = [q * scale for q in query]
    exps = [dot(scaled, key).exp() for key in keys]
    total = sum(exps)
    shares = [e / total for e in exps]
    mixed = [dot(shares, column) for column in zip(*keys, strict=True)]
    return -(sum(a.relu() for a in mixed) / (1.0 + dot(mixed, mixed))).log()


def test_a_network_of_numbers_bit_for_bit(runner: type) -> None:
    rng = random.Random(0)
    matrix = lambda: [[rng.gauss(0.0, 1.0) for _ in range(6)] for _ in range(6)]  # noqa: E731
    weights = {"keys": matrix(), "query": matrix()}
    program = replay(attention_loss)
    expected = value_and_grad(attention_loss)(weights)
    for _ in range(2):
        found = program.value_and_grad(weights)
        if runner is Tape:
            assert found == expected
        assert math.isclose(found[0], expected[0], rel_tol=1e-13)
        for name, rows in expected[1].items():
            for row, own in zip(rows, found[1][name], strict=True):
                assert all(math.isclose(g, h, rel_tol=1e-9, abs_tol=1e-14) for g, h in zip(row, own, strict=True))
    assert program.recordings == 1


def test_the_source_reads_like_the_program() -> None:
    program = replay(lambda x, y: autograd.where(x > 0.0, autograd.tanh(x) * y, y) if y < 2.0 else x)
    assert program.source == ""
    program.value_and_grad(1.0, 0.5, argnums=(0, 1))
    assert program.source.splitlines() == [
        "def program(x0, x1):",
        "    t0 = less(x1, 2.0)",
        "    assert t0  # else f is recorded again",
        "    t1 = greater(x0, 0.0)",
        "    t2 = tanh(x0)",
        "    t3 = t2 * x1",
        "    t4 = where(t1, t3, x1)",
        "    t5 = where(t1, 1.0, 0.0)",
        "    t6 = logical_not(t1)",
        "    t7 = where(t6, 1.0, 0.0)",
        "    t8 = sech2(x0)",
        "    gt4 = 1.0",
        "    if t1: gt3 = gt4 * t5",
        "    if t6: gx1 = gt4 * t7",
        "    gt2 = gt3 * x1",
        "    gx1 += gt3 * t2",
        "    gx0 = gt2 * t8",
        "    return [t4], [gx0, gx1]",
    ]
    program(1.0, 5.0)
    assert "assert not t0" in program.source


def test_numbers_need_no_numpy() -> None:
    program = """
import sys
from autograd import Value, replay
w = Value(2.0)
program = replay(lambda x: (w * x - 1.0) ** 2 if x > 0.0 else w)
print(program(2.0), program.value_and_grad(3.0), program.backward(1.0), w.grad, program(-1.0))
program.check(1.0, argnums=0)
print("numpy" in sys.modules)
"""
    assert run_python("-c", program) == "9.0 (25.0, 20.0) 1.0 2.0 2.0\nFalse\n"
