"""`worksheet`: the picture of a graph with figures left out for a pupil to find, and the key to it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograd import Value
from viz.boxes import Look
from viz.checks import suffix_of
from viz.classroom.blanks import Kind, Uniform, chosen_of, figures_of, require_readable, uniform_of
from viz.classroom.lesson import SPELT_OUT, Lesson, figure
from viz.drawing import Drawing
from viz.quantities import arguments
from viz.records import Blank, Graph
from viz.wording import LONGEST

__all__ = ["Answer", "Worksheet", "worksheet"]

_CUT = 8  # elements of an array, above which an explanation shows the ends
_CSP = "default-src 'none'; style-src 'unsafe-inline'"  # a page of one file: labels in it can load nothing


@dataclass(frozen=True, eq=False)
class Answer:
    """One figure of a worksheet: its number on the sheet, whose it is, what it is, and how it comes about."""

    number: int
    node: Value
    kind: Kind
    answer: Any
    question: str
    text: str


@dataclass(frozen=True, repr=False, eq=False)
class Worksheet:
    """A picture with blanks and its key, as `worksheet` makes them; a notebook shows the sheet alone.

    `sheet` and `key` are drawings of the same graph; `answers` are the figures to find, in the order in which they can
    be worked out: values forward, then gradients backward. `given` lists the arrays, which a picture only sums up.
    """

    sheet: Drawing
    key: Drawing
    answers: tuple[Answer, ...]
    given: tuple[str, ...] = ()

    @property
    def questions(self) -> str:
        """What is to be found, as text, with the elements of the arrays that are given."""
        lines = ["Find:", *(f"  ({answer.number}) {answer.question}" for answer in self.answers)]
        return "\n".join([*(["Given:", *(f"  {line}" for line in self.given)] if self.given else []), *lines])

    @property
    def solution(self) -> str:
        """The answers as text, each with the arithmetic of its value or the chain rule of its gradient."""
        return "\n".join(f"({answer.number}) {answer.text}" for answer in self.answers)

    def save(self, path: str | Path) -> list[Path]:
        """Write the sheet to `path` and its key beside it, as "name-key" with the same suffix; return all paths.

        A picture or DOT text is followed by two text files, the questions and the answers; in .txt and .html they
        stand in the file itself.

        Raises:
            ArgumentError: for a suffix other than .svg, .png, .pdf, .dot, .txt and .html.
            MissingPackageError, RenderError: as `Drawing.svg`; not for .dot and .txt.
        """
        path = Path(path)
        suffix = suffix_of(path)
        key = path.with_name(f"{path.stem}-key{path.suffix}")
        if suffix == ".html":
            pages = [_page("Worksheet", [self.sheet], self.questions)]
            pages.append(_page("Key", [self.sheet, self.key], f"{self.questions}\n\n{self.solution}"))
            return [_written(path, pages[0]), _written(key, pages[1])]
        if suffix == ".txt":
            texts = [f"{self.sheet.text()}\n\n{self.questions}\n", f"{self.key.text()}\n\n{self.solution}\n"]
            return [_written(path, texts[0]), _written(key, texts[1])]
        paths = [self.sheet.save(path), self.key.save(key)]
        paths.append(_written(path.with_suffix(".txt"), f"{self.questions}\n"))
        return [*paths, _written(key.with_suffix(".txt"), f"{self.solution}\n")]

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, str]:
        """What a notebook shows: the sheet and its questions, nothing of the key; never an error."""
        bundle = self.sheet._repr_mimebundle_(include, exclude)
        if "text/plain" in bundle:
            bundle["text/plain"] = f"{bundle['text/plain']}\n\n{self.questions}"
        return bundle

    def __repr__(self) -> str:
        return f"Worksheet({len(self.answers)} figures to find, {self.sheet!r})"


def worksheet(
    root: Value,
    blanks: str | int | Iterable[str | Value] | Mapping[str | Value, str] = "gradients",
    *,
    names: Any = None,
    gradient: Any = None,
    rng: Uniform | None = None,
    seed: int | None = None,
) -> Worksheet:
    """Draw the graph of `root` with figures left blank, numbered on the sheet, and the key with all of them.

    The gradients are those of one backward pass from the root, whatever the Values hold; nobody's gradient changes.
    Inputs, constants and the gradient that the pass starts from are given: all else can be worked out from them.

    Args:
        root: the Value whose graph is drawn.
        blanks: "gradients", "values" or "all" of them; a number, so many drawn at random; labels or Values, whose value
            and gradient are left out; or a mapping from these to "values", "gradients" or "all".
        names: where Values without a label take their names from, as for `draw`: `locals()`, or a module.
        gradient: the cotangent to start from, of the root's shape; needed unless the root has one element.
        rng: draws the blanks where `blanks` is a number: any object with `uniform(low, high)`, such as
            `random.Random(0)` or `numpy.random.default_rng(0)`; by default Python's `random` module.
        seed: in place of `rng`, for `random.Random(seed)`.

    Raises:
        ArgumentError: for blanks that the graph does not have, for a label of no Value or of several, for a graph
            larger than a picture shows.
        DtypeError: for a root that is not a Value, or blanks of another type.
        GraphError: for a root that is a constant, or a number whose data was replaced since it was used.
        ShapeError: for a root of several elements without `gradient`.

    >>> from autograd import Value
    >>> x, w = Value(3.0, label="x"), Value(-2.0, label="w")
    >>> paper = worksheet(w * x + x)
    >>> print(paper.questions)
    Find:
      (1) the gradient of the result of multiply (n2)
      (2) the gradient of x
      (3) the gradient of w
    >>> print(paper.answers[1].text)
    The gradient of x = 3 is -1.
      1. as operand 1 of add: its derivative 1 * incoming gradient 1 = 1
      2. as operand 1 of multiply: its derivative -2 * incoming gradient 1 = -2
      Their sum is -1: the chain rule adds what comes over all paths.
    """
    lesson = Lesson.of("worksheet", root, gradient, names)
    require_readable(lesson)
    figures = figures_of(lesson)
    chosen = sorted(chosen_of(lesson, figures, blanks, uniform_of(rng, seed)), key=figures.__getitem__)
    answers = tuple(_answer(lesson, i, *each) for i, each in enumerate(chosen, 1))
    graph, places = lesson.graph()
    key = lesson.with_paths(graph, places, lesson.explanations)
    sheet = _filled(graph, places, [(each, f"({each.number}) ______{_shape(each)}") for each in answers])
    key = _filled(key, places, [(each, f"({each.number}) {figure(each.answer)}") for each in answers if _fits(each)])
    plain = Look(color="none", arrays="full")  # the colour of a box would tell how large its gradient is
    return Worksheet(
        Drawing(sheet, plain),
        Drawing(key, replace(plain, edges="contribution")),
        answers,
        tuple(_given(lesson)),
    )


def _answer(lesson: Lesson, number: int, node: Value, kind: Kind) -> Answer:
    name = lesson.name(node)
    shape = f", of shape {node.shape}" if node.shape else ""
    if kind == "gradient":
        text = str(lesson.explanations[node])
        if not lesson.explanations[node].paths:
            text = f"The gradient of {name} is {figure(lesson.gradient(node))}: no gradient flows to it."
        elif _CUT < node.size <= SPELT_OUT:
            text += f"\n  In full: {figure(lesson.gradient(node), SPELT_OUT)}"
        return Answer(number, node, kind, lesson.gradient(node), f"the gradient of {name}{shape}", text)
    operands = [figure(x.data if isinstance(x, Value) else x) for x in node.inputs]
    call = f"{node.op.name}({', '.join([*operands, *arguments(node)])})"
    text = f"The value of {name} is {call} = {figure(node.data, SPELT_OUT)}."
    return Answer(number, node, kind, node.data, f"the value of {name}{shape}", text)


def _shape(answer: Answer) -> str:
    """The shape of an array, which its box does not show while its value is blank."""
    return f" {answer.node.shape}" if answer.kind == "value" and answer.node.shape else ""


def _fits(answer: Answer) -> bool:
    """Whether an answer fits on one line of a box; a larger array is drawn in the key as in any picture."""
    return len(figure(answer.answer)) <= LONGEST


def _filled(graph: Graph, places: dict[Value, int], texts: list[tuple[Answer, str]]) -> Graph:
    """The records with texts in place of figures."""
    nodes = list(graph.nodes)
    for answer, text in texts:
        node = nodes[places[answer.node]]
        filled = replace(node, data=Blank(text)) if answer.kind == "value" else replace(node, gradient=Blank(text))
        nodes[places[answer.node]] = filled
    return replace(graph, nodes=tuple(nodes))


def _given(lesson: Lesson) -> list[str]:
    """The elements of the arrays that all else is worked out from: a picture shows no more than a summary of them."""
    lines = []
    for node in lesson.order:
        constants = [x for x in node.inputs if not isinstance(x, Value) and hasattr(x, "shape") and x.shape]
        lines += [f"a constant of {lesson.name(node)} = {figure(x, SPELT_OUT)}" for x in constants]
        if node.shape and node.op is None:
            lines.append(f"{lesson.name(node)} = {figure(node.data, SPELT_OUT)}")
    if lesson.root.shape:
        lines.append(f"the gradient of {lesson.name(lesson.root)} = {figure(lesson.gradient(lesson.root), SPELT_OUT)}")
    return lines


def _page(title: str, drawings: list[Drawing], text: str) -> str:
    figures = "".join(f"<figure>{drawing.svg}</figure>" for drawing in drawings)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">\n'
        "<style>:root { color-scheme: light dark } body { font-family: sans-serif; margin: 2em }\n"
        "main { display: flex; flex-wrap: wrap; gap: 1em } figure { margin: 0; max-width: 100% }\n"
        "svg { max-width: 100%; height: auto }\n"
        "pre { font-size: 1rem; white-space: pre-wrap }</style></head>\n"
        f"<body><h1>{title}</h1><main>{figures}</main><pre>{html.escape(text)}</pre></body></html>\n"
    )


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
