"""Optimizers and schedules beside PyTorch's: what it once gave, from a file; where it is installed, anew."""

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from processes import run_python

from nn import optim

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / "against_torch"
GOLDEN: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "torch_optimizers.json").read_text(encoding="utf-8"))
APART = {"ImplicitSGD", "LBFGS", "Optimizer", "RandomSearch"}  # PyTorch has none, or another one


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("optimizers")


def test_every_case_was_written_and_every_class_is_a_case(cases: Any) -> None:
    assert list(GOLDEN["optimizers"]) == [cases.titled(*case) for case in cases.OPTIMIZERS]
    assert {name for name in optim.__all__ if name[0].isupper()} - APART - {"SearchResult"} == dict(
        cases.OPTIMIZERS
    ).keys()
    schedules = {name for name in optim.lr_scheduler.__all__ if name not in ("LRScheduler", "LambdaLR")}
    assert schedules == dict(cases.SCHEDULES).keys()


@pytest.mark.parametrize("number", range(len(GOLDEN["optimizers"])), ids=list(GOLDEN["optimizers"]))
def test_fifty_steps_are_those_of_pytorch(cases: Any, number: int) -> None:
    name, options = cases.OPTIMIZERS[number]
    golden = GOLDEN["optimizers"][cases.titled(name, options)]
    on_arrays, (state, *_) = cases.path_here(name, options)
    on_numbers, states = cases.path_here(name, options, numbers=True)
    in_float32, _ = cases.path_here(name, options, np.float32)
    for step, expected in golden["weights"].items():
        assert cases.apart(on_arrays[int(step) - 1], expected) <= cases.TOLERANCE
        assert cases.apart(on_numbers[int(step) - 1], expected) <= cases.TOLERANCE
        assert cases.apart(in_float32[int(step) - 1], expected) <= 1e-5
    assert cases.state_apart(state, golden["state"]) <= cases.TOLERANCE
    for key, expected in golden["state"].items():
        found = [one[key] for one in states]
        assert cases.apart(found, np.broadcast_to(np.ravel(expected), len(found))) <= cases.TOLERANCE


def test_sixty_epochs_of_every_schedule_are_those_of_pytorch(cases: Any) -> None:
    golden = iter(GOLDEN["schedules"].items())
    for name, options in cases.SCHEDULES:
        for moved_by in cases.BY_SCHEDULE.get(name, cases.PLAIN):
            title, expected = next(golden)
            assert title == f"{cases.titled(name, options)} of {moved_by}"
            assert cases.apart(cases.rates_here(name, options, moved_by), expected) <= 1e-14, title
    assert not list(golden)


def test_the_comparison_agrees() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("scipy")
    printed = run_python(FOLDER / "optimizers.py")
    assert printed.splitlines()[-1].endswith("; 1e-10 is allowed.")


def test_every_optimizer_is_timed() -> None:
    printed = run_python(ROOT / "benchmarks" / "optimizer_steps.py", "--seconds", "0").splitlines()
    titles = [title.partition("(")[0] for title in GOLDEN["optimizers"]]
    assert [line.split()[0] for line in printed[1:]] == list(dict.fromkeys(titles))
