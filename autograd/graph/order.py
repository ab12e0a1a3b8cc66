"""The order in which walks visit a graph: iterative, however deep it is."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence

from autograd.graph.flags import TRACKED
from autograd.graph.seeds import require_value
from autograd.graph.value import Call, Value

__all__ = ["dependents", "numbers_order", "topological_order", "tracked_order"]

_marking = threading.RLock()  # the marks are on the nodes, which threads may share
_marks = 0


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
    return _ordered(roots, TRACKED if tracked_only else 0, ())[0]


def tracked_order(roots: Iterable[Value], stop: Sequence[Value] = ()) -> list[Value]:
    """The Values through which gradients flow to `roots`, inputs before outputs, without what lies behind `stop`."""
    return _ordered(roots, TRACKED, dict.fromkeys(stop))[0]


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


def numbers_order(root: Value) -> tuple[list[Value], bool]:
    """The tracked order of one root, and whether all of it are numbers whose partial derivatives are at hand."""
    return _ordered([root], TRACKED, ())


def _ordered(roots: Iterable[Value], mask: int, stop: Collection[Value]) -> tuple[list[Value], bool]:
    """The nodes that have all flags of `mask`, inputs first, without what lies behind those in `stop`; as above.

    Two marks tell which nodes are open and which are placed, so that none is looked up. A finalizer that walks a graph
    in the middle of this would mix up the marks: then the walk is made again.
    """
    global _marks
    with _marking:
        while True:
            _marks += 2
            mark = _marks
            numbers = True
            order: list[Value] = []
            for root in roots:
                if root._flags & mask == mask and not _visit(root, mask, stop, mark, order):
                    numbers = False
            if mark == _marks:
                return order, numbers


def _visit(root: Value, mask: int, stop: Collection[Value], opened: int, order: list[Value]) -> bool:
    """Append what leads to `root` and is not placed yet, and the root itself; whether all are numbers with partials."""
    placed = opened + 1
    numbers = True
    stack = [root]
    while stack:
        node = stack[-1]
        if node._mark != opened and node._mark != placed and node._origin is not None and not (stop and node in stop):
            node._mark = opened
            if type(node._origin) is Call:
                for operand in reversed(node._origin.inputs):
                    if type(operand) is Value:
                        x = operand
                        if x._mark != placed and x._flags & mask == mask:
                            stack.append(x)
            else:
                left, right = node._x, node._y
                if right is not None and right._mark != placed and right._flags & mask == mask:
                    stack.append(right)
                if left is not None and left._mark != placed and left._flags & mask == mask:
                    stack.append(left)
            continue
        stack.pop()
        if node._mark != placed:
            node._mark = placed
            order.append(node)
            if node._array is not None or (type(node._origin) is Call and not node._origin.has_partials()):
                numbers = False
    return numbers
