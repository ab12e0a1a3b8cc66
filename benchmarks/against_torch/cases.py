"""What to compare: random calls, as the project's tests draw them, and hard points; all are read off the entries."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import copysign, inf, isinf, nan
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from autograd.testing.calls import Case, is_floating, samples_of
from autograd.testing.strategies import cases

SPECIAL = (0.0, -0.0, 0.5, 1.0, -1.0, 2.0, -2.5, 1e-8, 40.0, -40.0, inf, -inf, nan)
FEWER = (0.0, -0.0, 1.0, -2.5, inf, -inf, nan)  # in threes


def random_cases(entry: Any, draws: int, number: int) -> list[Case]:
    """Calls inside the domain of an entry and in the shapes of its samples, so many of each."""
    found: list[Case] = []
    for sample in samples_of(entry):

        @seed(number)
        @settings(max_examples=draws, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
        @given(cases(entry, sample))
        def collect(case: Case) -> None:
            found.append(case)

        collect()
    return found


def points_of(case: Case) -> Iterator[tuple[float, ...]]:
    """Where an elementwise entry is called: the elements of its operands that meet."""
    return zip(*(np.ravel(x).tolist() for x in np.broadcast_arrays(*case.operands)), strict=True)


# ---- elementwise entries: points -------------------------------------------------------------------------------------


def special_points(entry: Any) -> list[tuple[float, ...]]:
    """Zeros, ties, infinities, NaN, and the coordinates of an entry's kinks and edges, in all combinations."""
    kinks = [kink if isinstance(kink, tuple) else (kink,) for kink in _kinks(entry)]
    special = SPECIAL if len(entry.domain) < 3 else FEWER
    axes = []
    for i, interval in enumerate(entry.domain):
        own = {x for x in (*interval, *(kink[i] for kink in kinks)) if x not in special}
        axes.append((*special, *sorted(own)))
    return list(itertools.product(*axes))


def _kinks(entry: Any) -> dict[Any, Any]:
    return getattr(entry, "kinks", {})  # a composite declares none: its parts do


def at_points(entry: Any, points: list[tuple[float, ...]]) -> Iterator[Case]:
    """A call at all those points at once, with each set of parameters that a sample has."""
    columns = tuple(np.array(column) for column in zip(*points, strict=True))
    for params in ({}, *(params for _, params in entry.samples)):
        yield Case(entry, columns, params)


def is_registered(entry: Any, point: tuple[float, ...]) -> bool:
    """Whether the entry declares this point as hard: one of its kinks, or a zero of its `boundary`."""
    if (point if len(point) > 1 else point[0]) in _kinks(entry):
        return True
    large = [copysign(1e50, x) if isinf(x) else x for x in point]  # 0 * inf would hide a zero
    boundary = getattr(entry, "boundary", None)
    try:
        return bool(boundary and boundary(*large) == 0.0)
    except (ArithmeticError, ValueError):  # it is a formula for points within the domain
        return False


# ---- all other entries: arrays ---------------------------------------------------------------------------------------


def hard_arrays(entry: Any, finite: bool, number: int) -> Iterator[tuple[str, Case]]:
    """Calls with equal elements and zeros, if not `finite` infinities and NaN, each by its name."""
    if entry.domain or entry.prepare:
        return
    rng = np.random.default_rng(number)
    for case in random_cases(entry, 1, number):
        for name, changed in {**TIED, **({} if finite else NOT_FINITE)}.items():
            yield name, replace(case, operands=tuple(_changed(x, changed, rng) for x in case.operands))


def _changed(x: Any, changed: Callable[..., Any], rng: np.random.Generator) -> Any:
    if isinstance(x, float):
        return float(changed(np.array(x), rng))
    return np.asarray(changed(np.array(x), rng)) if is_floating(x) else x


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
