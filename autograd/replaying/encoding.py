"""A recording of numbers as arrays of numbers: what the compiled loops run, and NumPy in their place."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from autograd.graph.value import TABLE, Value
from autograd.replaying.instructions import Instruction, Recording
from autograd.replaying.interpretation import apply

__all__ = ["CODES", "OTHER", "Encoded", "Group", "called"]

# The operations that the compiled loop knows, by number; each other one is called as Python.
CODES = {name: number for number, name in enumerate((
    "add", "subtract", "multiply", "divide", "power", "power_slope", "maximum", "minimum", "greater", "greater_equal",
    "less", "less_equal", "equal", "not_equal", "logical_and", "logical_or", "negative", "positive", "exp", "log",
    "tanh", "sech2", "relu", "sign", "sqrt", "square", "sigmoid", "expm1", "log1p", "isnan", "logical_not",
    "stop_gradient", "where",
))}  # fmt: skip
OTHER = len(CODES)


class Group:
    """Instructions of one operation that need nothing of each other, and so may run in any order, or at once.

    Attributes:
        code: the number of the operation in CODES.
        is_elementwise: whether its kernel for arrays may compute all of them at once.
        start: the place of the first one in the arrays of operands; `stop` is behind that of the last.
    """

    __slots__ = ("code", "instructions", "is_elementwise", "op", "start", "stop")

    def __init__(self, instructions: list[Instruction], start: int) -> None:
        self.instructions = instructions
        self.op = op = instructions[0].op
        is_known = TABLE.get(op.name) is op and not instructions[0].params
        self.code = CODES.get(op.name, OTHER) if is_known else OTHER
        self.is_elementwise = is_known and (op.builder in ("elementwise", "predicate") or op.name == "where")
        self.start = start
        self.stop = start + len(instructions)


class Encoded:
    """Slots renumbered, so that inputs come first, then leaves, constants, and results in the order of the groups.

    Attributes:
        used: which of the call's inputs have a slot; `uses_all`: whether all have.
        values: what all slots hold before the first call.
        leaves: the Values from outside, whose slots begin behind the inputs.
        first: the slot of the first result; that of the i-th instruction is `first + i`.
        groups: the instructions in an order in which they can run.
        operands: for each place of an operand, the slot that each instruction has there; 0 where it has none.
        guards: the slot and the expected outcome of each.
        outputs, gradients: the slots of each; of a gradient by the reverse pass, the slot that it is the gradient of.
        differentiates: whether there is a reverse pass; `is_conditional`: whether a step of it has a condition.
        results, targets, partials, conditions: the slots of each step of the reverse pass: of the result, the operand,
            the partial derivative and the condition (-1: none).
    """

    def __init__(self, recording: Recording) -> None:
        groups = _groups(recording)
        instructions = [instruction for group in groups for instruction in group]
        place = _places(recording, instructions)
        self.leaves: list[Value] = [slot.leaf for slot in recording.slots if slot.leaf is not None]
        self.used = [i for i, slot in enumerate(recording.inputs) if slot is not None]
        self.first = len(recording.slots) - len(instructions)
        self.values = array("d", bytes(8 * (self.first + len(instructions))))
        for slot, number in place.items():
            if recording.slots[slot].kind == "constant":
                self.values[number] = float(recording.slots[slot].data)
        arity = max((len(instruction.operands) for instruction in instructions), default=0)
        self.operands = [
            array("i", [place[i.operands[k]] if k < len(i.operands) else 0 for i in instructions])
            for k in range(max(arity, 3))
        ]
        self.groups: list[Group] = []
        start = 0
        for group in groups:
            self.groups.append(Group(group, start))
            start += len(group)
        self.guards = [(place[guard.slot], guard.expected) for guard in recording.guards]
        self.outputs = [place[slot] for slot in recording.outputs]
        self.gradients = [None if slot is None else place[slot] for slot in recording.gradients]
        edges = recording.edges or []
        self.uses_all = len(self.used) == len(recording.inputs)
        self.differentiates = recording.edges is not None
        self.results = array("i", [place[edge.result] for edge in edges])
        self.targets = array("i", [place[edge.operand] for edge in edges])
        self.partials = array("i", [place[edge.partial] for edge in edges])
        self.conditions = array("i", [-1 if edge.condition is None else place[edge.condition] for edge in edges])
        self.is_conditional = any(edge.condition is not None for edge in edges)


def _groups(recording: Recording) -> list[list[Instruction]]:
    """The instructions by their depth, and at each depth by their operation."""
    depth = [0] * len(recording.slots)
    found: dict[Any, list[Instruction]] = {}
    for instruction in recording.instructions:
        level = depth[instruction.slot] = 1 + max([depth[slot] for slot in instruction.operands], default=0)
        found.setdefault((level, id(instruction.op), bool(instruction.params)), []).append(instruction)
    return [found[key] for key in sorted(found, key=lambda key: key[0])]


def _places(recording: Recording, instructions: Sequence[Instruction]) -> dict[int, int]:
    """The new number of each slot."""
    place = {slot: i for i, slot in enumerate(slot for slot in recording.inputs if slot is not None)}
    following = len(place)
    for kind in ("leaf", "constant"):
        for number, slot in enumerate(recording.slots):
            if slot.kind == kind:
                place[number] = following
                following += 1
    for instruction in instructions:
        place[instruction.slot] = following
        following += 1
    return place


def called(group: Group, operands: Sequence[Any], values: Any) -> list[float]:
    """The results of a group whose operation is called as Python, once for each instruction."""
    found = []
    for place, instruction in enumerate(group.instructions, start=group.start):
        xs = [values[operands[k][place]] for k in range(len(instruction.operands))]
        found.append(apply(instruction, xs, None))
    return found
