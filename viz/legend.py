"""What the signs of a picture mean, as a box of the picture. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from viz.boxes import STYLES, Look, small
from viz.colours import NEGATIVE, NOT_A_NUMBER, POSITIVE
from viz.records import Array, Graph

__all__ = ["legend"]

_KINDS = {
    "leaf": "a leaf: gradients flow to it",
    "constant": "a constant: no gradient",
    "operation": "an operation, with its result and the gradient of it",
    "group": "a module as one box: the range of what leaves it",
}
_SIZES = {  # as in colours.STEPS
    "size4": "gradients of the largest size, to 1/3 of it",
    "size3": "gradients to 1/10 of it",
    "size2": "gradients to 1/100 of it",
    "size1": "gradients smaller, but not zero",
}
_BADGES = {
    "arithmetic": "arithmetic",
    "function": "a function of each element",
    "reduction": "a reduction over axes",
    "linear": "a product, or elements moved",
    "other": "a question, or another rule",
}
_EDGES = {  # a sign as it stands in the picture, and what it means
    "none": ("→", "an edge: from an operand to what is computed of it"),
    "local": ("∂", "on an edge: the local derivative ∂result/∂operand"),
    "contribution": ("+=", "on an edge: what it adds to the operand's gradient"),
}


def legend(graph: Graph, look: Look) -> str:
    """A table that explains the kinds of boxes, the colours and the edges that the picture has."""
    cells = "".join(
        f'<TR><TD WIDTH="18" HEIGHT="12" {swatch}></TD><TD ALIGN="LEFT">{small(f"{text}   ", look)}</TD></TR>'
        for swatch, text in _swatches(graph, look)
    )
    sign, text = _EDGES[look.edges]
    last = f'<TR><TD>{small(sign, look)}</TD><TD ALIGN="LEFT">{small(f"{text}   ", look)}</TD></TR>'
    look_of_table = f'COLOR="{look.colours["line"]}" BGCOLOR="{look.colours["paper"]}"'
    return f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="2" {look_of_table}>{cells}{last}</TABLE>'


def _swatches(graph: Graph, look: Look) -> Iterator[tuple[str, str]]:
    """The attributes of a cell that shows a sign, and what the sign means."""
    kinds = {node.kind for node in graph.nodes}
    line, path = (f'COLOR="{look.colours[name]}"' for name in ("line", "path"))
    for kind, text in _KINDS.items():
        if kind in kinds:
            border = 2 if kind == "group" else 1
            yield f'BGCOLOR="{look.colours[kind]}" STYLE="{STYLES[kind]}" {line} BORDER="{border}"', text
    if graph.roots:
        yield f'{line} BORDER="3"', "a thick frame: what draw was asked for"
    if graph.focus is not None:
        yield f'{path} BORDER="3"', "a frame like this: the focus, whose surroundings are drawn"
    badges_or_sizes = {"grad": _SIZES, "op": _BADGES, "none": {}}[look.color]
    for name, text in badges_or_sizes.items():
        yield f'BGCOLOR="{look.colours[name]}"', text
    if look.arrays == "heatmap":
        yield f'BGCOLOR="{POSITIVE}"', "positive"
        yield f'BGCOLOR="{NEGATIVE}" {line} BORDER="1"', "negative: framed"
        figures = (figure for node in graph.nodes for figure in (node.data, node.gradient))
        if any(x != x for figure in figures if isinstance(figure, Array) for row in figure.cells for x in row):
            yield f'BGCOLOR="{NOT_A_NUMBER}"', "NaN, not a number"
    if any(edge.on_path for edge in graph.edges):
        yield f'BGCOLOR="{look.colours["path"]}"', "a path to the root"
