"""The examples on real data, each in a small run: it reaches what its full run promises, or comes near."""

import importlib
import re
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nn import Linear
from nn.utils import prune

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PNG = b"\x89PNG"


@pytest.fixture
def example(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example named by the test, as a module; other examples that it imports are found beside it."""
    monkeypatch.syspath_prepend(EXAMPLES)
    return importlib.import_module(request.param)


def given(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", [name], indirect=True)


def picture(folder: Path, name: str) -> bool:
    return (folder / f"{name}.png").read_bytes().startswith(PNG)


@given("digits_cnn")
def test_convolutions_read_digits_better_than_a_perceptron(example: ModuleType, tmp_path: Path) -> None:
    found = example.main(epochs=2, out=tmp_path)
    assert found["CNN, images as they are"] >= max(0.94, found["MLP, images as they are"])
    assert found["CNN, images moved"] >= found["MLP, images moved"] + 0.05
    assert picture(tmp_path, "digits_cnn")


@given("digits_cnn")
def test_convolutions_read_985_of_1000_digits(example: ModuleType) -> None:
    data, rng = example.load(), np.random.default_rng(0)
    *_, reached = example.fit(example.cnn(rng), data, 8, rng, move=True)
    assert reached >= 0.985


@given("digits_cnn")
def test_moved_images_are_the_images_moved(example: ModuleType) -> None:
    images = np.arange(2 * 64, dtype=np.float32).reshape(2, 1, 8, 8)
    seen = set()
    rng = np.random.default_rng(0)
    for _ in range(40):
        for image, original in zip(example.moved(images, rng), images, strict=True):
            moves = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (image == shifted(original, i, j)).all()]
            assert len(moves) == 1
            seen.update(moves)
    assert len(seen) == 9


def shifted(image: np.ndarray, down: int, across: int) -> np.ndarray:
    """The image moved down and across; 0, the least of all pixels, comes in."""
    result = np.zeros_like(image)
    for i in range(8):
        for j in range(8):
            if 0 <= i - down < 8 and 0 <= j - across < 8:
                result[0, i, j] = image[0, i - down, j - across]
    return result


@given("tabular")
def test_tables_agree_with_scikit_learn(example: ModuleType, tmp_path: Path) -> None:
    scores = example.main(steps=200, out=tmp_path, names=("wine",))
    assert scores["wine"].agree
    assert scores["wine"].ours.mean() > 0.95
    assert picture(tmp_path, "tabular")


@given("tabular")
def test_a_regressor_explains_diabetes(example: ModuleType) -> None:
    from sklearn.datasets import load_diabetes
    from sklearn.preprocessing import scale

    x, y = load_diabetes(return_X_y=True)
    y = scale(y)
    learned = example.Regressor(steps=200, seed=0).fit(scale(x[:350]), y[:350])
    assert learned.score(scale(x[350:]), y[350:]) > 0.35  # R², by scikit-learn


@given("prices")
def test_standardised_features_reach_least_squares_and_raw_ones_do_not(example: ModuleType, tmp_path: Path) -> None:
    raw, standardised, limit = example.main(out=tmp_path)
    assert standardised.r2[-1] == pytest.approx(limit, abs=1e-6)
    assert raw.r2[-1] < 0
    assert raw.condition > 1e8 * standardised.condition
    assert picture(tmp_path, "prices")


@given("sunspots")
def test_an_lstm_beats_the_naive_forecast(example: ModuleType, tmp_path: Path) -> None:
    errors = example.main(epochs=6, out=tmp_path)
    assert errors["LSTM"] < 0.75 * errors["as this year"]
    assert picture(tmp_path, "sunspots")


@given("sunspots")
def test_the_naive_forecasts_are_the_years_before(example: ModuleType) -> None:
    numbers = np.random.default_rng(0).uniform(0, 200, 309)
    foretold = example.forecasts(numbers, epochs=1, seed=0)
    first = example.SPLIT - example.FIRST
    np.testing.assert_allclose(foretold["as this year"], numbers[first - 1 : -1])
    np.testing.assert_allclose(foretold["as eleven years ago"], numbers[first - 11 : -11])


@given("gpt_arrays")
def test_a_gpt_on_arrays_has_the_losses_of_that_on_numbers(
    example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers, one, many = example.main(steps=40, numbers=3, out=tmp_path).values()
    np.testing.assert_allclose(numbers[0], one[0][:3], rtol=1e-12)
    assert numbers[1][-1] > one[1][2]  # seconds
    assert many[0][-5:].mean() < 2.75 < many[0][0]
    assert re.search(r"Invented: (\w+, ){9}\w+", capsys.readouterr().out)
    assert picture(tmp_path, "gpt_arrays")


@given("autoencoder")
def test_an_autoencoder_beats_principal_components(example: ModuleType, tmp_path: Path) -> None:
    ours, linear = example.main(epochs=15, out=tmp_path)
    assert ours < 0.9 * linear
    assert picture(tmp_path, "autoencoder")


@given("saliency")
def test_salient_pixels_matter_more_than_any(
    example: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = example.load()
    few = [part[:count] for part, count in zip(data, (900, 900, 150, 150), strict=True)]
    monkeypatch.setattr(example, "load", lambda: type(data)(*few))
    curves = example.main(epochs=2, out=tmp_path, most=4)
    assert curves["most salient"][0] == curves["any"][0] > 0.85
    assert curves["most salient"][4] < 0.6 * curves["any"][4]
    assert picture(tmp_path, "saliency")


@given("saliency")
def test_a_saliency_is_a_slope(example: ModuleType) -> None:
    model = example.cnn(np.random.default_rng(0)).to("float64")
    x, y = np.random.default_rng(1).normal(size=(2, 1, 8, 8)), np.array([3, 7])
    slopes = example.saliency(model, x, y)
    assert all(parameter.requires_grad and not np.any(parameter.grad) for parameter in model.parameters())
    for i, row, column in ((0, 0, 0), (0, 4, 5), (1, 7, 2)):
        sides = []
        for step in (1e-6, -1e-6):
            moved = x.copy()
            moved[i, 0, row, column] += step
            sides.append(model(moved).data[i, y[i]])
        assert slopes[i, 0, row, column] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-6, abs=1e-9)


@given("pretrained")
def test_a_pretrained_network_needs_fewer_images(example: ModuleType, tmp_path: Path) -> None:
    curves = example.main(epochs=30, draws=3, counts=(30,), out=tmp_path)
    assert curves["pretrained"][0] > max(0.8, curves["from scratch"][0])
    assert picture(tmp_path, "pretrained")


@given("pretrained")
def test_frozen_features_stay_as_they_were(example: ModuleType) -> None:
    rng = np.random.default_rng(0)
    state = example.Classifier(10, rng).state_dict()
    model, data = example.transferred(state, rng), example.load()
    head = model.head.weight.data.copy()
    example.fit(model, data.x_train[:64], data.y_train[:64] % 2, 2, 0.02, rng)
    assert all((model.state_dict()[name] == state[name]).all() for name in state if name.startswith("features."))
    assert (model.head.weight.data != head).any()


@given("pruning")
def test_the_smallest_weights_are_missed_least(example: ModuleType, tmp_path: Path) -> None:
    curves = example.main(epochs=2, out=tmp_path)
    smallest, at_random, untrained = (dict(zip(example.LEFT, each, strict=True)) for each in curves.values())
    assert smallest[0.1] >= smallest[1.0] - 0.04 > 0.9
    assert smallest[0.1] > max(at_random[0.1], untrained[0.1]) + 0.03
    assert picture(tmp_path, "pruning")


@given("pruning")
def test_what_is_left_after_a_cut_is_what_it_says(example: ModuleType) -> None:
    rng = np.random.default_rng(0)
    model = example.mlp(rng)
    for before, after in pairwise(example.LEFT):
        example.cut(model, 1 - after / before, "smallest", rng)
        for layer in (part for part in model.modules() if isinstance(part, Linear)):
            assert layer.weight_mask.mean() == pytest.approx(after, abs=1e-3)
    assert prune.is_pruned(model)
