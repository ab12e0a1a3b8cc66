"""What `draw` is asked for: names, modules, edges, colours, heat maps, a focus, paths, a budget."""

import re
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, explain
from autograd.errors import ArgumentError, DtypeError
from autograd.extend import primitive
from viz import draw
from viz.colours import DARK, GROUND, LIGHT, ZERO
from viz.naming import read_names
from viz.records import Array, Number, Text
from viz.regions import modules_of
from viz.wording import flowing


def trained(sizes: list[int], samples: int, penalty: bool = False) -> tuple[nn.MLP, Value]:
    model = nn.MLP(2, sizes)
    losses = [(model([0.3 * i, 1.0 - 0.1 * i]) - 1.0) ** 2 for i in range(samples)]  # type: ignore[operator]
    loss = sum(losses) * 0.5  # type: ignore[operator]
    if penalty:
        loss = loss + 1e-4 * sum(p * p for p in model.parameters())
    loss.backward()
    return model, loss


# ---- names and modules -----------------------------------------------------------------------------------------------


def test_names_come_from_variables_lists_dicts_and_modules() -> None:
    a, parts, table, unit = Value(1.0), [Value(2.0), Value(3.0)], {"k": Value(4.0)}, nn.Neuron(1)
    y = unit([a * parts[0] + parts[1] * table["k"]])
    labels = {node.label for node in draw(y, names={**locals(), "_hidden": a}).graph.nodes}
    assert labels >= {"a", "parts[0]", "parts[1]", "table['k']", "y", "w.0", "b"}


def test_a_label_goes_before_a_variables_name_and_a_module_names_its_parameters_as_its_state() -> None:
    x = Value(1.0, label="mine")
    assert draw(x * 2.0, names={"x": x}).graph.nodes[0].label == "mine"
    model, loss = trained([2, 1], 1)
    drawn = draw(loss, names=model).graph.nodes
    named = {f"{node.module}.{node.label}" for node in drawn if node.kind == "leaf"}
    assert named == set(model.state_dict())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 3), max_size=2), st.integers(1, 3), st.booleans())
def test_each_node_of_a_call_belongs_to_its_module_and_the_loss_to_none(
    sizes: list[int], samples: int, penalty: bool
) -> None:
    sizes = [*sizes, 1]
    model, loss = trained(sizes, samples, penalty)
    order = autograd.topological_order(loss)
    found = modules_of(order, read_names(model))
    inputs = [2, *sizes]
    expected = 0
    for depth, (nin, nout) in enumerate(zip(inputs, sizes, strict=False)):
        activated = depth < len(sizes) - 1
        for unit in range(nout):
            computed = [
                node
                for node, name in zip(order, found, strict=True)
                if name == f"layers.{depth}.neurons.{unit}" and node.op
            ]
            assert len(computed) == samples * (2 * nin + activated)
            expected += len(computed)
    assert sum(bool(name) and node.op is not None for node, name in zip(order, found, strict=True)) == expected
    assert found[-1] == ""


def test_a_layer_on_arrays_is_one_call() -> None:
    model = nn.MLP(3, [4, 2], vectorized=True)
    y = model(np.ones((5, 3)))
    order = autograd.topological_order(y.sum())  # type: ignore[union-attr]
    names = dict(
        zip(
            [node.op.name if node.op else node.label for node in order],
            modules_of(order, read_names(model)),
            strict=True,
        )
    )
    assert names["relu"] == "layers.0"
    assert names["sum"] == ""


@pytest.mark.parametrize(("depth", "groups"), [(0, 1), (1, 2), (2, 3), (3, 0), (None, 0)])
def test_modules_open_as_deep_as_they_are_asked(depth: int | None, groups: int) -> None:
    model, loss = trained([2, 1], 2)
    graph = draw(loss, names=model, depth=depth).graph
    boxes = [node for node in graph.nodes if node.kind == "group"]
    assert len(boxes) == groups
    everything = draw(loss, names=model, group="none").graph
    assert sum(node.inside or 1 for node in graph.nodes) + graph.hidden == len(everything.nodes)
    assert not everything.modules


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 60), st.integers(1, 4))
def test_what_is_drawn_inside_and_hidden_adds_up(max_nodes: int, samples: int) -> None:
    model, loss = trained([3, 1], samples, penalty=True)
    total = len(draw(loss, max_nodes=10_000).graph.nodes)
    graph = draw(loss, names=model, max_nodes=max_nodes).graph
    assert len(graph.nodes) <= max_nodes
    assert sum(node.inside or 1 for node in graph.nodes) + graph.hidden == total
    groups = [node for node in graph.nodes if node.kind == "group"]
    for node in groups:
        assert isinstance(node.data, Array) and node.data.minimum <= node.data.mean <= node.data.maximum
    if graph.hidden or groups:
        assert "draw(root" in draw(loss, names=model, max_nodes=max_nodes).text()


