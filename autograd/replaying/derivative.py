"""The derivative of what was recorded, recorded as well: the table's rules run on Values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.graph.cotangents import Masked, as_value, plain
from autograd.graph.order import dependents, tracked_order
from autograd.graph.seeds import start
from autograd.graph.value import Value
from autograd.graph.walks import reverse
from autograd.replaying.recording import Recorder

__all__ = ["Step", "captured", "cotangents", "eager_gradients", "steps"]

# A step of the reverse pass over numbers: the node, the operand, the partial derivative, and the condition on which
# the step is there at all (None: it always is). The last two are Values or floats.
Step = tuple[Value, Value, Any, Any]


def captured(y: Value, recorder: Recorder) -> list[Value]:
    """The tracked Values from outside from which y was computed: those that were neither recorded nor handed over."""
    own = dict.fromkeys((*recorder.inputs, *recorder.nodes))
    found: dict[Value, None] = {}
    for node in tracked_order([y]):
        if node in own:
            found.update((x, None) for x in node.inputs if type(x) is Value and x.requires_grad and x not in own)
    if y not in own:
        found[y] = None
    return list(found)


def cotangents(y: Value, sources: Sequence[Value]) -> list[Any]:
    """What reaches each source from y in a walk that is recorded: a Value, a constant, or None where no path leads."""
    return [plain(g) for g in _reached(y, sources, create_graph=True)]


def eager_gradients(y: Value, sources: Sequence[Value]) -> list[Any]:
    """The gradient of y by each source, which lies behind no other one, as plain data."""
    found = _reached(y, sources, create_graph=False)
    return [as_value(g, x).data for g, x in zip(found, sources, strict=True)]


def _reached(y: Value, sources: Sequence[Value], create_graph: bool) -> list[Any]:
    """The cotangent of each source; a walk goes no further than these."""
    seeds = [(y, start(y, None, "replay"))]
    found = reverse(_between(y, sources), seeds, create_graph, keep=sources, stop=dict.fromkeys(sources))
    return [found.get(x) for x in sources]


def _between(y: Value, sources: Sequence[Value]) -> list[Value]:
    """The nodes on the paths from the sources to y, inputs first."""
    return dependents(tracked_order([y], stop=sources), sources)


def steps(y: Value, sources: Sequence[Value]) -> list[Step]:
    """The reverse pass from y over a graph of numbers alone, in the order of a walk."""
    order = _between(y, sources)
    place = dict.fromkeys(order)
    stop = dict.fromkeys(sources)
    found: list[Step] = []
    reached = {y}
    for node in reversed(order):
        if node in stop or node not in reached:
            continue
        operands = node.inputs
        wanted = [i for i, x in enumerate(operands) if type(x) is Value and x in place]
        if node.op.builder == "elementwise":
            partials = node.op.partials(node, operands, node.params)
            slopes = [partials[i] for i in wanted]
        else:
            slopes = node.op.pull(1.0, node, operands, node.params, wanted)
        for i, d in zip(wanted, slopes, strict=True):
            live = d.mask.array if type(d) is Masked else None
            if d is not None and (live is None or type(live) is Value or live):
                found.append((node, operands[i], _number(plain(d)), live if type(live) is Value else None))
                reached.add(operands[i])
    return found


def _number(d: Any) -> Any:
    return d if type(d) is Value else float(d)
