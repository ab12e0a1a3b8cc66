"""Activation functions of neural networks."""

# fmt: off  (a table: one entry reads as one block)

import math
from math import inf, nan
from typing import Any

from autograd import ieee
from autograd.errors import ArgumentError
from autograd.ops.builders import REAL, composite, elementwise, sample
from autograd.ops.elementwise.arithmetic import abs_, clip, divide, reciprocal, sign, square
from autograd.ops.elementwise.exponential import exp, sigmoid, tanh
from autograd.ops.elementwise.predicates import greater, greater_equal, less, less_equal
from autograd.ops.elementwise.selection import defined_at, where
from autograd.ops.elementwise.special import erfc

__all__: list[str] = []

# sign(z), not greater(x, 0): it is NaN where x is NaN.
relu = elementwise("relu", sign="ReLU", kernel=lambda np, x: np.maximum(x, 0.0), d=lambda z, x: sign(z), hot=True,
    boundary=lambda x: x, kinks={0.0: 0.0}, reference=lambda np, x: np.where(x > 0.0, x, 0.0),
    doc="x where it is positive, 0 elsewhere; derivative 0 at 0.", example=("relu(-2.0)", "0.0"))


def _least_slope(slope: float) -> float:
    return min(max(slope, 0.0), 1.0)  # the element of least norm between the slopes on either side, `slope` and 1


leaky_relu = elementwise("leaky_relu", params={"negative_slope": 0.01},
    samples=[sample((2, 3), negative_slope=0.3), sample((3,), negative_slope=2.0), sample(None, negative_slope=-1.0)],
    reference=lambda np, x, negative_slope: np.where(x > 0.0, x, negative_slope * x),
    scalar=lambda x, negative_slope: x if x >= 0.0 else negative_slope * x,
    kernel=lambda np, x, negative_slope: np.where(np.greater_equal(x, 0.0), x, negative_slope * x),
    d=lambda z, x, negative_slope: defined_at(
        x, where(greater(x, 0.0), 1.0, where(less(x, 0.0), negative_slope, _least_slope(negative_slope)))),
    boundary=lambda x: x, kinks={0.0: 0.01, nan: nan},
    doc="x where it is positive, negative_slope * x elsewhere; at 0 the least slope between the two.",
    example=("leaky_relu(-2.0, negative_slope=0.5)", "-1.0"))

prelu = elementwise("prelu", args="x weight",
    reference=lambda np, x, weight: np.where(x > 0.0, x, weight * x),
    scalar=lambda x, weight: x if x >= 0.0 else weight * x,
    kernel=lambda np, x, weight: np.where(np.greater_equal(x, 0.0), x, np.multiply(weight, x)),
    d=(lambda z, x, weight: defined_at(
           x, where(greater(x, 0.0), 1.0, where(less(x, 0.0), weight, clip(weight, 0.0, 1.0)))),
       lambda z, x, weight: defined_at(x, where(less(x, 0.0), x, 0.0))),
    boundary=lambda x, weight: x, kinks={(0.0, 0.25): (0.25, 0.0), (0.0, 2.0): (1.0, 0.0), (0.0, -1.0): (0.0, 0.0),
                                         (nan, 0.5): (nan, nan), (1.0, nan): (1.0, 0.0), (-1.0, nan): (nan, -1.0)},
    doc="leaky_relu whose slope below 0 is learned; x and weight broadcast.",
    notes="One weight a channel along axis 1, as in PyTorch, is reshape(weight, (-1, 1, 1)) for images.",
    example=("prelu(-2.0, 0.5)", "-1.0"))

relu6 = composite("relu6", lambda x: clip(x, 0.0, 6.0), method=True, samples=[sample((2, 3)), sample(None)],
    reference=lambda np, x: np.clip(x, 0.0, 6.0),
    doc="x limited to the interval from 0 to 6; derivative 0 at both ends.", example=("relu6(8.0)", "6.0"))

