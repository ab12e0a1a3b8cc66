"""Schedules: formulas, state, groups, errors. That they are PyTorch's: test_nn_against_torch_optimizers.py."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.errors import ArgumentError
from nn.optim import LBFGS, SGD, Adagrad, Adam
from nn.optim import lr_scheduler as schedules
from nn.optim.lr_scheduler import LRScheduler, OneCycleLR, ReduceLROnPlateau

Make = Callable[[Any], LRScheduler]
rates = st.floats(1e-4, 10)

# Each schedule, and its rate after t steps from the rate `base`, written out by hand.
FORMULAS: dict[str, tuple[Make, Callable[[float, int], float]]] = {
    "StepLR": (lambda o: schedules.StepLR(o, 4), lambda base, t: base * 0.1 ** math.floor(t / 4)),
    "MultiStepLR": (
        lambda o: schedules.MultiStepLR(o, [9, 2, 2], gamma=0.5),
        lambda base, t: base * (0.125 if t >= 9 else 0.25 if t >= 2 else 1.0),
    ),
    "ExponentialLR": (lambda o: schedules.ExponentialLR(o, 0.9), lambda base, t: base * math.prod([0.9] * t)),
    "CosineAnnealingLR": (
        lambda o: schedules.CosineAnnealingLR(o, 8, eta_min=0.01),
        lambda base, t: 0.01 + (base - 0.01) * math.cos(math.pi * t / 16) ** 2,
    ),
    "LinearLR": (
        lambda o: schedules.LinearLR(o, 0.2, total_iters=4),
        lambda base, t: base * (0.2, 0.4, 0.6, 0.8, 1.0)[min(t, 4)],
    ),
    "LambdaLR": (lambda o: schedules.LambdaLR(o, lambda t: 1 / (1 + t)), lambda base, t: base / (1 + t)),
    "OneCycleLR": (
        lambda o: OneCycleLR(o, 1.0, 13, pct_start=5 / 13, anneal_strategy="linear", final_div_factor=5),
        lambda base, t: 0.04 + 0.24 * t if t <= 4 else 1.0 - 0.124 * (t - 4),
    ),
    "ReduceLROnPlateau": (
        lambda o: ReduceLROnPlateau(o, patience=3),
        lambda base, t: base * 0.1 ** max(0, (t - 1) // 4),
    ),
}
MAKES: dict[str, Make] = {
    **{name: make for name, (make, _) in FORMULAS.items()},
    "OneCycleLR, cos": lambda o: OneCycleLR(o, [0.3, 0.4], epochs=4, steps_per_epoch=5, three_phase=True),
    "ReduceLROnPlateau, max": lambda o: ReduceLROnPlateau(o, "max", patience=1, cooldown=2, min_lr=[0.0, 0.1]),
}
over_schedules = pytest.mark.parametrize("name", MAKES)


def step(schedule: LRScheduler, metric: float = 1.0) -> None:
    schedule.step(*([metric] if isinstance(schedule, ReduceLROnPlateau) else []))


def groups() -> SGD:
    return SGD([{"params": [Value(1.0)]}, {"params": [Value(1.0)], "lr": 0.2}], lr=0.5, momentum=0.9)


# ---- formulas --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMULAS)
@given(base=rates)
def test_the_rate_after_each_step(name: str, base: float) -> None:
    make, formula = FORMULAS[name]
    optimizer = SGD([Value(1.0)], lr=base)
    schedule = make(optimizer)
    for t in range(13):
        assert optimizer.lr == pytest.approx(formula(base, t), rel=1e-12), t
        assert schedule.get_last_lr() == [optimizer.lr]
        assert schedule.last_epoch == t
        step(schedule)


def test_momentum_falls_while_the_rate_rises() -> None:
    sgd, adam = SGD([Value(1.0)], momentum=0.9), Adam([Value(1.0)], betas=(0.9, 0.99))
    for optimizer in (sgd, adam):
        schedule, found = OneCycleLR(optimizer, 1.0, 11, pct_start=5 / 11), []
        for _ in range(11):
            options = optimizer.options
            found.append(options["betas"][0] if "betas" in options else options["momentum"])
            step(schedule)
        assert found[0] == found[10] == pytest.approx(0.95) and found[4] == pytest.approx(0.85)
        assert found[:5] == sorted(found[:5], reverse=True) and found[4:] == sorted(found[4:])
        with pytest.raises(ArgumentError, match=r"OneCycleLR\.step: found step 12; expected total_steps, 11, at most"):
            schedule.step()
        assert schedule.last_epoch == 11
    assert adam.options["betas"][1] == 0.99


def test_a_plateau_is_one_of_epochs_without_improvement() -> None:
    optimizer = SGD([Value(1.0)], lr=1.0)
    schedule = ReduceLROnPlateau(optimizer, patience=1, factor=0.5, cooldown=2, threshold=0.1)
    told = [1.0, 0.95, 0.92, 0.8, 0.79, 0.78, 0.77, 0.76, Value(0.75), math.nan, math.nan]
    #       best  bad   fall cool,best cool  bad   fall  cool  cool         bad       fall
    found = []
    for metric in told:
        schedule.step(metric)
        found.append(optimizer.lr)
    assert found == [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125]
    assert schedule.best == 0.8


def test_a_plateau_lowers_each_group_to_its_own_lowest_rate() -> None:
    optimizer = groups()
    schedule = ReduceLROnPlateau(optimizer, patience=0, min_lr=[0.1, 0.05])
    for expected in ([0.5, 0.2], [0.1, 0.05], [0.1, 0.05]):
        schedule.step(1.0)
        assert schedule.get_last_lr() == pytest.approx(expected)


# ---- state -----------------------------------------------------------------------------------------------------------


@over_schedules
def test_a_schedule_goes_on_from_its_state(name: str) -> None:
    optimizer = groups()
    schedule = MAKES[name](optimizer)
    for t in range(6):
        step(schedule, 1.0 - t // 3)
    saved = json.loads(json.dumps([optimizer.state_dict(), schedule.state_dict()]))
    resumed_optimizer = groups()
    resumed = MAKES[name](resumed_optimizer)
    resumed_optimizer.load_state_dict(saved[0])
    resumed.load_state_dict(saved[1])
    for t in range(6):
        assert resumed.state_dict() == schedule.state_dict()
        assert repr(resumed) == repr(schedule) and f"after {6 + t} steps" in repr(schedule)
        assert resumed_optimizer.state_dict() == optimizer.state_dict()
        for one in (schedule, resumed):
            step(one, -t)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"last_epoch": -1}, "StepLR.load_state_dict: found last_epoch=-1; expected a whole number"),
        ({"base_lrs": [0.1]}, "StepLR.load_state_dict: found 1 rates; expected one for each of the 2 groups"),
        ({"base_lrs": [0.1, -1]}, "found base_lrs="),
        ({"options": {"step_size": 3}}, r"StepLR.load_state_dict, options: found missing \['gamma'\]"),
        ({"options": {"step_size": 0, "gamma": 0.1}}, "StepLR: found step_size=0"),
        ({"best": 1.0}, r"found unexpected \['best'\]"),
    ],
)
def test_loading_is_all_or_nothing(changes: dict[str, Any], message: str) -> None:
    optimizer = groups()
    schedule = schedules.StepLR(optimizer, 1)
    saved = schedule.state_dict()
    schedule.step()
    before = schedule.state_dict(), optimizer.state_dict()
    with pytest.raises(ArgumentError, match=message):
        schedule.load_state_dict({**saved, **changes})
    assert (schedule.state_dict(), optimizer.state_dict()) == before


# ---- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: schedules.StepLR(3, 1), "StepLR: found 3; expected an optimizer that has a learning rate"),
        (lambda: schedules.StepLR(LBFGS([Value(1.0)]), 1), "StepLR: found LBFGS"),
        (lambda: schedules.StepLR(groups(), 1.5), "step_size=1.5; expected a whole number of at least 1"),
        (lambda: schedules.MultiStepLR(groups(), 3), "milestones=3; expected a list of values, each a whole number"),
        (lambda: schedules.MultiStepLR(groups(), [-3]), r"milestones=\[-3\]; expected a list"),
        (lambda: schedules.ExponentialLR(groups(), -0.1), "gamma=-0.1; expected a finite number from 0"),
        (lambda: schedules.CosineAnnealingLR(groups(), 0), "T_max=0; expected a whole number"),
        (lambda: schedules.LinearLR(groups(), total_iters=0), "total_iters=0; expected a whole number"),
        (lambda: schedules.LinearLR(groups(), 0.0), "start_factor=0.0; expected a number above 0 to 1"),
        (lambda: schedules.LinearLR(groups(), 1.5), "start_factor=1.5; expected a number above 0 to 1"),
        (lambda: schedules.LinearLR(groups(), end_factor=1.5), "end_factor=1.5; expected a number from 0 to 1"),
        (lambda: schedules.LambdaLR(groups(), 0.1), "LambdaLR: found lr_lambda=0.1; expected a function"),
        (lambda: OneCycleLR(groups(), 1.0), "OneCycleLR: found total_steps=None; expected a whole number"),
        (lambda: OneCycleLR(groups(), 1.0, 5, pct_start=1.1), "pct_start=1.1; expected a number from 0 to 1"),
        (lambda: OneCycleLR(groups(), 1.0, 5, anneal_strategy="sin"), "anneal_strategy='sin'; expected 'cos' or"),
        (lambda: OneCycleLR(groups(), 1.0, 5, div_factor=0), "div_factor=0; expected a finite number above 0"),
        (lambda: OneCycleLR(groups(), [1.0], 5), "OneCycleLR: max_lr: found 1 of them; expected one for each of 2"),
        (lambda: OneCycleLR(Adagrad([Value(1.0)]), 1.0, 5), "OneCycleLR: found Adagrad, which has neither momentum"),
        (lambda: ReduceLROnPlateau(groups(), factor=1.0), "factor=1.0; expected a number from 0 to below 1"),
        (lambda: ReduceLROnPlateau(groups(), "least"), "mode='least'; expected 'min' or 'max'"),
        (lambda: ReduceLROnPlateau(groups(), patience=True), "patience=True; expected a whole number"),
    ],
)
def test_errors(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        build()


@given(st.integers(1, 12), st.floats(0, 1), st.booleans(), st.sampled_from(["cos", "linear"]))
def test_one_cycle_is_finite_and_ends_low_however_short(total: int, share: float, three: bool, strategy: str) -> None:
    optimizer = SGD([Value(1.0)])
    schedule = OneCycleLR(optimizer, 1.0, total, pct_start=share, three_phase=three, anneal_strategy=strategy)
    for _ in range(total - 1):
        assert 0.0 <= optimizer.lr <= 1.0 + 1e-12
        schedule.step()
    assert total == 1 or three or share == 1.0 or optimizer.lr < 0.05  # where all steps rise, the last is the highest


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: schedules.ExponentialLR(o, 1e200), "found lr=inf; expected a finite number from 0"),
        (lambda o: schedules.LambdaLR(o, lambda t: 1e308 if t == 2 else 1.0), "found lr=inf"),
        (
            lambda o: schedules.LambdaLR(o, lambda t: 1.0 if t < 2 else None),  # type: ignore[arg-type,return-value]
            r"LambdaLR, lr_lambda\(2\): found None; expected a number",
        ),
        (lambda o: OneCycleLR(o, 1.0, 4, pct_start=0.75, base_momentum=0.0), "found nesterov=True with momentum=0.0"),
    ],
)
def test_a_step_that_fails_changes_no_group(make: Make, message: str) -> None:
    optimizer = SGD(
        [{"params": [Value(1.0)]}, {"params": [Value(1.0)], "lr": 10.0}], lr=0.1, momentum=0.9, nesterov=True
    )
    schedule = make(optimizer)
    schedule.step()
    before = schedule.state_dict(), optimizer.state_dict()
    with pytest.raises(ArgumentError, match=message):
        schedule.step()
    assert (schedule.state_dict(), optimizer.state_dict()) == before


@pytest.mark.parametrize("name", FORMULAS)
def test_a_group_that_came_after_the_schedule(name: str) -> None:
    optimizer = SGD([Value(1.0)], lr=0.1, momentum=0.9)
    schedule = FORMULAS[name][0](optimizer)
    optimizer.add_param_group({"params": [Value(2.0)]})
    before = schedule.state_dict(), optimizer.state_dict()
    with pytest.raises(ArgumentError, match=rf"{name}\.step: found an optimizer of 2 groups; expected 1, as when"):
        schedule.step(*[1.0] * (name == "ReduceLROnPlateau"))
    assert (schedule.state_dict(), optimizer.state_dict()) == before


@pytest.mark.parametrize("metric", [None, "loss", Value([1.0, 2.0]), 10**400], ids=["none", "text", "two", "huge"])
def test_a_plateau_of_no_number(metric: Any) -> None:
    schedule = ReduceLROnPlateau(groups())
    with pytest.raises(ArgumentError, match=r"ReduceLROnPlateau\.step, metrics: found .*; expected a number"):
        schedule.step(metric)
    assert schedule.last_epoch == 0
    schedule.step(np.array([0.5]))  # type: ignore[arg-type]
    assert schedule.best == 0.5
