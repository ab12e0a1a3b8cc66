"""For the class room: worksheets that give nothing away, files, notebooks, and errors that say what to do."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lessons import called, layer, neuron, with_a_constant

import nn
from autograd import Value, topological_order
from autograd.errors import ArgumentError, DtypeError, GraphError, ShapeError
from viz.classroom import compare, worksheet
from viz.engines import engines
from viz.records import Blank, Number

needs_graphviz = pytest.mark.skipif(not engines("svg"), reason="no Graphviz is installed here")


# ---- worksheets ----


def test_a_sheet_shows_no_figure_that_is_to_be_found() -> None:
    y = neuron()
    y.backward()
    y.backward()  # what the Values hold is twice the gradient: the sheet is of one pass
    paper = worksheet(y, "all")
    for answer in paper.answers:
        figure = f"{answer.answer:.4g}"
        assert f"({answer.number}) {figure}" in paper.key.dot
        if len(figure) > 4:
            assert figure not in paper.sheet.dot + paper.sheet.text() + paper.questions + str(paper._repr_mimebundle_())
    assert all(edge.local is edge.contribution is None for edge in paper.sheet.graph.edges)
    assert all(node.flow is None for node in paper.sheet.graph.nodes)
    assert paper.sheet.text().count("______") == len(paper.answers) == 10 and "______" not in paper.key.text()
    assert paper.sheet.text().splitlines()[-1].endswith("grad 1"), "where the pass starts is given"


def test_answers_come_in_the_order_in_which_they_can_be_found() -> None:
    paper = worksheet(neuron(), "all")
    kinds = [answer.kind for answer in paper.answers]
    assert kinds == ["value"] * 4 + ["gradient"] * 6 and [answer.number for answer in paper.answers] == [*range(1, 11)]
    known: set[Value] = {node for node in topological_order(paper.answers[0].node) if node.op is None}
    for answer in paper.answers[:4]:
        assert all(x in known or x.op is None for x in answer.node.inputs)
        known.add(answer.node)
    assert paper.answers[2].text == "The value of h is tanh(0.5) = 0.4621."
    text = next(answer.text for answer in paper.answers if answer.node.label == "x")
    assert text.startswith("The gradient of x = 0.5 is -0.324331.\n  1. as operand") and "Their sum" in text
    assert all(f"({answer.number}) {answer.text}" in paper.solution for answer in paper.answers)


@pytest.mark.parametrize(
    ("blanks", "expected"),
    [
        ("values", [("h", "value"), ("y", "value")]),
        ("gradients", [("h", "gradient"), ("x", "gradient"), ("b", "gradient"), ("w", "gradient")]),
        (["h"], [("h", "value"), ("h", "gradient")]),
        (("y", "x", "x"), [("y", "value"), ("x", "gradient")]),
        ({"h": "values", "x": "all"}, [("h", "value"), ("x", "gradient")]),
        ({"h": "gradients"}, [("h", "gradient")]),
    ],
)
def test_what_is_left_blank(blanks: Any, expected: list[tuple[str, str]]) -> None:
    found = [(answer.node.label, answer.kind) for answer in worksheet(neuron(), blanks).answers if answer.node.label]
    assert sorted(found) == sorted(expected)


def test_values_serve_as_well_as_labels_and_equal_data_mix_up_nothing() -> None:
    a, b = Value(1.0), Value(1.0)
    y = a * b * 1.0
    assert [answer.node is b for answer in worksheet(y, [b]).answers] == [True]
    assert compare(y, {a: 1.0, b: 5.0}).wrong == {b}
    assert b not in compare(y, {a: 5.0}).wrong


def test_blanks_drawn_at_random_are_those_of_the_seed() -> None:
    y = neuron()

    def drawn(**options: Any) -> list[str]:
        return [answer.question for answer in worksheet(y, 4, **options).answers]

    assert len(set(drawn(seed=3))) == 4
    assert drawn(seed=3) == drawn(seed=3) == drawn(rng=random.Random(3))
    assert len({tuple(drawn(seed=seed)) for seed in range(8)}) > 1
    assert drawn(rng=np.random.default_rng(0)) == drawn(rng=np.random.default_rng(0))
    assert len(worksheet(y, 10).answers) == 10


def test_arrays_are_given_in_full_and_their_shapes_shown() -> None:
    paper = worksheet(layer()[0], "all")
    assert paper.given[0] == "W = [[1, -1], [0.5, 2]]"
    assert any("[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]" in line for line in paper.given)
    assert "______ (3, 2)" in paper.sheet.text()
    assert "  b = [0.1, 0.2]\nFind:" in paper.questions
    large = worksheet((Value(np.linspace(0.0, 1.0, 40), label="x") ** 2).sum(), ["x"])
    assert large.solution.count("In full: [0, 0.05128,") == 1


def test_names_from_a_module_or_from_variables() -> None:
    model = nn.MLP(2, [2, 1], rng=random.Random(0))
    loss = (model([1.0, -2.0]) - 1.0) ** 2
    loss.backward()
    theirs = {name: parameter.grad for name, parameter in model.named_parameters()}
    comparison = compare(loss, theirs, names=model)
    assert comparison.is_right and len(comparison.right) == len(theirs)
    a = Value(2.0)
    assert "the gradient of a" in worksheet(a * a, names={"a": a}).questions
    assert compare(a * a, {"a": 4.0}, names={"a": a}).is_right


def test_a_graph_too_large_for_a_picture_is_judged_all_the_same() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(3000):
        y = y * 0.999 + 0.001
    comparison = compare(y, {"x": 1.0})
    assert comparison.first is x and len(comparison.missing) == 5999
    assert len(comparison.drawing.graph.nodes) <= 400
    assert any("first error" in node.marks for node in comparison.drawing.graph.nodes), "the picture is of its place"
    with pytest.raises(ArgumentError, match=r"a graph of 12,001 nodes; expected at most 400.*Take an earlier result"):
        worksheet(y)


# ---- files and notebooks ----


def test_text_files_hold_the_sheet_and_its_key(tmp_path: Path) -> None:
    paper = worksheet(neuron())
    assert paper.save(tmp_path / "sheet.txt") == [tmp_path / "sheet.txt", tmp_path / "sheet-key.txt"]
    assert paper.questions in (tmp_path / "sheet.txt").read_text(encoding="utf-8")
    assert paper.solution in (tmp_path / "sheet-key.txt").read_text(encoding="utf-8")
    assert [path.name for path in paper.save(tmp_path / "a.dot")] == ["a.dot", "a-key.dot", "a.txt", "a-key.txt"]
    with pytest.raises(ArgumentError, match=r"expected it to end in \.svg"):
        paper.save(tmp_path / "sheet.doc")
    compare(neuron(), {"x": 1.0}).save(tmp_path / "c.txt")
    assert (tmp_path / "c.txt").read_text(encoding="utf-8").startswith("0 of 1 gradients are right; wrong: x.")
    assert compare(neuron(), {"x": 1.0}).save(tmp_path / "c.dot") == tmp_path / "c.dot"


@needs_graphviz
def test_pictures_and_pages_are_written(tmp_path: Path) -> None:
    y = neuron()
    called(y, "h").label = "<script>alert(1)</script>"
    paper = worksheet(y, "all")
    assert all(path.stat().st_size for path in paper.save(tmp_path / "sheet.svg"))
    sheet, key = (path.read_text(encoding="utf-8") for path in paper.save(tmp_path / "sheet.html"))
    assert sheet.count("<svg") == 1 and key.count("<svg") == 2 and "default-src 'none'" in sheet
    assert "<script" not in sheet + key and "-0.3243" in key and "-0.3243" not in sheet
    assert {"text/plain", "image/svg+xml"} == set(paper._repr_mimebundle_())


def test_a_notebook_shows_the_sheet_and_the_judgement() -> None:
    paper, comparison = worksheet(neuron()), compare(neuron(), {"x": 1.0})
    shown = paper._repr_mimebundle_(include=["text/plain"])["text/plain"]
    assert paper.questions in shown and paper.answers[1].text not in shown
    assert str(comparison) in comparison._repr_mimebundle_(include=["text/plain"])["text/plain"]
    assert repr(comparison) == "Comparison(0 right, 1 wrong, 5 missing)"
    assert repr(paper).startswith("Worksheet(6 figures to find, Drawing(7 nodes")


def test_the_picture_of_a_comparison_gives_away_no_figure_that_was_not_asked_for() -> None:
    graph = compare(neuron(), {"h": 0.5, "x": 1.0}).drawing.graph
    found = {node.label: (node.gradient, node.marks) for node in graph.nodes if node.label}
    assert found["h"] == (Number(0.5), ("right",)) and found["w"] == (Blank("not given"), ())
    assert found["x"][1] == ("first error", "wrong: 1, not -0.3243") and found["y"] == (Number(1.0), ())


# ---- errors say what to do ----


def twice_labelled() -> Value:
    return Value(1.0, label="a") * Value(2.0, label="a")


@pytest.mark.parametrize(
    ("root", "theirs", "error", "words"),
    [
        (neuron, {"z": 1.0}, ArgumentError, "found 'z', which labels no Value.*Expected one of its labels"),
        (neuron, {"hh": 1.0}, ArgumentError, "Did you mean 'h'"),
        (lambda: Value(1.0) * 2.0, {"x": 1.0}, ArgumentError, "No Value of it has a label: set one"),
        (neuron, {Value(1.0, label="q"): 1.0}, ArgumentError, "a Value labelled 'q' that is not in the graph"),
        (twice_labelled, {"a": 1.0}, ArgumentError, "the label of 2 Values.*Give the Value itself"),
        (with_a_constant, {"frozen": 1.0}, ArgumentError, "found frozen, to which no gradient flows.*Leave it out"),
        (neuron, {}, ArgumentError, "found no gradients"),
        (neuron, [1.0], DtypeError, "found list; expected a mapping"),
        (neuron, {3: 1.0}, DtypeError, r"found int; expected the label of a Value \(str\), or the Value"),
        (neuron, {"x": "1.0"}, DtypeError, "compare: theirs: x: found str '1.0'; expected a number or an array"),
        (neuron, {"x": None}, DtypeError, "Leave out what was not worked out"),
        (neuron, {"x": True}, DtypeError, "found bool True"),
        (neuron, {"x": Value(1.0)}, DtypeError, "of a Value take .grad"),
        (neuron, {"x": [1.0, 2.0]}, ShapeError, r"found shape \(2,\); expected \(\), that of the Value"),
        (lambda: layer()[0], {"W": [1.0, 2.0]}, ShapeError, r"found shape \(2,\); expected \(2, 2\)"),
        (lambda: layer()[0], {"W": [[1.0], [1.0, 2.0]]}, ShapeError, "expected rows of one length"),
        (lambda: layer()[1]["z"], {"W": 1.0}, ShapeError, r"compare: found a root of shape \(3, 2\) and no gradient"),
        (lambda: 3.0, {"x": 1.0}, DtypeError, "compare: root: found float; expected a Value"),
        (lambda: Value(1.0, requires_grad=False), {"x": 1.0}, GraphError, "compare: root: found a constant"),
    ],
)
def test_what_cannot_be_compared(root: Any, theirs: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"(?s){words}"):
        compare(root(), theirs)


def test_the_same_value_twice_and_tolerances() -> None:
    y = neuron()
    with pytest.raises(ArgumentError, match="found x twice"):
        compare(y, {"x": 1.0, called(y, "x"): 1.0})
    for options in ({"rtol": -1.0}, {"atol": "small"}, {"rtol": float("nan")}, {"atol": True}):
        with pytest.raises(ArgumentError, match=r"compare: .tol: found .*; expected a number >= 0"):
            compare(y, {"x": 1.0}, **options)  # type: ignore[arg-type]
    assert compare(y, {"x": -0.32}, rtol=0.02).is_right and not compare(y, {"x": -0.32}).is_right


@pytest.mark.parametrize(
    ("blanks", "error", "words"),
    [
        ("h", ArgumentError, "found 'h'; expected \"gradients\".*A single label goes in a list"),
        (["q"], ArgumentError, "worksheet: blanks: found 'q', which labels no Value"),
        ([], ArgumentError, "blanks: found none"),
        (0, ArgumentError, "found 0; expected 1 to 10"),
        (11, ArgumentError, "found 11; expected 1 to 10"),
        (True, DtypeError, "found bool"),
        (2.5, DtypeError, "found float"),
        (Value(1.0), DtypeError, "found Value.*A single Value goes in a list"),
        ([1], DtypeError, "found int; expected the label"),
        ({"x": "values"}, ArgumentError, "found x, but its value cannot be worked out: it is given, not computed"),
        ({"y": "gradients"}, ArgumentError, "found y, but its gradient cannot be.*the backward pass starts there"),
        ({"h": "both"}, ArgumentError, "found 'both'; expected \"values\""),
    ],
)
def test_blanks_that_cannot_be(blanks: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"(?s){words}"):
        worksheet(neuron(), blanks)


def test_worksheets_that_cannot_be() -> None:
    with pytest.raises(ArgumentError, match=r"found frozen, but its value.*; its gradient.*no gradient flows to it"):
        worksheet(with_a_constant(), ["frozen"])
    with pytest.raises(ArgumentError, match="the graph has none that could be worked out"):
        worksheet(Value(1.0))
    with pytest.raises(ArgumentError, match="found both rng and seed"):
        worksheet(neuron(), 1, rng=random.Random(0), seed=0)
    with pytest.raises(ArgumentError, match=r"rng: found 0; .*A number is a seed: seed=0"):
        worksheet(neuron(), 1, rng=0)  # type: ignore[arg-type]
    y = neuron()
    called(y, "x").data = 9.0
    with pytest.raises(GraphError, match="the data of an input was replaced since"):
        worksheet(y)
