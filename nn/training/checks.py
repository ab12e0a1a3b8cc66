"""What is wrong with data, found before the first update, with its row and column."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, GlassgradError, ShapeError
from nn.training.criterion import Criterion
from nn.training.forms import Form, require_rows

__all__ = ["require_class_weights", "require_finite", "require_same_features", "trial"]

CHUNK = 4096  # rows of which a loss computes all at once, when it looks at the targets


def require_finite(what: str, array: Any) -> None:
    """Refuse NaN and infinity, with the first place where there is one.

    Raises:
        ArgumentError: for such an element.
    """
    import numpy as np

    if array is None or array.dtype.kind != "f":
        return
    bad = ~np.isfinite(array)
    if bad.any():
        row, *column = (int(i) for i in np.argwhere(bad)[0])
        place = f"row {row}" + (f", column {', '.join(map(str, column))}" if column else "")
        more = f" ({int(bad.sum())} such elements in all)" if bad.sum() > 1 else ""
        raise ArgumentError(
            f"{what}: found {float(array[row, *column])!r} in {place}{more}; expected finite numbers. Drop these rows "
            "or fill them in."
        )


def require_same_features(operation: str, x: Any, other: Any) -> None:
    """Refuse validation rows that are not like the training rows."""
    if x.shape[1:] != other.shape[1:]:
        raise ShapeError(
            f"{operation}: validation data: found rows of shape {other.shape[1:]}; expected {x.shape[1:]}, as in "
            "training."
        )


def require_class_weights(class_weight: Any, y: Any) -> Any:
    """The weight of each row by its class; classes without a weight have 1.

    Raises:
        ArgumentError: for anything but a dict of weights by class, or targets that are no classes.
    """
    import numpy as np

    known = isinstance(class_weight, dict) and all(
        isinstance(w, (int, float)) and 0 <= w < float("inf") for w in class_weight.values()
    )
    if not known:
        raise ArgumentError(
            f"fit: class_weight: found {class_weight!r:.80}; expected a dict from classes to weights of at least 0, "
            "such as {0: 1.0, 1: 5.0}."
        )
    if y.ndim != 1:
        raise ArgumentError(f"fit: class_weight: found targets of shape {y.shape}; expected one class for each row.")
    weights = np.ones(len(y))
    for k, w in class_weight.items():
        weights[y == k] = w
    return weights


def trial(operation: str, form: Form, criterion: Criterion, data: tuple[Any, ...], batch_size: int) -> None:
    """Run the model on two rows and the loss on all targets, in evaluation and without a trace.

    Raises:
        ShapeError: for rows that the model does not take, or outputs and targets that do not fit.
        ArgumentError: for a target that the loss does not take, such as a label outside the classes.
    """
    x, y = data[:2]
    n = min(2, len(x))
    try:
        output = form.evaluated(x[:n])
    except GlassgradError as error:
        raise type(error)(
            f"{operation}: x: found rows of shape {x.shape[1:]}, which the model does not take: {error}"
        ) from error
    require_rows(output, n, form.model)
    if isinstance(output, tuple):
        return  # a loss of the user's own takes it apart
    # A loss of the user's own may compare the rows of a batch with each other: it gets one batch.
    size, end = (CHUNK, len(x)) if criterion.is_ours else (batch_size, min(batch_size, len(x)))
    for start in range(0, end, size):
        targets = y[start : min(start + size, end)]
        try:
            criterion(form.repeated(output, len(targets)), form.taken(targets))
        except GlassgradError as error:
            where = f" (rows counted from row {start})" if start else ""
            raise type(error)(f"{operation}: {error}{where}") from error
