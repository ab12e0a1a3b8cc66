"""Losses of predicted numbers: hard points and mistakes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from loss_forms import INF, PAIR, Hard, Mistake, hard_points, mistakes

from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)

test_hard_points = hard_points(
    {
        "sign of no error": Hard(F.l1_loss, [1.0, 2.0], ([1.0, 1.0],), {}, [0, 1], [0, 1]),
        "beta 0 is L1": Hard(F.smooth_l1_loss, [1.0, -3.0], ([1.0, 1.0],), {"beta": 0}, [0, 4], [0, -1]),
        "at beta": Hard(F.smooth_l1_loss, [0.5, -0.5], ([0.0, 0.0],), {"beta": 0.5}, [0.25, 0.25], [1, -1]),
        "far errors": Hard(F.huber_loss, [1e200, -INF], ([0, 0],), {"delta": 2.0}, [2e200, INF], [2, -2]),
        "half": Hard(F.half_squared_error, [3.0, -1.0], ([1.0, 1.0],), {}, [2, 2], [2, -2]),
    }
)
test_mistakes_are_named = mistakes(
    {
        "column against row": Mistake(
            lambda x: F.l1_loss(x, [[0.0]] * 2), [0.0] * 2, ShapeError, r"l1_loss: .*\(2,\) and target"
        ),
        "reduction of others": Mistake(
            lambda x: F.mse_loss(x, x, "batchmean"), [0.0], ArgumentError, "reduction='batchmean'"
        ),
    }
)


def test_an_infinite_threshold_is_the_squared_error() -> None:
    assert F.huber_loss([3.0, -1.0], [0.0, 0.0], delta=math.inf) == 2.5
    assert F.smooth_l1_loss(np.array([3.0]), np.array([0.0]), beta=math.inf) == 0.0


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


def test_numbers_too_large_and_masks() -> None:
    with pytest.raises(ArgumentError, match="mse_loss: found a whole number of more than 308 digits"):
        F.mse_loss([10**400], [0])
    masked = np.ma.array([0, 1], mask=[True, False])
    for loss in (F.nll_loss, F.cross_entropy, F.multi_margin_loss):
        with pytest.raises(DtypeError, match=f"{loss.__name__}: found a masked array"):
            loss(PAIR[0], masked)
