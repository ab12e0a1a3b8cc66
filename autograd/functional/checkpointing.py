"""checkpoint: memory for time. A function's graph is not kept; the backward pass computes it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from autograd.errors import DtypeError, GraphError, UnsupportedError
from autograd.functional.containers import leaves, rebuilt
from autograd.functional.trace import own_leaf
from autograd.graph.cotangents import plain
from autograd.graph.flags import TRACKED
from autograd.graph.nodes import record
from autograd.graph.operation import Operation
from autograd.graph.order import dependents, tracked_order
from autograd.graph.recording import Observer, no_grad, recorded
from autograd.graph.value import Value, replaying
from autograd.graph.walks import forward, reverse

__all__ = ["checkpoint"]


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose inner graph is dropped after the forward pass and recomputed in the backward pass.

    The memory between the two passes is that of its inputs and its result; the time is one more forward pass. f must
    return one Value, and the same one when it is called again, which is compared. Values that f closes over, such as
    parameters, get their gradients, too. Nests, and may be differentiated again.

    Raises:
        DtypeError: when f returns something else than one Value.
        GraphError: from the backward pass, when f gives another result than before.

    Source: Griewank and Walther, Algorithm 799: revolve (2000); Chen et al., Training deep nets with sublinear memory
    cost (2016).

    >>> x = Value(0.5)
    >>> y = checkpoint(lambda x: (x * x).tanh())(x)
    >>> y.backward()
    >>> y.op.name, round(x.grad, 6)
    ('checkpoint', 0.940015)
    """
    if not callable(f):
        raise DtypeError(f"checkpoint: found {type(f).__name__}; expected a function: checkpoint(f)(x).")

    @wraps(f)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if replaying() is not None:
            return f(*args, **kwargs)  # a program has its own way with memory
        given = leaves((args, kwargs))
        own = [Value(x.data, label=x.label, requires_grad=False) if type(x) is Value else x for x in given]
        watch = _Captured()
        with no_grad(), watch:
            own_args, own_kwargs = rebuilt((args, kwargs), own)
            z = f(*own_args, **own_kwargs)
        if type(z) is not Value and not any(type(x) is Value for x in (*given, *watch.found)):
            return z  # of plain data the plain result
        if type(z) is not Value:
            raise DtypeError(
                f"checkpoint: f returned {type(z).__name__}; expected one Value, computed from its inputs."
            )
        watch.keep(z)  # f may hand back a Value as it was
        operands = (*(x for x in given if type(x) is Value), *watch.found)
        again = _Recomputed(f, (args, kwargs), list(watch.found))
        return record(again, operands, {}, _own_data(z), None)

    return checkpointed


class _Captured(Observer):
    """Collects the tracked Values that a function uses without being given them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[Value, None] = {}

    def computed(self, node: Value, op: Any, operands: Sequence[Any], params: Mapping[str, Any]) -> None:
        """Keep the operands that are not f's own."""
        for x in operands:
            self.keep(x)

    def keep(self, x: Any) -> None:
        """Keep x if gradients flow to it: f's own Values are all constants."""
        if type(x) is Value and x._flags & TRACKED:
            self.found[x] = None


class _Recomputed(Operation):
    """One call of a checkpointed function: the operands are its Values in their order, then those it captured."""

    builder = "custom"
    reason = "Its rules record the function's own graph again, and walk that."
    composed = False

    def __init__(self, f: Callable[..., Any], arguments: Any, captured: list[Value]) -> None:
        super().__init__("checkpoint", doc=f"{getattr(f, '__name__', 'f')}, recomputed.", register=False)
        self._f = f
        # A type stands for each Value, since the node's operands are the ones to read.
        self._arguments = rebuilt(arguments, [Value if type(x) is Value else x for x in leaves(arguments)])
        self._captured = captured

    def __reduce__(self) -> Any:
        raise UnsupportedError(
            "checkpoint: a graph that holds a checkpointed call cannot be pickled or copied: it would need the "
            "function. Pickle the parameters, and compute the graph again."
        )

    def _again(self, xs: tuple[Any, ...], z: Any) -> tuple[Value, list[Value], list[Value]]:
        """f's result with its graph; a leaf for each argument and the captured Values; what depends on these."""
        fresh = [own_leaf(self.name, "", x) for x in xs[: len(xs) - len(self._captured)]]
        waiting = iter(fresh)
        own = [next(waiting) if x is Value else x for x in leaves(self._arguments)]
        with recorded():
            args, kwargs = rebuilt(self._arguments, own)
            again = self._f(*args, **kwargs)
        if not _same(again, z):
            raise GraphError(
                f"checkpoint: {self.doc.removesuffix(', recomputed.')} gave another result when it was computed again; "
                "expected the same. It may draw random numbers (draw them outside, or seed them inside), or use data "
                "that was replaced since."
            )
        sources = [*fresh, *self._captured]
        return again, sources, dependents(tracked_order([again], stop=sources), sources)

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        """What reaches each source in a reverse walk over the function's graph."""
        again, sources, order = self._again(xs, z)
        create_graph = type(plain(g)) is Value or any(type(x) is Value for x in xs)
        stop = dict.fromkeys(sources)
        cotangents = reverse(order, [(again, g)], create_graph=create_graph, keep=sources, stop=stop)
        return [cotangents.get(sources[i]) for i in wanted]

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        """What reaches the result in a forward walk over the function's graph."""
        again, sources, order = self._again(xs, z)
        known = {x: t for x, t in zip(sources, ts, strict=True) if t is not None}
        forward(order, known, any(type(x) is Value for x in (*xs, *map(plain, ts))))
        return known.get(again)


def _same(again: Any, z: Any) -> bool:
    """Whether a recomputed result is the one that was kept."""
    if type(again) is not Value:
        return False
    found, kept = again.data, z.data if type(z) is Value else z
    if type(found) is float or type(kept) is float:
        return type(found) is type(kept) and (found == kept or (found != found and kept != kept))
    from autograd.arrays import np

    return bool(np.array_equal(found, kept, equal_nan=True))


def _own_data(z: Value) -> Any:
    """A copy of a result: it may be the data of a Value that f was given or closes over."""
    if type(z.data) is float:
        return z.data
    from autograd import arrays

    return arrays.result(z.data.copy())
