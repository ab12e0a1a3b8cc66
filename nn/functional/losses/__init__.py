"""Losses under PyTorch's names, for arrays, numbers and lists of numbers, plain or Values.

`input` is what a model gave and `target` what it should have given, of exactly the same shape: (n,) against (n, 1) is
an error. Lists of numbers are composed number by number and need no NumPy; lists of arrays are stacked. A plain target
is converted to the dtype of an array input.

`reduction` is "mean" over all losses, "sum", or "none" for the losses themselves, in the form of the input.
"""

from nn.functional.losses.classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    nll_loss,
)
from nn.functional.losses.distributions import gaussian_nll_loss, kl_div, poisson_nll_loss
from nn.functional.losses.embeddings import cosine_embedding_loss, hinge_embedding_loss, triplet_margin_loss
from nn.functional.losses.margins import hinge_loss, margin_ranking_loss, multi_margin_loss, soft_margin_loss
from nn.functional.losses.regression import half_squared_error, huber_loss, l1_loss, mse_loss, smooth_l1_loss

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_embedding_loss",
    "cross_entropy",
    "gaussian_nll_loss",
    "half_squared_error",
    "hinge_embedding_loss",
    "hinge_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "margin_ranking_loss",
    "mse_loss",
    "multi_margin_loss",
    "nll_loss",
    "poisson_nll_loss",
    "smooth_l1_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
]
