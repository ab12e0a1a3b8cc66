"""Windows that slide over axes, and what is made of them.

| file             | what its entries do                             |
|------------------|-------------------------------------------------|
| `sliding.py`     | windows that slide over axes, and their adjoint |
| `convolution.py` | convolutions of sequences, signals and images   |
| `pooling.py`     | maxima and means of windows                     |
"""

from autograd.ops.windows import convolution, pooling, sliding

__all__ = ["convolution", "pooling", "sliding"]
