"""L-BFGS, by SciPy's L-BFGS-B."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from autograd.errors import MissingPackageError
from nn.optim.closures import ByClosure, flat
from nn.optim.optimizer import Parameters
from nn.options import COUNT, number
from nn.utils.vectors import vector_to_parameters

__all__ = ["LBFGS"]

SCIPYS = {
    "max_iter": "maxiter",
    "max_eval": "maxfun",
    "tolerance_grad": "gtol",
    "tolerance_change": "ftol",
    "history_size": "maxcor",
}


class LBFGS(ByClosure):
    """L-BFGS (Liu and Nocedal, 1989), which is SciPy's: each `step(closure)` is one run of `scipy.optimize.minimize`.

    The names of the options are PyTorch's; a rate there is none, because SciPy searches along each line. What it
    learned of the curvature is forgotten between steps, so few long ones are better than many short ones. All
    parameters are one vector of float64 to it; groups have the same options.

    Args:
        params: as for every optimizer.
        max_iter: iterations a step.
        max_eval: evaluations of the loss a step; None: 5/4 of `max_iter`.
        tolerance_grad: ends a step where no element of the gradient is larger.
        tolerance_change: ends a step where the loss falls by less, relative to its size or to 1.
        history_size: how many updates the curvature is estimated from.

    Attributes:
        result: SciPy's `OptimizeResult` of the last step: `fun`, `nfev`, `nit`, `message`, ...; None before it.

    Raises:
        ArgumentError: as `Optimizer` says, and by `step` without a closure.
        AnomalyError: by `step`, where the loss is not finite at the start.
        MissingPackageError: by `step`, without SciPy.

    >>> from autograd import Value
    >>> w = Value([3.0, -2.0])
    >>> optimizer = LBFGS([w])
    >>> def closure():
    ...     loss = ((w - [1.0, 2.0]) ** 2).sum()
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure)
    20.0
    >>> w.data.round(6), optimizer.evaluations
    (array([1., 2.]), 3)
    """

    allowed: ClassVar = {
        "max_iter": COUNT,
        "max_eval": COUNT,
        "tolerance_grad": number(0),
        "tolerance_change": number(0),
        "history_size": COUNT,
    }
    common = tuple(allowed)

    def __init__(
        self,
        params: Parameters,
        *,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
    ) -> None:
        options = {"max_iter": max_iter, "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change}
        most = COUNT("LBFGS", max_iter=max_iter) * 5 // 4 if max_eval is None else max_eval
        super().__init__(params, **options, max_eval=most, history_size=history_size)
        self.result: Any = None

    def _search(self, evaluate: Callable[[], float]) -> float:
        try:
            from scipy.optimize import minimize
        except ImportError as error:
            raise MissingPackageError.to("search", "LBFGS.step", "scipy", "scipy") from error
        import numpy as np

        parameters = list(self.parameters.values())

        def loss_and_gradient(vector: Any) -> tuple[float, Any]:
            vector_to_parameters(vector, parameters)
            loss = evaluate()
            losses.append(loss if losses else self._finite(loss))
            return loss, np.concatenate([np.ravel(p.grad).astype(float) for p in parameters])

        losses: list[float] = []
        options = {SCIPYS[name]: option for name, option in self.options.items()}
        method = "L-BFGS-B"
        self.result = minimize(loss_and_gradient, flat(parameters), jac=True, method=method, options=options)
        vector_to_parameters(self.result.x, parameters)
        return losses[0]
