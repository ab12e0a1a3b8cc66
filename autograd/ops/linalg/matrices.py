"""What the entries on matrices share: transposes, several results in one array, LAPACK's errors, matrices for tests."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from autograd.errors import ShapeError
from autograd.ops.along_axes.reductions import sum_
from autograd.ops.builders import custom, sample, shape_of
from autograd.ops.elementwise.arithmetic import abs_, divide
from autograd.ops.elementwise.predicates import greater
from autograd.ops.elementwise.selection import where
from autograd.ops.manipulation.shaping import expand_dims, reshape, swapaxes
from autograd.ops.manipulation.stacking import concatenate

__all__ = [
    "SQUARES",
    "as_diagonal",
    "decomposed",
    "factorization",
    "identity_like",
    "lapack",
    "negligible",
    "positive_definite",
    "reciprocals",
    "require_square",
    "symmetric",
    "symmetric_apart",
    "transposed",
    "well_conditioned",
]

SQUARES = [sample((3, 3)), sample((2, 3, 2, 2))]


def transposed(a: Any) -> Any:
    """Each matrix of a stack transposed."""
    return swapaxes(a, -1, -2)


def symmetric(a: Any) -> Any:
    """The symmetric part of each matrix; a symmetric one itself, bit for bit."""
    return 0.5 * (a + transposed(a))


def identity_like(a: Any) -> Any:
    """The identity matrix with as many columns as a, in its dtype."""
    from autograd.arrays import np

    return np.eye(shape_of(a)[-1], dtype=getattr(a, "dtype", float))


def as_diagonal(x: Any) -> Any:
    """The diagonal matrix of each vector of a stack."""
    return expand_dims(x, -1) * identity_like(x)


def negligible(s: Any) -> Any:
    """How large a difference rounding alone makes among eigenvalues or singular values s, along the last axis."""
    from autograd.arrays import np

    info = np.finfo(s.dtype)
    return sum_(abs_(s), -1, keepdims=True) * float(info.eps) + float(info.tiny)  # whose reciprocal is finite


def reciprocals(x: Any, tiny: Any) -> Any:
    """1 / x, and 0 where x is zero to working precision: what has no unique derivative adds none."""
    return where(greater(abs_(x), tiny), divide(1.0, x), 0.0)


def require_square(a: Any) -> None:
    """The operation is for square matrices, and stacks of them."""
    shape = shape_of(a)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"found shape {shape}; expected square matrices in the last two axes.")


def lapack(np: Any, name: str, *operands: Any, remedy: str, **params: Any) -> Any:
    """A function of numpy.linalg; a matrix that it cannot take is an error that says what may help."""
    try:
        return getattr(np.linalg, name)(*operands, **params)
    except np.linalg.LinAlgError as error:
        if "dimension" in str(error):  # a matter of shapes, which is typed where every kernel is run
            raise
        from autograd.arrays import SingularMatrixError

        raise SingularMatrixError(f"found a matrix where NumPy says: {error}; {remedy}.") from error


def decomposed(np: Any, name: str, a: Any, *, remedy: str, **params: Any) -> Any:
    """The same for a decomposition of each matrix of a stack: NaN where a matrix holds NaN or an infinity.

    LAPACK may search for singular values or eigenvalues of such a matrix forever, or find that there are none.
    """
    finite = np.isfinite(a).all((-2, -1)) if np.ndim(a) > 1 else np.True_
    if finite.all():
        return lapack(np, name, a, remedy=remedy, **params)
    stand_in = np.where(finite[..., None, None], a, np.eye(*a.shape[-2:], dtype=a.dtype))
    results = lapack(np, name, stand_in, remedy=remedy, **params)
    if not isinstance(results, tuple):
        return _nan_unless(np, finite, results)
    return type(results)(*(_nan_unless(np, finite, z) for z in results))


def _nan_unless(np: Any, finite: Any, z: Any) -> Any:
    """z, of a stack of matrices, with NaN for those that are not finite."""
    return np.where(np.expand_dims(finite, tuple(range(finite.ndim, z.ndim))), z, np.nan)


# ---- several results: a node has one array, so they lie in it one after the other ----


def _pack(parts: Sequence[Any], shapes: Sequence[tuple[int, ...]], stack: tuple[int, ...]) -> Any:
    """Parts of the given shapes, each in stacks of the same shape, in one array: a row for each matrix of a stack."""
    return concatenate([reshape(x, (*stack, math.prod(shape))) for x, shape in zip(parts, shapes, strict=True)], -1)


def _unpack(packed: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    ends = list(accumulate(map(math.prod, shapes)))
    pieces = [packed[..., end - math.prod(shape) : end] for end, shape in zip(ends, shapes, strict=True)]
    return [reshape(piece, (*packed.shape[:-1], *shape)) for piece, shape in zip(pieces, shapes, strict=True)]


def factorization(
    name: str,
    *,
    factors: Callable[..., Sequence[Any]],
    shapes: Callable[[int, int], Sequence[tuple[int, ...]]],
    vjp: Callable[..., Any],
    jvp: Callable[..., Sequence[Any]],
    doc: str,
    **entry: Any,
) -> Callable[..., list[Any]]:
    """A function of a matrix with several results, of which LAPACK computes all at once.

    What is recorded is one private operation whose result holds them all. The rules are written in terms of the parts:
    `vjp(gs, zs, a)` gives the gradient, `jvp(t, zs, a)` the tangent of each part.

    Args:
        factors: the kernel, a function of (np, a, **params) that returns the parts.
        shapes: the shape of each part of a matrix, from its numbers of rows and columns.
    """

    def shapes_of(a: Any) -> Sequence[tuple[int, ...]]:
        return shapes(*shape_of(a)[-2:])

    def kernel(np: Any, a: Any, **params: Any) -> Any:
        parts = factors(np, a, **params)  # first, since it knows what to say of a that is no matrix
        return _pack(parts, shapes_of(a), shape_of(a)[:-2])

    primitive = custom(
        name, args="a", kernel=kernel, public=False, reference=kernel, doc=doc,
        reason="One call of LAPACK makes all its results, and the derivative of each needs the others.",
        vjp=lambda g, z, a, **params: (vjp(_unpack(g, shapes_of(a)), _unpack(z, shapes_of(a)), a),),
        jvp=lambda ts, z, a, **params: _pack(jvp(ts[0], _unpack(z, shapes_of(a)), a), shapes_of(a), shape_of(a)[:-2]),
        **entry,
    )  # fmt: skip
    return lambda a, **params: _unpack(primitive(a, **params), shapes_of(a))


# ---- what the tests make of the arrays they draw: see `prepare` in an entry ----


def _spectrum(np: Any, a: Any) -> Any:
    """Distinct numbers from 1 on, a little different for each draw."""
    k = min(a.shape[-2:])
    return 1.0 + np.arange(k, 0, -1) + 0.3 * np.tanh(a[..., :1, :k].sum(-2))


def well_conditioned(np: Any, a: Any, *others: Any) -> tuple[Any, ...]:
    """The first operand with singular values that are well apart from each other and from zero."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return (u * _spectrum(np, a)[..., None, :]) @ vh, *others


def positive_definite(np: Any, a: Any) -> tuple[Any, ...]:
    """A symmetric matrix with positive eigenvalues, well apart."""
    q = np.linalg.svd(a)[0]
    a = (q * _spectrum(np, a)[..., None, :]) @ np.swapaxes(q, -1, -2)
    return (0.5 * (a + np.swapaxes(a, -1, -2)),)


def symmetric_apart(np: Any, a: Any) -> tuple[Any, ...]:
    """A symmetric matrix with eigenvalues of both signs, well apart."""
    return (positive_definite(np, a)[0] - 2.5 * np.eye(a.shape[-1]),)
