"""The GPT of examples/gpt.py: it learns, invents words, and is the transformer it says it is."""

import importlib
import math
import random
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from autograd import Value

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.fixture
def gpt(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example, with vectors so short that a test may run it."""
    monkeypatch.syspath_prepend(EXAMPLES)
    module = importlib.import_module("gpt")
    monkeypatch.setattr(module, "CHANNELS", 4)
    monkeypatch.setattr(module, "HEADS", 2)
    monkeypatch.setattr(module, "BLOCK", 6)
    return module


def test_it_learns_to_spell_a_word(gpt: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "words.txt"
    path.write_text("abba\nabba\n", encoding="utf-8")
    losses, words = gpt.main(path, steps=100)
    assert losses[0] == pytest.approx(math.log(3), rel=0.1)  # at first each of the three tokens is as likely
    assert losses[-1] < 0.2
    assert words.count("abba") > 5
    assert "step  100   mean loss 0." in capsys.readouterr().out


def test_it_learns_from_the_names_of_python(gpt: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    _, words = gpt.main(steps=2)
    assert len(words) == 10
    assert all(len(word) <= 6 and set(word) <= set("abcdefghijklmnopqrstuvwxyz") for word in words)
    assert {"pickle", "lambda", "valueerror"} <= set(gpt.python_names())
    assert "words of 26 characters" in capsys.readouterr().out


def test_it_has_the_weights_that_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    gpt = importlib.import_module("gpt")
    weights = gpt.initial_weights(float, gpt.Alphabet(gpt.python_names()).border + 1, random.Random(0))
    assert f"{sum(len(row) for matrix in weights.values() for row in matrix):,}" == "4,192"
    assert "4,192 weights" in gpt.__doc__


def test_a_long_word_is_cut(gpt: ModuleType) -> None:
    alphabet = gpt.Alphabet(["ab", "a" * 20])
    assert alphabet.tokens("ab") == [2, 0, 1, 2]
    assert alphabet.tokens("a" * 20) == [2, *[0] * 6]


def test_the_logits_are_those_of_matrices(gpt: ModuleType) -> None:
    weights = gpt.initial_weights(Value, 3, random.Random(1))
    tokens = [2, 0, 1, 1]
    keys: list[list[Value]] = []
    values: list[list[Value]] = []
    logits = [[a.data for a in gpt.next_logits(weights, token, keys, values)] for token in tokens]
    matrices = {name: np.array([[a.data for a in row] for row in matrix]) for name, matrix in weights.items()}
    np.testing.assert_allclose(logits, by_matrices(matrices, tokens), rtol=1e-12)


def by_matrices(weights: dict[str, np.ndarray], tokens: list[int], heads: int = 2) -> np.ndarray:
    """The same transformer for all characters at once, with a mask that hides those to come."""

    def norm(x: np.ndarray) -> np.ndarray:
        return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-5)

    n = len(tokens)
    x = norm(weights["token"][tokens] + weights["position"][:n])
    query, key, value = (
        (norm(x) @ weights[name].T).reshape(n, heads, -1).swapaxes(0, 1) for name in ("query", "key", "value")
    )
    scores = query @ key.swapaxes(1, 2) / math.sqrt(key.shape[-1])
    shares = np.exp(np.where(np.tri(n), scores, -np.inf))
    shares /= shares.sum(axis=-1, keepdims=True)
    x = x + (shares @ value).swapaxes(0, 1).reshape(n, -1) @ weights["mix"].T
    x = x + np.maximum(norm(x) @ weights["widen"].T, 0) @ weights["narrow"].T
    return x @ weights["logits"].T


def test_a_file_that_is_not_there_is_named() -> None:
    found = subprocess.run([sys.executable, EXAMPLES / "gpt.py", "nowhere.txt"], capture_output=True, text=True)
    assert found.returncode == 2
    assert "found no words in nowhere.txt; expected a text file of words" in found.stderr
