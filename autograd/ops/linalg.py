"""Products of vectors, matrices and stacks of them; diagonals."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from functools import cached_property
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, BoundsError, ShapeError
from autograd.graph.entry import plain_operands
from autograd.ops.builders import Composite, composite, linear, sample, shape_of
from autograd.ops.indexing import getitem, scatter
from autograd.ops.reductions import sum_
from autograd.ops.shaping import (
    broadcast_to,
    expand_dims,
    moveaxis,
    ravel,
    reshape,
    squeeze,
    sum_to,
    swapaxes,
    transpose,
)

if TYPE_CHECKING:
    from inspect import Signature

__all__: list[str] = []


def _ndim(x: Any) -> int:
    return len(shape_of(x))


def _as_matrices(g: Any, x: Any, y: Any) -> Any:
    """The cotangent with the axes that matmul drops for vectors."""
    if _ndim(y) == 1:
        g = expand_dims(g, -1)
    return expand_dims(g, -2) if _ndim(x) == 1 else g


def _left_adjoint(g: Any, x: Any, y: Any) -> Any:
    columns = expand_dims(y, -1) if _ndim(y) == 1 else y
    product = matmul(_as_matrices(g, x, y), swapaxes(columns, -1, -2))
    return squeeze(product, -2) if _ndim(x) == 1 else product


def _right_adjoint(g: Any, x: Any, y: Any) -> Any:
    rows = expand_dims(x, -2) if _ndim(x) == 1 else x
    product = matmul(swapaxes(rows, -1, -2), _as_matrices(g, x, y))
    return squeeze(product, -1) if _ndim(y) == 1 else product


matmul = linear("matmul", infix="@", args="x y", adjoint=(_left_adjoint, _right_adjoint),
    samples=[sample((2, 3), (3, 4)), sample((3,), (3,)), sample((2, 3), (3,)), sample((3,), (3, 2)),
             sample((5, 2, 3), (5, 3, 2)), sample((5, 1, 2, 3), (4, 3, 2)), sample((3,), (5, 3, 2)),
             sample((5, 2, 3), (3,)), sample((0, 3), (3, 2)), sample((2, 0), (0, 2))],
    doc="The matrix product over the last two axes, stacks broadcasting; vectors as NumPy's matmul takes them.",
    example=("matmul([[1.0, 2.0]], [[3.0], [4.0]])", "array([[11.]])"))


def _dot(a: Any, b: Any) -> Any:
    if _ndim(a) == 0 or _ndim(b) == 0:
        return a * b
    if (_ndim(b) <= 2 and _ndim(a) <= 2) or _ndim(b) == 1:
        return matmul(a, b)
    return tensordot(a, b, ((-1,), (-2 if _ndim(b) > 1 else 0,)))


dot = composite("dot", _dot, args="a b", method=True,
    samples=[sample((3,), (3,)), sample((2, 3), (3, 4)), sample((2, 3), (3,)), sample((), (3,)),
             sample((2, 3, 4), (5, 4, 2)), sample((4,), (5, 4, 2)), sample((2, 2, 3), (3,))],
    doc="The sum product over the last axis of a and the second-to-last of b.",
    example=("dot([1.0, 2.0], [3.0, 4.0])", "np.float64(11.0)"))

outer = composite("outer", lambda a, b: expand_dims(ravel(a), 1) * expand_dims(ravel(b), 0), args="a b",
    samples=[sample((3,), (2,)), sample((2, 2), (3,))],
    doc="The table of all products of an element of a and one of b.",
    example=("outer([1.0, 2.0], [3.0, 4.0])", "array([[3., 4.],\n       [6., 8.]])"))


def _counted(axes: Any, ndim: int) -> list[int]:
    """Axes counted from the front."""
    axes = [operator.index(n) for n in (axes if hasattr(axes, "__len__") else [axes])]
    if any(not -ndim <= n < ndim for n in axes):
        raise BoundsError(f"tensordot: found axes {axes} for an array of {ndim} axes; expected -{ndim} to {ndim - 1}.")
    return [n % ndim for n in axes]


def _tensordot(a: Any, b: Any, axes: Any) -> Any:
    if not hasattr(axes, "__len__"):
        axes = operator.index(axes)
        axes = (range(_ndim(a) - axes, _ndim(a)), range(axes))
    a_axes, b_axes = (_counted(w, _ndim(x)) for x, w in zip((a, b), axes, strict=True))
    if len(a_axes) != len(b_axes) or any(a.shape[i] != b.shape[j] for i, j in zip(a_axes, b_axes, strict=True)):
        raise ShapeError(
            f"tensordot: found shapes {a.shape} and {b.shape} with axes {a_axes} and {b_axes}; expected equal lengths.")
    a_free = [i for i in range(_ndim(a)) if i not in a_axes]
    b_free = [j for j in range(_ndim(b)) if j not in b_axes]
    contracted = math.prod(a.shape[i] for i in a_axes)
    rows = reshape(transpose(a, a_free + a_axes), (math.prod(a.shape[i] for i in a_free), contracted))
    columns = reshape(transpose(b, b_axes + b_free), (contracted, math.prod(b.shape[j] for j in b_free)))
    return reshape(matmul(rows, columns), tuple(a.shape[i] for i in a_free) + tuple(b.shape[j] for j in b_free))


tensordot = composite("tensordot", _tensordot, args="a b", params={"axes": 2},
    samples=[sample((2, 3, 4), (3, 4, 5)), sample((2, 3), (3, 2), axes=1),
             sample((2, 3, 4), (4, 2), axes=((0, 2), (1, 0))), sample((2,), (3,), axes=0)],
    doc="The sum product over the last `axes` axes of a and the first of b, or over a pair of lists of axes.",
    example=("tensordot([1.0, 2.0], [3.0, 4.0], axes=1)", "array(11.)"))


def _diagonal(a: Any, offset: int, axis1: int, axis2: int) -> Any:
    from autograd.arrays import np

    moved = moveaxis(a, (axis1, axis2), (-2, -1))
    rows, columns = moved.shape[-2:]
    length = max(0, min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns))
    i = np.arange(length)
    return getitem(moved, (Ellipsis, i - min(offset, 0), i + max(offset, 0)))


AXES = {"offset": 0, "axis1": 0, "axis2": 1}

diagonal = composite("diagonal", _diagonal, args="a", params=AXES, method=True,
    samples=[sample((3, 3)), sample((2, 4), offset=1), sample((4, 2), offset=-1), sample((2, 3, 4), axis1=2, axis2=0)],
    doc="The elements of a diagonal of two axes, along a new last axis.",
    example=("diagonal([[1.0, 2.0], [3.0, 4.0]])", "array([1., 4.])"))


def _trace(a: Any, offset: int, axis1: int, axis2: int) -> Any:
    return sum_(_diagonal(a, offset, axis1, axis2), -1)


trace = composite("trace", _trace, args="a", params=AXES, method=True,
    samples=[sample((3, 3)), sample((2, 4), offset=1), sample((2, 3, 4), axis1=0, axis2=-1)],
    doc="The sum of a diagonal of two axes.", example=("trace([[1.0, 2.0], [3.0, 4.0]])", "np.float64(5.0)"))


# ---- einsum: one multilinear operation, whose adjoints are einsums again ----

LETTERS = ascii_uppercase + ascii_lowercase  # in NumPy's order: the sublist [0, 26] is "Aa"


def _contract_adjoint(g: Any, xs: Sequence[Any], i: int, subscripts: str) -> Any:
    """An einsum of the cotangent with the other operands.

    Letters that only operand i has are spread; those that it repeats are put back on their diagonal.
    """
    terms, out = subscripts.split("->")[0].split(","), subscripts.split("->")[1]
    shape = shape_of(xs[i])
    letters = "".join(dict.fromkeys(terms[i]))
    length = dict(zip(terms[i], shape, strict=True))
    others = [(term, x) for j, (term, x) in enumerate(zip(terms, xs, strict=True)) if j != i]
    present = "".join(c for c in letters if any(c in term for term in (out, *(term for term, _ in others))))
    rest = ",".join([out, *(term for term, _ in others)])
    h = contract([g, *(x for _, x in others)], subscripts=f"{rest}->{present}")
    sizes = dict(zip(present, getattr(h, "shape", ()), strict=True))
    h = reshape(h, tuple(sizes.get(c, 1) for c in letters))
    h = broadcast_to(h, tuple(sizes.get(c, 1) if length[c] == 1 else length[c] for c in letters))
    if len(letters) == len(terms[i]):
        return h
    from autograd.arrays import np

    h = sum_to(h, tuple(length[c] for c in letters))  # a letter of length 1 here may be longer elsewhere
    grid = dict(zip(letters, np.ix_(*(np.arange(length[c]) for c in letters)), strict=True))
    return scatter(h, tuple(grid[c] for c in terms[i]), shape)


def _contracted_by_hand(np: Any, operands: Sequence[Any], subscripts: str) -> Any:
    inputs, out = subscripts.split("->")
    terms = inputs.split(",")
    lengths: dict[str, int] = {}
    for term, x in zip(terms, operands, strict=True):
        for letter, n in zip(term, np.shape(x), strict=True):
            (lengths[letter],) = np.broadcast_shapes((lengths.get(letter, n),), (n,))
    result = np.zeros([lengths[c] for c in out])
    for places in np.ndindex(*lengths.values()):
        at = dict(zip(lengths, places, strict=True))
        factors = []
        for term, x in zip(terms, operands, strict=True):
            factors.append(x[tuple(at[c] % n for c, n in zip(term, np.shape(x), strict=True))])
        result[tuple(at[c] for c in out)] += np.prod(factors)
    return result


contract = linear("contract", args="*operands", params={"subscripts": ...}, multilinear=True,
    adjoint=lambda xs, subscripts: lambda g, i: _contract_adjoint(g, xs, i, subscripts),
    kernel=lambda np, operands, subscripts: np.einsum(subscripts, *operands),
    samples=[sample([(2, 3), (3, 4)], subscripts="ij,jk->ik"), sample([(3, 3)], subscripts="ii->i"),
             sample([(3, 3)], subscripts="ii->"), sample([(2, 3), (4,)], subscripts="ij,k->i"),
             sample([(2, 3), (3,), (2,)], subscripts="ij,j,i->"), sample([(2, 3, 3)], subscripts="ijj->ji"),
             sample([(2, 3), (1, 3)], subscripts="ij,ij->j")],
    reference=_contracted_by_hand, public=False,
    doc="The operands' product summed over the letters that the explicit subscripts leave out: what einsum records.",
    example=("contract([[1.0, 2.0], [3.0, 4.0]], subscripts='i,i->')", "np.float64(11.0)"))


def _explicit(arguments: Sequence[Any]) -> tuple[str, list[Any]]:
    """einsum's arguments as subscripts without ellipsis or implied output, and the operands."""
    if not isinstance(arguments[0], str):
        arguments = _from_lists(arguments)
    subscripts, operands = arguments[0].replace(" ", ""), list(plain_operands(tuple(arguments[1:]), "einsum"))
    inputs, arrow, out = subscripts.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands):
        raise ArgumentError(
            f"einsum: found {len(terms)} subscripts in {subscripts!r} and {len(operands)} operands; expected as many.")
    unused = [c for c in LETTERS if c not in subscripts]
    extra = [_ndim(x) - len(term.replace("...", "")) for term, x in zip(terms, operands, strict=True)]
    if any(n < 0 or (n > 0 and "..." not in term) for n, term in zip(extra, terms, strict=True)):
        shapes = ", ".join(str(shape_of(x)) for x in operands)
        raise ShapeError(
            f"einsum: found subscripts {subscripts!r} for operands of shape {shapes}; expected one letter an axis.")
    longest = max(extra, default=0)
    ellipsis = "".join(unused[:longest])
    terms = [term.replace("...", ellipsis[longest - n :]) for term, n in zip(terms, extra, strict=True)]
    if not arrow:
        letters = "".join(terms)
        out = "..." + "".join(sorted(c for c in set(letters) if letters.count(c) == 1 and c not in ellipsis))
    elif ellipsis and "..." not in out:
        raise ShapeError(f"einsum: found axes under '...' in {subscripts!r}; expected '...' in the output, too.")
    return ",".join(terms) + "->" + out.replace("...", ellipsis), operands


