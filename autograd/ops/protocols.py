"""NumPy's and SciPy's own functions called on Values: they look up the table, and so record nodes."""

from __future__ import annotations

import sys
from functools import cache, partial
from typing import Any

from autograd.errors import UnsupportedError
from autograd.graph.recording import refuse_in_replay
from autograd.graph.value import TABLE, Value, install, replaying

__all__ = ["SCIPYS", "entry_for"]

# The entries that scipy.special has, by its names of them.
SCIPYS = {
    "beta": "beta", "betaln": "betaln", "cbrt": "cbrt", "digamma": "digamma", "erf": "erf", "erfc": "erfc",
    "erfinv": "erfinv", "exp2": "exp2", "expit": "sigmoid", "expm1": "expm1", "gamma": "gamma", "gammaln": "lgamma",
    "log1p": "log1p", "log_expit": "log_sigmoid", "logit": "logit", "psi": "digamma", "xlogy": "xlogy",
}  # fmt: skip
COMPARISONS = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
# What `array & v` comes to where v is the answer to a comparison.
BITWISE = {
    "bitwise_and": "logical_and", "bitwise_or": "logical_or", "bitwise_xor": "logical_xor", "invert": "logical_not",
}  # fmt: skip
IN_PLACE = {"copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"}  # what they return is None
# What NumPy answers about the data, without a derivative, and the table does not have.
ANSWERS = {
    "array2string", "array_repr", "array_str", "empty_like", "iscomplex", "isneginf", "isposinf", "isreal", "ndim",
    "result_type", "shape", "size",
}  # fmt: skip


def entry_for(function: Any) -> Any:
    """The entry that has this very function's meaning, or None: np.char.equal compares texts, not numbers."""
    return _entries_of_numpy().get(function) or _scipys(function)


@cache
def _entries_of_numpy() -> dict[Any, Any]:
    """The entry of each function of NumPy, found when the first one is called on a Value."""
    from autograd.arrays import np

    entries = {function: entry for entry in TABLE.values() if entry.public for function in entry.numpys()}
    last_axes = {name: partial(TABLE[name], axis1=-2, axis2=-1) for name in ("diagonal", "trace")}  # here the defaults
    return entries | {getattr(np.linalg, name): entry for name, entry in last_axes.items()}


def _scipys(function: Any) -> Any:
    """The entry of a function of scipy.special; who has one has loaded SciPy."""
    name = getattr(function, "__name__", "")
    special = sys.modules.get("scipy.special")
    return TABLE[SCIPYS[name]] if name in SCIPYS and function is getattr(special, name, None) else None


def _missing(function: Any) -> UnsupportedError:
    name = function.__name__
    if function is getattr(sys.modules.get("scipy.special"), name, None):
        return UnsupportedError(
            f"scipy.special.{name}: found a Value, but the table has no such function, and SciPy's would drop the "
            "gradient. Write it in functions of autograd.scipy.special, or use v.data for plain data."
        )
    module = getattr(function, "__module__", None) or "numpy"  # a ufunc has none
    where = module.replace("numpy", "np", 1).replace("._core.", ".")
    if ".fft" in where:
        return UnsupportedError(f"{where}.{name}: found a Value; complex numbers, and so np.fft, are not supported.")
    if name in ("eig", "eigvals"):
        return UnsupportedError(
            f"{where}.{name}: found a Value, but the results may be complex numbers, which are not supported; for "
            f"symmetric matrices use autograd.{'eigh' if name == 'eig' else 'eigvalsh'}."
        )
    # A variant, as nanquantile is one of quantile. That the letters are alike says nothing: real and relu.
    near = [n for n, entry in TABLE.items() if entry.public and len(n) > 4 and name.endswith(n)]
    hint = f"Nearest is autograd.{max(near, key=len)}" if near else "Write it in functions of autograd"
    return UnsupportedError(
        f"{where}.{name}: found a Value, but the table has no such function, and NumPy's would drop the gradient. "
        f"{hint}, or use v.data for plain data."
    )


def _several(x: Any) -> tuple[Any, ...]:
    return x if isinstance(x, tuple) else (x,)


def _readable(x: Any) -> Any:
    """A Value's data, which the receiver cannot write into; anything else as it is."""
    if type(x) is not Value or type(x.data) is float:
        return x.data if type(x) is Value else x
    view = x.data.view()
    view.flags.writeable = False
    return view


def _answer(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function of NumPy says about the data of Values."""
    try:
        return function(*map(_readable, args), **{name: _readable(x) for name, x in kwargs.items()})
    except (ValueError, TypeError) as error:  # it was to write into a Value, say
        raise UnsupportedError(f"np.{function.__name__}: found a Value where NumPy says: {error}.") from error


def _array_ufunc(self: Value, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    if method != "__call__":
        raise UnsupportedError(f"np.{ufunc.__name__}.{method}: found a Value; expected a plain call of the function.")
    if ufunc.__name__ in COMPARISONS:  # plain booleans, as Value's own operators give them: `array < v` comes here
        for name in ("out", "where"):
            if any(type(x) is Value for x in _several(kwargs.get(name))):
                raise UnsupportedError(
                    f"np.{ufunc.__name__}: found a Value as {name}=; expected a plain array of booleans."
                )
        recorder = replaying()
        if recorder is not None:
            return recorder.compared(ufunc.__name__, *inputs)
        return ufunc(*map(_readable, inputs), **kwargs)
    if ufunc.__name__ in BITWISE and replaying() is not None:
        return replaying().compared(BITWISE[ufunc.__name__], *inputs)
    if kwargs.get("out") is not None:
        raise UnsupportedError(
            f"np.{ufunc.__name__}: found a Value with out= (or array += v), which would drop the gradient; "
            "expected array = array + v."
        )
    entry = TABLE["clip"] if ufunc.__name__ == "clip" else entry_for(ufunc)  # array.clip(v, 5.0) has a ufunc of its own
    if entry is None:
        raise _missing(ufunc)
    return entry(*inputs, **kwargs)


def _array_function(self: Value, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if function.__name__ in ANSWERS:
        if function.__name__ in ("isneginf", "isposinf"):
            refuse_in_replay(function.__name__, "it gives")
        return _answer(function, args, kwargs)
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
