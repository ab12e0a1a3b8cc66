"""Decides which build of the core runs: C, where a compiled file was made from the very sources beside it; else Python.

The core is every module that has a .pxd beside its .py. `setup.py` compiles all of them into one file,
`autograd/_core`, which also holds the digest of the sources it was made from. Left alone, Python imports the .py files;
a finder in front of its own leads to the compiled file instead, for all modules of the core or for none.
"""

import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import source_hash, spec_from_file_location
from os import environ
from os.path import dirname, join
from warnings import warn

__all__ = ["CoreWarning", "choose", "digest"]


class CoreWarning(RuntimeWarning):
    """There is a compiled core, and it does not fit: the same program runs in plain Python, slower."""


class CoreFinder:
    """Finds the modules of the core in the one compiled file that holds them all."""

    def __init__(self, file: str, modules: Iterable[str]) -> None:
        self.file = file
        self.modules = frozenset(modules)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Answer as `importlib.abc.MetaPathFinder` says: None leaves a module to the finders behind this one."""
        return spec_from_file_location(name, self.file) if name in self.modules else None


def digest(folder: str, modules: Iterable[str]) -> str:
    """The digest of the sources of these modules, which lie below `folder`; a file that is not there counts as empty.

    It is Python's own for telling whether a .pyc was made from the source beside it, and costs no import.
    """
    sources = []
    for name in modules:
        for ending in (".py", ".pxd"):
            sources.append(name.encode())
            try:
                with open(join(folder, *name.split(".")) + ending, "rb") as file:
                    sources.append(file.read())
            except FileNotFoundError:
                sources.append(b"")
    return source_hash(b"\0".join(sources)).hex()


def choose() -> None:
    """Let the compiled core be imported where there is one, it fits, and `GLASSGRAD_PURE=1` does not forbid it.

    Warns:
        CoreWarning: for a compiled core that does not fit; the Python build runs in its place.

    >>> choose()
    """
    if environ.get("GLASSGRAD_PURE") == "1" or any(type(finder) is CoreFinder for finder in sys.meta_path):
        return
    try:
        core = import_module("autograd._core")
    except ModuleNotFoundError:
        return
    except ImportError as error:
        trouble = f"cannot be loaded ({error})"
    else:
        found = digest(dirname(dirname(__file__)), core.modules)
        if core.digest == found:
            sys.meta_path.insert(0, CoreFinder(str(core.__file__), core.modules))
            return
        if dirname(str(core.__file__)) != dirname(__file__):
            return  # an editable installation's finder answers with its checkout's, for this one has none
        trouble = f"was made from other sources (digest {core.digest}) than those in its folder ({found})"
    message = (
        f"autograd: the compiled core {trouble}. Plain Python runs instead, slower. To compile the core anew, run "
        "`make core` in a checkout, else reinstall glassgrad; GLASSGRAD_PURE=1 asks for plain Python in silence."
    )
    warn(message, CoreWarning, stacklevel=3)  # the line that imports autograd
