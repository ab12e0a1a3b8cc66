"""HIPS autograd."""

import autograd.numpy as np
from autograd import grad, value_and_grad
from autograd.scipy.special import logsumexp


def network(layers, rate):
    def loss(layers, x, y):
        for weight, bias in layers[:-1]:
            x = np.maximum(np.dot(x, weight) + bias, 0.0)
        weight, bias = layers[-1]
        z = np.dot(x, weight) + bias
        if y.ndim == 2:
            return np.mean(np.logaddexp(z, 0.0) - z * y)
        return np.mean(logsumexp(z, axis=1) - z[np.arange(len(y)), y])

    differentiated = value_and_grad(loss)

    def step(x, y):
        value, slopes = differentiated(layers, x, y)
        for layer, slope in zip(layers, slopes, strict=True):
            for p, g in zip(layer, slope, strict=True):
                p -= rate * g
        return float(value)

    return lambda array: array, step


def one_element():
    return np.ones(1)


def differentiate(chain, x):
    grad(lambda x: chain(x)[0])(x)
