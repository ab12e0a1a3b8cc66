"""What HIPS autograd keeps under `scipy`: `special`. SciPy itself need not be installed."""

import autograd.scipy.special as special

__all__ = ["special"]
