"""A model of the engine, as naive as can be: NumPy arrays, closures, recursion. What it says, the engine must say.

An operation is a forward function and one pull per operand: a function of the cotangent `g`, whose other parameters
name what the engine's rule reads when it runs: operand `x` or `y`, or the output `z`. (`shape`, that of the operand,
and `x_then`, its data at the time of the forward pass, are not read.) A pull of None has no path.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


def _placed(g: Any, shape: tuple[int, ...], index: Any) -> Any:
    out = np.zeros(shape)
    out[index] = g
    return out


def _updated(x: Any, y: Any) -> Any:
    return np.concatenate([np.broadcast_to(y, x[:1].shape), x[1:]])


OPERATIONS: dict[str, tuple[Callable[..., Any], tuple[Callable[..., Any] | None, ...]]] = {
    "add": (np.add, (lambda g: g, lambda g: g)),
    "subtract": (np.subtract, (lambda g: g, lambda g: -g)),
    "multiply": (np.multiply, (lambda g, y: g * y, lambda g, x: g * x)),
    "divide": (np.divide, (lambda g, y: g / y, lambda g, z, y: -g * z / y)),
    "maximum": (
        np.maximum,
        (lambda g, x, y: g * ((x > y) + 0.5 * (x == y)), lambda g, x, y: g * ((y > x) + 0.5 * (x == y))),
    ),
    "choose": (
        lambda x, y: np.where(x > 0, x, y),
        (lambda g, x_then: g * (x_then > 0), lambda g, x_then: g * (x_then <= 0)),
    ),
    "at_set": (_updated, (lambda g, shape: _placed(g[1:], shape, slice(1, None)), lambda g: g[:1])),
    "at_add": (lambda x, y: _updated(x, x[:1] + y), (lambda g: g, lambda g: g[:1])),
    "negative": (np.negative, (lambda g: -g,)),
    "square": (np.square, (lambda g, x: 2 * g * x,)),
    "tanh": (np.tanh, (lambda g, x: g / np.cosh(x) ** 2,)),
    "sin": (np.sin, (lambda g, x: g * np.cos(x),)),
    "exp": (np.exp, (lambda g, z: g * z,)),
    "relu": (lambda x: x * (x > 0), (lambda g, z: g * (z > 0),)),
    "sign": (np.sign, (None,)),
    "sum": (np.sum, (lambda g: g,)),
    "column_sums": (lambda x: np.sum(x, 0), (lambda g: g,)),
    "flip": (lambda x: x[::-1], (lambda g: g[::-1],)),
    "last": (lambda x: x[-1], (lambda g, shape: _placed(g, shape, -1),)),
}


@dataclass(eq=False)
class Node:
    """A node of the model; `number` tells in which of the two storages the engine keeps it."""

    data: Any
    number: bool
    tracked: bool = True
    inputs: tuple["Node", ...] = ()
    pulls: list[Any] = field(default_factory=list)
    grad: Any = 0.0
    has_grad: bool = False
    version: int = 0  # how often a leaf's data was replaced
    memory: "Node | None" = None  # the leaf whose memory the data lies in: the leaf itself, or a view of it


class StaleError(Exception):
    """A rule would read the data of the leaf `args[0]`, which was replaced."""


def leaf(data: Any, number: bool) -> Node:
    node = Node(np.array(data, float), number)
    node.memory = node
    return node


@np.errstate(over="ignore")
def apply(name: str, *inputs: Node, recorded: bool = True) -> Node:
    forward, rules = OPERATIONS[name]
    data = np.asarray(forward(*(x.data for x in inputs)))
    number = all(x.number for x in inputs)
    if not (recorded and any(x.tracked for x in inputs)):
        return Node(data.copy(), number, tracked=False)
    node = Node(data, number)
    node.memory = inputs[0].memory if np.shares_memory(data, inputs[0].data) else None
    node.inputs = inputs
    node.pulls = [rule and _pull(rule, node, i) for i, rule in enumerate(rules)]
    return node


def _pull(rule: Callable[..., Any], node: Node, i: int) -> Callable[[Any], Any]:
    operands = dict(zip("xy", node.inputs, strict=False))
    then = {letter: x.data.copy() for letter, x in operands.items()}
    then |= {"z": node.data.copy(), "shape": node.inputs[i].data.shape, "x_then": then["x"]}
    names = list(inspect.signature(rule).parameters)[1:]
    read = [x.memory for letter, x in operands.items() if letter in names and x.memory and not node.number]
    versions = [(x, x.version) for x in read]

    def pull(g: Any) -> Any:
        for x, version in versions:
            if x.version != version:
                raise StaleError(x)
        return _fitted(rule(g, **{letter: then[letter] for letter in names}), then["shape"])

    return pull


def _fitted(g: Any, shape: tuple[int, ...]) -> Any:
    g = np.asarray(g)
    if g.ndim < len(shape) or g.size < np.prod(shape):
        return np.broadcast_to(g, shape)
    g = g.sum(tuple(range(g.ndim - len(shape))))
    return g.sum(tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def order(node: Node, seen: dict[Node, None]) -> dict[Node, None]:
    if node not in seen and node.tracked:
        for x in node.inputs:
            order(x, seen)
        seen[node] = None
    return seen


@np.errstate(over="ignore")
def backward(root: Node, gradient: Any) -> None:
    """Raises StaleError before any gradient has changed."""
    cotangents: dict[Node, Any] = {root: np.asarray(gradient, float)}
    nodes = order(root, {})
    for node in reversed(nodes):
        if node in cotangents:
            for x, pull in zip(node.inputs, node.pulls, strict=True):
                if x.tracked and pull:
                    cotangents[x] = cotangents.get(x, 0.0) + pull(cotangents[node])
    for node in nodes:
        g = cotangents.get(node, np.zeros(node.data.shape))
        node.grad = g if node.inputs else node.grad + g
        node.has_grad = True


def zero_grad(node: Node) -> None:
    node.grad, node.has_grad = 0.0, False
