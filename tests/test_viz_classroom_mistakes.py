"""Students' gradients with mistakes planted in them, beside the right ones: what `compare` finds."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from lessons import called, layer, neuron, with_a_constant

from autograd import TABLE, Value, stop_gradient, topological_order
from autograd.testing import graphs
from viz.classroom import Comparison, compare, worksheet


def kinds(comparison: Comparison) -> list[str]:
    (finding,) = (finding for finding in comparison.findings if finding.node is comparison.first)
    return [mistake.kind for mistake in finding.mistakes]


# ---- a student's own backward pass, with a mistake in it ----

# Functions of the operands, and their derivatives by them, written here once more.
UNARY: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "sin": (math.sin, math.cos),
    "exp": (math.exp, math.exp),
    "arctan": (math.atan, lambda x: 1 / (1 + x * x)),
}
BINARY: dict[str, tuple[Callable[[float, float], float], Callable[[float, float], tuple[float, float]]]] = {
    "add": (lambda x, y: x + y, lambda x, y: (1.0, 1.0)),
    "subtract": (lambda x, y: x - y, lambda x, y: (1.0, -1.0)),
    "multiply": (lambda x, y: x * y, lambda x, y: (y, x)),
}


@dataclass
class Step:
    name: str
    operands: tuple[int, ...]


@dataclass
class Way:
    """One path into a node: the gradient that comes in, the operation, its operands, and which of them the node is."""

    g: float
    name: str
    xs: tuple[float, ...]
    place: int

    @property
    def local(self) -> float:
        if self.name in UNARY:
            return UNARY[self.name][1](self.xs[0])
        return BINARY[self.name][1](*self.xs)[self.place]

    @property
    def part(self) -> float:
        return self.local * self.g


def one_of(ways: Sequence[Way], rng: random.Random, part: Callable[[Way], float]) -> float:
    """The sum, with one path misread."""
    i = rng.randrange(len(ways))
    return sum(part(way) if j == i else way.part for j, way in enumerate(ways))


def at_output(way: Way) -> float:
    return way.g * UNARY[way.name][1](UNARY[way.name][0](way.xs[0])) if way.name in UNARY else way.part


def at_input(way: Way) -> float:
    textbook = {"tanh": lambda y: 1 - y * y, "exp": lambda y: y}  # by the output, and given the input
    return way.g * textbook[way.name](way.xs[0]) if way.name in textbook else way.part


def by_the_other(way: Way) -> float:
    return way.g * BINARY[way.name][1](*way.xs)[1 - way.place] if way.name in BINARY else way.part


Plant = Callable[[list[Way], random.Random], float]
MISTAKES: dict[str, tuple[str, Plant]] = {
    "one path only": ("missing path", lambda ways, rng: rng.choice(ways).part),
    "all but one path": ("missing path", lambda ways, rng: sum(way.part for way in ways[1:] or ways)),
    "sign": ("sign", lambda ways, rng: -sum(way.part for way in ways)),
    "sign of one path": ("sign", lambda ways, rng: one_of(ways, rng, lambda way: -way.part)),
    "handed on": ("local derivative", lambda ways, rng: one_of(ways, rng, lambda way: way.g)),
    "handed on everywhere": ("local derivative", lambda ways, rng: sum(way.g for way in ways)),
    "at the output": ("point", lambda ways, rng: one_of(ways, rng, at_output)),
    "at the input": ("point", lambda ways, rng: one_of(ways, rng, at_input)),
    "other operand": ("other operand", lambda ways, rng: one_of(ways, rng, by_the_other)),
    "local alone": ("incoming gradient", lambda ways, rng: one_of(ways, rng, lambda way: way.local)),
    "zero": ("zero", lambda ways, rng: 0.0),
    "two passes": ("several passes", lambda ways, rng: 2 * sum(way.part for way in ways)),
}


class Graph:
    """A random graph of numbers: the engine's, and the student's."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.data = [rng.uniform(0.3, 1.2) * rng.choice((-1, 1)) for _ in range(3)]
        self.values = [Value(x, label=f"v{i}") for i, x in enumerate(self.data)]
        self.steps: list[Step | None] = [None] * 3
        for _ in range(6):
            names, count = (UNARY, 1) if rng.random() < 0.5 else (BINARY, 2)
            self.add(rng.choice(list(names)), tuple(rng.choice(range(len(self.data))) for _ in range(count)))
        while len(self.open) > 1:  # the root is reached from all
            self.add("add", (self.open[0], self.open[1]))

    def add(self, name: str, operands: tuple[int, ...]) -> None:
        xs = [self.data[i] for i in operands]
        self.data.append(UNARY[name][0](*xs) if name in UNARY else BINARY[name][0](*xs))
        self.values.append(_apply(name, [self.values[i] for i in operands], f"v{len(self.values)}"))
        self.steps.append(Step(name, operands))

    @property
    def open(self) -> list[int]:
        used = {i for step in self.steps if step for i in step.operands}
        return [i for i in range(len(self.data)) if i not in used]

    def student(self, planted: int = -1, plant: Plant | None = None) -> tuple[dict[str, float], list[Way]]:
        """The gradients by label, with a mistake at one node, and that node's paths."""
        ways: list[list[Way]] = [[] for _ in self.data]
        grads = [0.0] * len(self.data)
        for i in reversed(range(len(self.data))):
            is_root = i == len(self.data) - 1
            grads[i] = 1.0 if is_root else sum(way.part for way in ways[i])
            if i == planted and plant:
                grads[i] = plant(ways[i], self.rng)
            step = self.steps[i]
            if step:
                xs = tuple(self.data[j] for j in step.operands)
                for place, j in enumerate(step.operands):
                    ways[j].append(Way(grads[i], step.name, xs, place))
        return {f"v{i}": g for i, g in enumerate(grads)}, ways[planted]