hardtanh = composite("hardtanh", lambda x, min_val, max_val: clip(x, min_val, max_val),
    params={"min_val": -1.0, "max_val": 1.0}, method=True, samples=[sample((2, 3)), sample(None, min_val=-2.0)],
    reference=lambda np, x, min_val, max_val: np.clip(x, min_val, max_val),
    doc="x limited to the interval from min_val to max_val; derivative 0 at both ends.",
    example=("hardtanh(-2.0)", "-1.0"))

hardsigmoid = composite("hardsigmoid", lambda x: divide(clip(x + 3.0, 0.0, 6.0), 6.0), method=True,
    samples=[sample((2, 3)), sample(None)], reference=lambda np, x: np.clip(x / 6.0 + 0.5, 0.0, 1.0),
    doc="x / 6 + 1/2 limited to the interval from 0 to 1; derivative 0 at both ends.",
    example=("hardsigmoid(0.0)", "0.5"))


def _relu_beyond(bound: float, x: Any, inside: Any) -> Any:
    """`inside` where |x| is below the bound, elsewhere relu(x), which it equals there: no inf * 0 at the tails."""
    return where(greater_equal(abs_(x), bound), relu(x), inside)


hardswish = composite("hardswish", lambda x: _relu_beyond(3.0, x, x * divide(x + 3.0, 6.0)), method=True,
    samples=[sample((2, 3)), sample(None)], reference=lambda np, x: x * np.clip(x / 6.0 + 0.5, 0.0, 1.0),
    doc="x * hardsigmoid(x); derivative 0 at -3 and 1 at 3.", example=("hardswish(1.5)", "1.125"))


def _softshrink(x: Any, lambd: float) -> Any:
    if not lambd >= 0.0:
        raise ArgumentError(f"found lambd={lambd!r}; expected a number not below 0.")
    return sign(x) * relu(abs_(x) - lambd)


softshrink = composite("softshrink", _softshrink, params={"lambd": 0.5}, method=True,
    samples=[sample((2, 3)), sample(None, lambd=0.1)],
    reference=lambda np, x, lambd: x - np.clip(x, -lambd, lambd),
    doc="x brought lambd nearer to 0, and 0 within lambd of it; derivative 0 at both ends of that interval.",
    example=("softshrink(-2.0)", "-1.5"))

hardshrink = composite("hardshrink", lambda x, lambd: where(less_equal(abs_(x), lambd), 0.0, x), params={"lambd": 0.5},
    method=True, samples=[sample((2, 3)), sample(None, lambd=0.1)],
    reference=lambda np, x, lambd: np.where(np.abs(x) > lambd, x, 0.0),
    doc="x, but 0 within lambd of 0; derivative 0 at both ends of that interval, where it jumps.",
    example=("hardshrink(-2.0)", "-2.0"))

threshold = composite("threshold", lambda x, threshold, value: where(less_equal(x, threshold), value, x),
    params={"threshold": ..., "value": ...}, method=True,
    samples=[sample((2, 3), threshold=0.1, value=20.0), sample(None, threshold=-1.0, value=0.0)],
    reference=lambda np, x, threshold, value: np.where(x > threshold, x, value),
    doc="x where it is above the threshold, the value elsewhere; derivative 0 at the threshold.",
    example=("threshold(0.5, 1.0, -7.0)", "-7.0"))

elu = elementwise("elu", params={"alpha": 1.0}, samples=[sample((2, 3), alpha=0.3), sample(None, alpha=-1.0)],
    reference=lambda np, x, alpha: np.where(x > 0.0, x, alpha * (np.exp(x) - 1.0)),
    scalar=lambda x, alpha: x if x >= 0.0 else alpha * ieee.expm1(x),
    kernel=lambda np, x, alpha: np.where(np.greater_equal(x, 0.0), x, alpha * np.expm1(np.minimum(x, 0.0))),
    d=lambda z, x, alpha: defined_at(
        x, where(greater(x, 0.0), 1.0, where(less(x, 0.0), alpha * exp(x), _least_slope(alpha)))),
    boundary=lambda x: x, kinks={0.0: 1.0, nan: nan},
    doc="x where it is positive, alpha * (e**x - 1) elsewhere; at 0 the least slope between alpha and 1.",
    example=("elu(-inf, alpha=0.5)", "-0.5"))

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805

