"""Layers of units, found in the graph: what a relu, tanh or sigmoid gave over all samples.

An array's result is a layer: (samples, units), or (samples, channels, height, width). In a graph of numbers, each
sample has nodes of its own. Those belong to one unit that were computed from the same bias: results are traced back
through their weighted sum to the leaf that was added to it; without one, to all leaves in it. Units with as many
activations before them make a layer.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value
from viz.diagnosis.evidence import Evidence

__all__ = ["LIMITS", "SATURATION", "Layer", "Unit", "layers"]

LIMITS = {"tanh": (-1.0, 1.0), "erf": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
SATURATION = 1e-3  # from a limit: there the slopes of tanh and sigmoid are below 0.002 and 0.001


@dataclass(frozen=True)
class Unit:
    """One unit over its samples; `values` are its own nodes, none where it is a column of an array.

    `top` is the largest pre-activation and `size` their root mean square. `held` counts the saturated elements whose
    gradient wants them back from the limit; of an output, those that the loss wants nearer to it are right there.
    """

    label: str
    values: tuple[Value, ...]
    samples: int
    zeros: int
    top: float
    size: float
    saturated: int
    held: int


@dataclass(frozen=True)
class Layer:
    """Units that share a function ("relu", "tanh", ...), and the node that holds them if it is one array.

    `is_output` says that no weights follow on the way to the root: the loss sees these results as they are.
    """

    function: str
    units: Sequence[Unit]
    is_output: bool
    array: Value | None = None


def layers(evidence: Evidence) -> Iterator[Layer]:
    """All layers of a graph, in its order."""
    found = [(i, *_activation(value)) for i, value in enumerate(evidence.order)]
    found = [(i, function, before) for i, function, before in found if before is not None]
    outputs = _outputs(evidence) if found else []
    numbers: list[tuple[int, str, Value]] = []
    for i, function, before in found:
        if before is not None and isinstance(before.data, float):
            numbers.append((i, function, before))
        elif before is not None and before.size:
            yield _array_layer(evidence, i, function, before, outputs[i])
    if numbers:
        yield from _number_layers(evidence, numbers, outputs)


def _activation(value: Value) -> tuple[str, Value | None]:
    """The function of that name and its operand; None where it is another operation. maximum(x, 0) is a relu."""
    if value.op is None:
        return "", None
    name, operands = value.op.name, value.inputs
    if name in ("maximum", "clip"):
        values = [x for x in operands if isinstance(x, Value)]
        bounds = [x for x in operands if not isinstance(x, Value)]
        floor = bounds[0] if bounds else None
        is_relu = len(values) == 1 and isinstance(floor, (int, float)) and floor == 0.0
        return ("relu", values[0]) if is_relu else ("", None)
    if name == "relu" or name in LIMITS:
        return name, operands[0]
    return "", None


def _outputs(evidence: Evidence) -> list[bool]:
    """Whether no weights follow each node: leaves, or one moved about, that meet it on its way to the root."""
    weights = [value.op is None and value.requires_grad for value in evidence.order]
    for i, operands in enumerate(evidence.operands):
        if len(operands) == 1 == len(evidence.order[i].inputs):
            weights[i] = weights[operands[0]]
    outputs = [True] * len(weights)
    for i in range(len(weights) - 1, -1, -1):
        operands = evidence.operands[i]
        met = sum(weights[j] for j in operands)
        for j in operands:
            outputs[j] = outputs[j] and outputs[i] and met == weights[j]
    return outputs


# ---- arrays ----


def _array_layer(evidence: Evidence, i: int, function: str, before: Value, is_output: bool) -> Layer:
    """The columns of a result, or the channels of a batch of images."""
    from autograd.arrays import np

    value = evidence.order[i]
    axis = 1 if value.ndim == 4 else value.ndim - 1
    word = "channel" if value.ndim == 4 else "column"

    def columns(x: Any) -> Any:
        x = np.broadcast_to(np.asarray(x), value.shape)
        return np.moveaxis(x, axis, -1).reshape(-1, value.shape[axis]) if value.ndim else x.reshape(1, 1)

    y, z = columns(value.data), columns(before.data)
    with np.errstate(all="ignore"):
        saturated, held = _saturated(np, function, y, _gradient(evidence, i, columns))
        tops, sizes = z.max(axis=0), np.sqrt(np.mean(np.square(z, dtype=np.float64), axis=0))
        zeros = (y == 0.0).sum(axis=0)
    units = [
        Unit(
            f"{word} {j}",
            (),
            len(y),
            int(zeros[j]),
            float(tops[j]),
            float(sizes[j]),
            int(saturated[j]),
            int(held[j]),
        )
        for j in range(y.shape[1])
    ]
    return Layer(function, units, is_output, value)


def _gradient(evidence: Evidence, i: int, columns: Any) -> Any:
    g = evidence.gradients[i] if evidence.has_gradients else None
    return None if g is None else columns(g)


def _saturated(np: Any, function: str, y: Any, g: Any) -> tuple[Any, Any]:
    """Of each column, how many elements lie at a limit, and how many of those are held there."""
    if function not in LIMITS:
        none = np.zeros(y.shape[1], int)
        return none, none
    low, high = LIMITS[function]
    at_low, at_high = y <= low + SATURATION, y >= high - SATURATION
    held = at_low | at_high if g is None else (at_low & (g < 0.0)) | (at_high & (g > 0.0))
    return (at_low | at_high).sum(axis=0), held.sum(axis=0)


# ---- numbers ----


def _number_layers(
    evidence: Evidence, found: Sequence[tuple[int, str, Value]], outputs: Sequence[bool]
) -> Iterator[Layer]:
    grouped: dict[tuple[int, str], dict[frozenset[int], list[tuple[int, Value]]]] = defaultdict(dict)
    depth = _depths(evidence, {i for i, _, _ in found})
    for i, function, before in found:
        units = grouped[depth[i], function]
        units.setdefault(_leaves(evidence, before) or frozenset([-i]), []).append((i, before))
    for (_, function), units in grouped.items():
        together = enumerate(units.items())
        found_units = [_number_unit(evidence, function, k, *unit) for k, unit in together]
        yield Layer(function, found_units, all(outputs[i] for samples in units.values() for i, _ in samples))


def _depths(evidence: Evidence, activations: set[int]) -> list[int]:
    """How many activations lead to each node, at most."""
    depth = [0] * len(evidence.order)
    for i, operands in enumerate(evidence.operands):
        depth[i] = max([depth[j] for j in operands], default=0) + (i in activations)
    return depth


def _leaves(evidence: Evidence, before: Value) -> frozenset[int]:
    """The leaves that tell a unit from others, by identity: its bias, or without one all of its weighted sum."""
    biases: set[int] = set()
    others: set[int] = set()
    pending = [before]
    while pending:
        value = pending.pop()
        # A sum that others use, too, is no unit's own; without this, running sums would be walked again and again.
        is_own = value is before or len(evidence.consumers[evidence.place[id(value)]]) == 1
        if value.op is None:
            if value.requires_grad:
                biases.add(id(value))
        elif value.op.name in ("add", "subtract", "negative", "positive") and is_own:
            pending += [x for x in value.inputs if isinstance(x, Value)]
        else:
            others |= {id(x) for x in value.inputs if isinstance(x, Value) and x.op is None and x.requires_grad}
    return frozenset(biases or others)


def _number_unit(
    evidence: Evidence, function: str, k: int, key: frozenset[int], samples: Sequence[tuple[int, Value]]
) -> Unit:
    values = tuple(evidence.order[i] for i, _ in samples)
    results = [value.data for value in values]
    before = [float(z.data) for _, z in samples]
    saturated = held = 0
    if function in LIMITS:
        low, high = LIMITS[function]
        for (i, _), y in zip(samples, results, strict=True):
            g = evidence.gradients[i] if evidence.has_gradients else None
            at_low, at_high = y <= low + SATURATION, y >= high - SATURATION
            saturated += at_low or at_high
            held += at_low or at_high if g is None else (at_low and g < 0.0) or (at_high and g > 0.0)
    return Unit(
        _unit_label(evidence, k, key, values[0]),
        values,
        len(values),
        sum(y == 0.0 for y in results),
        max(before),
        _mean_square(before),
        saturated,
        held,
    )


def _mean_square(xs: Sequence[float]) -> float:
    scale = max(map(abs, xs))
    if scale == 0.0 or not math.isfinite(scale):
        return scale
    return scale * math.sqrt(sum((x / scale) ** 2 for x in xs) / len(xs))


def _unit_label(evidence: Evidence, k: int, key: frozenset[int], value: Value) -> str:
    """The name of the module that holds the unit's parameters, the label of its result, or its number in the layer."""
    names = [evidence.names.get(leaf, "") for leaf in key]
    if all("." in name for name in names):
        first, *others = [name.split(".")[:-1] for name in names]
        shared = [part for i, part in enumerate(first) if all(other[i : i + 1] == [part] for other in others)]
        return ".".join(shared) or names[0]
    if value.label or id(value) in evidence.names:
        return evidence.name(value)
    return f"number {k}"
