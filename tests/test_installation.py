"""A folder that holds files of this project and of HIPS autograd stops whatever is still this project's."""

import shutil
import timeit
from pathlib import Path

import pytest
from processes import run_python

import autograd
from autograd import _installation
from autograd._installation import FOREIGN_FILES, MixedInstallationError, check_installation

ROOT = Path(autograd.__file__).resolve().parent.parent
PACKAGES = ["autograd", "nn", "viz"]
MEND = "pip uninstall -y autograd glassgrad"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with this project's packages and nothing else."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def plant_foreign_files(site: Path) -> None:
    for name in FOREIGN_FILES:
        (site / "autograd" / name).write_text("")


def ours_over_theirs(site: Path) -> None:
    plant_foreign_files(site)


def theirs_over_ours(site: Path) -> None:
    plant_foreign_files(site)
    (site / "autograd" / "__init__.py").write_text("def grad(f): return f\n")


def theirs_over_ours_and_broken(site: Path) -> None:
    """An old release of theirs fails under a new NumPy before anything of ours runs."""
    plant_foreign_files(site)
    (site / "autograd" / "__init__.py").write_text("import sys\nsys.what_newer_releases_no_longer_have\n")


def theirs_in_place_of_ours(site: Path) -> None:
    """`pip install --target --upgrade` replaces whole folders."""
    shutil.rmtree(site / "autograd")
    (site / "autograd").mkdir()
    theirs_over_ours(site)


def theirs_uninstalled(site: Path) -> None:
    """Uninstalling the other project removes the files that both have."""
    (site / "autograd" / "__init__.py").unlink()


def import_in(site: Path, package: str) -> str:
    """Import `package` in a fresh interpreter that sees `site` alone; answer the ImportError's text, or "imported"."""
    program = f"""
import sys
sys.path.insert(0, {str(site)!r})
try:
    import {package}
except ImportError as error:
    print(error)
else:
    print("imported")
"""
    return run_python("-I", "-S", "-c", program)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_clean_installation_imports_without_any_other_package(site: Path, package: str) -> None:
    assert import_in(site, package) == "imported\n"


@pytest.mark.parametrize("package", PACKAGES)
def test_ours_installed_over_theirs_stops(site: Path, package: str) -> None:
    ours_over_theirs(site)
    assert MEND in import_in(site, package)


@pytest.mark.parametrize("package", ["nn", "viz"])
@pytest.mark.parametrize(
    "mix", [theirs_over_ours, theirs_over_ours_and_broken, theirs_in_place_of_ours, theirs_uninstalled]
)
def test_what_is_left_of_ours_stops(site: Path, mix, package: str) -> None:
    mix(site)
    assert MEND in import_in(site, package)


@pytest.mark.parametrize("name", FOREIGN_FILES)
def test_one_foreign_file_is_enough_and_is_named(site: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "autograd" / name).write_text("")
    monkeypatch.setattr(_installation, "__file__", str(site / "autograd" / "_installation.py"))
    with pytest.raises(MixedInstallationError, match=rf"(?s)holds {name}\b.*{MEND}"):
        check_installation()


def test_a_package_without_its_own_init_is_only_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(autograd, "__file__")  # as in a namespace package
    with pytest.raises(MixedInstallationError, match=f"(?s)a part of Glassgrad's files.*{MEND}"):
        check_installation()


def test_the_check_takes_well_under_a_millisecond() -> None:
    assert min(timeit.repeat(check_installation, number=100, repeat=5)) / 100 < 2e-4
