"""Cases that an adversary broke once: each states what must come out, and why."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import inf
from threading import Thread
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, einsum, gradients, log, no_grad, norm, sqrt, stack, tangents, tanh, where
from autograd.errors import (
    ArgumentError,
    BoundsError,
    DtypeError,
    GlassgradError,
    GraphError,
    ShapeError,
    UnsupportedError,
)
from nn import Neuron
from nn.optim import SGD


def gradient(f: Callable[[Value], Value], x: Any) -> Any:
    leaf = Value(x)
    f(leaf).backward()
    return leaf.grad


def second(f: Callable[[Value], Value], x: float) -> float:
    leaf = Value(x)
    (first,) = gradients(f(leaf), [leaf], create_graph=True)
    return gradients(first, [leaf])[0].item()


class Matrix(np.ndarray):
    """An array whose `*` is the product of matrices, as np.matrix has it."""

    __mul__ = np.ndarray.__matmul__


def squeezed(x: Value) -> Value:
    return (x.squeeze() ** 2).sum()


GRADIENTS = {
    "a branch taken nowhere": (lambda s: where(np.array([False, False]), log(s), 1.0).sum(), 0.0, 0.0),
    "nor to a 0-d array": (lambda x: where(np.array([False]), sqrt(x).reshape((1,)), 1.0).sum(), np.array(0.0), 0.0),
    "a product is known beside an infinity": (lambda x: x.prod(), [inf, 2.0], [2.0, inf]),
    "a product of one element": (lambda x: x.prod(), inf, 1.0),
    "norms have the slope 0 at zero": (lambda x: norm(x, ord=3), [0.0, 0.0], [0.0, 0.0]),
    "a matrix is multiplied by its elements":
        (lambda x: (x * np.ones((1, 2)).cumsum(1).view(Matrix)).sum(), [[1.0, 1.0]], [[1.0, 2.0]]),
    "a number has an axis 0, as for NumPy": (lambda x: x.sum(axis=0), 2.0, 1.0),
    "a letter repeated and broadcast":
        (lambda x: einsum("aac,ac->ca", x, np.ones((1, 2))).sum(), np.ones((1, 1, 1)), [[[2.0]]]),
    "nothing to squeeze": (squeezed, [1.0, 2.0], [2.0, 4.0]),
    "a mask within a mask":
        (lambda x: where(np.array([False, True]), where(np.array([True, True]), sqrt(x), 0.0), 0.0).sum(),
         [0.0, 4.0], [0.0, 0.25]),
    "a condition as a list": (lambda x: where([True, False], x, 0.0).sum(), [1.0, 2.0], [1.0, 0.0]),
}  # fmt: skip


@pytest.mark.parametrize("case", GRADIENTS)
def test_gradient(case: str) -> None:
    f, x, expected = GRADIENTS[case]
    np.testing.assert_array_equal(gradient(f, x), expected)


def test_a_seed_that_is_a_value_is_differentiated_too_also_where_it_is_zero() -> None:
    x, v = Value([1.0, 2.0, 3.0]), Value([0.0, 0.0, 1.0])
    (g,) = gradients(x**2, [x], gradient=v, create_graph=True)
    assert gradients(g.sum(), [v])[0].tolist() == [2.0, 4.0, 6.0]
    (t,) = tangents([x * x], [(x, v)], create_graph=True)
    assert gradients(t.sum(), [v])[0].tolist() == [2.0, 4.0, 6.0]
    with pytest.raises(ShapeError, match=r"found shape \(2,\); expected \(3,\)"):
        gradients(x**2, [x], gradient=Value([1.0, 2.0]), create_graph=True)


def test_a_zero_seed_keeps_infinite_slopes_out() -> None:
    a, b = Value(0.0), Value(2.0)
    assert [g.data for g in gradients(stack([sqrt(a), b]), [a, b], np.array([0.0, 1.0]))] == [0.0, 1.0]
    sqrt(a).backward(0.0)
    assert a.grad == 0.0


@pytest.mark.parametrize("x", [100.0, 711.0, -711.0, 1e300])
def test_the_second_derivative_of_tanh_vanishes_far_out(x: float) -> None:
    assert second(tanh, x) == pytest.approx(0.0, abs=1e-80)


def test_a_power_of_one_half_is_ieees_also_on_arrays() -> None:
    assert (
        repr((Value([-inf, -0.0]) ** 0.5).tolist())
        == repr([(Value(x) ** 0.5).data for x in (-inf, -0.0)])
        == "[inf, 0.0]"
    )


def test_the_update_of_a_squeezed_leaf_and_of_a_constant_result() -> None:
    w = Value([1.0, 2.0])
    squeezed(w).backward()
    w.data -= w.grad
    assert w.tolist() == [-1.0, -2.0]
    with no_grad():
        k = w * 2
    k.data -= 1
    assert k.tolist() == [-3.0, -5.0]


def test_adding_to_a_gradient_counts_as_a_gradient() -> None:
    w = Value([1.0, 2.0])
    w.grad += 1
    assert w.has_grad


def test_numbers_keep_their_slopes_in_forward_mode_too() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 5.0
    assert tangents([y], [(x, 1.0)])[0].data == 6.0


def test_a_frozen_leaf_has_no_tangent() -> None:
    c, x = Value(3.0, requires_grad=False), Value(1.0)
    assert tangents([c * x], [(c, 1.0)])[0].data == 0.0


def test_a_replaced_condition_is_named() -> None:
    c, x = Value([1.0, 0.0], label="c"), Value([1.0, 1.0])
    y = where(c, x, -x).sum()
    c.data = [0.0, 1.0]
    with pytest.raises(GraphError, match="leaf 'c'"):
        y.backward()


MASKED = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])
V = Value(np.arange(12.0).reshape(2, 2, 3))
REFUSED: dict[str, tuple[Callable[[], Any], type[GlassgradError]]] = {
    "a masked array from the left": (lambda: MASKED * Value(np.ones(3)), UnsupportedError),
    "a masked array from the right": (lambda: Value(np.ones(3)) * MASKED, DtypeError),
    "a masked leaf": (lambda: Value(MASKED), DtypeError),
    "a namesake with another meaning": (lambda: np.char.equal(V, V), UnsupportedError),  # type: ignore[call-overload]
    "one Value for a list": (lambda: gradients(V.sum(), V), DtypeError),  # type: ignore[arg-type]
    "a tensordot over no such axis": (lambda: autograd.tensordot(V, V, axes=([5], [1])), BoundsError),
    "an einsum that drops the ellipsis": (lambda: einsum("...i->i", V), ShapeError),
    "no_grad around a generator": (lambda: no_grad()(lambda: (yield)), UnsupportedError),
    "an index outside": (lambda: V[9], BoundsError),
    "the keys of a dict as a sample": (lambda: Neuron(2)({1: 2, 3: 4}), ShapeError),
    "a text as a sample": (lambda: Neuron(2)("ab"), ShapeError),
    "no sample": (lambda: Neuron(2)(None), ShapeError),
    "a module for its parameters": (lambda: SGD(Neuron(2)), ArgumentError),  # type: ignore[arg-type]
    "bytes in disguise": (lambda: Value(bytearray(b"ab")), DtypeError),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    f, kind = REFUSED[case]
    with pytest.raises(kind):
        f()


def test_numpys_forms() -> None:
    v = Value(np.arange(6.0).reshape(2, 3))
    assert np.tile(v, np.int64(2)).shape == (2, 6)
    assert len(np.split(v, np.int64(2))) == 2
    assert v.reshape(np.array([3, 2])).shape == v.transpose(np.array([1, 0])).shape == (3, 2)
    assert np.take(v, []).shape == (0,)
    assert np.size(v, 1) == 3
    assert np.shape(a=v) == (2, 3)
    assert einsum(v, [0, 27]).shape == (2, 3)
    assert autograd.softmax([1, 1]).tolist() == [0.5, 0.5]


def test_a_chain_of_views_is_walked_in_linear_time() -> None:
    x = y = Value(np.ones(3))
    for _ in range(20_000):
        y = y[::-1]
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_a_block_of_no_grad_is_closed_as_itself_wherever_that_happens() -> None:
    def generator() -> Iterator[None]:
        with no_grad():
            yield

    x = Value(1.0)
    outer = generator()
    next(outer)  # a block is open in this thread
    recorded = []

    def close_it_elsewhere() -> None:
        with no_grad():
            outer.close()
            recorded.append((x * x).requires_grad)

    thread = Thread(target=close_it_elsewhere)
    thread.start()
    thread.join()
    assert recorded == [False]
    assert (x * x).requires_grad
    with ThreadPoolExecutor(1) as pool, no_grad():
        assert pool.submit(lambda: (x * x).requires_grad).result()


def test_a_constant_seed_is_masked_whether_or_not_the_walk_is_recorded() -> None:
    x, seed = Value([0.0, 2.0]), Value([0.0, 1.0], requires_grad=False)
    for create_graph in (False, True):
        (g,) = gradients(sqrt(x), [x], gradient=seed, create_graph=create_graph)
        assert g.tolist() == [0.0, 0.5 / 2.0**0.5]
    x = Value([1.0, 2.0], dtype="float32")
    assert gradients(x * x, [x], gradient=Value([1.0, 2.0]), create_graph=True)[0].dtype == np.float32


def test_a_shift_takes_dead_elements_along_in_forward_mode() -> None:
    x = Value([0.0, 4.0])
    (along,) = tangents([sqrt(autograd.roll(x, 1))], [(x, [0.0, 1.0])])
    assert along.tolist() == [0.25, 0.0]


def test_a_contraction_adds_what_is_dead_and_what_has_the_weight_zero() -> None:
    x = Value([0.0, 4.0])  # the root's slope is infinite at 0, and 0 * inf is NaN, as docs/hard_points.md says
    for z in ((np.eye(2) @ sqrt(x))[1], sqrt(x) @ np.array([0.0, 1.0])):
        np.testing.assert_array_equal(gradients(z, [x])[0].data, [np.nan, 0.25])


def test_nothing_comes_of_an_empty_array() -> None:
    x = Value([0.0, 4.0])
    where(np.zeros((0, 2), bool), sqrt(x), 1.0).sum().backward()
    (autograd.broadcast_to(sqrt(x), (0, 2)).sum() + (x * x).sum()).backward()
    assert x.grad.tolist() == [0.0, 8.0]


def test_equal_elements_have_no_deviation_even_where_their_mean_rounds() -> None:
    x = Value([0.1, 0.1, 0.1])
    y = x.std()
    y.backward()
    assert y.item() == 0.0
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_a_gradient_of_minus_zero_keeps_its_sign_on_numbers_too() -> None:
    x, y = Value(-0.0), Value(1.0)
    (x * y).backward()
    assert repr(y.grad) == "-0.0"


def test_tied_elements_of_a_pooled_window_share() -> None:
    x = Value(np.array([[[1.0, 1.0, 0.0, 2.0]]]))
    autograd.max_pool1d(x, 2).sum().backward()
    assert x.grad.tolist() == [[[0.5, 0.5, 0.0, 1.0]]]


def test_padding_takes_no_part_in_a_window_of_nothing_but_minus_infinity() -> None:
    x = Value(np.full((1, 1, 2), -inf))
    y = autograd.max_pool1d(x, 2, padding=1)
    y.backward(np.ones(y.shape))
    assert y.tolist() == [[[-inf, -inf]]]
    assert x.grad.tolist() == [[[1.0, 1.0]]]


def test_what_is_put_somewhere_keeps_the_sign_of_its_zero() -> None:
    for index in (1, slice(0, 2), [0, 2], [2, 2], [True, False, True], (np.array([1, 1]),)):
        expected = np.array([1.0, 2.0, 3.0])
        expected[index] = -0.0
        found = Value([1.0, 2.0, 3.0]).at[index].set(-0.0).data
        np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))
        np.testing.assert_array_equal(found, expected)
    put = autograd.put_along_axis(Value([1.0, 2.0]), [0], -0.0, 0).data
    assert np.signbit(put).tolist() == [True, False]
    v = Value([1.0, 2.0, 3.0])
    (g,) = gradients(v[[0, 2]], [v], np.array([-0.0, 1.0]))
    assert g.data.tolist() == [0.0, 0.0, 1.0]


S = np.arange(12.0).reshape(3, 2, 2)
V3 = np.array([1.0, 2.0, 4.0])
LINALG: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {
    "outer": (np.linalg.outer, (V3, V3[:2]), {}),
    "matmul": (np.linalg.matmul, (S, S), {}),
    "trace": (np.linalg.trace, (S,), {}),
    "trace of another diagonal": (np.linalg.trace, (S,), {"offset": 1}),
    "np.trace": (np.trace, (S,), {}),
    "diagonal": (np.linalg.diagonal, (S,), {"offset": -1}),
    "np.diagonal": (np.diagonal, (S,), {}),
    "cross": (np.linalg.cross, (V3, V3[::-1]), {"axis": 0}),
    "vecdot": (np.linalg.vecdot, (S, S), {"axis": 1}),
    "np.vecdot": (np.vecdot, (V3, V3), {}),
    "tensordot": (np.linalg.tensordot, (S, V3), {"axes": ([0], [0])}),
    "matrix_transpose": (np.linalg.matrix_transpose, (S,), {}),
    "einsum": (lambda *args, **kwargs: np.einsum("ijk,ikl->il", *args, **kwargs), (S, S), {"optimize": True}),
    "real": (np.real, (V3,), {}),
    "imag": (np.imag, (V3.astype(np.float32),), {}),
    "conj": (np.conj, (V3,), {}),
}


@pytest.mark.parametrize("name", LINALG)
def test_numpys_functions_reach_the_table_with_their_own_meaning(name: str) -> None:
    f, args, kwargs = LINALG[name]
    z, expected = f(*map(Value, args), **kwargs), f(*args, **kwargs)
    assert type(z) is Value
    assert z.dtype == expected.dtype
    np.testing.assert_array_equal(z.data, expected)


def test_a_value_has_the_attributes_that_arrays_have_for_complex_numbers() -> None:
    for x in (Value(2.0), Value([2.0, inf])):
        assert x.real is x
        np.testing.assert_array_equal(x.imag.data, 0.0 if not x.shape else [0.0, 0.0])
        for z in (x.conj(), x.conjugate()):
            np.testing.assert_array_equal(z.data, x.data)
        (g,) = gradients((x.conj() * 3.0 + x.imag).sum(), [x])
        np.testing.assert_array_equal(g.data, np.full(x.shape, 3.0))
