"""Determinants, and their derivatives of all orders, which are the cofactors."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations
from string import ascii_lowercase
from typing import Any, NamedTuple

from autograd.ops.along_axes.reductions import sum_
from autograd.ops.builders import composite, custom, sample, sum_of
from autograd.ops.linalg.matrices import (
    SQUARES,
    as_diagonal,
    decomposed,
    factorization,
    identity_like,
    transposed,
    well_conditioned,
)
from autograd.ops.manipulation.shaping import expand_dims

__all__ = ["SlogdetResult"]


def _products_of_others(np: Any, s: Any, m: int) -> Any:
    """For each choice of m different indices the product of all other elements of s; 0 where two are equal."""
    n = s.shape[-1]
    chosen = np.indices((n,) * m)[..., None] == np.arange(n)
    others = np.where(chosen.any(0), 1.0, s.reshape(*s.shape[:-1], *(1,) * m, n))
    return np.where(chosen.any(0).sum(-1) == m, np.prod(others, -1), 0.0)


def _cofactors_kernel(np: Any, matrices: Sequence[Any]) -> Any:
    # In the basis of a's singular vectors a is diagonal, and the expansion by minors has no terms but those in which m
    # elements of its diagonal give way to elements of the m-1 directions and of the result: no division, at any rank.
    a, *directions = np.broadcast_arrays(*matrices)
    u, s, vh = decomposed(np, "svd", a, remedy="expected finite elements")
    turned = [transposed(u) @ t @ transposed(vh) for t in directions]
    m = len(matrices)
    index = ascii_lowercase[:m]
    weights = _products_of_others(np, s, m)
    total = np.zeros_like(u)
    for order in permutations(range(m)):
        terms = "".join(f",...{index[i]}{index[order[i]]}" for i in range(m - 1))
        fixed = order[-1] == m - 1  # a term on the diagonal
        out = index[-1] if fixed else index[-1] + index[order[-1]]
        term = np.einsum(f"...{index}{terms}->...{out}", weights, *turned)
        sign = (-1.0) ** sum(i > j for i, j in combinations(order, 2))
        total += sign * (as_diagonal(term) if fixed else term)
    orientation = np.linalg.det(u) * np.linalg.det(vh)
    return orientation[..., None, None] * (u @ total @ vh)


def _minors_by_hand(np: Any, matrices: Sequence[Any]) -> Any:
    """The cofactors of sums and differences of 3x3 matrices, whose signed mean has no terms but the mixed ones."""
    a, *directions = matrices
    if directions:
        *rest, t = directions
        return (_minors_by_hand(np, [a + t, *rest]) - _minors_by_hand(np, [a - t, *rest])) / 2.0
    z = np.zeros_like(a)
    for i, j in np.ndindex(a.shape[-2:]):
        z[..., i, j] = (-1.0) ** (i + j) * np.linalg.det(np.delete(np.delete(a, i, -2), j, -1))
    return z


def _changed(matrices: Sequence[Any], i: int, t: Any) -> Any:
    return cofactors([*matrices, t] if i == 0 else [*matrices[:i], t, *matrices[i + 1 :]])


cofactors = custom("cofactors", args="*matrices", public=False, reference=_minors_by_hand,
    reason="The determinant's derivatives of all orders, exact for singular matrices, where det(a) * inv(a) is none.",
    kernel=_cofactors_kernel,
    # The derivatives are symmetric, so either rule is the same: one more direction, or another in its place.
    vjp=lambda g, z, *xs: [_changed(xs, i, g) for i in range(len(xs))],
    jvp=lambda ts, z, *xs: sum_of([None if t is None else _changed(xs, i, t) for i, t in enumerate(ts)]),
    samples=[sample([(3, 3)]), sample([(3, 3), (3, 3)]), sample([(2, 3, 3), (2, 3, 3), (2, 3, 3)])],
    doc="The gradient of det at the first matrix, or of its derivative along the other matrices.",
    example=("cofactors([np.array([[1.0, 2.0], [3.0, 4.0]])]).round(12)", "array([[ 4., -3.],\n       [-2.,  1.]])"))


def _for_each_matrix(g: Any) -> Any:
    """A number for each matrix of a stack, to be multiplied with the matrix."""
    return expand_dims(g, (-2, -1))


det = custom("det", args="a", samples=[*SQUARES, sample((1, 1))], reference="linalg.det",
    reason="LAPACK computes it by elimination in n**3 steps; its derivatives are the cofactors.",
    kernel=lambda np, a: np.linalg.det(a),
    vjp=lambda g, z, a: (_for_each_matrix(g) * cofactors([a]),),
    jvp=lambda ts, z, a: sum_(cofactors([a]) * ts[0], (-2, -1)),
    doc="The determinant of each matrix of a stack.",
    notes="Derivatives of all orders are exact for singular matrices, too: cofactors, not det(a) * inv(a).",
    example=("det([[2.0, 0.0], [0.0, 4.0]]).round(12)", "np.float64(8.0)"))


def _logdet_slope_kernel(np: Any, a: Any) -> Any:
    try:
        return transposed(np.linalg.inv(a))
    except np.linalg.LinAlgError:
        singular = _for_each_matrix(np.equal(np.linalg.slogdet(a)[0], 0.0))
        inverse = np.linalg.inv(np.where(singular, identity_like(a), a))
        return np.where(singular, np.divide(_cofactors_kernel(np, [a]), 0.0), transposed(inverse))


logdet_slope = custom("logdet_slope", args="a", public=False, samples=SQUARES, prepare=well_conditioned,
    reason="The transposed inverse, but IEEE's quotient by zero for a singular matrix, which is an error to inv.",
    kernel=_logdet_slope_kernel, reference=lambda np, a: np.swapaxes(np.linalg.inv(a), -1, -2),
    vjp=lambda g, z, a: (-(z @ transposed(g) @ z),),
    jvp=lambda ts, z, a: -(z @ transposed(ts[0]) @ z),
    doc="The gradient of log|det a|, which is inv(a) transposed; cofactors / 0 where det a is 0.",
    example=("logdet_slope(np.array([[2.0, 0.0], [0.0, 4.0]]))", "array([[0.5 , 0.  ],\n       [0.  , 0.25]])"))

_sign_and_logarithm = factorization("slogdet_parts", samples=SQUARES, prepare=well_conditioned,
    factors=lambda np, a: np.linalg.slogdet(a),
    shapes=lambda rows, columns: ((), ()),
    vjp=lambda gs, zs, a: _for_each_matrix(gs[1]) * logdet_slope(a),
    jvp=lambda t, zs, a: (0.0 * zs[0], sum_(logdet_slope(a) * t, (-2, -1))),
    doc="The sign and the logarithm of the determinant, in one array.",
    example=("slogdet_parts(np.array([[2.0, 0.0], [0.0, 0.5]]))", "array([1., 0.])"))


class SlogdetResult(NamedTuple):
    """A determinant as sign * exp(logabsdet)."""

    sign: Any
    logabsdet: Any


slogdet = composite("slogdet", lambda a: SlogdetResult(*_sign_and_logarithm(a)), args="a", samples=SQUARES,
    prepare=well_conditioned, reference="linalg.slogdet",
    doc="The sign of the determinant of each matrix of a stack, and the logarithm of its size, without overflow.",
    notes="The sign has the derivative 0. Of a singular matrix the sign is 0, the logarithm -inf, and its gradient "
          "cofactors / 0: signed infinities, and NaN where the cofactor is 0.",
    example=("slogdet([[2.0, 0.0], [0.0, 0.5]]).logabsdet", "array(0.)"))
