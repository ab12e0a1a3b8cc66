"""The least time of several runs in one process: what the benchmarks of single layers and steps share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

__all__ = ["Run", "least_times"]

Run = Callable[[], Any]


def least_times(seconds: float, *runs: Run) -> list[float]:
    """The least time of each run in milliseconds; they take turns, so that a busy machine is busy for all of them."""
    times: list[list[float]] = [[] for _ in runs]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 3:
        for run, found in zip(runs, times, strict=True):
            start = time.perf_counter()
            run()
            found.append(1000.0 * (time.perf_counter() - start))
    return [min(found) for found in times]
