"""Recurrent cells and layers against loops over single numbers; states handed on; errors; replay."""

from __future__ import annotations

import copy
import itertools
import math
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, gradients, replay
from autograd.errors import ArgumentError, ShapeError

INPUTS, HIDDEN, TIME, BATCH = 3, 2, 4, 2
KINDS = ["RNN", "LSTM", "GRU"]
over_kinds = pytest.mark.parametrize("kind", KINDS)


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def rows(weight: Any, bias: Any, x: list[float]) -> list[float]:
    return [sum(w * xi for w, xi in zip(row, x, strict=True)) + b for row, b in zip(weight, bias, strict=True)]


def naive_step(kind: str, x: list[float], state: list[list[float]], w: dict[str, Any]) -> list[list[float]]:
    """One time step of one sample, number by number, by the formulas of networks in every textbook."""
    n = len(state[0])
    a, b = rows(w["weight_ih"], w["bias_ih"], x), rows(w["weight_hh"], w["bias_hh"], state[0])
    if kind == "RNN":
        return [[math.tanh(a[j] + b[j]) for j in range(n)]]
    if kind == "GRU":
        out = []
        for j in range(n):
            r, z = sigmoid(a[j] + b[j]), sigmoid(a[n + j] + b[n + j])
            out.append((1 - z) * math.tanh(a[2 * n + j] + r * b[2 * n + j]) + z * state[0][j])
        return [out]
    gates = [p + q for p, q in zip(a, b, strict=True)]
    i, f, g, o = (gates[k * n : (k + 1) * n] for k in range(4))
    c = [sigmoid(f[j]) * state[1][j] + sigmoid(i[j]) * math.tanh(g[j]) for j in range(n)]
    return [[sigmoid(o[j]) * math.tanh(c[j]) for j in range(n)], c]


def naive_layers(layer: Any, kind: str, x: Any) -> tuple[Any, Any]:
    """Outputs (time, directions * hidden) and last states of one sample (time, inputs), from zeros."""
    state, sequence, last = layer.state_dict(), x.tolist(), []
    for k, suffixes in enumerate([("", "_reverse") if layer.bidirectional else ("",)] * layer.num_layers):
        sides = []
        for suffix in suffixes:
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            w = {name: state.get(f"{name}_l{k}{suffix}", np.zeros(99)).tolist() for name in names}
            w = {name: data[: len(w["weight_ih"])] for name, data in w.items()}
            s = [[0.0] * layer.hidden_size for _ in range(2 if kind == "LSTM" else 1)]
            outputs = []
            for step in sequence[::-1] if suffix else sequence:
                s = naive_step(kind, step, s, w)
                outputs.append(s[0])
            sides.append(outputs[::-1] if suffix else outputs)
            last.append(s)
        sequence = [list(itertools.chain(*parts)) for parts in zip(*sides, strict=True)]
    return np.array(sequence), np.array(last)


def states_of(hx: Any) -> tuple[Any, ...]:
    return hx if isinstance(hx, tuple) else (hx,)


@over_kinds
@pytest.mark.parametrize(("layers", "bidirectional", "bias"), [(1, False, True), (2, True, True), (3, False, False)])
def test_layers_are_the_formulas_step_by_step(kind: str, layers: int, bidirectional: bool, bias: bool) -> None:
    layer = getattr(nn, kind)(INPUTS, HIDDEN, layers, bias=bias, bidirectional=bidirectional, rng=0)
    x = np.random.default_rng(1).normal(size=(TIME, BATCH, INPUTS))
    output, hx = layer(x)
    for sample in range(BATCH):
        expected, last = naive_layers(layer, kind, x[:, sample])
        np.testing.assert_allclose(output.data[:, sample], expected, rtol=1e-13, atol=1e-15)
        for k, part in enumerate(states_of(hx)):
            np.testing.assert_allclose(part.data[:, sample], last[:, k], rtol=1e-13, atol=1e-15)


