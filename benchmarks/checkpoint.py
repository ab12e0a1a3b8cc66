"""Memory and time of a deep function with and without `checkpoint`: `python benchmarks/checkpoint.py`.

Both sides in one run: the most memory in use during a forward and a backward pass (tracemalloc counts NumPy's arrays),
and the time of another pass without the counting.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from autograd import Value, checkpoint, sin, tanh

SEGMENTS, DEPTH, SIZE = 8, 8, 300


def segment(x: Any) -> Any:
    for _ in range(DEPTH):
        x = tanh(sin(x) * 1.1)
    return x


def passes(step: Callable[[Any], Any]) -> Any:
    """One forward and one backward pass; the gradient."""
    x = Value(np.random.default_rng(0).standard_normal((SIZE, SIZE)))
    y = x
    for _ in range(SEGMENTS):
        y = step(y)
    y.sum().backward()
    return x.grad


def measured(step: Callable[[Any], Any]) -> tuple[float, float, Any]:
    """Peak memory in MB, the best time of three in seconds, and the gradient."""
    tracemalloc.start()
    gradient = passes(step)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    times = []
    for _ in range(3):
        start = time.perf_counter()
        passes(step)
        times.append(time.perf_counter() - start)
    return peak, min(times), gradient


if __name__ == "__main__":
    (memory, seconds, gradient), (less, more, same) = measured(segment), measured(checkpoint(segment))
    assert np.array_equal(gradient, same)
    print(f"{SEGMENTS} segments of {3 * DEPTH} operations on {SIZE} x {SIZE} arrays")
    print(f"without checkpoint: {memory:6.1f} MB  {seconds:.3f} s")
    print(f"with checkpoint:    {less:6.1f} MB  {more:.3f} s")
    print(f"ratio:              {less / memory:6.2f}     {more / seconds:.2f}")
