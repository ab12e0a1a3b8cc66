"""From Graphviz's SVG to one that can stand inside a page: no XML prologue, and a dark theme of its own. Pure."""

from __future__ import annotations

from viz.colours import DARK, LIGHT, variables

__all__ = ["embeddable"]

# Pages say in different ways that they are dark: the system's setting, JupyterLab's attribute, VS Code's and Colab's.
_DARK_PAGES = ('[data-jp-theme-light="false"]', ".vscode-dark", "[theme=dark]")


def embeddable(svg: str, prefix: str = "", theme: str = "auto") -> str:
    """The `<svg>` element alone, with the two themes or the one asked for; `prefix` is the one its ids were given.

    >>> embeddable('<?xml version="1.0"?><!DOCTYPE svg><svg width="8pt"><g id="p_graph"/></svg>', "p_")[:46]
    '<svg width="8pt" role="img"><style>@supports ('
    """
    head, body = svg[svg.index("<svg") :].split(">", 1)
    style = f"<style>{_style(f'#{prefix}graph')}</style>" if theme == "auto" else ""
    return f'{head} role="img">{style}{body}'


def _style(scope: str) -> str:
    """Each colour of the drawing as a variable, so that a theme is nothing but other values.

    A renderer that knows no variables paints black what is filled with one: it is to keep the colours of the drawing.
    """
    light, dark = variables(LIGHT), variables(DARK)
    rules = [
        f"{scope}{{{light}}}",
        f"@media (prefers-color-scheme:dark){{{scope}{{{dark}}}}}",
        f"{','.join(f'{page} {scope}' for page in _DARK_PAGES)}{{{dark}}}",
        f'[data-jp-theme-light="true"] {scope},.vscode-light {scope}{{{light}}}',
    ]
    for name, colour in LIGHT.items():
        rules.append(f'{scope} [fill="{colour}"]{{fill:var(--{name})}}')
    rules += [f'{scope} [stroke="{LIGHT[name]}"]{{stroke:var(--{name})}}' for name in ("line", "path")]
    return f"@supports (fill:var(--paper)){{{''.join(rules)}}}"
