"""Masks of live elements, made when a rule first asks: most that indexing starts are never asked for.

While a program to be replayed is recorded, what a condition says must not be taken for a constant: a mask then is a
Value, 0 where an element is dead.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from autograd.graph.value import TABLE, Value

__all__ = ["Mask", "both", "everywhere", "known"]


class Mask:
    """A boolean array that `make(*arrays of the sources)` computes once it is asked for, however long the chain."""

    __slots__ = ("_array", "_make", "_sources")

    def __init__(self, make: Callable[..., Any], *sources: Mask) -> None:
        self._array: Any = None
        self._make: Callable[..., Any] | None = make
        self._sources = sources

    @property
    def is_known(self) -> bool:
        """Whether it has been computed."""
        return self._make is None

    @property
    def array(self) -> Any:
        """The boolean array."""
        stack = [self]
        while stack:  # no recursion: a loop of updates makes a chain as long as the loop
            mask = stack[-1]
            waiting = [source for source in mask._sources if not source.is_known]
            if waiting:
                stack += reversed(waiting)  # the first source first: of a sum in a loop that is the rest of the sum
                continue
            stack.pop()
            if mask._make is not None:
                mask._array = mask._make(*(source._array for source in mask._sources))
                mask._make, mask._sources = None, ()
        return self._array

    def __or__(self, other: Mask) -> Mask:
        return Mask(_either, self, other)

    def carried(self, f: Callable[[Any], Any]) -> Mask:
        """Where f, which moves, copies and adds elements, brings something that lives."""
        return Mask(lambda live: f(live if type(live) is Value else live.astype(float)) != 0.0, self)


def _either(x: Any, y: Any) -> Any:
    return TABLE["logical_or"](x, y) if type(x) is Value or type(y) is Value else x | y


def both(x: Any, y: Any) -> Any:
    """Where two masks are live."""
    return TABLE["logical_and"](x, y) if type(x) is Value or type(y) is Value else x & y


def known(array: Any) -> Mask:
    """A mask that is there already."""
    mask = Mask(operator.not_)
    mask._array, mask._make = array, None
    return mask


def everywhere(shape: tuple[int, ...]) -> Mask:
    """A mask under which every element lives."""

    def ones() -> Any:
        from autograd.arrays import np

        return np.ones(shape, bool)

    return Mask(ones)
