"""The order in which walks visit a graph: iterative, however deep it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd.graph.seeds import require_value
from autograd.graph.value import TRACKED, Call, Value

__all__ = ["dependents", "topological_order"]


def topological_order(*roots: Value, tracked_only: bool = False) -> list[Value]:
    """Every Value of the graph of `roots` once, inputs before outputs, leaves included.

    `tracked_only` leaves out constants, through which no gradient flows.

    Raises:
        DtypeError: for a root that is not a Value.

    >>> x = Value(2.0, label="x")
    >>> [v.data for v in topological_order(x * x + x)]
    [2.0, 4.0, 6.0]
    """
    for root in roots:
        require_value(root, "topological_order", "roots")
    return _ordered(roots, TRACKED if tracked_only else 0, {})


def dependents(roots: Iterable[Value], sources: Sequence[Value], behind: bool = True) -> tuple[list[Value], bool]:
    """The sources and what of the graph of `roots` depends on them, inputs before outputs.

    Args:
        roots: where the graph is entered.
        sources: leaves or interior nodes.
        behind: False does not look behind the sources: what they were computed from is not visited.

    Returns:
        The nodes in order, and whether the graph has tracked leaves that are no sources.
    """
    found = dict.fromkeys(x for x in sources if x._flags & TRACKED)
    order = _ordered(roots, TRACKED, {} if behind else found)
    others = False
    node: Value
    kept = []
    for node in order:
        if node in found:
            kept.append(node)
        elif node._origin is None:
            others = True
        else:
            for x in node._origin.inputs if type(node._origin) is Call else (node._x, node._y):
                if type(x) is Value and x in found:
                    found[node] = None
                    kept.append(node)
                    break
    return kept, others


def _ordered(roots: Iterable[Value], mask: int, stop: dict[Value, None]) -> list[Value]:
    """The nodes that have all flags of `mask`, inputs first, without what lies behind those in `stop`."""
    place: dict[Value, None] = {}  # a dict keeps the order of insertion
    node: Value
    x: Value
    for root in roots:
        stack = [root] if root._flags & mask == mask else []
        while stack:
            node = stack[-1]
            if node in place:
                stack.pop()
                continue
            height = len(stack)
            if node in stop:
                pass
            elif type(node._origin) is Call:
                for operand in reversed(node._origin.inputs):
                    if type(operand) is Value:
                        x = operand
                        if x._flags & mask == mask and x not in place:
                            stack.append(x)
            else:
                for operand in (node._y, node._x):
                    if operand is not None:
                        x = operand
                        if x._flags & mask == mask and x not in place:
                            stack.append(x)
            if len(stack) == height:
                stack.pop()
                place[node] = None
    return list(place)
