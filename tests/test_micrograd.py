"""Programs written for micrograd 0.1.0 run with the imports replaced, and give the same numbers.

The expected numbers are micrograd's own. The losses were printed, with 17 digits, by its package from PyPI:
    PYTHONPATH=micrograd-0.1.0 python demo.py
where demo.py is `demo` below with micrograd's imports, for 20 steps.
"""

import os
import random
from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.datasets import make_moons

from autograd import Value
from nn import MLP

LOSSES = [
    0.89584410286832217,
    1.7235905336972019,
    0.74290063138511298,
    0.77056412605842017,
    0.36927933859765383,
    0.31354548191852194,
    0.28142343497724348,
    0.26888733313983904,
    0.25671472860574168,
    0.27048625516379227,
    0.2450702385365805,
    0.25099055297915035,
    0.21560951851922952,
    0.23090378446402732,
    0.2015215122789944,
    0.22574506279282222,
    0.19447987596204097,
    0.21089496199246371,
    0.15983077356303599,
    0.18453748746883933,
]
STEPS = len(LOSSES) if os.environ.get("CI") else 5  # a third of a second each


def test_products_and_relu_give_whole_numbers_exactly() -> None:
    x = Value(-4.0)
    u = 2 * x + 2 + x
    v = u.relu() + u * x
    y = (u * u).relu() + v + v * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def test_powers_quotients_and_assignment_operators() -> None:
    a, b = Value(-4.0), Value(2.0)
    c, d = a + b, a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    f = (c - d) ** 2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert (g.data, a.grad, b.grad) == pytest.approx((24.70408163265306, 138.83381924198252, 645.5772594752186), 1e-14)


def demo() -> Iterator[float]:
    """Its notebook's program, with everything drawn from the global generators: the loss before each step."""
    random.seed(1337)
    np.random.seed(1337)  # noqa: NPY002  (as its users write it)
    points, moons = make_moons(n_samples=100, noise=0.1)
    labels = moons * 2 - 1
    model = MLP(2, [16, 16, 1])
    for k in range(100):
        scores = [model([Value(coordinate) for coordinate in point]) for point in points]
        hinges = [(1 + -y * score).relu() for y, score in zip(labels, scores, strict=True)]
        loss = sum(hinges) * (1.0 / len(hinges)) + 1e-4 * sum(p * p for p in model.parameters())
        yield loss.data
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad


def test_the_demo_has_the_same_losses() -> None:
    losses = [loss for loss, _ in zip(demo(), range(STEPS), strict=False)]
    assert losses == pytest.approx(LOSSES[:STEPS], rel=1e-12)
