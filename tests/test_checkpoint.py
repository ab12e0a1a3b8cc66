"""checkpoint: the same values and derivatives as without it, of any order, and less memory."""

from __future__ import annotations

import gc
import pickle
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, checkpoint, exp, grad, hessian, jacfwd, no_grad, sin, tanh
from autograd.errors import DtypeError, GraphError, UnsupportedError

W = Value(np.random.default_rng(0).standard_normal((3, 3)), label="W")


def block(x: Any, p: Any = None) -> Any:
    scale = 1.0 if p is None else p["scale"][0]
    return tanh(x @ W) * exp(0.1 * x) * scale


def nested(x: Any, p: Any = None) -> Any:
    return block(checkpoint(block)(x, p), p)


@pytest.mark.parametrize("f", [block, nested])
@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_gradients_are_those_without_it(f: Any, seed: int) -> None:
    leaves = x, s, _ = Value(np.random.default_rng(seed).standard_normal((2, 3))), Value(1.5), W
    results = []
    for g in (f, checkpoint(f)):
        for leaf in leaves:
            leaf.zero_grad()
        (g(g(x), {"scale": [s]}) ** 2).sum().backward()
        results.append([np.copy(leaf.grad) for leaf in leaves])
    for plain, found in zip(*results, strict=True):
        np.testing.assert_allclose(found, plain, rtol=1e-12, atol=1e-12)


def test_it_may_be_differentiated_again_in_both_modes() -> None:
    f, plain = checkpoint(lambda x: sin(x) * x), lambda x: sin(x) * x
    x = np.array([0.3, -1.2])
    np.testing.assert_allclose(
        hessian(lambda v: (f(v) ** 2).sum())(x), hessian(lambda v: (plain(v) ** 2).sum())(x), rtol=1e-12
    )
    np.testing.assert_allclose(jacfwd(f)(x), jacfwd(plain)(x), rtol=1e-12)
    np.testing.assert_allclose(
        jacfwd(grad(lambda v: f(v).sum()))(x), hessian(lambda v: plain(v).sum())(x), rtol=1e-12, atol=1e-15
    )
    assert grad(grad(grad(f)))(0.3) == pytest.approx(grad(grad(grad(plain)))(0.3), rel=1e-12)


def test_captured_values_that_depend_on_each_other_are_counted_once() -> None:
    a = Value(2.0)
    b = a * a
    checkpoint(lambda x: x * a * b)(3.0).backward()
    assert a.grad == 3.0 * 3.0 * 2.0**2  # d/da 3 a^3
    assert b.grad == 6.0


def test_a_result_handed_through_shares_no_memory() -> None:
    x = Value([1.0, 2.0])
    y = checkpoint(lambda v: v)(x)
    y.sum().backward()
    x.data[0] = 7.0
    assert y.data[0] == 1.0 and x.grad.tolist() == [1.0, 1.0]


def test_nothing_is_recorded_where_nothing_records() -> None:
    with no_grad():
        assert not checkpoint(tanh)(Value(1.0)).requires_grad
    assert not checkpoint(tanh)(Value(1.0, requires_grad=False)).requires_grad


def test_plain_data_passes_through() -> None:
    assert checkpoint(np.exp)(0.0) == 1.0
    assert grad(lambda w: w * checkpoint(lambda x: x * x)(2.0))(3.0) == 4.0


def test_another_result_the_second_time_is_an_error() -> None:
    rng = np.random.default_rng(0)
    y = checkpoint(lambda x: x * (rng.random(3) > 0.5))(Value(np.ones(3)))
    with pytest.raises(GraphError, match="another result"):
        y.sum().backward()
    for w in (Value([2.0]), Value(2.0), Value(2.0, requires_grad=False)):
        y = checkpoint(lambda q, w=w: q * q * w)(Value([1.0]))
        w.data = w.data + 3.0
        with pytest.raises(GraphError, match=r"another result|was replaced"):
            y.sum().backward()
    kinds = iter([1.0, 2.0])
    y = checkpoint(lambda x: x if next(kinds) == 1.0 else 3.0)(Value(1.0))
    with pytest.raises(GraphError, match="another result"):
        y.backward()


def test_errors() -> None:
    with pytest.raises(DtypeError, match="returned tuple"):
        checkpoint(lambda x: (x, x))(Value(1.0))
    with pytest.raises(DtypeError, match="expected a function"):
        checkpoint(Value(1.0))  # type: ignore[arg-type]
    with pytest.raises(UnsupportedError, match="checkpointed call"):
        pickle.dumps(checkpoint(tanh)(Value(1.0)))


def peak(step: Any, segments: int) -> int:
    """The most memory in use at any moment of a forward and a backward pass, in bytes."""
    x = Value(np.random.default_rng(0).standard_normal((100, 100)))
    gc.collect()
    tracemalloc.start()
    y = x
    for _ in range(segments):
        y = step(y)
    y.sum().backward()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_it_saves_memory() -> None:
    def segment(x: Any) -> Any:
        for _ in range(8):
            x = tanh(sin(x) * 1.1)
        return x

    with_it, without = peak(checkpoint(segment), 8), peak(segment, 8)
    assert with_it < 0.45 * without, (with_it, without)
