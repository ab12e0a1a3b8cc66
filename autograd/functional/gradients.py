"""Derivatives of functions whose result is a number, or acts on each element alone."""

from __future__ import annotations

from typing import Any

from autograd.errors import DtypeError
from autograd.functional.trace import Trace
from autograd.functional.transforming import ones, transform

__all__ = ["elementwise_grad", "grad", "grad_and_aux", "value_and_grad"]


@transform
def grad(trace: Trace) -> Any:
    """The gradient of a function whose result is a single number.

    Raises:
        ShapeError: when the function returns several elements.
        DtypeError: when it returns no number, or an argument cannot be differentiated.

    Source: reverse accumulation, Griewank and Walther, Evaluating Derivatives (2nd ed., 2008), chapter 3.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    >>> grad(lambda p, x: p["w"] * x + p["b"])({"w": 2.0, "b": 1.0}, 5.0)
    {'w': 5.0, 'b': 1.0}
    """
    trace.require_number(trace.result)
    return trace.pull(None)


@transform
def value_and_grad(trace: Trace) -> Any:
    """The pair (value, gradient) of a function whose result is a single number, from one forward pass.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """
    trace.require_number(trace.result)
    return trace.value, trace.pull(None)


@transform
def grad_and_aux(trace: Trace) -> Any:
    """The pair (gradient, extra) of a function that returns (number, extra).

    Raises:
        DtypeError: when it returns no such pair.

    >>> grad_and_aux(lambda x: (x * x, "anything"))(3.0)
    (6.0, 'anything')
    """
    if not isinstance(trace.result, tuple) or len(trace.result) != 2:
        raise DtypeError(
            f"grad_and_aux: f returned {type(trace.result).__name__}; expected a tuple (number, extra): use "
            "value_and_grad for a number alone."
        )
    y, extra = trace.result
    trace.require_number(y)
    return trace.pull(None, y), trace.outside(extra)


@transform
def elementwise_grad(trace: Trace) -> Any:
    """The derivative of each element by its own input, for a function that acts on each element alone.

    In general it is the sum of each column of the Jacobian.

    >>> import numpy as np
    >>> elementwise_grad(lambda x: x**2)(np.array([1.0, 2.0, 3.0]))
    array([2., 4., 6.])
    """
    trace.require_array(trace.result, "; use jacobian for several results")
    return trace.pull(ones(trace.result))
