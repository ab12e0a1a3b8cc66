"""Activations: the functions that a unit applies to its weighted sum, by name or as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from autograd import Value
from autograd.errors import ArgumentError
from autograd.ops.elementwise import activations

__all__ = ["Activation", "linear", "resolve", "title"]

Activation = str | Callable[[Any], Any]


def linear(x: Any) -> Any:
    """The identity, the activation of a linear unit."""
    return x


def resolve(activation: Activation | None) -> Callable[[Any], Any]:
    """The function that an `activation=` argument means.

    Args:
        activation: "linear"; the name of an elementwise function of one argument in the table whose derivative is not
            0 everywhere, such as "tanh", or "step"; or any function from a Value to a Value of the same shape. None
            means relu.

    Raises:
        ArgumentError: for any other name or object.

    >>> resolve("softplus")(0.0) == autograd.softplus(0.0)
    True
    """
    if activation is None:
        activation = "relu"
    if activation == "linear":
        return linear
    if isinstance(activation, str) and _is_activation(autograd.TABLE.get(activation)):
        # The method, because those of the usual activations are written out in Value for numbers.
        function: Callable[[Any], Any] = getattr(Value, activation, autograd.TABLE[activation])
        return function
    if isinstance(activation, str) or not callable(activation):
        raise ArgumentError(
            f"activation: found {activation!r}; expected 'linear', the name of an elementwise function such as 'relu', "
            "'tanh' or 'sigmoid', or a function of one Value."
        )
    return activation


def _is_activation(entry: Any) -> bool:
    if entry is None or len(entry.operand_names) != 1:
        return False
    if entry.builder == "composite":  # gelu, silu, hardtanh ...; but softmax is none, over an axis
        return "axis" not in entry.defaults and getattr(activations, entry.name, None) is entry
    if entry.builder != "elementwise":
        return False
    # Behind one without a derivative no unit learns by gradients; Rosenblatt's perceptron learns without them.
    return bool(entry.d != (None,) or entry.name == "step")


def title(function: Callable[[Any], Any]) -> str:
    """How a unit's printed form names its activation: ReLU, Linear, Tanh, LeakyReLU."""
    name = getattr(function, "__name__", type(function).__name__).strip("<>")
    return "".join("ReLU" if part == "relu" else part[:1].upper() + part[1:] for part in name.split("_"))
