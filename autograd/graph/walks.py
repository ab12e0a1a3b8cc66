"""The two walks over a graph, reverse for cotangents and forward for tangents; both iterative, both all or nothing."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

from autograd.errors import DtypeError, GraphError, UnsupportedError
from autograd.graph import steps
from autograd.graph.cotangents import add, as_value, fit_to_result, plain
from autograd.graph.flags import GRADED, TRACKED
from autograd.graph.numbers import backward_numbers
from autograd.graph.operands import arrays, is_array
from autograd.graph.order import dependents, numbers_order, tracked_order
from autograd.graph.seeds import require_value, require_values, start
from autograd.graph.value import TABLE, Value, install, observers, replaying

committing = threading.RLock()  # threads may share leaves, and `grad + g` is a read and a write

__all__ = ["backward", "committing", "forward", "gradients", "reverse", "tangents"]


def backward(root: Value, gradient: Any = None, *, leaves_only: bool = False) -> None:
    """Differentiate this Value with respect to every Value of its graph, in reverse mode.

    Leaf gradients accumulate over calls (`zero_grad` resets them); interior gradients are those of the latest call. If
    a rule raises, no gradient has changed.

    Args:
        gradient: the cotangent to start from, of this Value's shape; 1 for a single element. Where it is zero, nothing
            flows.
        leaves_only: do not keep the gradients of interior nodes.

    Raises:
        ShapeError: for more than one element without `gradient`, or a `gradient` of another shape.
        GraphError: for a constant, or when a leaf's data that a rule needs was replaced since.

    Source: reverse accumulation, Griewank and Walther, Evaluating Derivatives (2nd ed., 2008), chapter 3.

    >>> x = Value([1.0, 2.0, 3.0])
    >>> (x * x).sum().backward()
    >>> x.grad
    array([2., 4., 6.])
    """
    if replaying() is not None:
        raise UnsupportedError(
            "backward: found a call inside a replayed function, which would not happen again at later calls; expected "
            "program.backward(...) from outside, or autograd.gradients inside, which gives Values."
        )
    if not root._flags & TRACKED:
        raise GraphError(
            "backward: this Value is a constant (requires_grad=False, or computed under no_grad or from constants "
            "only); expected one computed from a Value that requires a gradient."
        )
    _differentiate(root, gradient, leaves_only)


def _differentiate(root: Value, gradient: Any, leaves_only: bool) -> None:
    order, numbers = numbers_order(root)
    seed = start(root, gradient, "backward")
    if numbers and seed is not None and not leaves_only and not observers():
        with committing:
            backward_numbers(order, seed)
        return
    own = bytearray(len(order))
    cotangents = _reversed(order, [(root, seed)], False, () if leaves_only else None, (), own)
    with committing:
        staged = []
        for i, node in enumerate(order):  # everything that can fail comes before the first commit
            if node._origin is None:
                staged.append((node, _accumulated(node, plain(cotangents[i]), bool(own[i]))))
            elif not leaves_only:
                staged.append((node, _interior(node, plain(cotangents[i]))))
        for node, g in staged:
            _commit(node, g)


def _commit(node: Value, g: Any) -> None:
    if node._array is None:
        node._grad = g
    else:
        node._array_grad = g
    node._flags |= GRADED


def _accumulated(leaf: Value, g: Any, own: bool) -> Any:
    """The gradient of a leaf with that of this walk, which may be kept as it is if it is the walk's own."""
    if leaf._array is None:
        if g is None:
            return leaf._grad
        return leaf._grad + g if leaf._flags & GRADED else g  # 0.0 + -0.0 would lose the sign
    if g is None:
        return leaf.grad
    if leaf._array_grad is None:
        return g if own else arrays().owned(g, leaf._array.dtype)
    return arrays().np.asarray(leaf._array_grad + g)  # the sum of 0-d arrays is a bare scalar


def _interior(node: Value, g: Any) -> Any:
    if node._array is None:
        return 0.0 if g is None else g
    if not is_array(g):  # nothing, or a bare scalar for a 0-d array
        g = arrays().np.zeros_like(node._array) if g is None else arrays().np.asarray(g)
    g.flags.writeable = False
    return g


def reverse(
    order: list[Value],
    seeds: Iterable[tuple[Value, Any]],
    create_graph: bool = False,
    keep: Iterable[Value] | None = None,
    stop: Collection[Value] = (),
) -> dict[Value, Any]:
    """The cotangent of each node of `order`, inputs before outputs, from those of its roots (None: no path).

    `keep` lists the interior nodes whose cotangents are wanted, None for all; the others are let go on the way.
    Nothing flows to operands outside `order`, nor from the nodes in `stop` to theirs.
    """
    return dict(zip(order, _reversed(order, seeds, create_graph, keep, stop, None), strict=True))