def test_sixty_thousand_nodes_are_an_overview_in_seconds() -> None:
    model, loss = trained([16, 16, 1], 100, penalty=True)
    graph = draw(loss, names=model).graph
    assert len(graph.nodes) <= 400
    assert {node.label for node in graph.nodes if node.kind == "group"} == {
        name for name, part in model.named_modules() if isinstance(part, nn.Neuron)
    }
    assert sum(node.inside or 1 for node in graph.nodes) + graph.hidden > 60_000


# ---- gradients on edges ----------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_contributions_into_a_node_add_up_to_its_gradient(data: st.DataObject) -> None:
    nodes = [Value(data.draw(st.floats(-2.0, 2.0))) for _ in range(2)]
    for _ in range(data.draw(st.integers(1, 12))):
        x, y = (data.draw(st.sampled_from(nodes)) for _ in range(2))
        nodes.append(data.draw(st.sampled_from([x + y, x * y, x - y, autograd.tanh(x), x * 2.0])))
    root = nodes[-1]
    root.backward()
    drawing = draw(root, edges="contribution")
    for i, value in enumerate(drawing._values):
        into = [edge for edge in drawing.graph.edges if edge.source == i]
        given_away = [edge.contribution.value for edge in into if isinstance(edge.contribution, Number)]
        if value is None or value is root or not value.requires_grad:
            continue
        rounding = 1e-12 * sum(map(abs, given_away))
        assert sum(given_away) == pytest.approx(explain(value, root).gradient, rel=1e-12, abs=rounding)
        assert not drawing.graph.nodes[i].marks


def test_local_derivatives_of_numbers_and_shapes() -> None:
    x, y = Value(3.0, label="x"), Value(-2.0, label="y")
    z = x * y
    z.backward()
    assert [edge.local for edge in draw(z, edges="local").graph.edges] == [Number(-2.0), Number(3.0)]
    dot = draw(z, edges="local").dot
    assert "∂ -2" in dot and "∂ 3" in dot
    assert "+= -2" in draw(z, edges="contribution").dot
    assert "∂" not in draw(z).dot


def test_what_is_the_same_for_all_elements_stands_on_an_edge_once() -> None:
    w = Value([1.0, -2.0], label="w")
    y = (w * w).sum()
    y.backward()
    edges = {edge.target: flowing(edge, "contribution") for edge in draw(y, edges="contribution").graph.edges}
    assert edges == {1: "+= min -2 mean -0.5 max 1", 2: "+= 1 each"}


def test_a_gradient_of_another_pass_is_marked() -> None:
    x = Value(2.0)
    y = x * 3.0
    z = y * y
    z.backward()
    (y * 5.0).backward()  # y.grad is 5 now, and not what z hands it
    assert [node.marks for node in draw(z).graph.nodes if node.operation == "*"] == [("grad ≠ sum of paths",), ()]


def test_no_contributions_before_backward_or_after_the_data_was_replaced() -> None:
    w = Value(np.ones(2), label="w")
    y = (w * w).sum()
    assert all(edge.contribution is None for edge in draw(y, edges="contribution").graph.edges)
    for edges in ("local", "contribution"):
        assert "call backward() on the root first" in draw(y, edges=edges).dot
        assert "one root, not for 2" in draw([y, w * 2.0], edges=edges).text()
        assert "the root has no gradient" in draw(Value(1.0, requires_grad=False) * 2.0, edges=edges).text()
    assert "backward" not in draw(y).dot
    y.backward()
    assert "backward" not in draw(y, edges="local").dot
    assert all(edge.contribution is not None for edge in draw(y, edges="contribution").graph.edges)
    w.data = np.zeros(2)
    drawing = draw(y, edges="contribution")
    assert all(edge.contribution is None for edge in drawing.graph.edges)
    assert "data was replaced" in drawing.text()