def _apply(name: str, operands: list[Value], label: str) -> Value:
    result: Value = TABLE[name](*operands)
    result.label = label
    return result


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_found_where_it_was_made(name: str) -> None:
    kind, plant = MISTAKES[name]
    found = 0
    for seed in range(100):
        graph = Graph(seed)
        right, _ = graph.student()
        planted = graph.rng.randrange(len(graph.data) - 1)
        theirs, _ = graph.student(planted, plant)
        key = f"v{planted}"
        if abs(theirs[key] - right[key]) < 0.01 * (1 + abs(right[key])):
            continue  # no mistake here: one path, or one whose local derivative is 1
        found += 1
        comparison = compare(graph.values[-1], theirs, rtol=1e-6)
        assert comparison.first is graph.values[planted]
        assert kind in kinds(comparison)
        wrong = {v.label for v in comparison.wrong}
        assert wrong == {k for k in right if not math.isclose(theirs[k], right[k], rel_tol=1e-6, abs_tol=1e-6)}
        assert all(finding.follows == (finding.node is not comparison.first) for finding in comparison.findings)
        assert "another error" not in comparison.drawing.text() and comparison.drawing.text().count("first error") == 1
    assert found > 5


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_figure_that_was_not_given_is_found_there_or_next_to_it(name: str) -> None:
    for seed in range(60):
        graph = Graph(seed)
        planted = graph.rng.randrange(3, len(graph.data) - 1)
        theirs, _ = graph.student(planted, MISTAKES[name][1])
        del theirs[f"v{planted}"]
        comparison = compare(graph.values[-1], theirs, rtol=1e-6)
        near = {f"v{planted}", *(f"v{i}" for i in graph.steps[planted].operands)}  # type: ignore[union-attr]
        assert comparison.missing == {graph.values[planted]}
        assert comparison.is_right or comparison.first.label in near  # type: ignore[union-attr]
        own = [finding.node.label for finding in comparison.findings if not finding.follows]
        assert comparison.is_right or set(own) <= near


def test_right_gradients_are_right_and_those_of_the_engine() -> None:
    for seed in range(30):
        graph = Graph(seed)
        theirs, _ = graph.student()
        comparison = compare(graph.values[-1], theirs, rtol=1e-9)
        assert comparison.is_right and comparison.first is None and not comparison.findings and not comparison.missing
        assert str(comparison) == f"All {len(theirs)} gradients are right."
        assert list(comparison.right) == graph.values[::-1] or set(comparison.right) == set(graph.values)


