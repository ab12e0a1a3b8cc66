"""replay: a function recorded once, and run again without building a graph."""

from autograd.replaying.program import Program, replay

__all__ = ["Program", "replay"]
