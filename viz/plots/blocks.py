"""A model's parameters in blocks that fit a plot: an array is one, and so are the numbers of a layer, taken together.

In a network on numbers each weight is a parameter with a name of its own: `layers.0.neurons.2.w.1`. What has a list of
numbers is a unit, here `layers.0.neurons.2`; the places of a number in its unit and of a unit in its list become the
axes of an array, and the block is called `layers.0.neurons.*.w.*`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from autograd import Value
from autograd.errors import ArgumentError, DtypeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Block", "blocks"]


@dataclass(frozen=True)
class Block:
    """A parameter, or several numbers of a layer: the data; the gradients that were computed; how many were not.

    `frozen` counts, of those without a gradient, the elements that never get one (`requires_grad=False`).
    """

    name: str
    data: NDArray[Any]
    gradients: NDArray[Any]
    missing: int
    frozen: int


def blocks(operation: str, model: Any) -> list[Block]:
    """The blocks of a model in the order of its parameters.

    Raises:
        DtypeError: if the model has no method `named_parameters`.
        ArgumentError: if it has no parameters.

    >>> class Line:
    ...     def named_parameters(self):
    ...         return [("w.0", Value(1.0)), ("w.1", Value(2.0)), ("b", Value(3.0))]
    >>> [(block.name, block.data.tolist()) for block in blocks("plot_weights", Line())]
    [('w.*', [1.0, 2.0]), ('b', 3.0)]
    """
    named = getattr(model, "named_parameters", None)
    if not callable(named) or isinstance(model, type):
        raise DtypeError(
            f"{operation}: model: found {type(model).__name__}; expected a model of nn, or an object with a method "
            "named_parameters()."
        )
    parameters = list(named())
    if not parameters:
        raise ArgumentError(f"{operation}: model: found no parameters; expected at least one.")
    lists = _lists_of_units([name for name, parameter in parameters if _is_number(parameter)])
    members: dict[str, list[tuple[tuple[int, ...], Value]]] = {}
    for name, parameter in parameters:
        block, place = _split(name, lists) if _is_number(parameter) else (name, ())
        members.setdefault(block, []).append((place, parameter))
    return [_block(name, found) for name, found in members.items()]


def _is_number(parameter: Value) -> bool:
    return isinstance(parameter.data, float)


def _lists_of_units(names: list[str]) -> set[tuple[str, ...]]:
    """Where units stand side by side: ("layers", "0", "neurons")."""
    found = set()
    for name in names:
        *unit, _, last = ["", *name.split(".")]
        if last.isdecimal() and unit[-1:] and unit[-1].isdecimal():
            found.add(tuple(unit[1:-1]))
    return found


def _split(name: str, lists: set[tuple[str, ...]]) -> tuple[str, tuple[int, ...]]:
    """The block of a number, and its place there."""
    parts = name.split(".")
    last = len(parts) - 1
    is_axis = [part.isdecimal() and i > 0 and (i == last or tuple(parts[:i]) in lists) for i, part in enumerate(parts)]
    block = ".".join("*" if axis else part for part, axis in zip(parts, is_axis, strict=True))
    return block, tuple(int(part) for part, axis in zip(parts, is_axis, strict=True) if axis)


def _block(name: str, members: Sequence[tuple[tuple[int, ...], Value]]) -> Block:
    import numpy as np

    values = [value for _, value in members]
    without = [value for value in values if not value.has_grad]
    gradients = [np.ravel(value.grad) for value in values if value.has_grad]
    return Block(
        name,
        _joined(members),
        np.concatenate(gradients).astype(float) if gradients else np.zeros(0),
        sum(np.size(value.data) for value in without),
        sum(np.size(value.data) for value in without if not value.requires_grad),
    )


def _joined(members: Sequence[tuple[tuple[int, ...], Value]]) -> NDArray[Any]:
    """The data as one array; flat where the rows have different lengths."""
    import numpy as np

    if len(members) == 1 and not members[0][0]:
        return np.asarray(members[0][1].data)
    places = [place for place, _ in members]
    shape = tuple(1 + max(indices) for indices in zip(*places, strict=True))
    data = np.array([value.data for _, value in members])
    if prod(shape) != len(members):
        return data
    full = np.empty(shape)
    full[tuple(np.transpose(places))] = data
    return full
