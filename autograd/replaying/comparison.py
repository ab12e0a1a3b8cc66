"""check: a replay beside a fresh run, and which instruction computes something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.errors import ReplayError
from autograd.replaying.instructions import Instruction, Recording
from autograd.replaying.interpretation import interpreted

__all__ = ["differs", "explained", "require_same"]

TOLERANCES = {"float16": 1e-2, "float32": 1e-4}  # relative to the largest element; of other dtypes:
TOLERANCE = 1e-9


def differs(found: Any, expected: Any) -> bool:
    """Whether two plain results are not the same up to rounding."""
    if type(found) is float and type(expected) is float:
        if found == expected or (found != found and expected != expected):
            return False
        return not abs(found - expected) <= TOLERANCE * max(abs(found), abs(expected)) < float("inf")
    if not hasattr(found, "dtype") and not hasattr(expected, "dtype"):
        return bool(found != expected)
    from autograd.arrays import np

    if np.shape(found) != np.shape(expected):
        return True
    finite = np.isfinite(expected)
    if not np.array_equal(np.where(finite, 0.0, found), np.where(finite, 0.0, expected), equal_nan=True):
        return True
    gap = np.abs(np.subtract(found, expected, dtype=float), where=finite, out=np.zeros(np.shape(found)))
    largest = float(np.max(np.abs(expected), where=finite, initial=0.0))
    return bool(np.max(gap, initial=0.0) > TOLERANCES.get(np.asarray(expected).dtype.name, TOLERANCE) * largest)


def require_same(what: str, found: Sequence[Any], expected: Sequence[Any], cause: str) -> None:
    """Compare leaf by leaf.

    Raises:
        ReplayError: for the first that differs, with both numbers, and the cause.
    """
    if len(found) != len(expected):
        raise ReplayError(f"replay: {what}: a replay gives {len(found)} of them, a fresh run {len(expected)}. {cause}")
    for i, (x, y) in enumerate(zip(found, expected, strict=True)):
        if differs(x, y):
            number = f" {i}" if len(found) > 1 else ""
            raise ReplayError(f"replay: {what}{number}: a replay gives {_text(x)}, a fresh run {_text(y)}. {cause}")


def explained(old: Recording, new: Recording, inputs: Sequence[Any]) -> str:
    """The first instruction of a recording that computes something else than in a recording made now."""
    before, now = interpreted(old, inputs), interpreted(new, inputs)
    for i, (was, become) in enumerate(zip(old.instructions, new.instructions, strict=False)):
        line = f"Instruction {i}, {_name(old, was)},"
        if was.op.name != become.op.name or len(was.operands) != len(become.operands):
            return f"{line} was recorded where f now computes {_name(new, become)}: f takes another way."
        for j, (x, y) in enumerate(zip(was.operands, become.operands, strict=True)):
            if old.slots[x].kind == "constant" and differs(before[x], now[y]):
                return (
                    f"{line} has a constant as operand {j}, {_text(before[x])}, which is now {_text(now[y])}: f draws "
                    "it at random, or takes it from outside as plain data. Hand it over as an argument, or as a Value."
                )
        if differs(before[was.slot], now[become.slot]):
            return f"{line} gives {_text(before[was.slot])}, and now {_text(now[become.slot])}."
    return "No instruction computes something else than in a recording made now: please report this as a bug."


def _name(recording: Recording, instruction: Instruction) -> str:
    label = recording.slots[instruction.slot].label
    return f"{instruction.op.name} ({label!r})" if label else instruction.op.name


def _text(x: Any) -> str:
    if not getattr(x, "shape", ()):
        return f"{x!r:.60}"
    from autograd.arrays import np

    text = np.array2string(x, precision=6, threshold=6, edgeitems=2, separator=", ")
    return f"{' '.join(text.split())} (shape {x.shape})"
