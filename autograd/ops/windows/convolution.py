"""Convolutions: of two sequences as NumPy has them, and of batches of signals or images with filters."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

import math
from functools import partial
from typing import Any

from autograd.errors import ArgumentError, ShapeError
from autograd.ops.builders import composite, linear, sample, shape_of
from autograd.ops.linalg.products import matmul
from autograd.ops.manipulation.indexing import getitem, scatter
from autograd.ops.manipulation.shaping import reshape, swapaxes, transpose
from autograd.ops.windows.sliding import (
    axis_numbers,
    batch_runs_last,
    first_batch,
    fold,
    last_batch,
    margined,
    span_of,
    windows,
)

__all__: list[str] = []

# ---- sequences -------------------------------------------------------------------------------------------------------

MODES = ("full", "same", "valid")
TURNED = slice(None, None, -1)


def _check_sequences(a: Any, v: Any, mode: Any) -> None:
    if mode not in MODES:
        raise ArgumentError(f"found mode={mode!r}; expected 'full', 'same' or 'valid'.")
    if any(len(shape_of(x)) != 1 or not x.size for x in (a, v)):
        raise ShapeError(
            f"found a of shape {shape_of(a)} and v of shape {shape_of(v)}; expected sequences of one axis "
            "that hold something: use reshape(x, (-1,)), or conv1d and conv2d for batches.")


def _convolve_kernel(np: Any, a: Any, v: Any, mode: Any) -> Any:
    _check_sequences(a, v, mode)
    return np.convolve(a, v, mode)


def _convolve_adjoint(g: Any, x: Any, other: Any, mode: str) -> Any:
    """x had met `other` turned round; the cotangent meets it as it stands."""
    shorter, full = min(x.size, other.size), x.size + other.size - 1
    first = {"full": 0, "same": (shorter - 1) // 2, "valid": shorter - 1}[mode]  # of the full result
    g = scatter(g, slice(first, first + g.size), (full,))
    return convolve(g, getitem(other, TURNED), "valid")


convolve = linear("convolve", args="a v", params={"mode": "full"}, kernel=_convolve_kernel,
    adjoint=(lambda g, a, v, mode: _convolve_adjoint(g, a, v, mode),
             lambda g, a, v, mode: _convolve_adjoint(g, v, a, mode)),
    samples=[sample((4,), (2,)), sample((2,), (5,)), sample((5,), (4,), mode="same"), sample((3,), (3,), mode="same"),
             sample((2,), (4,), mode="valid"), sample((5,), (3,), mode="valid")],
    doc="The sums of all products a[i] * v[k - i] of two sequences.",
    notes="mode is 'full', 'same' (as long as the longer sequence) or 'valid' (where both overlap completely).",
    example=("convolve([1.0, 2.0], [1.0, 1.0])", "array([1., 3., 2.])"))


def _correlate(a: Any, v: Any, mode: str) -> Any:
    _check_sequences(a, v, mode)
    if a.size >= v.size:
        return convolve(a, getitem(v, TURNED), mode)
    # NumPy exchanges them and turns the result round, so that the middle of 'same' lies elsewhere than in convolve.
    return getitem(convolve(v, getitem(a, TURNED), mode), TURNED)


correlate = composite("correlate", _correlate, args="a v", params={"mode": "valid"},
    samples=[sample((4,), (2,)), sample((2,), (4,)), sample((5,), (4,), mode="same"), sample((4,), (5,), mode="same"),
             sample((3,), (2,), mode="full"), sample((2,), (3,), mode="full")],
    doc="The sums of all products a[i + k] * v[i] of two sequences.",
    notes="mode is 'full', 'same' or 'valid', as for convolve.",
    example=("correlate([1.0, 2.0, 3.0], [1.0, 1.0])", "array([3., 5.])"))

# ---- batches of signals and images -----------------------------------------------------------------------------------
#
# A convolution is one product of matrices: the filters, times columns that hold every window of the signal. Its adjoint
# runs the same way back, from the product into columns and from there into the signal; that is `conv_transpose`. Where
# signals are long, a product for each of a batch is faster than one for the whole batch, where results and cotangents
# have to be moved, and far faster than with the windows as rows (benchmarks/convolution.py). Where they are short, it
# is the other way round (`batch_runs_last`): results stay in the order of the product, as views. Being composed of
# entries, all of it has derivatives of any order.


def _check_layer(n: int, x: Any, weight: Any, bias: Any, groups: int, transposed: bool = False) -> None:
    """The ranks and channels of a layer's operands."""
    x_shape, shape = shape_of(x), shape_of(weight)
    lengths, kernel = (("L", "k") if n == 1 else ("H, W", "kH, kW"))
    layout = "in, out/groups" if transposed else "out, in/groups"
    found = f"found input of shape {x_shape} and weight of shape {shape} with groups={groups}"
    if len(x_shape) not in (n + 1, n + 2) or len(shape) != n + 2 or 0 in shape[2:]:
        raise ShapeError(
            f"{found}; expected input (N, C, {lengths}) or (C, {lengths}) and weight ({layout}, {kernel}), the kernel "
            "not empty: insert axes with reshape.")
    channels = x_shape[-n - 1]
    if channels != (shape[0] if transposed else shape[1] * groups):
        raise ShapeError(
            f"{found}; expected weight ({layout}, {kernel}) with in={channels}, the input's channels: change weight or "
            "groups.")
    if shape[0] % groups:
        raise ArgumentError(f"{found}; expected groups to divide the {shape[0]} channels: choose a divisor.")
    out = shape[1] * groups if transposed else shape[0]
    if bias is not None and shape_of(bias) != (out,):
        raise ShapeError(f"{found}, and bias of shape {shape_of(bias)}; expected ({out},), one number a channel.")


