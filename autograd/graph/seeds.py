"""What a walk starts from: the user's cotangent or tangent, checked at the border."""

from __future__ import annotations

from typing import Any

from autograd.errors import DtypeError, ShapeError
from autograd.graph.cotangents import fit_to_operand, seeded
from autograd.graph.flags import TRACKED
from autograd.graph.operands import arrays, data_of
from autograd.graph.recording import stands_for_plain
from autograd.graph.value import Value, as_number, replaying

__all__ = ["require_value", "require_values", "start"]


def start(root: Value, gradient: Any, operation: str, what: str = "gradient", create_graph: bool = False) -> Any:
    """The cotangent (or tangent) that a walk starts from, in the form of its root; None where it is all zero."""
    if gradient is None:
        if root.size != 1:
            raise ShapeError(
                f"{operation}: found a root of shape {root.shape} and no {what}; expected a single element, "
                f"or {what}= of that shape. Reduce it first, e.g. y.sum().backward()."
            )
        if root._array is None:
            return 1.0
        return arrays().np.array(1.0, root._array.dtype, ndmin=root._array.ndim)
    if type(gradient) is Value:
        # It may be differentiated itself, or be another one at the next replay: its zeros are not dead.
        if create_graph and (gradient._flags & TRACKED or replaying() is not None):
            if gradient.shape != root.shape:
                raise ShapeError(f"{operation}: {what}: found shape {gradient.shape}; expected {root.shape}.")
            return fit_to_operand(gradient, root)
        gradient = data_of(gradient)
    if root._array is None:
        return seeded(as_number(gradient, f"{operation}: {what}"))
    return seeded(arrays().fitted(gradient, root._array, f"{operation}: {what}"))


def require_value(x: Any, operation: str, what: str) -> None:
    """Refuse what is not a Value."""
    if type(x) is not Value:
        raise DtypeError(f"{operation}: {what}: found {type(x).__name__}; expected a Value.")
    if stands_for_plain(x):
        raise DtypeError(f"{operation}: {what}: found plain data, an argument that is replayed; expected a Value.")


def require_values(xs: Any, operation: str, what: str) -> None:
    """Refuse what is not a list of Values; a single Value would be iterated over."""
    if not isinstance(xs, (list, tuple)):
        raise DtypeError(f"{operation}: {what}: found {type(xs).__name__}; expected a list of Values, such as [x].")
    for i, x in enumerate(xs):
        require_value(x, operation, f"{what}[{i}]")
