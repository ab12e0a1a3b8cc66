"""The programs on single numbers, for any engine's node class: the same user code for all.

G: one step of `examples/gpt.py` on a word; the same graph again and again, which can be replayed; and M: one step of
micrograd's demo, a network 2-16-16-1 that separates two moons by the loss of a support-vector machine.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))

import gpt

Node = Callable[[float], Any]
Step = tuple[dict[str, float], float]  # seconds of each part, and the loss
Loss = Callable[[gpt.Weights], Any]
WORD = "pickle"  # of average length: seven predictions


def gpt_steps(node: Node, steps: int = 1000) -> Iterator[Step]:
    """Workload G, word after word: forward and backward apart from the optimizer."""
    rng = random.Random(0)
    words = gpt.python_names()
    rng.shuffle(words)
    alphabet = gpt.Alphabet(words)
    weights = gpt.initial_weights(node, alphabet.border + 1, rng)
    optimizer = gpt.Adam(weights)
    for step in range(steps):
        tokens = alphabet.tokens(words[step % len(words)])
        start = time.perf_counter()
        loss = gpt.cross_entropy(weights, tokens)
        loss.backward()
        value = float(loss.data)
        del loss  # letting the graph go is part of the work, whoever does it: the engine here or the collector later
        middle = time.perf_counter()
        optimizer.step(remaining=1.0 - step / steps)
        end = time.perf_counter()
        yield {"forward and backward": middle - start, "optimizer": end - middle}, value


def word_loss() -> tuple[Loss, gpt.Weights]:
    """The loss of one word as a function of the weights, and weights as plain floats."""
    alphabet = gpt.Alphabet(gpt.python_names())
    tokens = alphabet.tokens(WORD)
    weights = gpt.initial_weights(float, alphabet.border + 1, random.Random(0))
    return lambda weights: gpt.cross_entropy(weights, tokens), weights


def word_steps(engine: Any) -> Iterator[Step]:
    """The graph of one word again and again, with weights that descend; only the gradient is timed.

    An engine that replays has a `timed_gradient` of its own.
    """
    loss, weights = word_loss()
    run = engine.timed_gradient(loss) if hasattr(engine, "timed_gradient") else timed_gradient(engine.Value, loss)
    while True:
        seconds, value, gradient = run(weights)
        weights = mapped(lambda p, g: p - 0.01 * g, weights, gradient)
        yield seconds, value


def timed_gradient(node: Node, loss: Loss) -> Callable[[gpt.Weights], tuple[dict[str, float], float, gpt.Weights]]:
    """Seconds, loss and gradient of a function of floats, by a graph of nodes."""

    def run(weights: gpt.Weights) -> tuple[dict[str, float], float, gpt.Weights]:
        leaves = mapped(node, weights)
        start = time.perf_counter()
        y = loss(leaves)
        y.backward()
        value = float(y.data)
        del y  # as above
        seconds = time.perf_counter() - start
        return {"forward and backward": seconds}, value, mapped(lambda p: p.grad, leaves)

    return run


def mapped(f: Callable[..., Any], *weights: gpt.Weights) -> gpt.Weights:
    """A function of numbers at each place of weights that are alike."""
    first = weights[0]
    return {name: [list(map(f, *rows)) for rows in zip(*(w[name] for w in weights), strict=True)] for name in first}


def recordings(engine: Any) -> Iterator[Step]:
    """The first call of a replayed function."""
    loss, weights = word_loss()
    while True:
        start = time.perf_counter()
        value, _ = engine.recording(loss, weights)
        yield {"record": time.perf_counter() - start}, float(value)


def two_moons(n: int, rng: random.Random, noise: float = 0.1) -> tuple[list[list[float]], list[int]]:
    """n points on two half circles that reach into each other, and for each the moon it belongs to: -1 or 1."""
    points, labels = [], []
    for i in range(n):
        angle = math.pi * (i // 2) / max(1, n // 2 - 1)
        x, y = math.cos(angle), math.sin(angle)
        points.append([x, y] if i % 2 == 0 else [1.0 - x, 0.5 - y])
        labels.append(-1 if i % 2 == 0 else 1)
    return [[x + rng.gauss(0.0, noise) for x in point] for point in points], labels


def moons_network(node: Node, rng: random.Random, sizes: tuple[int, ...] = (2, 16, 16, 1)) -> list[Any]:
    """Layers of units, each a list of weights and a bias."""

    def unit(inputs: int) -> tuple[list[Any], Any]:
        return [node(rng.uniform(-1.0, 1.0)) for _ in range(inputs)], node(0.0)

    return [[unit(inputs) for _ in range(outputs)] for inputs, outputs in pairwise(sizes)]


def score(layers: list[Any], x: list[Any]) -> Any:
    for depth, layer in enumerate(layers):
        x = [sum((w * a for w, a in zip(weights, x, strict=True)), bias) for weights, bias in layer]
        if depth < len(layers) - 1:
            x = [a.relu() for a in x]
    return x[0]


def moons_loss(layers: list[Any], points: list[list[float]], labels: list[int]) -> Any:
    """Each point on its side with a margin of 1, by weights as small as can be."""
    scores = [score(layers, point) for point in points]
    losses = [(1 + -y * s).relu() for y, s in zip(labels, scores, strict=True)]
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters(layers))


def parameters(layers: list[Any]) -> list[Any]:
    return [p for layer in layers for weights, bias in layer for p in (*weights, bias)]


def moons_steps(node: Node, steps: int = 1000, n: int = 100) -> Iterator[Step]:
    """Workload M: whole steps of gradient descent over all points, drawn anew for each."""
    rng = random.Random(0)
    layers = moons_network(node, rng)
    for step in range(steps):
        points, labels = two_moons(n, rng)
        start = time.perf_counter()
        loss = moons_loss(layers, points, labels)
        for p in parameters(layers):
            p.grad = 0.0
        loss.backward()
        rate = 0.5 * (1.0 - 0.9 * step / steps)
        for p in parameters(layers):
            p.data -= rate * p.grad
        value = float(loss.data)
        del loss  # as above
        yield {"step": time.perf_counter() - start}, value
