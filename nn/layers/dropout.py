"""Dropout as a layer."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.layers.named import Named
from nn.options import SHARE
from nn.randomness import generator

__all__ = ["Dropout"]


class Dropout(Named):
    """While training, elements set to zero with probability p and the others divided by 1 - p; after eval(), nothing.

    Args:
        p: the probability of zero.
        inplace: taken for PyTorch's sake; nothing is changed in place.
        rng: draws the zeros of all calls: None, a seed or a generator.

    Raises:
        ArgumentError: for p outside [0, 1].

    >>> layer = Dropout(0.5, rng=0)
    >>> layer([1.0, 1.0, 1.0, 1.0]), layer.eval()([1.0, 1.0])
    (array([2., 0., 0., 0.]), [1.0, 1.0])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False, *, rng: Any = None) -> None:
        self.p, self.inplace = SHARE("Dropout", p=p), inplace
        self._rng = generator(rng)

    def forward(self, x: Any) -> Any:
        return functional.dropout(x, self.p, self.training, rng=self._rng)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"
