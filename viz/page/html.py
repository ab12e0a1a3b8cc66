r"""Steps and a picture into one HTML file that needs no network and no other file. Pure but for the files beside it.

Whatever a user's label says is text: in HTML it is escaped, and the data for the program of the page are JSON in which
`<` is written `\u003c`. The page's own security policy names its one script and its styles by their hashes and allows
nothing else, no address at all among it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from viz.colours import DARK, LIGHT, variables
from viz.page.numeric import gap
from viz.page.steps import Step, steps_of
from viz.page.words import describe, exact, expression, figure, inputs_of, kind_of, names_of, shape_of
from viz.records import Array, Graph, Node, Quantity
from viz.wording import inside, note, number, printable, title

__all__ = ["TITLE", "page_html"]

SCRIPTS = ("boxes.js", "camera.js", "page.js", "nodes.js", "keys.js")  # one after the other, in one function
TITLE = "Forward and backward, step by step"


def page_html(
    graph: Graph,
    svg: str | None,
    prefix: str,
    numeric: Mapping[int, Quantity] | None = None,
    title: str = TITLE,
) -> str:
    """The stepping page of a graph, as the text of one HTML file.

    Args:
        graph: the records; the backward part tells `Node.flow` and `Edge.contribution`.
        svg: the picture as an `<svg>` element whose ids begin with `prefix`; without one the page steps through a
            table of the nodes.
        prefix: stands before every id in the page.
        numeric: gradients from differences by the position of a node, for the switch "numeric check".
        title: the heading.

    >>> from viz.records import Number
    >>> page = page_html(Graph((Node("leaf", Number(1.0), label="</script>"),), ()), None, "p_")
    >>> page[:15], page.count("</script>"), "://" in page
    ('<!DOCTYPE html>', 2, False)
    """
    style, program = _themes() + _file("page.css"), _program()
    styles = [style, *re.findall(r"<style[^>]*>(.*?)</style>", svg or "", re.DOTALL)]
    policy = (
        f"default-src 'none'; script-src {_digest(program)}; style-src {' '.join(map(_digest, styles))}; "
        "base-uri 'none'; form-action 'none'"
    )
    names = names_of(graph)
    facts = _facts(graph, names, numeric or {})
    parts = {
        "policy": policy,
        "title": html.escape(_clean(title)),
        "style": style,
        "program": program,
        "prefix": html.escape(prefix),
        "note": "".join(f"<p class=note>{html.escape(line)}</p>" for line in note(graph)),
        "picture": svg or "",
        "remark": "" if svg else "<p class=note>No Graphviz, no picture: the table of nodes stands for it.</p>",
        "kind": "with-picture" if svg else "no-picture",
        "rows": "".join(_row(i, fact, prefix, svg is None) for i, fact in enumerate(facts)),
        "modules": _modules(graph, prefix),
        "numeric": "" if numeric else "hidden",
        "data": _json(_data(graph, facts, prefix)),
    }
    return _filled(_file("page.html"), parts)


@cache
def _file(name: str) -> str:
    """One of the plain files beside this one."""
    return files("viz.page").joinpath(name).read_text(encoding="utf-8")


def _program() -> str:
    """The scripts as one, whose names no other page in the same document sees."""
    return "\n".join(['"use strict";(() => {', *map(_file, SCRIPTS), "})();"])


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """The template with each {{name}} replaced, in one go: what is put in is not looked at again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _themes() -> str:
    """The colours of the picture as variables of the page; the button sets JupyterLab's own attribute."""
    light, dark = variables(LIGHT), variables(DARK)
    return (
        f':root{{color-scheme:light;{light}}}\n[data-jp-theme-light="false"]{{color-scheme:dark;{dark}}}\n'
        f'@media (prefers-color-scheme:dark){{:root:not([data-jp-theme-light="true"]){{color-scheme:dark;{dark}}}}}\n'
    )


# ---- what the program of the page is told ----


def _facts(graph: Graph, names: list[str], numeric: Mapping[int, Quantity]) -> list[dict[str, Any]]:
    """All that the page says of each node."""
    inputs = inputs_of(graph)
    found = []
    for i, node in enumerate(graph.nodes):
        analytic = node.flow if node.flow is not None else node.gradient
        fact: dict[str, Any] = {
            "name": names[i],
            "kind": node.kind,
            "code": _code(node, [names[edge.source] for _, edge in inputs[i]]),
            "data": _quantity(node.data),
            "grad": None if analytic is None else _quantity(analytic),
            "module": _clean(node.module),
            "marks": [printable(mark) for mark in node.marks],
        }
        if node.gradient is not None and node.flow is not None and exact(node.gradient) != exact(node.flow):
            fact["held"] = exact(node.gradient)
        if i in numeric and analytic is not None and node.kind != "group":
            difference, agrees = gap(analytic, numeric[i])
            fact["numeric"] = _quantity(numeric[i]) | {"gap": number(difference), "agrees": agrees}
        found.append(fact)
    return found


