"""The hard points: what each operation and its derivatives are there, as data.

Every elementwise case runs on numbers, 0-d arrays and arrays of float64 and float32, in reverse and in forward mode.
"""

import copy
import math
import pickle
from collections.abc import Callable
from decimal import Decimal, localcontext
from math import inf, log, nan
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, gradients, tangents
from autograd.errors import GraphError
from nn.functional import binary_cross_entropy_with_logits

TINY = 1e-30  # its square underflows in float32, and that of 1e-200 in float64

# name: (f, the point, the value, the partial derivatives)
CASES: dict[str, tuple[Callable[..., Any], tuple[float, ...], float, tuple[float, ...]]] = {
    # one node used twice
    "x*x": (lambda x: x * x, (3.0,), 9.0, (6.0,)),
    "x+x": (lambda x: x + x, (3.0,), 6.0, (2.0,)),
    "x-x": (lambda x: x - x, (3.0,), 0.0, (0.0,)),
    "x/x": (lambda x: x / x, (3.0,), 1.0, (0.0,)),
    "x**x": (lambda x: x**x, (2.0,), 4.0, (4.0 * log(2.0) + 4.0,)),
    "b=a+a; b+b": (lambda a: (a + a) + (a + a), (3.0,), 12.0, (4.0,)),
    "a shared sum": (lambda a: (lambda b: b + b)(a + a), (3.0,), 12.0, (4.0,)),
    "equal values stay apart": (lambda x, y: x * x * y, (2.0, 2.0), 8.0, (8.0, 4.0)),
    "0+x at -0.0": (lambda x: 0 + x, (-0.0,), 0.0, (1.0,)),
    # powers and division
    "x**0 at 0": (lambda x: x**0, (0.0,), 1.0, (0.0,)),
    "x**0.0 at 0": (lambda x: x**0.0, (0.0,), 1.0, (0.0,)),
    "x**0.5 at 0": (lambda x: x**0.5, (0.0,), 0.0, (inf,)),
    "x**2.5 at -2": (lambda x: x**2.5, (-2.0,), nan, (nan,)),
    "x**y at (0, 2)": (lambda x, y: x**y, (0.0, 2.0), 0.0, (0.0, 0.0)),
    "x**y at (0, 0)": (lambda x, y: x**y, (0.0, 0.0), 1.0, (0.0, 0.0)),
    "x**y at (-2, 3)": (lambda x, y: x**y, (-2.0, 3.0), -8.0, (12.0, nan)),
    "2**x at 3": (lambda x: 2**x, (3.0,), 8.0, (8.0 * log(2.0),)),
    "0**x at 2": (lambda x: 0**x, (2.0,), 0.0, (0.0,)),
    "(-2)**x at 3": (lambda x: (-2) ** x, (3.0,), -8.0, (nan,)),
    "1/x at 0": (lambda x: 1 / x, (0.0,), inf, (-inf,)),
    "x/y where y*y underflows": (lambda x, y: x / y, (TINY, TINY), 1.0, (1.0 / TINY, -1.0 / TINY)),
    "x%3 at 7": (lambda x: x % 3, (7.0,), 1.0, (1.0,)),
    # kinks
    "relu at 0": (ag.relu, (0.0,), 0.0, (0.0,)),
    "relu at -0.0": (ag.relu, (-0.0,), 0.0, (0.0,)),
    "relu at NaN": (ag.relu, (nan,), nan, (nan,)),
    "maximum at a tie": (ag.maximum, (2.0, 2.0), 2.0, (0.5, 0.5)),
    "minimum at a tie": (ag.minimum, (2.0, 2.0), 2.0, (0.5, 0.5)),
    "maximum at a tie with a constant": (lambda x: ag.maximum(x, 2.0), (2.0,), 2.0, (0.5,)),
    "minimum at a tie with a constant": (lambda x: ag.minimum(2.0, x), (2.0,), 2.0, (0.5,)),
    "clip at its lower bound": (lambda x: ag.clip(x, 1.0, 2.0), (1.0,), 1.0, (0.0,)),
    "clip at its upper bound": (lambda x: ag.clip(x, 1.0, 2.0), (2.0,), 2.0, (0.0,)),
    "clip inside": (lambda x: ag.clip(x, 1.0, 2.0), (1.5,), 1.5, (1.0,)),
    "abs at 0": (abs, (0.0,), 0.0, (0.0,)),
    "leaky_relu at 0": (ag.leaky_relu, (0.0,), 0.0, (0.01,)),
    "leaky_relu at 0, steep": (lambda x: ag.leaky_relu(x, 3.0), (0.0,), 0.0, (1.0,)),
    "leaky_relu at 0, falling": (lambda x: ag.leaky_relu(x, -0.5), (0.0,), 0.0, (0.0,)),
    "hypot at its zero": (ag.hypot, (0.0, 0.0), 0.0, (0.0, 0.0)),
    "norm at its zero": (lambda x, y: ag.norm(ag.stack([x, y]), axis=0), (0.0, 0.0), 0.0, (0.0, 0.0)),
    "std at its zero": (lambda x, y: ag.std(ag.stack([x, y]), axis=0), (2.0, 2.0), 0.0, (0.0, 0.0)),
    "arctan2 at the origin": (ag.arctan2, (0.0, 0.0), 0.0, (0.0, 0.0)),
    "sqrt at 0": (ag.sqrt, (0.0,), 0.0, (inf,)),
    "sqrt at -0.0": (ag.sqrt, (-0.0,), -0.0, (inf,)),
    **{
        f"{f.__name__} at {x}": (f, (x,), value, (0.0,))
        for f, points in {
            ag.sign: {0.0: 0.0, -2.0: -1.0},
            ag.step: {0.0: 1.0, -0.5: 0.0},
            ag.floor: {2.0: 2.0, 2.5: 2.0},
            ag.ceil: {2.0: 2.0, 2.5: 3.0},
            ag.round: {2.5: 2.0, 3.0: 3.0},
        }.items()
        for x, value in points.items()
    },
    # exponentials and tails
    "exp(1000)": (ag.exp, (1000.0,), inf, (inf,)),
    "exp(-1000)": (ag.exp, (-1000.0,), 0.0, (0.0,)),
    "log(0)": (ag.log, (0.0,), -inf, (inf,)),
    "log(-0.0)": (ag.log, (-0.0,), -inf, (inf,)),
    "log(-1)": (ag.log, (-1.0,), nan, (nan,)),
    **{
        f"tanh({x})": (ag.tanh, (x,), math.tanh(x), (4 * math.exp(-2 * abs(x)) / (1 + math.exp(-2 * abs(x))) ** 2,))
        for x in (3.0, -19.0, 20.0, 40.0)
    },
    **{
        f"sigmoid({x})": (ag.sigmoid, (x,), 1 / (1 + math.exp(-x)), (math.exp(-abs(x)) / (1 + math.exp(-abs(x))) ** 2,))
        for x in (3.0, -19.0, 37.0, 80.0, -80.0)
    },
    "sigmoid(1000)": (ag.sigmoid, (1000.0,), 1.0, (0.0,)),
    "sigmoid(-1000)": (ag.sigmoid, (-1000.0,), 0.0, (0.0,)),
    "softplus(1000)": (ag.softplus, (1000.0,), 1000.0, (1.0,)),
    "sigmoid_cross_entropy(-1000, 1)": (ag.sigmoid_cross_entropy, (-1000.0, 1.0), 1000.0, (-1.0, 1000.0)),
    "sigmoid_cross_entropy(1000, 1)": (ag.sigmoid_cross_entropy, (1000.0, 1.0), 0.0, (0.0, -1000.0)),
    "sigmoid_cross_entropy(inf, 1)": (ag.sigmoid_cross_entropy, (inf, 1.0), 0.0, (0.0, -inf)),
    "sigmoid_cross_entropy(inf, 0)": (ag.sigmoid_cross_entropy, (inf, 0.0), inf, (1.0, -inf)),
    "sigmoid_cross_entropy(-inf, 0)": (ag.sigmoid_cross_entropy, (-inf, 0.0), 0.0, (0.0, inf)),
    "softplus(-1000)": (ag.softplus, (-1000.0,), 0.0, (0.0,)),
    "logaddexp(1000, 1000)": (ag.logaddexp, (1000.0, 1000.0), 1000.0 + log(2.0), (0.5, 0.5)),
    "logaddexp(-inf, -inf)": (ag.logaddexp, (-inf, -inf), -inf, (0.0, 0.0)),
    "logsumexp([-inf, 0])": (lambda x, y: ag.logsumexp(ag.stack([x, y]), axis=0), (-inf, 0.0), 0.0, (0.0, 1.0)),
    "logsumexp([-inf, -inf])": (lambda x, y: ag.logsumexp(ag.stack([x, y]), axis=0), (-inf, -inf), -inf, (0.0, 0.0)),
    "log_softmax([1000, 0])[1]": (
        lambda x, y: ag.log_softmax(ag.stack([x, y]), axis=0)[1], (1000.0, 0.0), -1000.0, (-1.0, 1.0),
    ),
    **{
        f"cross-entropy at {x}, y={y}": (
            lambda x, y=y: binary_cross_entropy_with_logits(x, y + 0.0 * x.data, reduction="sum"),
            (x,), loss, (slope,),
        )
        for y, x, loss, slope in [
            (0.0, 1000.0, 1000.0, 1.0), (0.0, -1000.0, 0.0, 0.0), (1.0, 1000.0, 0.0, 0.0), (1.0, -1000.0, 1000.0, -1.0),
            (0.0, 0.0, log(2.0), 0.5), (1.0, 0.0, log(2.0), -0.5),
        ]
    },
    "xlogy(0, 0)": (ag.xlogy, (0.0, 0.0), 0.0, (0.0, 0.0)),
    # masks
    "where over an edge": (lambda x: ag.where(x > 0, ag.sqrt(x), 0), (0.0,), 0.0, (0.0,)),
    "where over an edge, taken": (lambda x: ag.where(x > 0, ag.sqrt(x), 0), (4.0,), 2.0, (0.25,)),
    "x*0 at inf": (lambda x: x * 0, (inf,), nan, (0.0,)),
}  # fmt: skip

