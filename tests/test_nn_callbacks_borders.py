"""Callbacks with several groups of parameters, with schedules, paths and optimizers that do not fit, and any names."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value
from autograd.errors import ArgumentError, DtypeError
from nn import optim
from nn.optim import lr_scheduler
from nn.training import (
    Callback,
    CSVLogger,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    Trainer,
)  # fmt: skip

X = np.random.default_rng(0).normal(size=(12, 2))
Y = (X[:, 0] > 0).astype(int)


def learner(rates: tuple[float, ...] = (0.1, 0.01)) -> Trainer:
    """A trainer of two layers, each with a rate of its own."""
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Linear(3, 2, rng=0))
    groups = [{"params": layer.parameters(), "lr": rate} for layer, rate in zip(model, rates, strict=True)]
    return Trainer(model, rng=0).compile(optim.SGD(groups, lr=1.0), "cross_entropy")


def rates_after(callback: Callback, epochs: int = 3, rates: tuple[float, ...] = (0.1, 0.01)) -> list[float]:
    trainer = learner(rates)
    trainer.fit(X, Y, epochs=epochs, verbose=0, callbacks=callback)
    return [group["lr"] for group in trainer.optimizer.param_groups]


def test_each_group_keeps_its_share_of_the_rate() -> None:
    never = {"monitor": "loss", "min_delta": 9.0, "patience": 1}
    assert rates_after(ReduceLROnPlateau(**never, factor=0.5)) == pytest.approx([0.025, 0.0025])
    assert rates_after(ReduceLROnPlateau(**never, factor=0.5, min_lr=0.008)) == pytest.approx([0.025, 0.008])
    assert rates_after(ReduceLROnPlateau(**never, factor=0.5, min_lr=0.05)) == pytest.approx([0.05, 0.01])
    assert rates_after(ReduceLROnPlateau(**never, factor=0.5, min_lr=0.2)) == [0.1, 0.01]
    assert rates_after(LearningRateScheduler(lambda epoch, rate: rate / 2)) == pytest.approx([0.0125, 0.00125])
    assert rates_after(LearningRateScheduler(lambda epoch: 0.3 / (1 + epoch)), rates=(0.1, 0.1)) == [0.3 / 3] * 2
    assert rates_after(LearningRateScheduler(partial(max, 0.5)), rates=(0.1, 0.1)) == [2.0] * 2  # has no signature


def test_an_optimizer_of_ones_own_has_one_rate() -> None:
    class Descent:
        def __init__(self, parameters: Any) -> None:
            self.held, self.lr = [p for _, p in parameters], 0.4

        def zero_grad(self) -> None:
            for p in self.held:
                p.zero_grad()

        def step(self) -> None:
            for p in self.held:
                p.data = p.data - self.lr * p.grad

    for callback in (
        ReduceLROnPlateau("loss", 0.5, 1, min_delta=9.0),
        LearningRateScheduler(lambda epoch, rate: rate / 2),
    ):
        trainer = Trainer(nn.Linear(2, 2, rng=0)).compile(Descent, "cross_entropy")
        trainer.fit(X, Y, epochs=2, verbose=0, callbacks=callback)
        assert trainer.optimizer.lr == pytest.approx(0.2 if isinstance(callback, ReduceLROnPlateau) else 0.1)


def other() -> optim.Optimizer:
    return optim.SGD([Value(1.0)], lr=0.1)


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (lambda: lr_scheduler.ReduceLROnPlateau(other()), "found schedule=ReduceLROnPlateau.* is a callback, too"),
        (lambda: lr_scheduler.StepLR(other(), 1), "found a schedule of another optimizer; expected one of"),
        (lambda: lr_scheduler.StepLR, "found schedule=<class .*StepLR'>; expected a function"),
        (lambda: 0.1, "found schedule=0.1; expected a function of"),
        (lambda: lambda epoch: 0.1, "with the rates 0.1, 0.01 and a schedule of the epoch alone; expected a"),
        (lambda: lambda epoch, rate: None, "SGD: found lr=None; expected a finite number"),
    ],
)  # fmt: skip
def test_schedules_that_do_not_fit_are_refused_before_the_first_step(schedule: Any, said: str) -> None:
    trainer = learner()
    before = [p.data for p in trainer.model.parameters()]
    with pytest.raises(ArgumentError, match=said):
        trainer.fit(X, Y, verbose=0, callbacks=LearningRateScheduler(schedule()))
    assert all(p.data is data for p, data in zip(trainer.model.parameters(), before, strict=True))


class Named(nn.Module):
    """Parameters whose names are those of arguments of numpy.savez."""

    def __init__(self) -> None:
        self.file, self.allow_pickle = Value(np.zeros((2, 2))), Value(np.zeros(2))

    def forward(self, x: Any) -> Any:
        return x @ self.file + self.allow_pickle


def test_a_checkpoint_holds_parameters_of_any_name(tmp_path: Path) -> None:
    trainer, path = Trainer(Named()).compile("sgd", "cross_entropy"), tmp_path / "in" / "two" / "state.npz"
    trainer.fit(X, Y, verbose=0, callbacks=ModelCheckpoint(path))
    state = dict(np.load(path))
    assert set(state) == {"file", "allow_pickle"} and [each.name for each in path.parent.iterdir()] == ["state.npz"]
    again = Named()
    again.load_state_dict(state)
    assert all((p.data == q.data).all() for p, q in zip(again.parameters(), trainer.model.parameters(), strict=True))
    assert np.abs(state["file"]).sum() > 0


@pytest.mark.parametrize(
    "path",
    ["{}.npz", "{0}.npz", "{.npz", "}.npz", "{loss:d}.npz", "{loss.x}.npz", "{loss[3]}.npz", "a.npz{epoch}"],
)
def test_paths_that_cannot_be_filled_in(path: str) -> None:
    with pytest.raises(
        ArgumentError, match=r"ModelCheckpoint: found filepath=.* expected a path ending in \.npz, with"
    ):
        ModelCheckpoint(path)


def test_tables_are_written_into_folders_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "in" / "two" / "results.csv"
    learner().fit(X, Y, epochs=2, verbose=0, callbacks=CSVLogger(path))
    assert [line.partition(",")[0] for line in path.read_text().split()] == ["epoch", "0", "1"]
    with pytest.raises(ArgumentError, match="CSVLogger: found separator='ab'; expected a text of one character"):
        CSVLogger(path, separator="ab")


@pytest.mark.parametrize("lacks", ["step", "zero_grad"])
def test_an_optimizer_without_what_it_takes(lacks: str) -> None:
    class Half:
        def __init__(self, parameters: Any) -> None:
            for name in {"step", "zero_grad"} - {lacks}:
                setattr(self, name, lambda: None)

    with pytest.raises(DtypeError, match=rf"compile: optimizer: found Half without {lacks}\(\); expected"):
        Trainer(nn.Linear(2, 2)).compile(Half, "cross_entropy")
