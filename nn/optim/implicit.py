"""Implicit stochastic gradient descent: the gradient is that of the place where the step ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar

from autograd import Value
from autograd.errors import ArgumentError, ShapeError
from nn.optim.closures import ByClosure, flat
from nn.optim.optimizer import Parameters
from nn.options import COUNT, number
from nn.utils.vectors import vector_to_parameters

__all__ = ["ImplicitSGD", "implicit_least_squares"]


def implicit_least_squares(data: Any, x: Any, y: Any, lr: Any) -> Any:
    """The implicit step for ½(y - x·w)², in closed form: w + η(y - x·w)/(1 + η x·x) x (Toulis and Airoldi, 2017).

    Args:
        data: w, a number or an array of shape (n,).
        x: what w is multiplied with, of the same shape; or rows of it, of shape (m, n), whose losses are summed. Then
            the step is w + ηXᵀ(I + ηXXᵀ)⁻¹(y - Xw).
        y: the targets, a number or an array of shape (m,).
        lr: η, one for all elements, or an array of one for each.

    >>> implicit_least_squares(0.0, 2.0, 6.0, lr=0.25)
    1.5
    >>> implicit_least_squares(0.0, 2.0, 6.0, lr=1e9)  # however large the rate: it never jumps over the solution, 3
    2.99999999925
    """
    if all(isinstance(number, (int, float)) for number in (data, x, y, lr)):
        return data + lr * (y - x * data) / (1 + lr * x * x) * x
    import numpy as np

    rows, targets, w = np.atleast_2d(x), np.atleast_1d(y), np.atleast_1d(data)
    scaled = rows * lr
    solved = np.linalg.solve(np.eye(len(rows)) + scaled @ rows.T, targets - rows @ w)
    return (w + scaled.T @ solved).reshape(np.shape(data))


class ImplicitSGD(ByClosure):
    """Implicit stochastic gradient descent: w⁺ = w - η∇f(w⁺), stable at any rate where the loss is convex.

    `step(closure)` solves that equation by a fixed-point iteration, relaxed by the step lengths of Barzilai and Borwein
    (1988), which converge for a convex loss where the plain iteration would need η below 1/curvature.
    `least_squares_step(x, y)` has it in closed form.

    Args:
        params: as for every optimizer.
        lr: the rate η.
        tolerance: the iteration ends where w and w_start - η∇f(w) differ by no more than that, relative to the largest
            element of w or to 1. None or 0: half the digits of the parameters, 1.5e-8 for
            float64 and 3.5e-4 for float32.
        max_iter: after so many evaluations the step is given up.

    Raises:
        ArgumentError: as `Optimizer` says; by `step`, where the iteration does not converge: the parameters are then
            as before.

    Source: Toulis and Airoldi, "Asymptotic and finite-sample properties of estimators based on stochastic gradients",
    Annals of Statistics 45 (2017), equation 4.

    >>> w = Value(0.0)
    >>> optimizer = ImplicitSGD([w], lr=100.0)  # SGD would need a rate below 2/4
    >>> def closure():
    ...     loss = (2 * w - 6) ** 2 / 2
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure)
    18.0
    >>> round(w.data, 6), round(implicit_least_squares(0.0, 2.0, 6.0, lr=100.0), 6)
    (2.992519, 2.992519)
    """

    allowed: ClassVar = {"lr": number(0), "tolerance": number(0), "max_iter": COUNT}
    common = ("tolerance", "max_iter")

    def __init__(
        self, params: Parameters, lr: float = 1e-3, tolerance: float | None = None, max_iter: int = 100
    ) -> None:
        super().__init__(params, lr=lr, tolerance=tolerance or 0.0, max_iter=max_iter)

    def least_squares_step(self, x: Any, y: Any) -> None:
        """The step for a linear unit and the loss Σ ½(y - x·w)², in closed form.

        Args:
            x: rows of features, of shape (m, n), or one of shape (n,). The n parameters are their weights in the order
                of the optimizer; where there are n + 1, the last one is the bias, as that of `nn.Neuron`.
            y: the targets, of shape (m,), or a number.

        Raises:
            ShapeError: where rows, targets and parameters do not fit.
        """
        import numpy as np

        rows, targets = np.atleast_2d(np.asarray(x, float)), np.atleast_1d(np.asarray(y, float))
        parameters = list(self.parameters.values())
        w = flat(parameters)
        if rows.ndim == 2 and rows.shape[1] == len(w) - 1:
            rows = np.column_stack([rows, np.ones(len(rows))])
        if rows.shape != (len(targets), len(w)) or targets.ndim != 1:
            raise ShapeError(
                f"ImplicitSGD.least_squares_step: found x of shape {np.shape(x)} and y of shape {np.shape(y)} for "
                f"{len(w)} weights; expected (m, {len(w)}), or one column less with a bias, and (m,)."
            )
        rates = [np.full(p.size, group["lr"]) for group in self.param_groups for p in group["params"]]
        vector_to_parameters(implicit_least_squares(w, rows, targets, np.concatenate(rates)), parameters)

    def _search(self, evaluate: Callable[[], float]) -> float:
        rates = [(p, group["lr"]) for group in self.param_groups for p in group["params"]]
        start = [p.data for p, _ in rates]
        loss: float | None = None
        before: tuple[float, list[Any]] | None = None
        for _ in range(self.options["max_iter"]):
            here = evaluate()
            loss = self._finite(here) if loss is None else loss
            # How far each parameter is from where its gradient would take it from the start; 0 is what is sought.
            gaps = [w - lr * p.grad - p.data for w, (p, lr) in zip(start, rates, strict=True)]
            largest = max(_size(gap) for gap in gaps)
            if largest <= self._tolerance() * max(1.0, *(_size(p.data) for p, _ in rates)):
                return loss
            length = _spectral(before, gaps)
            before = length, gaps
            for (p, _), gap in zip(rates, gaps, strict=True):
                p.data = p.data + length * gap
        raise ArgumentError(
            f"ImplicitSGD.step: found w and w_start - lr * gradient(w) still {largest:.3g} apart after "
            f"{self.options['max_iter']} evaluations; expected {self._tolerance():.3g}. The parameters are as before; "
            "lower lr, or raise max_iter or tolerance."
        )

    def _tolerance(self) -> float:
        tolerance: float = self.options["tolerance"]
        return tolerance or max(_resolution(p) for p in self.parameters.values()) ** 0.5


def _resolution(parameter: Value) -> float:
    if isinstance(parameter.data, float):
        return sys.float_info.epsilon
    import numpy as np

    return float(np.finfo(parameter.dtype).eps)


def _size(x: Any) -> float:
    return abs(x) if isinstance(x, float) else float(abs(x).max(initial=0.0))


def _dot(xs: list[Any], ys: list[Any]) -> float:
    return sum(float(x * y if isinstance(x, float) else (x * y).sum()) for x, y in zip(xs, ys, strict=True))


def _spectral(before: tuple[float, list[Any]] | None, gaps: list[Any]) -> float:
    """Barzilai and Borwein's step length: <s, y>/<y, y> of the last move s and what the gap lost by it, y."""
    if not before:
        return 1.0
    length, last = before
    lost = [a - b for a, b in zip(last, gaps, strict=True)]
    along, across = length * _dot(last, lost), _dot(lost, lost)
    return along / across if along > 0 < across else 1.0
