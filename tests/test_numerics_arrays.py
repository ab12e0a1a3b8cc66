"""The hard points of operations that arrays alone have: shapes, empty axes, ties, indices, dtypes."""

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from test_numerics import assert_same

import autograd as ag
from autograd import Value, gradients
from autograd.errors import DtypeError

# name: (f, the arguments, the value, the derivatives of the sum of its elements)
A = np.arange(6.0).reshape(2, 3)
ARRAYS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], Any, tuple[Any, ...]]] = {
    "(3,1)+(1,4)": (
        lambda x, y: x + y, (np.ones((3, 1)), np.ones((1, 4))), np.full((3, 4), 2.0),
        (np.full((3, 1), 4.0), np.full((1, 4), 3.0)),
    ),
    "(2,3)*scalar": (lambda x, y: x * y, (A, 2.0), 2.0 * A, (np.full((2, 3), 2.0), 15.0)),
    "(1,1)+(1,)": (lambda x, y: x + y, (np.ones((1, 1)), np.ones(1)), np.array([[2.0]]), (np.ones((1, 1)), np.ones(1))),
    "empty sum": (ag.sum, (np.ones(0),), 0.0, (np.ones(0),)),
    "empty rows sum": (lambda x: ag.sum(x, axis=0), (np.ones((0, 3)),), np.zeros(3), (np.ones((0, 3)),)),
    "empty mean": (ag.mean, (np.ones(0),), nan, (np.ones(0),)),
    "empty prod": (ag.prod, (np.ones(0),), 1.0, (np.ones(0),)),
    "empty product": (lambda x: x * 2.0, (np.ones((0, 3)),), np.ones((0, 3)), (np.ones((0, 3)),)),
    "1d@1d": (lambda x, y: x @ y, (A[0], A[1]), 14.0, (A[1], A[0])),
    "2d@1d": (lambda x, y: x @ y, (A, A[1]), np.array([14.0, 50.0]), (np.array([A[1], A[1]]), A.sum(0))),
    "1d@2d": (lambda x, y: x @ y, (A[1], A.T), np.array([14.0, 50.0]), (A.sum(0), np.array([A[1], A[1]]).T)),
    "batched @": (
        lambda x, y: x @ y, (np.ones((5, 1, 2, 3)), np.ones((4, 3, 2))), np.full((5, 4, 2, 2), 3.0),
        (np.full((5, 1, 2, 3), 8.0), np.full((4, 3, 2), 10.0)),
    ),
    "x[[0,0,1]]": (lambda x: x[[0, 0, 1]], (A[1],), np.array([3.0, 3.0, 4.0]), (np.array([2.0, 1.0, 0.0]),)),
    "prod([2,0,3])": (ag.prod, (np.array([2.0, 0.0, 3.0]),), 0.0, (np.array([0.0, 6.0, 0.0]),)),
    "prod([0,0,3])": (ag.prod, (np.array([0.0, 0.0, 3.0]),), 0.0, (np.zeros(3),)),
    "max over 2 tied": (ag.max, (np.array([1.0, 5.0, 5.0]),), 5.0, (np.array([0.0, 0.5, 0.5]),)),
    "min over 3 tied": (ag.min, (np.array([5.0, 5.0, 5.0, 6.0]),), 5.0, (np.array([1, 1, 1, 0]) / 3,)),
    "max over ties in each row": (
        lambda x: x.max(axis=1), (np.array([[1.0, 1.0], [0.0, 2.0]]),), np.array([1.0, 2.0]),
        (np.array([[0.5, 0.5], [0.0, 1.0]]),),
    ),
    "x*2.0": (lambda x: x * 2.0, (A,), 2 * A, (np.full((2, 3), 2.0),)),
    "x**2": (lambda x: x**2, (A,), A**2, (2 * A,)),
    "mean": (ag.mean, (A,), 2.5, (np.full((2, 3), 1 / 6),)),
    ".at[1].set(0)": (lambda x: (x * 2).at[1].set(0), (A[0],), np.array([0.0, 0.0, 4.0]), (np.array([2.0, 0.0, 2.0]),)),
    "norm of zeros": (ag.norm, (np.zeros(3),), 0.0, (np.zeros(3),)),
    "std of equals": (ag.std, (np.full(3, 7.0),), 0.0, (np.zeros(3),)),
    "logsumexp of -inf": (ag.logsumexp, (np.full(3, -inf),), -inf, (np.zeros(3),)),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", ARRAYS)
def test_arrays(case: str, dtype: Any) -> None:
    f, args, value, derivatives = ARRAYS[case]
    xs = [Value(x) if isinstance(x, float) else Value(x, dtype=dtype) for x in args]
    z = f(*xs)
    assert z.dtype == dtype
    assert z.shape == np.shape(value)
    assert_same(z.data, value)
    z.sum().backward()
    for x, expected in zip(xs, derivatives, strict=True):
        assert np.shape(x.grad) == x.shape == np.shape(expected)
        assert type(x.grad) is float or x.grad.dtype == dtype
        assert_same(x.grad, expected)


def test_max_of_nothing_is_an_error() -> None:
    for reduce in (ag.max, ag.min):
        with pytest.raises(ValueError, match="zero-size"):
            reduce(Value(np.ones(0)))


def test_second_derivative_of_a_product_with_zeros() -> None:
    x = Value([2.0, 0.0, 3.0])
    (slope,) = gradients(ag.prod(x), [x], create_graph=True)
    hessian = np.array([gradients(slope, [x], seed)[0].data for seed in np.eye(3)])
    assert_same(hessian, [[0.0, 3.0, 0.0], [3.0, 0.0, 2.0], [0.0, 2.0, 0.0]])


INDICES = [
    -1, (-1, 0), slice(None, None, -1), (slice(None), slice(None, None, -2)), None, (Ellipsis, None), (Ellipsis, 0),
    (None, 1, Ellipsis), [0, 0, -1], ([0, 1], [2, 2]), ([1, 1], slice(0, 2)), (slice(None), [2, 0]),
    np.array([[0, 1], [1, 1]]), np.array([True, False]), A > 2.0, A > 9.0, (np.array([True, True]), 1),
    ([[0], [1]], [0, 2]), (0, None, [1, 1]), (), np.array(1), ..., np.bool_(True),
]  # fmt: skip


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_every_form_of_index_is_numpys(index: Any) -> None:
    x = Value(A)
    z = x[index]
    np.testing.assert_array_equal(z.data, A[index])
    seed = np.arange(1.0, 1.0 + z.size).reshape(z.shape)
    z.backward(seed)
    expected = np.zeros_like(A)
    np.add.at(expected, index, seed)
    np.testing.assert_array_equal(x.grad, expected)


def test_mixed_precision_promotes_and_gradients_keep_their_own() -> None:
    x, y = Value(np.float32([1.0])), Value(np.float64([2.0]))
    z = x + y
    z.backward()
    assert (z.dtype, x.grad.dtype, y.grad.dtype) == (np.float64, np.float32, np.float64)


def test_integers_become_float64_and_the_rest_is_refused() -> None:
    assert Value(np.arange(3)).dtype == Value([1, 2]).dtype == Value(np.uint8(3)).dtype == np.float64
    for data in (np.array([True]), ["a"], "a", 1j, [1j], [object()], True, None, b"1", np.array("2026", "M8[D]")):
        with pytest.raises(TypeError) as error:
            Value(data)
        assert isinstance(error.value, DtypeError)
        assert "expected" in str(error.value)
