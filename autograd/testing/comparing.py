"""What is equal: close, identical, or a few units in the last place apart."""

from __future__ import annotations

from typing import Any

from autograd.arrays import np
from autograd.graph.value import Value

__all__ = ["as_floats", "assert_close", "assert_identical", "ulps_apart"]

CLOSE = 1e-12


def as_floats(x: Any) -> Any:
    """The data of a Value, or anything else, as an array of float64."""
    return np.asarray(x.data if type(x) is Value else x, dtype=float)


def assert_close(found: Any, expected: Any, tolerance: float = CLOSE) -> None:
    """The same shape and numbers, relative to the largest of them."""
    found, expected = as_floats(found), as_floats(expected)
    scale = max(1.0, float(np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)))
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * scale)
    assert found.shape == expected.shape


def assert_identical(found: Any, expected: Any) -> None:
    """The same shape, type and bits, but for the payload of a NaN."""
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)
    assert np.array_equal(np.signbit(found) & ~np.isnan(found), np.signbit(expected) & ~np.isnan(expected))


def ulps_apart(x: Any, y: Any) -> Any:
    """How many units in the last place lie between two results; inf where they are not even of one class."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    same = (np.isnan(x) & np.isnan(y)) | ((x == y) & (np.signbit(x) == np.signbit(y)))
    near = np.isfinite(x) & np.isfinite(y) & (x != 0.0) & (y != 0.0)
    with np.errstate(all="ignore"):
        largest = np.minimum(np.maximum(np.abs(x), np.abs(y)), 2.0**1023)  # the spacing at the last float is inf
        distance = np.abs(x - y) / np.spacing(largest)
    return np.where(same, 0.0, np.where(near, distance, np.inf))
