"""Data sets, loaders and splits: every row once, in an order that the seed decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError
from nn.data import DataLoader, Subset, TensorDataset, random_split


class Squares:
    """A data set of the user's own."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, i: int) -> tuple[Any, int]:
        return np.array([i, i * i], float), i


@given(n=st.integers(1, 20), size=st.integers(1, 25), shuffle=st.booleans(), drop=st.booleans())
def test_an_epoch_has_every_row_once_and_rows_stay_together(n: int, size: int, shuffle: bool, drop: bool) -> None:
    data = TensorDataset(np.arange(n) * 10.0, np.arange(n))
    if drop and size > n:
        with pytest.raises(ArgumentError, match="leaves no batch"):
            DataLoader(data, size, shuffle, drop_last=drop, rng=0)
        return
    loader = DataLoader(data, size, shuffle, drop_last=drop, rng=0)
    batches = list(loader)
    assert len(batches) == len(loader) == (n // size if drop else -(-n // size))
    assert all(len(x) == size for x, _ in batches[:-1]) and all((x == 10.0 * y).all() for x, y in batches)
    seen = np.concatenate([y for _, y in batches])
    assert len(set(seen.tolist())) == len(seen) == (n // size * size if drop else n)
    assert shuffle or (seen == np.arange(len(seen))).all()


def test_each_epoch_has_an_order_of_its_own_and_a_seed_brings_all_of_them_back() -> None:
    data = TensorDataset(np.arange(50))
    orders = [[np.concatenate([x for (x,) in loader]).tolist() for _ in range(3)] for loader in (
        DataLoader(data, 7, shuffle=True, rng=3), DataLoader(data, 7, shuffle=True, rng=np.random.default_rng(3))
    )]  # fmt: skip
    assert orders[0] == orders[1] and orders[0][0] != orders[0][1] != orders[0][2]


def test_data_sets_of_the_users_own_are_stacked() -> None:
    x, y = list(DataLoader(Squares(), 2))[-1]
    assert x.tolist() == [[4.0, 16.0]] and y.tolist() == [4]
    order = [i for _, y in DataLoader(Squares(), 2, shuffle=True, rng=0) for i in y.tolist()]
    assert sorted(order) == [0, 1, 2, 3, 4] and order != sorted(order)


@given(n=st.integers(2, 60), shares=st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_splits_do_not_overlap_and_leave_nothing_out(n: int, shares: list[int]) -> None:
    parts = random_split(TensorDataset(np.arange(n)), [share / sum(shares) for share in shares], rng=0)
    rows = [int(part[i][0]) for part in parts for i in range(len(part))]
    assert sorted(rows) == list(range(n))
    assert all(
        abs(len(part) - n * share / sum(shares)) < len(shares) for part, share in zip(parts, shares, strict=True)
    )


def test_splits_by_counts_and_loaders_over_them() -> None:
    first, second = random_split(TensorDataset(np.arange(10) * 1.0, np.arange(10)), [7, 3], rng=1)
    assert (len(first), len(second)) == (7, 3)
    ((x, y),) = DataLoader(Subset(first, [0, 6]), 5)
    assert (x == y).all() and y.tolist() == [first[0][1], first[6][1]]
    again = random_split(TensorDataset(np.arange(10)), [7, 3], rng=1)
    assert again[0].indices.tolist() == first.indices.tolist()


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: TensorDataset(), ArgumentError, "found no arrays"),
        (lambda: TensorDataset([1.0, 2.0], [1]), ShapeError, "2 rows of array 0, 1 rows of array 1"),
        (lambda: TensorDataset([]), ShapeError, "found no rows"),
        (lambda: TensorDataset(3.0), ShapeError, "array 0: found float 3.0; expected rows"),
        (lambda: TensorDataset([[1.0, 2.0], [1.0]]), ShapeError, "found 1 numbers in row 1; expected 2 numbers"),
        (lambda: TensorDataset([[[1.0]], [[1.0, 2.0], [1.0]]]), ShapeError, "lists of different lengths within row 1"),
        (lambda: TensorDataset([[1.0, "a"]]), DtypeError, r"array 0: found \w+ .* in row 0, column [01]"),
        (lambda: DataLoader(TensorDataset([1.0]), 0), ArgumentError, "found batch_size=0"),
        (lambda: DataLoader(3), DtypeError, "dataset: found int"),
        (lambda: DataLoader(Subset(TensorDataset([1.0]), [])), ShapeError, "without rows"),
        (lambda: Subset(TensorDataset([1.0]), [1]), ArgumentError, "found the row 1; expected rows from 0 to 0"),
        (lambda: Subset(TensorDataset([1.0, 2.0]), [True, False]), DtypeError, r"found bool .*flatnonzero\(mask"),
        (lambda: Subset(TensorDataset([1.0, 2.0]), [0.7, 1.5]), DtypeError, "found float64 numbers; expected whole"),
        (lambda: Subset(TensorDataset([1.0, 2.0]), [[0], [1]]), ShapeError, r"shape \(2, 1\); expected one axis"),
        (lambda: Subset(TensorDataset([1.0, 2.0]), ["a"]), DtypeError, "indices: found str 'a' in row 0"),
        (lambda: Subset(TensorDataset([1.0, 2.0]), np.array(1)), ShapeError, "indices: found .*; expected rows"),
        (lambda: list(DataLoader([(1.0, 2), (1.0,)], 2)), ShapeError, "found items of 1 and 2 parts in a batch"),
        (lambda: list(DataLoader([[1.0, "a"]])), DtypeError, "part 1 of the items in a batch: found str 'a' in row 0"),
        (lambda: list(DataLoader([([1, 2], 0), ([1], 0)], 2)), ShapeError, "part 0 of .*: found 1 numbers in row 1;"),
        (lambda: TensorDataset(np.zeros(2, "datetime64[ns]")), DtypeError, "array 0: found datetime64 .* in row 0;"),
        (lambda: random_split(TensorDataset([1.0, 2.0]), [1, 2]), ArgumentError, "sum to 3; expected 2"),
        (lambda: random_split(TensorDataset([1.0, 2.0]), [-1, 3]), ArgumentError, "numbers? of rows, or shares"),
        (lambda: random_split(TensorDataset([1.0, 2.0]), []), ArgumentError, "numbers? of rows, or shares"),
    ],
)  # fmt: skip
def test_mistakes_are_named(make: Any, error: type[GlassgradError], said: str) -> None:
    with pytest.raises(error, match=said):
        make()


