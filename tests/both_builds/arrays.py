"""Prints, in hexadecimal, what arrays give: networks that learn, in float64 and float32, and numbers among arrays."""

import random
from typing import Any

import numpy as np

import autograd
import nn
from autograd import Value, gradients, tangents
from nn.functional import cross_entropy, mse_loss


def show(*xs: Any) -> None:
    for x in xs:
        array = np.asarray(x.data if type(x) is Value else x)
        print(array.dtype, array.shape, array.tobytes().hex())


def networks() -> None:
    rng = np.random.default_rng(7)
    random.seed(7)
    for dtype, optimizer in ((np.float64, nn.optim.Adam), (np.float32, nn.optim.SGD)):
        model = nn.MLP(4, [8, 3], activation="tanh", vectorized=True)
        for p in model.parameters():
            p.data = p.data.astype(dtype)
        steps = optimizer(model.parameters(), lr=0.05)
        x, target = rng.normal(size=(10, 4)).astype(dtype), rng.integers(0, 3, 10)
        for _ in range(4):
            logits = model(x)
            loss = cross_entropy(logits, target) + 0.1 * mse_loss(logits, np.zeros((10, 3), dtype))
            steps.zero_grad()
            loss.backward()
            show(loss, *(p.grad for p in model.parameters()))
            steps.step()
        show(*model.parameters())


def mixtures() -> None:
    rng = np.random.default_rng(8)
    for _ in range(20):
        number, row = Value(rng.normal()), Value(rng.normal(size=3))
        matrix = Value(rng.normal(size=(4, 3)), label="m")
        leaves = [number, row, matrix]
        y = autograd.where(matrix > 0, matrix * number, autograd.sqrt(matrix)) + row / (number * number + 1.0)
        y = autograd.concatenate([y, matrix[::2] ** 3, (matrix @ row)[:3].reshape(1, 3)]).at[1].add(row)
        y = autograd.cumsum(y * np.float32(0.5), axis=0) - y.max(axis=1, keepdims=True)
        root = autograd.sum(y[:, 1:]) + y.var() - (2 - number) % 1.5
        root.backward()
        show(root, *(x.grad for x in leaves))
        first = gradients(root, leaves, create_graph=True)
        show(*first, *gradients(sum(autograd.sum(g * g) for g in first), leaves))
        show(*tangents([root, y], [(row, np.ones(3)), (number, 2.0)]))
        print(repr(root), root.tree(max_lines=12))


with np.errstate(all="ignore"):
    networks()
    mixtures()
