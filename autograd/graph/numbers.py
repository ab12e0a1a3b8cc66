"""The reverse walk over a graph of numbers, whose partial derivatives the forward pass has kept: sums of products.

No rule runs, so nothing can fail, and the gradients are summed up in place: an interior node's where it will stay, a
leaf's in the slot of a partial derivative, which a leaf has no use for, until all of this walk is known.
"""

from __future__ import annotations

from typing import Any

from autograd.graph.flags import GRADED, TRACKED
from autograd.graph.value import Call, Value

__all__ = ["backward_numbers"]


def backward_numbers(order: list[Value], seed: float) -> None:
    """Give every node its gradient: leaves add it to the one they have. `order`: inputs first, its last is the root."""
    for node in order:
        if node._origin is None:
            node._dx = -0.0  # to which any number is added without a change, -0.0 included
        else:
            node._grad = -0.0
    _add(order[-1], seed)
    for node in reversed(order):
        if node._origin is None:
            node._grad = node._grad + node._dx if node._flags & GRADED else node._dx  # 0.0 + -0.0 would lose the sign
        elif type(node._origin) is Call:
            _spread(node, node._origin.inputs, node._origin.partials or ())
        else:  # each side written out: a call of _add for each would slow plain Python down
            g = node._grad
            x = node._x
            if x is not None and x._flags & TRACKED:
                if x._origin is None:
                    x._dx += g * node._dx
                else:
                    x._grad += g * node._dx
            x = node._y
            if x is not None and x._flags & TRACKED:
                if x._origin is None:
                    x._dx += g * node._dy
                else:
                    x._grad += g * node._dy
        node._flags |= GRADED


def _spread(node: Value, operands: tuple[Any, ...], partials: tuple[Any, ...]) -> None:
    for operand, d in zip(operands, partials, strict=True):
        if type(operand) is Value and operand.requires_grad:
            _add(operand, node._grad * d)


def _add(node: Value, g: float) -> None:
    if node._origin is None:
        node._dx += g
    else:
        node._grad += g