def test_what_is_printed() -> None:
    data = TensorDataset(np.zeros((200, 2), np.float32), np.arange(200))
    assert repr(data) == "TensorDataset((200, 2) float32, (200,) int64)"
    learn, _ = random_split(data, [0.8, 0.2], rng=0)
    assert repr(learn) == "Subset(160 of 200 rows of TensorDataset((200, 2) float32, (200,) int64))"
    assert repr(DataLoader(Subset(learn, [1, 2, 3]), 2, shuffle=True)) == (
        f"DataLoader(Subset(3 of 160 rows of {learn!r}), batch_size=2, shuffle=True, drop_last=False: 2 batches)"
    )
    assert repr(DataLoader(Squares(), drop_last=True)).startswith("DataLoader(Squares, batch_size=1, shuffle=False,")


def test_columns_of_a_table_are_named() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"age": [1.0, 2.0], "city": ["Rome", "Bern"]})
    with pytest.raises(DtypeError, match=r"array 0: found str 'Rome' in row 0, column 'city'; .* Encode texts"):
        TensorDataset(table)
    missing = pandas.DataFrame({"age": pandas.array([1, None], "Int64"), "city": [0, 1]})
    with pytest.raises(DtypeError, match=r"in row 1, column 'age'; .* fill in or drop what is missing"):
        TensorDataset(missing)
    with pytest.raises(DtypeError, match=r"found NoneType None in row 1; expected numbers"):
        TensorDataset(np.array([1.0, None], object))
    with pytest.raises(DtypeError, match="array 0: found a masked array, whose mask would be lost"):
        TensorDataset(np.ma.array([1.0, 2.0], mask=[0, 1]))
    (mixed,) = TensorDataset(np.array([[1.5, True], [2, False]], object)).tensors
    assert mixed.tolist() == [[1.5, 1.0], [2.0, 0.0]] and mixed.dtype == np.float64
