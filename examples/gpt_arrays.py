"""The GPT of gpt.py on arrays: the same weights, the same losses, a small part of the time.

    pip install -e ".[all]"
    python examples/gpt_arrays.py

It begins with the very weights of gpt.py and learns from the same words, one in each step: its losses are those of the
GPT of plain numbers to the last digits, for the arithmetic is the same; only that a matrix is one node of the graph and
not thousands. Then it begins again and takes 32 words in each step: their gradients agree on more than one word's does.

Source: as gpt.py.
"""

import argparse
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import gpt
import numpy as np
from gpt import BLOCK, CHANNELS, HEADS, Alphabet, Weights
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray

from autograd import Value, no_grad, replay, softmax
from nn import Embedding, Linear, Module, PositionalEmbedding, RMSNorm, TransformerBlock, functional, optim

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
NOTHING = -100  # the target after the end of a word: cross_entropy passes over it


class GPT(Module):
    """Tokens, shape (words, time), give the logits of each one's successor, (words, time, tokens)."""

    def __init__(self, tokens: int, rng: np.random.Generator | None = None) -> None:
        self.token = Embedding(tokens, CHANNELS, rng=rng)
        self.position = PositionalEmbedding(BLOCK, CHANNELS, rng=rng)
        self.block = TransformerBlock(CHANNELS, HEADS, activation="relu", causal=True, bias=False, rng=rng)
        self.norm = RMSNorm(CHANNELS, eps=1e-5, elementwise_affine=False)
        self.block.norm1 = self.block.norm2 = self.norm  # a GPT's block has LayerNorm there; gpt.py keeps to less
        self.logits = Linear(CHANNELS, tokens, bias=False, rng=rng)

    def forward(self, tokens: Labels) -> Value:
        return self.logits(self.block(self.norm(self.position(self.token(tokens)))))


def state_of(weights: Weights) -> dict[str, Any]:
    """The weights of gpt.py under the names that they have here."""
    arrays = {name: np.array(matrix) for name, matrix in weights.items()}
    return {
        "token.weight": arrays["token"],
        "position.weight": arrays["position"],
        "block.self_attn.in_proj_weight": np.concatenate([arrays[name] for name in ("query", "key", "value")]),
        "block.self_attn.out_proj.weight": arrays["mix"],
        "block.linear1.weight": arrays["widen"],
        "block.linear2.weight": arrays["narrow"],
        "logits.weight": arrays["logits"],
    }


def batch(words: Sequence[str], alphabet: Alphabet) -> tuple[Labels, Labels]:
    """The tokens of some words and the successor of each, both of shape (words, 16), with nothing after the end."""
    x, y = np.full((len(words), BLOCK), alphabet.border), np.full((len(words), BLOCK), NOTHING)
    for row, word in enumerate(words):
        tokens = alphabet.tokens(word)
        x[row, : len(tokens) - 1], y[row, : len(tokens) - 1] = tokens[:-1], tokens[1:]
    return x, y


def cross_entropy(model: GPT, x: Labels, y: Labels) -> Value:
    """The mean of -log p over the tokens of all words, each predicted from those before it."""
    logits = model(x)
    return functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), y.ravel(), ignore_index=NOTHING)


def train(model: GPT, words: Iterable[Sequence[str]], alphabet: Alphabet, steps: int) -> Iterator[float]:
    """Learn from some words in each step, by Adam as in gpt.py; yield the losses."""
    optimizer = optim.Adam(model.parameters(), lr=0.01, betas=(0.85, 0.99))
    schedule = optim.lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=steps)
    program = replay(lambda x, y: cross_entropy(model, x, y))
    for some in islice(words, steps):
        optimizer.zero_grad()
        yield float(program.backward(*batch(some, alphabet)))
        optimizer.step()
        schedule.step()


def train_numbers(weights: Weights, words: Iterable[Sequence[str]], alphabet: Alphabet, steps: int) -> Iterator[float]:
    """The same with a node for each number, by the functions of gpt.py."""
    nodes = {name: [[Value(w) for w in row] for row in matrix] for name, matrix in weights.items()}
    optimizer = gpt.Adam(nodes)
    for step, (word,) in enumerate(islice(words, steps)):
        loss = gpt.cross_entropy(nodes, alphabet.tokens(word))
        loss.backward()
        optimizer.step(remaining=1.0 - step / steps)
        yield loss.data


