"""The second layer of a drawing: the DOT text, held by golden files; and the words in it.

`python -m tests.test_viz_dot` writes the golden files anew, after a change of the look that is meant.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import MLP, Neuron
from viz import draw
from viz.boxes import DIRECTIONS, Look
from viz.colours import DARK, LIGHT
from viz.dot import dot_text
from viz.reading import read
from viz.records import Array, Edge, Graph, Node, Number
from viz.wording import columns, listing, note, number, printable

GOLDEN = Path(__file__).parent / "golden"


def expression() -> str:
    a, b, c, f = (Value(x, label=name) for x, name in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    loss = d * f
    loss.label = "L"
    loss.backward()
    return dot_text(read(loss))


def square_downwards() -> str:
    x = Value(3.0, label="x")
    return dot_text(read(x * x), Look("TB"))


def constants() -> str:
    x = Value(0.5, label="x")
    y = (2.0 - x) ** 3 * Value(1e-5, requires_grad=False, label="frozen")
    y.backward()
    return dot_text(read(y), Look("RL"))


def arrays() -> str:
    x, w = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, -6.0]]), Value([[0.5], [0.25]], label="w")
    y = (x @ w).sum(axis=0)
    y.backward(np.ones(1))
    return dot_text(read(y))


def odd_labels() -> str:
    x = Value(1.0, label='"quoted" \\N \\\\ <script>alert(1)</script>')
    return dot_text(read(x + Value(2.0, label="é 😀 & \n" + "x" * 10_000)), Look("BT"), prefix="p_")


def cut() -> str:
    x = Value(1.0)
    for _ in range(20):
        x = x * 1.5
    return dot_text(read(x, max_nodes=4))


def neuron() -> str:
    unit = Neuron(2)
    unit.load_state_dict({"w.0": -3.0, "w.1": 1.0, "b": 6.8813735870195432})
    x = [Value(2.0, label="x1"), Value(0.0, label="x2")]
    y = unit(x)
    y.backward()
    return draw(y, names=unit, edges="local", color="op", legend=True).dot


def network(depth: int | None = None) -> str:
    model = MLP(2, [2, 1])
    state = {name: 0.1 * (i % 7) - 0.25 for i, name in enumerate(model.state_dict())}
    model.load_state_dict(state)
    loss = sum((model([x, 1.0]) - 1.0) ** 2 for x in (0.5, -1.0))  # type: ignore[operator]
    loss.backward()  # type: ignore[union-attr]
    return draw(loss, names={"model": model}, edges="contribution", depth=depth, theme="dark").dot  # type: ignore[arg-type]


def modules() -> str:
    return network()


def collapsed_modules() -> str:
    return network(1)


def heat_maps() -> str:
    w = Value(np.linspace(-1.0, 2.0, 12).reshape(3, 4), label="w")
    y = (w * np.array([1.0, 0.0, 2.0, np.nan])).sum(axis=0)
    y.backward(np.ones(4))
    return draw(y, arrays="heatmap", highlight=w).dot


EXAMPLES: list[Callable[[], str]] = [
    expression,
    square_downwards,
    constants,
    arrays,
    odd_labels,
    cut,
    neuron,
    modules,
    collapsed_modules,
    heat_maps,
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_dot_text_is_as_recorded(example: Callable[[], str]) -> None:
    text = example()
    assert text == (GOLDEN / f"{example.__name__}.dot").read_text(encoding="utf-8")
    assert text == example(), "the same program gives the same text"


def test_every_golden_file_has_its_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.dot")} == {example.__name__ for example in EXAMPLES}


def labels(dot: str) -> list[ET.Element]:
    """The HTML-like labels of the nodes, parsed: an error if one is not well formed."""
    return [ET.fromstring(label) for label in re.findall(r"^  n\d+ \[.* label=<(.*)>\]$", dot, flags=re.MULTILINE)]


@given(st.text(max_size=60))
def test_every_label_arrives_whole_and_harmless(text: str) -> None:
    node = Node("operation", Number(1.0), None, text, text, (text,))
    (label,) = labels(dot_text(Graph((node,), ())))
    shown = [each.replace("\\\\", "\\") for each in label.itertext()]
    assert shown.count(printable(text)) >= 3 or not text
    assert not label.findall(".//script")


@given(st.text())
def test_what_is_printed_fits_on_a_line(text: str) -> None:
    shown = printable(text)
    assert all(c.isprintable() or c == "\u200d" for c in shown)
    assert len(text) <= 40 or f"({len(text):,} characters)" in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("loss", "loss"),
        ("a\tb\x00\x1b", r"a\tb\x00\x1b"),
        ("\ud800\u202e", r"\ud800\u202e"),  # a lone surrogate, and the mark that turns the direction of writing
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("é" * 41, "é" * 40 + "… (41 characters)"),
    ],
)
def test_odd_characters(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.floats(-1.797e308, 1.797e308) | st.just(float("nan")))  # the largest numbers round up to infinity
def test_numbers_have_four_significant_digits(x: float) -> None:
    text = number(x)
    assert float(text) == pytest.approx(x, rel=5.01e-4, abs=0, nan_ok=True)
    mantissa = re.sub(r"e.*|[-.]|inf|nan", "", text).lstrip("0")
    assert len(mantissa) <= 4


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.0, "0"), (-0.0, "-0"), (1.234e-5, "1.234e-05"), (0.1, "0.1"), (1 / 3, "0.3333"), (-1.4999999999999996, "-1.5"),
     (1234.5, "1234"), (99999.0, "1e+05"), (float("inf"), "inf"), (float("nan"), "nan")],
)  # fmt: skip
def test_numbers_as_they_are_read(x: float, text: str) -> None:
    assert number(x) == text


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        ((2, 3), {"min": "-1", "mean": "0.5", "max": "2"}),
        ((1, 1), {"": "0.5"}),
        ((), {"": "0.5"}),
        ((0, 3), {"": "empty"}),
    ],
)
def test_an_array_shows_as_many_figures_as_it_has(shape: tuple[int, ...], shown: dict[str, str]) -> None:
    assert columns(Array(shape, "float64", -1.0, 0.5, 2.0)) == shown


@pytest.mark.parametrize("rankdir", DIRECTIONS)
def test_each_operand_ends_in_a_port_of_its_own(rankdir: str) -> None:
    x = Value(3.0)
    dot = dot_text(read(x * x - x), Look(rankdir))
    ends = re.findall(r"-> (n\d+):(o\d+):(\w) ", dot)
    assert sorted(ends) == sorted({(n, o, DIRECTIONS[rankdir]) for n in ("n1", "n2") for o in ("o0", "o1")})
    ports = [cell.get("PORT") for label in labels(dot) for cell in label.iter("TD") if cell.get("PORT")]
    assert ports == ["o0", "o1"] * 2


def test_ids_carry_the_prefix_and_occur_once() -> None:
    x = Value(3.0)
    ids = re.findall(r' \[id="(\w+)"', dot_text(read(x * x), prefix="p_"))
    assert ids == ["p_graph", "p_n0", "p_n1", "p_e1_0", "p_e1_1"]


def test_kinds_and_root_are_classes() -> None:
    dot = dot_text(read(Value(3.0) * 2.0))
    assert re.findall(r'class="([\w ]+)"', dot) == ["leaf", "constant", "operation root"]


def test_a_cut_picture_says_so_on_its_face() -> None:
    x = Value(1.0)
    for _ in range(1000):
        x = x * 1.5
    assert "400 of 2,001 nodes are drawn, the nearest ones; 1,601 are hidden." in dot_text(read(x))
    assert "max_nodes=" in dot_text(read(x))
    assert listing(read(x)).startswith("400 of 2,001 nodes are drawn")
    assert note(read(x, max_nodes=2001)) == []


def test_the_text_tells_what_the_picture_tells() -> None:
    x = Value(np.array([1.0, 2.0]), label="x")
    y = (x * x).sum()
    y.label = "y"
    y.backward()
    assert listing(read(y)).splitlines() == [
        "n0  leaf  x  (2,) float64  data min 1 mean 1.5 max 2  grad min 2 mean 3 max 4",
        "n1  *(n0, n0)  (2,) float64  data min 1 mean 2.5 max 4  grad min 1 mean 1 max 1",
        "n2  sum(n1)  y  () float64  data 5  grad 1",
    ]
    assert listing(Graph((Node("operation", Number(1.0), operation="+", hidden_operands=1),), ())) == (
        "n0  +(… 1 operand not drawn)  data 1"
    )
    edges = (Edge(0, 1, 0),)
    nodes = (Node("leaf", Number(1.0)), Node("operation", Number(2.0), operation="+", hidden_operands=1))
    assert listing(Graph(nodes, edges)).splitlines()[-1] == "n1  +(n0, … 1 operand not drawn)  data 2"


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2, from 0 to 1."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "quiet", "gradient"])
@pytest.mark.parametrize("ground", ["paper", "leaf", "operation", "badge", "constant"])
def test_text_stands_out_from_its_ground(theme: dict[str, str], text: str, ground: str) -> None:
    dark, light = sorted((luminance(theme[text]), luminance(theme[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_both_themes_colour_the_same_things() -> None:
    assert list(LIGHT) == list(DARK)
    assert len(set(LIGHT.values())) == len(LIGHT), "the dark theme finds a thing by its colour"


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for example in EXAMPLES:
        (GOLDEN / f"{example.__name__}.dot").write_text(example(), encoding="utf-8", newline="\n")
