"""Elements shifted, repeated, surrounded, cleared, and put on diagonals."""

# fmt: off  (a table: one entry reads as one block)

import operator
from typing import Any

from autograd.errors import ArgumentError
from autograd.ops.builders import composite, linear, sample, shape_of
from autograd.ops.manipulation.indexing import scatter
from autograd.ops.manipulation.picking import take
from autograd.ops.manipulation.shaping import astype, broadcast_to, ravel, reshape
from autograd.ops.manipulation.stacking import concatenate

__all__: list[str] = []


def _back(shift: Any) -> Any:
    return tuple(-s for s in shift) if isinstance(shift, (tuple, list)) else -shift


roll = linear("roll", args="a", params={"shift": ..., "axis": None},
    adjoint=lambda g, a, shift, axis: roll(g, _back(shift), axis),
    samples=[sample((2, 3), shift=1), sample((2, 3), shift=-2, axis=1), sample((2, 3), shift=(1, 1), axis=(0, 1))],
    doc="The elements shifted along axes, those that fall off coming in at the other end.",
    example=("roll([1.0, 2.0, 3.0], 1)", "array([3., 1., 2.])"))


def _tile(a: Any, reps: Any) -> Any:
    reps = tuple(map(operator.index, reps if hasattr(reps, "__len__") else [reps]))
    shape = shape_of(a)
    n = max(len(reps), len(shape))
    reps, shape = (1,) * (n - len(reps)) + reps, (1,) * (n - len(shape)) + shape
    between = tuple(k for length in shape for k in (1, length))
    repeated = broadcast_to(reshape(a, between), tuple(k for pair in zip(reps, shape, strict=True) for k in pair))
    return reshape(repeated, tuple(r * length for r, length in zip(reps, shape, strict=True)))


tile = composite("tile", _tile, args="A", params={"reps": ...},
    samples=[sample((2, 3), reps=2), sample((3,), reps=(2, 2)), sample((2, 1), reps=(1, 3)), sample((), reps=3)],
    doc="The array repeated as a whole along each axis.", example=("tile([1.0, 2.0], 2)", "array([1., 2., 1., 2.])"))


def _repeat(a: Any, repeats: Any, axis: int | None) -> Any:
    from autograd.arrays import np

    if axis is None:
        a, axis = ravel(a), 0
    return take(a, np.repeat(np.arange(a.shape[axis]), repeats), axis)


repeat = composite("repeat", _repeat, args="a", params={"repeats": ..., "axis": None}, method=True,
    samples=[sample((2, 3), repeats=2), sample((2, 3), repeats=[1, 0, 2], axis=1), sample((2, 3), repeats=3, axis=0)],
    doc="Each element repeated in place along an axis, of the flattened array without one.",
    example=("repeat([1.0, 2.0], 2)", "array([1., 1., 2., 2.])"))


def _pad(array: Any, pad_width: Any, mode: Any, constant_values: Any) -> Any:
    from autograd.arrays import np

    ndim = len(shape_of(array))
    widths = np.asarray(pad_width)
    if widths.dtype.kind not in "iu" or np.any(widths < 0):
        raise ArgumentError(f"found pad_width={pad_width!r}; expected whole numbers, none below 0.")
    widths = np.broadcast_to(widths, (ndim, 2))
    if mode == "constant":
        constants = broadcast_to(constant_values, (ndim, 2))
        for axis in range(ndim):
            array = _surrounded(array, axis, widths[axis], constants[axis])
        return array
    if mode not in MODES:
        raise ArgumentError(f"found mode={mode!r}; expected 'constant', 'edge', 'reflect', 'symmetric' or 'wrap'.")
    for axis, width in enumerate(widths):
        array = take(array, np.pad(np.arange(array.shape[axis]), width, mode=mode), axis)
    return array


def _surrounded(array: Any, axis: int, width: Any, constants: Any) -> Any:
    """The array between constants along an axis: joined, not added to zeros, which would turn -0.0 into 0.0."""
    if not any(width):
        return array
    shape, dtype = shape_of(array), getattr(array, "dtype", float)
    before, after = (astype(broadcast_to(constants[i], (*shape[:axis], width[i], *shape[axis + 1 :])), dtype)
                     for i in range(2))
    return concatenate([before, array, after], axis)


MODES = ("edge", "reflect", "symmetric", "wrap")

pad = composite("pad", _pad, args="array", params={"pad_width": ..., "mode": "constant", "constant_values": 0},
    samples=[sample((2, 3), pad_width=1), sample((3,), pad_width=(1, 2), constant_values=5.0),
             sample((2, 3), pad_width=((0, 1), (2, 0))),
             *(sample((2, 3), pad_width=((1, 0), (1, 2)), mode=mode) for mode in MODES)],
    doc="The array with a margin around it: constants, or elements of its own.",
    notes="Differentiable in constant_values, too. Of NumPy's modes those that compute something, and callables, are "
        "refused.",
    example=("pad([1.0, 2.0], 1)", "array([0., 1., 2., 0.])"))


# ---- triangles and diagonals ----

tril = linear("tril", args="m", params={"k": 0}, adjoint=lambda g, m, k: tril(g, k), picks=True,
    samples=[sample((3, 3)), sample((2, 3, 4), k=1)],
    doc="The lower triangle of the last two axes, zeros above the k-th diagonal.",
    example=("tril([[1.0, 2.0], [3.0, 4.0]])", "array([[1., 0.],\n       [3., 4.]])"))

triu = linear("triu", args="m", params={"k": 0}, adjoint=lambda g, m, k: triu(g, k), picks=True,
    samples=[sample((3, 3)), sample((2, 3, 4), k=1)],
    doc="The upper triangle of the last two axes, zeros below the k-th diagonal.",
    example=("triu([[1.0, 2.0], [3.0, 4.0]])", "array([[1., 2.],\n       [0., 4.]])"))


def _diag_adjoint(g: Any, v: Any, k: int) -> Any:
    if len(shape_of(v)) == 1:
        return diag(g, k)
    from autograd.arrays import np

    i = np.arange(shape_of(g)[0])
    return scatter(g, (i - min(k, 0), i + max(k, 0)), shape_of(v))


# A primitive: NumPy's gives a view of a matrix's diagonal, and keeps a vector's -0.0, which scatter adds to 0.0.
diag = linear("diag", args="v", params={"k": 0}, adjoint=_diag_adjoint, picks=True,
    samples=[sample((3,)), sample((2,), k=-1), sample((3, 4)), sample((4, 3), k=1), sample((3, 2), k=-1),
             sample((2, 3), k=-5)],
    doc="The matrix with a vector on its k-th diagonal, or the k-th diagonal of a matrix.",
    example=("diag([1.0, 2.0])", "array([[1., 0.],\n       [0., 2.]])"))

diagflat = composite("diagflat", lambda v, k: diag(ravel(v), k), args="v", params={"k": 0},
    samples=[sample((2, 2)), sample((), k=1), sample((2,), k=-1)],
    doc="The matrix with all elements, flattened, on its k-th diagonal.",
    example=("diagflat([[1.0], [2.0]])", "array([[1., 0.],\n       [0., 2.]])"))
