"""`draw` and `draw_dot` as their users meet them: in notebooks, in files, with and without Graphviz."""

import copy
import pickle
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from processes import run_python

import viz
from autograd import Value
from autograd.errors import ArgumentError, DtypeError, MissingPackageError, RenderError
from viz import Drawing, draw, draw_dot
from viz.engines import engines

needs_graphviz = pytest.mark.skipif(not engines("svg"), reason="no Graphviz is installed here")
needs_package = pytest.mark.skipif(not find_spec("graphviz"), reason="the package graphviz is not installed here")
SVG = "{http://www.w3.org/2000/svg}"
Draw = Callable[[Value], Any]


def square() -> Value:
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    return y


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viz.engines.engines", lambda format: {})


@pytest.fixture
def canned_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that answers any DOT text with the smallest picture of the format."""
    copy = "import sys; sys.stdout.write('<?xml?><svg width=\\'1pt\\'><g/></svg>' if {!r} == 'svg' else {!r})"
    monkeypatch.setattr(
        "viz.engines.engines", lambda format: {"canned": [sys.executable, "-c", copy.format(format, format)]}
    )


@needs_graphviz
def test_the_picture_shows_nodes_edges_and_numbers() -> None:
    svg = ET.fromstring(draw(square()).svg)
    classes = [group.get("class") for group in svg.iter(f"{SVG}g")]
    assert sorted(filter(None, classes)) == ["edge", "edge", "graph", "node leaf", "node operation root"]
    words = " ".join(text.text or "" for text in svg.iter(f"{SVG}text")).split()
    assert words == ["x", "data", "3", "grad", "6", "*", "data", "9", "grad", "1"]


@needs_graphviz
def test_two_pictures_in_one_page_share_no_id() -> None:
    y = square()
    pages = [draw(y).svg, draw(y).svg, draw(y)._repr_mimebundle_()["image/svg+xml"]]
    ids = [{element.get("id") for element in ET.fromstring(page).iter()} - {None} for page in pages]
    assert all(len(each) == len(re.findall(r'\sid="', page)) == 5 for each, page in zip(ids, pages, strict=True))
    assert len(set().union(*ids)) == 15
    for each, page in zip(ids, pages, strict=True):
        assert set(re.findall(r"#(\w+)[\s{]", page)) <= each, "its styles touch no other picture"


@needs_graphviz
def test_the_dark_theme_reaches_every_colour_of_the_picture() -> None:
    svg = draw(square() + np.ones(2)).svg
    style = svg.partition("</style>")[0]
    painted = set(re.findall(r'<(?!style)[^>]*(fill|stroke)="(#\w+)"', svg.partition("</style>")[2]))
    assert painted
    assert all(f'[{part}="{colour}"]' in style for part, colour in painted)
    assert "prefers-color-scheme:dark" in style
    assert '[data-jp-theme-light="false"]' in style


ODD = [
    "\\N \\G \\L", "\\\\", '"', "'", "<b>x</b>", "&amp;", "&#65;", "]]>", "<!-- -->", "{|}", "%d", " ",
    "é 😀", "a\nb\tc", "\x00\ufffe\ud800", "x" * 10_000,
]  # fmt: skip


@needs_graphviz
def test_odd_labels_arrive_in_the_picture_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    total = Value(0.0)
    for label in ODD:
        total = total + Value(1.0, label=label)
    with caplog.at_level("DEBUG", "viz.engines"):
        svg = draw(total).svg
    shown = [(text.text or "").replace("\xa0", " ") for text in ET.fromstring(svg).iter(f"{SVG}text")]
    for label in ODD:
        assert viz.wording.printable(label) in shown
    assert "rror" not in caplog.text, "Graphviz understood every label"


@needs_graphviz
@pytest.mark.parametrize(("suffix", "start"), [("svg", b"<svg"), ("PNG", b"\x89PNG"), ("pdf", b"%PDF")])
def test_save_draws_by_suffix(suffix: str, start: bytes, tmp_path: Path) -> None:
    path = draw(square()).save(tmp_path / f"picture.{suffix}")
    assert path.read_bytes().startswith(start)


@needs_graphviz
def test_a_saved_svg_is_the_same_each_time(tmp_path: Path) -> None:
    one, two = (draw(square()).save(tmp_path / name) for name in ("one.svg", "two.svg"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.usefixtures("no_engine")
def test_text_files_need_no_engine(tmp_path: Path) -> None:
    drawing = draw(square())
    assert drawing.save(str(tmp_path / "picture.dot")).read_text("utf-8") == drawing.dot
    assert drawing.save(tmp_path / "picture.txt").read_text("utf-8") == drawing.text() + "\n"


@pytest.mark.usefixtures("no_engine")
def test_a_picture_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    path.write_text("old")
    with pytest.raises(MissingPackageError):
        draw(square()).save(path)
    assert path.read_text() == "old"


def test_an_unknown_suffix_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"save: path: found .*picture\.gif'; expected it to end in \.svg"):
        draw(square()).save(tmp_path / "picture.gif")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("canned_engine")
def test_a_notebook_gets_a_picture_and_a_text() -> None:
    drawing = draw(square())
    bundle = drawing._repr_mimebundle_()
    assert bundle == {"text/plain": drawing.text(), "image/svg+xml": drawing.svg}
    assert drawing._repr_mimebundle_(include=["text/plain"]) == {"text/plain": drawing.text()}
    assert drawing._repr_mimebundle_(exclude=["text/plain"]) == {"image/svg+xml": drawing.svg}
    assert drawing._repr_mimebundle_(include={"image/png"}) == {}


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize("show", [draw, pytest.param(draw_dot, marks=needs_package)])
def test_a_notebook_without_an_engine_gets_the_text_and_the_reason(show: Draw) -> None:
    (text,) = show(square())._repr_mimebundle_().values()
    assert "pip install" in text
    assert text.endswith(draw(square()).text())


@pytest.mark.parametrize("failure", [RenderError("stuck"), UnicodeDecodeError("utf-8", b"", 0, 1, ""), ValueError()])
def test_a_notebook_never_gets_an_error(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise failure

    monkeypatch.setattr("viz.drawing.render", fail)
    assert list(draw(square())._repr_mimebundle_()) == ["text/plain"]


def test_a_drawing_is_short_in_a_terminal() -> None:
    x = Value(1.0)
    for _ in range(1000):
        x = -x
    assert repr(draw(square())) == "Drawing(2 nodes, 2 edges)"
    assert repr(draw(x)) == "Drawing(400 nodes, 399 edges, 601 nodes hidden)"
    assert draw(square()) == draw(square())


def test_the_same_program_gives_the_same_text() -> None:
    assert draw(square()).dot == draw(square()).dot
    assert isinstance(draw(square()), Drawing)


def test_a_drawing_is_a_snapshot() -> None:
    y = square()
    drawing = draw(y)
    y.zero_grad()
    assert "grad 6" in drawing.text()


@pytest.mark.parametrize("show", [draw, draw_dot])
@pytest.mark.parametrize("root", [3.0, None, [Value(1.0), 2.0], [], np.ones(3), "x" * 10_000])
def test_a_root_that_is_no_value_is_an_error(root: Any, show: Draw) -> None:
    with pytest.raises(DtypeError, match=r"draw: root: found .* expected one Value") as caught:
        show(root)
    assert len(str(caught.value)) < 300


WRONG: dict[str, list[Any]] = {
    "rankdir": ["left", None, ["LR"]],
    "max_nodes": [0, -1, 2.5, None, True],
    "timeout": [0, -1.0, float("nan"), "a", None, True],
}


@pytest.mark.parametrize(("name", "found"), [(name, found) for name in WRONG for found in WRONG[name]])
def test_arguments_are_checked_at_once(name: str, found: Any) -> None:
    with pytest.raises(ArgumentError, match=f"draw: {name}: found {re.escape(repr(found))}; expected"):
        draw(square(), **{name: found})


@needs_package
@pytest.mark.parametrize("format", ["xyz", None, ["svg"]])
def test_draw_dot_knows_graphvizs_formats(format: Any) -> None:
    with pytest.raises(ArgumentError, match=f"draw_dot: format: found {re.escape(repr(format))}; expected .* 'svg'"):
        draw_dot(square(), format=format)


@needs_package
def test_draw_dot_is_a_graphviz_source_of_the_same_text() -> None:
    import graphviz

    source = draw_dot(square(), format="png", rankdir="TB")
    assert isinstance(source, graphviz.Source)
    assert source.source == draw(square(), rankdir="TB").dot
    assert source.format == "png"
    assert source.copy().source == source.source


@needs_package
@pytest.mark.usefixtures("canned_engine")
def test_draw_dot_renders_without_dot_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    viewed: list[str] = []
    monkeypatch.setattr("graphviz.view", viewed.append)
    source = draw_dot(square(), format="png")
    assert source.pipe() == b"png"
    assert source.pipe("pdf", encoding="utf-8") == "pdf"
    path = source.render(str(tmp_path / "gout"), view=True)
    assert viewed == [path] == [str(tmp_path / "gout.png")]
    assert (tmp_path / "gout").read_text("utf-8") == source.source
    assert Path(source.render("other", directory=tmp_path, format="pdf", cleanup=True)).read_bytes() == b"pdf"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gout", "gout.png", "other.pdf"]


@needs_package
def test_draw_dot_leaves_dot_on_the_path_to_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    import graphviz

    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/dot")
    monkeypatch.setattr(graphviz.Source, "pipe", lambda self, **options: ("pipe", options))
    monkeypatch.setattr(graphviz.Source, "render", lambda self, filename, **options: ("render", filename, options))
    monkeypatch.setattr(graphviz.Source, "_repr_mimebundle_", lambda self, *arguments: arguments)
    source = draw_dot(square())
    assert source.pipe("png", quiet=True) == ("pipe", {"format": "png", "encoding": None, "quiet": True})
    assert source.render("gout", view=True) == ("render", "gout", {"format": None, "view": True})
    assert source.copy()._repr_mimebundle_() == (None, None), "a copy may have other text, and shows that"


def test_draw_dot_without_the_package_graphviz_names_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)  # type: ignore[arg-type]
    monkeypatch.delitem(sys.modules, "viz.source", raising=False)
    with pytest.raises(MissingPackageError, match=r'pip install "glassgrad\[viz\]"'):
        draw_dot(square())


def test_importing_and_drawing_numbers_loads_no_optional_package() -> None:
    program = (
        "import sys, viz; from autograd import Value; viz.draw(Value(1.0) * 2.0).dot; "
        "print({'numpy', 'graphviz', 'pygraphviz', 'IPython'} & set(sys.modules))"
    )
    assert run_python("-c", program) == "set()\n"


def test_a_copy_is_the_picture_with_ids_of_its_own_and_not_the_graph() -> None:
    x = Value(3.0)
    for _ in range(2000):
        x = x * 1.0
    drawing = draw(x)
    copies = [copy.copy(drawing), copy.deepcopy(drawing), pickle.loads(pickle.dumps(drawing))]
    assert all(each == drawing and each.dot == drawing.dot for each in copies)
    assert len({each._prefix for each in [drawing, *copies]}) == 4
    assert len(pickle.dumps(drawing)) < 100_000


@pytest.mark.parametrize("answer", [b"nothing of the kind", b"\xff\xfe"])
def test_an_engine_that_answers_nonsense_is_an_error_of_ours(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viz.drawing.render", lambda *_: answer)
    with pytest.raises(RenderError, match="whose answer is no SVG"):
        _ = draw(square()).svg


@pytest.mark.usefixtures("canned_engine")
@pytest.mark.parametrize("timeout", [float("inf"), 10**400])
def test_a_time_limit_may_be_endless(timeout: float) -> None:
    assert "<svg" in draw(square(), timeout=timeout).svg
