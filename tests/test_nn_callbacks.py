"""Callbacks and what a run shows of itself."""

from __future__ import annotations

import builtins
import csv
import io
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.errors import ArgumentError, DtypeError, MissingPackageError
from nn.training import (
    Callback,
    CSVLogger,
    EarlyStopping,
    History,
    LambdaCallback,
    LearningRateScheduler,
    LivePlot,
    ModelCheckpoint,
    ReduceLROnPlateau,
    Trainer,
)  # fmt: skip
from nn.training.progress import Bar

X = np.random.default_rng(0).normal(size=(12, 2))
Y = (X[:, 0] > 0).astype(int)


class Scripted(Callback):
    """Puts results of a test's own into the logs."""

    def __init__(self, **results: list[float]) -> None:
        self.results = results

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        logs |= {name: values[epoch] for name, values in self.results.items()}


def fitted(*callbacks: Callback, epochs: int = 6, verbose: Any = 0, lr: float = 0.1) -> tuple[Trainer, History]:
    model = nn.MLP(2, [3, 2], vectorized=True, rng=np.random.default_rng(0))
    trainer = Trainer(model, rng=0).compile(
        nn.optim.SGD(model.named_parameters(), lr=lr), "cross_entropy", ["accuracy"]
    )
    return trainer, trainer.fit(X, Y, 4, epochs=epochs, verbose=verbose, callbacks=callbacks)


def states() -> tuple[list[dict[str, Any]], Callback]:
    kept: list[dict[str, Any]] = []

    class Keeper(Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
            kept.append(self.trainer.model.state_dict())

    return kept, Keeper()


def same(state: dict[str, Any], other: dict[str, Any]) -> bool:
    return all((data == other[name]).all() for name, data in state.items())


@pytest.mark.parametrize(
    ("results", "options", "last", "best"),
    [
        ([3.0, 2.0, 2.5, 2.6, 1.0, 0.0], {"patience": 2}, 3, 1),
        ([3.0, 2.0, 2.5, 1.9, 2.0, 2.0], {"patience": 2}, 5, 3),
        ([3.0, 2.0, 1.95, 1.94, 0.0, 0.0], {"patience": 2, "min_delta": 0.1}, 3, 1),
        ([1.0, 2.0, 1.5, 3.0, 2.0, 2.0], {"mode": "max"}, 2, 1),
        ([3.0, 2.0, 2.5, 2.6, 1.0, 0.0], {"patience": 2, "start_from_epoch": 2}, 5, 5),
        ([3.0, 4.0, 0.0, 0.0, 0.0, 0.0], {"baseline": 1.0}, 1, 0),
        ([6.0, 5.0, 4.0, 3.0, 2.0, 1.0], {"patience": 1}, 5, 5),
        ([float("nan"), 2.0, float("nan"), 0.0, 0.0, 0.0], {}, 2, 1),
    ],
)
def test_early_stopping_stops_and_restores(results: list[float], options: dict[str, Any], last: int, best: int) -> None:
    kept, keeper = states()
    stop = EarlyStopping("watched", **options)
    trainer, history = fitted(Scripted(watched=results), keeper, stop)
    assert history.epoch[-1] == last and stop.best_epoch == best
    assert stop.stopped_epoch == (last if best < last else None)
    assert same(trainer.model.state_dict(), kept[best])
    trainer, history = fitted(
        Scripted(watched=results), EarlyStopping("watched", restore_best_weights=False, **options)
    )
    assert history.epoch[-1] == last and same(trainer.model.state_dict(), kept[last])


def test_the_rate_falls_on_a_plateau_and_rests() -> None:
    flat = [1.0] * 6
    _, history = fitted(Scripted(watched=flat), ReduceLROnPlateau("watched", factor=0.5, patience=2))
    assert history.history["learning_rate"] == pytest.approx([0.1, 0.1, 0.1, 0.05, 0.05, 0.025])
    _, history = fitted(Scripted(watched=flat), ReduceLROnPlateau("watched", factor=0.5, patience=1, cooldown=2))
    assert history.history["learning_rate"] == pytest.approx([0.1, 0.1, 0.05, 0.05, 0.025, 0.025])
    trainer, _ = fitted(Scripted(watched=flat), ReduceLROnPlateau("watched", patience=1, min_lr=0.03))
    assert trainer.optimizer.lr == 0.03
    _, history = fitted(Scripted(val_accuracy=[0, 1, 2, 3, 4, 5]), ReduceLROnPlateau("val_accuracy", patience=1))
    assert history.history["learning_rate"] == [0.1] * 6


def test_schedules_set_the_rate_before_each_epoch() -> None:
    _, history = fitted(LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate))
    assert history.history["learning_rate"] == pytest.approx([0.1 / 2**k for k in range(6)])
    _, history = fitted(LearningRateScheduler(lambda epoch: 0.3 - 0.1 * (epoch > 1)))
    assert history.history["learning_rate"] == pytest.approx([0.3, 0.3, 0.2, 0.2, 0.2, 0.2])
    model = nn.MLP(2, [2], vectorized=True, rng=np.random.default_rng(0))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.4)
    halved = LearningRateScheduler(nn.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5))
    history = Trainer(model).compile(optimizer, "cross_entropy").fit(X, Y, epochs=5, verbose=0, callbacks=[halved])
    assert history.history["learning_rate"] == pytest.approx([0.4, 0.4, 0.2, 0.2, 0.1])


