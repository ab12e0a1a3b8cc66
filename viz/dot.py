"""The second layer of a drawing: records to DOT text. Pure and deterministic.

Nodes are named by their topological index. The box of an operation has a badge on the side where its operands arrive,
with one port an operand, in operand order: `x * x` shows two edges that end in two places, and `a - b` tells which is
which.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from viz.records import Edge, Graph, Node, Number, Quantity
from viz.wording import caption, columns, hidden_operands, note, printable

__all__ = ["COLOURS", "DIRECTIONS", "RANKDIR", "dot_text"]

DIRECTIONS = {"LR": "w", "RL": "e", "TB": "n", "BT": "s"}  # rankdir: the side of a box where its operands arrive
RANKDIR = "LR"  # as one reads

# The light theme; `viz.svg` holds the dark one under the same names. Kinds of nodes differ in border and layout as well
# as in colour, and every text has a contrast of at least 4.5 to what it stands on.
COLOURS = {
    "paper": "#ffffff",
    "ink": "#1c2128",
    "quiet": "#57606a",
    "gradient": "#8a3b00",
    "line": "#6e7781",
    "leaf": "#ddf0ff",
    "operation": "#fffdf6",
    "badge": "#ffe9b8",
    "constant": "#f6f8fa",
}
_STYLES = {"leaf": "ROUNDED", "operation": "SOLID", "constant": "DASHED,ROUNDED"}


def dot_text(graph: Graph, rankdir: str = RANKDIR, prefix: str = "") -> str:
    """The DOT text of a picture; `prefix` stands before every id in it, so that two pictures can share a page.

    >>> from viz.records import Node, Number
    >>> graph = Graph((Node("leaf", Number(1.0)), Node("operation", Number(-1.0))), (Edge(0, 1, 0),))
    >>> "n0 -> n1:o0:n" in dot_text(graph, rankdir="TB")
    True
    """
    operands: list[list[Edge]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        operands[edge.target].append(edge)
    lines = [
        "digraph glassgrad {",
        f'  graph [id="{prefix}graph" rankdir={rankdir} bgcolor="{COLOURS["paper"]}" pad=0.1 ranksep=0.4 nodesep=0.18]',
        *_note(graph),
        f"  node [shape=plain {_font(12)}]",
        f'  edge [color="{COLOURS["line"]}" arrowsize=0.6]',
    ]
    for i, node in enumerate(graph.nodes):
        is_root = i == len(graph.nodes) - 1
        classes = f"{node.kind} root" if is_root else node.kind
        box = _box(node, operands[i], rankdir, border=3 if is_root else 1)
        lines.append(f'  n{i} [id="{prefix}n{i}" class="{classes}" label=<{box}>]')
        for edge in operands[i]:
            ends = f"n{edge.source} -> n{i}:o{edge.operand}:{DIRECTIONS[rankdir]}"
            lines.append(f'  {ends} [id="{prefix}e{i}_{edge.operand}"]')
    return "\n".join([*lines, "}", ""])


def _font(size: int) -> str:
    return f'fontname="Helvetica,Arial,sans-serif" fontsize={size} fontcolor="{COLOURS["ink"]}"'


def _note(graph: Graph) -> list[str]:
    """What is hidden, above the picture, in letters that grow with it: they are read when the whole is in view."""
    text = "".join(f'{_text(line)}<BR ALIGN="LEFT"/>' for line in note(graph))
    size = 14 + len(graph.nodes) // 10
    return [f"  graph [labelloc=t labeljust=l {_font(size)} label=<{text}>]"] if text else []


def _box(node: Node, operands: list[Edge], rankdir: str, border: int) -> str:
    """The table that is a node: ports, badge and body, from the side where the operands arrive to the other."""
    across = rankdir in ("LR", "RL")
    parts = [_cell(_body(node), padding=4)]
    if node.kind == "operation":
        tint = f' BGCOLOR="{COLOURS["badge"]}"'
        ports = [f'<TD PORT="o{edge.operand}" WIDTH="4" HEIGHT="4"></TD>' for edge in operands]
        stack = [_cell(_table(_rows(ports, not across)), 0, tint)] if ports else []
        parts = [*stack, _cell(_badge(node), 4, tint), *parts]
    if rankdir in ("RL", "BT"):
        parts.reverse()
    look = f' COLOR="{COLOURS["line"]}" BGCOLOR="{COLOURS[node.kind]}" STYLE="{_STYLES[node.kind]}"'
    return _table(_rows(parts, across), border, look)


def _badge(node: Node) -> str:
    """The operation and, in small letters below, its parameters; a space in the sign's size keeps the lines apart."""
    sign = f'<FONT POINT-SIZE="14"><B>{_text(printable(node.operation))}</B></FONT>'
    strut = '<FONT POINT-SIZE="14"> </FONT>'
    return "".join([sign, *(f"<BR/>{strut}{_small(printable(parameter))}{strut}" for parameter in node.parameters)])


def _body(node: Node) -> str:
    """Label, shape, data and gradient of a node: a number's in one cell each, an array's in columns."""
    rows = [[f"<B>{_text(printable(node.label))}</B>" if node.label else ""], [_small(caption(node.data))]]
    heads = [_small(f"  {name}") for name in columns(node.data) if name]
    if heads:
        rows.append(["", *heads])
    is_bare = node.kind == "constant" and not node.label and isinstance(node.data, Number)
    rows.append(_figures("" if is_bare else "data", node.data, "ink"))
    if node.gradient is not None:
        rows.append(_figures("grad", node.gradient, "gradient"))
    rows.append([_small(hidden_operands(node))])
    span = f' ALIGN="LEFT" COLSPAN="{len(heads) + 1}"'
    lines = (_cell(row[0], 1, span) if len(row) == 1 else "".join(map(_cell, row)) for row in rows if row != [""])
    return _table(_rows(lines, across=False))


def _figures(word: str, quantity: Quantity, colour: str) -> list[str]:
    """The cells of one row."""
    figures = list(columns(quantity).values())
    words = [word, *(f"  {figure}" for figure in figures)]
    if len(figures) == 1:  # in one cell, since a long label above would drive two cells apart
        words = ["".join(words).strip()]
    return [f'<FONT COLOR="{COLOURS[colour]}">{_text(each)}</FONT>' for each in words]


def _small(text: str) -> str:
    return f'<FONT POINT-SIZE="10" COLOR="{COLOURS["quiet"]}">{_text(text)}</FONT>' if text else ""


def _cell(content: str, padding: int = 1, attributes: str = ' ALIGN="LEFT"') -> str:
    return f'<TD CELLPADDING="{padding}"{attributes}>{content}</TD>'


def _rows(cells: Iterable[str], across: bool) -> str:
    return f"<TR>{''.join(cells)}</TR>" if across else "".join(f"<TR>{cell}</TR>" for cell in cells)


def _table(rows: str, border: int = 0, attributes: str = "") -> str:
    return f'<TABLE BORDER="{border}" CELLBORDER="0" CELLSPACING="0"{attributes}>{rows}</TABLE>'


def _text(text: str) -> str:
    """Text as it must stand inside an HTML-like label, where Graphviz reads backslashes too."""
    return html.escape(text).replace("\\", "\\\\")
