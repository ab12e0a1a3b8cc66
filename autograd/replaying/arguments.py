"""Arguments and results: flat lists of numbers and arrays, what else tells one call from another, and back again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import count
from numbers import Integral
from typing import Any

from autograd.errors import DtypeError, GlassgradError
from autograd.functional.containers import leaves, rebuilt
from autograd.graph.operands import is_array, plain_operands
from autograd.graph.value import Value

__all__ = ["Flat", "Refill", "is_input", "plain_array", "refill"]

Refill = Callable[[list[Any]], Any]  # puts flat leaves into a nesting
FLOATS = "floats"  # in a key: a list of nothing but floats


class Flat:
    """The inputs in a call's arguments, in order, and a key that calls share which may be replayed alike.

    What f takes as it is (ints, texts, None, objects) is part of the key.
    """

    __slots__ = ("holds_values", "key", "leaves")

    def __init__(self) -> None:
        self.key: list[Hashable] = []
        self.leaves: list[Any] = []
        self.holds_values = False

    def add(self, x: Any, numbers: bool) -> None:
        """Take in one argument; `numbers`: it is differentiated, so that its ints are floats.

        Raises:
            DtypeError: for what can be neither an input nor part of a key.
        """
        kind = type(x)
        if kind is float:
            self.key.append(float)
            self.leaves.append(x)
        elif kind is list and _all_floats(x):
            self.key.append((FLOATS, len(x)))
            self.leaves += x
        elif hasattr(x, "__array_finalize__") and is_input(x, numbers):  # first of the rest: arrays are the usual case
            if not is_array(x):
                x = plain_array(x)
            if numbers and x.dtype.kind in "iu":
                x = x.astype(float)
            self.key.append((x.dtype, x.shape))
            self.leaves.append(x)
        elif isinstance(x, (dict, list, tuple)):
            self.key.append((kind, tuple(x) if isinstance(x, dict) else len(x)))
            for child in x.values() if isinstance(x, dict) else x:
                self.add(child, numbers)
        elif kind is Value:
            self.holds_values = True
        elif is_input(x, numbers):
            self._add_input(x, numbers)
        else:
            self._add_constant(x)

    def _add_input(self, x: Any, numbers: bool) -> None:
        if isinstance(x, (float, int)) or not hasattr(x, "__array__"):
            self.key.append(float)
            self.leaves.append(float(x))
            return
        if not hasattr(x, "__array_finalize__"):  # a NumPy scalar, of single precision say
            from autograd.arrays import np

            x = np.asarray(x)
        if numbers and x.dtype.kind in "iu":
            x = x.astype(float)
        self.key.append((x.dtype, x.shape))
        self.leaves.append(x)

    def _add_constant(self, x: Any) -> None:
        if is_array(x):  # one truth
            self.key.append((type(x), bool(x)))
            return
        try:
            hash(x)
        except TypeError:
            raise DtypeError(
                f"replay: an argument: found {type(x).__name__} {x!r:.40}; expected numbers, arrays, nestings of these "
                "in dict, list and tuple, or what can be a key of a dict, for which f is recorded anew."
            ) from None
        self.key.append((type(x), x))


def plain_array(x: Any) -> Any:
    """What may be an array of a subclass of NumPy's as a plain one: a matrix multiplies in another way.

    Raises:
        DtypeError: for a masked array.
    """
    try:
        return plain_operands((x,))[0]
    except GlassgradError as error:
        error.named("replay")
        raise


def _all_floats(items: list[Any]) -> bool:
    for x in items:  # noqa: SIM110  (compiled, this is a loop in C)
        if type(x) is not float:
            return False
    return True


def is_input(x: Any, numbers: bool) -> bool:
    """Whether an argument's leaf is an input, not a constant of the program: a float, an array, maybe an int."""
    if isinstance(x, float):
        return True
    if hasattr(x, "__array_finalize__"):  # it would take long to tell that an array is no Integral
        return bool(x.shape) or x.dtype.kind != "b"
    if isinstance(x, Integral):  # NumPy's integers, too
        return numbers and not isinstance(x, bool)
    return hasattr(x, "dtype") and hasattr(x, "shape") and (x.shape != () or x.dtype.kind != "b")


def refill(tree: Any, takes: Callable[[Any], bool]) -> Refill:
    """What puts other leaves into the nesting of a tree, in place of those that `takes` says.

    Each other leaf stays; an array is copied, so that it is the caller's own.
    """
    return _refill(tree, takes, count())


def _refill(tree: Any, takes: Callable[[Any], bool], numbers: Iterator[int]) -> Refill:
    if type(tree) is list and tree and all(not _is_container(x) and takes(x) for x in tree):
        places = [next(numbers) for _ in tree]
        run = slice(places[0], places[-1] + 1)
        return lambda flat: flat[run]
    if type(tree) in (list, tuple):
        fills = [_refill(child, takes, numbers) for child in tree]
        if type(tree) is list:
            return lambda flat: [fill(flat) for fill in fills]
        return lambda flat: tuple([fill(flat) for fill in fills])
    if type(tree) is dict:
        named = {key: _refill(child, takes, numbers) for key, child in tree.items()}
        return lambda flat: {key: fill(flat) for key, fill in named.items()}
    if _is_container(tree):  # one of a class of its own
        fills = [_refill(leaf, takes, numbers) for leaf in leaves(tree)]
        empty = rebuilt(tree, [...] * len(fills))  # not to keep what lies in it alive
        return lambda flat: rebuilt(empty, [fill(flat) for fill in fills])
    if takes(tree):
        place = next(numbers)
        return lambda flat: flat[place]
    if hasattr(tree, "__array_finalize__"):
        return lambda flat: tree.copy()
    return lambda flat: tree


def _is_container(x: Any) -> bool:
    return isinstance(x, (dict, list, tuple))
