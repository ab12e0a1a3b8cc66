"""What to draw: arrays that are kind to finite differences, and calls of an operation."""

from __future__ import annotations

import math
from functools import reduce
from itertools import islice
from typing import Any

import hypothesis.extra.numpy as hnp
from hypothesis import assume
from hypothesis import strategies as st

from autograd.arrays import Array, np
from autograd.errors import ArgumentError
from autograd.testing.calls import MARGIN, Case, case_of, flat, samples_of, window

__all__ = ["arrays", "cases", "elements", "points", "points_anywhere"]

GRID = 240
SLOTS = 64  # places for the elements of an array, at least


# ---- arrays ----------------------------------------------------------------------------------------------------------


@st.composite
def arrays(
    draw: st.DrawFn,
    dtype: Any = float,
    shape: int | tuple[int, ...] | st.SearchStrategy[tuple[int, ...]] | None = None,
    *,
    min_value: float = -4.0,
    max_value: float = 4.0,
) -> Array:
    """Arrays of floats whose elements lie apart from each other and from zero, as do their sums and differences.

    So no element ties with another, none lies at a kink at zero, and a step of finite differences reaches neither.
    The arguments are named as those of hypothesis.extra.numpy.arrays.

    Args:
        dtype: a floating dtype.
        shape: a shape, a length, or a strategy that draws shapes; by default up to 3 axes of up to 4 elements.
        min_value, max_value: where the elements lie.

    Raises:
        ArgumentError: for an empty range, or a dtype that is not floating.

    >>> from hypothesis import find
    >>> find(arrays(shape=(2, 3)), lambda x: (x > 0.0).all()).shape
    (2, 3)
    """
    if not max_value > min_value or np.dtype(dtype).kind != "f":
        raise ArgumentError(
            f"arrays: found dtype={np.dtype(dtype)}, min_value={min_value}, max_value={max_value}; expected a floating "
            "dtype and min_value < max_value."
        )
    if shape is None:
        shape = hnp.array_shapes(min_dims=1, max_dims=3, max_side=4)
    if isinstance(shape, st.SearchStrategy):
        shape = draw(shape)
    size = math.prod((shape,) if isinstance(shape, int) else shape)
    gap = (max_value - min_value) / max(SLOTS, 2 * size)
    slots = st.integers(math.ceil(min_value / gap), math.floor(max_value / gap) - 1)
    k = draw(hnp.arrays(int, shape, elements=slots, unique=True, fill=st.nothing()))
    # Where in its slot an element lies is unlike any other's, so that no two sums of a few elements tie either.
    within = 0.3 + 0.6 * np.sqrt((np.arange(k.size) + 2.0) / (max(SLOTS, k.size) + 2.0)).reshape(k.shape)
    return np.asarray((k + within) * gap, dtype)


# ---- calls of an operation -------------------------------------------------------------------------------------------


def points(op: Any, *, kinks: bool = False) -> st.SearchStrategy[Case]:
    """Calls of an operation inside its domain, its `operands` well away from kinks, ties and singular cases.

    Args:
        op: an operation, such as `autograd.tanh` or one made with `autograd.extend.primitive`.
        kinks: draw the kinks that it declares, too. There no difference agrees with the derivative.

    Raises:
        DtypeError: for what is no operation.
        ArgumentError: for one that has neither a domain nor samples.

    >>> from autograd import gradcheck, maximum
    >>> from hypothesis import given, settings
    >>> @settings(database=None)
    ... @given(points(maximum))
    ... def test(case):
    ...     assert gradcheck(case, *case.operands)
    >>> test()
    """
    drawn = [cases(op, sample) for sample in samples_of(op)]
    hard = [point if isinstance(point, tuple) else (point,) for point in getattr(op, "kinks", {})]
    if kinks and hard:
        return st.one_of([*drawn, st.sampled_from([Case(op, point, {}) for point in hard])])
    return st.one_of(drawn).filter(lambda case: not any(_touches(case, point) for point in hard))


def _touches(case: Case, point: tuple[float, ...]) -> bool:
    """Whether some elements of the operands lie at a hard point, or too near for finite differences."""
    near = [np.abs(np.asarray(x) - at) < MARGIN / 2.0 for x, at in zip(case.operands, point, strict=True)]
    return bool(np.any(reduce(np.logical_and, near)))


def cases(entry: Any, sample: Any = None) -> st.SearchStrategy[Case]:
    """Calls of an entry: in the shapes of a sample, else drawn from its domain."""
    return _within_domain(entry) if sample is None else _as_sampled(entry, sample)


def elements(interval: tuple[float, float]) -> st.SearchStrategy[float]:
    """Numbers well inside an interval."""
    low, high = window(interval)
    return st.integers(0, GRID).map(lambda k: low + (high - low) * k / GRID)


def points_anywhere(entry: Any) -> st.SearchStrategy[list[tuple[float, ...]]]:
    """Points of an operation on single elements, inside its domain and out, not drawn with care."""
    point = st.tuples(*(st.one_of(elements(interval), st.floats()) for interval in entry.domain))
    return st.lists(point, min_size=1, max_size=30)


def _filled(shape: tuple[int, ...] | None, drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return drawn if shape is None else hnp.arrays(float, shape, elements=drawn, fill=st.nothing())


@st.composite
def _within_domain(draw: st.DrawFn, entry: Any) -> Case:
    """A call with operands of any shapes that broadcast, 0-d and empty ones too, numbers among them."""
    n = len(entry.domain)
    broadcastable = hnp.mutually_broadcastable_shapes(num_shapes=n, min_side=0, max_dims=2, max_side=3)
    usual: list[tuple[Any, ...]] = [(None,) * n, ((2, 3),) * n]
    shapes: Any = draw(st.one_of(st.sampled_from(usual), broadcastable.map(lambda s: s.input_shapes)))
    numbers = draw(st.lists(st.booleans(), min_size=n, max_size=n)) if n > 1 else [False]
    shapes = [None if number else shape for shape, number in zip(shapes, numbers, strict=True)]
    xs = tuple(draw(_filled(s, elements(i))) for s, i in zip(shapes, entry.domain, strict=True))
    if getattr(entry, "boundary", None):
        together = zip(*(np.ravel(x).tolist() for x in np.broadcast_arrays(*xs)), strict=True)
        assume(all(abs(entry.boundary(*point)) > MARGIN / 2.0 for point in together))
    return Case(entry, xs, {})


@st.composite
def _as_sampled(draw: st.DrawFn, entry: Any, sample: Any) -> Case:
    """A call in the shapes of a sample; no element of any operand ties with another one."""
    size = sum(math.prod(shape or ()) for shape in flat(sample[0]))
    numbers = iter(draw(arrays(shape=size)).tolist())

    def floats(shape: tuple[int, ...] | None) -> Any:
        return next(numbers) if shape is None else np.reshape(list(islice(numbers, math.prod(shape))), shape)

    def truths(shape: tuple[int, ...] | None) -> Any:
        return draw(st.booleans() if shape is None else hnp.arrays(bool, shape))

    return case_of(entry, sample, floats, truths)
