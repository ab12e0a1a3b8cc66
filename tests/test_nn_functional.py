"""Losses against naive formulas, in every form of input, with their gradients, edge cases and errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd
from autograd import Value, gradcheck, gradients
from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)

REDUCTIONS = ("mean", "sum", "none")

# The losses of pairs: one element by its textbook formula, the gradient by x, and the targets that are allowed.
PAIRS: dict[str, tuple[Callable[..., Any], Callable[..., float], Callable[..., float], st.SearchStrategy[float]]] = {
    "mse_loss": (F.mse_loss, lambda x, y: (x - y) ** 2, lambda x, y: 2 * (x - y), st.floats(-5, 5)),
    "hinge_loss": (
        F.hinge_loss,
        lambda x, y: max(0.0, 1 - y * x),
        lambda x, y: -y * (y * x < 1),
        st.sampled_from([-1.0, 1.0]),
    ),
    "binary_cross_entropy_with_logits": (
        F.binary_cross_entropy_with_logits,
        lambda x, y: -(y * math.log(1 / (1 + math.exp(-x))) + (1 - y) * math.log(1 / (1 + math.exp(x)))),
        lambda x, y: 1 / (1 + math.exp(-x)) - y,
        st.floats(0, 1),
    ),
}
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3)
pairs = pytest.mark.parametrize("name", PAIRS)
reductions = pytest.mark.parametrize("reduction", REDUCTIONS)


def values(nested: Any) -> Any:
    """Nested lists of numbers as Values."""
    return [values(item) for item in nested] if isinstance(nested, list) else Value(nested)


def plain(result: Any) -> Any:
    """A loss, whatever its form, as nested lists."""
    if isinstance(result, list):
        return [plain(item) for item in result]
    return result.tolist() if hasattr(result, "tolist") else result


def slopes(nested: Any) -> Any:
    """The gradients of nested lists of Values."""
    return [slopes(item) for item in nested] if isinstance(nested, list) else nested.grad


@pairs
@reductions
@given(st.data())
def test_pairs_in_every_form(name: str, reduction: str, data: st.DataObject) -> None:
    loss, formula, slope, targets = PAIRS[name]
    shape = data.draw(SHAPES)
    x = data.draw(hnp.arrays(float, shape, elements=st.floats(-5, 5)))
    y = data.draw(hnp.arrays(float, shape, elements=targets))
    each = np.array([formula(a, b) for a, b in zip(x.flat, y.flat, strict=True)]).reshape(shape)
    expected = {"mean": each.mean(), "sum": each.sum(), "none": each}[reduction]

    numbers, array = values(x.tolist()), Value(x)
    for found in (
        loss(numbers, y.tolist(), reduction=reduction),
        loss(numbers, y, reduction=reduction),
        loss(numbers, values(y.tolist()), reduction=reduction),
        loss(x.tolist(), y.tolist(), reduction=reduction),
        loss(x, y, reduction=reduction),
        loss(array, y, reduction=reduction),
        loss(array, y.tolist(), reduction=reduction),
        loss(array, values(y.tolist()), reduction=reduction),
        loss(array, Value(y), reduction=reduction),
        loss(x.tolist(), Value(y), reduction=reduction),
        loss(list(array), y, reduction=reduction) if shape else loss(array, y, reduction=reduction),
    ):
        np.testing.assert_allclose(plain(found), expected, rtol=1e-13, atol=1e-13)

    share = 1 / each.size if reduction == "mean" else 1.0
    expected = share * np.array([slope(a, b) for a, b in zip(x.flat, y.flat, strict=True)]).reshape(shape)
    smooth = name != "hinge_loss" or np.all(x * y != 1)
    if reduction != "none" and smooth:
        loss(numbers, y.tolist(), reduction=reduction).backward()
        loss(array, y, reduction=reduction).backward()
        np.testing.assert_allclose(slopes(numbers), expected, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(array.grad, expected, rtol=1e-12, atol=1e-12)


@reductions
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32))
def test_cross_entropy_in_every_form(reduction: str, batch: int, classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, labels = rng.normal(size=(batch, classes)), rng.integers(classes, size=batch)
    share = [np.exp(row) / np.sum(np.exp(row)) for row in x]
    each = np.array([-math.log(p[k]) for p, k in zip(share, labels, strict=True)])
    expected = {"mean": each.mean(), "sum": each.sum(), "none": each}[reduction]

    numbers, array = values(x.tolist()), Value(x)
    for found in (
        F.cross_entropy(numbers, labels.tolist(), reduction=reduction),
        F.cross_entropy(numbers, labels, reduction=reduction),
        F.cross_entropy(x.tolist(), list(labels), reduction=reduction),
        F.cross_entropy(x, labels.astype(np.uint8), reduction=reduction),
        F.cross_entropy(array, labels, reduction=reduction),
        F.cross_entropy(array, tuple(labels.tolist()), reduction=reduction),
        F.cross_entropy(list(array), labels, reduction=reduction),
    ):
        np.testing.assert_allclose(plain(found), expected, rtol=1e-12, atol=1e-12)
    for one in (numbers[0], list(x[0]), x[0], Value(x[0])):
        for k in (int(labels[0]), labels[0], labels[:1].reshape(())):
            np.testing.assert_allclose(
                plain(F.cross_entropy(one, k, reduction=reduction)), each[0], rtol=1e-12, atol=1e-12
            )

    if reduction != "none":
        F.cross_entropy(numbers, labels, reduction=reduction).backward()
        F.cross_entropy(array, labels, reduction=reduction).backward()
        expected = (np.array(share) - np.eye(classes)[labels]) / (batch if reduction == "mean" else 1)
        np.testing.assert_allclose(slopes(numbers), expected, atol=1e-12)
        np.testing.assert_allclose(array.grad, expected, atol=1e-12)


# ---- derivatives ----------------------------------------------------------------------------------------------------

LABELLED: dict[str, tuple[Callable[..., Any], Any]] = {
    "mse_loss": (F.mse_loss, [0.3, -1.0, 2.0]),
    "hinge_loss": (F.hinge_loss, [1, -1, 1]),
    "binary_cross_entropy_with_logits": (F.binary_cross_entropy_with_logits, [0.0, 1.0, 0.25]),
    "cross_entropy": (F.cross_entropy, 2),
}
POINT = (0.5, -0.7, 1.3)


@pytest.mark.parametrize("name", LABELLED)
@reductions
def test_gradients(name: str, reduction: str) -> None:
    loss, y = LABELLED[name]
    assert gradcheck(lambda x: loss(x, y, reduction=reduction), np.array(POINT))
    assert gradcheck(lambda *x: loss(list(x), y, reduction="mean"), *POINT)


@pytest.mark.parametrize("name", ["mse_loss", "binary_cross_entropy_with_logits", "cross_entropy"])
def test_second_derivatives(name: str) -> None:
    loss, y = LABELLED[name]

    def slope(x: Value) -> Value:
        (g,) = gradients(loss(x, y, reduction="sum"), [x], create_graph=True)
        return g

    def slope_of_the_first(*x: Value) -> Value:
        (g,) = gradients(loss(list(x), y, reduction="sum"), [x[0]], create_graph=True)
        return g

    assert gradcheck(slope, np.array(POINT))
    assert gradcheck(slope_of_the_first, *POINT)


def test_gradients_reach_the_target() -> None:
    x, y = Value([1.0, 2.0]), Value([0.0, 5.0])
    F.mse_loss(x, y).backward()
    assert y.grad.tolist() == [-1.0, 3.0]


# ---- hard points ----------------------------------------------------------------------------------------------------

INF = math.inf
BCE = F.binary_cross_entropy_with_logits
HARD: dict[str, tuple[Callable[..., Any], Any, Any, Any, Any]] = {  # loss, input, target, values, gradients
    "logits of 1000": (
        BCE,
        [1e3, -1e3] * 2,
        [1, 0, 0, 1],
        [0, 0, 1e3, 1e3],
        [0, 0, 1, -1],
    ),
    "logit 0": (BCE, [0.0] * 3, [0, 1, 0.25], [math.log(2)] * 3, [0.5, -0.5, 0.25]),
    "hinge at its kink": (F.hinge_loss, [1.0, -1.0], [1, -1], [0, 0], [0, 0]),
    "hinge at 0": (F.hinge_loss, [0.0, -0.0], [1, -1], [1, 1], [-1, 1]),
    "squares overflow": (F.mse_loss, [1e200], [0], [INF], [2e200]),
    "equal": (F.mse_loss, [3.0], [3], [0], [0]),
    "confident": (F.cross_entropy, [[1e3, 0.0]] * 2, [0, 1], [0, 1e3], [[0, 0], [1, -1]]),
    "masked": (F.cross_entropy, [[-INF, 0.0, 0.0]], [1], [math.log(2)], [[0, -0.5, 0.5]]),
    "masked label": (F.cross_entropy, [[-INF, -INF, 0.0]], [0], [INF], [[-1, 0, 1]]),
    "one class": (F.cross_entropy, [[7.0]], [0], [0], [[0]]),
}


@pytest.mark.parametrize("case", HARD)
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
def test_hard_points(case: str) -> None:
    loss, x, y, expected, gradient = HARD[case]
    numbers, array = values(x), Value(x)
    assert plain(loss(numbers, y, reduction="none")) == pytest.approx(expected, rel=1e-15)
    assert plain(loss(array, y, reduction="none")) == pytest.approx(expected, rel=1e-15)
    loss(numbers, y, reduction="sum").backward()
    loss(array, y, reduction="sum").backward()
    np.testing.assert_allclose(slopes(numbers), gradient, rtol=1e-15, atol=1e-300)
    np.testing.assert_allclose(array.grad, gradient, rtol=1e-15, atol=1e-300)


@pytest.mark.parametrize("name", LABELLED)
def test_nan_is_not_lost(name: str) -> None:
    loss, y = LABELLED[name]
    assert math.isnan(loss([math.nan, 1.0, 2.0], y))
    with np.errstate(invalid="ignore"):
        assert math.isnan(loss(np.array([math.nan, 1.0, 2.0]), y))


@pytest.mark.parametrize("name", LABELLED)
@reductions
def test_float32_stays_float32(name: str, reduction: str) -> None:
    loss, y = LABELLED[name]
    for target in (y, np.array(y), np.array(y, float) if name != "cross_entropy" else np.array(y, np.int16)):
        x = Value(np.array(POINT, np.float32))
        result = loss(x, target, reduction=reduction)
        result.backward(np.ones(result.shape))
        assert result.dtype == x.grad.dtype == np.float32


def test_integers_and_booleans_are_numbers() -> None:
    assert F.mse_loss(np.array([1, 2]), [0.5, 1.5]) == 0.25
    assert F.mse_loss([1, 2], np.array([0.5, 1.5])) == 0.25
    labels = np.array([True, False])
    for x in ([0.0, 0.0], np.zeros(2), Value([0.0, 0.0])):
        assert plain(F.binary_cross_entropy_with_logits(x, labels)) == pytest.approx(math.log(2))
        assert plain(F.binary_cross_entropy_with_logits(x, [True, False])) == pytest.approx(math.log(2))


def test_targets_are_not_changed() -> None:
    y = np.array([1.0, -1.0])
    y.flags.writeable = False
    for loss in (F.mse_loss, F.hinge_loss):
        loss(Value([0.5, 0.5]), y).backward()


# ---- errors ---------------------------------------------------------------------------------------------------------

ERRORS: dict[str, tuple[Callable[[Any], Any], Any, type[GlassgradError], str]] = {
    "column against row": (
        lambda x: F.mse_loss(x, np.zeros((4, 1))),
        [0.0] * 4,
        ShapeError,
        r"mse_loss: found input of shape \(4,\) and target of shape \(4, 1\); expected equal shapes.*reshape\(-1\)\.$",
    ),
    "number against array": (lambda x: F.mse_loss(x, 1.0), [0.0] * 2, ShapeError, r"\(2,\) and target of shape \(\)"),
    "nothing": (lambda x: F.mse_loss(x, []), [], ShapeError, r"shape \(0,\), without elements"),
    "no rows": (lambda x: F.cross_entropy(x, []), np.zeros((0, 3)), ShapeError, r"shape \(0.*without elements"),
    "ragged": (lambda x: F.mse_loss(x, [1.0, [2.0]]), [0.0] * 2, ShapeError, "lists of different lengths"),
    "hinge label 0": (
        lambda x: F.hinge_loss(x, [1, -1, 0]),
        [0.0] * 3,
        ArgumentError,
        r"hinge_loss: found target\[2\] = 0\.0; expected labels -1 and 1; turn labels 0 and 1 into 2 \* y - 1",
    ),
    "hinge NaN": (lambda x: F.hinge_loss(x, [math.nan]), [0.0], ArgumentError, r"target\[0\] = nan"),
    "bce label -1": (
        lambda x: F.binary_cross_entropy_with_logits(x, [[1, 0], [0, -1]]),
        [[0.0, 0.0], [0.0, 0.0]],
        ArgumentError,
        r"target\[1, 1\] = -1\.0; expected labels from 0 to 1",
    ),
    "reduction": (
        lambda x: F.mse_loss(x, [0.0], reduction="avg"),
        [0.0],
        ArgumentError,
        "found reduction='avg'; expected 'mean'",
    ),
    "reduction None": (
        lambda x: F.cross_entropy(x, 0, reduction="None"),
        [0.0],
        ArgumentError,
        "found reduction='None'",
    ),
    "text": (lambda x: F.mse_loss(x, "a"), 0.0, DtypeError, "mse_loss: found str 'a'; expected numbers"),
    "text array": (lambda x: F.mse_loss(x, np.array(["a"])), [0.0], DtypeError, "found an array of dtype <U1"),
    "class too large": (
        lambda x: F.cross_entropy(x, [0, 3]),
        [[0.0] * 3] * 2,
        ArgumentError,
        "cross_entropy: found the label 3 in row 1; expected one of 0 to 2",
    ),
    "class negative": (lambda x: F.cross_entropy(x, -1), [0.0], ArgumentError, "found the label -1 in row 0"),
    "all ignored": (lambda x: F.cross_entropy(x, -100), [0.0], ArgumentError, "nothing but labels that are ignored"),
    "class a float": (
        lambda x: F.cross_entropy(x, [1.0]),
        [[0.0] * 2],
        DtypeError,
        r"1\.0 of type float.*astype\(int\)",
    ),
    "class a bool": (lambda x: F.cross_entropy(x, True), [0.0] * 2, DtypeError, "True of type bool"),
    "class a Value": (lambda x: F.cross_entropy(x, Value(1.0)), [0.0] * 2, DtypeError, "label 1.0 of type float"),
    "too few classes": (
        lambda x: F.cross_entropy(x, [0]),
        [[0.0] * 3] * 2,
        ShapeError,
        r"labels of shape \(1,\) for an input of shape \(2, 3\); expected \(2,\)",
    ),
    "labels in a column": (lambda x: F.cross_entropy(x, [[0], [1]]), [[0.0] * 3] * 2, ShapeError, r"shape \(2, 1\)"),
    "three axes": (
        lambda x: F.cross_entropy(x, 0),
        [[[0.0] * 2]],
        ShapeError,
        r"\(\) for an input of shape \(1, 1, 2\)",
    ),
    "a number": (lambda x: F.cross_entropy(x, 0), 0.0, ShapeError, r"shape \(\); expected \(classes,\) or"),
}


@pytest.mark.parametrize("case", ERRORS)
@pytest.mark.parametrize("as_given", [np.array, Value, values, lambda x: x], ids=["array", "Value", "Values", "plain"])
def test_errors(case: str, as_given: Callable[[Any], Any]) -> None:
    call, x, error, message = ERRORS[case]
    with pytest.raises(error, match=message):
        call(as_given(x.tolist() if as_given is values and isinstance(x, np.ndarray) else x))


def test_a_first_wrong_label_in_a_large_array_is_named() -> None:
    y = np.ones((50, 40))
    y[30, 7] = 0.5
    y[31, 0] = 0.0
    with pytest.raises(ArgumentError, match=r"target\[30, 7\] = 0\.5"):
        F.hinge_loss(np.zeros((50, 40)), y)


def test_the_loss_of_micrograds_demo() -> None:
    scores, labels = [Value(0.3), Value(-2.0), Value(0.1)], [1, -1, -1]
    losses = [(1 + -yi * si).relu() for yi, si in zip(labels, scores, strict=True)]
    assert F.hinge_loss(scores, labels, reduction="none") == losses
    assert F.hinge_loss(scores, labels).data == pytest.approx(sum(losses).data / 3, rel=1e-15)  # type: ignore[union-attr]


def test_losses_are_made_of_the_tables_operations() -> None:
    x = Value([0.0, 1.0])
    assert "sigmoid_cross_entropy" in F.binary_cross_entropy_with_logits(x, [0, 1]).tree()
    assert autograd.relu(0.0) == F.hinge_loss(1.0, 1)