STORAGES: dict[str, Callable[[float], Any]] = {
    "number": float,
    "0-d": lambda x: np.array(x),
    "float64": lambda x: np.array([x]),
    "float32": lambda x: np.array([x], np.float32),
}


def assert_same(found: Any, expected: Any, *, ulps: int = 8) -> None:
    """Equal class at special values, within `ulps` where finite."""
    dtype = getattr(found, "dtype", float)
    np.testing.assert_allclose(
        np.asarray(found, float), np.broadcast_to(expected, np.shape(found)), rtol=ulps * np.finfo(dtype).eps, atol=0.0
    )


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the forward pass warns as NumPy does
@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("case", CASES)
def test_value_and_derivatives(case: str, storage: str) -> None:
    f, point, value, derivatives = CASES[case]
    xs = [Value(STORAGES[storage](x)) for x in point]
    z = f(*xs)
    assert_same(z.data, value)
    z.backward()
    for x, derivative in zip(xs, derivatives, strict=True):
        assert_same(x.grad, derivative)
        (t,) = tangents([z], [(x, 1.0 + 0.0 * np.ones(x.shape) if x.shape else 1.0)])
        assert_same(t.data, derivative)
        assert type(x.grad) is type(x.data) and x.grad.__class__ is not complex
        if storage == "float32":
            assert z.dtype == x.grad.dtype == t.dtype == np.float32


