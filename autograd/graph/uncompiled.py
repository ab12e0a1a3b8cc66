"""What value.py needs of the `cython` module when it runs as plain Python: decorators that do nothing."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

compiled = False


def final(cls: T) -> T:
    """Leave the class as it is."""
    return cls


no_gc = cclass = final


def freelist(size: int) -> Callable[[T], T]:
    """Leave the class as it is."""
    return final
