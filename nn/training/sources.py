"""Source: rows, targets and weights, however they were handed over, as batches that were checked."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Self

from autograd.errors import ArgumentError
from nn.data import DataLoader, TensorDataset
from nn.data.arrays import require_equal_lengths, rows
from nn.data.datasets import is_dataset
from nn.data.loader import whole
from nn.modules import Module
from nn.training.checks import require_class_weights, require_finite, require_weights, warn_of_order

__all__ = ["Batches", "Source"]


class Batches:
    """The batches of an epoch, each of them rows, targets, and weights where there are any.

    Args:
        loader: gives them as the user does.
        check: makes arrays of the parts of a batch, which are well.

    Attributes:
        rows: how many an epoch has.
        batch_size: how many a batch has.
        smallest: how many the smallest batch has.
    """

    def __init__(self, loader: DataLoader, check: Callable[[Any], tuple[Any, ...]]) -> None:
        self._loader, self._check = loader, check
        self.rows, self.batch_size = loader.rows, loader.batch_size
        self.smallest = self.batch_size if loader.drop_last else self.rows % self.batch_size or self.batch_size

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for batch in self._loader:
            yield self._check(batch if isinstance(batch, (tuple, list)) else (batch,))


class Source:
    """What was handed over, to be taken in batches.

    Arrays, also those that a data set holds, are checked here, all at once; what a data set or a loader of the user's
    own gives is checked batch by batch.

    Args:
        dataset: has all rows.
        loader: says how they become batches; None leaves that to `batches`.
        check: looks at the parts of a batch; `tuple` where the data set holds arrays that were checked.

    Attributes:
        arrays: rows, targets, weights where there are any; None for a data set or a loader of the user's own.
    """

    def __init__(
        self,
        operation: str,
        dataset: Any,
        loader: DataLoader | None = None,
        check: Callable[[Any], tuple[Any, ...]] = tuple,
    ) -> None:
        self.operation, self._dataset, self._loader, self._check = operation, dataset, loader, check
        self.arrays: tuple[Any, ...] | None = dataset.tensors if check is tuple else None

    @classmethod
    def of(cls, operation: str, model: Module, x: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """What `fit` and `evaluate` are given.

        Raises:
            ArgumentError, ShapeError, DtypeError: for what does not fit.
        """
        check = partial(_with_targets, model)
        if isinstance(x, DataLoader) or is_dataset(x):
            if y is not None or sample_weight is not None:
                raise ArgumentError(
                    f"{operation}: found y or sample_weight beside a data set; expected them in it: "
                    "TensorDataset(x, y, sample_weight)."
                )
            return cls._of_set(operation, x, check)
        if y is None:
            raise ArgumentError(f"{operation}: y: found none; expected a target for each row.")
        return cls(operation, TensorDataset(*check(operation, (x, y, sample_weight))))

    @classmethod
    def for_validation(cls, operation: str, model: Module, data: Any) -> Self:
        """Validation data: a tuple, a data set, or a loader."""
        if isinstance(data, (tuple, list)) and len(data) in (2, 3):
            return cls.of(operation, model, *data)
        if not isinstance(data, DataLoader) and not is_dataset(data):
            raise ArgumentError(
                f"{operation}: found {type(data).__name__}; expected (x, y), (x, y, sample_weight), or a data set."
            )
        return cls.of(operation, model, data)

    @classmethod
    def without_targets(cls, operation: str, model: Module, x: Any) -> Self:
        """Rows without targets: in order, and all of them."""
        check = partial(_without_targets, model)
        if type(x) is DataLoader:
            x = DataLoader(x.dataset, x.batch_size)
        elif isinstance(x, DataLoader) and (x.shuffle or x.drop_last):
            raise ArgumentError(
                f"{operation}: found {x!r}; expected a loader that gives all rows in their order: shuffle=False, "
                "drop_last=False."
            )
        if isinstance(x, DataLoader) or is_dataset(x):
            return cls._of_set(operation, x, check)
        return cls(operation, TensorDataset(*check(operation, (x,))))

    @classmethod
    def _of_set(cls, operation: str, given: Any, check: Callable[[str, Any], tuple[Any, ...]]) -> Self:
        loader = given if isinstance(given, DataLoader) else None
        dataset = given if loader is None else loader.dataset
        arrays = whole(dataset) if loader is None or type(loader) is DataLoader else None
        if arrays is None:
            return cls(operation, dataset, loader, partial(check, f"{operation}: a batch"))
        return cls(operation, TensorDataset(*check(operation, arrays)), loader)

    def weighted(self, model: Module, class_weight: Any) -> Source:
        """The same with rows that count as their class does, besides weights of their own; None changes nothing.

        Raises:
            ArgumentError: for anything but weights of classes that there are, or a data set of the user's own.
        """
        if class_weight is None:
            return self
        if self.arrays is None:
            raise ArgumentError(
                f"{self.operation}: class_weight: found it beside a data set or a loader of your own; expected weights "
                "as the third part of its items."
            )
        x, y, *own = self.arrays
        weights = require_class_weights(self.operation, class_weight, y).astype(_dtype(model))
        if own:
            weights *= own[0]
        return Source(self.operation, TensorDataset(x, y, weights), self._loader)

    def split(self, share: float) -> tuple[Source, Source]:
        """The first rows, and the last ones, a share of all.

        Raises:
            ArgumentError: where either would be empty, or the data is no array.
        """
        if self.arrays is None or self._loader is not None:
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
        warn_of_order(self.operation, self.arrays[1], end)
        return (
            Source(self.operation, TensorDataset(*(array[:end] for array in self.arrays))),
            Source(f"{self.operation}: validation_split", TensorDataset(*(array[end:] for array in self.arrays))),
        )

    def batches(self, batch_size: int, *, shuffle: bool = False, rng: Any = None) -> Batches:
        """The batches: those of a loader that was given, or of this size."""
        loader = self._loader
        if loader is None:
            loader = DataLoader(self._dataset, batch_size, shuffle, rng=rng)
        elif self.arrays is not None:  # arrays that were checked take the place of the given ones
            loader = copy.copy(loader)
            loader.dataset = self._dataset
        return Batches(loader, self._check)


def _with_targets(model: Module, operation: str, parts: Sequence[Any]) -> tuple[Any, ...]:
    if len(parts) not in (2, 3):
        raise ArgumentError(
            f"{operation}: found a data set of {len(parts)} parts; expected rows and targets, and weights or none."
        )
    return _checked(model, operation, parts)


def _without_targets(model: Module, operation: str, parts: Sequence[Any]) -> tuple[Any, ...]:
    return _checked(model, operation, parts[:1])


def _checked(model: Module, operation: str, parts: Sequence[Any]) -> tuple[Any, ...]:
    """Rows, targets and weights as arrays of finite numbers; rows and weights in the dtype of the model."""
    given = dict(zip(("x", "y", "sample_weight"), parts, strict=False))
    arrays = {name: rows(f"{operation}: {name}", part) for name, part in given.items() if part is not None}
    require_equal_lengths(operation, **arrays)
    dtype = _dtype(model)
    for name, array in arrays.items():
        require_finite(f"{operation}: {name}", array, given[name], dtype)
    if "sample_weight" in arrays:
        arrays["sample_weight"] = require_weights(operation, arrays["sample_weight"]).astype(dtype, copy=False)
    if dtype is not None and arrays["x"].dtype.kind in "fb":  # once, not at each step
        arrays["x"] = arrays["x"].astype(dtype, copy=False)
    return tuple(arrays.values())


def _dtype(model: Module) -> Any:
    """That of all parameters, None where they have several."""
    dtypes = {parameter.dtype for parameter in model.parameters()}
    return dtypes.pop() if len(dtypes) == 1 else None
