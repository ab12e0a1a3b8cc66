"""Losses that are negative log-likelihoods, or divergences, of distributions."""

from __future__ import annotations

import math
import operator
from typing import Any

import autograd
from autograd.errors import ShapeError
from nn.functional.operands import (
    ANY_OR_VALUE,
    POSITIVE_OR_VALUE,
    Numbers,
    each,
    form,
    paired,
    reduced,
    require,
    spread,
    total,
)
from nn.options import FLAG

__all__ = ["gaussian_nll_loss", "kl_div", "poisson_nll_loss"]


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """Each term t·(ln t - x) of the divergence of Kullback and Leibler, of log-probabilities x from probabilities t.

    Args:
        input: logarithms of the model's probabilities, of any shape.
        target: probabilities, of that shape; their logarithms with log_target.
        reduction: "batchmean" for the sum divided by the length of the first axis, which is the divergence of a sample;
            "sum"; "mean" over all elements, PyTorch's default; or "none" for the terms.
        log_target: whether the target holds logarithms.

    Raises:
        ArgumentError: for a negative probability.
        ShapeError: for unequal shapes, or no elements.

    >>> kl_div([[-1.0, -2.0]], [[1.0, 0.0]], reduction="batchmean")
    1.0
    """
    operation = "kl_div"
    log_target = FLAG(operation, log_target=log_target)
    x, t = paired(operation, input, target)
    if log_target:
        terms = each(lambda x, t: autograd.exp(t) * (t - x), x, t)
    else:
        require(operation, t, lambda t: t >= 0.0, "probabilities; for their logarithms give log_target=True")
        terms = each(lambda x, t: autograd.xlogy(t, t) - t * x, x, t)
    if reduction != "batchmean":
        return reduced(operation, terms, reduction)
    if not x.shape:
        raise ShapeError(f"{operation}: found an input of shape (); expected a first axis for reduction='batchmean'.")
    return total(terms) / x.shape[0]


def poisson_nll_loss(
    input: Any, target: Any, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
) -> Any:
    """Negative log-likelihood of counts t by Poisson's law, e^x - t·x for x = ln(rate), or rate - t·ln(rate + eps).

    Args:
        input: logarithms of rates, of any shape; rates with log_input=False.
        target: counts, of that shape.
        log_input: whether the input holds logarithms.
        full: adds Stirling's approximation of ln(t!), t·ln t - t + ln(2πt) / 2, for counts above 1.
        eps: keeps the logarithm of a rate of 0 finite.
        reduction: "mean", "sum", or "none" for the losses themselves.

    Raises:
        ShapeError: for unequal shapes, or no elements.

    >>> poisson_nll_loss([0.0, 0.0], [3, 1])
    1.0
    """
    operation = "poisson_nll_loss"
    log_input, full = FLAG(operation, log_input=log_input), FLAG(operation, full=full)
    eps = ANY_OR_VALUE(operation, eps=eps)
    x, t = paired(operation, input, target)
    if log_input:
        losses = each(lambda x, t: autograd.exp(x) - t * x, x, t)
    else:
        losses = each(lambda x, t: x - t * autograd.log(x + eps), x, t)
    if full:
        losses = each(operator.add, losses, each(_stirling, t))
    return reduced(operation, losses, reduction)


def _stirling(t: Any) -> Any:
    large = autograd.maximum(t, 1.0)  # logarithms of what is not chosen are finite, too
    approximation = large * autograd.log(large) - large + 0.5 * autograd.log(2.0 * math.pi * large)
    return autograd.where(autograd.greater(t, 1.0), approximation, 0.0)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Any:
    """Negative log-likelihood of numbers by a normal law, (ln v + (x - y)² / v) / 2, v the variance, at least eps.

    Below eps the derivative by the variance is that at eps, as in PyTorch.

    Args:
        input: expectations, of any shape.
        target: what was observed, of that shape.
        var: variances: of that shape, of that without its last axis, of one that broadcasts to it, or one number.
        full: adds ln(2π) / 2.
        eps: the least variance.
        reduction: "mean", "sum", or "none" for the losses themselves.

    Raises:
        ArgumentError: for a negative variance, or an eps that is not positive.
        ShapeError: for unequal shapes, or no elements.

    >>> gaussian_nll_loss([1.0, 2.0], [1.0, 4.0], [1.0, 1.0])
    1.0
    """
    operation = "gaussian_nll_loss"
    full, eps = FLAG(operation, full=full), POSITIVE_OR_VALUE(operation, eps=eps)
    x, y = paired(operation, input, target)
    v = form(operation, var)
    if x.shape[:-1] == v.shape != x.shape:
        v = Numbers(v.items, (*v.shape, 1)) if isinstance(v, Numbers) else autograd.expand_dims(v, -1)
    require(operation, v, lambda v: v >= 0.0, "variances, which are not negative", "var")
    v = each(lambda v: v + autograd.stop_gradient(autograd.maximum(v, eps) - v), spread(operation, "var", v, x))
    constant = 0.5 * math.log(2.0 * math.pi) if full else 0.0
    losses = each(lambda x, y, v: 0.5 * (autograd.log(v) + autograd.square(x - y) / v) + constant, x, y, v)
    return reduced(operation, losses, reduction)
