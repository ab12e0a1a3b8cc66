"""Maxout against its formula and Linear; the perceptron's rule, its convergence, and XOR."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import run_python

import nn
from autograd import Value
from autograd.errors import ArgumentError, ShapeError

SQUARE = [[0, 0], [0, 1], [1, 0], [1, 1]]

# ---- Maxout ----


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.booleans())
@settings(max_examples=25, deadline=None)
def test_maxout_is_the_greatest_of_its_pieces(nin: int, nout: int, k: int, bias: bool) -> None:
    layer = nn.Maxout(nin, nout, k, bias=bias, vectorized=True)
    x = np.random.default_rng(0).normal(size=(4, nin))
    weight, b = layer.weight.data, layer.bias.data if layer.bias is not None else np.zeros(nout * k)
    for row, outputs in zip(x, layer(x).data, strict=True):
        for j in range(nout):
            pieces = [weight[j * k + i] @ row + b[j * k + i] for i in range(k)]
            assert outputs[j] == pytest.approx(max(pieces), rel=1e-12)
    numbers = layer.scalarize()(x[0].tolist())
    found = [float(z.data) for z in (numbers if isinstance(numbers, list) else [numbers])]
    assert found == pytest.approx(layer(x[0]).tolist(), rel=1e-12)
    assert layer.scalarize().vectorize()(x).tolist() == layer(x).tolist()


@pytest.mark.parametrize("vectorized", [False, True])
def test_the_gradient_goes_to_the_piece_that_won(vectorized: bool) -> None:
    unit = nn.Maxout(1, 1, 3, bias=False)
    for neuron, slope in zip(unit.neurons, (1.0, -1.0, 0.5), strict=True):
        neuron.w[0].data = slope
    unit = unit.vectorize() if vectorized else unit
    for x, won in ((2.0, 0), (-2.0, 1)):
        unit.zero_grad()
        unit([x]).backward()
        found = unit.weight.grad[:, 0].tolist() if vectorized else [p.grad for p in unit.parameters()]
        assert found == [x if i == won else 0.0 for i in range(3)]


def test_tied_pieces_share() -> None:
    unit = nn.Maxout(1, 1, 3, vectorized=True)
    unit.weight.data = np.ones((3, 1))
    unit.bias.data = np.zeros(3)  # type: ignore[union-attr]
    unit([3.0]).backward()
    assert unit.weight.grad[:, 0].tolist() == [1.0, 1.0, 1.0]


def test_one_piece_is_linear() -> None:
    maxout, linear = nn.Maxout(3, 2, 1, vectorized=True, dtype="float32"), nn.Linear(3, 2, dtype="float32")
    maxout.load_state_dict(linear.state_dict())
    x = Value(np.random.default_rng(0).normal(size=(4, 3)), dtype="float32")
    assert maxout(x).tolist() == linear(x).tolist()
    assert maxout(x).dtype == np.float32


def test_two_pieces_learn_the_absolute_value() -> None:
    unit = nn.Maxout(1, 1, 2, bias=False)
    for neuron, slope in zip(unit.neurons, (0.3, -0.2), strict=True):
        neuron.w[0].data = slope
    for _ in range(100):
        loss = sum((unit([x]) - abs(x)) ** 2 for x in (-2.0, -1.0, 0.0, 1.0, 2.0))
        unit.zero_grad()
        loss.backward()
        for p in unit.parameters():
            p.data -= 0.05 * p.grad
    assert [p.data for p in unit.parameters()] == pytest.approx([1.0, -1.0])


def test_printed_forms_and_errors_of_maxout() -> None:
    assert repr(nn.Maxout(3, 2, 4)) == "Maxout(3, 2, pieces=4)"
    assert repr(nn.Maxout(3, 2, vectorized=True, bias=False)) == "Maxout(3, 2, pieces=2, dtype=float64, bias=False)"
    with pytest.raises(ArgumentError, match="Maxout: found pieces=0"):
        nn.Maxout(1, 1, 0)
    with pytest.raises(ShapeError, match=r"Maxout\(3, 2, pieces=2\): found"):
        nn.Maxout(3, 2)([1.0])
    with pytest.raises(ShapeError, match=r"Maxout\(3, 2, pieces=2\): found"):
        nn.Maxout(3, 2, vectorized=True)([[1.0]])


# ---- Perceptron ----


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=3), st.booleans())
@settings(max_examples=30, deadline=None)
def test_it_converges_on_separable_data(direction: list[int], vectorized: bool) -> None:
    rng = np.random.default_rng(abs(hash(tuple(direction))) % 1000)
    x = rng.integers(-4, 5, size=(20, 3))
    y = (x @ direction + 0.5 > 0).astype(int)
    unit = nn.Perceptron(3, max_iter=10000)
    unit = unit.vectorize() if vectorized else unit
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert unit.fit(x, y) is unit
    assert unit.converged_
    assert unit.score(x, y) == 1.0
    assert unit.predict(x).tolist() == y.tolist()
    assert unit.errors_[-1] == 0 < unit.n_iter_ == len(unit.errors_)
    answers = [float(np.asarray(unit(row.tolist()).data)) for row in x]
    assert answers == y.tolist()  # the unit itself says the same


def naive_rosenblatt(x: Any, y: Any, lr: float, rounds: int) -> tuple[Any, float]:
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(rounds):
        for row, label in zip(x, y, strict=True):
            answer = 1.0 if w @ row + b >= 0.0 else 0.0
            w, b = w + lr * (label - answer) * row, b + lr * (label - answer)
    return w, b


@pytest.mark.parametrize("lr", [1.0, 0.25])
def test_the_rule_is_rosenblatts(lr: float) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.integers(-2, 3, size=(8, 2)), rng.integers(0, 2, 8)
    unit = nn.Perceptron(2, lr=lr, max_iter=5)
    with pytest.warns(UserWarning, match="rounds"):
        unit.fit(x, y)
    w, b = naive_rosenblatt(x, y, lr, 5)
    assert [p.data for p in unit.w] == w.tolist()
    assert unit.b is not None
    assert unit.b.data == b
    assert (unit.n_iter_, unit.converged_) == (5, False)


def test_xor_is_beyond_it_and_not_beyond_an_mlp() -> None:
    unit = nn.Perceptron(2, max_iter=100)
    with pytest.warns(UserWarning, match="in the last of 100 rounds; either no line separates the classes"):
        unit.fit(SQUARE, [0, 1, 1, 0])
    assert not unit.converged_
    assert unit.n_iter_ == 100
    assert unit.score(SQUARE, [0, 1, 1, 0]) < 1.0


def test_it_goes_on_from_where_it_stands() -> None:
    unit = nn.Perceptron(2).fit(SQUARE, [0, 1, 1, 1])
    weights = [p.data for p in unit.parameters()]
    assert unit.fit(SQUARE, [0, 1, 1, 1]).n_iter_ == 1
    assert [p.data for p in unit.parameters()] == weights


def test_its_twins_keep_weights_and_settings() -> None:
    unit = nn.Perceptron(2, lr=0.5, max_iter=7).fit(SQUARE, [0, 1, 1, 1])
    twin = unit.vectorize().scalarize()
    assert [p.data for p in twin.parameters()] == [p.data for p in unit.parameters()]
    assert (twin.lr, twin.max_iter, twin.n_iter_, twin.errors_) == (0.5, 7, unit.n_iter_, unit.errors_)


def test_without_a_bias_the_line_goes_through_zero() -> None:
    unit = nn.Perceptron(1, bias=False).fit([[-1.0], [-2.0], [1.0]], [0, 0, 1])
    assert unit.b is None
    assert unit.predict([[-0.1], [0.1]]) == [0, 1]
    assert repr(unit) == "Perceptron(1, bias=False)"


BAD: list[tuple[Any, type[Exception], str]] = [
    (lambda: nn.Perceptron(0), ArgumentError, "Perceptron: found nin=0"),
    (lambda: nn.Perceptron(1, lr=0.0), ArgumentError, "found lr=0.0"),
    (lambda: nn.Perceptron(1, max_iter=0), ArgumentError, "Perceptron: found max_iter=0"),
    (lambda: nn.Perceptron(1).fit([[1.0], [2.0]], [0, -1]), ArgumentError, "the class -1 in row 1; expected 0 or 1"),
    (lambda: nn.Perceptron(1).fit([[1.0]], [0, 1]), ShapeError, "found 1 samples and 2 classes"),
    (lambda: nn.Perceptron(1).fit([], []), ShapeError, "found 0 samples"),
    (lambda: nn.Perceptron(1).fit([[1.0], [float("nan")]], [0, 1]), ArgumentError, "row 1; expected finite numbers"),
    (lambda: nn.Perceptron(2).predict([[1.0]]), ShapeError, "in row 0; expected 2 numbers"),
    (lambda: nn.Perceptron(1).score([[1.0]], []), ShapeError, "1 samples and 0 classes"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_errors_of_the_perceptron(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_on_numbers_no_numpy_is_loaded() -> None:
    run_python(
        "-c",
        "import sys, nn\n"
        "nn.Perceptron(2).fit([[0, 0], [1, 1]], [0, 1]).score([[0, 0]], [0])\n"
        "nn.Maxout(2, 2)([1.0, 2.0])[0].backward()\n"
        "nn.MLP(2, [3, 1]).summary((2,))\n"
        "x = nn.Neuron(1); x([2.0]).backward(); nn.utils.clip_grad_norm_(x.parameters(), 1.0)\n"
        "nn.utils.prune.sparsity(x)\n"
        "assert 'numpy' not in sys.modules\n",
    )
