"""Powers, exponentials, logarithms and hyperbolic functions."""

# fmt: off  (a table: one entry reads as one block)

import math
from collections.abc import Callable
from math import inf, nan
from typing import Any

from autograd import ieee
from autograd.graph.value import Value
from autograd.ieee import extended
from autograd.ops.builders import POSITIVE, elementwise
from autograd.ops.elementwise.arithmetic import divide, hypot, reciprocal
from autograd.ops.elementwise.predicates import equal, greater_equal, isfinite, isinf, logical_and, logical_not
from autograd.ops.elementwise.selection import defined, where

__all__: list[str] = []

LN2, LN10 = math.log(2.0), math.log(10.0)


def _power_kernel(np: Any, x: Any, y: Any) -> Any:
    if type(y) in (int, float) and y in (1, 2):  # np.power would call the C library's pow for each element
        return np.square(x) if y == 2 else np.positive(x)
    if np.ndim(y) == 0 and y == 0.5:  # NumPy takes the square root, which differs from IEEE's pow at -0.0 and -inf
        return np.sqrt(np.where(np.isneginf(x), inf, np.add(x, 0.0))).astype(np.result_type(x, y))[()]
    return np.power(x, y)


def _power_sign(x: Any, y: Any) -> str:
    return "**" if isinstance(y, Value) else f"**{y:g}"


def _power_slope_kernel(np: Any, x: Any, y: Any) -> Any:
    if getattr(y, "shape", ()):
        lower = np.where(np.equal(y, 0.0), 0.0, np.subtract(y, 1.0))
    else:  # a Python number: weak beside a float32 array, and _power_kernel knows 1 and 2
        lower = float(y) - 1.0 if y != 0.0 else 0.0
    return (y * _power_kernel(np, x, lower)).astype(np.result_type(x, y, np.float16), copy=False)


# Conventions: 0**y has slope 0 in y for y >= 0.
power = elementwise("power", infix="**", sign=_power_sign, kernel=_power_kernel, hot=True,
    aliases=["float_power"],
    domain=((0.0, inf), (-4.0, 4.0)), boundary=lambda x, y: x,
    kinks={(0.0, 2.0): (0.0, 0.0), (0.0, 0.5): (inf, 0.0), (0.0, 0.0): (0.0, 0.0), (0.0, -1.0): (-inf, -inf)},
    d=(lambda z, x, y: power_slope(x, y),
       lambda z, x, y: where(logical_and(equal(x, 0.0), greater_equal(y, 0.0)), 0.0, z * log(x))),
    doc="x to the power y over the reals; NaN for a negative base under a fractional exponent.",
    notes="np.float_power of a Value is this, too: single precision stays single, which NumPy's own makes double.",
    example=("power(2.0, 3.0)", "8.0"))

# An entry of its own, because 0 * x**-1 is to be 0 at x = 0 and yet to have the slope 1/x by y elsewhere.
def _scaled(y: Any, slope: Any) -> Any:
    """y * slope, and 0 where y is 0, also beside a slope that is infinite or NaN."""
    return y * where(logical_and(equal(y, 0.0), logical_not(isfinite(slope))), 0.0, slope)


power_slope = elementwise("power_slope", domain=((0.0, inf), (-4.0, 4.0)), boundary=lambda x, y: x,
    kernel=_power_slope_kernel, public=False,
    d=(lambda z, x, y: _scaled(y, power_slope(x, y - 1.0)),
       lambda z, x, y: power(x, y - 1.0) + where(logical_and(equal(x, 0.0), equal(z, 0.0)), 0.0, z * log(x))),
    kinks={(0.0, 0.0): (0.0, inf), (0.0, 1.0): (0.0, -inf), (0.0, 2.0): (2.0, 0.0)},
    reference=lambda np, x, y: y * x ** (y - 1.0),
    doc="y * x**(y - 1), the slope of x**y by x; 0 where y is 0.", example=("power_slope(3.0, 2.0)", "6.0"))

exp = elementwise("exp", d=lambda z, x: z, hot=True, doc="e to the power x.", example=("exp(0.0)", "1.0"))

exp2 = elementwise("exp2", d=lambda z, x: LN2 * z, doc="2 to the power x.", example=("exp2(3.0)", "8.0"))

