"""Maxout: a layer of units that each give the greatest of several weighted sums."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import autograd
from nn.activation import linear
from nn.options import COUNT
from nn.randomness import Uniform
from nn.units.layer import Layer

__all__ = ["Maxout"]


class Maxout(Layer):
    """A layer of units max(w₁·x + b₁, ..., wₖ·x + bₖ) (Goodfellow et al., 2013, eq. 1).

    The gradient goes to the piece that won; tied ones share it as the operation max has it (on numbers, maximum).
    With one piece the layer is linear.

    Called with one sample it returns the list of its units' outputs, or the output itself where nout is 1. Vectorized,
    it takes (batch, nin) or (nin,), and returns (batch, nout) or (nout,). The pieces of a unit are neurons that lie
    side by side, or rows of the `weight` (nout * pieces, nin).

    Args:
        nin: the number of inputs.
        nout: the number of units.
        pieces: the number k of weighted sums of each unit.
        bias, vectorized, dtype, rng: as for `Layer`.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with another number of inputs.

    >>> unit = Maxout(1, 1, pieces=2, bias=False)
    >>> for neuron, slope in zip(unit.neurons, (1.0, -1.0)):
    ...     neuron.w[0].data = slope
    >>> unit([-3.0]).item()  # the greater of x and -x
    3.0
    """

    settings = ("pieces",)

    def __init__(
        self,
        nin: int,
        nout: int,
        pieces: int = 2,
        *,
        bias: bool = True,
        vectorized: bool = False,
        dtype: Any = None,
        rng: Uniform | int | None = None,
    ) -> None:
        self.pieces = COUNT("Maxout", pieces=pieces)
        rows = COUNT("Maxout", nout=nout) * self.pieces
        super().__init__(nin, rows, nonlin=False, bias=bias, vectorized=vectorized, dtype=dtype, rng=rng)

    def _hold(
        self, weight: Any, bias: Any, activation: Callable[[Any], Any], nonlin: bool, *, vectorized: bool, dtype: Any
    ) -> None:
        super()._hold(weight, bias, linear, False, vectorized=vectorized, dtype=dtype)
        self.nout //= self.pieces

    def forward(self, x: Any) -> Any:
        k = self.pieces
        if self.vectorized:
            pieces = self._affine(x, self.weight, self.bias)
            return autograd.max(autograd.reshape(pieces, (*pieces.shape[:-1], self.nout, k)), axis=-1)
        inputs = self._sample(x)
        sums = [neuron(inputs) for neuron in self.neurons]
        outputs = [reduce(autograd.maximum, sums[i : i + k]) for i in range(0, len(sums), k)]
        return outputs[0] if len(outputs) == 1 else outputs

    @property
    def name(self) -> str:
        """What error messages call it."""
        return f"Maxout({self.nin}, {self.nout}, pieces={self.pieces})"

    def __repr__(self) -> str:
        if not self.vectorized:
            return self.name
        bias = ", bias=False" if self.bias is None else ""
        return f"{self.name[:-1]}, dtype={self.weight.dtype}{bias})"
