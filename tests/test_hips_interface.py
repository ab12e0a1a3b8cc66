"""Code written for HIPS autograd: its modules, names and meaning, on this engine."""

from __future__ import annotations

import pickle
from operator import attrgetter
from typing import Any

import numpy  # noqa: ICN001  (np is the namespace under test)
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd.numpy as np
import autograd.numpy.fft as npfft
import autograd.numpy.random as npr
import autograd.scipy.special as sp
from autograd import TABLE, Value, elementwise_grad, grad, jacobian
from autograd.errors import ArgumentError, GradientError, ShapeError, UnsupportedError
from autograd.extend import defvjp, primitive
from autograd.misc import flatten as flatten_from_misc
from autograd.misc.flatten import flatten, flatten_func
from autograd.numpy.namespace import Function
from autograd.test_util import check_grads

RNG = numpy.random.default_rng(0)

# ---- programs --------------------------------------------------------------------------------------------------------


def test_logistic_regression() -> None:
    inputs = numpy.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
    targets = numpy.array([True, True, False, True])

    def training_loss(weights: Any) -> Any:
        predictions = 0.5 * (np.tanh(np.dot(inputs, weights) / 2.0) + 1)
        label_probabilities = predictions * targets + (1 - predictions) * (1 - targets)
        return -np.sum(np.log(label_probabilities))

    check_grads(training_loss, modes=["fwd", "rev"], order=2)(numpy.array([0.1, -0.2, 0.3]))
    weights = numpy.zeros(3)
    first = training_loss(weights)
    for _ in range(100):
        weights -= grad(training_loss)(weights) * 0.1
    assert training_loss(weights) < 0.3 * first


def test_derivatives_of_tanh_of_six_orders() -> None:
    def tanh(x: Any) -> Any:
        return (1.0 - np.exp(-2 * x)) / (1.0 + np.exp(-2 * x))

    x, f = np.linspace(-1, 1, 5), tanh
    for _ in range(6):
        f = elementwise_grad(f)
    t = numpy.tanh(x)
    sixth = -16 * t * (1 - t * t) * (45 * t**4 - 60 * t * t + 17)
    numpy.testing.assert_allclose(f(x), sixth, rtol=1e-6, atol=1e-9)


def test_a_recurrent_network_with_its_parameters_in_a_dictionary() -> None:
    def run(params: Any, xs: Any) -> Any:
        hidden = np.zeros(3)
        outputs = []
        for x in xs:
            hidden = np.tanh(np.concatenate([x, hidden]) @ params["change"] + params["bias"])
            outputs.append(np.dot(hidden, params["out"]))
        return np.array(outputs)

    params = {"change": RNG.standard_normal((5, 3)), "bias": numpy.zeros(3), "out": RNG.standard_normal(3)}
    xs = RNG.standard_normal((4, 2))
    check_grads(lambda p: np.sum(run(p, xs) ** 2), order=2)(params)
    vector, unflatten = flatten(params)
    gradient = grad(lambda v: np.sum(run(unflatten(v), xs) ** 2))(vector)
    numpy.testing.assert_allclose(gradient, flatten(grad(lambda p: np.sum(run(p, xs) ** 2))(params))[0], rtol=1e-12)


def test_a_user_operation_as_its_tutorial_defines_it() -> None:
    @primitive
    def logsumexp(x: Any) -> Any:
        """Numerically stable log(sum(exp(x)))."""
        max_x = np.max(x)
        return max_x + np.log(np.sum(np.exp(x - max_x)))

    def logsumexp_vjp(ans: Any, x: Any) -> Any:
        x_shape = x.shape
        return lambda g: np.broadcast_to(g, x_shape) * np.exp(x - np.broadcast_to(ans, x_shape))

    defvjp(logsumexp, logsumexp_vjp)
    check_grads(logsumexp, modes=["rev"], order=2)(numpy.array([1.5, 6.7, 1e-10]))


# ---- the namespace ---------------------------------------------------------------------------------------------------

