"""When something goes wrong: NaN, Ctrl-C, mistakes in compiling; and memory over a thousand steps."""

from __future__ import annotations

import gc
import signal
from typing import Any

import numpy as np
import pytest
from learners import LABELS, RNG, X, Y, mlp, same_weights, trained

import nn
from autograd import Value, log
from autograd.errors import AnomalyError, ArgumentError, DtypeError, GraphError
from nn.functional import cross_entropy, mse_loss
from nn.optim import SGD, Adam
from nn.training import LambdaCallback, TerminateOnNaN, Trainer


class Fragile(nn.Module):
    """A model whose outputs are NaN for some weights, or whose gradient is."""

    def __init__(self, start: float, slope_is_infinite: bool = False) -> None:
        self.w = Value(np.array([start, 1.0]), label="w")
        self.slope_is_infinite = slope_is_infinite

    def forward(self, x: Any) -> Any:
        if self.slope_is_infinite:
            return x @ (self.w - 1.0).sum().sqrt().reshape((1, 1)) * 0.0
        return log(x @ self.w)


@pytest.mark.parametrize("replayed", [False, True])
def test_a_loss_that_turns_nan_names_the_operation_and_the_weights_go_back(replayed: bool) -> None:
    model = Fragile(0.2)
    x = np.array([[1.0, 0.0], [1.0, 1.0]])
    target = np.array([-5.0, 3.0])
    good: list[Any] = [model.w.data.copy()]
    trainer = Trainer(model).compile(Adam(model.named_parameters(), lr=0.15), "mse")
    watch = LambdaCallback(on_train_batch_end=lambda batch, logs: good.append(model.w.data.copy()))
    with np.errstate(all="ignore"), pytest.raises(AnomalyError) as caught:
        trainer.fit(x, target, epochs=50, verbose=0, shuffle=False, callbacks=[watch], replay=replayed)
    said = str(caught.value)
    assert "the loss was nan in epoch" in said and "forward: log gave nan at [0]" in said
    assert np.isfinite(mse_loss(model(x), target).item())
    assert model.w.data.tolist() == good[-2].tolist() != good[-1].tolist()  # those before the update that spoiled them
    epochs = len(trainer.history.epoch)
    assert epochs == len(good) - 1 and all(np.isfinite(trainer.history.history["loss"]))
    assert trainer.optimizer.state["w"]["step"] == epochs - 1


def test_an_update_by_a_nan_gradient_is_found_and_undone() -> None:
    model = Fragile(1.0, slope_is_infinite=True)
    trainer = Trainer(model).compile("sgd", "mse")
    with np.errstate(all="ignore"), pytest.raises(AnomalyError, match="backward: sqrt handed") as caught:
        trainer.fit([[1.0], [2.0]], [[1.0], [2.0]], epochs=3, verbose=0)
    assert "nan" in str(caught.value) and model.w.data.tolist() == [1.0, 1.0]


def test_an_update_that_was_too_large_is_named_so() -> None:
    model = mlp(1)
    before = [p.data.copy() for p in model.parameters()]
    trainer = Trainer(model).compile(SGD(model.parameters(), lr=1e308), "mse")
    with np.errstate(all="ignore"), pytest.raises(AnomalyError, match="the update itself was too large"):
        trainer.fit(X, 100.0 * Y, batch_size=50, epochs=3, verbose=0)
    for p, data in zip(model.parameters(), before, strict=True):
        assert p.data.tolist() == data.tolist()


def test_terminate_on_nan_ends_the_run_with_a_warning() -> None:
    model = Fragile(0.2)
    trainer = Trainer(model).compile(Adam(model.parameters(), lr=0.15), "mse")
    stop = TerminateOnNaN()
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning, match="log gave nan"):
        history = trainer.fit([[1.0, 0.0]], [-5.0], epochs=50, verbose=0, callbacks=[stop])
    assert isinstance(stop.error, AnomalyError) and len(history.epoch) < 50 and np.isfinite(model.w.data).all()


