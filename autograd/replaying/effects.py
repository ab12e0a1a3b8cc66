"""What a replayed function takes and leaves anew at each call, besides arguments and result: draws, running statistics.

The recorder hands it over; the functions that draw and observe say so themselves (`nn.effects`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.graph.value import Value

__all__ = ["Effects"]


class Effects:
    """Makers of random data, whose draws are further inputs of a program, and observers of further outputs."""

    def __init__(self) -> None:
        self.observed: list[Value] = []  # while f is recorded: what is looked at
        self._makers: list[Callable[[], Any]] = []
        self._observers: list[tuple[Callable[..., None], list[Any]]] = []  # each with its values, computed ones as ...
        self._made: list[Any] = []  # by the makers, for the call that comes next

    def __bool__(self) -> bool:
        return bool(self._makers or self._observers)

    def __len__(self) -> int:
        return len(self._makers)

    # ---- while f is recorded ----

    def draw(self, make: Callable[[], Any]) -> Any:
        """What `make` gives: it serves the first call, which comes right after the recording, and is made anew then."""
        data = make()
        self._makers.append(make)
        self._made.append(data)
        return data

    def observe(self, commit: Callable[..., None], values: Sequence[Any]) -> None:
        """Let `commit` have the data of values at each call."""
        self._observers.append((commit, [... if type(x) is Value else x for x in values]))
        self.observed += [x for x in values if type(x) is Value]

    # ---- at each call ----

    def inputs(self) -> list[Any]:
        """The draws of a call; a call that is tried again, as a decision has another outcome, gets the same."""
        if not self._made:
            self._made = [make() for make in self._makers]
        return self._made

    def happened(self, outputs: Sequence[Any]) -> None:
        """A call is through; `outputs` ends with what is observed."""
        self._made = []
        count = sum(x is ... for _, values in self._observers for x in values)
        computed = iter(outputs[len(outputs) - count :])
        for commit, values in self._observers:
            commit(*[next(computed) if x is ... else x for x in values])
