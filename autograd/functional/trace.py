"""Trace: one call of a function on leaves of its own, ready for walks in both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from autograd.errors import ArgumentError, DtypeError, ShapeError
from autograd.functional.containers import leaves, matched, paths, rebuilt
from autograd.graph.cotangents import as_value
from autograd.graph.flags import TRACKED
from autograd.graph.order import dependents, tracked_order
from autograd.graph.recording import recorded
from autograd.graph.seeds import start
from autograd.graph.value import TABLE, Value, recording, replaying
from autograd.graph.walks import forward, reverse

__all__ = ["Argnum", "Trace", "chosen", "own_leaf", "plain_data", "replaced"]

Argnum = int | Sequence[int]

_depth: ContextVar[int] = ContextVar("depth_of_transforms", default=0)
DEPTH = 8  # the bits of a leaf's flags from here on: how deep in transforms it was made


def plain_data(x: Any) -> Any:
    """A number or an array that is the caller's to change; a result without axes as a NumPy scalar."""
    if type(x) is not Value:
        return x
    data = x.data
    if type(data) is float:
        return data
    return data[()] if not data.ndim else data if data.flags.writeable else data.copy()


class Trace:
    """One call of f on leaves of its own, so that nobody's gradient is touched and no perturbations are confused.

    Plain arguments give plain derivatives. Where an argument, or something that f closes over, is a Value of a graph
    around this call, the walks are recorded and the derivatives are Values: transforms nest.

    Args:
        name: the transform, for messages.
        argnum: which positional argument is differentiated; of several, they are differentiated as a tuple.
    """

    def __init__(
        self, name: str, f: Callable[..., Any], argnum: Argnum, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        self.name = name
        self.argument = chosen(name, argnum, args)
        given = dict(paths(self.argument))
        self.xs = [own_leaf(name, path, x) for path, x in given.items()]
        depth = _depth.get() + 1
        for x in self.xs:
            x._flags |= depth << DEPTH
        inside = _depth.set(depth)
        try:
            with recorded():
                self.result = f(*replaced(argnum, args, rebuilt(self.argument, self.xs)), **kwargs)
        finally:
            _depth.reset(inside)
        self.ys = leaves(self.result)
        order = tracked_order([y for y in self.ys if type(y) is Value], stop=self.xs)
        self._order = dependents(order, self.xs)
        # Leaves of transforms inside f are nobody's variables any more; those of transforms around it are shallower.
        captured = any(node.op is None and node._flags >> DEPTH < depth for node in order)
        # What a replay is recorded of stays a graph, even where nobody could differentiate again.
        self._nested = captured or replaying() is not None or any(type(x) is Value for x in given.values())

    # ---- what f returned ----

    @property
    def value(self) -> Any:
        """What f returned: plain data, or Values where this call is nested in another graph."""
        return self.outside(self.result)

    def outside(self, result: Any) -> Any:
        """Something that f returned, as the caller may have it."""
        return rebuilt(result, [y if self._nested else plain_data(y) for y in leaves(result)])

    def require_array(self, y: Any, instead: str) -> None:
        """Refuse a result that is no number and no array.

        Raises:
            DtypeError: for it; `instead` names the transforms for that.
        """
        if type(y) is Value or (isinstance(y, (int, float)) and not isinstance(y, bool)):
            return
        if getattr(getattr(y, "dtype", None), "kind", "") in ("f", "i", "u"):
            return
        found = "None (is a return missing?)" if y is None else f"a {type(y).__name__}"
        raise DtypeError(f"{self.name}: f returned {found}; expected a number or an array{instead}.")

    def require_number(self, y: Any) -> None:
        """Refuse a result that is not a single number.

        Raises:
            DtypeError: for what is no number and no array.
            ShapeError: for an array of several elements.
        """
        self.require_array(y, "; use grad_and_aux for a pair (value, extra), jacobian for several results")
        if getattr(y, "size", 1) != 1:
            raise ShapeError(
                f"{self.name}: f returned an array of shape {y.shape}; expected a single number. Use jacobian for all "
                "its derivatives, elementwise_grad where each element depends on its own input, or sum it first."
            )

    # ---- walks ----

    def pull(self, cotangent: Any, result: Any = None) -> Any:
        """The cotangent of the argument, in its nesting, from that of the result (None: 1 for its one element)."""
        result = self.result if result is None else result
        ys = leaves(result)
        gs = [None] * len(ys) if cotangent is None else matched(cotangent, result, self.name, "cotangent")
        record = self._records(gs)
        seeds = [
            (y, start(y, g, self.name, "cotangent", record))
            for y, g in zip(ys, gs, strict=True)
            if type(y) is Value
        ]  # fmt: skip
        cotangents = reverse(self._order, seeds, create_graph=record, keep=self.xs)
        found = [as_value(cotangents.get(x), x) for x in self.xs]
        return rebuilt(self.argument, self._handed_out(found, gs))

    def push(self, tangent: Any) -> Any:
        """The tangent of the result, in its nesting, from that of the argument."""
        ts = matched(tangent, self.argument, self.name, "tangent")
        record = self._records(ts)
        known = {x: start(x, t, self.name, "tangent", record) for x, t in zip(self.xs, ts, strict=True)}
        forward(self._order, known, record)
        found = [as_value(known.get(y), y) if type(y) is Value else _zeros(y) for y in self.ys]
        return rebuilt(self.result, self._handed_out(found, ts))

    def _records(self, seeds: Sequence[Any]) -> bool:
        if replaying() is not None:  # under no_grad, too: its program computes the derivative each time
            return True
        return recording() and (self._nested or any(type(g) is Value and g._flags & TRACKED for g in seeds))

    def _handed_out(self, found: list[Any], seeds: Sequence[Any]) -> list[Any]:
        if self._nested or any(type(g) is Value for g in seeds):
            return found
        return [x.data if type(x) is Value else x for x in found]


def _zeros(y: Any) -> Any:
    """The tangent of a result that does not depend on the argument."""
    if isinstance(y, (int, float)):
        return 0.0
    from autograd.arrays import np

    return np.zeros(np.shape(y))


def chosen(name: str, argnum: Argnum, args: tuple[Any, ...]) -> Any:
    """The argument at a place, or the tuple of those at several.

    Raises:
        ArgumentError: for a place where there is none.
    """
    places = [argnum] if isinstance(argnum, int) else list(argnum)
    if not all(-len(args) <= i < len(args) for i in places) or len({i % len(args) for i in places}) < len(places):
        raise ArgumentError(
            f"{name}: found argnum={argnum!r} in a call with {len(args)} positional arguments; expected the place of "
            "one of them, or several different places. Pass what is differentiated by position."
        )
    return args[argnum] if isinstance(argnum, int) else tuple(args[i] for i in argnum)


def replaced(argnum: Argnum, args: tuple[Any, ...], own: Any) -> list[Any]:
    """All arguments, those that were chosen replaced."""
    others = list(args)
    for i, x in [(argnum, own)] if isinstance(argnum, int) else zip(argnum, own, strict=True):
        others[i] = x
    return others


def own_leaf(name: str, path: str, x: Any) -> Value:
    """A leaf of this call's own; behind it, where the argument is a Value of another graph, an edge to that."""
    if type(x) is Value:
        if replaying() is not None:
            own: Value = TABLE["positive"](x)
            own._flags |= TRACKED
        else:
            own = TABLE["positive"](x) if x.requires_grad and recording() else Value(x.data)
        own.label = x.label
        return own
    try:
        return Value(x)
    except (DtypeError, ShapeError) as error:
        place = f" at {path}" if path else ""
        raise type(error)(
            f"{name}: the argument{place}: found {type(x).__name__} {x!r:.40}; expected a real number, an array of "
            "them, or a nesting of these in dict, list and tuple."
        ) from error
