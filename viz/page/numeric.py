"""Gradients from values alone, to hold beside the analytic ones: the recorded operations run anew on moved data."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any

from autograd import Value, no_grad, topological_order
from viz.records import Array, Number, Quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["gap", "numeric_gradients"]

BUDGET = 300_000  # operations that are run anew, for all nodes together: a second or two
LONGEST = 3_000  # operations between a node and the root, times its elements
RUNS = 12  # of the graph for one derivative, as a rule
CLOSE = 1e-4  # the difference that counts as agreement, relative to the larger gradient
STALE = 1e-5  # relative: an operation that gives another result than it did was recorded on other data


def numeric_gradients(root: Value, values: Sequence[Value | None]) -> dict[int, Quantity]:
    """The derivative of `root` by each of `values`, from central differences, by the position in `values`.

    The operations between a node and the root are run anew in float64 on data moved up and down; no rule is asked.
    Constants (None) have none, nor has a node whose check would take too long: many elements far from the root.
    Nothing is known, and the result empty, for a root of more than one element, where a leaf's data was replaced after
    the forward pass, and where an operation cannot be run anew (`checkpoint`).

    Source: `autograd.checking.differences` (Ridders, 1982).

    >>> x = Value(3.0)
    >>> y = x * x
    >>> {i: round(g.value, 6) for i, g in numeric_gradients(y, [x, y]).items()}
    {0: 6.0, 1: 1.0}
    """
    from viz.quantities import quantity

    if root.size != 1:
        return {}
    found: dict[int, Quantity] = {}
    with no_grad():
        try:
            graph = _Graph(topological_order(root))
        except Exception:  # a checkpoint, or an operation of the user's own, that cannot be run anew
            return {}
        wanted: Sequence[Any] = values
        places = [i for i, v in enumerate(wanted) if v is not None and v.requires_grad and v.size]
        if graph.is_stale:
            return {}
        tasks = [(after, i) for i in places if (after := graph.after(wanted[i], LONGEST // wanted[i].size))]
        left = BUDGET
        for after, i in sorted(tasks, key=lambda task: len(task[0]) * wanted[task[1]].size):
            left -= RUNS * len(after) * wanted[i].size
            if left < 0:
                break
            with suppress(Exception):  # an operation, perhaps the user's own, may refuse data that were moved
                found[i] = quantity(graph.gradient(wanted[i], after))
    return dict(sorted(found.items()))


def gap(analytic: Quantity, numeric: Quantity) -> tuple[float, bool]:
    """The largest difference that the records show, and whether it is small enough to call it agreement.

    >>> gap(Number(6.0), Number(6.5))
    (0.5, False)
    """
    xs, ys = _figures(analytic), _figures(numeric)
    if len(xs) != len(ys):
        return float("nan"), False
    pairs = [(x, y) for x, y in zip(xs, ys, strict=True) if x != y and (x == x or y == y)]
    if not pairs:
        return 0.0, True
    largest = max((abs(x - y) for x, y in pairs), key=lambda d: d if d == d else float("inf"))
    size = max(max(abs(x), abs(y)) for x, y in pairs)
    return largest, isfinite(largest) and largest <= CLOSE * max(size, CLOSE)


def _figures(quantity: Quantity) -> list[float]:
    if isinstance(quantity, Number):
        return [quantity.value]
    if not isinstance(quantity, Array):
        return []
    return [quantity.minimum, quantity.mean, quantity.maximum, *(cell for row in quantity.cells for cell in row)]


class _Graph:
    """The recorded operations with the data of their operands, as floats and arrays of float64."""

    def __init__(self, order: Sequence[Value]) -> None:
        self.order = order
        self.place = {value: i for i, value in enumerate(order)}
        self.consumers: dict[Value, list[Value]] = {value: [] for value in order}
        self.data: dict[Value, Any] = {}
        self.is_stale = False
        for value in order:
            if value.op is None:
                self.data[value] = _wide(value.data)
                continue
            for x in value.inputs:
                if isinstance(x, Value):
                    self.consumers[x].append(value)
            self.is_stale |= not _close(_run(value, [_plain(x) for x in value.inputs]), value.data)
            self.data[value] = _wide(self._again(value, {}))

    def _again(self, value: Value, moved: dict[Value, Any]) -> Any:
        xs = [moved.get(x, self.data[x]) if isinstance(x, Value) else _wide(x) for x in value.inputs]
        return _run(value, xs)

    def after(self, value: Value, most: int) -> list[Value]:
        """What depends on a node, the node itself first and operands before results; nothing where that is too much."""
        found, queue = {value}, [value]
        for node in queue:
            for consumer in self.consumers.get(node, ()):
                if consumer not in found:
                    found.add(consumer)
                    queue.append(consumer)
            if len(queue) > most:
                return []
        return sorted(queue, key=self.place.__getitem__)

    def root(self, value: Value, data: Any, after: Sequence[Any]) -> NDArray[Any]:
        """The root, as an array of one element, where `value` has other data; `after` depends on it."""
        from autograd.arrays import np

        moved = {value: data}
        for node in after:
            if node is not value:
                moved[node] = self._again(node, moved)
        last = self.order[-1]
        return np.ravel(moved[last] if last in moved else self.data[last])

    def gradient(self, value: Value, after: Sequence[Any]) -> Any:
        """The derivative of the root by each element of `value`."""
        from autograd.arrays import np
        from autograd.checking.differences import WIDEST, Rounding, scales, slope

        at = np.asarray(self.data[value], np.float64)
        sizes = [float(np.max(np.abs(self.data[node]), initial=0.0)) for node in after]
        inner = max((size for size in sizes if np.isfinite(size)), default=0.0)
        rounding = Rounding(float(np.finfo(np.float64).eps), float(np.max(np.abs(at), initial=0.0)), inner)
        steps = [WIDEST * size for size in scales(np.ravel(at))]  # as gradcheck
        found = np.zeros(at.size)

        def along(k: int, t: float) -> NDArray[Any]:
            moved = at.copy()
            moved.flat[k] += t
            return self.root(value, moved if value.shape or _is_array(value.data) else float(moved), after)

        with np.errstate(all="ignore"):
            for k in range(at.size):
                line = slope(partial(along, k), steps, rounding, lambda d: 1e-6 + 1e-6 * np.abs(d))
                found[k] = line.value[0]
        return found.reshape(at.shape) if _is_array(value.data) else float(found[0])


def _run(value: Value, xs: list[Any]) -> Any:
    op, params = value.op, value.params
    if not params and op.scalar is not None and all(type(x) is float for x in xs):
        return op.scalar(*xs)
    return op.apply(xs, params)


def _plain(x: Any) -> Any:
    return x.data if isinstance(x, Value) else x


def _is_array(x: Any) -> bool:
    return hasattr(x, "dtype")


def _wide(x: Any) -> Any:
    """A float as it is, an array of floats in float64, in which differences lose least."""
    x = _plain(x)
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return float(x)
    from autograd.arrays import np

    return np.asarray(x, np.float64) if getattr(x, "dtype", None) is not None and x.dtype.kind == "f" else x


def _close(x: Any, y: Any) -> bool:
    if type(x) is float and type(y) is float:
        return x == y or x != x or abs(x - y) <= STALE * abs(y)
    from autograd.arrays import np

    return bool(np.allclose(x, y, rtol=STALE, atol=0.0, equal_nan=True))
