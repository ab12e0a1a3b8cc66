"""NumPy under another name: what the table has is the table's, everything else is NumPy's own.

    import autograd.numpy as np

Code written for HIPS autograd runs on this engine with that line as it is. On raw data every function gives what
NumPy's gives; on Values it records nodes. Not here: assignment to elements (`v.at[index].set(x)` gives a new array),
complex numbers, and `np.fft`; each is refused with an error that says so.

>>> import autograd.numpy as np
>>> from autograd import grad
>>> grad(lambda x: np.sum(np.sin(x) ** 2))(np.array([0.0, 1.0]))
array([0.        , 0.90929743])
"""

from autograd.numpy import linalg
from autograd.numpy.namespace import array, fill, where

__all__ = ["array", "asanyarray", "asarray", "linalg", "where"]

fill(globals(), "numpy")
asarray = asanyarray = array
