"""MLP: micrograd's multi-layer perceptron, on numbers or on arrays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, Self

from autograd.errors import ArgumentError, ShapeError
from nn.activation import ACTIVATION, Activation, linear
from nn.modules import Module
from nn.options import COUNT, several, such_as
from nn.randomness import Uniform, uniform_source
from nn.units.layer import Layer

__all__ = ["MLP"]

WIDTHS = such_as("a list of the layers' widths, such as [16, 1]", lambda x: several(COUNT).allows(x) and len(x) > 0)


class MLP(Module):
    """A multi-layer perceptron: layers one after the other, the last one linear.

    Args:
        nin: the number of inputs.
        nouts: the number of units of each layer.
        activation: of the hidden layers, by name or as a function of one Value; by default relu. A list gives each
            layer its own, the last one included; None is relu.
        bias, vectorized, dtype, rng: as for `Layer`, for all layers.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with another number of inputs, naming the layer.

    >>> MLP(2, [2, 1])
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]
    >>> model = MLP(64, [128, 10], vectorized=True, dtype="float32")
    >>> model
    MLP of [Layer(64, 128, ReLU, dtype=float32), Layer(128, 10, Linear, dtype=float32)]
    >>> [name for name, _ in model.named_parameters()]
    ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: Activation | Sequence[Activation | None] | None = None,
        bias: bool = True,
        vectorized: bool = False,
        dtype: Any = None,
        rng: Uniform | int | None = None,
    ) -> None:
        sizes, source = [nin, *WIDTHS("MLP", nouts=nouts)], uniform_source(rng)
        self.layers = [
            Layer(sizes[i], sizes[i + 1], activation=phi, bias=bias, vectorized=vectorized, dtype=dtype, rng=source)
            for i, phi in enumerate(_per_layer(activation, len(nouts)))
        ]

    def forward(self, x: Any) -> Any:
        for index, layer in enumerate(self.layers):
            try:
                x = layer(x)
            except ShapeError as error:
                error.within(f"MLP, layers[{index}]")
                raise
        return x

    def vectorize(self, dtype: Any = None) -> Self:
        """A network on arrays with the same weights, in parameters of its own; `dtype` converts them."""
        twin = copy.copy(self)
        twin.layers = [layer.vectorize(dtype) for layer in self.layers]
        return twin

    def scalarize(self) -> Self:
        """A network on numbers with the same weights, in parameters of its own."""
        twin = copy.copy(self)
        twin.layers = [layer.scalarize() for layer in self.layers]
        return twin

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def _per_layer(activation: Activation | Sequence[Activation | None] | None, layers: int) -> list[Callable[[Any], Any]]:
    if activation is None or isinstance(activation, str) or not isinstance(activation, Sequence):
        return [ACTIVATION("MLP", activation=activation)] * (layers - 1) + [linear]
    if len(activation) != layers:
        raise ArgumentError(
            f"MLP: found {len(activation)} activations; expected {layers}, one for each layer, or a single one for the "
            "hidden layers."
        )
    return [ACTIVATION("MLP", activation=each) for each in activation]
