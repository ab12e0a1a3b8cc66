"""The table, a row for each entry and for each kind of call: what the tests that loop over it run over.

An entry says itself where it may be tested (`autograd.testing.calls`), so a new entry is tested by being there. What is
drawn and what is checked stands in `autograd.testing`, where users find the same for their own operations.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest

from autograd import TABLE
from autograd.testing.calls import Case, flat, reference, window
from autograd.testing.comparing import assert_close, assert_identical, ulps_apart
from autograd.testing.hard_points import is_pointwise
from autograd.testing.strategies import cases, elements

__all__ = [
    "ENTRIES",
    "POINTWISE",
    "Case",
    "assert_close",
    "assert_identical",
    "cases",
    "elements",
    "every_call",
    "every_entry",
    "every_query",
    "flat",
    "over",
    "reference",
    "takes_one_by_one",
    "ulps_apart",
    "window",
]

ENTRIES = list(TABLE.values())
POINTWISE = [entry for entry in ENTRIES if is_pointwise(entry)]


def _calls(entries: Iterable[Any]) -> Iterator[Any]:
    for entry in entries:
        if entry.domain:
            yield pytest.param(entry, None, id=entry.name)
        for i, sample in enumerate(entry.samples):
            yield pytest.param(entry, sample, id=f"{entry.name}-{i}")


def takes_one_by_one(entry: Any) -> bool:
    """Whether an entry takes its operands as separate arguments, as einsum and meshgrid do."""
    parameters = inspect.signature(entry).parameters.values()
    return any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)


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
