"""The benchmarks of speed: all sides compute the same, the figures mean what they say, who fails stops nobody."""

import importlib
import random
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from processes import run_python

import autograd

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks" / "speed"
Load = Callable[[str], Any]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Modules of the benchmark by name."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module


# ---- all sides compute the same --------------------------------------------------------------------------------------


def losses(steps: Iterator[tuple[dict[str, float], float]], n: int) -> list[float]:
    return [loss for _, loss in islice(steps, n)]


@pytest.fixture
def small_gpt(load: Load, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    scalars = load("scalars")
    for name, size in (("CHANNELS", 4), ("HEADS", 2), ("BLOCK", 4)):
        monkeypatch.setattr(scalars.gpt, name, size)
    return scalars


def test_the_gpt_has_the_same_losses_on_both_classes(load: Load, small_gpt: Any) -> None:
    ours = losses(small_gpt.gpt_steps(autograd.Value), 6)
    theirs = losses(small_gpt.gpt_steps(load("engines.microgpt").Value), 6)
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert len(set(ours)) == 6


def test_one_graph_has_the_same_losses_on_both_classes(load: Load, small_gpt: Any) -> None:
    sides = (load("engines.glassgrad"), load("engines.microgpt"))
    ours, theirs = (losses(small_gpt.word_steps(side), 4) for side in sides)
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert ours[3] < ours[0]  # the weights descend


def test_the_moons_have_the_same_losses_on_both_classes(load: Load) -> None:
    scalars = load("scalars")
    ours = losses(scalars.moons_steps(autograd.Value, n=4), 4)
    theirs = losses(scalars.moons_steps(load("engines.microgpt").Value, n=4), 4)
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert len(set(ours)) == 4


def test_two_moons_can_be_told_apart(load: Load) -> None:
    points, labels = load("scalars").two_moons(100, random.Random(0), noise=0.0)
    assert labels.count(1) == labels.count(-1) == 50
    assert all((y >= 0) == (label < 0) or 0 <= y <= 0.5 for (_, y), label in zip(points, labels, strict=True))


@pytest.mark.parametrize("widths", [(3, 5, 4, 3), (2, 4, 1)])
def test_networks_have_the_losses_of_numpy_by_hand(load: Load, widths: tuple[int, ...]) -> None:
    networks = load("networks")
    network = networks.Network(widths, 6)
    expected = losses(networks.steps(load("engines.numpy"), network), 20)
    assert losses(networks.steps(load("engines.glassgrad"), network), 20) == pytest.approx(expected, rel=1e-5)
    assert len(set(expected)) == 20


@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_classifiers_have_the_losses_of_a_replay(load: Load, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    classifiers = load("classifiers")
    classifiers.prepare()
    monkeypatch.setattr(classifiers, "TRAINED", 128)
    engines = (load("engines.glassgrad"), load("engines.replay"))
    eager, replayed = (losses(classifiers.epochs(engine, name), 3) for engine in engines)
    assert eager == pytest.approx(replayed, rel=1e-4)
    assert eager[2] < eager[0]


@pytest.mark.skipif(not hasattr(autograd, "replay"), reason="replay is not there yet")
@pytest.mark.parametrize("widths", [(3, 5, 4, 3), (2, 4, 1)])
def test_replayed_networks_have_them_too(load: Load, widths: tuple[int, ...]) -> None:
    networks = load("networks")
    network = networks.Network(widths, 6)
    expected = losses(networks.steps(load("engines.numpy"), network), 20)
    assert losses(networks.steps(load("engines.replay"), network), 20) == pytest.approx(expected, rel=1e-5)


@pytest.mark.skipif(not hasattr(autograd, "replay"), reason="replay is not there yet")
def test_the_replayed_gpt_has_the_same_losses(load: Load, small_gpt: Any) -> None:
    expected = losses(small_gpt.word_steps(load("engines.glassgrad")), 4)
    assert losses(small_gpt.word_steps(load("engines.replay")), 4) == pytest.approx(expected, rel=1e-9)
    assert losses(small_gpt.recordings(load("engines.replay")), 1) == pytest.approx(expected[:1], rel=1e-9)


def test_chains_are_differentiated(load: Load) -> None:
    chains, engine = load("chains"), load("engines.glassgrad")
    (parts, gradient), *_ = islice(chains.scalar_chain(autograd.Value, length=1000), 2)
    assert gradient == 1001
    assert parts["all"] == pytest.approx(parts["build"] + parts["backward"] + parts["free"])
    x = engine.one_element()
    engine.differentiate(lambda x: x * 3.0, x)
    assert x.grad.tolist() == [3.0]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read where Linux has it")
def test_chains_have_a_size(load: Load) -> None:
    chains = load("chains")
    ((parts, value),) = chains.node_memory(autograd.Value, length=20_000)
    assert (value, parts["memory of a node"] < 1000) == (1.0, True)
    ((parts, _),) = chains.tensor_chain(load("engines.glassgrad"), length=100)
    assert 0 <= parts["memory at most"] < 1e9
    assert chains.peak() >= 1e7


# ---- the table of workloads ------------------------------------------------------------------------------------------


def test_every_engine_has_its_module_and_environment(load: Load) -> None:
    workloads, environments = load("workloads"), load("environments")
    for engine in workloads.ENGINES.values():
        assert (FOLDER / "engines" / f"{engine.module}.py").exists()
        assert engine.environment in environments.PACKAGES
    for workload in workloads.WORKLOADS.values():
        assert {*workload.engines, workload.reference} <= set(workloads.ENGINES)


def test_another_tier_than_the_one_asked_for_is_refused(load: Load) -> None:
    engines = load("workloads").ENGINES
    other = "python" if autograd.backend == "compiled" else "compiled"
    with pytest.raises(RuntimeError, match=f"only the {autograd.backend} tier could be installed"):
        engines[other].check()
    engines[autograd.backend].check()
    engines["torch"].check()
    assert engines["python"].variables == {"GLASSGRAD_PURE": "1"}
    assert engines["compiled"].variables == {"GLASSGRAD_PURE": ""}


def test_every_target_is_about_what_is_measured(load: Load) -> None:
    targets, client, workloads = (load(name) for name in ("targets", "client", "workloads"))
    timed = ("step", "epoch", "forward and backward", "walks alone", "all", "import")
    parts = (*timed, "memory of a node", "memory at most")
    rounds = {part: [1.0] for part in (*parts, "NumPy loaded")}
    results = {
        name: {engine: client.Result(rounds) for engine in workload.engines}
        for name, workload in workloads.WORKLOADS.items()
    }
    for target in targets.TARGETS:
        assert target.asked(results), target.what
        assert target.verdict(results)[1] in ("met", "MISSED")


# ---- turns, failures, verdicts ---------------------------------------------------------------------------------------


@pytest.fixture
def client(load: Load, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client, with this interpreter for every environment."""
    client = load("client")
    monkeypatch.setattr(client, "environment", lambda name: Path(sys.executable))
    return client


def test_an_engine_runs_in_a_process_of_its_own(client: Any) -> None:
    worker = client.Worker("import", "numpy")
    assert "numpy" in worker.versions
    parts, (loss, _) = worker.run(2)
    worker.stop()
    assert parts["import"] > 0 and parts["NumPy loaded"] == 1
    assert loss == 0


def test_who_fails_stops_nobody(
    client: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = {"tinygrad": client.NotInstalled("pip found no wheel")}
    monkeypatch.setattr(client, "environment", lambda name: missing.get(name, Path(sys.executable)))
    results = client.measure("import", ["tinygrad", "numpy", "microgpt"], quick=True)
    assert results["tinygrad"].failure == "pip found no wheel"
    assert results["microgpt"].failure == "RuntimeError: SyntaxError: invalid syntax"  # it has no package to import
    assert len(results["numpy"].rounds["import"]) == 3
    assert "import: tinygrad, TinyJit: pip found no wheel" in capsys.readouterr().err


def test_what_cannot_be_installed_is_asked_for_once(
    load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environments, tries = load("environments"), []

    def install(folder: Path, python: Path, name: str) -> None:
        tries.append(name)
        raise environments.NotInstalled("no network")

    monkeypatch.setattr(environments, "install", install)
    monkeypatch.setattr(environments, "CACHE", tmp_path)
    environments.environment.cache_clear()
    assert [str(environments.environment("jax")) for _ in range(3)] == ["no network"] * 3
    assert tries == ["jax"]
    environments.environment.cache_clear()


def test_another_loss_has_no_figure(load: Load) -> None:
    client, workloads = load("client"), load("workloads")
    results = {name: client.Result({"step": [1.0]}, found) for name, found in ALIKE.items()}
    client.compare_losses(workloads.WORKLOADS["G"], results)
    assert [name for name in results if results[name].failure] == ["off", "nan"]
    assert results["off"].failure == "another loss at step 2: 2.1, expected 2.0"
    results = {
        name: client.Result({"step": [1.0]}, [1.0] * 100 + [last]) for name, last in (("one", 1.0), ("drifts", 1.1))
    }
    client.compare_losses(workloads.WORKLOADS["2-16-16-1"], results)
    assert not results["drifts"].failure


ALIKE = {
    "one": [1.0, 2.0],
    "same": [1.0, 2.0 + 1e-12],
    "off": [1.0, 2.1],
    "nan": [float("nan"), 2.0],
}


def test_a_ratio_is_of_the_same_rounds(load: Load) -> None:
    client = load("client")
    slow, fast = client.Result({"step": [2.0, 40.0, 3.0]}), client.Result({"step": [1.0, 10.0, 1.0]})
    assert client.ratio(slow, "step", fast) == 3.0
    assert slow.median("step") == 3.0


def test_verdicts(load: Load) -> None:
    client, targets = load("client"), load("targets")
    target = targets.faster("G", "G", "compiled", "microgpt", 14)
    for seconds, verdict in ((15.0, ("15.00x", "met")), (13.0, ("13.00x", "MISSED"))):
        results = {"G": {name: client.Result({targets.WALKS: [1.0]}) for name in ("compiled", "microgpt")}}
        results["G"]["microgpt"].rounds[targets.WALKS] = [seconds]
        assert target.verdict(results) == verdict
    results["G"]["microgpt"].failure = "broken"
    assert target.verdict(results) == ("-", "microgpt failed")
    assert not target.asked({"M": {}})
    assert target.promise == "at least 14x"


def test_tables(load: Load, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    client, report = load("client"), load("report")
    found = {
        "compiled": client.Result({"step": [0.001], "memory": [120.0]}, versions={"numpy": "2.5"}),
        "microgpt": client.Result({"step": [0.02]}),
        "micrograd": client.Result(failure="ImportError: none here"),
    }
    table = report.table("M", found)
    assert table.title.endswith("; ratios to Glassgrad, compiled")
    assert table.header == ["", "step", "ratio", "memory", "ratio"]
    assert table.rows[0] == ["Glassgrad, compiled", "1 ms", "1", "120 bytes", "1"]
    assert table.rows[1] == ["microgpt's class", "20 ms", "20", "", ""]
    page = report.in_markdown([table], {"M": found}, load=0.25)
    assert "| microgpt's class | 20 ms | 20 |" in page and "- micrograd: ImportError: none here." in page
    assert "numpy 2.5" in page and "Load when the run began: 0.2." in page
    report.in_terminal([table])
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "rich.console", None)
        report.in_terminal([table])
    assert capsys.readouterr().out.count("micrograd: ImportError: none here.") == 2


@pytest.mark.parametrize(
    ("part", "value", "text"),
    [("step", 2.5, "2.5 s"), ("step", 0.0042, "4.2 ms"), ("step", 5e-5, "50 µs"), ("memory at most", 3e8, "300 MB")],
)
def test_units(load: Load, part: str, value: float, text: str) -> None:
    assert load("report").figure(part, value) == text


def test_the_command_says_what_it_knows() -> None:
    assert "64-128-64-10" in run_python(FOLDER, "--help")
    with pytest.raises(AssertionError, match="found Q; expected names of G, M"):
        run_python(FOLDER, "--only", "Q")
