"""What the comparisons of networks with PyTorch share: how near is near enough, the weights of outputs, the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import __version__

__all__ = ["TOLERANCES", "Found", "Row", "cotangent", "print_agreement", "worst", "write_golden"]

TOLERANCES = {"float64": 1e-12, "float32": 1e-6}
GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"

Found = dict[str, Any]  # arrays by name: "output", "d input", "d weight", "then running_mean"


class Row(NamedTuple):
    """What is compared: how many cases, and in a dtype what either side finds in each."""

    name: str
    cases: int
    pairs: Callable[[str], Iterable[tuple[Found, Found]]]


def cotangent(y: Any) -> Any:
    """A weight for each element of an output, no two alike."""
    return np.sin(1.0 + np.arange(y.size)).reshape(y.shape).astype(y.dtype)


def worst(here: Found, there: Found) -> float:
    """The largest difference of all quantities, relative to the largest element or 1; infinite for another kind."""
    kinds = [{name: (x.shape, x.dtype.name) for name, x in found.items()} for found in (here, there)]
    if kinds[0] != kinds[1]:
        return float("inf")
    return max(float(np.max(np.abs(here[n] - there[n])) / max(1.0, np.max(np.abs(there[n])))) for n in here)


def write_golden(name: str, lines: Iterable[str]) -> None:
    """Write what the tests compare with, a case on each line."""
    (GOLDEN / f"torch_{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def print_agreement(kind: str, rows: Iterable[Row], stated: Mapping[str, tuple[float, str]]) -> int:
    """Print the table of the worst differences; how many rows are apart by more than allowed, or stated with a reason.

    Args:
        kind: what a row is, such as "layer".
        rows: the rows, each of them computed when it is printed.
        stated: by the names of rows, how far PyTorch itself is off, and why.
    """
    import torch

    apart = 0
    print(f"Glassgrad {__version__} and PyTorch {torch.__version__}; worst differences")
    print(f"{kind:<34}{'cases':>6}{''.join(f'{dtype:>12}' for dtype in TOLERANCES)}")
    for row in rows:
        found = {dtype: max(worst(*pair) for pair in row.pairs(dtype)) for dtype in TOLERANCES}
        bound, reason = stated.get(row.name, (0.0, ""))
        numbers = "".join(f"{difference:>12.1e}" for difference in found.values())
        print(f"{row.name:<34}{row.cases:>6}{numbers}  {reason}".rstrip())
        apart += any(found[dtype] > max(tolerance, bound) for dtype, tolerance in TOLERANCES.items())
    return apart
