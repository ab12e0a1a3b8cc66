"""numpy.linalg; its functions record nodes on Values where the table has them."""

from autograd.numpy.namespace import fill

__all__ = fill(globals(), "numpy.linalg")
