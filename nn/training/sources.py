"""Source: rows, targets and weights, however they were handed over."""

from __future__ import annotations

import math
from typing import Any, Self

from autograd.errors import ArgumentError
from nn.data import DataLoader, TensorDataset
from nn.data.arrays import require_equal_lengths, rows
from nn.data.loader import whole
from nn.modules import Module
from nn.training.checks import require_class_weights, require_finite
from nn.training.steps import Batch

__all__ = ["Source"]


class Source:
    """Data that was checked: arrays, or a loader whose batches are checked as they come.

    Attributes:
        arrays: rows, targets, weights where there are any; None where a data set of the user's own holds the rows.
    """

    def __init__(self, operation: str, arrays: tuple[Any, ...] | None, given: DataLoader | None = None) -> None:
        self.operation, self.arrays, self._given = operation, arrays, given

    @classmethod
    def of(
        cls, operation: str, model: Module, x: Any, y: Any, sample_weight: Any = None, class_weight: Any = None
    ) -> Self:
        """What `fit` and `evaluate` are given.

        Raises:
            ArgumentError, ShapeError, DtypeError: for what does not fit.
        """
        if isinstance(x, TensorDataset):
            x = DataLoader(x, len(x))
            given = None
        else:
            given = x if isinstance(x, DataLoader) else None
        if isinstance(x, DataLoader):
            if y is not None or sample_weight is not None:
                raise ArgumentError(
                    f"{operation}: found y or sample_weight beside a data set; expected them in it: "
                    "TensorDataset(x, y, sample_weight)."
                )
            arrays = whole(x.dataset)
            if arrays is None:
                return cls._stream(operation, x, class_weight)
            if len(arrays) not in (2, 3):
                raise ArgumentError(
                    f"{operation}: found {len(arrays)} arrays in the data set; expected rows and targets."
                )
            x, y, sample_weight = arrays if len(arrays) == 3 else (*arrays, None)
        if y is None:
            raise ArgumentError(f"{operation}: y: found none; expected a target for each row.")
        given_x, given_y = x, y
        x, y = rows(f"{operation}: x", x), rows(f"{operation}: y", y)
        weights = None if sample_weight is None else rows(f"{operation}: sample_weight", sample_weight)
        require_equal_lengths(operation, x=x, y=y, sample_weight=weights)
        weights = _weights(operation, weights, class_weight, y)
        require_finite(f"{operation}: x", x, given_x)
        require_finite(f"{operation}: y", y, given_y)
        x = _in_dtype(model, x)
        weights = None if weights is None else _in_dtype(model, weights.astype(float))
        if given is not None:
            given = _like(given, (x, y, weights))
        return cls(operation, (x, y) if weights is None else (x, y, weights), given)

    @classmethod
    def given(cls, operation: str, model: Module, data: Any) -> Self:
        """Validation data: a tuple, or a data set."""
        if isinstance(data, (tuple, list)) and len(data) in (2, 3):
            return cls.of(operation, model, *data)
        if not isinstance(data, (DataLoader, TensorDataset)):
            raise ArgumentError(
                f"{operation}: found {type(data).__name__}; expected (x, y), (x, y, sample_weight), or a data set."
            )
        return cls.of(operation, model, data, None)

    @classmethod
    def rows(cls, operation: str, model: Module, x: Any) -> Self:
        """Rows without targets."""
        if isinstance(x, (DataLoader, TensorDataset)):
            dataset = x.dataset if isinstance(x, DataLoader) else x
            arrays = whole(dataset)
            if arrays is None:
                return cls(operation, None, x if isinstance(x, DataLoader) else None)
            x = arrays[0]
        given, x = x, rows(f"{operation}: x", x)
        require_equal_lengths(operation, x=x)
        require_finite(f"{operation}: x", x, given)
        return cls(operation, (_in_dtype(model, x),))

    @classmethod
    def _stream(cls, operation: str, loader: DataLoader, class_weight: Any) -> Self:
        if class_weight is not None:
            raise ArgumentError(
                f"{operation}: class_weight: found it beside a data set of {type(loader.dataset).__name__}; expected "
                "weights as the third part of its items."
            )
        return cls(operation, None, loader)

    def split(self, share: float) -> tuple[Source, Source]:
        """The first rows, and the last ones, a share of all.

        Raises:
            ArgumentError: where either would be empty, or the data is no array.
        """
        if self.arrays is None or self._given is not None:
            raise ArgumentError(
                f"{self.operation}: validation_split: found a data set; expected arrays. Split it with random_split, "
                "and pass validation_data."
            )
        n = len(self.arrays[0])
        end = math.floor(n * (1.0 - share) + 1e-9)
        if not 0 < end < n:
            raise ArgumentError(
                f"{self.operation}: validation_split: found {share!r} for {n} rows, which leaves a part without rows; "
                "expected a share that leaves some on both sides."
            )
        operation = f"{self.operation}: validation data"
        return (
            Source(self.operation, tuple(array[:end] for array in self.arrays)),
            Source(operation, tuple(array[end:] for array in self.arrays)),
        )

    def loader(self, batch_size: int, *, shuffle: bool = False, rng: Any = None) -> DataLoader:
        """The batches: those of a loader that was given, or of this size."""
        if self._given is not None:
            return self._given
        assert self.arrays is not None
        return DataLoader(TensorDataset(*self.arrays), batch_size, shuffle, rng=rng)

    def check(self, batch: Batch) -> None:
        """Look at a batch of a stream; one of arrays that were looked at is well."""
        if self.arrays is None:
            for name, array in zip(("x", "y", "sample_weight"), batch, strict=True):
                require_finite(f"{self.operation}: a batch: {name}", array)


def _weights(operation: str, sample_weight: Any, class_weight: Any, y: Any) -> Any:
    """The weights of all rows, or None."""
    if sample_weight is not None:
        require_finite(f"{operation}: sample_weight", sample_weight)
        if sample_weight.ndim != 1 or (sample_weight < 0).any():
            raise ArgumentError(
                f"{operation}: sample_weight: found an array of shape {sample_weight.shape}, the least of them "
                f"{sample_weight.min():g}; expected a weight of at least 0 for each row."
            )
    if class_weight is None:
        return sample_weight
    of_class = require_class_weights(class_weight, y)
    return of_class if sample_weight is None else of_class * sample_weight


def _in_dtype(model: Module, x: Any) -> Any:
    """Floats and booleans in the dtype of the model's parameters, where they share one: once, not at each step."""
    dtypes = {parameter.dtype for parameter in model.parameters()}
    if x.dtype.kind not in "fb" or len(dtypes) != 1:
        return x
    return x.astype(dtypes.pop(), copy=False)


def _like(loader: DataLoader, arrays: tuple[Any, ...]) -> DataLoader:
    """The loader over arrays in place of those that it had; it goes on drawing from the same generator."""
    dataset = TensorDataset(*(array for array in arrays if array is not None))
    return DataLoader(dataset, loader.batch_size, loader.shuffle, drop_last=loader.drop_last, rng=loader.rng)
