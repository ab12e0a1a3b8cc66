"""What an option may be: each kind a check with what is kept of a value, called with an operation and the option.

    self.p = SHARE("Dropout", p=p)

Checks stand at the border, in constructors and functions; behind it everything trusts what was kept.
"""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any, NamedTuple

from autograd import Value
from autograd.errors import ArgumentError

__all__ = [
    "COUNT",
    "FLAG",
    "NUMBER",
    "PATH",
    "POSITIVE",
    "SHARE",
    "TEXT",
    "WHOLE",
    "Option",
    "checked",
    "choice",
    "count",
    "number",
    "optional",
    "pair",
    "several",
    "such_as",
]

REFUSED: Any = object()  # not None, which may be allowed


class Option(NamedTuple):
    """What an option may be, in words; `keep` returns what is kept of a value, REFUSED if that is not allowed.

    A call takes the name of the operation and one option by its own name, and returns what is kept.

    Raises:
        ArgumentError: by a call, for a value that is not allowed.

    >>> number(0, 1)("Adadelta", rho=1)
    Traceback (most recent call last):
        ...
    autograd.errors.ArgumentError: Adadelta: found rho=1; expected a number from 0 to below 1.
    """

    expected: str
    keep: Callable[[Any], Any]

    def __call__(self, operation: str, /, **option: Any) -> Any:
        ((name, value),) = option.items()
        kept = self.keep(value)
        if kept is REFUSED:
            raise ArgumentError(f"found {name}={value!r:.80}; expected {self.expected}.").named(operation)
        return kept

    def allows(self, x: Any) -> bool:
        """Whether a value is allowed."""
        return self.keep(x) is not REFUSED


def such_as(expected: str, allows: Callable[[Any], bool], kept: Callable[[Any], Any] = lambda x: x) -> Option:
    """What a test allows, in words; kept as it is, or as `kept` makes it."""
    return Option(expected, lambda x: kept(x) if allows(x) else REFUSED)


def checked(operation: str, allowed: Mapping[str, Option], options: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of each option.

    Raises:
        ArgumentError: for an option that is not in `allowed`, or has a value that is not.
    """
    for name in options:
        if name not in allowed:
            raise ArgumentError(f"{operation}: found the option {name!r}; expected {', '.join(allowed)}.")
    return {name: allowed[name](operation, **{name: value}) for name, value in options.items()}


def number(low: float = -math.inf, high: float = math.inf, ends: str = "[)", *, values: bool = False) -> Option:
    """A number of an interval, kept as a float: NumPy's numbers would turn float32 parameters into float64.

    Args:
        low: the lower end.
        high: the upper end.
        ends: which of them belong to it, in the notation of intervals: "[)" has the lower one.
        values: whether a Value that holds one number is taken, too, and kept as it is: a function that is replayed gets
            numbers so.
    """
    above, below = operator.lt if ends[0] == "(" else operator.le, operator.lt if ends[1] == ")" else operator.le
    all_of_them = (low, high, ends) == (-math.inf, math.inf, "[]")  # NaN, too

    def keep(x: Any) -> Any:
        if type(x) is not float and not (values and isinstance(x, Value) and x.ndim == 0):
            if not isinstance(x, Real) or isinstance(x, bool):
                return REFUSED
            try:
                x = float(x)
            except OverflowError:
                return REFUSED
        return x if all_of_them or (above(low, x) and below(x, high)) else REFUSED

    finite = "finite " if high == math.inf and ends[1] == ")" else ""
    start = "" if low == -math.inf else f" {'above' if ends[0] == '(' else 'from'} {low:g}"
    end = "" if high == math.inf else f" to {'below ' if ends[1] == ')' else ''}{high:g}"
    return Option(f"a {finite}number{start}{end}", keep)


def count(low: float = -math.inf) -> Option:
    """A whole number from low on, kept as an int."""

    def keep(x: Any) -> Any:
        is_whole = type(x) is int or (isinstance(x, Integral) and not isinstance(x, bool))
        return int(x) if is_whole and x >= low else REFUSED

    return Option("a whole number" if low == -math.inf else f"a whole number of at least {low}", keep)


def choice(*allowed: Any) -> Option:
    """One of a few words or numbers."""
    words = " or ".join(filter(None, [", ".join(map(repr, allowed[:-1])), repr(allowed[-1])]))
    return such_as(words, lambda x: isinstance(x, (str, Real)) and x in allowed)  # verbose=False is 0


def several(one: Option) -> Option:
    """Any number of values, each as `one` has it, kept as a list."""

    def keep(x: Any) -> Any:
        kept = [*map(one.keep, x)] if isinstance(x, (list, tuple)) else [REFUSED]
        return REFUSED if any(each is REFUSED for each in kept) else kept

    return Option(f"a list of values, each {one.expected}", keep)


def pair(one: Option) -> Option:
    """Two values, each as `one` has it, kept as a tuple."""
    row = several(one)

    def keep(x: Any) -> Any:
        kept = row.keep(x)
        return (*kept,) if kept is not REFUSED and len(kept) == 2 else REFUSED

    return Option(f"two values, each {one.expected}", keep)


def optional(one: Option) -> Option:
    """None, or a value as `one` has it."""
    return Option(f"{one.expected}, or None", lambda x: None if x is None else one.keep(x))


COUNT = count(1)
FLAG = such_as("True or False", lambda x: isinstance(x, bool))
NUMBER = number(ends="[]")
PATH = such_as("a path", lambda x: isinstance(x, (str, os.PathLike)), os.fspath)
POSITIVE = number(0, ends="()")
SHARE = number(0, 1, "[]")
TEXT = such_as("a text", lambda x: isinstance(x, str))
WHOLE = count()
