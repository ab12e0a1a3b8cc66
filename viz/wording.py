"""How records are put into words, for pictures and for plain text: numbers, arrays, labels, what is hidden. Pure."""

from __future__ import annotations

import math

from viz.records import RIGHT, Array, Blank, Edge, Graph, Node, Quantity

__all__ = [
    "caption",
    "columns",
    "flowing",
    "hidden_operands",
    "inside",
    "listing",
    "note",
    "number",
    "printable",
    "signed",
    "title",
]

FEW = 3  # shapes that a box names
LONGEST = 40  # characters of a label that fit into a box


def number(x: float) -> str:
    """Four significant digits, however small the number.

    >>> number(2.0), number(1 / 3), number(0.00001234), number(123456.0)
    ('2', '0.3333', '1.234e-05', '1.235e+05')
    """
    return format(x, ".4g")


def printable(text: str) -> str:
    r"""Text that is safe to show on one line: control characters are written out, a long text is cut and says so.

    >>> printable("a\nb"), printable("x" * 10000)
    ('a\\nb', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (10,000 characters)')
    """
    head = text[:LONGEST] + f"… ({len(text):,} characters)" if len(text) > LONGEST else text
    joiner = "\u200d"  # holds the parts of one emoji together; every other invisible character is shown by its number
    return "".join(c if c.isprintable() or c == joiner else c.encode("unicode_escape").decode() for c in head)


def caption(quantity: Quantity) -> str:
    """Shape and dtype of an array, and the share of zeros among its elements, of several; nothing for a number.

    >>> caption(Array((2, 3), "float32", 0.0, 1.0, 2.0, zeros=0.5))
    '(2, 3) float32, 50 % zeros'
    >>> caption(Array((1,), "float32", 0.0, 0.0, 0.0, zeros=1.0))
    '(1,) float32'
    """
    if not isinstance(quantity, Array) or not quantity.dtype:
        return ""
    percent = 100.0 * quantity.zeros
    share = format(percent, ".2g" if percent < 99.0 else ".4g")  # a few zeros in a million are not none
    zeros = f", {share} % zeros" if quantity.zeros and math.prod(quantity.shape) > 1 else ""
    return f"{quantity.shape} {quantity.dtype}{zeros}"


def columns(quantity: Quantity) -> dict[str, str]:
    """The figures to show, by name; a single figure needs no name.

    >>> columns(Array((2, 3), "float32", 0.0, 1.0, 2.0))
    {'min': '0', 'mean': '1', 'max': '2'}
    """
    if isinstance(quantity, Blank):
        return {"": quantity.figure}
    if not isinstance(quantity, Array):
        return {"": number(quantity.value)}
    if 0 in quantity.shape:
        return {"": "empty"}
    if all(length == 1 for length in quantity.shape):
        return {"": number(quantity.mean)}
    return {"min": number(quantity.minimum), "mean": number(quantity.mean), "max": number(quantity.maximum)}


def title(node: Node) -> str:
    """The operation with its parameters, as in `sum axis=0`; "" for a leaf or a constant."""
    return " ".join(printable(word) for word in (node.operation, *node.parameters))


def signed(mark: str) -> str:
    """A mark with a sign before it.

    >>> signed("dead"), signed("right")
    ('! dead', '✓ right')
    """
    return f"{'✓' if mark == RIGHT else '!'} {printable(mark)}"


def hidden_operands(node: Node) -> str:
    """Which of a node's operands are left out of the picture; "" if none is."""
    count = node.hidden_operands
    return f"… {count:,} operand{'s' if count > 1 else ''} not drawn" if count else ""


def inside(node: Node) -> str:
    """How many nodes a collapsed module hides, and the shapes of what it gives; "" for any other box."""
    if not node.inside:
        return ""
    shapes = ", ".join(map(str, node.shapes[:FEW])) + ", …" * (len(node.shapes) > FEW)
    return f"{node.inside:,} node{'s' if node.inside > 1 else ''} inside" + f", gives {shapes}" * bool(shapes)


def flowing(edge: Edge, which: str) -> str:
    """What stands on an edge: the local derivative, what it contributes to the gradient, or how many edges it is."""
    if edge.times > 1:
        return f"{edge.times:,} edges"
    quantity = {"local": edge.local, "contribution": edge.contribution}.get(which)
    if quantity is None:
        return ""
    sign = "∂ " if which == "local" else "+= "
    if isinstance(quantity, Array) and "min" in columns(quantity) and quantity.minimum == quantity.maximum:
        return f"{sign}{number(quantity.mean)} each"
    return sign + _figures(quantity)


def note(graph: Graph) -> list[str]:
    """What the picture hides and how to see it, in lines; nothing if it hides nothing."""
    groups = [node.inside for node in graph.nodes if node.inside]
    drawn = len(graph.nodes) - len(groups)
    total = drawn + sum(groups) + graph.hidden
    lines = []
    if groups:
        boxes = f"{len(groups):,} collapsed module{'s' if len(groups) > 1 else ''}"
        lines.append(f"{sum(groups):,} of {total:,} nodes are inside {boxes}, {drawn:,} are drawn one by one.")
        lines.append(
            "draw(root, depth=...) opens or closes modules; draw(root, focus=v, radius=3) draws what is around v."
        )
    if graph.hidden:
        nearest = "the nearest ones" if graph.focus is None else "those around the focus"
        lines.append(
            f"{drawn:,} of {total:,} nodes are drawn, {nearest}; {graph.hidden:,} are hidden."
            if not groups
            else f"{graph.hidden:,} nodes farther away are hidden."
        )
        lines.append(
            "draw(root, max_nodes=...) draws more of them; draw(v) draws what led to the Value v."
            if graph.focus is None
            else "radius=... draws more steps around the focus, max_nodes=... more nodes."
        )
    return [*lines, *([graph.remark] if graph.remark else [])]


def listing(graph: Graph) -> str:
    """The graph as plain text, one line a node, operands first, for places that show no pictures."""
    operands: list[list[str]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        operands[edge.target].append(f"n{edge.source}")
    lines = [f"n{i}  {_line(node, operands[i])}" for i, node in enumerate(graph.nodes)]
    return "\n".join(note(graph) + lines)


def _line(node: Node, operands: list[str]) -> str:
    inputs = ", ".join(operands + [hidden_operands(node)] * bool(node.hidden_operands))
    what = f"{title(node)}({inputs})" if node.kind in ("operation", "group") else node.kind
    name = f"{node.module}.{node.label}" if node.module and node.kind == "leaf" else node.label
    parts = [what, printable(name), inside(node), caption(node.data), f"data {_figures(node.data)}"]
    if node.gradient is not None:
        parts.append(f"grad {_figures(node.gradient)}")
    parts += map(signed, node.marks)
    return "  ".join(part for part in parts if part)


def _figures(quantity: Quantity) -> str:
    return " ".join(f"{name} {figure}".strip() for name, figure in columns(quantity).items())
