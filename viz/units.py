"""What becomes a box of a picture: a node, or a module that is collapsed because the picture would be too large. Pure.

A large graph is drawn in three steps: modules are collapsed, the innermost first, as far as it takes; then what is far
from the focus is left out; and the picture counts what it hides, inside its boxes and outside.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograd import Value
from viz.naming import Names

__all__ = ["Boxes", "Constant", "Key", "nearest", "owners", "surveyed"]


@dataclass(frozen=True, slots=True)
class Constant:
    """Operand number `operand` of a node, which is plain data."""

    target: int
    operand: int


Key = int | str | Constant  # a box: a node by its place in the order, a collapsed module by its name, a constant


@dataclass(frozen=True)
class Boxes:
    """The whole graph as boxes: for each its operands' boxes, in order and as often as they occur, and its members."""

    order: Sequence[Value]
    box: Sequence[int | str]  # of each node
    operands: dict[Key, list[Key]]
    members: dict[str, list[int]]  # of each collapsed module
    results: dict[str, set[int]]  # its members that are operands of others
    total: int  # nodes, constants included


def owners(modules: Sequence[str], names: Names, depth: int | None) -> list[str]:
    """The collapsed module that each node lies in, "" for none, when modules deeper than `depth` are collapsed.

    Depth 1 leaves one box for the outermost module; None collapses nothing.
    """
    if depth is None:
        return [""] * len(modules)
    outer = {}
    for module in names.classes:
        path = names.path(module)
        outer[module] = path[depth - 1] if len(path) >= depth else ""
    return [outer.get(module, "") for module in modules]


def surveyed(order: Sequence[Value], collapsed: Sequence[str]) -> Boxes:
    """The boxes of a graph whose nodes lie in such collapsed modules."""
    place = {id(value): i for i, value in enumerate(order)}
    box: list[int | str] = [module or i for i, module in enumerate(collapsed)]
    operands: dict[Key, list[Key]] = {key: [] for key in box}
    members: dict[str, list[int]] = {}
    results: dict[str, set[int]] = {module: set() for module in dict.fromkeys(collapsed) if module}
    total = len(order)
    for i, value in enumerate(order):
        inside = box[i]
        if isinstance(inside, str):
            members.setdefault(inside, []).append(i)
        for slot, operand in enumerate(value.inputs):
            if isinstance(operand, Value):
                at = place[id(operand)]
                source = box[at]
                if source != inside or isinstance(inside, int):
                    operands[inside].append(source)
                    if isinstance(source, str):
                        results[source].add(at)
            else:
                total += 1
                if isinstance(inside, int):
                    constant = Constant(i, slot)
                    operands[inside].append(constant)
                    operands[constant] = []
    return Boxes(order, box, operands, members, results, total)


def nearest(boxes: Boxes, starts: Iterable[Key], budget: int, radius: int | None = None) -> dict[Key, int]:
    """The boxes to draw with their distances, breadth first: towards the operands, with a radius to both sides."""
    around: dict[Key, list[Key]] = boxes.operands
    if radius is not None:
        around = {key: list(operands) for key, operands in boxes.operands.items()}
        for key, operands in boxes.operands.items():
            for operand in operands:
                around[operand].append(key)
    distance: dict[Key, int] = dict.fromkeys(list(dict.fromkeys(starts))[:budget], 0)
    queue = deque(distance)
    while queue:
        key = queue.popleft()
        if radius is not None and distance[key] == radius:
            continue
        for other in around[key]:
            if len(distance) >= budget:
                return distance
            if other not in distance:
                distance[other] = distance[key] + 1
                queue.append(other)
    return distance
