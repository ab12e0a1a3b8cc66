"""DataLoader: the rows of a data set in batches, in their order or shuffled anew for each epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd.errors import ArgumentError, ShapeError
from nn.data.arrays import rows
from nn.data.datasets import Subset, TensorDataset, described, require_dataset
from nn.options import COUNT
from nn.randomness import generator

__all__ = ["DataLoader"]

SIZE = COUNT._replace(expected=f"{COUNT.expected}, beside one data set, such as TensorDataset(x, y)")


class DataLoader:
    """Batches of a data set: each iteration is an epoch, and gives tuples of arrays, (batch, ...) each.

    Args:
        dataset: a TensorDataset, a Subset of one, or anything with `len` whose items are numbers, arrays, or tuples of
            these.
        batch_size: the number of rows in a batch; the last one has what is left.
        shuffle: whether each epoch has an order of its own.
        drop_last: whether a last batch with fewer rows is left out.
        rng: draws the orders: the same seed, the same orders.

    Raises:
        ArgumentError: for a batch size below 1, or one that leaves no batch.
        ShapeError: for a data set without rows; in an epoch, for items that differ in shape.
        DtypeError: in an epoch, for items that are none of these.

    >>> loader = DataLoader(TensorDataset([1.0, 2.0, 3.0], [0, 1, 0]), batch_size=2)
    >>> [batch for batch in loader]
    [(array([1., 2.]), array([0, 1])), (array([3.]), array([0]))]
    >>> len(loader)
    2
    """

    def __init__(
        self, dataset: Any, batch_size: int = 1, shuffle: bool = False, *, drop_last: bool = False, rng: Any = None
    ) -> None:
        require_dataset("DataLoader", dataset)
        self.dataset, self.shuffle, self.drop_last = dataset, shuffle, drop_last
        self.batch_size: int = SIZE("DataLoader", batch_size=batch_size)
        if not len(dataset):
            raise ShapeError("DataLoader: found a data set without rows; expected at least one.")
        if drop_last and self.batch_size > len(dataset):
            raise ArgumentError(
                f"DataLoader: found batch_size={batch_size} and drop_last=True for {len(dataset)} rows, which leaves "
                "no batch; expected a smaller size."
            )
        self.rng = generator(rng) if shuffle else None

    def __len__(self) -> int:
        return self.rows // self.batch_size if self.drop_last else -(-self.rows // self.batch_size)

    def __repr__(self) -> str:
        options = f"batch_size={self.batch_size}, shuffle={self.shuffle}, drop_last={self.drop_last}"
        return f"DataLoader({described(self.dataset)}, {options}: {len(self)} batches)"

    @property
    def rows(self) -> int:
        """The number of rows of the data set."""
        return len(self.dataset)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        tensors = whole(self.dataset)
        order = None if self.rng is None else self.rng.permutation(self.rows)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            end = min(start + self.batch_size, self.rows)
            place: Any = slice(start, end) if order is None else order[start:end]
            if tensors is not None:
                yield tuple([tensor[place] for tensor in tensors])
            else:
                yield _stacked([self.dataset[i] for i in (range(start, end) if order is None else place.tolist())])


def whole(dataset: Any) -> tuple[Any, ...] | None:
    """The arrays that hold all rows, where there are such: of a TensorDataset, and of a Subset of one."""
    if type(dataset) is TensorDataset:
        return dataset.tensors
    tensors = whole(dataset.dataset) if type(dataset) is Subset else None
    return None if tensors is None else tuple(tensor[dataset.indices] for tensor in tensors)


def _stacked(items: list[Any]) -> tuple[Any, ...]:
    """Items as arrays: of each part that they have one."""
    parts = [tuple(item) if isinstance(item, (tuple, list)) else (item,) for item in items]
    counts = [len(part) for part in parts]
    if set(counts) != {counts[0]}:
        raise ShapeError(
            f"DataLoader: found items of {' and '.join(map(str, sorted(set(counts))))} parts in a batch; expected as "
            "many of each."
        )
    return tuple(
        rows(f"DataLoader: part {i} of the items in a batch", list(column))
        for i, column in enumerate(zip(*parts, strict=True))
    )
