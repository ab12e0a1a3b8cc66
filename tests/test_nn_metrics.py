"""Metrics against scikit-learn, at once and batch by batch; how outputs become classes; errors."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nn
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, GlassgradError, GraphError, ShapeError, SignatureError
from nn.training import metrics as M  # noqa: N812  (short, as F is for functional)

AVERAGES = ("binary", "macro", "micro", "weighted", None)
RATIOS = {
    "precision_score": (M.precision_score, M.Precision),
    "recall_score": (M.recall_score, M.Recall),
    "f1_score": (M.f1_score, M.F1),
}
REGRESSIONS = {
    "mean_absolute_error": (M.mean_absolute_error, M.MAE),
    "mean_squared_error": (M.mean_squared_error, M.MSE),
    "r2_score": (M.r2_score, M.R2),
}
ratios = pytest.mark.parametrize("name", RATIOS)


@pytest.fixture(scope="module")
def sklearn() -> Any:
    return pytest.importorskip("sklearn.metrics")


@st.composite
def classified(draw: st.DrawFn, most: int = 5) -> tuple[Any, Any, Any]:
    """True classes, predicted ones, and weights or None."""
    n, classes = draw(st.integers(1, 20)), draw(st.integers(1, most))
    names = draw(st.sampled_from([np.arange(5), np.array(["ape", "bee", "cat", "dog", "elk"]), np.arange(5) - 1]))
    y, x = (names[draw(hnp.arrays(int, n, elements=st.integers(0, classes - 1)))] for _ in range(2))
    weights = draw(st.none() | hnp.arrays(float, n, elements=st.floats(0.5, 2)))
    return y, x, weights


def batches(*arrays: Any) -> list[tuple[Any, ...]]:
    """The rows of arrays (or None) in batches of 1, 2, 3, ... rows."""
    starts = [k * (k + 1) // 2 for k in range(len(arrays[0])) if k * (k + 1) // 2 < len(arrays[0])]
    ends = [*starts[1:], len(arrays[0])]
    return [tuple(None if x is None else x[a:b] for x in arrays) for a, b in zip(starts, ends, strict=True)]


def collected(metric: Any, *arrays: Any) -> Any:
    for batch in batches(*arrays):
        metric.update(*batch)
    return metric.result()


# ---- agreement with scikit-learn -------------------------------------------------------------------------------------


@ratios
@pytest.mark.parametrize("average", AVERAGES)
@given(data=st.data(), zero_division=st.sampled_from([0.0, 1.0, math.nan]))
def test_ratios_are_those_of_scikit_learn(
    sklearn: Any, name: str, average: str | None, data: st.DataObject, zero_division: float
) -> None:
    score, kind = RATIOS[name]
    y, x, weights = data.draw(classified(2 if average == "binary" else 5))
    options: dict[str, Any] = {"average": average, "zero_division": zero_division, "pos_label": np.unique([y, x])[-1]}
    if average != "binary":
        del options["pos_label"]
    expected = getattr(sklearn, name)(y, x, sample_weight=weights, **options)
    np.testing.assert_allclose(score(y, x, sample_weight=weights, **options), expected, rtol=1e-13)
    np.testing.assert_allclose(collected(kind(**options), y, x, weights), expected, rtol=1e-13)


@given(classified())
def test_accuracy_and_confusion_are_those_of_scikit_learn(sklearn: Any, drawn: tuple[Any, Any, Any]) -> None:
    y, x, weights = drawn
    expected = sklearn.accuracy_score(y, x, sample_weight=weights)
    assert M.accuracy_score(y, x, sample_weight=weights) == pytest.approx(expected, rel=1e-13)
    assert collected(M.Accuracy(), y, x, weights) == pytest.approx(expected, rel=1e-13)
    for normalize in (None, "true", "pred", "all"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # scikit-learn about a single class
            expected = sklearn.confusion_matrix(y, x, sample_weight=weights, normalize=normalize)
        found = M.confusion_matrix(y, x, sample_weight=weights, normalize=normalize)
        np.testing.assert_allclose(found, expected, rtol=1e-13)
        assert found.dtype == (int if weights is None and normalize is None else float) or np.all(weights % 1 == 0)
        collects = M.ConfusionMatrix(normalize=normalize)
        np.testing.assert_allclose(collected(collects, y, x, weights), expected, rtol=1e-13)


def test_confusion_over_chosen_labels(sklearn: Any) -> None:
    y, x, labels = [0, 1, 2, 2, 1], [0, 2, 2, 1, 1], [2, 0, 7]
    expected = sklearn.confusion_matrix(y, x, labels=labels)
    assert M.confusion_matrix(y, x, labels=labels).tolist() == expected.tolist()
    metric = M.ConfusionMatrix(labels)
    assert collected(metric, np.array(y), np.array(x)).tolist() == expected.tolist()


@pytest.mark.parametrize("name", REGRESSIONS)
@given(st.data())
def test_regressions_are_those_of_scikit_learn(sklearn: Any, name: str, data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=2, max_side=8))
    y, x = (data.draw(hnp.arrays(float, shape, elements=st.integers(-50, 50).map(lambda k: k / 4))) for _ in range(2))
    weights = data.draw(st.none() | hnp.arrays(float, shape[0], elements=st.floats(0.5, 2)))
    score, kind = REGRESSIONS[name]
    # A weighted mean of equal numbers is off by a rounding in scikit-learn, and its R² of them -1e31.
    assume(weights is None or np.ptp(y, axis=0).all())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn about a single sample
        expected = getattr(sklearn, name)(y, x, sample_weight=weights)
    np.testing.assert_allclose(score(y, x, sample_weight=weights), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(collected(kind(), y, x, weights), expected, rtol=1e-9, atol=1e-12)


def test_r2_far_from_zero() -> None:
    """The textbook formula, sum of squares less square of the sum, would lose all digits here."""
    y = 1e9 + np.arange(100.0)
    x = y + np.where(np.arange(100) % 2, 1.0, -1.0)
    assert collected(M.R2(), y, x) == pytest.approx(1 - 100 / ((100**3 - 100) / 12), rel=1e-12)
    assert M.r2_score([0.1] * 3, [0.1] * 3) == 1.0  # the mean of three times 0.1 is not 0.1
    assert M.r2_score([0.1] * 3, [0.1, 0.1, 0.2]) == 0.0
    assert M.r2_score([6.75] * 2, [0.0] * 2, sample_weight=[1.23111207] * 2) == 0.0


# ---- outputs of models -----------------------------------------------------------------------------------------------

LOGITS = [[0.1, 0.2, 3.0], [2.0, 0.0, 0.0], [0.0, 4.0, 1.0], [0.0, 2.0, 1.0]]
OUTPUTS: dict[str, tuple[Any, Any, dict[str, Any], float]] = {
    "scores of classes": ([2, 0, 1, 2], LOGITS, {}, 0.75),
    "Values": ([2, 0, 1, 2], [[Value(x) for x in row] for row in LOGITS], {}, 0.75),
    "an array Value": ([2, 0, 1, 2], Value(LOGITS), {}, 0.75),
    "one sample": (2, LOGITS[0], {}, 1.0),
    "one row of one-hot": ([[0, 0, 1]], LOGITS[:1], {"one_hot": True}, 1.0),
    "a decision in each": ([[1, 1, 1], [1, 0, 0]], LOGITS[:2], {"one_hot": False}, 1.0),
    "padding": ([2, -100, -100, 2], LOGITS, {}, 0.5),
    "places in a picture": ([[0, 1]], [[[3.0, 1.0], [2.0, 5.0]]], {}, 1.0),
    "logits": ([1.0, 0.0, 1.0, 0.0], [2.0, -3.0, -1.0, 0.0], {}, 0.75),
    "a column": ([[1], [0]], [[0.5], [0.5]], {}, 0.5),
    "a number": (1, Value(0.5), {}, 1.0),
    "probabilities": ([1, 0], [0.6, 0.4], {"threshold": 0.5}, 1.0),
    "labels of a hinge": ([1, -1, -1.0, 1], [2.0, -3.0, 0.5, 1.0], {}, 0.75),
    "booleans": ([True, False], [True, True], {}, 0.5),
}


@pytest.mark.parametrize("case", OUTPUTS)
def test_outputs_become_classes(case: str) -> None:
    y, output, options, expected = OUTPUTS[case]
    metric = M.Accuracy(**options)
    metric.update(y, output)
    assert metric.result() == expected


def test_accuracy_weighs_samples_over_batches() -> None:
    metric = M.Accuracy()
    metric.update([0, 1], [[1.0, 0.0], [1.0, 0.0]], [3.0, 1.0])
    metric.update([1], [[1.0, 0.0]], [1.0])
    assert metric.result() == 0.6
    metric.reset()
    metric.update([[0, 1]], [[[1.0, 1.0], [0.0, 0.0]]], [2.0])  # one weight for all places of a sample
    assert metric.result() == 0.5


def test_auto_is_binary_for_two_classes_and_macro_for_more() -> None:
    for columns, average in ((2, "binary"), (3, "macro")):
        output = np.eye(columns)[[0, 1, 1, 0]]
        found = [M.Recall(kind) for kind in ("auto", average)]
        for metric in found:
            metric.update([0, 0, 1, 1], output)
        assert found[0].result() == found[1].result()


def test_confusion_has_a_place_for_each_class_of_a_model() -> None:
    metric = M.ConfusionMatrix()
    metric.update([0, 0], [[2.0, 1.0, 0.0]] * 2)
    assert metric.result().tolist() == [[2, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert M.F1("macro").name == "f1"  # macro does not count the two that never occur
    score = M.F1("macro")
    score.update([0, 0], [[2.0, 1.0, 0.0]] * 2)
    assert score.result() == 1.0


def test_metrics_by_name() -> None:
    names = ["accuracy", "precision", "recall", "f1", "confusion_matrix", "mae", "mse", "r2"]
    assert list(M.METRICS) == names
    assert [M.metric(name).name for name in names] == names
    own = M.MSE(name="own")
    assert M.metric(own) is own
    assert repr(own) == "MSE(name='own')"
    assert M.metric("f1", average="micro").average == "micro"  # type: ignore[attr-defined]


def test_a_loss_tells_how_outputs_become_classes() -> None:
    for loss in ("binary_cross_entropy", nn.BCELoss(), nn.functional.binary_cross_entropy):
        probabilities = M.metric("accuracy", loss=loss)
        probabilities.update([[1, 0], [0, 0]], [[0.9, 0.2], [0.6, 0.4]])
        assert probabilities.result() == 0.75
    one_hot = M.metric("accuracy", loss=nn.CrossEntropyLoss(ignore_index=2))
    one_hot.update([[0.0, 1.0], [0.0, 1.0]], [[0.1, 0.2], [0.2, 0.1]])
    one_hot.update([1, 2], [[0.0, 1.0], [0.0, 1.0]])  # the second does not count
    assert one_hot.result() == pytest.approx(2 / 3)
    assert M.metric("mse", loss=nn.BCELoss()).name == "mse"
    assert M.metric("f1", loss=nn.MSELoss()).threshold == 0.0  # type: ignore[attr-defined]
    assert M.metric("recall", loss=lambda output, target: 0.0, threshold=0.3).threshold == 0.3  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", M.METRICS)
def test_reset_forgets(name: str) -> None:
    metric = M.metric(name)
    y, output = ([0, 1, 1], [0, 1, 0])
    metric.update([1, 0, 1], output)
    metric.reset()
    with pytest.raises(GraphError, match=rf"{name}: found no samples; call update"):
        metric.result()
    metric.update(y, output)
    fresh = M.metric(name)
    fresh.update(y, output)
    assert np.array_equal(metric.result(), fresh.result())


def test_nothing_to_divide_is_warned_of() -> None:
    with pytest.warns(RuntimeWarning, match="precision_score: found a class without") as caught:
        assert M.precision_score([1, 1], [0, 0]) == 0.0
    assert caught[0].filename == __file__
    assert M.precision_score([1, 1], [0, 0], zero_division=1) == 1.0
    assert M.precision_score([1, 1], [1, 1]) == 1.0  # without a warning


def test_an_average_of_nothing_is_nan() -> None:
    recall = M.Recall("macro", zero_division=math.nan)
    recall.update([0], [0], [0.0])
    assert math.isnan(recall.result())


@pytest.mark.parametrize("kind", [M.MAE, M.MSE, M.R2])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_nan_shows_in_what_batches_give(kind: type[M.Metric], place: int) -> None:
    for data in ([[1.0, 2.0, 3.0], [1.0, 2.0, 2.0]], [[1.0, 2.0, 2.0], [1.0, 2.0, 3.0]]):
        data[0][place] = math.nan
        assert math.isnan(collected(kind(), *map(np.array, data)))
        assert math.isnan(collected(kind(), *map(np.array, reversed(data))))


SCORES = ("accuracy_score", "confusion_matrix", *RATIOS, *REGRESSIONS)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_scores_refuse_what_scikit_learn_refuses(sklearn: Any, name: str, bad: float) -> None:
    for data in (([0.0, bad, 1.0], [0.0, 1.0, 1.0]), ([0.0, 1.0, 1.0], [0.0, 1.0, bad])):
        with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="contains"):
            getattr(sklearn, name)(*data)
        with pytest.raises(GlassgradError, match=f"^{name}: .*found {bad!r} "):
            getattr(M, name)(*data)


CLASS_SCORES = ("accuracy_score", "confusion_matrix", *RATIOS)
NOT_CLASSES: dict[str, tuple[tuple[Any, Any], dict[str, Any], str]] = {
    "texts beside numbers": (([0, 1], ["a", "b"]), {}, "found texts and numbers as classes"),
    "weights of 0": (([0, 1], [0, 1]), {"sample_weight": [0, 0]}, "found sample_weight that sums to 0"),
    "several labels": (([[0, 1], [1, 1]], [[0, 1], [0, 1]]), {}, r"found classes of shape \(2, 2\); expected \(samp"),
    "a number": ((1, 1), {}, r"found classes of shape \(\)"),
}


@pytest.mark.parametrize("name", CLASS_SCORES)
@pytest.mark.parametrize("case", NOT_CLASSES)
def test_scores_of_classes_refuse_what_scikit_learn_refuses(sklearn: Any, name: str, case: str) -> None:
    data, options, message = NOT_CLASSES[case]
    # There accuracy is the share of rows without a mistake, and some versions take weights of 0.
    if (name, case) != ("accuracy_score", "several labels") and case != "weights of 0":
        with pytest.raises((ValueError, TypeError)):
            getattr(sklearn, name)(*data, **options)
    with pytest.raises(GlassgradError, match=f"^{name}: {message}"):
        getattr(M, name)(*data, **options)


@pytest.mark.parametrize("name", SCORES)
def test_scores_refuse_weights_below_0(name: str) -> None:
    with pytest.raises(DtypeError, match=f"^{name}: found sample_weight of .*below 0; expected finite numbers from 0"):
        getattr(M, name)([0, 1, 1], [0, 1, 0], sample_weight=[1, -1, 1])


@pytest.mark.parametrize("name", CLASS_SCORES)
def test_a_column_of_classes_is_one_class_a_sample(sklearn: Any, name: str) -> None:
    y, x = [[0], [1], [1]], [[0], [0], [1]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn about a column
        np.testing.assert_array_equal(getattr(M, name)(y, x), getattr(sklearn, name)(y, x))


# ---- errors ----------------------------------------------------------------------------------------------------------

ERRORS: dict[str, tuple[Callable[[], Any], type[GlassgradError], str]] = {
    "shapes": (lambda: M.r2_score([1.0, 2.0], [[1.0], [2.0]]), ShapeError, r"r2_score: found y_true of shape \(2,\)"),
    "scores": (lambda: M.accuracy_score([0, 1], [[0.1, 0.9]] * 2), ShapeError, r"take y_pred\.argmax\(axis=1\)\.$"),
    "a column": (lambda: M.r2_score([[1.0], [2.0]], [1.0, 2.0]), ShapeError, r"Write y_pred\.reshape\(-1, 1\)\.$"),
    "nothing": (lambda: M.accuracy_score([], []), ShapeError, "without elements"),
    "scores for classes": (lambda: M.accuracy_score([1, 0], [0.7, 0.2]), DtypeError, "found 0.7 as a class"),
    "three classes": (lambda: M.f1_score([0, 1, 2], [0, 1, 2]), ArgumentError, "f1_score: found 3 classes and"),
    "average": (lambda: M.f1_score([0, 1], [0, 1], average="mean"), ArgumentError, "found average='mean'"),
    "pos_label": (lambda: M.f1_score([0, 2], [0, 2]), ArgumentError, r"found pos_label=1; expected one of \[0, 2\]"),
    "zero_division": (lambda: M.f1_score([0], [0], zero_division=2), ArgumentError, "found zero_division=2"),
    "normalize": (lambda: M.confusion_matrix([0], [0], normalize="row"), ArgumentError, "found normalize='row'"),
    "no such labels": (lambda: M.confusion_matrix([0], [0], labels=[1]), ArgumentError, "none of which is in y_true"),
    "labels twice": (lambda: M.confusion_matrix([0], [0], labels=[0, 0]), ArgumentError, "classes, each once"),
    "texts and numbers": (lambda: M.confusion_matrix([0], ["a"]), DtypeError, "found texts and numbers as classes"),
    "texts to subtract": (lambda: M.mean_squared_error(["a"], ["b"]), DtypeError, "found texts; expected numbers"),
    "objects": (lambda: M.accuracy_score([None], [0]), DtypeError, "found data of dtype object"),
    "weights": (lambda: M.accuracy_score([0], [0], sample_weight=[1, 2]), ShapeError, r"sample_weight of shape \(2,\)"),
    "row against column": (
        lambda: M.Accuracy().update([0, 1], [[0.5], [0.5]]),
        ShapeError,
        r"accuracy: found labels of shape \(2,\) for an output of shape \(2, 1\)",
    ),
    "one-hot or not": (lambda: M.Accuracy().update([[0, 1]], [[0.5, 1.0]]), ArgumentError, r"Accuracy\(one_hot=T"),
    "class 2 by a threshold": (lambda: M.Accuracy().update([0, 2], [0.5, 1.0]), ArgumentError, "found the labels 0, 2"),
    "texts by a threshold": (lambda: M.Accuracy().update(["a"], [0.5]), DtypeError, "found texts as labels"),
    "texts beside columns": (lambda: M.Accuracy().update(["a"], [[0.5, 1.0]]), DtypeError, "found texts as labels"),
    "a share as a label": (lambda: M.Accuracy().update([0.5], [[0.5, 1.0]]), DtypeError, "found 0.5 as a class"),
    "ragged": (lambda: M.accuracy_score([[1], [1, 2]], [1, 2]), ShapeError, "lists of different lengths"),
    "masked": (lambda: M.accuracy_score(np.ma.array([1, 2], mask=[0, 1]), [1, 2]), DtypeError, "found a masked array"),
    "texts beside numbers": (lambda: M.Accuracy().update(["a"], [1]), DtypeError, "accuracy: found texts and numbers"),
    "texts beside whole scores": (lambda: M.Accuracy().update(["a"], [[0, 1]]), DtypeError, "found texts and numbers"),
    "errors of weight 0": (lambda: M.r2_score([1, 2], [3, 4], sample_weight=[0, 0]), GraphError, "weights of 0 count"),
    "weights of texts": (lambda: M.accuracy_score([0], [0], sample_weight=["a"]), DtypeError, "sample_weight of texts"),
    "weights of NaN": (lambda: M.accuracy_score([0], [0], sample_weight=[math.nan]), DtypeError, "expected finite"),
    "labels of another kind": (
        lambda: M.confusion_matrix([1, 0], [1, 0], labels=["a", 1]),
        DtypeError,
        "texts and numbers as classes and labels",
    ),
    "one label": (lambda: M.confusion_matrix([1, 0], [1, 0], labels=1), ArgumentError, "classes, each once"),
    "other outputs": (
        lambda: [r2.update(np.ones((2, n)), np.ones((2, n))) for r2 in [M.R2()] for n in (1, 3)],
        ShapeError,
        "r2: found 3 outputs after batches of 1",
    ),
    "name": (lambda: M.metric("acc"), ArgumentError, "metric: found 'acc'; expected 'accuracy', 'precision'"),
    "a class": (lambda: M.metric(M.Accuracy), ArgumentError, r"found <class .*, result, reset and name: Accuracy\(\)"),
    "options of an object": (lambda: M.metric(M.MSE(), name="own"), ArgumentError, "or, without options, an object"),
    "an option": (
        lambda: M.metric("accuracy", loss="cross_entropy", foo=1, name="own"),
        SignatureError,
        r"metric 'accuracy': found the options \['foo'\]; expected some of threshold, one_hot, ignore_index, name\.$",
    ),
    "an option of another": (lambda: M.metric("mse", average="macro"), SignatureError, r"expected some of name\.$"),
    "NaN": (lambda: M.r2_score([1, 2], [1, math.nan]), ArgumentError, "r2_score: y_pred: found nan in row 1; expected"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case: str) -> None:
    call, error, message = ERRORS[case]
    with pytest.raises(error, match=message):
        call()
