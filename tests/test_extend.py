"""Operations of the user's own: value, both rules, any order, errors, pickling; drawn and recorded like the table's."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from autograd import Value, cos, exp, grad, gradients, hessian, jacfwd, jacobian, jvp, no_grad, sin, tangents
from autograd.errors import ArgumentError, DtypeError, ShapeError, SignatureError, UnsupportedError
from autograd.extend import defjvp, defvjp, primitive, sample


@primitive(vjp=lambda g, z, x, y, power=2.0: (g * power * y * x ** (power - 1.0), g * x**power))
def weighted(x: Any, y: Any, power: float = 2.0) -> Any:
    """x to a power, times y."""
    return x**power * y


@primitive
def halved(x: Any, y: Any) -> Any:
    return 0.5 * x * y


defvjp(halved, lambda ans, x, y: lambda g: 0.5 * g * y, lambda ans, x, y: lambda g: 0.5 * g * x)
defjvp(halved, "same", lambda t, ans, x, y: 0.5 * x * t)


@primitive(vjp=lambda g, z, x: (np.ones((5, 3)),))
def wrong_shape(x: Any) -> Any:
    return x.sum()


@primitive(vjp=lambda g, z, x: ("a",))
def no_number(x: Any) -> Any:
    return x


@primitive
def half_ruled(x: Any, y: Any) -> Any:
    return x + y


defjvp(half_ruled, "same")


@pytest.mark.parametrize("x", [1.5, np.array([0.5, 1.5])], ids=["number", "array"])
def test_value_and_rules(x: Any) -> None:
    assert np.all(weighted(x, 2.0) == x**2 * 2.0)
    v = Value(x)
    z = weighted(v, 2.0)
    assert z.op is weighted and z.inputs == (v, 2.0)
    assert type(z.data) is type(v.data)
    np.testing.assert_allclose(jacobian(weighted)(x, 2.0), np.diag(np.ravel(4.0 * x)).reshape(2 * np.shape(x)))
    np.testing.assert_allclose(jvp(lambda a: weighted(a, 2.0), (x,), (x,))[1], 4.0 * x * x)  # transposed from the vjp


def test_derivatives_of_any_order_in_both_modes() -> None:
    def f(x: Any) -> Any:
        return weighted(sin(x), exp(x), power=3.0)

    def plain(x: Any) -> Any:
        return sin(x) ** 3.0 * exp(x)

    for outer in (jacobian, jacfwd):
        for inner in (jacobian, jacfwd):
            assert outer(inner(f))(0.7) == pytest.approx(outer(inner(plain))(0.7), rel=1e-12)
    assert grad(grad(grad(f)))(0.7) == pytest.approx(grad(grad(grad(plain)))(0.7), rel=1e-11)
    np.testing.assert_allclose(hessian(lambda a: f(a).sum())(np.ones(2)), hessian(lambda a: plain(a).sum())(np.ones(2)))


def test_rules_given_by_defvjp_and_defjvp() -> None:
    assert grad(halved, (0, 1))(3.0, 5.0) == (2.5, 1.5)
    assert jvp(halved, (3.0, 5.0), (1.0, 0.0)) == (7.5, 2.5)
    assert jvp(halved, (3.0, 5.0), (0.0, 1.0)) == (7.5, 1.5)
    assert hessian(lambda x: halved(x, x))(2.0) == 1.0


def test_forward_mode_under_no_grad() -> None:
    with no_grad():
        assert jvp(lambda x: weighted(x, 1.0), (3.0,), (1.0,)) == (9.0, 6.0)
        np.testing.assert_array_equal(jacfwd(lambda x: weighted(x, 1.0))(np.array([1.0, 2.0])), np.diag([2.0, 4.0]))


def test_a_default_that_was_left_out() -> None:
    @primitive(vjp=lambda g, z, x, y=3.0: (g * y, g * x))
    def scaled(x: Any, y: Any = 3.0) -> Any:
        return x * y

    assert grad(scaled)(2.0) == 3.0 and grad(scaled, (0, 1))(2.0, 5.0) == (5.0, 2.0)


def test_it_cannot_change_its_arguments() -> None:
    v = Value(np.zeros(2))
    with pytest.raises(ValueError, match="read-only"):
        primitive(lambda x: x.__iadd__(1.0), vjp=lambda g, z, x: (g,))(v)
    assert v.tolist() == [0.0, 0.0]


def test_broadcast_axes_are_summed_for_the_user() -> None:
    x, y = Value(np.ones((3, 1))), Value(np.full(4, 2.0))
    dx, dy = gradients(halved(x, y).sum(), [x, y])
    np.testing.assert_array_equal(dx.data, np.full((3, 1), 4.0))
    np.testing.assert_array_equal(dy.data, np.full(4, 1.5))


def test_the_function_gets_plain_data_and_its_result_stays_its_own() -> None:
    kept: list[Any] = []

    @primitive(vjp=lambda g, z, x: (g,))
    def remembers(x: Any) -> Any:
        kept.append(x)
        return x

    v = Value([1.0, 2.0])
    z = remembers(v)
    assert type(kept[0]) is np.ndarray and z.data is not v.data
    v.data[0] = 7.0  # the identity's result does not share the leaf's memory
    assert z.data[0] == 1.0


def test_no_path_is_no_contribution() -> None:
    @primitive(vjp=lambda g, z, x, y: (g, None))
    def first(x: Any, y: Any) -> Any:
        return x + 0.0 * y

    assert grad(first, (0, 1))(1.0, 2.0) == (1.0, 0.0)
    x, y = Value(1.0), Value(2.0)
    assert tangents([first(x, y)], [(y, 1.0)])[0].data == 0.0


def test_any_number_of_arguments() -> None:
    @primitive(vjp=lambda g, z, *xs: [2.0 * g * x for x in xs])
    def sum_of_squares(*xs: Any) -> Any:
        return sum(x * x for x in xs)

    assert grad(sum_of_squares, (0, 2))(1.0, 2.0, 3.0) == (2.0, 6.0)
    with pytest.raises(UnsupportedError, match=r"argument 1 \('xs'\)"):
        grad(primitive(lambda *xs: xs[1]), 1)(1.0, 2.0)


def test_it_pickles_by_name_and_copies_as_itself() -> None:
    x = Value(2.0)
    y, z = pickle.loads(pickle.dumps((x, weighted(x, 3.0))))
    assert z.op is weighted
    z.backward()
    assert y.grad == 12.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: primitive(3), DtypeError, ["primitive", "int"]),
        (lambda: primitive(np.sin, vjp=[np.cos]), DtypeError, ["primitive: vjp", "list"]),
        (lambda: primitive(np.sin, samples=[(2, 3)]), ArgumentError, ["samples", "sample((2, 3)"]),
        (lambda: primitive(np.sin, samples=sample(None)), ArgumentError, ["samples"]),
        (lambda: weighted(Value(1.0)), SignatureError, ["weighted", "'y'"]),
        (lambda: weighted(Value(1.0), 2.0, nonsense=1), SignatureError, ["weighted", "nonsense"]),
        (lambda: primitive(lambda x: (x, x))(Value(1.0)), DtypeError, ["tuple", "one array"]),
        (lambda: grad(primitive(lambda x: x))(1.0), UnsupportedError, ["argument 0 ('x')", "defvjp"]),
        (lambda: grad(primitive(lambda x: x, vjp=lambda g, z, x: g))(1.0), ArgumentError, ["tuple of 1"]),
        (lambda: grad(primitive(lambda x: x, vjp=lambda g, z, x: (g, g)))(1.0), ArgumentError, ["2 of them"]),
        (lambda: jvp(half_ruled, (3.0, 5.0), (1.0, 1.0)), UnsupportedError, ["argument 1 ('y')", "defjvp"]),
        (lambda: defjvp(half_ruled, "sane"), ArgumentError, ["'sane'", "'same'"]),
        (lambda: defvjp(cos, None), DtypeError, ["defvjp", "primitive"]),
        (lambda: grad(wrong_shape)(np.ones(3)), ShapeError, ["reverse rule of argument 0", "(5, 3)", "(3,)"]),
        (lambda: grad(lambda x: no_number(x))(1.0), DtypeError, ["argument 0", "str 'a'"]),
        (lambda: halved([Value(1.0)], 2.0), UnsupportedError, ["list of Values", "stack"]),
        (lambda: defvjp(halved, None, None, None), ArgumentError, ["halved", "places from 0 to 1"]),
        (lambda: defvjp(halved, 3), ArgumentError, ["the rule 3"]),
        (lambda: defvjp(halved, None, argnums=[0, 1]), ArgumentError, ["1 rules", "2 argnums"]),
    ],
)
def test_errors_say_what_to_do(call: Any, error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
