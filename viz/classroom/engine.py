"""The engine's own walks, as the class room uses them.

Their hints name the class behind `autograd.Value`, which type checkers know from the stub and take for another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from autograd import Value, debug
from autograd.graph import cotangents, order, seeds, walks
from autograd.graph.recording import Observer

__all__ = [
    "Explanation",
    "Path",
    "contributions",
    "dependents",
    "made_path",
    "plain",
    "quiet",
    "require_value",
    "start",
    "step",
    "summed_step",
]

Path: TypeAlias = Any  # autograd.debug.Path
Explanation: Any = debug.Explanation
contributions: Any = debug.contributions
dependents: Any = order.dependents
made_path: Any = debug.Path
plain: Any = cotangents.plain
require_value: Any = seeds.require_value
start: Any = seeds.start
_reverse: Any = walks.reverse


@contextmanager
def quiet() -> Iterator[None]:
    """A block without NumPy's warnings: infinite slopes are part of what is told, and misread rules divide by zero."""
    import numpy as np

    with np.errstate(all="ignore"):
        yield


class _Handed(Observer):
    """Collects what one node hands to its operands: the number of each, and its contribution."""

    def __init__(self, node: Value) -> None:
        super().__init__()
        self.node = node
        self.found: list[tuple[int, Any]] = []

    def pulled(self, node: Any, g: Any, paths: Sequence[tuple[int, Any, Any]]) -> None:
        """Keep what the node hands on; its rule may walk a graph of its own (checkpoint)."""
        if node is self.node:
            self.found += [(place, plain(contribution)) for place, _, contribution in paths]


def step(operand: Value, consumer: Value, gradient: Any) -> list[tuple[int, Any]]:
    """What a node with some gradient hands to one of its operands: the place of each path, and its contribution."""
    with _Handed(consumer) as handed:
        summed_step(operand, consumer, gradient)
    return handed.found


def summed_step(operand: Value, consumer: Value, gradient: Any) -> Any:
    """The sum of what a node with some gradient hands to one of its operands; 0 where that is nothing."""
    seed = start(consumer, gradient, "compare")
    total = None if seed is None else _reverse([operand, consumer], [(consumer, seed)], keep=[operand])[operand]
    return 0.0 if total is None else plain(total)
