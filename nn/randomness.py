"""Where random numbers come from: every `rng` argument of layers, initial values and data."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError

if TYPE_CHECKING:
    import numpy as np

__all__ = ["generator"]


def generator(rng: Any = None) -> np.random.Generator:
    """The NumPy generator that an `rng` argument means.

    Args:
        rng: a `numpy.random.Generator`, which is used itself; a seed, a whole number; a `random.Random`, whose next
            bits are the seed; None, which asks Python's `random` module for them, so that `random.seed(0)` makes a
            whole program repeatable.

    Raises:
        ArgumentError: for anything else.

    >>> generator(0).integers(10) == generator(0).integers(10)
    np.True_
    """
    import numpy as np

    if isinstance(rng, np.random.Generator):
        return rng
    if rng is None:
        rng = random
    if hasattr(rng, "getrandbits"):
        rng = rng.getrandbits(128)
    if isinstance(rng, bool) or not hasattr(rng, "__index__") or rng.__index__() < 0:
        raise ArgumentError(
            f"rng: found {rng!r}; expected None, a seed (a whole number from 0), a random.Random or a "
            "numpy.random.Generator."
        )
    return np.random.default_rng(rng.__index__())
