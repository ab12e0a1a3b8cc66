"""A leaf's data that was replaced between the forward and the backward pass: any use of it is an error."""

from typing import Any, NoReturn

from autograd.errors import GraphError
from autograd.graph.value import Value

__all__ = ["Stale"]


class Stale:
    """Stands in for the data of an operand whose leaf was replaced: a rule fails only when it reads that data."""

    __slots__ = ("_leaf", "_operation", "dtype", "ndim", "shape", "size")

    def __init__(self, operand: Value, leaf: Value, operation: str) -> None:
        self.shape, self.ndim, self.size, self.dtype = operand.shape, operand.ndim, operand.size, operand.dtype
        self._leaf = leaf
        self._operation = operation

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        name = repr(self._leaf.label) if self._leaf.label else f"of shape {self._leaf.shape}, without a label"
        raise GraphError(
            f"{self._operation}: the derivative needs the data of the leaf {name} as it was in the forward pass, "
            "but it was replaced since (v.data = ..., v.data -= ...). "
            "Call backward() before the update, or compute the graph again."
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # a protocol that nobody supports here, such as copying
            raise AttributeError(name)
        self._refuse()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _refuse
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __getitem__ = __iter__ = __len__ = __bool__ = __float__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __abs__ = _refuse
    __hash__ = None  # type: ignore[assignment]  # Python's own way to say unhashable
    __array__ = __array_ufunc__ = __array_function__ = _refuse
