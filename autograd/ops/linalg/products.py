"""Products of vectors, matrices and stacks of them; diagonals."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd.errors import ShapeError
from autograd.ops.along_axes.reductions import sum_
from autograd.ops.axes import axes_of
from autograd.ops.builders import composite, custom, linear, sample, shape_of, sum_of
from autograd.ops.manipulation.indexing import getitem
from autograd.ops.manipulation.shaping import (
    expand_dims,
    moveaxis,
    ravel,
    reshape,
    squeeze,
    swapaxes,
    transpose,
)

__all__: list[str] = []


def _ndim(x: Any) -> int:
    return len(shape_of(x))


def _as_matrices(g: Any, x: Any, y: Any) -> Any:
    """The cotangent with the axes that matmul drops for vectors."""
    if _ndim(y) == 1:
        g = expand_dims(g, -1)
    return expand_dims(g, -2) if _ndim(x) == 1 else g


def _left_adjoint(g: Any, x: Any, y: Any) -> Any:
    columns = expand_dims(y, -1) if _ndim(y) == 1 else y
    return matmul(_as_matrices(g, x, y), swapaxes(columns, -1, -2))  # of a vector, still a row


def _right_adjoint(g: Any, x: Any, y: Any) -> Any:
    rows = expand_dims(x, -2) if _ndim(x) == 1 else x
    product = matmul(swapaxes(rows, -1, -2), _as_matrices(g, x, y))
    return squeeze(product, -1) if _ndim(y) == 1 else product


matmul = linear("matmul", infix="@", aliases=["linalg.matmul"], args="x y", adjoint=(_left_adjoint, _right_adjoint),
    samples=[sample((2, 3), (3, 4)), sample((3,), (3,)), sample((2, 3), (3,)), sample((3,), (3, 2)),
             sample((5, 2, 3), (5, 3, 2)), sample((5, 1, 2, 3), (4, 3, 2)), sample((3,), (5, 3, 2)),
             sample((5, 2, 3), (3,)), sample((0, 3), (3, 2)), sample((2, 0), (0, 2))],
    doc="The matrix product over the last two axes, stacks broadcasting; vectors as NumPy's matmul takes them.",
    example=("matmul([[1.0, 2.0]], [[3.0], [4.0]])", "array([[11.]])"))


def _linear_kernel(np: Any, x: Any, weight: Any, bias: Any) -> Any:
    if _ndim(weight) != 2 or _ndim(x) == 0 or x.shape[-1] != weight.shape[1]:
        raise ShapeError(
            f"found x of shape {shape_of(x)} and a weight of shape {shape_of(weight)}; expected (..., inputs) and "
            "(outputs, inputs)."
        )
    z = np.matmul(x, weight.T)
    if shape_of(bias) == weight.shape[:1] and bias.dtype == z.dtype:  # as nearly always
        return np.add(z, bias, out=z)
    if np.broadcast_shapes(z.shape, np.shape(bias)) != z.shape:
        raise ShapeError(f"found a bias of shape {np.shape(bias)}; expected one that broadcasts to {z.shape}.")
    return np.add(z, bias, out=z) if np.result_type(z, bias) == z.dtype else z + bias  # in place, where it fits


def _linear_weight_vjp(g: Any, z: Any, x: Any, weight: Any, bias: Any) -> Any:
    outputs, inputs = shape_of(weight)
    if _ndim(x) != 2:
        rows = math.prod(shape_of(x)[:-1])
        g, x = reshape(g, (rows, outputs)), reshape(x, (rows, inputs))
    return matmul(transpose(g), x)


def _linear_jvp(ts: tuple[Any, ...], z: Any, x: Any, weight: Any, bias: Any) -> Any:
    dx, dweight, dbias = ts
    return sum_of([
        None if dx is None else matmul(dx, transpose(weight)),
        None if dweight is None else matmul(x, transpose(dweight)),
        dbias,
    ])


linear_ = custom("linear", args="x weight bias", jvp=_linear_jvp,
    vjp=(lambda g, z, x, weight, bias: matmul(g, weight), _linear_weight_vjp, lambda g, z, x, weight, bias: g),
    reason="It is linear in x and weight, and shifted: one node, and no second array, for what every layer computes.",
    kernel=_linear_kernel, reference=lambda np, x, weight, bias: x @ np.swapaxes(weight, 0, 1) + bias,
    samples=[sample((2, 3), (4, 3), (4,)), sample((3,), (4, 3), (4,)), sample((5, 2, 3), (4, 3), (2, 1)),
             sample((0, 3), (4, 3), (4,)), sample((2, 3), (1, 3), None)],
    doc="x·Wᵀ + b, a layer of units before activation: inputs (..., n) to (..., m) by a weight (m, n) and a bias.",
    example=("linear([1.0, 2.0], [[3.0, 4.0]], [0.5])", "array([11.5])"))


def _dot(a: Any, b: Any) -> Any:
    if _ndim(a) == 0 or _ndim(b) == 0:
        return a * b
    return matmul(a, b) if _ndim(b) <= 2 else tensordot(a, b, (-1, -2))


dot = composite("dot", _dot, args="a b", method=True,
    samples=[sample((3,), (3,)), sample((2, 3), (3, 4)), sample((2, 3), (3,)), sample((), (3,)), sample((3,), None),
             sample((2, 3, 4), (5, 4, 2)), sample((4,), (5, 4, 2)), sample((2, 2, 3), (3,)),
             sample((2, 3), (4, 3, 2))],
    doc="The sum product over the last axis of a and the second-to-last of b.",
    example=("dot([1.0, 2.0], [3.0, 4.0])", "np.float64(11.0)"))

outer = composite("outer", lambda a, b: expand_dims(ravel(a), 1) * ravel(b), args="a b",
    aliases=["linalg.outer"],
    samples=[sample((3,), (2,)), sample((2, 2), (3, 1))],
    doc="The table of all products of an element of a and one of b.",
    example=("outer([1.0, 2.0], [3.0, 4.0])", "array([[3., 4.],\n       [6., 8.]])"))

matrix_transpose = composite("matrix_transpose", lambda x: swapaxes(x, -1, -2),
    samples=[sample((2, 3)), sample((2, 2, 3))], aliases=["linalg.matrix_transpose"],
    doc="Each matrix of a stack transposed.", example=("matrix_transpose([[1.0, 2.0]])", "array([[1.],\n       [2.]])"))


def _vecdot(x1: Any, x2: Any, axis: int) -> Any:
    x1, x2 = moveaxis(x1, axis, -1), moveaxis(x2, axis, -1)
    return squeeze(matmul(expand_dims(x1, -2), expand_dims(x2, -1)), (-2, -1))


vecdot = composite("vecdot", _vecdot, args="x1 x2", params={"axis": -1}, reference="linalg.vecdot", aliases=["vecdot"],
    samples=[sample((3,), (3,)), sample((2, 3), (3,)), sample((3, 1, 2), (3, 4, 2), axis=0), sample((4, 1, 3), (2, 3))],
    doc="The sum product over one axis of both, the other axes broadcasting.",
    example=("vecdot([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])", "array([3., 7.])"))


def _cheapest(shapes: list[tuple[int, ...]]) -> Any:
    """The order of multiplying a chain of matrices that takes the fewest steps, as nested pairs of their numbers.

    Source: Cormen et al., Introduction to Algorithms, the chain of matrices.
    """
    lengths = [*(rows for rows, _ in shapes), shapes[-1][1]]
    best: dict[tuple[int, int], tuple[int, Any]] = {(i, i + 1): (0, i) for i in range(len(shapes))}
    for size in range(2, len(shapes) + 1):
        for i in range(len(shapes) - size + 1):
            j = i + size
            steps = {k: best[i, k][0] + best[k, j][0] + lengths[i] * lengths[k] * lengths[j] for k in range(i + 1, j)}
            k = min(steps, key=steps.__getitem__)
            best[i, j] = steps[k], (best[i, k][1], best[k, j][1])
    return best[0, len(shapes)][1]


def _multi_dot(arrays: Sequence[Any]) -> Any:
    shapes = [shape_of(x) for x in arrays]
    if len(shapes) < 2 or any(len(s) != 2 for s in shapes[1:-1]) or any(len(s) not in (1, 2) for s in shapes):
        raise ShapeError(
            f"found shapes {shapes}; expected two or more matrices, the first and last of them or vectors.")
    if len(shapes[0]) == 1:
        shapes[0] = (1, *shapes[0])
    if len(shapes[-1]) == 1:
        shapes[-1] = (*shapes[-1], 1)

    def product(pair: Any) -> Any:
        return arrays[pair] if isinstance(pair, int) else matmul(product(pair[0]), product(pair[1]))

    return product(_cheapest(shapes))


multi_dot = composite("multi_dot", _multi_dot, args="*arrays", reference="linalg.multi_dot",
    samples=[sample([(2, 3), (3, 4), (4, 2)]), sample([(3,), (3, 2), (2, 4), (4,)]), sample([(2, 3), (3, 2)])],
    doc="The product of several matrices, in the order that takes the fewest steps.",
    example=("multi_dot([[[1.0, 2.0]], [[3.0], [4.0]], [[5.0]]])", "array([[55.]])"))


def _tensordot(a: Any, b: Any, axes: Any) -> Any:
    if not hasattr(axes, "__len__"):
        axes = (range(_ndim(a) - axes, _ndim(a)), range(axes))
    a_axes, b_axes = (list(axes_of(w, _ndim(x))) for x, w in zip((a, b), axes, strict=True))
    if len(a_axes) != len(b_axes) or any(a.shape[i] != b.shape[j] for i, j in zip(a_axes, b_axes, strict=True)):
        raise ShapeError(
            f"found shapes {a.shape} and {b.shape} with axes {a_axes} and {b_axes}; expected equal lengths.")
    a_free = [i for i in range(_ndim(a)) if i not in a_axes]
    b_free = [j for j in range(_ndim(b)) if j not in b_axes]
    contracted = math.prod(a.shape[i] for i in a_axes)
    rows = reshape(transpose(a, a_free + a_axes), (math.prod(a.shape[i] for i in a_free), contracted))
    columns = reshape(transpose(b, b_axes + b_free), (contracted, math.prod(b.shape[j] for j in b_free)))
    return reshape(matmul(rows, columns), tuple(a.shape[i] for i in a_free) + tuple(b.shape[j] for j in b_free))


tensordot = composite("tensordot", _tensordot, args="a b", params={"axes": 2}, aliases=["linalg.tensordot"],
    samples=[sample((2, 3, 4), (3, 4, 5)), sample((2, 3), (3, 2), axes=1),
             sample((2, 3, 4), (4, 2), axes=((0, 2), (1, 0))), sample((2,), (3,), axes=0),
             sample((2, 3, 4), (4, 2), axes=1)],
    doc="The sum product over the last `axes` axes of a and the first of b, or over a pair of lists of axes.",
    example=("tensordot([1.0, 2.0], [3.0, 4.0], axes=1)", "array(11.)"))


def _diagonal(a: Any, offset: int, axis1: int, axis2: int) -> Any:
    from autograd.arrays import np

    moved = moveaxis(a, (axis1, axis2), (-2, -1))
    row, column = max(0, -offset), max(0, offset)  # where it begins
    i = np.arange(min(moved.shape[-2] - row, moved.shape[-1] - column))
    return getitem(moved, (Ellipsis, row + i, column + i))


AXES = {"offset": 0, "axis1": 0, "axis2": 1}

diagonal = composite("diagonal", _diagonal, args="a", params=AXES, method=True,
    samples=[sample((3, 3)), sample((4, 3), offset=1), sample((3, 4), offset=-1), sample((2, 3), offset=4),
             sample((2, 3, 4), axis1=2, axis2=0)],
    doc="The elements of a diagonal of two axes, along a new last axis.",
    example=("diagonal([[1.0, 2.0], [3.0, 4.0]])", "array([1., 4.])"))


def _trace(a: Any, offset: int, axis1: int, axis2: int) -> Any:
    return sum_(_diagonal(a, offset, axis1, axis2), -1)


trace = composite("trace", _trace, args="a", params=AXES, method=True,
    samples=[sample((3, 3)), sample((2, 4), offset=1), sample((2, 3, 4), axis1=0, axis2=-1)],
    doc="The sum of a diagonal of two axes.", example=("trace([[1.0, 2.0], [3.0, 4.0]])", "np.float64(5.0)"))
