"""Losses in every form of operand, in replay, at their edges, with wrong arguments; losses as modules."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from processes import run_python

import nn
from autograd import Value, gradcheck, gradients, replay
from autograd.errors import ArgumentError, DtypeError, GlassgradError, ShapeError, SignatureError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)
from nn import losses

INF = math.inf
RNG = np.random.default_rng(0)
X, Y, Z = RNG.normal(size=(3, 4, 3))
P, Q = RNG.uniform(0.05, 0.95, (2, 4, 3))
SIGNS = np.array([[1.0, -1, 1], [-1, -1, 1], [1, 1, -1], [-1, 1, 1]])
LABELS, PADDED = np.array([0, 2, 1, 2]), np.array([0, -100, 1, 2])
CLASSES = np.array([0.5, 1.0, 2.0])
BATCH = RNG.normal(size=(2, 3, 2))
PLACES = np.array([[0, 2], [1, -100]])

# Each loss with operands, of which the first is what a model gave, and options.
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {
    "mse_loss": (F.mse_loss, (X, Y), {}),
    "mse_loss, weighted": (F.mse_loss, (X, Y), {"weight": P}),
    "half_squared_error": (F.half_squared_error, (X, Y), {}),
    "l1_loss": (F.l1_loss, (X, Y), {}),
    "smooth_l1_loss": (F.smooth_l1_loss, (X, Y), {"beta": 0.5}),
    "smooth_l1_loss, beta 0": (F.smooth_l1_loss, (X, Y), {"beta": 0.0}),
    "huber_loss": (F.huber_loss, (X, Y), {"delta": 0.7, "weight": P}),
    "binary_cross_entropy": (F.binary_cross_entropy, (P, Q), {"weight": CLASSES}),
    "bce_with_logits": (F.binary_cross_entropy_with_logits, (X, Q), {"pos_weight": CLASSES, "weight": P}),
    "cross_entropy": (F.cross_entropy, (X, LABELS), {}),
    "cross_entropy, all options": (F.cross_entropy, (X, PADDED), {"weight": CLASSES, "label_smoothing": 0.1}),
    "cross_entropy, smoothed": (F.cross_entropy, (X, LABELS), {"label_smoothing": 0.1}),
    "cross_entropy of places": (F.cross_entropy, (BATCH, PLACES), {"weight": CLASSES, "label_smoothing": 0.1}),
    "cross_entropy of shares": (F.cross_entropy, (X, Q), {"weight": CLASSES, "label_smoothing": 0.1}),
    "cross_entropy of shares alone": (F.cross_entropy, (BATCH, RNG.dirichlet(np.ones(3), (2, 2)).swapaxes(1, 2)), {}),
    "nll_loss": (F.nll_loss, (X - 9, PADDED), {"weight": CLASSES}),
    "nll_loss of places": (F.nll_loss, (BATCH - 9, PLACES), {}),
    "hinge_loss": (F.hinge_loss, (X, SIGNS), {}),
    "soft_margin_loss": (F.soft_margin_loss, (X, SIGNS), {}),
    "margin_ranking_loss": (F.margin_ranking_loss, (X, Y, SIGNS), {"margin": 0.3}),
    "multi_margin_loss": (F.multi_margin_loss, (X, LABELS), {"weight": CLASSES}),
    "multi_margin_loss, squared": (F.multi_margin_loss, (X, LABELS), {"p": 2, "margin": 0.5}),
    "hinge_embedding_loss": (F.hinge_embedding_loss, (P, SIGNS), {"margin": 0.6}),
    "cosine_embedding_loss": (F.cosine_embedding_loss, (X, Y, SIGNS[:, 0]), {"margin": 0.1}),
    "triplet_margin_loss": (F.triplet_margin_loss, (X, Y, Z), {}),
    "triplet_margin_loss, swapped": (F.triplet_margin_loss, (X, Y, Z), {"swap": True, "p": 3.0}),
    "triplet_margin_loss, p 1": (F.triplet_margin_loss, (X, Y, Z), {"p": 1.0}),
    "triplet_margin_loss, p inf": (F.triplet_margin_loss, (X, Y, Z), {"p": INF}),
    "kl_div": (F.kl_div, (X, Q), {}),
    "kl_div of logarithms": (F.kl_div, (X, Y), {"log_target": True}),
    "poisson_nll_loss": (F.poisson_nll_loss, (X, 5 * Q), {"full": True}),
    "poisson_nll_loss of rates": (F.poisson_nll_loss, (P, 5 * Q), {"log_input": False}),
    "gaussian_nll_loss": (F.gaussian_nll_loss, (X, Y, P), {"full": True}),
    "gaussian_nll_loss, one for a row": (F.gaussian_nll_loss, (X, Y, P[:, 0]), {}),
    "gaussian_nll_loss, a column": (F.gaussian_nll_loss, (X, Y, P[:, :1]), {}),
    "gaussian_nll_loss, one number": (F.gaussian_nll_loss, (X, Y, 0.3), {}),
}
REDUCTIONS = ("mean", "sum", "none")
over_cases = pytest.mark.parametrize("case", CASES)
over_reductions = pytest.mark.parametrize("reduction", REDUCTIONS)


def listed(x: Any) -> Any:
    return x.tolist() if isinstance(x, np.ndarray) else x


def values(nested: Any) -> Any:
    """Nested lists of numbers as Values."""
    return [values(item) for item in nested] if isinstance(nested, list) else Value(nested)


def slopes(nested: Any) -> Any:
    return [slopes(item) for item in nested] if isinstance(nested, list) else nested.grad


def plain(result: Any) -> Any:
    """A loss, whatever its form, as an array."""
    if isinstance(result, list):
        return np.array([plain(item) for item in result])
    return np.array(result.data if isinstance(result, Value) else result)


# ---- one meaning in every form ---------------------------------------------------------------------------------------


@over_cases
@over_reductions
def test_numbers_and_arrays_agree(case: str, reduction: str) -> None:
    """What arrays give agrees with PyTorch (tests/test_nn_against_torch_losses.py)."""
    loss, (x, *others), options = CASES[case]
    array, numbers = Value(x), values(x.tolist())
    expected = loss(array, *others, **options, reduction=reduction)
    of_lists = {key: listed(option) for key, option in options.items()}
    for found in (
        loss(x, *others, **options, reduction=reduction),
        loss(x.tolist(), *map(listed, others), **of_lists, reduction=reduction),
        loss(numbers, *map(listed, others), **of_lists, reduction=reduction),
        loss(array, *map(listed, others), **of_lists, reduction=reduction),
        loss(numbers, *others, **options, reduction=reduction),
        loss(list(array), *others, **options, reduction=reduction),
    ):
        np.testing.assert_allclose(plain(found), expected.data, rtol=1e-13, atol=1e-14)
    if reduction != "none":
        expected.backward()
        loss(numbers, *map(listed, others), **of_lists, reduction=reduction).backward()
        np.testing.assert_allclose(slopes(numbers), array.grad, rtol=1e-12, atol=1e-14)


@over_cases
@over_reductions
def test_a_replay_agrees_and_takes_other_data(case: str, reduction: str) -> None:
    loss, operands, options = CASES[case]
    program = replay(lambda *operands: loss(*operands, **options, reduction=reduction))
    turned = [x[::-1].copy() if isinstance(x, np.ndarray) else x for x in operands]
    for called in (operands, turned):
        x = Value(called[0])
        expected = loss(x, *called[1:], **options, reduction=reduction)
        np.testing.assert_allclose(program(*called), expected.data, rtol=1e-12, atol=1e-14)
        if reduction != "none":
            expected.backward()
            value, gradient = program.value_and_grad(*called)
            np.testing.assert_allclose(value, expected.data, rtol=1e-12)
            np.testing.assert_allclose(gradient, x.grad, rtol=1e-12, atol=1e-14)


@over_cases
@over_reductions
def test_float32_stays_float32(case: str, reduction: str) -> None:
    loss, (x, *others), options = CASES[case]
    single = Value(x.astype(np.float32))
    result = loss(single, *others, **options, reduction=reduction)
    result.backward(np.ones(result.shape))
    assert result.dtype == single.grad.dtype == np.float32
    np.testing.assert_allclose(result.data, loss(x, *others, **options, reduction=reduction), rtol=1e-5, atol=1e-5)


@over_cases
def test_gradients_by_all_operands_of_floats(case: str) -> None:
    loss, operands, options = CASES[case]
    floats = [i for i, x in enumerate(operands) if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    if loss in (F.hinge_loss, F.soft_margin_loss, F.margin_ranking_loss, F.hinge_embedding_loss):
        floats.pop()  # labels of -1 and 1
    if loss is F.cosine_embedding_loss:
        floats.remove(2)

    def of_floats(*xs: Any) -> Any:
        given = list(operands)
        for i, x in zip(floats, xs, strict=True):
            given[i] = x
        return loss(*given, **options, reduction="none")

    assert gradcheck(of_floats, *(operands[i] for i in floats))


@pytest.mark.parametrize("case", ["cross_entropy, all options", "cross_entropy of shares", "bce_with_logits", "kl_div"])
def test_second_derivatives(case: str) -> None:
    loss, (x, *others), options = CASES[case]

    def slope(x: Value) -> Value:
        (g,) = gradients(loss(x, *others, **options), [x], create_graph=True)
        return g

    assert gradcheck(slope, x)


NUMBERS_ONLY = """
import sys
from autograd import Value
from nn import functional as F

