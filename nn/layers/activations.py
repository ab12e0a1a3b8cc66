"""Activations as modules, each declared once: the operation, and the options that follow the input in a call of it.

They take Values, arrays, lists and numbers of any shape, and give the same shape. Names, parameters and defaults are
PyTorch's. Its `inplace` is taken, so that its programs run; nothing is changed in place.
"""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Value
from autograd.graph.value import recording
from nn import functional
from nn.arguments import of_dtype, parameter
from nn.init import constant_
from nn.layers.named import Named
from nn.modules.declared import Declared
from nn.options import COUNT, NUMBER
from nn.warning import warn

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "SELU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "PReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softmin",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Step",
    "Tanh",
    "Tanhshrink",
    "Threshold",
]


class Activation(Named, Declared):
    """A module that calls one operation with its input and the options that it keeps in attributes.

    >>> class Cube(Activation, of=autograd.power, exponent=3.0):
    ...     '''x to the power of 3, or another.'''
    >>> Cube()(2.0), Cube(exponent=2.0)
    (8.0, Cube(exponent=2.0))
    """

    def forward(self, x: Any) -> Any:
        return self.function(x, *[getattr(self, name) for name in self.options if name != "inplace"])

    def extra_repr(self) -> str:
        shown = {name: getattr(self, name) for name in self.options}
        return ", ".join(f"{name}={x!r}" for name, x in shown.items() if name != "inplace" or x)


# ---- of one element ----


class Sigmoid(Activation, of=autograd.sigmoid):
    """1 / (1 + e**-x)."""


class Tanh(Activation, of=autograd.tanh):
    """The hyperbolic tangent."""


class ReLU(Activation, of=autograd.relu, inplace=False):
    """max(x, 0); derivative 0 at 0.

    >>> ReLU()([-1.0, 2.0])
    array([0., 2.])
    """


class LeakyReLU(Activation, of=autograd.leaky_relu, negative_slope=0.01, inplace=False):
    """x where it is positive, negative_slope · x elsewhere (Maas, Hannun and Ng, 2013).

    >>> LeakyReLU(0.2)
    LeakyReLU(negative_slope=0.2)
    """


class ReLU6(Activation, of=autograd.relu6, inplace=False):
    """min(max(x, 0), 6)."""


class ELU(Activation, of=autograd.elu, alpha=1.0, inplace=False):
    """x where it is positive, alpha · (e**x - 1) elsewhere (Clevert, Unterthiner and Hochreiter, 2016)."""


class SELU(Activation, of=autograd.selu, inplace=False):
    """elu scaled so that layers keep mean 0 and variance 1 (Klambauer et al., 2017)."""


class CELU(Activation, of=autograd.celu, alpha=1.0, inplace=False):
    """x where it is positive, alpha · (e**(x / alpha) - 1) elsewhere (Barron, 2017)."""


class GELU(Activation, of=autograd.gelu, approximate="none"):
    """x · Φ(x), Φ the normal distribution function; approximate="tanh" by tanh (Hendrycks and Gimpel, 2016)."""


class SiLU(Activation, of=autograd.silu, inplace=False):
    """x · sigmoid(x), also called swish."""


class Mish(Activation, of=autograd.mish, inplace=False):
    """x · tanh(softplus(x)) (Misra, 2019)."""


class Softplus(Activation, of=autograd.softplus, beta=1.0):
    """ln(1 + e**(beta · x)) / beta, at every x: PyTorch's goes over to x from beta · x = 20 on, 2e-9 below."""


class Softsign(Activation, of=autograd.softsign):
    """x / (1 + abs(x))."""


class LogSigmoid(Activation, of=autograd.log_sigmoid):
    """ln(sigmoid(x)) = -softplus(-x)."""


class Hardtanh(Activation, of=autograd.hardtanh, min_val=-1.0, max_val=1.0, inplace=False):
    """x limited to the interval from min_val to max_val; derivative 0 at both ends."""


class Hardsigmoid(Activation, of=autograd.hardsigmoid, inplace=False):
    """x / 6 + 1/2 limited to the interval from 0 to 1 (Courbariaux, Bengio and David, 2015)."""


class Hardswish(Activation, of=autograd.hardswish, inplace=False):
    """x · hardsigmoid(x) (Howard et al., 2019)."""


class Hardshrink(Activation, of=autograd.hardshrink, lambd=0.5):
    """x, but 0 within lambd of 0."""


class Softshrink(Activation, of=autograd.softshrink, lambd=0.5):
    """x brought lambd nearer to 0, and 0 within lambd of it."""


class Tanhshrink(Activation, of=autograd.tanhshrink):
    """x - tanh(x)."""


class Threshold(Activation, of=autograd.threshold, threshold=..., value=..., inplace=False):
    """x where it is above the threshold, the value elsewhere."""


# ---- along an axis ----


class Softmax(Activation, of=autograd.softmax, dim=-1):
    """e**x over its sum along an axis, the last one unless `dim` says otherwise.

    >>> Softmax(dim=1)([[0.0, 0.0]])
    array([[0.5, 0.5]])
    """


class LogSoftmax(Activation, of=autograd.log_softmax, dim=-1):
    """The logarithm of softmax along an axis."""


class Softmin(Activation, of=autograd.softmin, dim=-1):
    """The softmax of -x along an axis."""


class GLU(Activation, of=autograd.glu, dim=-1):
    """The first half along an axis, of an even length, times the sigmoid of the second (Dauphin et al., 2017)."""


# ---- with more than an operation ----


class Step(Activation, of=functional.step, straight_through=False):
    """The Heaviside step: 0 below zero, 1 from zero on.

    Its derivative is 0, so that no parameter before it learns by gradients; a UserWarning says so at the first call in
    training. straight_through=True takes the derivative for 1 (Bengio, Léonard and Courville, 2013). Rosenblatt's rule
    learns without a derivative.

    >>> Step()([-1.0, 0.0])
    array([0., 1.])
    """

    straight_through: bool
    _has_warned = False

    def forward(self, x: Any) -> Any:
        trained = self.training and recording() and isinstance(x, Value) and x.requires_grad
        if trained and not self.straight_through and not self._has_warned:
            self._has_warned = True
            warn(
                "Step: its derivative is 0, so that no parameter before it learns by gradients. Take "
                "straight_through=True, another activation such as Sigmoid, or call eval() where nothing is to be "
                "learned."
            )
        return super().forward(x)


class PReLU(Named):
    """x where it is positive, weight · x elsewhere, the weight being learned (He et al., 2015).

    Args:
        num_parameters: 1, or a weight for each channel of inputs (N, C, ...).
        init: what the weights start with.
        dtype: the floating dtype of the weight; by default float64.

    >>> PReLU()([-2.0, 2.0]).data
    array([-0.5,  2. ])
    """

    weight: Value

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = None) -> None:
        self.num_parameters = COUNT("PReLU", num_parameters=num_parameters)
        self.init = NUMBER("PReLU", init=init)
        self.weight = parameter("weight", (self.num_parameters,), dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start again with the initial weight."""
        constant_(self.weight, self.init)

    def forward(self, x: Any) -> Any:
        return functional.prelu(of_dtype(x, self.weight.dtype), self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"