# exp(x), not z + 1, which cancels for large negative x.
expm1 = elementwise("expm1", d=lambda z, x: exp(x),
    doc="e to the power x, minus 1, accurate near zero.", example=("expm1(0.0)", "0.0"))

# x + 0.0 turns -0.0 into 0.0: the one-sided limit of the slope at the edge is +inf, also at -0.0.
log = elementwise("log", d=lambda z, x: defined(z, divide(1.0, x + 0.0)), domain=(POSITIVE,), kinks={0.0: inf},
    hot=True,
    doc="The natural logarithm; -inf at zero, NaN below.", example=("log(1.0)", "0.0"))

log2 = elementwise("log2", d=lambda z, x: defined(z, divide(1.0 / LN2, x + 0.0)), domain=(POSITIVE,), kinks={0.0: inf},
    doc="The logarithm to base 2; -inf at zero, NaN below.", example=("log2(8.0)", "3.0"))

log10 = elementwise("log10", d=lambda z, x: defined(z, divide(1.0 / LN10, x + 0.0)), domain=(POSITIVE,),
    kinks={0.0: inf},
    doc="The logarithm to base 10; -inf at zero, NaN below.", example=("log10(100.0)", "2.0"))

log1p = elementwise("log1p", d=lambda z, x: defined(z, divide(1.0, 1.0 + x)), domain=((-1.0, inf),), kinks={-1.0: inf},
    doc="log(1 + x), accurate near zero; -inf at -1, NaN below.", example=("log1p(0.0)", "0.0"))


def _sigmoid_kernel(np: Any, x: Any) -> Any:
    e = np.exp(-np.abs(x))  # never overflows
    return np.where(np.greater_equal(x, 0.0), 1.0, e) / (1.0 + e)


def _shares(unit: float) -> tuple[Callable[..., Any], ...]:
    """The partials of log(b**x + b**y), for the base b = e**unit."""
    def share(z: Any, x: Any, y: Any) -> Any:
        # The sigmoid is NaN where both are the same infinity: at -inf nothing contributes, at +inf each half.
        alike = logical_and(isinf(x), equal(x, y))
        return where(equal(z, -inf), 0.0, where(alike, 0.5, sigmoid(unit * (x - y))))

    return share, lambda z, x, y: share(z, y, x)


def _log_of_sum(name: str, d: tuple[Callable[..., Any], ...], doc: str, example: tuple[str, str]) -> Any:
    """An entry for log(b**x + b**y), whose hard points are the same for any base."""
    return elementwise(name, d=d, doc=doc, example=example,
        kinks={(inf, inf): (0.5, 0.5), (-inf, -inf): (0.0, 0.0), (inf, 1.0): (1.0, 0.0), (1.0, inf): (0.0, 1.0),
               (-inf, 1.0): (0.0, 1.0), (1.0, -inf): (1.0, 0.0), (-inf, nan): (nan, nan)})


logaddexp = _log_of_sum("logaddexp", d=_shares(1.0),
    doc="log(e**x + e**y) without overflow.", example=("logaddexp(0.0, -inf)", "0.0"))

logaddexp2 = _log_of_sum("logaddexp2", d=_shares(LN2),
    doc="log2(2**x + 2**y) without overflow.", example=("logaddexp2(0.0, 0.0)", "1.0"))

# s(x) * s(-x), not s * (1 - s), which cancels for large x.
sigmoid = elementwise("sigmoid", kernel=_sigmoid_kernel, d=lambda z, x: z * sigmoid(-x),
    reference=lambda np, x: 0.5 + 0.5 * np.tanh(0.5 * x),
    doc="The logistic function 1 / (1 + e**-x), accurate to 1.5 ulp.", example=("sigmoid(0.0)", "0.5"))

def _xlogy(x: float, y: float) -> float:
    return x * ieee.log(y) if x != 0.0 or y != y else 0.0


def _xlogy_kernel(np: Any, x: Any, y: Any) -> Any:
    absent = np.equal(x, 0.0) & ~np.isnan(y)  # log(0) is not even asked for, so that nothing warns
    z = np.where(absent, 0.0, x * np.log(np.where(absent, 1.0, y)))
    return z.astype(np.result_type(x, y, np.float16), copy=False)  # beside a float32 array the number y stays weak


