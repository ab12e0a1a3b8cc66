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
y = x.exp2()
y.backward()
assert y.data == exp2(3.0) == 8.0 and y.op is exp2
assert exp2([1.0, 2.0]).tolist() == [2.0, 4.0] and exp2(1e9) == math.inf
assert gradcheck(exp2, Value([0.5, -2.0]))
"""


def test_the_entry_is_all_that_an_operation_takes() -> None:
    (entry,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    program = [sys.executable, "-c", BEFORE + entry + AFTER]  # a process of its own: the table is shared by all tests
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
