# cython: boundscheck=False, wraparound=False, cdivision=False
"""The tape: a program of floats, run by loops that are compiled to C."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from autograd import ieee
from autograd.graph.value import Value
from autograd.replaying.encoding import OTHER, Encoded, called
from autograd.replaying.instructions import Missed, Recording
from autograd.replaying.listing import listing

__all__ = ["Tape"]

(ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, POWER_SLOPE, MAXIMUM, MINIMUM, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, EQUAL,
 NOT_EQUAL, LOGICAL_AND, LOGICAL_OR, NEGATIVE, POSITIVE, EXP, LOG, TANH, SECH2, RELU, SIGN, SQRT, SQUARE, SIGMOID,
 EXPM1, LOG1P, ISNAN, LOGICAL_NOT, STOP_GRADIENT, WHERE) = range(OTHER)  # fmt: skip


class Tape:
    """A recording of numbers alone, as arrays that compiled loops go over.

    Values agree bit for bit with those that eager computes, and so do gradients, but for nodes that it shares.
    """

    def __init__(self, recording: Recording, code: Encoded) -> None:
        self._recording = recording
        self._code = code
        self._values = code.values
        self._cotangents = array("d", bytes(8 * len(code.values)))
        self._alive = array("b", bytes(len(code.values)))
        self._codes = array("i", [group.code for group in code.groups])
        self._ends = array("i", [group.stop for group in code.groups])
        self._xs, self._ys, self._zs = code.operands[:3]

    @property
    def source(self) -> str:
        """What runs, as Python."""
        return listing(self._recording)

    def run(self, inputs: list[Any]) -> tuple[list[Any], list[Any]]:
        """The outputs and the wanted gradients.

        Raises:
            Missed: where a guard has another outcome.
        """
        code = self._code
        values = self._values
        fill(values, inputs if code.uses_all else [inputs[i] for i in code.used], code.leaves)
        forward(values, code.first, self._codes, self._ends, self._xs, self._ys, self._zs, code)
        for i, (slot, expected) in enumerate(code.guards):
            if (values[slot] != 0.0) is not expected:
                raise Missed(i)
        outputs = picked(values, code.outputs)
        if not code.differentiates:
            return outputs, picked(values, code.gradients)
        root = code.outputs[0]
        if code.is_conditional:
            masked_reverse(
                values, self._cotangents, self._alive, root, code.results, code.targets, code.partials, code.conditions
            )
        else:
            reverse(values, self._cotangents, root, code.results, code.targets, code.partials)
        return outputs, picked(self._cotangents, code.gradients)


def fill(values: Any, inputs: list[Any], leaves: list[Value]) -> None:
    """Put the inputs, and the leaves' data as it is now, in front of the constants."""
    for i, x in enumerate(inputs):
        values[i] = x
    for i, leaf in enumerate(leaves, start=len(inputs)):
        values[i] = leaf._number


def picked(values: Any, slots: Sequence[int | None]) -> list[Any]:
    """What the slots hold; None for None."""
    found: list[Any] = []
    for slot in slots:
        if slot is None:
            found.append(None)
        else:
            i = slot
            found.append(values[i])
    return found


def forward(values: Any, first: int, codes: Any, ends: Any, xs: Any, ys: Any, zs: Any, encoded: Encoded) -> None:
    """Run the groups, one operation each; the results lie behind each other from `first` on."""
    i = 0
    for k in range(len(codes)):
        code = codes[k]
        end = ends[k]
        if code == MULTIPLY:  # what long sums of products are made of has loops of its own
            while i < end:
                values[first + i] = values[xs[i]] * values[ys[i]]
                i += 1
        elif code == ADD:
            while i < end:
                values[first + i] = values[xs[i]] + values[ys[i]]
                i += 1
        elif code < NEGATIVE:
            while i < end:
                values[first + i] = _binary(code, values[xs[i]], values[ys[i]])
                i += 1
        elif code < WHERE:
            while i < end:
                values[first + i] = _unary(code, values[xs[i]])
                i += 1
        elif code == WHERE:
            while i < end:
                values[first + i] = values[ys[i]] if values[xs[i]] != 0.0 else values[zs[i]]
                i += 1
        else:
            for z in called(encoded.groups[k], encoded.operands, values):
                values[first + i] = z
                i += 1


def _binary(code: int, x: float, y: float) -> float:
    if code == SUBTRACT:
        return x - y
    if code == DIVIDE:
        return ieee.divide(x, y)
    if code == POWER:
        return ieee.power(x, y)
    if code == POWER_SLOPE:
        return ieee.power_slope(x, y)
    if code == MAXIMUM:
        return ieee.maximum(x, y)
    if code == MINIMUM:
        return ieee.minimum(x, y)
    return 1.0 if _holds(code, x, y) else 0.0


def _holds(code: int, x: float, y: float) -> bool:
    if code == GREATER:
        return x > y
    if code == GREATER_EQUAL:
        return x >= y
    if code == LESS:
        return x < y
    if code == LESS_EQUAL:
        return x <= y
    if code == EQUAL:
        return x == y
    if code == NOT_EQUAL:
        return x != y
    if code == LOGICAL_AND:
        return x != 0.0 and y != 0.0
    return x != 0.0 or y != 0.0


def _unary(code: int, x: float) -> float:
    if code == NEGATIVE:
        return -x
    if code == EXP:
        return ieee.exp(x)
    if code == LOG:
        return ieee.log(x)
    if code == TANH:
        return ieee.tanh(x)
    if code == SECH2:
        return ieee.sech2(x)
    if code == RELU:
        return ieee.relu(x)
    if code == SIGN:
        return ieee.sign(x)
    if code == SQRT:
        return ieee.sqrt(x)
    if code == SQUARE:
        return x * x
    if code == SIGMOID:
        return ieee.sigmoid(x)
    if code == EXPM1:
        return ieee.expm1(x)
    if code == LOG1P:
        return ieee.log1p(x)
    if code == ISNAN:
        return 1.0 if x != x else 0.0
    if code == LOGICAL_NOT:
        return 1.0 if x == 0.0 else 0.0
    return x  # positive, stop_gradient


def reverse(values: Any, g: Any, root: int, results: Any, targets: Any, partials: Any) -> None:
    """Hand the cotangent of the root on, step by step."""
    for i in range(len(g)):
        g[i] = -0.0  # to which any number is added without a change, -0.0 included
    g[root] = 1.0
    for i in range(len(results)):
        g[targets[i]] += g[results[i]] * values[partials[i]]


def masked_reverse(
    values: Any, g: Any, alive: Any, root: int, results: Any, targets: Any, partials: Any, conditions: Any
) -> None:
    """The same where some steps are there only if a condition holds: what nothing reaches hands nothing on."""
    for i in range(len(g)):
        g[i] = -0.0
        alive[i] = 0
    g[root] = 1.0
    alive[root] = 1
    for i in range(len(results)):
        if alive[results[i]] and (conditions[i] < 0 or values[conditions[i]] != 0.0):
            g[targets[i]] += g[results[i]] * values[partials[i]]
            alive[targets[i]] = 1
    for i in range(len(g)):
        if not alive[i]:
            g[i] = 0.0
