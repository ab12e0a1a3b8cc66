"""One run of a function, recorded and made into a program."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from autograd.errors import DtypeError, GraphError, ShapeError
from autograd.functional.containers import leaves, paths
from autograd.functional.trace import own_leaf
from autograd.graph.recording import recorded
from autograd.graph.value import Value, compiled
from autograd.replaying.accumulation import are_tracked
from autograd.replaying.arguments import Refill, is_input, refill
from autograd.replaying.derivative import captured, cotangents, steps
from autograd.replaying.effects import Effects
from autograd.replaying.instructions import Edge, Recording, Runner
from autograd.replaying.matching import Match, matcher
from autograd.replaying.recording import Recorder, input_value

__all__ = ["Call", "Version", "first", "make"]

WORTHWHILE = 16  # instructions in a group: with fewer, a loop of Python is as fast as NumPy's calls for each group


class Call(NamedTuple):
    """What is asked of a function: its arguments, and which derivative.

    Args:
        wanted: the places of the arguments to differentiate by; () for none.
        captured: whether the derivative by the Values that f takes from outside is wanted.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    wanted: tuple[int, ...] = ()
    captured: bool = False

    @property
    def parts(self) -> list[tuple[Any, bool]]:
        """Each argument, and whether it is differentiated."""
        return [*((x, i in self.wanted) for i, x in enumerate(self.args)), (self.kwargs, False)]


class Version(NamedTuple):
    """f recorded once: a program for calls of one key, for one outcome of all decisions.

    Args:
        outcomes: what the decisions came to.
        leaves: the Values from outside that it reads; `tracked`: whether gradients flowed to each.
        sources: the Values from outside that gradients are for.
        result: puts the outputs into the nesting of f's result.
        gradient: puts the gradients into the nesting of the tuple of the wanted arguments.
        absent: the gradients to which no path leads: their place, shape and dtype.
        match: gives the inputs in arguments that are seen at a glance to be of its key.
        effects: what it draws and what it leaves behind at each call.
    """

    recording: Recording
    runner: Runner
    outcomes: tuple[bool, ...]
    leaves: list[Value]
    tracked: bytes
    sources: list[Value]
    result: Refill
    gradient: Refill
    absent: tuple[tuple[int, tuple[int, ...], Any], ...]
    match: Match
    effects: Effects

    def fits(self) -> bool:
        """Whether gradients still flow to the same Values from outside as when f was recorded."""
        return are_tracked(self.leaves, self.tracked)


def make(f: Callable[..., Any], call: Call) -> Version:
    """Run f once on Values of our own, and make a program of what it computed.

    Raises:
        UnsupportedError: where f reads data, which each later call would take for a constant.
        ShapeError: when a derivative is wanted of a result that is no single number.
        GraphError: when a derivative by captured Values is wanted, and there are none.
    """
    own: list[dict[str, Value]] = [{} for _ in call.parts]
    args = [_with_values(x, numbers, own[i], f"args[{i}]") for i, (x, numbers) in enumerate(call.parts)]
    recorder = Recorder([x for values in own for x in values.values()])
    with recorded(), recorder:
        result = f(*args[:-1], **args[-1])
        with _collector_resting():
            recording, sources = _differentiated(call, own, recorder, result)
    with _collector_resting():
        return _version(call, recording, sources, recorder, result)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """A while without garbage collection: all that is made of many nodes stays, and would be looked through often."""
    works = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if works:
            gc.enable()


def _differentiated(
    call: Call, own: list[dict[str, Value]], recorder: Recorder, result: Any
) -> tuple[Recording, list[Value]]:
    """What was recorded, with the derivative that is wanted, and the Values by which."""
    ys = [y for y in leaves(result) if type(y) is Value]
    _require_plain(result, recorder)
    y = first(result) if call.captured else result
    if call.wanted or call.captured:
        _require_number(y)
    sources = [x for i in call.wanted for x in own[i].values()]
    if call.captured:
        sources = _required(captured(y, recorder) if type(y) is Value else [])
    recording = _recording(recorder, y, [*ys, *recorder.effects.observed], sources)
    recorder.effects.observed = []  # to let go of the graph
    for slot, path in zip(recording.inputs, (path for values in own for path in values), strict=False):  # then draws
        if slot is not None:
            recording.slots[slot].label = path
    return recording, sources


def _version(call: Call, recording: Recording, sources: list[Value], recorder: Recorder, result: Any) -> Version:
    """What was recorded, as a program."""
    found = [slot.leaf for slot in recording.slots if slot.leaf is not None]
    return Version(
        recording,
        _runner(recording, [x.data for x in recorder.inputs]),
        recorder.outcomes,
        found,
        bytes([leaf.requires_grad for leaf in found]),
        sources if call.captured else [],
        refill(result, lambda y: type(y) is Value),
        refill(tuple(call.args[i] for i in call.wanted), lambda x: is_input(x, numbers=True)),
        _absent(recording, sources),
        matcher(call.args, call.kwargs, call.wanted),
        recorder.effects,
    )


