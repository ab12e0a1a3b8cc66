"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd
from autograd import Value
from autograd.errors import ShapeError
from nn.arguments import as_array
from nn.utils.clipping import leaves

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Value]) -> Value:
    """The elements of all parameters one after the other, recorded.

    >>> parameters_to_vector([Value(1.0), Value([[2.0], [3.0]])])
    Value(data=array([1., 2., 3.]))
    """
    flat = [p.reshape((-1,)) for p in leaves("parameters_to_vector", parameters)]
    vector: Value = autograd.concatenate(flat)
    return vector


def vector_to_parameters(vec: Any, parameters: Iterable[Value]) -> None:
    """Put the elements of a vector into the parameters, the other way round: all of it or, on an error, nothing.

    Raises:
        ShapeError: unless it has one axis and as many elements as the parameters.

    >>> x, y = Value(0.0), Value([[0.0], [0.0]])
    >>> vector_to_parameters([1.0, 2.0, 3.0], [x, y])
    >>> x.data, y.data.tolist()
    (1.0, [[2.0], [3.0]])
    """
    import numpy as np

    data = as_array("vector_to_parameters", vec).astype(float)
    targets = leaves("vector_to_parameters", parameters)
    sizes = [p.size for p in targets]
    if np.shape(data) != (sum(sizes),):
        raise ShapeError(f"vector_to_parameters: found a vector of shape {np.shape(data)}; expected ({sum(sizes)},).")
    for p, part in zip(targets, np.split(data, np.cumsum(sizes)[:-1]), strict=True):
        p.data = part.item() if isinstance(p.data, float) else part.reshape(p.shape).astype(p.dtype)
