"""Embedding: a vector for each of many whole numbers, learned."""

from __future__ import annotations

from typing import Any

from autograd import Value
from nn import functional, init
from nn.arguments import parameter
from nn.functional.embedding import checked_padding
from nn.layers.named import Named
from nn.options import COUNT

__all__ = ["Embedding"]


class Embedding(Named):
    """A table of vectors, one for each whole number below num_embeddings.

    Shapes: indices of any shape give that shape with one more axis, of embedding_dim. `weight` has the shape
    (num_embeddings, embedding_dim), and starts normal with mean 0 and deviation 1.

    Args:
        num_embeddings: the number of vectors.
        embedding_dim: their length.
        padding_idx: the number of a vector that starts at 0 and gets no gradient.
        dtype: the floating dtype of the table; by default float64.
        rng: draws the initial values: None, a seed or a generator.

    Raises:
        ArgumentError: for an argument out of range.
        BoundsError: in a call with an index that is no row of the table.
        DtypeError: in a call with what are no whole numbers.

    >>> layer = Embedding(10, 3, padding_idx=0, rng=0)
    >>> layer
    Embedding(10, 3, padding_idx=0)
    >>> layer([[4, 2], [0, 0]]).shape
    (2, 2, 3)
    """

    weight: Value

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: Any = None,
        rng: Any = None,
    ) -> None:
        self.num_embeddings = COUNT("Embedding", num_embeddings=num_embeddings)
        self.embedding_dim = COUNT("Embedding", embedding_dim=embedding_dim)
        self.padding_idx = None if padding_idx is None else checked_padding("Embedding", padding_idx, num_embeddings)
        self.weight = parameter("weight", (self.num_embeddings, self.embedding_dim), dtype)
        self.reset_parameters(rng=rng)

    def reset_parameters(self, *, rng: Any = None) -> None:
        """Draw the initial values anew."""
        init.normal_(self.weight, rng=rng)
        if self.padding_idx is not None:
            data = self.weight.detach()
            data[self.padding_idx] = 0.0
            self.weight.data = data

    def forward(self, x: Any) -> Any:
        return functional.embedding(x, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
