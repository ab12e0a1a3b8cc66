"""Counterparts of operations that index, move, copy, join, cut and pick elements."""

from __future__ import annotations

from functools import reduce
from math import nan
from typing import Any

import numpy as np

from counterparts.axes import axes_of, flat
from counterparts.row import Counterpart, Row

__all__ = ["ROWS"]


# ---- places: PyTorch's indexing is given the numbers of the elements that NumPy's would pick -------------------------


def _numbered(a: Any) -> Any:
    return np.arange(a.numel()).reshape(tuple(a.shape))


def _picked(torch: Any, a: Any, places: Any) -> Any:
    return a.reshape(-1)[torch.as_tensor(np.array(places))]


def _put(torch: Any, a: Any, x: Any, places: Any, accumulate: bool = False) -> Any:
    x, places = x.broadcast_to(places.shape).reshape(-1), places.reshape(-1)
    if not accumulate:  # of repeated places the last one stays, as in NumPy; PyTorch leaves it open
        places, from_the_end = np.unique(places[::-1], return_index=True)
        x = x[torch.as_tensor(x.numel() - 1 - from_the_end)]
    return a.reshape(-1).index_put((torch.as_tensor(places),), x, accumulate).reshape(a.shape)


def _along(a: Any, indices: Any, axis: int | None) -> Any:
    """The numbers of the elements that take_along_axis would pick."""
    numbers = _numbered(a)
    return np.take_along_axis(numbers.reshape(-1) if axis is None else numbers, np.array(indices), axis or 0)


def _pad(torch: Any, array: Any, pad_width: Any, mode: str, constant_values: float) -> Any:
    widths = np.broadcast_to(pad_width, (array.ndim, 2))
    if mode != "constant":
        return _picked(torch, array, np.pad(_numbered(array), widths, mode=mode))
    from_the_last = [int(n) for width in reversed(widths.tolist()) for n in width]
    return torch.nn.functional.pad(array, from_the_last, value=constant_values)


