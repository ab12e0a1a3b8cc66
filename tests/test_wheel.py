"""The wheel holds what it should, and its installed form passes the engine's tests far from the checkout.

Inside the checkout the folders at the top level shadow any installation: a file missing from the wheel would not show.
"""

import shutil
import zipfile
from pathlib import Path

import pytest
from processes import run_python

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["autograd", "nn", "viz"]
PACKED = ["*.py", "*.pyi", "*.pxd", "py.typed"]
TESTED = [
    "doctests",
    "value",
    "backward",
    "gradients",
    "no_grad",
    "copying",
    "gradcheck",
    "gradcheck_causes",
    "numerics",
    "hard_cases",
    "nn_units",
]
ENGINE_TESTS = [f"test_{name}.py" for name in TESTED]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the sources (a build writes beside them), without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ["pyproject.toml", "README.md", "LICENSE"]:
        shutil.copy(ROOT / name, source)
    offline = ["--no-index", "--no-deps", "--no-build-isolation"]
    run_python("-m", "pip", "wheel", *offline, "--wheel-dir", folder, source, cwd=folder, path=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    packed = {name for name in names if not name.startswith("glassgrad-0.1.0.dist-info/")}
    sources = [path for package in PACKAGES for pattern in PACKED for path in (ROOT / package).rglob(pattern)]
    assert packed == {path.relative_to(ROOT).as_posix() for path in sources}
    assert {f"{package}/py.typed" for package in PACKAGES} <= packed
    assert "glassgrad-0.1.0.dist-info/licenses/LICENSE" in names


def test_the_installed_wheel_passes_the_engine_tests_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    run_python("-m", "pip", "install", "--no-index", "--no-deps", "--target", site, wheel, cwd=tmp_path, path=tmp_path)
    outside = tmp_path / "outside"
    shutil.copytree(ROOT / "tests", outside / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", outside)
    (outside / "tests" / "test_what_is_tested.py").write_text(
        "from pathlib import Path\n"
        "import autograd, nn, viz\n"
        "def test_the_installed_packages_are_tested():\n"
        f"    assert {{str(Path(p.__file__).parents[1]) for p in (autograd, nn, viz)}} == {{{str(site)!r}}}\n"
    )
    files = [f"tests/{name}" for name in ["test_what_is_tested.py", *ENGINE_TESTS]]
    options = ["-q", "-x", "-p", "no:cacheprovider", "--hypothesis-profile=quick"]
    run_python("-m", "pytest", *options, *files, cwd=outside, path=site)
