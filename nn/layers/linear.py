"""Linear, the fully connected layer, and Identity."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value
from autograd.errors import ShapeError
from nn import functional, init
from nn.arguments import of_dtype, parameter
from nn.layers.named import Named
from nn.modules import Module
from nn.options import COUNT
from nn.randomness import generator

__all__ = ["Identity", "Linear"]


class Linear(Named):
    """A fully connected layer, x·Wᵀ + b.

    Shapes: inputs (..., in_features) give (..., out_features). `weight` has the shape (out_features, in_features),
    `bias` (out_features,); both start uniform within ±1/√in_features.

    Args:
        in_features: the number of inputs.
        out_features: the number of outputs.
        bias: False leaves b out.
        dtype: the floating dtype of the parameters; by default float64.
        rng: draws the initial values: None, a seed or a generator.

    Raises:
        ArgumentError: for a number of features below 1.
        ShapeError: in a call with another number of features.

    >>> layer = Linear(3, 2, rng=0)
    >>> layer
    Linear(in_features=3, out_features=2, bias=True)
    >>> layer([[1.0, 2.0, 3.0]]).shape
    (1, 2)
    """

    weight: Value
    bias: Value | None

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, dtype: Any = None, rng: Any = None
    ) -> None:
        self.in_features = COUNT("Linear", in_features=in_features)
        self.out_features = COUNT("Linear", out_features=out_features)
        self.weight = parameter("weight", (self.out_features, self.in_features), dtype)
        self.bias = parameter("bias", (self.out_features,), dtype) if bias else None
        self.reset_parameters(rng=rng)

    def reset_parameters(self, *, rng: Any = None) -> None:
        """Draw the initial values anew."""
        reset_weight_and_bias(self.weight, self.bias, rng)

    def forward(self, x: Any) -> Any:
        x = of_dtype(x, self.weight.dtype)
        if x.ndim == 0 or x.shape[-1] != self.in_features:
            raise ShapeError(f"found inputs of shape {x.shape}; expected (..., {self.in_features}).")
        return functional.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


def reset_weight_and_bias(weight: Value, bias: Value | None, rng: Any) -> None:
    """Draw both uniformly within ±1/√fan_in, as PyTorch's Linear and Conv do."""
    rng = generator(rng)
    init.kaiming_uniform_(weight, a=math.sqrt(5.0), rng=rng)
    if bias is not None:
        bound = 1.0 / math.sqrt(weight.size // weight.shape[0])
        init.uniform_(bias, -bound, bound, rng=rng)


class Identity(Module):
    """What gives its input back, in place of a layer; it takes any arguments, as PyTorch's does.

    >>> Identity()(2.0)
    2.0
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: Any) -> Any:
        return x
