"""The hard points of matrices: singular ones, equal eigenvalues and singular values, kinks of norms, no SciPy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import permutations
from math import inf
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, gradients, tangents
from autograd.arrays import SingularMatrixError
from autograd.errors import ArgumentError, DtypeError, ShapeError, UnsupportedError
from autograd.ops.optional import scipy_module

RNG = np.random.default_rng(0)
ROTATION = np.linalg.qr(RNG.normal(size=(4, 4)))[0]
WEIGHTS = RNG.normal(size=(4, 4))
RANK = {rank: RNG.normal(size=(4, rank)) @ RNG.normal(size=(rank, 4)) for rank in range(5)}
EYE = np.eye(3)


def gradient(f: Callable[..., Any], a: Any) -> Any:
    x = Value(a)
    (g,) = gradients(f(x), [x])
    return g.data


def slope(f: Callable[[Any], Any], a: Any, t: Any, step: float = 1e-5) -> Any:
    """The derivative of f along t, by central differences."""
    return (f(a + step * t) - f(a - step * t)) / (2.0 * step)


# ---- determinants ----------------------------------------------------------------------------------------------------


def determinant_along(a: Any, directions: list[Any]) -> float:
    """The derivative of the determinant along directions, which replace as many of its rows, in all ways."""
    total = 0.0
    for rows in permutations(range(len(a)), len(directions)):
        replaced = a.copy()
        for row, t in zip(rows, directions, strict=True):
            replaced[row] = t[row]
        total += float(np.linalg.det(replaced))
    return total


@pytest.mark.parametrize("a", [*RANK.values(), np.eye(4), -ROTATION], ids=[*map(str, RANK), "identity", "rotation"])
def test_derivatives_of_the_determinant_of_any_order_at_any_rank(a: Any) -> None:
    x = Value(a)
    z = ag.det(x)
    directions = [RNG.normal(size=(4, 4)) for _ in range(4)]
    for k in range(4):
        (g,) = gradients(z, [x], create_graph=True)
        z = (g * directions[k]).sum()
        assert z.data == pytest.approx(determinant_along(a, directions[: k + 1]), rel=1e-10, abs=1e-10)


def test_the_logarithm_of_a_singular_determinant_has_ieees_slope() -> None:
    x = Value(np.stack([[[2.0, 4.0], [0.0, 0.5]], [[1.0, 2.0], [2.0, 4.0]], np.zeros((2, 2))]))
    sign, logarithm = ag.slogdet(x)
    np.testing.assert_array_equal(sign.data, [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(logarithm.data, [0.0, -inf, -inf])
    (g,) = gradients(logarithm, [x], np.ones(3))
    np.testing.assert_array_equal(g.data[:2], [[[0.5, 0.0], [-4.0, 2.0]], [[inf, -inf], [-inf, inf]]])
    assert np.isnan(g.data[2]).all()


# ---- equal eigenvalues and singular values ---------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_eigenvalues_share_their_gradient_whatever_basis_lapack_takes(dtype: Any) -> None:
    a = (ROTATION * [1.0, 1.0, 1.0, 2.0]) @ ROTATION.T
    a = (0.5 * (a + a.T)).astype(dtype)
    space = ROTATION[:, :3] @ ROTATION[:, :3].T
    tolerance = 1e-5 if dtype is np.float32 else 1e-12
    for i in range(3):
        np.testing.assert_allclose(gradient(lambda x, i=i: ag.eigvalsh(x)[i], a), space / 3.0, atol=tolerance)
    forward = tangents([ag.eigvalsh(x := Value(a))], [(x, WEIGHTS.astype(dtype))])[0]
    assert np.ptp(forward.data[:3]) < tolerance


def test_equal_singular_values_share_their_gradient_too() -> None:
    x = Value(2.0 * ROTATION)
    for i in range(4):
        np.testing.assert_allclose(gradient(lambda y, i=i: ag.svdvals(y)[i], x.data), ROTATION / 4.0, atol=1e-14)
    (forward,) = tangents([ag.svdvals(x)], [(x, WEIGHTS)])
    np.testing.assert_allclose(forward.data, np.sum(ROTATION * WEIGHTS) / 4.0)


def test_a_space_of_equal_eigenvalues_has_its_derivative_though_its_basis_has_none() -> None:
    def projector(a: Any) -> Any:
        v = ag.eigh(a).eigenvectors[:, :2]
        return (v @ ag.transpose(v) * WEIGHTS).sum()

    a = (ROTATION * [1.0, 1.0, 2.0, 3.0]) @ ROTATION.T
    a, t = 0.5 * (a + a.T), WEIGHTS + WEIGHTS.T
    assert np.sum(gradient(projector, a) * t) == pytest.approx(slope(projector, a, t), rel=1e-6)
    np.testing.assert_array_equal(gradient(lambda x: (ag.eigh(x).eigenvectors * WEIGHTS).sum(), np.eye(4)), 0.0)


@pytest.mark.parametrize("s", [[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 1.0, 1.0], [2.0, 1.0, 1.0, 1e-20]])
def test_the_nearest_rotation_has_its_gradient_where_singular_values_are_equal(s: Any) -> None:
    def nearest(a: Any) -> Any:
        u, _, vh = ag.svd(a)
        return (u @ vh * WEIGHTS).sum()

    a = ROTATION * s
    t = RNG.normal(size=(4, 4)) if s[-1] > 0.1 else ROTATION @ np.diag([1.0, 2.0, 3.0, 0.0])
    assert np.sum(gradient(nearest, a) * t) == pytest.approx(slope(nearest, a, t), rel=1e-6, abs=1e-6)


def test_singular_values_of_zero_go_on_below_zero_in_svd_and_are_at_a_kink_in_svdvals() -> None:
    def product(a: Any) -> Any:
        u, s, vh = ag.svd(a)
        return ((u * s) @ vh * WEIGHTS[:3, :3]).sum()

    np.testing.assert_allclose(gradient(product, np.diag([2.0, 1.0, 0.0])), WEIGHTS[:3, :3], atol=1e-14)
    np.testing.assert_array_equal(gradient(lambda x: ag.svdvals(x)[2], np.diag([2.0, 1.0, 0.0])), 0.0)


def test_the_smallest_numbers_make_no_infinity() -> None:
    for a in (np.diag([1e-320, 2e-320, 0.0]), np.zeros((3, 3))):
        np.testing.assert_allclose(gradient(lambda x: ag.eigvalsh(x).sum(), a), EYE, atol=1e-15)
        for k in range(3):
            assert np.isfinite(gradient(lambda x, k=k: ag.svd(x)[k].sum(), a)).all()
    assert np.isfinite(gradient(lambda x: ag.svd(x, full_matrices=False).U.sum(), np.zeros((3, 2)))).all()
    assert np.isfinite(gradient(lambda x: ag.svd(x, full_matrices=False).Vh.sum(), np.zeros((2, 3)))).all()


# ---- matrices that are not finite ------------------------------------------------------------------------------------

# NumPy's svd never returns for the first.
UNBOUNDED = np.array([[[-0.6, -3.8, -3.0], [inf, 1.2, 0.9], [-0.9, 4.0, 3.8]], np.full((3, 3), np.nan)])
DECOMPOSITIONS: dict[str, Callable[[Any], Any]] = {
    "cholesky": ag.cholesky, "qr": lambda a: ag.qr(a).R, "eigh": lambda a: ag.eigh(a).eigenvectors,
    "eigvalsh": ag.eigvalsh, "svd": lambda a: ag.svd(a).U, "svdvals": ag.svdvals, "pinv": ag.pinv, "cond": ag.cond,
    "nuc": lambda a: ag.matrix_norm(a, ord="nuc"), "-2": lambda a: ag.matrix_norm(a, ord=-2),
}  # fmt: skip


@pytest.mark.parametrize("name", DECOMPOSITIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_matrix_that_is_not_finite_has_nan_for_its_parts_beside_others_that_have_theirs(
    name: str, dtype: Any
) -> None:
    f = DECOMPOSITIONS[name]
    x = Value(np.concatenate([UNBOUNDED, np.diag([3.0, 2.0, 1.0])[None]]).astype(dtype))
    z = f(x)
    (g,) = gradients(z.sum(), [x], create_graph=True)
    (second,) = gradients(g.sum(), [x])
    assert z.dtype == dtype
    for part in (z, g, second):
        assert np.isnan(part.data[:2]).all()
        assert np.isfinite(part.data[2]).all()
    np.testing.assert_allclose(z.data[2], f(x.data[2]), rtol=1e-6, atol=1e-6)
    alone = f(UNBOUNDED[1].astype(dtype))
    assert alone.dtype == dtype
    assert np.isnan(alone).all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_determinant_of_a_matrix_that_is_not_finite_has_nan_for_its_derivatives() -> None:
    x = Value(UNBOUNDED)
    (g,) = gradients(ag.det(x).sum(), [x])
    assert np.isnan(g.data).all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("order", [0.5, 2, 3, -1])
def test_infinite_elements_of_a_norm_count_as_equal_ones(order: float) -> None:
    for signs in ([1.0], [1.0, -1.0], [-1.0, -1.0, 1.0]):
        equals = np.array(signs)
        found = gradient(lambda x: ag.norm(x, order), np.concatenate([equals * inf, [5.0] if order > 0 else []]))
        np.testing.assert_allclose(found[: len(equals)], gradient(lambda x: ag.norm(x, order), equals), rtol=1e-14)
        assert order < 0 or found[-1] == (inf if order < 1 else 0.0)  # the limit of (z / x) ** (1 - order)
    if order < 0:  # what is infinite adds nothing
        np.testing.assert_array_equal(gradient(lambda x: ag.norm(x, order), [inf, 1.0]), [0.0, 1.0])


# ---- norms -----------------------------------------------------------------------------------------------------------

KINKS: dict[str, tuple[Any, Any, Any]] = {  # (ord, the matrix or vector, the gradient of least norm)
    "nuc at rank 1": ("nuc", np.diag([2.0, 0.0, 0.0]), np.diag([1.0, 0.0, 0.0])),
    "nuc at rounded rank 1": ("nuc", np.outer([3.0, 4.0], [3.0, 4.0]), np.outer([0.6, 0.8], [0.6, 0.8])),
    "nuc of zeros": ("nuc", np.zeros((2, 3)), np.zeros((2, 3))),
    "nuc at a tie": ("nuc", EYE, EYE),
    "2 at a tie": (2, EYE, EYE / 3.0),
    "2 at a tie of two": (2, np.diag([5.0, 5.0, 1.0]), np.diag([0.5, 0.5, 0.0])),
    "2 of zeros": (2, np.zeros((3, 3)), np.zeros((3, 3))),
    "-2 at a singular matrix": (-2, np.diag([2.0, 1.0, 0.0]), np.zeros((3, 3))),
    "fro of zeros": ("fro", np.zeros((2, 2)), np.zeros((2, 2))),
    "1 at a tie": (1, np.array([[1.0, -2.0], [2.0, 1.0]]), np.array([[0.5, -0.5], [0.5, 0.5]])),
    "0.5 with a zero": (0.5, np.array([0.0, 1.0, 4.0]), np.array([0.0, 3.0, 1.5])),
    "-1 with a zero": (-1, np.array([0.0, 1.0, 2.0]), np.zeros(3)),
    "3 of zeros": (3, np.zeros(3), np.zeros(3)),
    "inf at a tie": (inf, np.array([1.0, -1.0, 0.5]), np.array([0.5, -0.5, 0.0])),
    "0, a jump": (0, np.array([0.0, 1.0, 1.0]), np.zeros(3)),
}


@pytest.mark.parametrize("case", KINKS)
def test_norms_at_their_kinks_have_the_subgradient_of_least_norm(case: str) -> None:
    order, a, expected = KINKS[case]
    with np.errstate(divide="ignore"):
        assert ag.norm(Value(a), order).data == pytest.approx(np.linalg.norm(a, order))
        np.testing.assert_allclose(gradient(lambda x: ag.norm(x, order), a), expected, atol=1e-14)
        x = Value(a)
        (g,) = gradients(ag.norm(x, order), [x], create_graph=True)
        assert np.isfinite(gradients(g.sum(), [x])[0].data).all()


def test_the_nuclear_norm_has_its_second_derivative_where_singular_values_are_equal() -> None:
    x = Value(2.0 * ROTATION)
    (g,) = gradients(ag.norm(x, "nuc"), [x], create_graph=True)
    (second,) = gradients((g * WEIGHTS).sum(), [x])
    numeric = slope(lambda a: gradient(lambda y: ag.norm(y, "nuc"), a), 2.0 * ROTATION, WEIGHTS)
    np.testing.assert_allclose(second.data, numeric, atol=1e-8)


@pytest.mark.parametrize("f", [ag.norm, lambda x: ag.norm(x, 2), ag.vector_norm, lambda x: ag.norm(x[None], "fro")])
def test_the_euclidean_norm_is_curved_at_an_element_of_zero(f: Callable[[Any], Any]) -> None:
    x = Value([0.0, 4.0])
    (g,) = gradients(f(x), [x], create_graph=True)
    (second,) = gradients(g[0], [x])
    np.testing.assert_array_equal(second.data, [0.25, 0.0])


def test_the_condition_number_of_a_singular_matrix() -> None:
    with np.errstate(divide="ignore"):
        assert [ag.cond(Value(np.diag([2.0, 0.0])), p).data for p in (None, 2, -2)] == [inf, inf, 0.0]
    assert ag.cond(Value(np.ones((0, 2, 2)))).shape == (0,)


@pytest.mark.parametrize("p", [None, 2, -2])
def test_the_condition_number_of_zeros_is_infinite(p: Any) -> None:
    with np.errstate(all="ignore"):
        assert ag.cond(np.zeros((2, 2)), p) == np.linalg.cond(np.zeros((2, 2)), p) == inf


@pytest.mark.parametrize("a", [np.zeros((2, 2)), np.ones((3, 2)), np.ones((2, 3)), np.stack([EYE, np.ones((3, 3))])])
def test_dependent_columns_have_no_derivative_of_qr_and_an_error_that_names_it(a: Any) -> None:
    x = Value(a)
    z = ag.qr(x).R
    for walk in (lambda: gradients(z.sum(), [x]), lambda: tangents([z], [(x, np.ones(a.shape))])):
        with pytest.raises(SingularMatrixError, match=r"^qr: .*dependent columns.*svd"):
            walk()


def test_qr_of_columns_of_unlike_size_has_its_derivative() -> None:
    uneven = np.array([[1.0, 1e20], [0.0, 1e20]])
    assert gradient(lambda x: ag.qr(x).R[0, 0], uneven).tolist() == [[1.0, 0.0], [0.0, 0.0]]
    assert gradient(lambda x: ag.qr(x).R[1, 1], np.diag([1.0, 1e-30])).tolist() == [[0.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(("f", "name"), [(ag.slogdet, "slogdet"), (ag.qr, "qr"), (ag.svd, "svd"), (ag.eigh, "eigh")])
def test_errors_carry_the_name_that_was_called(f: Callable[..., Any], name: str) -> None:
    with pytest.raises(ShapeError, match=rf"^{name}: "):
        f(np.ones(3))


# ---- rank, symmetry, errors ------------------------------------------------------------------------------------------


def test_pinv_and_lstsq_at_a_deficient_rank_follow_changes_that_keep_it() -> None:
    left, right, b = RNG.normal(size=(4, 2)), RNG.normal(size=(2, 3)), RNG.normal(size=4)
    a, t = left @ right, WEIGHTS @ left @ right + left @ right @ WEIGHTS[:3, :3]

    def along(f: Callable[[Any], Any], step: float) -> Any:
        move = np.eye(4) + step * WEIGHTS, np.eye(3) + step * WEIGHTS[:3, :3]
        return f(move[0] @ a @ move[1])

    for f in (lambda x: (ag.pinv(x) * WEIGHTS[:3]).sum(), lambda x: (ag.lstsq(x, b)[0] * WEIGHTS[0, :3]).sum()):
        numeric = (along(f, 1e-5) - along(f, -1e-5)) / 2e-5
        assert np.sum(gradient(f, a) * t) == pytest.approx(numeric, rel=1e-6)
    _, residuals, rank, _ = ag.lstsq(Value(a), b)
    assert residuals.shape == (0,)
    assert rank.data == 2.0


@pytest.mark.parametrize("shape", [(5, 2), (2, 5)])
@pytest.mark.parametrize(("least", "rcond"), [(3.0 * np.finfo(float).eps, None), (0.5, 0.5), (0.5, 0.4)])
def test_what_pinv_and_lstsq_take_for_zero_is_numpys(shape: tuple[int, int], least: float, rcond: float | None) -> None:
    a = np.zeros(shape)
    a[0, 0], a[1, 1] = 1.0, least
    b = RNG.normal(size=shape[0])
    for found, expected in zip(ag.lstsq(a, b, rcond), np.linalg.lstsq(a, b, rcond), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-14)
    np.testing.assert_allclose(ag.pinv(a, rcond), np.linalg.pinv(a, rcond), rtol=1e-14)


def test_all_results_of_lstsq_are_values_where_one_operand_is() -> None:
    a, b = RNG.normal(size=(4, 2)).astype(np.float32), RNG.normal(size=4)
    for operands in ((a, b), (Value(a), b), (a, Value(b))):  # of mixed precisions
        x, residuals, rank, s = ag.lstsq(*operands)
        kinds = {type(z) for z in (x, residuals, rank, s)}
        assert kinds == {Value} or not any(type(x) is Value for x in operands)
        assert rank.dtype == s.dtype == np.float32
        assert x.dtype == residuals.dtype == float
    assert x.requires_grad
    assert not s.requires_grad


@pytest.mark.parametrize("f", [ag.cholesky, ag.eigvalsh, lambda a: ag.eigh(a).eigenvectors])
def test_functions_of_symmetric_matrices_see_the_symmetric_part(f: Callable[[Any], Any]) -> None:
    a = (ROTATION * [1.0, 2.0, 3.0, 5.0]) @ ROTATION.T
    a = 0.5 * (a + a.T)
    skew = WEIGHTS - WEIGHTS.T
    np.testing.assert_allclose(f(a + skew), f(a), rtol=1e-12, atol=1e-12)
    g = gradient(lambda x: (f(x) * WEIGHTS).sum(), a)
    np.testing.assert_allclose(g, g.T, atol=1e-15)


def test_values_on_symmetric_matrices_are_numpys_bit_for_bit() -> None:
    a = WEIGHTS @ WEIGHTS.T
    a = np.tril(a) + np.tril(a, -1).T
    np.testing.assert_array_equal(ag.cholesky(Value(a)).data, np.linalg.cholesky(a))
    for found, expected in zip(ag.eigh(Value(a)), np.linalg.eigh(a), strict=True):
        np.testing.assert_array_equal(found.data, expected)


SINGULAR = np.ones((2, 2))
REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "inv of a singular matrix": (lambda: ag.inv(Value(SINGULAR)), SingularMatrixError, r"inv: .*Singular.*pinv\.$"),
    "solve, singular": (lambda: ag.solve(SINGULAR, Value([1.0, 2.0])), SingularMatrixError, r"solve: .*lstsq\.$"),
    "cholesky, indefinite": (lambda: ag.cholesky(Value(-np.eye(2))), SingularMatrixError, "cholesky: .*definite"),
    "cholesky, not square": (lambda: ag.cholesky(Value(np.ones((2, 3)))), ShapeError, r"cholesky: .*\(2, 3\)"),
    "eigh, not a matrix": (lambda: ag.eigh(Value([1.0, 2.0])), ShapeError, r"eigh: found shape \(2,\)"),
    "expm, not square": (lambda: ag.expm(np.ones((2, 3))), ShapeError, r"expm: found shape \(2, 3\); expected square"),
    "inv, not square": (lambda: ag.inv(Value(np.ones((2, 3)))), ShapeError, "inv: .*must be square"),
    "svd, full and not square": (lambda: ag.svd(Value(np.ones((2, 3)))), UnsupportedError, "full_matrices=False"),
    "svd, full, of a stack": (lambda: ag.svd(np.ones((2, 2, 3))), UnsupportedError, "full_matrices=False"),
    "qr, raw": (lambda: ag.qr(Value(np.eye(2)), "raw"), UnsupportedError, r"mode='raw' .*\(2, 2\)"),
    "qr, complete, of a vector": (lambda: ag.qr(np.ones(2), "complete"), ShapeError, "qr: .*1-dimensional"),
    "qr, complete": (lambda: ag.qr(Value(np.ones((3, 2))), "complete"), UnsupportedError, "'reduced'"),
    "eig": (lambda: np.linalg.eig(Value(np.eye(2))), UnsupportedError, "complex.*autograd.eigh"),
    "eigvals": (lambda: np.linalg.eigvals(Value(np.eye(2))), UnsupportedError, "complex.*autograd.eigvalsh"),
    "complex data": (lambda: ag.inv(1j * np.eye(2)), DtypeError, "real"),
    "lstsq of a stack": (lambda: ag.lstsq(Value(np.ones((2, 3, 2))), np.ones(3)), ShapeError, "lstsq: found shapes"),
    "lstsq to a stack": (lambda: ag.lstsq(np.eye(2), Value(np.ones((2, 2, 2)))), ShapeError, "lstsq: found shapes"),
    "lstsq to a number": (lambda: ag.lstsq(np.eye(2), Value(1.0)), ShapeError, "lstsq: found shapes"),
    "cond of nothing": (lambda: ag.cond(Value(np.ones((0, 2)))), ShapeError, "cond"),
    "a power that is no integer": (lambda: ag.matrix_power(Value(np.eye(2)), 0.5), TypeError, "matrix_power"),
    "an unknown norm": (lambda: ag.norm(Value(np.eye(2)), 7), UnsupportedError, "ord=7"),
    "a vector in the middle": (lambda: ag.multi_dot([np.eye(2), np.ones(2), np.eye(2)]), ShapeError, "multi_dot"),
    "tensorinv without rows": (lambda: ag.tensorinv(Value(np.eye(2)), 0), ArgumentError, "tensorinv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_answer_is_an_error_that_says_so(case: str) -> None:
    call, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("case", [case for case, (_, kind, _) in REFUSED.items() if kind is SingularMatrixError])
def test_a_matrix_refused_is_numpys_error_too(case: str) -> None:
    call, _, message = REFUSED[case]
    with pytest.raises(np.linalg.LinAlgError, match=message):
        call()


# ---- the exponential -------------------------------------------------------------------------------------------------


@pytest.fixture(params=["with SciPy", "without SciPy"])
def scipy_or_not(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What stands as None among the modules cannot be imported."""
    if request.param == "with SciPy":
        pytest.importorskip("scipy.linalg")
    else:
        monkeypatch.setitem(sys.modules, "scipy.linalg", None)
    scipy_module.cache_clear()
    assert (scipy_module("linalg") is None) == (request.param == "without SciPy")
    yield
    scipy_module.cache_clear()


