"""Arithmetic, roots, extrema of two, and rounding."""

# fmt: off  (a table: one entry reads as one block)

import math
import sys
from collections.abc import Callable, Mapping
from math import inf, nan
from typing import Any

from autograd import ieee
from autograd.errors import UnsupportedError
from autograd.graph.value import Value
from autograd.ops.builders import POSITIVE, Elementwise, composite, elementwise, sample
from autograd.ops.elementwise.predicates import (
    equal,
    greater,
    greater_equal,
    isinf,
    isnan,
    less,
    less_equal,
    logical_and,
    logical_or,
)
from autograd.ops.elementwise.selection import defined, defined_at, where

__all__: list[str] = []

add = elementwise("add", infix="+", scalar=lambda x, y: x + y, d=(1.0, 1.0), hot=True,
    doc="The sum x + y.", example=("add(2.0, 3.0)", "5.0"))

subtract = elementwise("subtract", infix="-", scalar=lambda x, y: x - y, d=(1.0, -1.0), hot=True,
    doc="The difference x - y.", example=("subtract(2.0, 3.0)", "-1.0"))

multiply = elementwise("multiply", infix="*", scalar=lambda x, y: x * y, d=(lambda z, x, y: y, lambda z, x, y: x),
    hot=True,
    doc="The product x * y.", example=("multiply(2.0, 3.0)", "6.0"))

# The second partial is -(x/y)/y, not -x/y**2: y**2 underflows long before the quotient is out of range.
divide = elementwise("divide", infix="/", hot=True, boundary=lambda x, y: y, kinks={(1.0, 0.0): (inf, -inf)},
    d=(lambda z, x, y: divide(1.0, y), lambda z, x, y: -divide(z, y)),
    doc="The quotient x / y; a signed infinity or NaN where y is zero.", example=("divide(1.0, 0.0)", "inf"))

negative = elementwise("negative", scalar=lambda x: -x, d=-1.0, infix="-", hot=True,
    doc="-x.", example=("negative(2.0)", "-2.0"))

positive = elementwise("positive", scalar=lambda x: x, d=1.0, aliases=["conjugate"],
    doc="+x, which is x.", example=("positive(2.0)", "2.0"))

remainder = elementwise("remainder", infix="%", domain=((-9.0, 9.0), (0.5, 4.0)),
    d=(lambda z, x, y: defined(z, 1.0), lambda z, x, y: defined(z, -floor_divide(x, y))),
    boundary=lambda x, y: x / y - round(x / y), kinks={(6.0, 3.0): (1.0, -2.0), (1.0, 0.0): (nan, nan)},
    doc="x modulo y, with the sign of y; at its jumps the slope on either side.",
    example=("remainder(7.0, 3.0)", "1.0"))

floor_divide = elementwise("floor_divide", infix="//", d=(0.0, 0.0), domain=((-9.0, 9.0), (0.5, 4.0)),
    boundary=lambda x, y: x / y - round(x / y), kinks={(6.0, 3.0): (0.0, 0.0)},
    doc="The largest integer not above x / y; its derivative is 0.", example=("floor_divide(7.0, 3.0)", "2.0"))

fmod = elementwise("fmod", domain=((-9.0, 9.0), (0.5, 4.0)),
    d=(lambda z, x, y: defined(z, 1.0), lambda z, x, y: defined(z, -trunc(divide(x, y)))),
    boundary=lambda x, y: x / y - round(x / y), kinks={(6.0, 3.0): (1.0, -2.0), (1.0, 0.0): (nan, nan)},
    doc="What x leaves when divided by y towards zero, with the sign of x; at its jumps the slope on either side.",
    example=("fmod(-7.0, 3.0)", "-1.0"))


def _between_jumps(np: Any, x: Any, y: Any) -> tuple[Any, Any]:
    y = np.abs(y) + 0.5
    return (np.round(x) + 0.5 + 0.1 * np.tanh(x)) * y, y


divmod_ = composite("divmod", lambda x, y: (floor_divide(x, y), remainder(x, y)), args="x y",
    samples=[sample((2, 3), (2, 3)), sample(None, None)], prepare=_between_jumps,
    doc="A pair: floor_divide(x, y) and remainder(x, y).", example=("divmod(7.0, 3.0)", "(2.0, 1.0)"))

abs_ = elementwise("abs", scalar=abs, d=lambda z, x: sign(x), boundary=lambda x: x, kinks={0.0: 0.0},
    doc="The absolute value; derivative 0 at 0.", example=("abs(-2.0)", "2.0"))

fabs = composite("fabs", abs_, method=True, samples=[sample((2, 3)), sample(None)],
    doc="The absolute value, as `abs`.", example=("fabs(-2.0)", "2.0"))