selu = composite("selu", lambda x: SELU_SCALE * elu(x, SELU_ALPHA), method=True,
    samples=[sample((2, 3)), sample(None)],
    reference=lambda np, x: SELU_SCALE * np.where(x > 0.0, x, SELU_ALPHA * (np.exp(x) - 1.0)),
    doc="elu scaled so that layers keep mean 0 and variance 1 (Klambauer et al., 2017); at 0 the lesser slope.",
    example=("selu(1.0)", "1.0507009873554805"))


def _alpha_not_zero(params: dict[str, Any]) -> dict[str, Any]:
    if params["alpha"] == 0.0:
        raise ArgumentError("found alpha=0, by which x is divided; expected another number.")
    return params


# alpha * expm1(x / alpha) is 0 at 0 for any alpha, with slope 1: no kink. Its second slope jumps there.
celu = elementwise("celu", params={"alpha": 1.0}, samples=[sample((2, 3), alpha=0.3), sample(None, alpha=2.0)],
    normalize=_alpha_not_zero, reference=lambda np, x, alpha: np.where(x > 0.0, x, alpha * (np.exp(x / alpha) - 1.0)),
    scalar=lambda x, alpha: x if x >= 0.0 else alpha * ieee.expm1(x / alpha),
    kernel=lambda np, x, alpha: np.where(np.greater_equal(x, 0.0), x, alpha * np.expm1(np.minimum(x, 0.0) / alpha)),
    d=lambda z, x, alpha: defined_at(x, where(less(x, 0.0), exp(divide(x, alpha)), 1.0)),
    boundary=lambda x: x, kinks={nan: nan},
    doc="x where it is positive, alpha * (e**(x / alpha) - 1) elsewhere: elu with slope 1 on both sides of 0.",
    example=("celu(-inf, alpha=0.5)", "-0.5"))

softplus = elementwise("softplus", params={"beta": 1.0}, samples=[sample((2, 3), beta=2.0), sample(None, beta=0.5)],
    reference=lambda np, x, beta: np.log1p(np.exp(beta * x)) / beta,
    scalar=lambda x, beta: ieee.divide(ieee.softplus(beta * x), beta),
    kernel=lambda np, x, beta: (np.maximum(beta * x, 0.0) + np.log1p(np.exp(-np.abs(beta * x)))) / beta,
    d=lambda z, x, beta: sigmoid(beta * x),
    doc="log(1 + e**(beta * x)) / beta, a smooth relu.", example=("softplus(-inf)", "0.0"))


# The cost of a certain answer, |x| times the share of the label that contradicts it, and what is left of doubt: nothing
# cancels, where softplus(x) - x * labels does for a large x and the label 1.
def _sigmoid_cross_entropy(x: float, labels: float) -> float:
    contradicted = 1.0 - labels if x > 0.0 else labels
    return (contradicted * abs(x) if contradicted != 0.0 else 0.0) + ieee.log1p(ieee.exp(-abs(x)))


def _sigmoid_cross_entropy_kernel(np: Any, x: Any, labels: Any) -> Any:
    dtype: Any = getattr(x, "dtype", None)
    if dtype is None or dtype != getattr(labels, "dtype", None) or dtype.kind != "f":
        dtype = np.result_type(x, labels)
        dtype = dtype if dtype.kind == "f" else float  # -x is no small integer's negative, and 1 - x no boolean's
        x, labels = np.asarray(x, dtype), np.asarray(labels, dtype)
    size = np.abs(x)
    contradicted = np.where(np.greater(x, 0.0), 1.0 - labels, labels)
    return contradicted * np.where(np.equal(contradicted, 0.0), 0.0, size) + np.log1p(np.exp(-size))


