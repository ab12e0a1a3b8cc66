"""The first layer of a drawing: a graph of Values read into records, a snapshot that later changes do not touch.

Operands come before what is computed from them, so that the position of a node in `Graph.nodes` is a topological index,
and the same program gives the same records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from autograd import Value, topological_order
from autograd.errors import ArgumentError, DtypeError
from viz.flow import Flow, flow_of
from viz.naming import Names, read_names
from viz.quantities import arguments, brief, quantity, range_of
from viz.records import MAX_NODES, Array, Edge, Graph, Node, Quantity
from viz.regions import modules_of
from viz.units import Boxes, Constant, Key, nearest, owners, surveyed

__all__ = ["Wishes", "marks_of", "read", "read_with_values"]

OVERVIEW = 60  # nodes outside of modules where modules are collapsed: what an eye takes in
NOTHING = Array((0,), "", float("nan"), float("nan"), float("nan"))  # the range of arrays without elements


@dataclass(frozen=True)
class Wishes:
    """What is to be drawn of a graph; the arguments of `draw` of these names."""

    names: Any = None
    group: Literal["module", "none"] = "module"
    depth: int | None = None
    max_nodes: int = MAX_NODES
    focus: Value | None = None
    radius: int | None = None
    highlight: Value | None = None
    marks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # by the identity of a Value


def marks_of(findings: Iterable[Any]) -> dict[int, tuple[str, ...]]:
    """The marks that findings put on Values, by their identity."""
    known = list(findings) if isinstance(findings, Iterable) else None
    marks: dict[int, tuple[str, ...]] = {}
    if known is None or not all(hasattr(x, "values") and hasattr(x, "mark") for x in known):
        raise DtypeError(
            f"draw: diagnosis: found {type(findings).__name__} {brief(findings)}; expected what viz.diagnose returns, "
            "as in draw(root, diagnosis=diagnose(root))."
        )
    for finding in known:
        for value in finding.values:
            had = marks.get(id(value), ())
            marks[id(value)] = had if finding.mark in had else (*had, finding.mark)
    return marks


def read(root: Value, max_nodes: int = MAX_NODES) -> Graph:
    """Read the graph that computed `root`; of a larger one, the `max_nodes` nodes the fewest steps away from the root.

    >>> x = Value(3.0)
    >>> graph = read(2 * x)
    >>> [node.kind for node in graph.nodes]
    ['leaf', 'constant', 'operation']
    >>> graph.edges[1].source, graph.edges[1].target, graph.edges[1].operand
    (0, 2, 1)
    """
    return read_with_values([root], Wishes(max_nodes=max_nodes))[0]


def read_with_values(roots: Sequence[Value], wishes: Wishes) -> tuple[Graph, tuple[Value | None, ...]]:
    """The records of a graph, and the Value of each node; None for constants and collapsed modules."""
    order = topological_order(*roots)
    names = read_names(wishes.names)
    modules = modules_of(order, names) if wishes.group == "module" else [""] * len(order)
    boxes = _collapsed(order, modules, names, wishes)
    starts = [wishes.focus] if wishes.focus is not None else roots
    place = {id(value): i for i, value in enumerate(order)}
    for name, value in (("focus", wishes.focus), ("highlight", wishes.highlight)):
        if value is not None and id(value) not in place:
            raise _outside(name, value)
    # a module's one box stands for much
    always = list(boxes.members)[: wishes.max_nodes - 1] if wishes.focus is None else []
    is_overview = bool(always) and len(boxes.operands) > wishes.max_nodes
    room = min(wishes.max_nodes - len(always), OVERVIEW) if is_overview else wishes.max_nodes
    radius = 3 if wishes.focus is not None and wishes.radius is None else wishes.radius
    drawn = nearest(boxes, [boxes.box[place[id(v)]] for v in starts], max(room, 1), radius) | dict.fromkeys(always, 0)
    keys = _in_order(boxes, drawn)
    values = tuple(order[key] if isinstance(key, int) else None for key in keys)
    flow = flow_of(roots, [value for value in values if value is not None])
    position = {key: i for i, key in enumerate(keys)}
    asked = {place[id(root)] for root in roots}
    reader = _Reader(boxes, modules, names, flow, wishes, position, _depending(boxes, wishes.highlight), asked)
    nodes = tuple(reader.node(key) for key in keys)
    seen = {node.module for node in nodes if node.module}
    around = {module for name in seen for module in names.path(name)}
    hidden = boxes.total - sum(node.inside or 1 for node in nodes)
    shown = [name for name in names.classes if name in around]
    graph = Graph(
        nodes,
        tuple(edge for i, key in enumerate(keys) for edge in reader.edges(i, key)),
        hidden,
        tuple((name, names.classes[name]) for name in shown),
        tuple(names.parents[name] for name in shown),
        tuple(sorted({position[boxes.box[at]] for at in asked if boxes.box[at] in position})),
        flow.remark,
        None if wishes.focus is None else position[boxes.box[place[id(wishes.focus)]]],
    )
    return graph, values


def _outside(name: str, value: object) -> Exception:
    if not isinstance(value, Value):
        return DtypeError(f"draw: {name}: found {type(value).__name__} {brief(value)}; expected a Value of the graph.")
    what = repr(value.label) if value.label else "an unlabelled Value"
    return ArgumentError(f"draw: {name}: found {what}, which is not in the graph; expected one that leads to the root.")


def _collapsed(order: Sequence[Value], modules: Sequence[str], names: Names, wishes: Wishes) -> Boxes:
    """The boxes of the graph: as many modules collapsed as it was asked for, or as the budget asks for."""
    if wishes.depth is not None:
        return surveyed(order, owners(modules, names, wishes.depth + 1))
    boxes = surveyed(order, owners(modules, names, None))
    deepest = max((len(names.path(module)) for module in set(modules) if module), default=0)
    for depth in range(deepest, 0, -1):
        if wishes.focus is not None or len(boxes.operands) <= wishes.max_nodes:
            break
        if boxes.members and 2 * len(boxes.members) <= wishes.max_nodes:
            break  # what is still too much lies outside of modules: it is left out by its distance
        boxes = surveyed(order, owners(modules, names, depth))
    return boxes


def _in_order(boxes: Boxes, drawn: Mapping[Key, int]) -> list[Key]:
    """The drawn boxes, operands first; a constant before what it goes into, a module where its last node stands."""
    last = {module: members[-1] for module, members in boxes.members.items()}

    def position(key: Key) -> tuple[int, int]:
        match key:
            case Constant(target, operand):
                return target, operand
            case str():
                return last[key], 1 << 30
        return key, 1 << 30

    return sorted(drawn, key=position)


@dataclass(frozen=True)
class _Reader:
    """Makes the records of boxes."""

    boxes: Boxes
    modules: Sequence[str]
    names: Names
    flow: Flow
    wishes: Wishes
    position: dict[Key, int]
    path: set[Key]
    roots: set[int]  # their places in the order

    def node(self, key: Key) -> Node:
        """The record of a box."""
        if isinstance(key, Constant):
            target = self.boxes.order[key.target]
            return Node("constant", quantity(target.inputs[key.operand]), module=self.modules[key.target])
        if isinstance(key, str):
            return self._module(key)
        value = self.boxes.order[key]
        label = self._label(value, self.modules[key])
        gradient = quantity(value.grad) if value.has_grad else None
        marks = (*self.wishes.marks.get(id(value), ()), *self.flow.marks.get(id(value), ()))
        flow, module = self.flow.gradients.get(id(value)), self.modules[key]
        hidden = sum(operand not in self.position for operand in self.boxes.operands[key])
        if value.op is None:
            kind: Literal["leaf", "constant"] = "leaf" if value.requires_grad else "constant"
            return Node(kind, quantity(value.data), gradient, label, flow=flow, module=module, marks=marks)
        return Node(
            "operation", quantity(value.data), gradient, label, value.op.symbol, arguments(value), hidden, flow, module,
            marks, builder=value.op.builder,
        )  # fmt: skip

    def _label(self, value: Value, module: str) -> str:
        """A parameter's name as in state_dict, inside the module's cluster without the module's; else the label."""
        name = self.names.values.get(id(value), "")
        if id(value) in self.names.owners:
            return name.removeprefix(f"{module}.")
        return value.label or name

    def _module(self, name: str) -> Node:
        """The record of a collapsed module: the range of what leaves it and of its gradient, and what is in it."""
        values = [self.boxes.order[i] for i in self.boxes.members[name]]
        inside = len(values) + sum(not isinstance(x, Value) for value in values for x in value.inputs)
        results = self._results(name)
        told = results or values  # parameters alone: a module whose call is not known
        data = range_of(value.data for value in told)
        gradient = range_of(value.grad for value in told if value.has_grad)
        found = Counter(mark for value in values for mark in self.wishes.marks.get(id(value), ()))
        marks = tuple(f"{mark} ({n:,})" if n > 1 else mark for mark, n in found.items())
        outside = [key for key in self.boxes.operands[name] if key not in self.position]
        around = self.names.parents[name]
        return Node(
            "group", data or NOTHING, gradient, name, self.names.classes[name], (), len(outside), None, around, marks,
            inside, shapes=tuple(dict.fromkeys(value.shape for value in results if value.shape)),
        )  # fmt: skip

    def _results(self, name: str) -> list[Value]:
        """What a collapsed module computed that others use, or that was asked for; not its parameters."""
        leaving = self.boxes.results[name] | {i for i in self.roots if self.boxes.box[i] == name}
        values = [self.boxes.order[i] for i in sorted(leaving)]
        return [value for value in values if value.op is not None]

    def edges(self, target: int, key: Key) -> list[Edge]:
        """The edges that end in a box: one for each operand of a node, one for each source of a collapsed module."""
        drawn = [(slot, source) for slot, source in enumerate(self.boxes.operands[key]) if source in self.position]
        if isinstance(key, str):
            counted = Counter(source for _, source in drawn)
            return [self._edge(source, target, slot, key, times=n) for slot, (source, n) in enumerate(counted.items())]
        known = self.flow.edges
        consumer = id(self.boxes.order[key]) if isinstance(key, int) else 0
        return [
            self._edge(source, target, slot, key, *known.get((consumer, slot), (None, None))) for slot, source in drawn
        ]

    def _edge(
        self,
        source: Key,
        target: int,
        slot: int,
        key: Key,
        local: Quantity | None = None,
        contribution: Quantity | None = None,
        times: int = 1,
    ) -> Edge:
        on_path = source in self.path and key in self.path
        return Edge(self.position[source], target, slot, local, contribution, times, on_path)


def _depending(boxes: Boxes, start: Value | None) -> set[Key]:
    """The boxes on the paths from a Value to the roots."""
    found: set[int] = set() if start is None else {id(start)}
    if not found:
        return set()
    keys: set[Key] = set()
    for box, value in zip(boxes.box, boxes.order, strict=True):
        if id(value) in found or any(id(x) in found for x in value.inputs):
            found.add(id(value))
            keys.add(box)
    return keys
