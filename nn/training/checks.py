"""What is wrong with data, found before the first update, with its row and column."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError
from nn.data.arrays import place_of
from nn.modules import Module
from nn.options import number, such_as
from nn.training.criterion import Criterion
from nn.training.forms import Form, require_rows

__all__ = ["require_class_weights", "require_finite", "require_same_features", "require_trainable", "trial"]

CLASS_WEIGHT = such_as(
    "a dict from classes to weights of at least 0, such as {0: 1.0, 1: 5.0}",
    lambda x: isinstance(x, dict) and all(map(number(0).allows, x.values())),
)
CHUNK = 4096  # rows of which a loss computes all at once, when it looks at the targets


def require_finite(what: str, array: Any, table: Any = None) -> None:
    """Refuse NaN and infinity, with the first place where there is one, and its name in the table it was taken from.

    Raises:
        ArgumentError: for such an element.
    """
    import numpy as np

    if array is None or array.dtype.kind != "f":
        return
    bad = ~np.isfinite(array)
    if bad.any():
        row, *column = (int(i) for i in np.argwhere(bad)[0])
        more = f" ({int(bad.sum())} such elements in all)" if bad.sum() > 1 else ""
        raise ArgumentError(
            f"{what}: found {float(array[row, *column])!r} in {place_of(row, column, table)}{more}; expected finite "
            "numbers. Drop these rows or fill them in."
        )


def require_trainable(model: Module, optimizer: Any) -> None:
    """Refuse a fit that would change nothing, as all that the optimizer moves is frozen.

    Raises:
        ArgumentError: for such an optimizer.
    """
    held = getattr(optimizer, "parameters", None)
    parameters = list(held.values()) if isinstance(held, dict) else model.parameters()
    if not any(parameter.requires_grad for parameter in parameters):
        raise ArgumentError(
            f"fit: found {len(parameters)} parameters in the optimizer, all of them frozen; expected one at least with "
            "requires_grad=True. Call requires_grad_(True) on what is to learn."
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

    CLASS_WEIGHT("fit", class_weight=class_weight)
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
        DtypeError: for a tuple of outputs that the loss does not take.
    """
    x, y = data[:2]
    n = min(2, len(x))
    try:
        output = form.evaluated(x[:n])
    except GlassgradError as error:
        error.within(f"{operation}: x: found rows of shape {x.shape[1:]}, which the model does not take")
        raise
    require_rows(output, n, form.model)
    if isinstance(output, tuple):
        if criterion.is_ours:
            raise DtypeError(
                f"{operation}: {type(form.model).__name__}: found a tuple of {len(output)} outputs; expected one array "
                f"for the loss {criterion.name!r}. A recurrent layer gives (output, state): hand on lstm(x)[0]."
            )
        return  # a loss of the user's own takes it apart
    # A loss of the user's own may compare the rows of a batch with each other: it gets one batch.
    size, end = (CHUNK, len(x)) if criterion.is_ours else (batch_size, min(batch_size, len(x)))
    for start in range(0, end, size):
        targets = y[start : min(start + size, end)]
        try:
            criterion(form.repeated(output, len(targets)), form.taken(targets))
        except GlassgradError as error:
            error.within(f"{operation}, rows from {start} on" if start else operation)
            raise
