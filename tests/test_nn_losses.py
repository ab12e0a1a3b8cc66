"""Losses have one meaning in every form of operand, in replay and in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from loss_forms import CASES, listed, over_cases, over_reductions, plain, slopes, values
from processes import run_python

from autograd import Value, gradcheck, gradients, replay
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)


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
