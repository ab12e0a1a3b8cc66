"""Both wheels hold what they should, and what they install passes the engine's tests far from the checkout.

Inside the checkout the folders at the top level shadow any installation: a file missing from the wheel would not show.
`make test-compiled` runs all tests so.
"""

import shutil
import zipfile
from pathlib import Path

import pytest
from builds import ASKED_FOR, PACKAGES, ROOT
from processes import run_python

PACKED = ["*.py", "*.pyi", "*.pxd", "*.css", "*.html", "*.js", "py.typed"]
TESTED = [
    "doctests",
    "value",
    "value_arithmetic",
    "backward",
    "gradients",
    "no_grad",
    "copying",
    "gradcheck",
    "gradcheck_causes",
    "numerics",
    "hard_cases",
    "large_graphs",
    "nn_units",
]
# The pure wheel holds the files that all other tests run; whether it holds them all shows when they are used.
ENGINE_TESTS = {"compiled": TESTED, "python": ["doctests", "value", "backward"]}
WHAT_IS_TESTED = """
from pathlib import Path
import autograd, nn, viz
def test_the_installed_packages_are_tested():
    assert {{str(Path(p.__file__).parents[1]) for p in (autograd, nn, viz)}} == {{{site!r}}}
    assert autograd.backend == {build!r}
"""


def wheel(builds: Path, build: str) -> Path:
    (built,) = (builds / "wheels" / build).iterdir()
    return built


@pytest.mark.parametrize("build", ASKED_FOR)
def test_the_wheel_holds_the_three_packages_and_nothing_else(builds: Path, build: str) -> None:
    names = set(zipfile.ZipFile(wheel(builds, build)).namelist())
    packed = {name for name in names if not name.startswith("glassgrad-0.1.0.dist-info/")}
    compiled = {name for name in packed if name.startswith("autograd/_core.")}
    assert len(compiled) == (build == "compiled")
    source = builds / "source"
    sources = [path for package in PACKAGES for pattern in PACKED for path in (source / package).rglob(pattern)]
    assert packed - compiled == {path.relative_to(source).as_posix() for path in sources}
    assert {f"{package}/py.typed" for package in PACKAGES} <= packed
    assert "glassgrad-0.1.0.dist-info/licenses/LICENSE" in names


def test_the_wheels_say_where_they_can_be_installed(builds: Path) -> None:
    assert wheel(builds, "python").name == "glassgrad-0.1.0-py3-none-any.whl"
    assert "-none-any" not in wheel(builds, "compiled").name


@pytest.mark.parametrize("build", ASKED_FOR)
def test_the_installed_wheel_passes_the_engine_tests_outside_the_checkout(
    builds: Path, build: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    first = tmp_path / "tests" / "test_what_is_tested.py"
    first.write_text(WHAT_IS_TESTED.format(site=str(builds / build), build=build))
    files = [f"tests/{first.name}", *(f"tests/test_{name}.py" for name in ENGINE_TESTS[build])]
    options = ["-q", "-x", "-p", "no:cacheprovider", "--hypothesis-profile=quick", "--hypothesis-seed=0"]
    run_python("-m", "pytest", *options, *files, cwd=tmp_path, path=builds / build, GLASSGRAD_PURE="")