def _margins(padding: Any, stride: tuple[int, ...], spans: tuple[int, ...]) -> list[tuple[int, int]]:
    """The zeros before and behind each axis."""
    n = len(spans)
    if not isinstance(padding, str):
        return [(p, p) for p in axis_numbers("padding", padding, n, 0)]
    if padding not in ("valid", "same"):
        raise ArgumentError(f"found padding={padding!r}; expected integers, 'valid' or 'same'.")
    if padding == "valid":
        return [(0, 0)] * n
    if set(stride) != {1}:
        raise ArgumentError(
            f"found padding='same' with stride={stride}, where the result is shorter; expected stride=1, "
            "or padding given in numbers.")
    return [((span - 1) // 2, span // 2) for span in spans]


def _columns(signal: Any, n: int, first: int, kernel: list[int], stride: Any, dilation: Any) -> Any:
    """The windows over n axes from `first` on, the axes of the kernel moved before those."""
    w = windows(signal, kernel, tuple(range(first, first + n)), stride, dilation)
    kept = len(w.shape) - n
    return transpose(w, (*range(first), *range(kept, kept + n), *range(first, kept)))


def _exchanged(x: Any, n: int) -> Any:
    """The last n axes and the n before them in each other's place."""
    return transpose(x, (0, 1, *range(2 + n, 2 + 2 * n), *range(2, 2 + n)))


def _finished(z: Any, bias: Any, n: int, batched: bool) -> Any:
    if bias is not None:
        z = z + reshape(bias, (-1,) + (1,) * n)
    return z if batched else reshape(z, z.shape[1:])


def _conv(n: int, x: Any, weight: Any, bias: Any, **layout: Any) -> Any:
    stride, dilation = (axis_numbers(name, layout[name], n, 1) for name in ("stride", "dilation"))
    (groups,) = axis_numbers("groups", layout["groups"], 1, 1)
    _check_layer(n, x, weight, bias, groups)
    out, channels, *kernel = shape_of(weight)
    spans = tuple(map(span_of, kernel, dilation))
    margins = _margins(layout["padding"], stride, spans)
    batched = len(x.shape) == n + 2
    lengths = tuple(length + sum(m) for length, m in zip(x.shape[-n:], margins, strict=True))
    if any(length < span for length, span in zip(lengths, spans, strict=True)):
        raise ShapeError(
            f"found input of shape {x.shape}, of lengths {lengths} with its padding, and a "
            f"kernel that spans {spans}; expected no longer a kernel: pad more, or take a smaller kernel or dilation.")
    rows = channels * math.prod(kernel)
    filters = reshape(weight, (groups, out // groups, rows))
    if batch_runs_last(x, n):
        columns = _columns(margined(last_batch(x), [*margins, (0, 0)]), n, 1, kernel, stride, dilation)
        inner = columns.shape[n + 1 :]  # the places and the batch
        z = matmul(filters, reshape(columns, (groups, rows, math.prod(inner))))
        return _finished(first_batch(reshape(z, (out, *inner))), bias, n, batched=True)
    signal = margined(x if batched else reshape(x, (1, *x.shape)), margins)
    columns = _columns(signal, n, 2, kernel, stride, dilation)
    batch, places = columns.shape[0], columns.shape[n + 2 :]
    z = matmul(filters, reshape(columns, (batch, groups, rows, math.prod(places))))
    return _finished(reshape(z, (batch, out, *places)), bias, n, batched)


def _conv_transpose(n: int, x: Any, weight: Any, bias: Any, **layout: Any) -> Any:
    stride, dilation = (axis_numbers(name, layout[name], n, 1) for name in ("stride", "dilation"))
    padding, extra = (axis_numbers(name, layout[name], n, 0) for name in ("padding", "output_padding"))
    (groups,) = axis_numbers("groups", layout["groups"], 1, 1)
    _check_layer(n, x, weight, bias, groups, transposed=True)
    channels, out, *kernel = shape_of(weight)
    batched = len(x.shape) == n + 2
    batch, places = x.shape[0] if batched else 1, x.shape[-n:]
    lengths = [(p - 1) * s + span_of(k, d) for p, s, k, d in zip(places, stride, kernel, dilation, strict=True)]
    ends = [length + e - p for length, e, p in zip(lengths, extra, padding, strict=True)]
    if 0 in places or any(end <= p for end, p in zip(ends, padding, strict=True)):
        raise ShapeError(
            f"found input of shape {x.shape} and padding={padding}, which cuts away the whole result of "
            f"lengths {tuple(lengths)}; expected a longer input or less padding.")
    rows = out * math.prod(kernel)
    filters = reshape(weight, (groups, channels // groups, rows))
    columns = matmul(swapaxes(filters, 1, 2), reshape(x, (batch, groups, channels // groups, math.prod(places))))
    columns = _exchanged(reshape(columns, (batch, groups * out, *kernel, *places)), n)
    z = fold(columns, (batch, groups * out, *lengths), kernel, tuple(range(2, n + 2)), stride, dilation)
    z = margined(z, [(0, e) for e in extra])
    z = getitem(z, (..., *(slice(p, end) for p, end in zip(padding, ends, strict=True))))
    return _finished(z, bias, n, batched)


def _by_hand(np: Any, x: Any, weight: Any, bias: Any = None, **layout: Any) -> Any:
    """For the tests: each sum on its own."""
    n, groups = weight.ndim - 2, layout["groups"]
    signals = x if x.ndim == n + 2 else x[None]
    out, channels = weight.shape[:2]
    steps, gaps = (np.broadcast_to(layout[name], n) for name in ("stride", "dilation"))
    spans = [(k - 1) * gap + 1 for k, gap in zip(weight.shape[2:], gaps, strict=True)]
    zeros = {"valid": [(0, 0)] * n, "same": [((s - 1) // 2, s - 1 - (s - 1) // 2) for s in spans]}
    padding = layout["padding"]
    widths = zeros[padding] if isinstance(padding, str) else [(p, p) for p in np.broadcast_to(padding, n)]
    padded = np.pad(signals, [(0, 0), (0, 0), *widths])
    places = [(m - s) // step + 1 for m, s, step in zip(padded.shape[2:], spans, steps, strict=True)]
    if min(places) < 1 or 0 in weight.shape[2:] or signals.shape[1] != channels * groups:
        raise ValueError("the operands do not fit")
    z = np.zeros((len(signals), out, *places))
    for i, o, *place in np.ndindex(z.shape):
        first = o // (out // groups) * channels
        at = [slice(p * step, p * step + s, gap) for p, step, s, gap in zip(place, steps, spans, gaps, strict=True)]
        part = padded[(i, slice(first, first + channels), *at)]
        z[(i, o, *place)] = np.sum(part * weight[o]) + (0.0 if bias is None else bias[o])
    return z if x.ndim == n + 2 else z[0]


def _transposed_by_hand(np: Any, x: Any, weight: Any, bias: Any = None, **layout: Any) -> Any:
    """For the tests: each element of the input spreads its filters."""
    n, groups = weight.ndim - 2, layout["groups"]
    signals = x if x.ndim == n + 2 else x[None]
    channels, out, *kernel = weight.shape
    steps, gaps, cuts, extra = (
        np.broadcast_to(layout[name], n) for name in ("stride", "dilation", "padding", "output_padding"))
    spans = [(k - 1) * gap + 1 for k, gap in zip(kernel, gaps, strict=True)]
    lengths = [(p - 1) * step + s for p, step, s in zip(x.shape[-n:], steps, spans, strict=True)]
    ends = [length + e - cut for length, e, cut in zip(lengths, extra, cuts, strict=True)]
    if 0 in (*kernel, *x.shape[-n:]) or signals.shape[1] != channels or any(np.less_equal(ends, cuts)):
        raise ValueError("the operands do not fit")
    z = np.zeros((len(signals), out * groups, *(length + e for length, e in zip(lengths, extra, strict=True))))
    for i, c, *place in np.ndindex(signals.shape):
        first = c // (channels // groups) * out
        at = [slice(p * step, p * step + s, gap) for p, step, s, gap in zip(place, steps, spans, gaps, strict=True)]
        z[(i, slice(first, first + out), *at)] += signals[(i, c, *place)] * weight[c]
    z = z[(..., *(slice(cut, end) for cut, end in zip(cuts, ends, strict=True)))]
    if bias is not None:
        z = z + bias.reshape((-1,) + (1,) * n)
    return z if x.ndim == n + 2 else z[0]


OPERANDS = "input weight bias"
LAYER = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
TRANSPOSED = {"stride": 1, "padding": 0, "output_padding": 0, "groups": 1, "dilation": 1}
NOTES = (
    "Arguments and their order are those of PyTorch's function of this name: stride, padding and dilation are one "
    "integer or one for each axis. As there, the filters are not turned round.")

conv1d = composite("conv1d", partial(_conv, 1),
    args=OPERANDS, optional={"bias": None}, params=LAYER, reference=_by_hand,
    samples=[sample((1, 2, 5), (3, 2, 2), (3,), padding="valid"),
             sample((2, 4), (2, 1, 3), stride=2, padding=1, groups=2),
             sample((1, 1, 6), (1, 1, 2), padding="same", dilation=2),
             sample((4, 2, 3), (2, 1, 2), (2,), stride=2, padding=1, groups=2)],
    doc="Signals (N, C, L) or (C, L) convolved with filters (out, C/groups, k), and a bias for each channel out added.",
    notes=NOTES + " padding is a number of zeros at both ends, 'valid' for none, or 'same' for a result of the input's "
    "length, which needs stride 1; where an odd number is needed, the last zero stands at the end.",
    example=("conv1d([[1.0, 2.0, 4.0]], [[[1.0, 1.0]]])", "array([[3., 6.]])"))

conv2d = composite("conv2d", partial(_conv, 2),
    args=OPERANDS, optional={"bias": None}, params=LAYER, reference=_by_hand,
    samples=[sample((1, 2, 3, 4), (2, 2, 2, 3), (2,)), sample((4, 3, 3), (2, 2, 2, 1), groups=2),
             sample((2, 1, 4, 3), (1, 1, 2, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)),
             sample((1, 1, 3, 3), (1, 1, 2, 3), (1,), padding="same"),
             sample((3, 2, 3, 2), (2, 2, 2, 2), (2,), padding=(0, 1), dilation=(2, 1))],
    doc="Images (N, C, H, W) or (C, H, W) convolved with filters (out, C/groups, kH, kW), and a bias for each channel "
    "out added.",
    notes=NOTES + " padding is a number of zeros on all sides, 'valid' for none, or 'same' for a result of the input's "
    "size, which needs stride 1; where an odd number is needed, the last zero stands at the end.",
    example=("conv2d([[[1.0, 2.0], [4.0, 8.0]]], [[[[1.0, 1.0]]]])", "array([[[ 3.],\n        [12.]]])"))

conv_transpose1d = composite("conv_transpose1d",
    partial(_conv_transpose, 1),
    args=OPERANDS, optional={"bias": None}, params=TRANSPOSED, reference=_transposed_by_hand,
    samples=[sample((1, 2, 3), (2, 2, 2), (2,)),
             sample((4, 2), (4, 1, 3), stride=2, padding=1, output_padding=1, groups=2)],
    doc="The adjoint of conv1d by its input: signals (N, C, L) or (C, L) spread by filters (C, out/groups, k).",
    notes=NOTES + " padding is cut off at both ends, output_padding is added behind.",
    example=("conv_transpose1d([[1.0, 2.0]], [[[1.0, 1.0]]])", "array([[1., 3., 2.]])"))

conv_transpose2d = composite("conv_transpose2d",
    partial(_conv_transpose, 2),
    args=OPERANDS, optional={"bias": None}, params=TRANSPOSED, reference=_transposed_by_hand,
    samples=[sample((1, 2, 2, 3), (2, 1, 2, 2), (1,)),
             sample((2, 2, 2), (2, 2, 2, 2), (4,), stride=(2, 1), padding=(1, 0), output_padding=(1, 0), groups=2,
                    dilation=(1, 2))],
    doc="The adjoint of conv2d by its input: images (N, C, H, W) or (C, H, W) spread by filters (C, out/groups, kH, "
    "kW).",
    notes=NOTES + " padding is cut off on all sides, output_padding is added behind.",
    example=("conv_transpose2d([[[1.0]]], [[[[1.0, 2.0]]]])", "array([[[1., 2.]]])"))
