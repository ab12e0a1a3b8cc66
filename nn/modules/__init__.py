"""What holds parameters: Module, and the containers that are made of modules."""

from nn.modules.containers import ModuleDict, ModuleList, Sequential
from nn.modules.module import Module

__all__ = ["Module", "ModuleDict", "ModuleList", "Sequential"]
