"""One time step of each kind of recurrence, shared by the cells and the layers that run them over sequences."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import autograd
from autograd import Value
from nn.activation import resolve
from nn.functional import linear
from nn.options import choice

__all__ = ["GRU_STEP", "LSTM_STEP", "Step", "Weights", "elman_step"]


class Weights(NamedTuple):
    """What a step multiplies by and adds: each of one block of rows for every gate."""

    ih: Value
    hh: Value
    bias_ih: Value | None
    bias_hh: Value | None


class Step(NamedTuple):
    """A kind of recurrence: how many gates it has, how many arrays its state is, and what one time step makes of it.

    `advance(x, state, weights)` gives the new state, whose first array is the output; shapes are x (..., inputs) and
    (..., hidden) for each array of the state. Before a sequence, `prepare` makes of the weights what it needs.
    """

    gates: int
    states: int
    advance: Callable[[Any, tuple[Any, ...], Weights], tuple[Any, ...]]
    prepare: Callable[[Weights], Weights]


def _summed(x: Any, h: Any, w: Weights) -> Any:
    return linear(h, w.hh, linear(x, w.ih, w.bias_ih))  # both biases stand in the first, see `joined`


def joined(w: Weights) -> Weights:
    """The same with the sum of both biases in place of the first, for steps that only ever add them."""
    return w if w.bias_ih is None or w.bias_hh is None else w._replace(bias_ih=w.bias_ih + w.bias_hh, bias_hh=None)


def _cut(a: Any, *ends: int) -> list[Any]:
    """The last axis cut into as many blocks as gates, up to each of these ends."""
    size = a.shape[-1] // ends[-1]
    return [a[..., start * size : end * size] for start, end in pairwise((0, *ends))]


def elman_step(layer: str, nonlinearity: str) -> Step:
    """h' = φ(W_ih x + b_ih + W_hh h + b_hh), φ being tanh or relu (Elman, 1990)."""
    choice("tanh", "relu")(layer, nonlinearity=nonlinearity)
    return Step(1, 1, partial(_elman, resolve(nonlinearity)), joined)  # no lambda: modules are pickled


def _elman(phi: Callable[[Any], Any], x: Any, state: tuple[Any, ...], w: Weights) -> tuple[Any, ...]:
    return (phi(_summed(x, state[0], w)),)


def _lstm(x: Any, state: tuple[Any, ...], w: Weights) -> tuple[Any, ...]:
    h, c = state
    i, f, g, o = _cut(_summed(x, h, w), 1, 2, 3, 4)
    c = autograd.sigmoid(f) * c + autograd.sigmoid(i) * autograd.tanh(g)
    return autograd.sigmoid(o) * autograd.tanh(c), c


def _gru(x: Any, state: tuple[Any, ...], w: Weights) -> tuple[Any, ...]:
    (h,) = state
    rz_x, n_x = _cut(linear(x, w.ih, w.bias_ih), 2, 3)
    rz_h, n_h = _cut(linear(h, w.hh, w.bias_hh), 2, 3)
    r, z = _cut(autograd.sigmoid(rz_x + rz_h), 1, 2)
    n = autograd.tanh(n_x + r * n_h)  # r gates what the state adds, bias and all, as in cuDNN
    return (n + z * (h - n),)


LSTM_STEP = Step(4, 2, _lstm, joined)
GRU_STEP = Step(3, 1, _gru, lambda w: w)
