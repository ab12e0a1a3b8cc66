"""Counts of pairs (true class, predicted class), and scikit-learn's scores, which follow from them."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, DtypeError
from nn.options import NUMBER, choice, optional, such_as
from nn.training.metrics.metric import require_classes
from nn.warning import warn

__all__ = ["Counts", "share"]

NORMALIZE = optional(choice("true", "pred", "all"))
AVERAGES = ("binary", "macro", "micro", "weighted")
AVERAGE = optional(choice(*AVERAGES))
ZERO_DIVISION = such_as(
    "'warn', 0, 1 or NaN", lambda x: x == "warn" if isinstance(x, str) else NUMBER.allows(x) and (x in (0, 1) or x != x)
)


class Counts:
    """A confusion matrix that grows with the classes it meets: true ones are rows, predicted ones columns."""

    def __init__(self) -> None:
        self.classes: Any = None  # sorted
        self.matrix: Any = None
        self.whole = True  # no weight but whole numbers so far

    def add(self, operation: str, y_true: Any, y_pred: Any, weights: Any) -> None:
        """Take in flat arrays of classes, and the weight of each pair."""
        import numpy as np

        known = [] if self.classes is None else [self.classes]
        require_classes(operation, *known, y_true, y_pred)
        both = np.concatenate([y_true, y_pred])
        if not known or not np.isin(both, self.classes).all():
            self._meet(both)
        size, places = len(self.classes), np.searchsorted(self.classes, both)
        pairs = places[: len(y_true)] * size + places[len(y_true) :]
        self.matrix += np.bincount(pairs, weights, size * size).reshape(size, size)
        self.whole = self.whole and bool((weights == np.round(weights)).all())

    def _meet(self, classes: Any) -> None:
        """Give further classes their rows and columns."""
        import numpy as np

        grown = np.unique(classes if self.classes is None else np.concatenate([self.classes, classes]))
        matrix = np.zeros((len(grown), len(grown)))
        if self.classes is not None:
            old = np.searchsorted(grown, self.classes)
            matrix[np.ix_(old, old)] = self.matrix
        self.classes, self.matrix = grown, matrix

    @property
    def met(self) -> int:
        """How many classes were met."""
        return 0 if self.classes is None else len(self.classes)

    def table(self, operation: str, labels: Any = None, normalize: str | None = None) -> Any:
        """The matrix over these classes in this order, all by default; pairs with another class are left out.

        It holds whole numbers where all weights were, and shares where they are asked for.
        """
        import numpy as np

        NORMALIZE(operation, normalize=normalize)
        labels = np.asarray(self.classes if labels is None else labels)
        if labels.ndim != 1 or len(labels) == 0 or len(np.unique(labels)) < len(labels):
            raise ArgumentError(f"{operation}: found labels={labels.tolist()}; expected classes, each once.")
        if (labels.dtype.kind == "U") != (self.classes.dtype.kind == "U"):
            raise DtypeError(f"{operation}: found texts and numbers as classes and labels; expected all of one kind.")
        matrix = np.zeros((len(labels), len(labels)))
        mine, known = np.nonzero(labels[:, None] == self.classes)
        matrix[np.ix_(mine, mine)] = self.matrix[np.ix_(known, known)]
        if normalize is None:
            return matrix.astype(np.int64) if self.whole else matrix
        axis = {"true": 1, "pred": 0, "all": None}[normalize]
        return share(operation, matrix, matrix.sum(axis=axis, keepdims=True), 0.0)

    def ratio(self, operation: str, kind: str, average: str | None, pos_label: Any, zero_division: Any) -> Any:
        """Precision, recall or F1: of one class, of all, or an average."""
        import numpy as np

        AVERAGE(operation, average=average)
        hits, true, pred = np.diagonal(self.matrix), self.matrix.sum(axis=1), self.matrix.sum(axis=0)
        if average == "binary":
            mine = self._index(operation, pos_label)
            hits, true, pred = hits[mine].sum(), true[mine].sum(), pred[mine].sum()
        elif average == "micro":
            hits, true, pred = hits.sum(), true.sum(), pred.sum()
        parts = {"precision": (hits, pred), "recall": (hits, true), "f1": (2.0 * hits, true + pred)}[kind]
        scores = share(operation, *parts, zero_division)
        if average in ("binary", "micro"):
            return float(scores)
        return scores if average is None else _average(scores, true if average == "weighted" else None)

    def _index(self, operation: str, pos_label: Any) -> Any:
        """Where the positive class stands among the classes; nowhere, if only the other one was met."""
        classes = self.classes.tolist()
        if len(classes) > 2:
            raise ArgumentError(
                f"{operation}: found {len(classes)} classes and average='binary'; expected two classes. Choose "
                "average='macro', 'micro' or 'weighted'."
            )
        if len(classes) == 2 and pos_label not in classes:
            raise ArgumentError(f"{operation}: found pos_label={pos_label!r}; expected one of {classes}.")
        return self.classes == pos_label


def share(operation: str, part: Any, whole: Any, zero_division: Any) -> Any:
    """Part of whole; where the whole is 0, what `zero_division` says."""
    import numpy as np

    ZERO_DIVISION(operation, zero_division=zero_division)
    empty = np.equal(whole, 0.0)
    if zero_division == "warn":
        zero_division = 0.0
        if np.any(empty):
            message = (
                f"{operation}: found a class without a true or predicted sample, whose score is set to 0; choose "
                "zero_division=0, 1 or NaN."
            )
            warn(message, RuntimeWarning)
    return np.where(empty, float(zero_division), part / np.where(empty, 1.0, whole))


def _average(scores: Any, weights: Any) -> float:
    """The mean of what is not NaN."""
    import numpy as np

    kept = ~np.isnan(scores)
    if not kept.any():
        return float("nan")
    scores, weights = scores[kept], None if weights is None else weights[kept]
    return float(np.average(scores, weights=weights if weights is not None and weights.sum() else None))
