"""The two builds of the project, as wheels and installed, each in a folder of its own outside the checkout."""

import os
import shutil
import sysconfig
import time
from pathlib import Path

import pytest
from processes import run_python

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["autograd", "nn", "viz"]
ASKED_FOR = {"python": "1", "compiled": "0"}  # GLASSGRAD_PURE, as setup.py reads it
OFFLINE = ["--quiet", "--no-index", "--no-deps"]
COMPILER = (sysconfig.get_config_var("CC") or "cc").split()[0]
HEADER = Path(sysconfig.get_path("include"), "Python.h")


def require_sources() -> None:
    if not (ROOT / "setup.py").exists():
        pytest.skip("outside the checkout there is nothing to build from")


def copy_sources(folder: Path) -> Path:
    """Copy what a build needs, because it writes beside its sources."""
    require_sources()
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "_core.*"))
    for name in ["setup.py", "pyproject.toml", "README.md", "LICENSE"]:
        shutil.copy(ROOT / name, folder)
    return folder


def build(folder: Path) -> None:
    """Put each wheel into `folder`/wheels/BUILD, and install it in `folder`/BUILD."""
    source = copy_sources(folder / "source")
    for name, pure in ASKED_FOR.items():
        wheels = folder / "wheels" / name
        options = [*OFFLINE, "--no-build-isolation", "--wheel-dir", wheels, source]
        run_python("-m", "pip", "wheel", *options, cwd=folder, path=folder, GLASSGRAD_PURE=pure)
        (wheel,) = wheels.iterdir()
        run_python("-m", "pip", "install", *OFFLINE, "--target", folder / name, wheel, cwd=folder, path=folder)


def built_once(folder: Path) -> Path:
    """Build in `folder`, in the first of the processes that ask for it; the others wait until it has done so."""
    ended = folder / "ended"
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 600
        while not ended.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert (folder / "compiled").exists(), "the process that built has failed, or is still at it"
    else:
        try:
            build(folder)
        finally:
            ended.touch()
    return folder


def builds_folder(session: Path) -> Path:
    """The folder of both builds, for a test session whose own temporary folder is `session`."""
    require_sources()
    if shutil.which(COMPILER) is None or not HEADER.exists():
        pytest.skip(f"the compiled build needs a C compiler ({COMPILER}) and Python's headers ({HEADER})")
    shared = session.parent if "PYTEST_XDIST_WORKER" in os.environ else session
    return built_once(shared / "builds")


def run_in(site: Path, program: str, **environment: str) -> str:
    """Run a program with the build that is installed in `site`, far from the checkout; answer what it prints."""
    return run_python("-c", program, cwd=site.parent, path=site, **{"GLASSGRAD_PURE": ""} | environment)
