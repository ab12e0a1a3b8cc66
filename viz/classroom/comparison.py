"""`compare`: a student's own gradients beside the right ones, and the first place where the chain rule was left."""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping, Sized
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from pathlib import Path as FilePath
from typing import Any

from autograd import Value
from autograd.errors import ArgumentError
from viz.boxes import Look
from viz.classroom.engine import Path
from viz.classroom.given import given_of
from viz.classroom.judging import WrongGradient, findings, is_close
from viz.classroom.lesson import Lesson, figure, shape_of
from viz.drawing import Drawing
from viz.records import MAX_NODES, RIGHT, Blank
from viz.wording import number, printable

__all__ = ["Comparison", "compare"]

_LISTED = 8  # names, or paths, in one sentence
_TOLD = 20  # findings of which it is told in sentences
_LIKELY = 3  # mistakes in one: a figure that fits more of them tells little


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """A student's gradients judged, as `compare` does: a notebook shows the picture, `print` says it in words.

    `right` and `wrong` are the Values whose gradients were given, in backward order; `missing` are those that take part
    in the backward pass and were not given. All three compare Values by identity. `first` is where the chain rule was
    left first, None where it nowhere was; it is among the missing ones where a single mistake there explains what is
    wrong. `findings` tells more of each wrong one.
    """

    right: KeysView[Value]
    wrong: KeysView[Value]
    missing: KeysView[Value]
    first: Value | None
    findings: list[WrongGradient]
    _lesson: Lesson

    @property
    def is_right(self) -> bool:
        """Whether nothing that was given is wrong."""
        return not self.wrong

    @cached_property
    def drawing(self) -> Drawing:
        """The graph with a mark in each box whose gradient was given, and on the first error.

        Of a graph that is too large for one picture, it is what lies around the first error, as it is when it is first
        asked for.
        """
        lesson = self._lesson
        graph, places = lesson.graph(focus=self.first)
        if self.first is not None:
            graph = lesson.with_paths(graph, places, [self.first])
        marks = dict.fromkeys(self.right, (RIGHT,)) | {each.node: self._marks(each) for each in self.findings}
        nodes = list(graph.nodes)
        for value, place in places.items():
            nodes[place] = replace(nodes[place], marks=marks.get(value, ()))
        for value in self.missing:
            if value in places:
                nodes[places[value]] = replace(nodes[places[value]], gradient=Blank("not given"))
        return Drawing(replace(graph, nodes=tuple(nodes)), Look(color="none", edges="contribution", arrays="full"))

    def save(self, path: str | FilePath) -> FilePath:
        """Write the picture to `path`, as `Drawing.save` does; .txt begins with the sentences."""
        path = FilePath(path)
        if path.suffix.lower() == ".txt":
            path.write_text(f"{self}\n\n{self.drawing.text()}\n", encoding="utf-8")
            return path
        return self.drawing.save(path)

    def _marks(self, finding: WrongGradient) -> tuple[str, ...]:
        what = () if finding.supposed else (_difference(finding.found, finding.expected),)
        if finding.node is self.first:
            return ("first error", *what)
        return (*what, "follows from it") if finding.follows else (*what, "another error")

    def __str__(self) -> str:
        lines = [self._count()]
        findings = sorted(self.findings, key=lambda each: each.node is not self.first)
        for finding in findings[:_TOLD]:
            lines += self._sentences(finding)
        more = len(findings) - _TOLD
        return "\n".join([*lines, *([f"... and {more:,} more, in .findings."] if more > 0 else [])])

    def _count(self) -> str:
        given = len(self.right) + len(self.wrong)
        missing = f" {len(self.missing):,} of the backward pass {_are(self.missing)} not given." if self.missing else ""
        if not self.wrong:
            return f"{'The one gradient is' if given == 1 else f'All {given} gradients are'} right.{missing}"
        return f"{len(self.right)} of {given} gradients {_are(self.right)} right; wrong: {self._names()}.{missing}"

    def _names(self) -> str:
        names = [self._lesson.name(node) for node in list(self.wrong)[:_LISTED]]
        more = len(self.wrong) - len(names)
        return ", ".join(names) + (f" and {more} more" if more else "")

    def _sentences(self, finding: WrongGradient) -> list[str]:
        name, found, expected = self._lesson.name(finding.node), figure(finding.found), figure(finding.expected)
        if finding.follows:
            return [f"{name}: found {found}, expected {expected}. It follows from an error before it."]
        texts = ", or ".join(mistake.text for mistake in finding.mistakes[:_LIKELY])
        if finding.supposed:
            return [
                f"The chain rule was left first at {name}, whose gradient was not given: expected {_summed(finding)}.",
                f"What is wrong after it follows if it was taken to be {found}, which {texts}.",
            ]
        is_root = finding.node is self._lesson.root
        if finding.node is self.first:
            start = f"The chain rule was left first at {name}: found {found}, expected {_summed(finding, is_root)}."
        elif finding.due is finding.expected:
            start = f"{name}: found {found}, expected {_summed(finding)}. That is another error."
        else:
            due = f"from the figures before it comes {_summed(finding)}"
            start = f"{name}: found {found}, expected {expected}. That is another error: {due}."
        return [start, *([f"What was found {texts}."] if texts else self._on_the_way(finding))]

    def _on_the_way(self, finding: WrongGradient) -> list[str]:
        """Where else a mistake may be that is none of the usual ones."""
        unknown = [node for node in self._lesson.consumers[finding.node] if node in self.missing]
        if not unknown or not finding.paths:
            return []
        names = ", ".join(self._lesson.name(node) for node in unknown[:_LISTED])
        return [
            f"It is none of the usual mistakes; it may have been made before it, as {names} {_are(unknown)} not given."
        ]

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, str]:
        """What a notebook shows: the picture, and the sentences with the text of it; never an error."""
        bundle = self.drawing._repr_mimebundle_(include, exclude)
        if "text/plain" in bundle:
            bundle["text/plain"] = f"{self}\n\n{bundle['text/plain']}"
        return bundle

    def __repr__(self) -> str:
        return f"Comparison({len(self.right)} right, {len(self.wrong)} wrong, {len(self.missing)} missing)"


