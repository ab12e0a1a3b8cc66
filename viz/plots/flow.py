"""`plot_gradient_flow`: how large the gradient of each parameter is, from the first layer to the last."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from viz.plots.blocks import Block, blocks
from viz.plots.canvas import COLOURS, axes_for, check_axes, ink, legend, said
from viz.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["plot_gradient_flow"]

_MOST = 60  # rows that a page has room for
_UNITS = 100.0  # of rounding: sums over a batch of images that should be zero leave 5, where losses cancel more
_GAP = 1e4  # gradients that vanish from layer to layer leave none so wide; those that are zero but for rounding do


def plot_gradient_flow(model: Any, *, ax: Axes | None = None) -> Axes:
    """Plot the mean and the greatest |gradient| of each parameter of a model, in the order of its layers.

    Call it after `backward()`. The scale is logarithmic: a network whose gradients vanish towards the first layer shows
    bars that shrink from row to row. A row says in words what no bar can show: that no gradient was computed, that all
    of it is zero, that a part is NaN or infinite; the bars are then of the finite rest. So does a row whose gradients
    can only be rounding noise, far below all others and below a hundred rounding units of the greatest: the scale does
    not reach down to it. The numbers of a layer on numbers are one row.

    Args:
        model: a model of nn, or any object with a method named_parameters().
        ax: the Axes to draw on; by default those of a new figure.

    Raises:
        DtypeError, ArgumentError: for an object without named_parameters(), or without parameters.
        MissingPackageError: without Matplotlib.

    >>> from matplotlib.figure import Figure
    >>> class Line:
    ...     slope, shift = Value(2.0), Value(1.0)
    ...     def named_parameters(self):
    ...         return [("slope", self.slope), ("shift", self.shift)]
    >>> (Line.slope * 3.0).backward()
    >>> ax = plot_gradient_flow(Line(), ax=Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['no gradient computed']
    """
    import numpy as np

    check_axes("plot_gradient_flow", ax)
    found = blocks("plot_gradient_flow", model)
    shown, hidden = found[:_MOST], len(found[_MOST:])
    sizes = np.array([_sizes(block.gradients) for block in shown])
    remarks = [_remark(block) for block in shown]
    for row in _noise(shown, sizes[:, 1]):
        off = f"at most {number(sizes[row, 1])}, as rounding leaves it: off the scale"
        remarks[row], sizes[row] = "; ".join(filter(None, [off, remarks[row]])), 0.0
    ax = axes_for(ax, (7.2, 1.6 + 0.42 * len(shown)))
    rows = np.arange(len(shown))
    look: dict[str, Any] = {"height": 0.36, "edgecolor": ink(ax), "linewidth": 0.8}
    means = ax.barh(rows - 0.19, sizes[:, 0], color=COLOURS[0], **look)
    greatest = ax.barh(rows + 0.19, sizes[:, 1], color=COLOURS[1], hatch="///", **look)
    ax.set_xlim(*_ends(sizes))
    ax.set_xscale("log")  # after the limits: it would warn that it finds none, where there is no bar
    for row in rows[~sizes.any(axis=1)]:  # the words stand in place of the bars, or else below the name
        ax.annotate(
            remarks[row], (0.0, row), (6, 0), ("axes fraction", "data"), "offset points", va="center", color=ink(ax)
        )
        remarks[row] = ""
    names = [f"{said(block.name)}  {block.data.shape}" for block in shown]
    ax.set_yticks(rows, ["\n".join(filter(None, lines)) for lines in zip(names, remarks, strict=True)])
    ax.set_ylim(len(shown) - 0.4, -0.6)  # the first layer on top
    ax.set_xlabel("|gradient|" + (f"      {hidden:,} more parameters are not shown" if hidden else ""))
    ax.grid(axis="x", alpha=0.3)
    legend(ax, [means, greatest], ["mean", "greatest"], "above")
    return ax


def _sizes(gradients: NDArray[Any]) -> tuple[float, float]:
    """Mean and greatest magnitude of the finite elements; 0 where there are none, which draws no bar."""
    import numpy as np

    finite = np.abs(gradients[np.isfinite(gradients)])
    most = float(finite.max()) if finite.size else 0.0
    return (most * float((finite / most).mean()), most) if most else (0.0, 0.0)  # a plain sum might overflow


def _noise(shown: list[Block], most: NDArray[Any]) -> list[int]:
    """The rows whose greatest gradients lie behind a gap in which no other has any, and count for nothing beside it."""
    import numpy as np

    falling = [int(row) for row in np.argsort(-most, kind="stable") if most[row] > 0.0]
    for i, (before, row) in enumerate(pairwise(falling), start=1):
        noise = _UNITS * float(np.finfo(shown[row].data.dtype).eps)
        if most[row] / most[falling[0]] < noise and most[row] / most[before] < 1.0 / _GAP:
            return falling[i:]
    return []


def _ends(sizes: NDArray[Any]) -> tuple[float, float]:
    """The ends of the scale: three decades at least, so that it has a few round numbers, and space for every bar."""
    positive = sizes[sizes > 0.0]
    if not positive.size:
        return 1e-3, 1.0
    high = min(float(positive.max()), 5e306) * 2.0  # Matplotlib looks for ticks beyond the ends, and must find floats
    return max(min(float(positive.min()) / 10.0, high / 2e3), 5e-324), high


def _remark(block: Block) -> str:
    """What the bars of a row cannot tell; "" if they tell all."""
    import numpy as np

    computed = len(block.gradients)
    if not computed:
        if not block.missing:
            return "has no elements"
        return "frozen: requires_grad=False" if block.frozen == block.missing else "no gradient computed"
    nans, infinities = int(np.isnan(block.gradients).sum()), int(np.isinf(block.gradients).sum())
    remarks = [
        f"gradient is zero in all {computed:,} elements" if not block.gradients.any() and computed > 1 else "",
        "gradient is zero" if not block.gradients.any() and computed == 1 else "",
        f"NaN in {nans:,} of {computed:,}" if nans else "",
        f"infinite in {infinities:,} of {computed:,}" if infinities else "",
        f"no gradient computed for {block.missing:,} of {computed + block.missing:,}" if block.missing else "",
    ]
    return "; ".join(filter(None, remarks))
