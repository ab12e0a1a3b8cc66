"""RNN, LSTM and GRU: cells run over sequences, in several layers and both directions, as PyTorch's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import autograd
from autograd import Value
from autograd.errors import ShapeError
from nn import functional
from nn.arguments import of_dtype
from nn.layers.cells import Recurrent
from nn.layers.steps import GRU_STEP, LSTM_STEP, elman_step
from nn.options import COUNT, SHARE
from nn.randomness import generator
from nn.warning import warn

__all__ = ["GRU", "LSTM", "RNN"]


class _Layers(Recurrent):
    weight_ih_l0: Value
    _defaults: ClassVar[dict[str, Any]] = {
        "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False
    }  # fmt: skip

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = None,
        rng: Any = None,
    ) -> None:
        name = type(self).__name__
        self.input_size = COUNT(name, input_size=input_size)
        self.hidden_size = COUNT(name, hidden_size=hidden_size)
        self.num_layers = COUNT(name, num_layers=num_layers)
        self.bias, self.batch_first, self.bidirectional = bias, batch_first, bidirectional
        self.dropout = SHARE(name, dropout=dropout)
        if self.dropout and self.num_layers == 1:
            warn(f"{name}: found dropout={dropout} and one layer; it acts between layers only.")
        widths = [self.input_size] + [self.hidden_size * len(self._directions)] * (self.num_layers - 1)
        for layer, width in enumerate(widths):
            for direction in self._directions:
                self.hold_weights(f"_l{layer}{direction}", width, bias, dtype)
        self._rng = generator(rng)
        self.reset_parameters(rng=self._rng)

    @property
    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def forward(self, input: Any, hx: Any = None) -> Any:
        x = self._sequence(input)
        shape = (self.num_layers * len(self._directions), *x.shape[1:-1], self.hidden_size)
        started = self.states(hx, shape, self.weight_ih_l0.dtype)
        xs = time_steps(x)
        ended: list[tuple[Any, ...]] = []
        for layer in range(self.num_layers):
            if layer and self.dropout and self.training:
                xs = [functional.dropout(x, self.dropout, rng=self._rng) for x in xs]
            sides = []
            for direction in self._directions:
                state = tuple(part[len(ended)] for part in started)
                outputs, state = self._run(xs, state, f"_l{layer}{direction}")
                sides.append(outputs)
                ended.append(state)
            xs = [pair[0] if len(pair) == 1 else autograd.concatenate(pair, -1) for pair in zip(*sides, strict=True)]
        output = autograd.stack(xs, axis=1 if self.batch_first and len(shape) == 3 else 0)
        last = tuple(autograd.stack(parts) for parts in zip(*ended, strict=True))
        return output, last[0] if len(last) == 1 else last

    def _run(self, xs: Sequence[Any], state: tuple[Any, ...], suffix: str) -> tuple[list[Any], tuple[Any, ...]]:
        """The outputs of one cell at all time steps, and its last state; a reverse one begins at the end."""
        weights, reverse, outputs = self.weights(suffix), suffix.endswith("_reverse"), []
        for x in reversed(xs) if reverse else xs:
            state = self.step.advance(x, state, weights)
            outputs.append(state[0])
        return outputs[::-1] if reverse else outputs, state

    def _sequence(self, input: Any) -> Any:
        """The input with its time steps along the first axis."""
        x = of_dtype(input, self.weight_ih_l0.dtype)
        shape, axes = x.shape, "batch, time" if self.batch_first else "time, batch"
        if self.batch_first and x.ndim == 3:
            x = x.swapaxes(0, 1)
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size or x.shape[0] == 0:
            raise ShapeError(
                f"found inputs of shape {shape}; expected ({axes}, {self.input_size}) or (time, {self.input_size}), "
                "of at least one time step."
            )
        return x

    def extra_repr(self) -> str:
        given = [
            f"{name}={getattr(self, name)}" for name, usual in self._defaults.items() if getattr(self, name) != usual
        ]
        return ", ".join([f"{self.input_size}, {self.hidden_size}", *given])


def time_steps(x: Any) -> list[Any]:
    """The parts x[0], x[1], ... of a sequence.

    What is differentiated is halved again and again: the adjoint of an index fills an array like the one it was taken
    from, and so many steps of a whole sequence would cost their number squared.
    """
    if not isinstance(x, Value) or len(x) <= 4:
        return [x[t] for t in range(x.shape[0])]
    middle = x.shape[0] // 2
    return time_steps(x[:middle]) + time_steps(x[middle:])


class RNN(_Layers):
    """A simple recurrent network, h' = tanh(W_ih x + b_ih + W_hh h + b_hh) at each time step (Elman, 1990).

    A call takes (input, hx) and returns (output, h): the last layer's states at all time steps, and the last states of
    all layers. To cut the backward pass short (truncated backpropagation through time), hand `h.detach()` to the next
    call.

    Shapes: input (time, batch, input_size), or (batch, time, input_size) with batch_first, or one sample (time,
    input_size); output like it, of directions * hidden_size; hx and h (num_layers * directions, batch, hidden_size).

    Args:
        input_size: the number of inputs at each time step.
        hidden_size: the number of units of each layer and direction.
        num_layers: how many layers, each fed the outputs of the one below.
        nonlinearity: "tanh" or "relu".
        bias: False leaves the biases out.
        batch_first: whether the batch is the first axis of input and output (never of hx and h).
        dropout: the probability of zero for what goes from one layer to the next, in training.
        bidirectional: True adds to each layer a second one that reads backwards, its outputs behind those of the first.
        dtype: the floating dtype of the parameters; by default float64.
        rng: draws the initial values, uniform within ±1/√hidden_size, and the zeros of dropout.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with inputs or a state of another shape.

    >>> layer = RNN(2, 3, batch_first=True, bidirectional=True, rng=0)
    >>> output, h = layer([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]])
    >>> output.shape, h.shape
    ((1, 3, 6), (2, 1, 3))
    """

    _defaults: ClassVar[dict[str, Any]] = {**_Layers._defaults, "nonlinearity": "tanh"}

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = None,
        rng: Any = None,
    ) -> None:
        self.nonlinearity = nonlinearity
        self.step = elman_step(type(self).__name__, nonlinearity)
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype=dtype, rng=rng
        )


class LSTM(_Layers):
    """A long short-term memory (Hochreiter and Schmidhuber, 1997): c' = f⊙c + i⊙g, h' = o⊙tanh(c') at each time step.

    A call takes (input, hx), hx being a pair (h, c), and returns (output, (h, c)). The rows of the parameters are those
    of the gates i, f, g, o. Shapes, arguments and errors are those of RNN, but for nonlinearity.

    >>> output, (h, c) = LSTM(2, 3, num_layers=2, rng=0)([[1.0, 0.0], [0.0, 1.0]])
    >>> output.shape, h.shape, c.shape
    ((2, 3), (2, 3), (2, 3))
    """

    step = LSTM_STEP


class GRU(_Layers):
    """Gated recurrent units (Cho et al., 2014): n = tanh(a_n + r⊙(W_hn h + b_hn)), h' = (1 - z)⊙n + z⊙h.

    The rows of the parameters are those of the gates r, z, n. Shapes, arguments and errors are those of RNN, but for
    nonlinearity.

    >>> output, h = GRU(2, 3, rng=0)([[1.0, 0.0], [0.0, 1.0]])
    >>> bool((output.data[-1] == h.data[0]).all())
    True
    """

    step = GRU_STEP
