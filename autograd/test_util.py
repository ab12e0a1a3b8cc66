"""check_grads: a function's derivatives, in both modes and to any order, against differences of its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import ArgumentError
from autograd.functional import make_vjp
from autograd.functional.containers import leaves, rebuilt
from autograd.functional.trace import Argnum, chosen, replaced
from autograd.functional.transforming import one_of
from autograd.gradcheck import assert_gradients

__all__ = ["check_grads"]

MODES = {"fwd": "forward", "rev": "reverse"}


def check_grads(
    f: Callable[..., Any],
    argnum: Argnum = 0,
    modes: Sequence[str] = ("fwd", "rev"),
    order: int = 2,
    *,
    argnums: Argnum | None = None,
    **tolerances: Any,
) -> Callable[..., None]:
    """A function of f's arguments that fails where a derivative of f disagrees with numeric differences there.

    Args:
        f: the function to check, as for `grad`; its result may have any shape or nesting.
        argnum, argnums: which arguments are varied.
        modes: "fwd", "rev", or both.
        order: how often to differentiate; from the second time on, a fixed combination of f's results is followed.
        tolerances: atol, rtol, eps and rng, as for `autograd.gradcheck`.

    Raises:
        GradientError: (an AssertionError) with a report of the entry that is wrong, and probably why.
        ArgumentError: for a mode or an order that is none.

    >>> import autograd.numpy as np
    >>> check_grads(lambda x: np.sin(x) * x, modes=["fwd", "rev"], order=3)(0.5)
    """
    unknown = [mode for mode in modes if mode not in MODES]
    if unknown or not modes:
        raise ArgumentError(f"check_grads: found modes={list(modes)}; expected 'fwd', 'rev' or both.")
    if order < 1:
        raise ArgumentError(f"check_grads: found order={order}; expected 1 or more.")
    places = one_of("check_grads", argnum, argnums)

    def check(*args: Any, **kwargs: Any) -> None:
        x = chosen("check_grads", places, args)
        g: Callable[[Any], Any] = lambda own: f(*replaced(places, args, own), **kwargs)  # noqa: E731  (rebound below)
        for _ in range(order):
            assert_gradients(g, x, modes=[MODES[mode] for mode in modes], **tolerances)
            g = _gradient_of_a_combination(g)

    return check


def _gradient_of_a_combination(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The gradient of a fixed combination, without symmetry, of everything that f returns."""

    def gradient(x: Any) -> Any:
        pull, y = make_vjp(f)(x)
        return pull(rebuilt(y, _weights(leaves(y))))

    return gradient


def _weights(ys: Sequence[Any]) -> list[Any]:
    """A weight for each element of each result, no two alike: equal ones could hide errors that cancel."""
    from autograd.arrays import np

    rng = np.random.default_rng(0)
    return [rng.uniform(0.5, 1.5, y.shape) if getattr(y, "shape", ()) else rng.uniform(0.5, 1.5) for y in ys]
