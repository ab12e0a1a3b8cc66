"""Operations along axes: sums and products, order, statistics, differences, questions.

| file               | what its entries do                                      |
|--------------------|----------------------------------------------------------|
| `reductions.py`    | sums, extrema, moments, norms over axes                  |
| `accumulations.py` | products over axes, running sums and products            |
| `softmax.py`       | shares of a whole along an axis                          |
| `sorting.py`       | order: sorting, places, quantiles                        |
| `statistics.py`    | without NaN, weighted, ranges, covariances               |
| `calculus.py`      | differences, slopes on a grid, integrals, interpolation  |
| `queries.py`       | plain answers: where elements are, how many, whether all |
"""

from autograd.ops.along_axes import accumulations, calculus, queries, reductions, softmax, sorting, statistics

__all__ = ["accumulations", "calculus", "queries", "reductions", "softmax", "sorting", "statistics"]
