"""Replayed functions that draw random numbers and keep running statistics: each call is as a call of f would be."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, detect_anomaly, grad, replay
from autograd.errors import DtypeError, UnsupportedError
from nn.effects import drawn, observed


def test_each_call_draws_once_in_the_order_of_eager_calls() -> None:
    def noisy(rng: np.random.Generator) -> Callable[[Any], Any]:
        return lambda x: (x * drawn(lambda: rng.normal(size=3)) + drawn(rng.random)).sum()

    program, eager = replay(noisy(np.random.default_rng(0))), noisy(np.random.default_rng(0))
    x = np.arange(3.0)
    for _ in range(4):
        assert program(x) == pytest.approx(eager(x), rel=1e-14)
    assert program.recordings == 1
    assert program(x[:2].repeat(2)[:3]) == pytest.approx(eager(x[:2].repeat(2)[:3]), rel=1e-14)


def test_numbers_alone_masks_and_integers_can_be_drawn() -> None:
    source, twin = random.Random(0), random.Random(0)
    program = replay(lambda x: x * drawn(source.random))
    assert [program.value_and_grad(2.0) for _ in range(3)] == [(2.0 * t, t) for t in (twin.random() for _ in range(3))]
    rng, other = np.random.default_rng(0), np.random.default_rng(0)
    picked = replay(lambda x: (x * drawn(lambda: rng.random(4) > 0.5))[drawn(lambda: rng.integers(4, size=2))])
    x = np.arange(1.0, 5.0)
    for _ in range(3):
        assert picked(x).tolist() == (x * (other.random(4) > 0.5))[other.integers(4, size=2)].tolist()


def test_what_is_observed_is_handed_over_after_each_call() -> None:
    seen: list[tuple[Any, Any]] = []

    def f(x: Any) -> Any:
        y = x * x
        observed(lambda *data: seen.append(data), y, 7.0)
        return y.sum()

    program = replay(f)
    for k in (1.0, 2.0):
        program.value_and_grad(np.array([k, 3.0]))
    f(Value([5.0, 0.0]))
    assert [(data.tolist(), constant) for data, constant in seen] == [
        ([1.0, 9.0], 7.0), ([4.0, 9.0], 7.0), ([25.0, 0.0], 7.0),
    ]  # fmt: skip
    assert all(isinstance(data, np.ndarray) for data, _ in seen)


def test_a_decision_that_changes_draws_again_for_its_own_way() -> None:
    rng = np.random.default_rng(0)
    program = replay(lambda x: x + drawn(rng.random) if x > 0.0 else x - drawn(rng.random))
    found = [program(1.0), program(-1.0), program(1.0), program(-1.0)]
    assert len(set(found)) == 4 and all(abs(y) >= 1.0 for y in found) and program.recordings == 2


def network(seed: int) -> nn.Module:
    layers = [nn.Linear(4, 6, rng=seed), nn.BatchNorm1d(6), nn.Dropout(0.4, rng=seed), nn.Linear(6, 3, rng=seed + 1)]
    return nn.Sequential(*layers)


def test_dropout_and_batch_norm_replay_as_they_run() -> None:
    models = [network(0), network(0)]
    optimizers = [nn.optim.SGD(model.named_parameters(), lr=0.1) for model in models]

    def loss_of(model: nn.Module) -> Callable[[Any, Any], Any]:
        return lambda x, y: (nn.functional.cross_entropy(out := model(x), y), out)

    program, rng = replay(loss_of(models[1])), np.random.default_rng(1)
    for _ in range(12):
        x, y = rng.normal(size=(9, 4)), rng.integers(0, 3, 9)
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss, outputs = loss_of(models[0])(x, y)
        loss.backward()
        found, found_outputs = program.backward(x, y)
        assert found == pytest.approx(loss.item(), rel=1e-11)
        np.testing.assert_allclose(found_outputs, outputs.data, rtol=1e-9)
        for optimizer in optimizers:
            optimizer.step()
    states = [model.state_dict() for model in models]
    assert program.recordings == 1 and states[1]["1.num_batches_tracked"] == 12
    for name, data in states[0].items():
        np.testing.assert_allclose(states[1][name], data, rtol=1e-9, err_msg=name)


def test_where_f_itself_runs_it_draws_as_ever() -> None:
    rng, twin = np.random.default_rng(0), np.random.default_rng(0)
    program = replay(lambda x: x * drawn(rng.random))
    assert grad(program)(1.0) == twin.random()
    with detect_anomaly():
        assert program(2.0) == 2.0 * twin.random()


def test_check_refuses_what_differs_at_each_call() -> None:
    program = replay(lambda x: x * drawn(np.random.default_rng(0).random))
    with pytest.raises(UnsupportedError, match=r"check: found random draws .* Call model.eval\(\) first"):
        program.check(1.0)
    with pytest.raises(DtypeError):
        replay(lambda x: x * drawn(lambda: "text"))(1.0)


def test_backward_differentiates_the_first_of_a_tuple() -> None:
    w = Value(3.0)
    program = replay(lambda x: (w * x, {"twice": 2.0 * x}, w))
    assert program.backward(2.0) == (6.0, {"twice": 4.0}, 3.0) and w.grad == 2.0
    with detect_anomaly():
        assert program.backward(2.0)[0] == 6.0 and w.grad == 4.0
    program.check(2.0)
    with pytest.raises(DtypeError, match="f returned dict"):
        replay(lambda x: {"loss": w * x}).backward(1.0)
    arrays = Value([1.0, 2.0])
    both = replay(lambda x: ((arrays * x).sum(), arrays * x))
    for _ in range(2):
        arrays.zero_grad()
        loss, outputs = both.backward(np.array([3.0, 4.0]))
        assert loss == 11.0 and outputs.tolist() == [3.0, 8.0] and arrays.grad.tolist() == [3.0, 4.0]