@pytest.mark.usefixtures("scipy_or_not")
@pytest.mark.parametrize("size", [0.0, 1e-8, 0.5, 3.0, 40.0])
def test_the_exponential_of_matrices_of_any_size(size: float) -> None:
    a = ROTATION @ np.diag([1.0, -1.0, 0.5, 0.0]) @ ROTATION.T * size
    stack = np.stack([a, 0.1 * a])
    w = np.array([1.0, -1.0, 0.5, 0.0]) * size
    expected = np.stack([(ROTATION * np.exp(k * w)) @ ROTATION.T for k in (1.0, 0.1)])
    scale = np.abs(expected).max(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(ag.expm(stack) / scale, expected / scale, atol=1e-12)
    assert ag.expm(stack.astype(np.float32)).dtype == np.float32
    assert ag.expm(np.ones((2, 0, 0))).shape == (2, 0, 0)
    np.testing.assert_array_equal(ag.expm([[0, 1], [0, 0]]), [[1.0, 1.0], [0.0, 1.0]])
    np.testing.assert_allclose(ag.expm([[0.0, 1e5], [0.0, 0.0]]), [[1.0, 1e5], [0.0, 1.0]])
    x, t = Value(a), ROTATION @ np.diag([1.0, 2.0, 3.0, 4.0]) @ ROTATION.T  # they commute
    (along,) = tangents([ag.expm(x)], [(x, t)])
    np.testing.assert_allclose(along.data / scale[0], t @ expected[0] / scale[0], atol=1e-11)


@pytest.mark.usefixtures("scipy_or_not")
def test_the_exponential_is_as_accurate_along_long_and_short_directions() -> None:
    x, t = Value(WEIGHTS), RNG.normal(size=(4, 4))
    (expected,) = tangents([ag.expm(x)], [(x, t)])
    for size in (0.0, 1e-12, 1e15):
        (along,) = tangents([ag.expm(x)], [(x, t * size)])
        np.testing.assert_allclose(along.data, expected.data * size, rtol=1e-11)
    t = np.round(t - t.T, 3)  # whose elements cancel
    (expected,) = tangents([ag.expm(x)], [(x, t)])
    (along,) = tangents([ag.expm(x)], [(x, t * 2.0**60)])
    np.testing.assert_array_equal(along.data, expected.data * 2.0**60)
    assert np.isnan(ag.expm(np.full((2, 2), np.nan))).all()
    with np.errstate(all="ignore"):
        for largest in (inf, 1e308):  # the norm of the second is infinite, too
            assert not np.isfinite(ag.expm(np.full((2, 2), largest))).any()
    np.testing.assert_allclose(ag.expm(np.diag([-40.0, -3.0])), np.diag(np.exp([-40.0, -3.0])), rtol=1e-12)
