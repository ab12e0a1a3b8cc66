"""A scalar engine in the manner of the well-known 200-line GPT, in our own words: a peer that no package offers.

A node has slots, keeps its operands and its derivatives by them in two tuples, and orders the graph by recursion.
"""

from __future__ import annotations

import math


class Value:
    """A number that remembers what it was computed from."""

    __slots__ = ("data", "grad", "operands", "slopes")

    def __init__(self, data, operands=(), slopes=()):
        self.data = data
        self.grad = 0
        self.operands = operands
        self.slopes = slopes

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n):
        return Value(self.data**n, (self,), (n * self.data ** (n - 1),))

    def exp(self):
        z = math.exp(self.data)
        return Value(z, (self,), (z,))

    def log(self):
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def relu(self):
        return Value(max(0, self.data), (self,), (float(self.data > 0),))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        return self * other**-1

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return other * self**-1

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for x in node.operands:
                    visit(x)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            for x, slope in zip(node.operands, node.slopes):  # noqa: B905 - as its users have it
                x.grad += slope * node.grad
