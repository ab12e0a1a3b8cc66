"""Which module computed what.

Modules note when their latest calls were, and a node when it was born: it belongs to the innermost module that was
being called then.

Where no call is remembered, as of a Neuron or after a graph was saved and loaded, it is found from the graph alone. A
call of a linear unit begins where one of its parameters meets data, and grows while sums join what its other parameters
have made; each parameter serves once in a call, so that the calls for two samples stay apart. The unit's activation
belongs to it, whatever comes behind does not. What uses the parameters in another way (a penalty on their squares, say)
is no call: there is no data in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograd import Value
from autograd.graph.nodes import births
from viz.naming import Names

__all__ = ["modules_of"]


def modules_of(order: Sequence[Value], names: Names) -> list[str]:
    """The dotted name of the module that each node of a topological order belongs to, "" for none."""
    times = births(order)
    called = _innermost(names.calls, set(times))
    remembered = set(called.values())
    owners = {parameter: owner for parameter, owner in names.owners.items() if owner not in remembered}
    units = _linear_units(order, replace(names, owners=owners)) if owners else [""] * len(order)
    return [
        names.owners.get(id(node)) or unit or called[time] for node, unit, time in zip(order, units, times, strict=True)
    ]


def _innermost(calls: Mapping[int, tuple[int, str]], times: Iterable[int]) -> dict[int, str]:
    """The module in whose call each of these ticks lies, of calls inside each other the inner one; "" for none."""
    found, running, begins = {}, [], sorted(calls, reverse=True)
    for time in sorted(times):
        while begins and begins[-1] <= time:
            running.append(calls[begins.pop()])
        while running and running[-1][0] <= time:
            running.pop()
        found[time] = running[-1][1] if running else ""
    return found


def _linear_units(order: Sequence[Value], names: Names) -> list[str]:
    """The linear unit that each node belongs to as the graph tells, "" for none."""
    calls: dict[int, _Call] = {}
    for node in order:
        if node.op is not None:
            call = _call_of(node, calls, names)
            if call is not None:
                calls[id(node)] = call
    return [_complete(calls.get(id(node)), names) for node in order]


@dataclass(eq=False)
class _Call:
    """A call of a unit: the parameters that it has used, whether data went in, and whether it has ended."""

    module: str
    used: set[int] = field(default_factory=set)
    has_data: bool = False
    ended: bool = False
    joined: _Call | None = None

    def whole(self) -> _Call:
        """The call that this one is a part of by now."""
        call = self
        while call.joined is not None:
            call = call.joined
        return call


def _complete(part: _Call | None, names: Names) -> str:
    call = part.whole() if part else None
    return call.module if call and call.has_data and len(call.used) == names.held[call.module] else ""


def _call_of(node: Value, calls: dict[int, _Call], names: Names) -> _Call | None:
    """The call that a node belongs to, made or joined as its operands say; None where it belongs to none."""
    operands = [x for x in node.inputs if isinstance(x, Value)]
    parameters = {id(x) for x in operands if id(x) in names.owners}
    parts = {id(x): calls[id(x)].whole() for x in operands if id(x) in calls}
    modules = {names.owners[p] for p in parameters} or {part.module for part in parts.values()}
    if len(modules) != 1:
        return None
    (module,) = modules
    own = [part for part in dict.fromkeys(parts.values()) if part.module == module and not part.ended]
    data = [x for x in node.inputs if id(x) not in parameters and (parts.get(id(x)) not in own)]
    if not parameters:
        if len(own) == 1 and len(node.inputs) == 1 and node.op.name == names.activations[module]:
            own[0].ended = True
            return own[0]
        if len(own) < 2 or data:
            return None
    used = [parameters, *(part.used for part in own)]
    if sum(map(len, used)) > len(set().union(*used)):
        return None  # a parameter would serve twice
    call = own[0] if own else _Call(module)
    call.used = set().union(*used)
    call.has_data |= bool(data) or any(part.has_data for part in own)
    for part in own[1:]:
        part.joined = call
    return call
