"""explain: the chain rule for one node, in words and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from autograd.errors import GraphError, SignatureError
from autograd.graph.cotangents import as_value, plain
from autograd.graph.order import dependents, tracked_order
from autograd.graph.recording import Observer
from autograd.graph.seeds import require_value, start
from autograd.graph.steps import kept_partials
from autograd.graph.value import Value
from autograd.graph.walks import reverse

__all__ = ["Explanation", "Path", "contributions", "explain"]


class Path(NamedTuple):
    """One way in which a node enters the root: through `consumer`, as its operand number `place`.

    `contribution` is the local derivative times the incoming gradient, summed over the axes that were broadcast. An
    operation that is not elementwise has no local derivative of the operand's shape: `local` is None.
    """

    consumer: Value
    place: int
    incoming: Any
    local: Any
    contribution: Any

    def __str__(self) -> str:
        name = self.consumer.op.name + (f" ({self.consumer.label})" if self.consumer.label else "")
        incoming = f"incoming gradient {_text(self.incoming)}"
        rule = (
            f"reverse rule, of the {incoming}" if self.local is None else f"derivative {_text(self.local)} * {incoming}"
        )
        return f"as operand {self.place} of {name}: its {rule} = {_text(self.contribution)}"


class Explanation(NamedTuple):
    """What `explain` found: the node, its gradient in one backward pass, and the paths whose contributions it sums."""

    node: Value
    gradient: Any
    paths: list[Path]
    hint: str

    def __str__(self) -> str:
        name = self.node.label or ("a leaf" if self.node.op is None else f"the result of {self.node.op.name}")
        lines = [f"The gradient of {name} = {_text(self.node.data)} is {_text(self.gradient)}."]
        if not self.paths:
            lines.append("  No path leads from it to the root. The call is explain(node, root): a leaf, then a result.")
        lines += [f"  {i}. {path}" for i, path in enumerate(self.paths, 1)]
        if len(self.paths) > 1:
            lines.append(f"  Their sum is {_text(self.gradient)}: the chain rule adds what comes over all paths.")
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What Jupyter shows."""
        printer.text(str(self))


class _Contributions(Observer):
    """Collects what a reverse walk hands to some nodes: consumer, place, incoming gradient, contribution."""

    def __init__(self, nodes: Iterable[Value], order: Sequence[Value]) -> None:
        super().__init__()
        self.order = dict.fromkeys(order)  # a rule may walk a graph of its own (checkpoint): that is not told
        self.found: dict[Value, list[tuple[Value, int, Any, Any]]] = {node: [] for node in nodes}

    def pulled(self, node: Value, g: Any, paths: Sequence[tuple[int, Value, Any]]) -> None:
        """Keep what goes to the nodes."""
        if node in self.order:
            for i, x, contribution in paths:
                if x in self.found:
                    self.found[x].append((node, i, g, contribution))


def explain(node: Value, root: Value | None = None, gradient: Any = None) -> Explanation:
    """The chain rule for one node: each path's contribution to its gradient in one backward pass from the root.

    Args:
        node: whose gradient is explained.
        root: what is differentiated, as in `root.backward()`; a node does not know what was computed from it.
        gradient: the cotangent to start from, as for `backward`.

    Returns:
        The paths as text (`print` it) and as data (`.paths`, `.gradient`, `.hint`). Nobody's gradient is changed.

    Raises:
        SignatureError: without a root.
        DtypeError: for arguments that are not Values.
        GraphError: for a root that is a constant.

    >>> x = Value(3.0, label="x")
    >>> print(explain(x, x * x + x))
    The gradient of x = 3 is 7.
      1. as operand 1 of add: its derivative 1 * incoming gradient 1 = 1
      2. as operand 0 of multiply: its derivative 3 * incoming gradient 1 = 3
      3. as operand 1 of multiply: its derivative 3 * incoming gradient 1 = 3
      Their sum is 7: the chain rule adds what comes over all paths.
    """
    require_value(node, "explain", "node")
    if root is None:
        raise SignatureError(
            "explain: found a node alone, which does not know what was computed from it (that would be a cycle of "
            "references); expected explain(node, root), the root being what backward() was called on."
        )
    require_value(root, "explain", "root")
    if not root.requires_grad:
        raise GraphError(
            "explain: root: found a constant; expected what was computed from Values that require gradients."
        )
    (total,), (paths,) = contributions(root, [node], gradient)
    total = as_value(total, node).data
    return Explanation(node, total, paths, _accumulation(node, total))


def contributions(root: Value, nodes: Sequence[Value], gradient: Any = None) -> tuple[list[Any], list[list[Path]]]:
    """The gradient of each node in one backward pass from the root (None: no path), and the paths that it sums.

    Raises:
        ShapeError, GraphError: as `backward`.

    >>> x = Value(3.0)
    >>> (g,), (paths,) = contributions(x * x, [x])
    >>> g, [path.contribution for path in paths]
    (6.0, [3.0, 3.0])
    """
    order = dependents(tracked_order([root]), nodes)
    seed = start(root, gradient, "explain")
    with _Contributions(nodes, order) as collected:
        cotangents = reverse(order, [(root, seed)], keep=nodes)
    return [plain(cotangents.get(node)) for node in nodes], [_paths(collected.found[node]) for node in nodes]


def _paths(found: Sequence[tuple[Value, int, Any, Any]]) -> list[Path]:
    return [
        Path(consumer, place, plain(g), _local(consumer, place), plain(contribution))
        for consumer, place, g, contribution in found
    ]


def _local(consumer: Value, place: int) -> Any:
    """The derivative of each element of a node by the operand's; None where that is no number for each element."""
    partials = kept_partials(consumer)
    if partials is not None:
        return partials[place]  # those of the forward pass, whatever became of the operand's data since
    if consumer.op.builder != "elementwise" and consumer.size != 1:
        return None
    from autograd.arrays import np

    one = np.ones_like(consumer.data) if consumer.shape else 1.0
    xs = tuple(x.data if type(x) is Value else x for x in consumer.inputs)
    with np.errstate(all="ignore"):  # as in a walk
        return plain(consumer.op.pull(one, consumer.data, xs, consumer.params, [place])[0])


def _accumulation(node: Value, gradient: Any) -> str:
    """A hint where a leaf's `grad` is not the gradient of one pass."""
    if node.op is not None or not node.has_grad:
        return ""
    from autograd.arrays import np

    held, once = np.ravel(node.grad), np.ravel(gradient)
    if np.allclose(held, once, rtol=1e-6, atol=0.0):
        return ""
    with np.errstate(all="ignore"):
        ratios = held[once != 0.0] / once[once != 0.0]
    times = round(float(ratios[0])) if ratios.size and np.isfinite(ratios[0]) else 0
    if times > 1 and np.allclose(held, times * once, rtol=1e-6, atol=0.0):
        return (
            f"Its .grad holds {_text(node.grad)}, {times} times this: leaf gradients accumulate over calls of "
            "backward(). Call zero_grad() before each pass."
        )
    return (
        f"Its .grad holds {_text(node.grad)}, which is not this: gradients of other passes (another root, other data) "
        "have accumulated in it. Call zero_grad() before each pass."
    )


def _text(x: Any) -> str:
    x = x.data if type(x) is Value else x
    if not getattr(x, "shape", ()):
        return f"{float(x):.6g}"
    from autograd.arrays import np

    text = np.array2string(x, precision=4, threshold=8, edgeitems=2, separator=", ")
    return " ".join(text.split()) + (f" (shape {x.shape})" if x.size > 8 else "")
