"""Losses of distributions: hard points and mistakes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from loss_forms import Hard, Mistake, hard_points, mistakes

from autograd import Value
from autograd.errors import ArgumentError, ShapeError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)

test_hard_points = hard_points(
    {
        "nothing expected": Hard(F.kl_div, [[-1.0, -2.0]], ([[0.0, 1.0]],), {}, [[0, 2]], [[0, -1]]),
        "counts of 0": Hard(F.poisson_nll_loss, [0.0, 0.0], ([0, 1],), {"full": True}, [1, 1], [1, 0]),
        "a rate of 0": Hard(
            F.poisson_nll_loss,
            [0.0],
            ([1],),
            {"log_input": False},
            [-math.log(1e-8)],
            [1 - 1e8],
        ),
        "no variance": Hard(
            F.gaussian_nll_loss,
            [1.0],
            ([0.0], [0.0]),
            {},
            [0.5 * (math.log(1e-6) + 1e6)],
            [1e6],
        ),
    }
)
test_mistakes_are_named = mistakes(
    {
        "nothing": Mistake(lambda x: F.kl_div(x, []), [], ShapeError, r"kl_div: found an operand of shape \(0,\)"),
        "variance": Mistake(lambda x: F.gaussian_nll_loss(x, [0.0], [-1.0]), [0.0], ArgumentError, r"var\[0\] = -1\.0"),
        "variances": Mistake(
            lambda x: F.gaussian_nll_loss(x, x, [1.0] * 3), [0.0] * 2, ShapeError, r"var of shape \(3,\)"
        ),
        "negative probability": Mistake(lambda x: F.kl_div(x, [-0.5]), [0.0], ArgumentError, "log_target=True"),
        "no first axis": Mistake(lambda x: F.kl_div(x, 1.0, "batchmean"), 0.0, ShapeError, "reduction='batchmean'"),
    }
)


def test_the_variance_learns_below_eps() -> None:
    v = Value([1e-9])
    F.gaussian_nll_loss([0.0], [1.0], v).backward()
    assert v.grad.item() == pytest.approx(0.5 * (1e6 - 1e12))  # that at eps


def test_divergence_of_a_sample() -> None:
    x, t = np.log([[0.5, 0.5], [0.25, 0.75]]), np.array([[0.5, 0.5], [1.0, 0.0]])
    assert F.kl_div(x, t, reduction="batchmean") == pytest.approx(math.log(4.0) / 2)
    assert F.kl_div(x.tolist(), t.tolist(), reduction="batchmean") == pytest.approx(math.log(4.0) / 2)
