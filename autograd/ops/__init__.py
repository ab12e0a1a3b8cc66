"""The table: one entry per operation, from which everything else follows.

| file               | what its entries do                                       |
|--------------------|-----------------------------------------------------------|
| `builders.py`      | what an entry is made with, and both rules it implies     |
| `predicates.py`    | comparisons and questions, answered 0 or 1                |
| `selection.py`     | `where`, `stop_gradient`, and `defined` for rules         |
| `arithmetic.py`    | arithmetic, roots, extrema of two, rounding               |
| `exponential.py`   | powers, exponentials, logarithms, hyperbolic functions    |
| `trigonometric.py` | trigonometric functions                                   |
| `special.py`       | error functions, sinc, logit                              |
| `gamma.py`         | the gamma function, its logarithm and derivatives, beta   |
| `indexing.py`      | indexing and `.at[...]` updates                           |
| `calling.py`       | no entries: composites called in an order of their own    |
| `shaping.py`       | shapes, axes and their order, broadcasting, dtypes        |
| `stacking.py`      | joining and splitting                                     |
| `filling.py`       | arrays made of a few elements                             |
| `picking.py`       | choosing elements by place, number or condition           |
| `arranging.py`     | shifting, repeating, padding, triangles and diagonals     |
| `queries.py`       | plain answers: where elements are, how many, whether all  |
| `reductions.py`    | sums, extrema, moments, norms over axes                   |
| `accumulations.py` | products over axes, running sums and products             |
| `sorting.py`       | order: sorting, places, quantiles                         |
| `activations.py`   | activation functions                                      |
| `products.py`      | products of matrices, sums of products, diagonals         |
| `einsum.py`        | `einsum`                                                  |
| `outer_products.py`| inner, Kronecker and cross products, powers               |
| `matrices.py`      | no entries: what the following on matrices share          |
| `linear_systems.py`| inverses, systems of linear equations                     |
| `determinants.py`  | determinants and their logarithms                         |
| `decompositions.py`| Cholesky, QR, eigenvalues, singular values                |
| `least_squares.py` | pseudo-inverse, least squares                             |
| `matrix_powers.py` | powers and exponential of a matrix                        |
| `norms.py`         | norms of vectors and matrices, condition numbers          |
| `statistics.py`    | without NaN, weighted, ranges, covariances                |
| `calculus.py`      | differences, slopes on a grid, integrals, interpolation   |
| `windows.py`       | windows that slide over axes, and their adjoint           |
| `convolution.py`   | convolutions of sequences, signals and images             |
| `pooling.py`       | maxima and means of windows                               |
| `protocols.py`     | no entries: NumPy's own functions called on Values        |
"""

from autograd.graph.value import TABLE
from autograd.ops import (
    accumulations,
    activations,
    arithmetic,
    arranging,
    calculus,
    calling,
    convolution,
    decompositions,
    determinants,
    einsum,
    exponential,
    filling,
    gamma,
    indexing,
    least_squares,
    linear_systems,
    matrices,
    matrix_powers,
    norms,
    outer_products,
    picking,
    pooling,
    predicates,
    products,
    protocols,
    queries,
    reductions,
    selection,
    shaping,
    sorting,
    special,
    stacking,
    statistics,
    trigonometric,
    windows,
)

__all__ = [
    "TABLE",
    "accumulations",
    "activations",
    "arithmetic",
    "arranging",
    "calculus",
    "calling",
    "convolution",
    "decompositions",
    "determinants",
    "einsum",
    "exponential",
    "filling",
    "gamma",
    "indexing",
    "least_squares",
    "linear_systems",
    "matrices",
    "matrix_powers",
    "norms",
    "outer_products",
    "picking",
    "pooling",
    "predicates",
    "products",
    "protocols",
    "queries",
    "reductions",
    "selection",
    "shaping",
    "sorting",
    "special",
    "stacking",
    "statistics",
    "trigonometric",
    "windows",
]
