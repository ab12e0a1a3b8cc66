"""Softmax and its kin: shares of a whole along an axis."""

# fmt: off  (a table: one entry reads as one block)

from typing import Any

from autograd.ops.along_axes.reductions import logsumexp, max_
from autograd.ops.builders import composite, sample, shape_of
from autograd.ops.elementwise.exponential import exp, sigmoid
from autograd.ops.elementwise.selection import stop_gradient
from autograd.ops.manipulation.stacking import split

__all__: list[str] = []


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

softmin = composite("softmin", lambda x, axis: softmax(-x, axis), params={"axis": -1}, method=True,
    samples=[sample((4,)), sample((2, 3), axis=0)],
    reference=lambda np, x, axis: np.exp(-x) / np.sum(np.exp(-x), axis=axis, keepdims=True),
    doc="softmax of -x: the least element gets the most.", example=("softmin([0.0, 0.0])", "array([0.5, 0.5])"))


def _glu(x: Any, axis: int) -> Any:
    values, gates = split(x, 2, axis)
    return values * sigmoid(gates)


glu = composite("glu", _glu, params={"axis": -1}, method=True, samples=[sample((4,)), sample((2, 3), axis=0)],
    reference=lambda np, x, axis: np.split(x, 2, axis)[0] / (1.0 + np.exp(-np.split(x, 2, axis)[1])),
    doc="The first half along an axis, of an even length, times the sigmoid of the second.",
    example=("glu([2.0, 0.0])", "array([1.])"))
