"""Optimizers, under PyTorch's names (`torch.optim`)."""

from nn.optim.optimizers import SGD, Adam, Optimizer

__all__ = ["SGD", "Adam", "Optimizer"]
