"""einsum: one multilinear operation, whose adjoints are einsums again."""

# fmt: off  (a table: one entry reads as one block)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, ShapeError
from autograd.graph.operands import plain_operands
from autograd.ops.builders import Composite, linear, sample, shape_of
from autograd.ops.manipulation.indexing import scatter
from autograd.ops.manipulation.shaping import broadcast_to, reshape, sum_to

if TYPE_CHECKING:
    from inspect import Signature

__all__: list[str] = []

LETTERS = ascii_uppercase + ascii_lowercase  # in NumPy's order: the sublist [0, 26] is "Aa"


def _contract_adjoint(g: Any, xs: Sequence[Any], i: int, subscripts: str) -> Any:
    """An einsum of the cotangent with the other operands.

    Letters that only operand i has are spread; those that it repeats are put back on their diagonal.
    """
    terms, out = subscripts.split("->")[0].split(","), subscripts.split("->")[1]
    shape = shape_of(xs[i])
    length = dict(zip(terms[i], shape, strict=True))  # of each letter, in the order of the axes
    others = [(term, x) for j, (term, x) in enumerate(zip(terms, xs, strict=True)) if j != i]
    present = "".join(c for c in length if any(c in term for term in (out, *(term for term, _ in others))))
    rest = ",".join([out, *(term for term, _ in others)])
    h = contract([g, *(x for _, x in others)], subscripts=f"{rest}->{present}")
    sizes = dict(zip(present, getattr(h, "shape", ()), strict=True))
    h = reshape(h, tuple(sizes.get(c, 1) for c in length))
    h = broadcast_to(h, tuple(sizes.get(c, 1) if n == 1 else n for c, n in length.items()))
    if len(length) == len(terms[i]):
        return h
    from autograd.arrays import np

    h = sum_to(h, tuple(length.values()))  # a letter of length 1 here may be longer elsewhere
    grid = dict(zip(length, np.ix_(*map(np.arange, length.values())), strict=True))
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
             sample([(2, 3), (1, 3)], subscripts="ij,ij->j"), sample([(1, 3), (3,)], subscripts="ij,j->"),
             sample([(3, 3), (3,), (3,)], subscripts="ii,i,i->")],
    reference=_contracted_by_hand, public=False,
    doc="The operands' product summed over the letters that the explicit subscripts leave out: what einsum records.",
    example=("contract([[1.0, 2.0], [3.0, 4.0]], subscripts='i,i->')", "np.float64(11.0)"))


def _explicit(arguments: Sequence[Any]) -> tuple[str, list[Any]]:
    """einsum's arguments as subscripts without ellipsis or implied output, and the operands."""
    if not isinstance(arguments[0], str):
        arguments = _from_lists(arguments)
    subscripts, operands = arguments[0].replace(" ", ""), list(plain_operands(tuple(arguments[1:])))
    inputs, arrow, out = subscripts.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands):
        raise ArgumentError(
            f"found {len(terms)} subscripts in {subscripts!r} and {len(operands)} operands; expected as many.")
    unused = [c for c in LETTERS if c not in subscripts]
    extra = [len(shape_of(x)) - len(term.replace("...", "")) for term, x in zip(terms, operands, strict=True)]
    if any(n < 0 or (n > 0 and "..." not in term) for n, term in zip(extra, terms, strict=True)):
        shapes = ", ".join(str(shape_of(x)) for x in operands)
        raise ShapeError(
            f"found subscripts {subscripts!r} for operands of shape {shapes}; expected one letter an axis.")
    longest = max(extra)
    ellipsis = "".join(unused[:longest])
    terms = [term.replace("...", ellipsis[longest - n :]) for term, n in zip(terms, extra, strict=True)]
    if not arrow:
        letters = "".join(terms)
        out = "..." + "".join(sorted(c for c in letters if letters.count(c) == 1 and c not in ellipsis))
    elif ellipsis and "..." not in out:
        raise ShapeError(f"found axes under '...' in {subscripts!r}; expected '...' in the output, too.")
    return ",".join(terms) + "->" + out.replace("...", ellipsis), operands


def _from_lists(arguments: Sequence[Any]) -> list[Any]:
    """NumPy's other form, einsum(a, [0, 1], b, [1, 2], [0, 2]), in letters."""
    def text(sublist: Sequence[Any]) -> str:
        if any(i is not Ellipsis and not 0 <= i < len(LETTERS) for i in sublist):
            raise ArgumentError(f"found the sublist {list(sublist)}; expected 0 to {len(LETTERS) - 1}.")
        return "".join("..." if i is Ellipsis else LETTERS[i] for i in sublist)

    pairs = len(arguments) // 2
    subscripts = ",".join(text(arguments[2 * i + 1]) for i in range(pairs))
    if len(arguments) % 2:
        subscripts += "->" + text(arguments[-1])
    return [subscripts, *(arguments[2 * i] for i in range(pairs))]


def _einsum_samples() -> list[Any]:
    cases = {"ij,jk": [(2, 3), (3, 4)], "ji": [(2, 3)], "ij->": [(2, 3)], "...i,...i": [(2, 2, 3), (2, 3)],
             "b...i,ij->b...j": [(2, 4, 3), (3, 2)], "ii": [(3, 3)]}
    return [sample(shapes, subscripts=subscripts) for subscripts, shapes in cases.items()]


class Einsum(Composite):
    """Called as NumPy's einsum is: the subscripts first, or sublists behind the operands."""

    @cached_property
    def __signature__(self) -> Signature:
        import inspect

        arguments = inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL)
        optimize = inspect.Parameter("optimize", inspect.Parameter.KEYWORD_ONLY, default=False)
        return inspect.Signature([arguments, optimize])

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if kwargs.keys() - {"optimize"} or len(args) < 2 or not (
                isinstance(args[0], str) or all(isinstance(s, Sequence) for s in args[1::2])):
            raise self._misfit(args, kwargs, "neither subscripts nor sublists with operands")
        subscripts, operands = _explicit(args)
        return tuple(operands), {"subscripts": subscripts}

    def apply(self, operands: Sequence[Any], params: Mapping[str, Any]) -> Any:
        return self(params["subscripts"], *operands)


einsum = Einsum("einsum", contract, args="*operands", params={"subscripts": ...}, samples=_einsum_samples(),
    reference=lambda np, operands, subscripts: np.einsum(subscripts, *operands),
    doc="The operands' product summed over the letters that the subscripts leave out, in all of NumPy's forms.",
    notes="`optimize` is taken and ignored: one node is recorded, whose product NumPy forms as it does by default.",
    example=("einsum('i,i', [1.0, 2.0], [3.0, 4.0])", "np.float64(11.0)"))