# ---- arrays, focus, paths, looks -------------------------------------------------------------------------------------


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_heat_map_has_at_most_8_by_8_cells_whose_mean_is_the_mean(rows: int, columns: int) -> None:
    data = np.arange(rows * columns, dtype=float).reshape(rows, columns)
    (node,) = draw(Value(data)).graph.nodes
    assert isinstance(node.data, Array)
    cells = np.array(node.data.cells)
    assert cells.shape == (min(rows, 8), min(columns, 8))
    assert cells.min() >= data.min() and cells.max() <= data.max()
    if rows <= 8 and columns <= 8:
        np.testing.assert_array_equal(cells, data)
    assert node.data.zeros == pytest.approx(1 / data.size)


def test_zeros_are_counted_among_several_elements_only() -> None:
    counted = [Value(x) for x in (np.zeros(2), np.array([0.0, 1.0]))]
    bare = [Value(np.zeros(1)), Value(np.array(0.0)), Value(np.zeros((0, 3))), Value(np.zeros((0, 3))).sum()]
    assert ["zeros" in draw(x).dot for x in counted + bare] == [True] * 2 + [False] * 4


def test_arrays_as_heat_maps_and_in_full() -> None:
    x = Value([[1.0, -2.0], [0.0, np.nan]])
    heat = draw(x, arrays="heatmap").dot
    assert 'BGCOLOR="#1f5fb0"' in heat and 'BORDER="1" COLOR="#1c2128" BGCOLOR="#1f5fb0"' in heat
    assert 'BGCOLOR="#808080"' in heat  # NaN
    assert 'BGCOLOR="#fefefe"' in heat  # zero, in a dark page too
    tables = re.findall(
        'CELLSPACING="1" COLOR="#[0-9a-f]{6}" BGCOLOR="([^"]*)"', draw(x, arrays="heatmap", theme="dark").dot
    )
    assert tables == [GROUND]
    assert not {GROUND, ZERO} & {*LIGHT.values(), *DARK.values()}, "a page would change it with the theme"
    assert "-2" in draw(x, arrays="full").dot
    assert "means of blocks" in draw(Value(np.ones((9, 9))), arrays="full").dot


def test_a_focus_shows_both_sides_and_a_highlight_the_paths_to_the_root() -> None:
    x = Value(1.0, label="x")
    chain = [x]
    for _ in range(10):
        chain.append(autograd.tanh(chain[-1]))
    root = chain[-1] + Value(5.0)
    drawing = draw(root, focus=chain[5], radius=2)
    assert [value for value in drawing._values if value is not None] == chain[3:8]
    assert drawing.graph.focus == 2 and drawing.dot.count(f'COLOR="{LIGHT["path"]}"') == 1
    assert (
        "5 of 13 nodes are drawn, those around the focus; 8 are hidden." in drawing.dot and "radius=..." in drawing.dot
    )
    assert "the focus, whose" in draw(root, focus=x, legend=True).dot
    assert draw(root).graph.focus is None
    paths = draw(root, highlight=chain[8]).graph
    assert [edge.on_path for edge in paths.edges].count(True) == 3
    assert 'class="path"' in draw(root, highlight=x).dot


def test_only_what_is_asked_for_is_shown() -> None:
    x = Value(3.0, label="x")
    y = x * 2.0
    y.backward()
    dot = draw(y, show=["label", "grad"]).dot
    assert "grad  2" in dot and "data  3" not in dot and "<B>*</B>" not in dot
    assert "<B>x</B>" not in draw(y, show="data").dot


def test_colours_tell_sizes_or_kinds_or_nothing() -> None:
    x = Value([3.0, 1.0])
    y = (autograd.exp(x) * 1e-3).sum()
    y.backward()
    fills = [set(re.findall(r'BGCOLOR="(#\w+)"', draw(y, color=color).dot)) for color in ("grad", "op", "none")]
    assert "#ffc684" in fills[0] and "#d9f2e6" in fills[1] and not {"#ffc684", "#d9f2e6"} & fills[2]
    assert "#161b22" in draw(y, theme="dark").dot and "#161b22" not in draw(y, theme="light").dot


