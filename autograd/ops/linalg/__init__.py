"""Linear algebra on matrices and stacks of them.

| file                | what its entries do                               |
|---------------------|---------------------------------------------------|
| `products.py`       | products of matrices, sums of products, diagonals |
| `outer_products.py` | inner, Kronecker and cross products, powers       |
| `einsum.py`         | `einsum`                                          |
| `matrices.py`       | no entries: what the following on matrices share  |
| `linear_systems.py` | inverses, systems of linear equations             |
| `determinants.py`   | determinants and their logarithms                 |
| `decompositions.py` | Cholesky, QR, eigenvalues, singular values        |
| `least_squares.py`  | pseudo-inverse, least squares                     |
| `matrix_powers.py`  | powers and exponential of a matrix                |
| `norms.py`          | norms, condition numbers and ranks                |
"""

from autograd.ops.linalg import (
    decompositions,
    determinants,
    einsum,
    least_squares,
    linear_systems,
    matrices,
    matrix_powers,
    norms,
    outer_products,
    products,
)

__all__ = [
    "decompositions",
    "determinants",
    "einsum",
    "least_squares",
    "linear_systems",
    "matrices",
    "matrix_powers",
    "norms",
    "outer_products",
    "products",
]
