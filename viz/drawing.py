"""`draw` and what it returns: a picture of a computation graph, for a notebook, a file or a terminal."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd import Value
from autograd.errors import MissingPackageError, RenderError, UnsupportedError
from viz.boxes import RANKDIR, SHOWN, Look
from viz.checks import CHOICES, is_count, require, roots_of, suffix_of
from viz.dot import dot_text
from viz.engines import TIMEOUT, render
from viz.flow import why_unknown
from viz.quantities import brief
from viz.reading import Wishes, marks_of, read_with_values
from viz.records import MAX_NODES, Blank, Graph
from viz.svg import embeddable
from viz.wording import listing

if TYPE_CHECKING:
    import graphviz

__all__ = ["Drawing", "Page", "draw", "draw_dot"]


@dataclass(frozen=True, repr=False)
class Page:
    """A stepping page: `html` is the whole file; a notebook shows it in a frame of its own, which no script leaves."""

    html: str
    nodes: int

    def _repr_html_(self) -> str:
        look = "width:100%;height:640px;border:1px solid #8b949e;border-radius:6px"
        return f'<iframe title="{self!r}" sandbox="allow-scripts" style="{look}" srcdoc="{escape(self.html)}"></iframe>'

    def __repr__(self) -> str:
        return f"Page({self.nodes:,} nodes)"


@dataclass(frozen=True, repr=False)
class Drawing:
    """A picture of a graph as it was when `draw` was called; a notebook shows it, `save` writes it to a file.

    >>> from autograd import Value
    >>> draw(Value(2.0, label="a") * 3.0)
    Drawing(3 nodes, 2 edges)
    """

    graph: Graph
    look: Look = field(default_factory=Look)
    timeout: float = TIMEOUT
    engine: str = "auto"
    _values: tuple[Value | None, ...] = field(default=(), compare=False)
    _prefix: str = field(default_factory=lambda: _new_prefix(), compare=False)

    @property
    def dot(self) -> str:
        """The picture as DOT text, the same for the same graph."""
        return dot_text(self.graph, self.look)

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
        """Write the picture to `path`, as its suffix says: .svg, .png, .pdf, .dot, .txt or .html; return the path.

        The HTML file is the stepping page, as `interactive` shows it. Nothing is written unless the picture is
        complete. The same graph gives the same SVG file.

        Raises:
            ArgumentError: for any other suffix.
            MissingPackageError, RenderError: as `svg`; not for .dot, .txt and .html.
        """
        path = Path(path)
        suffix = suffix_of(path)
        if suffix == ".svg":
            content = self._svg().encode()
        elif suffix in (".png", ".pdf"):
            content = render(self.dot, suffix[1:], self.timeout, self.engine)
        elif suffix in (".dot", ".txt"):
            content = (self.dot if suffix == ".dot" else f"{self.text()}\n").encode()
        else:
            content = self._page("").encode()
        path.write_bytes(content)
        return path

    def interactive(self) -> Page:
        """A page that steps through the forward and the backward pass, for a notebook; `save("x.html")` writes it.

        Without any Graphviz it steps through a table of the nodes.

        Raises:
            UnsupportedError: for a worksheet, whose blanks it would fill in.

        >>> from autograd import Value
        >>> draw(Value(2.0) * 3.0).interactive()
        Page(3 nodes)
        """
        return Page(self._page(self._prefix), len(self.graph.nodes))

    def _page(self, prefix: str) -> str:
        from viz.page import numeric_gradients, page_html

        if any(type(quantity) is Blank for node in self.graph.nodes for quantity in (node.data, node.gradient)):
            raise UnsupportedError(
                "Drawing.interactive: found a picture with blanks, whose steps would tell what is to be found; "
                "expected one without. Worksheet.save('x.html') writes a page of the sheet and one of the key."
            )
        picture = None
        with suppress(MissingPackageError, RenderError):  # the page says so, and shows a table
            picture = self._svg(prefix)
        roots = [value for i, value in enumerate(self._values) if i in self.graph.roots and value is not None]
        numeric = numeric_gradients(roots[0], self._values) if len(roots) == 1 else {}
        return page_html(self.graph, picture, prefix, numeric)

    def _svg(self, prefix: str = "") -> str:
        picture = render(dot_text(self.graph, self.look, prefix), "svg", self.timeout, self.engine)
        try:
            return embeddable(picture.decode(), prefix, self.look.theme)
        except ValueError as error:  # no UTF-8, or no <svg in it
            raise RenderError(f"render: found an engine whose answer is no SVG, but {brief(picture)}.") from error

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold: the picture, with ids of its own, and not the graph behind it."""
        state = {name: part for name, part in self.__dict__.items() if name != "svg"}
        return state | {"_values": (), "_prefix": _new_prefix()}

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
        inside = sum(node.inside for node in self.graph.nodes)
        collapsed = f", {inside:,} nodes inside modules" if inside else ""
        hidden = f", {self.graph.hidden:,} nodes hidden" if self.graph.hidden else ""
        return f"Drawing({len(self.graph.nodes):,} nodes, {len(self.graph.edges):,} edges{collapsed}{hidden})"


