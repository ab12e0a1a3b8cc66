"""replay: a function recorded once, and run again without building a graph.

What it is made of is loaded by the first program: most users never make one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.replaying.program import Program

__all__ = ["Program", "replay"]


def replay(f: Callable[..., Any]) -> Program:
    """f, recorded once per structure of its arguments, and replayed at each later call without building a graph.

    >>> program = replay(lambda x, y: x * x + y)
    >>> program(3.0, 1.0), program.value_and_grad(3.0, 1.0)
    (10.0, (10.0, 6.0))
    """
    from autograd.functional.transforming import checked
    from autograd.replaying.program import Program

    return Program(checked("replay", f))


def __getattr__(name: str) -> Any:
    if name == "Program":
        from autograd.replaying.program import Program

        return Program
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
