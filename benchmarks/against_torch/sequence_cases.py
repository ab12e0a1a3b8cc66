"""Layers for sequences to compare: recurrent cells and layers, attention, the transformer's block."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from agreement import Found, cotangent

import nn
from autograd import Value, gradients
from nn import functional

__all__ = [
    "SEQUENCES",
    "Sequence",
    "fingerprint",
    "flat",
    "found_by",
    "of_glassgrad",
    "random_state",
]


class Sequence(NamedTuple):
    """A layer, or a function, and what it is called with.

    `shapes` of the arguments, a tuple of shapes where one of them is a tuple; `masks` by name, plain arrays; `theirs`,
    where PyTorch's is called otherwise: the name of its class, and its arguments.
    """

    layer: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    shapes: tuple[Any, ...]
    masks: Mapping[str, Any] = MappingProxyType({})
    theirs: tuple[str, tuple[Any, ...], dict[str, Any]] | None = None

    @property
    def name(self) -> str:
        given = [*map(repr, self.args), *(f"{key}={value!r}" for key, value in self.kwargs.items())]
        masks = "".join(f", {key} of {np.asarray(mask).dtype}" for key, mask in self.masks.items())
        return f"{self.layer}({', '.join(given)}) of {self.shapes}{masks}"

    @property
    def is_function(self) -> bool:
        return hasattr(functional, self.layer)

    def build(self, dtype: str) -> Any:
        if self.is_function:
            return getattr(functional, self.layer)
        return getattr(nn, self.layer)(*self.args, **self.kwargs, dtype=dtype)

    def inputs(self, rng: np.random.Generator, dtype: str) -> list[Any]:
        """The arrays of all arguments in their order."""
        return [rng.normal(size=shape).round(3).astype(dtype) for shape in _flat(self.shapes)]

    def masks_as(self, dtype: str, convert: Callable[[Any], Any]) -> dict[str, Any]:
        """The masks, those of numbers in the dtype."""
        arrays = {k: np.asarray(m) if np.ndim(m) else m for k, m in self.masks.items()}
        return {
            k: m if not np.ndim(m) else convert(m.astype(dtype) if m.dtype.kind == "f" else m)
            for k, m in arrays.items()
        }

    def arguments(self, leaves: list[Any]) -> list[Any]:
        """The leaves nested as the call takes them."""
        pending = iter(leaves)
        return [tuple(next(pending) for _ in shape) if _is_nested(shape) else next(pending) for shape in self.shapes]


def _is_nested(shape: tuple[Any, ...]) -> bool:
    return bool(shape) and isinstance(shape[0], tuple)


def _flat(shapes: tuple[Any, ...]) -> list[tuple[int, ...]]:
    return [inner for shape in shapes for inner in (shape if _is_nested(shape) else (shape,))]


def flat(outputs: Any) -> list[Any]:
    """The arrays of what a call returned: one, a pair, a pair within a pair; None is none."""
    if isinstance(outputs, tuple):
        return [inner for output in outputs for inner in flat(output)]
    return [] if outputs is None else [outputs]


def found_by(outputs: list[Any], slopes: list[Any], names: list[str]) -> Found:
    """The arrays that are compared, by name."""
    found = {f"output {i}": np.asarray(y) for i, y in enumerate(outputs)}
    return found | {f"d {name}": np.asarray(g) for name, g in zip(names, slopes, strict=True)}


def of_glassgrad(case: Sequence, layer: Any, inputs: list[Any]) -> Found:
    """All outputs, and the gradients by all inputs and parameters of the outputs' sum, weighted."""
    leaves = [Value(x, dtype=x.dtype) for x in inputs]
    ys = flat(layer(*case.arguments(leaves), **case.masks_as(str(inputs[0].dtype), lambda mask: mask)))
    named = [] if case.is_function else layer.named_parameters()
    total = sum((y * cotangent(y.data)).sum() for y in ys)
    names = [*(f"input {i}" for i in range(len(leaves))), *(name for name, _ in named)]
    slopes = gradients(total, [*leaves, *(parameter for _, parameter in named)])
    return found_by([y.data for y in ys], [g.data for g in slopes], names)


def fingerprint(found: Found) -> dict[str, float]:
    """One number for each array, which changes with every element of it."""
    return {name: float((array * cotangent(array)).sum()) for name, array in found.items()}


def random_state(layer: nn.Module, rng: np.random.Generator) -> dict[str, Any]:
    """A state that tells all parts apart, near enough to initial values that single precision can be compared."""
    return {
        name: (
            rng.uniform(-0.3, 0.3, data.shape).round(3) + 1.0 * name.endswith(("norm1.weight", "norm2.weight"))
        ).astype(data.dtype)
        for name, data in layer.state_dict().items()
    }


# ---- the cases -------------------------------------------------------------------------------------------------------


