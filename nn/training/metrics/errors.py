"""Metrics of regression, collected over batches."""

from __future__ import annotations

from typing import Any

from autograd.errors import DtypeError, ShapeError
from nn.training.metrics.metric import Metric, checked, weights_of

__all__ = ["MAE", "MSE", "R2"]


class Regression(Metric):
    """A metric of predicted numbers: `y_true` and `output` have one shape, (batch,) or (batch, outputs).

    NaN among them makes the result NaN.
    """

    def __init__(self, *, name: str | None = None) -> None:
        self.name = name or self.name
        self.reset()

    def update(self, y_true: Any, output: Any, sample_weight: Any = None) -> None:
        """Take in a batch.

        Raises:
            ShapeError: for unequal shapes, or no elements.
        """
        y, x = checked(self.name, y_true, output)
        if "U" in (y.dtype.kind, x.dtype.kind):
            raise DtypeError(f"{self.name}: found texts; expected numbers.")
        self._add(y.astype(float), x.astype(float), weights_of(self.name, sample_weight, y.shape))

    def _add(self, y: Any, x: Any, weights: Any) -> None:
        """Take in numbers, predictions and weights of one shape."""
        raise NotImplementedError


class Average(Regression):
    """The mean of some function of the error, over all elements."""

    _sum: float
    _total: float

    def _error(self, d: Any) -> Any:
        raise NotImplementedError

    def _add(self, y: Any, x: Any, weights: Any) -> None:
        self._sum += float((weights * self._error(x - y)).sum())
        self._total += float(weights.sum())

    def result(self) -> float:
        self._require_samples(self._total)
        return self._sum / self._total

    def reset(self) -> None:
        self._sum = self._total = 0.0


class MAE(Average):
    """The mean absolute error.

    >>> mae = MAE()
    >>> mae.update([1.0, 2.0], [1.5, 2.0])
    >>> mae.result()
    0.25
    """

    name = "mae"

    def _error(self, d: Any) -> Any:
        return abs(d)


class MSE(Average):
    """The mean squared error.

    >>> mse = MSE()
    >>> mse.update([1.0, 2.0], [1.5, 2.0])
    >>> mse.result()
    0.125
    """

    name = "mse"

    def _error(self, d: Any) -> Any:
        return d * d


class R2(Regression):
    """The share of the variance that is explained, 1 - sum((y - x)**2) / sum((y - mean)**2); 1 is perfect.

    Several outputs count alike (scikit-learn's "uniform_average"). Where y does not vary, a perfect prediction scores 1
    and any other 0. A single sample has no variance: NaN. Batches are joined by the rule for means and squares of Chan,
    Golub and LeVeque (1979).

    >>> r2 = R2()
    >>> r2.update([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    >>> r2.result()
    0.5
    """

    name = "r2"
    _samples: int
    _first: Any
    _total: Any
    _mean: Any
    _squares: Any
    _errors: Any

    def _add(self, y: Any, x: Any, weights: Any) -> None:
        import numpy as np

        y, x, weights = (z.reshape(len(z) if z.ndim else 1, -1) for z in (y, x, weights))
        if self._samples and y.shape[1:] != self._first.shape[1:]:
            raise ShapeError(
                f"{self.name}: found {y.shape[1]} outputs after batches of {self._first.shape[1]}; expected as many. "
                "Call reset() first."
            )
        if self._samples == 0:
            self._first = y[:1]  # differences from it, so that equal numbers have exactly no variance
        y, x = y - self._first, x - self._first
        total = weights.sum(axis=0)
        mean = (weights * y).sum(axis=0) / np.where(total == 0.0, 1.0, total)
        joined = self._total + total
        step = mean - self._mean
        part = total / np.where(joined == 0.0, 1.0, joined)
        self._squares = self._squares + (weights * (y - mean) ** 2).sum(axis=0) + step**2 * self._total * part
        self._mean = self._mean + step * part
        self._errors = self._errors + (weights * (y - x) ** 2).sum(axis=0)
        self._total, self._samples = joined, self._samples + len(y)

    def result(self) -> float:
        import numpy as np

        self._require_samples(np.any(self._total))
        if self._samples < 2:
            return float("nan")
        varied = self._squares != 0.0  # NaN counts, so that it shows
        scores = 1.0 - self._errors / np.where(varied, self._squares, 1.0)
        return float(np.where(varied, scores, self._errors == 0.0).mean())

    def reset(self) -> None:
        self._samples = 0
        self._first = self._total = self._mean = self._squares = self._errors = 0.0  # arrays with the first batch
