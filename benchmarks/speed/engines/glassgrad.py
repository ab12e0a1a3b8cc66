"""This project, eager; `GLASSGRAD_PURE=1` in the environment makes it the Python tier."""

from classifiers import BATCH, RATE

import nn
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


def classifier(name, state):
    _, optimizer, step = trained(name, state)

    def backward(x, y):
        loss = step(x, y)
        loss.backward(leaves_only=True)
        return loss.item()

    return lambda x, y, order: one_epoch(optimizer, backward, x, y, order)


def trained(name, state):
    """The model with these weights, its optimizer, and the loss of a batch."""
    options = {"dtype": "float32"}
    layers = {
        "mlp": lambda: [
            *(nn.Linear(64, 128, **options), nn.ReLU()),
            *(nn.Linear(128, 64, **options), nn.ReLU()),
            nn.Linear(64, 10, **options),
        ],
        "cnn": lambda: [
            *(nn.Conv2d(1, 16, 3, padding=1, **options), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1, **options), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(128, 10, **options)),
        ],
    }
    model = nn.Sequential(*layers[name]())
    model.load_state_dict(state)
    return model, nn.optim.Adam(model.parameters(), RATE), lambda x, y: nn.functional.cross_entropy(model(x), y)


def one_epoch(optimizer, backward, x, y, order):
    total = 0.0
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        optimizer.zero_grad()
        total += backward(x[rows], y[rows]) * len(rows)
        optimizer.step()
    return total / len(order)
