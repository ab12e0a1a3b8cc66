"""Activations as arguments: the functions that a unit or a layer applies to its sums, by name or as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from autograd import Value
from autograd.ops.elementwise import activations
from nn.options import such_as

__all__ = ["ACTIVATION", "Activation", "linear", "resolve", "title"]

Activation = str | Callable[[Any], Any]


def linear(x: Any) -> Any:
    """The identity, the activation of a linear unit."""
    return x


def _is_activation(name: str) -> bool:
    """Whether it is "linear", or an elementwise function of one argument whose derivative is not 0 everywhere."""
    entry = autograd.TABLE.get(name)
    if entry is None or len(entry.operand_names) != 1:
        return name == "linear"
    if entry.builder == "composite":  # gelu, silu, hardtanh ...; but softmax is none, over an axis
        return "axis" not in entry.defaults and getattr(activations, entry.name, None) is entry
    if entry.builder != "elementwise":
        return False
    # Behind one without a derivative no unit learns by gradients; Rosenblatt's perceptron learns without them.
    return bool(entry.d != (None,) or entry.name == "step")


def resolve(activation: Activation | None) -> Callable[[Any], Any]:
    """The function that an activation means: "linear", a name in the table, a function itself; None means relu."""
    name = "relu" if activation is None else activation
    if not isinstance(name, str):
        return name
    if name == "linear":
        return linear
    # The method, because those of the usual activations are written out in Value for numbers.
    function: Callable[[Any], Any] = getattr(Value, name, None) or autograd.TABLE[name]
    return function


ACTIVATION = such_as(
    "'linear', the name of an elementwise function such as 'relu', 'tanh' or 'sigmoid', or a function of one Value",
    lambda x: _is_activation(x) if isinstance(x, str) else x is None or callable(x),
    resolve,
)


def title(function: Callable[[Any], Any]) -> str:
    """How a unit's printed form names its activation: ReLU, Linear, Tanh, LeakyReLU."""
    name = getattr(function, "__name__", type(function).__name__).strip("<>")
    return "".join("ReLU" if part == "relu" else part[:1].upper() + part[1:] for part in name.split("_"))
