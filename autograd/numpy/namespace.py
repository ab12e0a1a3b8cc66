"""How a namespace of NumPy is filled: NumPy's own functions for plain data, the table's entries for Values."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from autograd.errors import UnsupportedError
from autograd.graph.value import TABLE, Value, replaying
from autograd.ops.builders import Predicate
from autograd.ops.protocols import entry_for

__all__ = ["Function", "array", "fill", "where"]


class Function:
    """A function that records nodes where a Value is among its arguments, and is NumPy's own where none is.

    A question (isnan, greater) is answered about the data, as NumPy's booleans: they may be used as a mask.
    """

    def __init__(self, entry: Callable[..., Any], own: Callable[..., Any]) -> None:
        self.entry = entry
        self.own = own
        self.__name__ = self.__qualname__ = own.__name__
        self.__doc__ = entry.__doc__
        self.__wrapped__ = entry  # for help() and signatures

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not _holds_values((*args, *kwargs.values())):
            return self.own(*args, **kwargs)
        if isinstance(self.entry, Predicate) and replaying() is None:
            return self.own(*map(_data, args), **{name: _data(x) for name, x in kwargs.items()})
        return self.entry(*args, **kwargs)

    def __reduce__(self) -> Any:
        return type(self), (self.entry, self.own)

    def __getattr__(self, name: str) -> Any:
        if name in ("entry", "own"):  # while it is being unpickled
            raise AttributeError(name)
        return getattr(self.own, name)  # np.add.reduce, np.add.nin

    def __repr__(self) -> str:
        return f"<function {self.__name__} of autograd.numpy>"


def _data(x: Any) -> Any:
    return x.data if type(x) is Value else x


def _holds_values(parts: Any) -> bool:
    """Whether a Value is among the parts, or inside a list or tuple that is."""
    return any(type(part) is Value or (isinstance(part, (list, tuple)) and _holds_values(part)) for part in parts)


def fill(namespace: dict[str, Any], module: str) -> list[str]:
    """Put all public names of one of NumPy's modules into a namespace that lacks them; what it then offers."""
    numpys = importlib.import_module(module)
    for name in dir(numpys):
        if not name.startswith("_") and name not in namespace:
            own = getattr(numpys, name)
            entry = entry_for(own) if callable(own) else None
            namespace[name] = own if entry is None else Function(entry, own)
    return sorted(name for name in dir(numpys) if not name.startswith("_"))


def array(object: Any, dtype: Any = None, *args: Any, **options: Any) -> Any:  # NumPy's name for it
    """As numpy.array; a Value stays as it is, and nested lists that hold some are stacked.

    Raises:
        UnsupportedError: for options that would be lost on Values, such as ndmin.

    >>> array([Value(1.0), 2.0])
    Value(data=array([1., 2.]))
    """
    if not _holds_values((object,)):
        from autograd.arrays import np

        return np.array(object, dtype, *args, **options)
    if {*options} - {"copy", "order"}:
        raise UnsupportedError(
            f"np.array: found {', '.join(options)} for an array of Values; expected dtype alone. Reshape it afterwards."
        )
    made = object if type(object) is Value else TABLE["stack"]([array(part) for part in object])
    return made if dtype is None else TABLE["astype"](made, dtype)


def where(condition: Any, *branches: Any) -> Any:
    """As numpy.where: with two branches the table's `where`, without any the indices at which the condition holds.

    >>> where([True, False, True])
    (array([0, 2]),)
    """
    if branches and _holds_values((condition, *branches)):
        return TABLE["where"](condition, *branches)
    from autograd.arrays import np

    return np.where(_data(condition), *branches)
