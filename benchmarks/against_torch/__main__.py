"""Compare the table with PyTorch: value, vjp, jvp and Hessian-vector product of each operation, in double precision.

Every entry that has a counterpart is called with random operands within its domain, where the two sides must agree to
1e-10 of the largest element (or of 1), and at hard points: zeros, ties, infinities, NaN, kinks, edges of domains. There
a disagreement is printed with both numbers, and is a failure unless

- the entry registers the point as a kink, or
- there is no value (NaN: a NaN went in, or the point lies outside the domain), so that the slope here is NaN, while
  PyTorch's formula goes on, or
- an operand is infinite or NaN, and PyTorch's answer is NaN: inf - inf, 0 * inf or inf / inf within its formula, or
- the table of counterparts says why.

Usage: python benchmarks/against_torch [--draws N] [--seed N] [OPERATION ...]
"""

from __future__ import annotations

import argparse
import itertools
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from cases import Case, at_points, hard_arrays, is_registered, random_cases, special_points
from counterparts import COUNTERPARTS, Counterpart, counterpart
from sides import DERIVATIVES, Quantities, of_glassgrad, of_torch

from autograd import TABLE, __version__

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


def both_sides(case: Case, row: Counterpart, gs: Sequence[Any], ts: Sequence[Any]) -> tuple[Quantities, Quantities]:
    question = case.entry.builder == "query"  # answered in plain numbers: there is nothing to differentiate
    which = [] if question else [quantity for quantity in DERIVATIVES if quantity not in row.lacks]
    return of_glassgrad(case, gs, ts, which), of_torch(row, case, gs, ts, which)


def directions(xs: Sequence[Any], draw: Any) -> list[Any]:
    """A direction in the form of each operand or result: a float for a number, else an array."""
    return [float(draw(())) if isinstance(x, float) else np.asarray(draw(np.shape(x))) for x in xs]


def seeds(case: Case, draw: Any) -> tuple[list[Any], list[Any]]:
    """A cotangent for each result and a tangent for each variable."""
    return directions(case.results(case.operands), draw), directions([case.operands[i] for i in case.variables], draw)


# ---- the three passes ------------------------------------------------------------------------------------------------


def at_random(entry: Any, row: Counterpart, rng: np.random.Generator, draws: int) -> Iterator[Disagreement | None]:
    """Each random call: None where all agrees."""
    for case in random_cases(entry, rng, draws):
        here, there = both_sides(case, row, *seeds(case, lambda shape: rng.uniform(-1.0, 1.0, shape)))
        place = f"{', '.join(str(np.shape(x)) for x in case.operands)} {case.params}"
        for quantity in here:
            for x, y in zip(here[quantity], there[quantity], strict=True):
                if x.shape != y.shape:
                    yield Disagreement(quantity, place, f"shape {x.shape}", f"shape {y.shape}", UNEXPLAINED)
                elif (apart := ~agree(x, y, row.tolerance * largest(y))).any():
                    yield Disagreement(quantity, place, x[apart][0], y[apart][0], UNEXPLAINED)
        yield None


def at_hard_points(entry: Any, row: Counterpart) -> Iterator[Disagreement | None]:
    """Each special point of an elementwise entry, by each operand."""
    points = special_points(entry) if entry.domain else []
    for case in at_points(entry, points):
        here, there = both_sides(case, row, *seeds(case, np.ones))
        (values,) = here["value"]
        for quantity in here:
            if quantity == "value" and case.only:
                continue  # it was compared with the first operand's derivatives
            (x,), (y,) = here[quantity], there[quantity]
            name = quantity if quantity == "value" else f"{quantity} by {entry.operand_names[case.only]}"
            for i in np.flatnonzero(~agree(x, y, row.tolerance * np.maximum(1.0, np.abs(y)))):
                cause = UNEXPLAINED
                if np.isnan(values[i]) and np.isnan(x[i]) and quantity != "value":
                    cause = NO_VALUE
                elif is_registered(entry, points[i]) and quantity != "value":
                    cause = KINK
                elif np.isnan(y[i]) and not np.isfinite(points[i]).all():
                    cause = NOT_FINITE
                elif callable(row.apart) and row.apart(*points[i]):
                    cause = STATED
                place = ", ".join(map(str, points[i]))
                yield Disagreement(name, place + _given(case), x[i], y[i], cause)
        yield from [None] * len(points)


