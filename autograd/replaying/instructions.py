"""What a recording is made of: slots that hold data, the instructions between them, and the guards on the way.

Programs are made from one recording: where every slot is a Python float, a tape that compiled loops or groups of NumPy
calls run; where there are arrays, a function of NumPy calls. All offer what `Runner` says.
"""

from __future__ import annotations

from typing import Any, Protocol

from autograd.graph.operation import Operation
from autograd.graph.value import Value

__all__ = ["Edge", "Guard", "Instruction", "Missed", "Recording", "Runner", "Slot"]


class Slot:
    """A place for a number or an array.

    Args:
        kind: "input" (an argument of the call), "leaf" (a Value that f takes from outside, read at each call),
            "constant" (the same at each call), or "result" (of an instruction).
        shape: () for a number.
        dtype: NumPy's, or None for a Python float.
        data: a constant's: a float or an array. None for other kinds.
        leaf: the Value of a slot of kind "leaf": its data is `leaf._number` or `leaf._array` at the time of the call.
        label: the label of the Value that was recorded, for texts.
    """

    __slots__ = ("data", "dtype", "kind", "label", "leaf", "shape")

    def __init__(
        self,
        kind: str,
        shape: tuple[int, ...],
        dtype: Any,
        data: Any = None,
        leaf: Value | None = None,
        label: str = "",
    ) -> None:
        self.kind = kind
        self.shape = shape
        self.dtype = dtype
        self.data = data
        self.leaf = leaf
        self.label = label


class Instruction:
    """One application of an operation of the table: `slot = op(*operands, **params)`.

    Args:
        op: the table's entry; its `scalar` is the kernel where the result and all operands are Python floats, else its
            `kernel` (which a variadic entry hands a list). What a kernel answers is brought to the slot's dtype: a
            predicate's booleans, for example.
        operands: slot numbers, each a slot that is filled before.
        params: plain data only, never slots.
        slot: the number of the result's slot; no two instructions have the same.
    """

    __slots__ = ("op", "operands", "params", "slot")

    def __init__(self, op: Operation, operands: tuple[int, ...], params: dict[str, Any], slot: int) -> None:
        self.op = op
        self.operands = operands
        self.params = params
        self.slot = slot


class Guard:
    """A decision that f took on computed data: holds where `bool(data of slot)` is `expected`.

    Args:
        after: how many of the instructions come before it: those after it may rely on it.
        slot: what was asked, of one element.
        expected: what the answer was when f was recorded.
    """

    __slots__ = ("after", "expected", "slot")

    def __init__(self, after: int, slot: int, expected: bool) -> None:
        self.after = after
        self.slot = slot
        self.expected = expected


class Edge:
    """A step of the reverse pass over numbers: g[operand] += g[result] * d.

    Args:
        result: the slot whose cotangent is handed on.
        operand: the slot that it contributes to.
        partial: the slot of the partial derivative.
        condition: the slot that must not be zero for the edge to be there at all; None where it always is.
    """

    __slots__ = ("condition", "operand", "partial", "result")

    def __init__(self, result: int, operand: int, partial: int, condition: int | None = None) -> None:
        self.result = result
        self.operand = operand
        self.partial = partial
        self.condition = condition


class Recording:
    """What one run of f left behind, ready to be made into a program.

    Attributes:
        slots: all of them; others name them by their number in this list.
        instructions: in an order in which they can run: those of f first, then those of its derivative. None is
            without use.
        guards: in the order in which f asked.
        inputs: the slots of the arguments' leaves, in the order in which the call hands them over; None where f does
            not use one.
        outputs: the slots of what f returned, flattened.
        gradients: the slot of each wanted gradient, None where no path leads (zeros are then meant). In a recording of
            numbers only, the slot that the gradient is *of*: the reverse pass goes over `edges`.
        edges: the reverse pass of a recording of numbers only, in order, from the slot outputs[0]; else None.
    """

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.instructions: list[Instruction] = []
        self.guards: list[Guard] = []
        self.inputs: list[int | None] = []
        self.outputs: list[int] = []
        self.gradients: list[int | None] = []
        self.edges: list[Edge] | None = None

    @property
    def is_scalar(self) -> bool:
        """Whether every slot holds a Python float."""
        return all(slot.dtype is None for slot in self.slots)


class Missed(Exception):  # noqa: N818  (no error: another outcome than when f was recorded)
    """A guard has found another outcome than the one that was recorded; `place`: the number of the guard."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


class Runner(Protocol):
    """A program made of a recording: `Tape` or `Grouped` for numbers, `ArrayProgram` for arrays."""

    @property
    def source(self) -> str:
        """What runs, as readable text."""
        ...

    def run(self, inputs: list[Any]) -> tuple[list[Any], list[Any]]:
        """The outputs and the wanted gradients (None where the recording says None), as data that nobody else keeps.

        Args:
            inputs: floats and arrays of the recorded shapes and dtypes, one for each of the recording's inputs; they
                are not changed, and need not be kept after the call.

        Raises:
            Missed: where a guard has another outcome.
        """
        ...
