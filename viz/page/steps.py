"""The steps of a forward and a backward pass, each with the arithmetic it does, from records alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Literal

from viz.page.sums import dims, repeated, same, total_of
from viz.page.words import describe, expression, figure, inputs_of, names_of, shape_of
from viz.records import Edge, Graph, Node, Quantity
from viz.wording import inside

__all__ = ["Phase", "Step", "steps_of"]

Phase = Literal["start", "forward", "seed", "backward", "end"]
TERMS = 4  # of a running sum that are written out, the latest ones


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it computes as a `formula`, and `words` that say what else there is to know.

    `node` is the node that gets its data or its gradient (the root in the phases start and end), `edge` the position
    in `Graph.edges` of the edge that a gradient comes along. `total` is the node's gradient after this step, where it
    is known, and `done` tells whether that is all of it.
    """

    phase: Phase
    node: int
    formula: str
    words: str
    edge: int | None = None
    total: Quantity | None = None
    done: bool = True


def steps_of(graph: Graph) -> list[Step]:
    """The steps of a graph: the given values, each operation, then each contribution to a gradient, from the root back.

    The gradients are those of one backward pass (`Node.flow`); without them there is no backward part.

    >>> from viz.records import Number
    >>> nodes = (Node("leaf", Number(2.0), label="a"), Node("operation", Number(4.0), label="y", operation="*"))
    >>> for step in steps_of(Graph(nodes, (Edge(0, 1, 0), Edge(0, 1, 1)))):
    ...     print(step.phase, step.formula)
    start 1 leaf and 0 constants are given
    forward y = a*a = 2.0 * 2.0 = 4.0
    end y = 4.0
    """
    return [*_Telling(graph).steps()]