def _from_lists(arguments: Sequence[Any]) -> list[Any]:
    """NumPy's other form, einsum(a, [0, 1], b, [1, 2], [0, 2]), in letters."""
    def text(sublist: Sequence[Any]) -> str:
        if any(i is not Ellipsis and not 0 <= i < len(LETTERS) for i in sublist):
            raise ArgumentError(f"einsum: found the sublist {list(sublist)}; expected 0 to {len(LETTERS) - 1}.")
        return "".join("..." if i is Ellipsis else LETTERS[i] for i in sublist)

    pairs = len(arguments) // 2
    subscripts = ",".join(text(arguments[2 * i + 1]) for i in range(pairs))
    if len(arguments) % 2:
        subscripts += "->" + text(arguments[-1])
    return [subscripts, *(arguments[2 * i] for i in range(pairs))]


def _einsum_samples() -> list[Any]:
    cases = {"ij,jk": [(2, 3), (3, 4)], "ij->ji": [(2, 3)], "...i,...i": [(2, 3), (3,)],
             "b...i,ij->b...j": [(2, 4, 3), (3, 2)], "ii": [(3, 3)]}
    return [sample(shapes, subscripts=subscripts) for subscripts, shapes in cases.items()]


class Einsum(Composite):
    """Called as NumPy's einsum is: the subscripts first, or sublists behind the operands."""

    @cached_property
    def __signature__(self) -> Signature:
        import inspect

        return inspect.Signature([inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL)])

    def __call__(self, *arguments: Any, **kwargs: Any) -> Any:
        sublists = not isinstance(next(iter(arguments), ""), str)
        if kwargs or len(arguments) < 2 or (sublists and not all(isinstance(s, Sequence) for s in arguments[1::2])):
            raise self._misfit(arguments, kwargs, "neither subscripts nor sublists with operands")
        subscripts, operands = _explicit(arguments)
        return contract(operands, subscripts=subscripts)

    def apply(self, operands: Sequence[Any], params: Mapping[str, Any]) -> Any:
        return self(params["subscripts"], *operands)


einsum = Einsum("einsum", contract, args="*operands", params={"subscripts": ...}, samples=_einsum_samples(),
    reference=lambda np, operands, subscripts: np.einsum(subscripts, *operands),
    doc="The operands' product summed over the letters that the subscripts leave out, in all of NumPy's forms.",
    example=("einsum('i,i', [1.0, 2.0], [3.0, 4.0])", "np.float64(11.0)"))