sigmoid_cross_entropy = elementwise("sigmoid_cross_entropy", args="x labels",
    domain=((-inf, inf), (0.0, 1.0)), reference=lambda np, x, labels: np.log1p(np.exp(x)) - x * labels,
    scalar=_sigmoid_cross_entropy, kernel=_sigmoid_cross_entropy_kernel,
    d=(lambda z, x, labels: sigmoid(x) - labels, lambda z, x, labels: -x),
    kinks={(inf, 1.0): (0.0, -inf), (-inf, 0.0): (0.0, inf), (nan, 1.0): (nan, nan)},
    doc="softplus(x) - x * labels, the cross-entropy of two classes, of logits and labels from 0 to 1; accurate at the "
        "tails.",
    example=("sigmoid_cross_entropy(-1000.0, 1.0)", "1000.0"))

log_sigmoid = composite("log_sigmoid", lambda x: -softplus(-x), method=True, domain=(REAL,),
    reference=lambda np, x: -np.log1p(np.exp(-x)),
    doc="log(sigmoid(x)) without overflow.", example=("log_sigmoid(-inf)", "-inf"))

silu = composite("silu", lambda x: _relu_beyond(inf, x, x * sigmoid(x)), method=True,
    domain=(REAL,), reference=lambda np, x: x / (1.0 + np.exp(-x)),
    doc="x * sigmoid(x), also called swish; 0 with derivative 0 at -inf.", example=("silu(0.0)", "0.0"))

mish = composite("mish", lambda x: _relu_beyond(inf, x, x * tanh(softplus(x))), method=True,
    domain=(REAL,), reference=lambda np, x: x * np.tanh(np.log(1.0 + np.exp(x))),
    doc="x * tanh(softplus(x)) (Misra, 2019); 0 with derivative 0 at -inf.", example=("mish(0.0)", "0.0"))


def _gelu(x: Any, approximate: str) -> Any:
    if approximate == "none":
        normal = 0.5 * erfc(-math.sqrt(0.5) * x)
    elif approximate == "tanh":  # (1 + tanh(u)) / 2 is sigmoid(2 * u), which does not cancel for x < 0
        normal = sigmoid(math.sqrt(8.0 / math.pi) * (x + 0.044715 * x * x * x))
    else:
        raise ArgumentError(f"found approximate={approximate!r}; expected 'none' or 'tanh'.")
    return _relu_beyond(40.0, x, x * normal)


def _gelu_reference(np: Any, x: Any, approximate: str) -> Any:
    if approximate == "none":
        return x * (0.5 + 0.5 * np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2.0)))
    return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)))


gelu = composite("gelu", _gelu, params={"approximate": "none"}, method=True, reference=_gelu_reference,
    domain=(REAL,), samples=[sample((2, 3), approximate="tanh"), sample(None, approximate="tanh")],
    doc="x times the normal distribution's probability below x (Hendrycks and Gimpel, 2016).",
    notes='0 with derivative 0 at -inf. approximate="tanh" is the formula by tanh, which differs by up to 5e-4.',
    example=("gelu(0.0)", "0.0"))


def _softsign_kernel(np: Any, x: Any) -> Any:
    x = np.clip(x, -1e30, 1e30)  # from far before there on the result is 1: no inf / inf
    return x / (1.0 + np.abs(x))


softsign = elementwise("softsign", kernel=_softsign_kernel, d=lambda z, x: square(reciprocal(1.0 + abs_(x))),
    reference=lambda np, x: x / (1.0 + np.abs(x)),
    doc="x / (1 + |x|); 1 with derivative 0 at inf.", example=("softsign(inf)", "1.0"))

tanhshrink = composite("tanhshrink", lambda x: x - tanh(x), method=True, domain=(REAL,),
    reference=lambda np, x: x - np.tanh(x),
    doc="x - tanh(x).", notes="Near 0 the difference cancels: its error is that of x, not of x**3 / 3.",
    example=("tanhshrink(0.0)", "0.0"))
