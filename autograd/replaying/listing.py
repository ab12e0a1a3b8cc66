"""A recording of numbers as readable text, in the form of Python."""

from __future__ import annotations

from autograd.replaying.instructions import Guard, Instruction, Recording

__all__ = ["listing"]

LETTERS = {"input": "x", "leaf": "p", "result": "t"}


def listing(recording: Recording) -> str:
    """A line for each instruction, for each guard, and for each step of the reverse pass."""
    names = _names(recording)
    given = [names[i] for i, slot in enumerate(recording.slots) if slot.kind in ("input", "leaf")]
    lines = [f"def program({', '.join(given)}):"]
    waiting = list(recording.guards)
    for number, instruction in enumerate(recording.instructions):
        lines += _guards(waiting, number, names)
        label = recording.slots[instruction.slot].label
        note = f"  # {label}" if label else ""
        lines.append(f"    {names[instruction.slot]} = {_expression(instruction, names)}{note}")
    lines += _guards(waiting, len(recording.instructions), names)
    if recording.edges is not None:
        lines += _reverse_pass(recording, names)
    letter = "" if recording.edges is None else "g"
    gradients = ["0.0" if slot is None else letter + names[slot] for slot in recording.gradients]
    outputs = [names[slot] for slot in recording.outputs]
    return "\n".join([*lines, f"    return [{', '.join(outputs)}], [{', '.join(gradients)}]", ""])


def _names(recording: Recording) -> list[str]:
    """Inputs are x0, x1, ..., Values from outside p0, p1, ..., results t0, t1, ..., constants what they are."""
    names = []
    counts = dict.fromkeys(LETTERS, 0)
    for slot in recording.slots:
        if slot.kind == "constant":
            names.append(repr(float(slot.data)))
        else:
            names.append(f"{LETTERS[slot.kind]}{counts[slot.kind]}")
            counts[slot.kind] += 1
    return names


def _guards(waiting: list[Guard], number: int, names: list[str]) -> list[str]:
    """The guards that come before an instruction, taken off the list."""
    lines = []
    while waiting and waiting[0].after <= number:
        guard = waiting.pop(0)
        lines.append(f"    assert {'' if guard.expected else 'not '}{names[guard.slot]}  # else f is recorded again")
    return lines


def _expression(instruction: Instruction, names: list[str]) -> str:
    op, xs = instruction.op, [names[slot] for slot in instruction.operands]
    if op.infix and not instruction.params:
        return f"{op.infix}{xs[0]}" if len(xs) == 1 else f"{xs[0]} {op.infix} {xs[1]}"
    params = [f"{name}={value!r}" for name, value in instruction.params.items()]
    return f"{op.name}({', '.join([*xs, *params])})"


def _reverse_pass(recording: Recording, names: list[str]) -> list[str]:
    """The cotangent of a variable has its name behind a g."""
    root = recording.outputs[0]
    lines, reached = [f"    g{names[root]} = 1.0"], {root}
    for edge in recording.edges or ():
        slope = "" if names[edge.partial] == "1.0" else f" * {names[edge.partial]}"
        condition = "" if edge.condition is None else f"if {names[edge.condition]}: "
        sign = "+=" if edge.operand in reached else "="
        lines.append(f"    {condition}g{names[edge.operand]} {sign} g{names[edge.result]}{slope}")
        reached.add(edge.operand)
    return lines
