"""The first layer of a drawing: what is read from a graph, and what is left out of a large one."""

import itertools
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, no_grad, stack, topological_order
from viz.reading import read
from viz.records import Array, Edge, Graph, Number

OPERATIONS: list[Callable[[Any, Any], Any]] = [
    lambda x, y: x + y,
    lambda x, y: y * x,
    lambda x, y: y - x,
    lambda x, _: x.tanh(),
]


@st.composite
def graphs(draw: st.DrawFn) -> Value:
    """A random graph of numbers with sharing, constants and several operations."""
    pool = [Value(draw(st.floats(-2, 2))) for _ in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(0, 25))):
        x = draw(st.sampled_from(pool))
        y = draw(st.one_of(st.sampled_from(pool), st.floats(-2, 2)))
        pool.append(draw(st.sampled_from(OPERATIONS))(x, y))
    return pool[-1]


def distances(root: Value) -> dict[tuple[int, int], int]:
    """Steps from the root for each node: (identity, -1) of a Value, (identity of its owner, slot) of a constant."""
    steps = {(id(root), -1): 0}
    level = [root]
    for distance in itertools.count(1):
        following = []
        for value in level:
            for slot, operand in enumerate(value.inputs):
                is_value = isinstance(operand, Value)
                key = (id(operand), -1) if is_value else (id(value), slot)
                if key not in steps:
                    steps[key] = distance
                    following += [operand] * is_value
        if not following:
            return steps
        level = following
    raise AssertionError


@given(graphs())
def test_all_of_a_small_graph_is_drawn(root: Value) -> None:
    graph = read(root)
    values = topological_order(root)
    assert graph.hidden == 0
    assert len(graph.nodes) == len(distances(root))
    assert sum(node.kind != "constant" for node in graph.nodes) == len(values)
    assert len(graph.edges) == sum(len(value.inputs) for value in values)
    drawn = [node for node in graph.nodes if node.kind != "constant"]
    assert [node.data for node in drawn] == [Number(value.data) for value in values]


@given(graphs())
def test_operands_come_first_and_in_order(root: Value) -> None:
    graph = read(root)
    assert all(edge.source < edge.target for edge in graph.edges)
    slots: dict[int, list[int]] = {}
    for edge in graph.edges:
        slots.setdefault(edge.target, []).append(edge.operand)
    assert all(operands == list(range(len(operands))) for operands in slots.values())


@given(graphs(), st.integers(1, 30))
def test_a_cut_graph_keeps_the_nearest_nodes_and_counts_the_others(root: Value, max_nodes: int) -> None:
    graph, steps = read(root, max_nodes), sorted(distances(root).values())
    assert len(graph.nodes) == min(max_nodes, len(steps))
    assert graph.hidden == len(steps) - len(graph.nodes)
    assert sorted(distances_drawn(graph)) == steps[: len(graph.nodes)]


@given(graphs(), st.integers(1, 30))
def test_each_operand_is_drawn_or_counted_as_hidden(root: Value, max_nodes: int) -> None:
    graph = read(root, max_nodes)
    arity = {"leaf": 0, "constant": 0, "tanh": 1}
    for i, node in enumerate(graph.nodes):
        operands = arity.get(node.operation or node.kind, 2)
        assert sum(edge.target == i for edge in graph.edges) + node.hidden_operands == operands


def distances_drawn(graph: Graph) -> list[int]:
    """Steps from the root, the last node, along the edges that are drawn."""
    steps = {len(graph.nodes) - 1: 0}
    for edge in sorted(graph.edges, key=lambda edge: -edge.target):  # every way to a node is known before its operands
        steps[edge.source] = min(steps.get(edge.source, len(graph.nodes)), steps[edge.target] + 1)
    return list(steps.values())


def test_the_same_operand_twice_is_two_edges() -> None:
    x = Value(3.0)
    assert read(x * x).edges == (Edge(0, 1, 0), Edge(0, 1, 1))


def test_constants_keep_their_place_and_have_no_gradient() -> None:
    x = Value(3.0)
    y = 2.0 - x
    y.backward()
    constant, leaf, difference = sorted(read(y).nodes, key=lambda node: node.kind)
    assert (constant.data, constant.gradient) == (Number(2.0), None)
    assert (leaf.gradient, difference.gradient) == (Number(-1.0), Number(1.0))
    operands = {edge.operand: read(y).nodes[edge.source].kind for edge in read(y).edges}
    assert operands == {0: "constant", 1: "leaf"}


