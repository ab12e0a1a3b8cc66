"""Functions of matrices at equal, zero and tiny eigenvalues: both modes agree, and a stack is so many matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, gradients, tangents
from autograd.arrays import SingularMatrixError
from autograd.errors import ShapeError

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


@pytest.mark.parametrize("size", [2.0**40, 2.0**-40])
def test_second_derivatives_of_the_determinant_scale_with_the_matrix(size: float) -> None:
    directions = RNG.normal(size=(2, 4, 4))

    def second(a: Any) -> float:
        x = Value(a)
        (g,) = gradients(ag.det(x), [x], create_graph=True)
        return float(tangents([(g * directions[0]).sum()], [(x, directions[1])])[0].data)

    a = RNG.normal(size=(4, 4))
    assert second(size * a) / size**2 == pytest.approx(second(a), rel=1e-11)


def test_the_sign_of_a_singular_determinant_stands_still() -> None:
    x = Value(np.array([[1.0, 2.0], [2.0, 4.0]]))
    with np.errstate(all="ignore"):
        (t,) = tangents([ag.slogdet(x).sign], [(x, np.eye(2))])
    assert t.data == 0.0


def test_the_axes_of_tensorsolve_count_from_the_end_too() -> None:
    a, b = RNG.normal(size=(4, 2, 2)), RNG.normal(size=4)
    np.testing.assert_array_equal(ag.tensorsolve(a, b, axes=(-2,)), np.linalg.tensorsolve(a, b, axes=(1,)))
    with pytest.raises(ShapeError, match=r"^tensorsolve: .*\(2, 3\).*square"):
        ag.tensorsolve(np.ones((2, 3)), np.ones(2))


def fails(*operands: Any, **params: Any) -> Any:
    raise np.linalg.LinAlgError("no convergence")


def test_a_search_that_lapack_gives_up_is_an_error_that_says_what_was_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(np.eye(3))
    z = ag.det(x)
    monkeypatch.setattr(np.linalg, "svd", fails)
    for call in (lambda: gradients(z, [x]), lambda: ag.svd(x)):
        with pytest.raises(SingularMatrixError, match=r"no convergence; expected finite elements\.$"):
            call()
