"""What a forward pass takes from outside and leaves behind, besides its result: random draws and running statistics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Value
from autograd.errors import UnsupportedError
from autograd.graph.value import replaying

__all__ = ["drawn", "observed"]


def drawn(operation: str, make: Callable[[], Any]) -> Any:
    """Plain random data that a forward pass needs.

    Raises:
        UnsupportedError: while a program is recorded, which would use the same data at each replay.
    """
    if replaying() is not None:
        raise UnsupportedError(
            f"{operation}: found a random draw in a function that is replayed, where it would be the same each time; "
            "draw outside and hand it over as an argument, or call model.eval() first."
        )
    return make()


def observed(operation: str, commit: Callable[..., None], *values: Value) -> None:
    """Hand the plain data of computed values to `commit`, which keeps it.

    Raises:
        UnsupportedError: while a program is recorded, which would do so once and never again.
    """
    if replaying() is not None:
        raise UnsupportedError(
            f"{operation}: found a running statistic in a function that is replayed, where it would be updated once; "
            "call model.eval() first."
        )
    commit(*(value.detach() for value in values))
