"""The order in which walks visit a graph: iterative, however deep it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd.graph.seeds import require_value
from autograd.graph.value import TRACKED, Call, Value

__all__ = ["dependents", "topological_order", "tracked_order"]


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


def tracked_order(roots: Iterable[Value], stop: Sequence[Value] = ()) -> list[Value]:
    """The Values through which gradients flow to `roots`, inputs before outputs, without what lies behind `stop`."""
    return _ordered(roots, TRACKED, dict.fromkeys(stop))


def dependents(order: Iterable[Value], sources: Iterable[Value]) -> list[Value]:
    """Those nodes of `order`, inputs before outputs, that are among the sources or depend on one."""
    found = dict.fromkeys(sources)
    node: Value
    kept = []
    for node in order:
        if node in found:
            kept.append(node)
        elif node._origin is not None:
            for x in node._origin.inputs if type(node._origin) is Call else (node._x, node._y):
                if type(x) is Value and x in found:
                    found[node] = None
                    kept.append(node)
                    break
    return kept


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
