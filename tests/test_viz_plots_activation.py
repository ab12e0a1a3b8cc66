"""`plot_activation`: the function, its derivative, and every kink where it is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib", reason="matplotlib, of the extra examples, is not installed here")

from matplotlib.axes import Axes
from plotting import INF, NAN, fresh, rendered, words

import autograd
from autograd.errors import ArgumentError, ShapeError, SignatureError
from viz.plots import plot_activation
from viz.plots.canvas import COLOURS
from viz.plots.kinks import Kink, kinks

KINKS = {
    "relu": [0], "relu6": [0, 6], "leaky_relu": [0], "hardtanh": [-1, 1], "hardsigmoid": [-3, 3], "hardswish": [-3, 3],
    "softshrink": [-0.5, 0.5], "hardshrink": [-0.5, 0.5], "selu": [0], "abs": [0], "step": [],
    "tanh": [], "sigmoid": [],
    "gelu": [], "silu": [], "mish": [], "softplus": [], "elu": [], "celu": [], "softsign": [],
    "log_sigmoid": [], "tanhshrink": [], "exp": [], "log": [], "sqrt": [], "tan": [],
}  # fmt: skip


def curves(ax: Axes) -> tuple[Any, Any]:
    """The function and its derivative, as (x, y)."""
    return tuple(line.get_xydata() for line in ax.lines if len(line.get_xdata()) > 100)  # type: ignore[return-value]


@pytest.mark.parametrize("name", KINKS)
def test_an_activation_is_drawn_with_its_derivative_and_all_its_kinks(name: str) -> None:
    ax = plot_activation(name, x=(-7.0, 7.0), ax=fresh())
    function = autograd.TABLE[name]
    value, slope = curves(ax)
    with np.errstate(all="ignore"):
        at = np.isfinite(value[:, 1])
        assert np.array_equal(value[at, 1], function(value[at, 0]))
        at = np.isfinite(slope[:, 1])
        assert np.array_equal(slope[at, 1], autograd.elementwise_grad(function)(slope[at, 0]))
        expected = [f"at {k:g}: derivative taken as {autograd.grad(function)(float(k)):.4g}" for k in KINKS[name]]
    assert [text.partition(" ")[2] for text in words(ax)[2:]] == expected
    assert not np.isfinite(slope[np.isin(slope[:, 0], KINKS[name]), 1]).any(), "a jump is a gap, not a steep line"
    assert rendered(ax)


def test_a_kink_shows_both_sides_and_what_is_taken() -> None:
    ax = plot_activation("leaky_relu", negative_slope=0.25, ax=fresh())
    on_slope = [line for line in ax.lines if line.get_color() == COLOURS[3] and len(line.get_xdata()) < 3]
    assert [line.get_ydata().tolist() if len(line.get_ydata()) > 1 else line.get_ydata() for line in on_slope] == [
        [0.25, 1.0],
        [0.25],
    ]
    assert words(ax)[2] == "kink at 0: derivative taken as 0.25"
    assert words(plot_activation("hardshrink", ax=fresh()))[2].startswith("jump at -0.5")


@given(st.floats(-3.0, 3.0), st.floats(-2.0, 2.0))
def test_a_kink_is_found_to_the_last_bit(place: float, slope: float) -> None:
    def derivative(x: Any) -> Any:
        return np.where(x < place, slope, slope + 1.0) + np.cos(x)

    (found,) = kinks(derivative, np.linspace(-4.0, 4.0, 801))
    assert abs(found.x - place) <= 2 * np.spacing(abs(place)) or abs(found.x - place) < 1e-12
    assert kinks(lambda x: np.tanh(1e6 * (x - place)), np.linspace(-4.0, 4.0, 801)) == [], "steep, and yet smooth"


def test_kinks_at_odd_places_are_exact() -> None:
    third = 1.0 / 3.0
    assert kinks(lambda x: np.sign(x - third), np.linspace(-1.0, 1.0, 50)) == [Kink(third, 0.0)]
    assert kinks(lambda x: np.full_like(x, NAN), np.linspace(-1.0, 1.0, 50)) == []


def test_an_activation_may_be_any_function_and_take_operands_by_name() -> None:
    ax = plot_activation(lambda x: autograd.maximum(x, 0.5 * x - 1.0), ax=fresh())
    assert words(ax)[0] == "<lambda>(x)" and words(ax)[2].startswith("kink at -2:")
    assert words(plot_activation("prelu", weight=0.5, ax=fresh()))[2] == "kink at 0: derivative taken as 0.5"
    many = plot_activation(lambda x: abs(x - autograd.floor(x) - 0.5), ax=fresh())
    assert words(many)[2].endswith("kinks, from -3.5 to 3.5") or "kinks, from" in words(many)[2]


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("rleu", {}, ArgumentError, "name: found 'rleu'; expected the name of an elementwise function"),
        ("softmax", {}, ArgumentError, "name: found 'softmax'"),
        ("add", {}, ArgumentError, "name: found 'add'"),
        (3.0, {}, ArgumentError, "name: found 3.0"),
        ("relu", {"x": (1.0, 1.0)}, ShapeError, "x: found .1.0, 1.0.; expected two finite numbers"),
        ("relu", {"x": (0.0, INF)}, ShapeError, "x: found"),
    ],
)
def test_what_is_no_activation_is_refused(name: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"plot_activation: {message}"):
        plot_activation(name, ax=fresh(), **options)
    with pytest.raises(SignatureError):
        plot_activation("relu", slope=1.0, ax=fresh())
