"""Activation functions of neural networks."""

# fmt: off  (a table: one entry reads as one block)

from typing import Any

from autograd import ieee
from autograd.ops.arithmetic import sign
from autograd.ops.builders import composite, elementwise, sample, shape_of
from autograd.ops.exponential import exp, sigmoid
from autograd.ops.predicates import greater, less
from autograd.ops.reductions import logsumexp, max_
from autograd.ops.selection import defined, stop_gradient, where

__all__: list[str] = []

# sign(z), not greater(x, 0): it is NaN where x is NaN.
relu = elementwise("relu", sign="ReLU", kernel=lambda np, x: np.maximum(x, 0.0), d=lambda z, x: sign(z), hot=True,
    boundary=lambda x: x, kinks={0.0: 0.0}, reference=lambda np, x: np.where(x > 0.0, x, 0.0),
    doc="x where it is positive, 0 elsewhere; derivative 0 at 0.", example=("relu(-2.0)", "0.0"))


def _least_slope(slope: float) -> float:
    return min(max(slope, 0.0), 1.0)  # the element of least norm between the slopes on either side, `slope` and 1


leaky_relu = elementwise("leaky_relu", params={"negative_slope": 0.01},
    samples=[sample((2, 3), negative_slope=0.3), sample((3,), negative_slope=2.0), sample(None, negative_slope=-1.0)],
    reference=lambda np, x, negative_slope: np.where(x > 0.0, x, negative_slope * x),
    scalar=lambda x, negative_slope: x if x >= 0.0 else negative_slope * x,
    kernel=lambda np, x, negative_slope: np.where(np.greater_equal(x, 0.0), x, negative_slope * np.asarray(x)),
    d=lambda z, x, negative_slope: defined(
        z, where(greater(x, 0.0), 1.0, where(less(x, 0.0), negative_slope, _least_slope(negative_slope)))),
    boundary=lambda x: x, kinks={0.0: 0.01},
    doc="x where it is positive, negative_slope * x elsewhere; at 0 the least slope between the two.",
    example=("leaky_relu(-2.0, negative_slope=0.5)", "-1.0"))

softplus = elementwise("softplus", params={"beta": 1.0}, samples=[sample((2, 3), beta=2.0), sample(None, beta=0.5)],
    reference=lambda np, x, beta: np.log1p(np.exp(beta * x)) / beta,
    scalar=lambda x, beta: ieee.divide(ieee.softplus(beta * x), beta),
    kernel=lambda np, x, beta: (np.maximum(beta * x, 0.0) + np.log1p(np.exp(-np.abs(beta * x)))) / beta,
    d=lambda z, x, beta: sigmoid(beta * x),
    doc="log(1 + e**(beta * x)) / beta, a smooth relu.", example=("softplus(-inf)", "0.0"))


def _log_softmax(x: Any, axis: int) -> Any:
    if 0 not in shape_of(x):  # a shift by the maximum changes nothing but the rounding: large x stay exact
        x = x - stop_gradient(max_(x, axis, keepdims=True))
    return x - logsumexp(x, axis, keepdims=True)


log_softmax = composite("log_softmax", _log_softmax, params={"axis": -1}, method=True,
    samples=[sample((4,)), sample((2, 3), axis=0), sample((2, 3, 2), axis=1)],
    reference=lambda np, x, axis: x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True)),
    doc="The logarithm of softmax over an axis, without overflow; NaN in a row of nothing but -inf.",
    example=("log_softmax([0.0, -inf])", "array([  0., -inf])"))

softmax = composite("softmax", lambda x, axis: exp(_log_softmax(x, axis)), params={"axis": -1}, method=True,
    samples=[sample((4,)), sample((2, 3), axis=0), sample((2, 3, 2), axis=1)],
    reference=lambda np, x, axis: np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True),
    doc="e**x over its sum along an axis, without overflow; NaN in a row of nothing but -inf.",
    example=("softmax([0.0, 0.0])", "array([0.5, 0.5])"))
