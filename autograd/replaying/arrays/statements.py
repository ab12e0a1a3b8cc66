"""What a program of NumPy calls is made of: variables, and the statements that compute them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from autograd.arrays import Array, np
from autograd.graph.value import Value
from autograd.replaying.instructions import Missed

__all__ = [
    "IN_PLACE",
    "VIEWS",
    "Statement",
    "Variable",
    "added_at",
    "checked",
    "converted",
    "is_basic",
    "mapped",
    "mapped_values",
    "needed",
    "overlaid",
    "placed",
    "variables",
]

# Functions whose result is a view where the memory allows it: of a buffer it is made once, before the first call.
VIEWS = {
    operator.getitem,
    *(getattr(np, name) for name in ("reshape", "transpose", "swapaxes", "moveaxis", "squeeze", "expand_dims")),
    *(getattr(np, name) for name in ("broadcast_to", "ravel", "flip", "diagonal")),
    np.lib.stride_tricks.sliding_window_view,
}  # fmt: skip


def converted(x: Any, dtype: Any) -> Array:
    """An array, or a number, in another dtype."""
    return np.asarray(x).astype(dtype)


def overlaid(x: Array, condition: Array, y: Any) -> Array:
    """x, but y where the condition holds, which is seldom: what is computed for y alone can wait for that."""
    z = x.copy()
    np.copyto(z, y, where=condition)
    return z


def placed(x: Any, index: Any, shape: tuple[int, ...], dtype: Any) -> Array:
    """Zeros, but x at an index that names no place twice."""
    z = np.zeros(shape, dtype)
    z[index] = x
    return z


def added_at(x: Array, y: Any, index: Any) -> Array:
    """x, with y added at an index that names no place twice."""
    z = x.copy()
    z[index] += y
    return z


def checked(x: Any, expected: bool, place: int) -> None:
    """A guard: whether x is true, as it was when it was recorded.

    Raises:
        Missed: when it is not.
    """
    if bool(x) is not expected:
        raise Missed(place)


INTO = {np.dot, converted, placed}
IN_PLACE = {overlaid, added_at}  # they change their first operand, if nobody else needs it


class Variable:
    """A number or an array of the program.

    Args:
        kind: "input", "leaf", "constant", or "result" (of a statement).
        data: what it holds: a constant's value; of the others an example, for as long as statements are being made.
        leaf: the Value of a "leaf".
        label: that of the Value that was recorded.
    """

    __slots__ = ("data", "dtype", "kind", "label", "leaf", "shape")

    def __init__(self, kind: str, data: Any, leaf: Value | None = None, label: str = "") -> None:
        self.kind = kind
        self.data = data
        self.leaf = leaf
        self.label = label
        self.shape: tuple[int, ...] = getattr(data, "shape", ())
        self.dtype: Any = getattr(data, "dtype", None)  # None: a Python number

    @property
    def is_constant(self) -> bool:
        """Whether it is the same at each call."""
        return self.kind == "constant"

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=int))


class Statement:
    """One call, `result = function(*args, **params)`; the arguments hold Variables, in lists and tuples, too.

    Args:
        method: "" or "reduce": the method of a ufunc that is called.
        shares: whether the result shares memory with an argument.
        note: the operation of the table that it belongs to, for the text.
    """

    __slots__ = ("args", "function", "method", "note", "params", "result", "shares")

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        params: Mapping[str, Any],
        result: Variable,
        *,
        method: str = "",
        shares: bool = False,
        note: str = "",
    ) -> None:
        self.function = function
        self.args = args
        self.params = dict(params)
        self.result = result
        self.method = method
        self.shares = shares
        self.note = note

    @property
    def operands(self) -> list[Variable]:
        """The variables among its arguments."""
        return list(variables((*self.args, *self.params.values())))

    @property
    def is_elementwise(self) -> bool:
        """Whether the result may lie in the memory of an operand: a ufunc with one result, say."""
        f = self.function
        return f in IN_PLACE or (isinstance(f, np.ufunc) and not self.method and f.signature is None and f.nout == 1)

    @property
    def is_view(self) -> bool:
        """Whether it computes nothing, where memory allows it, but shows the memory of its first argument."""
        return self.shares and self.function in VIEWS

    @property
    def takes_out(self) -> bool:
        """Whether the result can be written into memory that is there already."""
        f = self.function
        if self.result.dtype is None:
            return False
        return f in INTO or f in IN_PLACE or (isinstance(f, np.ufunc) and f.nout == 1)


def is_basic(part: Any) -> bool:
    """Whether a part of an index keeps the picked elements where they are: then the result is a view."""
    return part is None or part is Ellipsis or type(part) is slice or type(part) is int


def variables(tree: Any) -> Iterator[Variable]:
    """The variables in an argument."""
    if type(tree) is Variable:
        yield tree
    elif type(tree) in (list, tuple):
        for part in tree:
            yield from variables(part)


def mapped(tree: Any, f: Callable[[Variable], Any]) -> Any:
    """An argument with something else in place of its variables."""
    if type(tree) is Variable:
        return f(tree)
    if type(tree) in (list, tuple):
        return type(tree)([mapped(part, f) for part in tree])
    return tree


def mapped_values(params: Mapping[str, Any], f: Callable[[Variable], Any]) -> dict[str, Any]:
    """Named arguments with something else in place of their variables."""
    return {name: mapped(x, f) for name, x in params.items()}


def needed(statements: Iterable[Statement], kept: Iterable[Variable]) -> list[Statement]:
    """The statements on which the variables that are kept depend, in their order."""
    wanted = dict.fromkeys(kept)
    found = []
    for statement in reversed(list(statements)):
        if statement.result in wanted or statement.function is checked:
            wanted.update(dict.fromkeys(statement.operands))
            found.append(statement)
    return found[::-1]
