"""Softmax and its kin: shares of a whole along an axis."""

# fmt: off  (a table: one entry reads as one block)

from typing import Any

from autograd.errors import BoundsError, DtypeError, ShapeError
from autograd.ops.along_axes.reductions import logsumexp, max_, sum_
from autograd.ops.axes import shape_of
from autograd.ops.builders import composite, custom, sample
from autograd.ops.elementwise.exponential import sigmoid
from autograd.ops.elementwise.predicates import equal
from autograd.ops.elementwise.selection import stop_gradient, where
from autograd.ops.manipulation.shaping import expand_dims
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


def _softmax_kernel(np: Any, x: Any, axis: Any) -> Any:
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype(float)
    e = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf))
    return e / np.add.reduce(e, axis=axis, keepdims=True)


def _softmax_slope(g: Any, z: Any, axis: Any) -> Any:
    """The Jacobian, diag(z) - z·zᵀ, which is symmetric, times g."""
    return z * (g - sum_(g * z, axis, keepdims=True))


softmax = custom("softmax", params={"axis": -1}, method=True, kernel=_softmax_kernel,
    reason="One node for what attention computes most: forward and back in a third of the time of exp(log_softmax(x)).",
    vjp=(lambda g, z, x, axis: _softmax_slope(g, z, axis),), jvp=lambda ts, z, x, axis: _softmax_slope(ts[0], z, axis),
    samples=[sample((4,)), sample((2, 3), axis=0), sample((2, 3, 2), axis=1)],
    reference=lambda np, x, axis: np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True),
    doc="e**x over its sum along an axis, without overflow; NaN in a row of nothing but -inf.",
    example=("softmax([0.0, 0.0])", "array([0.5, 0.5])"))

softmin = composite("softmin", lambda x, axis: softmax(-x, axis), params={"axis": -1}, method=True,
    samples=[sample((4,)), sample((2, 3), axis=0)],
    reference=lambda np, x, axis: np.exp(-x) / np.sum(np.exp(-x), axis=axis, keepdims=True),
    doc="softmax of -x: the least element gets the most.", example=("softmin([0.0, 0.0])", "array([0.5, 0.5])"))


def _cross_entropy_kernel(np: Any, x: Any, labels: Any) -> Any:
    x, labels = np.asarray(x), np.asarray(labels)
    if labels.size and labels.dtype.kind not in "iu":
        raise DtypeError(f"found labels of dtype {labels.dtype}; expected integers, one class index for each row.")
    if x.ndim == 0 or labels.shape != x.shape[:-1]:
        raise ShapeError(f"found x of shape {x.shape} and labels of shape {labels.shape}; expected a label for each"
                         " row of x, along its last axis.")
    classes = x.shape[-1]
    if labels.size and (np.minimum.reduce(labels, axis=None) < 0 or np.maximum.reduce(labels, axis=None) >= classes):
        raise BoundsError(f"found labels from {labels.min()} to {labels.max()}; expected 0 to {classes - 1}.")
    x = (x if x.dtype.kind == "f" else x.astype(float)).reshape(labels.size, classes)
    x = x - np.maximum.reduce(x, axis=-1, keepdims=True, initial=-np.inf)
    picked = x[np.arange(len(x)), labels.ravel().astype(np.intp, copy=False)]
    return (np.log(np.add.reduce(np.exp(x), axis=-1)) - picked).reshape(labels.shape)


def _cross_entropy_slope(x: Any, labels: Any) -> Any:
    """The derivative of each row's loss by its logits: softmax less 1 at the label."""
    from autograd.arrays import np

    shares = softmax(x, -1)
    return where(equal(expand_dims(labels, -1), np.arange(shape_of(x)[-1])), shares - 1.0, shares)


softmax_cross_entropy = custom("softmax_cross_entropy", args="x labels", constants=["labels"],
    reason="One node for -log_softmax(x)[label], the loss of classification, and no array but the slopes.",
    kernel=_cross_entropy_kernel,
    vjp=(lambda g, z, x, labels: expand_dims(g, -1) * _cross_entropy_slope(x, labels), lambda g, z, x, labels: None),
    jvp=lambda ts, z, x, labels: None if ts[0] is None else sum_(ts[0] * _cross_entropy_slope(x, labels), -1),
    reference=lambda np, x, labels: -np.take_along_axis(
        x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True)), labels[..., None], axis=-1)[..., 0],
    prepare=lambda np, x, labels: (x, np.where(labels, x.shape[-1] - 1, 0)),
    samples=[sample((2, 3), (2,)), sample((4,), ()), sample((2, 2, 3), (2, 2))],
    doc="-log_softmax(x)[label] along the last axis, without overflow: the cross-entropy of logits and class indices.",
    example=("softmax_cross_entropy([[0.0, 0.0]], [1])", "array([0.69314718])"))


def _glu(x: Any, axis: int) -> Any:
    values, gates = split(x, 2, axis)
    return values * sigmoid(gates)


glu = composite("glu", _glu, params={"axis": -1}, method=True, samples=[sample((4,)), sample((2, 3), axis=0)],
    reference=lambda np, x, axis: np.split(x, 2, axis)[0] / (1.0 + np.exp(-np.split(x, 2, axis)[1])),
    doc="The first half along an axis, of an even length, times the sigmoid of the second.",
    example=("glu([2.0, 0.0])", "array([1.])"))
