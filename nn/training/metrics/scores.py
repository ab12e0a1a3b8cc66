"""Scores of all samples at once, under scikit-learn's names and with its definitions; `y_true` comes first.

Classes are whole numbers, booleans or texts. Data are arrays, lists, or Values; NaN and infinities are refused.
"""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, ShapeError
from nn.training.checks import require_finite
from nn.training.metrics.counts import Counts
from nn.training.metrics.errors import MAE, MSE, R2, Regression
from nn.training.metrics.metric import array, checked, require_classes, weights_of

__all__ = [
    "accuracy_score",
    "confusion_matrix",
    "f1_score",
    "mean_absolute_error",
    "mean_squared_error",
    "precision_score",
    "r2_score",
    "recall_score",
]


def accuracy_score(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The share of samples whose class was predicted.

    Shapes: y_true and y_pred alike, (samples,) or (samples, 1).

    Raises:
        ShapeError: for unequal shapes, or several classes a sample.
        DtypeError: for scores instead of classes, or texts beside numbers.
        ArgumentError: for weights of which all are 0.

    >>> accuracy_score([0, 1, 2, 2], [0, 1, 2, 0])
    0.75
    """
    y_true, y_pred, weights = _classes("accuracy_score", y_true, y_pred, sample_weight)
    return float((weights * (y_true == y_pred)).sum() / weights.sum())


def precision_score(
    y_true: Any,
    y_pred: Any,
    *,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    """The share of true ones among the samples that were predicted to be of a class, TP / (TP + FP).

    Args:
        y_true: classes, (samples,).
        y_pred: predicted classes, of that shape.
        pos_label: the class meant by average="binary".
        average: "binary", "macro" (the mean over classes), "weighted" (that by their true samples), "micro" (all
            samples as one class), or None for an array over the classes in their order.
        sample_weight: a weight for each sample.
        zero_division: the score where nothing is to be divided: 0, 1 or NaN, which an average leaves out; "warn" is 0
            with a warning.

    Raises:
        ShapeError: for unequal shapes, or several classes a sample.
        DtypeError: for scores instead of classes, or texts beside numbers.
        ArgumentError: for more than two classes and average="binary", or weights of which all are 0.

    >>> precision_score([0, 1, 1, 0], [0, 1, 1, 1])
    0.6666666666666666
    """
    return _ratio("precision", y_true, y_pred, pos_label, average, sample_weight, zero_division)


def recall_score(
    y_true: Any,
    y_pred: Any,
    *,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    """The share of predicted ones among the samples that are of a class, TP / (TP + FN).

    Arguments and errors are those of `precision_score`.

    >>> recall_score([0, 1, 1, 0], [0, 1, 0, 1])
    0.5
    """
    return _ratio("recall", y_true, y_pred, pos_label, average, sample_weight, zero_division)


def f1_score(
    y_true: Any,
    y_pred: Any,
    *,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    zero_division: Any = "warn",
) -> Any:
    """The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).

    Arguments and errors are those of `precision_score`.

    >>> f1_score([0, 1, 2], [0, 2, 2], average="macro", zero_division=0)
    0.5555555555555555
    """
    return _ratio("f1", y_true, y_pred, pos_label, average, sample_weight, zero_division)


def confusion_matrix(
    y_true: Any, y_pred: Any, *, labels: Any = None, sample_weight: Any = None, normalize: str | None = None
) -> Any:
    """How often each class (a row) was taken for which (a column).

    Args:
        y_true: classes, (samples,).
        y_pred: predicted classes, of that shape.
        labels: the classes and their order; None means all that occur. Pairs with another class are left out.
        sample_weight: a weight for each sample.
        normalize: "true" for shares of rows, "pred" of columns, "all" of everything; None for counts.

    Raises:
        ShapeError: for unequal shapes, or several classes a sample.
        DtypeError: for scores instead of classes, or texts beside numbers.
        ArgumentError: for labels of which none occurs in y_true, or weights of which all are 0.

    >>> confusion_matrix([0, 1, 1], [0, 1, 0])
    array([[1, 0],
           [1, 1]])
    """
    operation = "confusion_matrix"
    true, pred, weights = _classes(operation, y_true, y_pred, sample_weight)
    counts = Counts()
    counts.add(operation, true, pred, weights)
    table = counts.table(operation, labels, normalize)
    if labels is not None and not set(true.tolist()) & set(labels):
        raise ArgumentError(f"{operation}: found labels={list(labels)}, none of which is in y_true.")
    return table


def mean_absolute_error(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The mean of abs(y_true - y_pred), over all elements.

    Raises:
        ShapeError: for unequal shapes, or no elements.
        ArgumentError: for NaN or an infinity, with its row.

    >>> mean_absolute_error([1.0, 2.0], [1.5, 2.0])
    0.25
    """
    return _error(MAE(name="mean_absolute_error"), y_true, y_pred, sample_weight)


def mean_squared_error(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The mean of (y_true - y_pred)**2, over all elements.

    Errors are those of `mean_absolute_error`.

    >>> mean_squared_error([1.0, 2.0], [1.5, 2.0])
    0.125
    """
    return _error(MSE(name="mean_squared_error"), y_true, y_pred, sample_weight)


def r2_score(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """The share of the variance that is explained, 1 - sum((y - x)**2) / sum((y - mean)**2); 1 is perfect.

    Several outputs count alike. Where y_true does not vary, a perfect prediction scores 1 and any other 0; a single
    sample scores NaN. Errors are those of `mean_absolute_error`.

    >>> r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    0.5
    """
    return _error(R2(name="r2_score"), y_true, y_pred, sample_weight)


def _classes(operation: str, y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Any, Any, Any]:
    """Flat arrays of classes, and the weight of each pair."""
    y_true, y_pred = checked(operation, y_true, y_pred)
    require_classes(operation, y_true, y_pred)
    if y_true.ndim == 0 or y_true.size > len(y_true):
        raise ShapeError(
            f"{operation}: found classes of shape {y_true.shape}; expected (samples,). Where each element is a sample, "
            "flatten both with ravel()."
        )
    weights = weights_of(operation, sample_weight, y_true.shape)
    if not weights.any():
        raise ArgumentError(f"{operation}: found sample_weight that sums to 0; expected samples with a weight.")
    return y_true.ravel(), y_pred.ravel(), weights.ravel()


def _ratio(
    kind: str, y_true: Any, y_pred: Any, pos_label: Any, average: str | None, sample_weight: Any, zero_division: Any
) -> Any:
    operation, counts = f"{kind}_score", Counts()
    counts.add(operation, *_classes(operation, y_true, y_pred, sample_weight))
    return counts.ratio(operation, kind, average, pos_label, zero_division)


def _error(metric: Regression, y_true: Any, y_pred: Any, sample_weight: Any) -> float:
    for name, y in (("y_true", y_true), ("y_pred", y_pred)):
        require_finite(f"{metric.name}: {name}", array(metric.name, y))
    metric.update(y_true, y_pred, sample_weight)
    return float(metric.result())
