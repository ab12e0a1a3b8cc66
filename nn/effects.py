"""What a forward pass takes from outside and leaves behind, besides its result: random draws and running statistics.

Told of them, a program to be replayed draws anew at each call, and hands over at each what is to be kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Value
from autograd.graph.value import replaying

__all__ = ["drawn", "observed"]


def drawn(make: Callable[[], Any]) -> Any:
    """The plain random data that a forward pass needs, a float or an array; in a replayed function a Value holds it.

    Args:
        make: draws it, of the same shape and dtype each time. A program keeps it: it should hold on to shapes, not to
            Values.

    >>> import random
    >>> from autograd import replay
    >>> source = random.Random(0)
    >>> noisy = replay(lambda x: x + drawn(source.random))
    >>> noisy(1.0) == noisy(1.0)
    False
    """
    recorder = replaying()
    return make() if recorder is None else recorder.drawn(make)


def observed(commit: Callable[..., None], *values: Any) -> None:
    """Hand the plain data of computed values, Values or not, to `commit`, which keeps it.

    Args:
        commit: is called with the data: at once, or in a replayed function after each call.
        values: what it is called with.

    >>> from autograd import replay
    >>> seen = []
    >>> def f(x):
    ...     y = x * x
    ...     observed(seen.append, y)
    ...     return y + 1.0
    >>> program = replay(f)
    >>> program(3.0), program(4.0), seen
    (10.0, 17.0, [9.0, 16.0])
    """
    recorder = replaying()
    if recorder is not None:
        recorder.observed(commit, *values)
    else:
        commit(*(value.detach() if isinstance(value, Value) else value for value in values))
