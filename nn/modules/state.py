"""Loading saved data: which names and which data fit, checked whole before anything is copied."""

from __future__ import annotations

import reprlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError

__all__ = ["IncompatibleKeys", "fitted", "fitted_buffer", "floating_dtype", "match_names"]


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict(strict=False)` left as it was, and what it did not take."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def match_names(operation: str, found: object, expected: Collection[str], *, strict: bool = True) -> IncompatibleKeys:
    """Compare the names of a mapping with the expected ones; differences are an error if `strict`."""
    if not isinstance(found, Mapping):
        raise ArgumentError(
            f"{operation}: found {type(found).__name__}; expected a mapping such as state_dict() returns."
        )
    wrong = IncompatibleKeys(
        [name for name in expected if name not in found], [name for name in found if name not in expected]
    )
    if strict and any(wrong):
        kinds = {"missing": wrong.missing_keys, "unexpected": wrong.unexpected_keys}
        listed = " and ".join(f"{kind} {reprlib.repr(names)}" for kind, names in kinds.items() if names)
        raise ArgumentError(
            f"{operation}: found {listed}; expected exactly the names of state_dict(). Nothing was loaded; "
            "load into a model of the same build."
        )
    return wrong


def fitted(operation: str, data: object, like: Value) -> Any:
    """New plain data in the storage, shape and dtype of the leaf `like`, by the engine's rule for replacing data."""
    trial = Value(like.data)
    try:
        trial.data = data
    except GlassgradError as error:
        error.named(operation)
        raise
    return trial.data


def fitted_buffer(operation: str, data: Any, like: Any) -> Any:
    """New plain data in the kind of a buffer: an array of its shape and dtype, a number, or a whole number."""
    import numpy as np

    found, expected = np.asarray(data), np.asarray(like)
    if found.shape != expected.shape:
        raise ShapeError(f"{operation}: found data of shape {found.shape}; expected {expected.shape}.")
    if not np.can_cast(found.dtype, expected.dtype, "same_kind"):
        raise DtypeError(f"{operation}: found data of dtype {found.dtype}; expected {expected.dtype}.")
    return found.astype(expected.dtype) if isinstance(like, np.ndarray) else type(like)(found.item())


def floating_dtype(operation: str, dtype: Any) -> Any:
    """A floating dtype of NumPy by whatever names it; None, which would mean float64, is refused as all else.

    So is half precision: Adam's epsilon of 1e-8 is 0 in it, and a weight would soon be NaN.
    """
    import numpy as np

    with suppress(TypeError):  # by what is no dtype
        dtype = dtype if dtype is None else np.dtype(dtype)
    if getattr(dtype, "kind", None) != "f" or dtype.itemsize < 4:
        raise DtypeError(f"{operation}: found the dtype {dtype}; expected a floating one, float32 or float64.")
    return dtype
