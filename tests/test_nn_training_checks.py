"""Bad data is refused before the first update, with its row and column, and nothing has changed then."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

import nn
from autograd.errors import ArgumentError, BoundsError, DtypeError, GlassgradError, ShapeError
from nn.data import DataLoader, TensorDataset
from nn.training import LambdaCallback, Trainer

X = np.random.default_rng(0).normal(size=(20, 3))
Y = np.arange(20) % 2
BAD = X.copy()
BAD[7, 1] = np.nan
ENDLESS = X.copy()
ENDLESS[3, 2], ENDLESS[9, 0] = -np.inf, np.inf


class Stream:
    """A data set of the user's own, with a bad row."""

    def __len__(self) -> int:
        return 20

    def __getitem__(self, i: int) -> tuple[Any, Any]:
        return BAD[i], Y[i]


CASES: list[tuple[str, dict[str, Any], type[GlassgradError], str]] = [
    ("lengths", {"y": Y[:19]}, ShapeError, "found 20 rows of x, 19 rows of y"),
    ("weights' length", {"sample_weight": [1.0]}, ShapeError, "20 rows of y, 1 rows of sample_weight"),
    ("empty", {"x": np.zeros((0, 3)), "y": []}, ShapeError, "found no rows"),
    ("no targets", {"y": None}, ArgumentError, "y: found none"),
    ("features", {"x": np.zeros((20, 4))}, ShapeError, r"layers\[0\].*shape \(2, 4\); expected \(..., 3\)"),
    ("ragged", {"x": [[1.0, 2.0, 3.0]] * 4 + [[1.0, 2.0]], "y": Y[:5]}, ShapeError, "x: found 2 numbers in row 4"),
    ("text", {"x": [["a", "b", "c"]] * 20}, DtypeError, "x: found .*'a' in row 0, column 0; expected numbers"),
    ("nan", {"x": BAD}, ArgumentError, "x: found nan in row 7, column 1; expected finite"),
    ("infinity", {"x": ENDLESS}, ArgumentError, r"x: found -inf in row 3, column 2 \(2 such elements in all\)"),
    ("nan target", {"y": np.where(np.arange(20) == 4, np.nan, 1.0)}, ArgumentError, "y: found nan in row 4;"),
    ("nan weight", {"sample_weight": BAD[:, 1]}, ArgumentError, "sample_weight: found nan in row 7"),
    ("negative weight", {"sample_weight": -np.ones(20)}, ArgumentError, "weight of at least 0"),
    ("label too large", {"y": np.where(np.arange(20) == 17, 2, Y)}, ArgumentError, "label 2 in row 17; expected .*1"),
    ("negative label", {"y": np.where(np.arange(20) == 3, -1, Y)}, ArgumentError, "label -1 in row 3"),
    ("real labels", {"y": Y * 0.5}, DtypeError, "label 0.0"),
    ("labels in columns", {"y": Y[:, None]}, GlassgradError, r"\(20, 1\)"),
    ("class weights", {"class_weight": [1.0]}, ArgumentError, "found class_weight=.* expected a dict"),
    ("weights of columns", {"y": X, "class_weight": {0: 1.0}}, ArgumentError, r"found targets of shape \(20, 3\)"),
    ("a class of text", {"class_weight": {"0": 9.0}}, ArgumentError, r"class '0', which no row .* some of \[0, 1\]"),
    ("an absent class", {"class_weight": {0: 1.0, 7: 3.0}}, ArgumentError, "found the class 7, which no row has"),
    ("a class left out", {"y": Y * 0, "class_weight": {1: 1.0}}, ArgumentError, "found the class 1, which no row has"),
    ("dates", {"x": X.astype("datetime64[ns]")}, DtypeError, "x: found datetime64 .* in row 0, column 0; .* dates as"),
    ("durations", {"x": X.astype("timedelta64[ns]")}, DtypeError, "x: found timedelta64 .* in row 0, column 0"),
    ("masked", {"x": np.ma.masked_greater(X, 1.0)}, DtypeError, "x: found a masked array, whose mask would be lost"),
    ("endless integers", {"x": [[10**400] * 3] * 20}, DtypeError, "x: found int 1000.* in row 0, column 0"),
    ("share", {"validation_split": 1.0}, ArgumentError, "found validation_split=1.0"),
    ("share of one", {"validation_split": 0.99}, ArgumentError, "leaves a part without rows"),
    ("validation lengths", {"validation_data": (X, Y[:3])}, ShapeError, "validation_data: found 20 rows of x, 3 rows"),
    ("validation features", {"validation_data": (X[:, :2], Y)}, ShapeError, r"rows of shape \(2,\); expected \(3,\)"),
    ("validation nan", {"validation_data": (BAD, Y)}, ArgumentError, "validation_data: x: found nan in row 7,"),
    ("validation labels", {"validation_data": (X, Y + 1)}, ArgumentError, "validation_data: .*label 2 in row 1"),
    ("validation of nothing", {"validation_data": 3}, ArgumentError, "found int; expected"),
    ("batches", {"batch_size": 0}, ArgumentError, "found batch_size=0"),
    ("steps", {"accumulate_steps": 0}, ArgumentError, "found accumulate_steps=0"),
    ("epochs", {"epochs": -1}, ArgumentError, "found epochs=-1"),
    ("verbose", {"verbose": 7}, ArgumentError, "found verbose=7"),
    ("y beside a set", {"x": TensorDataset(X, Y)}, ArgumentError, "found y or sample_weight beside a data set"),
    ("a set of rows", {"x": TensorDataset(X), "y": None}, ArgumentError, "found a data set of 1 parts"),
    ("nan in a set", {"x": TensorDataset(BAD, Y), "y": None}, ArgumentError, "x: found nan in row 7, column 1"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "error", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize("on_numbers", [False, True], ids=["arrays", "numbers"])
def test_bad_data_is_refused_and_nothing_has_changed(
    options: dict[str, Any], error: type[GlassgradError], said: str, on_numbers: bool
) -> None:
    model = nn.MLP(3, [4, 2], vectorized=True, rng=np.random.default_rng(0))
    if on_numbers:
        model, said = model.scalarize(), "4 inputs; expected" if said.startswith("layers") else said
    before = [np.copy(p.data) for p in model.parameters()]
    trainer = Trainer(model, rng=0).compile("sgd", "cross_entropy")
    begun: list[int] = []
    callbacks = [LambdaCallback(on_train_begin=lambda: begun.append(1))]
    with pytest.raises(error, match=said):
        trainer.fit(**{"x": X, "y": Y, "verbose": 0, "callbacks": callbacks, **options})
    assert not begun and all((p.data == data).all() for p, data in zip(model.parameters(), before, strict=True))


def test_evaluate_and_predict_look_at_their_data_too() -> None:
    trainer = Trainer(nn.MLP(3, [2], vectorized=True)).compile("sgd", "cross_entropy")
    with pytest.raises(ArgumentError, match="evaluate: x: found nan in row 7, column 1"):
        trainer.evaluate(BAD, Y)
    with pytest.raises(ArgumentError, match="predict: x: found nan in row 7, column 1"):
        trainer.predict(BAD)
    with pytest.raises(ArgumentError, match=r"evaluate: .*label 2 in row 1"):
        trainer.evaluate(X, Y + 1)
    with pytest.raises(ShapeError, match="predict: found no rows"):
        trainer.predict([])


def test_batches_of_a_data_set_of_ones_own_are_looked_at_as_they_come() -> None:
    trainer = Trainer(nn.MLP(3, [2], vectorized=True)).compile("sgd", "cross_entropy")
    with pytest.raises(ArgumentError, match="a batch: x: found nan in row 2, column 1"):
        trainer.fit(DataLoader(Stream(), 5), verbose=0)
    with pytest.raises(ArgumentError, match="class_weight: found it beside a data set or a loader"):
        trainer.fit(DataLoader(Stream(), 5), verbose=0, class_weight={0: 2.0})
    with pytest.raises(ArgumentError, match="validation_split: found a data set"):
        trainer.fit(DataLoader(Stream(), 5), verbose=0, validation_split=0.5)
    with pytest.raises(ArgumentError, match="predict: a batch: x: found nan in row 2, column 1"):
        trainer.predict(DataLoader(Stream(), 5))


def test_labels_that_a_loss_does_not_take_are_found_in_any_row() -> None:
    x, y = np.zeros((5000, 3)), np.ones(5000)
    y[4999] = 0.0
    trainer = Trainer(nn.Sequential(nn.Linear(3, 1), nn.Flatten(0))).compile("sgd", "hinge")
    with pytest.raises(ArgumentError, match=r"rows from 4096 on: .*target\[903\] = 0.0; "):
        trainer.fit(x, y, verbose=0)


def test_a_model_that_gives_no_output_for_each_row() -> None:
    class Total(nn.Module):
        def __init__(self) -> None:
            self.line = nn.Linear(3, 1)

        def forward(self, x: Any) -> Any:
            return self.line(x).sum()

    with pytest.raises(ShapeError, match=r"Total: found an output of shape \(\) for 2 rows"):
        Trainer(Total()).compile("sgd", "mse").fit(X, Y, verbose=0)


def test_columns_of_a_table_are_named() -> None:
    pandas = pytest.importorskip("pandas")
    trainer = Trainer(nn.MLP(3, [2], vectorized=True)).compile("sgd", "cross_entropy")
    table = pandas.DataFrame(BAD, columns=["age", "income", "height"])
    with pytest.raises(ArgumentError, match="fit: x: found nan in row 7, column 'income'; expected finite"):
        trainer.fit(table, Y, verbose=0)
    with pytest.raises(ArgumentError, match="predict: x: found nan in row 7, column 'income'; expected finite"):
        trainer.predict(table)
    with pytest.raises(ArgumentError, match="y: found nan in row 7, column 'income'"):
        trainer.fit(X, table[["income"]], verbose=0)


def test_booleans_are_zeros_and_ones() -> None:
    model = nn.MLP(3, [2], vectorized=True, rng=0, dtype="float32")
    trainer = Trainer(model).compile("sgd", "cross_entropy")
    assert (trainer.predict(X > 0) == model((X > 0).astype("float32")).data).all()
    assert trainer.evaluate(X > 0, Y) == trainer.evaluate((X > 0) * 1.0, Y)
    assert len(trainer.fit(X > 0, Y, verbose=0).epoch) == 1
    words = Trainer(nn.Sequential(nn.Embedding(2, 3, rng=0), nn.Flatten(), nn.Linear(9, 2, rng=0)))
    with pytest.raises(DtypeError, match=r"Embedding\(2, 3\): found indices of dtype float64"):
        words.predict(X > 0)
    assert words.predict((X > 0).astype(int)).shape == (20, 2)  # whole numbers stay what they are


@pytest.mark.parametrize("replay", [False, True])
def test_a_fit_in_which_nothing_can_learn(replay: bool) -> None:
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Linear(4, 2, rng=0))
    optimizer = nn.optim.SGD(model[0].parameters(), lr=0.1)
    whole, part = Trainer(model).compile("sgd", "cross_entropy"), Trainer(model).compile(optimizer, "cross_entropy")
    before = [p.data for p in model.parameters()]
    model[0].requires_grad_(False)
    with pytest.raises(ArgumentError, match="fit: found 2 parameters in the optimizer, all of them frozen; expected"):
        part.fit(X, Y, verbose=0, replay=replay)
    assert whole.fit(X, Y, verbose=0, replay=replay).epoch == [0]  # the second layer learns
    assert [p.data is data for p, data in zip(model.parameters(), before, strict=True)] == [True, True, False, False]
    model.requires_grad_(False)
    with pytest.raises(ArgumentError, match=r"fit: found 4 parameters .* Call requires_grad_\(True\) on what is to"):
        whole.fit(X, Y, verbose=0, replay=replay)
    assert whole.evaluate(X, Y) == part.evaluate(X, Y)  # what needs no optimizer goes on


def sequence(*layers: nn.Module) -> tuple[Trainer, list[Any]]:
    """A trainer, and a copy of all that training would move."""
    model = nn.Sequential(*layers)
    return Trainer(model, rng=0).compile("sgd", "cross_entropy"), [np.copy(x) for x in model.state_dict().values()]


def same(trainer: Trainer, before: list[Any]) -> bool:
    return all((x == y).all() for x, y in zip(trainer.model.state_dict().values(), before, strict=True))


@pytest.mark.parametrize(("row", "column", "entry"), [(17, 0, 5), (9, 1, 3), (12, 1, -1)])
def test_a_place_outside_a_table_is_found_in_any_row(row: int, column: int, entry: int) -> None:
    class Columns(nn.Module):
        """A table for each column."""

        def __init__(self) -> None:
            self.tables = nn.ModuleList([nn.Embedding(n, 2, rng=0) for n in (5, 3)])

        def forward(self, x: Any) -> Any:
            return self.tables[0](x[:, 0]) + self.tables[1](x[:, 1])

    places = np.random.default_rng(0).integers(0, 3, (20, 2))
    trainer, before = sequence(Columns())
    assert trainer.fit(places, Y, batch_size=4, verbose=0).epoch == [0]
    trainer, before = sequence(Columns())
    places[row, column] = entry
    with pytest.raises(BoundsError, match=rf"fit: x: row {row}: .*found the index {entry}"):
        trainer.fit(places, Y, batch_size=4, verbose=0)
    assert same(trainer, before)


def test_a_last_batch_of_one_row_that_a_model_does_not_take() -> None:
    trainer, before = sequence(nn.Linear(3, 2, rng=0), nn.Dropout(rng=0), nn.BatchNorm1d(2))
    for options in ({"batch_size": 19}, {"batch_size": 1}, {"x": X[:1], "y": Y[:1]}):
        with pytest.raises(ShapeError, match=r"fit: found a batch of one row, .* another batch_size: BatchNorm1d"):
            trainer.fit(**{"x": X, "y": Y, "verbose": 0, **options})
    assert same(trainer, before)
    assert trainer.fit(DataLoader(TensorDataset(X, Y), 19, drop_last=True), verbose=0).epoch == [0]
    trainer, _ = sequence(nn.Linear(3, 2, rng=0), nn.Dropout(rng=0))
    twin, _ = sequence(nn.Linear(3, 2, rng=0), nn.Dropout(rng=0))
    trainer.fit(X, Y, 19, verbose=0, shuffle=False)  # looking at one row draws nothing
    for rows in (slice(0, 19), slice(19, 20)):
        twin.fit(X[rows], Y[rows], verbose=0, shuffle=False)
    assert same(trainer, [*twin.model.state_dict().values()])


def test_a_model_without_a_copy_may_have_a_last_batch_of_one_row() -> None:
    trainer, _ = sequence(nn.Linear(3, 2, rng=0))
    trainer.model.lock = threading.Lock()
    assert trainer.fit(X, Y, 19, verbose=0).epoch == [0]


def test_a_metric_that_does_not_fit_the_outputs() -> None:
    trainer, before = sequence(nn.Linear(3, 3, rng=0))
    trainer.compile("sgd", "mse", ["accuracy"])
    with pytest.raises(ArgumentError, match=r"fit: accuracy: found labels in the shape of the output"):
        trainer.fit(X, X, batch_size=4, verbose=0)
    assert same(trainer, before)


def test_whole_numbers_among_objects_stay_whole() -> None:
    trainer, _ = sequence(nn.Linear(3, 2, rng=0))
    assert trainer.evaluate(X.astype(object), Y.astype(object)) == trainer.evaluate(X, Y)


def test_a_recurrent_layer_gives_more_than_a_loss_takes() -> None:
    trainer = Trainer(nn.Sequential(nn.LSTM(3, 2, batch_first=True, rng=0))).compile("sgd", "mse")
    with pytest.raises(DtypeError, match=r"^fit: Sequential: found a tuple of 2 outputs; expected .* 'mse'\. A rec"):
        trainer.fit(X[:, None], np.zeros((20, 1, 2)), verbose=0)
    trainer.compile("sgd", lambda output, y: nn.functional.mse_loss(output[0], y))  # one of one's own takes it apart
    assert trainer.fit(X[:, None], np.zeros((20, 1, 2)), verbose=0).epoch == [0]


def test_an_error_says_which_rows_were_refused_only_where_their_shape_is_to_blame() -> None:
    trainer = Trainer(nn.Sequential(nn.Embedding(4, 2), nn.Flatten(), nn.Linear(6, 2))).compile("sgd", "cross_entropy")
    with pytest.raises(ShapeError, match=r"^fit: x: found rows of shape \(2,\), which the model does not take: Lin"):
        trainer.fit(np.zeros((20, 2), int), Y, verbose=0)
    with pytest.raises(BoundsError, match=r"^fit: x: (?!found rows of shape)"):
        trainer.fit(np.full((20, 3), 4), Y, verbose=0)
    with pytest.raises(DtypeError, match=r"^fit: x: (?!found rows of shape)"):
        trainer.fit(X, Y, verbose=0)


def test_an_error_of_rows_kept_for_validation_names_the_option_that_kept_them() -> None:
    trainer = Trainer(nn.MLP(3, [2], vectorized=True)).compile("sgd", "cross_entropy")
    with pytest.raises(ArgumentError, match=r"^fit: validation_split: .*label 2 in row 4"):
        trainer.fit(X, np.where(np.arange(20) == 19, 2, Y), verbose=0, validation_split=0.25)
