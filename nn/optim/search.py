"""Searches that use no gradient: the baselines that gradient descent beats. They count their evaluations."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from autograd.errors import ArgumentError
from nn.arguments import measured
from nn.optim.closures import ByClosure
from nn.optim.optimizer import Parameters, put_back
from nn.options import COUNT, FLAG, number, pair, several
from nn.randomness import generator

__all__ = ["RandomSearch", "SearchResult", "grid_search", "random_search"]


BOUNDS = several(pair(number()))._replace(expected="pairs of finite numbers (low, high)")


class SearchResult(NamedTuple):
    """What a search found, under the names of SciPy's `OptimizeResult`: the best point, its value, the evaluations."""

    x: tuple[Any, ...]
    fun: float
    nfev: int


def random_search(
    fun: Callable[[tuple[float, ...]], Any],
    bounds: Sequence[tuple[float, float]],
    evaluations: int = 100,
    *,
    rng: Any = None,
) -> SearchResult:
    """The best of some points drawn at random, evenly between the bounds.

    Args:
        fun: the function to be minimized, of a tuple of floats; a value of NaN is worse than any other.
        bounds: a pair (low, high) for each element.
        evaluations: how many points are drawn.
        rng: a generator or a seed, as `nn.randomness.generator` takes it.

    Raises:
        ArgumentError: for bounds that are not in order, fewer than one evaluation, or where every value is NaN.

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", JMLR 13 (2012).

    >>> found = random_search(lambda x: (x[0] - 1) ** 2 + x[1] ** 2, [(-2, 2), (-2, 2)], 1000, rng=0)
    >>> found.nfev, found.fun < 0.02
    (1000, True)
    """
    edges = BOUNDS("random_search", bounds=bounds)
    if not edges or not all(low <= high and math.isfinite(high - low) for low, high in edges):
        raise ArgumentError(f"random_search: found bounds={bounds!r}; expected {BOUNDS.expected} in order.")
    evaluations, draw = COUNT("random_search", evaluations=evaluations), generator(rng).uniform
    points = (tuple(float(draw(low, high)) for low, high in edges) for _ in range(evaluations))
    return _best("random_search", fun, points)


def grid_search(fun: Callable[[tuple[Any, ...]], Any], axes: Sequence[Sequence[Any]]) -> SearchResult:
    """The best of all points of a grid; of equals, the first.

    Args:
        fun: the function to be minimized, of a tuple with one element of each axis; NaN is worse than any value.
        axes: what each element is tried at: numbers, or whatever `fun` takes.

    Raises:
        ArgumentError: for no axes or an empty one, or where every value is NaN.

    >>> grid_search(lambda x: (x[0] - 1) ** 2 + x[1] ** 2, [[-1, 0, 1], [0.0, 0.5]])
    SearchResult(x=(1, 0.0), fun=0.0, nfev=6)
    """
    given = axes if isinstance(axes, Iterable) else ()
    lists = [list(axis) if isinstance(axis, Iterable) else [] for axis in given]
    if not lists or not all(lists):
        raise ArgumentError(
            f"grid_search: found axes={axes!r}; expected at least one, and values on each, as [[0.1, 0.01], [8, 16]]."
        )
    return _best("grid_search", fun, itertools.product(*lists))


def _best(operation: str, fun: Callable[[Any], Any], points: Iterable[tuple[Any, ...]]) -> SearchResult:
    best, lowest, evaluations = None, math.inf, 0
    for point in points:
        value = measured(f"{operation}, fun{point}", fun(point), "Let fun return one.")
        evaluations += 1
        if value < lowest or (best is None and not math.isnan(value)):
            best, lowest = point, value
    if best is None:
        raise ArgumentError(f"{operation}: found NaN at all {evaluations} points; expected a value at one of them.")
    return SearchResult(best, lowest, evaluations)


class RandomSearch(ByClosure):
    """Random search over the parameters of a network: draw others, keep them where the loss is lower.

    `step(closure)` evaluates the loss once (the first one also where the parameters are). No gradient is used, so the
    closure need not call `backward()`; it should compute the same loss each time, without mini-batches.

    Args:
        params: as for every optimizer.
        lr: the standard deviation of what is drawn.
        local: draw around the best parameters so far; False: around those at the start, however good others were.
        rng: a generator or a seed, as `nn.randomness.generator` takes it; it is not part of the state.

    Attributes:
        best: the lowest loss so far, which is that of the parameters; inf before the first step.
        evaluations: how often the loss was evaluated.

    Raises:
        ArgumentError: as `Optimizer` says, and by `step` without a closure.

    Source: Rastrigin, "The convergence of the random search method in the extremal control of a many-parameter system"
    (1963).

    >>> from autograd import Value
    >>> w = Value([3.0, -2.0])
    >>> optimizer = RandomSearch([w], lr=0.3, rng=0)
    >>> for _ in range(500):
    ...     loss = optimizer.step(lambda: (w * w).sum())
    >>> optimizer.best < 0.01, optimizer.evaluations
    (True, 501)
    """

    by_gradient = False
    allowed: ClassVar = {"lr": number(0), "local": FLAG}

    def __init__(self, params: Parameters, lr: float = 0.1, local: bool = True, *, rng: Any = None) -> None:
        super().__init__(params, lr=lr, local=local)
        self.rng = generator(rng)
        self.best = math.inf
        self._centre: dict[str, Any] = {}

    def _search(self, evaluate: Callable[[], float]) -> float:
        if self.best == math.inf:
            loss = evaluate()
            self.best = math.inf if math.isnan(loss) else loss
        parameters = list(self.parameters.values())
        here = [p.data for p in parameters]
        for group in self.param_groups:
            for name, p in group.parameters.items():
                centre = self._centre.setdefault(name, p.data)
                noise = self.rng.normal(scale=group["lr"], size=p.shape)
                p.data = (p.data if group["local"] else centre) + (noise if p.ndim else float(noise))
        loss = evaluate()
        before = self.best
        if loss < before:
            self.best = loss
        else:
            put_back(parameters, here)
        return before
