"""The table: one entry per operation, from which everything else follows.

| file               | what its entries do                                       |
|--------------------|-----------------------------------------------------------|
| `builders.py`      | what an entry is made with, and both rules it implies     |
| `predicates.py`    | comparisons and questions, answered 0 or 1                |
| `selection.py`     | `where`, `stop_gradient`, and `defined` for rules         |
| `arithmetic.py`    | arithmetic, roots, extrema of two, rounding               |
| `exponential.py`   | powers, exponentials, logarithms, hyperbolic functions    |
| `trigonometric.py` | trigonometric functions                                   |
| `indexing.py`      | indexing and `.at[...]` updates                           |
| `shaping.py`       | moving, copying and joining elements                      |
| `reductions.py`    | sums, extrema, moments, norms over axes                   |
| `activations.py`   | activation functions                                      |
| `linalg.py`        | products of matrices, diagonals, `einsum`                 |
| `protocols.py`     | no entries: NumPy's own functions called on Values        |
"""

from autograd.graph.value import TABLE
from autograd.ops import (
    activations,
    arithmetic,
    exponential,
    indexing,
    linalg,
    predicates,
    protocols,
    reductions,
    selection,
    shaping,
    trigonometric,
)

__all__ = [
    "TABLE",
    "activations",
    "arithmetic",
    "exponential",
    "indexing",
    "linalg",
    "predicates",
    "protocols",
    "reductions",
    "selection",
    "shaping",
    "trigonometric",
]
