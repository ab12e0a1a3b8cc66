"""All derivatives of all results: Jacobians in both modes, Hessians."""

from __future__ import annotations

import math
from typing import Any

from autograd.functional.containers import leaves, rebuilt
from autograd.functional.trace import Argnum, Trace
from autograd.functional.transforming import Function, checked, one_of, ones, transform
from autograd.graph.value import TABLE

__all__ = ["hessian", "jacfwd", "jacobian", "jacrev"]


@transform
def jacobian(trace: Trace) -> Any:
    """The Jacobian: for a result of shape S and an argument of shape T an array of shape (*S, *T), in reverse mode.

    One backward walk for each element of the result; `jacfwd` takes one forward walk for each element of the argument.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return rebuilt(trace.result, [_rows(trace, y) for y in leaves(trace.result)])


def _rows(trace: Trace, y: Any) -> Any:
    """The Jacobian of one result by the argument, one walk an element."""
    shape = getattr(y, "shape", ())
    rows = [leaves(trace.pull(unit, y)) for unit in _units(shape)]
    return rebuilt(trace.argument, [_joined([row[i] for row in rows], shape, 0) for i in range(len(trace.xs))])


@transform
def jacfwd(trace: Trace) -> Any:
    """The Jacobian, as `jacobian` gives it, in forward mode: cheaper where there are fewer inputs than results.

    >>> jacfwd(lambda x: [x, x * x])(3.0)
    [1.0, 6.0]
    """
    zeros = [0.0 * ones(x) for x in trace.xs]
    blocks = []
    for i, x in enumerate(trace.xs):
        columns = [
            leaves(trace.push(rebuilt(trace.argument, [*zeros[:i], unit, *zeros[i + 1 :]]))) for unit in _units(x.shape)
        ]
        blocks.append([_joined([c[k] for c in columns], x.shape, -1) for k in range(len(columns[0]))])
    return rebuilt(trace.result, [rebuilt(trace.argument, [b[k] for b in blocks]) for k in range(len(trace.ys))])


def _units(shape: tuple[int, ...]) -> list[Any]:
    """A cotangent or tangent for each element, 1 there and 0 elsewhere; of no elements one, to see the shapes."""
    if not shape:
        return [1.0]
    from autograd.arrays import np

    size = math.prod(shape)
    return [*np.eye(size).reshape(size, *shape)] if size else [np.zeros(shape)]


def _joined(parts: list[Any], shape: tuple[int, ...], axis: int) -> Any:
    """Rows (axis 0) or columns (axis -1), one for each element of `shape`, as one array."""
    rest = getattr(parts[0], "shape", ())
    if not shape:
        return parts[0]
    whole = (*shape, *rest) if axis == 0 else (*rest, *shape)
    if 0 in shape:
        from autograd.arrays import np

        return np.zeros(whole)
    return TABLE["reshape"](TABLE["stack"](parts, axis), whole)


jacrev = jacobian


def hessian(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """The matrix of second derivatives of a function with a single number as its result.

    >>> import numpy as np
    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    places = one_of("hessian", argnum, argnums)
    return jacobian(jacobian(checked("hessian", f), places), places)
