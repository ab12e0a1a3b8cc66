"""What each program of the stress tests begins with: graphs of several shapes, of any size."""

PREAMBLE = """
import atexit, collections, copy, faulthandler, gc, pickle, random, sys, threading
import autograd
from autograd import Value, gradients, no_grad
from autograd.extend import defvjp, primitive
faulthandler.enable()
MANY = 1_000_000 if autograd.backend == "compiled" else 20_000

def resident():
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * 4096 / 2**20
    except OSError:  # not on Linux
        return 0.0

def chain(x, n):
    for _ in range(n // 4):
        x = 2.0 - (x + 1e-6) * 0.5
        x = x.tanh()
    return x

def fan(x, n):
    parts = [x * i for i in range(n // 2)]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total

def diamonds(x, n):
    for _ in range(n // 3):
        x = x * 0.5 + x * 0.5
    return x

def calls(x, n):
    for _ in range(n // 40):
        x = autograd.where(x > 0, x, 1.0) + autograd.clip(x, -2.0, 2.0) * 1e-3
    return x

def tree(x, n):
    level = [x + i for i in range(n // 2)]
    while len(level) > 1:
        level = [a * b for a, b in zip(level[::2], level[1::2])]
    return level[0]

SHAPES = [chain, fan, diamonds, calls, tree]
"""
