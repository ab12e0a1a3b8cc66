"""Nodes made from the result of an operation, and what a node remembers of its leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autograd.graph.flags import LEFT, LOADED, RIGHT, SHARES, TRACKED
from autograd.graph.value import Call, Value, any_open, bare, observers, recording

if TYPE_CHECKING:
    from autograd.graph.operation import Operation

__all__ = ["births", "constant", "record", "replaced_leaf"]


def constant(data: Any, shares: bool = False) -> Value:
    """A Value without a graph to which no gradient flows; an array that shares an operand's memory is copied.

    Without a graph nobody could tell that a leaf behind the shared memory was replaced.
    """
    if type(data) is float:
        return bare(data)
    node = bare(0.0)
    node._array = data.copy() if shares or data.base is not None else data
    node._array.flags.writeable = True  # it is a leaf, as good as one that the user made
    return node


def record(
    op: Operation,
    operands: tuple[Any, ...],
    params: dict[str, Any],
    data: Any,
    partials: tuple[float | None, ...] | None,
    shares: bool = False,
) -> Value:
    """A node for the result `data` (a float or a read-only array) of an operation; a constant where nothing records.

    `partials` are a number's derivatives with respect to each operand (None: no path), or None where a walk asks the
    rule. `shares` tells that the array is a view of an operand's memory.
    """
    if not any_open() and _is_tracked(operands):
        return _tracked(op, operands, params, data, partials, shares, False)
    watching = observers()
    if recording() and _is_tracked(operands):
        node = _tracked(op, operands, params, data, partials, shares, bool(watching))
    else:
        node = constant(data, shares)
    for observer in watching:
        observer.computed(node, op, operands, params)
    return node


def _tracked(
    op: Operation,
    operands: tuple[Any, ...],
    params: dict[str, Any],
    data: Any,
    partials: tuple[float | None, ...] | None,
    shares: bool,
    watched: bool,
) -> Value:
    """A node of the graph; one that is watched gets a Call, where the line of code that made it can be noted."""
    node = bare(data) if type(data) is float else bare(0.0)
    if type(data) is not float:
        node._array = data
    node._flags = TRACKED | SHARES if shares else TRACKED
    if watched or params or len(operands) > 2 or not _fits_slots(operands, partials, node._array is not None):
        node._origin = Call(op, operands, params, partials)
        return node
    node._origin = op
    left = operands[0]
    if type(left) is Value:
        node._x = left
        node._dx = 0.0 if partials is None else partials[0]  # type: ignore[assignment]  # _fits_slots saw no None
    else:
        node._dx = float(left)
        node._flags |= LEFT
    if len(operands) == 2:
        right = operands[1]
        if type(right) is Value:
            node._y = right
            node._dy = 0.0 if partials is None else partials[1]  # type: ignore[assignment]  # the same
        else:
            node._dy = float(right)
            node._flags |= RIGHT
    return node


def _is_tracked(operands: tuple[Any, ...]) -> bool:
    x: Value
    for operand in operands:
        if type(operand) is Value:
            x = operand
            if x._flags & TRACKED:
                return True
    return False


def _fits_slots(operands: tuple[Any, ...], partials: tuple[float | None, ...] | None, is_array: bool) -> bool:
    if partials is None and not is_array:
        return False  # a number whose partials are unknown is told from one with partials by its Call
    if partials is not None and None in partials:
        return False
    for operand in operands:
        if type(operand) is not Value and type(operand) is not float and type(operand) is not int:
            return False
    return True


def replaced_leaf(value: Value, born: int, owners: dict[Value, Value]) -> Value | None:
    """The leaf whose data was replaced after tick `born` and shows through `value`, itself or as a view; or None.

    `owners` remembers whose memory a view shows, so that a walk follows a chain of views once.
    """
    path = []
    node = value
    while node._flags & SHARES and node not in owners:
        path.append(node)
        node = next(x for x in node.inputs if type(x) is Value and x._array is not None)
    owner = owners.get(node, node)
    for view in path:
        owners[view] = owner
    return owner if owner._origin is None and owner._time > born else None


def births(nodes: Iterable[Any]) -> list[int]:
    """The tick of the clock at which each node was made, or at which a leaf's data was last replaced.

    -1 where it was loaded from a pickle: what happened in this process at such a tick has nothing to do with it.
    """
    return [-1 if node._flags & LOADED else node._time for node in nodes]
