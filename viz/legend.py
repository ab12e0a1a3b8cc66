"""What the signs of a picture mean, as a box of the picture. Pure."""

from __future__ import annotations

from viz.boxes import Look, small
from viz.records import Graph

__all__ = ["legend"]

_EDGES = {
    "none": "an edge: from an operand to what is computed of it",
    "local": "on an edge: the local derivative ∂result/∂operand",
    "contribution": "on an edge: what it adds to the operand's gradient",
}


def legend(graph: Graph, look: Look) -> str:
    """A table that explains the kinds of boxes, the colours and the edges that the picture has."""
    kinds = {node.kind for node in graph.nodes}
    rows = []
    for kind, style, text in (
        ("leaf", "ROUNDED", "a leaf: gradients flow to it"),
        ("constant", "DASHED,ROUNDED", "a constant: no gradient"),
        ("operation", "SOLID", "an operation, with its result and the gradient of it"),
        ("group", "SOLID", "a module as one box: the range of what is inside"),
    ):
        if kind in kinds:
            swatch = f'BGCOLOR="{look.colours[kind]}" STYLE="{style}" BORDER="{2 if kind == "group" else 1}"'
            rows.append((swatch, text))
    if look.color == "grad":
        rows += [
            (f'BGCOLOR="{look.colours[f"size{4 - i}"]}"', f"gradients {text}")
            for i, text in enumerate(
                ("of the largest size, to 1/3 of it", "to 1/10 of it", "to 1/100 of it", "smaller, but not zero")
            )
        ]
    if look.color == "op":
        rows += [
            (f'BGCOLOR="{look.colours[name]}"', text)
            for name, text in (
                ("arithmetic", "arithmetic"),
                ("function", "a function of each element"),
                ("reduction", "a reduction over axes"),
                ("linear", "a product, or elements moved"),
                ("other", "a question, or another rule"),
            )
        ]
    if look.arrays == "heatmap":
        rows += [('BGCOLOR="#d95f02"', "positive"), ('BGCOLOR="#1f5fb0" BORDER="1"', "negative: framed")]
    if any(edge.on_path for edge in graph.edges):
        rows.append((f'BGCOLOR="{look.colours["path"]}"', "a path to the root"))
    cells = "".join(
        f'<TR><TD WIDTH="18" HEIGHT="12" COLOR="{look.colours["line"]}" {swatch}></TD>'
        f'<TD ALIGN="LEFT">{small(text, look)}</TD></TR>'
        for swatch, text in rows
    )
    last = f'<TR><TD></TD><TD ALIGN="LEFT">{small(_EDGES[look.edges], look)}</TD></TR>'
    look_of_table = f'COLOR="{look.colours["line"]}" BGCOLOR="{look.colours["paper"]}"'
    return f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="2" {look_of_table}>{cells}{last}</TABLE>'
