"""What is asked of graphs and installations as such: depth, memory, the time to import and to compile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = os.sysconf("SC_PAGE_SIZE")
MILLION = 1_000_000
Step = tuple[dict[str, float], float]


def resident() -> int:
    """Bytes of memory that this process has now."""
    return PAGE * int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


def peak() -> int:
    """The most bytes of memory that this process ever had, its "high water mark"."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def scalar_chain(node: Callable[[float], Any], length: int = MILLION) -> Iterator[Step]:
    """Build a chain of single numbers, differentiate it and let it go."""
    while True:
        x = node(1.0)
        start = time.perf_counter()
        y = x
        for _ in range(length):
            y = y + x
        built = time.perf_counter()
        y.backward()
        walked = time.perf_counter()
        del y
        freed = time.perf_counter()
        parts = {"build": built - start, "backward": walked - built, "free": freed - walked, "all": freed - start}
        yield parts, float(x.grad)


def node_memory(node: Callable[[float], Any], length: int = MILLION) -> Iterator[Step]:
    """The growth of this process over a chain of nodes with two operands each; once, as freed memory is used again."""
    x = y = node(1.0)
    before = resident()
    for _ in range(length):
        y = y * x
    yield {"memory of a node": (resident() - before) / length}, float(y.data)


def tensor_chain(engine: Any, length: int = MILLION) -> Iterator[Step]:
    """The time and the growth of this process over a chain of operations on an array of one element; once, as above."""

    def chain(x: Any) -> Any:
        for _ in range(length):
            x = x * 0.999999
        return x

    x = engine.one_element()
    before = resident()
    start = time.perf_counter()
    engine.differentiate(chain, x)
    seconds = time.perf_counter() - start
    yield {"all": seconds, "memory at most": max(0, peak() - before)}, 0.0


def import_time(package: str) -> Iterator[Step]:
    """The time of the import in a fresh interpreter, and whether NumPy came with it."""
    program = (
        f"import sys, time; start = time.perf_counter(); import {package}; "
        "print(time.perf_counter() - start, int('numpy' in sys.modules))"
    )
    while True:  # -P: what is installed, not what lies in the folder that this runs in
        seconds, numpy = map(float, run("-P", "-c", program).split())
        yield {"import": seconds, "NumPy loaded": numpy}, 0.0


def compile_time() -> Iterator[Step]:
    """The time of compiling the core from nothing, in a copy of what it is made from."""
    while True:
        with tempfile.TemporaryDirectory() as folder:
            copy = copied(Path(folder) / "source")
            start = time.perf_counter()
            run("setup.py", "-q", "build_ext", cwd=copy, env=os.environ | {"GLASSGRAD_PURE": "0"})
            yield {"compile": time.perf_counter() - start}, 0.0


def run(*arguments: str, **options: Any) -> str:
    """What this interpreter prints in a process of its own.

    Raises:
        RuntimeError: with the last line of its complaint, where it fails.
    """
    done = subprocess.run([sys.executable, *arguments], capture_output=True, check=False, encoding="utf-8", **options)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().rpartition("\n")[2])
    return done.stdout


def copied(folder: Path) -> Path:
    """A copy of all that an installation is made from, as `folder`: building leaves nothing in the checkout."""
    for package in ("autograd", "nn", "viz"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder
