"""What `draw` and `save` are given, checked at the border."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograd import Value
from autograd.errors import ArgumentError, DtypeError
from viz.boxes import DIRECTIONS
from viz.quantities import brief

__all__ = ["CHOICES", "SUFFIXES", "is_count", "require", "roots_of", "suffix_of"]

SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".txt", ".html")
CHOICES: dict[str, tuple[str, ...]] = {
    "edges": ("none", "local", "contribution"),
    "color": ("grad", "op", "none"),
    "rankdir": tuple(DIRECTIONS),
    "group": ("module", "none"),
    "arrays": ("summary", "heatmap", "full"),
    "theme": ("auto", "light", "dark"),
    "engine": ("auto", "dot", "pygraphviz"),
}


def roots_of(root: Any) -> list[Value]:
    """The Values to draw, of one or a list of them."""
    roots = list({id(x): x for x in root}.values()) if isinstance(root, (list, tuple)) else [root]
    wrong = [x for x in roots if not isinstance(x, Value)]
    if wrong or not roots:
        found = f"{type(wrong[0]).__name__} {brief(wrong[0])}" if wrong else "an empty list"
        raise DtypeError(
            f"draw: root: found {found}; expected one Value or a list of them. "
            "Pass the result whose graph is to be drawn."
        )
    return roots


def is_count(x: object, least: int) -> bool:
    """Whether something is a whole number, and not too small."""
    return isinstance(x, int) and not isinstance(x, bool) and x >= least


def require(what: str, found: object, is_right: bool, expected: str) -> None:
    """Refuse what is not right with an `ArgumentError` that names it."""
    if not is_right:
        raise ArgumentError(f"{what}: found {found!r}; expected {expected}.")


def suffix_of(path: Path) -> str:
    """The suffix of a file to write, in small letters.

    Raises:
        ArgumentError: for any that is not in `SUFFIXES`.
    """
    suffix = path.suffix.lower()
    require("save: path", str(path), suffix in SUFFIXES, f"it to end in {', '.join(SUFFIXES)}")
    return suffix
