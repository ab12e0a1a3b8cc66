"""How gradients flow: the derivative along each drawn edge, what it contributes, and whether that adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograd import Value
from autograd.debug import contributions
from autograd.errors import GraphError
from viz.quantities import quantity
from viz.records import Quantity

__all__ = ["Flow", "flow_of", "why_unknown"]

CLOSE = {2: 1e-2, 4: 1e-4}  # relative, by the bytes of a float: sums in another order; 1e-8 for float64


@dataclass(frozen=True)
class Flow:
    """Gradients of one backward pass by the identity of a Value, and (local, contribution) of its operands' edges.

    `marks` says which Values hold a gradient that is not the sum of its contributions; `remark` why nothing is known.
    """

    gradients: dict[int, Quantity] = field(default_factory=dict)
    edges: dict[tuple[int, int], tuple[Quantity | None, Quantity]] = field(default_factory=dict)
    marks: dict[int, tuple[str, ...]] = field(default_factory=dict)
    remark: str = ""


def flow_of(roots: Sequence[Value], values: Sequence[Value]) -> Flow:
    """The flow into some Values in one pass from the root; nothing where `backward` was not called, or on two roots."""
    if len(roots) != 1 or not roots[0].has_grad or not roots[0].requires_grad:
        return Flow()
    flow = Flow()
    try:
        gradients, paths = contributions(roots[0], values, roots[0].grad)  # type: ignore[arg-type]  # of the stubs
    except GraphError:
        return Flow(remark="A leaf's data was replaced after the forward pass: what edges contribute is not known.")
    except Exception as error:  # a rule of one's own may raise anything; the picture shows where to look for it
        return Flow(remark=f"A derivative failed with {type(error).__name__}: what edges contribute is not known.")
    for value, gradient, into in zip(values, gradients, paths, strict=True):
        if gradient is None:
            continue
        flow.gradients[id(value)] = quantity(gradient)
        for path in into:
            local = None if path.local is None else quantity(path.local)
            flow.edges[id(path.consumer), path.place] = local, quantity(path.contribution)
        if value.op is not None and value.has_grad and not _close(value.grad, gradient):
            # backward was called on another root since, or a rule errs
            flow.marks[id(value)] = ("grad ≠ sum of paths",)
    return flow


def why_unknown(roots: Sequence[Value]) -> str:
    """Why nothing can stand on the edges, in a sentence; "" where something can."""
    if len(roots) != 1:
        return f"Edges are labelled for one root, not for {len(roots)}: draw one of them alone."
    if not roots[0].requires_grad:
        return "No labels on edges: the root has no gradient, since nothing that it was computed from needs one."
    return "" if roots[0].has_grad else "No labels on edges: call backward() on the root first."


def _close(held: Any, summed: Any) -> bool:
    from autograd.arrays import np

    x, y = np.asarray(held), np.asarray(summed)
    return bool(np.allclose(x, y, rtol=CLOSE.get(x.dtype.itemsize, 1e-8), atol=0.0, equal_nan=True))
