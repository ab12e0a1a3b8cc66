"""Models, data and a short run that the tests of the trainer share."""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
from nn.optim import SGD
from nn.training import Trainer

__all__ = ["LABELS", "RNG", "X", "Y", "mlp", "same_weights", "trained"]

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4))
LABELS = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int)
Y = X[:, :1] * X[:, 1:2] - X[:, 2:3]


def mlp(outputs: int = 2, dtype: Any = None) -> nn.MLP:
    return nn.MLP(4, [8, outputs], activation="tanh", vectorized=True, dtype=dtype, rng=np.random.default_rng(0))


def trained(model: nn.Module, y: Any = LABELS, loss: Any = "cross_entropy", lr: float = 0.5, **options: Any) -> Trainer:
    trainer = Trainer(model, rng=7).compile(SGD(model.named_parameters(), lr=lr, momentum=0.5), loss)
    trainer.fit(X, y, **{"epochs": 3, "batch_size": 16, "verbose": 0, **options})
    return trainer


def same_weights(model: nn.Module, other: nn.Module, rtol: float = 0.0) -> None:
    for (name, p), (_, q) in zip(model.named_parameters(), other.named_parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=rtol, atol=rtol, err_msg=name)
