"""Criterion: the loss of a batch as one number, whoever computes it, and what it counts beside those of others."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

from autograd import mean
from autograd import sum as total
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn import functional
from nn.arguments import plain

__all__ = ["Batch", "Criterion"]

Loss = Callable[..., Any]


class Batch(NamedTuple):
    """Rows, their targets, their weights or None, and the divisor: what the mean of their losses divides by.

    A mean over several batches weighs that of each by its divisor, which is 0 where all labels are ignored.
    """

    x: Any
    y: Any
    weights: Any
    divisor: float


SHORT = {
    "mse": "mse_loss",
    "mean_squared_error": "mse_loss",
    "mae": "l1_loss",
    "mean_absolute_error": "l1_loss",
    "huber": "huber_loss",
    "hinge": "hinge_loss",
}
# Keras' names of losses that take probabilities unless told otherwise; they say nothing of what is meant here.
UNCLEAR = {
    "sparse_categorical_crossentropy": "'cross_entropy', which takes logits: no softmax at the end of the model",
    "categorical_crossentropy": "'cross_entropy', which takes logits: no softmax at the end of the model",
    "binary_crossentropy": "'binary_cross_entropy_with_logits' for logits, 'binary_cross_entropy' for probabilities",
}


class Criterion:
    """A loss of outputs and targets.

    Args:
        loss: a name in `nn.functional`, such as "cross_entropy", or "mse", "mae", "huber", "hinge"; a function or a
            loss module of (output, target). What gives one loss for each row is averaged. One with an option
            `ignore_index` is taken for a loss of labels, as `nn.functional.cross_entropy` is one.

    Raises:
        ArgumentError: for a name that is none.

    >>> Criterion("mse")([1.0, 2.0], [0.0, 4.0])
    2.5
    """

    def __init__(self, loss: Any) -> None:
        self.function = _resolved(loss)
        self._defaults = _defaults(self.function)
        self.name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
        self.is_ours = getattr(self.function, "__module__", "").partition(".")[0] == "nn"
        # A sum over rows has no mean to take part in: the sum over parts of a batch is that over the whole.
        self.sums = self._option("reduction") == "sum"
        # None but for a loss of labels that reduces them itself.
        self._ignored = None if self._option("reduction") == "none" else self._option("ignore_index")
        self._has_weight = self._option("weight") is not None

    def batch(self, x: Any, y: Any, weights: Any = None) -> Batch:
        """A batch of arrays; its weights are scaled so that the mean of all w·loss has the right divisor."""
        if self._ignored is None or y.dtype.kind not in "iu":
            return Batch(x, y, weights, len(y))
        divisor = self._of_labels(y)
        if weights is not None and divisor and not self.sums:
            weights = weights * (y.size / divisor)
        return Batch(x, y, weights, divisor)

    def knowing(self, y: Any) -> Criterion:
        """The same for batches of these targets: where all of them count alike, it need not look at each batch."""
        if self._has_weight or self._ignored is None or (y == self._ignored).any():
            return self
        known = copy.copy(self)
        known._ignored = None
        return known

    def _of_labels(self, y: Any) -> float:
        """How many labels count, or the sum of their weights."""
        import numpy as np

        counts = y != self._ignored
        if not self._has_weight:
            return int(np.count_nonzero(counts))
        return float(np.take(plain(self._option("weight")), y[counts], mode="clip").sum())

    def __call__(self, output: Any, target: Any, weights: Any = None) -> Any:
        """The loss of a batch, a Value where the output is one; with weights w, the mean (or the sum) of w·loss."""
        if isinstance(output, tuple):
            self.require_alone(output)
        if weights is not None:
            return self._weighted(output, target, weights)
        return _mean(self.function(output, target))

    def require_alone(self, output: Any) -> None:
        """Refuse a tuple of outputs, which only a loss of the user's own takes apart.

        Raises:
            DtypeError: for a loss of `nn`.
        """
        if self.is_ours:
            raise DtypeError(
                f"found a tuple of {len(output)} outputs; expected one array for the loss {self.name!r}. A recurrent "
                "layer gives (output, state): hand on lstm(x)[0]."
            )

    def _weighted(self, output: Any, target: Any, weights: Any) -> Any:
        losses, reduced = self._each(output, target), _sum if self.sums else _mean
        if isinstance(losses, list):
            return reduced([w * reduced(loss) for w, loss in zip(weights, losses, strict=True)])
        if not getattr(losses, "ndim", 0) or losses.shape[0] != len(weights):
            raise ShapeError(
                f"loss {self.name!r}: found a result of shape {getattr(losses, 'shape', ())} where rows have weights; "
                "expected one loss for each row. Give the loss an argument reduction='none', or return them all."
            )
        if losses.ndim > 1:
            weights = weights.reshape(-1, *[1] * (losses.ndim - 1))
        return reduced(losses * weights)

    def _each(self, output: Any, target: Any) -> Any:
        """The losses of all rows, where the loss can be asked for them."""
        function = self.function
        if hasattr(function, "reduction"):
            each = copy.copy(function)
            each.reduction = "none"
            return each(output, target)
        if "reduction" in self._defaults:
            return function(output, target, reduction="none")
        return function(output, target)

    def _option(self, name: str) -> Any:
        """An option of the loss: an attribute of a module, a default of a function."""
        return getattr(self.function, name, self._defaults.get(name))


def _mean(losses: Any) -> Any:
    if not isinstance(losses, list):
        return mean(losses) if getattr(losses, "ndim", 0) else losses
    return reduce(operator.add, map(_mean, losses)) / len(losses)


def _sum(losses: Any) -> Any:
    if not isinstance(losses, list):
        return total(losses) if getattr(losses, "ndim", 0) else losses
    return reduce(operator.add, map(_sum, losses))


def _defaults(function: Loss) -> dict[str, Any]:
    """The arguments of a function that have defaults."""
    import inspect  # slow to import

    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {each.name: each.default for each in parameters if each.default is not each.empty}


def _resolved(loss: Any) -> Loss:
    if isinstance(loss, str):
        found = getattr(functional, SHORT.get(loss, loss), None)
        if callable(found) and "reduction" in _defaults(found):
            return found  # type: ignore[no-any-return]
        losses = [name for name in functional.__all__ if "reduction" in _defaults(getattr(functional, name))]
        instead = UNCLEAR.get(loss) or f"one of {', '.join(losses)}, or a function of (output, target)"
        raise ArgumentError(f"compile: loss: found {loss!r}; expected {instead}.")
    if not callable(loss):
        raise DtypeError(
            f"compile: loss: found {type(loss).__name__} {loss!r:.60}; expected a name, such as 'cross_entropy', or a "
            "function of (output, target)."
        )
    if isinstance(loss, type):
        raise DtypeError(f"compile: loss: found the class {loss.__name__}; expected an instance: {loss.__name__}().")
    return loss  # type: ignore[no-any-return]
