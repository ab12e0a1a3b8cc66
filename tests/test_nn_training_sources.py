"""One way from whatever the user hands over to batches: arrays, data sets, loaders, also classes of the user's own."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError
from nn import optim
from nn.data import DataLoader, Subset, TensorDataset
from nn.training import LambdaCallback, Trainer

X = np.random.default_rng(0).normal(size=(20, 3))
Y = np.arange(20) % 2
W = np.linspace(0.5, 2.0, 20)


class Items:
    """A data set of the user's own."""

    def __init__(self, item: Any) -> None:
        self.item = item

    def __len__(self) -> int:
        return 20

    def __getitem__(self, i: int) -> Any:
        return self.item(i)


class Sequential(Sequence[Any]):
    """A data set that is a sequence of Python's."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, i: Any) -> Any:
        return self.items[i]


class Doubled(TensorDataset):
    """Gives other rows than it holds."""

    def __getitem__(self, i: Any) -> Any:
        x, *rest = super().__getitem__(i)
        return (2.0 * x, *rest)


class DoublingLoader(DataLoader):
    """Gives other batches than its rows."""

    epochs = 0

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        self.epochs += 1
        for x, *rest in super().__iter__():
            yield (2.0 * x, *rest)


def learner(dtype: Any = None, loss: str = "cross_entropy", metrics: Any = ()) -> Trainer:
    model = nn.Sequential(nn.Linear(3, 2, rng=0, dtype=dtype))
    return Trainer(model, rng=0).compile(optim.SGD(model.named_parameters(), lr=0.5), loss, metrics)


def learned(*data: Any, **options: Any) -> tuple[list[float], list[int]]:
    """The weights after two epochs, and the sizes of the batches."""
    trainer, sizes = learner(), []
    noting = LambdaCallback(on_train_batch_end=lambda batch, logs: sizes.append(logs["rows"]))
    trainer.fit(*data, **{"batch_size": 8, "epochs": 2, "verbose": 0, "callbacks": noting, **options})
    return np.concatenate([np.ravel(p.data) for p in trainer.model.parameters()]).tolist(), sizes


SETS: list[tuple[str, Any, tuple[Any, ...]]] = [
    ("arrays in a set", lambda: TensorDataset(X, Y), (X, Y)),
    ("arrays with weights", lambda: TensorDataset(X, Y, W), (X, Y, W)),
    ("a part of a set", lambda: Subset(TensorDataset(X, Y), range(15)), (X[:15], Y[:15])),
    ("items", lambda: Items(lambda i: (X[i], Y[i])), (X, Y)),
    ("a sequence of items", lambda: Sequential([(X[i], Y[i]) for i in range(20)]), (X, Y)),
    ("items with weights", lambda: Items(lambda i: (X[i], Y[i], W[i])), (X, Y, W)),
    ("items of Values", lambda: Items(lambda i: (Value(X[i]), int(Y[i]))), (X, Y)),
    ("a part of items", lambda: Subset(Items(lambda i: (X[i], Y[i])), range(15)), (X[:15], Y[:15])),
    ("a set with items of its own", lambda: Doubled(X, Y), (2.0 * X, Y)),
]


@pytest.mark.parametrize(("make", "arrays"), [case[1:] for case in SETS], ids=[case[0] for case in SETS])
def test_a_data_set_is_learned_from_as_its_arrays_are(make: Any, arrays: tuple[Any, ...]) -> None:
    x, y, *weights = arrays
    options = {"sample_weight": weights[0]} if weights else {}
    assert learned(make()) == learned(x, y, **options)
    assert learned(DataLoader(make(), 8, shuffle=True, rng=0), batch_size=3) == learned(x, y, **options)
    trainer = learner()
    assert trainer.evaluate(make(), batch_size=8) == pytest.approx(trainer.evaluate(x, y, batch_size=8, **options))
    assert (trainer.predict(make()) == trainer.predict(x)).all()
    (found,) = trainer.fit(X, Y, verbose=0, validation_data=make()).history["val_loss"]
    assert found == pytest.approx(trainer.evaluate(x, y, **options))


@pytest.mark.parametrize("x", [range(6), array("d", range(6)), deque(range(6)), [0, 1, 2, 3, 4, 5], (0, 1, 2, 3, 4, 5)])
def test_pythons_own_sequences_hold_all_rows(x: Any) -> None:
    assert Trainer(nn.Identity()).predict(x).tolist() == [0, 1, 2, 3, 4, 5]


def test_a_loader_of_ones_own_gives_its_own_batches() -> None:
    assert learned(DoublingLoader(TensorDataset(X, Y), 8, shuffle=True, rng=0)) == learned(2.0 * X, Y)
    trainer, loader = learner(), DoublingLoader(TensorDataset(X, Y), 8)
    assert (trainer.predict(loader) == trainer.predict(2.0 * X)).all() and loader.epochs == 1
    with pytest.raises(
        ArgumentError, match=r"predict: found DataLoader\(.*shuffle=True.*; expected a loader that gives"
    ):
        trainer.predict(DoublingLoader(TensorDataset(X, Y), 8, shuffle=True))


@pytest.mark.parametrize("dataset", [TensorDataset(X, Y), Items(lambda i: (X[i], Y[i])), Items(lambda i: X[i])])
@pytest.mark.parametrize("options", [{"shuffle": True, "rng": 0}, {"drop_last": True}])
def test_predictions_are_of_all_rows_in_their_order(dataset: Any, options: dict[str, Any]) -> None:
    trainer = learner()
    assert (trainer.predict(DataLoader(dataset, 7, **options)) == trainer.predict(X)).all()


@pytest.mark.parametrize(
    ("item", "error", "said"),
    [
        (lambda i: X[i], ArgumentError, "a batch: found a data set of 1 parts; expected rows and targets"),
        (lambda i: (X[i], Y[i], 1.0, 2.0), ArgumentError, "found a data set of 4 parts"),
        (lambda i: (X[i], Y[i])[: 1 + i % 2], ShapeError, "found items of 1 and 2 parts in a batch"),
        (lambda i: (X[i][: 2 + i % 2], Y[i]), ShapeError, "part 0 of .*: found 3 numbers in row 1; expected 2 numbers"),
        (lambda i: {"x": X[i], "y": Y[i]}, DtypeError, "part 0 of .*: found dict .* in row 0; expected numbers"),
        (lambda i: ("text", Y[i]), DtypeError, "part 0 of .*: found str 'text' in row 0"),
        (lambda i: (np.ma.masked_greater(X[i], 0), Y[i]), DtypeError, "part 0 of .*: found a masked array"),
        (lambda i: (X[i], None), DtypeError, "part 1 of .*: found NoneType None in row 0"),
        (lambda i: (X[i] / (i != 3), Y[i]), ArgumentError, "a batch: x: found -?inf in row 3, column 0"),
        (lambda i: (X[i], Y[i], -1.0), ArgumentError, "a batch: sample_weight: .* least of them -1; expected a weight"),
    ],
)  # fmt: skip
def test_items_that_are_no_rows_and_targets(item: Any, error: type[GlassgradError], said: str) -> None:
    with np.errstate(divide="ignore"), pytest.raises(error, match=said):
        learner().fit(Items(item), verbose=0, shuffle=False)


@pytest.mark.parametrize("batch_first", [True, False])
def test_outputs_without_a_row_for_each_row_are_not_joined(batch_first: bool) -> None:
    trainer = Trainer(nn.GRU(3, 2, batch_first=batch_first, rng=0))
    with pytest.raises(ShapeError, match=r"predict: GRU: found an output of shape .*; expected one .* gru\(x\)\[0\]"):
        trainer.predict(np.ones((10, 4, 3)), batch_size=5)


def test_outputs_with_a_row_for_each_row_are_joined() -> None:
    class Pair(nn.Module):
        def forward(self, x: Any) -> Any:
            return x, (2.0 * x,)

    first, (second,) = Trainer(Pair()).predict(X, batch_size=7)
    assert (first == X).all() and (second == 2.0 * X).all()


def test_classes_weigh_what_is_learned_not_what_is_validated() -> None:
    options = {"verbose": 0, "shuffle": False, "class_weight": {0: 9.0, 1: np.float32(2.0)}}
    split, given = learner(), learner()
    history = split.fit(X, Y, validation_split=0.5, **options).history
    assert history == given.fit(X[:10], Y[:10], validation_data=(X[10:], Y[10:]), **options).history
    assert history["val_loss"] == pytest.approx([split.evaluate(X[10:], Y[10:])])
    weighed = np.where(Y[:10] == 0, 9.0, 2.0)
    both = {"sample_weight": W[:10], "class_weight": {np.int64(0): np.int64(9), 1.0: 2}}
    assert learned(X[:10], Y[:10], **both) == learned(X[:10], Y[:10], sample_weight=weighed * W[:10])
    loader = DataLoader(TensorDataset(X[:10], Y[:10]), 8, shuffle=True, rng=0)
    assert learned(loader, class_weight={0: 9.0, 1: 2.0}) == learned(X[:10], Y[:10], sample_weight=weighed)


def test_numbers_have_to_be_finite_in_the_dtype_of_the_model() -> None:
    large = X.copy()
    large[5, 2] = 1e300
    trainer = learner("float32", "mse")
    for data, name in [((large, X[:, :2]), "x"), ((X, large[:, 1:]), "y")]:
        with pytest.raises(ArgumentError, match=rf"fit: {name}: found 1e\+300 in row 5, .* numbers of float32\."):
            trainer.fit(*data, verbose=0)
    with pytest.raises(ArgumentError, match=r"predict: x: found 1e\+300 in row 5, column 2"):
        trainer.predict(large)
    assert learner("float64").predict(large).shape == (20, 2)


@pytest.mark.parametrize(
    ("y", "share", "said"),
    [
        (np.repeat([0, 1, 2], [8, 6, 6]), 0.3, r"the targets 2 in the last 6 rows, and in no other; .* Shuffle"),
        (np.repeat([0.0, 1.0], 10)[:, None], 0.5, r"the targets 1\.0 in the last 10 rows"),
        (np.repeat(np.arange(10), 2), 0.4, "the targets 6, 7, 8, 9 in the last 8 rows"),
        (np.repeat([0, 1, 2], [8, 6, 6]), 0.35, None),  # a row of another class is among them
        (np.repeat([0, 1], [19, 1]), 0.05, None),
        (np.arange(20.0), 0.3, None),  # no classes
    ],
)
def test_a_split_of_rows_that_are_sorted_by_class(y: Any, share: float, said: str | None) -> None:
    class Sum(nn.Module):
        def __init__(self) -> None:
            self.w = Value(np.ones((3, 1)))

        def forward(self, x: Any) -> Any:
            return (x @ self.w).reshape((-1, *y.shape[1:]))

    trainer = Trainer(Sum()).compile("sgd", "mse")
    with nullcontext() if said is None else pytest.warns(UserWarning, match=f"^fit: validation_split: found {said}"):
        trainer.fit(X, y, verbose=0, validation_split=share)
