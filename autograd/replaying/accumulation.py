"""Values that a program takes from outside: whether they are as they were, and their gradients."""

from __future__ import annotations

from typing import Any

from autograd.graph.flags import GRADED, TRACKED
from autograd.graph.operands import arrays
from autograd.graph.value import Value
from autograd.graph.walks import committing  # threads may share leaves, and `grad + g` is a read and a write

__all__ = ["accumulate", "are_tracked"]


def are_tracked(leaves: list[Value], tracked: bytes) -> bool:
    """Whether gradients flow to each leaf (1) or not (0), as it says there."""
    for i, leaf in enumerate(leaves):  # noqa: SIM110  (compiled, this is a loop in C)
        if leaf._flags & TRACKED != tracked[i]:
            return False
    return True


def accumulate(sources: list[Value], gradients: list[Any]) -> None:
    """Add each gradient to the `.grad` of its leaf; what was computed before hands it on to the leaves behind it."""
    with committing:
        _add_all(sources, gradients)


def _add_all(sources: list[Value], gradients: list[Any]) -> None:
    for i, source in enumerate(sources):
        if source._origin is not None:
            source.backward(gradients[i], leaves_only=True)  # type: ignore[attr-defined]  # the walks install it
            continue
        if source._array is None:
            _add_number(source, gradients[i])
        elif source._array_grad is None:
            source._array_grad = gradients[i]
        else:
            source._array_grad = arrays().np.asarray(source._array_grad + gradients[i])  # 0-d ones add up to a scalar
        source._flags |= GRADED


def _add_number(leaf: Value, g: float) -> None:
    leaf._grad = leaf._grad + g if leaf._flags & GRADED else g  # 0.0 + -0.0 would lose the sign
