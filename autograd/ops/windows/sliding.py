"""Windows that slide over axes, as views of memory, and their adjoint, which adds them up where they came from."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

import operator
from typing import Any

from autograd.errors import ArgumentError
from autograd.ops.builders import composite, linear, sample, shape_of
from autograd.ops.manipulation.indexing import scatter
from autograd.ops.manipulation.shaping import transpose

__all__ = ["axis_numbers", "batch_runs_last", "first_batch", "last_batch", "margined", "span_of"]


def axis_numbers(argument: str, given: Any, n: int, least: int) -> tuple[int, ...]:
    """An integer for each of n axes, from one for all of them or a sequence; none is below `least`."""
    try:
        numbers = tuple(map(operator.index, given)) if hasattr(given, "__len__") else (operator.index(given),) * n
    except TypeError:
        numbers = ()
    if len(numbers) != n or min(numbers, default=least) < least:
        several = f" or a sequence of {n} of them" if n > 1 else ""
        raise ArgumentError(
            f"found {argument}={given!r}; expected an integer of at least {least}{several}.")
    return numbers


def span_of(window: int, dilation: int) -> int:
    """How many places a window covers from its first element to its last."""
    return (window - 1) * dilation + 1


def margined(x: Any, margins: list[tuple[int, int]]) -> Any:
    """x with zeros before and behind its last axes."""
    if not any(map(any, margins)):
        return x
    shape = shape_of(x)
    lead, lengths = shape[: -len(margins)], shape[-len(margins) :]
    inside = tuple(slice(before, before + n) for n, (before, _) in zip(lengths, margins, strict=True))
    return scatter(x, (..., *inside), (*lead, *(n + sum(m) for n, m in zip(lengths, margins, strict=True))))


def batch_runs_last(x: Any, n: int) -> bool:
    """Whether windows over the last n axes of a batch are found faster with the batch as the innermost axis.

    NumPy runs along the innermost axis, and begins anew for each row of it: the longer one should be there. What comes
    out keeps that order in memory, as a view, so that the next layer has it so, too (benchmarks/convolution.py).
    """
    shape = shape_of(x)
    return len(shape) == n + 2 and shape[0] > shape[-1]


def last_batch(x: Any) -> Any:
    """The first axis moved to the end."""
    return transpose(x, (*range(1, len(shape_of(x))), 0))


def first_batch(x: Any) -> Any:
    """The last axis moved to the front."""
    last = len(shape_of(x)) - 1
    return transpose(x, (last, *range(last)))


def _view(np: Any, x: Any, window_shape: Any, axis: Any, stride: Any, dilation: Any, writeable: bool = False) -> Any:
    """The windows of x in x's own memory: which elements of x a window holds is written here and nowhere else."""
    window = tuple(window_shape) if hasattr(window_shape, "__len__") else (window_shape,)
    n = len(window)
    window = axis_numbers("window_shape", window, n, 1)
    steps = axis_numbers("stride", stride, n, 1)
    gaps = axis_numbers("dilation", dilation, n, 1)
    spans = tuple(map(span_of, window, gaps))
    view = np.lib.stride_tricks.sliding_window_view(x, spans, axis, writeable=writeable)
    places = [slice(None)] * (view.ndim - n)
    for a, step in zip(range(n) if axis is None else np.ravel(axis), steps, strict=True):
        places[a] = slice(None, None, step)
    return view[(*places, *(slice(None, None, gap) for gap in gaps))]


def _fold_kernel(np: Any, x: Any, shape: tuple[int, ...], **layout: Any) -> Any:
    out = np.zeros(shape, x.dtype)
    windows_of_out = _view(np, out, **layout, writeable=True)
    # Windows overlap, the elements at one place of all windows do not: one addition for each place, where np.add.at
    # would make one for each element.
    for place in np.ndindex(windows_of_out.shape[len(shape) :]):
        windows_of_out[(..., *place)] += x[(..., *place)]
    return out


