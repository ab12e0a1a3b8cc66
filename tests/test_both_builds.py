"""Nothing that a user sees differs between the two builds: numbers to the last bit, words, pickles.

What is compared is printed by the programs in both_builds/; each prints much, so that a difference has where to show.
"""

from pathlib import Path

import pytest
from builds import ROOT, run_in
from processes import run_python

PROGRAMS = sorted((ROOT / "tests" / "both_builds").glob("*.py"))
# Where the last bit of a matrix product may depend on how many threads share it out.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "GLASSGRAD_PURE": ""}

PICKLED = """
import copy, pickle, sys
import numpy as np
import autograd
from autograd import Value

def graph():
    x, w = Value(0.5, label="x"), Value(np.arange(6.0).reshape(2, 3), label="w")
    y = (x * 3 - 2 / x).tanh() ** 2 + autograd.sum(w @ w.T * x, axis=0)[1] + autograd.where(x > 0, x, 0.0)
    y.backward()
    return y, x, w, 1 - y
"""
DUMP = PICKLED + "print(autograd.backend, *(pickle.dumps(graph(), p).hex() for p in range(2, 6)))"
LOAD = """
print(autograd.backend)
for text in sys.argv[1:]:
    y, x, w, z = copy.deepcopy(pickle.loads(bytes.fromhex(text)))
    for node in (y, z):
        node.backward()
        print(repr(node), node.tree(), node.item().hex(), x.grad.hex(), w.grad.tobytes().hex(), w.grad.dtype)
"""


def differences(printed: str, expected: str) -> list[str]:
    pairs = zip(printed.splitlines(), expected.splitlines(), strict=False)
    return [f"compiled: {line[:300]}\npython: {other[:300]}" for line, other in pairs if line != other]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_both_builds_print_the_same(builds: Path, program: Path) -> None:
    printed, expected = (
        run_python(program, cwd=builds, path=builds / name, **ONE_THREAD) for name in ("compiled", "python")
    )
    assert len(expected) > 20_000  # a program that printed nothing would compare nothing
    assert differences(printed, expected) == []
    assert printed == expected


def test_a_pickle_of_one_build_is_read_by_the_other(builds: Path) -> None:
    dumps = {name: run_in(builds / name, DUMP).split() for name in ("python", "compiled")}
    assert [backend for backend, *_ in dumps.values()] == ["python", "compiled"]
    assert dumps["python"][1:] == dumps["compiled"][1:]
    texts = {
        (reader, writer): run_python("-c", PICKLED + LOAD, *dumps[writer][1:], cwd=builds, path=builds / reader)
        for reader in dumps
        for writer in dumps
    }
    results = {text.partition("\n")[2] for text in texts.values()}
    assert len(results) == 1 and len(results.pop()) > 1000
