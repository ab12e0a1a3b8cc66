"""detect_anomaly: stop at the first NaN or infinity, and say where in the user's code it came from."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.errors import AnomalyError
from autograd.graph.cotangents import plain
from autograd.graph.operation import Operation
from autograd.graph.recording import Observer
from autograd.graph.value import Call, Value

__all__ = ["detect_anomaly"]

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKAGES = tuple(os.path.join(ROOT, name, "") for name in ("autograd", "nn", "viz"))  # their frames are not the user's


class detect_anomaly(Observer):  # noqa: N801  (a function to its users, as in PyTorch)
    """Stop at the first NaN or infinity inside the block, in a result or in a gradient.

    The error names the operation, its operands with their labels and shapes, and the line of the program that made the
    node. Slower by far: for finding trouble. Graphs made outside the block are checked, too, in the backward pass; the
    line that made them is not known.

    Args:
        infinity: False lets infinities pass, where they are meant (a mask of -inf before a softmax).

    Raises:
        AnomalyError: where a NaN or an infinity comes up.

    >>> from autograd import log
    >>> x = Value(-1.0, label="x")
    >>> with detect_anomaly():  # doctest: +ELLIPSIS
    ...     y = log(x) + 1.0
    Traceback (most recent call last):
    autograd.errors.AnomalyError: detect_anomaly: forward: log gave nan. Operands: x = -1.0. Made at ...
    """

    def __init__(self, *, infinity: bool = True) -> None:
        super().__init__()
        self._infinity = infinity

    def computed(self, node: Value, op: Operation, operands: Sequence[Any], params: Mapping[str, Any]) -> None:
        """Note the line that made the node; stop where its data is no finite number."""
        site = _users_line()
        if type(node._origin) is Call:
            node._origin.site = site
        found = self._found(node.data)
        if found:
            before = [i for i, x in enumerate(operands) if self._found(x.data if type(x) is Value else x)]
            already = f" Operand {before[0]} was not finite to begin with." if before else ""
            raise AnomalyError(
                f"detect_anomaly: forward: {op.name} gave {found}. {_operands(operands)}{already} Made at {site}."
            )

    def reached(self, node: Value, g: Any) -> None:
        """Stop where finite contributions make a sum that is none, or the seed is none."""
        found = self._found(g)
        if found:
            made = "a leaf" if node.op is None else f"the result of {node.op.name}, made {_made_at(node)}"
            raise AnomalyError(
                f"detect_anomaly: backward: the contributions to {_summary(node)} sum to {found}; it is {made}."
            )

    def pushed(self, node: Value, t: Any) -> None:
        """Stop where the tangent of a node is no finite number."""
        found = self._found(t)
        if found:
            raise AnomalyError(
                f"detect_anomaly: forward mode: the tangent of {node.op.name} is {found}. {_operands(node.inputs)} "
                f"The node was made {_made_at(node)}."
            )

    def pulled(self, node: Value, g: Any, paths: Sequence[tuple[int, Value, Any]]) -> None:
        """Stop where a node hands back what is no finite number."""
        for place, _, contribution in paths:
            found = self._found(contribution)
            if found:
                raise AnomalyError(
                    f"detect_anomaly: backward: {node.op.name} handed {found} to its operand {place}, from the "
                    f"incoming gradient {_summary(g)}. {_operands(node.inputs)} The node was made "
                    f"{_made_at(node)}."
                )

    def _found(self, x: Any) -> str:
        """What is wrong with a number or an array, and where; nothing if all is well."""
        x = plain(x)
        x = x.data if type(x) is Value else x
        if isinstance(x, (int, float)):
            return repr(x) if self._is_bad(float(x)) else ""
        if getattr(getattr(x, "dtype", None), "kind", "") != "f":
            return ""
        from autograd.arrays import np

        bad = np.isnan(x) if not self._infinity else ~np.isfinite(x)
        if not bad.any():
            return ""
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        value = float(x[first])
        return f"{value!r}" if not first else f"{value!r} at {list(first)} ({int(bad.sum())} of {x.size} elements)"

    def _is_bad(self, x: float) -> bool:
        return math.isnan(x) or (self._infinity and math.isinf(x))


def _made_at(node: Value) -> str:
    site = node._origin.site if type(node._origin) is Call else None
    return f"at {site}" if site else "outside detect_anomaly, so its line is not known"


def _users_line() -> str:
    """The innermost line of code that is not this project's: "file.py:12, in f: y = log(x)"."""
    import linecache  # slow to import

    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGES):
        frame = frame.f_back
    path, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(path, line, frame.f_globals).strip()
    return f"{path}:{line}, in {frame.f_code.co_name}{f': {text}' if text else ''}"


def _operands(operands: Sequence[Any]) -> str:
    return f"Operands: {', '.join(_summary(x) for x in operands)}."


def _summary(x: Any) -> str:
    """A label and a number, or a label and a shape."""
    label = x.label if type(x) is Value else ""
    data = plain(x)
    data = data.data if type(data) is Value else data
    if getattr(data, "shape", ()):
        return f"{label or 'an array'} of shape {data.shape}"
    return f"{label} = {float(data)!r}" if label else repr(float(data))