x, y, signs = [[Value(0.5), Value(-1.0)], [Value(2.0), Value(0.1)]], [[0.1, 0.2], [0.3, 0.4]], [[1, -1], [1, 1]]
shares = [[0.5, 0.25], [0.1, 0.9]]
found = [
    F.mse_loss(x, y, weight=shares), F.half_squared_error(x, y), F.l1_loss(x, y), F.smooth_l1_loss(x, y),
    F.huber_loss(x, y), F.binary_cross_entropy(shares, shares),
    F.binary_cross_entropy_with_logits(x, shares, pos_weight=2.0),
    F.cross_entropy(x, [0, -100], weight=[1.0, 2.0], label_smoothing=0.1), F.cross_entropy(x, shares),
    F.nll_loss([[-1.0, -2.0]], [1]), F.hinge_loss(x, signs), F.soft_margin_loss(x, signs),
    F.margin_ranking_loss(x, y, signs), F.multi_margin_loss(x, [0, 1]), F.hinge_embedding_loss(x, signs),
    F.cosine_embedding_loss(x, y, [1, -1]), F.triplet_margin_loss(x, y, shares), F.kl_div(x, y),
    F.poisson_nll_loss(x, y, full=True), F.gaussian_nll_loss(x, y, 1.0),
]
assert "numpy" not in sys.modules
print(len(found))
"""


def test_numbers_need_no_numpy() -> None:
    assert run_python("-c", NUMBERS_ONLY) == "20\n"


# ---- hard points -----------------------------------------------------------------------------------------------------

LN2 = math.log(2.0)
HARD: dict[str, tuple[Callable[..., Any], Any, tuple[Any, ...], dict[str, Any], Any, Any]] = {
    # loss, input, others, options, values, gradients of their sum by the input
    "sign of no error": (F.l1_loss, [1.0, 2.0], ([1.0, 1.0],), {}, [0, 1], [0, 1]),
    "beta 0 is L1": (F.smooth_l1_loss, [1.0, -3.0], ([1.0, 1.0],), {"beta": 0}, [0, 4], [0, -1]),
    "at beta": (F.smooth_l1_loss, [0.5, -0.5], ([0.0, 0.0],), {"beta": 0.5}, [0.25, 0.25], [1, -1]),
    "far errors": (F.huber_loss, [1e200, -INF], ([0, 0],), {"delta": 2.0}, [2e200, INF], [2, -2]),
    "half": (F.half_squared_error, [3.0, -1.0], ([1.0, 1.0],), {}, [2, 2], [2, -2]),
    "certain": (F.binary_cross_entropy, [1.0, 0.0], ([1, 0],), {}, [0, 0], [-1, 1]),
    "certain and wrong": (F.binary_cross_entropy, [0.0, 1.0], ([1, 0],), {}, [100, 100], [-1e12, 1e12]),
    "logits of 1000": (
        F.binary_cross_entropy_with_logits,
        [1e3, -1e3, 1e3, -1e3],
        ([1, 0, 0, 1],),
        {"pos_weight": 3.0},
        [0, 0, 1e3, 3e3],
        [0, 0, 1, -3],
    ),
    "logit 0": (F.binary_cross_entropy_with_logits, [0.0] * 3, ([0, 1, 0.25],), {}, [LN2] * 3, [0.5, -0.5, 0.25]),
    "confident, smoothed": (
        F.cross_entropy,
        [[1e3, 0.0], [1e3, 0.0]],
        ([0, 1],),
        {"label_smoothing": 0.2},
        [100, 900],
        [[0.1, -0.1], [0.9, -0.9]],
    ),
    "a row that does not count may be anything": (
        F.cross_entropy,
        [[0.0, 0.0], [math.nan, INF]],
        ([0, -100],),
        {},
        [LN2, 0],
        [[-0.5, 0.5], [0, 0]],
    ),
    "an impossible class": (F.nll_loss, [[-INF, 0.0]], ([1],), {}, [0], [[0, -1]]),
    "soft margin of 1000": (F.soft_margin_loss, [1e3, -1e3], ([1, 1],), {}, [0, 1e3], [0, -1]),
    "ranks at a tie": (F.margin_ranking_loss, [1.0], ([1.0], [1]), {}, [0], [0]),
    "distance at the margin": (F.hinge_embedding_loss, [1.0], ([-1],), {}, [0], [0]),
    "zero vector": (F.cosine_embedding_loss, [[0.0, 0.0]], ([[3.0, 4.0]], [1]), {}, [1], [[-0.6e8, -0.8e8]]),
    "two zero vectors": (F.cosine_embedding_loss, [[0.0, 0.0]], ([[0.0, 0.0]], [-1]), {}, [0], [[0, 0]]),
    "like vectors of any length": (F.cosine_embedding_loss, [[3e-7, 4e-7]], ([[3e9, 4e9]], [1]), {}, [0], [[0, 0]]),
    "equal vectors": (F.triplet_margin_loss, [[1.0]], ([[1.0]], [[1.0]]), {}, [1], [[0]]),
    "nothing expected": (F.kl_div, [[-1.0, -2.0]], ([[0.0, 1.0]],), {}, [[0, 2]], [[0, -1]]),
    "counts of 0": (F.poisson_nll_loss, [0.0, 0.0], ([0, 1],), {"full": True}, [1, 1], [1, 0]),
    "a rate of 0": (
        F.poisson_nll_loss,
        [0.0],
        ([1],),
        {"log_input": False},
        [-math.log(1e-8)],
        [1 - 1e8],
    ),
    "no variance": (
        F.gaussian_nll_loss,
        [1.0],
        ([0.0], [0.0]),
        {},
        [0.5 * (math.log(1e-6) + 1e6)],
        [1e6],
    ),
}


@pytest.mark.parametrize("case", HARD)
def test_hard_points(case: str) -> None:
    loss, x, others, options, expected, gradient = HARD[case]
    numbers, array = values(x), Value(x)
    for given in (numbers, array):
        np.testing.assert_allclose(plain(loss(given, *others, **options, reduction="none")), expected, atol=1e-12)
        loss(given, *others, **options, reduction="sum").backward()
    np.testing.assert_allclose(slopes(numbers), gradient, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(array.grad, gradient, rtol=1e-9, atol=1e-9)


def test_the_variance_learns_below_eps() -> None:
    v = Value([1e-9])
    F.gaussian_nll_loss([0.0], [1.0], v).backward()
    assert v.grad.item() == pytest.approx(0.5 * (1e6 - 1e12))  # that at eps


def test_means_divide_by_weights_of_classes() -> None:
    x, labels, w = np.zeros((3, 2)), [0, 1, 1], [1.0, 3.0]
    x[0] = [0.0, math.log(3.0)]  # the loss of row 0 is ln 4, of the others ln 2
    expected = (math.log(4.0) + 6.0 * LN2) / 7.0
    assert F.cross_entropy(x, labels, w) == pytest.approx(expected)
    assert F.nll_loss(np.log([[0.25, 0.75], [0.5, 0.5], [0.5, 0.5]]), labels, w) == pytest.approx(expected)
    expected = (math.log(4.0) + 6.0 * LN2) / 3.0  # probabilities: by the number of rows
    assert F.cross_entropy(x, np.eye(2)[labels], w) == pytest.approx(expected)


def test_divergence_of_a_sample() -> None:
    x, t = np.log([[0.5, 0.5], [0.25, 0.75]]), np.array([[0.5, 0.5], [1.0, 0.0]])
    assert F.kl_div(x, t, reduction="batchmean") == pytest.approx(math.log(4.0) / 2)
    assert F.kl_div(x.tolist(), t.tolist(), reduction="batchmean") == pytest.approx(math.log(4.0) / 2)


@pytest.mark.parametrize("form", [np.array, Value, lambda x: x], ids=["array", "Value", "numbers"])
def test_probabilities_in_place_of_their_logarithms_are_warned_of(form: Callable[[Any], Any]) -> None:
    with pytest.warns(RuntimeWarning, match=r"nll_loss: found 0\.75 in the input; expected logarithms") as caught:
        F.nll_loss(form([[0.25, 0.75]]), [1])
    assert caught[0].filename == __file__
    F.nll_loss(form([[-1.0, 1e-9]]), [1])  # rounding


# ---- replay ----------------------------------------------------------------------------------------------------------


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


# ---- errors ----------------------------------------------------------------------------------------------------------

ERRORS: dict[str, tuple[Callable[[Any], Any], Any, type[GlassgradError], str]] = {
    "column against row": (lambda x: F.l1_loss(x, [[0.0]] * 2), [0.0] * 2, ShapeError, r"l1_loss: .*\(2,\) and target"),
    "three shapes": (
        lambda x: F.margin_ranking_loss(x, [0.0, 0.0], [1]),
        [0.0, 0.0],
        ShapeError,
        r"found input1 of shape \(2,\) and target of shape \(1,\)",
    ),
    "nothing": (lambda x: F.kl_div(x, []), [], ShapeError, r"kl_div: found an operand of shape \(0,\)"),
    "probability": (
        lambda x: F.binary_cross_entropy(x, [1, 1]),
        [0.5, 1.5],
        ArgumentError,
        r"input\[1\] = 1\.5; expected probabilities from 0 to 1; for logits",
    ),
    "label of a probability": (lambda x: F.binary_cross_entropy(x, [-1]), [0.5], ArgumentError, r"target\[0\] = -1\.0"),
    "share": (
        lambda x: F.cross_entropy(x, [[0.5, 1.5]]),
        [[0.0, 0.0]],
        ArgumentError,
        r"target\[0, 1\] = 1\.5; expected probabilities of the classes",
    ),
    "labels 0 and 1": (
        lambda x: F.soft_margin_loss(x, [0, 1]),
        [0.0, 0.0],
        ArgumentError,
        r"soft_margin_loss: found target\[0\] = 0\.0; expected labels -1 and 1",
    ),
    "labels of ranks": (lambda x: F.margin_ranking_loss(x, x, [0]), [0.0], ArgumentError, "expected labels -1 and 1"),
    "labels of distances": (lambda x: F.hinge_embedding_loss(x, [0]), [0.0], ArgumentError, "expected labels -1 and 1"),
    "labels of vectors": (
        lambda x: F.cosine_embedding_loss(x, x, [0]),
        [[0.0, 1.0]],
        ArgumentError,
        "expected labels -1 and 1",
    ),
    "a label for each vector": (
        lambda x: F.cosine_embedding_loss(x, x, [[1]]),
        [[0.0, 1.0]],
        ShapeError,
        r"target of shape \(1, 1\)",
    ),
    "no vectors": (lambda x: F.triplet_margin_loss(x, x, x), 1.0, ShapeError, r"found vectors of shape \(\)"),
    "class out of range": (
        lambda x: F.nll_loss(x, [0, 2]),
        [[-1.0, -1.0]] * 2,
        ArgumentError,
        "nll_loss: found the label 2 in row 1; expected one of 0 to 1",
    ),
    "class of a place": (
        lambda x: F.cross_entropy(x, [[0, 5]]),
        [[[0.0, 0.0], [0.0, 0.0]]],
        ArgumentError,
        r"found the label 5 at \[0, 1\]; expected one of 0 to 1",
    ),
    "logits of two classes taken for those of many": (
        lambda x: F.cross_entropy(x, [0, 1]),
        [0.3, -0.2],
        ShapeError,
        r"labels of shape \(2,\) for an input of shape \(2,\); expected \(\), .* are floats: y\.astype\(float\)",
    ),
    "classes in an array of floats": (
        lambda x: F.cross_entropy(x, np.array([1.0, 0.0])),
        [[0.0] * 3] * 2,
        DtypeError,
        r"found the label 1\.0 of type float; .*y\.astype\(int\)",
    ),
    "padding of margins": (lambda x: F.multi_margin_loss(x, [-100]), [[0.0]], ArgumentError, "the label -100 in row 0"),
    "all ignored": (
        lambda x: F.cross_entropy(x, [1, 1], ignore_index=1),
        [[0.0, 0.0]] * 2,
        ArgumentError,
        r"nothing but labels that are ignored \(ignore_index=1\)",
    ),
    "weights of other classes": (
        lambda x: F.cross_entropy(x, [0], weight=[1.0]),
        [[0.0, 0.0]],
        ShapeError,
        r"weight of shape \(1,\)",
    ),
    "weights of nothing": (
        lambda x: F.cross_entropy(x, [0], weight=[0.0, 1.0]),
        [[0.0, 0.0]],
        ArgumentError,
        "weights that sum to 0",
    ),
    "weights that enlarge": (
        lambda x: F.binary_cross_entropy_with_logits(x, [1.0], pos_weight=[1.0, 2.0]),
        [0.0],
        ShapeError,
        r"pos_weight of shape \(2,\) for an input of shape \(1,\)",
    ),
    "variance": (lambda x: F.gaussian_nll_loss(x, [0.0], [-1.0]), [0.0], ArgumentError, r"var\[0\] = -1\.0"),
    "variances": (lambda x: F.gaussian_nll_loss(x, x, [1.0] * 3), [0.0] * 2, ShapeError, r"var of shape \(3,\)"),
    "negative probability": (lambda x: F.kl_div(x, [-0.5]), [0.0], ArgumentError, "log_target=True"),
    "no first axis": (lambda x: F.kl_div(x, 1.0, "batchmean"), 0.0, ShapeError, "reduction='batchmean'"),
    "beta": (
        lambda x: F.smooth_l1_loss(x, x, beta=-1),
        [0.0],
        ArgumentError,
        "found beta=-1; expected a number from 0",
    ),
    "delta": (lambda x: F.huber_loss(x, x, delta=0), [0.0], ArgumentError, "found delta=0; expected a number above 0"),
    "smoothing": (lambda x: F.cross_entropy(x, 0, label_smoothing=2), [0.0], ArgumentError, "found label_smoothing=2"),
    "p of margins": (lambda x: F.multi_margin_loss(x, 0, p=3), [0.0], ArgumentError, "found p=3; expected 1 or 2"),
    "margin": (lambda x: F.triplet_margin_loss(x, x, x, margin=0), [0.0], ArgumentError, "found margin=0"),
    "p": (lambda x: F.triplet_margin_loss(x, x, x, p=0), [0.0], ArgumentError, "found p=0"),
    "eps": (lambda x: F.gaussian_nll_loss(x, x, x, eps=0), [0.0], ArgumentError, "found eps=0"),
    "reduction": (lambda x: F.nll_loss(x, 0, reduction="avg"), [0.0], ArgumentError, "found reduction='avg'"),
    "reduction of others": (lambda x: F.mse_loss(x, x, "batchmean"), [0.0], ArgumentError, "reduction='batchmean'"),
}


@pytest.mark.parametrize("case", ERRORS)
@pytest.mark.parametrize("form", [np.array, Value, values, lambda x: x], ids=["array", "Value", "Values", "numbers"])
def test_errors(case: str, form: Callable[[Any], Any]) -> None:
    call, x, error, message = ERRORS[case]
    with pytest.raises(error, match=message):
        call(form(x))


def test_what_looks_like_an_array() -> None:
    """A column of pandas, say: it has a dtype and a shape and becomes an array, but has other methods."""

    class Column:
        def __init__(self, data: Any) -> None:
            self.data = np.array(data)
            self.dtype, self.shape, self.ndim = self.data.dtype, self.data.shape, self.data.ndim

        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return self.data if dtype is None else self.data.astype(dtype)

        def tolist(self) -> Any:
            return self.data.tolist()

    assert F.mse_loss(Column([1.0, 2.0]), Column([0, 4])) == 2.5
    assert F.hinge_loss(Column([0.5, -2.0]), Column([1, -1])) == 0.25
    for labels in (Column([1, 0]), np.array([1, 0], object)):
        for x in (PAIR[0], PAIR[0].tolist()):
            assert F.nll_loss(x, labels) == 0.75


@pytest.mark.parametrize("labels", [[0, 2**70], [0, -(2**70)], np.array([0, 2**63], np.uint64)])
def test_labels_too_large_for_an_array(labels: Any) -> None:
    with pytest.raises(ArgumentError, match=r"found the label -?\d{19,} in row 1; expected one of 0 to 1"):
        F.cross_entropy(PAIR[0], labels)


def test_numbers_too_large_and_masks() -> None:
    with pytest.raises(ArgumentError, match="mse_loss: found a whole number of more than 308 digits"):
        F.mse_loss([10**400], [0])
    masked = np.ma.array([0, 1], mask=[True, False])
    for loss in (F.nll_loss, F.cross_entropy, F.multi_margin_loss):
        with pytest.raises(DtypeError, match=f"{loss.__name__}: found a masked array"):
            loss(PAIR[0], masked)


def test_an_infinite_threshold_is_the_squared_error() -> None:
    assert F.huber_loss([3.0, -1.0], [0.0, 0.0], delta=math.inf) == 2.5
    assert F.smooth_l1_loss(np.array([3.0]), np.array([0.0]), beta=math.inf) == 0.0


# ---- modules ---------------------------------------------------------------------------------------------------------

OPTIONS: dict[str, dict[str, Any]] = {
    "SmoothL1Loss": {"beta": 0.5},
    "HuberLoss": {"delta": 0.5},
    "BCELoss": {"weight": np.array([1.0, 2.0])},
    "BCEWithLogitsLoss": {"pos_weight": np.array([1.0, 2.0]), "weight": np.array([2.0, 0.5])},
    "CrossEntropyLoss": {"weight": np.array([1.0, 2.0]), "label_smoothing": 0.1, "ignore_index": 0},
    "NLLLoss": {"weight": np.array([1.0, 2.0])},
    "MarginRankingLoss": {"margin": 0.5},
    "MultiMarginLoss": {"p": 2, "margin": 0.5, "weight": np.array([1.0, 2.0])},
    "HingeEmbeddingLoss": {"margin": 0.5},
    "CosineEmbeddingLoss": {"margin": 0.5},
    "TripletMarginLoss": {"margin": 0.5, "swap": True},
    "KLDivLoss": {"log_target": True, "reduction": "batchmean"},
    "PoissonNLLLoss": {"full": True},
    "GaussianNLLLoss": {"full": True},
}
MODULES = [name for name in losses.__all__ if name != "Loss"]
PAIR = (np.array([[-0.25, -1.0], [-0.5, -0.125]]), np.array([[0.5, 0.25], [0.125, 1.0]]))
OPERANDS: dict[str, tuple[Any, ...]] = {
    "BCELoss": (abs(PAIR[0]), PAIR[1]),
    "HingeLoss": (PAIR[0], [[1, -1], [1, 1]]),
    "SoftMarginLoss": (PAIR[0], [[1, -1], [1, 1]]),
    "HingeEmbeddingLoss": (PAIR[1], [[1, -1], [1, 1]]),
    "MarginRankingLoss": (*PAIR, [[1, -1], [1, 1]]),
    "CosineEmbeddingLoss": (*PAIR, [1, -1]),
    "TripletMarginLoss": (*PAIR, PAIR[1][::-1]),
    "GaussianNLLLoss": (*PAIR, PAIR[1]),
    "NLLLoss": (PAIR[0], [0, 1]),
    "CrossEntropyLoss": (PAIR[0], [0, 1]),
    "MultiMarginLoss": (PAIR[0], [0, 1]),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_its_function_with_options(name: str) -> None:
    kind, options, operands = getattr(nn, name), OPTIONS.get(name, {}), OPERANDS.get(name, PAIR)
    assert kind is getattr(losses, name)
    for given in ({}, options):
        module = kind(**given)
        expected = plain(kind.function(*operands, **given))
        for one in (module, copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
            assert np.array_equal(plain(one(*operands)), expected)
        assert module.parameters() == []
        assert set(module.state_dict()) == {"weight", "pos_weight"} & given.keys()
        assert all(getattr(module, key) is option for key, option in given.items())
    assert repr(kind()) == f"{name}()"


def test_options_come_in_the_functions_order() -> None:
    assert str(inspect.signature(nn.HuberLoss)) == "(reduction='mean', delta=1.0, weight=None)"
    assert nn.CrossEntropyLoss(np.ones(2), 3, "sum", 0.1).label_smoothing == 0.1
    assert repr(nn.TripletMarginLoss(2.0, 1.0)) == "TripletMarginLoss(margin=2.0, p=1.0)"
    assert repr(nn.CrossEntropyLoss([1.0, 2.0], reduction="sum")) == "CrossEntropyLoss(reduction='sum')"


def test_weights_follow_the_dtype_and_load() -> None:
    module = nn.CrossEntropyLoss(weight=[1.0, 2.0]).to("float32")
    assert module.weight.dtype == np.float32
    module.load_state_dict({"weight": np.array([3.0, 1.0], np.float32)})
    x = Value(np.zeros((2, 2), np.float32))
    x.data[1, 0] = 1.0
    assert module(x, [0, 1]).data == pytest.approx((3 * LN2 + math.log(1 + math.e)) / 4)


MISTAKES: dict[str, tuple[Callable[[], Any], type[GlassgradError], str]] = {
    "unknown": (lambda: nn.MSELoss(beta=1.0), SignatureError, r"MSELoss: found .* \(beta=1.0\); expected \(red"),
    "twice": (lambda: nn.HuberLoss("sum", reduction="sum"), SignatureError, "each once"),
    "too many": (lambda: nn.HingeLoss("sum", 1.0), SignatureError, r"arguments \('sum', 1.0\)"),
    "a weight that learns": (lambda: nn.NLLLoss(Value([1.0, 2.0])), DtypeError, "found a Value for 'weight'"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_in_options(case: str) -> None:
    call, error, message = MISTAKES[case]
    with pytest.raises(error, match=message):
        call()


def test_a_loss_of_ones_own() -> None:
    def cubed(input: Any, target: Any, power: int = 3, reduction: str = "mean") -> Any:
        return F.l1_loss(input, target, reduction="none")[0] ** power

    class Cubed(losses.Loss, of=cubed):
        pass

    assert Cubed()([3.0], [1.0]) == 8.0
    assert repr(Cubed(power=2)) == "Cubed(power=2)"
    assert Cubed(2)([3.0], [1.0]) == 4.0


def test_operands_by_name() -> None:
    assert nn.MSELoss()(input=[1.0, 2.0], target=[0.0, 4.0]) == 2.5
    assert nn.TripletMarginLoss()(anchor=[0.0], positive=[0.0], negative=[9.0]) == 0.0