sign = elementwise("sign", d=0.0, boundary=lambda x: x, kinks={0.0: 0.0},
    doc="-1, 0 or 1 as x is negative, zero or positive; its derivative is 0.", example=("sign(-2.0)", "-1.0"))

square = elementwise("square", d=lambda z, x: 2.0 * x, doc="x * x.", example=("square(3.0)", "9.0"))

# z + 0.0 turns -0.0 into 0.0: the one-sided limit of the slope at the edge is +inf, also at -0.0.
sqrt = elementwise("sqrt", d=lambda z, x: divide(0.5, z + 0.0), domain=(POSITIVE,), kinks={0.0: inf},
    doc="The square root; NaN below zero, and an infinite slope at 0.", example=("sqrt(9.0)", "3.0"))


def _cbrt_kernel(np: Any, x: Any) -> Any:
    z = np.cbrt(x)
    inside = np.isfinite(z) & np.not_equal(z, 0.0)
    root = np.where(inside, z, 1.0)
    # One Newton step: where NumPy calls the C library, its cbrt is wrong by up to 3 ulp, and derivatives double that.
    return np.where(inside, root - (root - x / np.square(root)) / 3.0, z)[()]


# z/x = 1/z**2 takes over z's rounding error once, not twice; the square serves where z/x would be 0/0.
cbrt = elementwise("cbrt", kernel=_cbrt_kernel, boundary=lambda x: x, kinks={0.0: inf, inf: 0.0},
    d=lambda z, x: where(
        isinf(x), 0.0, divide(where(equal(x, 0.0), reciprocal(square(z)), divide(z, x)), 3.0)),
    doc="The real cube root, with an infinite slope at 0.", example=("cbrt(8.0)", "2.0"))

reciprocal = elementwise("reciprocal", scalar=lambda x: ieee.divide(1.0, x), d=lambda z, x: -square(z),
    boundary=lambda x: x, kinks={0.0: -inf},
    doc="1 / x; a signed infinity at zero.", example=("reciprocal(4.0)", "0.25"))


def _cosine(x: Any, y: Any, z: Any) -> Any:
    """x / z, of the point (x, y) at the distance z; two infinite coordinates count as equal ones, as in arctan2."""
    far = where(isinf(x), copysign(where(isinf(y), math.sqrt(0.5), 1.0), x), 0.0)
    return where(isinf(z), far, divide(x, z))


hypot = elementwise("hypot",
    d=(lambda z, x, y: where(equal(z, 0.0), 0.0, _cosine(x, y, z)),
       lambda z, x, y: where(equal(z, 0.0), 0.0, _cosine(y, x, z))),
    boundary=lambda x, y: x * x + y * y,
    kinks={(0.0, 0.0): (0.0, 0.0), (0.0, nan): (nan, nan), (inf, 1.0): (1.0, 0.0), (1.0, -inf): (0.0, -1.0),
           (-inf, inf): (-math.sqrt(0.5), math.sqrt(0.5))},
    doc="sqrt(x**2 + y**2) without overflow; derivative 0 at the origin.", example=("hypot(3.0, 4.0)", "5.0"))


# No path to y: where it is zero the sign jumps, elsewhere it stays.
copysign = elementwise("copysign", scalar=math.copysign, d=(lambda z, x, y: sign(x) * copysign(1.0, y), 0.0),
    boundary=lambda x, y: x * y, kinks={(0.0, 1.0): (0.0, 0.0), (1.0, 0.0): (1.0, 0.0)},
    doc="The absolute value of x with the sign of y; derivative 0 at x = 0, and 0 by y.",
    example=("copysign(2.0, -0.0)", "-2.0"))

deg2rad = elementwise("deg2rad", aliases=["radians"], scalar=math.radians, d=math.radians(1.0),
    doc="An angle in degrees, in radians.", example=("deg2rad(180.0)", "3.141592653589793"))

rad2deg = elementwise("rad2deg", aliases=["degrees"], scalar=math.degrees, d=math.degrees(1.0),
    doc="An angle in radians, in degrees.", example=("rad2deg(np.pi)", "180.0"))


def _extremum_kernel(ufunc: str, greatest: bool) -> Callable[..., Any]:
    """NumPy's, but of 0.0 and -0.0 what IEEE 754-2019 takes; NumPy takes what the processor does."""
    def kernel(np: Any, x: Any, y: Any) -> Any:
        z = getattr(np, ufunc)(x, y)
        zeros = np.equal(x, 0.0) & np.equal(y, 0.0)
        return np.where(zeros, np.where(np.signbit(x) == greatest, y, x), z)[()] if zeros.any() else z

    return kernel


