"""gradients and tangents: derivatives as Values, in both modes, nested in any way."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, gradients, tangents, topological_order
from autograd.errors import DtypeError


def test_gradients_touch_nobodys_grad() -> None:
    x, y = Value(3.0), Value([1.0, 2.0])
    z = (x * y * y).sum()
    by_x, by_y, by_z, unrelated = gradients(z, [x, y, z, Value([7.0])])
    assert (by_x.data, by_y.tolist(), by_z.data, unrelated.tolist()) == (5.0, [6.0, 12.0], 1.0, [0.0])
    assert not any(v.has_grad for v in topological_order(z))
    assert not by_x.requires_grad
    assert [g.data for g in gradients(Value(1.0, requires_grad=False), [x])] == [0.0]


def of_sigmoid(x: Any) -> tuple[Any, Any, Any]:
    s = 1 / (1 + np.exp(-x))
    d = s * (1 - s)
    return d, d * (1 - 2 * s), d * (1 - 6 * d)


@pytest.mark.parametrize("x", [0.7, np.array([0.7]), np.float32([0.7])], ids=repr)
@pytest.mark.parametrize(
    ("f", "derivatives"),
    [
        (lambda x: x**4, lambda x: (4 * x**3, 12 * x**2, 24 * x)),
        (ag.exp, lambda x: (np.exp(x),) * 3),
        (ag.sin, lambda x: (np.cos(x), -np.sin(x), -np.cos(x))),
        (lambda x: x * ag.log(x), lambda x: (np.log(x) + 1, 1 / x, -1 / x**2)),
        (ag.sigmoid, of_sigmoid),
    ],
)
def test_third_derivatives_in_every_nesting_of_the_modes(
    f: Callable[..., Any], derivatives: Callable[..., Any], x: Any
) -> None:
    leaf = Value(x)

    def by_reverse(y: Value) -> Value:
        return gradients(y, [leaf], create_graph=True)[0]

    def by_forward(y: Value) -> Value:
        return tangents([y], [(leaf, 1.0 if leaf.shape == () else np.ones(leaf.shape))], create_graph=True)[0]

    expected = derivatives(np.float64(x) if isinstance(x, float) else x.astype(float))
    for first in (by_reverse, by_forward):
        for second in (by_reverse, by_forward):
            for third in (by_reverse, by_forward):
                y = f(leaf)
                for differentiate, exact in zip((first, second, third), expected, strict=True):
                    y = differentiate(y)
                    assert y.dtype == leaf.dtype
                    np.testing.assert_allclose(y.data, exact, rtol=1e-5 if y.dtype == np.float32 else 1e-12)


def test_a_recorded_gradient_takes_part_in_a_loss() -> None:
    x, w = Value([1.0, 2.0]), Value([3.0, 4.0])
    (slope,) = gradients((w * x * x).sum(), [x], create_graph=True)
    ag.sum(slope * slope).backward()
    assert w.grad.tolist() == [24.0, 128.0]  # d/dw (2 w x)**2 = 8 w x**2


def test_a_recorded_seed_is_differentiated_too() -> None:
    x, seed = Value([1.0, 2.0]), Value([5.0, 7.0])
    (g,) = gradients(x * x, [x], seed, create_graph=True)
    g.sum().backward()
    assert seed.grad.tolist() == [2.0, 4.0] and x.grad.tolist() == [10.0, 14.0]


def test_tangents_of_an_interior_seed_and_of_what_does_not_depend() -> None:
    x, y = Value(3.0), Value([1.0, 2.0])
    square = x * x
    (a, b, c) = tangents([square * 2, square * y, y + 1], [(square, 10.0)])
    assert (a.data, b.tolist(), c.tolist()) == (20.0, [10.0, 20.0], [0.0, 0.0])


def test_stop_gradient_passes_the_value_and_cuts_the_graph() -> None:
    for x in (Value(3.0), Value([3.0])):
        y = ag.stop_gradient(x * x) * x
        y.backward()
        assert y.item() == 27.0 and x.grad == 9.0
        (t,) = tangents([y], [(x, 1.0 if x.shape == () else np.ones(1))])
        assert t.item() == 9.0


def test_seeds_of_tangents_are_pairs() -> None:
    x = Value(2.0)
    with pytest.raises(DtypeError, match="expected pairs"):
        tangents([x * x], [x])  # type: ignore[list-item]
