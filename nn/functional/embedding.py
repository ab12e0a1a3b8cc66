"""Rows of a table picked by whole numbers."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Value
from autograd.errors import ArgumentError, BoundsError, DtypeError
from nn.functional.operands import in_range
from nn.options import WHOLE, count

__all__ = ["embedding", "one_hot"]

CLASSES = count(-1)


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """The rows of `weight` at the indices `input`.

    Args:
        input: whole numbers from 0 to rows - 1, an array or lists of any shape.
        weight: (rows, width); the result has the shape of the input, and one more axis of that width.
        padding_idx: a row that gets no gradient.

    Raises:
        DtypeError: for indices that are no whole numbers.
        BoundsError: for an index outside the table.

    >>> embedding([2, 0], [[0.0, 0.5], [1.0, 1.5], [2.0, 2.5]])
    array([[2. , 2.5],
           [0. , 0.5]])
    """
    rows = len(weight) if isinstance(weight, (list, tuple)) else weight.shape[0]
    indices = _indices("embedding", input, rows)
    picked = autograd.getitem(weight, indices)
    if padding_idx is None:
        return picked
    is_padding = autograd.expand_dims(autograd.equal(indices, checked_padding("embedding", padding_idx, rows)), -1)
    return autograd.where(is_padding, autograd.stop_gradient(picked), picked)


def one_hot(input: Any, num_classes: int = -1) -> Any:
    """Whole numbers as rows of zeros with a 1 at their place, an array of integers as PyTorch's.

    Args:
        input: whole numbers from 0 to num_classes - 1, an array or lists of any shape.
        num_classes: by default one more than the greatest of them.

    >>> one_hot([0, 2])
    array([[1, 0, 0],
           [0, 0, 1]])
    """
    import numpy as np

    num_classes = CLASSES("one_hot", num_classes=num_classes)
    indices = np.asarray(_indices("one_hot", input, None))
    if num_classes == -1:
        if indices.size == 0:
            raise ArgumentError("found no indices; expected some, or num_classes=.").named("one_hot")
        num_classes = int(indices.max()) + 1
    _check_range("one_hot", indices, num_classes)
    return np.equal(indices[..., None], np.arange(num_classes)).astype(np.int64)


def checked_padding(operation: str, padding_idx: Any, rows: int) -> int:
    """The row that a padding index means, counted from the end where it is negative."""
    index: int = WHOLE(operation, padding_idx=padding_idx)
    if not -rows <= index < rows:
        raise ArgumentError(f"found padding_idx={index}; expected a row from {-rows} to {rows - 1}.").named(operation)
    return index % rows


def _indices(operation: str, given: Any, rows: int | None) -> Any:
    import numpy as np

    if isinstance(given, Value):
        if given.dtype.kind in "iu":  # an argument of a function that is replayed: its data is each call's own
            if rows is not None and not in_range(given, rows):
                _check_range(operation, given.data, rows)  # raises
            return given
        raise DtypeError("found a Value as indices; expected plain whole numbers, an int array say.").named(operation)
    indices = np.asarray(given, dtype=None if np.size(given) else int)
    if indices.dtype.kind not in "iu":
        raise DtypeError(
            f"found indices of dtype {indices.dtype}; expected whole numbers. Convert them with astype(int)."
        ).named(operation)
    _check_range(operation, indices, rows)
    return indices


def _check_range(operation: str, indices: Any, rows: int | None) -> None:
    """Refuse what is negative, too: NumPy would count from the end, PyTorch does not."""
    if indices.size and (indices.min() < 0 or (rows is not None and indices.max() >= rows)):
        wrong = indices[(indices < 0) | (indices >= (rows or indices.max() + 1))][0]
        to = "" if rows is None else f" to {rows - 1}"
        raise BoundsError(f"found the index {wrong}; expected whole numbers from 0{to}.").named(operation)
