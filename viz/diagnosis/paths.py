"""Vanishing and exploding gradients: leaves whose gradient is many times smaller or larger than the root's.

A small gradient is no fault by itself: the mean over a batch divides by its length, and a trained network's residual is
nearly 0. Each is one step. What makes a deep network stop learning is a product of many steps (Hochreiter, 1991;
Bengio, Simard and Frasconi, 1994). So the path from the root to a leaf is judged without its most extreme steps.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from autograd import Value
from viz.diagnosis.evidence import Evidence, listed
from viz.diagnosis.findings import Finding
from viz.wording import number

__all__ = ["EXPLODING", "SPARED", "VANISHING", "flowing"]

# With a learning rate of 0.1, a gradient of 1e-6 moves a weight of size 1 by 1e-7: float32 cannot tell 1 from 1 + 5e-8.
VANISHING = 1e-6
EXPLODING = 1e6  # the reverse: where the last layer learns at such a rate, this leaf is thrown 1e5 away
SPARED = 2  # steps left out of a path, the most extreme ones: a mean and a residual (a sum and unscaled data)


def flowing(evidence: Evidence) -> Iterator[Finding]:
    """Findings about the leaves at whose end the gradient has vanished or exploded; exact zeros count by their path."""
    if not evidence.has_gradients or not evidence.sizes[-1] or not math.isfinite(evidence.sizes[-1]):
        return
    logs = _logarithms(evidence)
    for kind, direction, limit in (("vanishing", -1.0, -math.log(VANISHING)), ("exploding", 1.0, math.log(EXPLODING))):
        shares = _shares(evidence.onward, logs, direction)
        leaves = [
            i
            for i, value in enumerate(evidence.order)
            if value.op is None and value.requires_grad and value is not evidence.root and shares[i] > limit
        ]
        if leaves:
            worst = max(leaves, key=shares.__getitem__)
            yield _finding(evidence, kind, direction, worst, leaves)


def _logarithms(evidence: Evidence) -> list[float]:
    """Of each gradient's size against the root's: -inf for 0, NaN for one that is infinite or unknown."""
    seed = math.log(evidence.sizes[-1])
    return [
        (math.log(size) - seed if size else -math.inf) if g is not None and math.isfinite(size) else math.nan
        for g, size in zip(evidence.gradients, evidence.sizes, strict=True)
    ]


def _shares(onward: Sequence[int], logs: Sequence[float], direction: float) -> list[float]:
    """How far each gradient lies beyond the root's in that direction, in logarithms, without the spared steps."""
    extremes: list[tuple[float, ...]] = [()] * len(logs)
    shares = [-math.inf] * len(logs)
    shares[-1] = 0.0
    for i in range(len(logs) - 2, -1, -1):
        j = onward[i]
        if j < 0 or math.isnan(logs[i]) or math.isnan(logs[j]):
            continue
        if logs[j] == -math.inf:  # zero went in, zero came out: nothing new to be learned
            extremes[i], shares[i] = extremes[j], shares[j]
            continue
        step = direction * (logs[i] - logs[j])
        extremes[i] = tuple(sorted((*extremes[j], max(step, 0.0)), reverse=True)[:SPARED])
        if logs[i] == -math.inf:  # by an underflow, or by a step that stops everything: the latter is spared
            shares[i] = -logs[j] - sum(extremes[i][1:]) if direction < 0.0 else -math.inf
        else:
            shares[i] = direction * logs[i] - sum(extremes[i])
    return shares


def _finding(evidence: Evidence, kind: str, direction: float, worst: int, leaves: Sequence[int]) -> Finding:
    path = [worst]
    while evidence.onward[path[-1]] >= 0:
        path.append(evidence.onward[path[-1]])
    logs = _logarithms(evidence)
    steps = [
        (direction * (logs[i] - logs[j]), j)
        for i, j in pairwise(path)
        if math.isfinite(logs[j]) and evidence.sizes[i] >= sys.float_info.min  # below, its digits are lost
    ]
    by_name: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for step, j in steps or [(0.0, path[-1])]:
        by_name[evidence.order[j].op.name].append((step, j))
    guilty = max(by_name.values(), key=lambda these: sum(step for step, _ in these))
    leaf, culprit = evidence.order[worst], evidence.order[max(guilty)[1]]
    text = _sentence(evidence, kind, path, [(direction * step, j) for step, j in guilty], culprit)
    others = [evidence.describe(evidence.order[i]) for i in leaves if i != worst]
    if others:
        text += f" So do {len(others):,} other leaves: {listed(others)}." if others[1:] else f" So does {others[0]}."
    values = (leaf, *(evidence.order[i] for i in leaves if i != worst), culprit)
    return Finding(kind, leaf, evidence.name(leaf), text, "warning", kind, values)


def _sentence(
    evidence: Evidence, kind: str, path: Sequence[int], guilty: Sequence[tuple[float, int]], culprit: Value
) -> str:
    """`guilty` are the steps through the operations of one name that change the gradient most, in logarithms."""
    leaf, size = evidence.order[path[0]], evidence.sizes[path[0]]
    ratio = f"{number(size / evidence.sizes[-1])} times" if size else "nothing of"
    shrinks = kind == "vanishing"
    together = _factor(sum(step for step, _ in guilty))
    extreme = _factor((min if shrinks else max)(step for step, _ in guilty))
    several = f"{len(guilty):,} are {culprit.op.name}, with a factor of {together} in all; " if len(guilty) > 1 else ""
    advice = (
        "Use relu, residual connections, or larger initial weights."
        if shrinks
        else "Use smaller initial weights, scaled data, or clip the gradients."
    )
    return (
        f"The gradient of {evidence.describe(leaf)} {'vanishes' if shrinks else 'explodes'}: its root mean square, "
        f"{number(size)}, is {ratio} the root's. Of the {len(path) - 1:,} operations on its path {several}the "
        f"{'weakest' if shrinks else 'strongest'}{' of these' * bool(several)} is {evidence.describe(culprit)}, with a "
        f"factor of {extreme}. {advice}"
    )


def _factor(logarithm: float) -> str:
    """A factor from its logarithm, which may be beyond what a float holds."""
    exponent = math.floor(logarithm / math.log(10.0))
    if abs(exponent) < 300:
        return number(math.exp(logarithm))
    return f"{number(math.exp(logarithm - exponent * math.log(10.0)))}e{exponent:+d}"
