"""The call of a module: `forward` between its hooks, and a note of it, by which a picture tells what it computed.

The note is two ticks of the engine's clock, and a node knows the tick of its birth. So neither holds on to the other:
no graph and no module lives longer for it.
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
    """The base of modules."""

    def __call__(self: Module, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]
        begun = tick()
        output = self.forward(*args, **kwargs) if self._hooks is None else self._hooks.run(self, args, kwargs)
        _CALLS.append((begun, tick(), ref(self)))
        return output

    def named_calls(self: Module) -> list[tuple[str, int, int]]:  # type: ignore[misc]
        """The latest calls of this module and of all below it, in the order in which they ended.

        Each is a name, as in `named_modules`, and two ticks of the engine's clock: the nodes that the call made were
        born at the first or later, and before the second. Calls of a Neuron are not noted: that would slow it down.

        >>> from nn import Linear, ReLU, Sequential
        >>> model = Sequential(Linear(2, 1), ReLU())
        >>> _ = model([1.0, 2.0])
        >>> [name for name, _, _ in model.named_calls()]
        ['0', '1', '']
        """
        names = {id(part): name for name, part in self.named_modules()}
        return [(names[id(who())], begun, over) for begun, over, who in _CALLS.copy() if id(who()) in names]
