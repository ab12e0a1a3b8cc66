"""Losses beside PyTorch's: what it once gave, from a file; where it is installed, the comparison itself."""

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from processes import run_python

from autograd import Value
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)
from nn import losses

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / "against_torch"
GOLDEN: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "torch_losses.json").read_text(encoding="utf-8"))
CASES = [(loss, i) for loss, written in GOLDEN.items() for i in range(len(written))]


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("loss_cases")


def test_every_loss_was_written(cases: Any) -> None:
    assert list(cases.DRAWS) == list(GOLDEN)
    modules = [getattr(losses, name) for name in losses.__all__ if name != "Loss"]
    assert {module.function.__name__ for module in modules} == set(GOLDEN)


@pytest.mark.parametrize(("loss", "number"), CASES)
def test_values_and_gradients_are_those_of_pytorch(cases: Any, loss: str, number: int) -> None:
    agreement = importlib.import_module("agreement")
    golden = GOLDEN[loss][number]
    options = {key: np.array(x) if isinstance(x, list) else x for key, x in golden["options"].items()}
    written = cases.Case(loss, tuple(map(np.array, golden["operands"])), options)
    for dtype, tolerance in agreement.TOLERANCES.items():
        found = cases.of_glassgrad(written.to(dtype))
        expected = {key: np.array(x, dtype) for key, x in golden["found"].items()}
        bound = max(tolerance, cases.STATED.get(loss, (0.0, ""))[0])
        # The file holds what double precision gives; rounding the inputs of single precision adds as much again.
        assert agreement.worst(found, expected) <= (bound if dtype == "float64" else 2 * bound)


@pytest.mark.parametrize(("loss", "number"), CASES)
def test_numbers_give_the_same(loss: str, number: int) -> None:
    golden = GOLDEN[loss][number]
    operands, options, expected = golden["operands"], golden["options"], golden["found"]
    if options["reduction"] == "none":
        found = getattr(F, loss)(*operands, **options)
        np.testing.assert_allclose(np.array(found), np.array(expected["output"]), rtol=1e-11, atol=1e-11)
        return
    leaves = [values(x) if f"d operand {i}" in expected else x for i, x in enumerate(operands)]
    result = getattr(F, loss)(*leaves, **options)
    result.backward(float(np.sin(1.0)))  # the cotangent of the file
    assert result.data == pytest.approx(expected["output"], rel=1e-11)
    for i, leaf in enumerate(leaves):
        if f"d operand {i}" in expected:
            np.testing.assert_allclose(gradients_of(leaf), expected[f"d operand {i}"], rtol=1e-9, atol=1e-11)


def values(nested: Any) -> Any:
    return [values(x) for x in nested] if isinstance(nested, list) else Value(nested)


def gradients_of(nested: Any) -> Any:
    return [gradients_of(x) for x in nested] if isinstance(nested, list) else nested.grad


def test_the_comparison_agrees() -> None:
    pytest.importorskip("torch")
    printed = run_python(FOLDER / "losses.py", "--cases", "20")
    assert printed.splitlines()[-1].endswith("; 0 losses apart")
