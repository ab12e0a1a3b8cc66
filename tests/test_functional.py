"""Transforms: each against another way to the same derivative, in every order of composition, on every nesting."""

from __future__ import annotations

import itertools
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import (
    Value,
    elementwise_grad,
    grad,
    grad_and_aux,
    hessian,
    hessian_vector_product,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    make_hvp,
    make_jvp,
    make_vjp,
    no_grad,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
    vjp,
)
from autograd.errors import ArgumentError, DtypeError, ShapeError, SignatureError

RNG = np.random.default_rng(0)
A = RNG.standard_normal((4, 3))


def mix(x: Any) -> Any:
    """From three numbers to four, nowhere linear."""
    return autograd.tanh(A @ x) * autograd.exp(0.1 * (x * x).sum())


def energy(x: Any) -> Any:
    return (mix(x) ** 2).sum()


points = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).standard_normal(3))


def numeric(f: Callable[[Any], Any], x: Any, h: float = 1e-6) -> Any:
    columns = [(f(x + h * e) - f(x - h * e)) / (2.0 * h) for e in np.eye(x.size)]
    return np.stack(columns, -1)


@given(points)
def test_jacobians_of_both_modes_agree_with_differences(x: Any) -> None:
    expected = numeric(lambda p: mix(p), x)
    for transform in (jacobian, jacrev, jacfwd):
        np.testing.assert_allclose(transform(mix)(x), expected, rtol=1e-6, atol=1e-6)


MODES = {"reverse": jacobian, "forward": jacfwd}


