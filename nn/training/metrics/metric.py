"""What every metric is, and how it takes what a model gave and what it should have given."""

from __future__ import annotations

from typing import Any

from autograd.errors import DtypeError, GraphError, ShapeError
from nn.arguments import as_array, unequal

__all__ = ["Metric", "array", "checked", "require_classes", "weights_of"]


class Metric:
    """A number (or a table of them) that is collected over batches.

    `update` takes a batch, `result` gives the value over all batches since the last `reset`, and `name` is what a
    history calls it. A metric of your own defines these three.
    """

    name: str = "metric"

    def update(self, y_true: Any, output: Any, sample_weight: Any = None) -> None:
        """Take in a batch: what the model should have given, what it gave, and a weight for each sample."""
        raise NotImplementedError

    def result(self) -> Any:
        """The value over all that was taken in; an array is a fresh one."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget all that was taken in."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    def _require_samples(self, found: Any) -> None:
        if not found:
            raise GraphError(
                f"{self.name}: found no samples; call update(y_true, output) before result(); weights of 0 count none."
            )


def array(operation: str, x: Any) -> Any:
    """Plain data, Values, or lists of these as an array; one without elements is refused."""
    try:
        x = as_array(operation, x)
    except ValueError as error:
        raise ShapeError(f"{operation}: found lists of different lengths; expected a rectangle of numbers.") from error
    if x.size == 0:
        raise ShapeError(f"{operation}: found data of shape {x.shape}, without elements; expected at least one.")
    if x.dtype.kind not in "fiubU":
        raise DtypeError(f"{operation}: found data of dtype {x.dtype}; expected numbers or class labels.")
    return x


def checked(operation: str, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Two arrays of exactly the same shape."""
    y_true, y_pred = array(operation, y_true), array(operation, y_pred)
    if y_true.shape != y_pred.shape:
        advice = " Of scores for each class take y_pred.argmax(axis=1)."
        raise unequal(operation, advice, y_true=y_true.shape, y_pred=y_pred.shape)
    return y_true, y_pred


def require_classes(operation: str, *ys: Any) -> None:
    """Check that labels are classes, no scores, NaN or infinities, and that all of them are numbers, or all texts."""
    import numpy as np

    for y in ys:
        if y.dtype.kind == "f" and not (whole := np.isfinite(y) & (y == y.round())).all():
            raise DtypeError(f"{operation}: found {float(y[~whole][0])!r} as a class; expected whole numbers.")
    if len({y.dtype.kind == "U" for y in ys}) > 1:
        raise DtypeError(f"{operation}: found texts and numbers as classes; expected all of one kind.")


def weights_of(operation: str, sample_weight: Any, shape: tuple[int, ...]) -> Any:
    """The weight of each element: 1, or that of its sample, which is its place along the first axis."""
    import numpy as np

    if sample_weight is None:
        return np.ones(shape)
    w = array(operation, sample_weight)
    if w.dtype.kind == "U" or not (np.isfinite(w) & (w >= 0)).all():
        raise DtypeError(
            f"{operation}: found sample_weight of texts, NaN, infinities or below 0; expected finite numbers from 0."
        )
    if w.shape != shape[: w.ndim]:
        raise ShapeError(
            f"{operation}: found sample_weight of shape {w.shape} for data of shape {shape}; expected "
            f"{shape[:1]}, a weight for each sample."
        )
    return np.broadcast_to(w.astype(float).reshape(w.shape + (1,) * (len(shape) - w.ndim)), shape)