# By NumPy's name the entry's own, where they differ.
FROM_THE_TABLE = {
    "tanh": "tanh", "asin": "arcsin", "pow": "power", "amax": "max", "concat": "concatenate", "around": "round",
    "permute_dims": "transpose", "argmax": "argmax", "linalg.inv": "inv", "linalg.norm": "norm",
}  # fmt: skip
NUMPYS_OWN = ["pi", "float32", "ndarray", "histogram", "save", "errstate", "linalg.eigvals", "linalg.LinAlgError"]


@pytest.mark.parametrize("name", FROM_THE_TABLE)
def test_functions_of_the_table_stand_under_numpys_names(name: str) -> None:
    function = attrgetter(name)(np)
    assert function.entry is TABLE[FROM_THE_TABLE[name]] and function.own is attrgetter(name)(numpy)
    assert pickle.loads(pickle.dumps(function)).entry is function.entry


def test_plain_data_is_numpys_own_business() -> None:
    assert type(np.maximum(1, 2)) is numpy.int64 and np.add(2**60, 1) == 2**60 + 1
    assert np.isnan(1.0) is numpy.False_ and np.add.reduce([1, 2]) == 3
    assert np.linalg.svd(numpy.ones((3, 2)))[0].shape == (3, 3)
    assert np.sum([[1, 2]], axis=1, dtype=numpy.int32).dtype == numpy.int32
    numpy.testing.assert_array_equal(np.abs([1 + 1j]), numpy.abs([1 + 1j]))
    assert npr.default_rng is numpy.random.default_rng and npfft.fft([1.0]) == [1.0]


def test_questions_about_values_are_masks() -> None:
    x = Value([0.5, 1.5, numpy.nan])
    assert (~np.isnan(x) & np.greater(x, 1.0)).tolist() == [False, True, False]
    assert grad(lambda v: np.sum(v[np.greater(v, 1.0)]))(numpy.array([0.5, 1.5])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("name", NUMPYS_OWN)
def test_what_the_table_lacks_is_numpys_own(name: str) -> None:
    assert attrgetter(name)(np) is attrgetter(name)(numpy)


@pytest.mark.parametrize(("ours", "module"), [(np, numpy), (np.linalg, numpy.linalg)])
def test_a_namespace_has_all_of_numpys_names(ours: Any, module: Any) -> None:
    assert {name for name in dir(module) if not name.startswith("_")} <= set(dir(ours))


def test_most_of_the_table_is_in_it() -> None:
    assert len({value.__name__ for value in vars(np).values() if isinstance(value, Function)}) > 150


def test_array_stacks_values() -> None:
    x, y = Value(1.0), Value(2.0)
    z = np.array([[x, 3.0], [y, x]])
    assert z.shape == (2, 2)
    numpy.testing.assert_array_equal(jacobian(lambda v: np.array([v[0] * v[1], v[0]]))(numpy.ones(2)), [[1, 1], [1, 0]])
    assert np.array(x) is x and np.asarray([x, y], numpy.float32).dtype == numpy.float32
    numpy.testing.assert_array_equal(np.array([1, 2], ndmin=2), [[1, 2]])


def test_plain_questions_have_plain_answers() -> None:
    x = Value([1.0, -2.0])
    assert np.shape(x) == (2,) and np.allclose(x, [1.0, -2.0]) and np.argmax(x) == 0
    numpy.testing.assert_array_equal(np.zeros_like(x), [0.0, 0.0])
    numpy.testing.assert_array_equal(x.data[np.where(x > 0)], [1.0])


def test_numpys_own_functions_work_where_their_parts_are_in_the_table() -> None:
    check_grads(lambda x: np.nan_to_num(np.vander(x, 3)))(numpy.array([0.5, 2.0]))
    check_grads(lambda x: np.unstack(x)[1] * np.nansum(x))(numpy.eye(2) + 0.1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: np.fft.fft(x), ["fft", "complex"]),
        (lambda x: np.array([x[0], 1j]), ["complex"]),
        (lambda x: x * 1j, ["complex"]),
        (lambda x: x.__setitem__(0, 1.0), [".at["]),
        (lambda x: np.histogram(x), ["histogram"]),
        (lambda x: sp.jv(x), ["jv"]),
    ],
)
def test_what_stays_out_says_so(call: Any, words: list[str]) -> None:
    with pytest.raises((TypeError, AttributeError)) as caught:
        call(Value([1.0, 2.0]))
    assert all(word in str(caught.value) for word in words), str(caught.value)