def at_hard_arrays(entry: Any, row: Counterpart, rng: np.random.Generator) -> Iterator[Disagreement | None]:
    """Arrays of ties, zeros, infinities and NaN, for entries that are not elementwise."""
    for name, case in hard_arrays(entry, row.finite, rng):
        finite = all(np.isfinite(x).all() for x in case.operands)
        stated = STATED if isinstance(row.apart, tuple) and name in row.apart else UNEXPLAINED
        try:
            here, there = both_sides(case, row, *seeds(case, np.ones))
        except (RuntimeError, ValueError, OverflowError) as error:
            cause = stated if finite else NOT_FINITE  # LAPACK refuses such matrices
            yield Disagreement("call", name + _given(case), repr(error)[:100], "", cause)
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
                    yield Disagreement(quantity, name + _given(case), x[apart][0], y[apart][0], cause)
        yield None


def _given(case: Case) -> str:
    changed = [f"{k}={v}" for k, v in case.params.items() if v is not case.entry.defaults[k]]
    return f" with {', '.join(changed)}" if changed else ""


# ---- the report ------------------------------------------------------------------------------------------------------


def compare(name: str, draws: int, rng: np.random.Generator) -> tuple[int, list[Disagreement]]:
    """How many calls and points were compared, and where the two sides disagree."""
    entry, row = TABLE[name], counterpart(name)
    compared, found = 0, []
    passes = [at_random(entry, row, rng, draws), at_hard_points(entry, row), at_hard_arrays(entry, row, rng)]
    try:
        for one in itertools.chain(*passes):
            if one:
                found.append(one)
            else:
                compared += 1
    except Exception as error:  # whatever either side raises is a disagreement, too
        found.append(Disagreement("call", f"call {compared}", repr(error), "", UNEXPLAINED))
    return compared, found


def report(name: str, found: Sequence[Disagreement], every: bool) -> None:
    """What disagrees, with both numbers; places that share both are one line, unless `every` one is asked for."""
    groups: dict[object, list[Disagreement]] = {}
    for one in found:
        numbers = (str(one.here), str(one.there)) if one.cause in (KINK, UNEXPLAINED) else ()
        groups.setdefault(len(groups) if every else (one.cause, one.quantity, *numbers), []).append(one)
    for one, *others in groups.values():
        more = f" and {len(others)} more" if others else ""
        cause = counterpart(name).reason if one.cause == STATED else one.cause
        print(f"{name}: {one.quantity} at {one.place}{more}: {one.here} here, {one.there} in PyTorch ({cause})")


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the table with PyTorch.")
    parser.add_argument("operation", nargs="*", help="compare these only")
    parser.add_argument("--draws", type=int, default=5, help="random calls in each shape (default: 5)")
    parser.add_argument("--every", action="store_true", help="print each disagreement on a line of its own")
    parser.add_argument("--seed", type=int, default=0, help="of the random operands (default: 0)")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="torch")  # PyTorch about its own parts
    rng = np.random.default_rng(options.seed)
    print(f"Glassgrad {__version__} and PyTorch {torch.__version__}; seed {options.seed}, {options.draws} draws")

    calls, causes, names = 0, Counter(), options.operation or [n for n in COUNTERPARTS if n in TABLE]
    for name in names:
        with np.errstate(all="ignore"):
            compared, found = compare(name, options.draws, rng)
        report(name, found, options.every)
        calls += compared
        causes.update(one.cause for one in found)

    for quantity in DERIVATIVES:
        without = [name for name in names if quantity in counterpart(name).lacks]
        if without:
            print(f"PyTorch has no {quantity} of: {', '.join(without)}")
    print(f"Entries without a counterpart: {', '.join(name for name in TABLE if name not in COUNTERPARTS) or 'none'}")
    explained = ", ".join(f"{causes[cause]} {text}" for cause, text in EXPLAINED.items())
    print(
        f"{len(names)} operations compared in {calls} calls and points: forward, vjp, jvp, hvp; "
        f"{causes.total()} disagreements: {explained}, {causes[UNEXPLAINED]} others"
    )
    return 1 if causes[UNEXPLAINED] else 0


EXPLAINED = {
    KINK: "at registered kinks",
    NO_VALUE: "where there is no value",
    NOT_FINITE: "where an operand is not finite and PyTorch gives NaN",
    STATED: "for a reason stated in the table of counterparts",
}

if __name__ == "__main__":
    sys.exit(main())
