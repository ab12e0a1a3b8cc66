"""micrograd; `exp` and `log`, which it lacks, are added in its own manner."""

import math

from micrograd.engine import Value


def exp(self):
    out = Value(math.exp(self.data), (self,), "exp")

    def _backward():
        self.grad += out.data * out.grad

    out._backward = _backward
    return out


def log(self):
    out = Value(math.log(self.data), (self,), "log")

    def _backward():
        self.grad += out.grad / self.data

    out._backward = _backward
    return out


Value.exp, Value.log = exp, log
