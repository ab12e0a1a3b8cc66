"""Which figures of a graph a worksheet leaves blank."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, GraphError
from viz.classroom.lesson import Lesson, figure
from viz.records import MAX_NODES

__all__ = ["Figure", "Kind", "Uniform", "chosen_of", "figures_of", "require_readable", "uniform_of"]

Kind = Literal["value", "gradient"]
Figure = tuple[Value, Kind]
_KINDS: dict[str, tuple[Kind, ...]] = {
    "values": ("value",),
    "gradients": ("gradient",),
    "all": ("value", "gradient"),
}


class Uniform(Protocol):
    """What draws the blanks: `random.Random`, NumPy's `Generator`, or the like."""

    def uniform(self, low: float, high: float, /) -> float:
        """A number between `low` and `high`."""


def figures_of(lesson: Lesson) -> dict[Figure, int]:
    """All that can be worked out, numbered in the order in which it can be."""
    figures: list[Figure] = [(node, "value") for node in lesson.order if node.op is not None]
    figures += [(node, "gradient") for node in reversed(lesson.explanations) if node is not lesson.root]
    return {each: i for i, each in enumerate(figures)}


def chosen_of(lesson: Lesson, figures: dict[Figure, int], blanks: Any, uniform: Any) -> list[Figure]:
    """The figures to leave out."""
    expected = 'expected "gradients", "values", "all", a number, or labels or Values of the graph'
    if isinstance(blanks, str):
        if blanks not in _KINDS:
            raise ArgumentError(f"worksheet: blanks: found {blanks!r}; {expected}. A single label goes in a list.")
        chosen = [each for each in figures if each[1] in _KINDS[blanks]]
        if not chosen:
            raise ArgumentError(f"worksheet: blanks: found {blanks!r}; the graph has none that could be worked out.")
        return chosen
    if isinstance(blanks, int) and not isinstance(blanks, bool):
        if not 0 < blanks <= len(figures):
            raise ArgumentError(
                f"worksheet: blanks: found {blanks}; expected 1 to {len(figures)}, the figures of this graph that can "
                "be worked out."
            )
        return sorted(figures, key=lambda _: uniform(0.0, 1.0))[:blanks]
    if isinstance(blanks, (bool, Value)) or not isinstance(blanks, Iterable):
        raise DtypeError(
            f"worksheet: blanks: found {type(blanks).__name__}; {expected}. A single Value goes in a list."
        )
    wanted = blanks if isinstance(blanks, Mapping) else dict.fromkeys(blanks, "")
    chosen = [each for key, kinds in wanted.items() for each in _of_one(lesson, figures, key, kinds)]
    if not chosen:
        raise ArgumentError(f"worksheet: blanks: found none; {expected}.")
    return list(dict.fromkeys(chosen))


def _of_one(lesson: Lesson, figures: dict[Figure, int], key: object, kinds: object) -> list[Figure]:
    """The figures of one node: what was asked for, or all that can be worked out."""
    node = lesson.find(key, "blanks")
    if kinds and (not isinstance(kinds, str) or kinds not in _KINDS):
        raise ArgumentError(f'worksheet: blanks: found {kinds!r}; expected "values", "gradients" or "all".')
    wanted = [(node, kind) for kind in _KINDS[str(kinds or "all")]]
    found: list[Figure] = [each for each in wanted if each in figures]
    missing = [kind for _, kind in wanted if (node, kind) not in figures]
    if not found or (kinds in ("values", "gradients") and missing):
        why = {
            "value": "it is given, not computed",
            "gradient": "the backward pass starts there" if node is lesson.root else "no gradient flows to it",
        }
        reasons = "; ".join(f"its {kind} cannot be worked out: {why[kind]}" for kind in missing)
        raise ArgumentError(
            f"worksheet: blanks: found {lesson.name(node)}, but {reasons}. Leave it out, or choose another figure."
        )
    return found


def uniform_of(rng: Uniform | None, seed: int | None) -> Any:
    """The function that draws the blanks: `rng`'s, that of a fresh generator with a seed, or Python's own."""
    if rng is not None and seed is not None:
        raise ArgumentError("worksheet: found both rng and seed; expected one of them.")
    if rng is not None and not hasattr(rng, "uniform"):
        raise ArgumentError(
            f"worksheet: rng: found {rng!r}; expected an object with uniform(low, high), such as random.Random(0). "
            "A number is a seed: seed=0."
        )
    return rng.uniform if rng is not None else random.uniform if seed is None else random.Random(seed).uniform


def require_readable(lesson: Lesson) -> None:
    """Refuse a graph that nobody could work through: too large, or with figures that do not follow from each other."""
    size = max(lesson.places.values()) + 1
    if size > MAX_NODES:
        raise ArgumentError(
            f"worksheet: root: found a graph of {size:,} nodes; expected at most {MAX_NODES}, which a reader can still "
            "work through. Take an earlier result as the root, or a smaller model."
        )
    import numpy as np

    for node in lesson.order:
        if node.op is None or node.op.builder != "elementwise":
            continue
        with np.errstate(all="ignore"):
            again = node.op(*(x.data if isinstance(x, Value) else x for x in node.inputs), **node.params)
        if not np.allclose(again, node.data, rtol=1e-6, equal_nan=True):
            raise GraphError(
                f"worksheet: root: found {lesson.name(node)} = {figure(node.data)}, but its operands give "
                f"{figure(again)} now: the data of an input was replaced since (v.data = ..., v.data -= ...). Compute "
                "the root again before the worksheet."
            )
