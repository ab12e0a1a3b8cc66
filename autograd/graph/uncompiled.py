"""What value.py needs of the `cython` module when it runs as plain Python without Cython: decorators that do nothing."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

compiled = False


def final(cls: T) -> T:
    return cls


def no_gc(cls: T) -> T:
    return cls


def cclass(cls: T) -> T:
    return cls


def freelist(size: int) -> Callable[[T], T]:
    return final
