"""From Graphviz's SVG to one that can stand inside a page: no XML prologue, and a dark theme of its own. Pure."""

from __future__ import annotations

from viz.dot import COLOURS

__all__ = ["DARK", "embeddable"]

DARK = {
    "paper": "#161b22",
    "ink": "#e6edf3",
    "quiet": "#9da7b3",
    "gradient": "#ffb77c",
    "line": "#8b949e",
    "leaf": "#12304d",
    "operation": "#211f18",
    "badge": "#4a3805",
    "constant": "#21262d",
}
# Pages say in different ways that they are dark: the system's setting, JupyterLab's attribute, VS Code's and Colab's.
_DARK_PAGES = ('[data-jp-theme-light="false"]', ".vscode-dark", "[theme=dark]")


def embeddable(svg: str, prefix: str = "") -> str:
    """The `<svg>` element alone, with the two themes; `prefix` is the one its ids were given.

    >>> embeddable('<?xml version="1.0"?><!DOCTYPE svg><svg width="8pt"><g id="p_graph"/></svg>', "p_")[:46]
    '<svg width="8pt" role="img"><style>@supports ('
    """
    head, body = svg[svg.index("<svg") :].split(">", 1)
    return f'{head} role="img"><style>{_style(f"#{prefix}graph")}</style>{body}'


def _style(scope: str) -> str:
    """Each colour of the drawing as a variable, so that a theme is nothing but other values.

    A renderer that knows no variables paints black what is filled with one: it is to keep the colours of the drawing.
    """
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in theme.items()) for theme in (COLOURS, DARK))
    rules = [
        f"{scope}{{{light}}}",
        f"@media (prefers-color-scheme:dark){{{scope}{{{dark}}}}}",
        f"{','.join(f'{page} {scope}' for page in _DARK_PAGES)}{{{dark}}}",
        f'[data-jp-theme-light="true"] {scope},.vscode-light {scope}{{{light}}}',
    ]
    for name, colour in COLOURS.items():
        rules.append(f'{scope} [fill="{colour}"]{{fill:var(--{name})}}')
    rules.append(f'{scope} [stroke="{COLOURS["line"]}"]{{stroke:var(--line)}}')
    return f"@supports (fill:var(--paper)){{{''.join(rules)}}}"
