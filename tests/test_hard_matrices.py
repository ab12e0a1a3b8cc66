"""Functions of matrices at equal, zero and tiny eigenvalues: both modes agree, and a stack is so many matrices."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import TABLE, Value, gradients, tangents
from autograd.arrays import SingularMatrixError
from autograd.errors import ShapeError

RNG = np.random.default_rng(1)
TURN = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
EIGENVALUES = ([1.0, 1.0, 1.0], [2.0, 2.0, 1.0], [3.0, 2.0, 1.0], [2.0, 1.0, 0.0], [1e9, 1e9, 1.0], [1e-9, 2e-9, 3e-9])
STACK = np.array([(TURN * s) @ TURN.T for s in EIGENVALUES])  # equal but for a rounding
STACK = np.concatenate([0.5 * (STACK + np.swapaxes(STACK, 1, 2)), [np.diag(s) for s in EIGENVALUES]])
STACK = STACK.reshape(4, 3, 3, 3)

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
    for k in np.ndindex(STACK.shape[:-2]):
        leaf = Value(STACK[k])
        (alone,) = gradients(f(leaf), [leaf], g[k])
        scale = 1e-9 * np.abs(alone.data).max()
        np.testing.assert_allclose(reverse.data[k], alone.data, rtol=1e-9, atol=scale)
        assert np.sum(forward.data[k] * g[k]) == pytest.approx(np.sum(alone.data * t[k]), rel=1e-9, abs=1e1 * scale)


EPS = 2.0**-52


@pytest.mark.parametrize(
    "s",
    [
        [-1.0, -1.0 + EPS / 2.0, 2.0],
        [1e-3, 1e-3 + EPS / 2.0, 1.0],
        [0.0, 0.0, 1.0],
        [1.0, 1.0 + 2.0 * EPS, 3.0],
        [1.0, 1.0 + 4.0 * EPS, 2.0 - 4.0 * EPS],  # apart by their sum times EPS
    ],
)
def test_what_rounding_alone_tells_apart_shares(s: list[float]) -> None:
    x = Value(np.diag(s))
    (g,) = gradients(ag.eigvalsh(x)[0], [x])
    np.testing.assert_array_equal(g.data, np.diag([0.5, 0.5, 0.0]))
    (t,) = tangents([ag.eigvalsh(x)], [(x, np.diag([1.0, 0.0, 0.0]))])
    np.testing.assert_array_equal(t.data, [0.5, 0.5, 0.0])
    (g,) = gradients((ag.eigh(x).eigenvectors * RNG.normal(size=(3, 3))).sum(), [x])
    assert g.data[0, 1] == 0.0  # they are not turned into each other


def test_a_singular_value_as_small_as_rounding_is_at_the_kink() -> None:
    x = Value(np.diag([1.0 - EPS, EPS]))  # the tolerance is their sum times EPS
    assert ag.svdvals(x).tolist() == [1.0 - EPS, EPS]
    assert gradients(ag.svdvals(x)[1], [x])[0].tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("size", [2.0**40, 2.0**-40])
def test_second_derivatives_of_the_determinant_scale_with_the_matrix(size: float) -> None:
    directions = RNG.normal(size=(2, 4, 4))

    def second(a: Any) -> float:
        x = Value(a)
        (g,) = gradients(ag.det(x), [x], create_graph=True)
        return float(tangents([(g * directions[0]).sum()], [(x, directions[1])])[0].data)

    a = RNG.normal(size=(4, 4))
    assert second(size * a) / size**2 == pytest.approx(second(a), rel=1e-11)


@pytest.mark.parametrize("seed", range(20))
def test_a_chain_of_matrices_takes_the_fewest_steps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(2, 9, size=3 + seed % 5).tolist()
    if seed % 2:  # with vectors at the ends
        lengths[0] = lengths[-1] = 1

    @cache
    def fewest(first: int, last: int) -> int:
        return min(
            (
                fewest(first, k) + fewest(k, last) + lengths[first] * lengths[k] * lengths[last]
                for k in range(first + 1, last)
            ),
            default=0,
        )

    chain = [rng.normal(size=shape) for shape in pairwise(lengths)]
    if seed % 2:
        chain[0], chain[-1] = chain[0][0], chain[-1][:, 0]
    z = ag.multi_dot([Value(a) for a in chain])
    products = [node for node in ag.topological_order(z) if node.op is TABLE["matmul"]]
    assert sum(node.size * node.inputs[0].shape[-1] for node in products) == fewest(0, len(chain))
    np.testing.assert_allclose(z.data, reduce(np.matmul, chain), rtol=1e-10, atol=1e-10)


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


@pytest.mark.parametrize("name", ["cholesky", "qr", "eigh", "svd", "pinv", "matrix_rank"])
def test_a_search_that_lapack_gives_up_is_an_error_that_says_what_was_expected(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(np.linalg, name, fails)
    expected = "positive definite matrices" if name == "cholesky" else "finite elements"
    for a in (Value(np.eye(3)), np.stack([np.eye(3), np.full((3, 3), np.nan)])):
        with pytest.raises(SingularMatrixError, match=rf"^{name}: .*no convergence; expected {expected}\.$"):
            TABLE[name](a)


def test_a_search_that_lapack_gives_up_for_the_slope_of_a_determinant(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(np.eye(3))
    z = ag.det(x)
    monkeypatch.setattr(np.linalg, "svd", fails)
    with pytest.raises(SingularMatrixError, match=r"no convergence; expected finite elements\.$"):
        gradients(z, [x])


@pytest.mark.parametrize("name", ["cholesky", "eigh", "eigvalsh", "expm"])
def test_matrices_that_are_not_square_are_named(name: str) -> None:
    for shape in ((1, 2), (2, 1), (3, 2, 3), (2,), ()):  # a row and a column meet in a square, where they are added
        with pytest.raises(ShapeError) as caught:
            getattr(ag, name)(np.ones(shape))
        assert str(caught.value) == f"{name}: found shape {shape}; expected square matrices in the last two axes."


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (2, 3, 4)])  # of two rows U is its own transpose
def test_the_tangents_of_singular_vectors_and_values_make_that_of_their_product(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    x, t = Value(rng.normal(size=shape)), rng.normal(size=shape)
    factors = ag.svd(x, full_matrices=False)
    tu, ts, tvh = (z.data for z in tangents([*factors], [(x, t)]))
    u, s, vh = (z.data for z in factors)
    s, ts = s[..., None, :], ts[..., None, :]
    np.testing.assert_allclose((tu * s) @ vh + (u * ts) @ vh + (u * s) @ tvh, t, atol=1e-12)
    for change in (np.swapaxes(u, -1, -2) @ tu, vh @ np.swapaxes(tvh, -1, -2)):  # they stay orthonormal
        np.testing.assert_allclose(change, -np.swapaxes(change, -1, -2), atol=1e-12)
    for z, tz in zip(factors, (tu, ts[..., 0, :], tvh), strict=True):
        g = rng.normal(size=z.shape)
        assert np.sum(gradients(z, [x], g)[0].data * t) == pytest.approx(np.sum(g * tz), rel=1e-9)
