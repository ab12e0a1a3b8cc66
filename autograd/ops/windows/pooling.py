"""Pooling: the greatest element, or the mean, of windows over the last axes."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import lru_cache, partial
from math import inf, nan
from typing import Any, NamedTuple

from autograd.errors import ArgumentError, ShapeError
from autograd.ops.along_axes.reductions import max_, shared_among_attaining, sum_
from autograd.ops.builders import composite, reduction, sample, shape_of
from autograd.ops.elementwise.arithmetic import divide
from autograd.ops.elementwise.selection import where
from autograd.ops.manipulation.shaping import reshape, transpose
from autograd.ops.windows.sliding import (
    axis_numbers,
    batch_runs_last,
    first_batch,
    last_batch,
    margined,
    span_of,
    windows,
)

__all__: list[str] = []


class Axis(NamedTuple):
    """The windows along one axis."""

    length: int
    window: int
    stride: int
    padding: int
    dilation: int
    ceil_mode: bool

    @property
    def windows(self) -> int:
        """How many windows there are; with ceil_mode the last may reach beyond the padding, but not begin there."""
        free = self.length + 2 * self.padding - span_of(self.window, self.dilation)
        count = free // self.stride + 1
        one_more = self.ceil_mode and free % self.stride > 0 and count * self.stride < self.length + self.padding
        return count + one_more

    @property
    def margins(self) -> tuple[int, int]:
        """The zeros before and behind that the windows reach for."""
        reached = (self.windows - 1) * self.stride + span_of(self.window, self.dilation)
        return self.padding, max(0, reached - self.padding - self.length)

    def within(self, margin: int) -> Any:
        """Whether the elements (first index) of the windows (second) lie in the axis, or no further out than that."""
        from autograd.arrays import np

        starts = np.arange(self.windows) * self.stride - self.padding
        places = np.add.outer(np.arange(self.window) * self.dilation, starts)
        return (places >= -margin) & (places < self.length + margin)


def _axes(
    n: int, x: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> tuple[Axis, ...]:
    """The last n axes of x with their windows, checked: there are some, and each holds an element of x."""
    shape = shape_of(x)
    window = axis_numbers("kernel_size", kernel_size, n, 1)
    steps = window if stride is None else axis_numbers("stride", stride, n, 1)
    padding = axis_numbers("padding", padding, n, 0)
    gaps = axis_numbers("dilation", dilation, n, 1)
    if len(shape) not in (n + 1, n + 2):
        lengths = "L" if n == 1 else "H, W"
        raise ShapeError(
            f"found input of shape {shape}; expected (N, C, {lengths}) or (C, {lengths}): insert axes "
            "with reshape.")
    numbers = zip(shape[-n:], window, steps, padding, gaps, strict=True)
    axes = tuple(Axis(*each, bool(ceil_mode)) for each in numbers)
    found = f"found input of shape {shape}, padding={padding} and windows of {window} elements"
    if any(2 * axis.padding > axis.window for axis in axes):
        raise ArgumentError(f"{found}; expected padding of at most half as many.")
    if any(axis.windows < 1 for axis in axes):
        spans = tuple(map(span_of, window, gaps))
        raise ShapeError(
            f"{found} that span {spans} places; expected windows no longer than the padded input: pad more, or take a "
            "smaller kernel_size or dilation.")
    if not _mask(axes).any(axis=0).all():
        raise ArgumentError(
            f"{found}, some of which hold nothing but padding; expected less padding or dilation.")
    return axes


def _elements(x: Any, axes: tuple[Axis, ...], turned: bool) -> Any:
    """The elements of the windows in a new first axis, copied; `turned`, the batch is the last axis of both.

    They stand in front and in memory of their own because NumPy then runs along whole rows: a maximum of windows of 2
    by 2 is found in a twentieth of the time that it takes over the view (benchmarks/convolution.py).
    """
    n, ndim = len(axes), len(shape_of(x))
    lead = ndim - n - turned
    _, window, stride, _, dilation, _ = zip(*axes, strict=True)
    signal = margined(x, [*(axis.margins for axis in axes), *[(0, 0)] * turned])
    view = windows(signal, window, tuple(range(lead, lead + n)), stride, dilation)
    front = transpose(view, (*range(ndim, ndim + n), *range(ndim)))
    return reshape(front, (math.prod(window), *front.shape[n:]))


@lru_cache(maxsize=64)  # the same at each step of training
def _mask(axes: tuple[Axis, ...], padded: bool = False) -> Any:
    """Which elements (first index) of the windows (the others) lie in the axes, or in these with their padding."""
    from autograd.arrays import np

    mask = np.ones((), bool)
    for axis in axes:
        mask = np.logical_and.outer(mask, axis.within(axis.padding if padded else 0))
    mask = np.transpose(mask, (*range(0, mask.ndim, 2), *range(1, mask.ndim, 2)))
    mask = mask.reshape(-1, *mask.shape[len(axes) :])
    mask.flags.writeable = False
    return mask


# Not max after padding with -inf: in a window of nothing but -inf the padding would take part of the derivative.
max_inside = reduction("max_inside", params={"inside": True}, public=False,
    kernel=lambda np, a, axis, inside, keepdims: np.max(np.where(inside, a, -inf), axis=axis, keepdims=keepdims),
    d=lambda z, x, axes, inside: shared_among_attaining(z, where(inside, x, nan), axes),  # NaN is equal to nothing
    reference=lambda np, a, axis, inside, keepdims: np.max(a, axis=axis, keepdims=keepdims, initial=-inf, where=inside),
    samples=[sample((3,), inside=(True, False, True)),
             sample((2, 3), axis=-1, inside=(True, False, True), keepdims=True)],
    prepare=lambda np, a: (np.stack([a[..., 0], np.max(a, axis=-1), a[..., 2]], axis=-1),),  # outside stands a tie
    doc="The greatest of those elements over axes for which `inside` holds; k tied elements share the derivative.",
    example=("max_inside(np.array([1.0, 2.0]), inside=(True, False))", "np.float64(1.0)"))


def _pooled(x: Any, axes: tuple[Axis, ...], pool: Callable[[Any, Any], Any], mask: Any) -> Any:
    """What `pool` makes of the windows' elements (first axis) and of the mask in a shape that broadcasts to theirs."""
    turned = batch_runs_last(x, len(axes))
    elements = _elements(last_batch(x) if turned else x, axes, turned)
    lead = elements.ndim - mask.ndim - turned
    z = pool(elements, reshape(mask, (len(mask), *(1,) * lead, *mask.shape[1:], *(1,) * turned)))
    return first_batch(z) if turned else z


