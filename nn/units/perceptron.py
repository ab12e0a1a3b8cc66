"""Perceptron: a unit that answers 0 or 1, and learns by Rosenblatt's rule in place of gradients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

from autograd.errors import ArgumentError, ShapeError
from nn.activation import resolve
from nn.options import COUNT, POSITIVE
from nn.units.layer import Neuron
from nn.warning import warn

__all__ = ["Perceptron"]


class Perceptron(Neuron):
    """A unit with a step, H(w·x + b), that starts at zero and learns from its mistakes (Rosenblatt, 1958).

    The derivative of a step is zero, so that there is no gradient to descend: `fit` goes through the samples and moves
    the weights by η(y - ŷ)x at each wrong answer. It converges where a line, a plane, ... separates the classes
    (Novikoff, 1962), and stops after max_iter rounds where none does, as for XOR.

    Attributes: `n_iter_`, how many rounds the last `fit` took; `converged_`, whether the last one of them was without a
    mistake; `errors_`, the number of mistakes of each.

    Args:
        nin: the number of inputs.
        lr: the learning rate η.
        max_iter: the greatest number of rounds.
        bias: False leaves b out, so that the line goes through 0.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with another number of inputs.

    >>> samples = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> unit = Perceptron(2).fit(samples, [0, 0, 0, 1])  # AND
    >>> unit.predict(samples), unit.score(samples, [0, 0, 0, 1]), unit.converged_
    ([0, 0, 0, 1], 1.0, True)
    """

    settings = ("lr", "max_iter", "n_iter_", "converged_", "errors_")

    def __init__(self, nin: int, *, lr: float = 1.0, max_iter: int = 1000, bias: bool = True) -> None:
        nin = COUNT("Perceptron", nin=nin)
        self.lr, self.max_iter = POSITIVE("Perceptron", lr=lr), COUNT("Perceptron", max_iter=max_iter)
        self.n_iter_, self.converged_ = 0, False
        self.errors_: list[int] = []
        # Nothing is drawn: from zero, η scales the weights and changes no answer.
        self._hold([0.0] * nin, 0.0 if bias else None, resolve("step"), True, vectorized=False, dtype=None)

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803  (scikit-learn's name)
        """Learn from samples, on from where it stands, until a round is without a mistake or max_iter rounds are over.

        Args:
            X: (samples, nin), lists of numbers or an array.
            y: the class of each sample, 0 or 1.

        Returns:
            The perceptron.

        Raises:
            ArgumentError: for a class that is not 0 or 1, or a number that is not finite, with its row.
            ShapeError: for lengths that differ, or no samples. Nothing is learned.

        Warns:
            UserWarning: where max_iter rounds were not enough.
        """
        rows, classes = self._rows(X), _listed(y)
        if len(rows) != len(classes) or not rows:
            raise ShapeError(f"Perceptron.fit: found {len(rows)} samples and {len(classes)} classes; expected as many.")
        for i, label in enumerate(classes):
            if label not in (0, 1):
                raise ArgumentError(f"Perceptron.fit: found the class {label!r} in row {i}; expected 0 or 1.")
        weights, bias = self._plain()
        self.errors_, self.converged_ = [], False
        while len(self.errors_) < self.max_iter and not self.converged_:
            mistakes = 0
            for row, label in zip(rows, classes, strict=True):
                missing = float(label) - _answer(weights, bias, row)
                if missing:
                    mistakes += 1
                    weights = [w + self.lr * missing * x for w, x in zip(weights, row, strict=True)]
                    bias += self.lr * missing if self.b is not None else 0.0
            self.errors_.append(mistakes)
            self.converged_ = mistakes == 0
        self._learned(weights, bias)
        return self

    def _learned(self, weights: list[float], bias: float) -> None:
        self.n_iter_ = len(self.errors_)
        if self.vectorized:
            self.w.data = weights
        else:
            for parameter, data in zip(self.w, weights, strict=True):
                parameter.data = data
        if self.b is not None:
            self.b.data = bias
        if not self.converged_:
            warn(
                f"Perceptron.fit: found {self.errors_[-1]} mistakes in the last of {self.n_iter_} rounds; either no "
                "line separates the classes (then take an MLP), or max_iter is too small."
            )

    def predict(self, X: Any) -> Any:  # noqa: N803
        """The class of each sample, 0 or 1: a list, or an array where X is one.

        Raises:
            ShapeError, ArgumentError: as `fit`.
        """
        weights, bias = self._plain()
        found = [int(_answer(weights, bias, row)) for row in self._rows(X)]
        if not hasattr(X, "dtype"):
            return found
        import numpy as np

        return np.array(found, dtype=int)

    def score(self, X: Any, y: Any) -> float:  # noqa: N803
        """The share of samples whose class is predicted right.

        Raises:
            ShapeError: for lengths that differ, or no samples.
        """
        found, classes = _listed(self.predict(X)), _listed(y)
        if len(found) != len(classes) or not found:
            raise ShapeError(f"Perceptron.score: found {len(found)} samples and {len(classes)} classes.")
        right = sum(1 for a, b in zip(found, classes, strict=True) if a == b)
        return right / len(found)

    def _plain(self) -> tuple[list[float], float]:
        """Weights and bias as floats."""
        weights = self.w.tolist() if self.vectorized else [w.data for w in self.w]
        return weights, 0.0 if self.b is None else float(self.b.data)

    def _rows(self, X: Any) -> list[list[float]]:  # noqa: N803
        """The samples as lists of finite floats, of the right length."""
        rows = []
        for i, sample in enumerate(_listed(X)):
            if not isinstance(sample, (list, tuple)) or len(sample) != self.nin:
                raise ShapeError(f"{self!r}: found {sample!r} in row {i}; expected {self.nin} numbers.")
            row = [float(x) for x in sample]
            if not all(map(math.isfinite, row)):
                raise ArgumentError(f"{self!r}: found {sample!r} in row {i}; expected finite numbers.")
            rows.append(row)
        return rows

    def __repr__(self) -> str:
        return f"Perceptron({self.nin}{'' if self.b is not None else ', bias=False'})"


def _answer(weights: Sequence[float], bias: float, row: Sequence[float]) -> float:
    """H(w·x + b), summed in the order of the unit's own call."""
    total = bias
    for w, x in zip(weights, row, strict=True):
        total += w * x
    return 1.0 if total >= 0.0 else 0.0


def _listed(x: Any) -> list[Any]:
    return list(x.tolist() if hasattr(x, "tolist") else x)
