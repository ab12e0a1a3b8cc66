"""The text of programs of arrays: which NumPy calls they make, in which shorter ways, and what becomes of kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, replay
from autograd.extend import primitive
from autograd.graph.operation import Operation
from autograd.replaying.arrays import ArrayProgram
from autograd.replaying.arrays.statements import Variable, needed
from autograd.replaying.arrays.symbols import written
from autograd.replaying.arrays.writing import Writer
from tests.test_replay_arrays import eager


def lines(f: Callable[..., Any], *args: Any) -> list[str]:
    """The statements of the program for f's value, without remarks."""
    program = replay(f)
    np.testing.assert_allclose(program(*args), plain(f(*map(Value, args))), rtol=1e-6)
    assert isinstance(program._latest.runner, ArrayProgram)  # type: ignore[union-attr]
    body = program.source.splitlines()
    start = next(i for i, line in enumerate(body) if "errstate" in line)
    return [line.split("  #")[0].strip() for line in body[start + 1 : -1]]


def plain(y: Any) -> Any:
    return y.data if isinstance(y, Value) else y


X = np.linspace(-2.0, 3.0, 12).reshape(3, 4)
W = np.linspace(-1.0, 1.0, 8).reshape(4, 2)
B = np.array([0.5, -0.5])


def test_the_text_of_a_layer_and_its_gradient() -> None:
    program = replay(lambda w, b, x: autograd.relu(x @ w + b).sum())
    program.value_and_grad(W, B, X, argnums=(0, 1))
    assert [line.split("  #")[0].strip() for line in program.source.splitlines()] == [
        "def program(x0, x1, x2):",
        'with errstate(all="ignore"):',
        "[t0, t1] = results()",
        "dot(x0.T, x2.T, t3)",
        "add(t2, x1, t2)",
        "maximum(t2, c0, out=t2)",
        "dot(t5, c1, t4)",
        "ceil(t2, t2)",
        "minimum(t2, c2, out=t2)",
        "dot(c3, t2, t0)",
        "dot(x2.T, t2, t1)",
        "return [t4.copy()], [t1, t0]",
    ]


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: autograd.negative(-x), []),
        (lambda x: x * 1.0 / 1.0, []),
        (lambda x: (x - 0.0) ** 1, []),
        (lambda x: autograd.reshape(autograd.reshape(x, (12,)), (3, 4)), []),
        (lambda x: autograd.swapaxes(autograd.transpose(x), 0, 1), []),
        (lambda x: autograd.sum(x, axis=()), ["add"]),  # as 0.0 + x
        (lambda x: autograd.broadcast_to(x, (3, 4)), []),
        (lambda x: x + 0.0, ["add"]),  # -0.0 + 0.0 is 0.0
        (lambda x: x + (-autograd.exp(x)), ["exp", "subtract"]),
        (lambda x: x**2, ["square"]),
        (lambda x: x**3, ["square", "multiply"]),
        (lambda x: x**4, ["power"]),
        (lambda x: autograd.sum(x, axis=0), ["dot"]),
        (lambda x: autograd.sum(x, axis=1, keepdims=True), ["dot", "t0.reshape"]),
        (lambda x: x @ W + x @ W, ["dot", "add"]),
        (lambda x: autograd.tanh(x) * autograd.tanh(x), ["tanh", "multiply"]),
        (lambda x: x * (np.ones((3, 4)) @ np.ones((4, 4))), ["multiply"]),
    ],
)
def test_shorter_ways(f: Callable[[Any], Any], expected: list[str]) -> None:
    found = [line.split("(")[0].split(" = ")[-1] for line in lines(f, X) if "results()" not in line]
    assert found == expected


def test_power_of_small_whole_numbers_keeps_infinities_and_zeros() -> None:
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e200, -1e-200])
    for n in (1, 2, 3, -1):
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(replay(lambda x, n=n: x**n)(x), np.power(x, float(n)))


def test_a_slope_by_the_size_of_a_row_is_computed_where_there_is_such_a_row() -> None:
    def loss(z: Any) -> Any:
        return autograd.logsumexp(z, axis=1).sum()

    program = replay(loss)
    z = np.arange(6.0).reshape(3, 2)
    program.value_and_grad(z)
    assert "if count_nonzero(" in program.source
    z[0], z[1] = -np.inf, np.inf
    np.testing.assert_array_equal(program.value_and_grad(z)[1][:2], [[0.0, 0.0], [0.5, 0.5]])


@pytest.mark.parametrize("used_again", [False, True])
def test_rows_that_are_computed_in_another_way(used_again: bool) -> None:
    def f(x: Any) -> Any:
        y = autograd.exp(x)
        far = autograd.greater(x.sum(axis=1, keepdims=True), 10.0)
        z = autograd.where(far, autograd.tanh(x) * 3.0, y)
        return (z + y if used_again else z).sum()

    program = replay(f)
    for x in (X, X + np.array([[0.0], [3.0], [0.0]]), X + 5.0):
        value, gradient = program.value_and_grad(x)
        expected, wanted = eager(f, (x,), (0,))
        np.testing.assert_allclose(value, expected)
        np.testing.assert_allclose(gradient, wanted)
    assert "if count_nonzero(" in program.source


