"""Losses under PyTorch's names, for arrays, numbers and lists of numbers, plain or Values.

`input` is what a model gave and `target` what it should have given, of exactly the same shape: (n,) against (n, 1) is
an error. Lists of numbers are composed number by number and need no NumPy; lists of arrays are stacked. A plain target
is converted to the dtype of an array input.

`reduction` is "mean" over all losses, "sum", or "none" for the losses themselves, in the form of the input.
"""

from __future__ import annotations

from functools import reduce
from numbers import Integral
from typing import Any

import autograd
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn.functional.operands import Numbers, each, flattened, form, paired, reduced, require

__all__ = ["binary_cross_entropy_with_logits", "cross_entropy", "hinge_loss", "mse_loss"]


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Squared error, (x - y)².

    Shapes: input and target alike, of any shape; the loss is one number, or of that shape with reduction="none".

    Raises:
        ShapeError: for unequal shapes, or no elements.

    >>> mse_loss([1.0, 2.0], [0.0, 4.0])
    2.5
    """
    operation = "mse_loss"
    x, y = paired(operation, input, target)
    return reduced(operation, each(lambda x, y: autograd.square(x - y), x, y), reduction)


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
    require(operation, y, lambda y: (y == 1) | (y == -1), "labels -1 and 1; turn labels 0 and 1 into 2 * y - 1")
    return reduced(operation, each(lambda x, y: autograd.relu(1 - y * x), x, y), reduction)


def binary_cross_entropy_with_logits(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Cross-entropy of two classes, -[y ln p + (1 - y) ln(1 - p)], p = sigmoid(x), for logits x and labels y in [0, 1].

    It is softplus(x) - x·y, computed so that nothing cancels: finite for large logits, and smooth, so that the
    derivative at 0 is 1/2 - y.

    Shapes: input and target alike, of any shape; the loss is one number, or of that shape with reduction="none".

    Raises:
        ArgumentError: for a label outside [0, 1], such as the -1 of labels {-1, 1}.
        ShapeError: for unequal shapes, or no elements.

    >>> binary_cross_entropy_with_logits([1000.0, -1000.0], [1, 1], reduction="none")
    [0.0, 1000.0]
    """
    operation = "binary_cross_entropy_with_logits"
    x, y = paired(operation, input, target)
    require(operation, y, lambda y: (y >= 0) & (y <= 1), "labels from 0 to 1; turn labels -1 and 1 into (y + 1) / 2")
    return reduced(operation, each(autograd.sigmoid_cross_entropy, x, y), reduction)


def cross_entropy(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Cross-entropy of logits and class indices, -log_softmax(x)[k].

    Args:
        input: logits, (classes,) for one sample or (batch, classes); lists of numbers too.
        target: the class index of the sample, or a list or integer array of them, (batch,).
        reduction: "mean" or "sum", which give one number, or "none", which gives the losses, () or (batch,).

    Raises:
        ArgumentError: for an index out of range, with its row.
        DtypeError: for labels that are not whole numbers.
        ShapeError: for shapes that do not fit, or no elements.

    >>> cross_entropy([[1000.0, 0.0], [0.0, 0.0]], [1, 0], reduction="none")
    [1000.0, 0.6931471805599453]
    """
    operation = "cross_entropy"
    x = form(operation, input)
    if len(x.shape) not in (1, 2):
        raise ShapeError(f"{operation}: found an input of shape {x.shape}; expected (classes,) or (batch, classes).")
    if isinstance(target, Value) and target.dtype.kind in "iu":  # an argument of a replayed function: each call checks
        return reduced(operation, autograd.softmax_cross_entropy(x, target), reduction)
    labels = _class_indices(operation, target, x.shape)
    if isinstance(x, Numbers):
        # softmax_cross_entropy works on arrays; logaddexp on floats needs no NumPy.
        classes = x.shape[-1]
        rows = [x.items[i : i + classes] for i in range(0, len(x.items), classes)]
        losses = [reduce(autograd.logaddexp, row) - row[k] for row, k in zip(rows, labels, strict=True)]
        return reduced(operation, Numbers(losses, x.shape[:-1]), reduction)
    losses = autograd.softmax_cross_entropy(x, labels[0] if len(x.shape) == 1 else labels)
    return reduced(operation, losses, reduction)


def _class_indices(operation: str, target: Any, shape: tuple[int, ...]) -> list[int]:
    """The labels as a flat list, checked against the shape of the logits."""
    labels = flattened(operation, target.tolist() if hasattr(target, "tolist") else target)
    for k in labels.items:
        if type(k) is not int and (isinstance(k, bool) or not isinstance(k, Integral)):
            raise DtypeError(
                f"{operation}: found the label {k!r} of type {type(k).__name__}; expected class indices, which are "
                "plain whole numbers. Convert an array with y.astype(int)."
            )
    if labels.shape != shape[:-1]:
        raise ShapeError(
            f"{operation}: found labels of shape {labels.shape} for an input of shape {shape}; expected {shape[:-1]}, "
            "one class index for each row."
        )
    for row, k in enumerate(labels.items):
        if not 0 <= k < shape[-1]:
            raise ArgumentError(f"{operation}: found the label {k} in row {row}; expected one of 0 to {shape[-1] - 1}.")
    return labels.items
