"""The four networks on arrays: one step of gradient descent on a cross-entropy, float32, relu, a new batch each time.

An engine's module says how its users write the step: `network(layers, rate)` answers two functions, `load(array)`,
which makes a plain array its own before the clock starts, and `step(x, y)`, which answers the loss.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from itertools import pairwise
from types import ModuleType
from typing import Any, NamedTuple

BATCHES = 8  # that take turns: no call sees the arrays of the call before
RATE = 0.01


class Network(NamedTuple):
    """The widths of a network's layers, and how many samples a step sees. One output: two classes by its sign."""

    widths: tuple[int, ...]
    batch: int

    @property
    def name(self) -> str:
        return "-".join(map(str, self.widths))


TINY = Network((2, 16, 16, 1), 100)
SMALL = Network((64, 128, 64, 10), 64)
MEDIUM = Network((784, 512, 256, 10), 128)
LARGE = Network((1024, 2048, 2048, 1000), 256)
NETWORKS = {network.name: network for network in (TINY, SMALL, MEDIUM, LARGE)}


def uniform(rng: random.Random, shape: tuple[int, ...], bound: float) -> Any:
    """Random float32 in [-bound, bound], the same with every version of NumPy."""
    import numpy as np  # an engine of single numbers has none

    numbers = np.frombuffer(rng.randbytes(4 * math.prod(shape)), np.uint32).reshape(shape)
    return (bound * (numbers / 2**31 - 1.0)).astype(np.float32)


def layers(network: Network, rng: random.Random) -> list[tuple[Any, Any]]:
    """Weights (inputs, outputs) as He et al. (2015) draw them for relu, and biases (outputs,) of zero."""
    shapes = pairwise(network.widths)
    return [(uniform(rng, (n, m), math.sqrt(6.0 / n)), uniform(rng, (m,), 0.0)) for n, m in shapes]


def batch(network: Network, rng: random.Random) -> tuple[Any, Any]:
    """Samples (batch, inputs), and their classes: integers (batch,), or for two classes 0.0 and 1.0, (batch, 1)."""
    import numpy as np

    x = uniform(rng, (network.batch, network.widths[0]), 1.0)
    classes = [rng.randrange(max(2, network.widths[-1])) for _ in range(network.batch)]
    if network.widths[-1] == 1:
        return x, np.array(classes, np.float32)[:, None]
    return x, np.array(classes)


def steps(engine: ModuleType, network: Network) -> Iterator[tuple[dict[str, float], float]]:
    """The steps of an engine: seconds and loss."""
    rng = random.Random(0)
    load, step = engine.network(layers(network, rng), RATE)
    batches = [tuple(map(load, batch(network, rng))) for _ in range(BATCHES)]
    while True:
        for x, y in batches:
            start = time.perf_counter()
            loss = step(x, y)
            yield {"step": time.perf_counter() - start}, loss
