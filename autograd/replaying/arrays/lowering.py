"""From a recording to statements: each instruction becomes the NumPy calls that its operation's kernel makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.arrays import np
from autograd.graph.value import TABLE
from autograd.replaying.arrays.statements import Statement, Variable, needed, overlaid
from autograd.replaying.arrays.symbols import written
from autograd.replaying.arrays.writing import Writer
from autograd.replaying.indices import Indexed
from autograd.replaying.instructions import Instruction, Recording, Slot

__all__ = ["Lowered", "lowered"]


class Lowered:
    """The statements of a recording.

    Attributes:
        statements: in order, those of no use left out.
        inputs, outputs, gradients: the variable of each, as in the recording; None where there is none.
        leaves: the variables of the leaves.
        rare: by statement that is of use to one `overlaid` alone, and only where its condition holds: that one.
    """

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.rare: dict[Statement, Statement] = {}
        self.inputs: list[Variable | None] = []
        self.outputs: list[Variable] = []
        self.gradients: list[Variable | None] = []
        self.leaves: list[Variable] = []


def lowered(recording: Recording, inputs: Sequence[Any]) -> Lowered:
    """The statements of a recording; `inputs`: data of the inputs, on which they are tried."""
    writer = Writer()
    variables = [_variable(writer, slot) for slot in recording.slots]
    for place, data in zip(recording.inputs, inputs, strict=True):
        if place is not None:
            variables[place] = Variable("input", data, label=recording.slots[place].label)
    guards = list(enumerate(recording.guards))
    for i in range(len(recording.instructions) + 1):
        while guards and guards[0][1].after == i:
            place, guard = guards.pop(0)
            writer.guard(variables[guard.slot], guard.expected, place)
        if i < len(recording.instructions):
            instruction = recording.instructions[i]
            variables[instruction.slot] = _written(writer, recording.slots, instruction, variables)
    return _collected(recording, writer.statements, variables)


def _variable(writer: Writer, slot: Slot) -> Any:
    if slot.kind == "constant":
        changes = isinstance(slot.data, np.ndarray) and slot.data.flags.writeable
        return writer.constant(slot.data.copy("K") if changes else slot.data)  # the user may write into it
    if slot.kind == "leaf":
        return Variable("leaf", slot.leaf.data, leaf=slot.leaf, label=slot.label)  # type: ignore[union-attr]
    return None


def _written(writer: Writer, slots: Sequence[Slot], instruction: Instruction, variables: Sequence[Any]) -> Variable:
    """The variable of an instruction's result, in the form of its slot: what the operation itself does when called."""
    op, params = instruction.op, instruction.params
    operands = [variables[place] for place in instruction.operands]
    if isinstance(op, Indexed):
        op, own, params = op.unpacked(operands)
        operands = list(own)
    slot = slots[instruction.slot]
    label = f" {slot.label!r}" if slot.label else ""
    writer.note = op.name + label
    numbers = slot.dtype is None and all(x.dtype is None for x in operands)
    if TABLE.get(op.name) is not op:  # the user's own may do anything
        function = op.scalar if numbers and op.scalar else op.kernel
        found = writer.once(function, (list(operands),) if op.variadic else tuple(operands), params)
    elif numbers and op.scalar is not None:
        found = writer.apply(op.scalar, tuple([_float(writer, x) for x in operands]), params)
    else:
        found = written(writer, op, operands, params)
    return _fitted(writer, found, slot)


def _float(writer: Writer, x: Variable) -> Variable:
    return x if not x.is_constant or type(x.data) is float else writer.constant(float(x.data))


def _fitted(writer: Writer, x: Variable, slot: Slot) -> Variable:
    if slot.dtype is None:
        return x if x.dtype is None else writer.apply(float, (x,), {})
    if x.dtype is None:
        x = writer.apply(np.asarray, (x,), {})
    return writer.convert(x, slot.dtype)


def _collected(recording: Recording, statements: Sequence[Statement], variables: Sequence[Any]) -> Lowered:
    found = Lowered()
    found.inputs = [None if place is None else variables[place] for place in recording.inputs]
    found.outputs = [variables[place] for place in recording.outputs]
    found.gradients = [None if place is None else variables[place] for place in recording.gradients]
    found.leaves = [x for x in variables if x is not None and x.kind == "leaf"]
    kept = [*found.outputs, *(x for x in found.gradients if x is not None)]
    found.statements = needed(statements, kept)
    found.rare = _rare(found.statements, kept)
    found.statements = _moved(found.statements, found.rare)
    return found


def _rare(statements: Sequence[Statement], kept: Sequence[Variable]) -> dict[Statement, Statement]:
    """The statements that are of use to one `overlaid` alone, and only where its condition holds."""
    users: dict[Variable, list[Any]] = {x: [None] for x in kept}
    for statement in statements:
        for x in statement.operands:
            users.setdefault(x, []).append(statement)
    found: dict[Statement, Statement] = {}
    for statement in reversed(statements):
        owners = {_owner(user, statement.result, found) for user in users.get(statement.result, [None])}
        owner = owners.pop() if len(owners) == 1 else None
        if owner is not None:
            found[statement] = owner
    return found


def _owner(user: Statement | None, x: Variable, found: dict[Statement, Statement]) -> Statement | None:
    """For which `overlaid` this user needs x, where its condition holds; None if it always does."""
    if user is None:
        return None
    if user.function is overlaid and x is user.args[2] and x not in user.args[:2]:
        return user
    return found.get(user)


def _moved(statements: Sequence[Statement], rare: dict[Statement, Statement]) -> list[Statement]:
    """The statements, those of use to one `overlaid` alone right before it."""
    waiting: dict[Statement, list[Statement]] = {}
    found: list[Statement] = []
    for statement in statements:
        place = waiting.setdefault(rare[statement], []) if statement in rare else found
        place += [*waiting.pop(statement, ()), statement]
    return found