def _recurrent() -> list[Sequence]:
    cases = []
    for layer, states in (("RNN", 1), ("LSTM", 2), ("GRU", 1)):
        for bias, batch in itertools.product((True, False), ((), (2,))):
            state = (*batch, 4)
            hx = (state,) * 2 if states == 2 else state
            cases.append(Sequence(f"{layer}Cell", (3, 4, bias), {}, ((*batch, 3), hx)))
        cases.append(Sequence(f"{layer}Cell", (3, 4), {}, ((2, 3),)))
        for layers, both, first, bias, batched, given in [
            (1, False, False, True, True, True),
            (1, False, True, True, True, False),
            (2, True, True, True, True, True),
            (2, True, False, False, False, True),
            (3, False, False, False, True, False),
            (1, True, True, True, False, False),
        ]:
            state = (layers * (1 + both), *((2,) if batched else ()), 4)
            shape = ((2, 5, 3) if first else (5, 2, 3)) if batched else (5, 3)
            hx = () if not given else ((state,) * 2,) if states == 2 else (state,)
            kwargs = {"num_layers": layers, "bidirectional": both, "batch_first": first, "bias": bias}
            cases.append(Sequence(layer, (3, 4), kwargs, (shape, *hx)))
    cases.append(Sequence("RNN", (3, 4), {"nonlinearity": "relu", "num_layers": 2}, ((5, 2, 3),)))
    cases.append(Sequence("RNNCell", (3, 4), {"nonlinearity": "relu"}, ((2, 3),)))
    return cases


_CAUSAL = np.triu(np.ones((3, 3), bool), 1)
_PADDING = np.array([[False, False, True], [False, True, False]])
_ADDED = np.array([[0.5, -1.0, 0.0], [0.0, 0.25, -0.5], [-2.0, 1.0, 0.0]])


def _attention() -> list[Sequence]:
    x, q, kv = (3, 2, 4), (2, 3, 4), (2, 5, 4)
    mask = {"attn_mask": _CAUSAL}
    return [
        Sequence("MultiheadAttention", (4, 2), {}, (x, x, x)),
        Sequence("MultiheadAttention", (4, 4), {"bias": False, "batch_first": True}, (q, kv, kv)),
        Sequence("MultiheadAttention", (4, 2), {"batch_first": True}, (q, q, q), mask),
        Sequence("MultiheadAttention", (4, 2), {}, (x, x, x), {**mask, "is_causal": True, "need_weights": False}),
        Sequence("MultiheadAttention", (4, 1), {"batch_first": True}, (q, q, q), {"attn_mask": _ADDED}),
        Sequence("MultiheadAttention", (4, 2), {}, (x, x, x), {"key_padding_mask": _PADDING}),
        Sequence("MultiheadAttention", (4, 2), {}, (x, x, x), {**mask, "key_padding_mask": _PADDING & [0, 1, 1] > 0}),
        Sequence(
            "MultiheadAttention", (4, 2), {}, (x, x, x),
            {"attn_mask": np.stack([_ADDED, -_ADDED, 2 * _ADDED, 0 * _ADDED]), "average_attn_weights": False},
        ),
        Sequence("MultiheadAttention", (4, 2), {}, ((3, 4), (5, 4), (5, 4))),
        Sequence("MultiheadAttention", (4, 2), {"kdim": 3, "vdim": 5}, (x, (6, 2, 3), (6, 2, 5))),
        Sequence("scaled_dot_product_attention", (), {}, (q, kv, (2, 5, 3))),
        Sequence("scaled_dot_product_attention", (), {}, (q, q, q), {"is_causal": True, "scale": 0.3}),
        Sequence("scaled_dot_product_attention", (), {}, ((2, 2, 3, 4),) * 3, {"attn_mask": ~_CAUSAL}),
        Sequence("scaled_dot_product_attention", (), {}, (q, q, q), {"attn_mask": _ADDED}),
        Sequence("scaled_dot_product_attention", (), {}, (q, q, q), {"attn_mask": ~_CAUSAL & (np.arange(3) > 0)}),
    ]  # fmt: skip


def _transformer() -> list[Sequence]:
    x, q = (3, 2, 4), (2, 3, 4)
    block = {"batch_first": True, "norm_first": True, "dropout": 0.0}
    layer = "TransformerEncoderLayer"
    theirs = (layer, (4, 2, 16), {**block, "activation": "gelu"})
    other = (layer, (4, 2, 16), {**block, "activation": "relu"})
    return [
        Sequence(layer, (4, 2, 6, 0.0), {}, (x,)),
        Sequence(layer, (4, 2, 6, 0.0), {"activation": "gelu", "norm_first": True}, (x,), {"src_mask": _CAUSAL}),
        Sequence(layer, (4, 2, 6, 0.0), {"batch_first": True}, (q,), {"src_key_padding_mask": _PADDING}),
        Sequence(layer, (4, 1, 6, 0.0), {"bias": False, "layer_norm_eps": 1e-3}, ((3, 4),), {"src_mask": _ADDED}),
        Sequence("TransformerBlock", (4, 2), {}, (q,), theirs=theirs),
        Sequence("TransformerBlock", (4, 2), {"activation": "relu"}, (q,), theirs=other),
        Sequence("TransformerBlock", (4, 2), {}, (q,), {"src_mask": _CAUSAL, "is_causal": True}, theirs=theirs),
    ]


SEQUENCES = [*_recurrent(), *_attention(), *_transformer()]
