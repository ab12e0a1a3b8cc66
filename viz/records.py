"""The first layer of a drawing: a graph of Values read into plain records, a snapshot that later changes do not touch.

Pure: it knows nothing of DOT, of pictures or of pages. Operands come before what is computed from them, so that the
position of a node in `Graph.nodes` is a topological index, and the same program gives the same records.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from reprlib import Repr
from typing import TYPE_CHECKING, Any, Literal

from autograd import Value, topological_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MAX_NODES", "Array", "Edge", "Graph", "Node", "Number", "Quantity", "brief", "read"]

MAX_NODES = 400  # Graphviz lays that many out in a moment, and thousands in minutes


@dataclass(frozen=True, slots=True)
class Number:
    """The data or the gradient of a node that stores a number."""

    value: float


@dataclass(frozen=True, slots=True)
class Array:
    """What a picture tells of an array; the three statistics are NaN for an empty one, or for one that holds a NaN."""

    shape: tuple[int, ...]
    dtype: str
    minimum: float
    mean: float
    maximum: float


Quantity = Number | Array


@dataclass(frozen=True, slots=True)
class Node:
    """One box of the picture: a Value, or a constant operand of one.

    `operation` is the sign or the name of what computed it, "" for a leaf or a constant; `parameters` are the other
    arguments of that call as text. `gradient` is None when none was ever computed. `hidden_operands` counts the
    operands that are left out of the graph.
    """

    kind: Literal["leaf", "constant", "operation"]
    data: Quantity
    gradient: Quantity | None = None
    label: str = ""
    operation: str = ""
    parameters: tuple[str, ...] = ()
    hidden_operands: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """Operand number `operand` of node `target` is node `source`; both are positions in `Graph.nodes`."""

    source: int
    target: int
    operand: int


@dataclass(frozen=True, slots=True)
class Graph:
    """All that a picture shows: nodes, operands first and the root last; edges; and how many nodes it hides."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    hidden: int = 0


def read(root: Value, max_nodes: int = MAX_NODES) -> Graph:
    """Read the graph that computed `root`; of a larger one, the `max_nodes` nodes the fewest steps away from the root.

    >>> x = Value(3.0)
    >>> graph = read(2 * x)
    >>> [node.kind for node in graph.nodes]
    ['leaf', 'constant', 'operation']
    >>> graph.edges
    (Edge(source=1, target=2, operand=0), Edge(source=0, target=2, operand=1))
    """
    drawn = _nearest(root, max_nodes)
    position: dict[int, int] = {}
    nodes: list[Node] = []
    edges: list[Edge] = []
    total = 0
    for value in topological_order(root):
        total += 1 + sum(not isinstance(operand, Value) for operand in value.inputs)
        if id(value) not in drawn:
            continue
        sources: list[int | None] = []
        for slot, operand in enumerate(value.inputs):
            if isinstance(operand, Value):
                sources.append(position.get(id(operand)))
            elif slot in drawn[id(value)]:
                sources.append(len(nodes))
                nodes.append(Node("constant", _quantity(operand)))
            else:
                sources.append(None)
        position[id(value)] = target = len(nodes)
        nodes.append(_node(value, sources.count(None)))
        edges += [Edge(source, target, slot) for slot, source in enumerate(sources) if source is not None]
    return Graph(tuple(nodes), tuple(edges), total - len(nodes))


def _nearest(root: Value, budget: int) -> dict[int, set[int]]:
    """The Values to draw, by identity, each with the slots of its constants to draw: breadth first from the root."""
    drawn: dict[int, set[int]] = {id(root): set()}
    queue, room = deque([root]), budget - 1
    while queue and room:
        value = queue.popleft()
        for slot, operand in enumerate(value.inputs):
            if id(operand) in drawn:
                continue
            if not room:
                break
            room -= 1
            if isinstance(operand, Value):
                drawn[id(operand)] = set()
                queue.append(operand)
            else:
                drawn[id(value)].add(slot)
    return drawn


def _node(value: Value, hidden_operands: int) -> Node:
    gradient = _quantity(value.grad) if value.has_grad else None
    if value.op is None:
        kind: Literal["leaf", "constant"] = "leaf" if value.requires_grad else "constant"
        return Node(kind, _quantity(value.data), gradient, value.label)
    parameters = tuple(f"{name}={brief(x)}" for name, x in value.params.items() if x is not None and x is not False)
    return Node("operation", _quantity(value.data), gradient, value.label, value.op.symbol, parameters, hidden_operands)


def _quantity(data: Any) -> Quantity:
    if isinstance(data, (int, float)):
        return Number(float(data))
    import numpy as np  # an array is there, so NumPy is loaded already

    if isinstance(data, np.generic):
        return Number(float(data))
    array: NDArray[Any] = np.asarray(data)
    if not array.size:
        return Array(array.shape, str(array.dtype), float("nan"), float("nan"), float("nan"))
    with np.errstate(all="ignore"):  # infinities of both signs have no mean: that is shown, not warned of
        mean = array.mean(dtype=np.float64)  # a sum in float16 would overflow
        return Array(array.shape, str(array.dtype), float(array.min()), float(mean), float(array.max()))


class _Brief(Repr):
    """Arguments of a call as a line of code would give them; long ones are cut."""

    def repr_slice(self, x: slice, level: int) -> str:
        bounds = [x.start, x.stop] if x.step is None else [x.start, x.stop, x.step]
        return ":".join("" if bound is None else self.repr1(bound, level) for bound in bounds)

    def repr_ellipsis(self, x: object, level: int) -> str:
        return "..."

    def repr_ndarray(self, x: NDArray[Any], level: int) -> str:
        return self.repr1(x.tolist(), level) if x.size <= self.maxlist else f"{x.shape} {x.dtype}"


brief = _Brief().repr
