"""Recurrent cells: one time step each, under PyTorch's names and state keys."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value
from autograd.errors import ShapeError
from nn import init
from nn.arguments import of_dtype, parameter
from nn.layers.named import Named
from nn.layers.steps import GRU_STEP, LSTM_STEP, Step, Weights, elman_step
from nn.options import COUNT
from nn.randomness import generator

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


class Recurrent(Named):
    """What cells and recurrent layers share: parameters by their names, and states."""

    step: Step
    hidden_size: int

    def hold_weights(self, suffix: str, input_size: int, bias: bool, dtype: Any) -> None:
        """Make the parameters of one cell, with a suffix such as "_l0_reverse" to their names."""
        rows, hidden = self.step.gates * self.hidden_size, self.hidden_size
        shapes = {"weight_ih": (rows, input_size), "weight_hh": (rows, hidden), "bias_ih": (rows,), "bias_hh": (rows,)}
        for name, shape in shapes.items():
            has = bias or name.startswith("weight")
            setattr(self, name + suffix, parameter(name + suffix, shape, dtype) if has else None)

    def weights(self, suffix: str = "") -> Weights:
        """The parameters of one cell, as its steps take them."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return self.step.prepare(Weights(*(getattr(self, name + suffix) for name in names)))

    def reset_parameters(self, *, rng: Any = None) -> None:
        """Draw all parameters anew, uniformly within ±1/√hidden_size."""
        rng, bound = generator(rng), 1.0 / math.sqrt(self.hidden_size)
        for each in self.parameters():
            init.uniform_(each, -bound, bound, rng=rng)

    def states(self, hx: Any, shape: tuple[int, ...], dtype: Any) -> tuple[Any, ...]:
        """The arrays of a state that was given, checked, or zeros."""
        import numpy as np

        count = self.step.states
        if hx is None:
            return (np.zeros(shape, dtype),) * count
        given = (hx,) if count == 1 else hx
        if not isinstance(given, (tuple, list)) or len(given) != count:
            raise ShapeError(f"found hx of type {type(hx).__name__}; expected a pair of arrays, (h, c).")
        found = tuple(of_dtype(each, dtype) for each in given)
        for name, each in zip("hc", found, strict=False):
            if each.shape != shape:
                raise ShapeError(f"found a state {name} of shape {each.shape}; expected {shape}.")
        return found


class _Cell(Recurrent):
    weight_ih: Value
    weight_hh: Value
    bias_ih: Value | None
    bias_hh: Value | None

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: Any = None, rng: Any = None
    ) -> None:
        self.input_size = COUNT(type(self).__name__, input_size=input_size)
        self.hidden_size = COUNT(type(self).__name__, hidden_size=hidden_size)
        self.hold_weights("", self.input_size, bias, dtype)
        self.reset_parameters(rng=rng)

    def _advanced(self, input: Any, hx: Any) -> tuple[Any, ...]:
        dtype = self.weight_ih.dtype
        x = of_dtype(input, dtype)
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ShapeError(
                f"found inputs of shape {x.shape}; expected ({self.input_size},) or (batch, {self.input_size})."
            )
        state = self.states(hx, (*x.shape[:-1], self.hidden_size), dtype)
        return self.step.advance(x, state, self.weights())

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}{'' if self.bias_ih is not None else ', bias=False'}"


class RNNCell(_Cell):
    """One time step of a simple recurrent network, h' = tanh(W_ih x + b_ih + W_hh h + b_hh) (Elman, 1990).

    Shapes: input (batch, input_size) or (input_size,), hx (batch, hidden_size) or (hidden_size,), by default zeros; the
    result is like hx.

    Args:
        input_size: the number of inputs.
        hidden_size: the number of units.
        bias: False leaves both biases out.
        nonlinearity: "tanh" or "relu".
        dtype: the floating dtype of the parameters; by default float64.
        rng: draws the initial values, uniform within ±1/√hidden_size: None, a seed or a generator.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with inputs or a state of another shape.

    >>> cell, h = RNNCell(2, 3, rng=0), None
    >>> for x in [[1.0, 0.0], [0.0, 1.0]]:
    ...     h = cell(x, h)
    >>> h.shape
    (3,)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: Any = None,
        rng: Any = None,
    ) -> None:
        self.nonlinearity = nonlinearity
        self.step = elman_step(type(self).__name__, nonlinearity)
        super().__init__(input_size, hidden_size, bias, dtype=dtype, rng=rng)

    def forward(self, input: Any, hx: Any = None) -> Any:
        return self._advanced(input, hx)[0]

    def extra_repr(self) -> str:
        return super().extra_repr() + ("" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}")


class LSTMCell(_Cell):
    """One time step of a long short-term memory: c' = f⊙c + i⊙g, h' = o⊙tanh(c') (Hochreiter and Schmidhuber, 1997).

    The rows of the parameters are those of the gates i, f, g, o. A call returns the pair (h', c'); hx is such a pair.
    Shapes, arguments and errors are those of RNNCell.

    >>> h, c = LSTMCell(2, 3, rng=0)([[1.0, 0.0]])
    >>> h.shape, c.shape
    ((1, 3), (1, 3))
    """

    step = LSTM_STEP

    def forward(self, input: Any, hx: Any = None) -> Any:
        return self._advanced(input, hx)


class GRUCell(_Cell):
    """One time step of a gated recurrent unit: n = tanh(a_n + r⊙(W_hn h + b_hn)), h' = (1 - z)⊙n + z⊙h (Cho, 2014).

    The rows of the parameters are those of the gates r, z, n. Shapes, arguments and errors are those of RNNCell.

    >>> GRUCell(2, 3, rng=0)([[1.0, 0.0]]).shape
    (1, 3)
    """

    step = GRU_STEP

    def forward(self, input: Any, hx: Any = None) -> Any:
        return self._advanced(input, hx)[0]
