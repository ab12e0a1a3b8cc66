"""What HIPS autograd keeps under `misc`: `flatten`."""

from autograd.misc.flatten import flatten

__all__ = ["flatten"]
