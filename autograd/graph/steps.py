"""One step of a walk: what a node hands to its operands, or takes from them."""

from __future__ import annotations

from typing import Any

from autograd.graph.cotangents import fit_to_operand
from autograd.graph.flags import SHARES
from autograd.graph.nodes import replaced_leaf
from autograd.graph.stale import Stale
from autograd.graph.value import Call, Value

__all__ = ["is_fresh", "kept_partials", "pulled", "pushed"]


def pulled(
    node: Value, g: Any, create_graph: bool, owners: dict[Value, Value], place: dict[Value, int]
) -> list[tuple[int, Value, Any]]:
    """The number of each operand that has a place, the operand, and what g contributes to it, where a path leads."""
    operands = node.inputs
    wanted = [i for i, operand in enumerate(operands) if type(operand) is Value and operand in place]
    if not wanted:
        return []
    call = node._origin if type(node._origin) is Call else None
    if node._array is None:
        partials = None if create_graph else kept_partials(node)
        if partials is not None:
            return [(i, operands[i], g * partials[i]) for i in wanted if partials[i] is not None]
    elif node._array.size == 0:
        return []  # no element, no path: an operand's infinite slope is not to meet a zero
    xs = _primals(operands, node, create_graph, owners)
    z = _primal(node, node, create_graph, owners)
    op: Any = node._origin if call is None else call.op
    contributions = op.pull(g, z, xs, {} if call is None else call.params, wanted)
    paths = []
    for k in range(len(wanted)):
        h = contributions[k]
        if h is not None:
            x = operands[wanted[k]]
            paths.append((wanted[k], x, h if _fits(h, x._array) else fit_to_operand(h, x)))
    return paths


def _fits(h: Any, array: Any) -> bool:
    """Whether a contribution has the form of its operand's array already, as most have."""
    return type(h) is type(array) and h.dtype is array.dtype and h.shape == array.shape


def is_fresh(x: Value, h: Any, g: Any, node: Value, paths: list[tuple[int, Value, Any]]) -> bool:
    """Whether what came to x along one of the paths from `node` is an array that was made for it alone.

    A rule may hand on the cotangent itself, an operand, or one array to several operands; and nobody knows what a
    rule of the user's own keeps.
    """
    if type(h) is not type(x._array) or h.base is not None or h is g or not node.op.composed:
        return False
    for _, other, contribution in paths:
        if other is not x and contribution is h:
            return False
    for operand in node.inputs:
        if operand is h or (type(operand) is Value and operand._array is h):
            return False
    return node._array is not h


def pushed(
    node: Value, operands: tuple[Any, ...], ts: tuple[Any, ...], create_graph: bool, owners: dict[Value, Value]
) -> Any:
    """The tangent of a node from its operands' tangents; None where no path leads."""
    partials = None if create_graph else kept_partials(node)
    if partials is not None:
        terms = [t * d for t, d in zip(ts, partials, strict=True) if t is not None and d is not None]
        return sum(terms[1:], terms[0]) if terms else None
    xs = _primals(operands, node, create_graph, owners)
    params = node._origin.params if type(node._origin) is Call else {}
    return node.op.push(ts, _primal(node, node, create_graph, owners), xs, params)


def kept_partials(node: Value) -> tuple[float | None, ...] | None:
    """A number's derivatives by its operands, as they were computed in the forward pass; None where a rule is asked."""
    if type(node._origin) is Call:
        return node._origin.partials
    if node._array is not None:
        return None
    return (node._dx, node._dy)[: len(node.inputs)]


def _primals(operands: tuple[Any, ...], node: Value, create_graph: bool, owners: dict[Value, Value]) -> tuple[Any, ...]:
    return tuple([_primal(x, node, create_graph, owners) if type(x) is Value else x for x in operands])


def _primal(x: Value, node: Value, create_graph: bool, owners: dict[Value, Value]) -> Any:
    """What the rule of `node` may read of an operand or the result: a Value when the walk is recorded, else data."""
    if x._flags & SHARES or (x._origin is None and x._time > node._time):
        leaf = replaced_leaf(x, node._time, owners)
        if leaf is not None:
            return Stale(x, leaf, node.op.name)
    if create_graph:
        return x
    return x._number if x._array is None else x._array