def test_checkpoints_hold_the_state_of_their_epoch(tmp_path: Path) -> None:
    kept, keeper = states()
    results = Scripted(val_loss=[3.0, 1.0, 2.0, 0.5, 0.6, 0.7])
    every = ModelCheckpoint(tmp_path / "all" / "{epoch:02d}-{val_loss:.1f}.npz")
    best = ModelCheckpoint(tmp_path / "best.npz", save_best_only=True)
    trainer, _ = fitted(results, keeper, every, best)
    names = sorted(path.name for path in (tmp_path / "all").iterdir())
    assert names == ["01-3.0.npz", "02-1.0.npz", "03-2.0.npz", "04-0.5.npz", "05-0.6.npz", "06-0.7.npz"]
    for path, epoch in [(tmp_path / "best.npz", 3), (tmp_path / "all" / "03-2.0.npz", 2)]:
        with np.load(path) as saved:
            trainer.model.load_state_dict(dict(saved))
        assert same(trainer.model.state_dict(), kept[epoch])
    numbers = nn.MLP(2, [1])
    Trainer(numbers).compile("sgd", "mse").fit(
        X, Y * 1.0, verbose=0, callbacks=[ModelCheckpoint(tmp_path / "numbers.npz")]
    )
    state = numbers.state_dict()
    with np.load(tmp_path / "numbers.npz") as saved:
        numbers.load_state_dict(dict(saved))
    assert numbers.state_dict() == state


