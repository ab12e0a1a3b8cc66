"""Operations on each element alone.

| file               | what its entries do                                     |
|--------------------|---------------------------------------------------------|
| `predicates.py`    | comparisons and questions, answered 0 or 1              |
| `selection.py`     | `where`, `stop_gradient`, and `defined` for rules       |
| `arithmetic.py`    | arithmetic, roots, extrema of two, rounding             |
| `exponential.py`   | powers, exponentials, logarithms, hyperbolic functions  |
| `trigonometric.py` | trigonometric functions                                 |
| `special.py`       | error functions, sinc, logit                            |
| `gamma.py`         | the gamma function, its logarithm and derivatives, beta |
| `activations.py`   | activation functions                                    |
"""

from autograd.ops.elementwise import (
    activations,
    arithmetic,
    exponential,
    gamma,
    predicates,
    selection,
    special,
    trigonometric,
)

__all__ = ["activations", "arithmetic", "exponential", "gamma", "predicates", "selection", "special", "trigonometric"]
