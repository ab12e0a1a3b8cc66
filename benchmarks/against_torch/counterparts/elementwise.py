"""Counterparts of elementwise operations: predicates, arithmetic, exponentials, trigonometry, activations."""

from __future__ import annotations

import math
from math import inf, isnan
from typing import Any

from counterparts.row import Counterpart, Row

__all__ = ["ROWS"]


def _gamma(torch: Any, x: Any) -> Any:
    odd = torch.remainder(torch.floor(x), 2.0) == 1.0  # between -1 and 0, -3 and -2, ... it is negative
    return torch.where((x < 0.0) & odd, -1.0, 1.0) * torch.exp(torch.lgamma(x))


def _betaln(torch: Any, a: Any, b: Any) -> Any:
    return torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)


def _logaddexp2(torch: Any, x: Any, y: Any) -> Any:
    ln2 = math.log(2.0)
    return torch.logaddexp(x * ln2, y * ln2) / ln2


POLYGAMMA = {
    "tolerance": 1e-8,
    "apart": lambda x: x == -inf or (x <= 0.0 and x % 1.0 == 0.0),
    "reason": "a pole, on which PyTorch's sine of pi * x is not 0",
}  # and its trigamma is right to 5e-10 only

LEFT_SLOPE = {"apart": ("zeros", "a zero"), "reason": "the least slope at the kink; in PyTorch that on the left"}

