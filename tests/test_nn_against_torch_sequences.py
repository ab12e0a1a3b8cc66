"""Layers for sequences agree with what PyTorch gave, as it is written in a file; where it is installed, with itself."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from processes import run_python

TESTS = Path(__file__).resolve().parent
FOLDER = TESTS.parent / "benchmarks" / "against_torch"
GOLDEN = json.loads((TESTS / "golden" / "torch_sequences.json").read_text(encoding="utf-8"))


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The cases that are compared."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("sequence_cases")


def test_the_file_has_every_case(cases: Any) -> None:
    assert [case.name for case in cases.SEQUENCES] == list(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_outputs_and_gradients_are_those_that_pytorch_gave(name: str, cases: Any) -> None:
    case = next(case for case in cases.SEQUENCES if case.name == name)
    rng = np.random.default_rng(0)
    inputs, layer = case.inputs(rng, "float64"), case.build("float64")
    if not case.is_function:
        layer.load_state_dict(cases.random_state(layer, rng))
    found = cases.fingerprint(cases.of_glassgrad(case, layer, inputs))
    assert found == pytest.approx(GOLDEN[name], rel=1e-12, abs=1e-12)


def test_pytorch_itself_agrees() -> None:
    pytest.importorskip("torch")
    assert run_python(FOLDER / "sequences.py").endswith("0 layers apart\n")
