"""The memory of programs of arrays: buffers are used by turns, results are the caller's own, threads take turns."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, replay
from autograd.functional.containers import leaves

X = np.linspace(-2.0, 3.0, 12).reshape(3, 4)


def test_a_buffer_is_used_again_once_nobody_needs_what_it_holds() -> None:
    def f(x: Any) -> Any:
        for _ in range(20):
            x = autograd.sin(autograd.tanh(x) @ np.eye(4))
        return x.sum()

    program = replay(f)
    program(X)
    names = {word for line in program.source.splitlines() for word in re.findall(r"t\d+", line)}
    assert len(names) <= 5  # two that take turns, a view, and the sum


def mlp(layers: Any, x: Any, y: Any) -> Any:
    for w, b in layers[:-1]:
        x = autograd.relu(x @ w + b)
    w, b = layers[-1]
    z = x @ w + b
    return (autograd.logsumexp(z, axis=1) - z[np.arange(len(y)), y]).mean()


def network(rng: np.random.Generator, dtype: Any = np.float32) -> tuple[Any, Any, Any]:
    widths = (5, 8, 7, 3)
    layers = [
        (rng.normal(size=(n, m)).astype(dtype), rng.normal(size=m).astype(dtype)) for n, m in itertools.pairwise(widths)
    ]
    return layers, rng.normal(size=(12, 5)).astype(dtype), rng.integers(0, 3, 12)


def eager_mlp(layers: Any, x: Any, y: Any) -> tuple[Any, list[Any]]:
    values = [(Value(w), Value(b)) for w, b in layers]
    loss = mlp(values, x, y)
    loss.backward()
    return loss.data, [p.grad for pair in values for p in pair]


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-4), (np.float64, 1e-9)])
def test_a_network_with_new_batches_and_labels(dtype: Any, tolerance: float) -> None:
    rng = np.random.default_rng(0)
    program = replay(mlp)
    layers, _, _ = network(rng, dtype)
    for _ in range(4):
        _, x, y = network(rng, dtype)
        before = [a.copy() for a in leaves(layers)]
        value, gradients = program.value_and_grad(layers, x, y)
        expected, wanted = eager_mlp(layers, x, y)
        assert value.dtype == dtype
        np.testing.assert_allclose(value, expected, rtol=tolerance)
        for g, h in zip(leaves(gradients), wanted, strict=True):
            assert g.dtype == dtype
            np.testing.assert_allclose(g, h, rtol=tolerance, atol=tolerance)
        for a, b in zip(leaves(layers), before, strict=True):
            np.testing.assert_array_equal(a, b)
        for (w, b), (gw, gb) in zip(layers, gradients, strict=True):
            w -= 0.1 * gw
            b -= 0.1 * gb
    assert program.recordings == 1


def test_labels_that_repeat_add_up() -> None:
    program = replay(lambda table, rows: (table[rows] * np.arange(1.0, 4.0)[:, None]).sum())
    table = np.zeros((4, 2))
    for rows, expected in (([0, 1, 2], [1.0, 2.0, 3.0, 0.0]), ([3, 3, 0], [3.0, 0.0, 0.0, 3.0])):
        _, gradient = program.value_and_grad(table, np.array(rows))
        np.testing.assert_array_equal(gradient[:, 0], expected)


def test_results_that_are_kept_are_not_overwritten() -> None:
    rng = np.random.default_rng(1)
    program = replay(mlp)
    layers, x, y = network(rng)
    kept = []
    for _ in range(3):
        x = rng.normal(size=x.shape).astype(np.float32)
        value, gradients = program.value_and_grad(layers, x, y)
        kept.append(((value, *leaves(gradients)), (value.copy(), *(g.copy() for g in leaves(gradients)))))
    for found, copies in kept:
        for g, h in zip(found, copies, strict=True):
            np.testing.assert_array_equal(g, h)


def test_a_view_of_a_result_keeps_it() -> None:
    program = replay(lambda x: autograd.tanh(x) * 2.0)
    row = program(X)[1:2].T
    copy = row.copy()
    for k in range(3):
        program(X + k)
    np.testing.assert_array_equal(row, copy)


def test_memory_that_nobody_holds_is_taken_again() -> None:
    program = replay(lambda x: autograd.tanh(x) * 2.0)
    place = program(X).ctypes.data
    assert program(X).ctypes.data == place
    places = []
    for _ in range(6):
        held = program(X)  # the one before is dropped once this one is there
        places.append(held.ctypes.data)
    assert len(set(places)) == 2


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x, x),
        lambda x: (x * 2.0, (x * 2.0).T),
        lambda x: (autograd.exp(x), autograd.exp(x)[0], autograd.reshape(autograd.exp(x), (12,))),
        lambda x: (x[1:], x.T, np.ones(3) * Value(2.0)),
        lambda x: autograd.positive(x),
    ],
)
def test_results_share_memory_with_nothing(f: Callable[[Any], Any]) -> None:
    program = replay(f)
    x = X.copy()
    found = leaves(program(x))
    for a in found:
        a[...] = 7.0
    np.testing.assert_array_equal(x, X)
    for a, b in zip(leaves(program(x)), leaves(f(Value(X))), strict=True):
        np.testing.assert_array_equal(a, b.data if isinstance(b, Value) else b)


def test_a_result_is_new_where_it_could_be_a_view_of_the_argument() -> None:
    program = replay(lambda x: autograd.reshape(x, (12,)))
    program(np.repeat(X, 2, axis=1)[:, ::2])  # of which a reshape has to make a copy
    x = X.copy()
    program(x)[...] = 7.0
    np.testing.assert_array_equal(x, X)


def test_gradients_that_are_equal_are_two_arrays() -> None:
    _, (gx, gy) = replay(lambda x, y: (x + y).sum()).value_and_grad(X, X, argnums=(0, 1))
    gx[...] = 5.0
    np.testing.assert_array_equal(gy, np.ones_like(X))


def test_arrays_from_outside_are_constants_as_they_were() -> None:
    scale = np.array([1.0, 2.0])
    program = replay(lambda x: x * scale + scale.sum())
    program(np.ones(2))
    scale[:] = 100.0
    np.testing.assert_array_equal(program(np.ones(2)), [4.0, 5.0])


def test_inputs_in_any_order_of_memory() -> None:
    program = replay(lambda x, w: (autograd.reshape(x, (2, 6)) @ autograd.reshape(w, (6, 2))).sum(axis=0))
    w = np.arange(12.0).reshape(4, 3)
    expected = program(X, w)
    np.testing.assert_array_equal(program(np.asfortranarray(X), np.asfortranarray(w)), expected)
    np.testing.assert_array_equal(program(np.repeat(X, 2, axis=1)[:, ::2], w), expected)


def test_an_error_in_a_kernel_leaves_the_program_usable() -> None:
    program = replay(lambda a: autograd.inv(a).sum())
    a = np.array([[2.0, 0.0], [0.0, 4.0]])
    assert program(a) == 0.75
    with pytest.raises(np.linalg.LinAlgError):
        program(np.zeros((2, 2)))
    assert program(a) == 0.75


def test_decisions_on_arrays_are_checked_on_every_call() -> None:
    def f(x: Any) -> Any:
        return x * 2.0 if x.sum() > 0.0 else autograd.exp(x)

    program = replay(f)
    for x in (X, -X, X, -X):
        np.testing.assert_array_equal(program(x), f(Value(x)).data)
    assert program.recordings == 2


def test_two_threads_do_not_mix_buffers() -> None:
    program = replay(lambda x: autograd.sum(autograd.tanh(x @ x.T) * x[0, 0]))
    arrays = [np.full((30, 30), k / 10.0) for k in range(1, 5)]
    expected = [program(x) for x in arrays]
    wrong = []

    def work(k: int) -> None:
        wrong.extend(k for _ in range(200) if program(arrays[k]) != expected[k])

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
