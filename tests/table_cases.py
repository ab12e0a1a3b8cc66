"""Cases for the tests that loop over the table: which calls to make of an entry, at which points, and what NumPy says.

An entry says itself where it may be tested: elementwise operations by a `domain`, all others by `samples`, the shapes
and parameters of typical calls. So a new entry is tested by being there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from autograd import TABLE, Value

ENTRIES = list(TABLE.values())
WINDOW = 3.0  # points are drawn from the part of a domain that lies within [-WINDOW, WINDOW] ...
MARGIN = 0.06  # ... and this far from its edges and from zeros of the entry's `boundary`: room for finite differences
GRID = 240


@dataclass(frozen=True)
class Case:
    """One call of an entry: its operands as plain floats and arrays, and its parameters."""

    entry: Any
    operands: tuple[Any, ...]
    params: dict[str, Any]

    def results(self, operands: Sequence[Any] | None = None) -> list[Any]:
        """What the call returns, as a list, with other operands if they are given."""
        z = self.entry.apply(tuple(self.operands if operands is None else operands), self.params)
        return list(z) if isinstance(z, (list, tuple)) else [z]

    def expected(self) -> list[Any]:
        """What NumPy, or the entry's reference, returns."""
        operands = [list(self.operands)] if self.entry.variadic else self.operands
        params = self.entry.defaults | self.params if callable(self.entry.reference) else self.params
        z = reference(self.entry)(*operands, **params)
        return list(z) if isinstance(z, (list, tuple)) else [z]

    def wrapped(self, variables: Sequence[int] | None = None) -> list[Any]:
        """The operands, the variables among them (all that can be, if not told) as fresh Values."""
        variables = self.variables if variables is None else variables
        return [Value(x) if i in variables else x for i, x in enumerate(self.operands)]

    @property
    def variables(self) -> list[int]:
        """Which operands are differentiated: all but a condition, which is true or false."""
        names = self.entry.operand_names
        return [i for i in range(len(self.operands)) if self.entry.variadic or names[i] != "condition"]

    def mapped(self, f: Callable[[Any], Any]) -> Case:
        """The same call with f applied to each array of floats."""
        return replace(self, operands=tuple(f(x) if is_floating(x) else x for x in self.operands))


def is_floating(x: Any) -> bool:
    """Whether an operand is an array of floats, not a number or a condition."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def reference(entry: Any) -> Callable[..., Any]:
    """The function that an entry is compared with: its `reference`, or NumPy's of the same name."""
    if callable(entry.reference):
        return partial(entry.reference, np)
    return reduce(getattr, (entry.reference or entry.name).split("."), np)  # type: ignore[return-value]


# ---- where to look ---------------------------------------------------------------------------------------------------


def window(interval: tuple[float, float], margin: float = MARGIN) -> tuple[float, float]:
    low, high = interval
    return max(low + margin, -WINDOW), min(high - margin, WINDOW)


def elements(interval: tuple[float, float]) -> st.SearchStrategy[float]:
    low, high = window(interval)
    return st.integers(0, GRID).map(lambda k: low + (high - low) * k / GRID)


