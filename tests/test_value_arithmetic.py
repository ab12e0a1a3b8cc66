"""Numbers and arrays mix, types promote as NumPy's do, NumPy's functions record; functions, methods and operators."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod, operator.floordiv]
OTHERS: list[Any] = [
    2, 2.0, np.float32(2), np.float64(2), np.int64(2), np.array(2.0), np.array([2.0, 3.0]), np.float32([2, 3]),
    np.array([1, 2]), np.array([True, True]), np.int8([1, 2]), True,
]  # fmt: skip


@pytest.mark.parametrize("f", OPERATORS)
@pytest.mark.parametrize("constant", OTHERS, ids=repr)
@pytest.mark.parametrize(
    "data", [1.5, np.array(1.5), np.float32(1.5), np.array([1.5, 2.5]), np.float32([1.5, 2.5])], ids=repr
)
def test_operators_promote_as_numpys(f: Callable[..., Any], data: Any, constant: Any) -> None:
    v = Value(data)
    plain = v.data
    for z, expected in ((f(v, constant), f(plain, constant)), (f(constant, v), f(constant, plain))):
        assert type(z) is Value and z.requires_grad
        assert z.shape == np.shape(expected)
        assert z.dtype == (float if isinstance(expected, float) else expected.dtype)
        np.testing.assert_array_equal(z.data, expected)
        z.backward(np.ones(z.shape)) if z.shape else z.backward()
        assert type(v.grad) is type(v.data) and np.shape(v.grad) == v.shape
        assert v.shape == () or v.grad.dtype == v.dtype


def test_a_number_meets_an_array_and_gets_a_float_back() -> None:
    a, x = Value(2.0), Value([1.0, 2.0], dtype="float32")
    z = (a * x).sum()
    z.backward()
    assert z.shape == () and z.dtype == np.float32
    assert type(a.grad) is float and a.grad == 3.0
    assert x.grad.tolist() == [2.0, 2.0]


def test_full_reductions_and_single_elements_stay_arrays() -> None:
    x = Value([1.0, 2.0], dtype="float32")
    for y in (x.sum(), x.mean(), x[0], x.max(), x @ x):
        assert type(y.data) is np.ndarray and y.shape == () and y.dtype == np.float32


def test_numpys_functions_record_nodes() -> None:
    x = Value([1.0, 2.0])
    for z, op in [
        (np.exp(x), ag.exp), (np.float64(2) * x, ag.multiply), (np.array([1.0, 2.0]) + x, ag.add), (np.sum(x), ag.sum),
        (np.absolute(x), ag.abs), (np.true_divide(1.0, x), ag.divide), (np.amax(x), ag.max),
        (np.array([1, 2]) @ x, ag.matmul), (np.concatenate([x, [3.0]]), ag.concatenate), (np.stack([x, x]), ag.stack),
        (np.where([True, False], x, 0.0), ag.where),
        (np.transpose(x), ag.transpose), (np.float64(2) ** Value(3.0), ag.power), (np.exp(Value(1.0)), ag.exp),
    ]:  # fmt: skip
        assert type(z) is Value and z.op is op
    assert np.shape(x) == (2,) and np.ndim(x) == 1 and np.size(x) == 2
    assert type(np.exp(Value(1.0)).data) is float


def test_booleans_and_integers_are_constants_only() -> None:
    x = Value([-1.0, 2.0])
    z = (x > 0) * x
    z.sum().backward()
    assert z.tolist() == [0.0, 2.0] and x.grad.tolist() == [0.0, 1.0]
    assert (np.array([2, 3]) * x).dtype == np.float64


def test_on_raw_data_functions_compute_and_record_nothing() -> None:
    assert type(ag.exp(1.0)) is float and type(ag.exp(np.ones(2))) is np.ndarray
    assert ag.add(1, 2) == 3.0 and ag.sum([1.0, 2.0]) == 3.0


@pytest.mark.parametrize(
    "name", ["relu", "sigmoid", "tanh", "exp", "log", "sqrt", "sin", "softmax", "softplus", "square", "abs"]
)
@pytest.mark.parametrize("data", [0.5, [0.5, 1.5]])
def test_usual_methods(name: str, data: Any) -> None:
    v = Value(data)
    np.testing.assert_array_equal(getattr(v, name)().data, getattr(ag, name)(v).data)


def test_numpys_functions_that_are_array_methods_are_methods() -> None:
    for name in ag.TABLE:
        if hasattr(np, name) and callable(getattr(np.ndarray, name, None)):
            assert callable(getattr(Value, name, None)), name


def test_divmod_is_the_pair_of_floor_and_remainder() -> None:
    for a, b in ((7.0, 3.0), (-7.5, 2.0)):
        for pair in (divmod(Value(a), b), divmod(a, Value(b)), divmod(Value(a), Value(b))):
            assert tuple(z.data for z in pair) == divmod(a, b)
