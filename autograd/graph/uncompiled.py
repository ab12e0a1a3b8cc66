"""What compiled files need of the `cython` module when they run as plain Python: decorators that do nothing."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

compiled = False


def final(cls: T) -> T:
    """Leave the class as it is."""
    return cls


no_gc = cclass = final


def locals(**types: str) -> Callable[[T], T]:
    """Leave the function as it is."""
    return final
