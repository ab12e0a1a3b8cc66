"""Named: a module whose errors begin with its own printed form, so that one knows which layer of many refused."""

from __future__ import annotations

from typing import Any

from autograd.errors import DtypeError, GlassgradError
from nn.modules import Module

__all__ = ["Named"]


class Named(Module):
    """The base of layers: what is raised in a call names the layer in place of the operation inside it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except GlassgradError as error:
            head, has_parts, _ = repr(self).partition("\n")
            name = head.removesuffix("(") if has_parts else head  # layers inside it would fill many lines
            if args and isinstance(args[0], tuple) and len(args[0]) == 2 and getattr(args[0][0], "ndim", 0) > 1:
                raise DtypeError(
                    f"{name}: found a pair of arrays; expected one. A recurrent layer gives (output, state): hand on "
                    "lstm(x)[0], in the forward of a Module of your own where it stands in a Sequential."
                ) from error
            error.named(name)
            raise
