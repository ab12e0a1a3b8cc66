"""Where random numbers come from: every `rng` argument of layers, initial values and data."""

from __future__ import annotations

import operator
import random
from typing import TYPE_CHECKING, Any, Protocol

from autograd.errors import ArgumentError

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Uniform", "generator", "uniform_source"]


class Uniform(Protocol):
    """A source of random numbers: the module `random`, a `random.Random`, or a NumPy `Generator`."""

    def uniform(self, a: float, b: float, /) -> float:
        """Draw one number uniformly between a and b."""


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
    if hasattr(rng, "getrandbits") and not isinstance(rng, type):
        rng = rng.getrandbits(128)
    try:
        seed = -1 if isinstance(rng, bool) else operator.index(rng)
    except TypeError:
        seed = -1
    if seed < 0:
        raise ArgumentError(
            f"rng: found {rng!r}; expected None, a seed (a whole number from 0), a random.Random or a "
            "numpy.random.Generator."
        )
    return np.random.default_rng(seed)


def uniform_source(rng: Uniform | int | None = None) -> Uniform:
    """What draws the weights of units on numbers, which do not load NumPy.

    Args:
        rng: anything with `uniform(low, high)`, which is used itself; a seed, of a `random.Random`; None, Python's
            `random` module, as micrograd has it.

    Raises:
        ArgumentError: for anything else.

    >>> uniform_source(0).uniform(-1.0, 1.0) == random.Random(0).uniform(-1.0, 1.0)
    True
    """
    if rng is None:
        return random
    if type(rng) is int:
        return random.Random(rng)
    if isinstance(rng, (int, type)) or not hasattr(rng, "uniform"):
        raise ArgumentError(
            f"rng: found {rng!r}; expected None, a seed (a whole number) or an object with uniform(low, high), such as "
            "random.Random(0) or numpy.random.default_rng(0)."
        )
    return rng
