"""Initial values of parameters, under the names of `torch.nn.init`.

Each function puts other data into a leaf Value, in place and in its own shape and dtype, and returns it. No gradient
is recorded or changed. `rng` says where random numbers come from: None, a seed or a generator (nn/randomness.py).

A weight of shape (outputs, inputs, ...) has the fan-in inputs · k and the fan-out outputs · k, k being the number of
places of the kernel.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import autograd
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn.options import NUMBER, POSITIVE, choice, number, optional
from nn.randomness import generator

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "calculate_gain",
    "constant_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

FINITE = number()
FROM_0 = number(0)


def uniform_(tensor: Value, a: float = 0.0, b: float = 1.0, *, rng: Any = None) -> Value:
    """Draw all elements uniformly from a to b.

    Raises:
        ArgumentError: unless a ≤ b.

    >>> 2.0 <= uniform_(Value(0.0), 2.0, 3.0, rng=0).item() < 3.0
    True
    """
    _check_leaf("uniform_", tensor)
    a, b = FINITE("uniform_", a=a), FINITE("uniform_", b=b)
    if not 0.0 <= b - a < math.inf:
        raise ArgumentError(f"uniform_: found a={a!r}, b={b!r}; expected a ≤ b, and b - a finite.")
    return _filled(tensor, generator(rng).uniform(a, b, tensor.shape))


def normal_(tensor: Value, mean: float = 0.0, std: float = 1.0, *, rng: Any = None) -> Value:
    """Draw all elements from a normal distribution.

    Raises:
        ArgumentError: for a negative std.
    """
    _check_leaf("normal_", tensor)
    mean, std = FINITE("normal_", mean=mean), FROM_0("normal_", std=std)
    return _filled(tensor, generator(rng).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: Value, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, *, rng: Any = None
) -> Value:
    """Draw all elements from a normal distribution cut off at a and b, by the inverse of its distribution function.

    Where a and b are both far from the mean, on one side, draws are exponential ones, of which some are rejected.

    Raises:
        ArgumentError: unless a < b and std > 0.
    """
    _check_leaf("trunc_normal_", tensor)
    mean, std = FINITE("trunc_normal_", mean=mean), POSITIVE("trunc_normal_", std=std)
    a, b = NUMBER("trunc_normal_", a=a), NUMBER("trunc_normal_", b=b)
    if not a < b:
        raise ArgumentError(f"trunc_normal_: found a={a!r}, b={b!r}; expected a < b.")
    import numpy as np

    low, high = (a - mean) / std, (b - mean) / std
    if low > 5.0:
        drawn = _tail(generator(rng), low, high, tensor.shape)
    elif high < -5.0:
        drawn = -_tail(generator(rng), -high, -low, tensor.shape)
    else:
        shares = generator(rng).uniform(math.erf(low / math.sqrt(2.0)), math.erf(high / math.sqrt(2.0)), tensor.shape)
        drawn = math.sqrt(2.0) * np.asarray(autograd.erfinv(shares))
    # erf is 1 in rounding from about 6 standard deviations on, where its inverse is infinite.
    return _filled(tensor, np.clip(mean + std * drawn, a, b))


def _tail(rng: np.random.Generator, low: float, high: float, shape: tuple[int, ...]) -> Any:
    """Standard normal numbers between bounds so far above 0 that erf does not tell them apart.

    Exponential ones of the rate `low`, each kept with the probability e^(-(z - low)²/2) (Robert, 1995).
    """
    import numpy as np

    low = min(low, 1e300)  # finite, so that the distance to the other bound is a number
    z = np.full(shape, math.nan)
    while (missing := np.isnan(z)).any():
        shares, keeping = rng.uniform(size=(2, missing.sum()))
        beyond = -np.log1p(shares * math.expm1(-low * (high - low))) / low
        z[missing] = np.where(keeping < np.exp(-0.5 * beyond**2), low + beyond, math.nan)
    return z


def constant_(tensor: Value, val: float) -> Value:
    """Make all elements equal.

    >>> constant_(Value([1.0, 2.0]), 0.5).tolist()
    [0.5, 0.5]
    """
    _check_leaf("constant_", tensor)
    val = NUMBER("constant_", val=val)
    import numpy as np

    return _filled(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Value) -> Value:
    """Make all elements 0."""
    _check_leaf("zeros_", tensor)
    return constant_(tensor, 0.0)


def ones_(tensor: Value) -> Value:
    """Make all elements 1."""
    _check_leaf("ones_", tensor)
    return constant_(tensor, 1.0)


def eye_(tensor: Value) -> Value:
    """Make a matrix with ones on its diagonal and zeros elsewhere."""
    _check_leaf("eye_", tensor)
    if tensor.ndim != 2:
        raise ShapeError(f"eye_: found a tensor of shape {tensor.shape}; expected a matrix.")
    import numpy as np

    rows, columns = tensor.shape
    return _filled(tensor, np.eye(rows, columns))


def xavier_uniform_(tensor: Value, gain: float = 1.0, *, rng: Any = None) -> Value:
    """Draw uniformly within ±gain · √(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010, eq. 16)."""
    gain = FROM_0("xavier_uniform_", gain=gain)
    bound = gain * math.sqrt(6.0 / sum(_fans("xavier_uniform_", tensor)))
    return uniform_(tensor, -bound, bound, rng=rng)


def xavier_normal_(tensor: Value, gain: float = 1.0, *, rng: Any = None) -> Value:
    """Draw from a normal distribution of deviation gain · √(2 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""
    gain = FROM_0("xavier_normal_", gain=gain)
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(_fans("xavier_normal_", tensor))), rng=rng)