def _absent(recording: Recording, sources: Sequence[Value]) -> tuple[tuple[int, tuple[int, ...], Any], ...]:
    return tuple(
        (i, x.shape, None if x._array is None else x.dtype)
        for i, (x, g) in enumerate(zip(sources, recording.gradients, strict=True))
        if g is None
    )


def first(result: Any) -> Any:
    """What the derivative by captured Values is of: the result, or the first part of a tuple."""
    return result[0] if type(result) is tuple and result else result


def _with_values(tree: Any, numbers: bool, own: dict[str, Value], path: str) -> Any:
    """An argument with Values in place of its inputs, which are put into `own`, with where they lie."""
    for place, x in paths(tree, path):
        if is_input(x, numbers):
            own[place] = input_value(place, x, numbers)
        elif numbers:
            own_leaf("replay", place, x)  # it says what cannot be differentiated, and why
    return refill(tree, lambda x: is_input(x, numbers))(list(own.values()))


def _require_plain(result: Any, recorder: Recorder) -> None:
    """Refuse a result in which what was computed lies where a later call does not look.

    Raises:
        DtypeError: for what computes its items later, and for sets and objects that hold computed Values.
    """
    for y in leaves(result):
        later = hasattr(type(y), "__next__") or hasattr(type(y), "__await__")
        held = list(y) if isinstance(y, (set, frozenset)) else list(getattr(y, "__dict__", {}).values())
        computed = {*recorder.inputs, *recorder.nodes} if held else set()
        if later or any(type(x) is Value and x in computed for x in held):
            raise DtypeError(
                f"replay: f returned {type(y).__name__}, in which a later call could not put other Values; expected "
                "numbers, arrays, and nestings of these in dict, list and tuple: write list(...) around it, say."
            )


def _require_number(result: Any) -> None:
    """Refuse a result that has no gradient.

    Raises:
        DtypeError: for what is no number and no array.
        ShapeError: for an array of several elements.
    """
    is_number = isinstance(result, (int, float)) and not isinstance(result, bool)
    if not is_number and not hasattr(result, "size"):
        raise DtypeError(f"replay: f returned {type(result).__name__}; expected a single number to differentiate.")
    if getattr(result, "size", 1) != 1:
        raise ShapeError(
            f"replay: f returned an array of shape {result.shape}; expected a single number to differentiate. Reduce "
            "it first, e.g. y.sum()."
        )


def _required(sources: list[Value]) -> list[Value]:
    if not sources:
        raise GraphError(
            "replay: backward: f uses no Value from outside to which gradients flow; expected parameters that it "
            "closes over. For gradients by its arguments use program.value_and_grad(...)."
        )
    return sources


def _recording(recorder: Recorder, y: Any, ys: Sequence[Value], sources: Sequence[Value]) -> Recording:
    """The recording of ys and, where there are sources, of the gradient of y, the first of them, by each of these."""
    if not sources or type(y) is not Value:
        recording, slot_of = recorder.recording(ys)
        recording.gradients = [None] * len(sources)  # f's result is a constant
    elif recorder.holds_arrays:
        gradients = cotangents(y, sources)
        kept = [g for g in gradients if g is not None]
        recording, slot_of = recorder.recording([*ys, *kept])
        recording.gradients = [None if g is None else slot_of(g) for g in gradients]
    else:
        recording, slot_of = _with_edges(recorder, ys, sources)
    recording.outputs = [slot_of(y) for y in ys]
    return recording


def _with_edges(
    recorder: Recorder, ys: Sequence[Value], sources: Sequence[Value]
) -> tuple[Recording, Callable[[Any], Any]]:
    """A recording of numbers alone, whose reverse pass is a list of edges."""
    found = steps(ys[0], sources)
    kept = [x for _, _, d, condition in found for x in (d, condition) if x is not None]  # ys need the nodes
    recording, slot_of = recorder.recording([*ys, *kept])
    last = {slot_of(node): node for node, _, _, _ in found}  # of nodes that share a slot, the one that is reached last
    ends = set(last.values())
    recording.edges = [
        Edge(slot_of(node), slot_of(x), slot_of(d), None if condition is None else slot_of(condition))
        for node, x, d, condition in found
        if node in ends
    ]
    reached = {slot_of(ys[0]), *(edge.operand for edge in recording.edges)}
    recording.gradients = [slot if slot in reached else None for slot in map(slot_of, sources)]
    return recording, slot_of


def _runner(recording: Recording, inputs: list[Any]) -> Runner:
    if recording.is_scalar:
        from autograd.replaying.encoding import Encoded
        from autograd.replaying.tape import Tape

        code = Encoded(recording)
        if compiled or len(recording.instructions) < WORTHWHILE * len(code.groups):
            return Tape(recording, code)
        from autograd.replaying.grouped import Grouped

        return Grouped(recording, code)
    from autograd.replaying.arrays import ArrayProgram

    return ArrayProgram(recording, inputs)
