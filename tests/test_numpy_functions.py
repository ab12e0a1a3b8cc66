"""Every function of NumPy called on Values: it records, answers without a derivative, or refuses loudly."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.errors import GlassgradError

# Those that are no functions of their arrays' elements: settings, files, printing, memory, and what writes in place.
APART = {
    "bmat", "errstate", "fromfile", "fromregex", "genfromtxt", "info", "load", "loadtxt", "memmap", "may_share_memory",
    "printoptions", "save", "savetxt", "savez", "savez_compressed", "set_printoptions", "setbufsize", "seterr",
    "seterrcall", "shares_memory", "show_config", "show_runtime", "test", "array2string", "array_repr", "array_str",
    "empty_like", "fill_diagonal", "from_dlpack", "put", "place", "copyto", "putmask",
}  # fmt: skip

MODULES = {"np": np, "np.linalg": np.linalg, "np.fft": np.fft}
FUNCTIONS = [
    pytest.param(f, id=f"{where}.{name}")
    for where, module in MODULES.items()
    for name, f in sorted(vars(module).items())
    if callable(f) and not isinstance(f, type) and not name.startswith("_") and name not in APART
]


def arguments(shift: float) -> Iterator[tuple[Any, ...]]:
    """Calls that fit one function or another; those of floats move with `shift`."""
    matrix = np.array([[1.0, 2.0], [3.0, 5.0]]) + shift
    vector = np.array([0.5, 1.5, 1.0]) + shift
    yield from ((matrix,), (vector,), (matrix, matrix), (vector, vector), (matrix, 1), (vector, 2), (1, vector))
    yield from ((vector, vector, vector), (matrix, matrix, 0), ([matrix, matrix],), (matrix, (1, 0)), (2.0 + shift,))


def wrapped(x: Any) -> Any:
    if isinstance(x, list):
        return [wrapped(part) for part in x]
    return Value(x) if isinstance(x, (np.ndarray, float)) else x


def holds_values(x: Any) -> bool:
    return type(x) is Value or (isinstance(x, (list, tuple)) and any(map(holds_values, x)))


def numbers(x: Any) -> Any:
    """What a result holds in floats; None for anything else."""
    parts = [np.ravel(part) for part in (x if isinstance(x, (list, tuple)) else [x])]
    floats = [part for part in parts if part.dtype.kind == "f"]
    return np.concatenate(floats) if floats else None


def outcome(f: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return f(*args)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_no_gradient_is_dropped_in_silence(f: Callable[..., Any]) -> None:
    for args, moved in zip(arguments(0.0), arguments(0.01), strict=True):
        try:
            plain, other = numbers(outcome(f, args)), numbers(outcome(f, moved))
        except Exception:  # these arguments do not fit this function
            continue
        if plain is None or (plain.shape == other.shape and np.array_equal(plain, other, equal_nan=True)):
            continue  # integers, or a constant: nothing to differentiate
        try:
            found = outcome(f, tuple(map(wrapped, args)))
        except (GlassgradError, TypeError, ValueError):
            continue  # refused, loudly
        assert holds_values(found), (f.__name__, args, found)
