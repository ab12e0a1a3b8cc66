"""The base of optimizers that evaluate the loss several times in one step, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from autograd import Value
from autograd.errors import AnomalyError, ArgumentError
from nn.arguments import measured
from nn.optim.optimizer import Closure, Optimizer, put_back

__all__ = ["ByClosure", "flat"]


class ByClosure(Optimizer):
    """The base of optimizers whose `step(closure)` evaluates the loss several times: whole, or undone by an error.

    A subclass defines `_search(evaluate)`, which moves the parameters and returns the loss before the step;
    `evaluate()` computes loss and gradients where the parameters are.
    """

    common: ClassVar[tuple[str, ...]] = ()  # options that no group can have for itself
    by_gradient: ClassVar[bool] = True  # whether the closure has to compute gradients
    evaluations = 0  # of the loss, in all steps

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        own = [name for name in self.common if name in param_group]
        if own:
            raise ArgumentError(
                f"{type(self).__name__}: found a group with {', '.join(own)} of its own; expected it for all groups."
            )
        super().add_param_group(param_group)

    def step(self, closure: Closure | None = None) -> Any:
        """Move the parameters by as many evaluations of the loss as it takes; an error leaves them where they were.

        Args:
            closure: computes the loss where the parameters are, calls its `backward()` and returns it. Gradients are
                reset before each call.

        Returns:
            The loss before the step, a float.

        Raises:
            ArgumentError: without a closure, for one without a loss or gradients, and where the search does not come to
                an end.
            AnomalyError: where the loss is not finite at the start.
        """
        if closure is None:
            raise ArgumentError(
                f"{type(self).__name__}.step: found no closure; expected a function that computes the loss, calls its "
                "backward() and returns it."
            )
        parameters, function = list(self.parameters.values()), closure
        start = [parameter.data for parameter in parameters]

        def evaluate() -> float:
            self.zero_grad()
            self.evaluations += 1
            loss = measured(f"{type(self).__name__}.step, the closure", function(), "Let it return the loss.")
            if self.by_gradient and not any(parameter.has_grad for parameter in parameters):
                raise ArgumentError(
                    f"{type(self).__name__}.step, the closure: found no gradient of any parameter; expected that it "
                    "calls the loss's backward(), and that not all parameters are frozen."
                )
            return loss

        try:
            return self._search(evaluate)
        except BaseException:
            put_back(parameters, start)
            raise

    def _search(self, evaluate: Callable[[], float]) -> float:
        raise NotImplementedError

    def _finite(self, loss: float) -> float:
        """The loss at the start of a step, which has to be finite."""
        if loss - loss != 0.0:
            raise AnomalyError(
                f"{type(self).__name__}.step: found the loss {loss} at the start; expected a finite one."
            )
        return loss


def flat(parameters: Sequence[Value]) -> Any:
    """The data of all parameters as one vector of float64."""
    import numpy as np

    return np.concatenate([np.ravel(parameter.data).astype(float) for parameter in parameters])
