"""Calls of an operation: its operands, its parameters, and where it may be called.

An entry says itself where it may be tested: elementwise operations by a `domain`, all others by `samples`, the shapes
and parameters of typical calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from autograd.arrays import np
from autograd.errors import ArgumentError, DtypeError
from autograd.graph.entry import Entry, Sample
from autograd.graph.value import Value

__all__ = [
    "MARGIN",
    "WINDOW",
    "Case",
    "case_of",
    "flat",
    "has_reference",
    "is_floating",
    "reference",
    "samples_of",
    "window",
]

WINDOW = 3.0  # points are drawn from the part of a domain that lies within [-WINDOW, WINDOW] ...
MARGIN = 0.06  # ... and this far from its edges and from zeros of the entry's `boundary`: room for finite differences


@dataclass(frozen=True)
class Case:
    """One call of an operation: its operands as plain floats and arrays, and its parameters.

    It is a function of the operands, with the parameters in place: `gradcheck(case, *case.operands)`.
    """

    entry: Any
    operands: tuple[Any, ...]
    params: dict[str, Any]

    def __call__(self, *operands: Any) -> Any:
        """The operation under the same parameters."""
        return self.entry.apply(operands, self.params)

    def results(self, operands: Sequence[Any] | None = None) -> list[Any]:
        """What the call returns, as a list, with other operands if they are given."""
        z = self.entry.apply(tuple(self.operands if operands is None else operands), self.params)
        return list(z) if isinstance(z, (list, tuple)) else [z]

    def expected(self) -> list[Any]:
        """What NumPy, or the entry's reference, returns."""
        operands = [list(self.operands)] if self.entry.variadic else self.operands
        params = self.entry.defaults | self.params if callable(self.entry.reference) else self.params
        z = reference(self.entry)(*operands, **params)
        return list(z) if isinstance(z, (list, tuple)) else [z]

    def wrapped(self, variables: Sequence[int] | None = None) -> list[Any]:
        """The operands, the variables among them (all that can be, if not told) as fresh Values."""
        variables = self.variables if variables is None else variables
        return [Value(x) if i in variables else x for i, x in enumerate(self.operands)]

    @property
    def variables(self) -> list[int]:
        """Which operands are differentiated: all but the entry's constants."""
        constants = constants_of(self.entry)
        return [i for i in range(len(self.operands)) if i not in constants]

    def mapped(self, f: Callable[[Any], Any]) -> Case:
        """The same call with f applied to each array of floats."""
        return replace(self, operands=tuple(f(x) if is_floating(x) else x for x in self.operands))


def constants_of(entry: Any) -> list[int]:
    """The places of the operands that are never differentiated, such as a condition."""
    return [entry.operand_names.index(name) for name in entry.constants]


def is_floating(x: Any) -> bool:
    """Whether an operand is an array of floats, not a number or a condition."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def case_of(entry: Any, sample: Sample, floats: Callable[[Any], Any], truths: Callable[[Any], Any]) -> Case:
    """A call in the shapes of a sample, each operand made of its shape (None: a number); constants are truths."""
    shapes, params = sample
    constants = constants_of(entry)
    operands = [truths(shape) if i in constants else floats(shape) for i, shape in enumerate(flat(shapes))]
    if entry.prepare:
        operands = list(entry.prepare(np, *operands))
    return Case(entry, tuple(operands), dict(params))


def reference(entry: Any) -> Callable[..., Any]:
    """The function that an entry is compared with: its `reference`, or NumPy's of the same name."""
    if callable(entry.reference):
        return partial(entry.reference, np)
    return entry.numpys()[0]  # type: ignore[no-any-return]


def has_reference(entry: Any) -> bool:
    """Whether there is a function to compare an entry's values with."""
    return callable(entry.reference) or bool(entry.numpys())


def samples_of(entry: Any) -> list[Any]:
    """What may be drawn for an entry: None for its domain, then each of its samples.

    Raises:
        DtypeError: for what is no operation.
        ArgumentError: for an operation that says nothing about where it may be called.
    """
    if not isinstance(entry, Entry):
        raise DtypeError(
            f"autograd.testing: found {type(entry).__name__}; expected an operation, such as autograd.tanh or a "
            "function made with autograd.extend.primitive. For any other function draw arguments with arrays(...)."
        )
    found = [*([None] if entry.domain else []), *entry.samples]
    if not found:
        raise ArgumentError(
            f"autograd.testing: {entry.name} has neither a domain nor samples; give it samples=[sample((2, 3), None)]: "
            "the shapes of its operands, None for a number."
        )
    return found


def window(interval: tuple[float, float], margin: float = MARGIN) -> tuple[float, float]:
    """The part of an interval that points are drawn from."""
    low, high = interval
    return max(low + margin, -WINDOW), min(high - margin, WINDOW)


def flat(shapes: Sequence[Any]) -> list[Any]:
    """The shapes of the operands, one a place, also of an entry that takes a list."""
    return list(shapes[0]) if shapes and isinstance(shapes[0], list) else list(shapes)
