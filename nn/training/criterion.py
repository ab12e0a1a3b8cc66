"""Criterion: the loss of a batch as one number, whoever computes it, with or without weights of the rows."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import reduce
from typing import Any

from autograd import mean
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn import functional

__all__ = ["Criterion"]

Loss = Callable[..., Any]

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
            loss module of (output, target). What gives one loss for each row is averaged.

    Raises:
        ArgumentError: for a name that is none.

    >>> Criterion("mse")([1.0, 2.0], [0.0, 4.0])
    2.5
    """

    def __init__(self, loss: Any) -> None:
        self.function = _resolved(loss)
        self._takes_reduction = _takes_reduction(self.function)
        self.name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
        self.is_ours = getattr(self.function, "__module__", "").partition(".")[0] == "nn"
        # A sum over rows has no mean to take part in: the sum over parts of a batch is that over the whole.
        self.sums = getattr(self.function, "reduction", None) == "sum"

    def __call__(self, output: Any, target: Any, weights: Any = None) -> Any:
        """The loss of a batch: a Value where the output is one; with weights w of the n rows, the sum of w·loss / n."""
        if weights is not None:
            return self._weighted(output, target, weights)
        loss = self.function(output, target)
        return loss if getattr(loss, "size", 1) == 1 and not isinstance(loss, list) else _mean(loss)

    def _weighted(self, output: Any, target: Any, weights: Any) -> Any:
        losses = self._each(output, target)
        if isinstance(losses, list):
            return reduce(_plus, [w * _mean(loss) for w, loss in zip(weights, losses, strict=True)]) / len(losses)
        if not getattr(losses, "ndim", 0) or losses.shape[0] != len(weights):
            raise ShapeError(
                f"loss {self.name!r}: found a result of shape {getattr(losses, 'shape', ())} where rows have weights; "
                "expected one loss for each row. Give the loss an argument reduction='none', or return them all."
            )
        if losses.ndim > 1:
            losses = mean(losses, tuple(range(1, losses.ndim)))
        return mean(losses * weights)

    def _each(self, output: Any, target: Any) -> Any:
        """The losses of all rows, where the loss can be asked for them."""
        function = self.function
        if hasattr(function, "reduction"):
            each = copy.copy(function)
            each.reduction = "none"
            return each(output, target)
        if self._takes_reduction:
            return function(output, target, reduction="none")
        return function(output, target)


def _mean(losses: Any) -> Any:
    if not isinstance(losses, list):
        return losses if getattr(losses, "size", 1) == 1 else mean(losses)
    return reduce(_plus, map(_mean, losses)) / len(losses)


def _plus(x: Any, y: Any) -> Any:
    return x + y


def _takes_reduction(function: Loss) -> bool:
    import inspect  # slow to import

    try:
        return "reduction" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def _resolved(loss: Any) -> Loss:
    if isinstance(loss, str):
        found = getattr(functional, SHORT.get(loss, loss), None)
        if callable(found) and _takes_reduction(found):
            return found  # type: ignore[no-any-return]
        losses = [name for name in functional.__all__ if _takes_reduction(getattr(functional, name))]
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
