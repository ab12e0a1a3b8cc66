"""`plot_loss_surface`: contours have their heights, paths their points."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="matplotlib, of the extra examples, is not installed here")

from matplotlib.axes import Axes
from plotting import INF, NAN, fresh, rendered, words

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from viz.plots import plot_loss_surface
from viz.plots.canvas import COLOURS


def bowl(x: Any, y: Any) -> Any:
    return x * x + 2.0 * y * y


def rosenbrock(x: Any, y: Any) -> Any:
    return (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2


def heights(ax: Axes) -> Any:
    return next(collection for collection in ax.collections if getattr(collection, "filled", False))


def test_the_contours_lie_where_the_function_has_their_heights() -> None:
    for f in (bowl, rosenbrock):
        ax = plot_loss_surface(f, resolution=300, ax=fresh())
        lines = next(c for c in ax.collections if getattr(c, "filled", True) is False)
        for level, path in zip(lines.levels, lines.get_paths(), strict=True):
            assert np.allclose(f(*path.vertices.T), level, rtol=0.02, atol=0.05 if f is bowl else 0.3)


def test_a_wide_range_has_contours_a_factor_apart() -> None:
    wide, narrow = heights(plot_loss_surface(rosenbrock, ax=fresh())), heights(plot_loss_surface(bowl, ax=fresh()))
    ratios = np.diff(np.log(wide.levels[1:] - wide.levels[0]))
    assert np.allclose(ratios, ratios[0], rtol=1e-6) and np.allclose(np.diff(narrow.levels), np.diff(narrow.levels)[0])
    labels = [plot_loss_surface(f, ax=fresh()).figure.axes[1].get_ylabel() for f in (rosenbrock, bowl)]
    assert labels == ["f(x, y), on a log-like scale", "f(x, y)"]


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: bowl(float(x), float(y)),  # of numbers only
        lambda x, y: bowl(x, y) if x < 9.0 else 0.0,
        lambda x, y: Value(x) * x + 2.0 * Value(y) * y,
        lambda x, y: float(np.sum([x * x, 2.0 * y * y])),  # of arrays it is something else
        lambda x, y: bowl(x, y) + np.ravel(x)[0] - np.ravel(x)[0],
        lambda x, y: np.array([bowl(x, y)]) if isinstance(x, float) else 1.0,
    ],
)
def test_functions_of_numbers_and_of_arrays_give_the_same_surface(f: Any) -> None:
    expected, found = (heights(plot_loss_surface(g, resolution=12, ax=fresh())) for g in (bowl, f))
    assert np.allclose(expected.levels, found.levels)
    assert all(
        np.allclose(a.vertices, b.vertices) for a, b in zip(expected.get_paths(), found.get_paths(), strict=True)
    )


def test_paths_go_through_their_points_and_tell_how_they_end() -> None:
    paths = {
        "SGD": [(1.0, 1.0), (0.5, 0.5), (0.0, 0.1)],
        "out": np.array([[1.0, 1.0], [3.0, 0.0]]),
        "lost": [(1.0, 1.0), (NAN, 0.0), (0.0, 0.0)],
        "one": [(Value(1.0), Value(0.0))],
        "never": [(INF, 0.0)],
    }
    ax = plot_loss_surface(bowl, trajectories=paths, ax=fresh())
    assert words(ax) == [
        "SGD: 2 steps", "out: 1 step, ends outside", "lost: 2 steps, not finite from step 1 on", "one: 0 steps",
        "never: 0 steps, not finite from step 0 on",
    ]  # fmt: skip
    drawn = [line.get_xydata().tolist() for line in ax.lines if line.get_color() == COLOURS[0]]
    assert drawn[0] == [[1.0, 1.0], [0.5, 0.5], [0.0, 0.1]] and drawn[-1] == [[0.0, 0.1]]
    assert ax.get_xlim() == (-2.0, 2.0) and ax.get_ylim() == (-2.0, 2.0) and rendered(ax)


def test_where_the_function_is_not_finite_the_legend_says_so() -> None:
    ax = plot_loss_surface(lambda x, y: np.log(x) + y, ax=fresh())
    assert words(ax) == ["f is not finite"] and rendered(ax)
    with pytest.raises(ArgumentError, match="plot_loss_surface: f: found no finite value"):
        plot_loss_surface(lambda x, y: x * NAN, ax=fresh())


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e305])
def test_surfaces_of_any_height_can_be_drawn(scale: float) -> None:
    for f in (bowl, rosenbrock, lambda x, y: np.where(np.abs(x + y) < 0.1, x, 0.0)):
        assert rendered(plot_loss_surface(lambda x, y, f=f: f(x, y) * scale, resolution=20, ax=fresh()))


@pytest.mark.parametrize(
    ("f", "options", "error", "message"),
    [
        (1.0, {}, DtypeError, "f: found float"),
        (bowl, {"x": (1, 0)}, ShapeError, "x: found"),
        (bowl, {"y": 3}, ShapeError, "y: found 3"),
        (bowl, {"resolution": True}, ArgumentError, "resolution: found True"),
        (bowl, {"trajectories": [(0, 0)]}, DtypeError, "trajectories: found list; expected a mapping"),
        (bowl, {"trajectories": {"a": [1.0, 2.0]}}, ShapeError, r"trajectories: a: found an array of shape \(2,\)"),
        (lambda x, y: [x, y], {}, ShapeError, "f's result: found an array of shape"),
        (lambda x, y: "high", {}, DtypeError, "f's result: found data of dtype"),
    ],
)
def test_what_is_no_surface_is_refused(f: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"plot_loss_surface: {message}"):
        plot_loss_surface(f, ax=fresh(), **options)


def test_what_the_function_itself_raises_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        plot_loss_surface(lambda x, y: 1 // 0, ax=fresh())
