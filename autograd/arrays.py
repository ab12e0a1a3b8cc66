"""Array helpers: the one module on the eager path that imports NumPy, loaded when the first array appears."""

from typing import Any

import numpy as np

from autograd.errors import ArgumentError, DtypeError, ShapeError, UnsupportedError

__all__ = ["Array", "SingularMatrixError", "fitted", "leaf", "np", "owned", "result"]

Array = np.ndarray[Any, np.dtype[Any]]


class SingularMatrixError(ArgumentError, np.linalg.LinAlgError):
    """A matrix that LAPACK cannot take: a singular one, say, or one that is not positive definite.

    It stands here, not in `autograd.errors`, because `except np.linalg.LinAlgError` is to catch it, as NumPy's own.
    """


def leaf(data: object, dtype: Any = None) -> Array:
    """Copy what the user gave into an array of a floating dtype, or say why it cannot be differentiated."""
    if isinstance(data, np.ma.MaskedArray):
        raise DtypeError(
            "Value: found a masked array, whose mask would be lost; expected a plain one: use x.filled(...)."
        )
    contents = data if isinstance(data, (np.ndarray, np.generic)) else _from_sequence(data)
    kind = contents.dtype.kind
    if kind in "iu" and dtype is None:
        dtype = np.float64
    elif kind not in "fiu":
        raise DtypeError(
            f"Value: data of dtype {contents.dtype} (found {_describe(data)}); expected real numbers. "
            "Convert first, e.g. array.astype(float)."
        )
    try:
        target = np.dtype(dtype) if dtype is not None else contents.dtype
    except TypeError:
        raise DtypeError(f"Value: found dtype={dtype!r}; expected a floating dtype such as 'float64'.") from None
    if target.kind != "f":
        raise DtypeError(f"Value: dtype={target} cannot be differentiated; expected a floating dtype such as float64.")
    return np.array(contents, dtype=target, subok=False)


def _from_sequence(data: object) -> Array:
    try:
        return np.asarray(data)
    except UnsupportedError:
        raise UnsupportedError(
            "Value: a list that holds Values would drop their gradients; join them into one array with autograd.stack."
        ) from None
    except (ValueError, TypeError) as error:
        raise ShapeError(f"Value: no array can be made of {_describe(data)} ({error}).") from None


def _describe(data: object) -> str:
    text = repr(data)
    return f"{type(data).__name__} {text if len(text) <= 40 else text[:37] + '...'}"


def fitted(data: object, like: Array, what: str) -> Array:
    """A copy of data, a gradient or a seed that the user gave for an array: in its dtype, checked against its shape."""
    plain = type(data) is np.ndarray and data.dtype == like.dtype  # as an optimizer hands it over, a step at a time
    fresh = np.array(data) if plain else leaf(data, like.dtype)
    if fresh.shape != like.shape:
        raise ShapeError(
            f"{what}: found an array of shape {fresh.shape}; expected the shape {like.shape} of the Value it is for."
        )
    return fresh


def owned(array: Any, dtype: Any) -> Array:
    """A writeable copy that shares memory with nothing."""
    return np.array(array, dtype=dtype)


def result(data: object) -> Array:
    """What a kernel returned, as a read-only array: NumPy's kernels give bare scalars for 0-d results."""
    array = data if type(data) is np.ndarray else np.asarray(data)
    array.flags.writeable = False
    return array
