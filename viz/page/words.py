"""How the stepping page writes numbers, arrays, names and operations. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from viz.records import Array, Blank, Edge, Graph, Node, Quantity
from viz.wording import columns, number, printable

__all__ = ["describe", "exact", "expression", "figure", "inputs_of", "kind_of", "names_of", "shape_of"]

OPERANDS = 6  # that are named in a line; of more, the first few and their number
_TIGHT = {"*", "/", "**"}  # written without spaces between names, as in a*b


def figure(quantity: Quantity) -> str:
    """One figure as Python writes a float, in four significant digits; an array of more elements by its shape.

    >>> from viz.records import Number
    >>> figure(Number(-3.0)), figure(Number(0.25)), figure(Number(1e-9)), figure(Array((2, 3), "float64", 0, 1, 2))
    ('-3.0', '0.25', '1e-09', '(2, 3)')
    """
    if isinstance(quantity, Blank):
        return quantity.figure
    if isinstance(quantity, Array) and shape_of(quantity):
        return str(quantity.shape)
    text = number(quantity.mean if isinstance(quantity, Array) else quantity.value)
    return f"{text}.0" if text.lstrip("-").isdecimal() else text


def describe(quantity: Quantity) -> str:
    """A number as it is, an array by what is known of its elements.

    >>> describe(Array((2, 3), "float64", 0.0, 1.0, 2.0))
    'min 0, mean 1, max 2'
    """
    if not isinstance(quantity, Array) or not shape_of(quantity):
        return figure(quantity)
    found = {name: text for name, text in columns(quantity).items() if text != "nan"}
    return ", ".join(f"{name} {text}".strip() for name, text in found.items()) or "nan"


def exact(quantity: Quantity) -> str:
    """All that is known, in full precision.

    >>> from viz.records import Number
    >>> exact(Number(1 / 3))
    '0.3333333333333333'
    """
    if isinstance(quantity, Blank):
        return quantity.figure
    if not isinstance(quantity, Array):
        return repr(quantity.value)
    if not shape_of(quantity):
        return f"{quantity.mean!r}, shape {quantity.shape} {quantity.dtype}".rstrip()
    parts = [f"shape {quantity.shape}", quantity.dtype] if quantity.dtype else [kind_of(quantity)]
    if 0 not in quantity.shape:
        parts += [f"min {quantity.minimum!r}", f"mean {quantity.mean!r}", f"max {quantity.maximum!r}"]
        parts += [f"{quantity.zeros:.0%} zeros"] * (quantity.zeros > 0.0)
    return ", ".join(part for part in parts if part)


def kind_of(array: Array) -> str:
    """Shape and dtype of an array; how many numbers there are, where they are those that leave a collapsed module.

    >>> kind_of(Array((2, 3), "float32", 0.0, 1.0, 2.0)), kind_of(Array((500,), "", 0.0, 1.0, 2.0))
    ('(2, 3) float32', '500 numbers')
    """
    return f"{array.shape} {array.dtype}" if array.dtype else f"{math.prod(array.shape):,} numbers"


def shape_of(quantity: Quantity) -> tuple[int, ...]:
    """The shape of an array of several elements (or none), () for one number.

    >>> shape_of(Array((1, 1), "float64", 2.0, 2.0, 2.0)), shape_of(Array((3,), "float64", 0.0, 1.0, 2.0))
    ((), (3,))
    """
    if not isinstance(quantity, Array) or all(length == 1 for length in quantity.shape):
        return ()
    return quantity.shape


def names_of(graph: Graph) -> list[str]:
    """What each node is called: its label, its number where there is none, both where a label occurs twice.

    A parameter is called as in `state_dict` where its label alone would not do.

    >>> from viz.records import Number
    >>> names_of(Graph((Node("leaf", Number(1.0), label="x"), Node("leaf", Number(2.0))), ()))
    ['x', 'n1']
    """
    labels = [node.label for node in graph.nodes]
    often = Counter(labels)
    for i, node in enumerate(graph.nodes):
        if often[node.label] > 1 and node.label and node.module and node.kind == "leaf":
            labels[i] = f"{node.module}.{node.label}"
    often = Counter(labels)
    shown = [printable(label) for label in labels]
    return [
        f"n{i}" if not label else f"{shown[i]}#{i}" if often[label] > 1 else shown[i] for i, label in enumerate(labels)
    ]


def inputs_of(graph: Graph) -> list[list[tuple[int, Edge]]]:
    """The edges into each node in the order of its operands, each with its position in `graph.edges`."""
    found: list[list[tuple[int, Edge]]] = [[] for _ in graph.nodes]
    for place, edge in enumerate(graph.edges):
        found[edge.target].append((place, edge))
    for edges in found:
        edges.sort(key=lambda pair: pair[1].operand)
    return found


def expression(node: Node, operands: Sequence[str], *, tight: bool = True) -> str:
    """How a node is computed from its operands, as a line of code; `tight` sets no spaces around `*`.

    >>> from viz.records import Number
    >>> expression(Node("operation", Number(6.0), operation="*"), ["a", "b"])
    'a*b'
    >>> expression(Node("operation", Number(6.0), operation="sum", parameters=("axis=0",)), ["a"])
    'sum(a, axis=0)'
    """
    sign, parameters = printable(node.operation), [printable(parameter) for parameter in node.parameters]
    is_sign = bool(sign) and not any(c.isalnum() or c == "_" for c in sign)
    if is_sign and not parameters and len(operands) == 2:
        left, right = operands
        if sign == "**" and left.startswith("-"):
            left = f"({left})"  # -3 ** 2 would be -(3 ** 2)
        return f"{left}{sign}{right}" if tight and sign in _TIGHT else f"{left} {sign} {right}"
    if is_sign and not parameters and len(operands) == 1:
        return f"{sign}({operands[0]})" if operands[0].startswith("-") else f"{sign}{operands[0]}"
    shown = list(operands[:OPERANDS])
    if len(operands) > OPERANDS:
        shown.append(f"… {len(operands):,} operands")
    return f"{sign}({', '.join([*shown, *parameters])})"
