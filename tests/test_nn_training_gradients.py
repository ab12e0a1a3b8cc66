"""A fit in which nothing, or not all, can learn is told before the first update."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, stop_gradient
from autograd.errors import ArgumentError, GlassgradError, GraphError
from nn.functional import mse_loss
from nn.optim import SGD
from nn.training import Trainer

X = np.random.default_rng(0).normal(size=(20, 3))
Y = X @ np.ones((3, 2))


class Broken(nn.Module):
    """Two layers, and a way of not using them."""

    def __init__(self, way: Any) -> None:
        self.one, self.two = nn.Linear(3, 2, rng=0), nn.Linear(3, 2, rng=1)
        self.way = way

    def forward(self, x: Any) -> Any:
        return self.way(self, x)


def kept(model: nn.Module) -> list[Any]:
    return [np.copy(x) for x in model.state_dict().values()]


def same(model: nn.Module, before: list[Any]) -> bool:
    return all((x == y).all() for x, y in zip(model.state_dict().values(), before, strict=True))


@pytest.mark.parametrize(
    ("way", "error", "said"),
    [
        (lambda m, x: nn.Linear(3, 2, rng=2)(x), GraphError, "^fit: the loss depends on no parameter of the optimizer"),
        (lambda m, x: m.one(x).data, GlassgradError, "^fit: loss 'mse': found .* computed of no weight"),
        (lambda m, x: (m.one(x) > 0) * 1.0, GlassgradError, "^fit: loss 'mse': found .* computed of no weight"),
    ],
    ids=["a layer made in forward", "data", "a comparison"],
)
def test_a_loss_that_depends_on_no_parameter(way: Any, error: type[GlassgradError], said: str) -> None:
    model = Broken(way)
    before = kept(model)
    with pytest.raises(error, match=said):
        Trainer(model).compile("sgd", "mse").fit(X, Y, verbose=0)
    assert same(model, before) and not any(p.has_grad for p in model.parameters())


@pytest.mark.parametrize("replay", [False, True])
def test_parameters_without_a_gradient_are_named_once(replay: bool) -> None:
    model = Broken(lambda m, x: m.one(x))
    before = kept(model.two)
    with pytest.warns(
        UserWarning, match=r"^fit: found no gradient of two\.weight, two\.bias in the first step"
    ) as told:
        Trainer(model).compile("sgd", "mse").fit(X, Y, 5, epochs=2, verbose=0, replay=replay)
    assert len(told) == 1 and same(model.two, before)
    model.two.requires_grad_(False)
    Trainer(model).compile("sgd", "mse").fit(X, Y, verbose=0, replay=replay)  # no warning: it is not to learn


def test_gradients_of_nothing_but_zero() -> None:
    model = Broken(lambda m, x: stop_gradient(m.one(x) + m.two(x)))
    before = kept(model)
    with pytest.warns(UserWarning, match="found gradients of nothing but 0 in the first step"):
        Trainer(model).compile("sgd", "mse").fit(X, Y, verbose=0)
    assert same(model, before)


@pytest.mark.parametrize("replay", [False, True])
def test_a_layer_that_was_replaced_after_compile(replay: bool) -> None:
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.ReLU(), nn.Linear(4, 2, rng=1))
    early = SGD(model.parameters(), lr=0.1)
    trainer = Trainer(model).compile("sgd", "mse")
    model[2] = nn.Linear(4, 2, rng=2)
    before = kept(model)
    for each in (trainer, Trainer(model).compile(early, "mse")):
        with pytest.raises(
            ArgumentError, match=r"found 2 parameters .* not in it 2\.weight, 2\.bias; .* compile again"
        ):
            each.fit(X, Y, verbose=0, replay=replay)
    assert same(model, before)
    trainer.compile("sgd", "mse").fit(X, Y, verbose=0, replay=replay)
    assert not any((x == y).all() for x, y in zip(kept(model), before, strict=True))


def test_parameters_that_are_left_out_or_belong_to_the_loss_are_legitimate() -> None:
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Linear(4, 2, rng=1))
    scale = Value(0.0, label="scale")  # the logarithm of a variance: of the loss, learned besides

    def loss(output: Any, y: Any) -> Any:
        return mse_loss(output, y) * (-scale).exp() + scale

    before = kept(model)
    Trainer(model).compile(SGD([*model[1].parameters(), scale], lr=0.1), loss).fit(X, Y, verbose=0)
    assert [same(layer, x) for layer, x in zip(model, (before[:2], before[2:]), strict=True)] == [True, False]
    assert scale.data != 0.0
