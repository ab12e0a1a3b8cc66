"""What layers are given, checked: counts, and inputs in the dtype of a layer."""

from __future__ import annotations

import operator
from typing import Any

import autograd
from autograd import Value
from autograd.errors import ArgumentError
from autograd.graph.recording import stands_for_plain

__all__ = ["checked_count", "checked_share", "of_dtype", "parameter", "plain_or_value"]


def checked_count(what: str, n: Any, least: int = 1) -> int:
    """A number of inputs, units or epochs, at least 1 or another one."""
    if isinstance(n, bool) or not hasattr(n, "__index__") or operator.index(n) < least:
        raise ArgumentError(f"{what}: found {n!r}; expected a whole number of at least {least}.")
    return operator.index(n)


def checked_share(what: str, p: Any) -> float:
    """A probability or a share, from 0 to 1."""
    if isinstance(p, bool) or not hasattr(p, "__float__") or not 0.0 <= float(p) <= 1.0:
        raise ArgumentError(f"{what}: found {p!r}; expected a number from 0 to 1.")
    return float(p)


def of_dtype(x: Any, dtype: Any) -> Any:
    """An input as a Value or an array; plain data takes the dtype of a layer, so that float32 stays float32."""
    if isinstance(x, Value):
        return autograd.astype(x, dtype) if stands_for_plain(x) and x.dtype != dtype else x
    return x if hasattr(x, "dtype") and x.dtype == dtype else Value(x, dtype=dtype).data


def parameter(label: str, shape: tuple[int, ...], dtype: Any = None) -> Value:
    """A parameter of zeros, in array storage."""
    import numpy as np

    return Value(np.zeros(shape), label=label, dtype=float if dtype is None else dtype)


def plain_or_value(x: Any) -> Any:
    """An input as a Value or a plain array of its own floating dtype; lists and integers become float64."""
    return x if isinstance(x, Value) or getattr(getattr(x, "dtype", None), "kind", "") == "f" else Value(x).data
