"""The box of a node as one of Graphviz's HTML-like labels: ports, badge, label, figures, heat map, marks. Pure."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from viz.colours import BUILDERS, DARK, GROUND, LIGHT, heat, step
from viz.records import RIGHT, Array, Edge, Node, Number, Quantity
from viz.wording import caption, columns, hidden_operands, inside, number, printable, signed

__all__ = ["DIRECTIONS", "RANKDIR", "SHOWN", "STYLES", "Look", "box", "escaped", "gradient_size", "small"]

DIRECTIONS = {"LR": "w", "RL": "e", "TB": "n", "BT": "s"}  # rankdir: the side of a box where its operands arrive
RANKDIR = "LR"  # as one reads
SHOWN = ("label", "op", "data", "grad")
STYLES = {"leaf": "ROUNDED", "operation": "SOLID", "constant": "DASHED,ROUNDED", "group": "SOLID"}


@dataclass(frozen=True)
class Look:
    """How records are drawn; the arguments of `draw` of these names."""

    rankdir: str = RANKDIR
    show: tuple[str, ...] = SHOWN
    edges: Literal["none", "local", "contribution"] = "none"
    color: Literal["grad", "op", "none"] = "grad"
    arrays: Literal["summary", "heatmap", "full"] = "summary"
    theme: Literal["auto", "light", "dark"] = "auto"
    legend: bool = False

    @property
    def colours(self) -> dict[str, str]:
        """The palette that is drawn with; `auto` draws a light picture that a page may turn dark."""
        return DARK if self.theme == "dark" else LIGHT


def box(node: Node, operands: list[Edge], look: Look, border: int, largest: float, frame: str = "line") -> str:
    """The table that is a node: ports, badge and body, from the side where the operands arrive to the other.

    `largest` is the largest gradient of the picture, beside which the node's is coloured; `frame` names the colour of
    the frame.
    """
    across = look.rankdir in ("LR", "RL")
    parts = [_cell(_body(node, look), padding=4)]
    if node.kind in ("operation", "group"):
        tint = f' BGCOLOR="{look.colours[_badge_colour(node, look)]}"'
        is_one = node.kind == "operation"  # a collapsed module has operands without an order
        ports = [f'<TD PORT="o{edge.operand}" WIDTH="4" HEIGHT="4"></TD>' for edge in operands if is_one]
        stack = [_cell(_table(_rows(ports, not across)), 0, tint)] if ports else []
        badge = [_cell(_badge(node, look), 4, tint)] if "op" in look.show else []
        parts = [*stack, *badge, *parts]
    if look.rankdir in ("RL", "BT"):
        parts.reverse()
    fill = step(gradient_size(node), largest) if look.color == "grad" else ""
    width = 2 if node.kind == "group" else border
    colours = f'COLOR="{look.colours[frame]}" BGCOLOR="{look.colours[fill or node.kind]}"'
    return _table(_rows(parts, across), max(width, border), f' {colours} STYLE="{STYLES[node.kind]}"')


def gradient_size(node: Node) -> float:
    """The size of a node's gradient, of an array that of the largest element; 0 where there is none."""
    gradient = node.gradient if node.flow is None else node.flow
    if isinstance(gradient, Number):
        return abs(gradient.value)
    if isinstance(gradient, Array):
        return max(abs(gradient.minimum), abs(gradient.maximum))
    return 0.0


def _badge_colour(node: Node, look: Look) -> str:
    if look.color != "op":
        return "badge"
    return "arithmetic" if not node.operation.isidentifier() else BUILDERS.get(node.builder, "other")


def _badge(node: Node, look: Look) -> str:
    """The operation and, in small letters below, its parameters; a space in the sign's size keeps the lines apart."""
    sign = f'<FONT POINT-SIZE="14"><B>{escaped(printable(node.operation)) or " "}</B></FONT>'
    strut = '<FONT POINT-SIZE="14"> </FONT>'
    parameters = (f"<BR/>{strut}{small(printable(parameter), look)}{strut}" for parameter in node.parameters)
    return "".join([sign, *parameters])


