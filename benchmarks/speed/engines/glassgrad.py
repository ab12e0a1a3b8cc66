"""This project, eager; `GLASSGRAD_PURE=1` in the environment makes it the Python tier."""

from autograd import Value, linear, relu, sigmoid_cross_entropy, softmax_cross_entropy


def loss(layers, x, y):
    """The cross-entropy of a network, as a user writes it; weights are (outputs, inputs)."""
    for weight, bias in layers[:-1]:
        x = relu(linear(x, weight, bias))
    z = linear(x, *layers[-1])
    losses = sigmoid_cross_entropy(z, y) if y.ndim == 2 else softmax_cross_entropy(z, y)
    return losses.mean()


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
