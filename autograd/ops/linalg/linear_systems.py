"""Inverses, and systems of linear equations, of matrices and tensors."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

import math
from typing import Any

from autograd.errors import ArgumentError
from autograd.ops.axes import axes_of
from autograd.ops.builders import composite, custom, sample, shape_of, sum_of
from autograd.ops.linalg.matrices import SQUARES, lapack, transposed, well_conditioned
from autograd.ops.manipulation.shaping import expand_dims, reshape, squeeze, transpose

__all__: list[str] = []

inv = custom("inv", args="a", prepare=well_conditioned, samples=SQUARES, reference="linalg.inv",
    reason="Its derivative is two products with itself, cheaper than that of any formula it could be made of.",
    kernel=lambda np, a: lapack(np, "inv", a, remedy="expected regular matrices: use pinv"),
    vjp=lambda g, z, a: (-(transposed(z) @ g @ transposed(z)),),
    jvp=lambda ts, z, a: -(z @ ts[0] @ z),
    doc="The inverse of each matrix of a stack.",
    notes="A singular matrix is an error. To apply an inverse, `solve` is more accurate and takes half the time.",
    example=("inv([[2.0, 0.0], [0.0, 4.0]])", "array([[0.5 , 0.  ],\n       [0.  , 0.25]])"))


def _columns(x: Any, b: Any) -> Any:
    """A right-hand side, or what looks like it, as a matrix."""
    return expand_dims(x, -1) if len(shape_of(b)) == 1 else x


def _like_right_side(x: Any, b: Any) -> Any:
    return squeeze(x, -1) if len(shape_of(b)) == 1 else x


def _solve_vjp(g: Any, z: Any, a: Any, b: Any) -> tuple[Any, ...]:
    h = solve(transposed(a), _columns(g, b))  # the adjoint system: Giles (2008), section 2.2.3
    return -(h @ transposed(_columns(z, b))), _like_right_side(h, b)


def _solve_jvp(ts: tuple[Any, ...], z: Any, a: Any, b: Any) -> Any:
    ta, tb = ts
    change = sum_of([None if tb is None else _columns(tb, b), None if ta is None else -(ta @ _columns(z, b))])
    return _like_right_side(solve(a, change), b)


solve = custom("solve", args="a b", prepare=well_conditioned, reference="linalg.solve",
    reason="Either derivative is one more system with the same matrix; inv(a) @ b would be slower and less accurate.",
    kernel=lambda np, a, b: lapack(np, "solve", a, b, remedy="expected regular matrices: use lstsq"),
    vjp=_solve_vjp, jvp=_solve_jvp,
    samples=[sample((3, 3), (3,)), sample((3, 3), (3, 2)), sample((2, 2, 2), (2,)), sample((2, 2, 2), (2, 2, 3)),
             sample((2, 2, 2), (2, 3)), sample((2, 2), (3, 2, 1)), sample((3, 1, 2, 2), (2, 2, 1))],
    doc="The x with a @ x = b, of each matrix of a stack.",
    notes="As in NumPy 2, b is a vector only if it has one axis, else a stack of matrices. A singular a is an error.",
    example=("solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])", "array([1. , 0.5])"))


# ---- the same for tensors, whose axes fall into two groups: rows and columns ----


def _tensorinv(a: Any, ind: int) -> Any:
    shape = shape_of(a)
    if ind < 1:
        raise ArgumentError(f"found ind={ind}; expected at least 1, the number of axes that are rows.")
    return reshape(inv(reshape(a, (math.prod(shape[:ind]), math.prod(shape[ind:])))), shape[ind:] + shape[:ind])


tensorinv = composite("tensorinv", _tensorinv, args="a", params={"ind": 2}, reference="linalg.tensorinv",
    samples=[sample((2, 3, 6)), sample((4, 2, 2), ind=1)],
    prepare=lambda np, a: (well_conditioned(np, a.reshape(math.isqrt(a.size), -1))[0].reshape(a.shape),),
    doc="The inverse of a tensor whose first `ind` axes are the rows of a matrix.",
    example=("tensorinv([[2.0, 0.0], [0.0, 4.0]], 1)", "array([[0.5 , 0.  ],\n       [0.  , 0.25]])"))


def _tensorsolve(a: Any, b: Any, axes: Any) -> Any:
    if axes is not None:  # they become the last ones
        last = axes_of(axes, len(shape_of(a)))
        a = transpose(a, (*(i for i in range(len(shape_of(a))) if i not in last), *last))
    rows, columns = (math.prod(part) for part in (shape_of(b), shape_of(a)[len(shape_of(b)) :]))
    return reshape(solve(reshape(a, (rows, columns)), reshape(b, (rows,))), shape_of(a)[len(shape_of(b)) :])


tensorsolve = composite("tensorsolve", _tensorsolve, args="a b", params={"axes": None}, reference="linalg.tensorsolve",
    samples=[sample((2, 3, 6), (2, 3)), sample((4, 2, 2), (4,), axes=(1,))],
    prepare=lambda np, a, b: (a + 9.0 * np.eye(a.size // b.size).reshape(a.shape), b),
    doc="The x with tensordot(a, x, x.ndim) = b; `axes` of a are moved to its end before.",
    example=("tensorsolve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])", "array([1. , 0.5])"))
