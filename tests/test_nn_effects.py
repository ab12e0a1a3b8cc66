"""Modules of a user's own that keep statistics and draw at random: a replayed run of the trainer is as an eager one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, replay
from autograd.errors import DtypeError, UnsupportedError
from nn.effects import drawn, observed


class Centred(nn.Module):
    """Inputs less the running mean of all batches."""

    def __init__(self, features: int) -> None:
        self.register_buffer("mean", np.zeros(features))
        self.register_buffer("batches", 0)

    def forward(self, x: Any) -> Any:
        mean = x.mean(axis=0)
        if self.training:
            observed(self._keep, mean)
        return x - mean if self.training else x - self.mean

    def _keep(self, mean: Any) -> None:
        self.mean = 0.9 * self.mean + 0.1 * mean
        self.batches += 1


class Noise(nn.Module):
    """Inputs with normal noise."""

    def __init__(self, rng: int) -> None:
        self.rng = np.random.default_rng(rng)

    def forward(self, x: Any) -> Any:
        shape = x.shape
        return x + 0.3 * drawn(lambda: self.rng.normal(size=shape))


def run(module: nn.Module, *, replayed: bool) -> tuple[list[float], nn.Module]:
    """The losses of three epochs with that module between two layers, and the model."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 2))
    model = nn.Sequential(nn.Linear(2, 4, bias=False, rng=0), module, nn.Tanh(), nn.Linear(4, 1, rng=1))
    trainer = nn.Trainer(model, rng=2).compile(nn.optim.Adam(model.parameters(), lr=0.05), "mse")
    history = trainer.fit(x, x[:, :1] * x[:, 1:], batch_size=16, epochs=3, replay=replayed, verbose=0)
    return history.history["loss"], model


@pytest.mark.parametrize("make", [lambda: Centred(4), lambda: Noise(3)], ids=["statistics", "draw"])
def test_losses_and_state_are_the_same_eager_and_replayed(make: Any) -> None:
    (eager, model), (replayed, twin) = (run(make(), replayed=replayed) for replayed in (False, True))
    assert replayed == pytest.approx(eager, rel=1e-12)
    for one, other in zip(model.state_dict().values(), twin.state_dict().values(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11)


def test_statistics_move_with_every_batch_of_a_replay() -> None:
    centred = Centred(4)
    run(centred, replayed=True)
    assert centred.batches == 3 * 4 and type(centred.mean) is np.ndarray


def test_what_is_drawn_plainly_is_frozen_as_the_page_says() -> None:
    class Plain(Noise):
        def forward(self, x: Any) -> Any:
            return x + self.rng.normal(size=x.shape)

    module = Plain(3)
    program = replay(lambda x: module(x).sum())
    assert program(np.ones(3)) == program(np.ones(3))


@pytest.mark.parametrize("replayed", [False, True])
def test_a_computed_value_in_a_buffer_is_refused(replayed: bool) -> None:
    class Kept(Centred):
        def forward(self, x: Any) -> Any:
            self.mean = 0.9 * self.mean + 0.1 * x.mean(axis=0)
            return x - self.mean

    kept = Kept(2)
    message = r"Kept\.mean: found a Value in place of a buffer; expected plain data\..* nn\.effects\.observed\(keep"
    f = replay(kept) if replayed else kept
    with pytest.raises(DtypeError, match=message):
        f(np.ones((3, 2)) if replayed else Value(np.ones((3, 2))))
    assert kept.mean.tolist() == [0.0, 0.0] and not kept.parameters()


@pytest.mark.parametrize("given", [Value([1.0, 2.0]), Value(1.0)])
def test_a_leaf_takes_the_place_of_no_buffer_either(given: Value) -> None:
    centred = Centred(2)
    with pytest.raises(DtypeError, match=r"^Centred\.mean: found a Value .* elsewhere take value\.detach\(\)\.$"):
        centred.mean = given
    centred.register_buffer("mask", None)
    with pytest.raises(DtypeError, match="place of a buffer"):
        centred.mask = given
    centred.mean = given.detach()
    del centred.mask
    centred.mask = given  # an attribute like any other
    assert [name for name, _ in centred.named_parameters()] == ["mask"]


def test_reading_data_in_a_replay_names_what_keeps_statistics() -> None:
    class Read(Centred):
        def forward(self, x: Any) -> Any:
            self.mean = 0.9 * self.mean + 0.1 * x.data.mean(axis=0)
            return x - self.mean

    with pytest.raises(
        UnsupportedError, match=r"v\.data inside .* A module keeps statistics by nn\.effects\.observed\("
    ):
        replay(Read(2))(np.ones((3, 2)))
