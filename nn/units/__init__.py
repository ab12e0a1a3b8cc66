"""Micrograd's classes, on numbers or on arrays: Neuron, Layer, MLP."""

from nn.units.layer import Layer, Neuron
from nn.units.mlp import MLP

__all__ = ["MLP", "Layer", "Neuron"]