def _scatter(torch: Any, x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    zeros = torch.zeros(shape, dtype=x.dtype)
    return _put(torch, zeros, x, _numbered(zeros)[index], accumulate=True)


def _insert(torch: Any, arr: Any, values: Any, obj: Any, axis: int | None) -> Any:
    both = torch.cat([arr.reshape(-1), values.reshape(-1)])
    new = arr.numel() + _numbered(values)
    return _picked(torch, both, np.insert(_numbered(arr), obj, new, axis))


def _select(torch: Any, choicelist: Any, condlist: Any, default: float) -> Any:
    pairs = [(torch.as_tensor(condition), x) for condition, x in zip(condlist, choicelist, strict=True)]
    return reduce(lambda rest, pair: torch.where(*pair, rest), reversed(pairs), torch.tensor(default).double())


def _choose(torch: Any, choices: Any, a: Any, mode: str) -> Any:
    n = len(choices)
    numbers = torch.as_tensor(np.clip(a, 0, n - 1) if mode == "clip" else np.mod(a, n) if mode == "wrap" else a)
    stacked = torch.stack(torch.broadcast_tensors(*choices))
    numbers, _ = torch.broadcast_tensors(numbers, stacked[0])
    return torch.take_along_dim(stacked.broadcast_to(n, *numbers.shape), numbers[None], 0)[0]


def _windows(a: Any, window_shape: Any, axis: Any, stride: Any = 1, dilation: Any = 1) -> Any:
    """The numbers of the elements in sliding windows, `stride` apart, of elements `dilation` apart."""
    window = np.ravel(window_shape)
    axes = range(len(window)) if axis is None else np.ravel(axis)
    spans = (window - 1) * dilation + 1
    view = np.lib.stride_tricks.sliding_window_view(_numbered(a), tuple(spans), tuple(axes))
    starts, gaps = np.broadcast_to(stride, len(window)), np.broadcast_to(dilation, len(window))
    places = [slice(None)] * a.ndim + [slice(None, None, gap) for gap in gaps]
    for n, step in zip(axes, starts, strict=True):
        places[n % a.ndim] = slice(None, None, step)
    return view[tuple(places)]


def _fold(torch: Any, x: Any, shape: Any, window_shape: Any, axis: Any, stride: Any, dilation: Any) -> Any:
    zeros = torch.zeros(shape, dtype=x.dtype)
    return _put(torch, zeros, x, _windows(zeros, window_shape, axis, stride, dilation), accumulate=True)


def _meshgrid(torch: Any, xi: Any, sparse: bool, indexing: str) -> Any:
    grids = torch.meshgrid(*xi, indexing=indexing)
    if not sparse:
        return grids
    axes = [1, 0, *range(2, len(xi))] if indexing == "xy" else range(len(xi))
    return [x.reshape([-1 if n == axis else 1 for n in range(len(xi))]) for x, axis in zip(xi, axes, strict=True)]


def _linspace(torch: Any, start: Any, stop: Any, num: int, endpoint: bool, retstep: bool, axis: int) -> Any:
    start, stop = torch.broadcast_tensors(start, stop)
    steps = num - 1 if endpoint else num
    step = (stop - start) / steps if steps else torch.full_like(start, nan)
    parts = [start + k * step if k else start for k in range(num)]
    z = torch.stack(parts, axis) if parts else start.new_empty(0, *start.shape)
    return (z, step) if retstep else z


def _block(torch: Any, arrays: Any) -> Any:
    """One list of arrays, beside each other along the last axis."""
    ndim = max(1, *(a.ndim for a in arrays))
    return torch.cat([a.reshape((1,) * (ndim - a.ndim) + tuple(a.shape)) for a in arrays], -1)


# fmt: off
ROWS: dict[str, Row] = {  # by hand: one entry reads as one row
    # indexing
    "getitem":      lambda torch, x, index: _picked(torch, x, _numbered(x)[index]),
    "scatter":      _scatter,
    "at_set":       lambda torch, a, x, index: _put(torch, a, x, _numbered(a)[index]),
    "at_add":       lambda torch, a, x, index: _put(torch, a, x, _numbered(a)[index], accumulate=True),
    # shapes, axes, dtypes
    "reshape":      "reshape",
    "ravel":        "ravel",
    "transpose":    lambda torch, a, axes: torch.permute(a, axes or tuple(range(a.ndim))[::-1]),
    "swapaxes":     lambda torch, a, axis1, axis2: torch.swapaxes(a, axis1, axis2),
    "moveaxis":     lambda torch, a, source, destination: torch.moveaxis(a, source, destination),
    "rollaxis":     lambda torch, a, axis, start: _picked(torch, a, np.rollaxis(_numbered(a), axis, start)),
    "squeeze":      lambda torch, a, axis: torch.squeeze(a) if axis is None else torch.squeeze(a, axis),
    "expand_dims":  lambda torch, a, axis: reduce(torch.unsqueeze, axes_of(a, axis), a),
    "atleast_1d":   lambda torch, arys: torch.atleast_1d(*arys),
    "atleast_2d":   lambda torch, arys: torch.atleast_2d(*arys),
    "atleast_3d":   lambda torch, arys: torch.atleast_3d(*arys),
    "broadcast_to": lambda torch, array, shape: torch.broadcast_to(array, shape),
    "broadcast_arrays": lambda torch, args: torch.broadcast_tensors(*args),
    "meshgrid":     _meshgrid,
    "sum_to":       lambda torch, a, shape: a.sum_to_size(shape),
    "astype":       lambda torch, a, dtype: a.to(getattr(torch, dtype)),
    "as_number":    lambda torch, a: a.reshape(()),
    "full":         lambda torch, fill_value, shape: fill_value.broadcast_to(shape),
    "full_like":    lambda torch, a, fill_value, shape: fill_value.broadcast_to(a.shape if shape is None else shape),
    "linspace":     Counterpart(_linspace, apart=("an infinity", "a NaN", "all -inf"),
                                reason="as NumPy's, which multiplies the infinite step by 0"),
    "matrix_transpose": lambda torch, x: x.mT,
    "copy":         lambda torch, a: a.clone(),
    # joining and cutting
    "concatenate":  lambda torch, arrays, axis: torch.cat([flat(a, axis)[0] for a in arrays], axis or 0),
    "stack":        lambda torch, arrays, axis: torch.stack(arrays, axis),
    "vstack":       "vstack",
    "hstack":       "hstack",
    "dstack":       "dstack",
    "column_stack": "column_stack",
    "block":        _block,
    "append":       lambda torch, arr, values, axis: torch.cat([flat(a, axis)[0] for a in (arr, values)], axis or 0),
    "insert":       _insert,
    "delete":       lambda torch, arr, obj, axis: _picked(torch, arr, np.delete(_numbered(arr), obj, axis)),
    "split":        lambda torch, ary, indices_or_sections, axis: torch.tensor_split(ary, indices_or_sections, axis),
    "array_split":  lambda torch, ary, indices_or_sections, axis: torch.tensor_split(ary, indices_or_sections, axis),
    "hsplit":       lambda torch, ary, indices_or_sections: torch.hsplit(ary, indices_or_sections),
    "vsplit":       lambda torch, ary, indices_or_sections: torch.vsplit(ary, indices_or_sections),
    "dsplit":       lambda torch, ary, indices_or_sections: torch.dsplit(ary, indices_or_sections),
    # moving and copying
    "flip":         lambda torch, m, axis: torch.flip(m, axes_of(m, axis)),
    "fliplr":       "fliplr",
    "flipud":       "flipud",
    "rot90":        lambda torch, m, k, axes: torch.rot90(m, k, axes),
    "roll":         lambda torch, a, shift, axis: torch.roll(a, shift, axis),
    "tile":         lambda torch, A, reps: torch.tile(A, reps if isinstance(reps, tuple) else (reps,)),  # noqa: N803
    "repeat":       lambda torch, a, repeats, axis: torch.repeat_interleave(a, torch.as_tensor(repeats), axis),
    "pad":          _pad,
    "tril":         lambda torch, m, k: torch.tril(m, k),
    "triu":         lambda torch, m, k: torch.triu(m, k),
    # picking
    "take":         lambda torch, a, indices, axis, mode: _picked(
                        torch, a, np.take(_numbered(a), indices, axis, mode=mode)),
    "take_along_axis": lambda torch, arr, indices, axis: _picked(torch, arr, _along(arr, indices, axis)),
    "put_along_axis":  lambda torch, arr, values, indices, axis: _put(torch, arr, values, _along(arr, indices, axis)),
    "compress":     lambda torch, a, condition, axis: _picked(torch, a, np.compress(condition, _numbered(a), axis)),
    "extract":      lambda torch, arr, condition: _picked(torch, arr, np.extract(condition, _numbered(arr))),
    "select":       _select,
    "choose":       _choose,
    # windows
    "windows":      lambda torch, x, window_shape, axis, stride, dilation: _picked(
                        torch, x, _windows(x, window_shape, axis, stride, dilation)),
    "fold":         _fold,
    "sliding_window_view": lambda torch, x, window_shape, axis: _picked(torch, x, _windows(x, window_shape, axis)),
}
