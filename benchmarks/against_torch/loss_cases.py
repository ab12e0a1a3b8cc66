"""Random calls of losses; the same call of a function makes either side's, as names and arguments are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from agreement import Found, cotangent

from autograd import Value
from nn import functional

__all__ = ["BY_CLASS", "DRAWS", "STATED", "Case", "cases", "of_glassgrad"]

Rng = np.random.Generator
BY_CLASS = ("cross_entropy", "nll_loss", "multi_margin_loss")  # their integers are class indices; others' are -1 and 1
STATED = {"cosine_embedding_loss": (1e-11, "PyTorch adds 1e-12 to squares of lengths; here they are at least 1e-8")}


class Case(NamedTuple):
    """A loss and what it is called with; arrays of floats are differentiated."""

    loss: str
    operands: tuple[Any, ...]
    options: dict[str, Any]

    def to(self, dtype: str) -> Case:
        """The same call with its floats in a dtype."""

        def cast(x: Any) -> Any:
            return x.astype(dtype) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x

        options = {name: cast(x) for name, x in self.options.items()}
        return Case(self.loss, tuple(map(cast, self.operands)), options)


def of_glassgrad(case: Case) -> Found:
    """The loss, and its gradients by all operands of floats."""
    leaves = [Value(x, dtype=x.dtype) if x.dtype.kind == "f" else x for x in case.operands]
    y = getattr(functional, case.loss)(*leaves, **case.options)
    y.backward(cotangent(y.data))
    gradients = {f"d operand {i}": leaf.grad for i, leaf in enumerate(leaves) if isinstance(leaf, Value)}
    return {"output": np.asarray(y.data), **gradients}


def cases(loss: str, count: int, seed: int = 0, decimals: int | None = None) -> Iterator[Case]:
    """So many random calls, with all reductions by turns; rounded, to be short in a file."""
    rng = np.random.default_rng([seed, *loss.encode()])
    reductions = ["mean", "sum", "none", *(["batchmean"] if loss == "kl_div" else [])]
    for i in range(count):
        operands, options = DRAWS[loss](rng)
        if decimals is not None:
            operands = tuple(np.round(x, decimals) for x in operands)
            options = {name: np.round(x, decimals) if np.ndim(x) else x for name, x in options.items()}
        yield Case(loss, operands, {**options, "reduction": reductions[i % len(reductions)]})


# ---- operands and options --------------------------------------------------------------------------------------------


def shape(rng: Rng) -> tuple[int, ...]:
    return tuple(rng.integers(1, 5, size=rng.integers(1, 4)).tolist())


def signs(rng: Rng, of: tuple[int, ...]) -> Any:
    return np.where(rng.random(of) < 0.5, -1, 1)


def sometimes(rng: Rng, **options: Callable[[], Any]) -> dict[str, Any]:
    """Each option in half of the calls."""
    return {name: make() for name, make in options.items() if rng.random() < 0.5}


def pair(rng: Rng, *names: str) -> Any:
    """Predicted and true numbers, with an option `names` has room for."""
    of = shape(rng)
    makes = {
        "weight": lambda: rng.uniform(0.2, 2.0, of),
        "beta": lambda: float(rng.choice([0.0, 0.3, 1.7])),
        "delta": lambda: float(rng.uniform(0.2, 2.0)),
    }
    return (rng.normal(size=of), rng.normal(size=of)), sometimes(rng, **{name: makes[name] for name in names})


def binary(rng: Rng, logits: bool) -> Any:
    of = shape(rng)
    weights = {"weight": lambda: rng.uniform(0.2, 2.0, rng.choice([of[-1], 1]) if rng.random() < 0.5 else of)}
    if logits:
        weights["pos_weight"] = lambda: rng.uniform(0.2, 3.0, of[-1])
    x = 3.0 * rng.normal(size=of) if logits else rng.uniform(0.01, 0.99, of)
    return (x, rng.random(of) if rng.random() < 0.5 else rng.integers(0, 2, of).astype(float)), sometimes(
        rng, **weights
    )


def classes(rng: Rng, loss: str) -> Any:
    """Scores and class indices; or, for the cross-entropy, probabilities of the classes."""
    n, number = rng.integers(1, 5), rng.integers(2, 6)
    rest = () if loss == "multi_margin_loss" else rng.integers(1, 4, size=rng.integers(0, 3)).tolist()
    of = (n, number, *rest) if rng.random() < 0.8 else (number,)
    of_labels = of[:1] * (len(of) > 1) + of[2:]
    x = 2.0 * rng.normal(size=of)
    options = sometimes(rng, weight=lambda: rng.uniform(0.2, 2.0, number))
    labels = rng.integers(0, number, of_labels)
    if loss == "multi_margin_loss":
        return (x, labels), options | sometimes(rng, p=lambda: 2, margin=lambda: float(rng.uniform(0.2, 2.0)))
    if loss == "nll_loss":
        x = x - np.log(np.exp(x).sum(axis=min(1, len(of) - 1), keepdims=True))
        x = np.minimum(x, -1e-3)  # rounded, too, they are no positive numbers
    else:
        options |= sometimes(rng, label_smoothing=lambda: float(rng.uniform(0.0, 1.0)))
        if rng.random() < 0.3:
            shares = rng.random(of)
            return (x, shares / shares.sum(axis=min(1, len(of) - 1), keepdims=True)), options
    if rng.random() < 0.5 and labels.size > 1:
        labels.flat[1:] = np.where(rng.random(labels.size - 1) < 0.3, -100, labels.flat[1:])
    if rng.random() < 0.3:  # a class of its own is ignored
        options["ignore_index"] = int((labels.flat[0] + 1) % number)
        labels = np.where(labels == -100, options["ignore_index"], labels)
    return (x, labels), options


def scores(rng: Rng, *, distances: bool = False) -> Any:
    of = shape(rng)
    x = rng.uniform(0.0, 2.0, of) if distances else 2.0 * rng.normal(size=of)
    return (x, signs(rng, of)), sometimes(rng, margin=lambda: float(rng.uniform(0.3, 2.0))) if distances else {}


def ranking(rng: Rng) -> Any:
    of = shape(rng)
    return (rng.normal(size=of), rng.normal(size=of), signs(rng, of)), sometimes(rng, margin=lambda: rng.uniform(0, 2))


def vectors(rng: Rng, count: int) -> tuple[Any, ...]:
    of = (rng.integers(1, 5), rng.integers(2, 6))[rng.integers(0, 2) :]
    return tuple(rng.uniform(0.5, 1.5, of) * signs(rng, of) for _ in range(count))


def angles(rng: Rng) -> Any:
    x1, x2 = vectors(rng, 2)
    return (x1, x2, signs(rng, x1.shape[:-1])), sometimes(rng, margin=lambda: float(rng.uniform(-0.5, 0.5)))


def triplets(rng: Rng) -> Any:
    return vectors(rng, 3), sometimes(
        rng,
        margin=lambda: float(rng.uniform(0.2, 2.0)),
        p=lambda: float(rng.choice([1.0, 1.5, 3.0, np.inf])),
        swap=lambda: True,
        eps=lambda: 1e-3,
    )


def divergences(rng: Rng) -> Any:
    of = shape(rng)
    x = -rng.uniform(0.01, 4.0, of)
    if rng.random() < 0.5:
        return (x, -rng.uniform(0.01, 4.0, of)), {"log_target": True}
    return (x, rng.uniform(0.01, 1.0, of)), {}


def counts(rng: Rng) -> Any:
    of = shape(rng)
    options = sometimes(rng, full=lambda: True, eps=lambda: 1e-3, log_input=lambda: False)
    x = rng.normal(size=of) if options.get("log_input", True) else rng.uniform(0.1, 3.0, of)
    return (x, rng.uniform(0.1, 6.0, of)), options


def normals(rng: Rng) -> Any:
    of = shape(rng)
    of_var = [of, of[:-1], (*of[:-1], 1)][rng.integers(3)] if of[-1] > 1 else of  # PyTorch takes no other
    var = rng.uniform(0.1, 2.0, of_var)
    return (rng.normal(size=of), rng.normal(size=of), var), sometimes(rng, full=lambda: True, eps=lambda: 0.5)


DRAWS: dict[str, Callable[[Rng], Any]] = {
    "mse_loss": lambda rng: pair(rng, "weight"),
    "half_squared_error": pair,
    "l1_loss": lambda rng: pair(rng, "weight"),
    "smooth_l1_loss": lambda rng: pair(rng, "beta"),
    "huber_loss": lambda rng: pair(rng, "delta", "weight"),
    "binary_cross_entropy": lambda rng: binary(rng, False),
    "binary_cross_entropy_with_logits": lambda rng: binary(rng, True),
    "cross_entropy": lambda rng: classes(rng, "cross_entropy"),
    "nll_loss": lambda rng: classes(rng, "nll_loss"),
    "hinge_loss": scores,
    "soft_margin_loss": scores,
    "margin_ranking_loss": ranking,
    "multi_margin_loss": lambda rng: classes(rng, "multi_margin_loss"),
    "hinge_embedding_loss": lambda rng: scores(rng, distances=True),
    "cosine_embedding_loss": angles,
    "triplet_margin_loss": triplets,
    "kl_div": divergences,
    "poisson_nll_loss": counts,
    "gaussian_nll_loss": normals,
}