def _filled(shape: tuple[int, ...] | None, drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return drawn if shape is None else hnp.arrays(float, shape, elements=drawn, fill=st.nothing())


@st.composite
def drawn_cases(draw: st.DrawFn, entry: Any) -> Case:
    """A call with operands of any shapes that broadcast, 0-d and empty ones too, numbers among them."""
    n = len(entry.domain)
    broadcastable = hnp.mutually_broadcastable_shapes(num_shapes=n, min_side=0, max_dims=2, max_side=3)
    shapes = draw(st.one_of(st.sampled_from([(None,) * n, ((2, 3),) * n]), broadcastable.map(lambda s: s.input_shapes)))
    numbers = draw(st.lists(st.booleans(), min_size=n, max_size=n)) if n > 1 else [False]
    shapes = [None if number else shape for shape, number in zip(shapes, numbers, strict=True)]
    xs = tuple(draw(_filled(s, elements(i))) for s, i in zip(shapes, entry.domain, strict=True))
    if getattr(entry, "boundary", None):
        points = zip(*(np.ravel(x).tolist() for x in np.broadcast_arrays(*xs)), strict=True)
        assume(all(abs(entry.boundary(*point)) > MARGIN / 2.0 for point in points))
    return Case(entry, xs, {})


@st.composite
def sampled_cases(draw: st.DrawFn, entry: Any, sample: Any) -> Case:
    """A call in the shapes of a sample, its elements well apart from each other, from zero, and in all their sums."""
    shapes, params = sample
    names = entry.operand_names
    operands: list[Any] = []
    for name, shape in zip(names * len(shapes[0]) if entry.variadic else names, flat(shapes), strict=False):
        if name == "condition":
            operands.append(draw(st.booleans() if shape is None else hnp.arrays(bool, shape)))
            continue
        k = draw(hnp.arrays(int, shape or (), elements=st.integers(-32, 31), unique=True))
        # The shifts are unlike each other, so that no two sums of a few elements tie either.
        x = (k + 0.5) / 8.0 + 0.01 * np.sqrt(np.arange(k.size) + 2.0).reshape(k.shape)
        operands.append(float(x) if shape is None else np.asarray(x))
    if entry.prepare:
        operands = list(entry.prepare(np, *operands))
    return Case(entry, tuple(operands), dict(params))


def flat(shapes: Sequence[Any]) -> list[Any]:
    """The shapes of the operands, one a place, also of an entry that takes a list."""
    return list(shapes[0]) if shapes and isinstance(shapes[0], list) else list(shapes)


def cases(entry: Any, sample: Any = None) -> st.SearchStrategy[Case]:
    """Calls of an entry: in the shapes of a sample, else drawn from its domain."""
    return drawn_cases(entry) if sample is None else sampled_cases(entry, sample)


def _calls(entries: Iterable[Any]) -> Iterator[Any]:
    for entry in entries:
        if entry.domain:
            yield pytest.param(entry, None, id=entry.name)
        for i, sample in enumerate(entry.samples):
            yield pytest.param(entry, sample, id=f"{entry.name}-{i}")


def over(entries: Sequence[Any]) -> pytest.MarkDecorator:
    """Run a test for each of the entries."""
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


every_entry = over(ENTRIES)
every_call = pytest.mark.parametrize(
    ("entry", "sample"), list(_calls(entry for entry in ENTRIES if entry.builder != "query"))
)
every_query = pytest.mark.parametrize(
    ("entry", "sample"), list(_calls(entry for entry in ENTRIES if entry.builder == "query"))
)

# ---- what is equal ---------------------------------------------------------------------------------------------------

CLOSE = 1e-12


def as_floats(x: Any) -> Any:
    return np.asarray(x.data if type(x) is Value else x, dtype=float)


def assert_close(found: Any, expected: Any, tolerance: float = CLOSE) -> None:
    """The same shape and numbers, relative to the largest of them."""
    found, expected = as_floats(found), as_floats(expected)
    scale = max(1.0, float(np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)))
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * scale)
    assert found.shape == expected.shape


def assert_identical(found: Any, expected: Any) -> None:
    """The same shape, type and bits, but for the payload of a NaN."""
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)
    assert np.array_equal(np.signbit(found) & ~np.isnan(found), np.signbit(expected) & ~np.isnan(expected))


def ulps_apart(x: Any, y: Any) -> Any:
    """How many units in the last place lie between two results; inf where they are not even of one class."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    same = (np.isnan(x) & np.isnan(y)) | ((x == y) & (np.signbit(x) == np.signbit(y)))
    near = np.isfinite(x) & np.isfinite(y) & (x != 0.0) & (y != 0.0)
    with np.errstate(all="ignore"):
        distance = np.abs(x - y) / np.spacing(np.maximum(np.abs(x), np.abs(y)))
    return np.where(same, 0.0, np.where(near, distance, np.inf))
