"""An environment for each peer and one for this project, made once, in a folder that git does not see."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from hashlib import sha256
from pathlib import Path

from chains import ROOT, copied

CACHE = ROOT / "build" / "bench-envs"
PROJECT, COMPILER = "glassgrad", "compiler"
PACKAGES = {
    PROJECT: ("numpy>=2.0",),  # what its users have: without Cython
    COMPILER: ("Cython>=3.1", "setuptools>=77"),
    "micrograd": ("micrograd",),
    "torch": ("torch==2.13.0", "numpy>=2.0"),  # as the comparison of derivatives has it, benchmarks/README.md
    "jax": ("jax[cpu]",),
    "autograd": ("autograd", "scipy", "numpy>=2.0"),
    "mygrad": ("mygrad", "numpy>=2.0"),
    "tinygrad": ("tinygrad", "numpy>=2.0"),
    "sklearn": ("scikit-learn", "numpy>=2.0"),
}


class NotInstalled(Exception):  # noqa: N818 - what is the matter, not who is to blame
    """Says in one line why an environment cannot be had."""


@functools.cache
def environment(name: str) -> Path | NotInstalled:
    """The interpreter of an environment, made and filled now if need be; or why it cannot be had. Once in a run."""
    folder = CACHE / name
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    wanted = "\n".join([sys.version, *PACKAGES[name], sources() if name == PROJECT else ""])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"installing {name} ...", file=sys.stderr, flush=True)
        try:
            install(folder, python, name)
        except NotInstalled as reason:
            return reason
        stamp.write_text(wanted, encoding="utf-8")
    return python


def install(folder: Path, python: Path, name: str) -> None:
    if not python.exists() or name != PROJECT:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, symlinks=True)
        pip(python, "install", *PACKAGES[name])
    if name == PROJECT:
        install_ours(python)


def install_ours(python: Path) -> None:
    """A wheel of the checkout as it is now; where nothing compiles it is a pure one, and the compiled tier says so."""
    compiler = environment(COMPILER)
    if isinstance(compiler, NotInstalled):
        raise compiler
    with tempfile.TemporaryDirectory() as folder:
        source = copied(Path(folder) / "source")
        pip(compiler, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, str(source))
        pip(python, "install", "--no-deps", "--force-reinstall", *map(str, Path(folder).glob("*.whl")))


def pip(python: Path, *arguments: str) -> None:
    """Use the pip of the interpreter that runs this: the environments have none of their own."""
    command = [sys.executable, "-m", "pip", "--python", str(python), *arguments, "--quiet"]
    inherited = {name: text for name, text in os.environ.items() if name != "GLASSGRAD_PURE"}
    done = subprocess.run(
        command, env=inherited, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise NotInstalled(f"pip could not install it: {lines[-1] if lines else 'without a word'}")


def sources() -> str:
    """A digest of what this project's installation is made from."""
    found = sha256()
    for path in sorted(path for name in ("autograd", "nn", "viz") for path in (ROOT / name).rglob("*")):
        if path.suffix in (".py", ".pyi", ".pxd"):
            found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    found.update((ROOT / "setup.py").read_bytes() + (ROOT / "pyproject.toml").read_bytes())
    return found.hexdigest()
