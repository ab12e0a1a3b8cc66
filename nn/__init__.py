"""Networks on the engine: modules, micrograd's units on numbers and arrays, losses and optimizers."""

from autograd._installation import check_installation

check_installation()

from nn import functional, optim
from nn.layers import Layer, Neuron
from nn.mlp import MLP
from nn.module import Module

__all__ = ["MLP", "Layer", "Module", "Neuron", "functional", "optim"]
