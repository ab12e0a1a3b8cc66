"""The two walks over a graph, reverse for cotangents and forward for tangents; both iterative, both all or nothing."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

from autograd.errors import DtypeError, GraphError, UnsupportedError
from autograd.graph.cotangents import add, as_value, fit_to_operand, fit_to_result, plain
from autograd.graph.flags import GRADED, TRACKED
from autograd.graph.nodes import replaced_leaf
from autograd.graph.numbers import backward_numbers
from autograd.graph.order import dependents, numbers_order, tracked_order
from autograd.graph.seeds import require_value, require_values, start
from autograd.graph.stale import Stale
from autograd.graph.value import Call, Value, install, observers, replaying

_committing = threading.RLock()  # threads may share leaves, and `grad + g` is a read and a write

__all__ = ["backward", "forward", "gradients", "kept_partials", "reverse", "tangents"]


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
    order, numbers = numbers_order(root)
    seed = start(root, gradient, "backward")
    if numbers and seed is not None and not leaves_only and not observers():
        with _committing:
            backward_numbers(order, seed)
        return
    cotangents = _reversed(order, [(root, seed)], keep=() if leaves_only else None)
    node: Value
    with _committing:
        staged = []
        for node, g in zip(order, cotangents, strict=True):  # everything that can fail comes before the first commit
            if node._origin is None:
                staged.append((node, _accumulated(node, plain(g))))
            elif not leaves_only:
                staged.append((node, _interior(node, plain(g))))
        for node, g in staged:
            _commit(node, g)


def _commit(node: Value, g: Any) -> None:
    if node._array is None:
        node._grad = g
    else:
        node._array_grad = g
    node._flags |= GRADED


def _accumulated(leaf: Value, g: Any) -> Any:
    if leaf._array is None:
        if g is None:
            return leaf._grad
        return leaf._grad + g if leaf._flags & GRADED else g  # 0.0 + -0.0 would lose the sign
    if g is None:
        return leaf.grad
    from autograd import arrays

    # A copy, because a contribution may be the same array as another node's gradient or a broadcast view.
    if leaf._array_grad is None:
        return arrays.owned(g, leaf.dtype)
    return arrays.np.asarray(leaf._array_grad + g)  # the sum of 0-d arrays is a bare scalar


def _interior(node: Value, g: Any) -> Any:
    if node._array is None:
        return 0.0 if g is None else g
    from autograd import arrays

    return arrays.result(arrays.np.zeros_like(node._array) if g is None else g)


def reverse(order: list[Value], seeds: Iterable[tuple[Value, Any]], **options: Any) -> dict[Value, Any]:
    """The cotangent of each node of `order`, as `_reversed` computes it, by node."""
    return dict(zip(order, _reversed(order, seeds, **options), strict=True))


def _reversed(
    order: list[Value],
    seeds: Iterable[tuple[Value, Any]],
    create_graph: bool = False,
    keep: Iterable[Value] | None = None,
    stop: Collection[Value] = (),
) -> list[Any]:
    """The cotangent of each node of `order`, inputs before outputs, from those of its roots (None: no path).

    `keep` lists the interior nodes whose cotangents are wanted, None for all; the others are let go on the way.
    Nothing flows to operands outside `order`, nor from the nodes in `stop` to theirs.
    """
    place = {node: i for i, node in enumerate(order)}
    kept = None if keep is None else {place[x] for x in keep if x in place}
    cotangents = _seeded(place, seeds)
    owners: dict[Value, Value] = {}
    watching = observers()
    node: Value
    x: Value
    with _quiet(order):
        for i in range(len(order) - 1, -1, -1):
            g = cotangents[i]
            node = order[i]
            if g is None:
                continue
            for observer in watching:
                observer.reached(node, g)
            if node._origin is None or node in stop:
                continue
            if type(node._origin) is not Call and node._array is None and not create_graph and not watching:
                for operand, d in ((node._x, node._dx), (node._y, node._dy)):
                    j = place.get(operand) if operand is not None else None
                    if j is not None:
                        h = cotangents[j]
                        cotangents[j] = g * d if h is None else h + g * d
            else:
                paths = _pulled(node, g, create_graph, owners, place)
                for observer in watching:
                    observer.pulled(node, g, paths)
                for _, x, contribution in paths:
                    j = place[x]
                    h = cotangents[j]
                    cotangents[j] = contribution if h is None else add(h, contribution)
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


def _pulled(
    node: Value, g: Any, create_graph: bool, owners: dict[Value, Value], place: dict[Value, int]
) -> list[tuple[int, Value, Any]]:
    """The number of each operand that has a place, the operand, and what g contributes to it, where a path leads."""
    operands = node.inputs
    wanted = [i for i, x in enumerate(operands) if type(x) is Value and x in place]
    partials = None if create_graph else kept_partials(node)
    if partials is not None:
        return [(i, operands[i], g * partials[i]) for i in wanted if partials[i] is not None]
    if not wanted or node.size == 0:
        return []  # no element, no path: an operand's infinite slope is not to meet a zero
    params = node._origin.params if type(node._origin) is Call else {}
    primals, z = _primals(node, operands, create_graph, owners)
    contributions = node.op.pull(g, z, primals, params, wanted)
    paths = [(i, h) for i, h in zip(wanted, contributions, strict=True) if h is not None]
    return [(i, operands[i], fit_to_operand(h, operands[i])) for i, h in paths]


def _pushed(
    node: Value, operands: tuple[Any, ...], ts: tuple[Any, ...], create_graph: bool, owners: dict[Value, Value]
) -> Any:
    """The tangent of a node from its operands' tangents; None where no path leads."""
    partials = None if create_graph else kept_partials(node)
    if partials is not None:
        terms = [t * d for t, d in zip(ts, partials, strict=True) if t is not None and d is not None]
        return sum(terms[1:], terms[0]) if terms else None
    xs, z = _primals(node, operands, create_graph, owners)
    params = node._origin.params if type(node._origin) is Call else {}
    return node.op.push(ts, z, xs, params)


