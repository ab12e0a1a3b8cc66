"""The operation that CONTRIBUTING.md adds as its example works as printed there."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BEFORE = """
import math
import autograd
from autograd import Value, gradcheck, ieee
from autograd.ops.builders import elementwise
"""
AFTER = """
x = Value(3.0)
y = x.exp10()
y.backward()
assert y.data == exp10(3.0) == 1000.0 and y.op is exp10
assert exp10([1.0, 2.0]).tolist() == [10.0, 100.0] and exp10(1e9) == math.inf
assert gradcheck(exp10, Value([0.5, -2.0]))
"""


def test_the_entry_is_all_that_an_operation_takes() -> None:
    (entry,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    program = [sys.executable, "-c", BEFORE + entry + AFTER]  # a process of its own: the table is shared by all tests
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
