"""Flatten and Unflatten: axes joined into one, and one parted into several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd
from autograd.errors import ArgumentError, AxisError
from nn.arguments import plain_or_value
from nn.layers.named import Named
from nn.options import WHOLE, count, several

__all__ = ["Flatten", "Unflatten"]


class Flatten(Named):
    """The axes from start_dim to end_dim joined into one; by default all but the batch.

    Raises:
        AxisError: in a call, for an axis that is not there.

    >>> import numpy as np
    >>> Flatten()(np.zeros((5, 2, 3))).shape
    (5, 6)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = WHOLE("Flatten", start_dim=start_dim)
        self.end_dim = WHOLE("Flatten", end_dim=end_dim)

    def forward(self, x: Any) -> Any:
        x = plain_or_value(x)
        first, last = _axis(x, self.start_dim), _axis(x, self.end_dim)
        if first > last:
            raise AxisError(f"found an input of shape {x.shape}; expected the last axis not before the first.")
        joined = math.prod(x.shape[first : last + 1])  # not -1, which nothing says of an empty array
        return autograd.reshape(x, (*x.shape[:first], joined, *x.shape[last + 1 :]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Named):
    """One axis parted into several, of the lengths `unflattened_size`, one of which may be -1.

    Raises:
        ArgumentError: for lengths that do not make up the axis, in a call.
        AxisError: for an axis that is not there, in a call.

    >>> import numpy as np
    >>> Unflatten(1, (2, -1))(np.zeros((5, 6))).shape
    (5, 2, 3)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        self.dim = WHOLE("Unflatten", dim=dim)
        self.unflattened_size = tuple(several(count(-1))("Unflatten", unflattened_size=unflattened_size))

    def forward(self, x: Any) -> Any:
        x = plain_or_value(x)
        axis = _axis(x, self.dim)
        known = math.prod(n for n in self.unflattened_size if n != -1)
        free = self.unflattened_size.count(-1)
        fits = known == x.shape[axis] if free == 0 else free == 1 and known > 0 and x.shape[axis] % known == 0
        if not fits:
            raise ArgumentError(f"found an axis of length {x.shape[axis]}; expected lengths of that product.")
        sizes = [x.shape[axis] // known if n == -1 else n for n in self.unflattened_size]
        return autograd.reshape(x, (*x.shape[:axis], *sizes, *x.shape[axis + 1 :]))

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


def _axis(x: Any, dim: int) -> int:
    if not -x.ndim <= dim < x.ndim:
        raise AxisError(f"found an input of shape {x.shape}; expected one with the axis {dim}.")
    return dim % int(x.ndim)
