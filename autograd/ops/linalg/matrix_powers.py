"""Functions of a square matrix: its powers and its exponential."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

import operator
from math import comb, factorial
from typing import Any

from autograd.ops.along_axes.reductions import sum_
from autograd.ops.builders import composite, custom, sample, shape_of
from autograd.ops.elementwise.arithmetic import abs_, divide
from autograd.ops.elementwise.predicates import equal
from autograd.ops.elementwise.selection import stop_gradient, where
from autograd.ops.linalg.linear_systems import inv
from autograd.ops.linalg.matrices import SQUARES, identity_like, require_square, transposed, well_conditioned
from autograd.ops.manipulation.stacking import concatenate
from autograd.ops.optional import scipy_module

__all__: list[str] = []


def _matrix_power(a: Any, n: int) -> Any:
    require_square(a)
    n = operator.index(n)
    if n == 0:
        return where(False, a, identity_like(a))
    square, left, result = inv(a) if n < 0 else a, abs(n), None
    while True:  # through the binary digits, the last one first
        left, odd = divmod(left, 2)
        if odd:
            result = square if result is None else result @ square
        if not left:
            return result
        square = square @ square


matrix_power = composite("matrix_power", _matrix_power, args="a", params={"n": ...}, prepare=well_conditioned,
    samples=[sample((3, 3), n=3), sample((2, 2, 2), n=6), sample((2, 2), n=1), sample((2, 2), n=0),
             sample((2, 2), n=-2)],
    reference="linalg.matrix_power",
    doc="Each matrix of a stack to an integer power, by repeated squaring; of its inverse where n is negative.",
    example=("matrix_power([[1.0, 1.0], [0.0, 1.0]], 5)", "array([[1., 5.],\n       [0., 1.]])"))

# ---- the exponential ----

DEGREE, RADIUS = 13, 5.371920351148152  # Higham (2005), table 2.3: up to this norm the approximant is exact in float64


def _coefficient(j: int) -> float:
    """Of a**j in the diagonal Pade approximant of e**a; 1 for j = 0, so that small matrices lose nothing."""
    m = DEGREE
    return comb(m, j) * factorial(2 * m - j) / factorial(2 * m)


def _exponential(np: Any, a: Any) -> Any:
    """e**a by scaling and squaring: Higham, The scaling and squaring method for the matrix exponential (2005)."""
    norm = np.abs(a).sum(-2).max(-1, initial=0.0)[..., None, None]
    with np.errstate(divide="ignore"):
        squarings = np.where(np.isfinite(norm), np.maximum(0.0, np.ceil(np.log2(norm / RADIUS))), 0.0)
    a = a * 0.5**squarings
    even, odd, power = 0.0, 0.0, identity_like(a)
    for j in range(0, DEGREE, 2):
        even, odd, power = even + _coefficient(j) * power, odd + _coefficient(j + 1) * power, power @ (a @ a)
    odd = a @ odd
    z = np.linalg.solve(even - odd, even + odd)
    for i in range(int(squarings.max(initial=0.0))):
        z = np.where(i < squarings, z @ z, z)
    return z


def _expm_kernel(np: Any, a: Any) -> Any:
    require_square(a)
    scipys = scipy_module("linalg")
    return scipys.expm(a) if scipys else _exponential(np, a)


def _change(a: Any, t: Any) -> Any:
    """The derivative along t: a corner of the exponential of [[a, t], [0, a]] (Van Loan 1978; Higham 2008, 3.16)."""
    from autograd.arrays import np

    n = shape_of(a)[-1]
    below = np.zeros(shape_of(a), dtype=a.dtype)
    size = stop_gradient(sum_(abs_(t), (-2, -1), keepdims=True))
    size = where(equal(size, 0.0), 1.0, size)  # the corner is linear in t: so t asks for no more squarings than a
    block = concatenate([concatenate([a, divide(t, size)], -1), concatenate([below, a], -1)], -2)
    return size * expm(block)[..., :n, n:]


expm = custom("expm", args="a", samples=SQUARES, kernel=_expm_kernel, reference=_exponential,
    reason="Its derivative is a corner of the exponential of a matrix of twice the size, exact and of any order.",
    vjp=lambda g, z, a: (_change(transposed(a), g),),
    jvp=lambda ts, z, a: _change(a, ts[0]),
    doc="The matrix exponential of each matrix of a stack.",
    notes="SciPy's where SciPy is installed, else Higham's scaling and squaring with a diagonal Pade approximant.",
    example=("expm([[0.0, 1.0], [0.0, 0.0]])", "array([[1., 1.],\n       [0., 1.]])"))
