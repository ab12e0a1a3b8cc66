"""Windows in every layout of a short axis: results are those found by hand, and so is what fits in no layout."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from autograd import TABLE
from autograd.testing import Case
from autograd.testing.comparing import assert_close

RNG = np.random.default_rng(0)
POOLED = {
    "kernel_size": (1, 2, 3), "stride": (None, 1, 3), "padding": (0, 1, 2), "dilation": (1, 2),
    "ceil_mode": (False, True), "count_include_pad": (False, True),
}  # fmt: skip
CONVOLVED = {"stride": (1, 2), "padding": (0, 1), "dilation": (1, 2), "output_padding": (0, 1), "groups": (1, 2)}
SHAPES: dict[str, list[tuple[int, ...]]] = {
    "max_pool1d": [], "avg_pool1d": [], "conv1d": [(2, 1, 2), (2, 2, 1)], "conv_transpose1d": [(2, 1, 2), (2, 2, 1)],
}  # fmt: skip


def outcome(results: Any) -> Any:
    """What a call gives, or None where it refuses."""
    try:
        return results()[0]
    except ValueError:
        return None


@pytest.mark.parametrize("length", range(1, 6))
@pytest.mark.parametrize("name", SHAPES)
def test_every_layout(name: str, length: int) -> None:
    entry = TABLE[name]
    choices = {k: v for k, v in (CONVOLVED if SHAPES[name] else POOLED).items() if k in entry.defaults}
    for shape, values in product(SHAPES[name] or [None], product(*choices.values())):
        operands = [RNG.normal(size=s) for s in ((2, length), shape) if s]
        case = Case(entry, (*operands,), dict(zip(choices, values, strict=True)))
        found, expected = outcome(case.results), outcome(case.expected)
        assert (found is None) == (expected is None), case.params
        if expected is not None:
            assert_close(found, expected)
