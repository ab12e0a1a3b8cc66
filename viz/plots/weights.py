"""`plot_weights`: what a model's parameters look like: matrices and filters as heat maps, all others as histograms."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError
from viz.plots.blocks import Block, blocks
from viz.plots.canvas import COLOURS, SIGNED, axes_for, check_axes, ink, said
from viz.plots.panels import panels, shape
from viz.plots.plain import drawable, wanted
from viz.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["plot_weights"]

_MOST = 24  # panels that a page has room for
_FILTERS = 16  # of a convolution, along each of its two axes of channels
_FOOT = 46.0  # points below the panels, for the key to the colours
_SQUARE = 4.0  # a matrix longer than that has cells that are no squares, or it would be a thread


def plot_weights(model: Any, *, names: Iterable[str] | None = None, ax: Axes | None = None) -> Axes:
    """Plot the parameters of a model: matrices and convolution filters as heat maps, all others as histograms.

    A heat map is centred at zero and has a scale of its own, which stands below it: the lightest colour is that number,
    the darkest its negative. Row i, column j of a matrix is the element [i, j], in a Layer the weight of unit i for
    input j. Filters, of shape (out, in, ...), are tiles: a row for each output channel, a column for each input; where
    that would be a thread, several outputs share a row, or one has several. The numbers of a layer on numbers are one
    block. NaN and infinity are counted in titles, and crossed in heat maps.

    Args:
        model: a model of nn, or any object with a method named_parameters().
        names: the blocks to show, as the titles name them; by default all, of more than 24 the first 24.
        ax: the Axes to draw in; by default those of a new figure.

    Returns:
        The Axes; the panels are their `child_axes`, in the order of the parameters, and the key to the colours.

    Raises:
        DtypeError: for an object without named_parameters().
        ArgumentError: for one without parameters, or a name that it does not have.
        MissingPackageError: without Matplotlib.

    >>> from matplotlib.figure import Figure
    >>> class Line:
    ...     def named_parameters(self):
    ...         return [("weight", Value([[1.0, -2.0]])), ("bias", Value([0.5]))]
    >>> ax = plot_weights(Line(), ax=Figure().subplots())
    >>> [panel.get_title().split() for panel in ax.child_axes]
    [['weight', '(1,', '2)'], ['bias', '(1,)'], []]
    """
    check_axes("plot_weights", ax)
    found = blocks("plot_weights", model)
    chosen = _chosen(found, names)
    shown = chosen[:_MOST] if names is None else chosen
    has_maps = any(block.data.ndim >= 2 and block.data.size for block in shown)
    rows, columns = shape(len(shown))
    ax = axes_for(ax, (max(4.6, 2.7 * columns), 2.5 * rows + has_maps * _FOOT / 72.0))
    for panel, block in zip(panels(ax, len(shown), _FOOT if has_maps else 0.0), shown, strict=True):
        panel.set_title(_title(block), fontsize=9, color=ink(ax))
        _draw(panel, block)
    if len(shown) < len(chosen):
        hidden = [block.name for block in chosen[_MOST:]]
        ax.set_title(
            f"{len(hidden):,} more are not shown; plot_weights(model, names=[{said(repr(hidden[0]))}, ...]) shows them."
        )
    if has_maps:
        _key(ax)
    return ax


def _chosen(found: list[Block], names: Iterable[str] | None) -> list[Block]:
    known = {block.name: block for block in found}
    chosen = wanted("plot_weights: names", names, known)
    if not chosen:
        raise ArgumentError("plot_weights: names: found none; expected at least one name.")
    return [known[name] for name in chosen]


def _title(block: Block) -> str:
    """Name and shape, and what is not finite."""
    import numpy as np

    nans, infinities = int(np.isnan(block.data).sum()), int(np.isinf(block.data).sum())
    counts = [f"{nans:,} NaN" if nans else "", f"{infinities:,} infinite" if infinities else ""]
    return "\n".join([said(block.name), ", ".join([str(block.data.shape), *filter(None, counts)])])


def _draw(panel: Axes, block: Block) -> None:
    if not block.data.size:
        _words(panel, "no elements")
    elif block.data.ndim >= 2:
        _heat_map(panel, block.data)
    else:
        _histogram(panel, block.data.ravel())


def _words(panel: Axes, text: str) -> None:
    panel.set(xticks=[], yticks=[])
    panel.text(0.5, 0.5, text, ha="center", va="center", fontsize=10, color=ink(panel), transform=panel.transAxes)


def _heat_map(panel: Axes, data: NDArray[Any]) -> None:
    import numpy as np

    image, is_cell, note = (data.astype(float), np.ones(data.shape, bool), "") if data.ndim == 2 else _tiles(data)
    finite = np.abs(image[is_cell & np.isfinite(image)])
    most = float(finite.max()) if finite.size else 0.0
    end = float(drawable(np.array(most))) or 1.0
    is_long = data.ndim == 2 and not 1.0 / _SQUARE <= image.shape[0] / image.shape[1] <= _SQUARE
    panel.imshow(
        np.ma.masked_invalid(drawable(np.where(is_cell, image, np.nan))), cmap=SIGNED, vmin=-end, vmax=end,
        aspect="auto" if is_long else "equal",
    )  # fmt: skip
    panel.plot(*np.argwhere(is_cell & ~np.isfinite(image)).T[::-1], "x", color=ink(panel), markersize=5)
    panel.set(xticks=[], yticks=[])
    scale = f"±{number(most)}" if most else "all are zero" if finite.size else "none is finite"
    panel.set_xlabel(f"{scale}{note}", fontsize=8, color=ink(panel), labelpad=4)


def _tiles(data: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Filters side by side as one image, where in it there are cells, and in words what is left out."""
    import numpy as np

    outs, ins = (min(n, _FILTERS) for n in data.shape[:2])
    note = f"; first {outs} by {ins} filters" if (outs, ins) != data.shape[:2] else ""
    height = data.shape[2] if data.ndim > 3 else 1
    filters = data[:outs, :ins].reshape(outs, ins, height, -1).astype(float)
    rows, columns, more = _table(filters.shape)
    add = (-outs % (columns // ins), 0) if columns > ins else (0, -ins % columns)
    images = []
    for x in (filters, np.ones(filters.shape, bool)):
        tiles = np.pad(x, [(0, add[0]), (0, add[1]), (0, 1), (0, 1)])  # a frame, and places that stay free
        table = tiles.reshape(rows, columns, *tiles.shape[2:]).transpose(0, 2, 1, 3)
        images.append(table.reshape(rows * tiles.shape[2], -1)[:-1, :-1])
    return images[0], images[1], note + more


def _table(shape: tuple[int, ...]) -> tuple[int, int, str]:
    """Rows and columns of a table of filters that is no thread, and in words how channels share or fill the rows."""
    outs, ins, height, width = shape
    ratio = outs * (height + 1) / (ins * (width + 1))
    if ratio > _SQUARE:
        shared = min(outs, round(math.sqrt(ratio)))
        return math.ceil(outs / shared), ins * shared, f"; {shared} outputs in a row" if ins > 1 else ""
    if ratio < 1.0 / _SQUARE:
        columns = math.ceil(ins / round(math.sqrt(1.0 / ratio)))
        rows = math.ceil(ins / columns)
        return outs * rows, columns, f"; {rows} rows for an output" if outs > 1 else ""
    return outs, ins, ""


def _histogram(panel: Axes, data: NDArray[Any]) -> None:
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    finite = drawable(data[np.isfinite(data)])
    if not finite.size:
        _words(panel, "none is finite")
        return
    if len(data) == 1:
        _words(panel, number(finite[0]))
        return
    if len(finite) == len(data) and finite.min() == finite.max():  # such as the biases of a fresh network
        _words(panel, f"{number(finite[0])} in all {len(data):,}")
        return
    bins = min(30, max(5, int(2 * len(finite) ** 0.5)))
    try:
        edges = np.histogram_bin_edges(finite, bins)
    except ValueError:  # all lie within the last digits of a float
        edges = np.array([finite.min(), finite.max()])
    panel.hist(finite, bins=edges.tolist(), color=COLOURS[0], edgecolor=ink(panel), linewidth=0.5)
    panel.axvline(0.0, color=ink(panel), linestyle="--", linewidth=1.0)
    panel.xaxis.set_major_locator(MaxNLocator(3))
    panel.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    panel.set_ylabel("elements", fontsize=8, color=ink(panel), labelpad=2)


def _key(host: Axes) -> None:
    """The colours of all heat maps, from the darkest to the lightest, below the panels."""
    import numpy as np
    from matplotlib.transforms import Bbox

    def place(key: Any, renderer: Any) -> Any:
        box, point = host.get_window_extent(renderer), host.figure.dpi / 72.0
        width, middle = min(220.0 * point, 0.8 * box.width), (box.x0 + box.x1) / 2.0
        bounds = Bbox.from_bounds(middle - width / 2.0, box.y0 + 24.0 * point, width, 9.0 * point)
        return bounds.transformed(host.figure.transSubfigure.inverted())

    key = host.inset_axes((0.0, 0.0, 1.0, 1.0))
    key.set_axes_locator(place)
    key.imshow(np.linspace(-1.0, 1.0, 256)[None], cmap=SIGNED, aspect="auto", extent=(-1.0, 1.0, 0.0, 1.0))
    key.set(yticks=[])
    key.set_xticks([-1.0, 0.0, 1.0], [r"$-$", "0", "+"], color=ink(host))
    key.tick_params(labelsize=9, length=2, colors=ink(host))
