"""Hypothesis strategies and checks for operations: what this project's own tests use, for anybody's.

| name                  | draws or does                                                                        |
|-----------------------|--------------------------------------------------------------------------------------|
| `arrays(...)`         | arrays whose elements lie apart from each other and from zero                        |
| `points(op)`          | calls of an operation inside its domain, away from its kinks (or at them, too)       |
| `graphs()`            | small random computation graphs: a function and its arguments                        |
| `check_operation(op)` | the checks that the loops over the table make: values, derivatives, kinks, dtypes    |

It needs Hypothesis: `pip install "glassgrad[test]"`.
"""

from autograd.errors import MissingPackageError

try:
    import hypothesis  # noqa: F401  (asked for here, so that its absence is said in one place)
except ImportError as error:
    raise MissingPackageError(
        'autograd.testing draws its examples with Hypothesis, which is not installed: pip install "glassgrad[test]".'
    ) from error

from autograd.testing.calls import Case
from autograd.testing.graphs import Graph, graphs
from autograd.testing.operations import check_operation
from autograd.testing.strategies import arrays, points

__all__ = ["Case", "Graph", "arrays", "check_operation", "graphs", "points"]
