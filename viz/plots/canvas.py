"""What all plots share: Axes to draw on, colours, lines and markers, users' texts, legends.

Nothing is told by colour alone: curves differ in their dashes too, points in their markers, areas in their hatching.
The colours are those of Okabe and Ito (2008), which colour-blind readers tell apart, and lie far enough from black and
white for both themes. Lines without a colour of their own are black or white, whichever the background asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograd.errors import DtypeError, MissingPackageError
from viz.wording import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

__all__ = [
    "COLOURS", "DASHES", "HATCHES", "MARKERS", "SIGNED", "axes_for", "check_axes", "ink", "legend", "paper", "said",
]  # fmt: skip

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9")
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "///", "...", "\\\\\\", "xxx", "---", "ooo")
# Blue below 0, grey at 0, yellow above; its lightness rises all the way, so that a print in grey tells the sign, too.
SIGNED = "cividis"


def check_axes(operation: str, ax: Any) -> None:
    """Check, before anything is computed, that Matplotlib is there and `ax` is None or Axes.

    Raises:
        MissingPackageError: without Matplotlib.
        DtypeError: for anything else, such as the array of Axes that `subplots` returns.
    """
    try:
        from matplotlib.axes import Axes
    except ImportError as error:
        raise MissingPackageError(
            f"{operation}: the package matplotlib is not installed; expected it, to draw a plot. "
            'Install it with: pip install "glassgrad[examples]"'
        ) from error
    if ax is not None and not isinstance(ax, Axes):
        raise DtypeError(
            f"{operation}: ax: found {type(ax).__name__}; expected one Axes of Matplotlib's, or None for a new figure. "
            "Of an array of Axes pass one element."
        )


def axes_for(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """The Axes to draw on: `ax`, or those of a new figure of pyplot's, `size` inches wide and high."""
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    axes: Axes = plt.subplots(figsize=size, layout="constrained")[1]
    return axes


def paper(ax: Axes) -> tuple[float, ...]:
    """The colour behind the plot, as (red, green, blue) from 0 to 1; that of the figure where the Axes have none."""
    from matplotlib.colors import to_rgba

    *colour, opacity = to_rgba(ax.get_facecolor())
    return tuple(colour) if opacity else to_rgba(ax.figure.get_facecolor())[:3]


def ink(ax: Axes) -> str:
    """Black on a light background, white on a dark one."""
    red, green, blue = paper(ax)
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"  # the eye's weights (ITU-R BT.601)


def said(text: str) -> str:
    r"""A user's text as Matplotlib is to show it: on one line, no dollar sign read as mathematics, never left out.

    >>> said("cost in $"), said("_loss")
    ('cost in \\$', ' _loss')
    """
    shown = printable(text).replace("$", r"\$")
    return f" {shown}" if shown.startswith("_") else shown  # a legend passes over labels that begin so


def legend(ax: Axes, handles: Sequence[Any], labels: Sequence[str], place: str = "best") -> None:
    """A legend in the plot's own colours: in the best place inside the plot, or "above" or "beside" it.

    It stays inside where the figure has no layout engine, which makes room for it and for a title.
    """
    if not handles:
        return
    options: dict[str, Any] = {"loc": "best"}
    has_room = ax.figure.get_layout_engine() is not None
    if place == "beside" and has_room:
        options |= {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0), "borderaxespad": 0.0}
    elif place == "above" and has_room:
        entry = 0.55 + 0.068 * max(map(len, labels))  # inches: the handle, and letters of 9 points
        room = ax.get_window_extent().width / ax.figure.dpi
        options |= {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0)}
        options |= {"ncols": 2 if len(labels) > 1 and 2.0 * entry < 1.1 * room else 1}
    options |= {"facecolor": paper(ax), "edgecolor": "grey", "labelcolor": ink(ax), "framealpha": 0.7}
    made = ax.legend(handles, labels, fontsize=9, handlelength=2.5, handleheight=1.2, **options)
    if options["loc"] == "lower left":  # a title, whenever it is set, goes above all Axes inside of these
        stand_in = ax.inset_axes((0.0, 0.0, 1.0, 1.0), xticks=[], yticks=[])
        stand_in.set_axis_off()
        stand_in.set_in_layout(False)
        stand_in.set_axes_locator(_Extent(made))


class _Extent:
    """Where a legend stands, asked by Matplotlib whenever it draws."""

    def __init__(self, legend: Legend) -> None:
        self.legend = legend

    def __call__(self, ax: Any, renderer: Any) -> Any:
        ground = ax.figure.transSubfigure.inverted()
        return (ax.bbox if self.legend.figure is None else self.legend.get_window_extent(renderer)).transformed(ground)