def test_zero_plus_negative_zero_is_a_positive_zero_and_a_node_of_its_own() -> None:
    for x in (Value(-0.0), Value([-0.0])):
        y = 0 + x
        assert y is not x and y.op is ag.add
        assert math.copysign(1.0, y.item()) == 1.0


def test_backward_twice_with_leaves_zeroed_between() -> None:
    for x in (Value(3.0), Value([3.0])):
        y = 2 * x**2
        for _ in range(2):
            x.zero_grad()
            y.backward()
            assert_same(x.grad, 12.0)


def test_a_replaced_leaf_gives_numbers_the_old_derivative_and_arrays_an_error() -> None:
    x = Value(3.0)
    y = 2 * x**2
    x.data = 100.0
    y.backward()
    assert x.grad == 12.0
    x = Value([3.0], label="weights")
    y = 2 * x**2
    x.data = [100.0]
    with pytest.raises(GraphError, match="'weights'"):
        y.backward()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_gradients_arrive_at_the_copys_own_leaf(duplicate: Callable[..., Any]) -> None:
    x = Value(3.0)
    y2, x2 = duplicate((x * x, x))
    y2.backward()
    assert x2.grad == 6.0
    assert not x.has_grad


def test_no_perturbation_confusion() -> None:
    x, y = Value(2.0), Value(5.0)
    (inner,) = gradients(x + y, [y], create_graph=True)
    (by_reverse,) = gradients(x * inner, [x])
    (inner,) = tangents([x + y], [(y, 1.0)], create_graph=True)
    (by_forward,) = tangents([x * inner], [(x, 1.0)])
    assert by_reverse.data == by_forward.data == 1.0


