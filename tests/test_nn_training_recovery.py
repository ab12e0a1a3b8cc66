"""What an error, Ctrl-C or a callback in the middle of a run leaves behind: all of a model, or what it was."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from learners import LABELS, RNG, X, Y, mlp, trained

import nn
from autograd import Value, sqrt
from autograd.errors import AnomalyError, ArgumentError, DtypeError, GraphError, UnsupportedError
from nn.data import DataLoader
from nn.optim import LBFGS, SGD, Adam, ImplicitSGD
from nn.training import LambdaCallback, TerminateOnNaN, Trainer


def normalized() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 6, rng=0), nn.BatchNorm1d(6), nn.Dropout(0.5, rng=0), nn.Linear(6, 2, rng=1))


def state(model: nn.Module) -> dict[str, Any]:
    return {name: np.array(data).tolist() for name, data in model.state_dict().items()}


class Root(nn.Module):
    """A probability that is no number for a negative weight; its batch normalization only keeps statistics."""

    def __init__(self, start: float) -> None:
        self.w, self.norm = Value([start], label="w"), nn.BatchNorm1d(1)

    def forward(self, x: Any) -> Any:
        return sqrt(x @ self.w + 0.0 * self.norm(x).sum())


@pytest.mark.parametrize("replayed", [False, True])
@pytest.mark.parametrize("loss", ["mse", "binary_cross_entropy"])
def test_a_bad_update_takes_weights_statistics_and_state_back(loss: str, replayed: bool) -> None:
    """Also where the loss refuses what is no number, as that of probabilities does."""
    model = Root(0.5)
    trainer = Trainer(model).compile(Adam(model.named_parameters(), lr=0.2), loss)
    before: list[Any] = []
    watch = LambdaCallback(
        on_train_batch_begin=lambda batch: before.append((state(model), dict(trainer.optimizer.state)))
    )
    with np.errstate(all="ignore"), pytest.raises(AnomalyError, match=r"the loss was nan .*: sqrt gave nan at \[0\]"):
        trainer.fit([[0.8], [1.2]], [0.0, 0.0], epochs=30, verbose=0, callbacks=[watch], replay=replayed)
    assert len(before) > 2 and state(model) == before[-2][0] and trainer.optimizer.state == before[-2][1]
    assert state(model)["norm.num_batches_tracked"] == len(before) - 2


@pytest.mark.parametrize("make", [LBFGS, lambda ps: ImplicitSGD(ps, lr=10.0)], ids=["LBFGS", "ImplicitSGD"])
def test_trouble_within_an_update_of_many_evaluations(make: Any) -> None:
    pytest.importorskip("scipy")
    model = Root(0.3)
    before, stop = state(model), TerminateOnNaN()
    trainer = Trainer(model).compile(make(model.named_parameters()), "binary_cross_entropy")
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning, match="sqrt gave nan"):
        trainer.fit([[0.8], [1.2]], [0.0, 0.0], epochs=9, verbose=0, callbacks=[stop])
    assert isinstance(stop.error, AnomalyError) and state(model) == before


def test_an_update_that_gives_up_leaves_statistics_as_they_were() -> None:
    model = normalized()
    before = state(model)
    optimizer = ImplicitSGD(model.named_parameters(), lr=1e5, max_iter=5)
    with pytest.raises(ArgumentError, match=r"ImplicitSGD\.step: .* The parameters are as before"):
        Trainer(model, rng=0).compile(optimizer, "cross_entropy").fit(X, LABELS, 50, verbose=0)
    assert state(model) == before


def test_an_optimizer_that_raises_on_its_way_leaves_no_half_update() -> None:
    class Halting:
        def __init__(self, parameters: list[Value]) -> None:
            self.held = parameters

        def step(self) -> None:
            for i, p in enumerate(self.held):
                p.data -= 0.1
                if i == 1:
                    raise OSError("the disk is full")

        def zero_grad(self) -> None:
            for p in self.held:
                p.zero_grad()

    model = normalized()
    before = state(model)
    with pytest.raises(OSError, match="the disk is full"):
        Trainer(model).compile(Halting(model.parameters()), "cross_entropy").fit(X, LABELS, verbose=0)
    assert state(model) == before


# ---- callbacks ------------------------------------------------------------------------------------------------------


def test_an_evaluation_in_a_callback_changes_no_result() -> None:
    def history(callback: Callable[[Trainer], Any]) -> dict[str, Any]:
        trainer = Trainer(mlp(), rng=0).compile("sgd", "cross_entropy", ["accuracy", "f1"])
        watch = LambdaCallback(on_train_batch_end=lambda batch, logs: callback(trainer))
        return trainer.fit(X, LABELS, 10, epochs=2, verbose=0, callbacks=[watch], validation_split=0.2).history

    assert history(lambda trainer: trainer.evaluate(X[:7], LABELS[:7])) == history(lambda trainer: None)


def test_one_fit_at_a_time() -> None:
    trainer = Trainer(mlp()).compile("sgd", "cross_entropy")
    again = LambdaCallback(on_train_begin=lambda: trainer.fit(X, LABELS, verbose=0))
    with pytest.raises(GraphError, match="found a fit of this trainer that is running"):
        trainer.fit(X, LABELS, verbose=0, callbacks=[again])
    assert trainer.fit(X, LABELS, verbose=0).epoch == [0]


@pytest.mark.parametrize(
    "change",
    [
        lambda model: setattr(model[2], "p", 0.0),
        lambda model: model[1].eval(),
        lambda model: model.eval(),
        lambda model: setattr(model, "1", nn.Identity()),
        lambda model: model[3].requires_grad_(False),
        lambda model: nn.utils.prune.l1_unstructured(model[0], "weight", 0.5),
    ],
    ids=["p", "a part in evaluation", "evaluation", "another layer", "frozen", "pruned"],
)
def test_replayed_steps_see_what_a_callback_changes_between_epochs(change: Callable[[nn.Module], Any]) -> None:
    states = []
    for replayed in (False, True):
        model = normalized()
        callback = LambdaCallback(on_epoch_begin=lambda epoch, model=model: change(model) if epoch == 1 else None)
        trained(model, lr=0.1, replay=replayed, callbacks=[callback], validation_split=0.1)
        states.append(model.state_dict())
    for name, data in states[0].items():
        np.testing.assert_allclose(states[1][name], data, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("replayed", [False, True])
def test_a_part_that_stays_in_evaluation(replayed: bool) -> None:
    model = normalized()
    before = np.array(model[1].running_mean)
    trained(model, validation_split=0.2, replay=replayed, callbacks=[LambdaCallback(on_train_begin=model[1].eval)])
    assert (model[1].running_mean == before).all() and model[1].training
    trained(model, replay=replayed)
    assert (model[1].running_mean != before).any()


@pytest.mark.parametrize("epochs", [0, 1])
def test_ctrl_c_while_the_last_callbacks_run(epochs: int) -> None:
    trainer, ended = Trainer(mlp()).compile("sgd", "cross_entropy"), []
    press = LambdaCallback(on_train_end=lambda: signal.raise_signal(signal.SIGINT))
    last = LambdaCallback(on_train_end=lambda: ended.append(1))
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(X, LABELS, epochs=epochs, verbose=0, callbacks=[press, last])
    assert ended == [1] and len(trainer.history.epoch) == epochs
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


# ---- arguments, losses and models -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong", [{"verbose": 9}, {"accumulate_steps": 0}, {"clip_norm": -1.0}, {"replay": 3}, {"shuffle": "x"}, {"y": Y}]
)
def test_a_rejected_argument_keeps_the_history(wrong: dict[str, Any]) -> None:
    trainer = Trainer(mlp()).compile("sgd", "cross_entropy")
    history = trainer.fit(X, LABELS, verbose=0)
    with pytest.raises((ArgumentError, DtypeError)):
        trainer.fit(**{"x": X, "y": LABELS, "verbose": 0, **wrong})
    assert trainer.history is history and len(history.epoch) == 1


@pytest.mark.parametrize("replayed", [False, True])
def test_a_loss_for_each_row_in_a_batch_of_one(replayed: bool) -> None:
    model, twin = mlp(1), mlp(1)
    trained(
        model, Y, lambda output, target: ((output - target) ** 2).sum(axis=1), lr=0.01, batch_size=49, replay=replayed
    )
    trained(twin, Y, "mse", lr=0.01, batch_size=49)
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-12)


class Given(nn.Module):
    """A model whose outputs are handed over in a form of their own."""

    def __init__(self, form: Callable[[Any], Any]) -> None:
        self.line, self.norm, self.form = nn.Linear(4, 2, rng=0), nn.BatchNorm1d(2), form

    def forward(self, x: Any) -> Any:
        return self.form(self.norm(self.line(x)))


@pytest.mark.parametrize("replayed", [False, True])
@pytest.mark.parametrize("as_stream", [False, True])
@pytest.mark.parametrize(
    ("form", "loss", "said"),
    [
        (lambda z: z, lambda output, target: 3.0, "found float 3.0, computed of no weight; expected a Value"),
        (lambda z: z, lambda output, target: None, "found NoneType None"),
        (lambda z: z, lambda output, target: np.float64(2.0), "found float64"),
        (lambda z: z, lambda output, target: Value(3.0), r"found Value Value\(data=3.0\)"),
        (lambda z: z.detach() if isinstance(z, Value) else z, "mse", "loss 'mse': found float64"),
    ],
    ids=["float", "None", "NumPy's", "a constant", "a model's plain output"],
)
def test_a_loss_from_which_nothing_can_be_learned(
    form: Any, loss: Any, said: str, as_stream: bool, replayed: bool
) -> None:
    model, target = Given(form), RNG.normal(size=(50, 2))
    if replayed and loss == "mse":
        said = r"v.detach\(\) inside the replayed function"
    before = state(model)
    data = [DataLoader(list(zip(X, target, strict=True)), 10)] if as_stream else [X, target]
    with pytest.raises((DtypeError, UnsupportedError), match=said):
        Trainer(model).compile("sgd", loss).fit(*data, verbose=0, replay=replayed)
    assert state(model) == before


@pytest.mark.parametrize("as_stream", [False, True])
def test_a_tuple_of_outputs_for_a_loss_that_takes_one(as_stream: bool) -> None:
    model, target = Given(lambda z: (z, z[0])), RNG.normal(size=(50, 2))
    data = [DataLoader(list(zip(X, target, strict=True)), 10)] if as_stream else [X, target]
    before = state(model)
    with pytest.raises(
        DtypeError, match=r"found a tuple of 2 outputs; expected one array for the loss 'mse'\. A recurrent"
    ):
        Trainer(model).compile("sgd", "mse").fit(*data, verbose=0)
    assert state(model) == before


def test_a_model_may_give_a_list_of_outputs() -> None:
    model, twin, target = Given(list), Given(lambda z: z), RNG.normal(size=(50, 2))
    for each in (model, twin):
        Trainer(each, rng=0).compile(SGD(each.parameters(), lr=0.1), "mse").fit(X, target, 10, verbose=0)
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-12)


def test_an_evaluation_needs_a_loss_that_is_a_number() -> None:
    trainer = Trainer(mlp()).compile("sgd", lambda output, target: None)
    with pytest.raises(ArgumentError, match="loss '<lambda>': found None; expected a number"):
        trainer.evaluate(X, LABELS)


def test_a_batch_in_which_nothing_counts_is_no_update_to_go_back_to() -> None:
    model = nn.Linear(4, 3, rng=0)
    before = state(model)
    trainer = Trainer(model).compile(SGD(model.named_parameters(), lr=1e308), "cross_entropy")
    labels = [0, 1, -100, -100]
    with np.errstate(all="ignore"), pytest.raises(AnomalyError, match="an update made weights that are not finite"):
        trainer.fit(1e3 * X[:4], labels, batch_size=2, epochs=1, shuffle=False, verbose=0)
    assert state(model) == before


def test_that_nothing_can_learn_is_found_at_the_first_batch_that_counts() -> None:
    class Forgetful(nn.Module):
        def __init__(self) -> None:
            self.unused = nn.Linear(4, 3, rng=0)

        def forward(self, x: Any) -> Any:
            return nn.Linear(4, 3, rng=0)(x)

    model = Forgetful()
    trainer = Trainer(model).compile(SGD(model.named_parameters(), lr=0.1), "cross_entropy")
    with pytest.raises(GraphError, match="depends on no parameter"):
        trainer.fit(X[:4], [-100, -100, 0, 1], batch_size=2, shuffle=False, verbose=0)


def test_weights_that_are_no_numbers_in_the_beginning() -> None:
    model = mlp()
    name, parameter = model.named_parameters()[1]
    parameter.data = np.full_like(parameter.data, np.nan)
    with pytest.raises(ArgumentError, match=rf"fit: found NaN or infinity in {name} before the first step"):
        trained(model)
