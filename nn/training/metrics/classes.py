"""Metrics of classification, collected over batches of labels and of what a model gave."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn.options import FLAG, NUMBER, WHOLE, choice, optional
from nn.training.metrics.counts import AVERAGES, Counts
from nn.training.metrics.metric import Metric, array, require_classes, weights_of

__all__ = ["F1", "Accuracy", "ConfusionMatrix", "Precision", "Recall"]


class Decisions(Metric):
    """A metric of predicted classes.

    A model's output becomes classes in one of three ways:

    - scores for each class, with one axis more than the labels, (classes,) or (batch, classes, ...): the greatest wins;
    - one score a decision, floats of the labels' own shape: class 1 above the threshold, else class 0; labels are 0
      and 1, or -1 (counted as 0) and 1;
    - integers, booleans or texts of the labels' own shape are the classes themselves.

    Args:
        threshold: for one score a decision. 0 fits logits and the scores of a support-vector unit; probabilities
            need 0.5.
        one_hot: whether labels in the shape of scores of several columns hold one class a row, where the greatest is
            meant (True), or a decision in each element (False). None refuses to guess.
        ignore_index: a label, beside scores for each class, that does not count, as in cross_entropy.
        name: in place of its usual one.
    """

    def __init__(
        self,
        *,
        threshold: float = 0.0,
        one_hot: bool | None = None,
        ignore_index: int = -100,
        name: str | None = None,
    ) -> None:
        name = name or self.name
        self.threshold, self.one_hot = NUMBER(name, threshold=threshold), optional(FLAG)(name, one_hot=one_hot)
        self.ignore_index, self.name = WHOLE(name, ignore_index=ignore_index), name
        self.reset()

    def update(self, y_true: Any, output: Any, sample_weight: Any = None) -> None:
        """Take in a batch.

        Raises:
            ShapeError: for shapes that do not fit, or no elements.
            ArgumentError: for labels that are no decisions beside one score each.
        """
        y_true, y_pred, columns = self._decided(array(self.name, y_true), array(self.name, output))
        weights = weights_of(self.name, sample_weight, y_true.shape)
        if columns:
            kept = y_true != self.ignore_index
            if not kept.all():  # copies of everything would take longer than the rest
                y_true, y_pred, weights = y_true[kept], y_pred[kept], weights[kept]
        self._add(y_true.ravel(), y_pred.ravel(), weights.ravel(), columns)

    def _add(self, y_true: Any, y_pred: Any, weights: Any, columns: int) -> None:
        """Take in flat arrays of classes; `columns` is how many there are, where the output says so, else 0."""
        raise NotImplementedError

    def _decided(self, y_true: Any, output: Any) -> tuple[Any, Any, int]:
        import numpy as np

        if y_true.dtype.kind == "U" and output.dtype.kind == "f":
            raise DtypeError(f"{self.name}: found texts as labels beside scores; expected whole numbers.")
        axis = min(1, output.ndim - 1)
        columns = output.shape[axis] if output.ndim else 1
        if output.ndim and columns > 1 and y_true.shape == output.shape[:axis] + output.shape[axis + 1 :]:
            y_pred = output.argmax(axis)
            require_classes(self.name, y_true, y_pred)
            return y_true, y_pred, columns
        if y_true.shape != output.shape:
            raise ShapeError(
                f"{self.name}: found labels of shape {y_true.shape} for an output of shape {output.shape}; expected "
                "the shape of the output, or that without its axis of classes."
            )
        if output.dtype.kind != "f":
            require_classes(self.name, y_true, output)
            return y_true, output, 0
        if output.ndim > 1 and columns > 1 and self.one_hot is not False:
            if self.one_hot is None:
                raise ArgumentError(
                    f"{self.name}: found labels in the shape of the output, {output.shape}; expected a class for each "
                    f"row. For one-hot labels take {type(self).__name__}(one_hot=True), for a decision in each element "
                    "one_hot=False, for a regression 'mae' or 'r2'."
                )
            return y_true.argmax(axis), output.argmax(axis), columns
        if not ((y_true == 0) | (abs(y_true) == 1)).all():
            raise ArgumentError(f"{self.name}: found the labels {_few(y_true)}; expected 0 and 1, or -1 and 1.")
        return (y_true > 0).astype(np.intp), (output > self.threshold).astype(np.intp), 0


def _few(y: Any) -> str:
    """Some classes, as a message shows them."""
    import numpy as np

    found = np.unique(y).tolist()
    return ", ".join(map(str, found[:5])) + (", ..." if len(found) > 5 else "")


class Accuracy(Decisions):
    """The share of samples whose class was predicted; see Decisions for how an output becomes classes.

    >>> accuracy = Accuracy()
    >>> accuracy.update([2, 0], [[0.1, 0.2, 3.0], [0.0, 5.0, 1.0]])
    >>> accuracy.update([1, 1], [[0.0, 4.0, 1.0], [0.0, 2.0, 1.0]])
    >>> accuracy.result()
    0.75
    """

    name = "accuracy"
    _hits: float
    _total: float

    def _add(self, y_true: Any, y_pred: Any, weights: Any, columns: int) -> None:
        self._hits += float(weights[y_true == y_pred].sum())
        self._total += float(weights.sum())

    def result(self) -> float:
        self._require_samples(self._total)
        return self._hits / self._total

    def reset(self) -> None:
        self._hits = self._total = 0.0


class Counted(Decisions):
    """A metric that follows from how often each class was taken for which."""

    _counts: Counts
    _columns: int

    def _add(self, y_true: Any, y_pred: Any, weights: Any, columns: int) -> None:
        self._counts.add(self.name, y_true, y_pred, weights)
        self._columns = max(self._columns, columns)

    def reset(self) -> None:
        self._counts, self._columns = Counts(), 0


class Ratio(Counted):
    """Precision, recall or F1: of one class, or averaged over classes.

    Args:
        average: "binary" for that of the class `pos_label` of two; "macro" for the mean over classes, "weighted" for
            that by their true samples, "micro" for all samples as one class; None for an array over the classes met.
            "auto" is "binary" for two classes, else "macro".
        pos_label: the positive class.
        zero_division: the score where nothing is to be divided: 0, 1 or NaN, which an average leaves out; "warn" is 0
            with a warning.
        decisions: threshold, one_hot, ignore_index and name; see Decisions.
    """

    def __init__(
        self, average: str | None = "auto", *, pos_label: Any = 1, zero_division: Any = 0.0, **decisions: Any
    ) -> None:
        self.average = optional(choice("auto", *AVERAGES))(self.name, average=average)
        self.pos_label, self.zero_division = pos_label, zero_division
        super().__init__(**decisions)

    def result(self) -> Any:
        self._require_samples(self._counts.met)
        average = self.average
        if average == "auto":
            average = "binary" if max(self._columns, self._counts.met) <= 2 else "macro"
        kind = type(self).name
        return self._counts.ratio(self.name, kind, average, self.pos_label, self.zero_division)


class Precision(Ratio):
    """The share of true ones among the samples that were predicted to be of a class; see Ratio for its arguments.

    >>> precision = Precision()
    >>> precision.update([1, 1, 0, 0], [2.0, -1.0, 3.0, -4.0])
    >>> precision.result()
    0.5
    """

    name = "precision"


class Recall(Ratio):
    """The share of predicted ones among the samples that are of a class; see Ratio for its arguments.

    >>> recall = Recall("macro")
    >>> recall.update([0, 0, 0, 1], [0, 0, 1, 1])
    >>> recall.result()
    0.8333333333333333
    """

    name = "recall"


class F1(Ratio):
    """The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); see Ratio for its arguments.

    >>> f1 = F1(average=None)
    >>> f1.update([0, 0, 2], [0, 2, 2])
    >>> f1.result()
    array([0.66666667, 0.66666667])
    """

    name = "f1"


class ConfusionMatrix(Counted):
    """How often each class (a row) was taken for which (a column).

    Args:
        labels: the classes and their order; None means all that were met, and those that a model has scores for.
        normalize: "true" for shares of rows, "pred" of columns, "all" of everything; None for counts.
        decisions: threshold, one_hot, ignore_index and name; see Decisions.

    >>> matrix = ConfusionMatrix()
    >>> matrix.update([0, 1, 1], [[2.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    >>> matrix.result()
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 0]])
    """

    name = "confusion_matrix"

    def __init__(self, labels: Any = None, *, normalize: str | None = None, **decisions: Any) -> None:
        self.labels, self.normalize = labels, normalize
        super().__init__(**decisions)

    def result(self) -> Any:
        import numpy as np

        self._require_samples(self._counts.met)
        labels = self.labels
        if labels is None:
            labels = np.union1d(self._counts.classes, np.arange(self._columns)) if self._columns else None
        return self._counts.table(self.name, labels, self.normalize)
