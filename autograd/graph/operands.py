"""What an operation is given, sorted: Values, Python's numbers, arrays, and what may pass for one of them."""

from __future__ import annotations

import sys
from typing import Any

from autograd.errors import DtypeError, GlassgradError, ShapeError
from autograd.graph.value import Value

__all__ = [
    "EXACT",
    "NUMBERS",
    "TRACED",
    "are_arrays",
    "arrays",
    "data_of",
    "gather",
    "is_array",
    "is_operand",
    "plain_operands",
]

# What `gather` finds, as bits.
TRACED = 1  # some operand is a Value
NUMBERS = 2  # all are numbers, NumPy's float64 and integers included
EXACT = 4  # all are Python's own numbers

_arrays: Any = None  # autograd.arrays, once something else than Values and numbers was given
_ndarray: Any = None  # NumPy's class, from then on


def plain_operands(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """The operands with nested lists and subclasses of NumPy's arrays as plain arrays.

    A rule wants a shape; the user may change a list; and a matrix multiplies in another way than its elements do.
    """
    for x in operands:
        if type(x) is not Value and type(x) is not float and type(x) is not int and not is_array(x):
            return tuple([_plain(x) for x in operands])
    return operands


def arrays() -> Any:
    """The module autograd.arrays, and with it NumPy; an import statement takes as long as a small array's kernel."""
    global _arrays, _ndarray
    if _arrays is None:
        import autograd.arrays

        _arrays = autograd.arrays
        _ndarray = autograd.arrays.np.ndarray
    return _arrays


def is_array(x: Any) -> bool:
    """Whether x is a plain array of NumPy's, none of a subclass."""
    if _ndarray is None:
        if "numpy" not in sys.modules:
            return False  # nothing can be an array yet
        arrays()
    return type(x) is _ndarray


def are_arrays(operands: tuple[Any, ...]) -> bool:
    """Whether all operands are plain arrays of real numbers."""
    for x in operands:
        if type(x) is Value or type(x) is float or not is_array(x) or x.dtype.kind not in "fiub":
            return False
    return True


def _plain(x: Any) -> Any:
    if not isinstance(x, (list, tuple)) and not hasattr(x, "__array_finalize__"):  # only NumPy's arrays have it
        return x
    np = arrays().np
    if isinstance(x, np.ma.MaskedArray):
        raise DtypeError("found a masked array, whose mask would be lost; expected a plain one: use x.filled(...).")
    try:
        return x if type(x) is np.ndarray else np.asarray(x)
    except GlassgradError:
        raise
    except (ValueError, TypeError) as error:
        raise ShapeError(f"no array can be made of the operand {x!r:.40} ({error}).") from None


def data_of(x: Any) -> Any:
    """The data of a Value; else x. Once compiled, `x.data` would count as a read by the user's code that called."""
    if type(x) is not Value:
        return x
    value = x
    return value._number if value._array is None else value._array


def gather(operands: tuple[Any, ...], data: list[Any]) -> int:
    """Append the plain data of each operand to `data`; the bits say what the operands are."""
    found = NUMBERS | EXACT
    for x in operands:
        if type(x) is Value:
            value = x
            found |= TRACED
            if value._array is None:
                data.append(value._number)
            else:
                found &= TRACED
                data.append(value._array)
            continue
        if type(x) is not float and type(x) is not int and type(x) is not bool:
            found &= TRACED | NUMBERS if _acts_as_number(x) else TRACED
            if not found & NUMBERS and not is_operand(x):
                kind = f"dtype {x.dtype}" if hasattr(x, "dtype") else f"type {type(x).__name__}"
                raise DtypeError(f"found an operand of {kind}; expected a Value, a real number or an array of them.")
        data.append(x)
    return found


def _acts_as_number(x: Any) -> bool:
    """Whether x acts as a number beside one: NumPy's float64 and integers (by NEP 50 the result is float64)."""
    if type(x) is _ndarray:
        return x.ndim == 0 and x.dtype.kind in "iub"
    return isinstance(x, (float, bool)) or (getattr(x, "ndim", None) == 0 and x.dtype.kind in "iub")


def is_operand(x: Any) -> bool:
    """Whether an operation can take x: a Value, a real number, an array of them, or nested lists."""
    if type(x) is Value or isinstance(x, (int, float, list, tuple)):
        return True
    return getattr(getattr(x, "dtype", None), "kind", "") in ("f", "i", "u", "b")
