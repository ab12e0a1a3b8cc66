"""Decompositions of matrices: Cholesky, QR, eigenvalues of symmetric ones, singular values.

Where eigenvalues or singular values are equal (up to rounding), any basis of their space will do for their vectors. The
rules depend on none: they do not turn such vectors into each other, and such values share their derivative equally, as
tied elements do in a maximum. That is the subgradient of least norm.
"""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

from typing import Any, NamedTuple

from autograd.errors import UnsupportedError
from autograd.graph.value import Value
from autograd.ops.along_axes.accumulations import cumsum
from autograd.ops.along_axes.reductions import sum_
from autograd.ops.builders import composite, custom, sample, shape_of
from autograd.ops.elementwise.arithmetic import abs_, divide
from autograd.ops.elementwise.predicates import equal, greater, less_equal
from autograd.ops.elementwise.selection import stop_gradient, where
from autograd.ops.linalg.linear_systems import solve
from autograd.ops.linalg.matrices import (
    SQUARES,
    as_diagonal,
    decomposed,
    factorization,
    identity_like,
    negligible,
    positive_definite,
    reciprocals,
    require_square,
    symmetric,
    symmetric_apart,
    transposed,
    well_conditioned,
)
from autograd.ops.linalg.products import diagonal
from autograd.ops.manipulation.arranging import tril
from autograd.ops.manipulation.shaping import expand_dims, squeeze
from autograd.ops.manipulation.stacking import concatenate

__all__ = ["EighResult", "QRResult", "SVDResult"]

SYMMETRIC = "It is the function of the symmetric part of a, (a + a.T) / 2, so the gradient is symmetric."
TRIANGLE = " NumPy reads one triangle only; on symmetric matrices the values are the same."

# ---- Cholesky ----


def _cholesky_kernel(np: Any, a: Any, upper: bool) -> Any:
    require_square(a)
    remedy = "expected positive definite matrices"
    return decomposed(np, "cholesky", symmetric(a), upper=upper, remedy=remedy)


def _lower_half(x: Any) -> Any:
    """The lower triangle with half of the diagonal: the L with L + L.T = x for a symmetric x."""
    return tril(x) - 0.5 * (x * identity_like(x))


# Murray, Differentiation of the Cholesky decomposition (2016), equations 8 and 10.
def _cholesky_vjp(g: Any, z: Any, a: Any, upper: bool) -> tuple[Any, ...]:
    g, lower = (transposed(g), transposed(z)) if upper else (g, z)
    inner = solve(transposed(lower), _lower_half(transposed(lower) @ g))
    return (symmetric(solve(transposed(lower), transposed(inner))),)


def _cholesky_jvp(ts: tuple[Any, ...], z: Any, a: Any, upper: bool) -> Any:
    lower = transposed(z) if upper else z
    inner = transposed(solve(lower, symmetric(ts[0])))
    t = lower @ _lower_half(solve(lower, inner))
    return transposed(t) if upper else t


cholesky = custom("cholesky", args="a", params={"upper": False}, reference="linalg.cholesky", prepare=positive_definite,
    reason="Its derivative is a triangle of a congruence, which takes two systems; that of its elimination is a loop.",
    kernel=_cholesky_kernel, vjp=_cholesky_vjp, jvp=_cholesky_jvp,
    samples=[*SQUARES, sample((3, 3), upper=True)],
    doc="The lower triangular L with L @ L.T = a, or with upper=True the upper triangular U with U.T @ U = a.",
    notes=SYMMETRIC + TRIANGLE,
    example=("cholesky([[4.0, 2.0], [2.0, 5.0]])", "array([[2., 0.],\n       [1., 2.]])"))

# ---- QR ----


class QRResult(NamedTuple):
    """a = Q @ R, with orthonormal columns in Q and an upper triangular R."""

    Q: Any
    R: Any


