"""A recording run instruction by instruction, slow and plain: to see where two of them part."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from autograd.replaying.instructions import Instruction, Recording

__all__ = ["apply", "interpreted"]


def _initial(recording: Recording, inputs: Sequence[Any]) -> list[Any]:
    """What each slot holds before the first instruction: inputs, leaves' data now, constants; None for results."""
    data = [slot.data for slot in recording.slots]
    for i, slot in enumerate(recording.slots):
        if slot.leaf is not None:
            data[i] = slot.leaf.data
    for place, x in zip(recording.inputs, inputs, strict=True):
        if place is not None:
            data[place] = x
    return data


def apply(instruction: Instruction, xs: Sequence[Any], dtype: Any) -> Any:
    """The result of one instruction for its operands, in the dtype of its slot (None: a float)."""
    op = instruction.op
    if dtype is None and op.scalar is not None and all(isinstance(x, (float, int)) for x in xs):
        return op.scalar(*map(float, xs), **instruction.params)
    z = op.kernel(xs, **instruction.params) if op.variadic else op.kernel(*xs, **instruction.params)
    if dtype is None:
        return float(z)
    from autograd.arrays import np

    return np.asarray(z, dtype)


def interpreted(recording: Recording, inputs: Sequence[Any]) -> list[Any]:
    """What each slot holds in the end; guards are passed over."""
    data = _initial(recording, inputs)
    with _quiet(recording):
        for instruction in recording.instructions:
            xs = [data[slot] for slot in instruction.operands]
            data[instruction.slot] = apply(instruction, xs, recording.slots[instruction.slot].dtype)
    return data


def _quiet(recording: Recording) -> Any:
    if recording.is_scalar:
        return nullcontext()
    from autograd.arrays import np

    return np.errstate(all="ignore")
