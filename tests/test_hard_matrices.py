"""Functions of matrices at equal, zero and tiny eigenvalues: both modes agree, and a stack is so many matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, gradients, tangents

RNG = np.random.default_rng(1)
TURN = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
EIGENVALUES = ([1.0, 1.0, 1.0], [2.0, 2.0, 1.0], [3.0, 2.0, 1.0], [2.0, 1.0, 0.0], [1e9, 1e9, 1.0], [1e-9, 2e-9, 3e-9])
STACK = np.array([(TURN * s) @ TURN.T for s in EIGENVALUES])  # equal but for a rounding
STACK = np.concatenate([0.5 * (STACK + np.swapaxes(STACK, 1, 2)), [np.diag(s) for s in EIGENVALUES]])

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "eigvalsh": ag.eigvalsh, "eigenvectors": lambda a: ag.eigh(a).eigenvectors, "svdvals": ag.svdvals,
    "U": lambda a: ag.svd(a, full_matrices=False).U, "S": lambda a: ag.svd(a).S,
    "Vh of wide ones": lambda a: ag.svd(a[..., :2, :], full_matrices=False).Vh,
    "U of tall ones": lambda a: ag.svd(a[..., :2], full_matrices=False).U,
    "nuc": lambda a: ag.matrix_norm(a, ord="nuc"), "2": lambda a: ag.matrix_norm(a, ord=2),
    "-2": lambda a: ag.matrix_norm(a, ord=-2), "det": ag.det, "expm": lambda a: ag.expm(a * 1e-9),
    "matrix_power": lambda a: ag.matrix_power(a, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_both_modes_agree_on_a_stack_and_on_each_of_its_matrices(name: str) -> None:
    f, x = FUNCTIONS[name], Value(STACK)
    z = f(x)
    g, t = RNG.normal(size=z.shape), RNG.normal(size=STACK.shape)
    (reverse,), (forward,) = gradients(z, [x], g), tangents([z], [(x, t)])
    for k, matrix in enumerate(STACK):
        leaf = Value(matrix)
        (alone,) = gradients(f(leaf), [leaf], g[k])
        scale = 1e-9 * np.abs(alone.data).max()
        np.testing.assert_allclose(reverse.data[k], alone.data, rtol=1e-9, atol=scale)
        assert np.sum(forward.data[k] * g[k]) == pytest.approx(np.sum(alone.data * t[k]), rel=1e-9, abs=1e1 * scale)


@pytest.mark.parametrize("s", [[-1.0, -1.0 + 2.0**-53, 2.0], [1e-3, 1e-3 + 2.0**-53, 1.0], [0.0, 0.0, 1.0]])
def test_what_rounding_alone_tells_apart_shares(s: list[float]) -> None:
    x = Value(np.diag(s))
    (g,) = gradients(ag.eigvalsh(x)[0], [x])
    np.testing.assert_array_equal(g.data, np.diag([0.5, 0.5, 0.0]))
    (t,) = tangents([ag.eigvalsh(x)], [(x, np.diag([1.0, 0.0, 0.0]))])
    np.testing.assert_array_equal(t.data, [0.5, 0.5, 0.0])