def test_a_legend_explains_what_is_there() -> None:
    x = Value(3.0)
    assert "constant" not in draw(x * x, legend=True).dot
    assert "a constant" in draw(x * 2.0, legend=True).dot
    assert "legend" not in draw(x * 2.0).dot


def test_several_roots_are_one_picture() -> None:
    x = Value(3.0)
    graph = draw([x * 2.0, autograd.exp(x)]).graph
    assert len(graph.roots) == 2 and len(graph.nodes) == 4


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"edges": "both"}, ArgumentError, "draw: edges: found 'both'; expected one of none, local, contribution"),
        ({"color": "red"}, ArgumentError, "draw: color"),
        ({"group": True}, ArgumentError, "draw: group"),
        ({"arrays": "all"}, ArgumentError, "draw: arrays"),
        ({"theme": "blue"}, ArgumentError, "draw: theme"),
        ({"engine": "neato"}, ArgumentError, "draw: engine"),
        ({"show": ["shape"]}, ArgumentError, "draw: show: found .* expected some of label, op, data, grad"),
        ({"depth": -1}, ArgumentError, "draw: depth"),
        ({"depth": 1.0}, ArgumentError, "draw: depth"),
        ({"radius": -1}, ArgumentError, "draw: radius"),
        ({"names": 3}, DtypeError, "draw: names: found int; expected a mapping"),
        ({"focus": 3.0}, DtypeError, "draw: focus: found float"),
        ({"focus": Value(1.0, label="v")}, ArgumentError, "draw: focus: found 'v', which is not in the graph"),
        ({"highlight": Value(1.0)}, ArgumentError, "draw: highlight: found an unlabelled Value"),
    ],
)
def test_wrong_choices_are_errors_that_name_them(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        draw(Value(1.0) * 2.0, **options)


# ---- what was broken once --------------------------------------------------------------------------------------------


def test_a_list_or_dict_that_holds_itself_is_read_once() -> None:
    x, y = Value(1.0), Value(2.0)
    things: list[Any] = [x]
    things.append(things)
    table: dict[str, Any] = {"y": y}
    table["again"] = table
    labels = [node.label for node in draw(x * y, names={"things": things, "table": table}).graph.nodes]
    assert labels == ["things[0]", "table['y']", ""]


def test_a_module_that_holds_one_named_as_its_class() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.Net = nn.Neuron(1)

        def __call__(self, x: Value) -> Value:
            return self.Net([x])

    model = Net()
    graph = draw(model(Value(1.0)), names=model).graph
    assert graph.modules == (("Net()", "Net"), ("Net", "Neuron"))
    assert graph.parents == ("", "Net()")


def test_a_model_named_as_its_class_holds_only_its_own_modules() -> None:
    class Unit(nn.Neuron):
        pass

    one, other = Unit(1), nn.Neuron(1)
    dot = draw(one([1.0]) + other([2.0]), names={"Unit": one, "other": other}).dot
    assert dot.count("subgraph cluster_0") == 1, "the other lies beside it"


def test_variables_go_before_what_a_container_calls_a_value_and_modules_before_both() -> None:
    unit, y = nn.Neuron(1), Value(1.0)
    names = {"Out": {3: y}, "weight": unit.w[0], "y": y, "unit": unit}
    leaves = {node.label for node in draw(unit([y]), names=names).graph.nodes if node.kind == "leaf"}
    assert leaves == {"y", "w.0", "b"}


def test_keys_of_a_dict_are_told_the_same_in_each_run() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError

    keys = [(0, 1), Odd(), object(), frozenset("cab")]
    values = [Value(float(i)) for i in range(len(keys))]
    graph = draw(sum(values), names={"d": dict(zip(keys, values, strict=True))}).graph  # type: ignore[arg-type]
    named = {node.label for node in graph.nodes if node.label}
    assert named == {"d[(0, 1)]", "d[<Odd>]", "d[<object object>]", "d[frozenset({'a', 'b', 'c'})]"}


def test_names_may_hold_a_thing_that_cannot_be_asked() -> None:
    class Lazy:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    x = Value(1.0)
    assert draw(x, names={"lazy": Lazy(), "x": x}).graph.nodes[0].label == "x"


def test_a_wide_model_is_named_in_a_moment() -> None:
    model = nn.MLP(100, [100, 10])
    started = time.process_time()
    assert len(read_names(model).owners) == len(model.parameters())
    assert time.process_time() - started < 4.0  # measured: 0.3


def test_what_fits_is_drawn_wholly_though_modules_are_collapsed() -> None:
    model, loss = trained([3, 1], 20)
    assert draw(loss, names=model, depth=0).graph.hidden == 0
    assert len(draw(loss, names=model, depth=0).graph.nodes) > 60


def test_the_root_is_marked_where_it_is_drawn_alone_or_in_its_module() -> None:
    model = nn.MLP(1, [2, 1])
    x = Value(1.0)
    y = model([x])
    assert draw(y, names=model, depth=0).dot.count(' root"') == 1  # type: ignore[arg-type]
    assert draw(y, focus=x, radius=1).dot.count(' root"') == 0  # type: ignore[arg-type]


def test_roots_are_drawn_once_and_within_the_budget() -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    assert draw([y, y], edges="contribution") == draw(y, edges="contribution")
    graph = draw([Value(float(i)) for i in range(50)], max_nodes=10).graph
    assert (len(graph.nodes), graph.hidden) == (10, 40)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_heat_map_without_a_finite_element_has_colours(value: float) -> None:
    dot = draw(Value(np.full((2, 2), value)), arrays="heatmap").dot
    expected = "#808080" if value != value else "#d95f02" if value > 0 else "#1f5fb0"
    assert dot.count(f'BGCOLOR="{expected}"') == 4


def test_the_legend_of_a_heat_map_explains_nan_where_there_is_one() -> None:
    assert "not a number" in draw(Value([1.0, np.nan]), arrays="heatmap", legend=True).dot
    assert "not a number" not in draw(Value([1.0, np.inf]), arrays="heatmap", legend=True).dot


@pytest.mark.parametrize("value", [1e308, -1e308])
def test_large_numbers_have_a_finite_mean(value: float) -> None:
    summary = draw(Value(np.full((20, 20), value))).graph.nodes[0].data
    assert isinstance(summary, Array)
    assert summary.mean == pytest.approx(value)
    assert all(x == pytest.approx(value) for row in summary.cells for x in row)


def test_shares_of_zeros_are_percentages() -> None:
    data = np.zeros(1000)
    assert "100 % zeros" in draw(Value(data)).text()
    data[0] = 1.0
    assert "99.9 % zeros" in draw(Value(data)).text()


@primitive(vjp=lambda g, z, x, f=None: (g,))
def called_with(x: Any, f: Any = None) -> Any:
    return x * 1.0


def test_what_a_primitive_was_given_may_be_no_number() -> None:
    x = Value(2.0)
    y = called_with(x, f=abs) * called_with(x, f=object())
    y.backward()
    drawing = draw(y, edges="contribution", legend=True)
    figures = [node.data.figure for node in drawing.graph.nodes if isinstance(node.data, Text)]
    assert figures == ["<built-in function abs>", "<object object>"]
    assert "data <built-in function abs>" in drawing.text()


@primitive(vjp=lambda g, z, x: 1 / 0)
def unlucky(x: Any) -> Any:
    return x * 1.0


def test_a_rule_that_fails_is_a_remark_in_the_picture() -> None:
    y = unlucky(Value(2.0))
    y.grad = 1.0
    assert "A derivative failed with ZeroDivisionError" in draw(y, edges="contribution").text()


def test_an_operation_without_a_name_has_a_badge() -> None:
    def function(x: Any) -> Any:
        return x * 1.0

    function.__name__ = ""
    y = primitive(function, vjp=lambda g, z, x: (g,))(Value(2.0))
    assert "<B></B>" not in draw(y).dot


@pytest.mark.parametrize(
    "options",
    [{"show": 5}, {"show": [[]]}, {"edges": np.array(["none", "local"])}, {"rankdir": np.array(["LR", "TB"])}],
)
def test_choices_of_a_wrong_kind_are_errors_that_name_them(options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(ArgumentError, match=f"draw: {name}: found"):
        draw(Value(1.0), **options)


@pytest.mark.parametrize("diagnosis", [3, [1], "nan"])
def test_a_diagnosis_is_what_diagnose_returns(diagnosis: Any) -> None:
    with pytest.raises(DtypeError, match=r"draw: diagnosis: found .* expected what viz.diagnose returns"):
        draw(Value(1.0), diagnosis=diagnosis)
