"""deepcopy and pickle of graphs, without recursion: a graph is written down as a list of nodes, inputs first.

`deepcopy` keeps all sharing, also between several roots. Pickling keeps leaves shared between roots (each is an object of its
own to pickle); interior nodes are stored once per root.
"""

import copy
from typing import Any

from autograd.graph.value import Value, install, restore, state
from autograd.graph.walks import topological_order

__all__: list[str] = []


def _deepcopy(self: Value, memo: dict[int, Any]) -> Value:
    for node in topological_order(self):
        if id(node) not in memo:
            operands, rest = state(node)
            copies = tuple(memo[id(x)] if type(x) is Value else copy.deepcopy(x, memo) for x in operands)
            memo[id(node)] = restore(copies, rest)
    return memo[id(self)]  # type: ignore[no-any-return]


def _copy(self: Value) -> Value:
    operands, rest = state(self)
    return restore(operands, rest)


def _reduce(self: Value, protocol: int) -> tuple[Any, ...]:
    if self.op is None:
        return restore, ((), state(self)[1])
    nodes = topological_order(self)
    place = {node: i for i, node in enumerate(nodes)}
    leaves = tuple(node for node in nodes if node.op is None)
    steps = []
    for node in nodes:
        if node.op is not None:
            operands, rest = state(node)  # a Value is written as its place, a constant inside a tuple
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
            nodes[i] = restore(tuple([x[0] if type(x) is tuple else nodes[x] for x in operands]), rest)
    return nodes[-1]  # type: ignore[no-any-return]


install("__deepcopy__", _deepcopy)
install("__copy__", _copy)
install("__reduce_ex__", _reduce)
