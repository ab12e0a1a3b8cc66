"""model.summary: shapes, counts and multiply-adds against hand-made ones; the model and all generators stay."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError


def counts(summary: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in summary.rows]


@pytest.mark.parametrize("vectorized", [False, True])
def test_a_perceptron_on_numbers_or_arrays(vectorized: bool) -> None:
    summary = nn.MLP(3, [4, 2], vectorized=vectorized).summary((3,))
    assert counts(summary) == [
        ("layers.0", "Layer", (4,), 16, 0, 12),
        ("layers.1", "Layer", (2,), 10, 0, 8),
    ]
    assert (summary.parameters, summary.trainable, summary.frozen, summary.multiply_adds) == (26, 26, 0, 20)


def test_every_batch_counts() -> None:
    assert nn.Linear(3, 2).summary((5, 3)).multiply_adds == 5 * 3 * 2


CASES: list[tuple[Any, tuple[int, ...], Any, int, int]] = [
    (nn.Linear(4, 3, bias=False), (1, 4), (1, 3), 12, 12),
    (nn.Conv2d(2, 6, 3, padding=1, groups=2), (1, 2, 5, 5), (1, 6, 5, 5), 6 * 9 + 6, 25 * 6 * 9),
    (nn.Conv1d(2, 3, 2), (1, 2, 4), (1, 3, 3), 15, 3 * 3 * 4),
    (nn.RNN(3, 4), (5, 1, 3), [(5, 1, 4), (1, 1, 4)], 36, 5 * (12 + 16)),
    (nn.GRUCell(3, 4), (1, 3), (1, 4), 108, 3 * (12 + 16)),
    (nn.Maxout(2, 3, 2, vectorized=True), (1, 2), (1, 3), 18, 12),
    (nn.Neuron(3), (3,), (), 4, 3),
    (nn.ReLU(), (2, 3), (2, 3), 0, 0),
]


@pytest.mark.parametrize(("model", "given", "shape", "parameters", "multiply_adds"), CASES)
def test_one_layer(model: Any, given: Any, shape: Any, parameters: int, multiply_adds: int) -> None:
    (row,) = model.summary(given).rows
    assert (row.name, row.layer, row.output_shape) == ("", type(model).__name__, shape)
    assert (row.trainable + row.frozen, row.multiply_adds) == (parameters, multiply_adds)


def test_a_lstm_lists_its_pair_of_states() -> None:
    (row,) = nn.LSTM(3, 4, 2, bidirectional=True).summary((5, 1, 3)).rows
    assert row.output_shape == [(5, 1, 8), [(4, 1, 4), (4, 1, 4)]]
    assert row.multiply_adds == 5 * 2 * (16 * (3 + 4) + 16 * (8 + 4))


def test_layers_within_layers_are_counted_once() -> None:
    model = nn.Sequential(nn.TransformerBlock(4, 2), nn.Linear(4, 2))
    summary = model.summary((1, 3, 4))
    assert [row.name for row in summary.rows if row.trainable] == [
        "0.self_attn", "0.self_attn.out_proj", "0.linear1", "0.linear2", "0.norm1", "0.norm2", "1"
    ]  # fmt: skip
    assert summary.parameters == sum(p.size for p in model.parameters())
    attention = 3 * 3 * 16 + 2 * 3 * 3 * 4  # projections; scores and sums of values
    assert summary.rows[0].multiply_adds == attention


def test_frozen_and_shared_parameters() -> None:
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    second.weight = first.weight
    first.bias.requires_grad = False  # type: ignore[union-attr]
    summary = nn.Sequential(first, second).summary((1, 3))
    assert [(row.trainable, row.frozen) for row in summary.rows] == [(9, 3), (3, 0)]
    twice = nn.Sequential(first, first).summary((1, 3))
    assert [(row.name, row.multiply_adds) for row in twice.rows] == [("0", 18)]


class TwoHeads(nn.Module):
    """Two inputs, a dict of outputs, a product with a parameter of its own, a head that is never called."""

    def __init__(self) -> None:
        self.scale = nn.Neuron(1, vectorized=True).w
        self.left, self.right, self.idle = nn.Linear(2, 3), nn.Linear(4, 5), nn.Linear(7, 7)

    def forward(self, a: Any, b: Any) -> Any:
        return {"left": self.left(a) * self.scale, "right": self.right(b)}


def test_several_inputs_and_outputs() -> None:
    summary = TwoHeads().summary((1, 2), (1, 4))
    assert counts(summary) == [
        ("", "TwoHeads", [(1, 3), (1, 5)], 1, 0, 3),
        ("left", "Linear", (1, 3), 9, 0, 6),
        ("right", "Linear", (1, 5), 25, 0, 20),
        ("idle", "Linear", None, 56, 0, 0),
    ]
    assert "not called" in str(summary)
    assert str(summary).startswith("TwoHeads: (1, 2), (1, 4) to (1, 3), (1, 5)\n")


class Bilinear(nn.Module):
    """A product of three arrays, written as an einsum."""

    def __init__(self) -> None:
        self.weight = Value(np.ones((3, 4)))

    def forward(self, x: Any) -> Any:
        return autograd.einsum("bi,ij,bj->b", x, self.weight, np.ones((5, 4)))


def test_an_einsum_counts_each_choice_of_its_indices() -> None:
    assert Bilinear().summary((5, 3)).multiply_adds == 5 * 3 * 4


def test_whole_numbers_go_in_where_asked() -> None:
    summary = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2)).summary((1, 5), dtype=int)
    assert [row.output_shape for row in summary.rows] == [(1, 5, 4), (1, 5, 2)]


class Noisy(nn.Module):
    """Draws whether training or not, from everywhere."""

    def __init__(self) -> None:
        self.rng, self.seen = np.random.default_rng(0), 0

    def forward(self, x: Any) -> Any:
        self.seen += 1
        return x + self.rng.random() + random.random() + np.random.random()  # noqa: NPY002


def all_states(noisy: Noisy) -> Any:
    legacy: Any = np.random.get_state()  # noqa: NPY002  (somebody's module may draw from it)
    return random.getstate(), legacy[1].tolist(), noisy.rng.bit_generator.state


def test_the_model_and_all_generators_stay_as_they_are() -> None:
    norm, noisy = nn.BatchNorm1d(3, track_running_stats=True), Noisy()
    model = nn.Sequential(nn.Linear(3, 3), norm, nn.Dropout(0.5, rng=0), noisy, nn.ReLU().eval())
    calls: list[int] = []
    model[0].register_forward_hook(lambda *args: calls.append(1))
    before = copy.deepcopy(model.state_dict())
    states = all_states(noisy)
    model.summary((4, 3))
    assert all_states(noisy) == states
    assert noisy.seen == 0
    assert [part.training for part in model] == [True, True, True, True, False]
    for name, data in model.state_dict().items():
        assert np.array_equal(data, before[name]), name
    assert [part._hooks is None for part in model.modules()] == [True, False, True, True, True, True]
    assert not any(p.has_grad for p in model.parameters())


def test_what_is_printed() -> None:
    model = nn.Sequential(nn.Linear(64, 32, dtype="float32"), nn.Tanh(), nn.Linear(32, 10, dtype="float32"))
    model[0].requires_grad_(False)
    assert str(model.summary((1, 64))) == (
        "Sequential: (1, 64) to (1, 10)\n"
        "layer     output shape  trainable  frozen  multiply-adds\n"
        "--------------------------------------------------------\n"
        "0 Linear  (1, 32)               0   2,080          2,048\n"
        "1 Tanh    (1, 32)               0       0              0\n"
        "2 Linear  (1, 10)             330       0            320\n"
        "--------------------------------------------------------\n"
        "2,410 parameters (330 trainable, 2,080 frozen), 2,368 multiply-adds"
    )


def test_errors() -> None:
    with pytest.raises(ArgumentError, match=r"Linear.summary: found the shape 3; expected a tuple"):
        nn.Linear(3, 2).summary(3)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=r"^Linear.summary: found inputs of shape \(1, 4\), which the model does not"):
        nn.Linear(3, 2).summary((1, 4))
    picture = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 2))
    assert picture.summary((1, 1, 4, 4)).rows[-1].output_shape == (1, 2)
    with pytest.raises(ShapeError, match=r"^Sequential.summary: .* \(1, 4, 4\), .* begins with the batch, .*: Line"):
        picture.summary((1, 4, 4))
    with pytest.raises(DtypeError, match=r"an Embedding takes dtype=int\): Embedding\(10, 4\): found indices of"):
        nn.Embedding(10, 4).summary((1, 5))
