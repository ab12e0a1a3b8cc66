"""Why an operation on finite numbers gave NaN or infinity, and what to do about it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from viz.wording import number

__all__ = ["arithmetic", "reason", "slope_reason"]

_LOGS = "keep its argument above 0, as in log(x + 1e-12), or use log_softmax or a cross-entropy of the logits"
_DOMAINS = {
    "log": f"log is -inf at 0 and NaN below: {_LOGS}.",
    "log2": f"log2 is -inf at 0 and NaN below: {_LOGS}.",
    "log10": f"log10 is -inf at 0 and NaN below: {_LOGS}.",
    "log1p": "log1p is -inf at -1 and NaN below: keep its argument above -1.",
    "sqrt": "sqrt is NaN below 0: clip its argument, or look why it is negative.",
    "reciprocal": "the argument is 0: keep it away from 0, or pick the element out with where before.",
    "arcsin": "arcsin is NaN beyond -1 and 1: clip its argument.",
    "arccos": "arccos is NaN beyond -1 and 1: clip its argument.",
    "arccosh": "arccosh is NaN below 1: clip its argument.",
    "arctanh": "arctanh is infinite at -1 and 1 and NaN beyond: clip its argument.",
    "logit": "logit is infinite at 0 and 1 and NaN beyond: clip its argument, or work with logits from the start.",
    "erfinv": "erfinv is infinite at -1 and 1 and NaN beyond: clip its argument.",
}
_OVERFLOWS = {
    "exp": "subtract the maximum first, or use logsumexp, softmax, sigmoid or softplus, which do so.",
    "exp2": "subtract the maximum first, or use logaddexp2.",
    "expm1": "look why its argument is so large.",
}
_SLOPES = {
    "sqrt": "the slope of sqrt, 1 / (2 sqrt(x)), is infinite at 0: add a small number to its argument, or use norm.",
    "log": f"the slope of log, 1 / x, is infinite at 0: {_LOGS}.",
    "divide": "the slope of x / y is infinite where y is 0: keep the divisor away from 0, or use where before it.",
    "reciprocal": "its slope, -1 / x², is infinite at 0: keep its argument away from 0.",
    "power": "the slope of x ** y is infinite at x = 0 for y below 1: add a small number to the base.",
    "cbrt": "its slope is infinite at 0: add a small number to its argument.",
    "arcsin": "its slope is infinite at -1 and 1: clip its argument inside them.",
    "arccos": "its slope is infinite at -1 and 1: clip its argument inside them.",
    "arctanh": "its slope is infinite at -1 and 1: clip its argument inside them.",
}


def arithmetic(name: str, sign: str, operands: Sequence[float], result: float) -> str:
    """One element's arithmetic, as it would be typed.

    >>> arithmetic("log", "log", [0.0], -math.inf), arithmetic("divide", "/", [1.0, 0.0], math.inf)
    ('log(0) = -inf', '1 / 0 = inf')
    """
    shown = [number(x) for x in operands]
    if len(shown) == 2 and not sign.isidentifier():
        return f"{shown[0]} {sign} {shown[1]} = {number(result)}"
    return f"{name}({', '.join(shown)}) = {number(result)}"


def reason(name: str, operands: Sequence[float], result: float, largest: float) -> str:
    """A sentence's second half: why, and what to do; `operands` is empty where they are no numbers of one element.

    >>> reason("divide", [0.0, 0.0], math.nan, 1.798e308)
    'the divisor is 0: keep it away from 0, or pick the element out with where before.'
    """
    if name in ("divide", "remainder", "floor_divide", "fmod") and operands and operands[1] == 0.0:
        return "the divisor is 0: keep it away from 0, or pick the element out with where before."
    if any(math.isinf(x) for x in operands) and math.isnan(result):
        return "no number is meant by this of infinities: look where they come from."
    if name == "power" and operands and math.isnan(result):
        return "a negative base has no fractional power: take its absolute value, or look why it is negative."
    if name == "power" and operands and operands[0] == 0.0:
        return "0 has no negative power: keep the base away from 0."
    if name in _DOMAINS:
        return _DOMAINS[name]
    if math.isinf(result):
        advice = _OVERFLOWS.get(name, "look why the operands are so large: scale the data, or lower the learning rate.")
        return f"the result is beyond the largest number of its dtype, {number(largest)}: {advice}"
    return "the operands are outside the domain of the operation."


def slope_reason(name: str) -> str:
    """Why an operation hands back an infinite gradient, and what to do.

    >>> slope_reason("tan")
    'its derivative there is too large, or none: keep the operands away from that point.'
    """
    return _SLOPES.get(name, "its derivative there is too large, or none: keep the operands away from that point.")
