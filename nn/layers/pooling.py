"""Pooling layers: the greatest element or the mean of windows."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd.errors import ArgumentError
from autograd.ops.windows.sliding import axis_numbers
from nn import functional
from nn.functional.pooling import sizes_of_output
from nn.layers.named import Named

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "MaxPool1d",
    "MaxPool2d",
]


class _Pool(Named):
    """What pooling layers share: over how many axes they go, and a check of what is given for each of these."""

    _operation: ClassVar[Any]
    _axes: ClassVar[int]

    def _check(self, **least: int) -> None:
        """Refuse what is no whole number, or below the least one allowed, or not one for each axis."""
        for option, low in least.items():
            try:
                axis_numbers(option, getattr(self, option), self._axes, low)
            except ArgumentError as error:
                error.named(type(self).__name__)
                raise


class _MaxPool(_Pool):
    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, *, ceil_mode: bool = False
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation, self.ceil_mode = padding, dilation, ceil_mode
        self._check(kernel_size=1, stride=1, padding=0, dilation=1)

    def forward(self, x: Any) -> Any:
        return self._operation(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
            f"ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The greatest element of each window of signals (N, C, L) or (C, L).

    Args:
        kernel_size: the length of a window.
        stride: from one window to the next; by default kernel_size.
        padding: how many places, which never hold the greatest, are added at both ends; at most half of kernel_size.
        dilation: from one element of a window to the next.
        ceil_mode: True lets the last window reach beyond the padding.

    Raises:
        ArgumentError: for an argument out of range; in a call, for windows with too much padding.
        ShapeError: in a call, for windows longer than the input.

    >>> MaxPool1d(2)([[1.0, 4.0, 3.0, 2.0]])
    array([[4., 3.]])
    """

    _operation = staticmethod(functional.max_pool1d)
    _axes = 1


class MaxPool2d(_MaxPool):
    """The greatest element of each window of images (N, C, H, W) or (C, H, W).

    Arguments and errors are those of MaxPool1d, in one whole number or two.

    >>> MaxPool2d(2)
    MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    """

    _operation = staticmethod(functional.max_pool2d)
    _axes = 2


class _AvgPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode, self.count_include_pad = padding, ceil_mode, count_include_pad
        self._check(kernel_size=1, stride=1, padding=0)

    def forward(self, x: Any) -> Any:
        return self._operation(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPool):
    """The mean of each window of signals (N, C, L) or (C, L).

    Args:
        kernel_size: the length of a window.
        stride: from one window to the next; by default kernel_size.
        padding: how many zeros are added at both ends; at most half of kernel_size.
        ceil_mode: True lets the last window reach beyond the padding.
        count_include_pad: False leaves the zeros out of the means.

    Raises:
        ArgumentError: for an argument out of range; in a call, for windows with too much padding.
        ShapeError: in a call, for windows longer than the input.

    >>> AvgPool1d(2)([[1.0, 4.0, 3.0, 2.0]])
    array([[2.5, 2.5]])
    """

    _operation = staticmethod(functional.avg_pool1d)
    _axes = 1


class AvgPool2d(_AvgPool):
    """The mean of each window of images (N, C, H, W) or (C, H, W).

    Arguments and errors are those of AvgPool1d, in one whole number or two.

    >>> AvgPool2d((2, 1))([[[1.0, 4.0], [3.0, 2.0]]])
    array([[[2., 3.]]])
    """

    _operation = staticmethod(functional.avg_pool2d)
    _axes = 2


class _AdaptiveAvgPool(_Pool):
    def __init__(self, output_size: Any) -> None:
        self.output_size = output_size
        sizes_of_output(type(self).__name__, self._axes, output_size)

    def forward(self, x: Any) -> Any:
        return self._operation(x, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The means of `output_size` windows that together cover signals (N, C, L) or (C, L), whatever their length.

    >>> AdaptiveAvgPool1d(2)([[1.0, 4.0, 3.0, 2.0]])
    array([[2.5, 2.5]])
    """

    _operation = staticmethod(functional.adaptive_avg_pool1d)
    _axes = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The means of windows that together cover images (N, C, H, W) or (C, H, W), whatever their size.

    Args:
        output_size: how many windows there are along each axis: one number for both, or two, None keeping the length.

    >>> AdaptiveAvgPool2d(1)([[[1.0, 4.0], [3.0, 2.0]]])
    array([[[2.5]]])
    """

    _operation = staticmethod(functional.adaptive_avg_pool2d)
    _axes = 2
