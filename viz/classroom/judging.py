"""Which of a student's gradients are right, which follow from an earlier error, and where the chain rule was left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from autograd import Value
from viz.classroom.engine import Path, dependents, made_path, quiet, step, summed_step
from viz.classroom.lesson import Lesson, shape_of, zero
from viz.classroom.mistakes import Mistake, guesses, recognised
from viz.records import MAX_NODES

__all__ = ["WrongGradient", "findings", "is_close"]

_SEARCHED = 50  # Values without an answer in which a mistake is looked for: each costs some passes

Close = Callable[[Any, Any], bool]


@dataclass(frozen=True, eq=False)
class WrongGradient:
    """One wrong gradient: what was found, what is right, and the paths whose contributions make up the right one.

    `follows` says that the chain rule itself was kept there: the figure is what the student's own figures before it
    give. `supposed` says that the student gave no gradient of this node: `found` is what explains the others. The
    `paths` of a later error start from the student's own figures, and so does `due`, their sum.
    """

    node: Value
    found: Any
    expected: Any
    due: Any
    paths: list[Path]
    follows: bool = False
    supposed: bool = False
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, eq=False)
class _Judgement:
    """What the chain rule makes of the student's figures: all in backward order."""

    handed: dict[Value, Any]  # the gradient that the student's own figures before a node give it
    estimates: dict[Value, Any]  # the student's, and where none was given the same as handed
    left: list[Value]  # wrong, and not what was handed on
    followed: list[Value]  # wrong, because of what was handed on


@quiet()
def findings(lesson: Lesson, given: Mapping[Value, Any], close: Close) -> list[WrongGradient]:
    """What is wrong, in backward order; where the chain rule was left comes before what follows from it."""
    judgement = _judge(lesson, given, close)
    wrong = {node: _finding(lesson, given, judgement, node, close) for node in judgement.left + judgement.followed}
    supposed = _supposed(lesson, given, [wrong[node] for node in judgement.left], close)
    if supposed is not None:
        assumed = {**given, supposed.node: supposed.found}
        judgement = _judge(lesson, assumed, close)
        wrong = {
            node: _finding(lesson, assumed, judgement, node, close) for node in judgement.left + judgement.followed
        }
        wrong[supposed.node] = supposed
    return [wrong[node] for node in reversed(lesson.explanations) if node in wrong]


def _judge(lesson: Lesson, given: Mapping[Value, Any], close: Close) -> _Judgement:
    """Walk backward, and hand on the student's figures where there are any."""
    judgement = _Judgement({}, {}, [], [])
    spoilt: set[Value] = set()
    for node in reversed(lesson.explanations):
        right = handed = lesson.gradient(node)
        is_spoilt = any(consumer in spoilt for consumer in lesson.consumers[node])
        if is_spoilt:
            handed = _handed(lesson, node, judgement.estimates)
        estimate = handed
        if node in given:
            found = given[node]
            if not close(found, right):
                follows = is_spoilt and close(found, handed)
                (judgement.followed if follows else judgement.left).append(node)
            if shape_of(found) == node.shape:  # another one cannot be handed on
                estimate = found
        if estimate is not right and not close(estimate, right):
            spoilt.add(node)
        judgement.handed[node], judgement.estimates[node] = handed, estimate
    return judgement


def _handed(lesson: Lesson, node: Value, estimates: Mapping[Value, Any]) -> Any:
    """The sum of what the consumers hand to a node, given their gradients; paths through others are theirs."""
    total = sum(summed_step(node, consumer, estimates[consumer]) for consumer in lesson.consumers[node])
    return zero(node) + total


def _finding(
    lesson: Lesson, given: Mapping[Value, Any], judgement: _Judgement, node: Value, close: Close
) -> WrongGradient:
    found, due = given[node], judgement.handed[node]
    if node in set(judgement.followed):
        return WrongGradient(node, found, lesson.gradient(node), due, lesson.explanations[node].paths, follows=True)
    paths = lesson.explanations[node].paths
    if due is not lesson.gradient(node):
        paths = list(_own_paths(lesson, node, judgement.estimates))
    mistakes = recognised(node, found, paths, close)
    return WrongGradient(node, found, lesson.gradient(node), due, paths, mistakes=mistakes)


def _own_paths(lesson: Lesson, node: Value, estimates: Mapping[Value, Any]) -> Iterator[Path]:
    """The paths into a node, with the student's own gradients coming in."""
    local = {(path.consumer, path.place): path.local for path in lesson.explanations[node].paths}
    for consumer in lesson.consumers[node]:
        incoming = estimates[consumer]
        for place, contribution in step(node, consumer, incoming):
            yield made_path(consumer, place, incoming, local.get((consumer, place)), contribution)


def _supposed(
    lesson: Lesson, given: Mapping[Value, Any], left: list[WrongGradient], close: Close
) -> WrongGradient | None:
    """A usual mistake at a node whose gradient was not given, from which several errors follow, or one unusual one.

    So one mistake is preferred to many, and a usual one to one that is not.
    """
    if len(lesson.order) > MAX_NODES or not left or (len(left) == 1 and left[0].mistakes):
        return None
    best, fewest = None, len(left) + 1
    behind = dependents(list(lesson.explanations), [finding.node for finding in left])
    behind = [node for node in reversed(behind) if node not in given and node is not lesson.root]
    for node in behind[:_SEARCHED]:
        right, paths = lesson.gradient(node), lesson.explanations[node].paths
        for mistake, total in guesses(node, paths):
            if shape_of(total) != node.shape or close(total, right):
                continue
            still = set(_judge(lesson, {**given, node: total}, close).left)
            solved = [finding for finding in left if finding.node not in still]
            is_better = len(solved) > 1 or any(not finding.mistakes for finding in solved)
            if is_better and len(still) < fewest:
                best = WrongGradient(node, total, right, right, paths, supposed=True, mistakes=(mistake,))
                fewest = len(still)
    return best


def is_close(rtol: float, atol: float) -> Close:
    """Whether a figure agrees with the right one: |found - right| <= atol + rtol * |right|, and NaN with NaN.

    >>> close = is_close(1e-3, 1e-8)
    >>> close(0.3932, 0.39322387), close(0.4, 0.39322387)
    (True, False)
    """

    def close(found: Any, right: Any) -> bool:
        if type(found) is float and type(right) is float and isfinite(found) and isfinite(right):
            return abs(found - right) <= atol + rtol * abs(right)  # as NumPy does, and many times as fast
        if shape_of(found) != shape_of(right):
            return False
        import numpy as np  # NaN and infinities are its business

        with np.errstate(all="ignore"):
            return bool(np.allclose(found, right, rtol=rtol, atol=atol, equal_nan=True))

    return close
