"""Class indices as targets: checked, in the form of the logits, and what they pick."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, NamedTuple

import autograd
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn.arguments import as_array
from nn.functional.operands import Numbers, fitted, flattened, in_range, place, rows

__all__ = ["Labels", "class_weights", "classes_last", "labels_of", "picked", "weights_at"]


class Labels(NamedTuple):
    """The class of each row, and which rows count."""

    places: Any  # Numbers of ints, an array of them, or a Value of such; 0 where a row does not count
    kept: Any  # Numbers of booleans, or an array (perhaps a Value) of them; None where all rows count


def _is_argument(target: Any) -> bool:
    """Whether a target is an integer argument of a function that is recorded for replay: each call checks it."""
    return isinstance(target, Value) and target.dtype.kind in "iu"


def classes_last(operation: str, x: Any) -> Any:
    """An operand of shape (classes,) or (batch, classes, ...), with the axis of classes moved to the end."""
    if len(x.shape) == 0:
        raise ShapeError(f"{operation}: found an input of shape (); expected (classes,) or (batch, classes, ...).")
    if len(x.shape) < 3:
        return x
    if not isinstance(x, Numbers):
        return autograd.moveaxis(x, 1, -1)
    batch, classes, *others = x.shape
    rest = len(x.items) // (batch * classes)
    places = [(i * classes + k) * rest + j for i in range(batch) for j in range(rest) for k in range(classes)]
    return Numbers([x.items[place] for place in places], (batch, *others, classes))


def labels_of(operation: str, target: Any, x: Any, ignore_index: int | None = None) -> Labels:
    """The labels of x, whose classes lie along its last axis; of one shape with the rest of x."""
    if _is_argument(target):
        return _of_argument(operation, target, x.shape, ignore_index)
    listed = not hasattr(target, "dtype") or target.dtype.kind == "O" or isinstance(target, Value)
    if isinstance(x, Numbers) or listed:
        labels = flattened(operation, target.tolist() if hasattr(target, "tolist") else target)
        for k in labels.items:
            _check_type(operation, k)
        if isinstance(x, Numbers):
            return _of_numbers(operation, labels, x.shape, ignore_index)
        import numpy as np

        try:
            target = np.array(labels.items, int).reshape(labels.shape)
        except OverflowError:  # no class has such a number
            return _of_numbers(operation, labels, x.shape, ignore_index)
    return _of_array(operation, as_array(operation, target), x.shape, ignore_index)


def _of_numbers(operation: str, labels: Numbers, shape: tuple[int, ...], ignore_index: int | None) -> Labels:
    _check_shape(operation, labels.shape, shape)
    kept = [k != ignore_index for k in labels.items]
    for position, k in enumerate(labels.items):
        if kept[position] and not 0 <= k < shape[-1]:
            raise _out_of_range(operation, k, position, labels.shape, shape[-1])
    if all(kept):
        return Labels(labels, None)
    if not any(kept):
        raise _all_ignored(operation, ignore_index)
    places = [k if keep else 0 for k, keep in zip(labels.items, kept, strict=True)]
    return Labels(Numbers(places, labels.shape), Numbers(kept, labels.shape))


def _of_array(operation: str, labels: Any, shape: tuple[int, ...], ignore_index: int | None) -> Labels:
    import numpy as np

    if labels.dtype.kind not in "iu":
        _check_type(operation, labels.ravel()[0].item() if labels.size else 0.0)
    _check_shape(operation, labels.shape, shape)
    if labels.min() >= 0 and labels.max() < shape[-1] and (ignore_index is None or ignore_index < 0):
        return Labels(labels, None)
    kept = np.ones(labels.shape, bool) if ignore_index is None else labels != ignore_index
    wrong = kept & ((labels < 0) | (labels >= shape[-1]))
    if wrong.any():
        position = int(wrong.argmax())
        raise _out_of_range(operation, labels.ravel()[position], position, labels.shape, shape[-1])
    if not kept.any():
        raise _all_ignored(operation, ignore_index)
    return Labels(np.where(kept, labels, 0), None if kept.all() else kept)


def _of_argument(operation: str, labels: Value, shape: tuple[int, ...], ignore_index: int | None) -> Labels:
    """Labels that another call of a replay has others of: what is decided here is checked by each call."""
    _check_shape(operation, labels.shape, shape)
    classes = shape[-1]
    if not (ignore_index is not None and 0 <= ignore_index < classes) and in_range(labels, classes):
        return Labels(labels, None)
    kept = None
    if ignore_index is not None and autograd.any(ignored := autograd.equal(labels, ignore_index)):
        kept = autograd.logical_not(ignored)
        if not autograd.any(kept):
            raise _all_ignored(operation, ignore_index)
        labels = autograd.where(kept, labels, 0)
    if not in_range(labels, classes):
        _of_array(operation, labels.data, shape, None)  # raises
    return Labels(labels, kept)


def _check_type(operation: str, k: Any) -> None:
    if type(k) is not int and (isinstance(k, bool) or not isinstance(k, Integral)):
        advice = "Convert an array with y.astype(int)."
        if isinstance(k, str):
            advice = "Number texts: classes, y = numpy.unique(y, return_inverse=True)."
        elif isinstance(k, Real) and k % 1:  # a score
            advice = f"If input and target are swapped: {operation}(output, y)."
        raise DtypeError(
            f"{operation}: found the label {k!r} of type {type(k).__name__}; expected class indices, which are "
            f"plain whole numbers. {advice}"
        )


def _check_shape(operation: str, found: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if found != shape[:-1]:
        given = shape if len(shape) < 3 else (shape[0], shape[-1], *shape[1:-1])
        hint = ""
        if found == given:
            hint = " Probabilities of the classes are floats: y.astype(float)."
        elif found == given[:-1]:
            hint = " The classes stand at axis 1, as in PyTorch: autograd.moveaxis(x, -1, 1) brings them there."
        raise ShapeError(
            f"{operation}: found labels of shape {found} for an input of shape {given}; expected {shape[:-1]}, "
            f"one class index for each row.{hint}"
        )


def _out_of_range(operation: str, k: int, position: int, shape: tuple[int, ...], classes: int) -> ArgumentError:
    where = f"in row {position}" if len(shape) < 2 else f"at {place(position, shape)}"
    expected = f"one of 0 to {classes - 1}, as there are scores of {classes} classes."
    if classes == 1:
        expected = "0, as there are scores of 1 class. Two classes by one score: binary_cross_entropy_with_logits."
    return ArgumentError(f"{operation}: found the label {k} {where}; expected {expected}")


def _all_ignored(operation: str, ignore_index: Any) -> ArgumentError:
    return ArgumentError(
        f"{operation}: found nothing but labels that are ignored (ignore_index={ignore_index}); expected at least one "
        "that counts."
    )


# ---- what labels pick ------------------------------------------------------------------------------------------------


def picked(x: Any, labels: Any) -> Any:
    """The element of each row at its label."""
    if isinstance(x, Numbers):
        return Numbers([row[k] for row, k in zip(rows(x), labels.items, strict=True)], labels.shape)
    import numpy as np

    lines = _indexable(autograd.reshape(x, (-1, x.shape[-1])), labels)
    return autograd.reshape(lines[np.arange(len(lines)), labels.reshape(-1)], x.shape[:-1])


def class_weights(operation: str, weight: Any, x: Any) -> Any:
    """A weight for each class, in the form of x."""
    return fitted(operation, "weight", weight, x, x.shape[-1:])


def weights_at(w: Any, labels: Any) -> Any:
    """The weight of each label's class."""
    if isinstance(w, Numbers):
        return Numbers([w.items[k] for k in labels.items], labels.shape)
    return _indexable(w, labels)[labels]


def _indexable(x: Any, labels: Any) -> Any:
    """What a plain array does not take, an index that is an argument of a replay, a Value does."""
    return Value(x, requires_grad=False) if isinstance(labels, Value) and not isinstance(x, Value) else x
