"""Losses of predicted classes: hard points, mistakes, weights, labels in replay."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from loss_forms import INF, LN2, PAIR, Hard, Mistake, hard_points, mistakes

from autograd import Value, moveaxis, replay
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)

test_hard_points = hard_points(
    {
        "certain": Hard(F.binary_cross_entropy, [1.0, 0.0], ([1, 0],), {}, [0, 0], [-1, 1]),
        "certain and wrong": Hard(F.binary_cross_entropy, [0.0, 1.0], ([1, 0],), {}, [100, 100], [-1e12, 1e12]),
        "logits of 1000": Hard(
            F.binary_cross_entropy_with_logits,
            [1e3, -1e3, 1e3, -1e3],
            ([1, 0, 0, 1],),
            {"pos_weight": 3.0},
            [0, 0, 1e3, 3e3],
            [0, 0, 1, -3],
        ),
        "logit 0": Hard(
            F.binary_cross_entropy_with_logits, [0.0] * 3, ([0, 1, 0.25],), {}, [LN2] * 3, [0.5, -0.5, 0.25]
        ),
        "confident, smoothed": Hard(
            F.cross_entropy,
            [[1e3, 0.0], [1e3, 0.0]],
            ([0, 1],),
            {"label_smoothing": 0.2},
            [100, 900],
            [[0.1, -0.1], [0.9, -0.9]],
        ),
        "a row that does not count may be anything": Hard(
            F.cross_entropy,
            [[0.0, 0.0], [math.nan, INF]],
            ([0, -100],),
            {},
            [LN2, 0],
            [[-0.5, 0.5], [0, 0]],
        ),
        "an impossible class": Hard(F.nll_loss, [[-INF, 0.0]], ([1],), {}, [0], [[0, -1]]),
    }
)
test_mistakes_are_named = mistakes(
    {
        "probability": Mistake(
            lambda x: F.binary_cross_entropy(x, [1, 1]),
            [0.5, 1.5],
            ArgumentError,
            r"input\[1\] = 1\.5; expected probabilities from 0 to 1; for logits",
        ),
        "label of a probability": Mistake(
            lambda x: F.binary_cross_entropy(x, [-1]), [0.5], ArgumentError, r"target\[0\] = -1\.0"
        ),
        "share": Mistake(
            lambda x: F.cross_entropy(x, [[0.5, 1.5]]),
            [[0.0, 0.0]],
            ArgumentError,
            r"target\[0, 1\] = 1\.5; expected probabilities of the classes",
        ),
        "class out of range": Mistake(
            lambda x: F.nll_loss(x, [0, 2]),
            [[-1.0, -1.0]] * 2,
            ArgumentError,
            "nll_loss: found the label 2 in row 1; expected one of 0 to 1, as there are scores of 2 classes",
        ),
        "two classes by one score": Mistake(
            lambda x: F.cross_entropy(x, [0, 1]),
            [[0.5], [0.1]],
            ArgumentError,
            "label 1 in row 1; expected 0, as there are scores of 1 class. .* binary_cross_entropy_with_logits",
        ),
        "classes as numbers": Mistake(
            lambda x: F.mse_loss(x, [0, 1]),
            [[0.5, 0.1, 0.3], [0.1, 0.2, 0.9]],
            ShapeError,
            r"shape \(2, 3\) and target of shape \(2,\); .* A class for each row is a target of cross_entropy\.$",
        ),
        "one column": Mistake(
            lambda x: F.binary_cross_entropy_with_logits(x, [0, 1]),
            [[0.5], [0.1]],
            ShapeError,
            r"shape \(2, 1\) and target of shape \(2,\); .* Write target\.reshape\(-1, 1\)\.$",
        ),
        "other rows": Mistake(
            lambda x: F.mse_loss(x, [0, 1, 2]), [0.5, 0.1], ShapeError, r"target of shape \(3,\); .* with many\.$"
        ),
        "class of a place": Mistake(
            lambda x: F.cross_entropy(x, [[0, 5]]),
            [[[0.0, 0.0], [0.0, 0.0]]],
            ArgumentError,
            r"found the label 5 at \[0, 1\]; expected one of 0 to 1",
        ),
        "logits of two classes taken for those of many": Mistake(
            lambda x: F.cross_entropy(x, [0, 1]),
            [0.3, -0.2],
            ShapeError,
            r"labels of shape \(2,\) for an input of shape \(2,\); expected \(\), .* are floats: y\.astype\(float\)",
        ),
        "classes in the last axis": Mistake(
            lambda x: F.cross_entropy(x, [[0, 1]]),
            [[[0.5, 1.0, 2.0], [3.0, 1.0, 0.0]]],
            ShapeError,
            r"labels of shape \(1, 2\) for an input of shape \(1, 2, 3\); expected \(1, 3\), .* classes stand at axis",
        ),
        "classes in an array of floats": Mistake(
            lambda x: F.cross_entropy(x, np.array([1.0, 0.0])),
            [[0.0] * 3] * 2,
            DtypeError,
            r"found the label 1\.0 of type float; .*y\.astype\(int\)",
        ),
        "all ignored": Mistake(
            lambda x: F.cross_entropy(x, [1, 1], ignore_index=1),
            [[0.0, 0.0]] * 2,
            ArgumentError,
            r"nothing but labels that are ignored \(ignore_index=1\)",
        ),
        "weights of other classes": Mistake(
            lambda x: F.cross_entropy(x, [0], weight=[1.0]),
            [[0.0, 0.0]],
            ShapeError,
            r"weight of shape \(1,\)",
        ),
        "weights of nothing": Mistake(
            lambda x: F.cross_entropy(x, [0], weight=[0.0, 1.0]),
            [[0.0, 0.0]],
            ArgumentError,
            "weights that sum to 0",
        ),
        "weights that enlarge": Mistake(
            lambda x: F.binary_cross_entropy_with_logits(x, [1.0], pos_weight=[1.0, 2.0]),
            [0.0],
            ShapeError,
            r"pos_weight of shape \(2,\) for an input of shape \(1,\)",
        ),
    }
)


def test_means_divide_by_weights_of_classes() -> None:
    x, labels, w = np.zeros((3, 2)), [0, 1, 1], [1.0, 3.0]
    x[0] = [0.0, math.log(3.0)]  # the loss of row 0 is ln 4, of the others ln 2
    expected = (math.log(4.0) + 6.0 * LN2) / 7.0
    assert F.cross_entropy(x, labels, w) == pytest.approx(expected)
    assert F.nll_loss(np.log([[0.25, 0.75], [0.5, 0.5], [0.5, 0.5]]), labels, w) == pytest.approx(expected)
    expected = (math.log(4.0) + 6.0 * LN2) / 3.0  # probabilities: by the number of rows
    assert F.cross_entropy(x, np.eye(2)[labels], w) == pytest.approx(expected)


@pytest.mark.parametrize("form", [np.array, Value, lambda x: x], ids=["array", "Value", "numbers"])
def test_probabilities_in_place_of_their_logarithms_are_warned_of(form: Callable[[Any], Any]) -> None:
    with pytest.warns(RuntimeWarning, match=r"nll_loss: found 0\.75 in the input; expected logarithms") as caught:
        F.nll_loss(form([[0.25, 0.75]]), [1])
    assert caught[0].filename == __file__
    F.nll_loss(form([[-1.0, 1e-9]]), [1])  # rounding


@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss])
def test_a_replay_decides_anew_which_labels_count(loss: Callable[..., Any]) -> None:
    program, x = replay(loss), np.log([[0.2, 0.3, 0.5]] * 3)
    for labels in ([0, 1, 2], [0, -100, 2], [-100, -100, 1], [2, 2, 2]):
        expected = -np.mean([math.log([0.2, 0.3, 0.5][k]) for k in labels if k >= 0])
        assert program(x, np.array(labels)) == pytest.approx(expected)
    with pytest.raises(ArgumentError, match="nothing but labels that are ignored"):
        program(x, np.array([-100, -100, -100]))
    for labels in ([0, 1, 3], [-100, 1, -1]):
        with pytest.raises(ArgumentError, match=r"found the label (3|-1) in row 2; expected one of 0 to 2"):
            program(x, np.array(labels))


def test_a_replay_checks_targets_at_each_call() -> None:
    cases = [
        (F.hinge_loss, np.array([1.0, -1.0]), np.array([1.0, 0.0]), r"target\[1\] = 0.0; expected labels -1 and 1"),
        (F.binary_cross_entropy_with_logits, np.array([1.0, 0.0]), np.array([1.0, -1.0]), r"target\[1\] = -1.0"),
        (F.hinge_loss, [1.0, -1.0], [1.0, 0.0], r"target\[1\] = 0.0; expected labels -1 and 1"),
    ]
    for loss, right, wrong, message in cases:
        program = replay(loss)
        x = np.zeros(2) if isinstance(right, np.ndarray) else [0.0, 0.0]
        value = program(x, right)
        with pytest.raises(ArgumentError, match=message):
            program(x, wrong)
        assert program(x, right) == value


@pytest.mark.parametrize("labels", [[0, 2**70], [0, -(2**70)], np.array([0, 2**63], np.uint64)])
def test_labels_too_large_for_an_array(labels: Any) -> None:
    with pytest.raises(ArgumentError, match=r"found the label -?\d{19,} in row 1; expected one of 0 to 1"):
        F.cross_entropy(PAIR[0], labels)


def test_classes_in_the_last_axis_are_moved_as_the_error_says() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 5, 10)), np.arange(10).reshape(2, 5)
    moved = F.cross_entropy(moveaxis(Value(x), -1, 1), y)
    assert moved.item() == pytest.approx(F.cross_entropy(x.reshape(10, 10), y.ravel()), rel=1e-14)
