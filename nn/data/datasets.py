"""Sets of rows under PyTorch's names (`torch.utils.data`)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn.data.arrays import require_equal_lengths, rows
from nn.options import number, several, such_as
from nn.randomness import generator

__all__ = ["Subset", "TensorDataset", "random_split"]

LENGTHS = such_as("numbers of rows, or shares that sum to 1", several(number(0)).allows)


def described(dataset: Any) -> str:
    """A data set in a line; one of the user's own by its kind."""
    return repr(dataset) if isinstance(dataset, (TensorDataset, Subset)) else type(dataset).__name__


class TensorDataset:
    """Arrays of equal length; an item is a tuple with that row of each.

    Args:
        tensors: arrays or lists, (rows, ...) each.

    Raises:
        ShapeError: for lengths that differ, or no rows.
        DtypeError: for what is no number.

    >>> data = TensorDataset([[1.0, 2.0], [3.0, 4.0]], [0, 1])
    >>> len(data), data[1]
    (2, (array([3., 4.]), np.int64(1)))
    """

    def __init__(self, *tensors: Any) -> None:
        if not tensors:
            raise ArgumentError("TensorDataset: found no arrays; expected at least one.")
        self.tensors = tuple(rows(f"TensorDataset: array {i}", tensor) for i, tensor in enumerate(tensors))
        require_equal_lengths("TensorDataset", **{f"array {i}": tensor for i, tensor in enumerate(self.tensors)})

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __repr__(self) -> str:
        return f"TensorDataset({', '.join(f'{tensor.shape} {tensor.dtype}' for tensor in self.tensors)})"


class Subset:
    """The rows of a data set at some places.

    Args:
        dataset: with `len` and rows.
        indices: the places, whole numbers from 0.

    Raises:
        ArgumentError, DtypeError, ShapeError: for indices that are no places in it.

    >>> Subset(TensorDataset([1.0, 2.0, 3.0]), [2, 0])[0]
    (np.float64(3.0),)
    """

    def __init__(self, dataset: Any, indices: Any) -> None:
        import numpy as np

        require_dataset("Subset", dataset)
        given = rows("Subset: indices", indices)
        if given.size and given.dtype.kind not in "iu":
            raise DtypeError(
                f"Subset: indices: found {given.dtype} numbers; expected whole ones. Of a mask, take "
                "numpy.flatnonzero(mask)."
            )
        if given.ndim != 1:
            raise ShapeError(f"Subset: indices: found an array of shape {given.shape}; expected one axis.")
        self.dataset, self.indices = dataset, given.astype(np.intp, copy=False)
        outside = (self.indices < 0) | (self.indices >= len(dataset))
        if outside.any():
            found = self.indices[outside][0]
            raise ArgumentError(f"Subset: found the row {found}; expected rows from 0 to {len(dataset) - 1}.")

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: Any) -> Any:
        return self.dataset[self.indices[index]]

    def __repr__(self) -> str:
        return f"Subset({len(self)} of {len(self.dataset)} rows of {described(self.dataset)})"


def random_split(dataset: Any, lengths: Sequence[float], *, rng: Any = None) -> list[Subset]:
    """Split a data set at random, without overlap.

    Args:
        dataset: with `len` and rows.
        lengths: how many rows each part has, or shares that sum to 1; rows that the shares leave over go to the first
            parts, one each.
        rng: draws the rows.

    Raises:
        ArgumentError: for lengths that do not sum to the rows there are, or to 1.

    >>> [len(part) for part in random_split(TensorDataset([1.0] * 10), [0.75, 0.25], rng=0)]
    [8, 2]
    """
    require_dataset("random_split", dataset)
    shares = list(lengths) if isinstance(lengths, Iterable) else lengths
    counts = _counts(len(dataset), LENGTHS("random_split", lengths=shares))
    order = generator(rng).permutation(len(dataset))
    ends = [sum(counts[: i + 1]) for i in range(len(counts))]
    return [Subset(dataset, order[end - count : end]) for end, count in zip(ends, counts, strict=True)]


def require_dataset(operation: str, dataset: Any) -> None:
    """Refuse what has no rows to be counted and picked."""
    if not hasattr(dataset, "__len__") or not hasattr(dataset, "__getitem__"):
        raise DtypeError(
            f"{operation}: dataset: found {type(dataset).__name__}; expected one with rows, such as "
            "TensorDataset(x, y)."
        )
    if isinstance(dataset, tuple) and dataset and all(hasattr(part, "shape") for part in dataset):
        raise DtypeError(f"{operation}: dataset: found a tuple of arrays; expected TensorDataset(x, y) of them.")


def is_dataset(x: Any) -> bool:
    """Whether something is a set of rows that are picked one by one: not an array, a table or a list of them."""
    # Python's own sequences are registered as such; a class of the user's own that derives from it may be a data set.
    is_list = isinstance(x, Sequence) and Sequence not in type(x).__mro__
    holds_all = is_list or isinstance(x, Mapping) or hasattr(x, "shape")
    return not holds_all and hasattr(x, "__len__") and hasattr(x, "__getitem__")


def _counts(n: int, lengths: list[Any]) -> list[int]:
    if math.isclose(sum(lengths), 1.0) and n != 1:
        counts = [math.floor(n * share + 1e-9) for share in lengths]
        for i in range(n - sum(counts)):
            counts[i % len(counts)] += 1
        return counts
    if sum(lengths) != n or any(x != int(x) for x in lengths):
        raise ArgumentError(
            f"random_split: found lengths={lengths!r}, which sum to {sum(lengths)}; expected {n}, the number of rows, "
            "or shares that sum to 1."
        )
    return [int(x) for x in lengths]
