"""`plot_activation`: a function of one number with its derivative, its kinks marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd import TABLE, elementwise_grad
from autograd.errors import ArgumentError
from autograd.ops.elementwise import activations
from viz.plots.canvas import COLOURS, axes_for, check_axes, ink, legend, paper, said
from viz.plots.kinks import Kink, kinks
from viz.plots.plain import reals, span
from viz.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["plot_activation"]

_POINTS = 801
_NAMED = 6  # kinks that the legend lists one by one

Function = Callable[..., Any]


def plot_activation(
    name: str | Function, *, x: tuple[float, float] = (-4.0, 4.0), ax: Axes | None = None, **parameters: Any
) -> Axes:
    """Plot an activation and its derivative, as the engine computes them, and mark the kinks.

    At a kink the derivative jumps; where the function does too, the legend calls it a jump. The hollow points are what
    it comes near on either side, the full one is what the engine takes there. Kinks are found by halving intervals of
    the plot; one nearer than 1/800 of it to another may be missed.

    Args:
        name: of an elementwise function in the table, such as "relu" or "gelu"; or any function from a Value to a Value
            of the same shape.
        x: the interval to plot.
        ax: the Axes to draw on; by default those of a new figure.
        parameters: further arguments of the function, such as `negative_slope=0.2`.

    Raises:
        ArgumentError: for a name that is none of the table's elementwise functions.
        SignatureError: for arguments that the function does not take, or lacks.
        ShapeError: if x is no interval.
        MissingPackageError: without Matplotlib.

    >>> from matplotlib.figure import Figure
    >>> ax = plot_activation("relu", ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['relu(x)', 'its derivative', 'kink at 0: derivative taken as 0']
    """
    import numpy as np

    check_axes("plot_activation", ax)
    function, title = _function(name, parameters)
    low, high = span("plot_activation: x", x)
    grid = np.linspace(low, high, _POINTS)
    with np.errstate(all="ignore"):  # outside of its domain a function is NaN, and the plot shows nothing there
        value, slope = _on_arrays(function), elementwise_grad(function)
        found = kinks(slope, grid)
        curves = [_broken(f, grid, found) for f in (value, slope)]
        sides = [
            [f(np.array([np.nextafter(k.x, low), np.nextafter(k.x, high)])) for k in found] for f in (value, slope)
        ]
        at = [value(np.array([k.x])) for k in found]
    ax = axes_for(ax, (6.0, 4.2))
    ax.axhline(0.0, color="grey", linewidth=0.8)
    ax.axvline(0.0, color="grey", linewidth=0.8)
    handles: list[Any] = ax.plot(*curves[0], color=COLOURS[0], linewidth=2.2)
    handles += ax.plot(*curves[1], color=COLOURS[3], linewidth=2.0, linestyle="--")
    marks = [_mark(ax, *each) for each in zip(found, at, *sides, strict=True)]
    ax.set(xlabel="x", xlim=(low, high))
    ax.grid(alpha=0.25)
    labels = [
        f"{title}(x)",
        "its derivative",
        *_words(found, [_jumps(*each) for each in zip(at, sides[0], strict=True)]),
    ]
    legend(ax, handles + marks[: len(labels) - 2], labels)
    return ax


def _function(name: str | Function, parameters: dict[str, Any]) -> tuple[Function, str]:
    """The function of one argument, and how the plot calls it."""
    entry = TABLE.get(name) if isinstance(name, str) else name
    if isinstance(name, str) and not _is_elementwise(entry, parameters):
        raise ArgumentError(
            f"plot_activation: name: found {name!r}; expected the name of an elementwise function of one argument in "
            "the table, such as 'relu', 'tanh' or 'gelu', or a function of one Value."
        )
    if not callable(entry):
        raise ArgumentError(
            f"plot_activation: name: found {name!r}; expected a name such as 'relu', or a function of one Value."
        )
    function: Function = entry
    return lambda x: function(x, **parameters), said(getattr(function, "__name__", type(function).__name__))


def _is_elementwise(entry: Any, parameters: dict[str, Any]) -> bool:
    if entry is None or entry.variadic or not entry.operand_names:
        return False
    further = entry.operand_names[1:]  # prelu's weight, say, is an argument like any other
    is_plain = entry.builder == "elementwise" or getattr(activations, entry.name, None) is entry
    return is_plain and all(operand in parameters for operand in further)


def _on_arrays(function: Function) -> Function:
    return lambda x: reals("plot_activation: the function's result", function(x))


def _broken(f: Function, grid: NDArray[Any], found: list[Kink]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The curve with the floats on either side of each kink, and a gap where it jumps between them."""
    import numpy as np

    places = np.array([kink.x for kink in found])
    before, after = np.nextafter(places, -np.inf), np.nextafter(places, np.inf)
    x = np.unique(np.concatenate([np.setdiff1d(grid, places), before, after]))
    y = f(x)
    jumps = np.searchsorted(x, after)
    return np.insert(x, jumps, places), np.insert(y, jumps, np.nan)


def _mark(ax: Axes, kink: Kink, at: NDArray[Any], values: NDArray[Any], slopes: NDArray[Any]) -> Any:
    """Mark a kink on both curves, with what lies on either side of a jump; return what stands for it in a legend."""
    for sides, middle, colour in ((values, float(at[0]), COLOURS[0]), (slopes, kink.slope, COLOURS[3])):
        ax.plot(
            [kink.x] * 2, sides, "o", color=colour, markerfacecolor=paper(ax), markersize=6, clip_on=False, zorder=3
        )
        ax.plot([kink.x], [middle], "o", color=colour, markersize=6, clip_on=False, zorder=4)
    return ax.axvline(kink.x, color=ink(ax), linewidth=1.0, linestyle=":", zorder=1)


def _jumps(at: NDArray[Any], sides: NDArray[Any]) -> bool:
    """Whether the function itself jumps: its values beside the kink are further off than rounding takes them."""
    import numpy as np

    return not np.allclose(sides, at, rtol=1e-9, atol=1e-9)


def _words(found: list[Kink], jump: list[bool]) -> list[str]:
    if len(found) > _NAMED:
        return [f"{len(found)} kinks, from {number(found[0].x)} to {number(found[-1].x)}"]
    return [
        f"{'jump' if jumps else 'kink'} at {number(kink.x)}: derivative taken as {number(kink.slope)}"
        for kink, jumps in zip(found, jump, strict=True)
    ]
