"""What each operation is called in PyTorch: one row an entry of the table, in the order of its families.

A row is the dotted name of a function of torch, or a function of (torch, *operands, **parameters) that takes what the
entry takes, with the parameters' defaults filled in. `Counterpart` adds what is not comparable, and why.
"""

from counterparts import arrays, elementwise, matrices, reductions
from counterparts.row import Counterpart, Row

__all__ = ["COUNTERPARTS", "Counterpart", "counterpart"]

COUNTERPARTS: dict[str, Row] = {**elementwise.ROWS, **arrays.ROWS, **reductions.ROWS, **matrices.ROWS}


def counterpart(name: str) -> Counterpart:
    """The row of an entry."""
    row = COUNTERPARTS[name]
    return row if isinstance(row, Counterpart) else Counterpart(row)
