"""Dropout: elements set to zero at random."""

from __future__ import annotations

from typing import Any

from nn.arguments import plain_or_value
from nn.effects import drawn
from nn.options import SHARE
from nn.randomness import generator

__all__ = ["dropout"]


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, rng: Any = None) -> Any:
    """Set each element to zero with probability p, and divide the others by 1 - p (Srivastava et al., 2014).

    Args:
        input: of any shape.
        p: the probability of zero.
        training: False gives the input back as it is.
        inplace: taken for PyTorch's sake; nothing is changed in place.
        rng: draws the zeros.

    Raises:
        ArgumentError: for p outside [0, 1].

    >>> dropout([1.0, 1.0, 1.0, 1.0], rng=0)
    array([2., 0., 0., 0.])
    """
    p = SHARE("dropout", p=p)
    if not training or p == 0.0:
        return input
    x = plain_or_value(input)
    shape, dtype = x.shape, x.dtype  # a program that is replayed keeps the function, which shall not keep x
    return x * drawn(lambda: _mask(shape, dtype, p, generator(rng)))


def _mask(shape: tuple[int, ...], dtype: Any, p: float, rng: Any) -> Any:
    """Zeros with probability p, and 1 / (1 - p), the scale that keeps the mean."""
    import numpy as np

    if p == 1.0:
        return np.zeros(shape, dtype)
    single = np.dtype(dtype) == np.float32
    kept = rng.random(shape, dtype=np.float32 if single else np.float64) >= p
    return np.multiply(kept, 1.0 / (1.0 - p), dtype=dtype)