def test_a_chain_of_many_operations() -> None:
    def f(x: Any) -> Any:
        for _ in range(3000):
            x = autograd.sin(x) + 1.0
        return x.sum()

    x = np.linspace(0.0, 1.0, 5)
    value, gradient = replay(f).value_and_grad(x)
    v = Value(x)
    y = f(v)
    y.backward()
    np.testing.assert_allclose([value, *gradient], [y.data, *v.grad], rtol=1e-9)


def kernel_result(kernel: Callable[..., Any], *operands: Any) -> tuple[Any, list[Any]]:
    """What is written for a kernel of (np, *operands), and the functions that are called."""
    op = Operation("example", doc="", kernel=kernel, register=False)
    writer = Writer()
    x = written(writer, op, [Variable("input", operand) for operand in operands], {})
    np.testing.assert_allclose(x.data, kernel(np, *operands))
    return x, [statement.function for statement in needed(writer.statements, [x])]


def test_a_kernel_is_written_out_call_by_call() -> None:
    def kernel(np: Any, x: Any, y: Any) -> Any:
        with np.errstate(all="ignore"):
            z = np.matmul(np.asarray(x), y) if x.shape[1] == len(y) else x
        z += np.mean(x)
        return np.add(z, 1.0, out=z)

    _, functions = kernel_result(kernel, X, W)
    assert functions == [np.dot, np.ravel, np.dot, np.divide, np.add, np.add]


def test_a_kernel_that_does_more_than_call_numpy_is_called_itself() -> None:
    def decides(np: Any, x: Any) -> Any:
        return x if x.sum() > 100.0 else -x

    def writes(np: Any, x: Any) -> Any:
        z = np.zeros(x.shape)
        z[0] = x[0]
        return z

    def writes_under_a_view(np: Any, x: Any) -> Any:
        z = x * 2.0
        view = z.T
        z += 1.0
        return view

    for kernel in (decides, writes, writes_under_a_view):
        _, functions = kernel_result(kernel, X)
        assert len(functions) == 1
        assert functions[0].func is kernel


def test_the_slopes_of_labels_are_put_in_their_places_and_no_mask_is_made() -> None:
    program = replay(lambda x, labels: -autograd.log_softmax(x)[[0, 1, 2], labels].mean())
    for labels in ([0, 1, 1], [3, 0, 2]):
        value, gradient = program.value_and_grad(X, np.array(labels))
        x = Value(X)
        loss = nn.functional.cross_entropy(x, labels)
        loss.backward()
        np.testing.assert_allclose(value, loss.data)
        np.testing.assert_allclose(gradient, x.grad)
    assert "+=" in program.source
    assert "fill" not in program.source
    assert "where(" not in program.source


def test_labels_of_rows_in_another_order_and_with_weights() -> None:
    rows, weights = np.array([2, 0, 1]), np.array([1.0, -2.0, 0.5])

    def loss(x: Any, labels: Any) -> Any:
        return (autograd.log_softmax(x)[rows, labels] * weights).sum() + autograd.sqrt(x * x)[rows, labels].sum()

    program = replay(loss)
    for labels in ([0, 1, 1], [3, 0, 2]):
        _, gradient = program.value_and_grad(X, np.array(labels))
        x = Value(X)
        loss(x, labels).backward()
        np.testing.assert_allclose(gradient, x.grad)


def test_an_operation_of_the_users_own_is_called_each_time() -> None:
    calls = []

    @primitive(vjp=lambda g, z, x: (g * 3.0,))
    def thrice(x: Any) -> Any:
        """Three times x, by a function that does what it likes."""
        calls.append(1)
        return np.array([3.0 * row for row in x]) if x.sum() > 0.0 else 3.0 * x

    program = replay(lambda x: (thrice(x) * thrice(x)).sum())
    for x in (X, -X):
        value, gradient = program.value_and_grad(x)
        np.testing.assert_allclose(value, (9.0 * x * x).sum())
        np.testing.assert_allclose(gradient, 18.0 * x)
    calls.clear()
    program.value_and_grad(X)
    assert len(calls) == 2
    assert thrice(X) is not X


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_dtypes_that_differ(dtype: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return autograd.mean(x, axis=0) @ (y - (-y)).T + 2.0 * autograd.var(x)

    program = replay(lambda x, y: f(x, y).sum())
    x, y = X.astype(dtype), X[::-1].copy()
    value, gradients = program.value_and_grad(x, y, argnums=(0, 1))
    expected = eager(lambda x, y: f(x, y).sum(), (x, y), (0, 1))
    assert value.dtype == expected[0].dtype
    tolerance = 1e-2 if dtype is np.float16 else 1e-5
    for found, wanted in zip((value, *gradients), expected, strict=True):
        assert found.dtype == wanted.dtype
        np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


def test_a_mean_is_a_sum_and_a_division() -> None:
    program = replay(lambda x: (x * x).mean(axis=0))
    assert program(X).tolist() == (X * X).mean(axis=0).tolist()
    assert "divide(" in program.source and "mean(" not in program.source


def test_sums_over_no_axes_keep_the_signs_of_zeros() -> None:
    x = np.array([0.0, -0.0, 1.0])
    functions: list[Callable[[Any], Any]] = [lambda x: x.sum(axis=()), lambda x: x.mean(axis=())]
    for f in functions:
        assert np.signbit(replay(f)(x)).tolist() == np.signbit(f(Value(x)).data).tolist()
