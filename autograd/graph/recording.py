"""Whether operations are recorded: `no_grad`, safe with threads, tasks and exceptions."""

import threading
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import Any, TypeVar

from autograd.errors import UnsupportedError
from autograd.graph.value import Block, open_here, pause

__all__ = ["no_grad"]

F = TypeVar("F", bound=Callable[..., Any])

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

    def __call__(self, function: F) -> F:
        import inspect  # slow to import, and only decorating needs it

        if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
            raise UnsupportedError(
                f"no_grad: found {function.__name__}, which only begins to run when it is iterated over or awaited; "
                "write `with no_grad():` inside it."
            )
        return super().__call__(function)

    def __init__(self) -> None:
        self._blocks: list[Block] = []  # one instance may be entered several times

    def _recreate_cm(self) -> "no_grad":
        return no_grad()  # a decorated function may run in many threads at once

    def __enter__(self) -> "no_grad":
        block = Block()
        self._blocks.append(block)
        open_here.set((*open_here.get(), block))
        with _counting:
            pause(+1)
        return self

    def __exit__(self, *exception: Any) -> None:
        block = self._blocks.pop()
        block.open = False  # a generator may be closed in another thread or task than the one that entered the block
        open_here.set(tuple(other for other in open_here.get() if other is not block))
        with _counting:
            pause(-1)
