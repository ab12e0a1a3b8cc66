"""The call of a module: `forward` between its hooks, and a note of it, by which a picture tells what it computed.

The note is two ticks of the engine's clock, and a node knows the tick of its birth. So neither holds on to the other:
no graph and no module lives longer for it. The latest calls of the whole process are kept; what other threads record
while a call is running lies between the same ticks.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any
from weakref import ref

from autograd.graph.value import tick

if TYPE_CHECKING:
    from nn.modules.module import Module

__all__ = ["Called"]

_CALLS: deque[tuple[int, int, ref[Module]]] = deque(maxlen=20_000)  # the latest, of many graphs: 3 MB


class Called:
    """What a module does when it is called."""

    def unnoted(self: Module, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]
        """`forward` between its hooks."""
        return self.forward(*args, **kwargs) if self._hooks is None else self._hooks.run(self, args, kwargs)

    def __call__(self: Module, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]
        begun = tick()
        output = self.unnoted(*args, **kwargs)
        _CALLS.append((begun, tick(), ref(self)))
        return output

    def named_calls(self: Module) -> list[tuple[str, int, int]]:  # type: ignore[misc]
        """The calls of this module and of all below it among the latest 20,000, in the order in which they ended.

        Each is a name, as in `named_modules`, and two ticks of the engine's clock: the nodes that the call made were
        born at the first or later, and before the second.

        >>> from nn import Linear, ReLU, Sequential
        >>> model = Sequential(Linear(2, 1), ReLU())
        >>> _ = model([1.0, 2.0])
        >>> [name for name, _, _ in model.named_calls()]
        ['0', '1', '']
        """
        names = {id(part): name for name, part in self.named_modules()}
        return [(names[id(who())], begun, over) for begun, over, who in _CALLS.copy() if id(who()) in names]
