"""An epoch of training on scikit-learn's handwritten digits: Adam, cross-entropy, float32, batches of 32.

An engine's module says how its users write it: `classifier(name, state)` answers a function `epoch(x, y, order)` that
trains on the rows in this order and answers the mean loss. `state` holds the first weights, under PyTorch's names.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from networks import uniform

BATCH = 32
RATE = 1e-3
TRAINED = 1437  # rows of 1,797; the rest is for tests
FILE = Path(__file__).resolve().parents[2] / "build" / "digits.npz"  # the engines' environments have no scikit-learn

# The shapes of the layers' weights; biases are (outputs,). In "cnn" each convolution is followed by pooling by 2.
SHAPES = {
    "mlp": {"0": (128, 64), "2": (64, 128), "4": (10, 64)},
    "cnn": {"0": (16, 1, 3, 3), "3": (32, 16, 3, 3), "7": (10, 128)},
}


def prepare() -> None:
    """Write the data where every engine's process finds them."""
    import numpy as np
    from sklearn.datasets import load_digits

    if not FILE.exists():
        x, y = load_digits(return_X_y=True)
        FILE.parent.mkdir(exist_ok=True)
        np.savez(FILE, x=(x / 16.0).astype(np.float32), y=y)


def first_state(name: str, rng: random.Random) -> dict[str, Any]:
    """Weights as He et al. (2015) draw them, and biases of zero."""
    state = {}
    for layer, shape in SHAPES[name].items():
        state[f"{layer}.weight"] = uniform(rng, shape, math.sqrt(6.0 / math.prod(shape[1:])))
        state[f"{layer}.bias"] = uniform(rng, shape[:1], 0.0)
    return state


def epochs(engine: ModuleType, name: str) -> Iterator[tuple[dict[str, float], float]]:
    """The epochs of an engine: seconds and mean loss."""
    import numpy as np

    with np.load(FILE) as file:
        x, y = file["x"][:TRAINED], file["y"][:TRAINED]
    if name == "cnn":
        x = x.reshape(-1, 1, 8, 8)
    rng = random.Random(0)
    epoch = engine.classifier(name, first_state(name, rng))
    while True:
        order = np.array(rng.sample(range(TRAINED), TRAINED))
        start = time.perf_counter()
        loss = epoch(x, y, order)
        yield {"epoch": time.perf_counter() - start}, loss
