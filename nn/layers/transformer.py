"""A transformer's block, under PyTorch's names and state keys, and the positions that it needs."""

from __future__ import annotations

from typing import Any

from autograd import Value
from autograd.errors import ShapeError
from nn import init
from nn.activation import Activation, resolve
from nn.arguments import of_dtype, parameter
from nn.layers.attention import MultiheadAttention
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.named import Named
from nn.layers.normalization import LayerNorm
from nn.modules import Module
from nn.options import COUNT, choice, such_as
from nn.randomness import generator

__all__ = ["PositionalEmbedding", "PositionalEncoding", "TransformerBlock", "TransformerEncoderLayer"]


RELU_OR_GELU = such_as(
    "'relu', 'gelu' or a function", lambda x: callable(x) or choice("relu", "gelu").allows(x), resolve
)


class TransformerEncoderLayer(Module):
    """Self-attention, then two linear layers, each added to what goes in and normalized (Vaswani et al., 2017, §3.1).

    Shapes: (time, batch, d_model), or (batch, time, d_model) with batch_first, or (time, d_model); the output likewise.

    Args:
        d_model: the width of inputs and outputs, a multiple of nhead.
        nhead: the number of heads.
        dim_feedforward: the width between the two linear layers.
        dropout: the probability of zero for weights and for what is added, in training.
        activation: between the two linear layers: "relu", "gelu" or a function.
        layer_norm_eps: the normalization's eps.
        batch_first: whether the batch is the first axis.
        norm_first: normalize what goes in, in place of the sum; deep stacks train more easily so (Xiong et al., 2020).
        bias: False leaves all biases out.
        dtype: the floating dtype of the parameters; by default float64.
        rng: draws the initial values and the zeros of dropout.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with shapes that do not fit.

    >>> TransformerEncoderLayer(4, 2, 8, batch_first=True, rng=0).eval()([[[1.0, 0.0, 0.0, 0.0]]]).shape
    (1, 1, 4)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-05,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = None,
        rng: Any = None,
    ) -> None:
        self.activation = RELU_OR_GELU(type(self).__name__, activation=activation)
        self.norm_first = norm_first
        rng = generator(rng)
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, rng=rng
        )
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype, rng=rng)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1, self.dropout2 = Dropout(dropout, rng=rng), Dropout(dropout, rng=rng)

    def forward(self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        """The block's output; the masks are those of MultiheadAttention."""
        x = of_dtype(src, self.linear1.weight.dtype)
        if self.norm_first:
            x = x + self._attended(self.norm1(x), src_mask, src_key_padding_mask, is_causal)
            return x + self._fed_forward(self.norm2(x))
        x = self.norm1(x + self._attended(x, src_mask, src_key_padding_mask, is_causal))
        return self.norm2(x + self._fed_forward(x))

    def _attended(self, x: Any, mask: Any, padding: Any, is_causal: bool) -> Any:
        output, _ = self.self_attn(x, x, x, padding, need_weights=False, attn_mask=mask, is_causal=is_causal)
        return self.dropout1(output)

    def _fed_forward(self, x: Any) -> Any:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


