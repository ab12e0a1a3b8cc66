"""What a model is made of, as a table: its layers, the shapes that they give, their parameters and multiply-adds."""

from __future__ import annotations

import copy
import math
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd import Value, no_grad
from autograd.errors import ArgumentError, GlassgradError
from autograd.graph.recording import Observer
from nn.modules.parts import parts

if TYPE_CHECKING:
    from autograd.graph.operation import Operation
    from nn.modules.module import Module

__all__ = ["Row", "Summary", "summarize"]


class Row(NamedTuple):
    """One layer: what it gave when the model was called, and what it has and does itself, without layers inside it."""

    name: str
    layer: str
    output_shape: Any  # of the last call; a list where several arrays were given, None where it was not called
    trainable: int
    frozen: int
    multiply_adds: int


class Summary:
    """A model's layers as `rows`, and their sums; printed, it is a table."""

    def __init__(self, title: str, rows: Sequence[Row]) -> None:
        self.title = title
        self.rows = list(rows)

    @property
    def trainable(self) -> int:
        """The number of parameters, element by element, to which gradients flow."""
        return sum(row.trainable for row in self.rows)

    @property
    def frozen(self) -> int:
        """The number of parameters, element by element, with requires_grad=False."""
        return sum(row.frozen for row in self.rows)

    @property
    def parameters(self) -> int:
        """The number of all parameters, element by element."""
        return self.trainable + self.frozen

    @property
    def multiply_adds(self) -> int:
        """Multiplications, each with an addition, in matrix products and by parameters."""
        return sum(row.multiply_adds for row in self.rows)

    def __str__(self) -> str:
        head = ("layer", "output shape", "trainable", "frozen", "multiply-adds")
        body = [
            (
                f"{row.name} {row.layer}".strip(),
                _written(row.output_shape),
                f"{row.trainable:,}",
                f"{row.frozen:,}",
                f"{row.multiply_adds:,}",
            )
            for row in self.rows
        ]
        widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(cells))
            for cells in (list(zip(row, widths, strict=True)) for row in (head, *body))
        ]
        total = (
            f"{self.parameters:,} parameters ({self.trainable:,} trainable, {self.frozen:,} frozen), "
            f"{self.multiply_adds:,} multiply-adds"
        )
        rule = "-" * max(map(len, lines))
        return "\n".join([self.title, lines[0], rule, *lines[1:], rule, total])

    __repr__ = __str__


def summarize(model: Module, shapes: Sequence[Sequence[int]], dtype: Any = None) -> Summary:
    """Call a copy of the model, in evaluation, with inputs of such shapes, and tell what its layers did."""
    twin = copy.deepcopy(model).eval()
    inputs = [_input(model, shape, dtype) for shape in shapes]
    given = ", ".join(str(tuple(shape)) for shape in shapes)
    with _same_random_state(), no_grad(), _Watch(twin) as watch:
        try:
            output = twin(*inputs)
        except GlassgradError as error:
            error.within(
                f"{type(model).__name__}.summary: found inputs of shape {given}, which the model does not take (a "
                "shape begins with the batch, as (1, ...); an Embedding takes dtype=int)"
            )
            raise
    return Summary(f"{type(model).__name__}: {given} to {_written(_shape(output))}", watch.rows())


