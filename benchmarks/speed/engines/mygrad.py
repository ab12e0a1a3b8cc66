"""MyGrad."""

import mygrad
from mygrad.nnet.activations import relu
from mygrad.nnet.losses import softmax_crossentropy


def network(layers, rate):
    parameters = [(mygrad.tensor(weight), mygrad.tensor(bias)) for weight, bias in layers]

    def step(x, y):
        for weight, bias in parameters[:-1]:
            x = relu(x @ weight + bias)
        weight, bias = parameters[-1]
        z = x @ weight + bias
        loss = mygrad.mean(mygrad.logaddexp(z, 0.0) - z * y) if y.ndim == 2 else softmax_crossentropy(z, y)
        loss.backward()
        for layer in parameters:
            for p in layer:
                p.data -= rate * p.grad
                p.null_grad()
        return loss.item()

    return lambda array: array, step


def one_element():
    return mygrad.ones(1)


def differentiate(chain, x):
    chain(x).backward()
