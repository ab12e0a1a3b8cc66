"""What users of the trainer and of data sets are told: mistakes by their remedy, and how a run ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

import nn
from autograd.errors import AnomalyError, ArgumentError, DtypeError, GlassgradError
from nn.data import DataLoader
from nn.functional import cross_entropy
from nn.optim import SGD
from nn.training import Callback, EarlyStopping, Trainer

X = np.random.default_rng(0).normal(size=(20, 3))
Y = np.arange(20) % 2
MODEL = nn.Linear(3, 2, rng=0)


class Arrays(nn.Module):
    """A model whose weights are no Values."""

    def __init__(self) -> None:
        self.w = np.zeros((3, 2))


def fitted(**options: Any) -> Any:
    return Trainer(nn.Linear(3, 2, rng=0)).compile("sgd", "cross_entropy").fit(X, Y, **{"verbose": 0, **options})


MISTAKES: dict[str, tuple[Callable[[], Any], type[GlassgradError], str]] = {
    "swapped": (lambda: cross_entropy(Y, MODEL(X)), DtypeError, r"are swapped: cross_entropy\(output, y\)\.$"),
    "texts": (lambda: cross_entropy(MODEL(X), ["a", "b"] * 10), DtypeError, r"'a' .* numpy\.unique\(y, return_inver"),
    "a class": (lambda: Trainer(nn.Linear), DtypeError, r"found a class; expected a module .* Linear\(\.\.\.\)"),  # type: ignore[arg-type]
    "arrays": (lambda: Trainer(Arrays()).compile("sgd", "mse"), ArgumentError, "A parameter is a Value in an"),
    "two arrays": (lambda: DataLoader((X, Y)), DtypeError, r"found a tuple of arrays; expected TensorDataset\(x, y\)"),
    "two arguments": (lambda: DataLoader(X, Y), ArgumentError, r"(?s)batch_size=.*one data set, .*Dataset\(x, y\)"),
    "no such result": (
        lambda: fitted(validation_split=0.5, callbacks=EarlyStopping("val_acc")),
        ArgumentError,
        r"expected one of loss, val_loss\.$",
    ),
    "no validation": (lambda: fitted(callbacks=EarlyStopping()), ArgumentError, "one of loss. Pass validation_data"),
    "a regression": (
        lambda: Trainer(nn.Linear(3, 2)).compile("sgd", "mse", ["accuracy"]).fit(X, X[:, :2], verbose=0),
        ArgumentError,
        r"expected a class for each row\. .* Accuracy\(one_hot=True\), .* for a regression 'mae' or 'r2'",
    ),
    "heads": (lambda: nn.TransformerBlock(30, 4), ArgumentError, "embed_dim to be a multiple of num_heads"),
    "no callback": (lambda: fitted(callbacks=[object()]), DtypeError, r"derived from nn\.training\.Callback"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_told_with_their_remedy(mistake: str) -> None:
    run, error, said = MISTAKES[mistake]
    with pytest.raises(error, match=said):
        run()


def test_a_rate_that_is_too_large() -> None:
    trainer = Trainer(nn.Linear(3, 2, rng=0)).compile(lambda ps: SGD(ps, lr=1e4), "mse")
    with np.errstate(all="ignore"), pytest.raises(AnomalyError, match=r"If the losses grew .* lower the learning rate"):
        trainer.fit(X, X[:, :2], epochs=200, verbose=0)


@pytest.mark.parametrize(
    ("last", "loss", "is_told"),
    [
        (nn.Softmax(1), "cross_entropy", True),
        (nn.Sequential(nn.ReLU(), nn.Sequential(nn.Softmax(1))), nn.CrossEntropyLoss(), True),
        (nn.Sigmoid(), "binary_cross_entropy_with_logits", True),
        (nn.Sigmoid(), nn.BCEWithLogitsLoss(), True),
        (nn.Sigmoid(), "binary_cross_entropy", False),
        (nn.Softmax(1), "mse", False),
        (nn.LogSoftmax(1), "cross_entropy", False),  # which changes nothing
        (nn.Sequential(), "cross_entropy", False),
        (nn.ReLU(), "cross_entropy", False),
    ],
)
def test_probabilities_before_a_loss_of_logits(last: nn.Module, loss: Any, is_told: bool) -> None:
    trainer = Trainer(nn.Sequential(nn.Linear(3, 2), last))
    with pytest.warns(UserWarning, match=r"^compile: found S.* a loss of logits") if is_told else nullcontext():
        trainer.compile("sgd", loss)


def test_methods_of_a_callback_that_nobody_calls() -> None:
    class Mine(Callback):
        on_disk = True

        def on_epoch_ends(self, epoch: int, logs: dict[str, Any]) -> None:
            raise AssertionError

    with pytest.warns(UserWarning, match=r"Mine: found on_epoch_ends, which is never .* on_epoch_end, ") as found:
        fitted(callbacks=Mine())
    assert len(found) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "Stopped after epoch 4: watched was best in epoch 2, at 1; the weights of epoch 2 are back."),
        ({"restore_best_weights": False}, "Stopped after epoch 4: watched was best in epoch 2, at 1."),
        (
            {"baseline": 0.5},
            "Stopped after epoch 2: watched was never better than 0.5; the weights of epoch 1 are back.",
        ),
        ({"baseline": 0.5, "restore_best_weights": False}, "Stopped after epoch 2: watched was never better than 0.5."),
    ],
)
def test_early_stopping_counts_epochs_from_1_where_it_speaks(
    options: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    class Scripted(Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
            logs["watched"] = [2.0, 1.0, 3.0, 3.0, 3.0][epoch]

    stop = EarlyStopping("watched", patience=2, verbose=1, **options)
    fitted(epochs=5, callbacks=[Scripted(), stop])
    assert capsys.readouterr().out.splitlines() == [said]
    assert stop.stopped_epoch == int(re.findall(r"\d+", said)[0]) - 1
