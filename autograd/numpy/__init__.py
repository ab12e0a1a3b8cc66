"""NumPy under another name: on plain data its own functions, on Values those of the table.

    import autograd.numpy as np

Code written for HIPS autograd runs on this engine with that line as it is. Not here: assignment to elements
(`v.at[index].set(x)` gives a new array), complex numbers and `np.fft` of Values; errors say so.

>>> import autograd.numpy as np
>>> from autograd import grad
>>> grad(lambda x: np.sum(np.sin(x) ** 2))(np.array([0.0, 1.0]))
array([0.        , 0.90929743])
"""

from autograd.numpy import linalg
from autograd.numpy.namespace import array, fill, where

asarray = asanyarray = array
__all__ = ["array", "asanyarray", "asarray", "linalg", "where"]
__all__ += [name for name in fill(globals(), "numpy") if name not in __all__]
