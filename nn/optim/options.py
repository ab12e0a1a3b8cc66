"""What the options of an optimizer may be: each a check that returns what is kept of a value, and that in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any, NamedTuple

from autograd.errors import ArgumentError

__all__ = ["FLAG", "POSITIVE", "SHARE", "Option", "checked", "choice", "count", "measured", "number", "pair", "several"]


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


def pair(low: float, high: float = math.inf) -> Option:
    """Two numbers, each as `number` has it."""

    def convert(pair: Any) -> tuple[float | None, ...] | None:
        floats = tuple(_float(x, low, high) for x in pair) if isinstance(pair, (tuple, list)) else ()
        return floats if len(floats) == 2 and None not in floats else None

    return Option(f"two numbers from {low:g} to below {high:g}", convert)


def count(low: int) -> Option:
    """A whole number from low on, kept as an int."""
    return Option(f"a whole number of at least {low}", lambda x: _int(x, low))


def several(one: Option) -> Option:
    """Any number of values, each as `one` has it, kept as a list."""

    def convert(given: Any) -> list[Any] | None:
        kept = [one.convert(x) for x in given] if isinstance(given, (list, tuple)) else [None]
        return None if None in kept else kept

    return Option(f"a list, each of it {one.expected}", convert)


def choice(*allowed: str) -> Option:
    """One of a few words."""
    return Option(" or ".join(repr(word) for word in allowed), lambda x: x if x in allowed else None)


def checked(operation: str, allowed: Mapping[str, Option], options: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of each option.

    Raises:
        ArgumentError: for an option that is not in `allowed`, or has a value that is not.
    """
    kept = {}
    for name, value in options.items():
        if name not in allowed:
            raise ArgumentError(f"{operation}: found the option {name!r}; expected {', '.join(allowed)}.")
        kept[name] = allowed[name].convert(value)
        if kept[name] is None:
            raise ArgumentError(f"{operation}: found {name}={value!r}; expected {allowed[name].expected}.")
    return kept


def measured(what: str, found: Any, remedy: str) -> float:
    """A loss or a metric as a float: a number, or an array or Value of one element."""
    try:
        return float(found.item() if hasattr(found, "item") else found)
    except (TypeError, ValueError, OverflowError) as error:
        raise ArgumentError(f"{what}: found {found!r}; expected a number. {remedy}") from error


def _float(x: Any, low: float, high: float) -> float | None:
    return float(x) if isinstance(x, Real) and low <= float(x) < high else None


def _int(x: Any, low: float) -> int | None:
    return int(x) if isinstance(x, Integral) and not isinstance(x, bool) and int(x) >= low else None


FLAG = Option("True or False", lambda x: x if isinstance(x, bool) else None)
POSITIVE = Option("a number above 0", lambda x: _float(x, math.ulp(0.0), math.inf))
SHARE = Option("a number from 0 to 1", lambda x: _float(x, 0.0, math.nextafter(1.0, 2.0)))