def _require_independent(r: Any) -> None:
    """Q is determined, and has a derivative, only if no column of the matrix is a mixture of those before it."""
    from autograd.arrays import SingularMatrixError, np

    r = r.data if type(r) is Value else r
    rest = np.abs(np.diagonal(r, axis1=-2, axis2=-1))  # what of each column is in none before it
    if np.any(rest <= rest.shape[-1] * np.finfo(r.dtype).eps * np.linalg.norm(r, axis=-2)):
        raise SingularMatrixError(
            "found a matrix of dependent columns (up to rounding), where Q and R have no derivative; expected "
            "independent ones: use svd, whose rules allow for any rank.").named("qr")


# Walter and Lehmann, Algorithmic differentiation of linear algebra functions (2018), for as many rows or more.
def _qr_vjp(gs: Any, zs: Any, a: Any) -> Any:
    (gq, gr), (q, r) = gs, zs
    _require_independent(r)
    turn = r @ transposed(gr) - transposed(gq) @ q
    mirrored = tril(turn) + transposed(tril(turn, -1))
    return transposed(solve(r, transposed(gq + q @ mirrored)))


def _qr_jvp(t: Any, zs: Any, a: Any) -> Any:
    q, r = zs
    _require_independent(r)
    columns = transposed(solve(transposed(r), transposed(t)))
    below = tril(transposed(q) @ columns, -1)
    triangle = transposed(q) @ columns - below + transposed(below)
    return columns - q @ triangle, triangle @ r


_tall_qr = factorization("qr_factors", vjp=_qr_vjp, jvp=_qr_jvp, prepare=well_conditioned,
    factors=lambda np, a: decomposed(np, "qr", a, remedy="expected finite elements"),
    shapes=lambda rows, columns: ((rows, columns), (columns, columns)),
    samples=[sample((3, 2)), sample((2, 2, 2))],
    doc="Q and R of matrices that have no fewer rows than columns, in one array.",
    example=("qr_factors(np.array([[1.0, 2.0], [0.0, 3.0]])) + 0.0", "array([1., 0., 0., 1., 1., 2., 0., 3.])"))


def _qr(a: Any, mode: str) -> Any:
    shape = shape_of(a)
    rows, columns = shape[-2:] if len(shape) > 1 else (0, 0)
    if mode not in ("reduced", "r") and not (mode == "complete" and rows <= columns):
        raise UnsupportedError(
            f"found mode={mode!r} for matrices of shape {(rows, columns)}; expected 'reduced' or 'r', since the "
            "columns that 'complete' adds are not determined by a, and 'raw' is a format of LAPACK.")
    q, r = _tall_qr(a[..., :rows] if rows < columns else a)
    if rows < columns:  # the first columns determine Q
        r = concatenate([r, transposed(q) @ a[..., rows:]], -1)
    return r if mode == "r" else QRResult(q, r)


qr = composite("qr", _qr, args="a", params={"mode": "reduced"}, reference="linalg.qr", prepare=well_conditioned,
    samples=[sample((3, 3)), sample((3, 2)), sample((3, 4)), sample((2, 3, 2)), sample((3, 2), mode="r"),
             sample((3, 3), mode="complete")],
    doc="The decomposition a = Q @ R of each matrix of a stack.",
    notes="The first min(m, n) columns have to be independent, up to rounding, else the derivative is an error. Modes: "
          "'reduced', 'r', and 'complete' for matrices that have no more rows than columns.",
    example=("qr([[1.0, 2.0], [0.0, 3.0]], mode='r')", "array([[1., 2.],\n       [0., 3.]])"))

# ---- eigenvalues of symmetric matrices ----


class EighResult(NamedTuple):
    """Eigenvalues in ascending order, and the eigenvectors as columns."""

    eigenvalues: Any
    eigenvectors: Any


def _eigh_kernel(np: Any, a: Any, **triangle: Any) -> Any:
    require_square(a)
    return decomposed(np, "eigh", symmetric(a), **triangle, remedy="expected finite elements")


def _over_gaps(s: Any) -> Any:
    """1 / (s[j] - s[i]) at [i, j]; 0 where the two are equal to working precision."""
    return reciprocals(expand_dims(s, -2) - expand_dims(s, -1), expand_dims(negligible(s), -1))


