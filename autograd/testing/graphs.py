"""Random computation graphs: a function of a few arguments, in steps, each an operation on earlier results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from autograd.arrays import np
from autograd.graph.value import TABLE
from autograd.testing.strategies import arrays

__all__ = ["Graph", "graphs"]

SHAPES: tuple[tuple[int, ...] | None, ...] = (None, (), (3,), (2, 3), (2, 1))  # None: a number
LARGEST = 1e2  # results grow no larger: differences would lose their digits

# By name, so that the table need not be complete when this is imported. None of them has a kink, a pole or an edge.
ELEMENTWISE = {"tanh": 1, "sin": 1, "arctan": 1, "square": 1, "sigmoid": 1, "softplus": 1, "negative": 1, "add": 2,
               "subtract": 2, "multiply": 2, "logaddexp": 2}  # fmt: skip
SHAPING: dict[str, Callable[[Any], Any]] = {
    "sum": lambda x: TABLE["sum"](x),
    "mean_of_rows": lambda x: TABLE["mean"](x, axis=0),
    "flip": lambda x: x[::-1],
    "last": lambda x: x[-1],
    "transpose": lambda x: TABLE["transpose"](x),
    "divided": lambda x: TABLE["divide"](x, 1.0 + x * x),
}
KINKED = {"relu": 1, "abs": 1, "maximum": 2, "minimum": 2}
Step = tuple[str, tuple[int, ...]]  # an operation, and which earlier results it takes


@dataclass(frozen=True)
class Graph:
    """A function of Values, and arguments for it: `graph(*graph.args)`.

    Args:
        args: floats and arrays; the first results.
        steps: an operation and the numbers of the results that it takes; its own result has the next number.
    """

    args: tuple[Any, ...]
    steps: tuple[Step, ...]

    def __call__(self, *args: Any) -> Any:
        """The last result."""
        results = list(args)
        for name, places in self.steps:
            results.append(_apply(name, [results[i] for i in places]))
        return results[-1]

    def __repr__(self) -> str:
        lines = [f"v{i} = {x!r}" for i, x in enumerate(self.args)]
        for k, (name, places) in enumerate(self.steps, start=len(self.args)):
            lines.append(f"v{k} = {name}({', '.join(f'v{i}' for i in places)})")
        return "Graph: " + "; ".join(" ".join(line.split()) for line in lines)


def _apply(name: str, operands: Sequence[Any]) -> Any:
    return SHAPING[name](*operands) if name in SHAPING else TABLE[name](*operands)


@st.composite
def graphs(draw: st.DrawFn, *, max_steps: int = 12, kinks: bool = False) -> Graph:
    """Small computation graphs over numbers and arrays, with broadcasting and with nodes used several times.

    Args:
        max_steps: operations at most.
        kinks: use operations with kinks, too (relu, abs, maximum); their arguments may come near one.

    >>> from autograd import gradcheck
    >>> from hypothesis import given, settings
    >>> @settings(database=None)
    ... @given(graphs(max_steps=4))
    ... def test(graph):
    ...     assert gradcheck(graph, *graph.args)
    >>> test()
    """
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    drawn = [draw(arrays(shape=shape or (), min_value=-2.0, max_value=2.0)) for shape in shapes]
    args = tuple(float(x) if shape is None else x for x, shape in zip(drawn, shapes, strict=True))
    arity = {**ELEMENTWISE, **dict.fromkeys(SHAPING, 1), **(KINKED if kinks else {})}
    program = st.tuples(st.sampled_from(sorted(arity)), st.integers(0, 9), st.integers(0, 9))
    results: list[Any] = list(args)
    steps: list[Step] = []
    for name, *back in draw(st.lists(program, min_size=1, max_size=max_steps)):
        places = tuple(len(results) - 1 - k % len(results) for k in back[: arity[name]])
        operands = [results[i] for i in places]
        if not _fits(name, operands):
            continue
        z = _apply(name, operands)
        if np.max(np.abs(z)) <= LARGEST:
            results.append(z)
            steps.append((name, places))
    return Graph(args, tuple(steps) or (("tanh", (0,)),))


def _fits(name: str, operands: Sequence[Any]) -> bool:
    if name in ("flip", "last", "mean_of_rows") and not np.ndim(operands[0]):
        return False
    try:
        np.broadcast_shapes(*map(np.shape, operands))
    except ValueError:
        return False
    return True
