"""Time the convolution layers of a small image classifier, here and (where it is installed) in PyTorch, in one run.

Usage: OMP_NUM_THREADS=1 python benchmarks/convolution.py [--seconds S]

One thread each. A row gives the least time of alternating runs, and the ratio to PyTorch's: of the layer alone, with a
bias ("forward"), and with the gradients of input, weight and bias ("and backward"). The second table times the
layouts of memory that autograd/ops/windows/ chose between.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from timing import Run, least_times

from autograd import Value, conv2d, max_pool2d

try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]

LAYERS = [((32, 1, 28, 28), (8, 1, 3, 3)), ((32, 8, 13, 13), (16, 8, 3, 3)), ((32, 16, 6, 6), (32, 16, 3, 3))]
POOLED = (32, 8, 26, 26)
Call = Callable[..., Any]


def of_glassgrad(operands: list[Any], function: Call) -> tuple[Run, Run]:
    """The call, and the call with its backward pass."""
    xs = [Value(x) for x in operands]
    g = np.ones(function(*xs).shape, operands[0].dtype)
    return lambda: function(*xs), lambda: function(*xs).backward(g, leaves_only=True)


def of_torch(operands: list[Any], function: Call) -> tuple[Run, Run]:
    xs = [torch.tensor(x, requires_grad=True) for x in operands]
    g = torch.ones_like(function(*xs))
    return lambda: function(*xs), lambda: torch.autograd.grad(function(*xs), xs, g)


def compare_with_torch(seconds: float) -> None:
    print(f"{'':52}{'glassgrad':>12}{'PyTorch':>12}{'ratio':>8}")
    for dtype in (np.float64, np.float32):
        for shapes in LAYERS:
            bias = shapes[1][:1]
            compare(seconds, " * ".join(map(str, shapes)), conv2d, "conv2d", [*shapes, bias], dtype)
        compare(seconds, f"max_pool2d {POOLED} by 2", max_pool2d, "max_pool2d", [POOLED], dtype, kernel_size=2)


def compare(
    seconds: float, title: str, function: Call, name: str, shapes: list[Any], dtype: type, **params: Any
) -> None:
    rng = np.random.default_rng(0)
    operands = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    runs = of_glassgrad(operands, partial(function, **params))
    others: tuple[Run, ...] = ()
    if torch is not None:
        others = of_torch(operands, partial(getattr(torch.nn.functional, name), **params))
    for i, what in enumerate(("forward", "and backward")):
        ours, *theirs = least_times(seconds, runs[i], *others[i : i + 1])
        against = f"{theirs[0]:9.2f} ms{ours / theirs[0]:8.2f}" if theirs else f"{'not installed':>15}"
        print(f"{dtype.__name__:8} {title:32} {what:13}{ours:7.2f} ms{against}")


def product_for_each_signal(view: Any, flat: Any) -> Any:
    batch, _, height, width = view.shape[:4]
    return flat @ view.transpose(0, 1, 4, 5, 2, 3).reshape(batch, flat.shape[1], height * width)


def product_for_the_batch(view: Any, flat: Any) -> Any:
    batch, _, height, width = view.shape[:4]
    z = flat @ view.transpose(1, 4, 5, 0, 2, 3).reshape(flat.shape[1], batch * height * width)
    return np.ascontiguousarray(z.reshape(-1, batch, height * width).swapaxes(0, 1))


def product_of_rows(view: Any, flat: Any) -> Any:
    batch, _, height, width = view.shape[:4]
    z = view.transpose(0, 2, 3, 1, 4, 5).reshape(batch * height * width, flat.shape[1]) @ flat.T
    return np.ascontiguousarray(z.reshape(batch, height * width, -1).swapaxes(1, 2))


def product_with_the_batch_last(view: Any, flat: Any) -> Any:
    batch, _, height, width = view.shape[:4]
    return (flat @ view.transpose(1, 4, 5, 2, 3, 0).reshape(flat.shape[1], -1)).reshape(-1, height, width, batch)


def compare_layouts(seconds: float) -> None:
    rng = np.random.default_rng(0)
    products = (product_for_each_signal, product_for_the_batch, product_with_the_batch_last, product_of_rows)
    for signals, filters in LAYERS:
        view = sliding_window_view(rng.standard_normal(signals), filters[2:], (2, 3))
        flat = rng.standard_normal((filters[0], math.prod(filters[1:])))
        found = least_times(seconds, *(partial(product, view, flat) for product in products))
        each, batch, last, rows = (f"{time:.2f} ms" for time in found)
        print(
            f"{signals} * {filters}: a product for each signal {each}, for the batch {batch}, "
            f"with the batch last {last}, of rows {rows}"
        )
    view = sliding_window_view(rng.standard_normal(POOLED), (2, 2), (2, 3))[:, :, ::2, ::2]
    copied, seen = least_times(
        seconds,
        lambda: view.transpose(4, 5, 0, 1, 2, 3).reshape(4, *view.shape[:4]).max(axis=0),
        lambda: view.max(axis=(-2, -1)),
    )
    print(f"{POOLED} by 2: the maximum of copied windows {copied:.2f} ms, of their view {seen:.2f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.5, help="time for each row")
    arguments = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        parser.error("expected OMP_NUM_THREADS=1 in the environment, so that both sides use one thread.")
    if torch is not None:
        torch.set_num_threads(1)
    compare_with_torch(arguments.seconds)
    compare_layouts(arguments.seconds)
