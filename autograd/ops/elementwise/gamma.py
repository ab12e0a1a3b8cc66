"""The gamma function, its logarithm and its derivatives, and the beta function made of them."""

# fmt: off  (a table: one entry reads as one block)

import math
from collections.abc import Callable
from functools import partial
from math import inf, nan
from typing import Any

from autograd import ieee
from autograd.errors import ArgumentError
from autograd.ops.builders import POSITIVE, composite, elementwise, sample
from autograd.ops.elementwise.arithmetic import floor, minimum, remainder
from autograd.ops.elementwise.exponential import exp
from autograd.ops.elementwise.special import by_parts, each

__all__: list[str] = []

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)  # B2, B4, ...


def _lgamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):  # a pole; a result out of range
        return inf


def _polygamma(x: float, n: int) -> Any:
    """The n-th derivative of digamma, to about 1e-15 of the largest of 1, 1/x and itself."""
    odd = n % 2 == 1
    if x > 0.0:
        return _positive_polygamma(x, n, math.log)
    if x == 0.0:
        return inf if odd else -math.copysign(inf, x)
    if not math.isfinite(x):
        return nan
    offset = math.remainder(x, 1.0)
    if offset == 0.0:
        return inf if odd else nan  # the two sides of a pole, which differ where n is even
    reflected = _polygamma(1.0 - x, n)  # Abramowitz and Stegun (1964), 6.4.7
    return (-reflected if odd else reflected) - _cotangent_slope(offset, n)


def _positive_polygamma(x: Any, n: int, log: Callable[[Any], Any]) -> Any:
    """The same for x > 0, a float or an array; no step depends on x, so that both give the same bits.

    Abramowitz and Stegun (1964): the asymptotic series 6.4.11, after the recurrence 6.4.6 has made x large.
    """
    factorial, total, series = float(math.factorial(n)), 0.0, 0.0
    for _ in range(10):
        total = total + factorial * _power(1.0 / x, n + 1)
        x = x + 1.0
    r = 1.0 / x
    for k in range(len(BERNOULLI), 0, -1):  # Horner's rule
        series = series * r * r + BERNOULLI[k - 1] * math.factorial(2 * k + n - 1) / math.factorial(2 * k)
    first = factorial / n if n else -log(x)
    total = total + _power(r, n) * (first + factorial / 2.0 * r + series * r * r)
    return total if n % 2 else -total


def _power(x: Any, n: int) -> Any:
    return math.prod([x] * n)  # by products alone, which floats and arrays round alike


def _polygamma_kernel(np: Any, x: Any, n: int) -> Any:
    positive = partial(_positive_polygamma, n=n, log=partial(each(math.log), np))
    return by_parts(np, x, lambda x: x > 0.0, positive, partial(each(_polygamma), np, n=n))


def _cotangent_slope(x: float, n: int) -> float:
    """The n-th derivative of pi * cot(pi * x), a polynomial in cot(pi * x), for |x| <= 1/2."""
    coefficients = [0.0, 1.0]
    for _ in range(n):  # the derivative of cot is -(1 + cot**2)
        slope = [-k * c for k, c in enumerate(coefficients)][1:]
        coefficients = [a + b for a, b in zip([*slope, 0.0, 0.0], [0.0, 0.0, *slope], strict=True)]
    cotangent = 1.0 / math.tan(math.pi * x)
    return math.pi ** (n + 1) * sum(c * ieee.power(cotangent, k) for k, c in enumerate(coefficients) if c)


def _near_pole(x: float) -> float:
    return x - round(x) if x < 0.5 else 1.0


def _polygamma_reference(np: Any, x: Any, n: int) -> Any:
    """What the tests compare with: the defining sum, after 2000 terms by the Euler-Maclaurin formula."""
    y = x + 2000.0
    tail = y**-n / n if n else -np.log(y)
    tail = tail + y ** -(n + 1.0) / 2.0 + (n + 1.0) * y ** -(n + 2.0) / 12.0
    return (-1.0) ** (n + 1) * math.factorial(n) * (np.sum(np.add.outer(x, np.arange(2000.0)) ** -(n + 1.0), -1) + tail)


def _whole_order(params: dict[str, Any]) -> dict[str, Any]:
    n = params["n"]
    if not (n >= 0 and n == int(n)):
        raise ArgumentError(f"found n={n!r}; expected the order of a derivative: 0, 1, 2, ...")
    return {"n": int(n)}