def _max_pool(n: int, x: Any, **layout: Any) -> Any:
    axes = _axes(n, x, **layout)
    inside = _mask(axes)
    if inside.all():
        return _pooled(x, axes, lambda elements, inside: max_(elements, 0), inside)
    return _pooled(x, axes, lambda elements, inside: max_inside(elements, 0, inside), inside)


def _avg_pool(n: int, x: Any, count_include_pad: bool, **layout: Any) -> Any:
    axes = _axes(n, x, dilation=1, **layout)

    def mean(elements: Any, mask: Any) -> Any:
        return divide(sum_(elements, 0), mask.sum(axis=0).astype(elements.dtype))

    return _pooled(x, axes, mean, _mask(axes, count_include_pad))


def _by_hand(np: Any, x: Any, n: int, combine: Any, layout: dict[str, Any]) -> Any:
    """For the tests: each window on its own; `combine` is handed its elements and its number of places."""
    stride = layout["kernel_size"] if layout["stride"] is None else layout["stride"]
    given = (layout["kernel_size"], stride, layout["padding"], layout.get("dilation", 1))
    rows = zip(x.shape[-n:], *(np.broadcast_to(v, n).tolist() for v in given), strict=True)
    axes = []  # for each axis its windows, and for each window the places (in the input or its padding) that it covers
    for length, k, s, p, d in rows:
        if p > k / 2:
            raise ValueError("the padding is more than half a window")
        starts = range(-p, length + p - (k - 1) * d, s)
        last = starts[-1] if starts else -p - s
        if layout["ceil_mode"] and last + (k - 1) * d + 1 < length + p and last + s < length:
            starts = range(-p, last + s + 1, s)
        axes.append([[i for i in range(start, start + k * d, d) if i < length + p] for start in starts])
    z = np.zeros((*x.shape[:-n], *map(len, axes)))
    if not all(axes):
        raise ValueError("a window is longer than its axis")
    for index in np.ndindex(*map(len, axes)):
        places = list(itertools.product(*(axis[i] for axis, i in zip(axes, index, strict=True))))
        held = [place for place in places if all(0 <= i < m for i, m in zip(place, x.shape[-n:], strict=True))]
        if not held:
            raise ValueError("a window holds nothing but padding")
        z[(..., *index)] = combine(np.array([x[(..., *place)] for place in held]), len(places))
    return z


