"""A problem's analytic and numeric derivatives: every entry of the Jacobian, or along random directions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from autograd.arrays import Array, np
from autograd.checking.blocks import Block, Numeric, Tolerance, unit_vector
from autograd.checking.differences import WIDEST, Rounding, scales, slope
from autograd.checking.options import Options
from autograd.checking.problem import Problem
from autograd.graph.walks import gradients, tangents

__all__ = ["Comparison"]

DIRECTIONS = 2  # random ones for each argument, in fast mode


class Comparison:
    """A problem's analytic and numeric derivatives, compared as the options say: one `Block` for each leaf and mode."""

    def __init__(self, problem: Problem, tolerance: Tolerance, options: Options) -> None:
        self.problem, self.tolerance, self.options = problem, tolerance, options
        self.precision = problem.at(problem.base).precision  # the dtype of the numeric side
        self.unit = float(np.finfo(self.precision).eps)
        self.inner = largest([node.data for node in problem.first.nodes()])
        self.blocks = list(self._fast() if options.fast else self._whole())

    # ---- every entry ----

    def _whole(self) -> Iterator[Block]:
        numeric = [self._differences(i, unit_vectors(leaf.size)) for i, leaf in enumerate(self.problem.leaves)]
        if "reverse" in self.options.modes:
            for i, pulled in enumerate(self._reverse()):
                yield Block("reverse", i, pulled, numeric[i], self.tolerance)
        if "forward" in self.options.modes:
            for i, leaf in enumerate(self.problem.leaves):
                yield Block("forward", i, self._forward(i, unit_vectors(leaf.size)), numeric[i], self.tolerance)

    def _reverse(self) -> list[Array]:
        """The Jacobian by each leaf, a backward walk for each output entry."""
        outputs = self.problem.first.vector.size
        rows = [self._pulled(unit) for unit in unit_vectors(outputs)]
        sizes = [leaf.size for leaf in self.problem.leaves]
        jacobians = [np.array([row[i] for row in rows]) for i in range(len(sizes))]
        return [jacobian.reshape(outputs, n) for jacobian, n in zip(jacobians, sizes, strict=True)]

    def _pulled(self, row: Array) -> list[Array]:
        """A cotangent of all outputs pulled back to each leaf."""
        first = self.problem.first
        total = [np.zeros(leaf.size) for leaf in self.problem.leaves]
        for (_, y), seed in zip(first.ys, first.seeds(row), strict=True):
            if seed.any():
                found = gradients(y, first.xs, seed)
                total = [t + np.ravel(np.asarray(g.data, dtype=float)) for t, g in zip(total, found, strict=True)]
        return total

    def _forward(self, i: int, directions: Iterable[Array]) -> Array:
        """The tangents of all outputs along each direction of leaf i, a column for each."""
        first = self.problem.first
        ys = [y for _, y in first.ys]
        columns = []
        for direction in directions:
            ts = tangents(ys, [(first.xs[i], np.reshape(direction, first.xs[i].shape))])
            columns.append(np.concatenate([np.ravel(np.asarray(t.data, dtype=float)) for t in ts]))
        return np.array(columns).reshape(len(columns), first.vector.size).T

    def _differences(self, i: int, directions: Iterable[Array]) -> Numeric:
        """The numeric derivatives of all outputs along each direction of leaf i."""
        slopes = []
        for direction in directions:
            x = np.ravel(self.problem.base[i])[direction != 0.0].astype(float)
            rounding = Rounding(self.unit, largest([x]), self.inner)
            slopes.append(slope(self._line(i, direction), self.steps(x), rounding, self.tolerance))
        return Numeric.of(slopes, self.problem.first.vector.size)

    def _line(self, i: int, direction: Array) -> Callable[[float], Array]:
        return lambda t: self.problem.along(i, direction, t)

    def steps(self, x: Array) -> list[float]:
        """The widest step of each sweep."""
        chosen, eps = scales(x), self.options.eps
        return [WIDEST * scale for scale in chosen] if eps is None else [eps * chosen[0]]

    # ---- random directions ----

    def _fast(self) -> Iterator[Block]:
        rng = np.random.default_rng(self.options.rng)
        for i, leaf in enumerate(self.problem.leaves):
            directions = _random(rng, DIRECTIONS, leaf.size)
            weights = _random(rng, 1, self.problem.first.vector.size)
            numeric = self._differences(i, directions)
            if "reverse" in self.options.modes:
                pulled = self._pulled(weights[0])[i] @ directions.T
                yield Block("reverse", i, pulled[None], numeric.combined(weights), self.tolerance, directions, weights)
            if "forward" in self.options.modes:
                yield Block("forward", i, self._forward(i, directions), numeric, self.tolerance, directions)


def unit_vectors(n: int) -> Iterator[Array]:
    """One after the other: a large argument's would fill the memory."""
    return (unit_vector(k, n) for k in range(n))


def _random(rng: Any, n: int, size: int) -> Array:
    """n directions, no element of which is small: no entry of the Jacobian goes unseen."""
    return np.asarray(rng.uniform(0.5, 1.0, (n, size)) * rng.choice([-1.0, 1.0], (n, size)))


def largest(arrays: Sequence[Any]) -> float:
    """The largest finite size among the elements."""
    sizes = [np.abs(np.asarray(x, dtype=float)) for x in arrays]
    return max((float(s[np.isfinite(s)].max(initial=0.0)) for s in sizes), default=0.0)
