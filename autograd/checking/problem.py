"""A function at a point: which of its arguments can be checked, and what it returns there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.arrays import Array, np
from autograd.errors import ArgumentError, DtypeError, GraphError, ShapeError
from autograd.functional.containers import leaves, paths, rebuilt
from autograd.graph.order import topological_order
from autograd.graph.value import Value, recording

__all__ = ["Evaluation", "Leaf", "Problem"]


@dataclass(frozen=True)
class Leaf:
    """A number or an array among the arguments by which f is differentiated."""

    name: str
    data: Any
    label: str

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.data)

    @property
    def size(self) -> int:
        return int(np.size(self.data))

    def entry(self, k: int) -> str:
        """The name of its k-th element."""
        return self.name + place(k, self.shape) + self._mark

    @property
    def known(self) -> str:
        """Its name and its label."""
        return self.name + self._mark

    @property
    def _mark(self) -> str:
        return f" ({self.label!r})" if self.label else ""


def place(k: int, shape: tuple[int, ...]) -> str:
    """The index of the k-th element as text, nothing for a number."""
    return str([int(n) for n in np.unravel_index(k, shape)]) if shape else ""


@dataclass(frozen=True)
class Evaluation:
    """One call of f: the leaves it was given, and what it returned, each with its path."""

    xs: list[Value]
    ys: list[tuple[str, Value]]

    @property
    def vector(self) -> Array:
        """All outputs in one row."""
        return np.concatenate([np.ravel(np.asarray(y.data, dtype=float)) for _, y in self.ys])

    @property
    def form(self) -> list[tuple[str, tuple[int, ...]]]:
        return [(path, y.shape) for path, y in self.ys]

    def seeds(self, row: Array) -> list[Array]:
        """A cotangent of all outputs, in their shapes."""
        ends = np.cumsum([y.size for _, y in self.ys])[:-1]
        return [part.reshape(y.shape) for part, (_, y) in zip(np.split(row, ends), self.ys, strict=True)]

    @property
    def precision(self) -> Any:
        """The least precise dtype between the leaves and the outputs: f may cast down on the way."""
        dtypes = [x.dtype for x in self.xs] + [node.dtype for node in self.nodes()]
        return max(dtypes, key=lambda dtype: float(np.finfo(dtype).eps))

    def nodes(self) -> list[Value]:
        """Every node of the graph that leads from the leaves to the outputs, inputs before outputs."""
        return topological_order(*(y for _, y in self.ys), tracked_only=True)


class Problem:
    """f and its arguments: what is varied, what is passed on, and what comes out.

    Args:
        name: the function that the user called, for messages.
        f: a function that returns a Value, or a nesting of dicts, lists and tuples of them.
        args: its arguments. Values that require a gradient, floats and floating arrays are varied, also inside a dict,
            list or tuple; anything else is passed on as it is.
        arguments, outputs: what messages call them, where "argument 0" and "output" would not do.
    """

    def __init__(
        self,
        name: str,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        arguments: Sequence[str] = (),
        outputs: Sequence[str] = (),
    ) -> None:
        if not callable(f):
            raise DtypeError(
                f"{name}: f: found {type(f).__name__}; expected a function, then the arguments to check it at."
            )
        if not recording():
            raise GraphError(f"{name}: called under no_grad, where nothing is recorded; call it outside the block.")
        self.name, self.f, self.args, self.outputs = name, f, args, outputs
        self.given = leaves(args)
        roots = arguments or [f"argument {i}" for i in range(len(args))]
        names = [path for root, arg in zip(roots, args, strict=True) for path, _ in paths(arg, root)]
        self.places = [i for i, x in enumerate(self.given) if varies(x)]
        if not self.places:
            raise self._nothing_to_check()
        self.leaves = [self._leaf(names[i], self.given[i]) for i in self.places]
        self.first = self.at([leaf.data for leaf in self.leaves])
        self.dtype = self.first.precision  # of the analytic side
        self.base = self._base()  # where the numeric side starts from: in double precision if f takes that

    def _leaf(self, name: str, x: Any) -> Leaf:
        value = x if type(x) is Value else Value(x)
        return Leaf(name, value.data, value.label)

    def _nothing_to_check(self) -> ArgumentError:
        found = ", ".join(map(_kind, self.given)) or "none"
        return ArgumentError(
            f"{self.name}: found no argument to check (found {found}); expected a Value that requires a gradient, "
            "a float or a floating array among them: write 3.0 for 3, and array.astype(float) for integers."
        )

    def at(self, data: Sequence[Any]) -> Evaluation:
        """Call f on fresh leaves, so that nobody's data or gradient changes."""
        xs = [Value(x, label=leaf.label) for x, leaf in zip(data, self.leaves, strict=True)]
        filled = list(self.given)
        for i, x in zip(self.places, xs, strict=True):
            filled[i] = x
        returned = self.f(*rebuilt(self.args, filled))
        ys: list[tuple[str, Any]] = [("output", None)] if returned is None else list(paths(returned, "output"))
        for path, y in ys:
            if type(y) is not Value:
                raise DtypeError(
                    f"{self.name}: f returned {type(y).__name__}{_at(path)}; expected one Value, or a dict, list or "
                    "tuple of Values, computed from its arguments: plain data (of .data, .item(), .detach() or "
                    "gradients of other functions) carries no derivative."
                )
        if not ys:
            empty = type(returned).__name__
            raise DtypeError(f"{self.name}: f returned an empty {empty}; expected at least one Value.")
        if self.outputs:
            ys = [(name, y) for name, (_, y) in zip(self.outputs, ys, strict=True)]
        return Evaluation(xs, ys)

    def moved(self, i: int, direction: Array, t: float) -> Evaluation:
        """f where leaf i has moved by t times the direction."""
        data = list(self.base)
        moved = data[i] + np.reshape(direction, np.shape(data[i])) * t
        data[i] = float(moved) if type(data[i]) is float else np.asarray(moved, data[i].dtype)
        evaluation = self.at(data)
        if evaluation.form != self.first.form:
            raise ShapeError(
                f"{self.name}: f returned {_forms(self.first)}, and {_forms(evaluation)} where {self.leaves[i].name} "
                f"has moved by {t:.1e}; expected the same outputs in the same shapes at each point. Does f choose "
                "elements by their values, or at random?"
            )
        return evaluation

    def along(self, i: int, direction: Array, t: float) -> Array:
        """All outputs where leaf i has moved."""
        return self.moved(i, direction, t).vector

    def _base(self) -> list[Any]:
        exact = [x if type(x) is float else x.astype(np.result_type(x, float)) for x in self._data]
        if any(np.asarray(x).dtype != np.asarray(y).dtype for x, y in zip(exact, self._data, strict=True)):
            try:
                self.at(exact)
            except Exception:  # whatever f has against float64, it took the dtype that it was given
                return self._data
        return exact

    @property
    def _data(self) -> list[Any]:
        return [leaf.data for leaf in self.leaves]

    def output(self, m: int) -> str:
        """The name of the m-th entry of all outputs."""
        return [path + place(k, y.shape) for path, y in self.first.ys for k in range(y.size)][m]


def varies(x: Any) -> bool:
    """Whether an argument is checked: a Value that requires a gradient, a float, a floating array."""
    if type(x) is Value:
        return x.requires_grad
    return type(x) is float or getattr(getattr(x, "dtype", None), "kind", "") == "f"


def _kind(x: Any) -> str:
    if type(x) is Value:
        return "a Value with requires_grad=False"
    dtype = getattr(x, "dtype", None)
    return type(x).__name__ + (f" of {dtype}" if dtype is not None else "")


def _at(path: str) -> str:
    return "" if path == "output" else f" as {path}"


def _forms(evaluation: Evaluation) -> str:
    return ", ".join(f"{path} of shape {shape}" for path, shape in evaluation.form)
