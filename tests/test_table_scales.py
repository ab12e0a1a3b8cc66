"""Derivatives of elementwise entries at every order of magnitude, against differences with steps relative to the point.

Scalar and array kernels share their rules, so that they agree even where a rule overflows: here the values judge it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import isfinite
from typing import Any

import numpy as np
from table_cases import POINTWISE, over

from autograd import Value, gradients
from autograd.testing.comparing import ulps_apart
from autograd.testing.hard_points import ULPS, VALUE_ONLY, on_numbers, special_points

SCALES = (1e-300, 1e-200, 1e-161, 1e-20, 1e-5, 0.7, 1e5, 1e20, 1e200, 1e300)
STEP = 2.0**-9  # relative to the point: x * (1 + k * STEP) is exact to the last bit or two
ROUNDED = 2.0**-40  # of the largest value: a difference below that is rounding error
NORMAL = 1e-290  # below, numbers lose digits


def points(entry: Any) -> Iterator[tuple[float, ...]]:
    """Points of every order of magnitude inside the domain, of both signs."""
    axes = [[s * x for x in SCALES for s in (1.0, -1.0) if low < s * x < high] for low, high in entry.domain]
    return itertools.product(*(axis[:: 1 if len(axes) < 3 else 4] for axis in axes))


def relative_slope(entry: Any, point: tuple[float, ...], i: int) -> float | None:
    """x * df/dx for the operand i, by differences of fourth order; None where these are not to be trusted."""
    places = [point[i] * (1.0 + k * STEP) for k in (-4, -2, -1, 0, 1, 2, 4)]
    a, b, c, z, d, e, f = values = [entry(*point[:i], x, *point[i + 1 :]) for x in places]
    if not all(NORMAL < abs(value) < 1.0 / NORMAL for value in values) or abs(d - z - (z - c)) > 0.05 * abs(d - c):
        return None  # too near the ends of the floats, or at a kink
    narrow, wide = (8.0 * (d - c) - (e - b)) / (12.0 * STEP), (8.0 * (e - b) - (f - a)) / (24.0 * STEP)
    largest = max(map(abs, values))
    trusted = abs(narrow - wide) < 1e-4 * abs(narrow) and abs(narrow) > ROUNDED / STEP * largest
    return narrow if trusted else None


@over([entry for entry in POINTWISE if not entry.by_decree and entry.name not in VALUE_ONLY])
def test_slopes_are_right_at_every_order_of_magnitude(entry: Any) -> None:
    with np.errstate(all="ignore"):
        for point in points(entry):
            z, *slopes = on_numbers(entry, point)
            for i, slope in enumerate(slopes):
                expected = relative_slope(entry, point, i) if isfinite(z) else None
                if expected is not None and NORMAL < abs(expected / point[i]) < 1.0 / NORMAL:
                    error = abs(slope - expected / point[i])
                    assert error <= 1e-3 * abs(expected / point[i]), (point, i, slope, expected / point[i])


@over([entry for entry in POINTWISE if len(entry.domain) > 1])
def test_a_number_beside_arrays_is_computed_as_among_numbers(entry: Any) -> None:
    with np.errstate(all="ignore"):
        compared = 1 if entry.name in VALUE_ONLY else None
        rows = [(point, on_numbers(entry, point)) for point in special_points(len(entry.domain))]
        for i in range(len(entry.domain)):
            for number in dict.fromkeys(repr(point[i]) for point, _ in rows):  # as a text, which tells -0.0 from 0.0
                chosen = [(point, row) for point, row in rows if repr(point[i]) == number]
                at, expected = zip(*chosen, strict=True)
                xs = [Value(np.array(column)) for column in zip(*at, strict=True)]
                leaves = [x for k, x in enumerate(xs) if k != i]
                xs[i] = Value(float(number))
                z = entry(*xs)
                found = np.array([z.data, *(g.data for g in gradients(z, leaves, np.ones(len(at))))]).T
                apart = ulps_apart(np.delete(expected, i + 1, axis=1), found)[:, :compared]
                assert apart.max() <= ULPS, chosen[int(np.argmax(apart.max(axis=1)))]
