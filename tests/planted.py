"""Operations with a mistake: what the tests of the checks plant, outside the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.ops.builders import custom, elementwise

__all__ = ["PLANTED", "planted", "planted_rules", "planted_square"]

PLANTED = "planted"


def planted(builder: Callable[..., Any], **entry: Any) -> Any:
    """An operation of a builder, under the name PLANTED."""
    return builder(PLANTED, doc="A mistake.", method=False, register=False, **entry)


def planted_square(**mistake: Any) -> Any:
    """The square, or what becomes of it with a mistake."""
    square = {"d": lambda z, x: 2.0 * x, "scalar": lambda x: x * x, "kernel": "square", "reference": "square"}
    return planted(elementwise, **square | mistake)


def planted_rules(**entry: Any) -> Any:
    """An operation with rules of its own."""
    return planted(custom, reason="It is wrong.", **entry)
