"""The trainer against loops written by hand: the same losses and weights, bit for bit where nothing is summed anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learners import LABELS, RNG, X, Y, mlp, same_weights, trained

import nn
from autograd.errors import ShapeError
from nn.functional import cross_entropy
from nn.optim import SGD, Adam
from nn.training import Trainer


def by_hand(model: nn.Module, epochs: int, batch_size: int) -> tuple[list[float], list[float]]:
    """The seven steps, without the trainer: the mean loss and the accuracy of each epoch."""
    optimizer, rng = SGD(model.parameters(), lr=0.5, momentum=0.5), np.random.default_rng(7)
    losses, accuracies = [], []
    for _ in range(epochs):
        order, total, hits = rng.permutation(len(X)), 0.0, 0
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            output = model(X[rows])
            loss = cross_entropy(output, LABELS[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
            hits += int((output.data.argmax(axis=1) == LABELS[rows]).sum())
        losses.append(total / len(X))
        accuracies.append(hits / len(X))
    return losses, accuracies


@pytest.mark.parametrize("batch_size", [1, 16, 50, 64])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_it_is_the_loop_written_by_hand(batch_size: int, dtype: str) -> None:
    model, twin = mlp(dtype=dtype), mlp(dtype=dtype)
    trainer = Trainer(model, rng=7).compile(
        SGD(model.parameters(), lr=0.5, momentum=0.5), "cross_entropy", ["accuracy"]
    )
    history = trainer.fit(X, LABELS, batch_size, epochs=3, verbose=0)
    losses, accuracies = by_hand(twin, 3, batch_size)
    assert history.history == {"loss": losses, "accuracy": accuracies} and history.epoch == [0, 1, 2]
    assert trainer.history is history
    same_weights(model, twin)
    assert all(not p.has_grad for p in model.parameters())


def test_numbers_learn_as_arrays_do() -> None:
    arrays, numbers = mlp(1), mlp(1).scalarize()
    losses = [
        trained(model, y, "mse", lr=0.05).history.history["loss"] for model, y in ((arrays, Y), (numbers, Y[:, 0]))
    ]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
    same_weights(arrays, numbers.vectorize(), 1e-11)
    np.testing.assert_allclose(Trainer(numbers).predict(X), Trainer(arrays).predict(X)[:, 0], rtol=1e-11)
    classes = mlp(2).scalarize()
    trainer = Trainer(classes, rng=0).compile("sgd", "cross_entropy", ["accuracy"])
    assert len(trainer.fit(X[:10], LABELS[:10], epochs=2, verbose=0).history["accuracy"]) == 2


def test_the_same_seed_is_the_same_run_bit_for_bit() -> None:
    def run(seed: int) -> tuple[dict[str, list[float]], list[Any]]:
        model = nn.Sequential(
            nn.Linear(4, 8, rng=seed), nn.BatchNorm1d(8), nn.Dropout(0.3, rng=seed), nn.Linear(8, 2, rng=1)
        )
        trainer = Trainer(model, rng=seed).compile("adam", "cross_entropy", ["accuracy"])
        history = trainer.fit(X, LABELS, epochs=3, validation_split=0.2, verbose=0)
        return history.history, [p.data.tolist() for p in model.parameters()]

    assert run(0) == run(0) != run(1)


@settings(max_examples=15)
@given(batch_size=st.integers(1, 20), steps=st.integers(1, 5))
def test_accumulated_gradients_are_those_of_the_big_batch(batch_size: int, steps: int) -> None:
    big, small = mlp(1), mlp(1)
    trained(big, Y, "mse", lr=0.02, batch_size=batch_size * steps, shuffle=False)
    trained(small, Y, "mse", lr=0.02, batch_size=batch_size, accumulate_steps=steps, shuffle=False)
    same_weights(big, small, 1e-12)


def test_accumulated_gradients_with_weights_and_of_sums() -> None:
    weights = RNG.random(50)
    for loss in ("cross_entropy", lambda x, y: cross_entropy(x, y, reduction="none")):
        models = [mlp(), mlp()]
        trained(models[0], loss=loss, batch_size=20, sample_weight=weights)
        trained(models[1], loss=loss, batch_size=5, accumulate_steps=4, sample_weight=weights)
        same_weights(*models, 1e-12)
    models = [mlp(1), mlp(1)]
    trained(models[0], Y, nn.MSELoss(reduction="sum"), lr=0.01, batch_size=20)
    trained(models[1], Y, nn.MSELoss(reduction="sum"), lr=0.01, batch_size=5, accumulate_steps=4)
    same_weights(*models, 1e-12)


def test_weights_of_rows_and_classes_scale_their_losses() -> None:
    weights = RNG.random(50) + 0.5
    model, twin = mlp(), mlp()
    trained(model, sample_weight=weights, epochs=1, batch_size=50, shuffle=False)
    optimizer = SGD(twin.parameters(), lr=0.5, momentum=0.5)
    (cross_entropy(twin(X), LABELS, reduction="none") * weights).mean().backward()
    optimizer.step()
    same_weights(model, twin, 1e-12)
    by_class, by_row = mlp(), mlp()
    first = trained(by_class, class_weight={1: 3.0})
    second = trained(by_row, sample_weight=np.where(LABELS == 1, 3.0, 1.0))
    assert first.history.history == second.history.history
    numbers = mlp().scalarize()
    np.testing.assert_allclose(
        trained(numbers, class_weight={1: 3.0}, epochs=1).history.history["loss"], first.history.history["loss"][:1]
    )
    total = second.evaluate(X, LABELS, sample_weight=weights)
    assert total == pytest.approx((cross_entropy(by_row(X), LABELS, reduction="none").data * weights).mean())


def test_weights_need_a_loss_for_each_row() -> None:
    numbers, arrays = mlp(3).scalarize(), mlp(3)
    targets = RNG.normal(size=(50, 3))
    for model in (numbers, arrays):
        trained(model, targets, nn.MSELoss(), lr=0.05, sample_weight=np.arange(50.0), epochs=1)
    same_weights(arrays, numbers.vectorize(), 1e-11)
    listed = mlp(1).scalarize()
    trained(
        listed, Y[:, 0], lambda output, target: [(a - b) ** 2 for a, b in zip(output, target, strict=True)], lr=0.05
    )
    by_name = mlp(1).scalarize()
    trained(by_name, Y[:, 0], "mse", lr=0.05)
    same_weights(listed, by_name, 1e-12)
    with pytest.raises(ShapeError, match=r"found a result of shape \(\) where rows have weights"):
        trained(mlp(1), Y, lambda output, target: ((output - target) ** 2).mean(), sample_weight=np.ones(50))


def test_clipping_bounds_the_step() -> None:
    for options in ({"clip_norm": 1e-3}, {"clip_value": 1e-3}):
        model, twin = mlp(), mlp()
        trained(model, lr=1.0, epochs=1, batch_size=50, **options)
        moved = [p.data - q.data for p, q in zip(model.parameters(), twin.parameters(), strict=True)]
        norm, most = np.sqrt(sum((d**2).sum() for d in moved)), max(abs(d).max() for d in moved)
        assert (norm if "clip_norm" in options else most) == pytest.approx(1e-3, rel=1e-3)


@pytest.mark.filterwarnings("ignore:fit. found gradients of nothing but 0")  # as of weights of 0
def test_equal_weights_never_separate_and_random_ones_do() -> None:
    x, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
    accuracies = []
    for is_zero in (True, False):
        model = nn.MLP(2, [8, 2], activation="tanh", vectorized=True, rng=np.random.default_rng(0))
        for p in model.parameters() if is_zero else []:
            p.data = np.zeros(p.shape)
        trainer = Trainer(model, rng=0).compile(lambda ps: Adam(ps, lr=0.05), "cross_entropy", ["accuracy"])
        accuracies.append(trainer.fit(x, y, epochs=200, verbose=0).history["accuracy"][-1])
        units = model.layers[0].weight.data
        assert (np.ptp(units, axis=0) == 0.0).all() == is_zero  # all units are one and the same
    assert accuracies[0] <= 0.5 and accuracies[1] == 1.0


def test_what_is_printed_of_a_trainer() -> None:
    trainer = Trainer(nn.MLP(2, [2], vectorized=True))
    assert repr(trainer) == "Trainer(MLP, not compiled)"
    trainer.compile("adam", nn.CrossEntropyLoss(), ["accuracy", "f1"])
    assert repr(trainer) == "Trainer(MLP, Adam, CrossEntropyLoss, metrics=[accuracy, f1], History(0 epochs))"
    history = trainer.fit(np.zeros((4, 2)), [0, 1, 0, 1], epochs=3, verbose=0)
    assert repr(trainer).endswith(f", {history})") and repr(history).startswith("History(3 epochs, loss=")
