"""What a diagnosis looks at: the graph in order, the gradients of one pass of its own, and names. Changes nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from autograd import Value, debug, topological_order
from autograd.errors import DtypeError, ShapeError
from viz.wording import number, printable

__all__ = ["Evidence", "gather", "items", "listed", "rms"]

_debug: Any = debug  # whose Value is the same class under another name to type checkers
LISTED = 3  # names in a sentence; of more it says how many


@dataclass(frozen=True)
class Evidence:
    """The graph of a root, inputs first. Lists are by a node's place in `order`.

    `gradients` holds plain data, None where no path leads to the root; `sizes` their root mean squares; `onward` the
    place of the consumer through which most of a node's gradient came, -1 for none. All are empty when no gradient is
    known, and `note` says why. `seed` is what the pass started from, None for 1.
    """

    order: Sequence[Value]
    place: Mapping[int, int]  # by identity
    operands: Sequence[Sequence[int]]  # Values, not constants
    consumers: Sequence[Sequence[int]]
    names: Mapping[int, str]  # by identity
    gradients: Sequence[Any]
    sizes: Sequence[float]
    onward: Sequence[int]
    seed: Any
    note: str

    @property
    def root(self) -> Value:
        """The last node."""
        return self.order[-1]

    @property
    def has_gradients(self) -> bool:
        """Whether gradients of one pass are known."""
        return bool(self.gradients)

    def name(self, value: Value) -> str:
        """The name of a parameter or a variable, the label, or what made it."""
        return printable(self.names.get(id(value)) or value.label) or (value.op.name if value.op else "a leaf")

    def describe(self, value: Value) -> str:
        """The name, with the operation and the shape where they add to it."""
        name = self.name(value)
        facts = [value.op.name] if value.op is not None and value.op.name != name else []
        facts += [f"shape {value.shape}"] if value.shape else []
        return f"{name} ({', '.join(facts)})" if facts else name

    def explanation(self, value: Value) -> Any:
        """The paths of a node's gradient; None where they cannot be walked again."""
        try:
            with _quiet(self.order):
                return _debug.explain(value, self.root, self.seed)
        except Exception:  # a rule may raise anything
            return None


def gather(root: Value, names: Mapping[int, str], gradient: Any) -> Evidence:
    """Walk the graph forward for its order and backward for its gradients; nobody's `.grad` is changed.

    Raises:
        ShapeError, DtypeError: for a gradient that does not fit the root.
    """
    order = topological_order(root)
    place = {id(value): i for i, value in enumerate(order)}
    operands = [[place[id(x)] for x in value.inputs if isinstance(x, Value)] for value in order]
    consumers: list[list[int]] = [[] for _ in order]
    for i, sources in enumerate(operands):
        for j in sources:
            consumers[j].append(i)
    seed = root.grad if gradient is None and root.size != 1 and root.has_grad else gradient
    try:
        gradients, onward, note = _gradients(order, place, seed)
    except Exception as error:  # whatever a rule raises, a replaced leaf among them: the forward findings still hold
        if gradient is not None and isinstance(error, (ShapeError, DtypeError)):
            raise
        gradients, onward, note = _held(order, consumers, error)
    sizes = [rms(g) if g is not None else 0.0 for g in gradients]
    return Evidence(order, place, operands, consumers, names, gradients, sizes, onward, seed, note)


def _gradients(order: Sequence[Value], place: Mapping[int, int], seed: Any) -> tuple[list[Any], list[int], str]:
    root = order[-1]
    if not root.requires_grad:
        return [], [], "No gradients: the root is a constant, computed under no_grad or from constants only."
    if seed is None and root.size != 1:
        return (
            [],
            [],
            (
                f"No gradients were looked at: the root has the shape {root.shape}. "
                "Diagnose a loss, or pass gradient= as to backward()."
            ),
        )
    with _quiet(order):
        gradients, paths = _debug.contributions(root, order, seed)
    if gradients[-1] is None:
        return [], [], "No gradients were looked at: the pass starts from a gradient of zeros."
    onward = [-1] * len(order)
    for i, into in enumerate(paths):
        if len(into) == 1:
            onward[i] = place[id(into[0].consumer)]
        elif into:
            onward[i] = place[id(max(into, key=lambda path: rms(path.contribution)).consumer)]
    return gradients, onward, ""


def _quiet(order: Sequence[Value]) -> AbstractContextManager[object]:
    """NumPy's warnings were the forward pass's business, and would stop the walk where they are errors."""
    if all(isinstance(value.data, float) for value in order):
        return nullcontext()
    from autograd.arrays import np

    quiet: AbstractContextManager[object] = np.errstate(all="ignore")
    return quiet


def _held(
    order: Sequence[Value], consumers: Sequence[Sequence[int]], error: Exception
) -> tuple[list[Any], list[int], str]:
    """The gradients that the nodes hold; each is taken to come from its consumer with the largest."""
    if not order[-1].has_grad:
        return [], [], f"No gradients were looked at: {error}"
    held = [value.grad if value.has_grad else None for value in order]
    sizes = [0.0 if g is None else rms(g) for g in held]
    onward = [max(into, key=sizes.__getitem__, default=-1) for into in consumers]
    return held, onward, f"The gradients are those of the last backward(), as a new pass fails. {error}"


def rms(x: Any) -> float:
    """The root mean square of a number or an array, without overflow; of an empty array 0.

    >>> rms(-3.0)
    3.0
    """
    if isinstance(x, (int, float)):
        return abs(float(x))
    from autograd.arrays import np

    if not x.size:
        return 0.0
    with np.errstate(all="ignore"):
        size = np.abs(np.asarray(x, dtype=np.float64))
        most = float(size.max())
        return most if most == 0.0 or not math.isfinite(most) else most * float(np.sqrt(np.mean((size / most) ** 2)))


def items(x: Any) -> list[float]:
    """The elements of a number or an array."""
    if isinstance(x, (int, float)):
        return [float(x)]
    found: list[float] = x.ravel().tolist()
    return found


def listed(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are.

    >>> listed(["a", "b"]), listed(["a", "b", "c", "d", "e"])
    ('a and b', 'a, b, c and 2 more')
    """
    if len(names) > LISTED:
        return f"{', '.join(names[:LISTED])} and {number(len(names) - LISTED)} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