def _max_by_hand(n: int) -> Any:
    return lambda np, x, **layout: _by_hand(np, x, n, lambda xs, places: np.max(xs, axis=0), layout)


def _avg_by_hand(n: int) -> Any:
    def reference(np: Any, x: Any, count_include_pad: bool, **layout: Any) -> Any:
        return _by_hand(np, x, n, lambda xs, places: np.sum(xs, 0) / (places if count_include_pad else len(xs)), layout)

    return reference


MAX = {"kernel_size": ..., "stride": None, "padding": 0, "dilation": 1, "ceil_mode": False}
AVG = {"kernel_size": ..., "stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True}
FORMS = (
    "Arguments and their order are those of PyTorch's function of this name: one integer or one for each axis, and "
    "stride=None stands for kernel_size. With ceil_mode a last window may reach beyond the padding, if it begins "
    "before it. The padding is at most half of kernel_size, and each window must hold an element of the input.")
TIES = (
    "The padding is never the greatest. k tied elements share the derivative, 1/k each, as in max; PyTorch hands all "
    "of it to one of them. ")
COUNTS = "The padding's zeros count in the mean, unless count_include_pad is False; what ceil_mode adds never does. "

max_pool1d = composite("max_pool1d", partial(_max_pool, 1), args="input",
    params=MAX, reference=_max_by_hand(1),
    samples=[sample((2, 1, 5), kernel_size=2), sample((2, 6), kernel_size=3, stride=2, padding=1, ceil_mode=True),
             sample((1, 6), kernel_size=2, stride=1, dilation=2), sample((4, 1, 3), kernel_size=2)],
    doc="The greatest element of each window of signals (N, C, L) or (C, L).", notes=TIES + FORMS,
    example=("max_pool1d([[1.0, 3.0, 2.0, 0.0]], 2)", "array([[3., 2.]])"))

max_pool2d = composite("max_pool2d", partial(_max_pool, 2), args="input",
    params=MAX, reference=_max_by_hand(2),
    samples=[sample((2, 1, 4, 2), kernel_size=2), sample((1, 4, 3), kernel_size=(3, 2), stride=(2, 1), padding=1),
             sample((1, 1, 4, 4), kernel_size=2, stride=2, padding=(1, 0), dilation=(1, 2), ceil_mode=True),
             sample((3, 2, 4, 2), kernel_size=2, stride=(2, 1), padding=1)],
    doc="The greatest element of each window of images (N, C, H, W) or (C, H, W).", notes=TIES + FORMS,
    example=("max_pool2d([[[1.0, 3.0], [2.0, 0.0]]], 2)", "array([[[3.]]])"))

avg_pool1d = composite("avg_pool1d", partial(_avg_pool, 1), args="input",
    params=AVG, reference=_avg_by_hand(1),
    samples=[sample((2, 1, 5), kernel_size=2), sample((2, 6), kernel_size=3, stride=2, padding=1, ceil_mode=True),
             sample((1, 4), kernel_size=3, padding=1, count_include_pad=False), sample((4, 1, 3), kernel_size=2)],
    doc="The mean of each window of signals (N, C, L) or (C, L).", notes=COUNTS + FORMS,
    example=("avg_pool1d([[1.0, 3.0, 2.0, 0.0]], 2)", "array([[2., 1.]])"))

avg_pool2d = composite("avg_pool2d", partial(_avg_pool, 2), args="input",
    params=AVG, reference=_avg_by_hand(2),
    samples=[sample((2, 1, 4, 2), kernel_size=2), sample((1, 4, 3), kernel_size=(3, 2), stride=(2, 1), padding=1),
             sample((1, 1, 4, 4), kernel_size=3, stride=2, padding=(1, 0), ceil_mode=True, count_include_pad=False),
             sample((3, 1, 3, 2), kernel_size=2, stride=1, padding=1, count_include_pad=False)],
    doc="The mean of each window of images (N, C, H, W) or (C, H, W).", notes=COUNTS + FORMS,
    example=("avg_pool2d([[[1.0, 3.0], [2.0, 0.0]]], 2)", "array([[[1.5]]])"))
