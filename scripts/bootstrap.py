"""Create .venv and install the project there with all its extras: what every target of the Makefile needs first.

Standard library only, in syntax that older Pythons read too, so that they can say what is needed.
"""

import os
import subprocess
import sys
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECT = os.path.join(ROOT, "pyproject.toml")
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed")  # a copy of the pyproject.toml that was installed


def read(path):
    with open(path, "rb") as file:
        return file.read()


def run(*command):
    if subprocess.call(command, stdin=subprocess.DEVNULL):
        sys.exit(f"bootstrap: `{' '.join(command)}` failed for the reason above: mend it, then run make again")


def create_environment():
    """Make an empty .venv with pip in it, also where the system's Python comes without ensurepip (Debian, Ubuntu)."""
    venv.create(VENV, clear=True, symlinks=True)
    if subprocess.call([PYTHON, "-m", "ensurepip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        run(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip")


def install():
    """Bring .venv in line with pyproject.toml, from nothing if need be."""
    if not os.path.exists(STAMP):  # none, or one whose making was interrupted
        create_environment()
    elif read(STAMP) == read(PROJECT):  # another make was here while this one waited, or only the file's time is new
        os.utime(STAMP)
        return
    print("installing into .venv (a minute or two) ...", flush=True)
    os.environ["GLASSGRAD_PURE"] = "1"  # a compiled core would be out of date with the next edit: see `make core`
    os.environ["PYTHONWARNINGS"] = "ignore"  # setuptools warns of each and every editable installation
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", ROOT + "[all]")
    with open(STAMP, "wb") as stamp:
        stamp.write(read(PROJECT))


def main():
    if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons do arrive here
        sys.exit(
            f"Glassgrad needs Python 3.11 or later, and {sys.executable} is {sys.version.split()[0]}.\n"
            "Install a newer one, or name one you have: make PYTHON=python3.13 demo"
        )
    import fcntl  # Unix only, as the Makefile is

    with open(PROJECT) as project:
        fcntl.flock(project, fcntl.LOCK_EX)  # `make demo` and `make test` may be started at the same time
        install()


if __name__ == "__main__":
    main()
