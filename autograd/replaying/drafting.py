"""A log of operations made into a Recording: slots and instructions, equal ones once, and none without use."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from types import EllipsisType
from typing import Any

from autograd.graph.operation import Operation
from autograd.graph.value import TABLE, Value
from autograd.replaying.indices import as_instruction
from autograd.replaying.instructions import Guard, Instruction, Recording, Slot

__all__ = ["Draft", "pruned"]

SIMPLE = (int, float, str, bool, type(None), EllipsisType)


class Draft:
    """Slots and instructions as they come, equal expressions once."""

    def __init__(self, inputs: Sequence[Value], wrapped: Container[Value]) -> None:
        self.slots: list[Slot] = []
        self.instructions: list[Instruction] = []
        self.place: dict[Value, int] = {}
        self._constants: dict[Any, int] = {}
        self._known: dict[Any, int] = {}
        self._wrapped = wrapped  # Values that are constants
        self.inputs = [self._new("input", x) for x in inputs]

    def _new(self, kind: str, value: Value, leaf: Value | None = None) -> int:
        dtype = None if value._array is None else value._array.dtype
        self.slots.append(Slot(kind, value.shape, dtype, leaf=leaf, label=value._label))
        self.place[value] = len(self.slots) - 1
        return len(self.slots) - 1

    def slot_of(self, x: Any) -> int:
        """The slot of an operand: of a Value, or of a constant."""
        if type(x) is Value:
            slot = self.place.get(x)
            if slot is not None:
                return slot
            if x not in self._wrapped:
                return self._new("leaf", x, leaf=x)
            x = x._number if x._array is None else x._array
        is_number = type(x) in (float, int, bool)
        key = (id(x),) if not is_number else float(x) if x and x == x else repr(x)  # -0.0 and NaN by their texts
        slot = self._constants.get(key)
        if slot is None:
            shape, dtype = ((), None) if is_number else (x.shape, x.dtype)
            self.slots.append(Slot("constant", shape, dtype, x))
            slot = self._constants[key] = len(self.slots) - 1
        return slot

    def add(self, node: Value, op: Operation, operands: Sequence[Any], params: Mapping[str, Any]) -> None:
        """One more instruction, unless the same stands there already."""
        op, operands, params = as_instruction(op, operands, params)
        places = tuple([self.slot_of(x) for x in operands])
        signature = None if TABLE.get(op.name) is not op else _signature(params)  # the user's may draw numbers
        key = None if signature is None else (op.name, places, signature)
        known = self._known.get(key) if key else None
        if known is not None:
            self.place[node] = known
            return
        slot = self._new("result", node)
        self.instructions.append(Instruction(op, places, dict(params), slot))
        if key is not None:
            self._known[key] = slot


def _signature(params: Mapping[str, Any]) -> str | None:
    """The parameters as a text that only equal ones share; None where there is none."""
    return "" if not params else repr(params) if _is_simple(tuple(params.values())) else None


def _is_simple(x: Any) -> bool:
    if type(x) is tuple:
        return all(map(_is_simple, x))
    if type(x) is slice:
        return _is_simple((x.start, x.stop, x.step))
    return type(x) in SIMPLE


def pruned(draft: Draft, guards: Sequence[Guard], needed: Sequence[int]) -> tuple[Recording, dict[int, int]]:
    """The recording without what nobody needs, and the new number of each slot that stays."""
    wanted = {*needed, *(guard.slot for guard in guards)}
    stays = [False] * len(draft.instructions)
    for i in range(len(draft.instructions) - 1, -1, -1):
        if draft.instructions[i].slot in wanted:
            stays[i] = True
            wanted.update(draft.instructions[i].operands)
    moved = {slot: number for number, slot in enumerate(sorted(wanted))}
    recording = Recording()
    recording.slots = [draft.slots[slot] for slot in moved]
    ends = [0]  # how many of the instructions before each one stay
    for instruction, kept in zip(draft.instructions, stays, strict=True):
        if kept:
            operands = tuple([moved[x] for x in instruction.operands])
            recording.instructions.append(
                Instruction(instruction.op, operands, instruction.params, moved[instruction.slot])
            )
        ends.append(len(recording.instructions))
    recording.guards = [Guard(ends[guard.after], moved[guard.slot], guard.expected) for guard in guards]
    recording.inputs = [moved.get(slot) for slot in draft.inputs]
    return recording, moved
