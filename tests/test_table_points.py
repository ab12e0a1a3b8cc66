"""The table at hard points: scalar against array kernels, kinks, edges of domains, and what `Value` has written out."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_cases import ENTRIES, POINTWISE, every_entry, over

from autograd import TABLE, Value, gradients
from autograd.testing.comparing import assert_identical
from autograd.testing.hard_points import SPECIAL, check_kernels_agree, every_params, special_points
from autograd.testing.operations import point_checks
from autograd.testing.strategies import points_anywhere


@pytest.mark.parametrize(
    ("check", "entry"),
    [
        pytest.param(check, entry, id=f"{check.__name__}-{entry.name}")
        for entry in ENTRIES
        for check in point_checks(entry)
    ],
)
def test_hard_points(check: Callable[[Any], None], entry: Any) -> None:
    check(entry)


@over(POINTWISE)
@settings(max_examples=15)
@given(st.data())
def test_scalar_and_array_kernels_agree_at_random_points(entry: Any, data: st.DataObject) -> None:
    check_kernels_agree(entry, data.draw(points_anywhere(entry)))


@over(POINTWISE)
def test_what_is_finite_is_computed_without_a_warning(entry: Any) -> None:
    points = [p for p in special_points(len(entry.domain)) if all(abs(x) < 1e150 for x in p)]  # no product overflows
    for params in every_params(entry):
        with np.errstate(all="ignore"):
            finite = np.isfinite(entry(*np.array(points).T, **params))
        with np.errstate(all="raise", under="ignore"):
            entry(*np.array(points)[finite].T, **params)


# ---- operations written out in Value ---------------------------------------------------------------------------------

BINARY = {"add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv}
UNARY: dict[str, Callable[[Any], Any]] = {
    "negative": operator.neg, "exp": Value.exp, "log": Value.log, "tanh": Value.tanh, "relu": Value.relu,
}  # fmt: skip
numbers = st.one_of(st.sampled_from(SPECIAL), st.floats(), st.floats(-5.0, 5.0))


def assert_as_in_the_table(name: str, z: Value, point: tuple[float, ...], leaves: dict[int, Value]) -> None:
    """Bit for bit the value of the entry's scalar kernel, and its partial derivatives by the given operands."""
    entry = TABLE[name]
    assert z.op is entry
    assert_identical(z.data, entry.scalar(*point))
    partials = entry.partials(z.data, point, {})
    for (i, _), gradient in zip(leaves.items(), gradients(z, list(leaves.values())), strict=True):
        assert_identical(gradient.data, partials[i])


@pytest.mark.parametrize("name", UNARY)
@given(numbers)
def test_unary_operations_written_out_in_value_equal_their_entries(name: str, number: float) -> None:
    x = Value(number)
    assert_as_in_the_table(name, UNARY[name](x), (number,), {0: x})


@pytest.mark.parametrize("name", BINARY)
@settings(max_examples=200)
@given(numbers, numbers)
def test_binary_operations_written_out_in_value_equal_their_entries(name: str, a: float, b: float) -> None:
    x, y, f = Value(a), Value(b), BINARY[name]
    assert_as_in_the_table(name, f(x, y), (a, b), {0: x, 1: y})
    assert_as_in_the_table(name, f(x, b), (a, b), {0: x})
    assert_as_in_the_table(name, f(a, y), (a, b), {1: y})


@settings(max_examples=300)
@given(numbers, st.one_of(numbers, st.integers(-3, 4)))
def test_powers_written_out_in_value_equal_their_entry(a: float, b: float) -> None:
    x, y = Value(a), Value(b)
    assert_as_in_the_table("power", x**b, (a, float(b)), {0: x})
    assert_as_in_the_table("power", b**x, (float(b), a), {1: x})
    assert_as_in_the_table("power", x**y, (a, float(b)), {0: x, 1: y})


def test_every_entry_can_be_tested() -> None:
    assert all(entry.domain or entry.samples for entry in TABLE.values())
    assert {entry.builder for entry in TABLE.values()} == {
        "elementwise", "linear", "reduction", "predicate", "custom", "composite", "query",
    }  # fmt: skip
    assert all(len(entry.domain) == len(entry.operand_names) and point_checks(entry) for entry in POINTWISE)


@every_entry
def test_a_custom_entry_says_why_no_builder_will_do(entry: Any) -> None:
    assert entry.builder != "custom" or len(entry.reason.split()) > 5