_maximum_kernel, _minimum_kernel = _extremum_kernel("maximum", True), _extremum_kernel("minimum", False)


def _clip_kernel(np: Any, x: Any, low: Any, high: Any) -> Any:
    # The dtype is that of all three together: two Python numbers alone would make a float64.
    return _minimum_kernel(np, _maximum_kernel(np, x, low), high).astype(np.result_type(x, low, high), copy=False)


def _of_winner(wins: Callable[..., Any]) -> tuple[Callable[..., Any], ...]:
    """The partials of the one that wins over the other: 1 for it, 1/2 each at a tie."""
    return (lambda z, x, y: defined(z, where(equal(x, y), 0.5, wins(x, y))),
            lambda z, x, y: defined(z, where(equal(x, y), 0.5, wins(y, x))))


maximum = elementwise("maximum", kernel=_maximum_kernel, d=_of_winner(greater),
    boundary=lambda x, y: x - y, kinks={(1.0, 1.0): (0.5, 0.5), (1.0, nan): (nan, nan)},
    doc="The greater of x and y, NaN when either is; at a tie each has derivative 1/2.",
    example=("maximum(2.0, 3.0)", "3.0"))

minimum = elementwise("minimum", kernel=_minimum_kernel, d=_of_winner(less),
    boundary=lambda x, y: x - y, kinks={(1.0, 1.0): (0.5, 0.5), (1.0, nan): (nan, nan)},
    doc="The lesser of x and y, NaN when either is; at a tie each has derivative 1/2.",
    example=("minimum(2.0, 3.0)", "2.0"))

# With a NaN on one side the result is the other operand, and so is its slope; with two there is none.
fmax = elementwise("fmax", kernel=_extremum_kernel("fmax", True),
    d=_of_winner(lambda x, y: logical_or(greater(x, y), isnan(y))),
    boundary=lambda x, y: x - y, kinks={(1.0, 1.0): (0.5, 0.5), (nan, 1.0): (0.0, 1.0), (1.0, nan): (1.0, 0.0)},
    doc="The greater of x and y, a NaN counting as missing; at a tie each has derivative 1/2.",
    example=("fmax(2.0, np.nan)", "2.0"))

fmin = elementwise("fmin", kernel=_extremum_kernel("fmin", False),
    d=_of_winner(lambda x, y: logical_or(less(x, y), isnan(y))),
    boundary=lambda x, y: x - y, kinks={(1.0, 1.0): (0.5, 0.5), (nan, 1.0): (0.0, 1.0), (1.0, nan): (1.0, 0.0)},
    doc="The lesser of x and y, a NaN counting as missing; at a tie each has derivative 1/2.",
    example=("fmin(2.0, np.nan)", "2.0"))

def _bounds_meet(x: Any, low: Any, high: Any) -> Any:
    """Whether the lesser of two equal bounds is what clip gives."""
    return logical_and(equal(low, high), less_equal(x, low))


class Clip(Elementwise):
    """Called as NumPy's is, which since 2.1 calls the bounds min and max as well."""

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        renamed = {{"min": "a_min", "max": "a_max"}.get(name, name): x for name, x in kwargs.items()}
        if len(renamed) < len(kwargs):
            raise self._misfit(args, kwargs, "a bound given twice")
        return super().bind(args, renamed)


# The three partials add up to 1: what x does not get at a bound, the bound gets. Where the bounds cross, NumPy gives
# the upper one: hence the comparisons of low and high.
clip = Clip("clip", args="a a_min a_max", optional={"a_min": -inf, "a_max": inf}, method=True,
    kernel=_clip_kernel,
    scalar=lambda x, low, high: ieee.minimum(ieee.maximum(x, low), high),
    d=(lambda z, x, low, high: defined(z, logical_and(greater(x, low), less(x, high))),
       lambda z, x, low, high: defined(z, where(
           _bounds_meet(x, low, high), 0.5, logical_and(less_equal(x, low), less(low, high)))),
       lambda z, x, low, high: defined(z, where(
           _bounds_meet(x, low, high), 0.5, logical_or(greater_equal(x, high), greater(low, high))))),
    domain=((-3.0, 3.0), (-2.0, -0.5), (0.5, 2.0)),
    boundary=lambda x, low, high: (x - low) * (x - high) * (low - high),
    kinks={(1.0, 1.0, 2.0): (0.0, 1.0, 0.0), (2.0, 1.0, 2.0): (0.0, 0.0, 1.0), (0.0, 1.0, 1.0): (0.0, 0.5, 0.5),
           (1.0, 1.0, 1.0): (0.0, 0.5, 0.5), (2.0, 1.0, 1.0): (0.0, 0.0, 1.0), (-1.0, 0.0, 2.0): (0.0, 1.0, 0.0),
           (0.0, 3.0, 2.0): (0.0, 0.0, 1.0), (2.0, 3.0, 2.0): (0.0, 0.0, 1.0), (3.0, 3.0, 2.0): (0.0, 0.0, 1.0),
           (4.0, 3.0, 2.0): (0.0, 0.0, 1.0), (1.0, nan, 2.0): (nan, nan, nan)},
    doc="a limited to the interval from a_min to a_max; derivative 0 at the bounds and outside.",
    notes="At a bound the derivative by that bound is 1, so that of clip(x, 0, x) is 1 at every positive x; of two "
          "equal bounds not below a each has 1/2. NumPy's other names of the bounds, min= and max=, are taken, too.",
    example=("clip(5.0, 0.0, 1.0)", "1.0"))

