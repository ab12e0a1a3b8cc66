"""Run the tests on a build of the project, installed outside the checkout: `test_installed.py BUILD [pytest options]`.

BUILD is "python" or "compiled". Inside the checkout its own folders would shadow any installation.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["autograd", "nn", "viz"]
BUILD_FILES = ["setup.py", "pyproject.toml", "README.md", "LICENSE"]
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "_core.*", "build", "dist", "out", ".*", "*.egg-info")
OF_THE_SOURCES = ["manual", "mutation", "stubs"]  # these tests read the packages' sources where the checkout has them
PURE = {"python": "1", "compiled": "0"}  # GLASSGRAD_PURE, as setup.py reads it


def python(*arguments: object, folder: Path, **environment: str) -> int:
    return subprocess.call([sys.executable, *map(str, arguments)], cwd=folder, env=os.environ | environment)


def install(build: str, folder: Path) -> Path:
    """Build from a copy of the sources, because a build writes beside them; answer where it is installed."""
    source, site = folder / "source", folder / "site"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=LEFT_BEHIND)
    for name in BUILD_FILES:
        shutil.copy(ROOT / name, source)
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", site]
    if python("-m", "pip", "install", *options, source, folder=folder, GLASSGRAD_PURE=PURE[build]):
        sys.exit(f"test_installed: the {build} build could not be installed, for the reason above")
    return site


def main(build: str, *options: str) -> int:
    with tempfile.TemporaryDirectory(prefix="glassgrad-") as name:
        folder = Path(name)
        site = install(build, folder)
        outside = shutil.copytree(ROOT, folder / "outside", ignore=LEFT_BEHIND)
        (outside / "setup.py").unlink()  # without it, the tests that build wheels skip themselves
        for package in PACKAGES:
            shutil.rmtree(outside / package)
        program = "import autograd; print(autograd.__file__, autograd.backend)"
        python("-c", program, folder=outside, PYTHONPATH=str(site), GLASSGRAD_PURE="")
        ignored = [f"--ignore=tests/test_{name}.py" for name in OF_THE_SOURCES]
        return python("-m", "pytest", *ignored, *options, folder=outside, PYTHONPATH=str(site), GLASSGRAD_PURE="")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in PURE:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
