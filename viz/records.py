"""Records: all that a picture tells of a graph, as plain data that knows nothing of DOT, of pictures or of pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["MAX_NODES", "RIGHT", "Array", "Blank", "Edge", "Graph", "Node", "Number", "Quantity", "Text"]

MAX_NODES = 400  # Graphviz lays that many out in a moment, and thousands in minutes
RIGHT = "right"  # the one mark that is good news


@dataclass(frozen=True, slots=True)
class Number:
    """The data or the gradient of a node that stores a number."""

    value: float


@dataclass(frozen=True, slots=True)
class Array:
    """What a picture tells of an array; the three statistics are NaN for an empty one, or for one that holds a NaN.

    `zeros` is the share of its elements that are zero; `cells` are rows of numbers for a heat map, of at most 8 x 8:
    the elements, or the means of blocks of them, of a matrix or of what the leading axes joined make one.
    """

    shape: tuple[int, ...]
    dtype: str
    minimum: float
    mean: float
    maximum: float
    zeros: float = 0.0
    cells: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Blank:
    """A figure that is left out, for a pupil to find; `figure` is what stands in its place."""

    figure: str = "______"


@dataclass(frozen=True, slots=True)
class Text(Blank):
    """What an operation was given that is no number, such as a function: `figure` tells it as code."""


Quantity = Number | Array | Blank


@dataclass(frozen=True, slots=True)
class Node:
    """One box of the picture: a Value, a constant operand of one, or a module that was collapsed to one box.

    `operation` is the sign or the name of what computed it, "" for a leaf or a constant; `parameters` are the other
    arguments of that call as text. `gradient` is None when none was ever computed; `flow` is the gradient of one
    backward pass from the root, where a pass was made at all. `hidden_operands` counts the operands that are left out
    of the graph. `module` is the dotted name of the module that a node belongs to, "" for none; `marks` say in a few
    words what was found about it. A collapsed module has the range of what leaves it as `data`, of the gradient
    of that as `gradient` (where it computed nothing, those of its parameters), its class as `operation`, in `inside`
    the number of nodes that it hides, and in `shapes` those of the arrays that leave it, each once. `builder` is the
    kind of mathematics that an operation is.
    """

    kind: Literal["leaf", "constant", "operation", "group"]
    data: Quantity
    gradient: Quantity | None = None
    label: str = ""
    operation: str = ""
    parameters: tuple[str, ...] = ()
    hidden_operands: int = 0
    flow: Quantity | None = None
    module: str = ""
    marks: tuple[str, ...] = ()
    inside: int = 0
    builder: str = ""
    shapes: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """Operand number `operand` of node `target` is node `source`; both are positions in `Graph.nodes`.

    `local` is the derivative of the target's elements by the source's, None where that is no number for each element;
    `contribution` is what the target hands to the source's gradient in one backward pass from the root. Both are None
    where no pass was made or no gradient flows. Between collapsed modules an edge stands for `times` operands.
    """

    source: int
    target: int
    operand: int
    local: Quantity | None = None
    contribution: Quantity | None = None
    times: int = 1
    on_path: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """All that a picture shows: nodes, operands first and the root last; edges; and how many nodes it hides.

    `hidden` counts the nodes that stand in no box, not those inside collapsed modules. `modules` gives the class of
    each module that owns nodes, by its dotted name, outer ones first, and `parents` the module around each, "" for
    none; `roots` are the nodes that were asked for, or the modules they are in; `focus` is the node whose surroundings
    are drawn, None for all; a `remark` says what could not be found out.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    hidden: int = 0
    modules: tuple[tuple[str, str], ...] = ()
    parents: tuple[str, ...] = ()
    roots: tuple[int, ...] = ()
    remark: str = ""
    focus: int | None = None
