"""The algebra of cotangents (and tangents): scale, add, mask, and undo broadcasting, each in one place.

A cotangent is a float, an array, a Value (when the walk itself is recorded), or a `Masked` array some of whose
elements no path reaches. Where an element is dead, whatever the derivative is there - infinite, NaN - nothing comes of
it: that is how `where`, indexing, and a seed with zeros stay free of NaN. The limit is a contraction (a matrix product,
say), which sums over dead elements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.graph.masks import Mask, both, everywhere, known
from autograd.graph.nodes import constant
from autograd.graph.operands import data_of, is_array
from autograd.graph.value import TABLE, Value, replaying

__all__ = [
    "Masked",
    "add",
    "as_value",
    "carry",
    "fit_to_operand",
    "fit_to_result",
    "masked",
    "plain",
    "scale",
    "seeded",
    "select",
]


class Masked:
    """A cotangent `g` that is exactly zero, and not to be multiplied, outside the mask of live elements."""

    __slots__ = ("g", "mask")

    def __init__(self, g: Any, mask: Mask) -> None:
        self.g = g
        self.mask = mask


def plain(g: Any) -> Any:
    """The cotangent without its mask; its dead elements are zeros."""
    return g.g if type(g) is Masked else g


def masked(g: Any, live: Any) -> Any:
    """g under the mask `live`: None where nothing lives, without a mask where everything does."""
    if type(live) is Value:  # what it says may be another thing at the next replay
        return Masked(g, known(live))
    if not live.any():
        return None
    return g if live.all() else Masked(g, known(live))


def seeded(gradient: Any) -> Any:
    """The seed of a walk: an element that is zero was not asked for, so it is dead."""
    if type(gradient) is float:
        return gradient if gradient != 0.0 else None
    return masked(gradient, gradient != 0)


def select(g: Any, condition: Any) -> Any:
    """The cotangent where the condition holds; None where it holds nowhere."""
    live = condition
    if type(condition) is not Value or replaying() is None:
        live = data_of(condition)
        if not getattr(live, "shape", ()):
            return g if live else None
        live = live != 0
    if type(g) is Masked:
        live, g = both(live, g.mask.array), g.g
    g = TABLE["where"](live, g, 0.0)
    return masked(g, _spread(live, getattr(g, "shape", ())))


def _spread(live: Any, shape: tuple[int, ...]) -> Any:
    if live.shape == shape:
        return live
    from autograd.arrays import np

    return TABLE["broadcast_to"](live, shape) if type(live) is Value else np.broadcast_to(live, shape)


def scale(g: Any, d: Any) -> Any:
    """g times a partial derivative, elementwise; dead elements stay zero."""
    if type(g) is not Masked:
        return g * d
    live = g.mask.array
    if type(live) is not Value and live.all():
        return g.g * d
    product = TABLE["where"](live, g.g * d, 0.0)
    return Masked(product, known(_spread(live, getattr(product, "shape", ()))))


def add(g: Any, h: Any) -> Any:
    """The sum of two cotangents; an element lives where either does."""
    if type(g) is Masked and type(h) is Masked:
        return Masked(g.g + h.g, g.mask | h.mask)
    return plain(g) + plain(h)


def carry(g: Any, f: Callable[[Any], Any], puts_back: bool = False) -> Any:
    """f(g) for an f that only moves, copies and adds elements: the mask moves with them.

    Where f puts elements back to where they were picked from, a mask starts: what was not picked is dead.
    """
    if type(g) is not Masked:
        return Masked(f(g), everywhere(getattr(g, "shape", ())).carried(f)) if puts_back else f(g)
    mask = g.mask.carried(f)
    return masked(f(g.g), mask.array) if g.mask.is_known else Masked(f(g.g), mask)


def fit_to_operand(g: Any, x: Value) -> Any:
    """A contribution in the form of its operand: broadcast axes summed, the operand's dtype, a float for a number."""
    return _fitted(g, x, "sum_to")


def fit_to_result(t: Any, z: Value) -> Any:
    """A tangent in the form of its result: broadcast to the result's shape, in its dtype, a float for a number."""
    return _fitted(t, z, "broadcast_to")


def _fitted(g: Any, like: Value, move: str) -> Any:
    if like._array is None:
        if type(g) is Masked and replaying() is not None and type(g.mask.array) is Value:
            return Masked(_to_number(g.g), known(_to_number(g.mask.array)))
        return _to_number(g)
    if is_array(g) and g.shape != like._array.shape:
        g = TABLE[move].kernel(g, shape=like._array.shape)  # of plain data, the kernel is all that is needed
    elif getattr(plain(g), "shape", ()) != like._array.shape:
        g = carry(g, lambda h: TABLE[move](h, like._array.shape))
    if type(g) is Masked:
        return Masked(_to_dtype(g.g, like._array.dtype), g.mask)
    return _to_dtype(g, like._array.dtype)


def _to_dtype(g: Any, dtype: Any) -> Any:
    return g if getattr(g, "dtype", None) == dtype else TABLE["astype"](g, dtype)


def _to_number(g: Any) -> Any:
    g = plain(g)
    if type(g) is float or (type(g) is Value and g._array is None):
        return g
    return TABLE["as_number"](g if not g.shape else TABLE["sum"](g))


def as_value(g: Any, like: Value) -> Value:
    """The cotangent as a Value; zeros like `like` where no path leads."""
    g = plain(g)
    if type(g) is Value:
        return g
    if like._array is None:
        return constant(0.0 if g is None else float(g))
    from autograd import arrays

    return constant(arrays.np.zeros_like(like._array) if g is None else arrays.owned(g, like.dtype))
