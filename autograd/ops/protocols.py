"""NumPy's own functions called on Values: they look up the table by name, and so record nodes."""

from __future__ import annotations

from typing import Any

from autograd.errors import UnsupportedError
from autograd.graph.value import TABLE, Value, install

__all__: list[str] = []

# Where NumPy's name of a function differs from the table's.
ALIASES = {"absolute": "abs", "true_divide": "divide", "amax": "max", "amin": "min", "fabs": "abs"}
COMPARISONS = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
METADATA = {"shape", "ndim", "size"}


def _entry(name: str) -> Any:
    entry = TABLE.get(ALIASES.get(name, name))
    if entry is None:
        from difflib import get_close_matches

        near = get_close_matches(name, TABLE, n=1)
        hint = f"the nearest function of the table is autograd.{near[0]}" if near else "write it in functions of autograd"
        raise UnsupportedError(
            f"np.{name}: found a Value, whose gradient this NumPy function would drop; {hint}, or use v.data for plain data."
        )
    return entry


def _array_ufunc(self: Value, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    if method != "__call__":
        raise UnsupportedError(f"np.{ufunc.__name__}.{method}: found a Value; expected a plain call of the function.")
    if ufunc.__name__ in COMPARISONS:  # plain booleans, as Value's own operators give them: `array < v` comes here
        return ufunc(*[x.data if type(x) is Value else x for x in inputs], **kwargs)
    if kwargs.get("out") is not None:
        raise UnsupportedError(
            f"np.{ufunc.__name__}: found a Value with out= (or array += v), which would drop the gradient; expected array = array + v."
        )
    return _entry(ufunc.__name__)(*inputs, **kwargs)


def _array_function(self: Value, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = function.__name__
    if name in METADATA:
        return getattr(args[0], name)
    return _entry(name)(*args, **kwargs)


install("__array_ufunc__", _array_ufunc)
install("__array_function__", _array_function)
install("T", property(lambda self: TABLE["transpose"](self), doc="The axes in reverse order."))
install("flatten", lambda self: TABLE["ravel"](self))
