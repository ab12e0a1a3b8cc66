"""Functions that are called around the call of a module, under PyTorch's names and rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.errors import DtypeError

if TYPE_CHECKING:
    from nn.modules.module import Module

__all__ = ["Hook", "Hooks", "RemovableHandle"]

Hook = Callable[..., Any]


class RemovableHandle:
    """What registering a hook gives: `remove()`, or the end of a `with` block, takes the hook away again."""

    def __init__(self, hooks: list[RemovableHandle], hook: Hook) -> None:
        self.hook = hook
        self._hooks = hooks
        hooks.append(self)

    def remove(self) -> None:
        """Take the hook away; once more does nothing."""
        self._hooks[:] = [handle for handle in self._hooks if handle is not self]

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Hooks:
    """The hooks of one module, in the order of their registration."""

    def __init__(self) -> None:
        self.before: list[RemovableHandle] = []
        self.after: list[RemovableHandle] = []

    def run(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call `module.forward` between its hooks; what one returns, if not None, takes the place of what it got."""
        for handle in list(self.before):  # a hook may remove itself
            changed = handle.hook(module, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        output = module.forward(*args, **kwargs)
        for handle in list(self.after):
            changed = handle.hook(module, args, output)
            output = output if changed is None else changed
        return output


def registered(hooks: list[RemovableHandle], hook: object) -> RemovableHandle:
    """Add a hook to its list."""
    if not callable(hook):
        raise DtypeError(f"hook: found {hook!r}; expected a function, such as lambda module, args, output: None.")
    return RemovableHandle(hooks, hook)
