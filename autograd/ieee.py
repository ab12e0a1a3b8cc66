"""Scalar kernels: Python's floats with IEEE 754 results, never an exception and never a complex number.

Python's `math` raises where IEEE 754 has a value: `1.0 / 0.0`, `math.log(0.0)`, `math.exp(1000.0)`. Each kernel here
calls `math` and answers the exceptional points as NumPy's kernels do, so that scalars and arrays agree there.
"""

import math
from collections.abc import Callable
from math import hypot as _hypot  # Python's own, in the C build too
from math import inf, nan

__all__ = [
    "cbrt",
    "ceil",
    "cosh",
    "divide",
    "exp",
    "exp2",
    "expm1",
    "extended",
    "floor",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "heaviside",
    "hypot",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "maximum",
    "minimum",
    "power",
    "power_slope",
    "relu",
    "remainder",
    "round_to",
    "sech2",
    "sigmoid",
    "sign",
    "sinh",
    "softplus",
    "softsign",
    "sqrt",
    "square",
    "step",
    "tanh",
    "trunc",
]  # fmt: skip


def extended(f: Callable[[float], float], poles: dict[float, float] | None = None) -> Callable[[float], float]:
    """Extend a function of `math` to every float: its value at `poles`, NaN elsewhere outside its domain."""
    values = poles or {}

    def kernel(x: float) -> float:
        try:
            return f(x)
        except ValueError:
            return values.get(x, nan)

    return kernel


def divide(x: float, y: float) -> float:
    """x / y, with signed infinities and NaN where y is zero."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0.0 or math.isnan(x):
            return nan
        return math.copysign(inf, x) * math.copysign(inf, y)


def remainder(x: float, y: float) -> float:
    """x modulo y with the sign of y; NaN where y is zero or x infinite."""
    try:
        return x % y
    except ZeroDivisionError:
        return nan


def fmod(x: float, y: float) -> float:
    """What x leaves when divided by y towards zero, with the sign of x; NaN where y is zero or x infinite."""
    try:
        return math.fmod(x, y)
    except ValueError:
        return nan


def floor_divide(x: float, y: float) -> float:
    """The largest integer not above x / y, as a float; a signed infinity or NaN where y is zero."""
    try:
        return x // y
    except ZeroDivisionError:
        return divide(x, y)


def hypot(x: float, y: float) -> float:
    """sqrt(x * x + y * y) without overflow."""
    return _hypot(x, y)


def power(x: float, y: float) -> float:
    """x ** y over the reals: NaN for a negative base under a fractional exponent."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return math.copysign(inf, x) if y % 2.0 == 1.0 else inf
    except ValueError:
        if x == 0.0:  # a pole: zero to a negative power
            return math.copysign(inf, x) if y % 2.0 == 1.0 else inf
        return nan


def power_slope(x: float, y: float) -> float:
    """y * x ** (y - 1), the slope of x ** y by x; 0 where y is 0, also at x = 0."""
    return y * power(x, 0.0 if y == 0.0 else y - 1.0)


def exp(x: float) -> float:
    """e ** x, inf where it overflows."""
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def exp2(x: float) -> float:
    """2 ** x, inf where it overflows."""
    try:
        return math.exp2(x)
    except OverflowError:
        return inf


def expm1(x: float) -> float:
    """e ** x - 1 without cancellation near zero."""
    try:
        return math.expm1(x)
    except OverflowError:
        return inf


def log(x: float) -> float:
    """The natural logarithm: -inf at zero, NaN below."""
    if x > 0.0:
        return math.log(x)
    return -inf if x == 0.0 else nan


def log2(x: float) -> float:
    """The logarithm to base 2: -inf at zero, NaN below."""
    if x > 0.0:
        return math.log2(x)
    return -inf if x == 0.0 else nan


def log10(x: float) -> float:
    """The logarithm to base 10: -inf at zero, NaN below."""
    if x > 0.0:
        return math.log10(x)
    return -inf if x == 0.0 else nan


def log1p(x: float) -> float:
    """log(1 + x) without cancellation near zero: -inf at -1, NaN below."""
    if x > -1.0:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


def sqrt(x: float) -> float:
    """The square root, NaN below zero."""
    return nan if x < 0.0 else math.sqrt(x)


def cbrt(x: float) -> float:
    """The real cube root, after one Newton step, because the C library's is wrong by up to 3 ulp."""
    z = math.cbrt(x)
    return z - (z - x / (z * z)) / 3.0 if math.isfinite(z) and z != 0.0 else z


