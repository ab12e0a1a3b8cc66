"""Compiles the core, where there is a C compiler; all else about the distribution stands in pyproject.toml.

Every module with a .pxd beside its .py is written out as C by Cython, and all of them are compiled into one file,
`autograd/_core`; `autograd/_backend.py` leads imports to it. `GLASSGRAD_PURE=1` leaves the core uncompiled,
`GLASSGRAD_PURE=0` makes it an error when it cannot be compiled.
"""

import os
import runpy
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError

PURE = os.environ.get("GLASSGRAD_PURE", "")
SOURCES = [path.with_suffix(".py") for path in sorted(Path("autograd").rglob("*.pxd"))]
MODULES = [".".join(source.with_suffix("").parts) for source in SOURCES]
DIRECTIVES = {
    "language_level": 3,
    "annotation_typing": False,  # the hints are for readers; the C types stand in the .pxd files
    "auto_pickle": False,  # graph/copying.py installs the pickling, which is that of the Python build
}
# A fused multiply-add would round differently from the Python build; warnings (-w) would be about what Cython writes.
FLAGS = {"msvc": ["/O2", "/fp:strict"], "others": ["-O2", "-g0", "-w", "-ffp-contract=off"]}


class BuildCore(build_ext):
    """Writes the C sources anew each time: the digest must be that of the sources they were made from."""

    def build_extension(self, ext):
        try:
            ext.sources = self.write_sources(ext.name)
        except Exception as error:  # there is no Cython, or one that refuses these sources: as good as no compiler
            raise CompileError(f"Cython did not write the C sources: {error!r}") from error
        ext.extra_compile_args = FLAGS.get(self.compiler.compiler_type, FLAGS["others"])
        super().build_extension(ext)

    def write_sources(self, name):
        """The C files: one for each module of the core, and one for the file that holds them, with the digest."""
        from Cython.Build import cythonize

        digest = runpy.run_path("autograd/_backend.py")["digest"]
        about = Path(self.build_temp, "about.py")
        about.parent.mkdir(parents=True, exist_ok=True)
        about.write_text(f"digest = {digest('.', MODULES)!r}\nmodules = {tuple(MODULES)!r}\n")
        sources = {name: about} | dict(zip(MODULES, SOURCES, strict=True))
        parts = [Extension(module, [str(source)]) for module, source in sources.items()]
        written = cythonize(parts, compiler_directives=DIRECTIVES, build_dir=self.build_temp, force=True, quiet=True)
        return [source for part in written for source in part.sources]


core = Extension("autograd._core", [str(source) for source in SOURCES], optional=PURE != "0")
setup(ext_modules=[] if PURE == "1" else [core], cmdclass={"build_ext": BuildCore})
