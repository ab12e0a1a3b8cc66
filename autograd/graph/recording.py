"""Whether operations are recorded: `no_grad`, safe with threads, tasks and exceptions."""

import threading
from contextlib import ContextDecorator
from contextvars import Token
from typing import Any

from autograd.graph.value import enabled, pause

__all__ = ["no_grad"]

_counting = threading.Lock()  # `_paused += 1` is not atomic


class no_grad(ContextDecorator):  # noqa: N801  (a function to its users, as in PyTorch)
    """Record no operations inside the block, or inside the decorated function: results are constants.

    Holds for the thread (or asyncio task) that entered the block, nests, and ends with an exception too.

    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    def __init__(self) -> None:
        self._tokens: list[Token[bool]] = []

    def _recreate_cm(self) -> "no_grad":
        return no_grad()  # a decorated function may run in many threads, each with tokens of its own

    def __enter__(self) -> "no_grad":
        with _counting:
            pause(+1)
        self._tokens.append(enabled.set(False))
        return self

    def __exit__(self, *exception: Any) -> None:
        enabled.reset(self._tokens.pop())
        with _counting:
            pause(-1)
