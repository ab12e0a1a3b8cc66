"""Choosing between values: `where`, and what the other rules make of it."""

from math import nan
from typing import Any

from autograd.graph.cotangents import select
from autograd.ops.builders import custom, elementwise, sample, sum_of
from autograd.ops.elementwise.predicates import isnan, logical_not

__all__ = ["defined", "defined_at"]


def _where_vjp(g: Any, z: Any, condition: Any, x: Any, y: Any) -> tuple[Any, ...]:
    return None, select(g, condition), select(g, logical_not(condition))


def _where_jvp(ts: tuple[Any, ...], z: Any, condition: Any, x: Any, y: Any) -> Any:
    _, tx, ty = ts
    return sum_of([
        None if tx is None else select(tx, condition),
        None if ty is None else select(ty, logical_not(condition)),
    ])


where = custom(
    "where",
    reason="It starts a mask: the branch not taken gets no cotangent at all, not a zero that meets an infinity.",
    args="condition x y",
    constants=("condition",),
    scalar=lambda condition, x, y: x if condition else y,
    partials=lambda z, condition, x, y: (None, 1.0, None) if condition else (None, None, 1.0),
    vjp=_where_vjp,
    jvp=_where_jvp,
    masks=True,
    samples=[sample((2, 3), (2, 3), (2, 3)), sample((3,), (2, 3), ()), sample((2, 1), (3,), None),
             sample(None, None, None)],
    doc="x where the condition holds, y elsewhere; the branch not taken gets no gradient, not even NaN.",
    example=("where(True, 2.0, 3.0)", "2.0"),
)

stop_gradient = elementwise(
    "stop_gradient", scalar=lambda x: x, kernel="positive", d=0.0, by_decree=True,
    reference=lambda np, x: np.positive(x),
    doc="x itself, as a constant: no gradient flows back through it.", example=("stop_gradient(2.0)", "2.0"),
)  # fmt: skip


def defined(z: Any, d: Any) -> Any:
    """d where z is a number, NaN where z is NaN: outside its domain a function has no slope, whatever the formula."""
    return where(isnan(z), z, d)


def defined_at(x: Any, d: Any) -> Any:
    """d where the operand x is a number, NaN where it is NaN, as a constant: x itself would count in a second slope."""
    return where(isnan(x), nan, d)
