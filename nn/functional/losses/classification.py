"""Losses of predicted classes: cross-entropies of labels and of logits, probabilities or their logarithms."""

from __future__ import annotations

import operator
from functools import reduce
from itertools import cycle
from numbers import Integral
from typing import Any

import autograd
from nn.arguments import plain
from nn.functional.losses.labels import class_weights, classes_last, labels_of, picked, weights_at
from nn.functional.operands import (
    SHARE_OR_VALUE,
    Numbers,
    each,
    flattened,
    form,
    in_form_of,
    paired,
    reduced,
    require,
    rows,
    spread,
)
from nn.options import WHOLE
from nn.warning import warn

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "nll_loss"]


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """Cross-entropy of two classes, -[y ln p + (1 - y) ln(1 - p)], for probabilities p and labels y in [0, 1].

    Logarithms are no less than -100, and slopes no steeper than 1e12, as in PyTorch. Where a model ends in a sigmoid,
    `binary_cross_entropy_with_logits` of what goes into it is exact.

    Shapes: input and target alike, of any shape; the loss is one number, or of that shape with reduction="none".
    A `weight` that broadcasts to that shape multiplies the losses.

    Raises:
        ArgumentError: for a probability or label outside [0, 1].
        ShapeError: for unequal shapes, or no elements.

    >>> binary_cross_entropy([1.0, 0.0], [1, 1], reduction="none")
    [0.0, 100.0]
    """
    operation = "binary_cross_entropy"
    p, y = paired(operation, input, target)
    require(operation, p, _is_share, "probabilities from 0 to 1; for logits take its form with_logits", "input")
    require(operation, y, _is_share, "labels from 0 to 1; turn labels -1 and 1 into (y + 1) / 2")
    return _weighted(operation, each(autograd.binary_cross_entropy, p, y), weight, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """Cross-entropy of two classes, -[y ln p + (1 - y) ln(1 - p)], p = sigmoid(x), for logits x and labels y in [0, 1].

    It is softplus(x) - x·y, computed so that nothing cancels: finite for large logits, and smooth, so that the
    derivative at 0 is 1/2 - y.

    Shapes: input and target alike, of any shape; the loss is one number, or of that shape with reduction="none".
    A `weight` that broadcasts to that shape multiplies the losses, a `pos_weight` only their part y ln p.

    Raises:
        ArgumentError: for a label outside [0, 1], such as the -1 of labels {-1, 1}.
        ShapeError: for unequal shapes, or no elements.

    >>> binary_cross_entropy_with_logits([1000.0, -1000.0], [1, 1], reduction="none")
    [0.0, 1000.0]
    """
    operation = "binary_cross_entropy_with_logits"
    x, y = paired(operation, input, target)
    require(operation, y, _is_share, "labels from 0 to 1; turn labels -1 and 1 into (y + 1) / 2")
    if pos_weight is None:
        losses = each(autograd.sigmoid_cross_entropy, x, y)
    else:
        w = spread(operation, "pos_weight", pos_weight, x)
        losses = each(lambda x, y, w: w * y * autograd.softplus(-x) + (1.0 - y) * autograd.softplus(x), x, y, w)
    return _weighted(operation, losses, weight, reduction)


def _is_share(y: Any) -> Any:
    return (y >= 0.0) & (y <= 1.0)


def _weighted(operation: str, losses: Any, weight: Any, reduction: str) -> Any:
    if weight is not None:
        losses = each(operator.mul, losses, spread(operation, "weight", weight, losses))
    return reduced(operation, losses, reduction)


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Cross-entropy of logits x and class indices k, -log_softmax(x)[k], or probabilities t, -Σ t·log_softmax(x).

    Args:
        input: logits, (classes,) for one sample, (batch, classes), or (batch, classes, ...) with a place for each of
            many decisions; lists of numbers too.
        target: the class index of the sample, or a list or integer array of them, (batch, ...); or probabilities of
            the classes, floats in the shape of the input.
        weight: a weight for each class, (classes,). The mean over class indices divides by the sum of their weights.
        ignore_index: a class index whose rows do not count.
        reduction: "mean" or "sum", which give one number, or "none", which gives the losses, (batch, ...).
        label_smoothing: the share of each target, from 0 to 1, that is given to all classes alike (Szegedy et al.,
            2016, section 7).

    Raises:
        ArgumentError: for an index out of range, with its row; for nothing but ignored ones; for a probability
            outside [0, 1].
        DtypeError: for labels that are not whole numbers.
        ShapeError: for shapes that do not fit, or no elements.

    >>> cross_entropy([[1000.0, 0.0], [0.0, 0.0]], [1, 0], reduction="none")
    [1000.0, 0.6931471805599453]
    """
    operation = "cross_entropy"
    x = form(operation, input)
    label_smoothing = SHARE_OR_VALUE(operation, label_smoothing=label_smoothing)
    if _has_shares(operation, target, x.shape):
        return _of_probabilities(operation, x, target, weight, reduction, label_smoothing)
    x = classes_last(operation, x)
    labels, kept = labels_of(operation, target, x, WHOLE(operation, ignore_index=ignore_index))
    w = None if weight is None else class_weights(operation, weight, x)
    x = _without_others(x, kept)
    losses, weights = _weighed(_at_labels(x, labels), w, labels)
    if label_smoothing > 0.0:
        rest = _at_shares(x, w)  # of a target that is shared out among all classes alike
        share = label_smoothing / x.shape[-1]
        losses = each(lambda loss, rest: (1.0 - label_smoothing) * loss + share * rest, losses, rest)
    return _of_kept(operation, losses, weights, kept, reduction)


def _has_shares(operation: str, target: Any, shape: tuple[int, ...]) -> bool:
    """Whether a target holds a probability of each class, floats in the shape of the logits, and no class indices."""
    if hasattr(target, "dtype"):
        return bool(target.shape == shape and target.dtype.kind == "f")
    items, outer = flattened(operation, target)
    inner = getattr(items[0], "shape", ()) if items else ()
    return outer + inner == shape and not all(isinstance(item, Integral) for item in items)


def _at_labels(x: Any, labels: Any) -> Any:
    """-log_softmax(x)[k] of each row."""
    if not isinstance(x, Numbers):
        return autograd.softmax_cross_entropy(x, labels)
    # softmax_cross_entropy works on arrays; logaddexp on floats needs no NumPy.
    losses = [reduce(autograd.logaddexp, row) - row[k] for row, k in zip(rows(x), labels.items, strict=True)]
    return Numbers(losses, labels.shape)


def _at_shares(x: Any, t: Any) -> Any:
    """-Σ t·log_softmax(x) of each row; t has the shape of x, or holds a weight for each class, or is None for all 1."""
    if not isinstance(x, Numbers):
        terms = autograd.log_softmax(x) if t is None else t * autograd.log_softmax(x)
        return -autograd.sum(terms, -1)
    shares = cycle([1.0] if t is None else t.items)
    losses = []
    for row in rows(x):
        whole = reduce(autograd.logaddexp, row)
        losses.append(reduce(operator.add, [next(shares) * (whole - a) for a in row]))
    return Numbers(losses, x.shape[:-1])


def _of_probabilities(operation: str, x: Any, target: Any, weight: Any, reduction: str, label_smoothing: float) -> Any:
    t = in_form_of(operation, x, form(operation, target))
    require(operation, t, _is_share, "probabilities of the classes, from 0 to 1")
    x, t = classes_last(operation, x), classes_last(operation, t)
    if label_smoothing > 0.0:
        share = label_smoothing / x.shape[-1]
        t = each(lambda t: (1.0 - label_smoothing) * t + share, t)
    if weight is not None:
        t = each(operator.mul, t, spread(operation, "weight", class_weights(operation, weight, x), t))
    return reduced(operation, _at_shares(x, t), reduction)


def nll_loss(input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> Any:
    """Negative log-likelihood, -L[k], of logarithms L of probabilities and class indices k.

    Args:
        input: what log_softmax gives, (classes,), (batch, classes) or (batch, classes, ...). A warning says so where
            there is a positive number, which is no logarithm of a probability.
        target: class indices, (), (batch,) or (batch, ...).
        weight: a weight for each class, (classes,). The mean divides by the sum of the labels' weights.
        ignore_index: a class index whose rows do not count.
        reduction: "mean" or "sum", which give one number, or "none", which gives the losses in the shape of target.

    Raises:
        ArgumentError: for an index out of range, with its row; for nothing but ignored ones.
        DtypeError: for labels that are not whole numbers.
        ShapeError: for shapes that do not fit, or no elements.

    >>> nll_loss([[-0.5, -1.0], [0.0, -2.0]], [1, 0])
    0.5
    """
    operation = "nll_loss"
    x = classes_last(operation, form(operation, input))
    _warn_of_positive(operation, x)
    labels, kept = labels_of(operation, target, x, WHOLE(operation, ignore_index=ignore_index))
    w = None if weight is None else class_weights(operation, weight, x)
    losses, weights = _weighed(each(operator.neg, picked(x, labels)), w, labels)
    return _of_kept(operation, losses, weights, kept, reduction)


def _warn_of_positive(operation: str, x: Any) -> None:
    largest = max(plain(x.items)) if isinstance(x, Numbers) else float(plain(x).max())
    if largest > 1e-6:  # rounding may leave a logarithm a little above 0
        message = (
            f"{operation}: found {largest!r} in the input; expected logarithms of probabilities, which are not "
            "positive: give it log_softmax(x), or give the logits to cross_entropy."
        )
        warn(message, RuntimeWarning)


def _weighed(losses: Any, w: Any, labels: Any) -> tuple[Any, Any]:
    """The losses times the weights of their labels, and these weights; None for no weights."""
    if w is None:
        return losses, None
    weights = weights_at(w, labels)
    return each(operator.mul, losses, weights), weights


def _of_kept(operation: str, losses: Any, weights: Any, kept: Any, reduction: str) -> Any:
    """The reduced losses; those of rows that do not count are 0, and so are their weights in a mean."""
    if kept is not None:
        losses = each(_if_kept, kept, losses)
        if weights is not None:
            weights = each(_if_kept, kept, weights)
        else:
            weights = each(float, kept) if isinstance(kept, Numbers) else autograd.astype(kept, losses.dtype)
    return reduced(operation, losses, reduction, weights)


def _without_others(x: Any, kept: Any) -> Any:
    """The logits with 0 in rows that do not count: a NaN there times their gradient of 0 would be NaN."""
    return x if kept is None or isinstance(x, Numbers) else autograd.where(autograd.expand_dims(kept, -1), x, 0.0)


def _if_kept(kept: Any, x: Any) -> Any:
    return autograd.where(kept, x, 0.0)