def square(x: float) -> float:
    """x * x."""
    return x * x


def sinh(x: float) -> float:
    """The hyperbolic sine, a signed infinity where it overflows."""
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def cosh(x: float) -> float:
    """The hyperbolic cosine, inf where it overflows."""
    try:
        return math.cosh(x)
    except OverflowError:
        return inf


def tanh(x: float) -> float:
    """The hyperbolic tangent."""
    return math.tanh(x)


def sech2(x: float) -> float:
    """1 / cosh(x) ** 2, as 4e / (1 + e)**2 with e = exp(-2|x|), which neither overflows nor cancels."""
    e = math.exp(-2.0 * abs(x))
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


def sigmoid(x: float) -> float:
    """1 / (1 + e ** -x), branched on the sign of x so that the exponential never overflows (1.5 ulp)."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def softplus(x: float) -> float:
    """log(1 + e ** x), written so that the exponential never overflows."""
    return relu(x) + math.log1p(math.exp(-abs(x)))


def softsign(x: float) -> float:
    """x / (1 + |x|), 1 at inf."""
    return x / (1.0 + abs(x)) if not math.isinf(x) else math.copysign(1.0, x)


def logaddexp(x: float, y: float) -> float:
    """log(e ** x + e ** y), written so that the exponentials never overflow."""
    if x == y:  # infinities included, whose difference would be NaN
        return x + math.log(2.0)
    return maximum(x, y) + math.log1p(math.exp(-abs(x - y)))


def logaddexp2(x: float, y: float) -> float:
    """log2(2 ** x + 2 ** y), written so that the powers never overflow."""
    if x == y:  # infinities included, whose difference would be NaN
        return x + 1.0
    return maximum(x, y) + math.log1p(math.exp2(-abs(x - y))) * (1.0 / math.log(2.0))


def relu(x: float) -> float:
    """x where x is positive, 0 elsewhere; NaN stays NaN."""
    return 0.0 if x <= 0.0 else x


def sign(x: float) -> float:
    """-1, 0 or 1; NaN stays NaN."""
    if x > 0.0:
        return 1.0
    if x < 0.0:
        return -1.0
    return 0.0 if x == 0.0 else x


def step(x: float) -> float:
    """The Heaviside step, 1 at zero; NaN stays NaN."""
    if x != x:
        return x
    return 1.0 if x >= 0.0 else 0.0


def heaviside(x: float, y: float) -> float:
    """0 below zero, y at zero, 1 above; NaN stays NaN."""
    return y if x == 0.0 else step(x)


def maximum(x: float, y: float) -> float:
    """The greater of x and y, 0.0 of 0.0 and -0.0; NaN when either is NaN."""
    if x == 0.0 == y:
        return x + y  # -0.0 only if both are
    return x if x > y or x != x else y


def minimum(x: float, y: float) -> float:
    """The lesser of x and y, -0.0 of 0.0 and -0.0; NaN when either is NaN."""
    return -maximum(-x, -y)


def fmax(x: float, y: float) -> float:
    """The greater of x and y, 0.0 of 0.0 and -0.0; a NaN counts as missing."""
    if x != x or y != y:
        return y if x != x else x
    return maximum(x, y)


def fmin(x: float, y: float) -> float:
    """The lesser of x and y, -0.0 of 0.0 and -0.0; a NaN counts as missing."""
    if x != x or y != y:
        return y if x != x else x
    return minimum(x, y)


def floor(x: float) -> float:
    """The largest integer not above x, as a float; infinities and NaN stay."""
    return float(math.floor(x)) if math.isfinite(x) and x != 0.0 else x


def ceil(x: float) -> float:
    """The smallest integer not below x, as a float that keeps the sign of zero; infinities and NaN stay."""
    return math.copysign(float(math.ceil(x)), x) if math.isfinite(x) else x


def trunc(x: float) -> float:
    """The integer next to x towards zero, as a float that keeps the sign of zero; infinities and NaN stay."""
    return math.copysign(float(math.trunc(x)), x) if math.isfinite(x) else x


def round_to(x: float, decimals: int = 0) -> float:
    """x rounded half to even at a decimal place, by NumPy's method: scale, round, scale back."""
    scale = power(10.0, abs(decimals))
    scaled = x * scale if decimals >= 0 else x / scale
    if not math.isfinite(scaled):
        return x
    rounded = math.copysign(float(round(scaled)), x)
    return rounded / scale if decimals >= 0 else rounded * scale
