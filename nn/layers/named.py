"""Named: a module whose errors begin with its own printed form, so that one knows which layer of many refused."""

from __future__ import annotations

from typing import Any

from autograd.errors import GlassgradError
from nn.modules import Module

__all__ = ["Named"]


class Named(Module):
    """The base of layers: what is raised in a call names the layer in place of the operation inside it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except GlassgradError as error:
            head, has_parts, _ = repr(self).partition("\n")
            error.named(head.removesuffix("(") if has_parts else head)  # layers inside it would fill many lines
            raise