@pytest.mark.parametrize("replayed", [False, True])
def test_ctrl_c_waits_for_the_step_and_keeps_weights_and_history(replayed: bool) -> None:
    model, twin = mlp(), mlp()
    trainer = Trainer(model, rng=7).compile(SGD(model.parameters(), lr=0.5, momentum=0.5), "cross_entropy")
    done = []
    update = trainer.optimizer.step

    def interrupted(*args: Any) -> Any:
        if len(done) == 6:  # in the middle of an update of the second epoch
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        done.append(1)
        return update(*args)

    trainer.optimizer.step = interrupted
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(X, LABELS, batch_size=16, epochs=5, verbose=0, replay=replayed)
    assert len(done) == 7 and trainer.history.epoch == [0] and len(trainer.history.history["loss"]) == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler and model.training
    optimizer, rng = SGD(twin.parameters(), lr=0.5, momentum=0.5), np.random.default_rng(7)
    orders = [rng.permutation(50) for _ in range(2)]
    for step in range(7):
        rows = orders[step // 4][16 * (step % 4) : 16 * (step % 4 + 1)]
        optimizer.zero_grad()
        cross_entropy(twin(X[rows]), LABELS[rows]).backward()
        optimizer.step()
    same_weights(model, twin, 1e-12)


def test_an_interrupt_from_within_the_forward_pass_leaves_whole_weights() -> None:
    model = mlp()
    calls: list[Any] = []

    def hook(module: Any, args: Any) -> None:
        calls.append([p.data.copy() for p in model.parameters()])
        if len(calls) == 5:
            raise KeyboardInterrupt

    model.register_forward_pre_hook(hook)
    with pytest.raises(KeyboardInterrupt):
        trained(model)
    for p, data in zip(model.parameters(), calls[-1], strict=True):
        assert p.data.tolist() == data.tolist() and not p.has_grad


def test_a_second_ctrl_c_ends_a_long_forward_pass_at_once() -> None:
    model = mlp()

    def slow(module: Any, args: Any) -> None:
        if module.training:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            raise AssertionError("the second one was held back")

    model.register_forward_pre_hook(slow)
    with pytest.raises(KeyboardInterrupt):
        trained(model)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_handler_of_ctrl_c_is_left_alone() -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        model = mlp()
        model.register_forward_pre_hook(lambda module, args: signal.raise_signal(signal.SIGINT))
        trained(model, epochs=1, batch_size=50)
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT] * 2  # the trial, and one step


class InPlace:
    """An optimizer of the user's own, which changes data in place."""

    def __init__(self, parameters: list[Value]) -> None:
        self.held = parameters

    def step(self) -> None:
        for p in self.held:
            p.data -= 0.1 * p.grad

    def zero_grad(self) -> None:
        for p in self.held:
            p.zero_grad()


def test_an_optimizer_of_ones_own_is_enough() -> None:
    model, twin = mlp(), mlp()
    Trainer(model, rng=0).compile(InPlace(model.parameters()), "cross_entropy").fit(X, LABELS, epochs=2, verbose=0)
    Trainer(twin, rng=0).compile(SGD(twin.parameters(), lr=0.1), "cross_entropy").fit(X, LABELS, epochs=2, verbose=0)
    same_weights(model, twin, 1e-14)
    fragile = Fragile(0.3)
    trainer = Trainer(fragile).compile(InPlace([fragile.w]), "mse")
    with np.errstate(all="ignore"), pytest.raises(AnomalyError, match="log gave nan"):
        trainer.fit([[1.0, 0.0]], [-5.0], epochs=9, verbose=0)
    assert fragile.w.data.tolist() == [0.3, 1.0]


# ---- mistakes -------------------------------------------------------------------------------------------------------


def test_mistakes_in_compiling_are_named() -> None:
    model = mlp()
    trainer = Trainer(model)
    with pytest.raises(GraphError, match=r"fit: found no loss; call compile"):
        trainer.fit(X, LABELS)
    for arguments, error, said in [
        (("adam", None), ArgumentError, "loss: found none"),
        (("adams", "mse"), ArgumentError, "found 'adams'; expected one of .*adam.*sgd"),
        ((3, "mse"), DtypeError, "optimizer: found int 3"),
        ((SGD(mlp().parameters()), "mse"), ArgumentError, "none of the model's parameters"),
        (("adam", "entropy"), ArgumentError, "found 'entropy'; expected one of .*cross_entropy"),
        (("adam", "sparse_categorical_crossentropy"), ArgumentError, "'cross_entropy', which takes logits"),
        (("adam", 3), DtypeError, "loss: found int 3"),
        (("adam", nn.MSELoss), DtypeError, r"expected an instance: MSELoss\(\)"),
        (("adam", "mse", ["speed"]), ArgumentError, "found 'speed'"),
        (("adam", "mse", ["mae", "mae"]), ArgumentError, "found 'mae' twice"),
    ]:
        with pytest.raises(error, match=said):
            trainer.compile(*arguments)  # type: ignore[arg-type]
    with pytest.raises(DtypeError, match="model: found function"):
        Trainer(lambda x: x)  # type: ignore[arg-type]


# ---- memory ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("replayed", [False, True])
def test_memory_stays_flat_over_a_thousand_steps(replayed: bool) -> None:
    resource = pytest.importorskip("resource")  # not on Windows
    used: list[tuple[int, int]] = []

    def measure(epoch: int, logs: Any) -> None:
        if epoch in (9, 59):
            gc.collect()
            nodes = sum(type(thing) is Value for thing in gc.get_objects())
            used.append((nodes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))

    x, y = RNG.normal(size=(640, 64)).astype(np.float32), np.arange(640) % 10
    model = nn.MLP(64, [128, 10], vectorized=True, dtype="float32", rng=np.random.default_rng(0))
    trainer = Trainer(model, rng=0).compile("adam", "cross_entropy", ["accuracy"])
    callbacks = [LambdaCallback(on_epoch_end=measure)]
    trainer.fit(x, y, 32, epochs=60, verbose=0, replay=replayed, callbacks=callbacks)
    assert used[1][0] == used[0][0]
    assert used[1][1] <= 1.01 * used[0][1]  # the graphs of these 1,000 steps would take 40 MB
