"""`plot_history`: what a training loop gathered, as curves over the epochs."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, DtypeError, ShapeError
from viz.plots.canvas import COLOURS, DASHES, MARKERS, axes_for, check_axes, legend, said
from viz.plots.plain import drawable, reals, wanted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["plot_history"]

_SHARE = re.compile(r"(?:^|[\W_])(?:acc|accuracy|precision|recall|f1|auc|share)(?:$|[\W_])", re.IGNORECASE)
_MANY = 40  # entries from which on a marker for each would hide the curve
_WIDE = math.log10(50.0)  # decades from the least value to the largest, from which on a log scale shows more
_WIDEST = 500.0  # decades that Matplotlib's arithmetic has room for


@dataclass(frozen=True)
class _Curve:
    name: str
    x: NDArray[Any]
    y: NDArray[Any]

    def is_share(self) -> bool:
        finite = self.finite()
        return bool(_SHARE.search(self.name)) and bool(((finite >= 0.0) & (finite <= 1.0)).all())

    def finite(self) -> NDArray[Any]:
        import numpy as np

        finite: NDArray[Any] = self.y[np.isfinite(self.y)]
        return finite


def plot_history(
    history: Any,
    *,
    names: Iterable[str] | None = None,
    right: Collection[str] | None = None,
    xlabel: str = "epoch",
    ax: Axes | None = None,
) -> Axes:
    """Plot losses, accuracies and whatever else a training loop gathered, and mark every NaN and infinity.

    Entry number k of a sequence stands at k, counted from 1; None is an entry that was not measured. Numbers that are
    all positive and span more than a factor of 50 stand on a log scale. Markers at the edge of the plot show where one
    is NaN or infinite, and the legend says how often and where first. What is no sequence of numbers, such as the
    confusion matrices of a Trainer, is left out, and the legend says so.

    Args:
        history: a mapping from names to sequences of numbers, or an object whose attribute `history` is one.
        names: what to plot of it, by default all.
        right: the names that go by the scale on the right; by default the shares from 0 to 1, such as accuracy, where
            anything else is plotted too.
        xlabel: what an entry stands for.
        ax: the Axes to draw on; by default those of a new figure.

    Returns:
        The Axes; the scale on the right is a twin of theirs.

    Raises:
        DtypeError, ShapeError: where `names` asks for anything but a sequence of numbers, or there is none at all.
        ArgumentError: for a name that the history does not have.
        MissingPackageError: without Matplotlib.

    >>> from matplotlib.figure import Figure
    >>> ax = plot_history({"loss": [0.9, 0.5, float("nan")]}, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['loss', 'loss is NaN at 3']
    """
    check_axes("plot_history", ax)
    from matplotlib.lines import Line2D

    curves, others = _curves(history, names)
    on_right = _on_right(curves, right)
    ax = axes_for(ax, (7.0, 4.2))
    axes = [ax, ax.twinx()] if on_right else [ax]
    if on_right:  # the left Axes, which hold the legend, are drawn last and let the others shine through
        ax.set_zorder(axes[1].get_zorder() + 1)
        ax.patch.set_visible(False)
    handles, labels = [], []
    for i, curve in enumerate(curves):
        place = axes[curve.name in on_right]
        for handle, label in _draw(place, curve, i):
            handles.append(handle)
            labels.append(f"{label} (right)" if place is not ax and label == said(curve.name) else label)
    for name in others:
        handles.append(Line2D([], [], linestyle="none"))
        labels.append(f"{said(name)}: no sequence of numbers, not drawn")
    for place in axes:
        _scale(place, [curve for curve in curves if axes[curve.name in on_right] is place])
    ax.set_xlabel(said(xlabel))
    ax.grid(alpha=0.3)
    legend(ax, handles, labels, "above")
    return ax


def _curves(history: Any, names: Iterable[str] | None) -> tuple[list[_Curve], list[str]]:
    """The curves, and the names of what has none: an error only if it was asked for, or nothing else is there."""
    found = history
    for _ in range(2):  # a trainer has a History, which has the mapping
        found = found if isinstance(found, Mapping) else getattr(found, "history", None)
    if not isinstance(found, Mapping):
        raise DtypeError(
            f"plot_history: history: found {type(history).__name__}; expected a mapping from names to sequences of "
            'numbers, such as {"loss": [0.9, 0.5]}, or an object with one as its attribute `history`.'
        )
    chosen = wanted("plot_history: names", names, found)
    if not chosen:
        raise ArgumentError("plot_history: found no name to plot; expected at least one sequence of numbers.")
    curves: list[_Curve] = []
    others: list[str] = []
    for name in chosen:
        try:
            curves.append(_curve(name, found[name]))
        except (DtypeError, ShapeError):
            others.append(str(name))
            if names is not None or len(others) == len(chosen):
                raise
    return curves, others


def _curve(name: Any, entries: Any) -> _Curve:
    what = f"plot_history: {name}"
    if not hasattr(entries, "__iter__") or isinstance(entries, (str, bytes, Mapping)):
        raise DtypeError(f"{what}: found {type(entries).__name__}; expected a sequence of numbers.")
    measured = [(k, entry) for k, entry in enumerate(entries, start=1) if entry is not None]
    y = reals(what, [entry for _, entry in measured])
    if y.ndim != 1:
        raise ShapeError(f"{what}: found an array of shape {y.shape}; expected a sequence of numbers.")
    return _Curve(str(name), reals(what, [k for k, _ in measured]), y)


def _on_right(curves: list[_Curve], right: Collection[str] | None) -> set[str]:
    names = {curve.name for curve in curves}
    if right is not None:
        return set(wanted("plot_history: right", right, names))
    shares = {curve.name for curve in curves if curve.is_share()}
    return shares if shares != names else set()


def _draw(ax: Axes, curve: _Curve, i: int) -> Iterable[tuple[Any, str]]:
    """Draw a curve and its marks; each with its label."""
    import numpy as np

    colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)] if len(curve.y) <= _MANY else ""
    name, heights = said(curve.name), drawable(np.where(np.isfinite(curve.y), curve.y, np.nan))
    (line,) = ax.plot(
        curve.x, heights, color=colour, linestyle=DASHES[i % len(DASHES)], marker=marker, markersize=4, linewidth=1.8
    )
    yield line, name if len(curve.y) else f"{name}: no entries"
    edges = ax.get_xaxis_transform()  # x as in the plot, y from 0 at its lower edge to 1 at the upper one
    kinds = (
        ("NaN", np.isnan(curve.y), "x", 0.97),
        ("inf", curve.y == np.inf, "^", 0.97),
        ("-inf", curve.y == -np.inf, "v", 0.03),
    )
    for word, hit, sign, height in kinds:
        if hit.any():
            places = curve.x[hit]
            (marks,) = ax.plot(
                places, np.full(len(places), height), sign, color=colour, transform=edges, markersize=8, clip_on=False
            )
            often = f"at {places[0]:.0f}" if len(places) == 1 else f"{len(places):,} times, first at {places[0]:.0f}"
            yield marks, f"{name} is {word} {often}"


def _scale(ax: Axes, curves: list[_Curve]) -> None:
    """Scale and label the y axis for its curves."""
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    values = np.concatenate([curve.finite() for curve in curves]) if curves else np.zeros(0)
    least, most = (values.min(), values.max()) if values.size else (0.0, 0.0)
    if least > 0.0 and _WIDE < math.log10(most) - math.log10(least) < _WIDEST:
        ax.set_yscale("log")
    elif curves and all(curve.is_share() for curve in curves):
        ax.set_ylim(-0.03, 1.03)
    ax.set_ylabel(", ".join(said(curve.name) for curve in curves[:3]) + (", …" if len(curves) > 3 else ""))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
