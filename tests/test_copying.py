"""deepcopy and pickle of graphs: all sharing is kept, everything a node knows comes along, nothing else does."""

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, topological_order
from autograd.errors import ArgumentError, GraphError

DUPLICATES: dict[str, Callable[[Any], Any]] = {"deepcopy": copy.deepcopy}
for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
    DUPLICATES[f"pickle {protocol}"] = lambda x, protocol=protocol: pickle.loads(pickle.dumps(x, protocol))

everywhere = pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES)


def everything(node: Value) -> list[Any]:
    """What a node knows of itself."""
    constants = [x if not isinstance(x, Value) else None for x in node.inputs]
    plain = [x.tolist() if isinstance(x, np.ndarray) else x for x in constants]
    data, grad = (np.asarray(d).tolist() for d in (node.data, node.grad))
    return [
        data,
        grad,
        node.shape,
        node.dtype,
        node.op,
        repr(node.params),
        plain,
        node.label,
        node.has_grad,
        node.requires_grad,
    ]


@pytest.fixture
def graph() -> list[Value]:
    """Two roots over shared leaves, of every way in which a node keeps its operands."""
    x, w = Value(2.0, label="x"), Value(np.float32([[1.0, 2.0]]), label="w")
    frozen = Value([3.0, 4.0], requires_grad=False, label="frozen")
    h = ag.where(x > 0, x * 3 - 1, 2 / x) + x**2
    h.label = "hidden"
    first = (w * h * frozen).sum(axis=1, keepdims=True) + w[:, 1:] @ np.ones((1, 1))
    second = ag.concatenate([w[0], frozen]).at[1].set(7.0).sum() * -h + np.arange(2) @ frozen
    first.backward(np.ones((1, 1)))
    return [x, w, frozen, h, first, second]


@everywhere
def test_a_copy_knows_all_that_the_original_knows(duplicate: Callable[..., Any], graph: list[Value]) -> None:
    for found, original in zip(duplicate(graph), graph, strict=True):
        for v, node in zip(topological_order(found), topological_order(original), strict=True):
            assert v is not node
            assert everything(v) == everything(node)


@everywhere
def test_leaves_are_shared_between_roots_and_gradients_arrive_there(
    duplicate: Callable[..., Any], graph: list[Value]
) -> None:
    x, w, frozen, _, first, second = duplicate(graph)
    leaves = [v for v in topological_order(first, second) if v.op is None and v.label]
    assert {id(v) for v in leaves} == {id(x), id(w), id(frozen)}
    before = graph[0].grad
    for v, root in ((x, first), (graph[0], graph[4])):
        root.backward(np.ones((1, 1)))
        assert v.grad == 2 * before
    second.backward()
    assert x.grad != 2 * before and not frozen.has_grad


def test_deepcopy_keeps_interior_nodes_shared_between_roots(graph: list[Value]) -> None:
    x, _, _, h, first, second = copy.deepcopy(graph)
    assert all(any(v is h for v in topological_order(root)) for root in (first, second))
    memo: dict[int, Any] = {}
    assert copy.deepcopy(graph[0], memo) is copy.deepcopy(graph[0], memo)
    assert x is not graph[0]


@everywhere
def test_a_node_used_twice_stays_one(duplicate: Callable[..., Any]) -> None:
    for data in (3.0, [3.0]):
        y = duplicate(ag.sum(Value(data) * 1.0) * 2)
        z = y * y
        assert len(topological_order(duplicate(z))) == len(topological_order(z))


@everywhere
def test_arrays_are_copied_and_stay_read_only_inside(duplicate: Callable[..., Any]) -> None:
    x = Value([1.0, 2.0])
    constant = np.array([3.0, 4.0])
    y = x * constant
    y.backward(np.ones(2))
    y2, x2 = duplicate((y, x))
    constant[0] = 99.0
    x2.data[0] = 7.0
    x2.grad[0] = 8.0
    assert x.data[0] == 1.0 and x.grad[0] == 3.0 and y2.inputs[1].tolist() == [3.0, 4.0]
    assert not y2.data.flags.writeable and x2.data.flags.writeable
    x2.data -= 1.0


@everywhere
def test_a_copy_notices_replaced_data_as_the_original_does(duplicate: Callable[..., Any]) -> None:
    x = Value([1.0, 2.0], label="x")
    y = ag.square(x)
    fresh, x_fresh = duplicate((y, x))
    x.data -= 1.0
    with pytest.raises(GraphError, match="'x'"):
        duplicate(y).backward(np.ones(2))
    fresh.backward(np.ones(2))
    assert x_fresh.grad.tolist() == [2.0, 4.0]
    x_fresh.data -= 1.0
    with pytest.raises(GraphError, match="'x'"):
        fresh.backward(np.ones(2))


@everywhere
def test_a_copied_view_has_memory_of_its_own(duplicate: Callable[..., Any]) -> None:
    x = Value([1.0, 2.0])
    y, x = duplicate((ag.square(x[::-1]), x))
    x.data -= 1.0
    y.backward(np.ones(2))
    assert x.grad.tolist() == [2.0, 4.0]


def test_a_shallow_copy_shares_its_operands() -> None:
    for data in (3.0, [3.0]):
        x = Value(data, label="x")
        y = x * 2
        z = copy.copy(y)
        assert z is not y and z.inputs[0] is x
        z.backward()
        assert x.grad == 2.0 and not y.has_grad


def test_operations_are_pickled_by_name() -> None:
    assert copy.copy(ag.tanh) is copy.deepcopy(ag.tanh) is pickle.loads(pickle.dumps(ag.tanh)) is ag.tanh
    text = pickle.dumps(ag.tanh, 0).replace(b"tanh", b"hnat")
    with pytest.raises(ArgumentError, match="found an operation 'hnat'"):
        pickle.loads(text)


def test_a_graph_goes_to_another_process_and_its_leaves_may_be_replaced_there() -> None:
    x = Value([1.0, 2.0], label="x")
    for _ in range(5):
        x.data -= 0.0  # the clock of this process is ahead
    y = ag.square(x).sum()
    program = """
import pickle, sys
from autograd import Value
from autograd.errors import GraphError
y, x = pickle.load(sys.stdin.buffer)
y.backward()
assert x.grad.tolist() == [2.0, 4.0] and x.label == "x"
x.data -= 1.0
try:
    y.backward()
except GraphError:
    print("noticed")
z = (x * x).sum()
x.zero_grad()
z.backward()
print(x.grad.tolist())
"""
    done = subprocess.run([sys.executable, "-c", program], input=pickle.dumps((y, x)), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().split("\n")[:2] == ["noticed", "[0.0, 2.0]"]
