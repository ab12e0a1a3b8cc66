"""Several panels inside of one Axes: they are its `child_axes`, move with it, and keep room for their titles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from viz.plots.canvas import ink, paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["panels", "shape"]

_ROOM = (38.0, 26.0, 8.0, 34.0)  # points left free in each cell, for labels and the title: left, below, right, above


class _Cell:
    """Where a panel stands, asked by Matplotlib whenever it draws: a cell of a table in the host, less some points."""

    def __init__(self, host: Axes, row: int, column: int, rows: int, columns: int, foot: float) -> None:
        self.host, self.foot = host, foot
        self.cell = column / columns, 1.0 - (row + 1) / rows, (column + 1) / columns, 1.0 - row / rows

    def __call__(self, panel: Any, renderer: Any) -> Any:
        from matplotlib.transforms import Bbox

        figure = self.host.figure
        box, point = self.host.get_window_extent(renderer), figure.dpi / 72.0
        left, below, right, above = (point * room for room in _ROOM)
        foot = self.foot * point
        x0, y0, x1, y1 = self.cell
        ends = [
            (box.x0 + x0 * box.width + left, box.y0 + foot + y0 * (box.height - foot) + below),
            (box.x0 + x1 * box.width - right, box.y0 + foot + y1 * (box.height - foot) - above),
        ]
        (low_x, low_y), (high_x, high_y) = ends  # a host too small for the room still has panels, of one point
        return Bbox([(low_x, low_y), (max(high_x, low_x + point), max(high_y, low_y + point))]).transformed(
            figure.transSubfigure.inverted()
        )


def shape(count: int) -> tuple[int, int]:
    """Rows and columns for that many panels, at most four in a row.

    >>> shape(1), shape(4), shape(6), shape(9)
    ((1, 1), (2, 2), (2, 3), (3, 3))
    """
    columns = min(4, math.ceil(math.sqrt(count)))
    return math.ceil(count / columns), columns


def panels(host: Axes, count: int, foot: float = 0.0) -> list[Axes]:
    """That many Axes inside of `host`, in rows, above `foot` points that stay free; the host shows nothing itself."""
    host.set_axis_off()
    rows, columns = shape(count)
    made = []
    for i in range(count):
        panel = host.inset_axes((0.0, 0.0, 1.0, 1.0), facecolor=paper(host))
        panel.set_axes_locator(_Cell(host, *divmod(i, columns), rows, columns, foot))
        panel.tick_params(labelsize=8, colors=ink(host))
        for spine in panel.spines.values():
            spine.set_color("grey")
        made.append(panel)
    return made
