"""What to compare: random calls of an entry, and the hard points of elementwise ones; both are read off the entry."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import copysign, inf, isinf, nan
from typing import Any

import numpy as np

WINDOW = 3.0  # random points lie within [-WINDOW, WINDOW] ...
MARGIN = 0.05  # ... and this far from the edges of a domain and the zeros of an entry's `boundary`
SHAPES = [((2, 3), (2, 3), (2, 3)), ((3, 1), (1, 4), (2, 1, 1)), ((), (4,), ()), (None, (3,), None), (None,) * 3]
SPECIAL = (0.0, -0.0, 0.5, 1.0, -1.0, 2.0, -2.5, 1e-8, 40.0, -40.0, inf, -inf, nan)
FEWER = (0.0, -0.0, 1.0, -2.5, inf, -inf, nan)  # in threes


@dataclass(frozen=True)
class Case:
    """A call of an entry: its operands as floats, arrays of floats or conditions, and all its parameters."""

    entry: Any
    operands: tuple[Any, ...]
    params: dict[str, Any]
    only: int | None = None  # the one operand that is differentiated; all that are made of floats, if not told

    @property
    def variables(self) -> list[int]:
        """Which operands are differentiated."""
        if self.only is not None:
            return [self.only]
        return [i for i, x in enumerate(self.operands) if np.asarray(x).dtype.kind == "f"]

    def results(self, operands: tuple[Any, ...]) -> list[Any]:
        """What the entry returns for other operands, as a list."""
        z = self.entry.apply(operands, self.params)
        return list(z) if isinstance(z, (list, tuple)) else [z]


# ---- random calls ----------------------------------------------------------------------------------------------------


def random_cases(entry: Any, rng: np.random.Generator, draws: int) -> Iterator[Case]:
    """Calls of an entry: an elementwise one in several shapes, any other one in those of its samples."""
    for _ in range(draws):
        if entry.domain:
            for shapes in SHAPES:
                yield _in_domain(entry, shapes[: len(entry.domain)], rng)
        for sample in entry.samples:
            yield _sampled(entry, sample, rng)


def _in_domain(entry: Any, shapes: tuple[Any, ...], rng: np.random.Generator) -> Case:
    boundary = getattr(entry, "boundary", None)
    while True:
        xs = tuple(_uniform(rng, *interval, shape) for interval, shape in zip(entry.domain, shapes, strict=True))
        points = zip(*(np.ravel(x).tolist() for x in np.broadcast_arrays(*xs)), strict=True)
        if boundary is None or all(abs(boundary(*point)) > MARGIN for point in points):
            return Case(entry, xs, dict(entry.defaults))


def _uniform(rng: np.random.Generator, low: float, high: float, shape: tuple[int, ...] | None) -> Any:
    x = rng.uniform(max(low + MARGIN, -WINDOW), min(high - MARGIN, WINDOW), shape)
    return x if shape is None else np.asarray(x)


def _sampled(entry: Any, sample: Any, rng: np.random.Generator) -> Case:
    """A call in the shapes of a sample; no two elements of an operand, and no two small sums of them, are equal."""
    shapes, params = sample
    shapes = shapes[0] if shapes and isinstance(shapes[0], list) else shapes
    names = entry.operand_names * len(shapes) if entry.variadic else entry.operand_names
    operands = [_distinct(rng, shape, name == "condition") for name, shape in zip(names, shapes, strict=False)]
    if entry.prepare:
        operands = list(entry.prepare(np, *operands))
    return Case(entry, tuple(operands), {**entry.defaults, **params})


def _distinct(rng: np.random.Generator, shape: tuple[int, ...] | None, condition: bool) -> Any:
    if condition:
        x = rng.random(shape or ()) < 0.5
        return bool(x) if shape is None else np.asarray(x)
    size = int(np.prod(shape or ()))
    k = rng.permutation(np.arange(-32, 32) if size <= 64 else np.arange(-size, size))[:size].reshape(shape or ())
    x = (k + rng.uniform(0.2, 0.8, k.shape)) / 8.0
    return float(x) if shape is None else np.asarray(x)


# ---- hard points -----------------------------------------------------------------------------------------------------


def special_points(entry: Any) -> list[tuple[float, ...]]:
    """Points of an elementwise entry: zeros, ties, infinities, NaN, and the coordinates of its kinks and edges."""
    kinks = [kink if isinstance(kink, tuple) else (kink,) for kink in entry.kinks]
    special = SPECIAL if len(entry.domain) < 3 else FEWER
    axes = []
    for i, interval in enumerate(entry.domain):
        own = {x for x in (*interval, *(kink[i] for kink in kinks)) if x not in special}
        axes.append((*special, *sorted(own)))
    return list(itertools.product(*axes))


def at_points(entry: Any, points: list[tuple[float, ...]]) -> Iterator[Case]:
    """Calls at all those points at once, with each set of parameters that a sample has, by one operand at a time."""
    columns = tuple(np.array(column) for column in zip(*points, strict=True))
    for params in ({}, *(params for _, params in entry.samples)):
        for i in range(len(columns)):
            yield Case(entry, columns, {**entry.defaults, **params}, only=i)


def is_registered(entry: Any, point: tuple[float, ...]) -> bool:
    """Whether the entry declares this point as hard: one of its kinks, or a zero of its `boundary`."""
    if (point if len(point) > 1 else point[0]) in entry.kinks:
        return True
    large = [copysign(1e300, x) if isinf(x) else x for x in point]  # between 0 and infinity the zero counts
    try:
        return bool(entry.boundary and entry.boundary(*large) == 0.0)
    except (ArithmeticError, ValueError):  # it is a formula for points within the domain
        return False


def hard_arrays(entry: Any, finite: bool, rng: np.random.Generator) -> Iterator[tuple[str, Case]]:
    """Calls of any other entry with equal elements and zeros, if not `finite` infinities and NaN, each by its name."""
    for sample in () if entry.domain or entry.prepare else entry.samples:
        case = _sampled(entry, sample, rng)
        for name, changed in {**TIED, **({} if finite else NOT_FINITE)}.items():
            yield name, replace(case, operands=tuple(_changed(x, changed, rng) for x in case.operands))


def _changed(x: Any, changed: Callable[..., Any], rng: np.random.Generator) -> Any:
    if np.asarray(x).dtype.kind != "f":
        return x
    y = np.asarray(changed(np.array(x), rng))
    return float(y) if isinstance(x, float) else y


def _one(special: float) -> Callable[..., Any]:
    def changed(x: Any, rng: np.random.Generator) -> Any:
        if x.size:
            x.flat[rng.integers(x.size)] = special
        return x

    return changed


TIED = {
    "zeros": lambda x, rng: rng.choice([0.0, -0.0], x.shape),
    "ties": lambda x, rng: rng.choice([1.0, 2.0], x.shape),
    "a zero": _one(0.0),
}
NOT_FINITE = {
    "an infinity": _one(inf),
    "a NaN": _one(nan),
    "all -inf": lambda x, rng: np.full(x.shape, -inf),
}