@over_kinds
def test_a_cell_is_a_layer_of_one_step(kind: str) -> None:
    layer, cell = getattr(nn, kind)(INPUTS, HIDDEN, rng=0), getattr(nn, f"{kind}Cell")(INPUTS, HIDDEN, rng=0)
    assert {name.removesuffix("_l0"): p.tolist() for name, p in layer.named_parameters()} == {
        name: p.tolist() for name, p in cell.named_parameters()
    }  # the same draws, in the same order
    x = np.random.default_rng(1).normal(size=(TIME, BATCH, INPUTS))
    output, hx = layer(x)
    state = None
    for step in x:
        state = cell(step, state)
    for part, last in zip(states_of(state), states_of(hx), strict=True):
        assert part.tolist() == last.data[0].tolist()
    assert output.shape == (TIME, BATCH, HIDDEN)


@over_kinds
def test_gradients_by_inputs_states_and_parameters(kind: str) -> None:
    layer = getattr(nn, kind)(2, 2, 2, bidirectional=True, rng=0)
    rng = np.random.default_rng(2)
    leaves = [
        Value(rng.normal(size=(5, 2))),
        *(Value(rng.normal(size=(4, 2))) for _ in range(2 if kind == "LSTM" else 1)),
    ]

    def total() -> Any:
        output, last = layer(leaves[0], tuple(leaves[1:]) if kind == "LSTM" else leaves[1])
        return (output * np.sin(np.arange(20.0)).reshape(5, 4)).sum() + sum((s * s).sum() for s in states_of(last))

    for leaf in [*leaves, *layer.parameters()]:
        (slope,) = gradients(total(), [leaf])
        data, direction, h = leaf.detach(), rng.normal(size=leaf.shape), 1e-5
        found = []
        for sign in (1.0, -1.0):
            leaf.data = data + sign * h * direction
            found.append(total().item())
        leaf.data = data
        assert (slope.data * direction).sum() == pytest.approx((found[0] - found[1]) / (2 * h), rel=1e-7, abs=1e-9)


@over_kinds
@given(st.integers(1, TIME - 1), st.booleans())
@settings(max_examples=5, deadline=None)
def test_a_state_handed_on_continues_the_sequence(kind: str, cut: int, batch_first: bool) -> None:
    layer = getattr(nn, kind)(INPUTS, HIDDEN, 2, batch_first=batch_first, rng=0)
    x = np.random.default_rng(cut).normal(size=(TIME, BATCH, INPUTS))
    parts = [part.swapaxes(0, 1) if batch_first else part for part in (x, x[:cut], x[cut:])]
    output, last = layer(parts[0])
    first, hx = layer(parts[1])
    second, end = layer(parts[2], hx)
    joined = np.concatenate([first.data, second.data], axis=1 if batch_first else 0)
    assert joined.tolist() == output.tolist()
    assert [s.tolist() for s in states_of(end)] == [s.tolist() for s in states_of(last)]


@over_kinds
def test_a_detached_state_cuts_the_backward_pass(kind: str) -> None:
    layer = getattr(nn, kind)(INPUTS, HIDDEN, rng=0)
    x = Value(np.random.default_rng(0).normal(size=(TIME, INPUTS)))
    _, hx = layer(x[:2])
    kept = tuple(part.detach() for part in states_of(hx))
    output, _ = layer(x[2:], kept if kind == "LSTM" else kept[0])
    (slope,) = gradients(output.sum(), [x])
    assert (slope.data[:2] == 0.0).all()
    assert (slope.data[2:] != 0.0).all()


@over_kinds
def test_batch_first_swaps_the_first_two_axes(kind: str) -> None:
    usual, swapped = (getattr(nn, kind)(INPUTS, HIDDEN, batch_first=first, rng=0) for first in (False, True))
    x = np.random.default_rng(0).normal(size=(TIME, BATCH, INPUTS))
    a, ha = usual(x)
    b, hb = swapped(x.swapaxes(0, 1))
    assert a.tolist() == b.data.swapaxes(0, 1).tolist()
    assert [s.tolist() for s in states_of(ha)] == [s.tolist() for s in states_of(hb)]  # never batch first
    one, h = swapped(x[:, 0])  # one sample has no batch axis
    np.testing.assert_allclose(one.data, a.data[:, 0], rtol=1e-14)
    assert states_of(h)[0].shape == (1, HIDDEN)


