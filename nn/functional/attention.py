"""Scaled dot-product attention: each query gathers values, weighted by how well their keys fit it."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import Value
from autograd.errors import DtypeError, ShapeError
from nn.arguments import plain_or_value
from nn.functional.dropout import dropout
from nn.functional.operands import ANY_OR_VALUE
from nn.options import SHARE, optional

__all__ = ["additive_mask", "attention_weights", "causal_mask", "scaled_dot_product_attention"]

SCALE = optional(ANY_OR_VALUE)


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    *,
    rng: Any = None,
) -> Any:
    """softmax(Q·Kᵀ/√E)·V (Vaswani et al., 2017, eq. 1).

    A query that may look at nothing gets zeros, as in PyTorch.

    Shapes: query (..., L, E), key (..., S, E) and value (..., S, V) give (..., L, V).

    Args:
        query: what asks.
        key: what each value is found by.
        value: what is gathered.
        attn_mask: broadcasts to (..., L, S): booleans, True where a query may look, or numbers added to the scores.
        dropout_p: the probability of zero for a weight; 0 outside training.
        is_causal: whether query i may look at the keys up to i only.
        scale: in place of 1/√E.
        rng: draws the zeros of dropout.

    Raises:
        DtypeError: for a mask of whole numbers.
        ShapeError: for shapes that do not fit.

    >>> scaled_dot_product_attention([[1.0], [1.0]], [[0.0], [0.0]], [[2.0], [4.0]], is_causal=True)
    array([[2.],
           [3.]])
    """
    dropout_p = SHARE("scaled_dot_product_attention", dropout_p=dropout_p)
    scale = SCALE("scaled_dot_product_attention", scale=scale)
    q, k, v = plain_or_value(query), plain_or_value(key), plain_or_value(value)
    if min(q.ndim, k.ndim, v.ndim) < 2 or q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ShapeError(
            f"found shapes {q.shape}, {k.shape} and {v.shape}; expected (..., L, E), (..., S, E) and (..., S, V)."
        ).named("scaled_dot_product_attention")
    what = "scaled_dot_product_attention: attn_mask"
    mask = None if attn_mask is None else additive_mask(what, attn_mask, q.dtype)
    if is_causal:
        causal = causal_mask(q.shape[-2], k.shape[-2], q.dtype)
        mask = causal if mask is None else mask + causal
    weights = attention_weights(q, k, mask, scale)
    return autograd.matmul(dropout(weights, dropout_p, rng=rng), v)


def attention_weights(q: Any, k: Any, mask: Any = None, scale: float | None = None) -> Any:
    """How much each query takes of each value; the mask is added to the scores."""
    scores = autograd.matmul(
        q * (1.0 / math.sqrt(q.shape[-1]) if scale is None else scale), autograd.swapaxes(k, -1, -2)
    )
    if mask is None:
        return autograd.softmax(scores)
    blind = autograd.all(autograd.equal(mask, -math.inf), axis=-1, keepdims=True)  # softmax would make NaN of them
    if not autograd.any(blind):
        return autograd.softmax(scores + mask)
    return autograd.where(blind, 0.0, autograd.softmax(scores + autograd.where(blind, 0.0, mask)))


def additive_mask(what: str, mask: Any, dtype: Any, *, allowed: bool = True) -> Any:
    """A mask as numbers to be added to scores; of booleans those that say `allowed` become 0, the others -inf."""
    import numpy as np

    mask = mask if isinstance(mask, Value) else np.asarray(mask)
    if mask.dtype.kind in "iu":
        raise DtypeError(
            f"{what}: found dtype {mask.dtype}; expected booleans, or floats that are added to the scores. Convert it "
            "with astype(bool)."
        )
    if mask.dtype.kind == "b":
        mask = autograd.where(mask, *((0.0, -math.inf) if allowed else (-math.inf, 0.0)))
    return autograd.astype(mask, dtype)


def causal_mask(queries: int, keys: int, dtype: Any) -> Any:
    """What forbids query i the keys behind i: (queries, keys), 0 and -inf."""
    import numpy as np

    return np.triu(np.full((queries, keys), -math.inf, dtype), 1)