def test_a_gradient_never_computed_is_not_zero() -> None:
    x, y = Value(3.0), Value(0.0)
    z = x * y
    assert [node.gradient for node in read(z).nodes] == [None, None, None]
    z.backward()
    assert [node.gradient for node in read(z).nodes] == [Number(0.0), Number(3.0), Number(1.0)]


def test_a_frozen_leaf_and_a_result_without_a_graph_are_constants() -> None:
    with no_grad():
        result = Value(2.0) * 3.0
    frozen = Value(2.0, requires_grad=False, label="frozen")
    assert [(node.kind, node.label) for node in read(frozen).nodes] == [("constant", "frozen")]
    assert [node.kind for node in read(result).nodes] == ["constant"]


def statistics(quantity: Any) -> Any:
    """A record without what a heat map needs."""
    return replace(quantity, zeros=0.0, cells=()) if isinstance(quantity, Array) else quantity


def test_records_are_a_snapshot() -> None:
    x = Value(np.ones(3), label="x")
    before = read(x)
    x.data = np.zeros(3)
    x.label = "y"
    assert before == read(Value(np.ones(3), label="x"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (np.array([[1.0, 2.0], [3.0, 6.0]]), Array((2, 2), "float64", 1.0, 3.0, 6.0)),
        (np.array(2.0, dtype=np.float32), Array((), "float32", 2.0, 2.0, 2.0)),
        (np.full(4, 60000.0, dtype=np.float16), Array((4,), "float16", 60000.0, 60000.0, 60000.0)),
        (np.array([-np.inf, 1.0]), Array((2,), "float64", -np.inf, -np.inf, 1.0)),
    ],
)
def test_arrays_are_summarised(data: Any, expected: Array) -> None:
    assert statistics(read(Value(data)).nodes[0].data) == expected


@pytest.mark.parametrize("data", [np.zeros((0, 3)), np.array([np.inf, -np.inf]), np.array([np.nan, 1.0])])
def test_arrays_without_a_mean_are_drawn_without_a_warning(data: Any) -> None:
    summary = read(Value(data)).nodes[0].data
    assert isinstance(summary, Array)
    assert math.isnan(summary.mean)


@pytest.mark.parametrize("constant", [True, 2, 2.5, np.float64(2.5), np.int64(2), np.bool_(True)])
def test_scalar_constants_are_numbers(constant: Any) -> None:
    root = Value(np.ones(2)) * constant
    assert [node.data for node in read(root).nodes if node.kind == "constant"] == [Number(float(constant))]


def test_constant_arrays_are_drawn_as_they_were_given() -> None:
    root = Value(np.ones(2)) * np.array([3, 4])
    assert Array((2,), "int64", 3.0, 3.5, 4.0) in [statistics(node.data) for node in read(root).nodes]


X = Value(np.ones((2, 3)))


@pytest.mark.parametrize(
    ("root", "operation", "parameters"),
    [
        (X.sum(), "sum", ()),
        (X.sum(axis=0), "sum", ("axis=0",)),
        (X.sum(axis=(0, 1), keepdims=True), "sum", ("axis=(0, 1)", "keepdims=True")),
        (X[:, 1], "getitem", ("index=(:, 1)",)),
        (X[..., None, ::-1], "getitem", ("index=(..., None, ::-1)",)),
        (X[[0, 1]], "getitem", ("index=[0, 1]",)),
        (X[np.zeros(50, dtype=np.int64)], "getitem", ("index=(50,) int64",)),
        (X.astype("float32"), "astype", ("dtype='float32'",)),
        (X * 2, "*", ()),
    ],
)
def test_operations_show_what_they_were_asked(root: Value, operation: str, parameters: tuple[str, ...]) -> None:
    node = read(root).nodes[-1]
    assert (node.operation, node.parameters) == (operation, parameters)


def test_a_chain_of_a_million_nodes_is_cut_in_seconds() -> None:
    value = Value(1.0)
    for _ in range(1_000_000):
        value = -value
    started = time.process_time()  # of this process alone: the machine may have other work
    graph = read(value)
    assert time.process_time() - started < 20
    assert (len(graph.nodes), graph.hidden) == (400, 999_601)


def test_a_node_with_many_operands_is_cut_as_well() -> None:
    graph = read(stack([Value(float(i)) for i in range(1000)]))
    assert len(graph.nodes) == 400
    assert graph.nodes[-1].hidden_operands == 601