def invented(model: GPT, alphabet: Alphabet, rng: random.Random, temperature: float = 0.5) -> str:
    """A word, character by character, each drawn with its probability."""
    tokens = [alphabet.border]
    with no_grad():
        while len(tokens) <= BLOCK and (tokens[-1] != alphabet.border or len(tokens) == 1):
            chances = softmax(model([tokens])[0, -1] / temperature)
            tokens += rng.choices(range(alphabet.border + 1), chances.tolist())
    return "".join(alphabet.characters[token] for token in tokens if token != alphabet.border)


def timed(steps: Iterator[float], count: int) -> tuple[Array, Array]:
    """The losses of the first steps, and the seconds that had passed after each."""
    started = time.perf_counter()
    return tuple(np.transpose([(loss, time.perf_counter() - started) for loss in islice(steps, count)]))


def draw(runs: dict[str, tuple[Array, Array]], path: Path) -> None:
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for (name, (losses, seconds)), colour in zip(runs.items(), ("black", "#d55e00", "#0072b2"), strict=True):
        width = min(20, len(losses))
        smooth = np.convolve(losses, np.full(width, 1 / width), "valid")
        thick = 5 if name.startswith("numbers") else 1.5  # seen behind that which is the same
        left.plot(np.arange(width, len(losses) + 1), smooth, color=colour, label=name, linewidth=thick)
        right.semilogx(seconds[width - 1 :], smooth, color=colour)
    left.set(xlabel="step", ylabel="mean loss of 20 steps")
    right.set(xlabel="seconds")
    figure.legend(loc="outside lower center", ncols=3)
    figure.savefig(path, dpi=150)


def main(seed: int = 0, steps: int = 500, numbers: int = 60, out: Path = Path("out")) -> dict[str, tuple[Array, Array]]:
    """The losses and the times of the GPT of numbers, of that on arrays, and of that which takes 32 words at a time."""
    out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)  # drawn from in the order of gpt.py: its words, its weights, its losses
    words = gpt.python_names()
    rng.shuffle(words)
    alphabet = Alphabet(words)
    weights = gpt.initial_weights(float, alphabet.border + 1, rng)
    one, many = ([word] for word in cycle(words)), (rng.sample(words, 32) for _ in count())
    model = GPT(alphabet.border + 1)
    runs = {"numbers, 1 word": timed(train_numbers(weights, ([w] for w in cycle(words)), alphabet, steps), numbers)}
    for name, some in (("arrays, 1 word", one), ("arrays, 32 words", many)):
        model.load_state_dict(state_of(weights))
        runs[name] = timed(train(model, some, alphabet, steps), steps)
    print("                  ms per step   steps   mean loss in the last tenth of them")
    for name, (losses, seconds) in runs.items():
        per_step, last = 1e3 * np.median(np.diff(seconds, prepend=0.0)), losses[-max(1, len(losses) // 10) :].mean()
        print(f"{name:16}  {per_step:11.2f}   {len(losses):5}   {last:.3f}")
    (plain, _), (arrays, _), _ = runs.values()
    print(f"In its first {len(plain)} steps, that on arrays differs by {abs(plain - arrays[: len(plain)]).max():.0e}.")
    print("Invented:", ", ".join(invented(model, alphabet, rng) for _ in range(10)))
    path = out / "gpt_arrays.png"
    draw(runs, path)
    print(f"Written: {path}")
    return runs


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The GPT of gpt.py on arrays, beside that of plain numbers.")
    parser.add_argument("--seed", type=int, default=0, help="of the weights and the order of words")
    parser.add_argument("--steps", type=int, default=500, help="that each GPT on arrays makes")
    parser.add_argument("--numbers", type=int, default=60, help="how many of them that of plain numbers makes")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if min(arguments.steps, arguments.numbers) < 1:
        parser.error("--steps and --numbers: expected at least 1")
    main(**vars(arguments))
