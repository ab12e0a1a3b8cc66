"""A GPT of plain numbers learns how words are spelled, and invents some.

    pip install -e .
    python examples/gpt.py [words.txt] [--steps N] [--seed N]

A text file gives the words, one a line; without one, they are the names of Python: keywords, built-ins, modules of the
standard library. Each of the 4,192 weights is a `Value` of its own, and each word makes a graph of some 70,000 more.
Nothing is done with them but `+ - * / **`, `exp`, `log` and `relu`, all of it written out below.
The 500 words take less than a minute with the compiled core, a few minutes in plain Python.

Source: Vaswani et al., Attention Is All You Need (2017); Radford et al., Language Models are Unsupervised Multitask
Learners (2019); without biases, and with RMS norm (Zhang and Sennrich, 2019) and relu.
"""

import argparse
import builtins
import keyword
import random
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

CHANNELS, HEADS, BLOCK = 16, 4, 16  # numbers that describe a character, attention heads, characters seen at once
Vector = list[Any]
Weights = dict[str, list[Vector]]


class Alphabet:
    """The characters of some words as tokens 0, 1, ...; the last token is the border at which words begin and end."""

    def __init__(self, words: list[str]) -> None:
        self.characters = sorted(set("".join(words)))
        self.border = len(self.characters)

    def tokens(self, word: str) -> list[int]:
        return [self.border, *map(self.characters.index, word), self.border][: BLOCK + 1]


def python_names() -> list[str]:
    names = {*keyword.kwlist, *dir(builtins), *sys.stdlib_module_names}
    return sorted({name.lower() for name in names if name.isascii() and name.isalpha()})


def initial_weights(node: Callable[[float], Any], tokens: int, rng: random.Random) -> Weights:
    """Small random weights, each a `node` of its own: of this engine, or of one it is compared with."""
    square, wide = (CHANNELS, CHANNELS), (4 * CHANNELS, CHANNELS)
    shapes = {"token": (tokens, CHANNELS), "position": (BLOCK, CHANNELS)}
    shapes |= {"query": square, "key": square, "value": square, "mix": square}
    shapes |= {"widen": wide, "narrow": wide[::-1], "logits": (tokens, CHANNELS)}
    return {name: [[node(rng.gauss(0.0, 0.08)) for _ in range(m)] for _ in range(n)] for name, (n, m) in shapes.items()}


def dot(x: Vector, y: Vector) -> Any:
    return sum(a * b for a, b in zip(x, y, strict=True))


def linear(matrix: list[Vector], x: Vector) -> Vector:
    return [dot(row, x) for row in matrix]


def added(x: Vector, y: Vector) -> Vector:
    return [a + b for a, b in zip(x, y, strict=True)]


def normalized(x: Vector) -> Vector:
    """RMS norm: the vector at the length at which the mean square of its elements is 1."""
    scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
    return [a * scale for a in x]


def softmax(x: Vector) -> Vector:
    """exp(x) / sum(exp(x)); the elements are so small here, after RMS norm, that no maximum is subtracted first."""
    exps = [a.exp() for a in x]
    total = sum(exps)
    return [e / total for e in exps]


def attention(weights: Weights, x: Vector, keys: list[Vector], values: list[Vector]) -> Vector:
    """Each head compares its part of the query with its part of every key, and averages its part of the values."""
    query = linear(weights["query"], x)
    keys.append(linear(weights["key"], x))
    values.append(linear(weights["value"], x))
    size = CHANNELS // HEADS
    found = []
    for part in (slice(i, i + size) for i in range(0, CHANNELS, size)):
        shares = softmax([dot(query[part], key[part]) * size**-0.5 for key in keys])
        found += [dot(shares, list(column)) for column in zip(*(value[part] for value in values), strict=True)]
    return linear(weights["mix"], found)


def next_logits(weights: Weights, token: int, keys: list[Vector], values: list[Vector]) -> Vector:
    """A logit for each token that might follow; `keys` and `values` hold those of the characters before this one."""
    x = normalized(added(weights["token"][token], weights["position"][len(keys)]))
    x = added(x, attention(weights, normalized(x), keys, values))
    hidden = [a.relu() for a in linear(weights["widen"], normalized(x))]
    x = added(x, linear(weights["narrow"], hidden))
    return linear(weights["logits"], x)


