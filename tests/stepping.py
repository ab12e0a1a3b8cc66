"""Stepping pages for the tests: a few graphs, each with the page that is made of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import numpy as np

from autograd import Value, topological_order
from viz import draw
from viz.engines import engines
from viz.page import numeric_gradients, page_html
from viz.records import Graph

HOSTILE = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror='alert(2)'>",
    "<!--<script>",
    "]]> &amp; \\u003c \\",
    "{{program}}",
    "${alert(3)}`",
    "é 😀 \u2028 \x00 \ud800",
    "x" * 10_000,
]


@dataclass(frozen=True)
class Example:
    """A root, its records, and the Value of each node; None for constants."""

    root: Value
    graph: Graph
    values: tuple[Value | None, ...]

    def page(self, prefix: str = "p_", picture: bool = True, numeric: bool = True) -> str:
        """The stepping page; without Graphviz, or if so wished, the one without a picture."""
        svg = None
        if picture and engines("svg"):
            drawing = draw(self.root)
            found = re.search(r'id="(\w+_)graph"', drawing.svg)
            assert found
            svg = drawing.svg.replace(found[1], prefix)
        gradients = numeric_gradients(self.root, self.values) if numeric else None
        return page_html(self.graph, svg, prefix, gradients)


def example(root: Value) -> Example:
    graph = draw(root).graph
    tracked = iter([value for value in topological_order(root) if value.requires_grad])
    values = tuple(None if node.kind == "constant" else next(tracked) for node in graph.nodes)
    return Example(root, graph, values)


def scalars() -> Example:
    """The README's kind of graph: two paths lead from d to L."""
    a, b, c, f = (Value(x, label=name) for x, name in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-0.2, "f")))
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    loss = (d * f).tanh() + d * 0.1
    loss.label = "L"
    loss.backward()
    return example(loss)


def arrays() -> Example:
    w, b = Value([[1.0, -1.0, 0.3], [0.5, 2.0, -0.2]], label="W"), Value(np.zeros(3), label="b")
    h = (np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 1.0], [2.0, 2.0]]) @ w + b).tanh()
    h.label = "h"
    loss = (h * h).sum(axis=0).mean()
    loss.label = "L"
    loss.backward()
    return example(loss)


def hostile() -> Example:
    total: Any = 0.0
    for i, label in enumerate(HOSTILE):
        total = total + Value(float(i + 1), label=label) * 2.0
    total.label = HOSTILE[0]
    total.backward()
    return example(total)


class Page(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and the texts of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = tag
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_data(self, data: str) -> None:
        if self.inside in self.texts:
            self.texts[self.inside][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    @property
    def data(self) -> dict[str, Any]:
        """What the program of the page is told."""
        found: dict[str, Any] = json.loads(self.texts["script"][0])
        return found

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]