def _shared(x: Any, s: Any) -> Any:
    """x averaged over each run of s, which is in order, of neighbours that are equal to working precision."""
    before = concatenate([s[..., :1], s[..., :-1]], -1)
    run = cumsum(greater(abs_(s - before), negligible(s)), -1)
    alike = 1.0 * equal(expand_dims(run, -2), expand_dims(run, -1))
    return squeeze(divide(alike @ expand_dims(x, -1), sum_(alike, -1, keepdims=True)), -1)


# Giles, Collected matrix derivative results (2008), section 3.1.
def _eigh_vjp(gs: Any, zs: Any, a: Any) -> Any:
    (gw, gv), (w, v) = gs, zs
    turn = _over_gaps(w) * (transposed(v) @ gv)
    return symmetric(v @ (as_diagonal(_shared(gw, w)) + turn) @ transposed(v))


def _eigh_jvp(t: Any, zs: Any, a: Any) -> Any:
    w, v = zs
    change = transposed(v) @ symmetric(t) @ v
    return _shared(diagonal(change, 0, -2, -1), w), v @ (_over_gaps(w) * change)


_eigen = factorization("eigh_factors", params={"UPLO": "L"}, vjp=_eigh_vjp, jvp=_eigh_jvp, prepare=symmetric_apart,
    factors=_eigh_kernel,
    shapes=lambda rows, columns: ((rows,), (rows, rows)),
    samples=SQUARES,
    doc="Eigenvalues and eigenvectors of symmetric matrices, in one array.",
    example=("eigh_factors(np.array([[1.0, 0.0], [0.0, 3.0]]))", "array([1., 3., 1., 0., 0., 1.])"))

eigh = composite("eigh", lambda a, **triangle: EighResult(*_eigen(a, **triangle)), args="a", params={"UPLO": "L"},
    samples=[*SQUARES, sample((3, 3), UPLO="U")], reference="linalg.eigh", prepare=symmetric_apart,
    doc="Eigenvalues and eigenvectors of each symmetric matrix of a stack.",
    notes=SYMMETRIC + TRIANGLE + " UPLO only tells LAPACK where to begin. Equal eigenvalues share their gradients, and "
          "their vectors are not turned into each other: a symmetric function of the eigenvalues has its exact "
          "gradient, but not its second derivative.",
    example=("eigh([[1.0, 0.0], [0.0, 3.0]]).eigenvalues", "array([1., 3.])"))

eigvalsh = composite("eigvalsh", lambda a, **triangle: _eigen(a, **triangle)[0], args="a", params={"UPLO": "L"},
    samples=[*SQUARES, sample((3, 3), UPLO="U")], reference="linalg.eigvalsh", prepare=symmetric_apart,
    doc="The eigenvalues of each symmetric matrix of a stack, in ascending order.",
    notes=SYMMETRIC + TRIANGLE + " Equal eigenvalues share their gradients.",
    example=("eigvalsh([[1.0, 0.0], [0.0, 3.0]])", "array([1., 3.])"))

# ---- singular values ----


class SVDResult(NamedTuple):
    """a = U @ diag(S) @ Vh, with the singular values S in descending order."""

    U: Any
    S: Any
    Vh: Any


def _over_sums(s: Any) -> Any:
    """1 / (s[i] + s[j]) at [i, j]; 0 where both are zero to working precision."""
    return reciprocals(expand_dims(s, -2) + expand_dims(s, -1), expand_dims(negligible(s), -1))


# Townsend, Differentiating the singular value decomposition (2016), but with 1 / (s[j]**2 - s[i]**2) in its two parts:
# the symmetric part of a change turns U and V alike, by 1 / (s[j] - s[i]), its antisymmetric part turns them against
# each other, by 1 / (s[i] + s[j]). So U @ Vh has its exact gradient where singular values are equal.
def _svd_vjp(gs: Any, zs: Any, a: Any) -> Any:
    (gu, gs_, gvh), (u, s, vh) = gs, zs
    rows, columns = shape_of(a)[-2:]
    in_u, in_v = transposed(u) @ gu, vh @ transposed(gvh)
    against = _over_sums(s) * (in_u - in_v)
    inner = as_diagonal(_shared(gs_, s)) + symmetric(_over_gaps(s) * (in_u + in_v)) + against - symmetric(against)
    h = u @ inner @ vh
    over = reciprocals(s, negligible(s))
    if rows > columns:  # the part of a change outside the columns of U
        h = h + ((gu - u @ in_u) * expand_dims(over, -2)) @ vh
    if columns > rows:
        h = h + u @ (expand_dims(over, -1) * (gvh - transposed(in_v) @ vh))
    return h


