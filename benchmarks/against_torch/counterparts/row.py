"""A row of the table of counterparts, and how it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

__all__ = ["Counterpart", "Row"]


@dataclass(frozen=True)
class Counterpart:
    """PyTorch's expression for an entry, and where the two cannot be compared.

    Args:
        call: a dotted name, or a function of (torch, *operands) and of those parameters that it names. (A parameter
            that it does not name, but a call changes, shows as a disagreement.)
        lacks: what PyTorch does not have: "jvp" or "hvp".
        apart: at which hard points PyTorch computes something else although the entry has no kink there: a function of
            the operands; for entries on whole arrays the names of such arrays (`cases.TIED`, `cases.NOT_FINITE`).
        finite: it is asked about finite operands only: LAPACK's decompositions may never return from an infinity.
        tolerance: how far apart the two may be, relative to the largest element or to 1.
        reason: why, for any of these.
    """

    call: str | Callable[..., Any]
    lacks: tuple[str, ...] = ()
    apart: Callable[..., bool] | tuple[str, ...] = ()
    tolerance: float = 1e-10
    finite: bool = False
    reason: str = ""

    def __call__(self, torch: Any, *operands: Any, **params: Any) -> Any:
        if isinstance(self.call, str):
            return reduce(getattr, self.call.split("."), torch)(*operands, **params)
        named = inspect.signature(self.call).parameters
        return self.call(torch, *operands, **{name: x for name, x in params.items() if name in named})


Row = str | Callable[..., Any] | Counterpart  # what stands in the table: mostly a name or an expression alone
