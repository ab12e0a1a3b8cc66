"""Small graphs for the class room, shared by its tests."""

import numpy as np

from autograd import Value, stop_gradient, tanh, topological_order


def neuron() -> Value:
    x, w, b = Value(0.5, label="x"), Value(-2.0, label="w"), Value(1.5, label="b")
    h = tanh(w * x + b)
    h.label = "h"
    y = h * x
    y.label = "y"
    return y


def layer() -> tuple[Value, dict[str, Value]]:
    w, b = Value([[1.0, -1.0], [0.5, 2.0]], label="W"), Value([0.1, 0.2], label="b")
    z = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]) @ w + b
    z.label = "z"
    loss = (z * z).mean()
    loss.label = "loss"
    return loss, {"W": w, "b": b, "z": z, "loss": loss}


def called(root: Value, label: str) -> Value:
    (found,) = (node for node in topological_order(root) if node.label == label)
    return found


def with_a_constant() -> Value:
    x = Value(2.0, label="x")
    frozen = Value(3.0, label="frozen", requires_grad=False)
    other = Value(4.0, label="cut")
    return x * frozen + stop_gradient(other)
