"""Windows in every layout of a short axis: results are those found by hand, and so is what fits in no layout."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import TABLE
from autograd.errors import GlassgradError
from autograd.testing import Case
from autograd.testing.comparing import assert_close

RNG = np.random.default_rng(0)
POOLED = {
    "kernel_size": (1, 2, 3, 4), "stride": (None, 1, 3), "padding": (0, 1, 2), "dilation": (1, 2),
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


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_sequences_of_all_lengths(name: str, mode: str) -> None:
    for n, m in product(range(1, 6), repeat=2):  # the middle of two equal, even lengths has a side to lean to
        a, v = RNG.normal(size=n), RNG.normal(size=m)
        assert_close(getattr(ag, name)(a, v, mode=mode), getattr(np, name)(a, v, mode))


PAIR, NOTHING = np.ones(2), np.ones(0)
SEQUENCES = (
    "expected sequences of one axis that hold something: use reshape(x, (-1,)), or conv1d and conv2d for batches."
)
SIGNALS = "expected input (N, C, L) or (C, L) and weight"
IMAGES = "expected input (N, C, H, W) or (C, H, W) and weight"
SHAPED = "the kernel not empty: insert axes with reshape."
CHANNELS = "the input's channels: change weight or groups."
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a sequence of nothing": (
        lambda: ag.convolve(NOTHING, PAIR),
        f"convolve: found a of shape (0,) and v of shape (2,); {SEQUENCES}",
    ),
    "a shorter sequence of nothing, turned": (
        lambda: ag.correlate(NOTHING, PAIR),
        f"correlate: found a of shape (0,) and v of shape (2,); {SEQUENCES}",
    ),
    "a number for a sequence": (
        lambda: ag.correlate(2.0, PAIR),
        f"correlate: found a of shape () and v of shape (2,); {SEQUENCES}",
    ),
    "a signal without channels": (
        lambda: conv(1, (5,), (1, 1, 1)),
        f"conv1d: found input of shape (5,) and weight of shape (1, 1, 1) with groups=1; {SIGNALS} "
        f"(out, in/groups, k), {SHAPED}",
    ),
    "an image for a signal": (
        lambda: conv(1, (1, 1, 5, 5), (1, 1, 1)),
        f"conv1d: found input of shape (1, 1, 5, 5) and weight of shape (1, 1, 1) with groups=1; {SIGNALS} "
        f"(out, in/groups, k), {SHAPED}",
    ),
    "a filter without channels": (
        lambda: conv(2, (1, 5, 5), (1, 2, 2)),
        f"conv2d: found input of shape (1, 5, 5) and weight of shape (1, 2, 2) with groups=1; {IMAGES} "
        f"(out, in/groups, kH, kW), {SHAPED}",
    ),
    "filters of no rows": (
        lambda: conv(2, (1, 5, 5), (1, 1, 0, 2)),
        f"conv2d: found input of shape (1, 5, 5) and weight of shape (1, 1, 0, 2) with groups=1; {IMAGES} "
        f"(out, in/groups, kH, kW), {SHAPED}",
    ),
    "filters of nothing, spread": (
        lambda: spread(2, (1, 5, 5), (1, 1, 2, 0)),
        f"conv_transpose2d: found input of shape (1, 5, 5) and weight of shape (1, 1, 2, 0) with groups=1; {IMAGES} "
        f"(in, out/groups, kH, kW), {SHAPED}",
    ),
    "a number spread": (
        lambda: spread(1, (), (1, 1, 2)),
        f"conv_transpose1d: found input of shape () and weight of shape (1, 1, 2) with groups=1; {SIGNALS} "
        f"(in, out/groups, k), {SHAPED}",
    ),
    "channels that are those of the result": (
        lambda: conv(1, (2, 5), (2, 3, 1)),
        "conv1d: found input of shape (2, 5) and weight of shape (2, 3, 1) with groups=1; expected weight "
        f"(out, in/groups, k) with in=2, {CHANNELS}",
    ),
    "channels that are those of the result, spread": (
        lambda: spread(1, (3, 5), (2, 3, 1)),
        "conv_transpose1d: found input of shape (3, 5) and weight of shape (2, 3, 1) with groups=1; expected weight "
        f"(in, out/groups, k) with in=3, {CHANNELS}",
    ),
    "channels of one group only": (
        lambda: conv(2, (2, 2, 5, 5), (2, 2, 1, 1), groups=2),
        "conv2d: found input of shape (2, 2, 5, 5) and weight of shape (2, 2, 1, 1) with groups=2; expected weight "
        f"(out, in/groups, kH, kW) with in=2, {CHANNELS}",
    ),
    "filters that no groups share out": (
        lambda: conv(1, (2, 5), (3, 1, 1), groups=2),
        "conv1d: found input of shape (2, 5) and weight of shape (3, 1, 1) with groups=2; expected groups to divide "
        "the 3 channels: choose a divisor.",
    ),
    "channels that no groups share out": (
        lambda: spread(2, (3, 5, 5), (3, 1, 1, 1), groups=2),
        "conv_transpose2d: found input of shape (3, 5, 5) and weight of shape (3, 1, 1, 1) with groups=2; expected "
        "groups to divide the 3 channels: choose a divisor.",
    ),
    "a bias for the input's channels": (
        lambda: ag.conv1d(np.ones((2, 5)), np.ones((4, 2, 1)), PAIR),
        "conv1d: found input of shape (2, 5) and weight of shape (4, 2, 1) with groups=1, and bias of shape (2,); "
        "expected (4,), one number a channel.",
    ),
    "a bias for the channels of one group": (
        lambda: ag.conv_transpose1d(np.ones((4, 5)), np.ones((4, 2, 3)), PAIR, groups=2),
        "conv_transpose1d: found input of shape (4, 5) and weight of shape (4, 2, 3) with groups=2, and bias of shape "
        "(2,); expected (4,), one number a channel.",
    ),
    "a padding that cuts": (
        lambda: conv(2, (1, 5, 5), (1, 1, 1, 1), padding=-1),
        "conv2d: found padding=-1; expected an integer of at least 0 or a sequence of 2 of them.",
    ),
    "no groups": (
        lambda: conv(1, (1, 5), (1, 1, 1), groups=0),
        "conv1d: found groups=0; expected an integer of at least 1.",
    ),
    "no groups, spread": (
        lambda: spread(1, (1, 5), (1, 1, 1), groups=0),
        "conv_transpose1d: found groups=0; expected an integer of at least 1.",
    ),
    "an image too short on one axis": (
        lambda: conv(2, (1, 1, 5), (1, 1, 2, 1), padding=(0, 1)),
        "conv2d: found input of shape (1, 1, 5), of lengths (1, 7) with its padding, and a kernel that spans (2, 1); "
        "expected no longer a kernel: pad more, or take a smaller kernel or dilation.",
    ),
    "a result cut away on one axis": (
        lambda: spread(2, (1, 1, 5), (1, 1, 2, 1), padding=(1, 0)),
        "conv_transpose2d: found input of shape (1, 1, 5) and padding=(1, 0), which cuts away the whole result of "
        "lengths (2, 5); expected a longer input or less padding.",
    ),
    "nothing, spread": (
        lambda: spread(1, (1, 0), (1, 1, 2)),
        "conv_transpose1d: found input of shape (1, 0) and padding=(0,), which cuts away the whole result of "
        "lengths (1,); expected a longer input or less padding.",
    ),
}


def conv(n: int, shape: tuple[int, ...], filters: tuple[int, ...], **layout: Any) -> Any:
    return TABLE[f"conv{n}d"](np.ones(shape), np.ones(filters), **layout)


def spread(n: int, shape: tuple[int, ...], filters: tuple[int, ...], **layout: Any) -> Any:
    return TABLE[f"conv_transpose{n}d"](np.ones(shape), np.ones(filters), **layout)


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_named_in_full(case: str) -> None:
    f, message = REFUSED[case]
    with pytest.raises(GlassgradError) as caught:
        f()
    assert str(caught.value) == message
