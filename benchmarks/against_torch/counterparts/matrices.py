"""Counterparts of products of matrices, linear algebra, convolutions and pooling."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from counterparts.row import Counterpart, Row

__all__ = ["ROWS"]


def _dot(torch: Any, a: Any, b: Any) -> Any:
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return torch.tensordot(a, b, dims=([-1], [-2 if b.ndim > 1 else 0]))


def _axis_lists(axes: Any) -> Any:
    return axes if isinstance(axes, int) else [list(one) if isinstance(one, tuple) else [one] for one in axes]


def _diag(torch: Any, v: Any, k: int) -> Any:
    return torch.diag(v, k) if v.ndim == 1 else torch.diagonal(v, k)


def _cross(torch: Any, a: Any, b: Any, axisa: int, axisb: int, axisc: int, axis: int | None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = torch.broadcast_tensors(torch.moveaxis(a, axisa, -1), torch.moveaxis(b, axisb, -1))
    return torch.moveaxis(torch.linalg.cross(a, b), -1, axisc)


def _vander(torch: Any, x: Any, N: int | None, increasing: bool) -> Any:  # noqa: N803  (the entry's name)
    # PyTorch's own wants two columns, and cannot stack none; by a tensor of exponents, 0**0 has a second slope of NaN.
    columns = [x**k for k in range(len(x) if N is None else N)]
    powers = torch.stack(columns, -1) if columns else x[:, None][:, :0]
    return powers if increasing else powers.flip(-1)


# ---- linear algebra --------------------------------------------------------------------------------------------------


def _symmetric(a: Any) -> Any:
    """The symmetric part, of which the entries for symmetric matrices are functions."""
    return 0.5 * (a + a.mT)


def _qr(torch: Any, a: Any, mode: str) -> Any:
    q, r = torch.linalg.qr(a)
    return r if mode == "r" else (q, r)


def _signs(torch: Any, vectors: Any, numpys: Any) -> Any:
    """-1 for each column that LAPACK gave PyTorch the other way round than NumPy: either is right."""
    return torch.as_tensor(np.sign(np.sum(vectors.numpy(force=True) * numpys, -2, keepdims=True)))


def _eigh(torch: Any, a: Any, UPLO: str) -> Any:  # noqa: N803  (the entry's name)
    w, v = torch.linalg.eigh(_symmetric(a), UPLO)
    return w, v * _signs(torch, v, np.linalg.eigh(_symmetric(a).numpy(force=True), UPLO)[1])


def _svd(torch: Any, a: Any, compute_uv: bool) -> Any:
    if not compute_uv:
        return torch.linalg.svdvals(a)
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    signs = _signs(torch, u, np.linalg.svd(a.numpy(force=True), full_matrices=False)[0])
    return u * signs, s, vh * signs.mT


def _lstsq(torch: Any, a: Any, b: Any) -> Any:
    x, s = torch.linalg.pinv(a) @ b, torch.linalg.svdvals(a)
    residuals = torch.atleast_1d(((b - a @ x) ** 2).sum(0))
    return x, residuals if len(a) > len(s) else residuals[:0], torch.gt(s, 0.0).sum(), s


def _cond(torch: Any, x: Any, p: Any) -> Any:
    if p in (None, 2, -2):
        return torch.linalg.cond(x, p)
    return torch.linalg.matrix_norm(x, p) * torch.linalg.matrix_norm(torch.linalg.inv(x), p)


def _slogdet_parts(torch: Any, a: Any) -> Any:
    return torch.stack(tuple(torch.linalg.slogdet(a)), -1)


# ---- convolutions and pooling ----------------------------------------------------------------------------------------


def _convolve(torch: Any, a: Any, v: Any, mode: str, same: int | None = None) -> Any:
    """By PyTorch's conv1d, which does not turn the filter round; `same` is where a result of that mode begins."""
    longer, shorter = (a, v) if a.numel() >= v.numel() else (v, a)
    n = shorter.numel()
    full = torch.nn.functional.conv1d(longer[None, None], shorter.flip(0)[None, None], padding=n - 1)[0, 0]
    first = {"full": 0, "same": (n - 1) // 2 if same is None else same, "valid": n - 1}[mode]
    length = {"full": full.numel(), "same": longer.numel(), "valid": longer.numel() - n + 1}[mode]
    return full[first : first + length]


def _correlate(torch: Any, a: Any, v: Any, mode: str) -> Any:
    # NumPy correlates the longer sequence with the shorter and turns the result, so that "same" begins elsewhere.
    return _convolve(torch, a, v.flip(0), mode, None if a.numel() >= v.numel() else a.numel() // 2)


POOLED = {
    "apart": ("zeros", "ties", "all -inf"),
    "reason": "at ties each of k equal elements gets 1/k; in PyTorch the first gets all",
}

# fmt: off
ROWS: dict[str, Row] = {  # by hand: one entry reads as one row
    # products, diagonals
    "matmul":       "matmul",
    "linear":       lambda torch, x, weight, bias: x @ weight.mT + bias,  # its own wants a bias of one axis
    "dot":          _dot,
    "outer":        lambda torch, a, b: torch.outer(a.ravel(), b.ravel()),
    "inner":        "inner",
    "vdot":         lambda torch, a, b: torch.dot(a.ravel(), b.ravel()),
    "kron":         "kron",
    "cross":        _cross,
    "vector_product": lambda torch, a, b: torch.linalg.cross(*torch.broadcast_tensors(a, b)),
    "vecdot":       lambda torch, x1, x2, axis: (torch.moveaxis(x1, axis, -1) * torch.moveaxis(x2, axis, -1)).sum(-1),
    "vander":       _vander,
    "tensordot":    lambda torch, a, b, axes: torch.tensordot(a, b, _axis_lists(axes)),
    "diag":         _diag,
    "diagflat":     lambda torch, v, k: torch.diagflat(v, k),
    "diagonal":     lambda torch, a, offset, axis1, axis2: torch.diagonal(a, offset, axis1, axis2),
    "trace":        lambda torch, a, offset, axis1, axis2: torch.diagonal(a, offset, axis1, axis2).sum(-1),
    "contract":     lambda torch, operands, subscripts: torch.einsum(subscripts, *operands),
    "einsum":       lambda torch, operands, subscripts: torch.einsum(subscripts, *operands),
    # linear algebra
    "inv":          "linalg.inv",
    "solve":        "linalg.solve",
    "tensorinv":    lambda torch, a, ind: torch.linalg.tensorinv(a, ind),
    "tensorsolve":  lambda torch, a, b, axes: torch.linalg.tensorsolve(a, b, axes),
    "pinv":         lambda torch, a, rcond: torch.linalg.pinv(a) if rcond is None else torch.linalg.pinv(a, rtol=rcond),
    "lstsq":        _lstsq,
    "det":          Counterpart("linalg.det", finite=True, apart=("zeros", "a zero", "ties"),
                                reason="PyTorch's derivatives are not right where a matrix is singular"),
    "slogdet":      "linalg.slogdet",
    "slogdet_parts": _slogdet_parts,
    "logdet_slope": lambda torch, a: torch.linalg.inv(a).mT,
    "cholesky":     lambda torch, a, upper: torch.linalg.cholesky(_symmetric(a), upper=upper),
    "qr":           _qr,
    "eigh":         _eigh,
    "eigvalsh":     lambda torch, a: torch.linalg.eigvalsh(_symmetric(a)),
    "svd":          _svd,
    "svdvals":      Counterpart("linalg.svdvals", finite=True),
    "cond":         _cond,
    "matrix_power": lambda torch, a, n: torch.linalg.matrix_power(a, n),
    "multi_dot":    lambda torch, arrays: torch.linalg.multi_dot(arrays),
    "expm":         Counterpart("linalg.matrix_exp", finite=True),
    # convolutions and pooling
    "convolve":     _convolve,
    "correlate":    _correlate,
    "conv1d":       "nn.functional.conv1d",
    "conv2d":       "nn.functional.conv2d",
    "conv_transpose1d": "nn.functional.conv_transpose1d",
    "conv_transpose2d": "nn.functional.conv_transpose2d",
    "max_inside":   lambda torch, a, axis, inside, keepdims: torch.amax(
                        torch.where(torch.tensor(inside), a, -math.inf), axis, keepdim=keepdims),
    "max_pool1d":   Counterpart("nn.functional.max_pool1d", **POOLED),
    "max_pool2d":   Counterpart("nn.functional.max_pool2d", **POOLED),
    "avg_pool1d":   "nn.functional.avg_pool1d",
    "avg_pool2d":   "nn.functional.avg_pool2d",
}
