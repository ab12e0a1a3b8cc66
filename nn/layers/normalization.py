"""BatchNorm1d, BatchNorm2d, LayerNorm and RMSNorm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from autograd import Value
from autograd.errors import ShapeError
from nn import functional, init
from nn.arguments import of_dtype, parameter, plain_or_value
from nn.functional.normalization import normalized_by_batch, shape_of_last_axes
from nn.layers.named import Named
from nn.options import COUNT, POSITIVE, SHARE, number, optional

__all__ = ["BatchNorm1d", "BatchNorm2d", "LayerNorm", "RMSNorm"]


class _BatchNorm(Named):
    """What the layers for different numbers of axes share: everything but the shape that they take."""

    weight: Value | None
    bias: Value | None
    running_mean: Any
    running_var: Any
    num_batches_tracked: Any
    _expected: ClassVar[dict[int, str]]  # how an input is written, by its number of axes

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-05,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        name = type(self).__name__
        self.num_features, self.eps = COUNT(name, num_features=num_features), POSITIVE(name, eps=eps)
        self.momentum = optional(SHARE)(name, momentum=momentum)
        self.affine, self.track_running_stats = affine, track_running_stats
        zeros = parameter("weight", (self.num_features,), dtype)
        self.weight = zeros if affine else None
        self.bias = parameter("bias", (self.num_features,), dtype) if affine else None
        if track_running_stats:
            self.register_buffer("running_mean", zeros.detach())
            self.register_buffer("running_var", zeros.detach() + 1)
            self.register_buffer("num_batches_tracked", 0)
        else:
            self.running_mean = self.running_var = self.num_batches_tracked = None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start again: weight 1, bias 0, running mean 0 and variance 1."""
        self.reset_running_stats()
        _reset(self.weight, self.bias)

    def reset_running_stats(self) -> None:
        """Start again with running mean 0 and variance 1."""
        if self.track_running_stats:
            self.running_mean, self.running_var = self.running_mean * 0, self.running_var * 0 + 1
            self.num_batches_tracked = 0

    def forward(self, x: Any) -> Any:
        x = _in_dtype_of(self.running_mean if self.weight is None else self.weight, x)
        if x.ndim not in self._expected or x.shape[1] != self.num_features:
            expected = " or ".join(self._expected.values()).replace("C", str(self.num_features))
            raise ShapeError(f"found inputs of shape {x.shape}; expected {expected}.")
        if self.training and self.track_running_stats:
            return normalized_by_batch(x, self.weight, self.bias, True, self.eps, self._keep)
        return functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, eps=self.eps
        )

    def _keep(self, mean: Any, variance: Any) -> None:
        """Move the running statistics towards those of a batch; the old arrays stay, as a graph may hold them."""
        batches = self.num_batches_tracked + 1
        share = 1.0 / batches if self.momentum is None else self.momentum
        self.running_mean = (1.0 - share) * self.running_mean + share * mean
        self.running_var = (1.0 - share) * self.running_var + share * variance
        self.num_batches_tracked = batches

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Each channel of rows (N, C) or signals (N, C, L) brought to mean 0 and deviation 1, then scaled and shifted.

    While training, by mean and variance of the batch (Ioffe and Szegedy, 2015); after eval(), by running ones.

    Shapes: as the input; `weight` and `bias` have one number a channel, and start at 1 and 0. The buffers
    `running_mean`, `running_var` and `num_batches_tracked` belong to the state.

    Args:
        num_features: the number of channels.
        eps: keeps the square root from 0.
        momentum: how far the running statistics move towards those of a batch: the weight of the new value, not of the
            old as in Keras. None gives the mean over all batches.
        affine: False leaves weight and bias out.
        track_running_stats: False keeps none, and normalizes by the batch in evaluation, too.
        dtype: the floating dtype of parameters and statistics; by default float64.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with another shape, or with one value per channel in training.

    >>> layer = BatchNorm1d(2)
    >>> layer([[1.0, 0.0], [3.0, 4.0]]).data.round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> layer.running_mean
    array([0.2, 0.2])
    """

    _expected: ClassVar = {2: "(N, C)", 3: "(N, C, L)"}


class BatchNorm2d(_BatchNorm):
    """Each channel of images (N, C, H, W) brought to mean 0 and deviation 1, then scaled and shifted.

    While training, by mean and variance of the batch (Ioffe and Szegedy, 2015); after eval(), by running ones.
    Arguments, state and errors are those of BatchNorm1d.

    >>> BatchNorm2d(3)
    BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
    """

    _expected: ClassVar = {4: "(N, C, H, W)"}


class LayerNorm(Named):
    """Each sample brought to mean 0 and deviation 1 over its last axes, then scaled and shifted (Ba et al., 2016).

    Shapes: inputs (..., *normalized_shape); `weight` and `bias` have that shape, and start at 1 and 0.

    Args:
        normalized_shape: the lengths of the last axes; a whole number is one of them.
        eps: keeps the square root from 0.
        elementwise_affine: False leaves weight and bias out.
        bias: False leaves the bias out.
        dtype: the floating dtype of the parameters; by default float64.

    Raises:
        ArgumentError: for lengths below 1, or an eps below 0.
        ShapeError: in a call with other last axes.

    >>> LayerNorm(2)([[1.0, 3.0]]).data.round(3)
    array([[-1.,  1.]])
    """

    weight: Value | None
    bias: Value | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-05,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = shape_of_last_axes("LayerNorm", normalized_shape)
        self.eps, self.elementwise_affine = number(0)("LayerNorm", eps=eps), elementwise_affine
        self.weight = parameter("weight", self.normalized_shape, dtype) if elementwise_affine else None
        self.bias = parameter("bias", self.normalized_shape, dtype) if elementwise_affine and bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start again with weight 1 and bias 0."""
        _reset(self.weight, self.bias)

    def forward(self, x: Any) -> Any:
        return functional.layer_norm(
            _in_dtype_of(self.weight, x), self.normalized_shape, self.weight, self.bias, self.eps
        )

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class RMSNorm(Named):
    """Each sample divided by the root of the mean of its squares over its last axes, then scaled (Zhang et al., 2019).

    Shapes: inputs (..., *normalized_shape); `weight` has that shape, and starts at 1.

    Args:
        normalized_shape: the lengths of the last axes; a whole number is one of them.
        eps: keeps the square root from 0; by default the rounding unit of the input's dtype.
        elementwise_affine: False leaves the weight out.
        dtype: the floating dtype of the weight; by default float64.

    Raises:
        ArgumentError: for lengths below 1, or an eps below 0.
        ShapeError: in a call with other last axes.

    >>> RMSNorm(2)([[3.0, -3.0]]).data.round(3)
    array([[ 1., -1.]])
    """

    weight: Value | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = shape_of_last_axes("RMSNorm", normalized_shape)
        self.eps, self.elementwise_affine = optional(number(0))("RMSNorm", eps=eps), elementwise_affine
        self.weight = parameter("weight", self.normalized_shape, dtype) if elementwise_affine else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start again with weight 1."""
        _reset(self.weight, None)

    def forward(self, x: Any) -> Any:
        return functional.rms_norm(_in_dtype_of(self.weight, x), self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


def _in_dtype_of(like: Any, x: Any) -> Any:
    return plain_or_value(x) if like is None else of_dtype(x, like.dtype)


def _reset(weight: Value | None, bias: Value | None) -> None:
    if weight is not None:
        init.ones_(weight)
    if bias is not None:
        init.zeros_(bias)
