"""defvjp and defjvp: rules given to a primitive after it is made, as HIPS autograd has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import ArgumentError, DtypeError
from autograd.extend.primitive import Primitive

__all__ = ["defjvp", "defvjp"]

Rule = Callable[..., Any]


def defvjp(operation: Primitive, *rules: Rule | None, argnums: Sequence[int] | None = None) -> None:
    """Give a primitive a reverse rule for each argument: (ans, *args) -> (g -> contribution); None for no path.

    >>> from autograd import grad
    >>> from autograd.extend import primitive
    >>> @primitive
    ... def cube(x):
    ...     return x**3
    >>> defvjp(cube, lambda ans, x: lambda g: g * 3.0 * x * x)
    >>> grad(grad(cube))(2.0)
    12.0
    """
    operation = _required("defvjp", operation)
    operation.makers.update(zip(_numbers("defvjp", operation, rules, argnums), rules, strict=True))


def defjvp(operation: Primitive, *rules: Rule | str | None, argnums: Sequence[int] | None = None) -> None:
    """Give a primitive a forward rule for each argument: (t, ans, *args) -> tangent; "same" where it is linear.

    >>> from autograd import jvp
    >>> from autograd.extend import primitive
    >>> @primitive
    ... def double(x):
    ...     return 2.0 * x
    >>> defjvp(double, "same")
    >>> jvp(double, (3.0,), (1.0,))
    (6.0, 2.0)
    """
    operation = _required("defjvp", operation)
    operation.pushers.update(zip(_numbers("defjvp", operation, rules, argnums), rules, strict=True))


def _required(name: str, operation: Any) -> Primitive:
    if not isinstance(operation, Primitive):
        raise DtypeError(
            f"{name}: found {type(operation).__name__}; expected an operation made with @primitive: a function of the "
            "table has its rules already."
        )
    return operation


def _numbers(name: str, operation: Primitive, rules: Sequence[Any], argnums: Sequence[int] | None) -> list[int]:
    """The argument that each rule is for."""
    allowed = "a function, or None for no path" if name == "defvjp" else "a function, 'same', or None for no path"
    for rule in rules:
        if rule is not None and not callable(rule) and not (name == "defjvp" and rule == "same"):
            raise ArgumentError(f"{name}: found the rule {rule!r:.40}; expected {allowed}.")
    numbers = list(range(len(rules)) if argnums is None else argnums)
    if len(numbers) != len(rules):
        raise ArgumentError(f"{name}: found {len(rules)} rules and {len(numbers)} argnums; expected as many.")
    count = len(operation.__signature__.parameters)
    if not operation.takes_any_number:
        if not all(-count <= i < count for i in numbers):
            raise ArgumentError(
                f"{name}: found argnums={numbers} for {operation.name}{operation.__signature__}; expected places from "
                f"0 to {count - 1}, a rule for each argument at most."
            )
        numbers = [i % count for i in numbers]
    return numbers
