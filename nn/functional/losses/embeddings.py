"""Losses of distances and angles, by which like things come to lie together."""

from __future__ import annotations

import math
import operator
from functools import reduce
from typing import Any

import autograd
from autograd.errors import ShapeError
from nn.functional.losses.margins import require_signs
from nn.functional.operands import ANY_OR_VALUE, POSITIVE_OR_VALUE, Numbers, alike, each, fitted, paired, reduced, rows
from nn.options import FLAG

__all__ = ["cosine_embedding_loss", "hinge_embedding_loss", "triplet_margin_loss"]


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """For distances x: x itself where the label is 1, relu(margin - x) where it is -1.

    Shapes: input and target alike, of any shape; the loss is one number, or of that shape with reduction="none".

    Raises:
        ArgumentError: for another label, such as the 0 of labels {0, 1}.
        ShapeError: for unequal shapes, or no elements.

    >>> hinge_embedding_loss([0.25, 0.25], [1, -1])
    0.5
    """
    operation = "hinge_embedding_loss"
    margin = ANY_OR_VALUE(operation, margin=margin)
    x, y = paired(operation, input, target)
    require_signs(operation, y)
    losses = each(lambda x, y: autograd.where(autograd.equal(y, 1.0), x, autograd.relu(margin - x)), x, y)
    return reduced(operation, losses, reduction)


def cosine_embedding_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Any:
    """For the cosine c of two vectors: 1 - c where the label is 1, relu(c - margin) where it is -1.

    A vector shorter than 1e-8 counts as one of that length, so that the cosine with a zero vector is 0.

    Shapes: both inputs (size,) and the target (), or (batch, size) and (batch,).

    Raises:
        ArgumentError: for another label, such as the 0 of labels {0, 1}.
        ShapeError: for shapes that do not fit, or no elements.

    >>> cosine_embedding_loss([[1.0, 0.0], [3.0, 4.0]], [[2.0, 0.0], [3.0, 4.0]], [1, -1])
    0.5
    """
    operation = "cosine_embedding_loss"
    margin = ANY_OR_VALUE(operation, margin=margin)
    x1, x2 = alike(operation, input1=input1, input2=input2)
    _require_vectors(operation, x1)
    y = fitted(operation, "target", target, x1, x1.shape[:-1])
    require_signs(operation, y)
    lengths = each(lambda a, b: autograd.maximum(a, 1e-8) * autograd.maximum(b, 1e-8), _norm(x1, 2.0), _norm(x2, 2.0))
    c = each(lambda dot, length: dot / length, _sums(each(operator.mul, x1, x2)), lengths)
    losses = each(lambda c, y: autograd.where(autograd.equal(y, 1.0), 1.0 - c, autograd.relu(c - margin)), c, y)
    return reduced(operation, losses, reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """relu(d(a, p) - d(a, n) + margin), with d(x, y) the p-norm of x - y + eps: like ones nearer than others.

    Args:
        anchor, positive, negative: vectors, (size,) or (batch, size), all alike.
        margin: by which the negative should be farther away, above 0.
        p: of the norm, above 0; math.inf for the largest difference.
        eps: keeps the distance of equal vectors differentiable.
        swap: measures the negative from the positive where that is nearer than from the anchor (Balntas et al., 2016).
        reduction: "mean", "sum", or "none" for the losses themselves, () or (batch,).

    Raises:
        ArgumentError: for a margin or p that is not positive.
        ShapeError: for unequal shapes, or no elements.

    >>> triplet_margin_loss([0.0, 0.0], [0.0, 1.0], [3.0, 4.0], margin=5.0, eps=0.0)
    1.0
    """
    operation = "triplet_margin_loss"
    margin, p = POSITIVE_OR_VALUE(operation, margin=margin), POSITIVE_OR_VALUE(operation, p=p)
    eps = ANY_OR_VALUE(operation, eps=eps)
    swap = FLAG(operation, swap=swap)
    a, b, c = alike(operation, anchor=anchor, positive=positive, negative=negative)
    _require_vectors(operation, a)

    def distance(x: Any, y: Any) -> Any:
        return _norm(each(lambda x, y: x - y + eps, x, y), p)

    near, far = distance(a, b), distance(a, c)
    if swap:
        far = each(autograd.minimum, far, distance(b, c))
    return reduced(operation, each(lambda near, far: autograd.relu(near - far + margin), near, far), reduction)


def _require_vectors(operation: str, x: Any) -> None:
    if len(x.shape) not in (1, 2):
        raise ShapeError(f"{operation}: found vectors of shape {x.shape}; expected (size,) or (batch, size).")


def _sums(x: Any) -> Any:
    """The sum of each row."""
    if not isinstance(x, Numbers):
        return autograd.sum(x, -1)
    return Numbers([reduce(operator.add, row) for row in rows(x)], x.shape[:-1])


def _norm(x: Any, p: float) -> Any:
    """The p-norm of each row."""
    if not isinstance(x, Numbers):
        return autograd.norm(x, p, -1)
    if p in (2.0, math.inf):
        joined = autograd.hypot if p == 2.0 else autograd.maximum
        return Numbers([reduce(joined, map(autograd.abs, row), 0.0) for row in rows(x)], x.shape[:-1])
    powers = each(lambda a: autograd.abs(a) ** p, x)
    return each(lambda a: a ** (1.0 / p), _sums(powers))