def test_two_errors_are_two_and_the_first_is_the_nearer_to_the_root() -> None:
    y = neuron()
    h, z = called(y, "h"), called(y, "h").inputs[0]
    comparison = compare(y, {h: 1.0, z: 1.0, "b": -1.0, "w": 0.5, "x": 0.4621 - 2.0})
    first, *others = comparison.findings
    assert comparison.first is first.node is h
    assert [(finding.node.label or "z", finding.follows) for finding in others] == [
        ("z", False), ("b", False), ("x", True), ("w", True)]  # fmt: skip
    assert [each.kind for each in others[0].mistakes] == ["local derivative"]
    assert others[0].due == pytest.approx(1 - math.tanh(0.5) ** 2) and others[0].expected == pytest.approx(0.3932, 1e-3)
    assert [each.kind for each in others[1].mistakes] == ["sign"]
    lines = str(comparison).splitlines()
    assert lines[1] == (
        "The chain rule was left first at h: found 1, expected 0.5 (as operand 0 of multiply (y): 0.5 * 1)."
    )
    assert "That is another error: from the figures before it comes 0.7864 (as operand 0 of tanh (h)" in lines[3]


def test_a_mistake_between_the_figures_that_were_given_is_found() -> None:
    y = neuron()
    z = called(y, "h").inputs[0]
    comparison = compare(y, {"b": 0.5, "w": 0.25, "x": math.tanh(0.5) - 1.0})  # tanh handed 0.5 on
    assert comparison.first is z and z in comparison.missing and z not in comparison.wrong
    assert kinds(comparison) == ["local derivative"]
    assert [finding.follows for finding in comparison.findings] == [False, True, True, True]
    assert "whose gradient was not given: expected 0.3932" in str(comparison)
    marks = {node.label: node.marks for node in comparison.drawing.graph.nodes if node.label}
    assert marks["b"] == ("wrong: 0.5, not 0.3932", "follows from it")


def test_one_made_up_figure_beside_it_does_not_hide_the_mistake() -> None:
    y = neuron()
    comparison = compare(y, {"b": 0.375, "w": 0.1875, "x": 7.0})  # 1 - z² in place of 1 - tanh(z)²
    assert comparison.first is called(y, "h").inputs[0] and "point" in kinds(comparison)
    assert {f.node.label for f in comparison.findings if not f.follows and not f.supposed} == {"x"}


def test_what_is_no_usual_mistake_is_said_to_be_none() -> None:
    y = neuron()
    comparison = compare(y, {"b": 123.0})
    assert comparison.first is called(y, "b") and kinds(comparison) == []
    assert "none of the usual mistakes" in str(comparison) and "6 of" not in str(comparison)
    assert list(comparison.right) == [] and len(comparison.missing) == 5


def test_the_first_figure_of_the_pass_itself() -> None:
    comparison = compare(neuron(), {"y": 0.2311171})
    assert kinds(comparison) == ["value"]
    assert "found 0.2311, expected 1, from which the backward pass starts" in str(comparison)


def test_what_is_cut_off_has_the_gradient_zero() -> None:
    y = with_a_constant()
    assert compare(y, {"cut": 0.0, "x": 3.0}).is_right
    assert "cut: found 4, expected 0, since no gradient flows to it." in str(compare(y, {"cut": 4.0}))
    (answer,) = worksheet(y, {"cut": "gradients"}).answers
    assert answer.answer == 0.0 and answer.text == "The gradient of cut is 0: no gradient flows to it."


# ---- arrays ----


def test_gradients_of_arrays_that_backward_gives_are_right() -> None:
    loss, named = layer()
    loss.backward()
    assert compare(loss, {label: value.grad for label, value in named.items()}, rtol=1e-12).is_right
    assert compare(loss, {"W": named["W"].grad.tolist(), named["b"]: named["b"].grad}).is_right


@pytest.mark.parametrize(
    ("label", "plant", "kind"),
    [
        ("b", lambda b, z: z, "broadcast"),
        ("b", lambda b, z: z.mean(axis=0), "broadcast"),
        ("b", lambda b, z: z[0], "broadcast"),
        ("b", lambda b, z: z[-1], "broadcast"),
        ("b", lambda b, z: np.ones((3, 2)), "broadcast"),
        ("b", lambda b, z: -b, "sign"),
        ("b", lambda b, z: 3 * b, "several passes"),
        ("W", lambda w, z: w.T, "transposed"),
        ("W", lambda w, z: w * 0, "zero"),
        ("z", lambda z, _: z / 2, "missing path"),
    ],
)
def test_mistakes_with_arrays(label: str, plant: Callable[[Any, Any], Any], kind: str) -> None:
    loss, named = layer()
    loss.backward()
    comparison = compare(loss, {label: plant(named[label].grad, named["z"].grad)})
    assert comparison.first is named[label] and kinds(comparison)[0] == kind


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1), (1, 4), (2, 1, 4), (2, 3, 1)])
@pytest.mark.parametrize("operation", [np.add, np.multiply, np.subtract, np.divide])
def test_a_missing_sum_over_any_broadcast_axes(shape: tuple[int, ...], operation: Any) -> None:
    rng = np.random.default_rng(len(shape))
    x, y = rng.uniform(1.0, 2.0, (2, 3, 4)), Value(rng.uniform(1.0, 2.0, shape), label="y")
    (operation(x, y) ** 2).sum().backward()
    root = (operation(x, y) ** 2).sum()
    raw = 2 * operation(x, y.data) * {np.add: 1, np.multiply: x, np.subtract: -1, np.divide: -x / y.data**2}[operation]
    assert y.grad is not None and np.isclose(raw.sum(), np.sum(y.grad))
    comparison = compare(root, {"y": raw})
    assert comparison.first is y and kinds(comparison) == ["broadcast"]
    assert kinds(compare(root, {"y": y.grad * y.size / raw.size}))[0] == "broadcast"


