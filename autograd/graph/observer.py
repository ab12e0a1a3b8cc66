"""Observer: what may watch operations being recorded, and cotangents being handed back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograd.graph.recording import BlockContext
from autograd.graph.value import Block

if TYPE_CHECKING:
    from autograd.graph.operation import Operation
    from autograd.graph.value import Value

__all__ = ["Observer"]


class Observer(BlockContext):
    """A block in which every result of an operation, and every step of a reverse walk, is told to this object."""

    def new_block(self) -> Block:
        """A block that leaves recording as it is, and reports here."""
        return Block(observer=self)

    def computed(self, node: Value, op: Operation, operands: Sequence[Any]) -> None:
        """An operation has given this result."""

    def pulled(self, node: Value, g: Any, paths: Sequence[tuple[int, Value, Any]]) -> None:
        """A node with the cotangent g hands back `paths`: (operand number, operand, contribution) each."""
