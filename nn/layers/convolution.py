"""Conv1d and Conv2d: filters that slide over signals and images."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import autograd
from autograd import Value
from autograd.errors import ArgumentError, ShapeError
from autograd.ops.windows.sliding import axis_numbers
from nn import functional
from nn.arguments import of_dtype, parameter
from nn.layers.linear import reset_weight_and_bias
from nn.layers.named import Named
from nn.options import COUNT, choice

__all__ = ["Conv1d", "Conv2d"]

# The margin of an input in NumPy's words; zeros are what the operation itself pads with.
_MARGINS = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
_LONGER = {"reflect": 1, "circular": 0}  # by how much an axis must be longer than a margin that repeats nothing twice


class _Conv(Named):
    """What convolutions over one axis and over two share: everything but the operation."""

    weight: Value
    bias: Value | None
    _operation: ClassVar[Any]
    _axes: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: Any = None,
        rng: Any = None,
    ) -> None:
        name, n = type(self).__name__, self._axes
        self.in_channels = COUNT(name, in_channels=in_channels)
        self.out_channels = COUNT(name, out_channels=out_channels)
        self.groups = COUNT(name, groups=groups)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ArgumentError(
                f"{name}: found groups={groups} for {in_channels} channels in and {out_channels} out; expected a "
                "number that divides both."
            )
        try:
            self.kernel_size = axis_numbers("kernel_size", kernel_size, n, 1)
            self.stride = axis_numbers("stride", stride, n, 1)
            self.dilation = axis_numbers("dilation", dilation, n, 1)
            self.padding = padding if isinstance(padding, str) else axis_numbers("padding", padding, n, 0)
        except ArgumentError as error:
            error.named(name)
            raise
        self._check_padding(padding_mode)
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        self.weight = parameter("weight", shape, dtype)
        self.bias = parameter("bias", (self.out_channels,), dtype) if bias else None
        self.reset_parameters(rng=rng)

    def _check_padding(self, padding_mode: str) -> None:
        name = type(self).__name__
        self.padding_mode = choice(*_MARGINS)(name, padding_mode=padding_mode)
        if isinstance(self.padding, str) and self.padding not in ("same", "valid"):
            raise ArgumentError(f"{name}: found padding={self.padding!r}; expected whole numbers, 'same' or 'valid'.")
        if self.padding == "same" and set(self.stride) != {1}:
            raise ArgumentError(
                f"{name}: found padding='same' with stride={self.stride}, where the result is shorter; expected "
                "stride=1, or padding in numbers."
            )

    def reset_parameters(self, *, rng: Any = None) -> None:
        """Draw the initial values anew."""
        reset_weight_and_bias(self.weight, self.bias, rng)

    def forward(self, x: Any) -> Any:
        x, n = of_dtype(x, self.weight.dtype), self._axes
        if x.ndim not in (n + 1, n + 2) or x.shape[-n - 1] != self.in_channels:
            channels = f"{self.in_channels}, {'L' if n == 1 else 'H, W'}"
            raise ShapeError(f"found inputs of shape {x.shape}; expected (N, {channels}) or ({channels}).")
        zeros = self.padding_mode == "zeros"
        if not zeros:
            x = self._surrounded(x)
        padding = self.padding if zeros else 0
        return self._operation(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _surrounded(self, x: Any) -> Any:
        if self.padding == "valid":
            return x
        spans = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
        margins = (
            [(span // 2, span - span // 2) for span in spans]
            if isinstance(self.padding, str)  # "same"
            else [(p, p) for p in self.padding]
        )
        longer = _LONGER.get(self.padding_mode, -math.inf)
        if any(n < max(margin) + longer for n, margin in zip(x.shape[-len(margins) :], margins, strict=True)):
            raise ShapeError(
                f"found inputs of shape {x.shape} to be padded by {margins}; expected longer ones, or less padding: "
                f"padding_mode={self.padding_mode!r} repeats no element twice."
            )
        return autograd.pad(x, [(0, 0)] * (x.ndim - len(margins)) + margins, mode=_MARGINS[self.padding_mode])

    def extra_repr(self) -> str:
        n = self._axes
        shown = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != (0,) * n:
            shown += f", padding={self.padding}"
        if self.dilation != (1,) * n:
            shown += f", dilation={self.dilation}"
        shown += f", groups={self.groups}" if self.groups != 1 else ""
        shown += ", bias=False" if self.bias is None else ""
        return shown + (f", padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "")


class Conv1d(_Conv):
    """Filters that slide over signals: each output channel sums, over all input channels, filter times signal.

    Shapes: inputs (N, in_channels, L) or (in_channels, L) give L' = ⌊(L + 2·padding - dilation·(k - 1) - 1) / stride⌋
    + 1 places. `weight` has the shape (out_channels, in_channels / groups, k), `bias` (out_channels,); both start
    uniform within ±1/√(in_channels / groups · k).

    Args:
        in_channels: of the input.
        out_channels: of the output, the number of filters.
        kernel_size: the length k of a filter.
        stride: from one place of the filters to the next.
        padding: how many places are added at both ends; "valid" adds none, "same" as many as keep the length.
        dilation: from one element of a filter to the next.
        groups: into how many the channels are parted, each with filters of its own.
        bias: False leaves the bias out.
        padding_mode: what is added: "zeros", "reflect", "replicate" (the outermost element) or "circular".
        dtype: the floating dtype of the parameters; by default float64.
        rng: draws the initial values: None, a seed or a generator.

    Raises:
        ArgumentError: for an argument out of range, groups that do not divide the channels.
        ShapeError: in a call with another number of channels, or with an input shorter than a filter, or too short for
            its padding: "reflect" and "circular" repeat no element twice.

    >>> layer = Conv1d(2, 4, 3, padding="same")
    >>> layer
    Conv1d(2, 4, kernel_size=(3,), stride=(1,), padding=same)
    >>> import numpy as np
    >>> layer(np.zeros((5, 2, 7))).shape
    (5, 4, 7)
    """

    _operation = staticmethod(functional.conv1d)
    _axes = 1


class Conv2d(_Conv):
    """Filters that slide over images: each output channel sums, over all input channels, filter times image.

    Shapes: inputs (N, in_channels, H, W) or (in_channels, H, W). `weight` has the shape
    (out_channels, in_channels / groups, kH, kW). Arguments, initial values and errors are those of Conv1d, sizes in one
    whole number for both axes or in two.

    >>> layer = Conv2d(1, 8, 3, stride=2, padding=1)
    >>> layer
    Conv2d(1, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
    >>> import numpy as np
    >>> layer(np.zeros((5, 1, 8, 8))).shape
    (5, 8, 4, 4)
    """

    _operation = staticmethod(functional.conv2d)
    _axes = 2
