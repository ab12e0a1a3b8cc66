"""The first NaN or infinity: among the data in the forward direction, among the gradients in the backward one.

An infinity that somebody put there (a constant, as in a mask of -inf before a softmax) is meant: it is not told unless
it turns into NaN or reaches the root.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from autograd import Value
from viz.diagnosis.causes import arithmetic, reason, slope_reason
from viz.diagnosis.evidence import Evidence, items, listed
from viz.diagnosis.findings import MARK, Finding, Severity
from viz.wording import number

__all__ = ["nonfinite_data", "nonfinite_gradients"]

NAN, INF = 1, 2  # bits: an array may hold both


def state(x: Any) -> int:
    """Whether a number or an array holds NaN, infinity, both or neither, in bits."""
    x = x.data if isinstance(x, Value) else x
    if isinstance(x, (int, float)):
        return 0 if math.isfinite(x) else NAN if math.isnan(x) else INF
    if getattr(getattr(x, "dtype", None), "kind", "") != "f":
        return 0
    from autograd.arrays import np

    if np.isfinite(x).all():
        return 0
    return NAN * bool(np.isnan(x).any()) | INF * bool(np.isinf(x).any())


def nonfinite_data(evidence: Evidence) -> Iterator[Finding]:
    """The first NaN or infinity that an operation made of finite operands, or that a leaf holds."""
    order = evidence.order
    states = [state(value) for value in order]
    if not any(states):
        return
    bad = [i for i, found in enumerate(states) if found]
    origin = next((i for i in bad if _is_origin(evidence, states, i)), bad[0])
    harms = bool(states[-1]) or any(g is not None and state(g) for g in evidence.gradients)
    if not harms and not _is_origin(evidence, states, origin):
        return
    values = [order[origin]]
    sentence = _made(evidence, order[origin], states[origin])
    turned = next((i for i in bad if i > origin and states[i] & NAN and not _takes(evidence, states, i) & NAN), None)
    if not states[origin] & NAN and turned is not None:
        values.append(order[turned])
        sentence += f" Of infinities {evidence.describe(order[turned])} then makes NaN."
    sentence += f" {_reach(evidence, states, len(bad), harms)}"
    what = "NaN" if states[origin] & NAN else "inf"
    label = evidence.name(order[origin])
    severity: Severity = "error" if harms else "note"
    yield Finding("nonfinite", values[0], label, sentence, severity, _mark(what, values[0]), tuple(values))


def _is_origin(evidence: Evidence, states: list[int], i: int) -> bool:
    value = evidence.order[i]
    if value.op is None:
        return bool(states[i] & NAN) or value.requires_grad
    taken = _takes(evidence, states, i)
    return bool(states[i] & NAN and not taken & NAN) or not taken


def _takes(evidence: Evidence, states: list[int], i: int) -> int:
    """What the operands of a node hold."""
    taken = 0
    for x in evidence.order[i].inputs:
        taken |= states[evidence.place[id(x)]] if isinstance(x, Value) else state(x)
    return taken


def _mark(what: str, value: Value) -> str:
    mark = f"{what} from {value.op.symbol}" if value.op else f"{what} in leaf"
    return mark if len(mark) <= MARK else f"{what} here"


def _reach(evidence: Evidence, states: list[int], count: int, harms: bool) -> str:
    where = "It reaches the root" if states[-1] else "It reaches gradients, not the root"
    if not harms:
        where = "It reaches neither the root nor a gradient" if evidence.has_gradients else "It does not reach the root"
    return f"{where}; {_counted(count, len(states))} NaN or infinity."


def _counted(count: int, total: int) -> str:
    return f"{count:,} of {total:,} nodes {'have' if count > 1 else 'has'}"


def _made(evidence: Evidence, value: Value, found: int) -> str:
    """Where it came from, with the numbers of the first element that is none."""
    index, text, place = _first(value.data, found & NAN or found)
    head = f"The first {'NaN' if math.isnan(text) else 'infinity'} is in {evidence.describe(value)}{place}"
    if value.op is None:
        return f"{head}: the leaf holds {number(text)}. Look where its data come from."
    operands = _operands(value, index)
    largest = _largest(value)
    if operands:
        named = [
            evidence.name(x) for x in value.inputs if isinstance(x, Value) and (x.label or id(x) in evidence.names)
        ]
        sum_ = arithmetic(value.op.name, value.op.symbol, operands, text) + (
            f" (operand{'s' * (len(named) > 1)} {listed(named)})" if named else ""
        )
        if any(math.isnan(x) for x in operands):
            return f"{head}: {sum_}, and an operand is NaN already: a constant. Look where its data come from."
        return f"{head}: {sum_}; {reason(value.op.name, operands, text, largest)}"
    ranges = ", ".join(_range(evidence, x) for x in value.inputs)
    return f"{head}: {value.op.name} of {ranges}; {reason(value.op.name, [], text, largest)}"


def _first(x: Any, wanted: int) -> tuple[tuple[int, ...], float, str]:
    """The index of the first NaN (or infinity) of an array, what stands there, and how that place is told."""
    if isinstance(x, (int, float)):
        return (), float(x), ""
    from autograd.arrays import np

    bad = np.isnan(x) if wanted & NAN else np.isinf(x)
    if not bad.any():
        bad = ~np.isfinite(x)
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    place = f" at {list(index)} ({int(bad.sum()):,} of {x.size:,} elements)" if index else ""
    return index, float(x[index]), place


def _operands(value: Value, index: tuple[int, ...]) -> list[float]:
    """What one element was computed from; nothing for an operation that is not elementwise."""
    if value.op.builder != "elementwise":
        return []
    found = []
    for x in value.inputs:
        data = x.data if isinstance(x, Value) else x
        if getattr(data, "shape", ()):
            from autograd.arrays import np

            data = np.broadcast_to(data, value.shape)[index]
        found.append(float(data))
    return found


def _largest(value: Value) -> float:
    import sys

    if isinstance(value.data, float):
        return sys.float_info.max
    from autograd.arrays import np

    return float(np.finfo(value.dtype).max)


def _range(evidence: Evidence, x: Any) -> str:
    """An operand of an operation on many elements: its name and how large its elements are."""
    name = evidence.describe(x) if isinstance(x, Value) else "a constant"
    data = x.data if isinstance(x, Value) else x
    if not getattr(data, "shape", ()):
        return f"{name} = {number(float(data))}"
    return f"{name} from {number(float(data.min()))} to {number(float(data.max()))}" if data.size else f"{name}, empty"


def nonfinite_gradients(evidence: Evidence) -> Iterator[Finding]:
    """The first NaN or infinity on the way back from the root."""
    found = [g is not None and state(g) for g in evidence.gradients]
    if not any(found):
        return
    i = max(i for i, bad in enumerate(found) if bad)
    value = evidence.order[i]
    bad = int(found[i])
    index, g, place = _first(evidence.gradients[i], bad & NAN or bad)
    what = "NaN" if math.isnan(g) else "infinite"
    head = f"Backward, the first gradient that is {what} is that of {evidence.describe(value)}{place}"
    consumer, text = _handed(evidence, value, index)
    values = (value,) if consumer is None else (value, consumer)
    sentence = f"{head}: {text} {_counted(sum(map(bool, found)), len(found))} such a gradient."
    yield Finding(
        "nonfinite gradient",
        value,
        evidence.name(value),
        sentence,
        "error",
        "grad NaN" if math.isnan(g) else "grad inf",
        values,
    )


def _handed(evidence: Evidence, value: Value, index: tuple[int, ...]) -> tuple[Value | None, str]:
    """Which consumer handed it down, and how."""
    i = evidence.place[id(value)]
    if value is evidence.root:
        return None, "the pass starts with it."
    explanation = evidence.explanation(value)
    if explanation is None:
        if evidence.onward[i] < 0:
            return None, "it came in an earlier pass."
        consumer = evidence.order[evidence.onward[i]]
        return consumer, f"{consumer.op.name} handed it down; {slope_reason(consumer.op.name)}"
    path = next((path for path in explanation.paths if state(path.contribution)), None)
    if path is None:
        return None, "the contributions of its paths are finite, their sum is beyond the largest number."
    name = evidence.describe(path.consumer)
    here = _element(value.data, index)
    operand = "" if here is None else f" where its operand is {number(here)}"
    if state(path.consumer) or any(state(x) for x in path.consumer.inputs):
        return path.consumer, f"{name} hands it down{operand}, from data that are NaN or infinite themselves."
    if path.local is not None and not state(path.local):
        return path.consumer, (
            f"{name} hands it down{operand}: a derivative of up to {number(max(map(abs, items(path.local))))} times "
            f"an incoming gradient of up to {number(max(map(abs, items(path.incoming))))} is too large a number."
        )
    return path.consumer, f"{name} hands it down{operand}; {slope_reason(path.consumer.op.name)}"


def _element(x: Any, index: tuple[int, ...]) -> float | None:
    if isinstance(x, float):
        return x
    return float(x[index]) if len(index) == x.ndim else None
