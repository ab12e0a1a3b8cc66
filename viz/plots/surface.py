"""`plot_loss_surface`: the contours of a function of two numbers, and the paths that optimizers took over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd import no_grad
from autograd.errors import ArgumentError, DtypeError, ShapeError
from viz.plots.canvas import COLOURS, DASHES, MARKERS, axes_for, check_axes, ink, legend, paper, said
from viz.plots.plain import array, at_least_two, drawable, reals, span
from viz.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["plot_loss_surface"]

_LEVELS = 12
_MANY = 60  # steps from which on a dot for each would hide the path
_WIDE = 6.0  # the range above the median's height from which on equal steps would show only the walls of a valley


def plot_loss_surface(
    f: Callable[[Any, Any], Any],
    *,
    x: tuple[float, float] = (-2.0, 2.0),
    y: tuple[float, float] = (-2.0, 2.0),
    trajectories: Mapping[str, Any] | None = None,
    resolution: int = 100,
    ax: Axes | None = None,
) -> Axes:
    """Plot the contours of f(x, y), and over them the paths of optimizers.

    Where the greatest height is more than 6 times the median one, both above the least, the heights of the contours
    grow by a factor from one to the next, not by a step; the colour bar says so. A path starts at a hollow marker and
    ends at a full one; the legend says if it leaves the plot, or stops being finite.

    Args:
        f: a function of two numbers, or of two arrays of the same shape; its result may be a Value.
        x, y: the intervals to plot.
        trajectories: for each name the points (x, y) of its path, one a step: {"SGD": [(1.0, 2.0), (0.9, 1.7)]}.
        resolution: points of the grid along each axis.
        ax: the Axes to draw on; by default those of a new figure.

    Raises:
        ShapeError, DtypeError: for intervals or paths of another form.
        ArgumentError: if f is finite nowhere, or for a resolution below 2. What f itself raises passes through.
        MissingPackageError: without Matplotlib.

    >>> from matplotlib.figure import Figure
    >>> path = [(1.5, 1.0), (0.5, 0.2), (0.1, 0.0)]
    >>> ax = plot_loss_surface(lambda x, y: x**2 + 5 * y**2, trajectories={"SGD": path}, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['SGD: 2 steps']
    """
    import numpy as np

    check_axes("plot_loss_surface", ax)
    if not callable(f):
        raise DtypeError(f"plot_loss_surface: f: found {type(f).__name__}; expected a function of two numbers.")
    at_least_two("plot_loss_surface: resolution", resolution)
    limits = span("plot_loss_surface: x", x), span("plot_loss_surface: y", y)
    paths = _paths(trajectories)
    grid = np.meshgrid(*(np.linspace(*ends, resolution) for ends in limits))
    heights = _heights(f, *grid)
    if not np.isfinite(heights).any():
        raise ArgumentError("plot_loss_surface: f: found no finite value on the grid; expected some. Change x or y.")
    ax = axes_for(ax, (6.8, 4.6))
    handles, labels = _contours(ax, grid, heights)
    for i, (name, path) in enumerate(paths.items()):
        handles.append(_path(ax, path, i))
        labels.append(_words(name, path, limits))
    ax.set(xlabel="x", ylabel="y", xlim=limits[0], ylim=limits[1])
    legend(ax, handles, labels, "above")
    return ax


def _paths(trajectories: Mapping[str, Any] | None) -> dict[str, NDArray[Any]]:
    if trajectories is None:
        return {}
    if not isinstance(trajectories, Mapping):
        raise DtypeError(
            f"plot_loss_surface: trajectories: found {type(trajectories).__name__}; expected a mapping from names to "
            'paths, such as {"SGD": [(1.0, 2.0), (0.9, 1.7)]}.'
        )
    paths = {str(name): reals(f"plot_loss_surface: trajectories: {name}", path) for name, path in trajectories.items()}
    for name, path in paths.items():
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ShapeError(
                f"plot_loss_surface: trajectories: {name}: found an array of shape {path.shape}; expected (points, 2), "
                "one pair (x, y) for each point of the path."
            )
    return paths


def _heights(f: Callable[[Any, Any], Any], x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """f on the grid: on arrays at once if f takes them element by element, else number by number."""
    import numpy as np

    what = "plot_loss_surface: f's result"
    flat = x.ravel(), y.ravel()
    with no_grad(), np.errstate(all="ignore"):
        try:
            heights = reals(what, f(*flat))
            # One that mixes its elements, as a norm or a softmax does, gives something else for one of them alone.
            alone = reals(what, f(flat[0][1:2], flat[1][1:2]))
            if heights.shape == flat[0].shape and np.allclose(alone, heights[1], equal_nan=True):
                return heights.reshape(x.shape)
        except Exception:  # whatever it says of arrays, it may take numbers
            pass
        numbers = [array(what, f(a, b)) for a, b in zip(flat[0].tolist(), flat[1].tolist(), strict=True)]
    if numbers[0].size != 1:
        raise ShapeError(f"{what}: found an array of shape {numbers[0].shape} for two numbers; expected a number.")
    return reals(what, numbers).reshape(x.shape)


def _levels(finite: NDArray[Any]) -> tuple[NDArray[Any], bool]:
    """The heights of the contours, and whether they grow by a factor above the least one."""
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    least, above = finite.min(), np.sort(finite - finite.min())
    highest, median = above[-1], above[len(above) // 2]
    if not highest > 0.0:  # a plane
        pad = max(0.5, 0.01 * abs(least))
        return np.array([least - pad, least + pad]), False
    is_wide = highest > _WIDE * median
    if not is_wide:
        return np.asarray(MaxNLocator(_LEVELS).tick_values(least, finite.max())), False
    start = max(np.quantile(above[above > 0.0], 0.02), highest * 1e-8)
    levels = np.unique(least + np.concatenate([[0.0], np.geomspace(start, highest, _LEVELS - 1)]))
    levels[-1] = finite.max()
    return levels, True


def _contours(ax: Axes, grid: Sequence[NDArray[Any]], heights: NDArray[Any]) -> tuple[list[Any], list[str]]:
    """Draw the contours and their colour bar; a handle and a text for what is not finite."""
    import numpy as np
    from matplotlib.colors import BoundaryNorm
    from matplotlib.patches import Patch
    from matplotlib.ticker import FixedFormatter

    field = np.ma.masked_invalid(drawable(np.where(np.isfinite(heights), heights, np.nan)))
    levels, is_wide = _levels(field.compressed())
    norm = BoundaryNorm(levels, 256)
    shades = "Greys" if ink(ax) == "black" else "Greys_r"  # the paths have the colours
    bands = ax.contourf(*grid, field, levels=levels, norm=norm, cmap=shades, alpha=0.75)
    if len(levels) > 2:
        ax.contour(*grid, field, levels=levels[1:-1], colors=["grey"], linestyles="solid", linewidths=0.6)
    bar = ax.figure.colorbar(bands, ax=ax, ticks=levels, format=FixedFormatter([number(h) for h in levels]))
    bar.set_label("f(x, y), on a log-like scale" if is_wide else "f(x, y)")
    missing = np.ma.getmaskarray(field)
    if not missing.any():
        return [], []
    look: dict[str, Any] = {"hatch": "xx", "edgecolor": ink(ax), "linewidth": 0.0}
    handle = Patch(facecolor="none", hatch="xx", edgecolor=ink(ax), linewidth=0.8)
    ax.contourf(*grid, missing, levels=[0.5, 1.5], colors="none", hatches=["xx"]).set(**look)
    return [handle], ["f is not finite"]


def _path(ax: Axes, path: NDArray[Any], i: int) -> Any:
    """Draw a path up to where it stops being finite."""
    from matplotlib.lines import Line2D
    from matplotlib.patheffects import withStroke

    colour, marker, path = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)], path[: _finite(path)]
    halo = [withStroke(linewidth=3.5, foreground=paper(ax))]
    look: dict[str, Any] = {"color": colour, "marker": marker, "markeredgecolor": ink(ax), "markersize": 8}
    line: dict[str, Any] = {"linestyle": DASHES[i % len(DASHES)], "linewidth": 1.8}
    ax.plot(*path.T, color=colour, path_effects=halo, zorder=3, **line)
    if len(path) <= _MANY:
        ax.plot(*path.T, ".", color=colour, markersize=7, zorder=4)
    ax.plot(*path[:1].T, linestyle="none", zorder=5, **look | {"markerfacecolor": paper(ax)})
    ax.plot(*path[-1:].T, linestyle="none", zorder=6, **look)
    return Line2D([], [], **line, **look)


def _finite(path: NDArray[Any]) -> int:
    """How many points a path has before the first that is not finite."""
    import numpy as np

    is_finite = np.isfinite(path).all(axis=1)
    return len(path) if is_finite.all() else int(is_finite.argmin())


def _words(name: str, path: NDArray[Any], limits: tuple[tuple[float, float], tuple[float, float]]) -> str:
    steps, finite = len(path) - 1, _finite(path)
    text = f"{said(name)}: {steps:,} step{'' if steps == 1 else 's'}"
    if finite < len(path):
        return f"{text}, not finite from step {finite:,} on"
    is_inside = all(low <= end <= high for end, (low, high) in zip(path[-1], limits, strict=True))
    return text if is_inside else f"{text}, ends outside"