def compare(
    root: Value,
    theirs: Mapping[str | Value, Any],
    *,
    names: Any = None,
    gradient: Any = None,
    rtol: float = 1e-3,
    atol: float = 1e-6,
) -> Comparison:
    """Compare gradients worked out by hand, or by a program of one's own, with those of one backward pass from `root`.

    A figure is right if |found - right| <= atol + rtol * |right|. Of a wrong one it is said whether it follows from an
    earlier error, in the order of the backward pass, or is where the chain rule was left, and which usual mistake
    gives it. The figures between that were not given are worked out from those that were.

    Args:
        root: the Value that was differentiated.
        theirs: the gradients by label, or by the Value itself: numbers, or arrays of the Value's shape.
        names: where Values without a label take their names from, as for `draw`: `locals()`, or a module.
        gradient: the cotangent to start from, of the root's shape; needed unless the root has one element.
        rtol: relative tolerance; the default fits figures worked out to four digits.
        atol: absolute tolerance.

    Raises:
        ArgumentError: for a label of no Value or of several, a Value given twice, one that has no gradient, no
            gradients at all, or a tolerance that is not a number >= 0.
        ShapeError: for a gradient that cannot be compared with the Value's; for a root of several elements without
            `gradient`.
        DtypeError: for a root that is not a Value, or gradients that are not numbers.
        GraphError: for a root that is a constant.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> print(compare(x * x, {"x": 3.0}))
    0 of 1 gradients are right; wrong: x.
    The chain rule was left first at x: found 3, expected 6 = 3 (as operand 0 of multiply: 3 * 1) + 3 (as operand \
1 of multiply: 3 * 1).
    What was found counts only path 1 of 2: what comes over all paths is added, or ...
    """
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if not isinstance(tolerance, Real) or isinstance(tolerance, bool) or not 0 <= tolerance < float("inf"):
            raise ArgumentError(f"compare: {name}: found {tolerance!r}; expected a number >= 0.")
    lesson = Lesson.of("compare", root, gradient, names)
    given = given_of(lesson, theirs)
    close = is_close(rtol, atol)
    found = findings(lesson, given, close)
    wrong = dict.fromkeys(finding.node for finding in found if not finding.supposed)
    backward = list(reversed(lesson.explanations))
    comparison = Comparison(
        right=dict.fromkeys(node for node in backward if node in given and node not in wrong).keys(),
        wrong=wrong.keys(),
        missing=dict.fromkeys(node for node in backward if node not in given and node is not root).keys(),
        first=next((finding.node for finding in found if not finding.follows), None),
        findings=found,
        _lesson=lesson,
    )
    if len(lesson.order) <= MAX_NODES:
        _ = comparison.drawing  # now, since data may change later; of a large graph it takes seconds
    return comparison


def _summed(finding: WrongGradient, is_root: bool = False) -> str:
    """The contributions that make up a gradient: `6 = 3 (as operand 0 of multiply: 3 * 1) + 3 (as ...)`."""
    if not finding.paths:
        starts = "from which the backward pass starts"
        return f"{figure(finding.due)}, {starts if is_root else 'since no gradient flows to it'}"
    parts = [f"{figure(path.contribution)} ({_step(path)})" for path in finding.paths[:_LISTED]]
    more = len(finding.paths) - len(parts)
    total = f"{figure(finding.due)} = " if len(finding.paths) > 1 else ""
    return total + " + ".join([*parts, *([f"... ({more} more)"] if more else [])])


def _step(path: Path) -> str:
    label = f" ({printable(path.consumer.label)})" if path.consumer.label else ""
    step = f"as operand {path.place} of {path.consumer.op.name}{label}"
    if path.local is None:
        return f"{step}, by its reverse rule from {figure(path.incoming)}"
    is_summed = shape_of(path.incoming) and path.incoming.size > getattr(path.contribution, "size", 1)
    summed = ", summed over the axes that were broadcast" if is_summed else ""
    return f"{step}: {figure(path.local)} * {figure(path.incoming)}{summed}"


def _difference(found: Any, expected: Any) -> str:
    """In a few words what is wrong with a figure: of an array, the element that is farthest off."""
    if shape_of(found) != shape_of(expected):
        return f"wrong: shape {shape_of(found)}, not {shape_of(expected)}"
    where = ""
    if shape_of(found):
        import numpy as np

        with np.errstate(all="ignore"):
            gaps = np.nan_to_num(abs(found - expected), nan=np.inf)
        index = np.unravel_index(int(gaps.argmax()), gaps.shape)
        where = f" at [{', '.join(map(str, index))}]"
        found, expected = found[index], expected[index]
    texts = number(float(found) + 0.0), number(float(expected) + 0.0)  # -0 is 0
    if texts[0] == texts[1]:
        texts = format(float(found), ".9g"), format(float(expected), ".9g")
    return f"wrong{where}: {texts[0]}, not {texts[1]}"


def _are(things: Sized) -> str:
    return "is" if len(things) == 1 else "are"
