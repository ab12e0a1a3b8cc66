"""The graph compiles to C from the sources as they stand, and gives the same numbers, bit for bit.

This is a smoke test: it keeps out of the sources what Cython cannot compile. `scripts/build_core.py` does the building.
"""

import shutil
import sysconfig
from pathlib import Path

import pytest
from processes import run_python

ROOT = Path(__file__).resolve().parent.parent
COMPILER = (sysconfig.get_config_var("CC") or "cc").split()[0]
HEADER = Path(sysconfig.get_path("include"), "Python.h")

pytestmark = [
    pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"there is no C compiler: {COMPILER}"),
    pytest.mark.skipif(not HEADER.exists(), reason=f"Python's C headers are not installed: {HEADER}"),
]

WHERE = "import autograd.graph.value as value; print(value.__file__, value.Value.__flags__ >> 14 & 1)"

NUMBERS = """
import random
from autograd import Value, no_grad

rng = random.Random(0)
weights = [Value(rng.uniform(-1, 1)) for _ in range(12)]
total = Value(0.0)
for _ in range(20):
    x = [rng.gauss(0, 1) for _ in range(4)]
    hidden = [sum((w * v for w, v in zip(weights[i : i + 4], x)), weights[8]) for i in range(0, 8, 4)]
    total += (hidden[0].tanh() * weights[9] - hidden[1].relu() / (2 + weights[10].exp()) + weights[11] ** 3 - 1) ** 2
total.backward()
print(total.data.hex(), *(w.grad.hex() for w in weights))
with no_grad():
    print((total * 2).data.hex(), repr(weights[0] > 0))
print(repr(total))
"""

ARRAYS = """
import numpy as np
from autograd import Value

rng = np.random.default_rng(0)
w, b = Value(rng.normal(size=(3, 4))), Value(rng.normal(size=4).astype(np.float32))
y = ((np.ones((5, 3)) @ w + b).tanh() ** 2).sum(axis=0)
y.backward(np.arange(4.0))
print(y.data.tobytes().hex(), w.grad.tobytes().hex(), b.grad.dtype, b.grad.tobytes().hex())
"""

DEEP = """
from autograd import Value

for _ in range(3):
    x = y = Value(1.0)
    for _ in range(1_000_000):
        y = y + 1e-6
    y.backward()
    print(round(y.data, 6), x.grad)
    for _ in range(1_000):
        y = [y]
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    run_python(ROOT / "scripts" / "build_core.py", folder, cwd=ROOT, path=ROOT)
    return folder


def test_the_compiled_node_class_is_the_one_imported_and_is_not_collected(compiled: Path) -> None:
    file, collected = run_python("-c", WHERE, cwd=compiled, path=compiled).split()
    assert Path(file).is_relative_to(compiled)
    assert file.endswith((".so", ".pyd"))
    assert collected == "0"  # Py_TPFLAGS_HAVE_GC: graphs have no cycles, and the collector costs a factor of 3


@pytest.mark.parametrize("program", [NUMBERS, ARRAYS], ids=["numbers", "arrays"])
def test_both_builds_print_the_same(compiled: Path, program: str) -> None:
    assert run_python("-c", program, cwd=compiled, path=compiled) == run_python("-c", program, cwd=ROOT, path=ROOT)


def test_deep_graphs_are_freed_without_recursion(compiled: Path) -> None:
    assert run_python("-c", DEEP, cwd=compiled, path=compiled) == "2.0 1.0\n" * 3
