"""Time a step of each optimizer on a small network, here and (where it is installed) in PyTorch, in one run.

Usage: python benchmarks/optimizer_steps.py [--seconds S]

The parameters are those of an MLP of 64-128-64-10 in float32, the gradients are there already, options the defaults.
One thread each. A row gives the least time of alternating rounds of ten steps, in microseconds a step, and the ratio.
"""

from __future__ import annotations

import argparse
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from timing import least_times

from autograd import Value
from nn import optim

try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]

WIDTHS = (64, 128, 64, 10)
NAMES = ("SGD", "ASGD", "Adagrad", "RMSprop", "Adam", "AdamW", "NAdam", "RAdam", "Adamax", "Adadelta", "Rprop")
STEPS = 10


def arrays() -> list[Any]:
    rng = np.random.default_rng(0)
    shapes = [shape for nin, nout in pairwise(WIDTHS) for shape in ((nin, nout), (nout,))]
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def of_glassgrad(name: str) -> Any:
    parameters = [Value(x) for x in arrays()]
    for p, x in zip(parameters, arrays(), strict=True):
        p.grad = x
    return getattr(optim, name)(parameters)


def of_torch(name: str) -> Any:
    parameters = [torch.nn.Parameter(torch.tensor(x)) for x in arrays()]
    for p, x in zip(parameters, arrays(), strict=True):
        p.grad = torch.tensor(x)
    return getattr(torch.optim, name)(parameters)


def ten_steps(optimizer: Any) -> None:
    for _ in range(STEPS):
        optimizer.step()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="of each row (default: %(default)s)")
    if torch:
        torch.set_num_threads(1)
    seconds = parser.parse_args().seconds
    print(f"{'µs a step':10}{'glassgrad':>10}{'PyTorch':>10}{'ratio':>8}")
    for name in NAMES:
        optimizers = [of_glassgrad(name), *([of_torch(name)] if torch else [])]
        rounds = least_times(seconds, *(partial(ten_steps, optimizer) for optimizer in optimizers))
        here, *there = (1000.0 * each / STEPS for each in rounds)
        print(f"{name:10}{here:10.0f}" + "".join(f"{x:10.0f}{here / x:8.2f}" for x in there))


if __name__ == "__main__":
    main()
