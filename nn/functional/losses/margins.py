"""Losses that ask for a margin between scores."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import autograd
from nn.functional.losses.labels import class_weights, classes_last, labels_of, picked, weights_at
from nn.functional.operands import ANY_OR_VALUE, Numbers, alike, each, form, paired, reduced, require, rows
from nn.options import choice

__all__ = ["hinge_loss", "margin_ranking_loss", "multi_margin_loss", "require_signs", "soft_margin_loss"]

DEGREE = choice(1, 2)


def require_signs(operation: str, y: Any) -> None:
    """Check that labels are -1 and 1."""
    require(operation, y, lambda y: (y == 1) | (y == -1), "labels -1 and 1; turn labels 0 and 1 into 2 * y - 1")


def hinge_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The hinge of a support-vector unit, relu(1 - y·x), for scores x and labels y in {-1, 1}, as in micrograd's demo.

    Shapes: input and target alike, of any shape; the loss is one number, or of that shape with reduction="none".

    Raises:
        ArgumentError: for another label, such as the 0 of labels {0, 1}.
        ShapeError: for unequal shapes, or no elements.

    >>> hinge_loss([0.5, -2.0], [1, -1])
    0.25
    """
    operation = "hinge_loss"
    x, y = paired(operation, input, target)
    require_signs(operation, y)
    return reduced(operation, each(lambda x, y: autograd.relu(1 - y * x), x, y), reduction)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The logistic loss, ln(1 + e^(-y·x)), for scores x and labels y in {-1, 1}.

    Shapes and errors are those of `hinge_loss`.

    >>> soft_margin_loss([0.0, -1000.0], [1, 1], reduction="none")
    [0.6931471805599453, 1000.0]
    """
    operation = "soft_margin_loss"
    x, y = paired(operation, input, target)
    require_signs(operation, y)
    return reduced(operation, each(lambda x, y: autograd.softplus(-y * x), x, y), reduction)


def margin_ranking_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Any:
    """relu(margin - y·(x1 - x2)), for labels y: 1 where x1 should be the larger one, -1 where x2.

    Shapes: all three alike, of any shape; the loss is one number, or of that shape with reduction="none".

    Raises:
        ArgumentError: for another label, such as the 0 of labels {0, 1}.
        ShapeError: for unequal shapes, or no elements.

    >>> margin_ranking_loss([2.0, 1.0], [1.0, 3.0], [1, 1])
    1.0
    """
    operation = "margin_ranking_loss"
    margin = ANY_OR_VALUE(operation, margin=margin)
    x1, x2, y = alike(operation, input1=input1, input2=input2, target=target)
    require_signs(operation, y)
    return reduced(operation, each(lambda x1, x2, y: autograd.relu(margin - y * (x1 - x2)), x1, x2, y), reduction)


def multi_margin_loss(
    input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"
) -> Any:
    """The hinge of many classes, Σ relu(margin - x[k] + x[i])ᵖ over all i but the label k, divided by their number.

    Args:
        input: scores, (classes,) or (batch, classes).
        target: the class index of the sample, or a list or integer array of them, (batch,).
        p: 1 or 2.
        margin: by which the score of the label should exceed each other one.
        weight: a weight for each class, (classes,), which multiplies the losses of its samples.
        reduction: "mean" or "sum", which give one number, or "none", which gives the losses, () or (batch,).

    Raises:
        ArgumentError: for an index out of range, with its row; for another p.
        DtypeError: for labels that are not whole numbers.
        ShapeError: for shapes that do not fit, or no elements.

    >>> multi_margin_loss([[3.0, 1.0], [0.0, 0.5]], [0, 1], reduction="none")
    [0.0, 0.25]
    """
    operation = "multi_margin_loss"
    p, margin = DEGREE(operation, p=p), ANY_OR_VALUE(operation, margin=margin)
    x = classes_last(operation, form(operation, input))
    labels, _ = labels_of(operation, target, x)
    hinge = autograd.relu if p == 1 else lambda z: autograd.square(autograd.relu(z))
    losses = _beside_labels(lambda own, other: hinge(margin - own + other), x, labels)
    if weight is not None:
        losses = each(operator.mul, losses, weights_at(class_weights(operation, weight, x), labels))
    return reduced(operation, losses, reduction)


def _beside_labels(loss: Any, x: Any, labels: Any) -> Any:
    """The losses of each row's label beside the other classes, summed and divided by the number of classes."""
    classes = x.shape[-1]
    if isinstance(x, Numbers):
        sums = [
            reduce(operator.add, [loss(row[k], a) for i, a in enumerate(row) if i != k], 0.0)
            for row, k in zip(rows(x), labels.items, strict=True)
        ]
        return Numbers([z * (1.0 / classes) for z in sums], labels.shape)
    import numpy as np

    own = autograd.expand_dims(picked(x, labels), -1)
    at_label = autograd.equal(autograd.expand_dims(labels, -1), np.arange(classes))
    return autograd.sum(autograd.where(at_label, 0.0, loss(own, x)), -1) / classes
