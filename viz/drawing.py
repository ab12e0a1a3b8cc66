"""`draw` and what it returns: a picture of a computation graph, for a notebook, a file or a terminal."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, MissingPackageError
from viz.dot import DIRECTIONS, RANKDIR, dot_text
from viz.engines import TIMEOUT, render
from viz.records import MAX_NODES, Graph, brief, read
from viz.svg import embeddable
from viz.wording import listing

if TYPE_CHECKING:
    import graphviz

__all__ = ["Drawing", "draw", "draw_dot"]

_SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".txt")


@dataclass(frozen=True, repr=False)
class Drawing:
    """A picture of a graph as it was when `draw` was called; a notebook shows it, `save` writes it to a file.

    >>> from autograd import Value
    >>> draw(Value(2.0, label="a") * 3.0)
    Drawing(3 nodes, 2 edges)
    """

    graph: Graph
    rankdir: str = RANKDIR
    timeout: float = TIMEOUT
    _prefix: str = field(default_factory=lambda: f"g{secrets.token_hex(4)}_", compare=False)

    @property
    def dot(self) -> str:
        """The picture as DOT text, the same for the same graph."""
        return dot_text(self.graph, self.rankdir)

    @cached_property
    def svg(self) -> str:
        """The picture as an `<svg>` element for a page; its ids occur in no other picture.

        Raises:
            MissingPackageError: without any Graphviz; the message names the line that installs one.
            RenderError: when Graphviz fails or takes longer than `timeout` seconds.
        """
        return self._svg(self._prefix)

    def text(self) -> str:
        """The graph as plain text, one line a node, operands first; needs no Graphviz.

        >>> from autograd import Value
        >>> print(draw(Value(2.0, label="a") * 3.0).text())
        n0  leaf  a  data 2
        n1  constant  data 3
        n2  *(n0, n1)  data 6
        """
        return listing(self.graph)

    def save(self, path: str | Path) -> Path:
        """Write the picture to `path`, as its suffix says: .svg, .png, .pdf, .dot or .txt; return the path.

        Nothing is written unless the picture is complete. The same graph gives the same SVG file.

        Raises:
            ArgumentError: for any other suffix.
            MissingPackageError, RenderError: as `svg`; not for .dot and .txt.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix == ".svg":
            content = self._svg().encode()
        elif suffix in (".png", ".pdf"):
            content = render(self.dot, suffix[1:], self.timeout)
        elif suffix in (".dot", ".txt"):
            content = (self.dot if suffix == ".dot" else f"{self.text()}\n").encode()
        else:
            raise ArgumentError(f"save: path: found {str(path)!r}; expected it to end in {', '.join(_SUFFIXES)}.")
        path.write_bytes(content)
        return path

    def _svg(self, prefix: str = "") -> str:
        return embeddable(render(dot_text(self.graph, self.rankdir, prefix), "svg", self.timeout).decode(), prefix)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, str]:
        """What a notebook shows: the picture, and the text where there is none; never an error."""
        text, picture = "text/plain", "image/svg+xml"
        wanted = ({text, picture} if include is None else set(include)).difference(exclude or ())
        bundle = {text: self.text()}
        if picture in wanted:
            try:
                bundle[picture] = self.svg
            except Exception as error:  # whatever it is, the cell shows the text and the reason
                bundle[text] = f"No picture: {error}\n\n{bundle[text]}"
        return {kind: content for kind, content in bundle.items() if kind in wanted}

    def __repr__(self) -> str:
        hidden = f", {self.graph.hidden:,} nodes hidden" if self.graph.hidden else ""
        return f"Drawing({len(self.graph.nodes):,} nodes, {len(self.graph.edges):,} edges{hidden})"


def draw(root: Value, *, rankdir: str = RANKDIR, max_nodes: int = MAX_NODES, timeout: float = TIMEOUT) -> Drawing:
    """Draw the graph that computed `root`: labels, operations, data and gradients, one edge an operand.

    Args:
        root: the Value whose graph is drawn.
        rankdir: the way the data flow: "LR", "RL", "TB" (down) or "BT" (up).
        max_nodes: of a larger graph only the nodes nearest to the root are drawn, and the picture says what it hides.
        timeout: seconds that Graphviz may take for one picture.

    Raises:
        DtypeError: if `root` is not a Value.
        ArgumentError: for an unknown `rankdir`, or a limit that is not a positive number.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.backward()
    >>> print(draw(y).text())
    n0  leaf  x  data 3  grad 6
    n1  *(n0, n0)  data 9  grad 1
    """
    if not isinstance(root, Value):
        raise DtypeError(
            f"draw: root: found {type(root).__name__} {brief(root)}; expected one Value. "
            "Pass the result whose graph is to be drawn."
        )
    _require("draw: rankdir", rankdir, rankdir in list(DIRECTIONS), f"one of {', '.join(DIRECTIONS)}")
    is_count = isinstance(max_nodes, int) and not isinstance(max_nodes, bool)
    _require("draw: max_nodes", max_nodes, is_count and max_nodes > 0, "a positive integer")
    is_number = isinstance(timeout, Real) and not isinstance(timeout, bool)
    _require("draw: timeout", timeout, is_number and timeout > 0, "a positive number of seconds")
    return Drawing(read(root, max_nodes), rankdir, timeout)


def _require(what: str, found: object, is_right: bool, expected: str) -> None:
    if not is_right:
        raise ArgumentError(f"{what}: found {found!r}; expected {expected}.")


def draw_dot(root: Value, format: str = "svg", rankdir: str = RANKDIR) -> graphviz.Source:
    """Draw as micrograd's notebooks do: `draw(root)` as a `graphviz.Source`, which displays and renders itself.

    It displays as a `Drawing` does, and its `render` and `pipe` make do with pygraphviz where `dot` is not on PATH.

    Raises:
        MissingPackageError: if the package graphviz is not installed; `draw` does not need it.
        ArgumentError: for a format that Graphviz does not know.
        DtypeError, ArgumentError: as `draw`.

    >>> from autograd import Value
    >>> draw_dot(Value(2.0) * 3.0).format
    'svg'
    """
    drawing = draw(root, rankdir=rankdir)
    try:
        from viz.source import FORMATS, Source
    except ImportError as error:
        raise MissingPackageError(
            "draw_dot: the package graphviz is not installed; expected it, to return a graphviz.Source. "
            'Install it with: pip install "glassgrad[viz]", or call draw(root) instead.'
        ) from error
    _require("draw_dot: format", format, format in FORMATS, "a format of Graphviz's, such as 'svg', 'png' or 'pdf'")
    source = Source(drawing.dot, format=format)
    source.drawing = drawing
    return source
