"""This project, eager; `GLASSGRAD_PURE=1` in the environment makes it the Python tier."""

from autograd import Value, linear, logsumexp, relu


def loss(layers, x, y):
    """The cross-entropy of a network, as a user writes it; weights are (outputs, inputs)."""
    import numpy as np  # here, so that programs on numbers run as they do for users: without NumPy

    for weight, bias in layers[:-1]:
        x = relu(linear(x, weight, bias))
    z = linear(x, *layers[-1])
    if y.ndim == 2:
        return (z.softplus() - z * y).mean()
    return (logsumexp(z, axis=1) - z[np.arange(len(y)), y]).mean()


def network(layers, rate):
    parameters = [(Value(weight.T.copy()), Value(bias)) for weight, bias in layers]

    def step(x, y):
        value = loss(parameters, x, y)
        value.backward()
        for layer in parameters:
            for p in layer:
                p.data -= rate * p.grad
                p.zero_grad()
        return value.item()

    return lambda array: array, step


def one_element():
    return Value([1.0])


def differentiate(chain, x):
    chain(x).backward([1.0])
