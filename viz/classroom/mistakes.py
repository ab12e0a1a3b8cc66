"""The usual mistakes in a chain rule done by hand: what each would have given, for the gradient of one node.

The kinds, in the order in which they are looked for: "missing path", "sign", "local derivative" (the incoming gradient
handed on unchanged), "point" (the derivative taken at the wrong one of input and output), "other operand" (the
derivative by the other operand), "incoming gradient" (the local derivative alone), "broadcast" (no sum over a broadcast
axis), "transposed", "zero", "several passes", "value".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from autograd import TABLE, Value
from autograd.errors import GlassgradError
from viz.classroom.engine import Path, plain
from viz.classroom.lesson import shape_of, zero

__all__ = ["Mistake", "guesses", "recognised", "unsummed_shapes"]

_SUBSETS_UP_TO = 6  # paths: of more, only each alone and all but one are tried
_MANY = 20  # paths: of more, only each alone, and the mistakes that are made on every one

# Derivatives that textbooks write by the output y, where the table's rules may read the input: 1 - y² for tanh.
_BY_OUTPUT: dict[str, Callable[[Any], Any]] = {
    "exp": lambda y: y,
    "tanh": lambda y: 1.0 - y * y,
    "sigmoid": lambda y: y * (1.0 - y),
    "sqrt": lambda y: 0.5 / y,
}

Guess = tuple["Mistake", Any]


@dataclass(frozen=True)
class Mistake:
    """A usual mistake that gives what was found: its kind, and a clause for a sentence."""

    kind: str
    text: str


def recognised(
    node: Value, found: Any, paths: Sequence[Path], close: Callable[[Any, Any], bool]
) -> tuple[Mistake, ...]:
    """The mistakes that would have given `found` as the gradient of a node with these paths; the likeliest first."""
    fitting: dict[str, Mistake] = {}
    for mistake, total in guesses(node, paths):
        if mistake.kind not in fitting and close(found, total):
            fitting[mistake.kind] = mistake
    if not fitting and shape_of(found) != node.shape:
        return (
            Mistake("broadcast", f"has shape {found.shape}, not {node.shape}: see whether an axis is to be summed"),
        )
    return tuple(fitting.values())


def guesses(node: Value, paths: Sequence[Path]) -> Iterator[Guess]:
    """Each mistake with the gradient that it would give."""
    parts = [path.contribution for path in paths]
    if not parts:
        yield Mistake("value", "is the value of the node, not its gradient"), node.data
        return
    whole = _sum(parts)
    yield from _missing_paths(parts)
    yield Mistake("sign", "has the wrong sign"), -whole
    for kind, text, replaced in _READINGS:
        parted = [replaced(node, path) for path in paths]
        for others in zip(*parted, strict=True):
            yield from _replaced(kind, text, parts, others)
    for i, path in enumerate(paths if len(paths) <= _MANY else ()):
        for text, other in _broadcasts(node, path):
            yield Mistake("broadcast", text + _where(i, paths)), _with(parts, i, other)
    if node.ndim == 2:
        yield Mistake("transposed", "is the transpose of it"), whole.T
    yield Mistake("zero", "is zero, as if nothing had been added to it"), zero(node)
    for times in (2, 3):
        text = f"is {times} times that, as if the gradients of {times} passes had been added up"
        yield Mistake("several passes", text), times * whole
    yield Mistake("value", "is the value of the node, not its gradient"), node.data


def _missing_paths(parts: list[Any]) -> Iterator[Guess]:
    """What comes of counting some of several paths."""
    count = len(parts)
    few = range(1, count)
    for size in few if count <= _SUBSETS_UP_TO else (1, count - 1) if count <= _MANY else (1,):
        for kept in combinations(range(count), size):
            which = " and ".join(str(i + 1) for i in kept)
            text = f"counts only path{'s' * (size > 1)} {which} of {count}: what comes over all paths is added"
            yield Mistake("missing path", text), _sum([parts[i] for i in kept])


def _replaced(kind: str, text: str, parts: list[Any], others: Sequence[Any]) -> Iterator[Guess]:
    """What comes of one mistake on one path, and of the same one on every path."""
    for i, other in enumerate(others if len(others) <= _MANY else ()):
        if other is not None:
            yield Mistake(kind, text + _where(i, parts)), _with(parts, i, other)
    if len(parts) > 1 and any(other is not None for other in others):
        mixed = [part if other is None else other for part, other in zip(parts, others, strict=True)]
        yield Mistake(kind, f"{text} (on every path)"), _sum(mixed)


# ---- how one path is misread: figures in place of its contribution, None where there can be none ----


def _negated(node: Value, path: Path) -> list[Any]:
    return [-path.contribution]


def _handed_on(node: Value, path: Path) -> list[Any]:
    return [_fitted(path.incoming, node)]


def _local_alone(node: Value, path: Path) -> list[Any]:
    return [None if path.local is None else _fitted(path.local, node)]


def _other_points(node: Value, path: Path) -> list[Any]:
    """At the input where the rule reads the output, at the output where it reads the input, and at the output anew."""
    op, z, xs = _parts(path)
    if op.builder != "elementwise":
        return [None] * 4
    moved = tuple(z if i == path.place else x for i, x in enumerate(xs))
    again = _tried(lambda: op(*moved, **path.consumer.params))
    points = [(xs[path.place], xs), (z, moved), (again, moved)]
    found = [None if y is None else _pulled(node, path, y, at, path.place) for y, at in points]
    textbook = _BY_OUTPUT.get(op.name)
    return [*found, None if textbook is None else _fitted(_tried(lambda: textbook(xs[0]) * path.incoming), node)]


def _other_operand(node: Value, path: Path) -> list[Any]:
    op, z, xs = _parts(path)
    return [_pulled(node, path, z, xs, 1 - path.place) if op.builder == "elementwise" and len(xs) == 2 else None]


_READINGS: list[tuple[str, str, Callable[[Value, Path], list[Any]]]] = [
    ("sign", "has the wrong sign", _negated),
    ("local derivative", "hands the incoming gradient on without the local derivative", _handed_on),
    ("point", "takes the local derivative at the wrong one of input and output", _other_points),
    ("other operand", "takes the derivative by the other operand", _other_operand),
    ("incoming gradient", "is the local derivative alone, without the incoming gradient", _local_alone),
]


def _broadcasts(node: Value, path: Path) -> Iterator[tuple[str, Any]]:
    """What comes of a path over which the node was broadcast, when the axes are not summed."""
    op, z, xs = _parts(path)
    if op.builder != "elementwise" or path.consumer.shape == node.shape:
        return
    raw = _tried(lambda: op.pull(path.incoming, z, xs, path.consumer.params, [path.place])[0])
    if getattr(raw, "shape", node.shape) == node.shape:
        return
    text = f"is not summed over the axes along which {node.shape} was broadcast to {raw.shape}"
    yield text, raw
    share = node.size / raw.size
    yield "is the mean, not the sum, over the axes that were broadcast", path.contribution * share
    for index, which in ((0, "first"), (-1, "last")):
        kept = raw
        while kept.ndim > node.ndim:
            kept = kept[index]
        for axis in range(node.ndim):
            if kept.shape[axis] != node.shape[axis]:
                kept = kept.take([index], axis=axis)
        yield f"is the {which} one of those that are to be summed over the axes that were broadcast", kept


def unsummed_shapes(node: Value, consumers: Sequence[Value]) -> set[tuple[int, ...]]:
    """The shapes that a gradient has when a sum over broadcast axes or a transpose was forgotten."""
    shapes = {each.shape for each in consumers if each.op.builder == "elementwise"}
    return {shape for shape in shapes if len(shape) >= node.ndim} | {node.shape[::-1]}


def _where(i: int, paths: Sequence[Any]) -> str:
    """Which of several paths, as the end of a clause; "" for the only one."""
    return f" (path {i + 1} of {len(paths)})" if len(paths) > 1 else ""


def _parts(path: Path) -> tuple[Any, Any, tuple[Any, ...]]:
    consumer = path.consumer
    return consumer.op, consumer.data, tuple(x.data if isinstance(x, Value) else x for x in consumer.inputs)


def _pulled(node: Value, path: Path, z: Any, xs: tuple[Any, ...], place: int) -> Any:
    """The contribution of a path by the rule for operand `place`, read at the point given."""
    op, params = path.consumer.op, path.consumer.params
    return _fitted(_tried(lambda: op.pull(path.incoming, z, xs, params, [place])[0]), node)


def _tried(f: Callable[[], Any]) -> Any:
    """What a misread rule gives; None where it makes no sense of what it is given."""
    try:
        found = f()
    except (GlassgradError, ArithmeticError, ValueError):
        return None
    return plain(found)


def _fitted(x: Any, node: Value) -> Any:
    """Plain data in the form of a node: summed over broadcast axes, or repeated; None where the shapes do not fit."""
    shape = shape_of(x)
    if x is None or shape == node.shape:
        return x
    move = "broadcast_to" if len(shape) < node.ndim or (len(shape) == node.ndim and x.size < node.size) else "sum_to"
    import numpy as np  # one of the two is an array

    return _tried(lambda: TABLE[move](np.asarray(x), node.shape))


def _with(parts: list[Any], i: int, other: Any) -> Any:
    """The sum with another figure in place of one."""
    return _sum([*parts[:i], other, *parts[i + 1 :]])


def _sum(parts: Sequence[Any]) -> Any:
    return sum(parts[1:], parts[0])
