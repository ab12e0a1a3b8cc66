"""Embedding and one_hot: rows picked, gradients added up, indices that belong to each call of a replayed function."""

import numpy as np
import pytest

import nn
from autograd import replay
from autograd.errors import BoundsError
from nn import functional


def test_embedding_picks_rows_and_adds_up_gradients() -> None:
    layer = nn.Embedding(5, 3, padding_idx=-4, rng=0)
    assert repr(layer) == "Embedding(5, 3, padding_idx=1)"
    assert not layer.weight.data[1].any() and layer.weight.data[[0, 2, 3, 4]].all()
    indices = [[2, 1], [2, 4]]
    y = layer(indices)
    np.testing.assert_array_equal(y.data, layer.weight.data[indices])
    (y * np.arange(12.0).reshape(2, 2, 3)).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad, [[0] * 3, [0] * 3, [6, 8, 10], [0] * 3, [9, 10, 11]])
    assert layer([]).shape == (0, 3)
    assert nn.Embedding(5, 3, dtype="float32")(3).dtype == np.float32


def test_embedding_in_a_replayed_function_takes_each_calls_indices() -> None:
    layer = nn.Embedding(4, 2, padding_idx=0, rng=0)
    program = replay(lambda indices: layer(indices).sum())
    for indices in (np.array([1, 2]), np.array([3, 0])):
        layer.zero_grad()
        assert program.backward(indices) == pytest.approx(layer.weight.data[indices].sum())
        expected = np.zeros((4, 2))
        np.add.at(expected, indices, 1.0)
        expected[0] = 0.0
        np.testing.assert_array_equal(layer.weight.grad, expected)


@pytest.mark.parametrize("wrong", [-1, 4])
def test_each_call_of_a_replayed_function_checks_its_indices(wrong: int) -> None:
    layer = nn.Embedding(4, 2, rng=0)
    program = replay(lambda indices: layer(indices).sum())
    for _ in range(2):
        assert program(np.array([1, 2])) == layer.weight.data[[1, 2]].sum()
        with pytest.raises(BoundsError, match=f"found the index {wrong}; expected whole numbers from 0 to 3"):
            program.backward(np.array([wrong, 1]))
        assert not layer.weight.has_grad
    assert program(np.zeros(0, int)) == 0.0


def test_one_hot() -> None:
    rows = functional.one_hot([[0, 2], [1, 1]])
    assert rows.shape == (2, 2, 3) and rows.dtype == np.int64
    np.testing.assert_array_equal(rows, np.eye(3, dtype=int)[[[0, 2], [1, 1]]])
    assert functional.one_hot([0], 4).tolist() == [[1, 0, 0, 0]]