JUMPS: dict[str, Any] = {
    "d": 0.0, "domain": ((-9.0, 9.0),), "boundary": lambda x: x - round(x), "kinks": {1.0: 0.0}}

floor = elementwise("floor", **JUMPS,
    doc="The largest integer not above x; its derivative is 0.", example=("floor(2.5)", "2.0"))

ceil = elementwise("ceil", **JUMPS,
    doc="The smallest integer not below x; its derivative is 0.", example=("ceil(2.5)", "3.0"))

trunc = elementwise("trunc", **JUMPS, aliases=["fix"],
    doc="The integer next to x towards zero; its derivative is 0.", example=("trunc(-2.5)", "-2.0"))


def _round_kernel(np: Any, a: Any, decimals: int) -> Any:
    z = np.round(a, decimals)
    if decimals <= 0:
        return z
    return np.where(np.isfinite(z), z, a)[()]  # a number whose scaling overflows has no such decimals


round_ = elementwise("round", args="a", params={"decimals": 0}, scalar=ieee.round_to, kernel=_round_kernel, d=0.0,
    domain=((-9.0, 9.0),), boundary=lambda x: x - 0.5 - round(x - 0.5), kinks={0.5: 0.0},
    samples=[sample((2, 3), decimals=-1), sample((2, 3), decimals=1)], aliases=["around", "rint"],
    doc="a rounded half to even at a decimal place; its derivative is 0.",
    notes="np.rint of a Value is this, too; of plain integers this gives integers, as np.round does.",
    example=("round(2.5)", "2.0"))

step = elementwise("step", kernel=lambda np, x: np.heaviside(x, 1.0), d=0.0, boundary=lambda x: x, kinks={0.0: 0.0},
    reference=lambda np, x: np.where(x >= 0.0, 1.0, 0.0),
    doc="The Heaviside step: 0 below zero, 1 from zero on; its derivative is 0.", example=("step(0.0)", "1.0"))

heaviside = elementwise("heaviside", args="x1 x2", d=(0.0, lambda z, x1, x2: defined_at(x1, equal(x1, 0.0))),
    boundary=lambda x1, x2: x1, kinks={(0.0, 0.5): (0.0, 1.0), (nan, 0.5): (0.0, nan), (0.0, nan): (0.0, 1.0)},
    doc="The Heaviside step: 0 where x1 is below zero, x2 at zero, 1 above; by x1 its derivative is 0.",
    example=("heaviside(0.0, 0.5)", "0.5"))


def _largest(x: Any) -> float:
    """The largest finite number of the dtype of x; a number needs no NumPy to know it."""
    dtype = getattr(x.data if type(x) is Value else x, "dtype", None)
    if dtype is None or dtype.kind != "f":
        return sys.float_info.max
    from autograd.arrays import np

    return float(np.finfo(dtype).max)


def _nan_to_num(x: Any, copy: bool, nan: float, posinf: float | None, neginf: float | None) -> Any:
    if not copy:
        raise UnsupportedError("found copy=False; expected copy=True: no array is changed in place here.")
    high = _largest(x) if posinf is None else posinf
    low = -_largest(x) if neginf is None else neginf
    return where(equal(x, inf), high, where(equal(x, -inf), low, where(isnan(x), nan, x)))


nan_to_num = composite("nan_to_num", _nan_to_num, params={"copy": True, "nan": 0.0, "posinf": None, "neginf": None},
    method=True, samples=[sample((2, 3)), sample(None, nan=1.0, posinf=2.0, neginf=3.0)],
    doc="x with other numbers for NaN and the infinities, by default 0 and the largest finite ones.",
    notes="What was replaced gets no gradient at all, so no NaN comes back from what made it. copy=False is refused.",
    example=("nan_to_num(-inf, neginf=-1.0)", "-1.0"))
