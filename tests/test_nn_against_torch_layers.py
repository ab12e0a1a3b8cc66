"""Layers beside PyTorch's: what it once gave, from a file; where it is installed, the comparison itself."""

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from processes import run_python

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / "against_torch"
GOLDEN: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "torch_layers.json").read_text(encoding="utf-8"))
FAMILIES = ("activations", "convolution", "dropout", "embedding", "linear", "normalization", "pooling", "shape")


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("layer_cases")


def arrays(part: dict[str, Any]) -> dict[str, Any]:
    return {name: np.array(data) for name, data in part.items()}


def test_every_case_was_written_and_every_layer_is_a_case(cases: Any) -> None:
    assert [case.name for case in cases.CASES] == list(GOLDEN)
    layers = {name for family in FAMILIES for name in importlib.import_module(f"nn.layers.{family}").__all__}
    assert layers - {"Step"} == {case.layer for case in cases.CASES}  # PyTorch has no Step


@pytest.mark.parametrize("number", range(len(GOLDEN)), ids=list(GOLDEN))
def test_outputs_and_gradients_are_those_of_pytorch(cases: Any, number: int) -> None:
    agreement, case = importlib.import_module("agreement"), cases.CASES[number]
    golden = GOLDEN[case.name]
    for dtype, tolerance in agreement.TOLERANCES.items():
        layer = case.build(dtype)
        layer.load_state_dict({name: np.array(data) for name, data in golden["state"].items()})
        x = np.array(golden["input"])
        found = cases.of_glassgrad(layer, x if x.dtype.kind == "i" else x.astype(dtype))
        expected = arrays(golden["found"])
        assert {a.dtype.name for a in found.values() if a.dtype.kind == "f"} == {dtype}
        expected = {name: a.astype(found[name].dtype) for name, a in expected.items()}
        bound = max(tolerance, cases.STATED.get(case.layer, (0.0, ""))[0])
        # The file holds what double precision gives; rounding the inputs of single precision adds as much again.
        assert agreement.worst(found, expected) <= (bound if dtype == "float64" else 2 * bound)


def test_the_comparison_agrees() -> None:
    pytest.importorskip("torch")
    printed = run_python(FOLDER / "layers.py")
    assert printed.splitlines()[-1].endswith("; 0 layers apart")
