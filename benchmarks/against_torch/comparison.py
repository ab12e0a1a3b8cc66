"""Where two sides disagree on an operation: at random calls, at hard points, at hard arrays; and why they may."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from cases import at_points, hard_arrays, is_registered, points_of, random_cases, special_points
from counterparts import Counterpart, counterpart
from sides import DERIVATIVES, Directions, Quantities, of_glassgrad, of_torch

from autograd import TABLE
from autograd.testing.calls import Case

__all__ = ["KINK", "NOT_FINITE", "NO_VALUE", "STATED", "UNEXPLAINED", "Disagreement", "compare"]

KINK, NO_VALUE, NOT_FINITE = "a registered kink", "the value is NaN", "an operand is not finite"
STATED, UNEXPLAINED = "stated", "NOT EXPLAINED"


@dataclass(frozen=True)
class Disagreement:
    """One operation, one quantity, one place: the number here, the number in PyTorch, and why they may differ."""

    quantity: str
    place: str
    here: Any
    there: Any
    cause: str


def agree(here: Any, there: Any, tolerance: Any) -> Any:
    """Element by element: equal, both NaN, or no further apart than the tolerance."""
    near = np.isfinite(here) & np.isfinite(there) & (np.abs(here - there) <= tolerance)
    return near | (here == there) | (np.isnan(here) & np.isnan(there))


def largest(x: Any) -> float:
    return max(1.0, float(np.max(np.abs(x[np.isfinite(x)]), initial=0.0)))


def both_sides(case: Case, row: Counterpart, along: Directions) -> tuple[Quantities, Quantities]:
    question = case.entry.builder == "query"  # answered in plain numbers: there is nothing to differentiate
    which = [] if question else [quantity for quantity in DERIVATIVES if quantity not in row.lacks]
    return of_glassgrad(case, along, which), of_torch(row, case, along, which)


# ---- the three passes: each yields a disagreement, and None for each call that was compared --------------------------


def at_random(entry: Any, row: Counterpart, draws: int, seed: int) -> Iterator[Disagreement | None]:
    rng = np.random.default_rng(seed)
    for case in random_cases(entry, draws, seed):
        if callable(row.apart) and any(row.apart(*point) for point in points_of(case)):
            continue  # the row says why; it is shown among the hard points
        here, there = both_sides(case, row, Directions(case, lambda shape: rng.uniform(-1.0, 1.0, shape)))
        place = f"operands of shape {', '.join(str(np.shape(x)) for x in case.operands)}{given(case)}"
        for quantity in here:
            for x, y in zip(here[quantity], there[quantity], strict=True):
                if x.shape != y.shape:
                    yield Disagreement(quantity, place, f"shape {x.shape}", f"shape {y.shape}", UNEXPLAINED)
                elif (apart := ~agree(x, y, row.tolerance * largest(y))).any():
                    yield Disagreement(quantity, place, x[apart][0], y[apart][0], UNEXPLAINED)
        yield None


def at_hard_points(entry: Any, row: Counterpart) -> Iterator[Disagreement | None]:
    """An elementwise entry at special points, by one operand at a time."""
    points = special_points(entry) if entry.domain else []
    for case, i in itertools.product(at_points(entry, points), range(len(points[0]) if points else 0)):
        here, there = both_sides(case, row, Directions(case, np.ones, [i]))
        (values,) = here["value"]
        for quantity in here:
            if quantity == "value" and i:
                continue  # it was compared with the first operand's derivatives
            (x,), (y,) = here[quantity], there[quantity]
            name = quantity if quantity == "value" else f"{quantity} by {entry.operand_names[i]}"
            for k in np.flatnonzero(~agree(x, y, row.tolerance * np.maximum(1.0, np.abs(y)))):
                cause = UNEXPLAINED
                if np.isnan(values[k]) and np.isnan(x[k]) and quantity != "value":
                    cause = NO_VALUE
                elif is_registered(entry, points[k]) and quantity != "value":
                    cause = KINK
                elif np.isnan(y[k]) and not np.isfinite(points[k]).all():
                    cause = NOT_FINITE
                elif callable(row.apart) and row.apart(*points[k]):
                    cause = STATED
                yield Disagreement(name, ", ".join(map(str, points[k])) + given(case), x[k], y[k], cause)
        yield from [None] * len(points)


def at_hard_arrays(entry: Any, row: Counterpart, seed: int) -> Iterator[Disagreement | None]:
    """Any other entry at arrays of ties, zeros, infinities and NaN."""
    rng = np.random.default_rng(seed)
    for name, case in hard_arrays(entry, row.finite, seed):
        finite = all(np.isfinite(x).all() for x in case.operands)
        stated = STATED if isinstance(row.apart, tuple) and name in row.apart else UNEXPLAINED
        place = name + given(case)
        try:
            here, there = both_sides(case, row, Directions(case, lambda shape: rng.uniform(0.5, 1.5, shape)))
        except (RuntimeError, ValueError) as error:  # LAPACK refuses matrices that are not finite
            yield Disagreement("call", place, repr(error)[:100], "", stated if finite else NOT_FINITE)
            continue
        without_value = any(np.isnan(z).any() for z in here["value"])
        for quantity in here:
            for x, y in zip(here[quantity], there[quantity], strict=True):
                apart = ~agree(x, y, row.tolerance * largest(y))
                if apart.any():
                    cause = stated
                    if quantity != "value" and without_value and np.isnan(x[apart]).all():
                        cause = NO_VALUE
                    elif not finite and np.isnan(y[apart]).all():
                        cause = NOT_FINITE
                    yield Disagreement(quantity, place, x[apart][0], y[apart][0], cause)
        yield None


def given(case: Case) -> str:
    return f" with {', '.join(f'{k}={v}' for k, v in case.params.items())}" if case.params else ""


# ---- all of one operation -------------------------------------------------------------------------------------------


def compare(name: str, draws: int, seed: int) -> tuple[int, list[Disagreement]]:
    """How many calls and points were compared, and where the two sides disagree."""
    entry, row = TABLE[name], counterpart(name)
    compared, found = 0, []
    passes = [at_random(entry, row, draws, seed), at_hard_points(entry, row), at_hard_arrays(entry, row, seed)]
    try:
        with np.errstate(all="ignore"):
            for one in itertools.chain(*passes):
                if one:
                    found.append(one)
                else:
                    compared += 1
    except Exception as error:  # whatever either side raises is a disagreement, too
        found.append(Disagreement("call", f"call {compared}", repr(error), "", UNEXPLAINED))
    return compared, found
