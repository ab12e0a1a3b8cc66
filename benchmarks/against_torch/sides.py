"""The four things compared, computed by either side: value, vjp, jvp and Hessian-vector product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
import torch
from torch.autograd import forward_ad

from autograd import Value, gradients, tangents
from autograd.testing.calls import Case

DERIVATIVES = ("vjp", "jvp", "hvp")
Quantities = dict[str, list[Any]]  # the arrays of each of the four, by its name


class Directions:
    """Where a call is differentiated: by which operands, with a cotangent per result and a tangent per variable."""

    def __init__(self, case: Case, draw: Callable[..., Any], variables: Sequence[int] | None = None) -> None:
        self.variables = case.variables if variables is None else variables
        self.gs = [_like(z, draw) for z in case.results()]
        self.ts = [_like(case.operands[i], draw) for i in self.variables]


def _like(x: Any, draw: Callable[..., Any]) -> Any:
    """A direction in the form of an operand or result: a float for a number, else an array."""
    return float(draw(())) if isinstance(x, float) else np.asarray(draw(np.shape(x)))


def of_glassgrad(case: Case, along: Directions, which: Sequence[str] = DERIVATIVES) -> Quantities:
    """The value; J^T g and J t; and the derivative of <J^T g, t>, the Hessian of <g, f> times t."""
    xs = case.wrapped(along.variables)
    leaves = [xs[i] for i in along.variables]
    zs = case.results(xs)
    found = {"value": [_data(z) for z in zs]}
    if not which:
        return found
    traced = [(z, g) for z, g in zip(zs, along.gs, strict=True) if type(z) is Value]
    rows = [gradients(z, leaves, g, create_graph="hvp" in which) for z, g in traced]
    columns = [reduce(lambda g, h: g + h, column) for column in zip(*rows, strict=True)]
    found["vjp"] = [_data(g) for g in columns]
    if "jvp" in which:
        pushed = iter(tangents([z for z, _ in traced], list(zip(leaves, along.ts, strict=True))))
        found["jvp"] = [_data(next(pushed)) if type(z) is Value else np.zeros(np.shape(z)) for z in zs]
    if "hvp" in which:
        slope = reduce(lambda a, b: a + b, [_total(g * t) for g, t in zip(columns, along.ts, strict=True)])
        found["hvp"] = [_data(h) for h in gradients(slope, leaves)]
    return found


def _data(x: Any) -> Any:
    return np.asarray(x.data if type(x) is Value else x, dtype=float)


def _total(x: Any) -> Any:
    return x.sum() if x.shape else x


def of_torch(call: Callable[..., Any], case: Case, along: Directions, which: Sequence[str] = DERIVATIVES) -> Quantities:
    """The same by PyTorch: two reverse passes, the second over the first, and one pass in forward mode."""
    params = case.entry.defaults | case.params
    operands = [torch.tensor(x) if np.asarray(x).dtype == bool else _tensor(x) for x in case.operands]

    def f(*variables: Any) -> tuple[Any, ...]:
        xs = list(operands)
        for i, x in zip(along.variables, variables, strict=True):
            xs[i] = x
        z = call(torch, xs, **params) if case.entry.variadic else call(torch, *xs, **params)
        return tuple(_floating(part) for part in (z if isinstance(z, (list, tuple)) else [z]))

    leaves = [operands[i].clone().requires_grad_() for i in along.variables]
    ts = [_tensor(t) for t in along.ts]
    zs = f(*leaves)
    found = {"value": [z.numpy(force=True) for z in zs]}
    if not which:
        return found
    columns = _gradients(_inner(zs, [_tensor(g) for g in along.gs]), leaves)
    found["vjp"] = [g.numpy(force=True) for g in columns]
    if "jvp" in which:
        found["jvp"] = _pushed(f, [operands[i] for i in along.variables], ts)
    if "hvp" in which:
        found["hvp"] = [h.numpy(force=True) for h in _gradients(_inner(columns, ts), leaves)]
    return found


def _pushed(f: Callable[..., tuple[Any, ...]], xs: Sequence[Any], ts: Sequence[Any]) -> list[Any]:
    with forward_ad.dual_level():
        duals = f(*(forward_ad.make_dual(x, t) for x, t in zip(xs, ts, strict=True)))
        parts = [forward_ad.unpack_dual(dual) for dual in duals]
        return [np.zeros(z.shape) if t is None else t.numpy(force=True) for z, t in parts]


def _tensor(x: Any) -> Any:
    return torch.tensor(x, dtype=torch.float64)


def _floating(z: Any) -> Any:
    return z if z.dtype.is_floating_point else z.to(torch.float64)


def _inner(xs: Sequence[Any], ys: Sequence[Any]) -> Any:
    return sum((x * y).sum() for x, y in zip(xs, ys, strict=True))


def _gradients(z: Any, leaves: Sequence[Any]) -> list[Any]:
    """The gradient by each leaf, zeros where no path leads."""
    if not z.requires_grad:
        return [torch.zeros_like(x) for x in leaves]
    return list(torch.autograd.grad(z, leaves, create_graph=True, materialize_grads=True))
