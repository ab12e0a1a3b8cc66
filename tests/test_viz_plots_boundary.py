"""`plot_decision_boundary`: the boundary is where the model's answer changes, whatever the model is."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="matplotlib, of the extra examples, is not installed here")

from matplotlib.axes import Axes
from plotting import CORNERS, NAN, fresh, rendered, words

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn import MLP, Module, Neuron
from viz.plots import plot_decision_boundary


def ring(n: int = 40) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (n, 2))
    return points, (np.hypot(*points.T) > 0.7).astype(int)


def boundary_points(ax: Axes) -> np.ndarray[Any, Any]:
    """All points of the boundary lines."""
    lines = [contour for contour in ax.collections if contour.get_linewidths()[0] > 1.0]
    return np.concatenate([path.vertices for line in lines for path in line.get_paths()])


@pytest.mark.parametrize(
    "form", ["scores (n,)", "scores (n, 1)", "Values", "probabilities", "labels", "two outputs", "list"]
)
def test_the_boundary_is_where_it_is(form: str) -> None:
    def score(points: Any) -> Any:
        return np.hypot(points[:, 0], points[:, 1]) - 0.7

    models: dict[str, Callable[[Any], Any]] = {
        "scores (n,)": score,
        "scores (n, 1)": lambda p: score(p)[:, None],
        "Values": lambda p: Value(score(p)),
        "probabilities": lambda p: 1.0 / (1.0 + np.exp(-9.0 * score(p))),
        "labels": lambda p: (score(p) > 0.0).astype(int),
        "two outputs": lambda p: np.stack([-score(p), score(p)], axis=1),
        "list": lambda p: [Value(each) for each in score(p).tolist()],
    }
    X, y = ring()  # noqa: N806
    ax = plot_decision_boundary(models[form], X, y, ax=fresh())
    found = boundary_points(ax)
    assert len(found) > 50 and abs(np.hypot(*found.T) - 0.7).max() < 0.02
    rule = {"probabilities": "score = 0.5", "labels": "the model's labels", "two outputs": "equal outputs"}
    assert words(ax) == ["0", "1", f"boundary: {rule.get(form, 'score = 0')}"]
    assert sorted(len(line.get_xdata()) for line in ax.lines) == sorted(np.bincount(y).tolist())
    assert len({line.get_marker() for line in ax.lines}) == 2


@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_models_on_numbers_and_on_arrays_have_the_same_boundary(outputs: int) -> None:
    X, y = np.random.default_rng(1).normal(size=(30, 2)), np.arange(30) % max(2, outputs)  # noqa: N806
    scalar = MLP(2, [4, outputs], rng=random.Random(3))
    first, second = (plot_decision_boundary(m, X, y, resolution=30, ax=fresh()) for m in (scalar, scalar.vectorize()))
    assert np.array_equal(boundary_points(first), boundary_points(second)) and words(first) == words(second)


def test_a_model_on_numbers_of_ones_own_is_called_point_by_point() -> None:
    class Line(Module):
        def __init__(self) -> None:
            self.slope = Value(2.0)

        def __call__(self, point: Any) -> Value:
            x, y = point
            return y - self.slope * x

    model = Line()
    ax = plot_decision_boundary(model, CORNERS, [0, 1, 0, 1], resolution=9, ax=fresh())
    found = boundary_points(ax)
    assert np.allclose(found[:, 1], 2.0 * found[:, 0]) and not model.slope.has_grad
    unit = plot_decision_boundary(Neuron(2, rng=random.Random(0)), CORNERS, [0, 1, 0, 1], resolution=9, ax=fresh())
    assert words(unit)[:2] == ["0", "1"]


def test_the_grid_is_computed_in_batches_without_a_graph() -> None:
    sizes, recorded = [], []
    weight = Value([1.0, -1.0])

    def model(points: Any) -> Any:
        sizes.append(len(points))
        out = points @ weight
        recorded.append(out.requires_grad)
        return out

    plot_decision_boundary(model, CORNERS, [0, 1, 0, 1], resolution=100, ax=fresh())
    assert sum(sizes) == 100 * 100 + 4 and max(sizes) < 5000 and not any(recorded)


def test_several_classes_each_have_their_region_and_wrong_points_a_ring() -> None:
    centres = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 4.0]])

    def nearest(points: Any) -> Any:
        return -((points[:, None] - centres) ** 2).sum(axis=-1)

    names = np.array(["ash", "birch", "cedar", "dogwood"])
    ax = plot_decision_boundary(nearest, [*centres, [0.1, 0.1]], [*names, "cedar"], ax=fresh())
    assert words(ax) == [*names, "boundary: equal outputs", "taken for another: 1 of 5"]
    assert ax.lines[-1].get_xydata().tolist() == [[0.1, 0.1]]
    found = boundary_points(ax)
    assert (np.abs(found - 2.0).min(axis=1) < 1e-9).all()
    assert len({area.hatches[0] for area in ax.collections if getattr(area, "hatches", [None])[0] is not None}) == 4
    five = np.arange(4)  # integer labels are the outputs' numbers, also where some do not occur
    assert words(plot_decision_boundary(nearest, centres[:2], five[[0, 3]], ax=fresh()))[:4] == ["0", "1", "2", "3"]


def test_where_a_model_gives_no_number_the_legend_says_so() -> None:
    ax = plot_decision_boundary(
        lambda p: np.where(p[:, 0] < 0.5, NAN, p[:, 1] - 0.5), CORNERS, [0, 1, 0, 1], resolution=50, ax=fresh()
    )
    assert words(ax) == [
        "0", "1", "boundary: score = 0", "no number: 50.0% of the area", "taken for another: 2 of 4",
    ]  # fmt: skip
    infinite = plot_decision_boundary(lambda p: np.log(p[:, 0] - 0.5), CORNERS, [0, 1, 1, 0], ax=fresh())
    assert rendered(ax) and rendered(infinite)


def test_one_class_alone_and_one_point_alone_can_be_drawn() -> None:
    ax = plot_decision_boundary(lambda p: p[:, 0] - 9.0, [[0.0, 0.0]], [-1], ax=fresh())
    assert words(ax) == ["-1", "1", "boundary: score = 0"] and rendered(ax)
    assert words(plot_decision_boundary(lambda p: p[:, 0], CORNERS, [[1], [0], [1], [0]], threshold=0.25, ax=fresh()))[
        2
    ] == ("boundary: score = 0.25")


@pytest.mark.parametrize(
    ("model", "X", "y", "options", "error", "message"),
    [
        (3, CORNERS, [0, 1, 0, 1], {}, DtypeError, "model: found int"),
        (len, [[1.0]], [0], {}, ShapeError, r"X: found an array of shape \(1, 1\); expected \(n, 2\)"),
        (len, [], [], {}, ShapeError, r"X: found an array of shape \(0,\)"),
        (len, CORNERS, [0, 1], {}, ShapeError, r"y: found an array of shape \(2,\); expected \(4,\)"),
        (len, [[NAN, 0.0]], [1], {}, ArgumentError, "X: found NaN or infinity"),
        (len, CORNERS, [None] * 4, {}, DtypeError, "y: found data of dtype object"),
        (len, CORNERS, [0, 1, 0, 1], {"resolution": 1}, ArgumentError, "resolution: found 1"),
        (lambda p: p[0] - p[1], CORNERS, [0, 1, 0, 1], {}, ShapeError, r"model: found an answer of shape \(2,\).*Wrap"),
        (lambda p: p[:, 0], CORNERS, [0, 1, 2, 3], {}, ShapeError, "y: found 4 classes, and one score"),
        (lambda p: p[:, [0, 1, 1]], CORNERS, [5, 6, 5, 6], {}, ShapeError, "y: found 2 classes for a model with 3"),
        (lambda p: p, CORNERS, [0, 1, 0, 1], {"threshold": 0.5}, ArgumentError, "threshold: found 0.5 for a model"),
        (lambda p: ["a"] * len(p), CORNERS, [0, 1, 0, 1], {}, DtypeError, "model: found answers of shape"),
    ],
)  # fmt: skip
def test_what_has_no_boundary_is_refused(
    model: Any, X: Any, y: Any, options: Any, error: type[Exception], message: str  # noqa: N803
) -> None:  # fmt: skip
    with pytest.raises(error, match=f"plot_decision_boundary: {message}"):
        plot_decision_boundary(model, X, y, ax=fresh(), **options)
