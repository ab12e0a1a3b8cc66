"""Masks: no NaN or infinity comes out of an element that was not selected, in both modes and of the second order."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, grad, gradients, hessian, jacfwd, jacobian, no_grad

EDGE = np.array([0.0, 4.0, 9.0])  # where sqrt has an infinite slope, and two places where it has none

# How to select all of sqrt(x) but its first element.
SELECTIONS: dict[str, Callable[[Any], Any]] = {
    "where": lambda y: ag.where(EDGE > 0.0, y, 1.0),
    "slice": lambda y: y[1:],
    "integer": lambda y: y[2],
    "fancy": lambda y: y[[1, 2, 2]],
    "mask": lambda y: y[EDGE > 0.0],
    "take": lambda y: ag.take(y, [1, 2]),
    "compress": lambda y: ag.compress([False, True, True], y),
    "extract": lambda y: ag.extract(EDGE > 0.0, y),
    "select": lambda y: ag.select([EDGE > 5.0, EDGE > 0.0], [y, 2.0 * y], 0.5),
    "choose": lambda y: ag.choose([0, 1, 1], [np.ones(3), y]),
    "take_along_axis": lambda y: ag.take_along_axis(y, np.array([1, 2]), 0),
    "split": lambda y: ag.split(y, [1])[1],
    "triu": lambda y: ag.triu(ag.reshape(y, (1, 3)), 1),
    "tril": lambda y: ag.tril(ag.reshape(ag.flip(y), (1, 3)), 1),
    "diag": lambda y: ag.diag(ag.reshape(y, (1, 3)), 2),
    "diagonal": lambda y: ag.diagonal(ag.reshape(y, (1, 3)), 1),
    "delete": lambda y: ag.delete(y, 0),
    "moved and joined": lambda y: ag.concatenate([ag.reshape(ag.flip(y[1:]), (1, 2)), np.ones((1, 2))]),
    "through sums": lambda y: ag.cumsum(y[1:]) * 2.0,
    "set": lambda y: y.at[0].set(1.0) if type(y) is Value else y,
}
over_selections = pytest.mark.parametrize("pick", SELECTIONS.values(), ids=SELECTIONS)


@over_selections
def test_first_and_second_order_are_finite_and_right(pick: Callable[[Any], Any]) -> None:
    def f(x: Any) -> Any:
        return (pick(ag.sqrt(x)) ** 3).sum()

    beside = EDGE + np.array([0.25, 0.0, 0.0])  # the same choice, where nothing is infinite
    for transform in (grad, hessian):
        found, expected = transform(f)(EDGE), transform(f)(beside)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        assert np.all(found[0] == 0.0)


@over_selections
def test_jacobians_ask_for_one_element_at_a_time(pick: Callable[[Any], Any]) -> None:
    def f(x: Any) -> Any:
        return pick(ag.sqrt(x))

    in_reverse = jacobian(f)(EDGE)
    assert np.isfinite(in_reverse).all()
    np.testing.assert_allclose(jacfwd(f)(EDGE), in_reverse, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_both_precisions(dtype: Any) -> None:
    x = Value(EDGE, dtype=dtype)
    ag.sqrt(x)[1:].sum().backward()
    assert x.grad.dtype == dtype and x.grad.tolist() == [0.0, 0.25, dtype(1.0) / dtype(6.0)]


def test_numbers() -> None:
    for order in (1, 2):
        f: Any = lambda x: ag.where(x > 0.0, ag.sqrt(x), x * 3.0)  # noqa: E731
        for _ in range(order):
            f = grad(f)
        assert f(0.0) == (3.0 if order == 1 else 0.0)


def test_where_paths_meet_an_element_lives_if_it_does_on_either() -> None:
    def f(x: Any) -> Any:
        y = ag.sqrt(x)
        return y[1:2].sum() + y[2:].sum()

    assert grad(f)(EDGE).tolist() == [0.0, 0.25, 1.0 / 6.0]


def test_a_graph_without_a_mask_never_sees_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd.graph import cotangents

    def refuse(*args: Any) -> Any:
        raise AssertionError("a mask was made")

    monkeypatch.setattr(cotangents.Masked, "__init__", refuse)
    x, w = Value(EDGE), Value(np.ones((3, 3)))
    (ag.tanh(x @ w) * x).sum().backward()
    with no_grad():
        ag.sqrt(x)[1]


def test_the_mask_of_an_index_is_only_made_when_a_rule_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd.graph import masks

    made: list[Any] = []
    array = masks.Mask.array.fget
    assert array is not None
    monkeypatch.setattr(masks.Mask, "array", property(lambda mask: made.append(1) or array(mask)))
    x, w = Value(np.ones((2, 3))), Value(np.ones((3, 4)))
    (x @ w + 1.0)[:, :2].sum().backward()  # gates of a recurrent cell: a product of matrices is next
    assert not made
    ag.exp(x)[:, :2].sum().backward()
    assert made


def test_where_it_ends_a_contraction() -> None:
    x = Value(EDGE)
    with np.errstate(all="ignore"):
        (g,) = gradients((np.eye(3) @ ag.sqrt(x))[1], [x])
    assert np.isnan(g.data[0])  # as docs/hard_points.md says


def test_where_it_ends_choices_by_multiplication() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(grad(lambda x: ag.max(ag.sqrt(x)))(EDGE)[0])


@pytest.mark.parametrize("move", [lambda y: y[::-1], lambda y: ag.roll(y, 1), lambda y: ag.concatenate([y[:1], y[1:]])])
def test_a_mask_moves_along_a_chain_of_any_length(move: Callable[[Any], Any]) -> None:
    def f(x: Any) -> Any:
        y = ag.sqrt(x)
        for _ in range(3000):
            y = move(y)
        return y[0]

    assert sorted(grad(f)(np.array([1.0, 4.0]))) in ([0.0, 0.25], [0.0, 0.5])


def test_elements_picked_in_a_loop_keep_no_copies_alive() -> None:
    x = Value(np.ones((300, 300)))
    y = ag.exp(x)
    total: Any = 0.0
    for i in range(300):
        total = total + y[i].sum()
    tracemalloc.start()
    total.backward(leaves_only=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * x.data.nbytes
    np.testing.assert_allclose(x.grad, np.exp(1.0) * np.ones((300, 300)))
