"""Sums of gradients as far as records tell them, and what broadcasting repeated. Pure."""

from __future__ import annotations

import math

from viz.records import Array, Number, Quantity

__all__ = ["dims", "plus", "repeated", "same", "total_of"]

ROUNDING = 1e-4  # relative, of a sum in float32: more than that is missing where paths are not drawn


def plus(x: Quantity, y: Quantity) -> Quantity | None:
    """The sum of two contributions as far as their records tell; what they do not tell is NaN.

    >>> plus(Number(1.0), Number(2.5))
    Number(value=3.5)
    """
    if isinstance(x, Number) and isinstance(y, Number):
        return Number(x.value + y.value)
    if not isinstance(x, Array) or not isinstance(y, Array) or x.shape != y.shape:
        return None
    pairs = zip(x.cells, y.cells, strict=True)
    cells = tuple(tuple(a + b for a, b in zip(*rows, strict=True)) for rows in pairs)
    each = [cell for row in cells for cell in row]
    low = high = zeros = math.nan
    if len(each) == math.prod(x.shape) and each:  # the cells are the elements
        low, high, zeros = min(each), max(each), each.count(0.0) / len(each)
    return Array(x.shape, x.dtype, low, x.mean + y.mean, high, zeros, cells)


def total_of(parts: list[Quantity]) -> Quantity | None:
    """The sum of one contribution or more; None where their records do not add up."""
    total: Quantity | None = parts[0]
    for part in parts[1:]:
        total = None if total is None else plus(total, part)
    return total


def same(total: Quantity, flow: Quantity, parts: list[Quantity]) -> bool:
    """Whether a sum is the gradient, but for rounding."""
    size = sum(abs(_middle(part)) for part in parts)
    x, y = _middle(total), _middle(flow)
    return x == y or (math.isnan(x) and math.isnan(y)) or abs(x - y) <= ROUNDING * size


def _middle(quantity: Quantity) -> float:
    if isinstance(quantity, Array):
        return quantity.mean
    return quantity.value if isinstance(quantity, Number) else math.nan


def dims(quantity: Quantity | None) -> tuple[int, ...]:
    """The shape of an array as it is, () for anything else."""
    return quantity.shape if isinstance(quantity, Array) else ()


def repeated(shape: tuple[int, ...], result: tuple[int, ...]) -> list[int]:
    """The axes of the result along which NumPy's broadcasting repeated an operand; none where it could not have.

    >>> repeated((3, 1), (2, 3, 4))
    [0, 2]
    """
    ahead = len(result) - len(shape)
    if ahead < 0 or shape == result:
        return []
    pairs = list(zip(shape, result[ahead:], strict=True))
    if any(mine not in (1, whole) for mine, whole in pairs):
        return []
    return [*range(ahead), *(ahead + i for i, (mine, whole) in enumerate(pairs) if mine != whole)]
