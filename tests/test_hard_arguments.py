"""Arguments of which only a part is wrong: each is found, and the error says which."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import GlassgradError

EYE, CUBE = np.eye(2), np.ones((2, 2, 2))
PAIR = np.array([1.0, 2.0])
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "one of two widths": (lambda: ag.pad(PAIR, (1, -1)), "pad: .*none below 0"),
    "one sequence of nothing": (lambda: ag.convolve(PAIR[:0], PAIR), "convolve: .*one axis"),
    "one matrix for a sequence": (lambda: ag.convolve(PAIR, EYE), "convolve: .*one axis"),
    "no groups": (lambda: ag.conv_transpose1d(EYE, np.ones((2, 1, 1)), groups=0), "found groups=0; .*at least 1"),
    "windows of nothing": (lambda: ag.max_pool1d(EYE, 0), "found kernel_size=0; .*at least 1"),
    "too few weights": (lambda: ag.average(np.ones((2, 3)), axis=1, weights=PAIR), r"average: .*shape \(2,\)"),
    "a cube beside a vector": (lambda: ag.cov(PAIR, CUBE), "cov: .*two axes"),
    "too few heights": (lambda: ag.interp(1.0, PAIR, PAIR[:1]), "interp: .*one length"),
    "too few nodes": (lambda: ag.interp(1.0, PAIR[:1], PAIR), "interp: .*one length"),
    "matrices of nodes": (lambda: ag.interp(1.0, EYE, EYE), "interp: .*vectors"),
    "one vector too short": (lambda: ag.cross(PAIR[:1], [1.0, 2.0, 3.0]), "found vectors of 1 and 3 elements"),
    "a count that is no integer": (lambda: ag.diff(PAIR, n=0.0), "diff: .*integer"),
    "as many points as an edge takes": (lambda: ag.gradient(PAIR, edge_order=2), "found 2 points .*expected 3"),
    "one list of axes that is none": (lambda: ag.einsum(EYE, [0, 1], PAIR, 1), "einsum: found"),
    "the first power of no square": (lambda: ag.matrix_power(np.ones((2, 3)), 1), "matrix_power: .*square"),
    "a vector for a matrix": (lambda: ag.qr(PAIR), "qr: .*1-dimensional"),
    "no signal": (lambda: ag.conv_transpose1d(np.ones((1, 0)), np.ones((1, 1, 2))), "cuts away the whole result"),
    "a condition of two axes": (lambda: ag.compress(EYE, EYE), "compress: .*one axis"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_named(case: str) -> None:
    f, match = REFUSED[case]
    with pytest.raises(GlassgradError, match=match):
        f()


def test_einsum_says_that_optimize_is_off() -> None:
    assert inspect.signature(ag.einsum).parameters["optimize"].default is False


def test_a_condition_may_be_a_value() -> None:
    x = ag.Value([1.0, -2.0, 3.0])
    assert ag.compress(ag.greater(x, 0.0), x).tolist() == [1.0, 3.0]
