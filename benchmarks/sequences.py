"""Time a training step of recurrent layers and of a small GPT, here and (where it is installed) in PyTorch, in one run.

Usage: OMP_NUM_THREADS=1 python benchmarks/sequences.py [--seconds S]

One thread each, float32. A row gives the least time of alternating runs of a forward and a backward pass: eager,
replayed (autograd.replay), PyTorch; and the ratios to PyTorch's.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from timing import Run, least_times

import nn
from autograd import backend, replay
from nn import functional

try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]

TIME, BATCH, HIDDEN = 24, 32, 32  # windows of a series of numbers
LETTERS, PLACES, WIDTH, HEADS, BLOCKS = 30, 16, 32, 4, 2  # names, letter by letter


def steps(model: nn.Module, loss: Callable[..., Any], *inputs: Any) -> list[Run]:
    """A training step without its update, eager and replayed."""
    program = replay(loss)

    def eager() -> None:
        model.zero_grad()
        loss(*inputs).backward()

    def replayed() -> None:
        model.zero_grad()
        program.backward(*inputs)

    return [eager, replayed]


def torch_step(model: Any, loss: Callable[..., Any], *inputs: Any) -> Run:
    def step() -> None:
        model.zero_grad()
        loss(*inputs).backward()

    return step


def recurrent(name: str) -> list[Run]:
    x = np.random.default_rng(0).normal(size=(TIME, BATCH, 1)).astype("float32")
    ours = getattr(nn, name)(1, HIDDEN, dtype="float32", rng=0)
    runs = steps(ours, lambda x: (ours(x)[0][-1] ** 2).mean(), x)
    if torch:
        theirs = getattr(torch.nn, name)(1, HIDDEN)
        runs.append(torch_step(theirs, lambda x: (theirs(x)[0][-1] ** 2).mean(), torch.tensor(x)))
    return runs


def gpt(activation: str) -> list[Run]:
    rng = np.random.default_rng(0)
    ids, next_ids = rng.integers(LETTERS, size=(BATCH, PLACES)), rng.integers(LETTERS, size=BATCH * PLACES)
    blocks = [
        nn.TransformerBlock(WIDTH, HEADS, activation=activation, causal=True, dtype="float32") for _ in range(BLOCKS)
    ]
    ours = nn.Sequential(
        nn.Embedding(LETTERS, WIDTH, dtype="float32"),
        nn.PositionalEmbedding(PLACES, WIDTH, dtype="float32"),
        *blocks,
        nn.LayerNorm(WIDTH, dtype="float32"),
        nn.Linear(WIDTH, LETTERS, dtype="float32"),
    )
    runs = steps(
        ours, lambda x, y: functional.cross_entropy(ours(x).reshape((BATCH * PLACES, LETTERS)), y), ids, next_ids
    )
    if torch:
        runs.append(torch_gpt(activation, ids, next_ids))
    return runs


def torch_gpt(activation: str, ids: Any, next_ids: Any) -> Run:
    embedding, head = torch.nn.Embedding(LETTERS, WIDTH), torch.nn.Linear(WIDTH, LETTERS)
    positions = torch.nn.Parameter(torch.zeros(PLACES, WIDTH))
    layers = torch.nn.ModuleList(
        torch.nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, activation, batch_first=True, norm_first=True)
        for _ in range(BLOCKS)
    )
    model = torch.nn.ModuleList([embedding, layers, torch.nn.LayerNorm(WIDTH), head])
    mask = torch.nn.Transformer.generate_square_subsequent_mask(PLACES)

    def loss(x: Any, y: Any) -> Any:
        h = embedding(x) + positions
        for layer in layers:
            h = layer(h, src_mask=mask, is_causal=True)
        return torch.nn.functional.cross_entropy(head(model[2](h)).reshape(-1, LETTERS), y)

    return torch_step(model, loss, torch.tensor(ids), torch.tensor(next_ids))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time training steps of layers for sequences.")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each row (default: 2)")
    seconds = parser.parse_args().seconds
    if torch:
        torch.set_num_threads(1)
    print(f"backend {backend}, batch {BATCH}, float32, milliseconds")
    print(f"{'':28}{'eager':>9}{'replay':>9}" + (f"{'PyTorch':>9}{'ratios':>14}" if torch else ""))
    rows = [(f"{name}(1, {HIDDEN}), {TIME} steps", recurrent(name)) for name in ("RNN", "LSTM", "GRU")]
    rows += [(f"GPT, {BLOCKS} blocks, {each}", gpt(each)) for each in ("relu", "gelu")]
    for name, runs in rows:
        times = least_times(seconds, *runs)
        ratios = [f"{time / times[2]:>7.1f}" for time in times[:2]] if torch else []
        print(f"{name:28}" + "".join(f"{time:>9.2f}" for time in times) + "".join(ratios))


if __name__ == "__main__":
    main()
