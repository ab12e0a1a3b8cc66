"""Attention with several heads, under PyTorch's name and state keys."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import autograd
from autograd import Value
from autograd.errors import ArgumentError, ShapeError
from nn import functional, init
from nn.arguments import of_dtype, parameter
from nn.functional.attention import additive_mask, attention_weights, causal_mask
from nn.layers.linear import Linear
from nn.layers.named import Named
from nn.options import COUNT, SHARE
from nn.randomness import generator

__all__ = ["MultiheadAttention"]


class MultiheadAttention(Named):
    """Scaled dot-product attention in several heads, each on its own part of the projections (Vaswani et al., 2017).

    A call takes (query, key, value) and returns (output, weights); for self-attention hand it the same array thrice.
    A query that may look at nothing gets the output's bias; PyTorch gives NaN there when it returns weights.

    Shapes: query (L, N, embed_dim), key (S, N, kdim), value (S, N, vdim), or (N, L, ...) with batch_first, or without N
    for one sample; output like query; weights (N, L, S), the mean over heads.

    Args:
        embed_dim: the width of queries and outputs, a multiple of num_heads.
        num_heads: the number of heads.
        dropout: the probability of zero for a weight, in training.
        bias: False leaves the biases out.
        kdim: the width of keys; by default embed_dim.
        vdim: the width of values; by default embed_dim.
        batch_first: whether the batch is the first axis.
        dtype: the floating dtype of the parameters; by default float64.
        rng: draws the initial values and the zeros of dropout.

    Raises:
        ArgumentError: for an argument out of range.
        DtypeError: in a call with a mask of whole numbers.
        ShapeError: in a call with shapes that do not fit.

    >>> layer = MultiheadAttention(4, 2, batch_first=True, rng=0)
    >>> x = [[[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]]
    >>> output, weights = layer(x, x, x, is_causal=True)
    >>> output.shape, weights.data[0, 0].tolist()
    ((1, 2, 4), [1.0, 0.0])
    """

    in_proj_weight: Value
    q_proj_weight: Value
    k_proj_weight: Value
    v_proj_weight: Value
    in_proj_bias: Value | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        dtype: Any = None,
        rng: Any = None,
    ) -> None:
        self.embed_dim = COUNT("MultiheadAttention", embed_dim=embed_dim)
        self.num_heads = COUNT("MultiheadAttention", num_heads=num_heads)
        if self.embed_dim % self.num_heads:
            raise ArgumentError(
                f"MultiheadAttention: found embed_dim={embed_dim} and num_heads={num_heads}; expected embed_dim to "
                "be a multiple of num_heads."
            )
        self.dropout, self.batch_first = SHARE("MultiheadAttention", dropout=dropout), batch_first
        self.kdim = COUNT("MultiheadAttention", kdim=embed_dim if kdim is None else kdim)
        self.vdim = COUNT("MultiheadAttention", vdim=embed_dim if vdim is None else vdim)
        widths = {"q": self.embed_dim, "k": self.kdim, "v": self.vdim}
        if set(widths.values()) == {self.embed_dim}:
            self.in_proj_weight = parameter("in_proj_weight", (3 * self.embed_dim, self.embed_dim), dtype)
        else:
            for part, width in widths.items():
                name = f"{part}_proj_weight"
                setattr(self, name, parameter(name, (self.embed_dim, width), dtype))
        self.in_proj_bias = parameter("in_proj_bias", (3 * self.embed_dim,), dtype) if bias else None
        self._rng = generator(rng)
        self.out_proj = Linear(self.embed_dim, self.embed_dim, bias, dtype=dtype, rng=self._rng)
        self.reset_parameters(rng=self._rng)

    def reset_parameters(self, *, rng: Any = None) -> None:
        """Draw the weights anew; biases start at 0."""
        rng = generator(rng)
        for name, weight in self.named_parameters():
            if name.endswith("proj_weight"):
                init.xavier_uniform_(weight, rng=rng)
        self.out_proj.reset_parameters(rng=rng)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """The output and the weights.

        Args:
            query: what asks.
            key: what each value is found by.
            value: what is gathered.
            key_padding_mask: (N, S), True at keys that nobody may look at, or numbers added to the scores.
            need_weights: False returns None in place of the weights.
            attn_mask: (L, S) or (N * num_heads, L, S), True where a query must not look (the other way round than in
                scaled_dot_product_attention, as in PyTorch), or numbers added to the scores.
            average_attn_weights: False returns the weights of each head, (N, num_heads, L, S).
            is_causal: whether query i may look at the keys up to i only; PyTorch wants an attn_mask with it.
        """
        q, k, v = (of_dtype(x, self.out_proj.weight.dtype) for x in (query, key, value))
        is_batched = q.ndim == 3
        q, k, v = (self._batch_first(x, is_batched) for x in (q, k, v))
        self._check(q, k, v)
        mask = self._mask(key_padding_mask, attn_mask, is_causal, (q.shape[0], q.shape[1], k.shape[1]), q.dtype)
        q, k, v = (self._in_heads(x, *each) for x, each in zip((q, k, v), self._projections(), strict=True))
        weights = attention_weights(q, k, mask)
        p = self.dropout if self.training else 0.0
        gathered = autograd.matmul(functional.dropout(weights, p, rng=self._rng), v).swapaxes(1, 2)
        output = self.out_proj(gathered.reshape((*gathered.shape[:2], self.embed_dim)))
        shown = (weights.mean(1) if average_attn_weights else weights) if need_weights else None
        if not is_batched:
            return output[0], None if shown is None else shown[0]
        return output if self.batch_first else output.swapaxes(0, 1), shown

    def _batch_first(self, x: Any, is_batched: bool) -> Any:
        if x.ndim != (3 if is_batched else 2):
            raise ShapeError(f"found an input of shape {x.shape}; expected 3 axes, or 2 of query, key and value.")
        return autograd.expand_dims(x, 0) if not is_batched else x if self.batch_first else x.swapaxes(0, 1)

    def _check(self, q: Any, k: Any, v: Any) -> None:
        fits = q.shape[0] == k.shape[0] == v.shape[0] and k.shape[1] == v.shape[1]
        if not fits or (q.shape[-1], k.shape[-1], v.shape[-1]) != (self.embed_dim, self.kdim, self.vdim):
            raise ShapeError(
                f"found shapes (batch, time, width) {q.shape}, {k.shape} and {v.shape}; expected "
                f"(N, L, {self.embed_dim}), (N, S, {self.kdim}) and (N, S, {self.vdim})."
            )

    def _projections(self) -> list[tuple[Any, Any]]:
        """Weight and bias that make queries, keys and values of what is given."""
        rows = [slice(k * self.embed_dim, (k + 1) * self.embed_dim) for k in range(3)]
        if hasattr(self, "in_proj_weight"):
            weights = [self.in_proj_weight[each] for each in rows]
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        return [
            (w, None if self.in_proj_bias is None else self.in_proj_bias[r]) for w, r in zip(weights, rows, strict=True)
        ]

    def _in_heads(self, x: Any, weight: Any, bias: Any) -> Any:
        """(N, L, width) projected and cut into heads: (N, heads, L, embed_dim / heads)."""
        size = self.embed_dim // self.num_heads
        return functional.linear(x, weight, bias).reshape((*x.shape[:2], self.num_heads, size)).swapaxes(1, 2)

    def _mask(self, padding: Any, attn_mask: Any, is_causal: bool, shape: tuple[int, int, int], dtype: Any) -> Any:
        """All masks as one that is added to the scores (N, heads, L, S), or None."""
        n, queries, keys = shape
        masks = []
        if is_causal:
            masks.append(causal_mask(queries, keys, dtype))
        if attn_mask is not None:
            mask = additive_mask("attn_mask", attn_mask, dtype, allowed=False)
            if mask.shape not in ((queries, keys), (n * self.num_heads, queries, keys)):
                raise ShapeError(
                    f"found an attn_mask of shape {mask.shape}; expected {(queries, keys)} or "
                    f"{(n * self.num_heads, queries, keys)}."
                )
            masks.append(mask if mask.ndim == 2 else mask.reshape((n, self.num_heads, queries, keys)))
        if padding is not None:
            mask = additive_mask("key_padding_mask", padding, dtype, allowed=False)
            if mask.shape != (n, keys) and (n, mask.shape) != (1, (keys,)):
                raise ShapeError(f"found a key_padding_mask of shape {mask.shape}; expected {(n, keys)}.")
            masks.append(mask.reshape((n, 1, 1, keys)))
        return reduce(operator.add, masks) if masks else None