# ---- scipy.special, misc.flatten, test_util --------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({*sp.NAMES, *sp.__all__}))
def test_special_functions_are_scipys(name: str) -> None:
    scipy_special = pytest.importorskip("scipy.special")
    x = numpy.array([0.2, 0.5, 0.9])
    first = {"polygamma": (2,), "xlogy": (x,), "beta": (x,), "betaln": (x,)}.get(name, ())
    numpy.testing.assert_allclose(getattr(sp, name)(*first, x), getattr(scipy_special, name)(*first, x), rtol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_logsumexp_with_weights(seed: int) -> None:
    scipy_special = pytest.importorskip("scipy.special")
    rng = numpy.random.default_rng(seed)
    a, b = 50.0 * rng.standard_normal((3, 4)), rng.integers(0, 3, (3, 4)).astype(float)
    b[:, 0] = 1.0
    a[b == 0.0] += 2000.0  # what does not count may be as large as it likes
    for axis, keepdims in ((None, False), (1, False), (0, True)):
        b[0] = 1.0
        expected = scipy_special.logsumexp(a, axis, b, keepdims)
        numpy.testing.assert_allclose(sp.logsumexp(a, axis, b, keepdims), expected, rtol=1e-12)
    check_grads(lambda t: sp.logsumexp(t, 1, b), order=2)(rng.standard_normal((3, 4)))
    with pytest.raises(UnsupportedError, match="return_sign"):
        sp.logsumexp(a, return_sign=True)


def test_flatten_gives_a_vector_and_the_way_back() -> None:
    tree = {"a": numpy.ones((2, 2), numpy.float32), "b": [1.0, (2.0, None)], "c": numpy.zeros((0, 3))}
    vector, unflatten = flatten(tree)
    assert vector.shape == (6,)
    back = unflatten(vector)
    assert back["b"] == tree["b"] and back["a"].dtype == numpy.float32 and back["c"].shape == (0, 3)
    assert flatten([])[0].shape == (0,) and flatten_from_misc is flatten
    with pytest.raises(ShapeError, match="unflatten"):
        unflatten(numpy.ones(5))
    f, unflatten, vector = flatten_func(lambda p: [p["x"] * 2.0], {"x": numpy.ones(2)})
    numpy.testing.assert_array_equal(jacobian(f)(vector), 2.0 * numpy.eye(2))


def test_check_grads_finds_a_wrong_rule_in_each_mode_and_order() -> None:
    @primitive(vjp=lambda g, z, x: (g * 2.0 * x,), jvp=lambda ts, z, x: ts[0] * 3.0 * x)
    def forward_wrong(x: Any) -> Any:
        return x * x

    check_grads(forward_wrong, modes=["rev"], order=1)(2.0)
    with pytest.raises(GradientError):
        check_grads(forward_wrong, modes=["fwd"], order=1)(2.0)

    @primitive(vjp=lambda g, z, x: (g * 3.0 * x.data * x if type(x) is Value else g * 3.0 * x * x,))
    def second_wrong(x: Any) -> Any:
        return x**3

    check_grads(second_wrong, modes=["rev"], order=1)(2.0)
    with pytest.raises(GradientError):
        check_grads(second_wrong, modes=["rev"], order=2)(2.0)


def test_check_grads_refuses_other_modes() -> None:
    with pytest.raises(ArgumentError, match="modes"):
        check_grads(np.sin, modes=["sideways"])
    with pytest.raises(ArgumentError, match="order"):
        check_grads(np.sin, order=0)


def test_check_grads_sees_errors_that_would_cancel() -> None:
    @primitive(vjp=lambda g, z, x: (g * 2.0 * x.data if type(x) is Value else g * 2.0 * x,))  # its slope has no slope
    def square(x: Any) -> Any:
        return x * x

    with pytest.raises(GradientError):
        check_grads(lambda x: [square(x), -square(x)], modes=["rev"], order=2)(2.0)


def test_array_of_values_refuses_what_it_would_drop() -> None:
    with pytest.raises(UnsupportedError, match="ndmin"):
        np.array([Value(1.0)], ndmin=2)
