"""The table's rules: reverse mode, forward mode and second derivatives against finite differences, for every call."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from table_cases import every_call, few_examples

from autograd.testing.operations import derivative_checks
from autograd.testing.strategies import cases


@every_call
@few_examples
@given(st.data())
def test_derivatives(entry: Any, sample: Any, data: st.DataObject) -> None:
    case = data.draw(cases(entry, sample))
    for check in derivative_checks(entry):
        check(case)
