"""Questions answered plainly, and not recorded: where elements are, how many, whether all, whether they agree."""

# fmt: off  (a table: one entry reads as one block)

from typing import Any

from autograd.ops.builders import query, sample

__all__: list[str] = []


def _some_zeros(np: Any, a: Any) -> tuple[Any, ...]:
    return (np.where(a > 0.0, a, 0.0),)


ABOUT_ZEROS: dict[str, Any] = {"args": "a", "prepare": _some_zeros}
OVER_AXES: dict[str, Any] = {**ABOUT_ZEROS, "params": {"axis": None, "keepdims": False},
    "samples": [sample((2, 3)), sample((2, 3), axis=1), sample((2, 3), keepdims=True)]}
PLACES: dict[str, Any] = {**ABOUT_ZEROS, "of_form": "data", "samples": [sample((2, 3))]}

all_ = query("all", method=True, **OVER_AXES, doc="Whether no element over axes is zero.",
    example=("all([3.0, 0.0])", "np.False_"))

any_ = query("any", method=True, **OVER_AXES, doc="Whether some element over axes is not zero.",
    example=("any([3.0, 0.0])", "np.True_"))

count_nonzero = query("count_nonzero", **OVER_AXES, doc="How many elements over axes are not zero.",
    example=("count_nonzero([3.0, 0.0])", "np.int64(1)"))

nonzero = query("nonzero", method=True, **PLACES,
    doc="The places of the elements that are not zero, an array of numbers for each axis.",
    example=("nonzero([3.0, 0.0])", "(array([0]),)"))

flatnonzero = query("flatnonzero", **PLACES, doc="The places, in one row, of the elements that are not zero.",
    example=("flatnonzero([3.0, 0.0])", "array([0])"))

argwhere = query("argwhere", **PLACES, doc="The places of the elements that are not zero, one in each row.",
    example=("argwhere([3.0, 0.0])", "array([[0]])"))

searchsorted = query("searchsorted", args="a v", params={"side": "left", "sorter": None}, method=True,
    samples=[sample((4,), (2, 3)), sample((4,), (3,), side="right"), sample((4,), None),
             sample((3,), (2,), sorter=[0, 1, 2])],
    prepare=lambda np, a, v: (np.sort(a), v),
    doc="The places in a sorted vector before which elements are to be inserted, so that it stays sorted.",
    example=("searchsorted([1.0, 2.0], 1.5)", "np.int64(1)"))

digitize = query("digitize", args="x bins", params={"right": False},
    samples=[sample((2, 3), (4,)), sample((3,), (2,), right=True), sample((), (3,))],
    prepare=lambda np, x, bins: (x, np.sort(bins)),
    doc="The number of the bin, between neighbours in a sorted vector of edges, in which each element lies.",
    example=("digitize([0.5, 1.5], [1.0, 2.0])", "array([0, 1])"))

signbit = query("signbit", args="x", samples=[sample((2, 3)), sample(())],
    doc="Whether each element has a minus sign, be it a zero or NaN.",
    example=("signbit([-0.0, 2.0])", "array([ True, False])"))

CLOSE: dict[str, Any] = {"params": {"rtol": 1e-05, "atol": 1e-08, "equal_nan": False},
    "samples": [sample((2, 3), (3,)), sample((3,), None, atol=1.0), sample((), ())]}

isclose = query("isclose", args="a b", **CLOSE,
    doc="Whether each element of a is as near to that of b as atol + rtol * |b|.",
    example=("isclose([1.0, 2.0], [1.0, 2.1])", "array([ True, False])"))

allclose = query("allclose", args="a b", **CLOSE, doc="Whether isclose holds for all elements.",
    example=("allclose([1.0, 2.0], [1.0, 2.1])", "False"))

array_equal = query("array_equal", args="a1 a2", params={"equal_nan": False},
    samples=[sample((2, 3), (2, 3)), sample((3,), (2, 3)), sample((0,), (0,))],
    doc="Whether two arrays have the same shape and elements.", example=("array_equal([1.0], [1.0])", "True"))

array_equiv = query("array_equiv", args="a1 a2", samples=[sample((1, 3), (2, 3)), sample((3,), (2,)), sample((), ())],
    doc="Whether two arrays have the same elements when broadcast to one shape.",
    example=("array_equiv([[1.0], [1.0]], 1.0)", "True"))
