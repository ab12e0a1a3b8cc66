"""Replayed programs of arrays: all entries of the table on other data and at hard points, and random programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, replay
from autograd.errors import GlassgradError
from autograd.functional.containers import leaves
from autograd.testing.calls import Case, case_of, window
from tests.table_cases import every_call

EDGES = np.array([1.0, 2.0, 3.0])
HARD = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, 1.0, -2.0, 0.5])


def drawn(entry: Any, sample: Any, seed: int) -> Case:
    """A call of an entry on arrays, drawn from within its domain."""
    rng = np.random.default_rng(seed)
    if sample is None:
        shapes = [(2, 3), (3,), (2, 1)]
        operands = [rng.uniform(*window(interval), shapes[i % 3]) for i, interval in enumerate(entry.domain)]
        return Case(entry, tuple(operands), {})

    def floats(shape: Any) -> Any:
        return float(rng.uniform(0.2, 1.5)) if shape is None else rng.uniform(0.2, 1.5, shape)

    def truths(shape: Any) -> Any:
        return bool(rng.integers(2)) if shape is None else rng.integers(0, 2, shape).astype(bool)

    return case_of(entry, sample, floats, truths)


def hardened(case: Case, seed: int) -> Case:
    """The same call with hard points among its elements."""
    rng = np.random.default_rng(seed)
    return case.mapped(lambda x: np.where(rng.random(x.shape) < 0.35, rng.choice(HARD, x.shape), x))


def weighted(case: Case) -> Callable[..., Any]:
    """A number made of all results of a call, with a cotangent of its own for each element."""

    def f(*operands: Any) -> Any:
        total = 0.0
        for z in leaves(case.entry.apply(operands, case.params)):
            shape = getattr(z, "shape", ())
            weights = 1.0 + np.arange(np.prod(shape, dtype=int)).reshape(shape) / 7.0 if shape else 1.5
            total = total + autograd.sum(z * weights)
        return total

    return f


def eager(f: Callable[..., Any], operands: tuple[Any, ...], variables: tuple[int, ...]) -> list[Any]:
    values = [Value(x) if i in variables else x for i, x in enumerate(operands)]
    y = f(*values)
    if isinstance(y, Value) and y.requires_grad:
        y.backward()
    return [y.data if isinstance(y, Value) else y, *(values[i].grad for i in variables)]


@every_call
def test_every_entry_on_other_data_and_at_hard_points(entry: Any, sample: Any) -> None:
    first = drawn(entry, sample, 1)
    if not any(isinstance(x, np.ndarray) for x in first.operands):
        pytest.skip("numbers alone make a tape")
    f, variables = weighted(first), tuple(first.variables)
    program = replay(f)
    program.value_and_grad(*first.operands, argnums=variables)
    for case in (drawn(entry, sample, 2), hardened(first, 3), hardened(first, 4)):
        try:
            with np.errstate(all="ignore"):
                expected = eager(f, case.operands, variables)
        except (GlassgradError, np.linalg.LinAlgError):
            continue  # LAPACK takes no NaN
        with np.errstate(all="ignore"):  # f itself runs again where a decision has another outcome
            value, gradients = program.value_and_grad(*case.operands, argnums=variables)
        for found, wanted in zip((value, *gradients), expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)
    assert program.recordings == 1 or "Missed" in program.source


def test_answers_about_a_value_and_plain_data_are_each_calls_own() -> None:
    program = replay(lambda x: x * autograd.searchsorted(EDGES, x))
    for x in (np.array([0.5, 2.5]), np.array([2.5, 3.5])):
        assert program(x).tolist() == (x * np.searchsorted(EDGES, x)).tolist()
    assert program.recordings == 1


def test_answers_about_shape_and_dtype_alone_are_plain_while_f_is_recorded() -> None:
    kinds = []

    def f(x: Any) -> Any:
        z = autograd.zeros_like(x)
        kinds.append(type(z))
        return x + z

    assert replay(f)(EDGES).tolist() == EDGES.tolist()
    assert kinds == [np.ndarray]


STEPS: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: -a,
    lambda a, b: autograd.relu(a) - b,
    lambda a, b: autograd.tanh(a) ** 2,
    lambda a, b: a.sum(axis=1, keepdims=True) * 0.1 + 0.0 * b,
    lambda a, b: autograd.log_softmax(a, axis=0) * 0.3,
    lambda a, b: autograd.tanh((a @ b.T) @ b),
    lambda a, b: autograd.where(autograd.greater(a, b), a, b * 0.5),
    lambda a, b: autograd.where(autograd.greater(a.sum(axis=1, keepdims=True), 0.0), autograd.sin(a), b),
    lambda a, b: autograd.concatenate([a[:2], b[2:]], axis=0),
    lambda a, b: a.at[1:3].set(b[1:3] * 2.0),
    lambda a, b: autograd.reshape(autograd.reshape(a, (2, 10)) * 2.0, (4, 5)),
    lambda a, b: autograd.norm(a, axis=1, keepdims=True) + autograd.std(b, axis=0),
    lambda a, b: autograd.stop_gradient(a) * autograd.max(b, axis=1, keepdims=True),
]


@pytest.mark.parametrize("seed", range(25))
def test_random_programs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    choices = rng.integers(0, 1000, (int(rng.integers(4, 14)), 3))

    def f(x: Any, y: Any) -> Any:
        made = [x, y]
        for step, i, j in choices:
            made.append(STEPS[step % len(STEPS)](made[i % len(made)], made[j % len(made)]))
        return sum(autograd.sum(autograd.tanh(z)) for z in made[-4:])

    program = replay(f)
    for _ in range(3):
        args = (rng.normal(size=(4, 5)), rng.normal(size=(4, 5)))
        value, gradients = program.value_and_grad(*args, argnums=(0, 1))
        expected = eager(f, args, (0, 1))
        for found, wanted in zip((value, *gradients), expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-8)
    assert program.recordings == 1
