"""Trigonometric functions and their inverses."""

# fmt: off  (a table: one entry reads as one block)

import math
from math import inf, nan
from typing import Any

from autograd import ieee
from autograd.ieee import extended
from autograd.ops.builders import elementwise
from autograd.ops.elementwise.arithmetic import divide, hypot, reciprocal, square
from autograd.ops.elementwise.predicates import equal, greater, isinf, less, logical_and, logical_or
from autograd.ops.elementwise.selection import defined, where

__all__: list[str] = []

sin = elementwise("sin", scalar=extended(math.sin), d=lambda z, x: cos(x),
    doc="The sine of x in radians.", example=("sin(0.0)", "0.0"))

cos = elementwise("cos", scalar=extended(math.cos), d=lambda z, x: -sin(x),
    doc="The cosine of x in radians.", example=("cos(0.0)", "1.0"))

tan = elementwise("tan", scalar=extended(math.tan), d=lambda z, x: 1.0 + square(z), domain=((-1.5, 1.5),),
    doc="The tangent of x in radians.", example=("tan(0.0)", "0.0"))

# (1 - x)(1 + x), not 1 - x**2, which cancels near the edges. An entry of its own, because the derivative of that
# formula meets inf * 0 at the edges, where the second derivative is infinite.
arcsin_slope = elementwise("arcsin_slope", scalar=lambda x: ieee.divide(1.0, ieee.sqrt((1.0 - x) * (1.0 + x))),
    kernel=lambda np, x: 1.0 / np.sqrt((1.0 - x) * (1.0 + x)), d=lambda z, x: x * z * z * z,
    domain=((-1.0, 1.0),), kinks={1.0: inf, -1.0: -inf}, public=False, method=False,
    reference=lambda np, x: 1.0 / np.cos(np.arcsin(x)),
    doc="1 / sqrt(1 - x**2), the slope of arcsin.", example=("arcsin_slope(0.0)", "1.0"))

arcsin = elementwise("arcsin", scalar=extended(math.asin), d=lambda z, x: arcsin_slope(x),
    domain=((-1.0, 1.0),), kinks={1.0: inf, -1.0: inf},
    doc="The angle in radians whose sine is x; NaN outside -1 to 1.", example=("arcsin(0.0)", "0.0"))

arccos = elementwise("arccos", scalar=extended(math.acos), d=lambda z, x: -arcsin_slope(x),
    domain=((-1.0, 1.0),), kinks={1.0: -inf, -1.0: -inf},
    doc="The angle in radians whose cosine is x; NaN outside -1 to 1.", example=("arccos(1.0)", "0.0"))

arctan = elementwise("arctan", scalar=math.atan, d=lambda z, x: reciprocal(1.0 + square(x)),
    doc="The angle in radians whose tangent is x.", example=("arctan(0.0)", "0.0"))


def _over_square(a: Any, y: Any, x: Any) -> Any:
    """a / (x**2 + y**2), 0 at the origin and at infinity.

    Divided by the length twice where its square over- or underflows.
    """
    square_of_length, length = square(x) + square(y), hypot(x, y)
    ordinary = logical_and(greater(square_of_length, 1e-280), less(square_of_length, inf))
    extreme = where(logical_or(equal(length, 0.0), isinf(length)), 0.0, divide(divide(a, length), length))
    return where(ordinary, divide(a, square_of_length), extreme)


# The letters are the field's, atan2(y, x).
arctan2 = elementwise("arctan2", args="y x", scalar=math.atan2,
    d=(lambda z, y, x: defined(z, _over_square(x, y, x)), lambda z, y, x: defined(z, -_over_square(y, y, x))),
    boundary=lambda y, x: y if x < 0.0 else math.hypot(x, y),
    kinks={(0.0, 0.0): (0.0, 0.0), (1.0, inf): (0.0, 0.0), (inf, inf): (0.0, 0.0), (inf, nan): (nan, nan)},
    doc="The angle in radians of the point (x, y); derivative 0 at the origin and at infinity.",
    example=("arctan2(0.0, 1.0)", "0.0"))
