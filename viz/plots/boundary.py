"""`plot_decision_boundary`: the plane in the classes that a model sees in it, with the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, DtypeError, ShapeError
from viz.plots.canvas import COLOURS, HATCHES, MARKERS, axes_for, check_axes, ink, legend, said
from viz.plots.plain import array, at_least_two, drawable, reals
from viz.plots.scores import Verdict, answers, judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["plot_decision_boundary"]

_MARGIN = 0.1  # of the width of the data, left free around them


def plot_decision_boundary(
    model: Any,
    X: Any,  # noqa: N803  (the matrix of inputs is called so everywhere)
    y: Any,
    *,
    threshold: float | None = None,
    resolution: int = 200,
    ax: Axes | None = None,
) -> Axes:
    """Plot which class a model sees where in the plane, the boundaries between them, and the data.

    The model answers for a grid, in batches, without recording a graph. One score for each point tells two classes
    apart, the second from `threshold` on; of several outputs the largest decides. Points that the model takes for
    another class have a ring.

    Args:
        model: a network of nn, on numbers or on arrays; or any function of points of shape (n, 2) whose result has the
            shape (n,) or (n, outputs): float scores, or labels of the kind of y.
        X: the data, of shape (n, 2).
        y: the class of each: numbers or texts. For a model with several outputs the numbers of the outputs, or else as
            many different labels, in sorted order.
        threshold: None means 0, as for logits and margins, or 0.5 if all scores lie from 0 to 1, as probabilities do;
            the legend tells which.
        resolution: points of the grid along each axis.
        ax: the Axes to draw on; by default those of a new figure.

    Raises:
        ShapeError, DtypeError: for data, or answers of the model, of another form.
        ArgumentError: for data that are not finite, or a resolution below 2.
        MissingPackageError: without Matplotlib.

    >>> from matplotlib.figure import Figure
    >>> X = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]
    >>> ax = plot_decision_boundary(lambda points: points[:, 0] - 0.5, X, [0, 1, 0], ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['0', '1', 'boundary: score = 0', 'taken for another: 1 of 3']
    """
    import numpy as np

    check_axes("plot_decision_boundary", ax)
    points, labels = _data(X, y)
    at_least_two("plot_decision_boundary: resolution", resolution)
    low, high = points.min(axis=0), points.max(axis=0)
    pad = np.where(high > low, _MARGIN * (high - low), 1.0)
    grid = np.meshgrid(*np.linspace(low - pad, high + pad, resolution).T)
    everywhere = np.concatenate([np.stack(grid, axis=-1).reshape(-1, 2), points])
    verdict = judged(answers(model, everywhere), labels, threshold)
    ax = axes_for(ax, (7.4, 4.6))
    handles, texts = _regions(ax, grid, verdict)
    chosen = verdict.chosen[resolution**2 :]
    is_wrong = (chosen < 0) | (verdict.classes[chosen] != labels)
    for i, each in enumerate(verdict.classes):
        _points(ax, points[labels == each], i)
    if is_wrong.any():
        handles.append(_rings(ax, points[is_wrong]))
        texts.append(f"taken for another: {is_wrong.sum():,} of {len(labels):,}")
    ax.set(xlabel="x₁", ylabel="x₂")
    legend(ax, handles, texts, "beside")
    return ax


def _data(inputs: Any, y: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    import numpy as np

    points, labels = reals("plot_decision_boundary: X", inputs), array("plot_decision_boundary: y", y)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ShapeError(
            f"plot_decision_boundary: X: found an array of shape {points.shape}; expected (n, 2): points in the plane."
        )
    if labels.shape == (len(points), 1):
        labels = labels[:, 0]
    if labels.shape != (len(points),):
        raise ShapeError(
            f"plot_decision_boundary: y: found an array of shape {labels.shape}; expected ({len(points)},): a "
            "class for each point."
        )
    if labels.dtype.kind not in "fiubUS":
        raise DtypeError(f"plot_decision_boundary: y: found data of dtype {labels.dtype}; expected numbers or texts.")
    for name, found in (("X", points), ("y", labels)):
        if found.dtype.kind == "f" and not np.isfinite(found).all():
            raise ArgumentError(f"plot_decision_boundary: {name}: found NaN or infinity; expected finite numbers.")
    return points, labels


def _regions(ax: Axes, grid: Sequence[NDArray[Any]], verdict: Verdict) -> tuple[list[Any], list[str]]:
    """Draw the areas of the classes and the boundaries; handles and texts for the legend."""
    import numpy as np
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    count = grid[0].size
    for i, margin in enumerate(verdict.margins[:, :count]):
        field = np.ma.masked_invalid(drawable(margin).reshape(grid[0].shape))
        hatch = HATCHES[i % len(HATCHES)]
        look: dict[str, Any] = {"alpha": 0.35}
        if (field > 0.0).any():
            area = ax.contourf(
                *grid, field, levels=[0.0, np.inf], colors=[COLOURS[i % len(COLOURS)]], hatches=[hatch], **look
            )
            area.set(edgecolor=ink(ax), linewidth=0.0)
        if field.count() and field.min() < 0.0 < field.max():
            ax.contour(*grid, field, levels=[0.0], linestyles="solid", colors=[ink(ax)], linewidths=1.5)
        patch = Patch(facecolor=COLOURS[i % len(COLOURS)], edgecolor=ink(ax), hatch=hatch, linewidth=0.0, **look)
        handles.append((patch, Line2D([], [], linestyle="none", **_look(ax, i))))
    texts = [said(str(each)) for each in verdict.classes]
    handles.append(Line2D([], [], color=ink(ax), linewidth=1.5))
    texts.append(f"boundary: {verdict.rule}")
    unknown = int((verdict.chosen[:count] < 0).sum())
    if unknown:
        handles.append(Patch(facecolor="none", edgecolor=ink(ax), linewidth=0.8))
        texts.append(f"no number: {unknown / count:.1%} of the area")
    return handles, texts


def _look(ax: Axes, i: int) -> dict[str, Any]:
    return {
        "marker": MARKERS[i % len(MARKERS)],
        "markerfacecolor": COLOURS[i % len(COLOURS)],
        "markeredgecolor": ink(ax),
    }


def _points(ax: Axes, points: NDArray[Any], i: int) -> None:
    ax.plot(*points.T, linestyle="none", markersize=6, markeredgewidth=0.8, **_look(ax, i), zorder=3)


def _rings(ax: Axes, points: NDArray[Any]) -> Any:
    look: dict[str, Any] = {
        "marker": "o",
        "markersize": 12,
        "markerfacecolor": "none",
        "markeredgecolor": ink(ax),
        "markeredgewidth": 1.6,
    }
    return ax.plot(*points.T, linestyle="none", zorder=4, **look)[0]