class TransformerBlock(TransformerEncoderLayer):
    """The block of a GPT: TransformerEncoderLayer with batch_first, norm_first and gelu (Radford et al., 2019).

    Its state keys are those of that layer. Shapes: (batch, time, d_model) or (time, d_model); the output likewise.

    Args:
        d_model: the width of inputs and outputs, a multiple of nhead.
        nhead: the number of heads.
        dim_feedforward: the width between the two linear layers; by default four times d_model.
        dropout: the probability of zero for weights and for what is added, in training.
        activation: between the two linear layers: "relu", "gelu" or a function.
        causal: whether a place sees only those before it and itself, as a model that predicts what comes next must.
        bias: False leaves all biases out.
        dtype: the floating dtype of the parameters; by default float64.
        rng: draws the initial values and the zeros of dropout.

    >>> TransformerBlock(4, 2, causal=True, rng=0)([[[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]]).shape
    (1, 2, 4)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int | None = None,
        dropout: float = 0.0,
        activation: Activation = "gelu",
        causal: bool = False,
        bias: bool = True,
        *,
        dtype: Any = None,
        rng: Any = None,
    ) -> None:
        width = 4 * COUNT("TransformerBlock", d_model=d_model) if dim_feedforward is None else dim_feedforward
        kind: dict[str, Any] = {"batch_first": True, "norm_first": True, "bias": bias}
        self.causal = causal
        super().__init__(d_model, nhead, width, dropout, activation, **kind, dtype=dtype, rng=rng)

    def forward(self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        return super().forward(src, src_mask, src_key_padding_mask, is_causal or self.causal)


class _Positions(Named):
    """What adds a row for each place of a sequence (..., time, d_model)."""

    max_len: int
    d_model: int

    def _hold(self, max_len: int, d_model: int) -> None:
        self.max_len = COUNT(type(self).__name__, max_len=max_len)
        self.d_model = COUNT(type(self).__name__, d_model=d_model)

    def _added(self, x: Any, rows: Any) -> Any:
        x = of_dtype(x, rows.dtype)
        if x.ndim < 2 or x.shape[-1] != self.d_model or x.shape[-2] > self.max_len:
            raise ShapeError(
                f"found inputs of shape {x.shape}; expected (..., time, {self.d_model}) with time up to {self.max_len}."
            )
        return x + rows[: x.shape[-2]]

    def extra_repr(self) -> str:
        return f"{self.max_len}, {self.d_model}"


class PositionalEncoding(_Positions):
    """Sines and cosines of the place, added: sin(t / 10000^(2i/d)), cos at 2i, 2i + 1 (Vaswani et al., 2017, §3.5).

    Shapes: (..., time, d_model), the output likewise.

    Args:
        max_len: the greatest number of places.
        d_model: the width of inputs and outputs.
        dtype: the floating dtype of what is added; by default float64.

    Raises:
        ArgumentError: for an argument below 1.
        ShapeError: in a call with another width or too many places.

    >>> PositionalEncoding(10, 2)([[0.0, 0.0], [0.0, 0.0]]).round(3)
    array([[0.   , 1.   ],
           [0.841, 0.54 ]])
    """

    encoding: Any

    def __init__(self, max_len: int, d_model: int, *, dtype: Any = None) -> None:
        import numpy as np

        self._hold(max_len, d_model)
        column = np.arange(self.d_model)
        angle = np.arange(self.max_len)[:, None] / 10000.0 ** (column // 2 * 2 / self.d_model)
        table = np.where(column % 2, np.cos(angle), np.sin(angle)).astype(float if dtype is None else dtype)
        self.register_buffer("encoding", table, persistent=False)

    def forward(self, x: Any) -> Any:
        return self._added(x, self.encoding)


class PositionalEmbedding(_Positions):
    """A learned vector for each place, added to what stands there (Radford et al., 2019).

    Shapes: (..., time, d_model), the output likewise. `weight` has the shape (max_len, d_model), and starts normal with
    mean 0 and deviation 0.02.

    Args:
        max_len: the greatest number of places.
        d_model: the width of inputs and outputs.
        dtype: the floating dtype of the weight; by default float64.
        rng: draws the initial values.

    Raises:
        ArgumentError: for an argument below 1.
        ShapeError: in a call with another width or too many places.

    >>> PositionalEmbedding(10, 4, rng=0)([[0.0, 0.0, 0.0, 0.0]]).shape
    (1, 4)
    """

    weight: Value

    def __init__(self, max_len: int, d_model: int, *, dtype: Any = None, rng: Any = None) -> None:
        self._hold(max_len, d_model)
        self.weight = parameter("weight", (self.max_len, self.d_model), dtype)
        self.reset_parameters(rng=rng)

    def reset_parameters(self, *, rng: Any = None) -> None:
        """Draw the initial values anew."""
        init.normal_(self.weight, 0.0, 0.02, rng=rng)

    def forward(self, x: Any) -> Any:
        return self._added(x, self.weight)
