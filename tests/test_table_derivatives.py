"""The table's rules: reverse mode, forward mode and second derivatives against finite differences, for every call."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from table_cases import cases, every_call

from autograd.testing.checks import check_constants, check_first_order, check_second_order

seeds = st.integers(0, 2**32 - 1)
EXAMPLES = 8  # of each call; there are hundreds of calls
BY_DECREE = {"stop_gradient"}  # its derivative is 0 whatever the differences say


@every_call
@settings(max_examples=EXAMPLES)
@given(st.data())
def test_reverse_and_forward_mode_and_finite_differences_agree(entry: Any, sample: Any, data: st.DataObject) -> None:
    if entry.name not in BY_DECREE:
        check_first_order(data.draw(cases(entry, sample)), data.draw(seeds))


@every_call
@settings(max_examples=EXAMPLES)
@given(st.data())
def test_second_derivative_agrees_with_finite_differences(entry: Any, sample: Any, data: st.DataObject) -> None:
    check_second_order(data.draw(cases(entry, sample)), data.draw(seeds))


@every_call
@settings(max_examples=EXAMPLES)
@given(st.data())
def test_constants_among_the_operands_change_nothing(entry: Any, sample: Any, data: st.DataObject) -> None:
    check_constants(data.draw(cases(entry, sample)))
