"""What the options of an optimizer may be: each a check that returns what is kept of a value, and that in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any, NamedTuple

__all__ = ["FLAG", "Option", "number", "pair"]


class Option(NamedTuple):
    """What an option may be: `convert` returns what is kept of a value, None if it is not allowed."""

    expected: str
    convert: Callable[[Any], Any]


def number(low: float, high: float = math.inf) -> Option:
    """A number from low to below high, kept as a float: NumPy's numbers would turn float32 parameters into float64.

    >>> number(0, 1).convert(1) is None
    True
    """
    return Option(f"a number from {low:g} to below {high:g}", lambda x: _float(x, low, high))


def pair(low: float, high: float) -> Option:
    """Two numbers, each as `number` has it."""

    def convert(pair: Any) -> tuple[float | None, ...] | None:
        floats = tuple(_float(x, low, high) for x in pair) if isinstance(pair, (tuple, list)) else ()
        return floats if len(floats) == 2 and None not in floats else None

    return Option(f"two numbers from {low:g} to below {high:g}", convert)


def _float(x: Any, low: float, high: float) -> float | None:
    return float(x) if isinstance(x, Real) and low <= float(x) < high else None


FLAG = Option("True or False", lambda x: x if isinstance(x, bool) else None)