@over_kinds
def test_the_backward_direction_reads_the_sequence_reversed(kind: str) -> None:
    both = getattr(nn, kind)(INPUTS, HIDDEN, bidirectional=True, rng=0)
    one = getattr(nn, kind)(INPUTS, HIDDEN)
    one.load_state_dict({k.removesuffix("_reverse"): v for k, v in both.state_dict().items() if k.endswith("_reverse")})
    x = np.random.default_rng(0).normal(size=(TIME, BATCH, INPUTS))
    assert both(x)[0].data[..., HIDDEN:].tolist() == one(x[::-1])[0].data[::-1].tolist()


@over_kinds
@pytest.mark.parametrize("given", ["list", "float64", "Value"])
def test_float32_stays_float32(kind: str, given: str) -> None:
    layer = getattr(nn, kind)(INPUTS, HIDDEN, 2, dtype="float32", rng=0)
    x: Any = np.ones((TIME, BATCH, INPUTS))
    x = x.tolist() if given == "list" else Value(x, dtype="float32") if given == "Value" else x
    output, hx = layer(x)
    output.sum().backward()
    assert {output.dtype, *(s.dtype for s in states_of(hx)), *(p.grad.dtype for p in layer.parameters())} == {
        np.dtype("float32")
    }


@over_kinds
def test_an_empty_batch_gives_empty_outputs(kind: str) -> None:
    output, hx = getattr(nn, kind)(INPUTS, HIDDEN, 2, rng=0)(np.ones((TIME, 0, INPUTS)))
    assert output.shape == (TIME, 0, HIDDEN)
    assert states_of(hx)[0].shape == (2, 0, HIDDEN)


@over_kinds
def test_frozen_layers_get_no_gradient_and_hand_it_on(kind: str) -> None:
    layer = getattr(nn, kind)(INPUTS, HIDDEN, rng=0).requires_grad_(False)
    x = Value(np.ones((TIME, INPUTS)))
    layer(x)[0].sum().backward()
    assert not any(p.has_grad for p in layer.parameters())
    assert x.has_grad
    assert not layer(x.detach())[0].requires_grad


@over_kinds
def test_replay_gives_the_same(kind: str) -> None:
    layer = getattr(nn, kind)(INPUTS, HIDDEN, 2, bidirectional=True, rng=0)
    program = replay(lambda x: layer(x)[0].sum())
    for seed in range(3):
        x = np.random.default_rng(seed).normal(size=(TIME, BATCH, INPUTS))
        np.testing.assert_allclose(program(x).data, layer(x)[0].sum().data, rtol=1e-12)


@over_kinds
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_copies_compute_the_same(kind: str, copied: Any) -> None:
    x = np.random.default_rng(0).normal(size=(TIME, INPUTS))
    layer = getattr(nn, kind)(INPUTS, HIDDEN, 2, dropout=0.5, rng=0)
    assert copied(layer)(x)[0].tolist() == layer(x)[0].tolist()  # drawing the same zeros, too


def test_dropout_acts_between_layers_in_training_only() -> None:
    plain, dropping = nn.GRU(INPUTS, HIDDEN, 2, rng=0), nn.GRU(INPUTS, HIDDEN, 2, dropout=0.5, rng=0)
    x = np.random.default_rng(0).normal(size=(TIME, BATCH, INPUTS))
    assert plain(x)[1].data[0].tolist() == dropping(x)[1].data[0].tolist()  # the first layer is fed all
    assert plain(x)[0].tolist() != dropping(x)[0].tolist()
    assert plain(x)[0].tolist() == dropping.eval()(x)[0].tolist()
    a, b = (nn.GRU(INPUTS, HIDDEN, 2, dropout=0.5, rng=1)(x)[0].tolist() for _ in range(2))
    assert a == b  # the same seed, the same zeros
    nothing = nn.GRU(INPUTS, HIDDEN, 2, dropout=1.0, rng=0)
    zeros = nn.GRU(INPUTS, HIDDEN, 2, rng=0)
    zeros.weight_ih_l1.data = np.zeros(zeros.weight_ih_l1.shape)
    np.testing.assert_allclose(nothing(x)[0].data, zeros(x)[0].data)
    program = replay(lambda x: dropping(x)[0].sum())
    dropping.train()
    assert len({program(x).item() for _ in range(8)}) > 1  # replayed, it draws anew
    for build in (nn.RNN, nn.GRU):
        with pytest.warns(UserWarning, match="one layer") as caught:
            build(INPUTS, HIDDEN, dropout=0.5)
        assert caught[0].filename == __file__


