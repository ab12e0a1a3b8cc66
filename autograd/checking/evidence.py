"""What the causes of a wrong gradient look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from autograd.arrays import Array, np
from autograd.checking.blocks import Block
from autograd.checking.comparison import Comparison
from autograd.checking.problem import Leaf, Problem
from autograd.graph.value import Value

__all__ = ["Evidence"]


@dataclass(frozen=True)
class Evidence:
    """A block that could not be confirmed, its worst entry, and ways to ask f again.

    Args:
        alone: whether f is a single operation of a graph, looked at by itself.
    """

    comparison: Comparison
    block: Block
    alone: bool = False

    @property
    def problem(self) -> Problem:
        return self.comparison.problem

    @property
    def leaf(self) -> Leaf:
        return self.problem.leaves[self.block.leaf]

    @property
    def whole(self) -> bool:
        """Whether every entry of the Jacobian is there, and not combinations of them."""
        return self.block.directions is None

    @property
    def failed(self) -> bool:
        """Whether some entry is wrong for certain."""
        return bool(self.block.failed.any())

    @cached_property
    def analytic(self) -> float:
        """The worst entry by the rules."""
        return float(self.block.analytic[self.block.worst])

    @property
    def numeric(self) -> Array:
        """All entries by differences."""
        return self.block.numeric.value

    @cached_property
    def allowed(self) -> float:
        """How far the worst entry may lie from the truth."""
        return float(self.block.allowed[self.block.worst])

    @cached_property
    def direction(self) -> Array:
        """The way that the leaf moves in the worst entry's column."""
        return self.block.direction(self.block.worst[1])

    @cached_property
    def step(self) -> float:
        """The widest step along that direction."""
        x = np.ravel(self.problem.base[self.block.leaf])[self.direction != 0.0]
        return self.comparison.steps(x.astype(float))[0]

    def at(self, t: float) -> float:
        """The output of the worst entry, where the leaf has moved by t along the direction."""
        vector = self.problem.along(self.block.leaf, self.direction, t)
        row = self.block.worst[0]
        return float(vector[row] if self.block.weights is None else self.block.weights[row] @ vector)

    @cached_property
    def value(self) -> float:
        """That output at the point itself."""
        return self.at(0.0)

    @property
    def nodes(self) -> list[Value]:
        """The graph that was recorded at the point."""
        return self.problem.first.nodes()

    @cached_property
    def known(self) -> Array:
        """Which entries have a good numeric value and an analytic one."""
        return ~self.block.undecided & np.isfinite(self.block.numeric.value) & np.isfinite(self.block.analytic)

    def agree(self, found: Array, expected: Array) -> bool:
        """Whether two sets of known entries are equal within what rounding and differences cost."""
        room = 2.0 * (self.block.numeric.error + self.block.allowed)
        return bool((~(np.abs(found - expected) > room) | ~self.known).all())
