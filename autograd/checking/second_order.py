"""The gradient of a function, as a function of the same arguments that can be checked in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.arrays import np
from autograd.checking.problem import Problem
from autograd.functional.containers import leaves
from autograd.graph.value import Value
from autograd.graph.walks import gradients

__all__ = ["gradient_of"]


def gradient_of(problem: Problem, rng: Any) -> Callable[..., list[Value]]:
    """The gradients by all leaves of one random combination of f's outputs, recorded.

    A combination, because a Jacobian of the whole Jacobian would cost a walk for each of its entries; random, so that
    no second derivative hides behind another.
    """
    generator = np.random.default_rng(rng)
    sizes = [y.size for _, y in problem.first.ys]
    weights = generator.uniform(0.5, 1.0, sum(sizes)) * generator.choice([-1.0, 1.0], sum(sizes))

    def gradient(*args: Any) -> list[Value]:
        given = leaves(args)
        xs = [given[i] for i in problem.places]
        outputs = leaves(problem.f(*args))
        ends = np.cumsum([y.size for y in outputs])[:-1]
        columns = [
            gradients(y, xs, part.reshape(y.shape), create_graph=True)
            for y, part in zip(outputs, np.split(weights, ends), strict=True)
        ]
        return [sum(found[1:], found[0]) for found in zip(*columns, strict=True)]

    return gradient
