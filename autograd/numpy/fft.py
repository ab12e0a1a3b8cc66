"""numpy.fft, for plain data: complex numbers, and so the transforms of Values, are refused."""

from autograd.numpy.namespace import fill

__all__ = fill(globals(), "numpy.fft")
