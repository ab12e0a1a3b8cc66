"""Compile with Cython what has a .pxd beside it, in a copy of the package: `python scripts/build_core.py FOLDER`.

FOLDER/autograd is then the whole package, its compiled modules under their own names; with FOLDER first on the path,
they are imported in place of the Python files they were made from.
"""

import os
import shutil
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Distribution, Extension

PACKAGE = Path(__file__).resolve().parent.parent / "autograd"
DIRECTIVES = {"language_level": 3, "annotation_typing": False, "embedsignature": True}
FLAGS = ["-O2", "-ffp-contract=off"]  # a fused multiply-add would round differently from the Python build


def build(folder: Path) -> None:
    """Copy the package to `folder` and compile there."""
    shutil.copytree(PACKAGE, folder / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    os.chdir(folder)  # Cython and setuptools name modules by their path from here
    sources = [path.with_suffix(".py") for path in sorted(Path(PACKAGE.name).rglob("*.pxd"))]
    extensions = [
        Extension(".".join(source.with_suffix("").parts), [str(source)], extra_compile_args=FLAGS) for source in sources
    ]
    distribution = Distribution({"ext_modules": cythonize(extensions, compiler_directives=DIRECTIVES)})
    command = distribution.get_command_obj("build_ext")
    command.inplace = True
    distribution.run_command("build_ext")


if __name__ == "__main__":
    build(Path(sys.argv[1]).resolve())