def test_state_keys_printed_forms_and_initial_values() -> None:
    layer = nn.LSTM(3, 4, 2, bidirectional=True, rng=0)
    names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    assert list(layer.state_dict()) == [
        f"{name}_l{k}{side}" for k, side, name in itertools.product((0, 1), ("", "_reverse"), names)
    ]
    assert layer.weight_ih_l1.shape == (16, 8)
    assert all((np.abs(p.data) <= 0.5).all() for p in layer.parameters())
    assert sum(np.abs(p.data).max() > 0.45 for p in layer.parameters()) > 12
    assert repr(layer) == "LSTM(3, 4, num_layers=2, bidirectional=True)"
    assert repr(nn.RNN(3, 4, bias=False, batch_first=True)) == "RNN(3, 4, bias=False, batch_first=True)"
    assert repr(nn.GRUCell(3, 4, bias=False)) == "GRUCell(3, 4, bias=False)"
    assert repr(nn.RNNCell(3, 4, nonlinearity="relu")) == "RNNCell(3, 4, nonlinearity=relu)"


BAD: list[tuple[Any, type[Exception], str]] = [
    (lambda: nn.RNN(0, 2), ArgumentError, "RNN: found input_size=0"),
    (lambda: nn.LSTM(1, 2.5), ArgumentError, "LSTM: found hidden_size=2.5"),
    (lambda: nn.GRU(1, 2, 0), ArgumentError, "GRU: found num_layers=0"),
    (lambda: nn.GRU(1, 2, 2, dropout=1.5), ArgumentError, "GRU: found dropout=1.5"),
    (lambda: nn.RNN(1, 2, nonlinearity="gelu"), ArgumentError, "found nonlinearity='gelu'; expected 'tanh' or 'relu'"),
    (lambda: nn.RNN(3, 2)(np.ones((4, 2))), ShapeError, r"RNN\(3, 2\): found inputs of shape \(4, 2\)"),
    (lambda: nn.RNN(3, 2)(np.ones(3)), ShapeError, r"expected \(time, batch, 3\) or \(time, 3\)"),
    (lambda: nn.RNN(3, 2)(np.ones((0, 1, 3))), ShapeError, "at least one time step"),
    (lambda: nn.RNN(3, 2, batch_first=True)(np.ones((1, 0, 3))), ShapeError, r"found inputs of shape \(1, 0, 3\)"),
    (lambda: nn.GRU(3, 2)(np.ones((4, 1, 3)), np.ones((1, 2, 2))), ShapeError, r"a state h .* expected \(1, 1, 2\)"),
    (lambda: nn.LSTM(3, 2)(np.ones((4, 3)), np.ones((1, 2))), ShapeError, r"expected a pair of arrays, \(h, c\)"),
    (lambda: nn.LSTMCell(3, 2)(np.ones(3), (np.ones(2), np.ones(3))), ShapeError, "a state c of shape"),
    (lambda: nn.GRUCell(3, 2)(np.ones((1, 1, 3))), ShapeError, r"GRUCell\(3, 2\): found inputs of shape"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_errors_name_the_layer_and_what_was_found(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message), warnings.catch_warnings():
        call()


def test_the_backward_pass_of_a_long_sequence_takes_time_in_proportion() -> None:
    """Each time step of a differentiated input is an index; their adjoints must not each fill a whole sequence."""
    sizes = []
    for time in (64, 256):
        x = Value(np.ones((time, 1, 1)))
        nodes, seen = [nn.RNN(1, 1, rng=0)(x)[0]], set()
        while nodes:
            node = nodes.pop()
            if id(node) not in seen:
                seen.add(id(node))
                nodes += [each for each in node.inputs if isinstance(each, Value)]
                if node.op is not None and node.op.name == "getitem":
                    sizes.append((time, node.inputs[0].size))
    assert [sum(size for length, size in sizes if length == time) / time < 20 for time in (64, 256)] == [True, True]
