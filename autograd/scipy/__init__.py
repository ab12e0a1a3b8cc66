"""What HIPS autograd keeps under `scipy`: `special`. SciPy itself need not be installed."""

from autograd.scipy import special

__all__ = ["special"]
