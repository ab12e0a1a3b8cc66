"""The table, a row for each entry and for each kind of call: what the tests that loop over it run over.

An entry says itself where it may be tested (`autograd.testing.calls`), so a new entry is tested by being there. What is
drawn and what is checked stands in `autograd.testing`, where users find the same for their own operations.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import settings

from autograd import TABLE
from autograd.testing.comparing import assert_close, assert_identical, ulps_apart
from autograd.testing.hard_points import is_pointwise
from autograd.testing.operations import EXAMPLES
from autograd.testing.strategies import cases

__all__ = [
    "ENTRIES",
    "POINTWISE",
    "assert_close",
    "assert_identical",
    "cases",
    "every_call",
    "every_check",
    "every_entry",
    "few_examples",
    "over",
    "takes_one_by_one",
    "ulps_apart",
]

ENTRIES = list(TABLE.values())
POINTWISE = [entry for entry in ENTRIES if is_pointwise(entry)]

few_examples = settings(max_examples=EXAMPLES)  # of each call; there are hundreds of calls


def _calls(entry: Any) -> Iterator[tuple[Any, str]]:
    """Each kind of call of an entry: a sample, or None for its domain, and a name."""
    if entry.domain:
        yield None, entry.name
    for i, sample in enumerate(entry.samples):
        yield sample, f"{entry.name}-{i}"


def takes_one_by_one(entry: Any) -> bool:
    """Whether an entry takes its operands as separate arguments, as einsum and meshgrid do."""
    parameters = inspect.signature(entry).parameters.values()
    return any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)


def over(entries: Sequence[Any]) -> pytest.MarkDecorator:
    """Run a test for each of the entries."""
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


every_entry = over(ENTRIES)
every_call = pytest.mark.parametrize(
    ("entry", "sample"),
    [
        pytest.param(entry, sample, id=name)
        for entry in ENTRIES
        if entry.builder != "query"
        for sample, name in _calls(entry)
    ],
)


def every_check(checks_of: Callable[[Any], Sequence[Any]]) -> pytest.MarkDecorator:
    """Run a test for each check of a kind and each kind of call that it applies to."""
    return pytest.mark.parametrize(
        ("check", "entry", "sample"),
        [
            pytest.param(check, entry, sample, id=f"{check.__name__}-{name}")
            for entry in ENTRIES
            for check in checks_of(entry)
            for sample, name in _calls(entry)
        ],
    )
