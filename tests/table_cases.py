"""The table, a row for each entry and for each kind of call: what the tests that loop over it run over.

An entry says itself where it may be tested (`autograd.testing.calls`), so a new entry is tested by being there. What is
drawn and what is checked stands in `autograd.testing`, where users find the same for their own operations.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings

from autograd import TABLE
from autograd.testing.hard_points import is_pointwise
from autograd.testing.operations import EXAMPLES

__all__ = [
    "ENTRIES",
    "POINTWISE",
    "every_call",
    "every_call_and_query",
    "every_entry",
    "few_examples",
    "over",
    "takes_one_by_one",
]

ENTRIES = list(TABLE.values())
POINTWISE = [entry for entry in ENTRIES if is_pointwise(entry)]

few_examples = settings(max_examples=EXAMPLES)  # of each call; there are hundreds of calls


def takes_one_by_one(entry: Any) -> bool:
    """Whether an entry takes its operands as separate arguments, as einsum and meshgrid do."""
    parameters = inspect.signature(entry).parameters.values()
    return any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)


def over(entries: Sequence[Any]) -> pytest.MarkDecorator:
    """Run a test for each of the entries."""
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


every_entry = over(ENTRIES)


def over_calls(entries: Sequence[Any]) -> pytest.MarkDecorator:
    """Run a test for each kind of call of each of the entries: for each sample, and for its domain (None)."""
    rows = []
    for entry in entries:
        if entry.domain:
            rows.append(pytest.param(entry, None, id=entry.name))
        rows += [pytest.param(entry, sample, id=f"{entry.name}-{i}") for i, sample in enumerate(entry.samples)]
    return pytest.mark.parametrize(("entry", "sample"), rows)


every_call = over_calls([entry for entry in ENTRIES if entry.builder != "query"])
every_call_and_query = over_calls(ENTRIES)