def _elements(np: Any, shape: tuple[int, ...], window_shape: Any, axis: Any, stride: Any, dilation: Any) -> Any:
    """For the tests, worked out by hand: which element of the flattened array stands where in the windows."""
    window = np.ravel(window_shape)
    axes = range(len(window)) if axis is None else [a % len(shape) for a in np.ravel(axis)]
    steps, gaps = (np.broadcast_to(w, len(window)) for w in (stride, dilation))
    starts = list(shape)
    for a, k, gap in zip(axes, window, gaps, strict=True):
        starts[a] -= (k - 1) * gap
    if any(starts[a] < 1 for a in axes):
        raise ValueError("a window is longer than its axis")
    first = dict(zip(axes, steps, strict=True))
    counts = [-(-n // first.get(a, 1)) for a, n in enumerate(starts)]
    found = np.zeros((*counts, *window), int)
    for place in np.ndindex(found.shape):
        at = [i * first.get(a, 1) for a, i in enumerate(place[: len(shape)])]
        for a, i, gap in zip(axes, place[len(shape) :], gaps, strict=True):
            at[a] += i * gap
        found[place] = np.ravel_multi_index(at, shape)
    return found


def _folded_by_hand(np: Any, x: Any, shape: tuple[int, ...], **layout: Any) -> Any:
    out = np.zeros(shape)
    np.add.at(out.reshape(-1), _elements(np, shape, **layout), x)
    return out


def _frozen(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters with their lists as tuples, which nobody changes before the backward pass."""
    return {name: tuple(given) if hasattr(given, "__len__") else given for name, given in params.items()}


LAYOUT = {"window_shape": ..., "axis": None, "stride": 1, "dilation": 1}

windows = linear("windows", params=LAYOUT, normalize=_frozen, kernel=_view, public=False,
    adjoint=lambda g, x, **layout: fold(g, shape_of(x), **layout),
    reference=lambda np, x, **layout: np.ravel(x)[_elements(np, x.shape, **layout)],
    samples=[sample((5,), window_shape=2, stride=2), sample((2, 6), window_shape=(3,), axis=-1, dilation=2),
             sample((4, 5), window_shape=(2, 3), stride=(2, 1), dilation=(1, 2))],
    doc="All windows of x along axes, `stride` apart, of elements `dilation` apart, in new last axes: a view.",
    example=("windows([1.0, 2.0, 3.0, 4.0], 2, stride=2)", "array([[1., 2.],\n       [3., 4.]])"))

fold = linear("fold", params={"shape": ..., **LAYOUT}, normalize=_frozen, kernel=_fold_kernel, public=False,
    adjoint=lambda g, x, shape, **layout: windows(g, **layout), reference=_folded_by_hand,
    samples=[sample((2, 2), shape=(5,), window_shape=2, stride=2),
             sample((3, 3, 2), shape=(5, 3), window_shape=2, axis=0, dilation=2)],
    doc="The windows of x added up where they stood in an array of the given shape: the adjoint of windows.",
    example=("fold(np.array([[1.0, 2.0], [3.0, 4.0]]), (3,), 2)", "array([1., 5., 4.])"))

sliding_window_view = composite("sliding_window_view", lambda x, window_shape, axis: windows(x, window_shape, axis),
    params={"window_shape": ..., "axis": None}, reference="lib.stride_tricks.sliding_window_view",
    samples=[sample((5,), window_shape=3), sample((4, 3), window_shape=(2, 2)), sample((2, 4), window_shape=2, axis=-1),
             sample((5,), window_shape=(2, 2), axis=(0, 0)), sample((3,), window_shape=1)],
    doc="All windows of a shape that slide over x, or over some axes of it, in new last axes: a view of x's memory.",
    notes="NumPy's `subok` and `writeable` are not taken: a Value's data is a plain array and never written to. "
    "A window holds one element at least.",
    example=("sliding_window_view([1.0, 2.0, 3.0], 2)", "array([[1., 2.],\n       [2., 3.]])"))
