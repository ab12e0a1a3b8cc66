"""Prints, in hexadecimal, what numbers give: random graphs, their derivatives, and networks that learn. No NumPy."""

import random
import sys
from collections.abc import Callable
from itertools import pairwise

import autograd
import nn
from autograd import Value, gradients, no_grad, tangents

OPERATORS: list[Callable[..., Value]] = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / (2.5 + y * y),
    lambda x, y: (1.5 + x * x) ** y,
    lambda x, y: x**3 - 2 ** (0.1 * y),
    lambda x, y: 3 - x,
    lambda x, y: -x,
    lambda x, y: 2 / (3 + x.relu()),
    lambda x, y: x.tanh(),
    lambda x, y: (0.1 * x).exp(),
    lambda x, y: (x * x + 0.5).log(),
    lambda x, y: x % 1.7 + y // 3,
    lambda x, y: abs(x),
    lambda x, y: autograd.sin(x) * autograd.sigmoid(y),
    lambda x, y: autograd.where(x > y, x, y) + autograd.maximum(x, 0.5),
    lambda x, y: autograd.softplus(x) - autograd.hypot(x, y),
]


def show(*xs: float) -> None:
    print(*(x.hex() if type(x) is float else repr(x) for x in xs))


def random_graph(rng: random.Random, steps: int) -> tuple[list[Value], Value]:
    leaves = [Value(rng.gauss(0, 1)) for _ in range(5)]
    nodes = [*leaves, Value(0.7, requires_grad=False)]
    for _ in range(steps):
        x, y = rng.choice(nodes), rng.choice(nodes)
        z = rng.choice(OPERATORS)(x, y)
        nodes.append(z if abs(z.data) < 1e3 else z * 1e-3 / (1 + abs(z)))
    return leaves, sum(nodes[-8:], Value(0.0)) + leaves[0]


def graphs() -> None:
    rng = random.Random(4)
    for _ in range(60):
        leaves, root = random_graph(rng, 40)
        root.backward()
        show(root.data, *(x.grad for x in leaves))
        first = gradients(root, leaves, create_graph=True)
        second = gradients(sum((g * (i + 1) for i, g in enumerate(first)), Value(0.0)) + leaves[0] ** 2, leaves)
        show(*(g.data for g in (*first, *second)))
        show(*(t.data for t in tangents([root], [(x, 0.5) for x in leaves])))
        with no_grad():
            show((root * 2).data, root > 0)
        print(repr(root), root.tree(max_lines=9))


def dot(xs: list[Value], ys: list[Value]) -> Value:
    return sum(x * y for x, y in zip(xs, ys, strict=True))


def attention() -> None:
    """A step in the manner of a GPT on numbers: embeddings, RMS norm, attention, softmax, cross-entropy."""
    rng = random.Random(5)
    width, tokens = 6, [3, 1, 4, 1, 0]
    matrices = [[[Value(rng.gauss(0, 0.3)) for _ in range(width)] for _ in range(width)] for _ in range(5)]
    weights = [w for matrix in matrices for row in matrix for w in row]
    embedding, query, key, value, out = matrices
    for _ in range(3):
        keys, values, losses = [], [], []
        for token, target in pairwise(tokens):
            x = [a * (dot(embedding[token], embedding[token]) / width + 1e-5) ** -0.5 for a in embedding[token]]
            keys.append([dot(row, x) for row in key])
            values.append([dot(row, x) for row in value])
            exps = [(dot([dot(row, x) for row in query], k) / width**0.5).exp() for k in keys]
            shares = [e / sum(exps) for e in exps]
            x = [(a + dot(shares, list(column))).relu() for a, column in zip(x, zip(*values, strict=True), strict=True)]
            logits = [dot(row, x) for row in out]
            total = sum(logit.exp() for logit in logits)
            losses.append(-(logits[target].exp() / total).log())
        loss = sum(losses) / len(losses)
        loss.backward()
        show(loss.data, *(w.grad for w in weights))
        for w in weights:
            w.data -= 0.1 * w.grad
            w.grad = 0.0


def network() -> None:
    random.seed(6)
    for activation in ("tanh", "relu", "gelu"):
        model = nn.MLP(3, [5, 2], activation=activation)
        optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
        for _ in range(5):
            loss = sum((z - 1) ** 2 for x in ([1.0, -2.0, 0.5], [0.0, 0.3, -0.7]) for z in model(x))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        show(loss.data, *(p.data for p in model.parameters()), *(p.grad for p in model.parameters()))


graphs()
attention()
network()
assert "numpy" not in sys.modules
