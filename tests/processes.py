"""A fresh interpreter, for what a test must not share with the other tests: imports, the table, the path."""

import os
import subprocess
import sys
from pathlib import Path

import autograd

PACKAGES = Path(autograd.__file__).resolve().parents[1]  # the folder of the packages under test, installed or not


def run_python(*arguments: object, cwd: Path = PACKAGES, path: Path = PACKAGES, **environment: str) -> str:
    """Run this interpreter in `cwd` with `path` first on its path, and answer what it prints; show all if it fails.

    `environment` adds to the variables it inherits. It is out of reach of the pytest that runs this test, and says on
    stderr what a user would see there: nothing.
    """
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=inherited | {"PYTHONPATH": str(path), "PYTHONIOENCODING": "utf-8"} | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, ""), (
        f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    )
    return done.stdout
