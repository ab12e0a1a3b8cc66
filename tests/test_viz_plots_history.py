"""`plot_history`: curves are what was gathered, and every NaN and infinity has a mark."""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib", reason="matplotlib, of the extra examples, is not installed here")

from plotting import INF, NAN, fresh, rendered, words

import nn
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from viz.plots import plot_history


def test_a_history_is_drawn_as_it_is() -> None:
    ax = plot_history({"loss": [3.0, 2.0, 1.0], "val_loss": [None, 2.5, None]}, ax=fresh())
    assert [line.get_xydata().tolist() for line in ax.lines] == [[[1, 3], [2, 2], [3, 1]], [[2, 2.5]]]
    assert words(ax) == ["loss", "val_loss"] and ax.get_xlabel() == "epoch"
    assert len({line.get_linestyle() for line in ax.lines}) == len({line.get_color() for line in ax.lines}) == 2


def test_a_history_may_hold_values_and_be_an_attribute() -> None:
    class History:
        history = {"loss": [Value(2.0), Value(np.float32(1.0)), 0.5], "steps": (1, 2, 3)}  # noqa: RUF012  (it only stands for one)

    ax = plot_history(History(), names=["loss"], xlabel="step", ax=fresh())
    assert ax.lines[0].get_ydata().tolist() == [2.0, 1.0, 0.5]
    assert words(ax) == ["loss"] and ax.get_xlabel() == "step"


def test_a_trainer_has_a_history() -> None:
    trainer = nn.Trainer(nn.Linear(1, 1, rng=0), rng=0).compile("sgd", "mse_loss")
    trainer.fit([[1.0], [2.0]], [[1.0], [2.0]], epochs=3, verbose=0)
    assert plot_history(trainer, ax=fresh()).lines[0].get_ydata().tolist() == trainer.history.history["loss"]


def test_what_is_no_sequence_of_numbers_is_left_out_in_words_but_not_where_it_is_asked_for() -> None:
    trainer = nn.Trainer(nn.Linear(2, 2, rng=0), rng=0)
    trainer.compile("sgd", "cross_entropy", metrics=["accuracy", "confusion_matrix"])
    trainer.fit([[1.0, 0.0], [0.0, 1.0]], [0, 1], epochs=2, verbose=0)
    ax = plot_history(trainer, ax=fresh())
    without = [name for name in trainer.history.history if name != "confusion_matrix"]
    assert {name.partition(" ")[0] for name in words(ax)[:-1]} == set(without)
    assert words(ax)[-1] == "confusion_matrix: no sequence of numbers, not drawn" and rendered(ax)
    with pytest.raises(ShapeError, match=r"confusion_matrix: found an array of shape \(2, 2, 2\)"):
        plot_history(trainer, names=["loss", "confusion_matrix"], ax=fresh())
    ax = plot_history({"loss": [1.0], "report": [{"a": 1}], "optimizer": "adam"}, ax=fresh())
    assert [name.partition(":")[0] for name in words(ax)] == ["loss", "report", "optimizer"]


def test_shares_have_a_scale_of_their_own() -> None:
    ax = plot_history({"loss": [9.0, 8.0], "val_accuracy": [0.1, 0.9]}, ax=fresh())
    left, right = ax.figure.axes
    assert left is ax and words(ax) == ["loss", "val_accuracy (right)"]
    assert left.lines[0].get_ydata().tolist() == [9.0, 8.0] and right.lines[0].get_ydata().tolist() == [0.1, 0.9]
    assert right.get_ylim()[0] < 0.0 and right.get_ylim()[1] > 1.0
    alone = plot_history({"accuracy": [0.1, 0.9]}, ax=fresh())
    assert alone.figure.axes == [alone] and alone.get_ylim()[1] > 1.0
    chosen = plot_history({"loss": [9.0], "lr": [0.1]}, right=["lr"], ax=fresh())
    assert words(chosen) == ["loss", "lr (right)"]
    percent = plot_history({"loss": [9.0], "accuracy": [10.0]}, ax=fresh())  # in per cent, or no share at all
    assert percent.figure.axes == [percent]


@given(st.lists(st.floats(width=32), max_size=60))
def test_every_number_that_is_not_finite_is_marked_once(losses: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = plot_history({"loss": losses}, ax=fresh())
    curve, *marks = ax.lines
    assert np.array_equal(np.isfinite(curve.get_ydata()), np.isfinite(losses))
    marked = {mark.get_marker(): mark.get_xdata().tolist() for mark in marks}
    signs = {"x": np.isnan(losses), "^": np.equal(losses, INF), "v": np.equal(losses, -INF)}
    assert marked == {sign: (1 + np.flatnonzero(hit)).tolist() for sign, hit in signs.items() if hit.any()}
    assert len(words(ax)) == 1 + len(marked)


@pytest.mark.parametrize(
    "losses", [[1e308, -1e308], [1e308] * 3, [5e-324, 1.0, 1e308], [1e-320] * 3, [1.0, 1.0 + 1e-16]]
)
def test_losses_at_the_ends_of_the_floats_can_be_drawn(losses: list[float]) -> None:
    assert rendered(plot_history({"loss": losses}, ax=fresh()))


def test_the_legend_tells_of_nan_and_infinity() -> None:
    ax = plot_history({"loss": [1.0, NAN, INF, NAN], "val": [-INF], "none": []}, ax=fresh())
    assert words(ax) == [
        "loss", "loss is NaN 2 times, first at 2", "loss is inf at 3", "val", "val is -inf at 1", "none: no entries",
    ]  # fmt: skip
    assert rendered(ax)


def test_a_wide_range_of_losses_stands_on_a_log_scale() -> None:
    assert plot_history({"loss": [100.0, 1.0]}, ax=fresh()).get_yscale() == "log"
    assert plot_history({"loss": [2.0, 1.0]}, ax=fresh()).get_yscale() == "linear"
    assert plot_history({"loss": [100.0, 0.0]}, ax=fresh()).get_yscale() == "linear"  # it has no logarithm


def test_names_are_text_and_nothing_else() -> None:
    names = ["cost in $", "$\\frac$", "_hidden", "a\nb", "x" * 10_000, "<script>"]
    ax = plot_history({name: [1.0, 2.0] for name in names}, ax=fresh())
    assert rendered(ax)
    assert words(ax)[:4] == ["cost in \\$", "\\$\\frac\\$", " _hidden", "a\\nb"] and len(words(ax)[4]) < 100


@pytest.mark.parametrize(
    ("history", "options", "error", "message"),
    [
        ([1.0], {}, DtypeError, "history: found list; expected a mapping"),
        ({}, {}, ArgumentError, "found no name to plot"),
        ({"loss": 1.0}, {}, DtypeError, "loss: found float; expected a sequence of numbers"),
        ({"loss": "abc"}, {}, DtypeError, "loss: found str"),
        ({"loss": ["a"]}, {}, DtypeError, "loss: found data of dtype <U1; expected real numbers"),
        ({"loss": [[1.0], [1.0, 2.0]]}, {}, ShapeError, "loss: found lists of different lengths"),
        ({"loss": [[1.0], [2.0]]}, {}, ShapeError, r"loss: found an array of shape \(2, 1\)"),
        ({"loss": [1.0]}, {"names": ["acc"]}, ArgumentError, "names: found 'acc'; expected names from loss"),
        ({"loss": [1.0]}, {"right": ["acc"]}, ArgumentError, "right: found 'acc'"),
    ],
)
def test_what_is_no_history_is_refused(history: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"plot_history: {message}"):
        plot_history(history, ax=fresh(), **options)
