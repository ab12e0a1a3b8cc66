"""How a namespace of NumPy is filled: with the entry of the table that has the same meaning, or with NumPy's own."""

from __future__ import annotations

import importlib
from typing import Any

from autograd.errors import UnsupportedError
from autograd.graph.value import TABLE, Value
from autograd.ops.protocols import entry_for

__all__ = ["array", "fill", "where"]


def fill(namespace: dict[str, Any], module: str) -> None:
    """Put all public names of one of NumPy's modules into a namespace that lacks them."""
    numpys = importlib.import_module(module)
    for name in dir(numpys):
        if not name.startswith("_") and name not in namespace:
            own = getattr(numpys, name)
            namespace[name] = (entry_for(own) if callable(own) else None) or own


def array(object: Any, dtype: Any = None, **options: Any) -> Any:  # NumPy's name for it
    """As numpy.array; Values are kept as they are, and nested lists that hold some are stacked.

    >>> array([Value(1.0), 2.0])
    Value(data=array([1., 2.]))
    """
    if options and _holds_values(object):
        raise UnsupportedError(
            f"np.array: found {', '.join(options)} for an array of Values; expected dtype alone. Reshape it afterwards."
        )
    if type(object) is Value:
        return object if dtype is None else TABLE["astype"](object, dtype)
    if isinstance(object, (list, tuple)) and _holds_values(object):
        stacked = TABLE["stack"]([array(part) for part in object])
        return stacked if dtype is None else TABLE["astype"](stacked, dtype)
    from autograd.arrays import np

    return np.array(object, dtype, **options)


def _holds_values(parts: Any) -> bool:
    if isinstance(parts, (list, tuple)):
        return any(_holds_values(part) for part in parts)
    return type(parts) is Value


def where(condition: Any, *branches: Any) -> Any:
    """As numpy.where: with two branches the table's `where`, without any the indices at which the condition holds.

    >>> where([True, False, True])
    (array([0, 2]),)
    """
    if branches:
        return TABLE["where"](condition, *branches)
    from autograd.arrays import np

    return np.nonzero(condition.data if type(condition) is Value else condition)
