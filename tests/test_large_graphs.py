"""Graphs of a million nodes, dropped graphs, and the memory they give back; each program in a process of its own."""

import gc
from typing import Any

import pytest
from processes import run_python

import autograd as ag
from autograd import Value, gradients

PREAMBLE = """
import copy, gc, pickle, sys
import numpy as np
from autograd import Value, gradients, no_grad, tangents, topological_order
gc.disable()
sys.setrecursionlimit(80)  # no recursion over a graph goes unseen

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 2**20

def chain(x, n):
    for _ in range(n // 2):
        x = x + 1e-6
        x = x * 1.0
    return x
"""

PROGRAMS = {
    "a million numbers": """
x = Value(1.0, label="x")
y = chain(x, 1_000_000)
y.backward()
assert x.grad == 1.0 and len(topological_order(y)) == 1_000_001
assert abs(y.data - 1.5) < 1e-6 and repr(y).startswith("Value(data=1.") and len(y.tree().splitlines()) == 201
y2, x2 = copy.deepcopy((y, x))
assert x2 is topological_order(y2)[0] and x2.label == "x"
del y
y2.backward()
assert x2.grad == 2.0 and x.grad == 1.0
y3, x3 = pickle.loads(pickle.dumps((y2, x2)))
del y2
y3.backward(leaves_only=True)
assert x3 is topological_order(y3)[0] and x3.grad == 3.0 and x2.grad == 2.0
del y3
""",
    "many arrays": """
x = Value(np.ones(3))
y = chain(x, 30_000)
y.sum().backward()
assert x.grad.tolist() == [1.0, 1.0, 1.0]
y2, x2 = pickle.loads(pickle.dumps(copy.deepcopy((y, x))))
y2.backward(np.ones(3))
assert x2.grad.tolist() == [2.0, 2.0, 2.0] and y.tree()
del y, y2
""",
    "recorded walks": """
x = Value(2.0)
y = chain(x, 40_000) * x
(slope,) = gradients(y, [x], create_graph=True)
(curvature,) = gradients(slope, [x])
assert abs(slope.data - (2 * x.data + 0.02)) < 1e-9 and curvature.data == 2.0
(slope,) = tangents([y], [(x, 1.0)], create_graph=True)
slope.backward()
assert x.grad == 2.0
""",
    "other shapes": """
for start in (1.0, np.ones(2)):
    x = Value(start)
    for _ in range(2):
        fan = [x * 2 for _ in range(20_000)]
        total = fan[0]
        for v in fan[1:]:
            total = total + v
        total.backward(gradient=None if total.shape == () else np.ones(2))
        del fan, v
        nested = {"graph": total}
        for i in range(20_000):
            nested = [nested] if i % 2 else (nested, total)
        del total
        del nested
        ladder = x
        for _ in range(20_000):  # diamonds: 2**20000 paths
            ladder = ladder * 0.5 + ladder * 0.5
        ladder.backward(gradient=None if ladder.shape == () else np.ones(2))
        del ladder
""",
    "100 graphs dropped": """
def step():
    x, w = Value(1.0), Value(np.ones(1000))
    y = chain(x, 3_000) + (chain(w, 100) * x).sum()
    y.backward()
    gradients(y, [x, w], create_graph=True)
    copy.deepcopy(y)
for _ in range(10):
    step()
gc.collect()  # what the imports left
before = resident()
for _ in range(100):
    step()
assert resident() - before < 5.0, f"{resident() - before:.1f} MiB stayed"
assert gc.collect() == 0
""",
    "a million nodes give their memory back": """
keep = chain(Value(1.0), 1_000_000)
del keep
before = resident()
for _ in range(3):
    keep = chain(Value(1.0), 1_000_000)
    del keep
assert resident() - before < 20.0
""",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_large_graphs(program: str) -> None:
    run_python("-c", PREAMBLE + PROGRAMS[program])


@pytest.mark.parametrize("start", [2.0, [2.0, 3.0]])
def test_a_dropped_graph_leaves_nothing_to_collect(start: Any) -> None:
    gc.collect()
    gc.disable()
    try:
        x = Value(start)
        y = (ag.tanh(x) * x[...] if x.shape else ag.tanh(x) * x) + ag.where(x > 0, x, 0.0) / 3
        root = ag.sum(y)
        root.backward()
        (g,) = gradients(root, [x], create_graph=True)
        ag.sum(g).backward()
        repr(root), root.tree(), root._prev
        del x, y, root, g
        assert gc.collect() == 0
    finally:
        gc.enable()
