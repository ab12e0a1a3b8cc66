"""What must hold for every elementwise entry at hard points: special values, kinks, edges of domains.

Each check takes an entry and fails with an AssertionError.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from math import inf, isfinite, isnan, nan
from typing import Any

from autograd.arrays import np
from autograd.graph.value import Value
from autograd.graph.walks import gradients, tangents
from autograd.testing.calls import WINDOW
from autograd.testing.comparing import ulps_apart

__all__ = [
    "SPECIAL",
    "ULPS",
    "check_kernels_agree",
    "check_kinks",
    "check_outside",
    "check_slopes",
    "check_special_values",
    "every_params",
    "is_pointwise",
    "scan",
    "special_points",
]

ULPS = 4.0
# Only values are compared where the derivative may cancel, x**(y - 1) * (1 + y * log(x)), or multiplies two functions
# in which NumPy and the C library differ by up to 3 ulp each, sech(x)**2 * tanh(x): both are slopes of a slope.
VALUE_ONLY = {"power_slope", "sech2"}
# These are differences of terms of at most max(1, |x|) * max(1, |labels|), and are held to 4 ulp of that: where the
# terms nearly cancel, the last bit of either (NumPy's exp is not math's) is many of what is left.
DIFFERENCES = {"sigmoid_cross_entropy", "binary_cross_entropy"}

LARGEST, SMALLEST_NORMAL, SMALLEST = 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324
EXTREME, ORDINARY = (0.0, SMALLEST, SMALLEST_NORMAL, LARGEST, inf), (0.5, 1.0, 1.5, 2.0, 3.0, 40.0)
SPECIAL = [sign * x for x in (*EXTREME, *ORDINARY, 1e-200, 1e-8, 710.0, 1e16, 1e200) for sign in (1.0, -1.0)] + [nan]
FEWER = [0.0, -0.0, SMALLEST, 1.0, -1.0, 2.5, LARGEST, inf, -inf, nan]  # in threes


def is_pointwise(entry: Any) -> bool:
    """Whether an entry acts on each element alone, so that these checks apply."""
    return entry.builder in ("elementwise", "predicate")


def special_points(n: int) -> list[tuple[float, ...]]:
    """Every combination of special values for n operands."""
    return list(itertools.product(SPECIAL if n < 3 else FEWER, repeat=n))


def every_params(entry: Any) -> list[Mapping[str, Any]]:
    """The parameters that an entry is called with: its defaults, then those of its samples."""
    return [{}, *(params for _, params in entry.samples if params)]


# ---- scalar and array kernels ----------------------------------------------------------------------------------------


def on_numbers(entry: Any, point: Sequence[float], **params: Any) -> list[float]:
    """The value at a point and the derivative by each operand, computed on numbers."""
    xs = [Value(float(x)) for x in point]
    z = entry(*xs, **params)
    assert type(z.data) is float
    return [z.data, *(g.data for g in gradients(z, xs))]


def on_arrays(entry: Any, points: Sequence[Sequence[float]], **params: Any) -> Any:
    """The same computed on arrays, a row for each point."""
    xs = [Value(np.array(column, dtype=float)) for column in zip(*points, strict=True)]
    z = entry(*xs, **params)
    return np.array([z.data, *(g.data for g in gradients(z, xs, np.ones(len(points))))]).T


def check_kernels_agree(entry: Any, points: Sequence[Sequence[float]], **params: Any) -> None:
    """Value and derivatives of numbers and of arrays are of one class, and within 4 ulp where finite."""
    with np.errstate(all="ignore"):
        numbers = np.array([on_numbers(entry, point, **params) for point in points])
        arrays = on_arrays(entry, points, **params)
    apart = ulps_apart(numbers, arrays)[:, : 1 if entry.name in VALUE_ONLY else None]
    if entry.name in DIFFERENCES:
        with np.errstate(all="ignore"):
            size = np.prod(np.maximum(1.0, np.abs(points)), axis=1, keepdims=True)
            of_terms = np.abs(numbers - arrays) / np.spacing(np.minimum(size, 2.0**1023))
        apart = np.where(np.isfinite(apart), np.fmin(apart, of_terms), apart)  # NaN where both are infinite
    worst = int(np.argmax(apart.max(axis=1)))
    assert apart.max() <= ULPS, (points[worst], numbers[worst].tolist(), apart[worst])


def check_special_values(entry: Any) -> None:
    """Numbers and arrays give the same at zeros, infinities, NaN, huge and tiny numbers, whatever the parameters."""
    points = special_points(len(entry.domain))
    for params in every_params(entry):
        check_kernels_agree(entry, points, **params)


# ---- kinks -----------------------------------------------------------------------------------------------------------


def _as_tuple(x: Any) -> tuple[float, ...]:
    return x if isinstance(x, tuple) else (x,)


def check_kinks(entry: Any) -> None:
    """At each kink that the entry declares the derivatives are those it pins: numbers and arrays, both modes."""
    for point, pinned in entry.kinks.items():
        pinned = _as_tuple(pinned)
        points = [_as_tuple(point)]
        if points == [(0.0,)]:
            points.append((-0.0,))
        with np.errstate(all="ignore"):
            for p in points:
                np.testing.assert_array_equal(on_numbers(entry, p)[1:], pinned)
                np.testing.assert_array_equal(on_arrays(entry, [p, p])[:, 1:], [pinned, pinned])
                np.testing.assert_array_equal(_pushed(entry, p), pinned)


def _pushed(entry: Any, point: tuple[float, ...]) -> list[float]:
    found = []
    for i in range(len(point)):
        xs = [Value(x) for x in point]
        found += [t.data for t in tangents([entry(*xs)], [(xs[i], 1.0)])]
    return found


def scan(entry: Any, **params: Any) -> Iterator[tuple[tuple[float, ...], int, str]]:
    """Points of a grid where a derivative is wrong, or has no meaning and no entry says so: (point, operand, what).

    What an entry declares holds for its default parameters; under others its kinks may lie elsewhere.
    """
    edges = [(max(low, -WINDOW), min(high, WINDOW)) for low, high in entry.domain]
    steps = 8 if len(edges) == 1 else 2  # integers and zero lie on the grid
    axes = [[k / steps for k in range(math.ceil(low * steps), math.floor(high * steps) + 1)] for low, high in edges]
    for point in itertools.product(*axes):
        z, *derivatives = on_numbers(entry, point, **params)
        if not isfinite(z):
            continue
        for i, derivative in enumerate(derivatives):
            slopes = one_sided_slopes(entry, point, i, **params)
            near, far = slopes[1:3], slopes[::3]
            sides = (10.0 * near - far) / 9.0  # the limits, but for what bends more than a parabola
            no_jump = np.isfinite(slopes).all() and (abs(near) <= 1.0 + 5.0 * abs(far)).all()
            smooth = no_jump and np.ptp(sides) <= 0.02 * (1.0 + abs(sides).max())
            pinned = (point if len(point) > 1 else point[0]) in entry.kinks
            declared = params or pinned or (entry.boundary is not None and abs(entry.boundary(*point)) < 1e-9)
            if not smooth and not declared:
                yield point, i, f"an undeclared kink: slopes {slopes}"
            elif smooth and abs(derivative - sides.mean()) > 0.02 * (1.0 + abs(derivative)):
                yield point, i, f"derivative {derivative}, slopes {slopes}"
            elif not smooth and len(point) == 1 and derivative != least_norm(slopes):
                yield point, i, f"derivative {derivative} at a kink with slopes {slopes}: expected {least_norm(slopes)}"


def check_slopes(entry: Any) -> None:
    """The derivative is the slope of the values, whatever the parameters, but for kinks that the entry declares."""
    with np.errstate(all="ignore"):
        found = [(params, *wrong) for params in every_params(entry) for wrong in scan(entry, **params)]
    assert not found, found[:3]


STEPS = (-1e-5, -1e-6, 1e-6, 1e-5)


def one_sided_slopes(entry: Any, point: tuple[float, ...], i: int, **params: Any) -> Any:
    """Difference quotients far and near on the left, near and far on the right; NaN where the domain ends."""
    z = entry(*point, **params)
    moved = [entry(*point[:i], point[i] + h, *point[i + 1 :], **params) for h in STEPS]
    return np.array([(m - z) / h for m, h in zip(moved, STEPS, strict=True)])


def least_norm(slopes: Any) -> float:
    """The derivative that design asks for at a kink of one operand, from its one-sided slopes.

    The element of least norm of the subdifferential; at a jump 0; at a vertical tangent or an edge the one-sided limit.
    """
    sides = [s for s in (slopes[1::-1], slopes[2:]) if not isnan(s[0])]  # near and far, of each side that exists
    limits = [math.copysign(inf, near) if abs(near) > 2.0 * abs(far) else round(float(near), 3) for near, far in sides]
    jump = any(abs(near) > 5.0 * abs(far) for near, far in sides)  # a jump grows as 1/h, a root's tangent slower
    return 0.0 if jump else min(max(0.0, min(limits)), max(limits))


# ---- outside the domain ----------------------------------------------------------------------------------------------


def outside(entry: Any) -> list[tuple[float, ...]]:
    """Points with one operand beyond an edge of its domain, the others inside theirs."""
    inside = [0.6 * max(low, -WINDOW) + 0.4 * min(high, WINDOW) for low, high in entry.domain]  # not 0, a kink of many
    steps = (0.001, 0.5, 1.0, 2.5)
    beyond = [[*(low - d for d in steps), *(high + d for d in steps)] for low, high in entry.domain]
    return [(*inside[:i], x, *inside[i + 1 :]) for i, xs in enumerate(beyond) for x in xs if isfinite(x)]


def check_outside(entry: Any) -> None:
    """Outside its domain an entry raises nothing and returns no complex number; without a value it has no slope."""
    points = outside(entry)
    if not points:
        return
    check_kernels_agree(entry, points)
    for point in points:
        z, *derivatives = on_numbers(entry, point)
        # A partial that is a constant states a derivative that holds everywhere.
        left = [d for d, partial in zip(derivatives, entry.d, strict=True) if callable(partial) and not isnan(d)]
        assert not (isnan(z) and left), (point, z, derivatives)