def _body(node: Node, look: Look) -> str:
    """Label, marks, shape, data and gradient of a node: a number's in one cell each, an array's in columns."""
    rows: list[list[str]] = []
    if node.label and "label" in look.show:
        rows.append([f"<B>{escaped(printable(node.label))}</B>"])
    rows += [[_mark(mark, look)] for mark in node.marks]
    rows += [[small(text, look)] for text in (caption(node.data), inside(node)) if text]
    figures = [("data", node.data, "ink")] if "data" in look.show else []
    if node.gradient is not None and "grad" in look.show:
        figures.append(("grad", node.gradient, "gradient"))
    names = max((columns(quantity) for _, quantity, _ in figures), key=len, default={})  # a module's data may be one
    heads = [small(f"  {name}", look) for name in names if name]
    if heads:
        rows.append(["", *heads])
    is_bare = node.kind == "constant" and not node.label and isinstance(node.data, Number)
    for word, quantity, colour in figures:
        rows.append(_figures("" if is_bare else word, quantity, look.colours[colour]))
        rows += _pictures(quantity, look)
    if node.hidden_operands:
        rows.append([small(hidden_operands(node), look)])
    span = f' ALIGN="LEFT" COLSPAN="{len(heads) + 1}"'
    lines = (_cell(row[0], 1, span) if len(row) == 1 else "".join(map(_cell, row)) for row in rows)
    return _table(_rows(lines, across=False)) if rows else " "


def _mark(mark: str, look: Look) -> str:
    colour = "function" if mark == RIGHT else "mark"
    cell = _cell(f'<FONT POINT-SIZE="10"><B>{escaped(signed(mark))}</B></FONT>', 1)
    return _table(_rows([cell], across=False), 1, f' COLOR="{look.colours["ink"]}" BGCOLOR="{look.colours[colour]}"')


def _figures(word: str, quantity: Quantity, colour: str) -> list[str]:
    """The cells of one row."""
    figures = list(columns(quantity).values())
    words = [word, *(f"  {figure}" for figure in figures)]
    if len(figures) == 1:  # in one cell, since a long label above would drive two cells apart
        words = ["".join(words).strip()]
    return [f'<FONT COLOR="{colour}">{escaped(each)}</FONT>' for each in words]


def _pictures(quantity: Quantity, look: Look) -> list[list[str]]:
    """The elements of an array, as a heat map or as numbers."""
    if not isinstance(quantity, Array) or sum(map(len, quantity.cells)) < 2 or look.arrays == "summary":
        return []
    if look.arrays == "full":
        rows = (
            "".join(_cell(small(f" {number(x)}", look), 1, ' ALIGN="RIGHT"') for x in row) for row in quantity.cells
        )
        return [[_table(_rows(rows, across=False))], *_blocks(quantity, look)]
    largest = max((abs(x) for row in quantity.cells for x in row if abs(x) < float("inf")), default=0.0)
    rows = (
        "".join(
            f'<TD WIDTH="9" HEIGHT="9" BORDER="{int(framed)}" COLOR="{LIGHT["ink"]}" BGCOLOR="{colour}"></TD>'
            for colour, framed in heat(row, largest)
        )
        for row in quantity.cells
    )
    look_of_table = f' CELLSPACING="1" COLOR="{look.colours["line"]}" BGCOLOR="{GROUND}"'
    return [[_table(_rows(rows, across=False), 1, look_of_table)], *_blocks(quantity, look)]


def _blocks(quantity: Array, look: Look) -> list[list[str]]:
    drawn = sum(map(len, quantity.cells))
    return [[small("means of blocks", look)]] if drawn < math.prod(quantity.shape) else []


def small(text: str, look: Look) -> str:
    """A note in small, quiet letters."""
    return f'<FONT POINT-SIZE="10" COLOR="{look.colours["quiet"]}">{escaped(text)}</FONT>'


def _cell(content: str, padding: int = 1, attributes: str = ' ALIGN="LEFT"') -> str:
    return f'<TD CELLPADDING="{padding}"{attributes}>{content}</TD>'


def _rows(cells: Iterable[str], across: bool) -> str:
    return f"<TR>{''.join(cells)}</TR>" if across else "".join(f"<TR>{cell}</TR>" for cell in cells)


def _table(rows: str, border: int = 0, attributes: str = "") -> str:
    spacing = "" if "CELLSPACING" in attributes else ' CELLSPACING="0"'
    return f'<TABLE BORDER="{border}" CELLBORDER="0"{spacing}{attributes}>{rows}</TABLE>'


def escaped(text: str) -> str:
    """Text as it must stand inside an HTML-like label, where Graphviz reads backslashes too."""
    return html.escape(text).replace("\\", "\\\\")