def test_tables_have_a_row_for_each_epoch(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    _, history = fitted(CSVLogger(path), epochs=2)
    fitted(CSVLogger(path, append=True), epochs=1)
    with path.open(newline="") as file:
        header, *table = csv.reader(file)
    assert header == ["epoch", "loss", "accuracy"] and [row[0] for row in table] == ["0", "1", "0"]
    assert [float(row[1]) for row in table[:2]] == history.history["loss"]
    fitted(CSVLogger(path, separator=";"), epochs=1)
    assert path.read_text().splitlines()[0] == "epoch;loss;accuracy"


def test_functions_and_methods_are_called_in_order() -> None:
    calls: list[Any] = []
    names = ["train_begin", "train_end", "epoch_begin", "epoch_end", "train_batch_begin", "train_batch_end"]
    note = {f"on_{name}": lambda *args, name=name: calls.append((name, *args[:1])) for name in names}
    fitted(LambdaCallback(**note), epochs=2)  # type: ignore[arg-type]
    steps = [(f"train_batch_{part}", k) for k in range(3) for part in ("begin", "end")]
    epochs = [[("epoch_begin", k), *steps, ("epoch_end", k)] for k in range(2)]
    assert calls == [("train_begin",), *epochs[0], *epochs[1], ("train_end",)]


def test_callbacks_stop_a_run_and_add_to_the_history() -> None:
    class Third(Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
            logs["rate"] = self.trainer.optimizer.lr
            self.trainer.stop_training = epoch == 2

    _, history = fitted(Third())
    assert history.epoch == [0, 1, 2] and history.history["rate"] == [0.1] * 3


def test_plots_are_drawn_into_a_file(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    seen: list[dict[str, Any]] = []

    def draw(history: History, ax: Any) -> None:
        seen.append({name: list(values) for name, values in history.history.items()})
        ax.plot(history.history["loss"])

    fitted(LivePlot(tmp_path / "plain.svg"), LivePlot(tmp_path / "own.png", names=["loss"], draw=draw, every=4))
    assert "<svg" in (tmp_path / "plain.svg").read_text() and (tmp_path / "own.png").stat().st_size > 1000
    assert [list(entry) for entry in seen] == [["loss"]] * 2 and [len(entry["loss"]) for entry in seen] == [4, 6]


def test_plots_are_shown_in_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.setattr(plt, "show", lambda *args, **kwargs: pytest.fail("a run does not wait for the window"))
    with plt.rc_context({"backend": "agg"}):
        plot = LivePlot()
        fitted(plot, epochs=2)
        assert [len(line.get_xdata()) for line in plot.figure.axes[0].lines] == [2, 2]
        plt.close(plot.figure)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: EarlyStopping(mode="least"), "mode='least'"),
        (lambda: ReduceLROnPlateau(factor=1.0), "factor=1.0"),
        (lambda: ReduceLROnPlateau(min_delta=-1.0), "min_delta=-1.0"),
        (lambda: ModelCheckpoint("weights.h5"), r"expected a path ending in \.npz"),
        (
            lambda: fitted(EarlyStopping()),
            "found no 'val_loss' among .* expected one of loss, accuracy. Pass validation",
        ),
        (lambda: fitted(ModelCheckpoint("{speed}.npz")), "found 'speed' in .* expected 'epoch' or one of loss"),
    ],
)
def test_mistakes_are_named(make: Any, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        make()


# ---- what is shown --------------------------------------------------------------------------------------------------

LINE = re.compile(r"Epoch (\d)/2: loss [\d.]+, accuracy [\d.]+ \([\d,]+ rows/s, \d+:\d\d left\)")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_tell_results_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    for verbose in ("auto", 1, 2):
        fitted(epochs=2, verbose=verbose)
        lines = capsys.readouterr().out.splitlines()
        assert [found[1] for line in lines if (found := LINE.fullmatch(line))] == ["1", "2"] and len(lines) == 2
    fitted(epochs=2, verbose=0)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("wrong", [EarlyStopping, print, 3, "stop", nn.optim.lr_scheduler.StepLR])
def test_what_is_no_callback(wrong: Any) -> None:
    model = nn.MLP(2, [2], vectorized=True)
    trainer = Trainer(model).compile("sgd", "cross_entropy")
    before = model.state_dict()
    for given in (wrong, [LambdaCallback(), wrong], [None]):
        with pytest.raises(DtypeError, match=r"fit: callbacks: found .*expected a list of callbacks"):
            trainer.fit(X, Y, verbose=0, callbacks=given)
    assert same(model.state_dict(), before)
    trainer.fit(X, Y, verbose=0, callbacks=EarlyStopping("loss"))  # one alone, as in Keras


def test_the_rate_counts_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich")
    monkeypatch.setattr("nn.training.progress.INTERVAL", 1e9)
    bar = Bar(2, 10)
    with bar:
        bar.batch(10, 0.5)
        bar.epoch(1, {"loss": 0.5})
        assert bar._seen == 10


def test_a_terminal_gets_a_bar_or_lines_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich")
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    monkeypatch.setattr("nn.training.progress.INTERVAL", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "150")
    fitted(epochs=2, verbose="auto")
    shown = terminal.getvalue()
    assert "rows/s" in shown and "epoch 2/2" in shown and "\x1b[" in shown and len(LINE.findall(shown)) == 2
    load = builtins.__import__

    def without_rich(name: str, *args: Any) -> Any:
        if name.partition(".")[0] == "rich":
            raise ImportError(name)
        return load(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_rich)
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    fitted(epochs=2, verbose="auto")
    assert [bool(LINE.fullmatch(line)) for line in terminal.getvalue().splitlines()] == [True, True]


def test_a_plot_without_matplotlib_names_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingPackageError, match=r'pip install "glassgrad\[examples\]"'):
        LivePlot()
