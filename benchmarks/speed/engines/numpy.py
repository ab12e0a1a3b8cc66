"""The step that a good NumPy programmer writes by hand, without any engine: the yardstick for arrays."""

import numpy as np


def network(layers, rate):
    """Forward and backward passes with the arrays changed in place wherever nobody needs them any more."""

    def step(x, y):
        inputs = [x]
        for weight, bias in layers[:-1]:
            z = inputs[-1] @ weight
            z += bias
            inputs.append(np.maximum(z, 0.0, out=z))
        weight, bias = layers[-1]
        z = inputs[-1] @ weight
        z += bias
        loss, g = (two_classes if y.ndim == 2 else cross_entropy)(z, y)
        for i in range(len(layers) - 1, -1, -1):
            weight, bias = layers[i]
            x = inputs[i]
            slope, bias_slope = x.T @ g, g.sum(axis=0)
            if i > 0:
                g = g @ weight.T
                g *= x > 0.0
            slope *= rate
            weight -= slope
            bias_slope *= rate
            bias -= bias_slope
        return float(loss)

    return lambda array: array, step


def cross_entropy(z, y):
    """The mean over the rows, and its gradient by the logits."""
    rows = np.arange(len(y))
    z -= z.max(axis=1, keepdims=True)
    g = np.exp(z)
    total = g.sum(axis=1, keepdims=True)
    loss = (np.log(total)[:, 0] - z[rows, y]).mean()
    g /= total
    g[rows, y] -= 1.0
    g /= len(y)
    return loss, g


def two_classes(z, y):
    """The same for one logit a sample and labels 0 and 1."""
    loss = (np.logaddexp(z, 0.0) - z * y).mean()
    g = 1.0 / (1.0 + np.exp(-z))
    g -= y
    g /= len(y)
    return loss, g