def kaiming_uniform_(
    tensor: Value, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Any = None
) -> Value:
    """Draw uniformly within ±gain · √(3 / fan) (He et al., 2015).

    Args:
        tensor: a leaf of two axes or more.
        a: the negative slope of the leaky_relu behind the layer; with a = √5 the bound is 1 / √fan_in.
        mode: "fan_in" keeps the variance of outputs, "fan_out" that of gradients.
        nonlinearity: what `calculate_gain` takes.
        rng: where random numbers come from.
    """
    bound = math.sqrt(3.0) * _kaiming_deviation("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng=rng)


def kaiming_normal_(
    tensor: Value, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Any = None
) -> Value:
    """Draw from a normal distribution of deviation gain / √fan (He et al., 2015); arguments as `kaiming_uniform_`."""
    return normal_(tensor, 0.0, _kaiming_deviation("kaiming_normal_", tensor, a, mode, nonlinearity), rng=rng)


def orthogonal_(tensor: Value, gain: float = 1.0, *, rng: Any = None) -> Value:
    """Draw a matrix whose rows or columns, whichever are fewer, are orthonormal, times gain (Saxe et al., 2014).

    All axes but the first count as one. Each such matrix is as likely as any other (Mezzadri, 2007).
    """
    gain = FINITE("orthogonal_", gain=gain)
    _check_leaf("orthogonal_", tensor)
    rows, columns = _matrix_shape("orthogonal_", tensor)
    import numpy as np

    normal = generator(rng).normal(size=(max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(normal)
    q = q * np.copysign(1.0, np.diagonal(r))
    return _filled(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which weights make up for what an activation takes away of the deviation of its inputs.

    Args:
        nonlinearity: "linear", "conv1d", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu" or "selu".
        param: the negative slope of a leaky_relu; by default 0.01.

    Raises:
        ArgumentError: for any other name.

    >>> calculate_gain("tanh")
    1.6666666666666667
    """
    choice(*_GAINS, "leaky_relu")("calculate_gain", nonlinearity=nonlinearity)
    if nonlinearity != "leaky_relu":
        return _GAINS[nonlinearity]
    slope = optional(FINITE)("calculate_gain", param=param)
    return math.sqrt(2.0 / (1.0 + (0.01 if slope is None else slope) ** 2))


_GAINS = dict.fromkeys(("linear", "conv1d", "conv2d", "sigmoid"), 1.0) | {
    "tanh": 5.0 / 3.0,
    "relu": math.sqrt(2.0),
    "selu": 3.0 / 4.0,
}


def _kaiming_deviation(operation: str, tensor: Value, a: float, mode: str, nonlinearity: str) -> float:
    fans = dict(zip(("fan_in", "fan_out"), _fans(operation, tensor), strict=True))
    mode, a = choice(*fans)(operation, mode=mode), FINITE(operation, a=a)
    return calculate_gain(nonlinearity, a) / math.sqrt(fans[mode])


def _fans(operation: str, tensor: Value) -> tuple[int, int]:
    _check_leaf(operation, tensor)
    _matrix_shape(operation, tensor)
    outputs, inputs, *kernel = tensor.shape
    return inputs * math.prod(kernel), outputs * math.prod(kernel)


def _matrix_shape(operation: str, tensor: Value) -> tuple[int, int]:
    if tensor.ndim < 2 or tensor.size == 0:
        raise ShapeError(
            f"{operation}: found a tensor of shape {tensor.shape}; expected two axes or more and an element, such as "
            "(outputs, inputs)."
        )
    return tensor.shape[0], math.prod(tensor.shape[1:])


def _check_leaf(operation: str, tensor: Any) -> None:
    if not isinstance(tensor, Value) or tensor.op is not None:
        raise DtypeError(f"{operation}: found {type(tensor).__name__}; expected a leaf Value, such as a parameter.")


def _filled(tensor: Value, data: Any) -> Value:
    tensor.data = float(data) if isinstance(tensor.data, float) else data.astype(tensor.dtype)
    return tensor
