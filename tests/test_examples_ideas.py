"""Each example that teaches an idea runs in a small version, and shows what it says it shows."""

import importlib
import inspect
import itertools
import pydoc
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PNG = b"\x89PNG"

Example = Callable[[str], ModuleType]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Example:
    """An example, by its name, as a module."""
    monkeypatch.syspath_prepend(EXAMPLES)
    return importlib.import_module


def is_picture(path: Path) -> bool:
    return path.read_bytes().startswith(PNG)


IDEAS = (
    "dead_units",
    "hopfield",
    "optimizer_race",
    "overfitting",
    "perceptron",
    "random_search",
    "svm",
    "universality",
    "vanishing",
)


@pytest.mark.parametrize("name", IDEAS)
def test_the_options_of_main_are_those_of_the_command_line(
    name: str, example: Example, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = example(name)
    monkeypatch.setattr(sys, "argv", [f"{name}.py", "--help"])
    with pytest.raises(SystemExit):
        runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    options = [f"--{option}" for option in inspect.signature(module.main).parameters]
    assert {"--seed", "--out"} < set(options)
    assert re.findall(r"^  (--\w+)", capsys.readouterr().out, re.MULTILINE) == options
    assert all(option in module.__doc__ for option in options)


@pytest.fixture
def hopfield(example: Example) -> ModuleType:
    return example("hopfield")


def test_a_hopfield_memory_recalls_digits(hopfield: ModuleType, tmp_path: Path) -> None:
    found = hopfield.main(trials=1, out=tmp_path)
    assert found["projection"].at_rest == 10
    assert found["projection"].share >= 0.8
    assert found["Hebb's rule"].share < 0.2  # ten digits that look alike are too many for it
    assert all(recall.turns > 0 and recall.least_fall > 0 for recall in found.values())
    assert is_picture(tmp_path / "hopfield.png")


NUMBERS = st.integers(-3, 3).map(float)  # small whole ones: their sums are exact, and a field of 0 is common


@given(data=st.data())
@settings(deadline=None, max_examples=30)
def test_the_energy_of_a_hopfield_memory_never_rises(data: st.DataObject) -> None:
    sys.path.insert(0, str(EXAMPLES))  # a fixture would be that of one test, not of each example of it
    hopfield = importlib.import_module("hopfield")
    sys.path.remove(str(EXAMPLES))
    n = data.draw(st.integers(1, 6))
    upper = np.triu(data.draw(arrays(float, (n, n), elements=NUMBERS)), 1)
    bias = data.draw(arrays(float, n, elements=NUMBERS))
    start = np.where(data.draw(arrays(bool, n)), 1.0, -1.0)
    memory = hopfield.Hopfield(upper + upper.T, bias)
    state, energies = memory.recall(start, np.random.default_rng(0))
    assert energies[0] == -0.5 * start @ memory.weight @ start + bias @ start
    assert energies[-1] == -0.5 * state @ memory.weight @ state + bias @ state
    assert all(after < before for before, after in itertools.pairwise(energies))
    field = memory.weight @ state - bias
    assert (field * state >= 0).all()  # it came to rest
    np.testing.assert_array_equal(memory.field(state)[1], field)


def test_a_field_of_zero_keeps_a_unit_as_it_is(hopfield: ModuleType) -> None:
    memory = hopfield.Hopfield(np.zeros((2, 2)))
    for state in ([-1.0, 1.0], [1.0, 1.0], [-1.0, -1.0]):
        kept, energies = memory.recall(np.array(state), np.random.default_rng(0))
        assert kept.tolist() == state
        assert energies == [0.0]


def test_a_hopfield_memory_needs_a_symmetric_weight_without_a_diagonal(hopfield: ModuleType) -> None:
    for weight in ([[0.0, 1.0], [2.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]]):
        with pytest.raises(ValueError, match="symmetric matrix with 0 on its diagonal"):
            hopfield.Hopfield(np.array(weight))


def test_a_support_vector_machine_ends_where_scikit_learn_does(example: Example, tmp_path: Path) -> None:
    svm = example("svm")
    ours, theirs = svm.main(steps=2000, out=tmp_path)
    assert ours.cost == pytest.approx(theirs.cost, rel=1e-4)
    np.testing.assert_allclose([*ours.weight, ours.bias], [*theirs.weight, theirs.bias], rtol=0.01)
    assert is_picture(tmp_path / "svm.png")
    x, y = svm.load()
    by_hand = np.maximum(0.0, 1.0 - y * (x @ ours.weight + ours.bias)).mean()
    assert ours.cost == pytest.approx(by_hand + svm.PENALTY / 2 * (ours.weight @ ours.weight + ours.bias**2))


def test_optimizers_race(example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    optimizers = example("optimizer_race")
    monkeypatch.setattr(optimizers, "RATES", (0.3, 0.1, 0.001))
    races, fits = optimizers.main(budget=600, out=tmp_path)
    assert is_picture(tmp_path / "optimizer_race.png")
    rosenbrock, saddle = races["Rosenbrock"], races["saddle"]
    assert rosenbrock["SGD"] is None  # 600 gradients are too few for it,
    assert rosenbrock["momentum"] < 600  # not with momentum,
    assert rosenbrock["L-BFGS"] < 100  # and many more than curvature needs
    assert all(saddle[rule] < saddle["SGD"] for rule in ("momentum", "Adagrad", "RMSprop", "Adam", "L-BFGS"))
    assert all(count is not None for count in [*races["Himmelblau"].values(), *saddle.values()])
    for lr, (explicit, implicit) in fits.items():
        assert implicit < 0.5
        assert explicit < 0.5 if lr < 0.5 else explicit > 1e3


def test_the_landscapes_have_the_minima_that_they_are_said_to_have(example: Example) -> None:
    optimizers = example("optimizer_race")
    minima = {"Rosenbrock": (1, 1), "Himmelblau": (3, 2), "saddle": (0, -1)}
    for name, landscape in optimizers.LANDSCAPES.items():
        assert landscape.height(*minima[name]) == landscape.least
        grid = np.meshgrid(np.linspace(-6, 6, 201), np.linspace(-6, 6, 201))
        assert landscape.height(*grid).min() >= landscape.least


def test_random_search_needs_ever_more_losses(example: Example, tmp_path: Path) -> None:
    counts = example("random_search").main(trials=1, budget=2000, out=tmp_path)
    blind, local, descent = counts.values()
    assert blind[-3:] == [2000.0] * 3  # given up
    assert local[-1] > 10 * local[0]
    assert max(descent) < 400
    assert descent[-1] * 5 < local[-1]
    assert is_picture(tmp_path / "random_search.png")


def test_vanishing_gradients_and_their_cures(
    example: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = example("vanishing").main(epochs=3, out=tmp_path)
    assert "vanishes" in capsys.readouterr().out
    assert found["sigmoid"].ratio < 1e-7
    assert found["sigmoid"].accuracy < 0.2  # one in ten is chance
    assert found["relu"].ratio < 0.01
    for cure in ("tanh, Xavier", "relu, Kaiming", "sigmoid, batch norm"):
        assert 0.01 < found[cure].ratio < 100
        assert found[cure].accuracy > 0.6
    assert is_picture(tmp_path / "vanishing.png")


def test_dead_units_and_their_cures(example: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = example("dead_units").main(epochs=4, out=tmp_path)
    assert "dead: 0 for all 1,347 samples" in capsys.readouterr().out
    sick, *cured = found.values()
    assert min(sick.at_start, *sick.dead) > 100  # of 128, to the end
    assert sick.accuracy[-1] < 0.2
    for course in cured:
        assert course.dead[-1] < 40
        assert course.accuracy[-1] > 0.85
    assert is_picture(tmp_path / "dead_units.png")


def test_over_fitting_and_its_cures(example: Example, tmp_path: Path) -> None:
    results = example("overfitting").main(epochs=30, out=tmp_path)
    sick, *cured = results.values()
    assert sick.history["accuracy"][-1] > 0.8  # three in ten labels are wrong, and most of them learned by heart
    assert sick.history["val_loss"][-1] > 1.2 * min(sick.history["val_loss"])
    for result in cured:
        assert result.accuracy > sick.accuracy + 0.03
        assert result.loss < sick.loss
    assert len(results["early stopping"].history["loss"]) < 30
    assert is_picture(tmp_path / "overfitting.png")


def test_wider_networks_come_nearer_to_a_sine(example: Example, tmp_path: Path) -> None:
    universality = example("universality")
    built, learned = universality.main(widths=(2, 8, 16), starts=2, steps=150, out=tmp_path).values()
    assert learned[2] > 2 * learned[8] > 2 * learned[16]
    assert is_picture(tmp_path / "universality.png")
    for width, found in built.items():  # the line through the sine at evenly spaced places, by NumPy
        places = np.linspace(-np.pi, np.pi, width + 1)
        line = np.interp(universality.X[:, 0], places, np.sin(places))
        assert found == pytest.approx(np.abs(line - universality.Y[:, 0]).max(), rel=1e-9)


def test_what_the_curriculum_names_is_there() -> None:
    text = (EXAMPLES.parent / "docs" / "curriculum.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`((?:nn|viz|autograd)\.[\w.]+)", text))
    for name in sorted(names):
        assert pydoc.locate(name) is not None, name
    linked = set(re.findall(r"\(\.\./examples/(\w+\.py)\)", text))
    assert linked == {path.name for path in EXAMPLES.glob("*.py")}
