"""Layers to compare: the same call of a class makes either side's, as names and arguments are the same."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from agreement import Found, cotangent

import nn
from autograd import Value

__all__ = ["CASES", "STATED", "Case", "of_glassgrad", "random_state"]

# Where PyTorch is the one further off: how far, and why.
STATED = {"Hardsigmoid": (1e-8, "PyTorch's derivative in double precision is 1/6 rounded to single precision")}


class Case(NamedTuple):
    """A layer and what it is called with; `classes` of integers, where it takes those."""

    layer: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    shape: tuple[int, ...]
    training: bool = True
    classes: int = 0

    @property
    def name(self) -> str:
        given = [*map(repr, self.args), *(f"{key}={value!r}" for key, value in self.kwargs.items())]
        return f"{self.layer}({', '.join(given)}) of {self.shape}{'' if self.training else ', in evaluation'}"

    def build(self, dtype: str) -> nn.Module:
        layer = getattr(nn, self.layer)(*self.args, **self.kwargs).train(self.training)
        return layer.to(dtype) if layer.parameters() or layer.buffers() else layer

    def inputs(self, rng: np.random.Generator, dtype: str) -> Any:
        if self.classes:
            return rng.integers(self.classes, size=self.shape)
        return rng.normal(size=self.shape).round(3).astype(dtype)  # short, to be written in a file


def of_glassgrad(layer: nn.Module, x: Any) -> Found:
    """Output, gradients by input and parameters, and buffers afterwards."""
    leaf = x if x.dtype.kind == "i" else Value(x, dtype=x.dtype)
    y = layer(leaf)
    y.backward(cotangent(y.data))
    found = {"output": np.asarray(y.data)}
    if isinstance(leaf, Value):
        found["d input"] = leaf.grad
    found |= {f"d {name}": parameter.grad for name, parameter in layer.named_parameters()}
    return found | {f"then {name}": np.asarray(data) for name, data in layer.named_buffers()}


def random_state(layer: nn.Module, rng: np.random.Generator) -> dict[str, Any]:
    """A state of this layer that tells all its parts apart: initial values are ones and zeros in many."""
    state = {}
    for name, data in layer.state_dict().items():
        low = 0.5 if name.endswith("var") else -1.0
        drawn = rng.uniform(low, 1.5, np.shape(data)).round(3)
        state[name] = 3 if isinstance(data, int) else drawn.astype(data.dtype)
    return state


def _plain(layer: str, *args: Any, shape: tuple[int, ...] = (2, 4), **kwargs: Any) -> Case:
    return Case(layer, args, kwargs, shape)


ELEMENTWISE = (
    "Sigmoid Tanh ReLU LeakyReLU ReLU6 ELU SELU CELU GELU SiLU Mish Softplus Softsign LogSigmoid Hardtanh Hardsigmoid "
    "Hardswish Hardshrink Softshrink Tanhshrink Identity"
)
CASES = [
    *(_plain(name, shape=(3, 4)) for name in ELEMENTWISE.split()),
    _plain("LeakyReLU", 0.3),
    _plain("ELU", alpha=0.5),
    _plain("CELU", alpha=2.0),
    _plain("GELU", approximate="tanh"),
    _plain("Softplus", beta=2.0),
    _plain("Hardtanh", -0.5, 0.25),
    _plain("Hardshrink", 0.2),
    _plain("Softshrink", 0.2),
    _plain("Threshold", 0.1, -7.0),
    _plain("Softmax", dim=1),
    _plain("Softmax", dim=0),
    _plain("LogSoftmax", dim=-1),
    _plain("Softmin", dim=1),
    _plain("GLU"),
    _plain("GLU", dim=0),
    _plain("PReLU"),
    _plain("PReLU", 3, shape=(2, 3)),
    _plain("PReLU", 3, 0.1, shape=(2, 3, 2)),
    _plain("Linear", 4, 3),
    _plain("Linear", 4, 3, bias=False),
    _plain("Linear", 4, 2, shape=(4,)),
    _plain("Linear", 4, 2, shape=(2, 3, 4)),
    _plain("Conv1d", 2, 3, 2, shape=(2, 2, 5)),
    _plain("Conv1d", 2, 2, 3, stride=2, padding=1, shape=(2, 6)),
    _plain("Conv1d", 1, 2, 2, padding="same", dilation=2, shape=(2, 1, 5)),
    _plain("Conv1d", 2, 4, 3, padding="valid", groups=2, bias=False, shape=(1, 2, 5)),
    _plain("Conv1d", 1, 1, 3, padding=2, padding_mode="reflect", shape=(1, 1, 5)),
    _plain("Conv2d", 1, 2, 3, shape=(2, 1, 4, 4)),
    _plain("Conv2d", 2, 2, (2, 3), stride=(2, 1), padding=(1, 0), shape=(1, 2, 4, 5)),
    _plain("Conv2d", 2, 4, 2, groups=2, dilation=(1, 2), shape=(2, 3, 4)),
    _plain("Conv2d", 1, 1, (2, 3), padding="same", shape=(1, 1, 4, 4)),
    _plain("Conv2d", 1, 1, 3, padding=1, padding_mode="circular", shape=(1, 1, 4, 4)),
    _plain("Conv2d", 1, 1, (2, 3), padding="same", padding_mode="replicate", shape=(1, 1, 4, 4)),
    _plain("Conv2d", 2, 2, 2, padding=1, groups=2, shape=(3, 2, 2, 2)),  # a batch longer than the images are wide
    _plain("MaxPool1d", 2, shape=(1, 2, 5)),
    _plain("MaxPool1d", 3, 1, padding=1, dilation=2, shape=(2, 6)),
    _plain("MaxPool2d", 2, shape=(1, 2, 4, 4)),
    _plain("MaxPool2d", (2, 3), stride=(1, 2), padding=(0, 1), ceil_mode=True, shape=(1, 1, 4, 4)),
    _plain("MaxPool2d", 2, shape=(3, 2, 4, 2)),
    _plain("AvgPool1d", 2, shape=(1, 2, 5)),
    _plain("AvgPool1d", 3, 2, 1, count_include_pad=False, shape=(2, 6)),
    _plain("AvgPool2d", 2, shape=(1, 2, 4, 4)),
    _plain("AvgPool2d", (3, 2), 2, 1, ceil_mode=True, shape=(1, 1, 4, 4)),
    _plain("AvgPool2d", 2, 1, 1, count_include_pad=False, shape=(3, 1, 3, 2)),
    _plain("AdaptiveAvgPool1d", 2, shape=(2, 1, 4)),
    _plain("AdaptiveAvgPool1d", 3, shape=(2, 5)),
    _plain("AdaptiveAvgPool2d", 1, shape=(1, 2, 3, 4)),
    _plain("AdaptiveAvgPool2d", (2, None), shape=(1, 5, 3)),
    _plain("AdaptiveAvgPool2d", (4, 3), shape=(1, 1, 3, 4)),
    _plain("Flatten", shape=(2, 2, 3)),
    _plain("Flatten", 0, 1, shape=(2, 2, 3)),
    _plain("Unflatten", 1, (2, -1), shape=(2, 4)),
    Case("Embedding", (5, 3), {}, (2, 2), classes=5),
    Case("Embedding", (4, 2), {"padding_idx": -1}, (6,), classes=4),
    Case("Dropout", (0.5,), {}, (2, 3), training=False),
    *(
        Case(layer, args, kwargs, shape, training)
        for training in (True, False)
        for layer, args, kwargs, shape in [
            ("BatchNorm1d", (3,), {}, (4, 3)),
            ("BatchNorm1d", (2, 1e-3, 0.3), {}, (2, 2, 3)),
            ("BatchNorm1d", (2,), {"momentum": None, "affine": False}, (4, 2)),
            ("BatchNorm1d", (2,), {"track_running_stats": False}, (4, 2)),
            ("BatchNorm2d", (2,), {}, (2, 2, 2, 3)),
        ]
    ),
    _plain("LayerNorm", 4),
    _plain("LayerNorm", (3, 2), 1e-3, bias=False, shape=(2, 3, 2)),
    _plain("LayerNorm", 4, elementwise_affine=False),
    _plain("RMSNorm", 4),
    _plain("RMSNorm", (3, 2), 1e-3, shape=(2, 3, 2)),
    _plain("RMSNorm", 4, elementwise_affine=False),
]
