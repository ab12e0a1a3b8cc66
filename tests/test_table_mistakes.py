"""The checks of the loop over the table catch mistakes: each is planted in an operation of its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from planted import planted, planted_rules, planted_square

from autograd import greater, ieee, multiply, reciprocal, square, stop_gradient, where
from autograd.ops.builders import elementwise, linear, sample
from autograd.testing import Case, checks
from autograd.testing import hard_points as points
from autograd.testing.strategies import cases


def run(check: Callable[[Case], object], entry: Any) -> None:
    """Let Hypothesis draw calls for a check, as the loop over the table does."""
    sample = entry.samples[0] if entry.samples else None
    once = settings(max_examples=30, phases=[Phase.generate], database=None, derandomize=True)
    once(given(st.data())(lambda data: check(data.draw(cases(entry, sample)))))()


def caught(check: Callable[[Case], object], entry: Any, by: type[BaseException] = AssertionError) -> None:
    with pytest.raises(by):
        run(check, entry)


def test_an_entry_without_mistake_passes() -> None:
    entry = planted_square()
    for check in (
        checks.check_first_order,
        checks.check_second_order,
        checks.check_value,
        checks.check_layouts,
        checks.check_float32,
    ):
        run(check, entry)
    points.check_kernels_agree(entry, points.special_points(1))
    points.check_outside(entry)
    assert not list(points.scan(entry))


def test_a_wrong_factor() -> None:
    caught(checks.check_first_order, planted_square(d=lambda z, x: 2.001 * x))


def test_a_wrong_sign_of_one_of_two_partials() -> None:
    entry = planted(
        elementwise, d=(lambda z, x, y: y, lambda z, x, y: -x), scalar=lambda x, y: x * y, kernel="multiply",
        reference="multiply",
    )  # fmt: skip
    caught(checks.check_first_order, entry)


def test_a_rule_that_loses_its_own_derivative() -> None:
    entry = planted_square(d=lambda z, x: 2.0 * stop_gradient(x))
    run(checks.check_first_order, entry)
    caught(checks.check_second_order, entry)


def test_an_adjoint_that_does_not_fit() -> None:
    entry = planted(linear, args="a", kernel="flip", reference="flip", adjoint=lambda g, a: g, samples=[sample((2, 3))])
    caught(checks.check_first_order, entry)


def test_a_forward_rule_that_disagrees_with_the_reverse_rule() -> None:
    entry = planted_rules(
        kernel="square", vjp=lambda g, z, x: (g * 2.0 * x,), jvp=lambda ts, z, x: ts[0] * x, samples=[sample((3,))],
    )  # fmt: skip
    caught(checks.check_first_order, entry)


def test_a_value_that_is_not_numpys() -> None:
    caught(
        checks.check_value, planted_square(scalar=lambda x: 1.0000001 * x * x, kernel=lambda np, x: 1.0000001 * x * x)
    )


def test_a_scalar_kernel_unlike_the_array_kernel() -> None:
    with pytest.raises(AssertionError):
        points.check_kernels_agree(planted_square(scalar=lambda x: x * x * (1.0 + 1e-15)), [(0.3,), (1.7,)])


def test_a_kernel_that_loses_a_nan() -> None:
    with pytest.raises(AssertionError):
        points.check_kernels_agree(
            planted_square(kernel=lambda np, x: np.nan_to_num(np.square(x))), points.special_points(1)
        )


def test_a_scalar_kernel_that_raises() -> None:
    with pytest.raises(OverflowError):
        points.check_kernels_agree(planted_square(scalar=lambda x: x**2), points.special_points(1))


def test_a_complex_result() -> None:
    entry = planted_square(scalar=lambda x: x**0.5, kernel="sqrt", d=lambda z, x: 0.5 / z, domain=((0.0, math.inf),))
    with pytest.raises((AssertionError, TypeError)):  # compiled, a node has no room for it
        points.check_outside(entry)


def test_a_slope_where_there_is_no_value() -> None:
    entry = planted_square(
        scalar=ieee.log1p, kernel="log1p", d=lambda z, x: reciprocal(1.0 + x), domain=((-1.0, math.inf),)
    )
    with np.errstate(all="ignore"), pytest.raises(AssertionError):
        points.check_outside(entry)


def test_an_undeclared_kink() -> None:
    entry = planted_square(
        scalar=lambda x: abs(x - 0.5), kernel=lambda np, x: np.abs(x - 0.5), d=lambda z, x: 2.0 * greater(x, 0.5) - 1.0
    )
    assert [point for point, _, _ in points.scan(entry)] == [(0.5,)]


def test_a_kink_that_is_not_as_pinned() -> None:
    entry = planted_square(
        scalar=lambda x: max(x, 0.0), kernel=lambda np, x: np.maximum(x, 0.0), kinks={0.0: 0.5},
        d=lambda z, x: greater(x, 0.0),
    )  # fmt: skip
    with pytest.raises(AssertionError):
        points.check_kinks(entry)


def test_a_kink_pinned_to_other_than_the_least_norm() -> None:
    entry = planted_square(
        scalar=lambda x: max(x, 0.0), kernel=lambda np, x: np.maximum(x, 0.0), kinks={0.0: 1.0}, boundary=lambda x: x,
        d=lambda z, x: where(greater(0.0, x), 0.0, 1.0),
    )  # fmt: skip
    points.check_kinks(entry)
    assert [point for point, _, _ in points.scan(entry)] == [(0.0,)]


def test_a_kernel_that_writes_into_its_operand() -> None:
    caught(checks.check_inputs_unchanged, planted_square(kernel=lambda np, x: np.square(x, out=x)), ValueError)


def test_a_kernel_that_widens_float32() -> None:
    caught(checks.check_float32, planted_square(kernel=lambda np, x: np.square(x, dtype=np.float64)))


def test_a_rule_that_widens_no_gradient_whatever_it_computes() -> None:
    entry = planted_square(d=lambda z, x: multiply(np.float64(2.0), x))
    run(checks.check_float32, entry)


def test_a_kernel_that_depends_on_the_memory_layout() -> None:
    entry = planted_square(kernel=lambda np, x: np.square(np.ravel(x, order="K")).reshape(np.shape(x)))
    caught(checks.check_layouts, entry)


def test_the_square_of_the_table_is_what_was_imitated() -> None:
    assert square(3.0) == planted_square()(3.0)
