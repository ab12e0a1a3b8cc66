"""The modes of a model's modules, training or evaluation, over a block of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nn.modules import Module

__all__ = ["evaluating", "modes_kept"]


@contextmanager
def modes_kept(model: Module) -> Iterator[None]:
    """A block after which each module of a model goes back to the mode that it had."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """A block in which a model is in evaluation; its modules go back to the modes that they had."""
    with modes_kept(model):
        model.eval()
        yield
