"""What holds of every plot of `viz.plots`: where it is drawn, its words and colours, and what is missing."""

import random
import sys
from collections.abc import Callable

import pytest
from processes import run_python

pytest.importorskip("matplotlib", reason="matplotlib, of the extra examples, is not installed here")

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from plotting import CORNERS, fresh, rendered

from autograd.errors import DtypeError, MissingPackageError
from nn import MLP
from viz.plots import (
    plot_activation,
    plot_decision_boundary,
    plot_gradient_flow,
    plot_history,
    plot_loss_surface,
    plot_weights,
)

PLOTS: dict[str, Callable[[Axes | None], Axes]] = {
    "history": lambda ax: plot_history({"loss": [2.0, 1.0], "accuracy": [0.1, 0.7]}, ax=ax),
    "activation": lambda ax: plot_activation("hardswish", ax=ax),
    "boundary": lambda ax: plot_decision_boundary(lambda p: p[:, 0] - 0.5, CORNERS, [0, 1, 1, 0], ax=ax),
    "surface": lambda ax: plot_loss_surface(lambda x, y: x * x + y, trajectories={"a": [(0, 0), (1, 1)]}, ax=ax),
    "weights": lambda ax: plot_weights(MLP(2, [3, 1], rng=random.Random(0)), ax=ax),
    "flow": lambda ax: plot_gradient_flow(MLP(2, [3, 1], rng=random.Random(0)), ax=ax),
}
over_plots = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)


@over_plots
def test_a_plot_is_drawn_on_the_axes_it_is_given(plot: Callable[[Axes | None], Axes]) -> None:
    ax = fresh()
    assert plot(ax) is ax and rendered(ax)


@over_plots
def test_a_plot_without_axes_makes_a_figure_of_its_own(plot: Callable[[Axes | None], Axes]) -> None:
    from matplotlib import pyplot as plt

    plt.switch_backend("agg")
    first, second = plot(None), plot(None)
    assert first.figure is not second.figure and rendered(first)
    for ax in (first, second):
        plt.close(ax.figure)


@over_plots
def test_no_text_is_cut_off_or_tiny(plot: Callable[[Axes | None], Axes]) -> None:
    from matplotlib import pyplot as plt
    from matplotlib.text import Text

    plt.switch_backend("agg")
    ax = plot(None)
    figure = ax.figure
    rendered(ax)
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text() and text.get_window_extent().width:
            assert text.get_fontsize() >= 8
    tight = figure.get_tightbbox()  # inches: all that is drawn
    assert tight.x0 >= -0.05 and tight.y0 >= -0.05
    assert tight.x1 <= figure.get_figwidth() + 0.05 and tight.y1 <= figure.get_figheight() + 0.05
    plt.close(figure)


@over_plots
@pytest.mark.parametrize("layout", ["constrained", "tight", None])
def test_a_title_that_is_set_later_does_not_touch_the_legend(
    plot: Callable[[Axes | None], Axes], layout: str | None
) -> None:
    ax = plot(Figure(figsize=(7.0, 5.0), layout=layout).subplots())
    ax.set_title("A title\nof two lines")
    ax.set_title("and one more", loc="left")
    rendered(ax)
    legend = ax.get_legend()
    for title in (ax.title, ax._left_title) if legend else ():
        below, above = legend.get_window_extent(), title.get_window_extent()
        assert above.y0 >= below.y1 - 1.0 or above.y0 >= ax.get_window_extent().y1, "pixels"
        assert not above.overlaps(below.expanded(0.99, 0.9))
        assert above.y1 <= ax.figure.bbox.y1 + 1.0
    if legend:
        legend.remove()
        assert rendered(ax)


@over_plots
def test_in_the_dark_no_ink_is_black(plot: Callable[[Axes | None], Axes]) -> None:
    from matplotlib import rc_context
    from matplotlib import style as styles

    with rc_context(), styles.context("dark_background"):
        ax = plot(fresh())
        rendered(ax)
    for legend in [ax.get_legend()] if ax.get_legend() else []:
        assert legend.get_frame().get_facecolor()[:3] == (0.0, 0.0, 0.0)
        assert {to_rgb(text.get_color()) for text in legend.get_texts()} == {(1.0, 1.0, 1.0)}
    assert (0.0, 0.0, 0.0) not in {to_rgb(line.get_color()) for line in ax.lines}


@over_plots
def test_something_else_than_axes_is_refused(plot: Callable[[Axes | None], Axes]) -> None:
    with pytest.raises(DtypeError, match=r"plot_\w+: ax: found ndarray; expected one Axes.*pass one element"):
        plot(Figure().subplots(2, 2))  # type: ignore[arg-type]


@over_plots
def test_without_matplotlib_the_error_says_how_to_get_it(
    plot: Callable[[Axes | None], Axes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingPackageError, match=r'plot_\w+: .*pip install "glassgrad\[examples\]"'):
        plot(None)


def test_importing_the_plots_loads_neither_numpy_nor_matplotlib() -> None:
    run_python("-c", "import sys, viz.plots\nassert not {'numpy', 'matplotlib'} & set(sys.modules)")