def test_infinite_and_missing_numbers_are_told() -> None:
    x, y = Value(float("inf"), label="x"), Value([0.0, 1.0], label="y")
    root = x * 2.0 + stop_gradient(x) + (y**0.5).sum()
    comparison = compare(root, {"x": float("nan"), "y": [np.inf, 0.5]})
    assert comparison.wrong == {x} and comparison.right == {y} and "x: found nan, expected 2 " in str(comparison)
    assert compare(root, {"x": 2.0, "y": [1.0, 0.5]}).wrong == {y}
    assert worksheet(root).answers[-1].answer is not None


def test_the_picture_is_a_snapshot() -> None:
    y = neuron()
    comparison, paper = compare(y, {"x": 1.0}), worksheet(y)
    before = comparison.drawing.text() + paper.key.text()
    called(y, "x").data = 7.0
    assert comparison.drawing.text() + paper.key.text() == before


def test_a_missing_sum_over_a_broadcast_number() -> None:
    x, c = Value([1.0, 2.0, 3.0], label="x"), Value(2.0, label="c")
    loss = (c * x).sum()
    comparison = compare(loss, {"x": [2.0, 2.0, 2.0], "c": [1.0, 2.0, 3.0]})
    assert list(comparison.wrong) == [c] and kinds(comparison) == ["broadcast"]
    assert "is not summed over the axes along which () was broadcast to (3,)" in str(comparison)
    assert "summed over the axes that were broadcast" in str(comparison).splitlines()[1]
    (marks,) = (node.marks for node in comparison.drawing.graph.nodes if node.label == "c")
    assert marks == ("first error", "wrong: shape (3,), not ()")


def test_of_an_array_the_element_farthest_off_is_shown() -> None:
    loss, named = layer()
    loss.backward()
    theirs = named["W"].grad.copy()
    theirs[1, 0] += 1.0
    comparison = compare(loss, {"W": theirs})
    right = format(named["W"].grad[1, 0], ".4g")
    assert f"wrong at [1, 0]: {format(theirs[1, 0], '.4g')}, not {right}" in comparison.drawing.text()
    assert compare(loss, {"W": theirs * np.nan}).wrong == {named["W"]}


@settings(max_examples=60, deadline=None, database=None)
@given(graphs(max_steps=6, kinks=True))
def test_any_graph_agrees_with_backward_and_makes_a_worksheet(graph: Any) -> None:
    leaves = [Value(x, label=f"x{i}") for i, x in enumerate(graph.args)]
    root = graph(*leaves)
    gradient = 1.0 if isinstance(root.data, float) else np.ones(root.shape)
    root.backward(gradient)
    reached = [v for v in topological_order(root, tracked_only=True) if v is not root]
    if not reached:
        return
    held = {v: v.grad for v in reached}
    assert compare(root, held, gradient=gradient, rtol=1e-9, atol=1e-9).is_right
    paper = worksheet(root, gradient=gradient)
    assert {answer.node for answer in paper.answers} == set(reached)
    for answer in paper.answers:
        np.testing.assert_allclose(answer.answer, answer.node.grad, rtol=1e-9, atol=1e-12)
    assert all(np.array_equal(v.grad, g, equal_nan=True) for v, g in held.items()), "a gradient was changed"
    wrong = {v: g + 1.0 for v, g in held.items()}
    assert compare(root, wrong, gradient=gradient).wrong == set(reached)
