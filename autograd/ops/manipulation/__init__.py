"""Operations that move, copy, join and pick elements.

| file           | what its entries do                                   |
|----------------|-------------------------------------------------------|
| `shaping.py`   | shapes, axes and their order, broadcasting, dtypes    |
| `indexing.py`  | indexing and `.at[...]` updates                       |
| `stacking.py`  | joining and splitting                                 |
| `picking.py`   | choosing elements by place, number or condition       |
| `arranging.py` | shifting, repeating, padding, triangles and diagonals |
| `filling.py`   | arrays made of a few elements                         |
"""

from autograd.ops.manipulation import arranging, filling, indexing, picking, shaping, stacking

__all__ = ["arranging", "filling", "indexing", "picking", "shaping", "stacking"]
