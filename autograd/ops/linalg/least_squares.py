"""Least squares: the pseudo-inverse, and the solutions nearest to a system that has none, or many."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

from typing import Any

from autograd.errors import ShapeError
from autograd.graph.value import Value
from autograd.ops.along_axes.reductions import sum_
from autograd.ops.builders import composite, custom, sample, shape_of
from autograd.ops.elementwise.predicates import greater
from autograd.ops.linalg.decompositions import svdvals
from autograd.ops.linalg.matrices import decomposed, transposed, well_conditioned
from autograd.ops.manipulation.shaping import astype, reshape

__all__: list[str] = []


def _pinv_vjp(g: Any, z: Any, a: Any, rcond: Any) -> tuple[Any, ...]:
    gt, zt = transposed(g), transposed(z)
    left, right = gt @ z @ zt, zt @ z @ gt
    return (left - a @ (z @ left) + right - (right @ z) @ a - zt @ g @ zt,)


def _pinv_jvp(ts: tuple[Any, ...], z: Any, a: Any, rcond: Any) -> Any:
    t, tt, zt = ts[0], transposed(ts[0]), transposed(z)
    left, right = z @ zt @ tt, tt @ zt @ z
    return left - (left @ a) @ z + right - z @ (a @ right) - z @ t @ z


pinv = custom("pinv", args="a", params={"rcond": None}, prepare=well_conditioned, reference="linalg.pinv",
    reason="Golub and Pereyra (1973), equation 4.12, holds at any constant rank; a formula by inv wants full rank.",
    kernel=lambda np, a, rcond: decomposed(np, "pinv", a, rcond=rcond, remedy="expected finite elements"),
    vjp=_pinv_vjp, jvp=_pinv_jvp,
    samples=[sample((3, 3)), sample((3, 2)), sample((2, 3)), sample((2, 3, 2), rcond=1e-10)],
    doc="The Moore-Penrose inverse of each matrix of a stack; singular values up to rcond * the largest are zero.",
    notes="The derivative is that along changes that keep the rank; where the rank changes, pinv jumps to infinity. "
          "NumPy's rtol= and hermitian= are not taken: rcond= means the same, and a symmetric matrix needs no more.",
    example=("pinv([[2.0], [0.0]])", "array([[0.5, 0. ]])"))


def _lstsq(a: Any, b: Any, rcond: Any) -> tuple[Any, Any, Any, Any]:
    from autograd.arrays import np

    if len(shape_of(a)) != 2 or len(shape_of(b)) not in (1, 2):
        raise ShapeError(
            f"found shapes {shape_of(a)} and {shape_of(b)}; expected a matrix and a vector, or two matrices.")
    m, n = a.shape
    if type(b) is Value and type(a) is not Value:  # the results are all Values, or all plain
        a = Value(a, requires_grad=False)
    s = svdvals(a)
    if rcond is None:
        rcond = float(np.finfo(s.dtype).eps) * max(m, n)
    x = pinv(a, rcond) @ b
    rank = sum_(astype(greater(s, rcond * s[:1]), s.dtype))
    residuals = reshape(sum_((b - a @ x) ** 2, 0), (-1,))
    if m <= n or rank < n:  # NumPy's, too, are empty then
        residuals = residuals[:0]
    return x, residuals, rank, s


lstsq = composite("lstsq", _lstsq, args="a b", params={"rcond": None}, prepare=well_conditioned,
    reference="linalg.lstsq",
    samples=[sample((4, 2), (4,)), sample((4, 2), (4, 3)), sample((3, 3), (3,)), sample((2, 3), (2, 2))],
    doc="The x of least norm of those that minimize the norm of a @ x - b; with residuals, rank and singular values.",
    notes="As in NumPy: no stacks, and no residuals unless there are more rows than columns, of full rank. At a "
          "deficient rank, x is differentiated along changes that keep it. The rank has the dtype of a.",
    example=("lstsq([[1.0], [1.0]], [1.0, 3.0])[0].round(12)", "array([2.])"))
