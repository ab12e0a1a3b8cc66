"""The recorder: watches one run of a function, then its derivative, and hands over a Recording."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from autograd.errors import UnsupportedError
from autograd.functional.trace import own_leaf
from autograd.graph.flags import TRACKED
from autograd.graph.nodes import constant
from autograd.graph.operands import is_operand, plain_operands
from autograd.graph.operation import Operation
from autograd.graph.recording import Observer
from autograd.graph.value import TABLE, Value
from autograd.replaying.arguments import plain_array
from autograd.replaying.drafting import Draft, pruned
from autograd.replaying.effects import Effects
from autograd.replaying.instructions import Guard, Recording

__all__ = ["Recorder", "input_value"]

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENGINE = tuple(os.path.join(ROOT, name, "") for name in ("autograd", "nn"))  # they may read the data they work on
NODE = os.path.join(ROOT, "autograd", "graph", "value.py")


class Recorder(Observer):
    """Notes every result that is computed from Values inside the block, under `no_grad`, too, and every decision.

    Args:
        inputs: the Values that stand for the arguments' leaves; what f draws comes after them.
    """

    replays = True

    def __init__(self, inputs: Sequence[Value]) -> None:
        super().__init__()
        self.inputs = [*inputs]
        self.effects = Effects()
        self._log: list[tuple[Value, Operation, Sequence[Any], Mapping[str, Any]]] = []
        self._decisions: list[tuple[int, Value, bool]] = []
        self._wrapped: dict[Value, None] = {}
        self._plain = {x: None for x in inputs if not x._flags & TRACKED}

    # ---- what the engine tells ----

    def computed(self, node: Value, op: Operation, operands: Sequence[Any], params: Mapping[str, Any]) -> None:
        """Note an operation; its result and its operands stay alive for as long as this does."""
        self._log.append((node, op, operands, params))
        if not node._flags & TRACKED:
            self._plain[node] = None

    def compared(self, name: str, *operands: Any) -> Any:
        """The answer to a comparison as a Value: of numbers a number, of arrays one of booleans, as plain ones have."""
        if not all(map(is_operand, operands)):
            return NotImplemented
        op = TABLE[name]
        operands = plain_operands(operands)
        data = [x if type(x) is not Value else x._number if x._array is None else x._array for x in operands]
        if all(type(x) in (float, int, bool) for x in data):
            return op(*operands)
        from autograd import arrays

        node = constant(arrays.owned(op.kernel(*data), None))
        self.computed(node, op, operands, {})
        return node

    def wrapped(self, x: Any) -> Value:
        """A constant as a Value, for an operation that is recorded for another reason than its operand."""
        value = Value(x, requires_grad=False)
        self._wrapped[value] = None
        return value

    def stands_for_plain(self, x: Any) -> bool:
        """Whether x is an argument by which nobody differentiates, or was computed of such alone."""
        return x in self._plain

    def drawn(self, make: Callable[[], Any]) -> Value:
        """Random data as a further input, which `make` gives anew at each call."""
        value = input_value(f"drawn[{len(self.effects)}]", self.effects.draw(make), differentiated=False)
        self.inputs.append(value)
        self._plain[value] = None
        return value

    def observed(self, commit: Callable[..., None], *values: Any) -> None:
        """Let `commit` have the plain data of what was computed, at each call."""
        self.effects.observe(commit, values)

    def decided(self, value: Value) -> bool:
        """The truth of a Value, which a guard will compare at each call."""
        outcome = bool(value._number if value._array is None else value._array.item())
        self._decisions.append((len(self._log), value, outcome))
        return outcome

    def reads(self, what: str) -> None:
        """Refuse that anyone but the engine itself reads data.

        Raises:
            UnsupportedError: for the user's code.
        """
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename in (__file__, NODE):
            frame = frame.f_back
        if not frame.f_code.co_filename.startswith(ENGINE):
            raise UnsupportedError(
                f"replay: {what} inside the replayed function would be taken for a constant at each later call; use "
                "stop_gradient(v) for a value that is not to be differentiated, a comparison such as `if v > 0:` for "
                "a decision, and return what is to be looked at. A module keeps statistics by "
                "nn.effects.observed(keep, v), which hands keep(data) the data of v at each call."
            )

    def replaces(self) -> NoReturn:
        """Refuse that data is replaced: a replay computes, and changes nothing."""
        raise UnsupportedError(
            "replay: v.data = ... inside the replayed function would not happen again at later calls; update "
            "parameters after the call, from their gradients: program.backward(...), then optimizer.step()."
        )

    @property
    def holds_arrays(self) -> bool:
        """Whether anything computed is more than a number made of numbers."""
        return any(_is_array(node) or any(map(_is_array, operands)) for node, _, operands, _ in self._log)

    @property
    def outcomes(self) -> tuple[bool, ...]:
        """What all decisions came to."""
        return tuple(outcome for _, _, outcome in self._decisions)

    # ---- what is made of it ----

    @property
    def nodes(self) -> list[Value]:
        """What was computed inside the block."""
        return [node for node, _, _, _ in self._log]

    def recording(self, kept: Iterable[Any]) -> tuple[Recording, Callable[[Any], Any]]:
        """The recording of what `kept` (Values and constants) and the guards need, and where it has each of these.

        That is the number of a slot, or None for what it does without.
        """
        draft = Draft(self.inputs, self._wrapped)
        ends = [0]  # how many instructions there are after each entry of the log
        for node, op, operands, params in self._log:
            draft.add(node, op, operands, params)
            ends.append(len(draft.instructions))
        guards = [Guard(ends[after], draft.slot_of(value), outcome) for after, value, outcome in self._decisions]
        recording, moved = pruned(draft, guards, [draft.slot_of(x) for x in kept])
        final = {value: moved[slot] for value, slot in draft.place.items() if slot in moved}
        return recording, lambda x: final.get(x) if type(x) is Value else moved.get(draft.slot_of(x))


def input_value(path: str, x: Any, differentiated: bool) -> Value:
    """The Value that stands for an input; an array of integers or booleans that is not differentiated stays one."""
    if not differentiated and getattr(getattr(x, "dtype", None), "kind", "") in ("i", "u", "b"):
        return constant(plain_array(x).copy())
    value = own_leaf("replay", path, x)
    value.requires_grad = differentiated
    return value


def _is_array(x: Any) -> bool:
    return x._array is not None if type(x) is Value else hasattr(x, "shape")