# fmt: off
ROWS: dict[str, Row] = {  # by hand: one entry reads as one row
    # predicates and selection
    "greater":       "gt",
    "greater_equal": "ge",
    "less":          "lt",
    "less_equal":    "le",
    "equal":         "eq",
    "not_equal":     "ne",
    "isnan":         "isnan",
    "isinf":         "isinf",
    "isfinite":      "isfinite",
    "logical_not":   "logical_not",
    "logical_and":   "logical_and",
    "logical_or":    "logical_or",
    "logical_xor":   "logical_xor",
    "where":         "where",
    "stop_gradient": lambda torch, x: x.detach(),
    # arithmetic
    "add":          "add",
    "subtract":     "subtract",
    "multiply":     "multiply",
    "divide":       "divide",
    "negative":     "negative",
    "positive":     "positive",
    "remainder":    "remainder",
    "fmod":         "fmod",
    "floor_divide": lambda torch, x, y: torch.div(x, y, rounding_mode="floor"),
    "abs":          "abs",
    "fabs":         "abs",
    "sign":         Counterpart("sign", apart=isnan, reason="PyTorch loses a NaN"),
    "copysign":     "copysign",
    "square":       "square",
    "sqrt":         "sqrt",
    "cbrt":         lambda torch, x: torch.copysign(torch.abs(x) ** (1.0 / 3.0), x),
    "reciprocal":   "reciprocal",
    "hypot":        "hypot",
    "maximum":      "maximum",
    "minimum":      "minimum",
    "fmax":         "fmax",
    "fmin":         "fmin",
    "clip":         lambda torch, *operands: torch.clamp(*torch.broadcast_tensors(*operands)),
    "floor":        "floor",
    "ceil":         "ceil",
    "trunc":        "trunc",
    "round":        lambda torch, a, decimals: torch.round(a, decimals=decimals),
    "step":         Counterpart(lambda torch, x: torch.ge(x, 0.0), apart=isnan, reason="PyTorch loses a NaN"),
    "heaviside":    Counterpart(lambda torch, x1, x2: torch.where(x1 == 0.0, x2, torch.gt(x1, 0.0)),
                                apart=lambda x1, x2: isnan(x1), reason="PyTorch loses a NaN"),
    "nan_to_num":   lambda torch, x, nan, posinf, neginf: torch.nan_to_num(x, nan, posinf, neginf),
    "deg2rad":      "deg2rad",
    "rad2deg":      "rad2deg",
    # powers, exponentials, logarithms, hyperbolic and trigonometric functions
    "power":        "pow",
    "power_slope":  Counterpart(lambda torch, x, y: y * x ** (y - 1.0), apart=lambda x, y: y in (0.0, 1.0),
                                reason="composed: x**0 is 1 for every x, and has slope 0"),
    "exp":          "exp",
    "exp2":         "exp2",
    "expm1":        "expm1",
    "log":          "log",
    "log2":         "log2",
    "log10":        "log10",
    "log1p":        "log1p",
    "logaddexp":    "logaddexp",
    "logaddexp2":   _logaddexp2,
    "sigmoid":      "sigmoid",
    "xlogy":        Counterpart("xlogy", apart=lambda x, y: y < 0.0, reason="no logarithm of y, no slope in x"),
    "sinh":         "sinh",
    "cosh":         "cosh",
    "tanh":         "tanh",
    "sech2":        lambda torch, x: 1.0 - torch.tanh(x) ** 2,
    "arcsinh":      "arcsinh",
    "arccosh":      "arccosh",
    "arctanh":      "arctanh",
    "sin":          "sin",
    "cos":          "cos",
    "tan":          "tan",
    "sinc":         Counterpart("sinc", apart=lambda x: abs(x) < 1e-6, reason="PyTorch's formula cancels near 0"),
    "arcsin":       "arcsin",
    "arccos":       "arccos",
    "arctan":       "arctan",
    "arctan2":      "arctan2",
    # special functions
    "erf":          "erf",
    "erfc":         "erfc",
    "erfinv":       "erfinv",
    "lgamma":       Counterpart("lgamma", **POLYGAMMA),
    "digamma":      Counterpart("digamma", **POLYGAMMA),
    "polygamma":    Counterpart(lambda torch, x, n: torch.polygamma(n, x), **POLYGAMMA),
    "gamma":        Counterpart(_gamma, **POLYGAMMA),
    "betaln":       Counterpart(_betaln, tolerance=1e-8, reason="PyTorch's trigamma is right to 5e-10 only"),
    "beta":         Counterpart(lambda torch, a, b: torch.exp(_betaln(torch, a, b)), tolerance=1e-8,
                                reason="PyTorch's trigamma is right to 5e-10 only"),
    "gaussian":     lambda torch, x: torch.exp(-(x**2)),
    "logit":        "logit",
    # activations
    "relu":         "relu",
    "relu6":        "nn.functional.relu6",
    "leaky_relu":   "nn.functional.leaky_relu",
    "prelu":        lambda torch, x, weight: torch.where(x >= 0.0, x, weight * x),
    "threshold":    lambda torch, x, threshold, value: torch.nn.functional.threshold(x, threshold, value),
    "softshrink":   "nn.functional.softshrink",
    "hardshrink":   "nn.functional.hardshrink",
    "tanhshrink":   "nn.functional.tanhshrink",
    "elu":          "nn.functional.elu",
    "selu":         Counterpart("nn.functional.selu", **LEFT_SLOPE),
    "celu":         Counterpart("nn.functional.celu", tolerance=1e-6, reason="PyTorch has 1 / alpha in float32"),
    "gelu":         "nn.functional.gelu",
    "silu":         "nn.functional.silu",
    "mish":         "nn.functional.mish",
    "softsign":     "nn.functional.softsign",
    "softplus":     lambda torch, x, beta: torch.nn.functional.softplus(x, beta, threshold=100.0),
    "sigmoid_cross_entropy": lambda torch, x, labels: torch.nn.functional.binary_cross_entropy_with_logits(
                        *torch.broadcast_tensors(x, labels), reduction="none"),
    "hardtanh":     "nn.functional.hardtanh",
    "hardsigmoid":  Counterpart("nn.functional.hardsigmoid", lacks=("jvp", "hvp"), tolerance=1e-7,  # 1/6 in float32
                                reason="PyTorch has no derivative of hardsigmoid_backward"),
    "hardswish":    Counterpart("nn.functional.hardswish", apart=("a NaN",), reason="either curvature loses the NaN"),
    "log_sigmoid":  "nn.functional.logsigmoid",
}
