"""What a worksheet and a comparison start from: a graph, one backward pass through it, and its records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from autograd import Value, topological_order
from autograd.errors import ArgumentError, DtypeError, GraphError
from viz.classroom.engine import Explanation, contributions, quiet, require_value, start
from viz.naming import Names, read_names
from viz.quantities import quantity
from viz.reading import Wishes, read_with_values
from viz.records import MAX_NODES, Array, Graph
from viz.wording import number, printable

__all__ = ["SPELT_OUT", "Lesson", "figure", "shape_of", "zero"]

SPELT_OUT = 100  # elements of an array that are written one by one: more of them nobody works out by hand
_IN_A_SENTENCE = 12


@dataclass(frozen=True, eq=False)
class Lesson:
    """A graph, inputs first, and what one backward pass from its root gave each Value that gradients flow to."""

    caller: str
    root: Value
    order: list[Value]
    explanations: dict[Value, Any]
    names: Any = None
    known: Names = field(default_factory=Names)

    @classmethod
    @quiet()
    def of(cls, caller: str, root: Value, gradient: Any, names: Any) -> Lesson:
        """The lesson of a root; `gradient` is the cotangent to start from, as for `backward`."""
        require_value(root, caller, "root")
        if not root.requires_grad:
            raise GraphError(
                f"{caller}: root: found a constant; expected what was computed from Values that require gradients."
            )
        tracked = topological_order(root, tracked_only=True)
        start(root, gradient, caller)  # an error is to name the function that was called
        totals, paths = contributions(root, tracked, gradient)
        explanations = {
            node: Explanation(node, zero(node) if total is None else total, found, "")
            for node, total, found in zip(tracked, totals, paths, strict=True)
        }
        return cls(caller, root, topological_order(root), explanations, names, read_names(names, caller))

    def gradient(self, node: Value) -> Any:
        """The gradient of a node in the one pass."""
        return self.explanations[node].gradient

    @cached_property
    def members(self) -> set[Value]:
        """The Values of the graph; they are hashed by identity."""
        return set(self.order)

    @cached_property
    def consumers(self) -> dict[Value, list[Value]]:
        """For each node the Values that were computed from it and that gradients flow through, each once."""
        found: dict[Value, dict[Value, None]] = defaultdict(dict)
        for node in self.explanations:
            for operand in node.inputs:
                if isinstance(operand, Value):
                    found[operand][node] = None
        return {node: list(found[node]) for node in self.order}

    @cached_property
    def places(self) -> dict[Value, int]:
        """The line of each Value in the text of the whole graph: constant operands have theirs before the operation."""
        places, line = {}, 0
        for node in self.order:
            line += sum(not isinstance(operand, Value) for operand in node.inputs)
            places[node] = line
            line += 1
        return places

    def graph(self, focus: Value | None = None) -> tuple[Graph, dict[Value, int]]:
        """The records, with the gradients of the one pass for those that the Values hold, and where each Value stands.

        Of a graph that is too large for a picture, what is around `focus`.
        """
        focus = focus if len(self.order) > MAX_NODES else None
        graph, values = read_with_values([self.root], Wishes(self.names, focus=focus))
        places = {value: i for i, value in enumerate(values) if value is not None}
        nodes = []
        for node, value in zip(graph.nodes, values, strict=True):
            shown = None if value is None or value not in self.explanations else quantity(self.gradient(value))
            nodes.append(replace(node, gradient=shown, flow=None, marks=()))
        edges = tuple(replace(edge, local=None, contribution=None) for edge in graph.edges)
        return replace(graph, nodes=tuple(nodes), edges=edges, remark=""), places

    def with_paths(self, graph: Graph, places: dict[Value, int], explained: Iterable[Value]) -> Graph:
        """The records with local derivatives and contributions on the edges that lead out of some nodes."""
        paths = {
            (places[path.consumer], path.place): path
            for node in explained
            for path in self.explanations[node].paths
            if path.consumer in places and node in places
        }
        edges = []
        for edge in graph.edges:
            path = paths.get((edge.target, edge.operand))
            if path is not None:
                local = None if path.local is None else quantity(path.local)
                edge = replace(edge, local=local, contribution=quantity(path.contribution))
            edges.append(edge)
        return replace(graph, edges=tuple(edges))

    def label(self, node: Value) -> str:
        """The name of a parameter as in state_dict, or the label of a node, or the name that `names` gives it."""
        name = self.known.values.get(id(node), "")
        return name if id(node) in self.known.owners else node.label or name

    def name(self, node: Value) -> str:
        """A node in a sentence: its label, or what it is and its line in the text of the graph."""
        if self.label(node):
            return printable(self.label(node))
        what = "the input" if node.op is None else f"the result of {node.op.name}"
        return f"{what} (n{self.places[node]})"

    def find(self, key: object, argument: str) -> Value:
        """The Value that a label stands for, or that is given itself."""
        where = f"{self.caller}: {argument}"
        if isinstance(key, Value):
            if key not in self.members:
                label = f" labelled {key.label!r}" if key.label else ""
                raise ArgumentError(
                    f"{where}: found a Value{label} that is not in the graph of the root; expected one that the root "
                    "was computed from."
                )
            return key
        if not isinstance(key, str):
            raise DtypeError(f"{where}: found {type(key).__name__}; expected the label of a Value (str), or the Value.")
        found = self._labelled.get(key, []) if key else []
        if len(found) > 1:
            raise ArgumentError(
                f"{where}: found {printable(key)!r}, the label of {len(found)} Values of the graph; expected one. Give "
                "the Value itself instead of its label, or label them apart."
            )
        if not found:
            text = f"found {printable(key)!r}, which labels no Value of the graph"
            raise ArgumentError(f"{where}: {text}. {self._hint(key)}")
        return found[0]

    @cached_property
    def _labelled(self) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = defaultdict(list)
        for node in self.order:
            for label in dict.fromkeys((node.label, self.known.values.get(id(node), ""))):
                found[label].append(node)
        found.pop("", None)
        return dict(found)

    def _hint(self, key: str) -> str:
        labels = list(self._labelled)
        if not labels:
            return 'No Value of it has a label: set one (x.label = "x"), or give the Values themselves.'
        near = get_close_matches(key, labels, 1)
        if near:
            return f"Did you mean {near[0]!r}?"
        known = ", ".join(repr(printable(label)) for label in labels[:10]) + ", ..." * (len(labels) > 10)
        return f"Expected one of its labels ({known}), or a Value."


def zero(node: Value) -> Any:
    """The gradient zero in the form of a node's data."""
    if isinstance(node.data, float):
        return 0.0
    import numpy as np  # an array is there, so NumPy is loaded already

    return np.zeros_like(node.data)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of plain data; () for a number."""
    return getattr(x, "shape", ())


def figure(x: Any, most: int = _IN_A_SENTENCE) -> str:
    """Plain data in a sentence: every element of an array that has no more than `most`.

    >>> figure(1 / 3), figure(np.array([[1.0, 2.0], [0.5, 1e-5]]))
    ('0.3333', '[[1, 2], [0.5, 1e-05]]')
    """
    if not shape_of(x):
        return _rows(x)
    if x.size > most:
        found = quantity(x)
        assert isinstance(found, Array)  # an array has no other record
        ends = f"min {number(found.minimum)}, mean {number(found.mean)}, max {number(found.maximum)}"
        return f"an array of shape {x.shape} ({ends})"
    return _rows(x.tolist())


def _rows(x: Any) -> str:
    return f"[{', '.join(map(_rows, x))}]" if isinstance(x, list) else number(float(x) + 0.0)  # -0 is 0