@pytest.mark.parametrize("order", list(itertools.product(MODES, repeat=2)), ids="-over-".join)
@settings(max_examples=10)
@given(points)
def test_second_derivatives_agree_in_every_order_of_modes(order: tuple[str, str], x: Any) -> None:
    outer, inner = (MODES[mode] for mode in order)
    np.testing.assert_allclose(outer(inner(energy))(x), hessian(energy)(x), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("order", list(itertools.product(MODES, repeat=3)), ids="-over-".join)
def test_third_derivatives_agree_in_every_order_of_modes(order: tuple[str, ...]) -> None:
    f: Any = autograd.tanh
    for mode in order:
        f = MODES[mode](f)
    assert f(0.3) == pytest.approx(grad(grad(grad(autograd.tanh)))(0.3), rel=1e-12)


@given(points, points)
def test_products_are_those_with_the_whole_matrix(x: Any, v: Any) -> None:
    jacobian_, hessian_, u = jacobian(mix)(x), hessian(energy)(x), np.arange(4.0)
    close = {"rtol": 1e-9, "atol": 1e-9}
    np.testing.assert_allclose(make_vjp(mix)(x)[0](u), u @ jacobian_, **close)
    np.testing.assert_allclose(make_jvp(mix)(x)(v)[1], jacobian_ @ v, **close)
    np.testing.assert_allclose(vjp(mix, x)[1](u)[0], u @ jacobian_, **close)
    np.testing.assert_allclose(jvp(mix, (x,), (v,))[1], jacobian_ @ v, **close)
    np.testing.assert_allclose(vector_jacobian_product(mix)(x, u), u @ jacobian_, **close)
    np.testing.assert_allclose(make_hvp(energy)(x)[0](v), hessian_ @ v, **close)
    np.testing.assert_allclose(hessian_vector_product(energy)(x, v), hessian_ @ v, **close)
    np.testing.assert_allclose(make_jvp(grad(energy))(x)(v)[1], hessian_ @ v, **close)


def test_the_vector_behind_the_arguments_is_none_of_them() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * x * y

    assert vector_jacobian_product(f, -1)(3.0, 5.0, 2.0) == 2.0 * 9.0
    assert hessian_vector_product(f, -2)(3.0, 5.0, 2.0) == 2.0 * 10.0


def test_a_tensor_is_contracted_with_the_leading_axes() -> None:
    x, f = np.ones(2), lambda x: autograd.outer(x, x * x)
    np.testing.assert_allclose(vector_jacobian_product(lambda x: x * x)(x, [1.0, 10.0]), [2.0, 20.0])
    np.testing.assert_allclose(
        tensor_jacobian_product(f)(x, np.array([1.0, 2.0])), np.tensordot([1, 2], jacobian(f)(x), 1)
    )


# ---- no perturbation is confused, nobody's gradient is touched -------------------------------------------------------


def test_a_derivative_inside_a_derivative_knows_its_own_variable() -> None:
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(2.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(1.0))(3.0) == 6.0
    for inner, outer in itertools.product((grad, jacfwd), repeat=2):
        assert outer(lambda x, inner=inner: x * inner(lambda y: x * y * y)(x))(3.0) == 54.0


def test_gradients_of_values_are_left_alone() -> None:
    x, w = Value(2.0), Value(3.0)
    (x * w).backward()
    result = grad(lambda a: a * a * w)(x)
    assert (x.grad, w.grad) == (3.0, 2.0)
    assert type(result) is Value
    result.backward()  # 2 x w: what a transform gives for Values is part of their graph
    assert (x.grad, w.grad) == (3.0 + 6.0, 2.0 + 4.0)


def test_what_a_function_closes_over_is_differentiated_from_outside() -> None:
    w = Value(3.0)
    slope = grad(lambda x: w * x)(2.0)
    slope.backward()
    assert w.grad == 1.0


def test_a_transform_records_for_itself_under_no_grad() -> None:
    with no_grad():
        assert grad(lambda x: x**3)(2.0) == 12.0
        assert grad(grad(lambda x: x**3))(2.0) == 12.0
        assert not grad(lambda x: x**3)(Value(2.0)).requires_grad


def test_stop_gradient_and_detach_cut() -> None:
    assert grad(lambda x: x * autograd.stop_gradient(x))(3.0) == 3.0
    assert grad(lambda x: x * x.detach())(3.0) == 3.0


def test_plain_arguments_give_plain_derivatives_however_deep_transforms_nest() -> None:
    for inner, outer in itertools.product((grad, jacfwd, elementwise_grad), repeat=2):
        found = outer(lambda z, inner=inner: inner(lambda y: y * y * z)(2.0))(1.0)
        assert type(found) is float and found == 4.0
    w = 1.0
    for _ in range(3):
        w = w - 0.1 * grad(lambda w: (grad(lambda x: autograd.sin(w * x))(0.5) - 2.0) ** 2)(w)
    assert type(w) is float


def test_a_closure_over_the_variable_of_a_transform_around_is_differentiated() -> None:
    pull, _ = make_vjp(lambda y: y * y)(3.0)
    assert grad(lambda g: pull(g))(1.0) == 6.0
    assert grad(lambda x: grad(lambda y: grad(lambda z: x * y * z)(1.0))(1.0))(5.0) == 1.0


# ---- nestings, several arguments -------------------------------------------------------------------------------------

Pair = namedtuple("Pair", "left right")


@pytest.mark.parametrize(
    "tree",
    [
        3.0,
        [1.0, 2.0],
        (np.ones(2), [3.0]),
        {"w": np.ones((2, 2)), "b": (1.0, None)},
        OrderedDict(z=1.0, a=2.0),
        Pair(1.0, np.zeros(3)),
        [],
    ],
    ids=repr,
)
def test_a_gradient_has_the_nesting_of_its_argument(tree: Any) -> None:
    from autograd.functional.containers import leaves, paths

    found = grad(lambda t: sum(((leaf * leaf).sum() for leaf in map(autograd.multiply, leaves(t), [1.0] * 9)), 0.0))(
        tree
    )
    assert type(found) is type(tree)
    for (path, x), (place, g) in zip(paths(tree), paths(found), strict=True):
        assert path == place
        np.testing.assert_array_equal(g, 2.0 * x)


def test_dictionaries_are_matched_by_key() -> None:
    point, other = {"a": 1.0, "b": 1.0}, {"b": 10.0, "a": 1.0}
    assert jvp(lambda p: p["a"] * 2.0 + p["b"] * 3.0, (point,), (other,))[1] == 32.0
    assert make_vjp(lambda x: {"a": 2.0 * x, "b": 3.0 * x})(1.0)[0](other) == 32.0


def test_a_list_of_its_own_kind() -> None:
    class Named(list[Any]):
        def __init__(self, name: str, parts: Any) -> None:
            super().__init__(parts)
            self.name = name

    found = grad(lambda t: t[0] * t[1])(Named("pair", [2.0, 3.0]))
    assert type(found) is Named and found == [3.0, 2.0] and found.name == "pair"


def test_several_arguments_give_a_tuple() -> None:
    def f(x: Any, y: Any, scale: float = 1.0) -> Any:
        return scale * x * y

    assert grad(f, (0, 1))(2.0, 3.0) == grad(f, argnums=[0, 1])(2.0, 3.0) == (3.0, 2.0)
    assert grad(f, np.int64(1))(2.0, 3.0) == 2.0
    assert grad(f, 1)(2.0, 3.0) == grad(f, argnum=-1)(2.0, 3.0) == 2.0
    assert grad(f)(2.0, 3.0, scale=10.0) == 30.0
    assert hessian(f, (0, 1))(2.0, 3.0) == ((0.0, 1.0), (1.0, 0.0))


def test_jacobians_of_nestings_are_nestings_of_jacobians() -> None:
    def f(p: Any) -> Any:
        return {"s": p["a"].sum(), "t": [p["a"] * p["b"], 7.0]}

    point = {"a": np.arange(3.0), "b": 2.0}
    reverse, forward = jacobian(f)(point), jacfwd(f)(point)
    assert reverse["t"][1] == {"a": pytest.approx(np.zeros(3)), "b": 0.0}
    for outcome in (reverse, forward):
        np.testing.assert_array_equal(outcome["s"]["a"], np.ones(3))
        np.testing.assert_array_equal(outcome["t"][0]["a"], 2.0 * np.eye(3))
        np.testing.assert_array_equal(outcome["t"][0]["b"], np.arange(3.0))


def test_an_argument_without_influence_gets_zeros() -> None:
    assert grad(lambda x, y: y * 1.0, 0)(2.0, 3.0) == 0.0
    assert grad(lambda x: 3.0)(2.0) == 0.0
    np.testing.assert_array_equal(jacobian(lambda x: np.ones(2))(np.zeros(3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(jacfwd(lambda x: np.ones(2))(np.zeros(3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(grad(lambda x: Value(1.0, requires_grad=False))(np.zeros(3)), np.zeros(3))


def test_empty_arrays_have_empty_jacobians() -> None:
    for transform in (jacobian, jacfwd):
        assert transform(lambda x: 2.0 * x)(np.zeros((0, 2))).shape == (0, 2, 0, 2)
        assert transform(lambda x: x.sum())(np.zeros(0)).shape == (0,)


# ---- what comes out is what went in ----------------------------------------------------------------------------------


def test_plain_arguments_give_plain_derivatives_that_are_the_callers() -> None:
    value, gradient = value_and_grad(energy)(np.ones(3))
    assert isinstance(value, float) and type(gradient) is np.ndarray
    gradient += 1.0
    result = make_vjp(mix)(np.ones(3))[1]
    result += 1.0  # writeable, and nobody else's
    assert type(grad(lambda x: x * x)(3)) is float
    assert grad(lambda x: (x * x).sum())(np.ones(3, np.float32)).dtype == np.float32
    assert jacobian(lambda x: x * x)(np.ones(3, np.float32)).dtype == np.float32


def test_extra_results_come_back_as_they_are() -> None:
    gradient, (half, note) = grad_and_aux(lambda x: (x * x, (x / 2.0, "note")))(4.0)
    assert (gradient, half, note) == (8.0, 2.0, "note")


def test_elementwise_derivatives_of_any_order() -> None:
    x = np.linspace(-1.0, 1.0, 5)
    second = elementwise_grad(elementwise_grad(autograd.sin))
    np.testing.assert_allclose(second(x), -np.sin(x), rtol=1e-12)
    assert elementwise_grad(autograd.sin)(0.0) == 1.0


def test_a_vjp_may_be_called_often_and_differentiated_itself() -> None:
    pull, _ = make_vjp(autograd.sin)(0.5)
    assert pull(2.0) == pytest.approx(2.0 * pull(1.0), rel=1e-15)
    assert grad(lambda g: make_vjp(autograd.sin)(0.5)[0](g))(1.0) == np.cos(0.5)
    assert grad(lambda t: make_jvp(autograd.sin)(0.5)(t)[1])(1.0) == np.cos(0.5)


# ---- errors that say what to use -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: grad(lambda x: x * 2.0)(np.ones(3)), ShapeError, ["grad", "(3,)", "jacobian", "elementwise_grad"]),
        (lambda: grad(lambda x: (x, x))(1.0), DtypeError, ["tuple", "grad_and_aux", "jacobian"]),
        (lambda: value_and_grad(lambda x: None)(1.0), DtypeError, ["value_and_grad", "None", "return"]),
        (lambda: grad(lambda x: x > 0.0)(1.0), DtypeError, ["bool"]),
        (lambda: grad(lambda x: x)("text"), DtypeError, ["grad", "str"]),
        (lambda: grad(lambda x: x)({"w": [1.0, True]}), DtypeError, ["['w'][1]", "True"]),
        (lambda: grad(lambda x: x)(1j), DtypeError, ["complex"]),
        (lambda: grad(3.0), DtypeError, ["grad(f)(x)"]),  # type: ignore[arg-type]
        (lambda: grad(lambda x: x, 1)(1.0), ArgumentError, ["argnum=1", "1 positional"]),
        (lambda: grad(lambda x: x)(x=1.0), ArgumentError, ["argnum=0", "by position"]),
        (lambda: grad_and_aux(lambda x: x)(1.0), DtypeError, ["grad_and_aux", "value_and_grad"]),
        (lambda: jvp(lambda x: x, 1.0, 1.0), DtypeError, ["primals", "tuple"]),  # type: ignore[arg-type]
        (lambda: jvp(lambda x: x, (1.0,), (np.ones(2),)), ShapeError, ["tangent"]),
        (lambda: jvp(lambda x, y: x, (1.0, 2.0), (1.0,)), ShapeError, ["tangent", "[1]"]),
        (lambda: make_vjp(lambda x: x)(np.ones(2))[0](np.ones(3)), ShapeError, ["cotangent", "(3,)", "(2,)"]),
        (lambda: grad(lambda x, y: x * y, (0, -2))(2.0, 3.0), ArgumentError, ["(0, -2)", "different"]),
        (lambda: grad(lambda x: x, np.ones(2)), ArgumentError, ["argnum", "grad(f)(x), not grad(f, x)"]),
        (lambda: grad(lambda x: x, 1.0), ArgumentError, ["argnum=1.0"]),
        (lambda: grad(lambda x: x, 1, argnums=0), ArgumentError, ["argnum=1", "argnums=0", "one of them"]),
        (lambda: hessian_vector_product(lambda x: x)(1.0), SignatureError, ["hessian_vector_product", "vector"]),
        (lambda: vjp(lambda: 1.0), SignatureError, ["no primals"]),
    ],
)
def test_an_error_names_the_transform_and_the_remedy(call: Any, error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_an_error_inside_the_function_comes_out_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: 1 // 0)(1.0)
    assert (Value(2.0) * 1.0).requires_grad  # and recording is as it was
