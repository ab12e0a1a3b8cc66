"""Metrics by their names, as `compile(metrics=["accuracy"])` takes them."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, SignatureError
from nn.training.metrics.classes import F1, Accuracy, ConfusionMatrix, Decisions, Precision, Recall
from nn.training.metrics.errors import MAE, MSE, R2
from nn.training.metrics.metric import Metric

__all__ = ["METRICS", "metric"]

METRICS: dict[str, type[Metric]] = {
    kind.name: kind for kind in (Accuracy, Precision, Recall, F1, ConfusionMatrix, MAE, MSE, R2)
}


# How outputs become classes, by the loss they are trained with: options of Decisions.
BY_LOSS: dict[str, dict[str, Any]] = {
    "binary_cross_entropy": {"threshold": 0.5, "one_hot": False},
    "binary_cross_entropy_with_logits": {"one_hot": False},
    "cross_entropy": {"one_hot": True},
    "hinge_loss": {"one_hot": False},
    "nll_loss": {"one_hot": True},
    "soft_margin_loss": {"one_hot": False},
}


def metric(given: Any, *, loss: Any = None, **options: Any) -> Metric:
    """The metric that a name means; an object with update, result, reset and name is one itself.

    Args:
        given: a name out of METRICS, or a metric.
        loss: what the model is trained with, a function of `nn.functional` or its module, which tells how outputs
            become classes: by the threshold 0.5 where they are probabilities, say.
        options: for the metric of that name.

    Raises:
        ArgumentError: for anything else.
        SignatureError: for an option that the metric does not have.

    >>> metric("precision", average="macro")
    Precision(name='precision')
    >>> metric("accuracy", loss="binary_cross_entropy").threshold
    0.5
    """
    if isinstance(given, str) and given in METRICS:
        kind = METRICS[given]
        known = [option for option in vars(kind()) if not option.startswith("_")]  # each is kept under its name
        if wrong := [option for option in options if option not in known]:
            raise SignatureError(f"metric {given!r}: found the options {wrong}; expected some of {', '.join(known)}.")
        return kind(**((_fitting(loss) if issubclass(kind, Decisions) else {}) | options))
    if (
        not options
        and not isinstance(given, type)
        and all(hasattr(given, part) for part in ("update", "result", "reset", "name"))
    ):
        return given  # type: ignore[no-any-return]
    raise ArgumentError(
        f"metric: found {given!r}; expected {', '.join(map(repr, METRICS))}, or, without options, an object with "
        f"update, result, reset and name{f': {given.__name__}()' if isinstance(given, type) else ''}."
    )


def _fitting(loss: Any) -> dict[str, Any]:
    name = loss if isinstance(loss, str) else getattr(getattr(loss, "function", loss), "__name__", "")
    ignored = {"ignore_index": loss.ignore_index} if hasattr(loss, "ignore_index") else {}
    return BY_LOSS.get(name, {}) | ignored
