"""This project, replaying what it recorded; `GLASSGRAD_PURE=1` in the environment makes it the Python tier."""

import time

from autograd import replay
from engines.glassgrad import loss as network_loss
from engines.glassgrad import one_epoch, trained


def network(layers, rate):
    parameters = [(weight.T.copy(), bias) for weight, bias in layers]
    program = replay(network_loss)

    def step(x, y):
        value, slopes = program.value_and_grad(parameters, x, y)
        for layer, slope in zip(parameters, slopes, strict=True):
            for p, g in zip(layer, slope, strict=True):
                g *= rate  # in place, as NumPy by hand does
                p -= g
        return float(value)

    return lambda array: array, step


def timed_gradient(loss):
    """Seconds, loss and gradient of a replayed function of weights; apart, the seconds of its two walks alone."""
    program = replay(loss)

    def run(weights):
        start = time.perf_counter()
        value, gradient = program.value_and_grad(weights)
        seconds = time.perf_counter() - start
        numbers = [p for matrix in weights.values() for row in matrix for p in row]
        runner = program._latest.runner  # behind the public call, which takes nestings apart and puts them together
        start = time.perf_counter()
        runner.run(numbers)
        walks = time.perf_counter() - start
        return {"forward and backward": seconds, "walks alone": walks}, value, gradient

    return run


def recording(loss, weights):
    """Record, and replay once, in a program of its own."""
    return replay(loss).value_and_grad(weights)


def classifier(name, state):
    _, optimizer, step = trained(name, state)
    program = replay(step)
    return lambda x, y, order: one_epoch(optimizer, lambda x, y: float(program.backward(x, y)), x, y, order)
