"""numpy.random: NumPy's own, for programs that import it from here."""

from autograd.numpy.namespace import fill

__all__ = fill(globals(), "numpy.random")
