"""The second layer of a drawing: records to DOT text. Pure and deterministic.

Nodes are named by their topological index. The box of an operation has a badge on the side where its operands arrive,
with one port an operand, in operand order: `x * x` shows two edges that end in two places, and `a - b` tells which is
which. Modules are clusters, one inside the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from viz.boxes import DIRECTIONS, Look, box, escaped, gradient_size, small
from viz.legend import legend
from viz.records import Edge, Graph
from viz.wording import flowing, note, printable

__all__ = ["dot_text"]

_USUAL = Look()
FEW = 60  # edges, up to which those between modules are labelled: layers of many units would drown in labels


def dot_text(graph: Graph, look: Look = _USUAL, prefix: str = "") -> str:
    """The DOT text of a picture; `prefix` stands before every id in it, so that two pictures can share a page.

    >>> from viz.records import Node, Number
    >>> graph = Graph((Node("leaf", Number(1.0)), Node("operation", Number(-1.0))), (Edge(0, 1, 0),))
    >>> "n0 -> n1:o0:n" in dot_text(graph, Look("TB"))
    True
    """
    return "\n".join(_Picture(graph, look, prefix).lines())


class _Picture:
    """One DOT text in the making."""

    def __init__(self, graph: Graph, look: Look, prefix: str) -> None:
        self.graph, self.look, self.prefix = graph, look, prefix
        self.modules = {name: (place, kind) for place, (name, kind) in enumerate(graph.modules)}
        self.parents = {name: parent for (name, _), parent in zip(graph.modules, graph.parents, strict=False)}
        self.inside: dict[str, list[int]] = {}
        for i, node in enumerate(graph.nodes):
            self.inside.setdefault(node.module, []).append(i)
        self.operands: list[list[Edge]] = [[] for _ in graph.nodes]
        for edge in graph.edges:
            self.operands[edge.target].append(edge)
        self.largest = max(filter(isfinite, map(gradient_size, graph.nodes)), default=0.0)

    def lines(self) -> Iterator[str]:
        colours, rankdir = self.look.colours, self.look.rankdir
        yield "digraph glassgrad {"
        yield (
            f'  graph [id="{self.prefix}graph" rankdir={rankdir} bgcolor="{colours["paper"]}" pad=0.1 ranksep=0.4 '
            "nodesep=0.18]"
        )
        yield from self._note()
        yield f"  node [shape=plain {self._font(12)}]"
        yield f'  edge [color="{colours["line"]}" arrowsize=0.6 {self._font(10)}]'
        if self.look.legend:
            yield f'  legend [id="{self.prefix}legend" label=<{legend(self.graph, self.look)}>]'
        for module in ("", *self.modules):
            yield from self._open(module)
        for edge in self.graph.edges:
            yield self._edge(edge)
        yield "}"
        yield ""

    def _open(self, module: str) -> Iterator[str]:
        """The nodes that lie in a module, inside the clusters of the modules around it."""
        inside = self.inside.get(module, [])
        if not inside:
            return
        around = self._around(module)
        colours = self.look.colours
        for depth, name in enumerate(around, 1):
            place, kind = self.modules[name]
            label = escaped(printable(name if name == kind else f"{name}  {kind}"))
            yield f"{'  ' * depth}subgraph cluster_{place} {{"
            yield (
                f'{"  " * (depth + 1)}graph [id="{self.prefix}m{place}" class="cluster" '
                f'style="rounded,filled" color="{colours["line"]}" fillcolor="{colours["cluster"]}" '
                f"margin=8 labeljust=l {self._font(11)} label=<{label}>]"
            )
        indent = "  " * (len(around) + 1)
        for i in inside:
            yield f"{indent}{self._node(i)}"
        for depth in range(len(around), 0, -1):
            yield f"{'  ' * depth}}}"

    def _around(self, module: str) -> list[str]:
        """The modules around a module, outermost first, and itself."""
        found = []
        while module:
            found.append(module)
            module = self.parents.get(module, "")
        return found[::-1]

    def _node(self, i: int) -> str:
        node = self.graph.nodes[i]
        is_root = i in self.graph.roots
        classes = f"{node.kind} root" if is_root else node.kind
        is_focus = i == self.graph.focus
        border, frame = 3 if is_root or is_focus else 1, "path" if is_focus else "line"
        table = box(node, self.operands[i], self.look, border, self.largest, frame)
        return f'n{i} [id="{self.prefix}n{i}" class="{classes}" label=<{table}>]'

    def _edge(self, edge: Edge) -> str:
        look = f'id="{self.prefix}e{edge.target}_{edge.operand}"'
        if edge.on_path:
            look += f' class="path" color="{self.look.colours["path"]}" penwidth=2.5'
        words = flowing(edge, self.look.edges)
        if words and (edge.times == 1 or len(self.graph.edges) <= FEW):
            look += f" label=<{small(words, self.look)}>"
        elif words:
            look += f' tooltip="{words}"'
        is_one = self.graph.nodes[edge.target].kind == "operation"
        end = f"n{edge.target}:o{edge.operand}" if is_one else f"n{edge.target}"
        return f"  n{edge.source} -> {end}:{DIRECTIONS[self.look.rankdir]} [{look}]"

    def _font(self, size: int) -> str:
        return f'fontname="Helvetica,Arial,sans-serif" fontsize={size} fontcolor="{self.look.colours["ink"]}"'

    def _note(self) -> list[str]:
        """What is hidden, above the picture, in letters that grow with it: they are read when the whole is in view."""
        text = "".join(f'{escaped(line)}<BR ALIGN="LEFT"/>' for line in note(self.graph))
        size = 14 + len(self.graph.nodes) // 10
        gap = '<FONT POINT-SIZE="8"> </FONT><BR ALIGN="LEFT"/>'  # or the first box would touch the last line
        return [f"  graph [labelloc=t labeljust=l {self._font(size)} label=<{text}{gap}>]"] if text else []
