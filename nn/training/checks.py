"""What is wrong with data, found before the first update, with its row and column."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, GlassgradError, GraphError, ShapeError
from nn.data.arrays import place_of
from nn.modules import Module
from nn.options import number, such_as
from nn.training.criterion import Criterion
from nn.training.forms import Form, form_of, require_rows
from nn.warning import warn

if TYPE_CHECKING:
    from nn.training.metrics import Metric

__all__ = [
    "held_by",
    "require_class_weights",
    "require_finite",
    "require_gradients",
    "require_same_features",
    "require_taken_alone",
    "require_trainable",
    "require_weights",
    "trial",
    "warn_of_order",
]

CLASS_WEIGHT = such_as(
    "a dict from classes to weights of at least 0, such as {0: 1.0, 1: 5.0}",
    lambda x: isinstance(x, dict) and all(map(number(0).allows, x.values())),
)
CHUNK = 4096  # rows of which a loss computes all at once, when it looks at the targets


def require_finite(what: str, array: Any, table: Any = None, dtype: Any = None) -> None:
    """Refuse NaN and infinity, with the first place where there is one, and its name in the table it was taken from.

    Args:
        dtype: what the numbers become; those that are too large for it are refused, too.

    Raises:
        ArgumentError: for such an element.
    """
    import numpy as np

    if array.dtype.kind != "f":
        return
    with np.errstate(over="ignore"):
        bad = ~np.isfinite(array if dtype is None else array.astype(dtype, copy=False))
    if bad.any():
        row, *column = (int(i) for i in np.argwhere(bad)[0])
        x = float(array[row, *column])
        more = f" ({int(bad.sum())} such elements in all)" if bad.sum() > 1 else ""
        raise ArgumentError(
            f"{what}: found {x!r} in {place_of(row, column, table)}{more}; expected finite numbers"
            f"{f' of {np.dtype(dtype)}' if np.isfinite(x) else ''}. Drop these rows or fill them in."
        )


def held_by(optimizer: Any) -> list[Any] | None:
    """The parameters that an optimizer holds; None for one that does not tell."""
    held = getattr(optimizer, "parameters", None)
    return list(held.values()) if isinstance(held, dict) else None


def require_trainable(model: Module, optimizer: Any) -> None:
    """Refuse a fit that would change nothing, as all that the optimizer moves is frozen.

    Raises:
        ArgumentError: for such an optimizer.
    """
    parameters = held_by(optimizer) or model.parameters()
    if not any(parameter.requires_grad for parameter in parameters):
        raise ArgumentError(
            f"fit: found {len(parameters)} parameters in the optimizer, all of them frozen; expected one at least with "
            "requires_grad=True. Call requires_grad_(True) on what is to learn."
        )


def require_gradients(model: Module, optimizer: Any) -> None:
    """Refuse a fit in which nothing can learn, after its first backward pass; warn where only a part of it can.

    Raises:
        GraphError: where the loss depends on none of the optimizer's parameters.
        ArgumentError: where the optimizer holds parameters that are no more the model's, in place of some that are.
    """
    import numpy as np

    held = [parameter for parameter in held_by(optimizer) or model.parameters() if parameter.requires_grad]
    idle = {id(parameter) for parameter in held if not parameter.has_grad}
    names = {id(parameter): name for name, parameter in model.named_parameters() if parameter.requires_grad}
    absent = [name for key, name in names.items() if key not in {id(parameter) for parameter in held}]
    if absent and not idle <= names.keys():
        raise ArgumentError(
            f"fit: found {len(idle - names.keys())} parameters in the optimizer that are not the model's, and not in "
            f"it {', '.join(absent)}; expected those of the model as it is now. Call compile again, with an optimizer "
            "made after the model was changed."
        )
    if len(idle) == len(held):
        raise GraphError(
            "fit: the loss depends on no parameter of the optimizer; expected a gradient for one at least. Make layers "
            "in __init__, not in forward, and look for stop_gradient and no_grad."
        )
    if lost := [name for key, name in names.items() if key in idle]:
        warn(f"fit: found no gradient of {', '.join(lost)} in the first step: the loss does not depend on it.")
    if not any(np.any(parameter.grad) for parameter in held):  # a loss of 0 has such gradients, too: no error
        warn(
            "fit: found gradients of nothing but 0 in the first step, which move no weight. Look for stop_gradient, "
            "functions that are flat, such as sign, units that are dead, and weights of 0."
        )


def require_same_features(operation: str, x: Any, other: Any) -> None:
    """Refuse validation rows that are not like the training rows."""
    if x.shape[1:] != other.shape[1:]:
        raise ShapeError(f"{operation}: found rows of shape {other.shape[1:]}; expected {x.shape[1:]}, as in training.")


def require_weights(operation: str, weights: Any) -> Any:
    """The weights of rows, as they are.

    Raises:
        ArgumentError: for anything but one of at least 0 for each row.
    """
    if weights.ndim != 1 or (weights < 0).any():
        raise ArgumentError(
            f"{operation}: sample_weight: found an array of shape {weights.shape}, the least of them "
            f"{weights.min():g}; expected a weight of at least 0 for each row."
        )
    return weights


def require_class_weights(operation: str, class_weight: Any, y: Any) -> Any:
    """The weight of each row by its class; classes without a weight have 1.

    Raises:
        ArgumentError: for anything but a dict of weights by class, a class that no row has, or targets that are none.
    """
    import numpy as np

    CLASS_WEIGHT(operation, class_weight=class_weight)
    if y.ndim != 1:
        raise ArgumentError(
            f"{operation}: class_weight: found targets of shape {y.shape}; expected one class for each row."
        )
    classes = np.unique(y).tolist()
    for k in class_weight:
        if k not in classes:
            raise ArgumentError(
                f"{operation}: class_weight: found the class {k!r}, which no row has; expected some of {classes!r:.80}."
            )
    weights = np.ones(len(y))
    for k, w in class_weight.items():
        weights[y == k] = w
    return weights


def warn_of_order(operation: str, y: Any, end: int) -> None:
    """Warn of targets from row `end` on that are few, come several times each, and only there: rows sorted by them."""
    import numpy as np

    values = np.unique(y[end:])
    if y.size == len(y) and 2 * len(values) <= len(y) - end and not np.isin(values, y[:end]).any():
        warn(
            f"{operation}: validation_split: found the targets {', '.join(map(str, values.tolist())):.60} in the last "
            f"{len(y) - end} rows, and in no other; expected like ones on both sides. Shuffle the rows first."
        )


def trial(
    operation: str,
    form: Form,
    criterion: Criterion,
    metrics: Sequence[Metric],
    data: tuple[Any, ...],
    batch_size: int,
) -> None:
    """Run the model on a few rows, the loss on all targets, and the metrics, in evaluation and without a trace.

    Raises:
        ShapeError: for rows that the model does not take, or outputs and targets that do not fit.
        ArgumentError: for a target that the loss does not take, such as a label outside the classes.
        BoundsError: for a whole number that is no place in a table of the model.
        DtypeError: for a tuple of outputs that the loss does not take.
    """
    x, y = data[:2]
    n = min(2, len(x))
    with _within(f"{operation}: x", f"found rows of shape {x.shape[1:]}, which the model does not take"):
        output = form.evaluated(x[:n])
    _try_places(operation, form, x, batch_size)
    if not isinstance(output, tuple):
        require_rows(operation, output, n, form.model)
        _try_targets(operation, form, criterion, output, y, batch_size)
    else:
        with _within(f"{operation}: {type(form.model).__name__}"):
            criterion.require_alone(output)
    with _within(operation):
        for metric in metrics:
            copy.deepcopy(metric).update(y[:n], output)


def require_taken_alone(operation: str, model: Module, x: Any) -> None:
    """Refuse a batch of one row where the model does not take it in training, as batch normalization does not.

    Raises:
        ShapeError: for such a model.
    """
    try:
        twin = copy.deepcopy(model).train()  # training moves statistics and random generators
    except TypeError:  # it holds what has no copy, such as an open file: the batch itself will tell
        return
    with _within(f"{operation}: found a batch of one row, which the model does not take; choose another batch_size"):
        form_of(twin).evaluated(x[:1])


def _try_places(operation: str, form: Form, x: Any, batch_size: int) -> None:
    """Whole numbers may be places in a table: run the rows with the least and the greatest of each column."""
    import numpy as np

    if x.dtype.kind not in "iu" or not x[0].size:
        return
    columns = x.reshape(len(x), -1)
    ends = np.unique([columns.argmin(axis=0), columns.argmax(axis=0)])
    for start in range(0, len(ends), batch_size):
        some = ends[start : start + batch_size]
        try:
            form.evaluated(x[some])
        except GlassgradError:
            for row in some:  # alone, to name it
                with _within(f"{operation}: x: row {row}"):
                    form.evaluated(x[row : row + 1])
            raise


def _try_targets(operation: str, form: Form, criterion: Criterion, output: Any, y: Any, batch_size: int) -> None:
    """Run the loss on all targets, beside an output for the first of them."""
    # A loss of the user's own may compare the rows of a batch with each other: it gets one batch.
    size, end = (CHUNK, len(y)) if criterion.is_ours else (batch_size, min(batch_size, len(y)))
    some_count = criterion.batch(None, y).divisor
    for start in range(0, end, size):
        targets = y[start : min(start + size, end)]
        if some_count and not criterion.batch(None, targets).divisor:
            continue
        with _within(f"{operation}, rows from {start} on" if start else operation):
            criterion(form.repeated(output, len(targets)), form.taken(targets))


@contextmanager
def _within(place: str, shapes: str = "") -> Iterator[None]:
    """A block whose errors say where they came up, and those of shapes what was found there."""
    try:
        yield
    except GlassgradError as error:
        error.within(f"{place}: {shapes}" if shapes and isinstance(error, ShapeError) else place)
        raise