def _new_prefix() -> str:
    return f"g{secrets.token_hex(4)}_"


def draw(
    root: Value | Sequence[Value],
    *,
    names: Any = None,
    show: Sequence[str] = SHOWN,
    edges: str = "none",
    color: str = "grad",
    rankdir: str = RANKDIR,
    group: str = "module",
    depth: int | None = None,
    max_nodes: int = MAX_NODES,
    focus: Value | None = None,
    radius: int | None = None,
    highlight: Value | None = None,
    arrays: str = "summary",
    diagnosis: Iterable[Any] = (),
    legend: bool = False,
    theme: str = "auto",
    engine: str = "auto",
    timeout: float = TIMEOUT,
) -> Drawing:
    """Draw the graph that computed `root`: labels, operations, data and gradients, one edge an operand.

    Args:
        root: the Value whose graph is drawn, or a list of several.
        names: where Values without a label take their names from: `locals()`, or a module, whose parameters are named
            as in its state_dict.
        show: what stands in the boxes: "label", "op", "data", "grad".
        edges: what stands on the edges: "none", "local" for the local derivative, or "contribution" for what an edge
            adds to the gradient of the node it comes from, in one backward pass from the root. Both need `backward()`.
        color: colour boxes by the size of their gradient ("grad"), badges by kind ("op"), or "none".
        rankdir: the way the data flow: "LR", "RL", "TB" (down, which suits a long graph on a page) or "BT" (up).
        group: "module" draws modules found by `names` as clusters, "none" does not.
        depth: how many levels of modules are open; 0 draws the outermost as one box. None opens as many as fit.
        max_nodes: of a larger graph modules are collapsed, then only the nodes nearest to the root (or the focus) are
            drawn, and the picture says what it hides.
        focus: a Value of the graph to draw the surroundings of, up to `radius` steps away (3 by default).
        highlight: a Value of the graph, such as a parameter, whose paths to the root are drawn thick.
        arrays: draw arrays by their "summary", a "heatmap" centred at zero, or in "full"; else means of blocks.
        diagnosis: what `diagnose` found, marked where it was found.
        legend: explain the signs in the picture.
        theme: "light", "dark", or "auto": light, and dark in a page that is.
        engine: "dot", "pygraphviz", or "auto": whichever is there.
        timeout: seconds that Graphviz may take for one picture.

    Raises:
        DtypeError: if `root`, `focus` or `highlight` is not a Value, or `names` is neither a mapping nor a module.
        ArgumentError: for an unknown choice, a limit that is not a positive number, or a focus outside the graph.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> y.backward()
    >>> print(draw(y, names=locals()).text())
    n0  leaf  x  data 3  grad 6
    n1  *(n0, n0)  y  data 9  grad 1
    """
    roots = roots_of(root)
    show = tuple(show) if isinstance(show, Iterable) and not isinstance(show, str) else (show,)
    choices = {"edges": edges, "color": color, "rankdir": rankdir, "group": group, "arrays": arrays}
    choices |= {"theme": theme, "engine": engine}
    for name, chosen in choices.items():
        is_known = isinstance(chosen, str) and chosen in CHOICES[name]
        require(f"draw: {name}", chosen, is_known, f"one of {', '.join(CHOICES[name])}")
    require("draw: show", show, all(part in SHOWN for part in show), f"some of {', '.join(SHOWN)}")
    require("draw: max_nodes", max_nodes, is_count(max_nodes, 1), "a positive integer")
    require("draw: depth", depth, depth is None or is_count(depth, 0), "a whole number of levels, or None")
    require("draw: radius", radius, radius is None or is_count(radius, 0), "a whole number of steps, or None")
    is_number = isinstance(timeout, Real) and not isinstance(timeout, bool)
    require("draw: timeout", timeout, is_number and timeout > 0, "a positive number of seconds")
    wishes = Wishes(names, group, depth, max_nodes, focus, radius, highlight, marks_of(diagnosis))  # type: ignore[arg-type]
    graph, values = read_with_values(roots, wishes)
    if edges != "none" and not graph.remark:
        graph = replace(graph, remark=why_unknown(roots))
    look = Look(rankdir, show, edges, color, arrays, theme, legend)  # type: ignore[arg-type]
    return Drawing(graph, look, timeout, engine, values)


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
    require("draw_dot: format", format, format in FORMATS, "a format of Graphviz's, such as 'svg', 'png' or 'pdf'")
    source = Source(drawing.dot, format=format)
    source.drawing = drawing
    return source
