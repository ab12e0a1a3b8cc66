"""Losses with operands and options, and what their tests share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograd import Value
from autograd.errors import GlassgradError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)

__all__ = [
    "CASES",
    "LN2",
    "PAIR",
    "Hard",
    "Mistake",
    "hard_points",
    "listed",
    "mistakes",
    "over_cases",
    "over_reductions",
    "plain",
    "slopes",
    "values",
]

INF, LN2 = math.inf, math.log(2.0)
RNG = np.random.default_rng(0)
X, Y, Z = RNG.normal(size=(3, 4, 3))
P, Q = RNG.uniform(0.05, 0.95, (2, 4, 3))
SIGNS = np.array([[1.0, -1, 1], [-1, -1, 1], [1, 1, -1], [-1, 1, 1]])
LABELS, PADDED = np.array([0, 2, 1, 2]), np.array([0, -100, 1, 2])
CLASSES = np.array([0.5, 1.0, 2.0])
BATCH = RNG.normal(size=(2, 3, 2))
PLACES = np.array([[0, 2], [1, -100]])
PAIR = (np.array([[-0.25, -1.0], [-0.5, -0.125]]), np.array([[0.5, 0.25], [0.125, 1.0]]))

# Each loss with operands, of which the first is what a model gave, and options.
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {
    "mse_loss": (F.mse_loss, (X, Y), {}),
    "mse_loss, weighted": (F.mse_loss, (X, Y), {"weight": P}),
    "half_squared_error": (F.half_squared_error, (X, Y), {}),
    "l1_loss": (F.l1_loss, (X, Y), {}),
    "smooth_l1_loss": (F.smooth_l1_loss, (X, Y), {"beta": 0.5}),
    "smooth_l1_loss, beta 0": (F.smooth_l1_loss, (X, Y), {"beta": 0.0}),
    "huber_loss": (F.huber_loss, (X, Y), {"delta": 0.7, "weight": P}),
    "binary_cross_entropy": (F.binary_cross_entropy, (P, Q), {"weight": CLASSES}),
    "bce_with_logits": (F.binary_cross_entropy_with_logits, (X, Q), {"pos_weight": CLASSES, "weight": P}),
    "cross_entropy": (F.cross_entropy, (X, LABELS), {}),
    "cross_entropy, all options": (F.cross_entropy, (X, PADDED), {"weight": CLASSES, "label_smoothing": 0.1}),
    "cross_entropy, smoothed": (F.cross_entropy, (X, LABELS), {"label_smoothing": 0.1}),
    "cross_entropy of places": (F.cross_entropy, (BATCH, PLACES), {"weight": CLASSES, "label_smoothing": 0.1}),
    "cross_entropy of shares": (F.cross_entropy, (X, Q), {"weight": CLASSES, "label_smoothing": 0.1}),
    "cross_entropy of shares alone": (F.cross_entropy, (BATCH, RNG.dirichlet(np.ones(3), (2, 2)).swapaxes(1, 2)), {}),
    "nll_loss": (F.nll_loss, (X - 9, PADDED), {"weight": CLASSES}),
    "nll_loss of places": (F.nll_loss, (BATCH - 9, PLACES), {}),
    "hinge_loss": (F.hinge_loss, (X, SIGNS), {}),
    "soft_margin_loss": (F.soft_margin_loss, (X, SIGNS), {}),
    "margin_ranking_loss": (F.margin_ranking_loss, (X, Y, SIGNS), {"margin": 0.3}),
    "multi_margin_loss": (F.multi_margin_loss, (X, LABELS), {"weight": CLASSES}),
    "multi_margin_loss, squared": (F.multi_margin_loss, (X, LABELS), {"p": 2, "margin": 0.5}),
    "hinge_embedding_loss": (F.hinge_embedding_loss, (P, SIGNS), {"margin": 0.6}),
    "cosine_embedding_loss": (F.cosine_embedding_loss, (X, Y, SIGNS[:, 0]), {"margin": 0.1}),
    "triplet_margin_loss": (F.triplet_margin_loss, (X, Y, Z), {}),
    "triplet_margin_loss, swapped": (F.triplet_margin_loss, (X, Y, Z), {"swap": True, "p": 3.0}),
    "triplet_margin_loss, p 1": (F.triplet_margin_loss, (X, Y, Z), {"p": 1.0}),
    "triplet_margin_loss, p inf": (F.triplet_margin_loss, (X, Y, Z), {"p": INF}),
    "kl_div": (F.kl_div, (X, Q), {}),
    "kl_div of logarithms": (F.kl_div, (X, Y), {"log_target": True}),
    "poisson_nll_loss": (F.poisson_nll_loss, (X, 5 * Q), {"full": True}),
    "poisson_nll_loss of rates": (F.poisson_nll_loss, (P, 5 * Q), {"log_input": False}),
    "gaussian_nll_loss": (F.gaussian_nll_loss, (X, Y, P), {"full": True}),
    "gaussian_nll_loss, one for a row": (F.gaussian_nll_loss, (X, Y, P[:, 0]), {}),
    "gaussian_nll_loss, a column": (F.gaussian_nll_loss, (X, Y, P[:, :1]), {}),
    "gaussian_nll_loss, one number": (F.gaussian_nll_loss, (X, Y, 0.3), {}),
}
over_cases = pytest.mark.parametrize("case", CASES)
over_reductions = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


def listed(x: Any) -> Any:
    return x.tolist() if isinstance(x, np.ndarray) else x


def values(nested: Any) -> Any:
    """Nested lists of numbers as Values."""
    return [values(item) for item in nested] if isinstance(nested, list) else Value(nested)


def slopes(nested: Any) -> Any:
    return [slopes(item) for item in nested] if isinstance(nested, list) else nested.grad


def plain(result: Any) -> Any:
    """A loss, whatever its form, as an array."""
    if isinstance(result, list):
        return np.array([plain(item) for item in result])
    return np.array(result.data if isinstance(result, Value) else result)


class Hard(NamedTuple):
    """A loss where it is hard to compute: its values, and the gradients of their sum by the input."""

    loss: Callable[..., Any]
    input: Any
    others: tuple[Any, ...]
    options: dict[str, Any]
    expected: Any
    gradient: Any


class Mistake(NamedTuple):
    """A call of a loss with an input that is refused."""

    call: Callable[[Any], Any]
    input: Any
    error: type[GlassgradError]
    message: str


def hard_points(cases: Mapping[str, Hard]) -> Callable[[Hard], None]:
    """A test that numbers and arrays agree with each case."""

    @pytest.mark.parametrize("case", cases.values(), ids=cases)
    def test(case: Hard) -> None:
        numbers, array = values(case.input), Value(case.input)
        for given in (numbers, array):
            found = case.loss(given, *case.others, **case.options, reduction="none")
            np.testing.assert_allclose(plain(found), case.expected, atol=1e-12)
            case.loss(given, *case.others, **case.options, reduction="sum").backward()
        np.testing.assert_allclose(slopes(numbers), case.gradient, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(array.grad, case.gradient, rtol=1e-9, atol=1e-9)

    return test


def mistakes(cases: Mapping[str, Mistake]) -> Callable[[Mistake, Callable[[Any], Any]], None]:
    """A test that each case is refused, in whatever form the input is given."""

    @pytest.mark.parametrize("case", cases.values(), ids=cases)
    @pytest.mark.parametrize(
        "form", [np.array, Value, values, lambda x: x], ids=["array", "Value", "Values", "numbers"]
    )
    def test(case: Mistake, form: Callable[[Any], Any]) -> None:
        with pytest.raises(case.error, match=case.message):
            case.call(form(case.input))

    return test
