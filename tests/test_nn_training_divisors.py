"""What the loss of a batch counts: labels that are ignored or weighed, in means over batches, sums, and no label."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from learners import RNG, same_weights

import nn
from autograd import moveaxis
from autograd.errors import ArgumentError
from nn.data import DataLoader
from nn.functional import cross_entropy, nll_loss
from nn.optim import LBFGS, SGD
from nn.training import LambdaCallback, Trainer

X = RNG.normal(size=(40, 5))
LABELS = RNG.integers(0, 3, 40)
IGNORED = np.where(np.arange(40) % 20 < 12, LABELS, -100)
IGNORED[:12] = -100
WEIGHTS = np.array([1.0, 2.0, 5.0])
ROWS = RNG.random(40) + 0.5
LOSSES: list[tuple[Any, Any, Any]] = [  # the loss, its labels, and the weight of each class
    ("cross_entropy", IGNORED, np.ones(3)),
    (nn.CrossEntropyLoss(weight=WEIGHTS), LABELS, WEIGHTS),
    (nn.CrossEntropyLoss(weight=WEIGHTS, label_smoothing=0.0), IGNORED, WEIGHTS),
    (partial(cross_entropy, ignore_index=1, weight=WEIGHTS), LABELS, WEIGHTS * [1.0, 0.0, 1.0]),
]


class Steps(nn.Module):
    """A line over sequences, whose classes are moved to axis 1."""

    def __init__(self) -> None:
        self.line = nn.Linear(5, 3, rng=0)

    def forward(self, x: Any) -> Any:
        return moveaxis(self.line(x), -1, 1)


def line() -> nn.Module:
    return nn.Linear(5, 3, rng=0)


def fitted(model: nn.Module, loss: Any, x: Any, y: Any, **options: Any) -> Trainer:
    trainer = Trainer(model, rng=0).compile(SGD(model.named_parameters(), lr=0.1), loss)
    trainer.fit(x, y, **{"shuffle": False, "verbose": 0, **options})
    return trainer


def expected(model: nn.Module, x: Any, y: Any, of_class: Any, of_row: Any) -> float:
    """The sum of row weight · class weight · loss, divided by that of the class weights, by NumPy alone."""
    z = np.moveaxis(model(x).data, 1, -1).reshape(-1, 3)
    counts = y.ravel() != -100
    k = np.where(counts, y.ravel(), 0)
    w = np.where(counts, of_class[k], 0.0)
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), k]
    return float((np.repeat(of_row, y[0].size) * w * losses).sum() / w.sum())


@pytest.mark.parametrize(("loss", "labels", "of_class"), LOSSES)
@pytest.mark.parametrize("replay", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_batches_of_an_update_and_of_an_epoch_are_as_one(
    loss: Any, labels: Any, of_class: Any, replay: bool, weighted: bool
) -> None:
    options = {"replay": replay, "sample_weight": ROWS if weighted else None}
    wanted = expected(line(), X, labels, of_class, ROWS if weighted else np.ones(40))
    big, small = line(), line()
    whole = fitted(big, loss, X, labels, batch_size=40, **options)
    parts = fitted(small, loss, X, labels, batch_size=8, accumulate_steps=5, **options)
    same_weights(big, small, 1e-12)
    for trainer in (whole, parts):
        assert trainer.history.history["loss"] == [pytest.approx(wanted, rel=1e-12)]
    still = Trainer(line()).compile("sgd", loss)
    for size in (40, 7):
        assert still.evaluate(X, labels, size, options["sample_weight"]) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("replay", [False, True])
def test_padded_sequences(replay: bool) -> None:
    x, y = RNG.normal(size=(12, 4, 5)), RNG.integers(0, 3, (12, 4))
    y[np.arange(4) >= RNG.integers(1, 5, (12, 1))] = -100
    y[8:] = -100
    rows = RNG.random(12)
    for weights in (None, rows):
        big, small = Steps(), Steps()
        wanted = expected(big, x, y, np.ones(3), np.ones(12) if weights is None else weights)
        first = fitted(big, "cross_entropy", x, y, batch_size=12, sample_weight=weights, replay=replay)
        fitted(small, "cross_entropy", x, y, batch_size=4, accumulate_steps=3, sample_weight=weights, replay=replay)
        same_weights(big, small, 1e-12)
        assert first.history.history["loss"] == [pytest.approx(wanted, rel=1e-12)]


@pytest.mark.parametrize(("loss", "labels"), [case[:2] for case in LOSSES] + [(nn.MSELoss(reduction="sum"), X[:, :3])])
def test_weights_of_one_change_nothing(loss: Any, labels: Any) -> None:
    plain, weighted, numbers = line(), line(), nn.MLP(5, [3], rng=np.random.default_rng(0))
    trainers = [fitted(plain, loss, X, labels), fitted(weighted, loss, X, labels, sample_weight=np.ones(40))]
    same_weights(plain, weighted, 1e-12)
    assert trainers[0].evaluate(X, labels) == pytest.approx(trainers[1].evaluate(X, labels, sample_weight=np.ones(40)))
    still = Trainer(numbers).compile("sgd", loss)
    assert still.evaluate(X, labels) == pytest.approx(still.evaluate(X, labels, sample_weight=np.ones(40)))


@pytest.mark.parametrize("size", [40, 16, 1])
def test_the_sum_over_an_epoch_is_that_over_all_rows(size: int) -> None:
    model = line()
    trainer = Trainer(model, rng=0).compile(SGD(model.parameters(), lr=0.0), nn.MSELoss(reduction="sum"))
    target = X[:, :3]
    wanted = pytest.approx(((model(X).data - target) ** 2).sum())
    history = trainer.fit(X, target, size, verbose=0, validation_data=(X[:9], target[:9])).history
    assert history["loss"] == [wanted] and trainer.evaluate(X, target, size) == wanted
    assert history["val_loss"] == [pytest.approx(((model(X[:9]).data - target[:9]) ** 2).sum())]
    weighted = pytest.approx((ROWS[:, None] * (model(X).data - target) ** 2).sum())
    assert trainer.evaluate(X, target, size, ROWS) == weighted


@pytest.mark.parametrize("replay", [False, True])
@pytest.mark.parametrize(
    "make", [lambda ps: SGD(ps, lr=0.1, momentum=0.9, weight_decay=0.1), LBFGS], ids=["SGD", "LBFGS"]
)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_batch_of_nothing_but_ignored_labels_makes_no_update(make: Any, replay: bool, reduction: str) -> None:
    if make is LBFGS:
        pytest.importorskip("scipy")
    labels = LABELS.copy()
    labels[10:20] = -100
    model, twin, moved = line(), line(), []
    watch = LambdaCallback(
        on_train_batch_end=lambda batch, logs: moved.append((model.weight.data.copy(), logs["loss"]))
    )
    loss = nn.CrossEntropyLoss(reduction=reduction)
    trainer = Trainer(model).compile(make(model.named_parameters()), loss, ["accuracy"])
    trainer.fit(X, labels, 10, shuffle=False, verbose=0, callbacks=[watch], replay=replay)
    assert (moved[0][0] == moved[1][0]).all() and moved[1][1] == 0.0 and (moved[1][0] != moved[2][0]).any()
    rest = np.r_[0:10, 20:40]
    other = Trainer(twin).compile(make(twin.named_parameters()), loss)
    other.fit(X[rest], labels[rest], 10, shuffle=False, verbose=0, replay=replay)
    same_weights(model, twin, 1e-12)
    assert trainer.history.history["loss"] == pytest.approx(other.history.history["loss"])


def test_ignored_labels_are_refused_only_where_there_are_no_others() -> None:
    x, labels = np.zeros((5000, 5)), np.full(5000, -100)
    trainer = Trainer(line()).compile("sgd", nn.NLLLoss())
    model = nn.Sequential(line(), nn.LogSoftmax(-1))
    for loss in (nn.NLLLoss(), nll_loss):
        trainer = Trainer(model).compile("sgd", loss)
        with pytest.raises(ArgumentError, match="nothing but labels that are ignored"):
            trainer.fit(x, labels, verbose=0)
        some = np.where(np.arange(5000) > 4900, 0, -100)  # none of the first 4096 rows counts
        assert trainer.fit(x, some, 1000, verbose=0, shuffle=False).history["loss"] == [
            pytest.approx(-model(x[:1]).data[0, 0], rel=0.01)
        ]
    stream = DataLoader([(row, -100) for row in X], 8)
    with pytest.raises(ArgumentError, match="no target that counts, as all are ignored"):
        trainer.evaluate(stream)
