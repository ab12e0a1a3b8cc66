"""The table's rules: reverse mode, forward mode and second derivatives against finite differences, for every call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from table_cases import every_check, few_examples

from autograd.testing import Case
from autograd.testing.operations import derivative_checks
from autograd.testing.strategies import cases


@every_check(derivative_checks)
@few_examples
@given(st.data())
def test_derivatives(check: Callable[[Case], None], entry: Any, sample: Any, data: st.DataObject) -> None:
    check(data.draw(cases(entry, sample)))
