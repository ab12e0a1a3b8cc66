"""Micrograd's classes, on numbers or on arrays: Neuron, Layer, MLP; and units of other kinds, Maxout and Perceptron."""

from nn.units.layer import Layer, Neuron
from nn.units.maxout import Maxout
from nn.units.mlp import MLP
from nn.units.perceptron import Perceptron

__all__ = ["MLP", "Layer", "Maxout", "Neuron", "Perceptron"]