def _reversed(
    order: list[Value],
    seeds: Iterable[tuple[Value, Any]],
    create_graph: bool,
    keep: Iterable[Value] | None,
    stop: Collection[Value],
    own: bytearray | None,
) -> list[Any]:
    """The same as a list; `own` is filled with ones where a cotangent is an array that nobody else can hold."""
    place = {node: i for i, node in enumerate(order)}
    kept = None if keep is None else {place[x] for x in keep if x in place}
    cotangents = _seeded(place, seeds)
    owners: dict[Value, Value] = {}
    watching = observers()
    with _quiet(order):
        for i in range(len(order) - 1, -1, -1):
            g = cotangents[i]
            node = order[i]
            if g is None:
                continue
            for observer in watching:
                observer.reached(node, g)
            if node._origin is None or (stop and node in stop):
                continue
            paths = steps.pulled(node, g, create_graph, owners, place)
            for observer in watching:
                observer.pulled(node, g, paths)
            for _, x, contribution in paths:
                j = place[x]
                h = cotangents[j]
                if h is None:
                    cotangents[j] = contribution
                    fresh = own is not None and steps.is_fresh(x, contribution, g, node, paths)
                else:
                    cotangents[j] = add(h, contribution)
                    fresh = type(cotangents[j]) is type(x._array)  # the sum of two arrays, which is none if 0-d
                if own is not None:
                    own[j] = fresh
            if kept is not None and i not in kept:
                cotangents[i] = None
    return cotangents


def _seeded(place: dict[Value, int], seeds: Iterable[tuple[Value, Any]]) -> list[Any]:
    """The cotangents that a walk starts from; a root may have several."""
    cotangents: list[Any] = [None] * len(place)
    for root, seed in seeds:
        if root in place and seed is not None:
            h = cotangents[place[root]]
            cotangents[place[root]] = seed if h is None else add(h, seed)
    return cotangents


def _quiet(order: Iterable[Value]) -> Any:
    """NumPy's warnings are the forward pass's business: a walk sets its own state once."""
    for node in order:
        if node._array is not None:
            return arrays().np.errstate(all="ignore")
    return nullcontext()


def gradients(y: Value, xs: Sequence[Value], gradient: Any = None, *, create_graph: bool = False) -> list[Value]:
    """The gradient of y with respect to each Value of xs, as Values; nobody's `.grad` is touched.

    Args:
        y: the root.
        xs: Values of y's graph, leaves or interior; one on which y does not depend gets zeros.
        gradient: the cotangent to start from, of y's shape; needed unless y has one element.
        create_graph: record the walk, so that the results can be differentiated again.

    Raises:
        ShapeError: as `backward`.
        DtypeError: for a y or xs that are not Values.
        GraphError: when a leaf's data that a rule needs was replaced since.

    >>> x = Value(3.0)
    >>> (dy,) = gradients(x**3, [x], create_graph=True)
    >>> (d2y,) = gradients(dy, [x])
    >>> dy.data, d2y.data
    (27.0, 18.0)
    """
    require_value(y, "gradients", "y")
    require_values(xs, "gradients", "xs")
    if not y._flags & TRACKED:
        return [as_value(None, x) for x in xs]
    records = create_graph or replaying() is not None
    order = dependents(tracked_order([y]), xs)
    seed = start(y, gradient, "gradients", create_graph=records)
    cotangents = reverse(order, [(y, seed)], create_graph=records, keep=xs)
    return _handed_out([as_value(cotangents.get(x), x) for x in xs], create_graph)


def _handed_out(found: list[Value], create_graph: bool) -> list[Value]:
    """Derivatives that are constants to the caller, even where a program to be replayed is recorded of them."""
    if create_graph or replaying() is None:
        return found
    return [TABLE["stop_gradient"](x) for x in found]


def tangents(ys: Sequence[Value], seeds: Sequence[tuple[Value, Any]], *, create_graph: bool = False) -> list[Value]:
    """The directional derivative of each y, in forward mode, from the tangents of leaves given in `seeds`.

    Args:
        ys: roots of a recorded graph.
        seeds: pairs (x, tangent), the tangent of x's shape; every other leaf has the tangent zero.
        create_graph: record the walk, so that the results can be differentiated again.

    Raises:
        ShapeError: for a tangent of another shape than its leaf.
        DtypeError: for ys or leaves that are not Values.

    Source: forward accumulation, Griewank and Walther, Evaluating Derivatives (2nd ed., 2008), chapter 3.

    >>> x = Value(3.0)
    >>> tangents([x * x], [(x, 1.0)])
    [Value(data=6.0)]
    """
    require_values(ys, "tangents", "ys")
    records = create_graph or replaying() is not None
    known: dict[Value, Any] = {}
    for pair in seeds:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise DtypeError(f"tangents: seeds: found {type(pair).__name__}; expected pairs (leaf, tangent).")
        x, t = pair
        require_value(x, "tangents", "seeds")
        seed = start(x, t, "tangents", "tangent", records)
        if x._flags & TRACKED:
            known[x] = seed
    forward(dependents(tracked_order(ys), known), known, records)
    return _handed_out([as_value(known.get(y), y) for y in ys], create_graph)


def forward(order: list[Value], known: dict[Value, Any], create_graph: bool = False) -> None:
    """Add to the tangents that are known those of the other nodes of `order`, inputs before outputs."""
    owners: dict[Value, Value] = {}
    watching = observers()
    node: Value
    with _quiet(order):
        for node in order:
            if node._origin is None or node in known:
                continue
            operands = node.inputs
            ts = tuple(known.get(x) if type(x) is Value else None for x in operands)
            if all(t is None for t in ts):
                continue
            t = steps.pushed(node, operands, ts, create_graph, owners)
            if t is not None:
                known[node] = fit_to_result(t, node)
                for observer in watching:
                    observer.pushed(node, known[node])


install("backward", backward)
