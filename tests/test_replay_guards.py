"""replay: decisions by computed data are guards, whose other outcome records again."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, replay, value_and_grad
from autograd.replaying import program as programs

COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]


@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("swapped", [False, True])
def test_comparisons_decide_at_each_call(compare: Callable[[Any, Any], Any], swapped: bool) -> None:
    def f(x: Any, y: Any) -> Any:
        holds = compare(1.0, x) if swapped else compare(x, y)
        return x * 2.0 if holds else y * 3.0

    program = replay(f)
    points = [(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, 1.0)]
    for x, y in points:
        assert str(program.value_and_grad(x, y, argnums=(0, 1))) == str(value_and_grad(f, (0, 1))(x, y))
    assert program.recordings == 2


def test_other_forms_of_a_decision() -> None:
    forms: list[Callable[[Any], Any]] = [
        lambda x: x if x else x + 1.0,
        lambda x: x * 2.0 if not x else -x,
        lambda x: max(x, 1.0) * 3.0,
        lambda x: sorted([x, 1.0, 0.25])[1] * x,
        lambda x: x if x in (1.0, 2.0) else 5.0 * x,
        lambda x: x if 0.0 < x < 1.5 else x * x,
    ]
    for f in forms:
        program = replay(f)
        for x in (0.0, 2.0, 0.5, 1.0, 0.0, 2.0):
            found, expected = program.value_and_grad(x), value_and_grad(f)(x)
            assert found == expected, (f, x)


def test_arrays_decide_by_one_element() -> None:
    def f(x: Any) -> Any:
        if np.any(x > 2.0) or autograd.all(x < -1.0):
            return autograd.sum(x)
        return autograd.sum(x * x) if x.mean() >= 0.0 else autograd.sum(-x)

    program = replay(f)
    for x in ([1.0, 3.0], [1.0, 1.0], [-1.5, -2.0], [-1.0, 0.5], [0.5, 1.0], [5.0, 6.0]):
        found, expected = program.value_and_grad(np.array(x)), value_and_grad(f)(np.array(x))
        assert found[0] == expected[0] and found[1].tolist() == expected[1].tolist()
    assert program.recordings == 4


def test_numpys_comparisons_are_live() -> None:
    bound = np.array([0.0, 1.0])
    program = replay(lambda x: autograd.sum(x * (bound < x)) + autograd.sum(np.where(np.greater(x, 0.5), x, 0.0)))
    for x in ([2.0, 3.0], [-1.0, 3.0], [0.3, 0.0]):
        v = np.array(x)
        assert program(v) == np.sum(v * (bound < v)) + np.sum(np.where(v > 0.5, v, 0.0))
    assert program.recordings == 1


def test_answers_act_as_plain_booleans() -> None:
    forms: list[Callable[[Any], Any]] = [
        lambda x: (x > 0.0) * 2.0 * x,
        lambda x: x * ((x > 0.0) & (x < 1.0)),
        lambda x: autograd.where((x > 1.0) | ~(x > 0.0), x, x * x),
        lambda x: x * ((x > 0.0) ^ np.array([True, False, True])),
        lambda x: x * (np.array([True, False, True]) & (x > 0.5)),
        lambda x: (x > 0.0).sum() * x + (x > 0.0).mean(),
        lambda x: x * (x > 0.0).astype(x.dtype),
        lambda x: x * (1.0 - (x == 2.0)),
    ]
    for form in forms:
        f = lambda x, form=form: autograd.sum(form(x))  # noqa: E731
        for dtype in (np.float64, np.float32):
            program = replay(f)
            for x in ([2.0, 0.5, -1.0], [-2.0, 3.0, 0.75]):
                found, expected = program.value_and_grad(np.array(x, dtype)), value_and_grad(f)(np.array(x, dtype))
                assert found[0] == expected[0] and found[0].dtype == expected[0].dtype
                assert found[1].tolist() == expected[1].tolist() and found[1].dtype == dtype
            assert program.recordings == 1
    both = replay(lambda x: x if (x > 0.0) & (x < 1.0) else -x)
    assert [both(x) for x in (0.5, 2.0, 0.25)] == [0.5, -2.0, 0.25]
    for wrong in (lambda: Value(1.0) & True, lambda: ~Value(1.0)):
        with pytest.raises(TypeError):
            wrong()


def test_a_loop_that_runs_as_long_as_the_data_says() -> None:
    def halvings(x: Any) -> Any:
        while x > 1.0:
            x = x * 0.5
        return x

    program = replay(halvings)
    for x in (3.0, 100.0, 0.5, 99.0, 3.5, 101.0):
        assert program.value_and_grad(x) == value_and_grad(halvings)(x)
    assert program.recordings == 3  # of no, two and seven steps


def test_versions_are_found_again_by_their_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(*xs: Any) -> Any:
        return sum((k + 1.0) * x if x > 0.0 else -x for k, x in enumerate(xs))

    program = replay(f)
    signs = [(a, b, c) for a in (1.0, -1.0) for b in (2.0, -2.0) for c in (3.0, -3.0)]
    for _ in range(3):
        for xs in signs:
            assert program(*xs) == f(*xs)
    assert program.recordings == 8
    monkeypatch.setattr(programs, "VERSIONS", 2)
    program = replay(f)
    for xs in signs:
        assert program(*xs) == f(*xs)
    assert all(len(versions) <= 2 for versions in program._versions.values())


def test_keys_are_remembered_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "KEYS", 3)
    program = replay(lambda x: autograd.sum(x))
    for n in (1, 2, 3, 4, 1, 4):
        assert program(np.ones(n)) == n
    assert program.recordings == 5 and len(program._versions) == 3


def test_a_branch_not_taken_is_not_run() -> None:
    def f(a: Any) -> Any:
        if autograd.det(a) > 0.1:
            return autograd.sum(autograd.inv(a))
        return autograd.sum(a)

    program = replay(f)
    assert program(np.eye(2)) == 2.0
    assert program(np.ones((2, 2))) == 4.0  # the inverse would be an error
    assert program.recordings == 2


def test_decisions_that_cannot_be_reproduced_run_f_itself() -> None:
    flips = iter(range(100))
    program = replay(lambda x: x if x * float(next(flips) % 2) > 0.5 else 2.0 * x)
    assert {program(1.0) for _ in range(6)} <= {1.0, 2.0}


def test_where_keeps_dead_branches_out() -> None:
    for f in (
        lambda x: autograd.where(x > 0.0, autograd.log(x), 0.0 * x),
        lambda x: autograd.where(x > 0.0, autograd.sqrt(x), x),
        lambda x: autograd.where(x > 1.0, 1.0 / (x - 1.0), autograd.where(x < 0.0, autograd.sqrt(-x), x * x)),
        lambda x: autograd.nan_to_num(autograd.log(x)) * x,
    ):
        numbers = replay(f)
        arrays = replay(lambda x, f=f: autograd.sum(f(x)))
        points = [0.5, 2.0, 0.0, 1.0, -1.0]
        with np.errstate(all="ignore"):
            for x in points:
                assert str(numbers.value_and_grad(x)) == str(value_and_grad(f)(x))
            for v in (np.array(points), np.array(points[::-1])):
                expected = value_and_grad(lambda x, f=f: autograd.sum(f(x)))(v)
                assert np.array_equal(arrays.value_and_grad(v)[1], expected[1], equal_nan=True)
        assert numbers.recordings == arrays.recordings == 1


def test_masks_of_indexing_and_where_together() -> None:
    def f(x: Any, s: Any) -> Any:
        y = autograd.where(x > s, x[::-1], autograd.log(x))
        return autograd.sum(autograd.where(y > 0.0, y[:2].sum() * y, s))

    program = replay(f)
    for x, s in (([1.0, 2.0, 0.0], 0.5), ([0.0, 3.0, 1.0], 0.0), ([0.5, 0.5, 4.0], 1.0)):
        with np.errstate(all="ignore"):
            found = program.value_and_grad(np.array(x), s, argnums=(0, 1))
            expected = value_and_grad(f, (0, 1))(np.array(x), s)
        assert np.allclose(found[0], expected[0], equal_nan=True)
        assert np.allclose(found[1][0], expected[1][0], equal_nan=True)
        assert np.isclose(found[1][1], expected[1][1], equal_nan=True)
    assert program.recordings == 1


def test_outside_recordings_comparisons_are_plain() -> None:
    x = Value([1.0, 2.0])
    replay(lambda y: y * 2.0 if y > 0.0 else y)(1.0)
    assert (x > 1.5).tolist() == [False, True]
    assert type(Value(1.0) == 1.0) is bool
