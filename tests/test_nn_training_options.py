"""What the trainer is given, in every form: data, losses, optimizers, metrics, replayed steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from learners import LABELS, RNG, X, Y, mlp, same_weights, trained

import nn
from nn.data import DataLoader, TensorDataset
from nn.functional import cross_entropy, mse_loss
from nn.optim import SGD
from nn.training import Trainer


@pytest.mark.parametrize(
    ("optimizer", "loss"),
    [
        ("SGD", "mse"),
        (SGD, "mse_loss"),
        (lambda ps: SGD(ps), mse_loss),
        ("sgd", nn.MSELoss()),
        ("sgd", lambda output, target: ((output - target) ** 2).mean()),
        ("sgd", lambda output, target: (output - target) ** 2),
    ],
)
def test_optimizers_and_losses_by_name_or_as_they_are(optimizer: Any, loss: Any) -> None:
    model, twin = mlp(1), mlp(1)
    Trainer(model, rng=0).compile(optimizer, loss).fit(X, Y, epochs=2, verbose=0)
    Trainer(twin, rng=0).compile("sgd", "mse").fit(X, Y, epochs=2, verbose=0)
    same_weights(model, twin, 1e-14)


def test_data_in_loaders_sets_and_lists() -> None:
    models = [mlp() for _ in range(5)]
    runs: list[Callable[[Trainer], Any]] = [
        lambda t: t.fit(X, LABELS, verbose=0),
        lambda t: t.fit(X.tolist(), LABELS.tolist(), verbose=0),
        lambda t: t.fit(TensorDataset(X, LABELS), verbose=0),
        lambda t: t.fit(DataLoader(TensorDataset(X, LABELS), 32, shuffle=True, rng=0), verbose=0),
        lambda t: t.fit(DataLoader(list(zip(X, LABELS, strict=True)), 32, shuffle=True, rng=0), verbose=0),
    ]
    for model, run in zip(models, runs, strict=True):
        run(Trainer(model, rng=0).compile("adam", "cross_entropy"))
        same_weights(model, models[0], 1e-14)


def test_validation_splits_off_the_last_rows_and_measures_in_evaluation() -> None:
    model = nn.Sequential(mlp(), nn.Dropout(0.5, rng=0))
    trainer = Trainer(model, rng=0).compile("adam", "cross_entropy", ["accuracy"])
    history = trainer.fit(X, LABELS, validation_split=0.3, epochs=2, verbose=0).history
    assert list(history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    model.eval()
    assert history["val_loss"][-1] == pytest.approx(cross_entropy(model(X[35:]), LABELS[35:]).item())
    assert history["val_accuracy"][-1] == (model(X[35:]).data.argmax(axis=1) == LABELS[35:]).mean()
    assert trainer.evaluate(X[35:], LABELS[35:], return_dict=True) == {
        "loss": history["val_loss"][-1], "accuracy": history["val_accuracy"][-1],
    }  # fmt: skip
    assert trainer.evaluate(X[35:], LABELS[35:], batch_size=4)[0] == pytest.approx(history["val_loss"][-1])
    np.testing.assert_allclose(trainer.predict(X, batch_size=7), model(X).data, rtol=1e-12)
    assert Trainer(model).predict(TensorDataset(X)).shape == (50, 2)
    for data in ((X[:9], LABELS[:9]), (X[:9], LABELS[:9], np.ones(9)), TensorDataset(X[:9], LABELS[:9])):
        found = trainer.fit(X, LABELS, validation_data=data, verbose=0).history
        assert found["val_loss"] == [pytest.approx(cross_entropy(model.eval()(X[:9]), LABELS[:9]).item())]


def test_the_mode_of_every_module_is_what_it_was() -> None:
    seen = []
    model = nn.Sequential(mlp(), nn.Dropout(0.5, rng=0))
    model.register_forward_hook(lambda module, args, output: seen.append(module.training))
    model[1].eval()
    Trainer(model).compile("sgd", "cross_entropy").fit(X, LABELS, 50, validation_split=0.5, epochs=2, verbose=0)
    assert model.training and not model[1].training
    assert seen == [False, False, True, False, True, False]  # both trials, then step and validation of each epoch


def test_epochs_are_counted_on() -> None:
    model = mlp()
    trainer = trained(model, epochs=2)
    history = trainer.fit(X, LABELS, epochs=5, initial_epoch=2, verbose=0)
    assert history.epoch == [2, 3, 4] and repr(history).startswith("History(3 epochs, loss=0.")
    assert trainer.fit(X, LABELS, epochs=0, verbose=0).history == {}
    assert "58 parameters" in str(trainer.summary((4,)))


def test_optimizers_that_evaluate_the_loss_several_times() -> None:
    pytest.importorskip("scipy")
    model = mlp(1)
    trainer = Trainer(model).compile(nn.optim.LBFGS(model.parameters(), max_iter=60), "mse")
    losses = trainer.fit(X, Y, batch_size=50, epochs=2, verbose=0).history["loss"]
    assert losses[1] < 0.05 * losses[0]
    parts = mlp(1)
    Trainer(parts).compile(nn.optim.LBFGS(parts.parameters(), max_iter=5), "mse").fit(
        X, Y, batch_size=10, accumulate_steps=5, shuffle=False, verbose=0
    )
    whole = mlp(1)
    Trainer(whole).compile(nn.optim.LBFGS(whole.parameters(), max_iter=5), "mse").fit(
        X, Y, 50, shuffle=False, verbose=0
    )
    same_weights(parts, whole, 1e-6)


def test_metrics_see_all_rows_in_their_order_whatever_their_lengths() -> None:
    class Seen(nn.training.metrics.Metric):
        name = "seen"

        def reset(self) -> None:
            self.parts: list[Any] = []

        def update(self, y_true: Any, output: Any, sample_weight: Any = None) -> None:
            assert len(y_true) == len(output)
            self.parts += [
                (list(np.shape(y)), y.sum().item(), x.sum().item()) for y, x in zip(y_true, output, strict=True)
            ]

        def result(self) -> Any:
            return self.parts

    score = nn.training.scoring.Score([Seen()])
    batches = [RNG.normal(size=(rows, length)) for rows, length in [(700, 2), (700, 2), (30, 3), (5, 3), (9, 2)]]
    for batch in batches:
        score.add(1.0, batch, 2.0 * batch, len(batch))
    wanted = [([len(row)], row.sum().item(), 2.0 * row.sum().item()) for batch in batches for row in batch]
    found = score.results()["seen"]
    assert [entry[0] for entry in found] == [entry[0] for entry in wanted]
    np.testing.assert_allclose([entry[1:] for entry in found], [entry[1:] for entry in wanted])


# ---- replay ---------------------------------------------------------------------------------------------------------


def noisy() -> nn.Module:
    layers = [nn.Linear(4, 8, rng=0), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3, rng=1), nn.Linear(8, 2, rng=2)]
    return nn.Sequential(*layers)


@pytest.mark.parametrize("make", [mlp, noisy], ids=["mlp", "noisy"])
@pytest.mark.parametrize("options", [{}, {"accumulate_steps": 2}, {"class_weight": {0: 2.0}}, {"clip_norm": 0.1}])
def test_replayed_steps_have_the_same_losses(make: Callable[[], nn.Module], options: dict[str, Any]) -> None:
    models = [make(), make()]
    histories = [
        trained(model, replay=replayed, validation_split=0.2, lr=0.1, **options).history.history
        for model, replayed in zip(models, (False, True), strict=True)
    ]
    assert list(histories[0]) == list(histories[1])
    for name, values in histories[0].items():
        np.testing.assert_allclose(histories[1][name], values, rtol=1e-9, err_msg=name)
    states = [model.state_dict() for model in models]
    for name in states[0]:
        np.testing.assert_allclose(states[1][name], states[0][name], rtol=1e-7, atol=1e-9, err_msg=name)


def test_replayed_steps_on_numbers() -> None:
    histories = [
        trained(mlp(1).scalarize(), Y[:, 0], "mse", lr=0.05, replay=replayed, epochs=2).history.history["loss"]
        for replayed in (False, True)
    ]
    np.testing.assert_allclose(histories[1], histories[0], rtol=1e-12)
