"""NumPy's own functions called on Values: they look up the table by name, and so record nodes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from autograd.errors import UnsupportedError
from autograd.graph.value import TABLE, Value, install

__all__: list[str] = []

# Where NumPy's name of a function differs from the table's.
ALIASES = {"absolute": "abs", "true_divide": "divide", "amax": "max", "amin": "min", "fabs": "abs", "around": "round"}
COMPARISONS = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
JOIN = "Join with autograd.concatenate or autograd.stack"
HINTS = {
    "average": "Use autograd.mean",
    "vstack": JOIN, "hstack": JOIN, "dstack": JOIN, "column_stack": JOIN,
    "inner": "Use autograd.tensordot", "vdot": "Use autograd.dot of the ravelled arrays",
}  # fmt: skip
METADATA = {"shape", "ndim", "size"}


def _entry(function: Any) -> Any:
    """The entry that has this very function's meaning, or None: np.linalg.trace has another than np.trace."""
    from autograd.arrays import np

    entry = TABLE.get(ALIASES.get(function.__name__, function.__name__))
    if entry is None or not entry.public:
        return None
    path = entry.reference if isinstance(entry.reference, str) else entry.name
    own: Any = np
    for part in path.split("."):
        own = getattr(own, part, None)
    renamed = getattr(np, function.__name__, None) if function.__name__ in ALIASES else None
    return entry if function is own or function is renamed else None


def _missing(function: Any) -> UnsupportedError:
    name = function.__name__
    module = getattr(function, "__module__", None) or "numpy"  # a ufunc has none
    where = module.replace("numpy", "np", 1).replace("._core.", ".")
    near = get_close_matches(name, [n for n, entry in TABLE.items() if entry.public], n=1, cutoff=0.75)
    hint = HINTS.get(name) or (f"Nearest is autograd.{near[0]}" if near else "Write it in functions of autograd")
    return UnsupportedError(
        f"{where}.{name}: found a Value, but the table has no such function, and NumPy's would drop the gradient. "
        f"{hint}, or use v.data for plain data."
    )


def _array_ufunc(self: Value, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    if method != "__call__":
        raise UnsupportedError(f"np.{ufunc.__name__}.{method}: found a Value; expected a plain call of the function.")
    if ufunc.__name__ in COMPARISONS:  # plain booleans, as Value's own operators give them: `array < v` comes here
        return ufunc(*[x.data if type(x) is Value else x for x in inputs], **kwargs)
    if kwargs.get("out") is not None:
        raise UnsupportedError(
            f"np.{ufunc.__name__}: found a Value with out= (or array += v), which would drop the gradient; "
            "expected array = array + v."
        )
    entry = _entry(ufunc)
    if entry is None:
        raise _missing(ufunc)
    return entry(*inputs, **kwargs)


def _array_function(self: Value, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if function.__name__ in METADATA:
        plain = {name: x.data if type(x) is Value else x for name, x in kwargs.items()}
        return function(*[x.data if type(x) is Value else x for x in args], **plain)
    entry = _entry(function)
    if entry is not None:
        return entry(*args, **kwargs)
    try:  # NumPy's own code, run on Values: it may be made of functions that the table has
        return function._implementation(*args, **kwargs)
    except (UnsupportedError, AttributeError, TypeError) as error:
        raise _missing(function) from error


install("__array_ufunc__", _array_ufunc)
install("__array_function__", _array_function)
install("T", property(lambda self: TABLE["transpose"](self), doc="The axes in reverse order."))


def _flatten(self: Value) -> Any:
    """All elements in one axis, as `ravel`."""
    return TABLE["ravel"](self)


_flatten.__name__ = "flatten"
install("flatten", _flatten)
