"""The table: one entry per operation, from which everything else follows.

| file            | what it holds                                                              |
|-----------------|----------------------------------------------------------------------------|
| `builders.py`   | what an entry is made with, and both rules it implies                      |
| `axes.py`       | no entries: axes as NumPy names them                                       |
| `calling.py`    | composites called in an order of their own                                 |
| `optional.py`   | no entries: SciPy, where it is installed                                   |
| `elementwise/`  | on each element alone: arithmetic, functions of a number, activations      |
| `manipulation/` | moving, copying, joining and picking elements                              |
| `along_axes/`   | sums and products, order, statistics, differences, softmax, questions      |
| `linalg/`       | matrices: products, systems, decompositions, norms                         |
| `windows/`      | windows that slide over axes: convolution, pooling                         |
| `protocols.py`  | no entries: NumPy's and SciPy's own functions called on Values             |
| `attributes.py` | no entries: attributes that NumPy's arrays have, such as T                 |

A folder uses those above it, and none below.
"""

from autograd.graph.value import TABLE
from autograd.ops import along_axes, attributes, elementwise, linalg, manipulation, protocols, windows

__all__ = ["TABLE", "along_axes", "attributes", "elementwise", "linalg", "manipulation", "protocols", "windows"]
