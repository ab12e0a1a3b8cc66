"""Grouped: a program of floats where nothing is compiled, run by NumPy on groups of equal depth and operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.arrays import np
from autograd.replaying.encoding import Encoded, Group, called
from autograd.replaying.instructions import Missed, Recording
from autograd.replaying.listing import listing

__all__ = ["Grouped"]

TAKE_OUT = {"add", "subtract", "multiply", "negative", "exp", "square", "greater", "less"}  # kernels with out=


class Grouped:
    """A recording of numbers alone, whose instructions NumPy runs in groups.

    Results agree with eager ones within a few units in the last place: NumPy's kernels are not those for single
    numbers, and sums are added up in another order.
    """

    def __init__(self, recording: Recording, code: Encoded) -> None:
        self._recording = recording
        self._code = code
        self._values = np.array(code.values)
        self._operands = [np.array(places, np.intp) for places in code.operands]
        self._steps = [self._step(group) for group in code.groups]
        self._levels = _levels(code)
        self._places = np.array([slot for slot in code.gradients if slot is not None], np.intp)

    @property
    def source(self) -> str:
        """What runs, as Python; here many lines at once."""
        return listing(self._recording)

    def run(self, inputs: list[Any]) -> tuple[list[Any], list[Any]]:
        """The outputs and the wanted gradients.

        Raises:
            Missed: where a guard has another outcome.
        """
        code, values = self._code, self._values
        given = [*(inputs[i] for i in code.used), *(leaf._number for leaf in code.leaves)]
        values[: len(given)] = given
        with np.errstate(all="ignore"):
            for step in self._steps:
                step()
            for i, (slot, expected) in enumerate(code.guards):
                if bool(values[slot]) is not expected:
                    raise Missed(i)
            outputs = values.take(code.outputs).tolist()
            found = iter((self._reverse() if code.differentiates else values)[self._places].tolist())
        return outputs, [None if slot is None else next(found) for slot in code.gradients]

    def _step(self, group: Group) -> Callable[[], None]:
        """What runs a group: its operands gathered, its results side by side."""
        values, op = self._values, group.op
        out = values[self._code.first + group.start : self._code.first + group.stop]
        places = [x[group.start : group.stop] for x in self._operands[: len(group.instructions[0].operands)]]
        if not group.is_elementwise:

            def step() -> None:
                out[:] = called(group, self._code.operands, values)

        elif op.name in TAKE_OUT:
            buffers = [np.empty(len(out)) for _ in places]
            kernel = getattr(np, op.name)

            def step() -> None:
                for place, buffer in zip(places, buffers, strict=True):
                    values.take(place, out=buffer, mode="clip")
                kernel(*buffers, out=out, casting="unsafe")

        else:

            def step() -> None:
                out[:] = op.kernel(*(values.take(place) for place in places))

        return step

    def _reverse(self) -> Any:
        """The cotangents of all slots: those of a level at once, from levels that are complete."""
        g = np.zeros(len(self._values))
        g[self._code.outputs[0]] = 1.0
        if self._code.is_conditional:
            return self._masked_reverse(g)
        for slots, starts, results, partials, _ in self._levels:
            g[slots] = np.add.reduceat(g.take(results) * self._values.take(partials), starts)
        return g

    def _masked_reverse(self, g: Any) -> Any:
        """The same where some steps are there only if a condition holds: what nothing reaches hands nothing on."""
        alive = g != 0.0
        for slots, starts, results, partials, conditions in self._levels:
            live = alive[results] & ((conditions < 0) | (self._values[conditions] != 0.0))
            g[slots] = np.add.reduceat(np.where(live, g[results] * self._values[partials], 0.0), starts)
            alive[slots] = np.logical_or.reduceat(live, starts)
        return g


def _levels(code: Encoded) -> list[tuple[Any, ...]]:
    """The steps of the reverse pass by the level of their operand, which is above those of all that it contributes to.

    For each level its slots, the place where the steps of each slot begin, and of each step the result, the partial
    derivative and the condition.
    """
    level: dict[int, int] = {}
    for result, target in zip(code.results, code.targets, strict=True):  # all that reaches a result comes before it
        level[target] = max(level.get(target, 0), 1 + level.get(result, 0))
    targets = np.array(code.targets, np.intp)
    levels = np.array([level[target] for target in code.targets], np.intp)
    order = np.lexsort((targets, levels))  # by the level, then by the slot
    steps = [np.array(code.results, np.intp), np.array(code.partials, np.intp), np.array(code.conditions, np.intp)]
    found = []
    for part in np.split(order, np.flatnonzero(np.diff(levels[order])) + 1) if len(order) else ():
        slots, starts = np.unique(targets[part], return_index=True)
        found.append((slots, starts, *(x[part] for x in steps)))
    return found
