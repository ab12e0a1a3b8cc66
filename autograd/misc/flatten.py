"""flatten: any nesting of numbers and arrays as one vector, and back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Any

from autograd.errors import ShapeError
from autograd.functional.containers import leaves, rebuilt
from autograd.graph.value import TABLE, Value

__all__ = ["flatten", "flatten_func"]


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The pair (vector, unflatten) of a nesting of numbers, arrays and Values in dict, list and tuple.

    `unflatten` maps a vector of that length back to the nesting, each leaf in its own shape and dtype; both can be
    differentiated.

    Raises:
        ShapeError: from unflatten, for a vector of another length.

    >>> vector, unflatten = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> vector
    array([1., 2., 3.])
    >>> unflatten(vector)
    {'w': [1.0, 2.0], 'b': 3.0}
    """
    from autograd.arrays import np

    parts = leaves(value)
    shapes = [tuple(getattr(x, "shape", ())) for x in parts]
    ends = [0, *accumulate(int(np.prod(shape)) for shape in shapes)]

    def unflatten(vector: Any) -> Any:
        if getattr(vector, "shape", None) != (ends[-1],):
            raise ShapeError(
                f"unflatten: found a vector of shape {getattr(vector, 'shape', ())}; expected ({ends[-1]},), the "
                "number of elements that flatten found."
            )
        pieces = [vector[start:end] for start, end in pairwise(ends)]
        return rebuilt(value, [_shaped(*part) for part in zip(pieces, shapes, parts, strict=True)])

    if not parts:
        return np.zeros(0), unflatten
    return TABLE["concatenate"]([TABLE["reshape"](x, (-1,)) for x in parts]), unflatten


def _shaped(piece: Any, shape: tuple[int, ...], like: Any) -> Any:
    """A piece of the vector in the form of the leaf that it came from."""
    if isinstance(like, (int, float)) or (type(like) is Value and type(like.data) is float):
        return TABLE["as_number"](piece[0]) if type(piece) is Value else float(piece[0])
    return TABLE["astype"](TABLE["reshape"](piece, shape), like.dtype if like.dtype.kind == "f" else piece.dtype)


def flatten_func(f: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Callable[[Any], Any], Any]:
    """The triple (f of a vector, unflatten, vector) for a function whose first argument is a nesting like the example.

    The function's result is flattened as well.

    >>> from autograd import grad
    >>> loss, unflatten, vector = flatten_func(lambda p: p["w"] * p["b"], {"w": 2.0, "b": 3.0})
    >>> float(loss(vector)[0])
    6.0
    """
    vector, unflatten = flatten(example)
    return lambda v, *args, **kwargs: flatten(f(unflatten(v), *args, **kwargs))[0], unflatten, vector
