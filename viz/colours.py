"""The colours of pictures: two themes under the same names, a ramp for sizes, a scale for heat maps. Pure.

They are told apart by colour-blind readers (orange and blue), every text has a contrast of at least 4.5 to what it
stands on, and nothing is told by colour alone: kinds of nodes differ in border, heat maps frame what is negative, and
numbers stand beside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = [
    "BUILDERS",
    "DARK",
    "GROUND",
    "LIGHT",
    "NEGATIVE",
    "NOT_A_NUMBER",
    "POSITIVE",
    "ZERO",
    "heat",
    "step",
    "variables",
]

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1c2128",
    "quiet": "#57606a",
    "gradient": "#8a3b00",
    "line": "#6e7781",
    "leaf": "#ddf0ff",
    "operation": "#fffdf6",
    "badge": "#ffe9b8",
    "constant": "#f6f8fa",
    "group": "#eef2ea",
    "cluster": "#fbfcfd",
    "mark": "#ffd9d2",
    "path": "#b35900",
    "size1": "#fff3e4",
    "size2": "#ffe6c9",
    "size3": "#ffd7a8",
    "size4": "#ffc684",
    "arithmetic": "#ffe9b9",
    "function": "#d9f2e6",
    "reduction": "#e6e0fa",
    "linear": "#d6e8fb",
    "other": "#f3dcea",
}
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
    "group": "#1d2a20",
    "cluster": "#1a1f27",
    "mark": "#5a1d17",
    "path": "#ff9b3d",
    "size1": "#2a2115",
    "size2": "#372813",
    "size3": "#453010",
    "size4": "#54390b",
    "arithmetic": "#4a3806",
    "function": "#123a2b",
    "reduction": "#2f2755",
    "linear": "#12314f",
    "other": "#4a2039",
}
POSITIVE, NEGATIVE = "#d95f02", "#1f5fb0"  # the ends of a heat map, the same in both themes
ZERO, GROUND = "#fefefe", "#d3dae1"  # its middle, and what is between its cells: no theme's, for a page changes those
NOT_A_NUMBER = "#808080"
STEPS = (1 / 3, 1 / 10, 1 / 100)  # shares of the largest size where the ramp's colours change: more are not told apart
BUILDERS = {  # the colour of an operation's badge
    "elementwise": "function",
    "reduction": "reduction",
    "linear": "linear",
    "predicate": "other",
    "custom": "other",
}


def variables(theme: Mapping[str, str]) -> str:
    """A theme as declarations of CSS, a variable for each colour.

    >>> variables({"paper": "#ffffff", "ink": "#1c2128"})
    '--paper:#ffffff;--ink:#1c2128'
    """
    return ";".join(f"--{name}:{colour}" for name, colour in theme.items())


def step(size: float, largest: float) -> str:
    """The colour of a gradient's size beside the largest of the picture; "" for none.

    >>> step(1.0, 1.0), step(0.05, 1.0), step(0.0, 1.0)
    ('size4', 'size2', '')
    """
    if not (math.isfinite(size) and math.isfinite(largest) and size > 0.0):
        return ""
    return f"size{len(STEPS) + 1 - sum(size < share * largest for share in STEPS)}"


def heat(row: Sequence[float], largest: float) -> list[tuple[str, bool]]:
    """The colour of each number of a heat map centred at zero, and whether it is framed: what is negative is.

    >>> heat([1.0, 0.0, -1.0], 1.0)
    [('#d95f02', False), ('#fefefe', False), ('#1f5fb0', True)]
    """
    return [(_blend(x / largest if largest else x), x < 0.0) for x in row]  # beside no largest: 0, infinite or NaN


def _blend(share: float) -> str:
    if math.isnan(share):
        return NOT_A_NUMBER
    share = max(-1.0, min(1.0, share))
    end = bytes.fromhex((POSITIVE if share >= 0.0 else NEGATIVE)[1:])
    middle = bytes.fromhex(ZERO[1:])
    mixed = (round(zero + (channel - zero) * abs(share)) for zero, channel in zip(middle, end, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
