"""Time what the trainer costs over a loop written by hand, in one process, for eager and for replayed steps.

Usage: OMP_NUM_THREADS=1 python benchmarks/training.py [--seconds S]

Both train the same network, 64-128-64-10 in float32 with Adam, on scikit-learn's 1,797 images of digits, epoch by epoch
in turns. A row gives the median time from one step to the next of either, and the ratio; then the ratio of their least
times of an epoch, which holds what is done once an epoch as well, and more of what else the machine does.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

import nn
from autograd import replay
from nn.functional import cross_entropy

PIXELS, DIGITS = load_digits(return_X_y=True)
PIXELS = ((PIXELS - 8.0) / 8.0).astype(np.float32)
Epoch = Callable[[], Any]


def network() -> tuple[nn.MLP, nn.optim.Adam]:
    model = nn.MLP(64, [128, 64, 10], vectorized=True, dtype="float32", rng=np.random.default_rng(0))
    return model, nn.optim.Adam(model.named_parameters(), lr=1e-3)


def by_hand(batch_size: int, replayed: bool, measured: bool, note: Callable[[float], object]) -> Epoch:
    """An epoch as it is written without a trainer; `measured`: the accuracy, too. `note` gets the time at each step."""
    model, optimizer = network()
    rng = np.random.default_rng(0)

    def loss_of(x: Any, y: Any) -> tuple[Any, Any]:
        output = model(x)
        return cross_entropy(output, y), output

    program = replay(loss_of)

    def epoch() -> tuple[float, float]:
        total = hits = 0.0
        order = rng.permutation(len(PIXELS))
        for start in range(0, len(order), batch_size):
            note(time.perf_counter())
            rows = order[start : start + batch_size]
            x, y = PIXELS[rows], DIGITS[rows]
            optimizer.zero_grad()
            if replayed:
                loss, output = program.backward(x, y)
            else:
                value, output = loss_of(x, y)
                value.backward(leaves_only=True)
                loss, output = value.item(), output.data
            optimizer.step()
            total += float(loss) * len(rows)
            if measured:
                hits += (output.argmax(axis=1) == y).sum()
        return total / len(order), hits / len(order)

    return epoch


class Turns(nn.training.Callback):
    """After each epoch of the trainer, one by hand; `steps` and `epochs` are the times of the trainer's and by hand."""

    def __init__(self, batch_size: int, replayed: bool, measured: bool, seconds: float) -> None:
        self.steps: tuple[list[float], list[float]] = ([], [])
        self.epochs: tuple[list[float], list[float]] = ([], [])
        self._notes: list[float] = []
        self._other = by_hand(batch_size, replayed, measured, self._notes.append)
        self._end = time.perf_counter() + 2 * seconds

    def on_epoch_begin(self, epoch: int) -> None:
        self._notes.clear()
        self._start = time.process_time()

    def on_train_batch_begin(self, batch: int) -> None:
        self._notes.append(time.perf_counter())

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        self._keep(0)
        self._other()
        self._keep(1)
        self.trainer.stop_training = time.perf_counter() > self._end

    def _keep(self, side: int) -> None:
        self.epochs[side].append(time.process_time() - self._start)
        self.steps[side].extend(end - start for start, end in pairwise(self._notes))
        self._notes.clear()
        self._start = time.process_time()


def times(batch_size: int, replayed: bool, measured: bool, seconds: float) -> Turns:
    model, optimizer = network()
    turns = Turns(batch_size, replayed, measured, seconds)
    trainer = nn.Trainer(model, rng=0).compile(optimizer, "cross_entropy", ["accuracy"] if measured else [])
    trainer.fit(PIXELS, DIGITS, batch_size, epochs=100_000, verbose=0, callbacks=[turns], replay=replayed)
    return turns


def main(seconds: float) -> None:
    gc.disable()  # as timeit does: looking through all of scikit-learn would count for one or the other
    print(f"{'batch':>5} {'step':>8} {'measures':>15} {'by hand':>10} {'trainer':>10} {'steps':>6} {'epochs':>6}")
    for batch_size in (32, 100):
        for replayed in (False, True):
            for measured in (False, True):
                turns = times(batch_size, replayed, measured, seconds)
                trainer, hand = (1e6 * statistics.median(steps) for steps in turns.steps)
                epochs = min(turns.epochs[0][1:]) / min(turns.epochs[1][1:])
                print(
                    f"{batch_size:>5} {'replayed' if replayed else 'eager':>8} "
                    f"{'loss, accuracy' if measured else 'loss':>15} {hand:>7.0f} us {trainer:>7.0f} us "
                    f"{trainer / hand:>6.3f} {epochs:>6.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Time the trainer beside a loop written by hand.")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each of the two, in each row")
    main(parser.parse_args().seconds)