# A primitive with a parameter, so that derivatives of any order are as exact as the first. SciPy has n come first.
polygamma = elementwise("polygamma", params={"n": 1}, public=False, method=False, normalize=_whole_order,
    samples=[sample((2, 3), n=2), sample((2, 3), n=0), sample(None, n=5)], boundary=_near_pole, kinks={-1.0: nan},
    scalar=_polygamma, kernel=_polygamma_kernel, d=lambda z, x, n: polygamma(x, n + 1), reference=_polygamma_reference,
    doc="The n-th derivative of digamma.", notes="Public as autograd.scipy.special.polygamma(n, x).",
    example=("polygamma(1.0, n=1)", "1.6449340668482264"))

digamma = elementwise("digamma", scalar=lambda x: _polygamma(x, 0), kernel=lambda np, x: _polygamma_kernel(np, x, 0),
    d=lambda z, x: polygamma(x, 1), reference=lambda np, x: _polygamma_reference(np, x, 0), boundary=_near_pole,
    kinks={-1.0: inf},
    doc="The derivative of lgamma; at 0 a signed infinity, at negative integers NaN.",
    notes="The error is about 1e-15 of the greatest of 1, 1/|x| and the result: next to a zero it is not relative. "
        "Its n-th derivative is autograd.scipy.special.polygamma(n, x).",
    example=("round(digamma(1.0), 12)", "-0.577215664902"))

lgamma = elementwise("lgamma", scalar=_lgamma, kernel=each(_lgamma), d=lambda z, x: digamma(x), domain=(POSITIVE,),
    reference=lambda np, x: np.vectorize(_lgamma, otypes=[float])(x), kinks={-1.0: nan},
    doc="log(|gamma(x)|), SciPy's gammaln; inf at its poles 0, -1, -2, ...",
    notes="The error is a few ulp of the greater of 1 and the result: next to a zero it is not relative.",
    example=("lgamma(1.0)", "0.0"))


def _gamma(x: float) -> float:
    try:
        return math.gamma(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:  # a pole: only at zero does the sign tell the side
        return math.copysign(inf, x) if x == 0.0 else nan


# A primitive, because exp(lgamma(x)) has an error of lgamma(x) ulp, which are hundreds, and no sign.
gamma = elementwise("gamma", scalar=_gamma, kernel=each(_gamma), d=lambda z, x: z * digamma(x), domain=(POSITIVE,),
    reference=lambda np, x: np.vectorize(_gamma, otypes=[float])(x), kinks={-1.0: nan, 0.0: -inf},
    doc="The gamma function, (x - 1)! for whole x; a signed infinity at 0, NaN at negative integers.",
    example=("gamma(5.0)", "24.0"))

# ---- the beta function -----------------------------------------------------------------------------------------------


def _beta_by_hand(np: Any, a: Any, b: Any) -> Any:
    by_math = np.vectorize(math.gamma, otypes=[float])
    return by_math(a) * by_math(b) / by_math(a + b)


BETA: dict[str, Any] = {"args": "a b", "samples": [sample((2, 3), (3,)), sample((3, 1), (2,))],
    "prepare": lambda np, a, b: (0.5 + np.abs(a), 0.5 + np.abs(b))}

betaln = composite("betaln", lambda a, b: lgamma(a) + lgamma(b) - lgamma(a + b), **BETA,
    reference=lambda np, a, b: np.log(_beta_by_hand(np, a, b)),
    doc="log(|beta(a, b)|).",
    notes="The error is a few ulp of the greatest of the three lgamma that it is made of.",
    example=("betaln(1.0, 1.0)", "0.0"))


def _gamma_sign(x: Any) -> Any:
    """The sign of gamma(x): below zero it changes at each integer."""
    return 1.0 - 2.0 * remainder(floor(minimum(x, 0.0)), 2.0)


beta = composite("beta", lambda a, b: _gamma_sign(a) * _gamma_sign(b) * _gamma_sign(a + b) * exp(betaln(a, b)),
    **BETA, reference=_beta_by_hand,
    doc="gamma(a) * gamma(b) / gamma(a + b), without overflow.",
    notes="The relative error is the absolute one of betaln.",
    example=("beta(1.0, 1.0)", "1.0"))