xlogy = elementwise("xlogy", scalar=_xlogy, kernel=_xlogy_kernel, reference=lambda np, x, y: x * np.log(y),
    domain=((-inf, inf), POSITIVE),
    kinks={(0.0, 0.0): (0.0, 0.0), (1.0, 0.0): (-inf, inf), (0.0, nan): (nan, nan), (1.0, -1.0): (nan, nan)},
    d=(lambda z, x, y: where(logical_and(equal(x, 0.0), equal(y, 0.0)), 0.0, log(y)),
       lambda z, x, y: where(logical_and(equal(x, 0.0), equal(y, 0.0)), 0.0, defined(z, divide(x, y)))),
    doc="x * log(y), and 0 where x is zero.", example=("xlogy(0.0, 0.0)", "0.0"))

sinh = elementwise("sinh", d=lambda z, x: cosh(x), doc="The hyperbolic sine.", example=("sinh(0.0)", "0.0"))

cosh = elementwise("cosh", d=lambda z, x: sinh(x), doc="The hyperbolic cosine.", example=("cosh(0.0)", "1.0"))

tanh = elementwise("tanh", d=lambda z, x: sech2(x), hot=True,
    doc="The hyperbolic tangent.", example=("tanh(0.0)", "0.0"))


def _sech2_kernel(np: Any, x: Any) -> Any:
    e = np.exp(-2.0 * np.abs(x))
    return 4.0 * e / np.square(1.0 + e)


# The slope of tanh: not 1 - tanh(x)**2, which cancels, nor through cosh(x), which overflows and whose rounding error
# would count twice: the error of e = exp(-2|x|) counts less than once. An entry of its own, because the derivative of
# that formula is less exact than -2 * sech(x)**2 * tanh(x).
sech2 = elementwise("sech2", kernel=_sech2_kernel, d=lambda z, x: -2.0 * z * tanh(x), public=False, method=False,
    reference=lambda np, x: 1.0 / np.square(np.cosh(x)),
    doc="1 / cosh(x)**2.", example=("sech2(0.0)", "1.0"))

arcsinh = elementwise("arcsinh", scalar=math.asinh, d=lambda z, x: reciprocal(hypot(x, 1.0)),
    doc="The inverse hyperbolic sine.", example=("arcsinh(0.0)", "0.0"))

# Two roots, not the root of x**2 - 1: below -1, too, the result is then NaN. An entry of its own, because the
# derivative of that formula meets inf * 0 at the edge, where the second derivative is infinite. It begins with x * z,
# because z**3 underflows long before the product does.
arccosh_slope = elementwise("arccosh_slope", public=False, method=False, domain=((1.0, inf),), kinks={1.0: -inf},
    scalar=lambda x: ieee.divide(1.0, ieee.sqrt(x - 1.0) * ieee.sqrt(x + 1.0)),
    kernel=lambda np, x: 1.0 / (np.sqrt(np.subtract(x, 1.0)) * np.sqrt(np.add(x, 1.0))),
    d=lambda z, x: where(equal(x, inf), 0.0, -(x * z) * z * z), reference=lambda np, x: 1.0 / np.sinh(np.arccosh(x)),
    doc="1 / sqrt(x**2 - 1), the slope of arccosh.", example=("arccosh_slope(1.25)", "1.3333333333333333"))

arccosh = elementwise("arccosh", scalar=extended(math.acosh), d=lambda z, x: arccosh_slope(x),
    domain=((1.0, inf),), kinks={1.0: inf},
    doc="The inverse hyperbolic cosine; NaN below 1.", example=("arccosh(1.0)", "0.0"))

# A sum of two fractions, not 1 / ((1 - x)(1 + x)), whose derivative meets inf * 0 at the edges.
arctanh = elementwise("arctanh", scalar=extended(math.atanh, {1.0: inf, -1.0: -inf}), domain=((-1.0, 1.0),),
    d=lambda z, x: defined(z, divide(0.5, 1.0 - x) + divide(0.5, 1.0 + x)), kinks={1.0: inf, -1.0: inf},
    doc="The inverse hyperbolic tangent; a signed infinity at -1 and 1, NaN outside.", example=("arctanh(0.0)", "0.0"))