class _Watch(Observer):
    """Notes for each layer what it gives and how much it multiplies, while the model is called in this block."""

    def __init__(self, model: Module) -> None:
        super().__init__()
        self._shown = {name: part for name, part in model.named_modules() if not name or part.in_summary}
        self._model = model
        self._parameters = {id(p) for p in model.parameters()}
        self._running = [""]
        self._counts = dict.fromkeys(self._shown, 0)
        self._shapes: dict[str, Any] = {}
        for name, part in self._shown.items():
            part.register_forward_pre_hook(self._begins(name))
            part.register_forward_hook(self._ends(name))

    def _begins(self, name: str) -> Callable[..., None]:
        return lambda module, args: self._running.append(name)

    def _ends(self, name: str) -> Callable[..., None]:
        def hook(module: Module, args: Any, output: Any) -> None:
            self._running.pop()
            self._shapes[name] = _shape(output)

        return hook

    def computed(self, node: Any, op: Operation, operands: Sequence[Any], params: Mapping[str, Any]) -> None:
        """Count the multiplications of an operation for the innermost layer that is running."""
        if op.name == "multiply":
            count = node.size if any(id(x) in self._parameters for x in operands) else 0
        elif op.name in ("linear", "matmul"):
            count = node.size * operands[0].shape[-1]
        elif op.name == "contract":
            count = _contracted(params["subscripts"], operands)
        else:
            count = 0
        self._counts[self._running[-1]] += count

    def rows(self) -> list[Row]:
        """What was noted; a module whose layers do all of its work is left out."""
        sizes = self._sizes()
        outer = {name for inner in self._shown for name in _around(inner)}
        return [
            Row(name, type(part).__name__, self._shapes.get(name), sizes[name][0], sizes[name][1], self._counts[name])
            for name, part in self._shown.items()
            if name not in outer or any(sizes[name]) or self._counts[name]
        ]

    def _sizes(self) -> dict[str, list[int]]:
        """How many trainable and frozen elements each layer has; a shared parameter counts where it is first."""
        sizes = {name: [0, 0] for name in self._shown}
        seen = set()
        for prefix, module in self._model.named_modules():
            shown = prefix
            while shown not in self._shown:
                shown = shown.rpartition(".")[0]
            for _, part in parts(module, deep=False):
                if isinstance(part, Value) and id(part) not in seen:
                    seen.add(id(part))
                    sizes[shown][not part.requires_grad] += part.size
        return sizes


def _around(name: str) -> Iterator[str]:
    """The names of what a part lies in: "a.b" and "a" and "" for "a.b.c"."""
    while name:
        name = name.rpartition(".")[0]
        yield name


def _contracted(subscripts: str, operands: Sequence[Any]) -> int:
    """The products that an einsum sums: one for each choice of all its indices."""
    lengths: dict[str, int] = {}
    for labels, x in zip(subscripts.partition("->")[0].split(","), operands, strict=True):
        lengths.update(zip(labels, x.shape, strict=True))
    return math.prod(lengths.values())


def _shape(output: Any) -> Any:
    """The shape of an array or of a list of numbers; a list of shapes for several."""
    if isinstance(output, Mapping):
        output = list(output.values())
    if not isinstance(output, (list, tuple)):
        return getattr(output, "shape", () if isinstance(output, (int, float)) else None)
    shapes = [_shape(each) for each in output]
    if isinstance(output, list) and shapes and all(shape == () for shape in shapes):
        return (len(output),)
    return shapes


def _written(shape: Any) -> str:
    if isinstance(shape, list):
        return ", ".join(_written(each) for each in shape if each is not None)
    return "not called" if shape is None else str(shape)


def _input(model: Module, shape: Any, dtype: Any) -> Any:
    """An input of ones, or zeros for whole numbers: an array, or lists for a model on numbers."""
    if not isinstance(shape, (tuple, list)) or not all(hasattr(n, "__index__") and n >= 0 for n in shape):
        raise ArgumentError(
            f"{type(model).__name__}.summary: found the shape {shape!r}; expected a tuple of whole numbers, such as "
            "(1, 64), the batch included."
        )
    parameters = model.parameters()
    if dtype is None and parameters and isinstance(parameters[0].data, float):
        ones: Any = 1.0
        for n in reversed(shape):
            ones = [copy.copy(ones) for _ in range(n)]
        return ones
    import numpy as np

    dtype = np.dtype(dtype if dtype is not None else parameters[0].dtype if parameters else float)
    return np.zeros(shape, dtype) if dtype.kind in "iub" else np.ones(shape, dtype)


@contextmanager
def _same_random_state() -> Iterator[None]:
    """The generators of Python and NumPy as they are, whatever a module draws from them."""
    state, numpy = random.getstate(), sys.modules.get("numpy")
    legacy = numpy.random.get_state() if numpy else None
    try:
        yield
    finally:
        random.setstate(state)
        if numpy:
            numpy.random.set_state(legacy)