def _svd_jvp(t: Any, zs: Any, a: Any) -> Any:
    u, s, vh = zs
    rows, columns = shape_of(a)[-2:]
    change = transposed(u) @ t @ transposed(vh)
    alike = _over_gaps(s) * symmetric(change)
    against = _over_sums(s) * (change - symmetric(change))
    tu, tvh = u @ (alike + against), transposed(alike - against) @ vh
    over = reciprocals(s, negligible(s))
    if rows > columns:
        tu = tu + (t @ transposed(vh) - u @ change) * expand_dims(over, -2)
    if columns > rows:
        tvh = tvh + expand_dims(over, -1) * (transposed(u) @ t - change @ vh)
    return tu, _shared(diagonal(change, 0, -2, -1), s), tvh


_thin_svd = factorization("svd_factors", vjp=_svd_vjp, jvp=_svd_jvp, prepare=well_conditioned,
    factors=lambda np, a: decomposed(np, "svd", a, full_matrices=False, remedy="expected finite elements"),
    shapes=lambda rows, columns: ((rows, min(rows, columns)), (min(rows, columns),), (min(rows, columns), columns)),
    samples=[sample((3, 3)), sample((3, 2)), sample((2, 2, 3))],
    doc="U, S and Vh of the thin singular value decomposition, in one array.",
    example=("svd_factors(np.array([[2.0]])) ** 2", "array([1., 4., 1.])"))


def _svd(a: Any, full_matrices: bool, compute_uv: bool) -> Any:
    if not compute_uv:
        return svdvals(a)
    shape = shape_of(a)
    if full_matrices and len(shape) > 1 and shape[-1] != shape[-2]:
        raise UnsupportedError(
            f"found full_matrices=True for matrices of shape {shape[-2:]}; expected full_matrices=False, since "
            "what it adds is not determined by a, and has no derivative.")
    return SVDResult(*_thin_svd(a))


def _svdvals(x: Any) -> Any:
    s = _thin_svd(x)[1]
    return where(less_equal(s, negligible(s)), stop_gradient(s), s)


svdvals = composite("svdvals", _svdvals, args="x", reference="linalg.svdvals",
    prepare=well_conditioned, samples=[sample((3, 3)), sample((3, 2)), sample((2, 2, 3))],
    doc="The singular values of each matrix of a stack, in descending order.",
    notes="Equal singular values share their gradients. One of zero (up to rounding) is at a kink, with the derivative "
          "0; that of svd goes on below zero instead, as U @ diag(S) @ Vh needs it.",
    example=("svdvals([[3.0, 0.0], [0.0, -4.0]])", "array([4., 3.])"))

svd = composite("svd", _svd, args="a", params={"full_matrices": True, "compute_uv": True}, reference="linalg.svd",
    prepare=well_conditioned,
    samples=[sample((3, 3)), sample((2, 2, 2)), sample((3, 2), full_matrices=False),
             sample((2, 2, 3), full_matrices=False), sample((3, 2), compute_uv=False)],
    doc="The singular value decomposition a = U @ diag(S) @ Vh of each matrix of a stack.",
    notes="full_matrices=True is for square matrices only. Equal singular values share their gradients, and "
          "their vectors are not turned into each other, nor those of zeros out of their space. U @ Vh has its exact "
          "gradient even there, but not its second derivative. NumPy's hermitian= is not taken: see eigh.",
    example=("svd([[3.0, 0.0], [0.0, 4.0]]).S", "array([4., 3.])"))