def derivative(f: Callable[..., Any], x: Value, order: int) -> Value:
    y = f(x)
    for _ in range(order):
        (y,) = gradients(y, [x], np.ones(x.shape) if x.shape else None, create_graph=True)
    return y


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize(
    ("f", "x", "second"),
    [
        (lambda x: ag.where(x > 0, x**3, x**2), 0.0, 2.0),
        (lambda x: ag.where(x > 0, ag.sqrt(x), 0.0), 0.0, 0.0),
        (lambda x: ag.where(x > 0, ag.sqrt(x), 0.0), 4.0, -1 / 32),
        (lambda x: ag.where(x > 0, ag.log(x), x), -1.0, 0.0),
        (lambda x: x**2, 0.0, 2.0),
        (ag.tanh, 0.0, 0.0),
    ],
)
def test_second_derivatives(f: Callable[..., Any], x: float, second: float, storage: str) -> None:
    assert_same(derivative(f, Value(STORAGES[storage](x)), 2).data, second)


def test_unit_seeds_ask_for_nothing_else() -> None:
    x = Value([0.0, 4.0])
    y = ag.sqrt(x)
    rows = [gradients(y, [x], seed)[0].data for seed in np.eye(2)]
    assert_same(np.array(rows), [[inf, 0.0], [0.0, 0.25]])
    (slope,) = gradients(y, [x], np.array([0.0, 1.0]), create_graph=True)
    (curvature,) = gradients(slope, [x], np.array([0.0, 1.0]))
    assert_same(curvature.data, [0.0, -1 / 32])


def exact_sigmoid(x: float) -> float:
    with localcontext() as context:
        context.prec = 50
        return float(1 / (1 + (-Decimal(x)).exp()))


def test_sigmoid_is_good_to_two_ulp() -> None:
    points = np.random.default_rng(0).normal(scale=20.0, size=500)
    exact = np.array([exact_sigmoid(x) for x in points])
    for found in (ag.sigmoid(points), np.array([ag.sigmoid(float(x)) for x in points])):
        assert (np.abs(found - exact) <= 2.0 * np.spacing(exact)).all()


def test_softmax_of_a_row_of_nothing_but_minus_infinity_is_nan() -> None:
    with np.errstate(invalid="ignore"):
        assert np.isnan(ag.softmax(Value([-inf, -inf])).data).all()
