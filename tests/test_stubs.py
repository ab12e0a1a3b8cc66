"""The type hints of what the table installs are up to date, and say what a type checker should know."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "scripts" / "generate_stubs.py"


@pytest.fixture(scope="module")
def generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate_stubs", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_stubs_are_up_to_date(generator: Any) -> None:
    assert generator.STUBS.read_text() == generator.stubs(), "run scripts/generate_stubs.py"


GOOD = """
import autograd
import numpy as np
from autograd import GlassgradError, Value, gradcheck, gradients, no_grad, tangents, topological_order

x = Value([[1.0, 2.0]], label="x", dtype=np.float32)
w: Value = autograd.tanh(x)
y: Value = x.sum(axis=0, keepdims=True) @ w.T + 2 * x.relu() ** 2 - x.at[0].set(1.0) / x[0]
z: Value = autograd.einsum("ij,jk,k->i", x, w, 2.0)
y.backward(np.ones((1, 2)), leaves_only=True)
text: str = y.tree() + y.label + repr(y)
number: float = y.mean().item()
x.data -= 0.1 * x.grad
x.requires_grad = False
with no_grad():
    nodes: list[Value] = topological_order(y) + gradients(y, [x]) + tangents([y], [(x, 1.0)])
passed: bool = gradcheck(autograd.softplus, 1.0, eps=1e-6)
"""

BAD = {
    "float(Value(1.0))": "float",
    "Value(1.0)[0] = 2.0": "index",
    "class Sub(Value): pass": "final",
    "Value(1.0).sum(axes=0)": "axes",
    "autograd.tanh()": "Missing positional argument",
    "Value(1.0, label=3)": "label",
    "Value(1.0).nosuch": "nosuch",
}


def mypy(path: Path, source: str) -> str:
    path.write_text(source)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    return done.stdout + done.stderr


def test_mypy_accepts_what_works_and_refuses_what_does_not(tmp_path: Path) -> None:
    assert mypy(tmp_path / "good.py", GOOD).startswith("Success")
    report = mypy(tmp_path / "bad.py", "import autograd\nfrom autograd import Value\n" + "\n".join(BAD)).splitlines()
    for i, words in enumerate(BAD.values(), start=3):
        assert any(f"bad.py:{i}:" in line and words in line for line in report), report
