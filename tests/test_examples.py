"""Each example runs and reaches the result that it promises."""

import importlib
import random
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from processes import run_python
from test_micrograd import LOSSES

import autograd
from nn import MLP, functional

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PNG = b"\x89PNG"


@pytest.fixture
def example(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example named by the test, as a module."""
    monkeypatch.syspath_prepend(EXAMPLES)
    return importlib.import_module(request.param)


def given(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", [name], indirect=True)


def test_the_list_of_examples_is_complete() -> None:
    listed = re.findall(r"^\| `(\w+\.py)`", (EXAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in EXAMPLES.glob("*.py"))


def test_digits_runs_as_a_user_would_run_it(tmp_path: Path) -> None:
    printed = run_python("-W", "error", EXAMPLES / "digits.py", cwd=tmp_path)
    accuracy = re.search(r"Test accuracy (0\.\d+)", printed)
    assert accuracy, printed
    assert float(accuracy[1]) >= 0.97
    differences = re.findall(r"(\d\.\de-\d\d) +│$", printed, re.MULTILINE)
    assert len(differences) == 4  # one for each of the network's parameters
    assert all(float(difference) < 1e-8 for difference in differences)
    counts = [
        [int(n.replace("·", "0")) for n in row.split("│")[2:-1]] for row in re.findall(r"^│ \d .*", printed, re.M)
    ]
    assert np.sum(counts) == 450
    assert np.trace(counts) == round(450 * float(accuracy[1]))
    *_, curve, misclassified, graph = printed.split()
    assert (tmp_path / curve).read_bytes().startswith(PNG)
    assert (tmp_path / misclassified).read_bytes().startswith(PNG)
    assert "loss of this" in (tmp_path / graph).read_text(encoding="utf-8")


@given("digits")
def test_the_twin_on_numbers_computes_what_the_arrays_compute(example: ModuleType) -> None:
    data = example.load()
    model = example.train_twin(data, np.random.default_rng(3))
    x, y = example.twin_data(data.x_test, data.y_test)
    assert (example.predict(model, x) == y).mean() > 0.9
    for i in range(5):
        expected = functional.cross_entropy(model(x[i]), int(y[i]))
        model.zero_grad()
        expected.backward()
        loss = example.loss_on_numbers(model, x[i], int(y[i]))
        assert loss.item() == pytest.approx(expected.item(), rel=1e-12)
        leaves = {value.label: value for value in autograd.topological_order(loss) if value.op is None}
        assert len(leaves) == 4 + 27  # inputs and weights, each with a label of its own
        gradient = [leaves[f"{source} → h2"].grad for source in example.QUADRANTS]
        assert gradient == pytest.approx(model.layers[0].weight.grad[1].tolist(), rel=1e-12, abs=1e-15)


@given("digits")
def test_the_gradient_check_finds_a_wrong_gradient(example: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    data = example.load()
    model = MLP(64, [8, 10], vectorized=True, rng=np.random.default_rng(0))
    sound = example.check_gradients(model, data.x_train[:32], data.y_train[:32])
    assert all(exact == pytest.approx(measured, rel=1e-5) for _, exact, measured in sound)
    # Half of each logit takes a way that gradients do not: the values stay right, the gradients become half.
    monkeypatch.setattr(example, "loss_of", lambda m, x, y: functional.cross_entropy(m(x) * 0.5 + m(x).data * 0.5, y))
    broken = example.check_gradients(model, data.x_train[:32], data.y_train[:32])
    assert all(2 * exact == pytest.approx(measured, rel=1e-5) for _, exact, measured in broken)


@given("digits")
def test_a_network_without_mistakes_has_its_picture_too(example: ModuleType, tmp_path: Path) -> None:
    data = example.load()
    example.draw_misclassified(data, data.y_test, tmp_path / "none.png")
    assert (tmp_path / "none.png").read_bytes().startswith(PNG)


@given("moons")
def test_moons(example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert example.main(steps=8, out=tmp_path / "new" / "folder") >= 0.85
    assert f"loss {LOSSES[0]:.6f}" in capsys.readouterr().out
    assert (tmp_path / "new" / "folder" / "moons.png").read_bytes().startswith(PNG)


@given("moons")
def test_moons_has_the_losses_of_micrograd(example: ModuleType) -> None:
    points, labels = example.load(1337)
    steps = example.train(MLP(2, [16, 16, 1], rng=random.Random(1337)), points, labels)
    losses = [loss for (loss, _), _ in zip(steps, range(3), strict=False)]
    assert losses == pytest.approx(LOSSES[:3], rel=1e-12)


@given("linear_regression")
def test_linear_regression_ends_at_least_squares(example: ModuleType, tmp_path: Path) -> None:
    learned, exact = example.main(tmp_path)
    assert learned == pytest.approx(exact, rel=1e-10)
    x, y = example.load()
    residuals = y - (exact[0] * x[:, 0] + exact[1])
    assert [residuals.sum(), residuals @ x[:, 0]] == pytest.approx([0, 0], abs=1e-8)  # the normal equations
    assert (tmp_path / "linear_regression.png").read_bytes().startswith(PNG)


@given("logistic_regression")
def test_logistic_regression_ends_where_scikit_learn_does(example: ModuleType, tmp_path: Path) -> None:
    ours, theirs = example.main(tmp_path)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert (tmp_path / "logistic_regression.png").read_bytes().startswith(PNG)


@given("perceptron")
def test_a_perceptron_learns_iris_and_a_network_xor(
    example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example.main(out=tmp_path)
    printed = capsys.readouterr().out
    ours, theirs = re.findall(r"(?:weights and bias|those of scikit-learn) +(.*)", printed)
    assert ours == theirs
    assert re.search(r"with hidden units +\[0\. 1\. 1\. 0\.\]", printed)
    assert (tmp_path / "perceptron.png").read_bytes().startswith(PNG)


@given("perceptron")
@pytest.mark.parametrize("seed", range(3))
def test_rosenblatts_rule_ends_when_a_line_separates_and_only_then(example: ModuleType, seed: int) -> None:
    x, y_xor = example.XOR
    for y, separable in ((x.min(axis=1), True), (x.max(axis=1), True), (y_xor, False)):  # and, or, exclusive or
        unit = example.perceptron(x, y)
        assert unit.converged_ == separable
        assert unit.n_iter_ < 50 if separable else unit.n_iter_ == 50
        assert (unit(x).data == y).all() == separable
    model = example.gradient_descent(x, y_xor, seed=seed)
    assert ((model(x).data[:, 0] > 0) == (y_xor == 1)).all()
