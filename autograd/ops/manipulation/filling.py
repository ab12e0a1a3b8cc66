"""Arrays made of a few elements: filled with one, or evenly spaced between two."""

# fmt: off  (a table: one entry reads as one block)

import math
from typing import Any

from autograd.errors import ArgumentError
from autograd.ops.builders import composite, query, sample, shape_of
from autograd.ops.calling import called
from autograd.ops.manipulation.shaping import astype, broadcast_to, copy_, moveaxis

__all__: list[str] = []


def _full(fill_value: Any, shape: Any, dtype: Any) -> Any:
    z = copy_(broadcast_to(fill_value, shape))  # not a view of one element, which nobody could write into
    return z if dtype is None or z.dtype == dtype else astype(z, dtype)


def _full_like(a: Any, fill_value: Any, dtype: Any, shape: Any) -> Any:
    return _full(fill_value, shape_of(a) if shape is None else shape, dtype or getattr(a, "dtype", None))


full = called("full", _full, args="fill_value", params={"shape": ..., "dtype": None}, call="shape fill_value dtype",
    samples=[sample(None, shape=(2, 3)), sample((3,), shape=(2, 3)), sample((), shape=2, dtype="float64")],
    reference=lambda np, fill_value, shape, dtype: np.full(shape, fill_value, dtype),
    doc="An array of the given shape, filled with an element, or with an array that is broadcast to it.",
    example=("full(2, 5.0)", "array([5., 5.])"))

full_like = composite("full_like", _full_like, args="a fill_value", params={"dtype": None, "shape": None},
    samples=[sample((2, 3), None), sample((2, 3), (3,)), sample((3,), (), shape=(2, 2))],
    doc="An array in the shape and dtype of a, unless others are given, filled with an element or an array.",
    example=("full_like([1.0, 2.0], 5.0)", "array([5., 5.])"))


def _like(name: str, filling: str, example: str) -> Any:
    return query(name, of_form="operands", args="a", params={"dtype": None, "shape": None},
        samples=[sample((2, 3)), sample((3,), dtype="float32"), sample((), shape=(2,))],
        doc=f"A plain array of {filling} in the shape and dtype of a, unless others are given.",
        example=(f"{name}([2.0, 3.0])", example))


zeros_like = _like("zeros_like", "zeros", "array([0., 0.])")
ones_like = _like("ones_like", "ones", "array([1., 1.])")


def _linspace(start: Any, stop: Any, num: int, endpoint: bool, retstep: bool, dtype: Any, axis: int) -> Any:
    from autograd.arrays import np

    if num < 0:
        raise ArgumentError(f"found num={num}; expected how many elements there are to be.")
    gaps = num - bool(endpoint)
    way = stop - start
    steps = np.arange(num, dtype=getattr(way, "dtype", float)) / max(gaps, 1)
    z = start + way * np.reshape(steps, (num,) + (1,) * len(shape_of(way)))
    z = moveaxis(z, 0, axis) if axis else z
    z = z if dtype is None else astype(z, dtype)
    return (z, way * (1.0 / gaps if gaps > 0 else math.nan)) if retstep else z


linspace = composite("linspace", _linspace, args="start stop",
    params={"num": 50, "endpoint": True, "retstep": False, "dtype": None, "axis": 0},
    samples=[sample(None, None), sample((), (), num=3), sample((2, 1), (3,), num=4, endpoint=False),
             sample((3,), None, num=2, axis=-1), sample((2,), (2,), num=1), sample(None, (2,), num=0),
             sample((2,), (2,), num=3, retstep=True)],
    doc="So many evenly spaced elements from start to stop, along a new axis; with retstep, their distance as well.",
    example=("linspace(0.0, 1.0, 3)", "array([0. , 0.5, 1. ])"))
