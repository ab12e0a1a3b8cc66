"""NumPy's own functions called on Values: they look up the table by name, and so record nodes."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache, partial
from typing import Any

from autograd.errors import UnsupportedError
from autograd.graph.value import TABLE, Value, install

__all__ = ["entry_for"]

# Where NumPy's name of a function differs from the table's.
ALIASES = {
    "absolute": "abs", "true_divide": "divide", "float_power": "power", "amax": "max", "amin": "min",
    "around": "round", "rint": "round", "fix": "trunc", "degrees": "rad2deg", "radians": "deg2rad",
    "conjugate": "positive",
}  # fmt: skip
# What NumPy has as np.f and as np.linalg.f, the latter of which is about the last two axes by default.
IN_BOTH = {"cross", "diagonal", "matmul", "matrix_transpose", "outer", "tensordot", "trace", "vecdot"}
OF_DIAGONALS = {"diagonal", "trace"}  # the former is about the first two
COMPARISONS = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
IN_PLACE = {"copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"}  # what they return is None
# What NumPy answers about the data, without a derivative.
ANSWERS = {
    "allclose", "array2string", "array_equal", "array_equiv", "array_repr", "array_str", "empty_like", "isclose",
    "iscomplex", "isneginf", "isposinf", "isreal", "ndim", "ones_like", "result_type", "shape", "size", "zeros_like",
}  # fmt: skip


def entry_for(function: Any) -> Any:
    """The entry that has this very function's meaning, or None: np.char.equal compares texts, not numbers."""
    from autograd.arrays import np

    name = getattr(function, "__name__", "")
    entry = TABLE.get(ALIASES.get(name, name))
    if entry is None or not entry.public:
        return None
    if name in IN_BOTH and function is getattr(np.linalg, name, None):
        return _of_last_axes(name) if name in OF_DIAGONALS else entry
    path = entry.reference if isinstance(entry.reference, str) else entry.name
    own: Any = np
    for part in path.split("."):
        own = getattr(own, part, None)
    renamed = getattr(np, name, None) if name in ALIASES or name in IN_BOTH else None
    return entry if function is own or function is renamed else None


@cache
def _of_last_axes(name: str) -> Any:
    return partial(TABLE[name], axis1=-2, axis2=-1)


def _missing(function: Any) -> UnsupportedError:
    name = function.__name__
    module = getattr(function, "__module__", None) or "numpy"  # a ufunc has none
    where = module.replace("numpy", "np", 1).replace("._core.", ".")
    if ".fft" in where:
        return UnsupportedError(f"{where}.{name}: found a Value; complex numbers, and so np.fft, are not supported.")
    if name in ("eig", "eigvals"):
        return UnsupportedError(
            f"{where}.{name}: found a Value, but the results may be complex numbers, which are not supported; for "
            f"symmetric matrices use autograd.{'eigh' if name == 'eig' else 'eigvalsh'}."
        )
    near = get_close_matches(name, [n for n, entry in TABLE.items() if entry.public], n=1, cutoff=0.75)
    hint = f"Nearest is autograd.{near[0]}" if near else "Write it in functions of autograd"
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
    entry = entry_for(ufunc)
    if entry is None:
        raise _missing(ufunc)
    return entry(*inputs, **kwargs)


def _array_function(self: Value, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if function.__name__ in ANSWERS:
        plain = {name: x.data if type(x) is Value else x for name, x in kwargs.items()}
        return function(*[x.data if type(x) is Value else x for x in args], **plain)
    if function.__name__ in IN_PLACE:
        raise UnsupportedError(
            f"np.{function.__name__}: found a Value, which is not changed in place, nor can an array hold one; "
            "expected v.at[index].set(x), autograd.put_along_axis or autograd.full, which give a new Value."
        )
    entry = entry_for(function)
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

# What NumPy's arrays have for complex numbers; np.real and np.imag ask for these attributes.


def _conjugate(self: Value) -> Any:
    """The complex conjugate, which of real numbers is they themselves."""
    return TABLE["positive"](self)


_conjugate.__name__ = "conjugate"
install("conj", _conjugate)
install("conjugate", _conjugate)
install("real", property(lambda self: self, doc="The real part: the Value itself."))
install("imag", property(lambda self: TABLE["where"](False, self, 0.0), doc="The imaginary part: zeros."))
