"""deepcopy and pickle of graphs, without recursion: a graph is written down as a list of nodes, inputs first.

`deepcopy` keeps all sharing, also between several roots. Pickling keeps leaves shared between roots (each is an object
of its own to pickle); interior nodes are stored once per root.
"""

import copy
from typing import Any

from autograd.graph.flags import LEFT, LOADED, RIGHT, SHARES
from autograd.graph.order import topological_order
from autograd.graph.recording import refuse_in_replay
from autograd.graph.value import Call, Value, advance_clock, bare, install

__all__: list[str] = []


def _state(node: Value, mark: int = 0) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """A node as its operands and the rest, from which `_restore` makes an equal one, with one more flag perhaps."""
    refuse_in_replay("copy", "a copied Value is")
    params, partials = (node._origin.params, node._origin.partials) if type(node._origin) is Call else (None, None)
    rest = (
        node.op, params, partials, node._number, node._array, node._dx, node._dy,
        node._grad, node._array_grad, node._flags & ~SHARES | mark, node._label, node._time,
    )  # fmt: skip
    return node.inputs, rest


def _restore(operands: tuple[Any, ...], rest: tuple[Any, ...]) -> Value:
    """A node made of what `_state` gave, with other operands in place of its own; arrays are copied."""
    op, params, partials, data, array, dx, dy, grad, array_grad, flags, label, time = rest
    node = bare(data)
    node._origin, node._dx, node._dy, node._flags = op, dx, dy, flags
    node._grad, node._label, node._time = grad, label, time
    advance_clock(time)
    if params is not None:
        node._origin = Call(op, operands, params, partials)
    elif op is not None:
        if not flags & LEFT:
            node._x = operands[0]
        if len(operands) == 2 and not flags & RIGHT:
            node._y = operands[1]
    if array is not None:
        from autograd import arrays

        node._array = arrays.owned(array, array.dtype)
        node._array.flags.writeable = op is None
        node._array_grad = None if array_grad is None else arrays.owned(array_grad, array_grad.dtype)
    return node


def _deepcopy(self: Value, memo: dict[int, Any]) -> Value:
    refuse_in_replay("copy", "a copied Value is")
    for node in topological_order(self):
        if id(node) not in memo:
            operands, rest = _state(node)
            copies = tuple(memo[id(x)] if type(x) is Value else copy.deepcopy(x, memo) for x in operands)
            memo[id(node)] = _restore(copies, rest)
    return memo[id(self)]  # type: ignore[no-any-return]  # the memo is untyped


def _copy(self: Value) -> Value:
    operands, rest = _state(self)
    return _restore(operands, rest)


def _reduce(self: Value, protocol: int) -> tuple[Any, ...]:
    if self.op is None:
        return _restore, ((), _state(self, LOADED)[1])
    nodes = topological_order(self)
    place = {node: i for i, node in enumerate(nodes)}
    leaves = tuple(node for node in nodes if node.op is None)
    steps = []
    for node in nodes:
        if node.op is not None:
            operands, rest = _state(node, LOADED)  # a Value is written as its place, a constant inside a tuple
            steps.append((tuple([place[x] if type(x) is Value else (x,) for x in operands]), rest))
    return _rebuild, (leaves, [place[leaf] for leaf in leaves], steps)


def _rebuild(leaves: tuple[Value, ...], places: list[int], steps: list[Any]) -> Value:
    nodes: list[Any] = [None] * (len(leaves) + len(steps))
    for leaf, place in zip(leaves, places, strict=True):
        nodes[place] = leaf
    pending = iter(steps)
    for i, node in enumerate(nodes):
        if node is None:
            operands, rest = next(pending)
            nodes[i] = _restore(tuple([x[0] if type(x) is tuple else nodes[x] for x in operands]), rest)
    return nodes[-1]  # type: ignore[no-any-return]  # no longer None


install("__deepcopy__", _deepcopy)
install("__copy__", _copy)
install("__reduce_ex__", _reduce)