def cross_entropy(weights: Weights, tokens: list[int]) -> Any:
    """The mean of -log p over the tokens after the first, each predicted from those before it."""
    keys, values = [], []
    chances = [(softmax(next_logits(weights, token, keys, values)), target) for token, target in pairwise(tokens)]
    return sum(-p[target].log() for p, target in chances) / len(chances)


class Adam:
    """Kingma and Ba (2015): a weight steps by the mean of its gradients over the root of their mean square."""

    def __init__(self, weights: Weights, rate: float = 0.01, decays: tuple[float, float] = (0.85, 0.99)) -> None:
        self.parameters = [weight for matrix in weights.values() for row in matrix for weight in row]
        self.rate, self.decays, self.steps = rate, decays, 0
        self.means, self.squares = [0.0] * len(self.parameters), [0.0] * len(self.parameters)

    def step(self, remaining: float) -> None:
        """One step, at the share `remaining` of the rate; the gradients are used up."""
        a, b = self.decays
        self.steps += 1
        rate, unbias = self.rate * remaining / (1.0 - a**self.steps), 1.0 / (1.0 - b**self.steps)
        for i, p in enumerate(self.parameters):
            self.means[i] = m = a * self.means[i] + (1.0 - a) * p.grad
            self.squares[i] = s = b * self.squares[i] + (1.0 - b) * p.grad * p.grad
            p.data -= rate * m / ((s * unbias) ** 0.5 + 1e-8)
            p.grad = 0.0


def invented(weights: Weights, alphabet: Alphabet, rng: random.Random, temperature: float = 0.5) -> str:
    """A word, character by character, each drawn with its probability; a low temperature plays safe."""
    keys, values = [], []
    tokens = [alphabet.border]
    while len(keys) < BLOCK and (tokens[-1] != alphabet.border or not keys):
        chances = softmax([a / temperature for a in next_logits(weights, tokens[-1], keys, values)])
        tokens += rng.choices(range(len(chances)), [p.data for p in chances])
    return "".join(alphabet.characters[token] for token in tokens if token != alphabet.border)


def main(path: Path | None = None, steps: int = 500, seed: int = 0) -> tuple[list[float], list[str]]:
    from autograd import Value  # here, because the model runs on other engines' nodes too: benchmarks/speed

    rng = random.Random(seed)
    words = python_names() if path is None else path.read_text(encoding="utf-8").split()
    rng.shuffle(words)
    alphabet = Alphabet(words)
    weights = initial_weights(Value, alphabet.border + 1, rng)
    optimizer, losses, often = Adam(weights), [], max(1, steps // 10)
    print(f"{len(optimizer.parameters):,} weights learn from {len(words)} words of {alphabet.border} characters.")
    for step in range(steps):
        loss = cross_entropy(weights, alphabet.tokens(words[step % len(words)]))
        loss.backward()
        optimizer.step(remaining=1.0 - step / steps)
        losses.append(loss.data)
        if (step + 1) % often == 0:
            print(f"step {step + 1:4}   mean loss {sum(losses[-often:]) / often:.3f}", flush=True)
    inventions = [invented(weights, alphabet, rng) for _ in range(10)]
    print("Invented:", ", ".join(inventions))
    return losses, inventions


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A GPT of plain numbers learns how words are spelled.")
    parser.add_argument("path", nargs="?", type=Path, help="a text file of words (default: Python's own names)")
    parser.add_argument("--steps", type=int, default=500, help="words to learn from (default: 500)")
    parser.add_argument("--seed", type=int, default=0, help="of the weights and the order of words (default: 0)")
    options = parser.parse_args()
    if options.path is not None and not (options.path.is_file() and options.path.read_text(encoding="utf-8").split()):
        parser.error(f"found no words in {options.path}; expected a text file of words, one or more.")
    if options.steps < 1:
        parser.error(f"found --steps {options.steps}; expected 1 or more.")
    main(**vars(options))
