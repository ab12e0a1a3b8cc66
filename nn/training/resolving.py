"""What `compile` is given, by name or as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.errors import ArgumentError, DtypeError
from nn import optim
from nn.modules import Module, Sequential
from nn.training.checks import held_by
from nn.training.metrics import Metric, metric
from nn.warning import warn

__all__ = ["metrics_of", "optimizer_of", "warn_of_probabilities"]


def optimizer_of(given: Any, model: Module) -> Any:
    """The optimizer that a name, a class or a factory means for a model's parameters; an optimizer is one itself.

    Raises:
        ArgumentError: for an unknown name, or an optimizer of other parameters.
        DtypeError: for anything else.
    """
    if isinstance(given, str):
        known = {name.lower(): kind for name, kind in vars(optim).items() if _is_optimizer(kind)}
        if given.lower() not in known:
            raise ArgumentError(
                f"compile: optimizer: found {given!r}; expected one of {', '.join(sorted(known))}, or an optimizer, "
                "such as nn.optim.SGD(model.parameters(), lr=0.1)."
            )
        given = known[given.lower()]
    if not hasattr(given, "step") or isinstance(given, type):
        if not callable(given):
            raise DtypeError(
                f"compile: optimizer: found {type(given).__name__} {given!r:.60}; expected a name, such as 'adam', an "
                "optimizer, or a function that makes one of model.named_parameters()."
            )
        given = given(model.named_parameters())
    for name in ("step", "zero_grad"):
        if not callable(getattr(given, name, None)):
            raise DtypeError(
                f"compile: optimizer: found {type(given).__name__} without {name}(); expected an optimizer with step() "
                "and zero_grad()."
            )
    own = {id(parameter) for parameter in model.parameters()}
    held = held_by(given)
    if held is not None and not any(id(parameter) in own for parameter in held):
        raise ArgumentError(
            "compile: optimizer: found none of the model's parameters in it; expected some of model.parameters()."
        )
    return given


def _is_optimizer(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, optim.Optimizer) and kind is not optim.Optimizer


def warn_of_probabilities(model: Module, loss: str) -> None:
    """Warn of a last layer that makes probabilities for a loss, known by its name, that takes logits."""
    last = model
    while isinstance(last, Sequential) and len(last):
        last = last[-1]
    kind = type(last).__name__
    if kind in ("Softmax", "Sigmoid") and loss in ON_LOGITS:
        warn(f"compile: found {kind} at the end of the model, and a loss of logits, {loss!r}; leave out that layer.")


def metrics_of(given: Any, loss: Any = None) -> list[Metric]:
    """The metrics of a list of names and metrics, each under a name of its own; the loss says what outputs mean.

    Raises:
        ArgumentError: for an unknown name, or two metrics of one name.
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        given = [given]
    metrics = [metric(SHORT.get(one, one) if isinstance(one, str) else one, loss=loss) for one in given]
    names = ["loss", *(found.name for found in metrics)]
    for name in names:
        if names.count(name) > 1:
            raise ArgumentError(
                f"compile: metrics: found {name!r} twice; expected each name once. Give one another name: "
                "Precision(name='precision_1')."
            )
    return metrics


ON_LOGITS = (
    "cross_entropy",
    "CrossEntropyLoss",
    "binary_cross_entropy_with_logits",
    "BCEWithLogitsLoss",
)
SHORT = {"acc": "accuracy", "mean_absolute_error": "mae", "mean_squared_error": "mse"}
