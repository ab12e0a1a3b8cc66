"""Telling quickly that a call is like the one before: a function written for one structure of arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.graph.operands import is_array

__all__ = ["Match", "matcher"]

Match = Callable[[tuple[Any, ...]], "list[Any] | None"]  # the inputs among the arguments, or None: look again closely
LARGEST = 200  # parts of the arguments: looking through more of them one by one, Flat is as quick


def matcher(args: tuple[Any, ...], kwargs: dict[str, Any], wanted: tuple[int, ...]) -> Match:
    """A function that gives the inputs in arguments that are like these, as `Flat` does, and None for all others.

    It is sure to be right, not to answer: what it does not know at a glance is for `Flat` to say.
    """
    if kwargs:
        return _never
    writer = _Writer()
    try:
        writer.write_parts("args", args, [i in wanted for i in range(len(args))])
    except _Unclear:
        return _never
    start = ["def match(args):", f"    if len(args) != {len(args)}: return None"]
    text = "\n".join([*start, *writer.lines, f"    return [{', '.join(writer.leaves)}]", ""])
    namespace = dict(writer.namespace)
    exec(compile(text, "<match>", "exec"), namespace)  # noqa: S102  (text of our own making)
    found: Match = namespace["match"]
    return found


class _Unclear(Exception):  # noqa: N818  (no error: Flat looks through such arguments)
    """Arguments of too many parts, or with a part that only Flat can judge."""


def _never(args: tuple[Any, ...]) -> None:
    return None


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.leaves: list[str] = []
        self.namespace: dict[str, Any] = {}
        self._count = 0

    def write_parts(self, name: str, parts: Any, numbers: list[bool]) -> None:
        """Look at what a sequence, or a dict, holds."""
        names = [f"a{self._count + i}" for i in range(len(parts))]
        self._count += len(parts)
        if self._count > LARGEST:
            raise _Unclear
        values = f"{name}.values()" if isinstance(parts, dict) else name
        if names:
            self.lines.append(f"    [{', '.join(names)}] = {values}")
        children = parts.values() if isinstance(parts, dict) else parts
        for child_name, child, is_number in zip(names, children, numbers, strict=True):
            self._write(child_name, child, is_number)

    def _write(self, name: str, x: Any, number: bool) -> None:
        kind = type(x)
        if kind in (list, tuple):
            self._require(f"type({name}) is {kind.__name__} and len({name}) == {len(x)}")
            self.write_parts(name, x, [number] * len(x))
        elif kind is dict:
            self._require(f"type({name}) is dict and tuple({name}) == {self._named(tuple(x))}")
            self.write_parts(name, x, [number] * len(x))
        elif kind is float:
            self._require(f"type({name}) is float")
            self.leaves.append(name)
        elif is_array(x) and x.shape and not (number and x.dtype.kind in "iu"):
            self._require(
                f"type({name}) is {self._named(kind)} and {name}.dtype is {self._named(x.dtype)} "
                f"and {name}.shape == {x.shape}"
            )
            self.leaves.append(name)
        elif x is None or kind in (bool, str):
            self._require(f"{name} is {self._named(x)}")
        elif kind is int and not number:
            self._require(f"type({name}) is int and {name} == {x}")
        else:
            raise _Unclear

    def _require(self, condition: str) -> None:
        self.lines.append(f"    if not ({condition}): return None")

    def _named(self, thing: Any) -> str:
        name = f"c{len(self.namespace)}"
        self.namespace[name] = thing
        return name
