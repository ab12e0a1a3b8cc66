"""Which build of the core runs: the compiled one where it fits the sources beside it, plain Python everywhere else."""

import os
import shutil
import subprocess
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

import pytest
from builds import copy_sources, run_in
from processes import run_python

import autograd
from autograd._backend import CoreFinder, digest

WHERE = "import autograd, autograd.graph.value as value; print(autograd.backend, value.__file__)"
# What a program prints about the core where a warning is expected: the build that runs, the warning, a gradient.
WARNED = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from autograd import Value, backend
x = Value(3.0)
(x * x).backward()
print(backend, *(f"{w.category.__name__} at {w.filename}:{w.lineno}: {w.message}" for w in caught))
assert x.grad == 6.0
"""


def core_of(site: Path) -> Path:
    (file,) = (site / "autograd").glob("_core.*")
    return file


@pytest.fixture
def copy(builds: Path, tmp_path: Path) -> Path:
    """A copy of the compiled installation, to spoil."""
    return shutil.copytree(builds / "compiled", tmp_path / "site", ignore=shutil.ignore_patterns("__pycache__"))


def test_every_module_that_has_a_pxd_runs_compiled(builds: Path) -> None:
    site = builds / "compiled"
    names = [".".join(path.relative_to(site).with_suffix("").parts) for path in site.rglob("*.pxd")]
    assert "autograd.graph.value" in names
    program = "import importlib\n" + "".join(f"print(importlib.import_module({name!r}).__file__)\n" for name in names)
    assert set(run_in(site, program).splitlines()) == {str(core_of(site))}
    assert run_in(site, "import autograd; print(autograd.backend)") == "compiled\n"


def test_nodes_take_no_part_in_cyclic_collection(builds: Path) -> None:
    # Py_TPFLAGS_HAVE_GC: graphs have no cycles, and the collector would cost a factor of 3.
    assert run_in(builds / "compiled", "from autograd import Value; print(Value.__flags__ >> 14 & 1)") == "0\n"


@pytest.mark.parametrize("build", ["python", "compiled"])
def test_plain_python_runs_where_it_is_asked_for(builds: Path, build: str) -> None:
    found = run_in(builds / build, WHERE, GLASSGRAD_PURE="1").split()
    assert found == ["python", str(builds / build / "autograd" / "graph" / "value.py")]


def edit_a_source(site: Path) -> None:
    with (site / "autograd" / "graph" / "value.py").open("a") as file:
        file.write("# edited\n")


def edit_a_pxd(site: Path) -> None:
    with (site / "autograd" / "graph" / "value.pxd").open("a") as file:
        file.write("# edited\n")


def take_a_pxd_away(site: Path) -> None:
    (site / "autograd" / "graph" / "value.pxd").unlink()


def compiled_by_somebody_else(site: Path) -> None:
    core_of(site).write_bytes(b"what no operating system can load")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (edit_a_source, "was made from other sources (digest "),
        (edit_a_pxd, "was made from other sources (digest "),
        (take_a_pxd_away, "was made from other sources (digest "),
        (compiled_by_somebody_else, "cannot be loaded ("),
    ],
)
def test_a_core_that_does_not_fit_is_not_used_and_not_passed_over_in_silence(
    copy: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    assert run_in(copy, WARNED) == "compiled\n"
    spoil(copy)
    printed = run_in(copy, WARNED)
    assert printed.startswith(f"python CoreWarning at <string>:5: autograd: the compiled core {reason}")
    assert "`make core`" in printed and printed.count("\n") == 1
    assert run_in(copy, WARNED, GLASSGRAD_PURE="1") == "python\n"


def test_the_digest_tells_all_sources_apart(tmp_path: Path) -> None:
    modules = ["a", "b.c"]
    (tmp_path / "b").mkdir()
    found = [digest(str(tmp_path), modules)]
    for name in ["a.py", "a.pxd", "b/c.py", "b/c.pxd"]:
        (tmp_path / name).write_text("x = 1")
        found.append(digest(str(tmp_path), modules))
    (tmp_path / "a.py").write_text("x = 2")
    found += [digest(str(tmp_path), modules), digest(str(tmp_path), modules[:1])]
    assert len(set(found)) == len(found)
    assert digest(str(tmp_path), modules) == digest(str(tmp_path), modules)


def test_the_digest_is_quickly_computed(builds: Path) -> None:
    site = builds / "compiled"
    names = [".".join(path.relative_to(site).with_suffix("").parts) for path in site.rglob("*.pxd")]
    assert min(timeit.repeat(lambda: digest(str(site), names), number=10, repeat=5)) / 10 < 5e-3  # measured: 0.1 ms


def test_the_finder_leaves_other_modules_alone() -> None:
    finder = CoreFinder("core.so", ["autograd.graph.value"])
    assert finder.find_spec("autograd.graph.walks") is None and finder.find_spec("numpy") is None


def test_choosing_again_changes_nothing(builds: Path) -> None:
    program = "import importlib, sys, autograd; n = len(sys.meta_path); importlib.reload(autograd)\n"
    assert run_in(builds / "compiled", program + "print(len(sys.meta_path) - n, autograd.backend)") == "0 compiled\n"


def test_this_process_says_what_it_runs() -> None:
    is_python = str(sys.modules["autograd.graph.value"].__file__).endswith(".py")
    assert autograd.backend == ("python" if is_python else "compiled")


# ---- where nothing can be compiled ----


def no_compiler(source: Path) -> dict[str, str]:
    return {"CC": str(source / "no-such-compiler")}


def no_cython(source: Path) -> dict[str, str]:
    (source / "Cython").mkdir()
    (source / "Cython" / "__init__.py").write_text("raise ImportError('there is no Cython')")
    return {}


@pytest.mark.parametrize("lacking", [no_compiler, no_cython])
def test_the_build_succeeds_where_nothing_can_be_compiled_unless_it_must_be(
    tmp_path: Path, lacking: Callable[[Path], dict[str, str]]
) -> None:
    source = copy_sources(tmp_path / "source")
    environment = lacking(source) | {"PYTHONWARNINGS": "ignore"}
    command = [source / "setup.py", "--quiet", "build", "--build-lib", tmp_path / "built"]
    with pytest.raises(AssertionError, match=r"(?s)exit status 1.*(no-such-compiler|there is no Cython)"):
        run_python(*command, cwd=source, path=source, GLASSGRAD_PURE="0", **environment)
    inherited = os.environ | {"GLASSGRAD_PURE": "", "PYTHONPATH": str(source)} | environment
    done = subprocess.run([sys.executable, *map(str, command)], cwd=source, env=inherited, capture_output=True)
    assert done.returncode == 0 and b"autograd._core" in done.stderr  # what was left out is said
    assert run_in(tmp_path / "built", WARNED) == "python\n"