def _code(node: Node, operands: list[str]) -> str:
    if node.kind == "operation":
        return expression(node, [*operands, *["…"] * node.hidden_operands])
    return f"{title(node)}: {inside(node)}" if node.kind == "group" else node.kind


def _quantity(quantity: Quantity) -> dict[str, Any]:
    """A figure for the picture, the same in words and in full, and the cells of its heat map."""
    told: dict[str, Any] = {"short": describe(quantity), "full": exact(quantity)}
    told["figure"] = figure(quantity) if shape_of(quantity) else figure(quantity).removesuffix(".0")
    if isinstance(quantity, Array) and shape_of(quantity):
        told["shape"] = kind_of(quantity)
        if quantity.cells:
            told["cells"] = [[format(cell, ".3g") for cell in row] for row in quantity.cells]
            told["whole"] = sum(map(len, quantity.cells)) == math.prod(quantity.shape)
    return told


def _data(graph: Graph, facts: list[dict[str, Any]], prefix: str) -> dict[str, Any]:
    edges = [
        {"from": e.source, "to": e.target, "operand": e.operand}
        | {key: _quantity(q) for key, q in (("local", e.local), ("part", e.contribution)) if q is not None}
        for e in graph.edges
    ]
    return {
        "prefix": prefix,
        "nodes": facts,
        "edges": edges,
        "steps": [_step(step) for step in steps_of(graph)],
        "modules": [(_clean(name), _clean(kind)) for name, kind in graph.modules],
        "colours": _colours(),
    }


def _colours() -> dict[str, list[str]]:
    """By which colours the program of the page knows what a part of the picture shows, in either theme."""
    themes = (LIGHT, DARK)
    sizes = [theme[name] for theme in themes for name in theme if name.startswith("size")]
    texts = {name: [theme[name] for theme in themes] for name in ("ink", "gradient")}
    boxes = [colour for theme in themes for name, colour in theme.items() if name != "paper"]
    return {**texts, "sizes": sizes, "boxes": boxes}


def _step(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {"phase": step.phase, "node": step.node, "formula": step.formula, "words": step.words}
    if step.edge is not None:
        told["edge"] = step.edge
    if step.total is not None:
        told |= {"done": step.done, **({} if step.done else {"total": _quantity(step.total)})}
    elif step.phase == "backward":
        told["done"] = step.done
    return told


def _json(data: object) -> str:
    """JSON that may stand in a script element, whatever its texts are."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _clean(text: str) -> str:
    """Text without halves of characters, which no file can hold."""
    return text.encode("utf-8", "backslashreplace").decode()


# ---- what stands in the page from the start ----


def _row(i: int, fact: Mapping[str, Any], prefix: str, is_only: bool) -> str:
    """A row of the table of nodes; it has the node's id where there is no picture."""
    data, gradient, numeric = (fact.get(key) for key in ("data", "grad", "numeric"))
    cells = [
        f'<th scope=row role=rowheader><button type=button class=pin aria-pressed=false data-node="{i}">'
        f"{_breakable(fact['name'])}</button></th>",
        f"<td role=cell class=code>{_breakable(fact['code'])}</td>",
        f"<td role=cell class=data>{html.escape(data['short'])}</td>" if data else "<td role=cell class=data></td>",
        f"<td role=cell class=gradient>{html.escape(gradient['short']) if gradient else ''}</td>",
        f"<td role=cell class=numeric>{_verdict(numeric)}</td>",
    ]
    own_id = html.escape(prefix) + ("n" if is_only else "r") + str(i)
    return f'<tr role=row id="{own_id}" class="{fact["kind"]}">{"".join(cells)}</tr>'


def _breakable(text: str) -> str:
    """Text as HTML in which a dotted name is broken after a dot, before it is broken in a word."""
    return html.escape(text).replace(".", ".<wbr>")


def _verdict(numeric: Mapping[str, Any] | None) -> str:
    if numeric is None:
        return ""
    word = "✓ agrees" if numeric["agrees"] else f"✗ differs by {numeric['gap']}"
    return f"{html.escape(numeric['short'])} <span class=verdict>{html.escape(word)}</span>"


def _modules(graph: Graph, prefix: str) -> str:
    """A check box for each module; what is inside a closed one is not shown."""
    items = []
    for k, (name, kind) in enumerate(graph.modules):
        depth = sum(name.startswith(f"{outer}.") for outer, _ in graph.modules)
        text = html.escape(f"{printable(name)} ({printable(kind)})" if kind else printable(name))
        items.append(
            f'<li class="depth{min(depth, 5)}"><label><input type=checkbox checked data-module="{k}" '
            f'id="{html.escape(prefix)}c{k}">{text}</label></li>'
        )
    return "".join(items)