class _Telling:
    """Tells the steps of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.names, self.inputs = graph, names_of(graph), inputs_of(graph)
        self.order = _order(graph)
        self.root = graph.roots[-1] if graph.roots else len(graph.nodes) - 1
        self.ways = [0] * len(graph.nodes)  # contributions that a node gets
        for edge in graph.edges:
            self.ways[edge.source] += edge.contribution is not None
        self.got: list[list[Quantity]] = [[] for _ in graph.nodes]

    def steps(self) -> Iterator[Step]:
        """All of them, in order."""
        yield self._start()
        for i in self.order:
            node = self.graph.nodes[i]
            if node.kind == "operation":
                yield self._forward(i, node)
            elif node.kind == "group":
                yield self._group(i, node)
        if self.graph.nodes[self.root].flow is not None:
            yield from self._backward()
        yield self._end()

    def _start(self) -> Step:
        kinds = [node.kind for node in self.graph.nodes]
        leaves, constants = kinds.count("leaf"), kinds.count("constant")
        counts = [f"{leaves:,} {'leaf' if leaves == 1 else 'leaves'}"]
        counts.append(f"{constants:,} constant{'s' * (constants != 1)}")
        words = "The forward pass computes every other node from them."
        return Step("start", self.root, f"{' and '.join(counts)} are given", words)

    # ---- forward ----

    def _forward(self, i: int, node: Node) -> Step:
        sources = [edge.source for _, edge in self.inputs[i]]
        operands = [self.graph.nodes[source] for source in sources]
        data = [operand.data for operand in operands if operand.kind != "group"]
        figures = ["…" if operand.kind == "group" else figure(operand.data) for operand in operands]
        missing = ["…"] * node.hidden_operands
        terms = [self._term(source) for source in sources] + missing
        code = expression(node, terms)
        values = expression(node, figures + missing, tight=False)
        arrow = "→" if any(map(shape_of, (*data, node.data))) else "="
        result = figure(node.data)
        middle = "" if values.replace(" ", "") in (code.replace(" ", ""), result) else f" = {values}"
        formula = f"{self.names[i]} = {code}{middle} {arrow} {result}"
        return Step("forward", i, formula, self._about(i, node, sources))

    def _term(self, i: int) -> str:
        """What stands for an operand in a formula: its name, a bare constant itself."""
        node = self.graph.nodes[i]
        is_bare = node.kind == "constant" and not node.label and not shape_of(node.data)
        return figure(node.data) if is_bare else self.names[i]

    def _about(self, i: int, node: Node, sources: list[int]) -> str:
        words = []
        shape = shape_of(node.data)
        if shape:
            words.append(f"{self.names[i]}: {describe(node.data)}.")
        for source in dict.fromkeys(sources):
            axes = repeated(dims(self.graph.nodes[source].data), dims(node.data))
            if axes and node.builder == "elementwise":
                words.append(f"{self._term(source)} is repeated along {_axes(axes)}.")
        if node.hidden_operands:
            words.append(f"{node.hidden_operands:,} of its operands are not drawn.")
        return " ".join([*words, *self._marks(node)])

    def _group(self, i: int, node: Node) -> Step:
        formula = f"{self.names[i]} = {node.operation or 'module'}(…) → {inside(node)}"
        return Step("forward", i, formula, " ".join([f"Its results: {describe(node.data)}.", *self._marks(node)]))

    def _marks(self, node: Node) -> list[str]:
        return [f"Note: {mark}." for mark in node.marks]

    # ---- backward ----

    def _backward(self) -> Iterator[Step]:
        root, name = self.graph.nodes[self.root], self.names[self.root]
        assert root.flow is not None
        formula = f"∂{name}/∂{name} = {figure(root.flow)}"
        if shape_of(root.flow):
            formula = f"∂L/∂{name} is given: {figure(root.flow)}"
        words = "The backward pass begins at the root and hands each node's gradient back to its operands."
        yield Step("seed", self.root, formula, words, total=root.flow)
        for i in reversed(self.order):
            node = self.graph.nodes[i]
            if i != self.root and not self.ways[i]:
                gradient = node.gradient if node.kind == "group" else node.flow
                if gradient is not None:
                    yield self._unseen(i, node, gradient)
            for place, edge in self.inputs[i]:
                if edge.contribution is not None:
                    yield self._contribution(place, edge, edge.contribution)

    def _slope(self, i: int) -> str:
        """The gradient of a node as a fraction; a root that is an array stands for what is computed from it."""
        shape = shape_of(self.graph.nodes[self.root].data)
        return f"∂{'L' if shape else self.names[self.root]}/∂{self.names[i]}"

    def _unseen(self, i: int, node: Node, gradient: Quantity) -> Step:
        words = "It comes over paths that are not drawn."
        if node.kind == "group":
            words = "The gradient of what leaves it."
        formula = f"{self._slope(i)} {'→' if shape_of(gradient) else '='} {describe(gradient)}"
        return Step("backward", i, formula, words, total=gradient)

    def _contribution(self, place: int, edge: Edge, contribution: Quantity) -> Step:
        got = self.got[edge.source]
        got.append(contribution)
        done = len(got) == self.ways[edge.source]
        flow = self.graph.nodes[edge.source].flow
        total = flow if done and flow is not None else total_of(got)
        product, figures, about = self._product(edge)
        arrow = "→" if shape_of(contribution) or "(" in figures else "="
        middle = f" = {figures}" if figures else ""
        formula = f"{self._slope(edge.source)} += {product}{middle} {arrow} {figure(contribution)}"
        words = [about] if about else []
        if shape_of(contribution):
            words.append(f"Contribution: {describe(contribution)}.")
        words.append(self._running(edge.source, got, flow, done))
        return Step("backward", edge.source, formula, " ".join(words), place, total, done)

    def _product(self, edge: Edge) -> tuple[str, str, str]:
        """The chain rule along an edge in names, in figures, and what it sums over."""
        target, source = self.graph.nodes[edge.target], self.graph.nodes[edge.source]
        incoming = self._slope(edge.target)
        flow = figure(target.flow) if target.flow is not None else "…"
        if edge.local is None:
            return self._rule(edge, target, incoming, flow)
        product = f"{incoming} · ∂{self.names[edge.target]}/∂{self.names[edge.source]}"
        figures = f"{flow} · {figure(edge.local)}"
        axes = repeated(dims(source.data), dims(target.data))
        if axes and shape_of(target.data):
            over = f"sum over {_axes(axes)} of "
            about = f"{self._term(edge.source)} was repeated along {_axes(axes)}: what comes back is summed there."
            return over + product, figures, about
        return product, figures, ""

    def _rule(self, edge: Edge, target: Node, incoming: str, flow: str) -> tuple[str, str, str]:
        """The same for an operation that has no derivative element by element."""
        operands = [source.source for _, source in self.inputs[edge.target]]
        is_matrix = all(len(dims(self.graph.nodes[i].data)) == 2 for i in operands)
        if target.operation == "@" and len(operands) == 2 and is_matrix:
            other = operands[1 - edge.operand]
            factors = [incoming, f"{self.names[other]}ᵀ"]
            figures = [flow, str(dims(self.graph.nodes[other].data)[::-1])]
            order = 1 if edge.operand == 0 else -1
            return " @ ".join(factors[::order]), " @ ".join(figures[::order]), ""
        rule = expression(target, [self._term(i) for i in operands])
        return f"reverse rule of {rule} on {incoming}", flow if flow != "…" else "", ""

    def _running(self, i: int, got: list[Quantity], flow: Quantity | None, done: bool) -> str:
        ways, name, total = self.ways[i], self.names[i], total_of(got)
        sentence = ""
        if len(got) > 1 and total is not None:
            terms = " + ".join(_signed(figure(x)) for x in got[-TERMS:])
            dots = "… + " if len(got) > TERMS else ""
            result = f"{dots}{terms} = {figure(total)}" if not shape_of(total) else describe(total)
            sentence = f"Path {len(got)} of {ways}: the sum so far is {result}."
        elif ways > 1:
            sentence = f"Path 1 of {ways}."
        if not done:
            return sentence
        if flow is not None and total is not None and not same(total, flow, got):
            return f"{sentence} With the paths that are not drawn the gradient of {name} is {describe(flow)}.".strip()
        return f"{sentence} The gradient of {name} is complete.".strip()

    # ---- the end ----

    def _end(self) -> Step:
        root = self.graph.nodes[self.root]
        words = [self.graph.remark] if self.graph.remark else []
        if root.flow is None:
            words.append("No backward pass was recorded: call backward() before draw() to see the gradients.")
        for node, name in zip(self.graph.nodes, self.names, strict=True):
            held, once = node.gradient, node.flow
            if node.kind == "leaf" and held is not None and once is not None and not same(held, once, [once]):
                words.append(
                    f"{name}.grad holds {describe(held)}, not {describe(once)}: gradients of several passes add up in "
                    "a leaf until zero_grad() is called."
                )
        arrow = "→" if shape_of(root.data) else "="
        formula = f"{self.names[self.root]} {arrow} {figure(root.data)}"
        if root.flow is not None:
            formula += ", and every gradient is there"
        return Step("end", self.root, formula, " ".join(words[:4]))


def _order(graph: Graph) -> list[int]:
    """The nodes, operands first; where a module and what stands around it need one another, the earlier one first."""
    waiting = [0] * len(graph.nodes)
    consumers: list[list[int]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        waiting[edge.target] += 1
        consumers[edge.source].append(edge.target)
    left = dict.fromkeys(range(len(graph.nodes)))
    ready = [i for i in left if not waiting[i]]
    order = []
    while left:
        i = heappop(ready) if ready else next(iter(left))
        if i not in left:
            continue  # it was taken before its turn
        del left[i]
        order.append(i)
        for consumer in consumers[i]:
            waiting[consumer] -= 1
            if not waiting[consumer]:
                heappush(ready, consumer)
    return order


def _signed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _axes(axes: list[int]) -> str:
    if len(axes) == 1:
        return f"axis {axes[0]}"
    return f"axes {', '.join(map(str, axes[:-1]))} and {axes[-1]}"