def kept_partials(node: Value) -> tuple[float | None, ...] | None:
    """A number's derivatives by its operands, as they were computed in the forward pass; None where a rule is asked."""
    if type(node._origin) is Call:
        return node._origin.partials
    if node._array is not None:
        return None
    return (node._dx, node._dy)[: len(node.inputs)]


def _primals(
    node: Value, operands: tuple[Any, ...], create_graph: bool, owners: dict[Value, Value]
) -> tuple[tuple[Any, ...], Any]:
    """What a rule may read: operands and output, as Values when the walk is recorded, else as plain data."""
    xs: list[Any] = []
    for x in operands:
        if type(x) is Value:
            leaf = replaced_leaf(x, node._time, owners)
            if leaf is not None:
                xs.append(Stale(x, leaf, node.op.name))
                continue
            xs.append(x if create_graph else x.data)
        else:
            xs.append(x)
    leaf = replaced_leaf(node, node._time, owners)
    if leaf is not None:
        return tuple(xs), Stale(node, leaf, node.op.name)
    return tuple(xs), node if create_graph else node.data


def _quiet(order: Iterable[Value]) -> Any:
    """NumPy's warnings are the forward pass's business: a walk sets its own state once."""
    if all(node._array is None for node in order):
        return nullcontext()
    from autograd.arrays import np

    return np.errstate(all="ignore")


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
    create_graph = create_graph or replaying() is not None
    order = dependents(tracked_order([y]), xs)
    seed = start(y, gradient, "gradients", create_graph=create_graph)
    cotangents = reverse(order, [(y, seed)], create_graph=create_graph, keep=xs)
    return [as_value(cotangents.get(x), x) for x in xs]


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
    create_graph = create_graph or replaying() is not None
    known: dict[Value, Any] = {}
    for pair in seeds:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise DtypeError(f"tangents: seeds: found {type(pair).__name__}; expected pairs (leaf, tangent).")
        x, t = pair
        require_value(x, "tangents", "seeds")
        seed = start(x, t, "tangents", "tangent", create_graph)
        if x._flags & TRACKED:
            known[x] = seed
    forward(dependents(tracked_order(ys), known), known, create_graph)
    return [as_value(known.get(y), y) for y in ys]


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
            t = _pushed(node, operands, ts, create_graph, owners)
            if t is not None:
                known[node] = fit_to_result(t, node)
                for observer in watching:
                    observer.pushed(node, known[node])


install("backward", backward)
