"""Blocks of a program in which recording is off, on again, or watched; safe with threads, tasks and exceptions."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ContextDecorator, nullcontext
from typing import TYPE_CHECKING, Any, Self, TypeVar

from autograd.errors import UnsupportedError
from autograd.graph.value import Block, open_here, pause, recording, replaying

if TYPE_CHECKING:
    from autograd.graph.operation import Operation
    from autograd.graph.value import Value

__all__ = ["BlockContext", "Observer", "enable_grad", "no_grad", "recorded", "refuse_in_replay", "stands_for_plain"]

F = TypeVar("F", bound=Callable[..., Any])

_counting = threading.Lock()  # `_paused += 1` is not atomic


class BlockContext(ContextDecorator):
    """A context manager and decorator that opens a block; each says by `new_block` which.

    It holds for the thread (or asyncio task) that entered it, nests, and ends with an exception too.
    """

    def __init__(self) -> None:
        self._blocks: list[Block] = []  # one instance may be entered several times

    def new_block(self) -> Block:
        """The block to open."""
        raise NotImplementedError

    def __call__(self, function: F) -> F:
        import inspect  # slow to import, and only decorating needs it

        if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
            name = type(self).__name__
            raise UnsupportedError(
                f"{name}: found {function.__name__}, which only begins to run when it is iterated over or awaited; "
                f"write `with {name}():` inside it."
            )
        return super().__call__(function)

    def _recreate_cm(self) -> Self:
        other = copy.copy(self)  # a decorated function may run in many threads at once
        other._blocks = []
        return other

    def __enter__(self) -> Self:
        block = self.new_block()
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


class no_grad(BlockContext):  # noqa: N801  (a function to its users, as in PyTorch)
    """Record no operations inside the block, or inside the decorated function: results are constants.

    Holds for the thread (or asyncio task) that entered the block, nests, and ends with an exception too.

    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    def new_block(self) -> Block:
        """A block that does not record."""
        return Block(records=False)


class enable_grad(BlockContext):  # noqa: N801  (the same)
    """Record operations inside the block, also where a `no_grad` block around it says otherwise.

    >>> x = Value(2.0)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    def new_block(self) -> Block:
        """A block that records."""
        return Block(records=True)


def recorded() -> AbstractContextManager[object]:
    """A context in which operations are recorded; none is opened where they are already."""
    return nullcontext() if recording() else enable_grad()


def refuse_in_replay(operation: str, what: str) -> None:
    """Stop the recording of a program that would take for a constant what is computed from its inputs.

    Raises:
        UnsupportedError: while a program is recorded.
    """
    if replaying() is not None:
        raise UnsupportedError(
            f"{what} a plain answer of computed data, which each replay would take for a constant. Compute it outside "
            "the replayed function and hand it over as an argument."
        ).named(operation)


def stands_for_plain(x: Any) -> bool:
    """Whether x is a Value only because a program to be replayed is recorded; else it would be a float, an array."""
    recorder = replaying()
    return recorder is not None and recorder.stands_for_plain(x)


class Observer(BlockContext):
    """A block in which every result of an operation, and every step of a walk, is told to this object."""

    replays = False  # whether a program to be replayed is being recorded (autograd/replaying)

    def new_block(self) -> Block:
        """A block that leaves recording as it is, and reports here."""
        return Block(observer=self)

    def computed(self, node: Value, op: Operation, operands: Sequence[Any], params: Mapping[str, Any]) -> None:
        """An operation has given this result."""

    def reached(self, node: Value, g: Any) -> None:
        """A reverse walk has summed up the cotangent g of a node."""

    def pushed(self, node: Value, t: Any) -> None:
        """A forward walk has computed the tangent t of a node."""

    def pulled(self, node: Value, g: Any, paths: Sequence[tuple[int, Value, Any]]) -> None:
        """A node with the cotangent g hands back `paths`: (operand number, operand, contribution) each."""
