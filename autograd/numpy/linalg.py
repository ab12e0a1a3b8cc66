"""numpy.linalg, with the table's functions where it has them."""

from autograd.numpy.namespace import fill

__all__: list[str] = []

fill(globals(), "numpy.linalg")
