"""Compare the table with PyTorch: value, vjp, jvp and Hessian-vector product of each operation, in double precision.

Every entry that has a counterpart is called with random operands, as the project's tests draw them, inside its domain
and away from kinks, where the two sides must agree to 1e-10 of the largest element (or of 1); and at hard points:
zeros, ties, infinities, NaN, kinks, edges of domains. There a disagreement is printed with both numbers, and is a
failure unless

- the entry registers the point as a kink, or
- there is no value (NaN: a NaN went in, or the point lies outside the domain), so that the slope here is NaN, while
  PyTorch's formula goes on, or
- an operand is infinite or NaN, and PyTorch's answer is NaN: inf - inf, 0 * inf or inf / inf within its formula, or
- the table of counterparts says why.

Usage: python benchmarks/against_torch [--draws N] [--seed N] [--every] [OPERATION ...]
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Sequence

import torch
from comparison import KINK, NO_VALUE, NOT_FINITE, STATED, UNEXPLAINED, Disagreement, compare
from counterparts import COUNTERPARTS, counterpart
from sides import DERIVATIVES

from autograd import TABLE, __version__


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


EXPLAINED = {
    KINK: "at registered kinks",
    NO_VALUE: "where there is no value",
    NOT_FINITE: "where an operand is not finite and PyTorch gives NaN",
    STATED: "for a reason stated in the table of counterparts",
}


def summarize(names: Sequence[str], calls: int, causes: Counter[str]) -> None:
    for quantity in DERIVATIVES:
        without = [name for name in names if quantity in counterpart(name).lacks]
        if without:
            print(f"PyTorch has no {quantity} of: {', '.join(without)}")
    print(f"Entries without a counterpart: {', '.join(name for name in TABLE if name not in COUNTERPARTS) or 'none'}")
    questions = sum(TABLE[name].builder == "query" for name in names)
    lacking = sum(bool(counterpart(name).lacks) for name in names)
    explained = ", ".join(f"{causes[cause]} {text}" for cause, text in EXPLAINED.items())
    print(
        f"{len(names) - questions - lacking} operations compared: forward, vjp, jvp, hvp; "
        f"{lacking} where PyTorch lacks one of these; {questions} questions: forward; "
        f"{calls} calls and points; {causes.total()} disagreements: {explained}, {causes[UNEXPLAINED]} others"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the table with PyTorch.")
    parser.add_argument("operation", nargs="*", help="compare these only")
    parser.add_argument("--draws", type=int, default=10, help="random calls of each kind (default: 10)")
    parser.add_argument("--seed", type=int, default=0, help="of the random operands (default: 0)")
    parser.add_argument("--every", action="store_true", help="print each disagreement on a line of its own")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="torch")  # PyTorch about its own parts
    print(f"Glassgrad {__version__} and PyTorch {torch.__version__}; seed {options.seed}, {options.draws} draws")

    calls, causes, names = 0, Counter(), options.operation or list(COUNTERPARTS)
    for name in names:
        compared, found = compare(name, options.draws, options.seed)
        report(name, found, options.every)
        calls += compared
        causes.update(one.cause for one in found)
    summarize(names, calls, causes)
    return 1 if causes[UNEXPLAINED] else 0


if __name__ == "__main__":
    sys.exit(main())
