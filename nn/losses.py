"""Losses as modules, under PyTorch's names: each keeps the options of its function in `nn.functional`.

    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    loss = criterion(model(x), labels)

What a loss computes, its shapes and its errors stand with its function. A class takes the function's options, in that
order; weights are buffers, under PyTorch's state keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nn import functional
from nn.modules.declared import Declared

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HalfSquaredError",
    "HingeEmbeddingLoss",
    "HingeLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
]

WEIGHTS = ("weight", "pos_weight")


class Loss(Declared):
    """The base of all losses: `class HuberLoss(Loss, of=huber_loss)` takes the function's options, which have defaults.

    Raises:
        SignatureError: for an option that the function does not have.

    >>> HuberLoss(delta=2.0)
    HuberLoss(delta=2.0)
    >>> HuberLoss(delta=2.0)([0.5, 3.0], [0.0, 0.0])
    2.0625
    """

    def __init_subclass__(cls, of: Callable[..., Any] | None = None) -> None:
        super().__init_subclass__(of=of, **({} if of is None else _options(of)))

    def _keep(self, name: str, option: Any) -> None:
        if name in WEIGHTS and option is not None:
            self.register_buffer(name, _array(option) if isinstance(option, (list, tuple)) else option)
        else:
            super()._keep(name, option)

    def forward(self, *operands: Any, **named: Any) -> Any:
        return self.function(*operands, **named, **{name: getattr(self, name) for name in self.options})

    def extra_repr(self) -> str:
        given = {name: getattr(self, name) for name in self.options if name not in WEIGHTS}
        return ", ".join(f"{name}={option!r}" for name, option in given.items() if option != self.options[name])


def _options(function: Callable[..., Any]) -> dict[str, Any]:
    """The arguments of a function that have defaults; from its code, because `inspect` is slow to import."""
    code, defaults = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount]
    return dict(zip(names, defaults, strict=True))


def _array(numbers: Any) -> Any:
    import numpy as np

    return np.array(numbers, float)


class MSELoss(Loss, of=functional.mse_loss):
    """The squared error; see `nn.functional.mse_loss`."""


class HalfSquaredError(Loss, of=functional.half_squared_error):
    """Half the squared error; see `nn.functional.half_squared_error`."""


class L1Loss(Loss, of=functional.l1_loss):
    """The absolute error; see `nn.functional.l1_loss`."""


class SmoothL1Loss(Loss, of=functional.smooth_l1_loss):
    """The squared error of small errors and the absolute one of large ones; see `nn.functional.smooth_l1_loss`."""


class HuberLoss(Loss, of=functional.huber_loss):
    """Huber's loss, which is smooth_l1_loss times delta; see `nn.functional.huber_loss`."""


class BCELoss(Loss, of=functional.binary_cross_entropy):
    """The cross-entropy of two classes, from probabilities; see `nn.functional.binary_cross_entropy`."""


class BCEWithLogitsLoss(Loss, of=functional.binary_cross_entropy_with_logits):
    """The cross-entropy of two classes, from logits; see `nn.functional.binary_cross_entropy_with_logits`."""


class CrossEntropyLoss(Loss, of=functional.cross_entropy):
    """The cross-entropy of classes, from logits; see `nn.functional.cross_entropy`."""


class NLLLoss(Loss, of=functional.nll_loss):
    """The negative log-likelihood of classes, from log-probabilities; see `nn.functional.nll_loss`."""


class HingeLoss(Loss, of=functional.hinge_loss):
    """The hinge of a support-vector unit, as in micrograd's demo; see `nn.functional.hinge_loss`."""


class SoftMarginLoss(Loss, of=functional.soft_margin_loss):
    """The logistic loss of labels -1 and 1; see `nn.functional.soft_margin_loss`."""


class MarginRankingLoss(Loss, of=functional.margin_ranking_loss):
    """The hinge of which of two scores should be the larger one; see `nn.functional.margin_ranking_loss`."""


class MultiMarginLoss(Loss, of=functional.multi_margin_loss):
    """The hinge of many classes; see `nn.functional.multi_margin_loss`."""


class HingeEmbeddingLoss(Loss, of=functional.hinge_embedding_loss):
    """The hinge of distances between like and unlike things; see `nn.functional.hinge_embedding_loss`."""


class CosineEmbeddingLoss(Loss, of=functional.cosine_embedding_loss):
    """The hinge of the cosine between like and unlike vectors; see `nn.functional.cosine_embedding_loss`."""


class TripletMarginLoss(Loss, of=functional.triplet_margin_loss):
    """The hinge of the distances to a like vector and to an unlike one; see `nn.functional.triplet_margin_loss`."""


class KLDivLoss(Loss, of=functional.kl_div):
    """The divergence of Kullback and Leibler, from log-probabilities; see `nn.functional.kl_div`."""


class PoissonNLLLoss(Loss, of=functional.poisson_nll_loss):
    """The negative log-likelihood of counts by Poisson's law; see `nn.functional.poisson_nll_loss`."""


class GaussianNLLLoss(Loss, of=functional.gaussian_nll_loss):
    """The negative log-likelihood of numbers by a normal law; see `nn.functional.gaussian_nll_loss`."""
