"""Dead units, whose relu is 0 for every sample, and saturated ones, whose tanh or sigmoid is at its limits.

By chance alone, fresh weights leave some units of a deep relu network silent on a whole batch: its samples are alike
there. Those are not told. A unit is told as dead where no chance explains it, or where its whole layer is silent (Lu,
Shin, Su and Karniadakis, Dying ReLU and Initialization, 2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd import Value
from viz.diagnosis.evidence import Evidence, listed
from viz.diagnosis.findings import Finding
from viz.diagnosis.layers import SATURATION, Layer, Unit, layers
from viz.wording import number

__all__ = ["dead", "saturated", "unit_findings"]

SAMPLES = 4  # fewer tell nothing of a unit: even a good one is silent on half of them
DEAD_SHARE = 0.9  # of a layer's units; fresh weights leave at most about a half silent
# Below 0 by more than 8 times what any other unit of the layer has (at 4, 1 fresh network in 3,000 had such a unit). A
# few others tell badly what is usual.
DEAD_MARGIN, FEW_MARGIN, MANY = 8.0, 30.0, 3
SATURATED_SHARE = 2 / 3  # of a layer's elements: wide tanh layers of micrograd's weights start with up to 0.4
STUCK_SHARE = 0.95  # of one unit's samples
HELD_SHARE, FEW = 0.1, 8  # of an output's saturated elements; of fewer than 8 the signs of gradients tell nothing


def unit_findings(evidence: Evidence) -> Iterator[Finding]:
    """Findings about dead and about saturated units, layer by layer."""
    for layer in layers(evidence):
        silent = dead(layer.units) if layer.function == "relu" else []
        if silent:
            yield _dead_finding(evidence, layer, silent)
        stuck = saturated(layer.units, layer.is_output) if layer.function != "relu" else []
        if stuck:
            yield _saturated_finding(evidence, layer, stuck)


def dead(units: Sequence[Unit]) -> list[Unit]:
    """The units that are 0 for every sample and will stay so."""
    silent = [unit for unit in units if unit.samples >= SAMPLES and unit.zeros == unit.samples]
    if len(silent) >= DEAD_SHARE * len(units):
        return silent
    awake = [unit.size for unit in units if unit.zeros < unit.samples]
    margin = DEAD_MARGIN if len(awake) >= MANY else FEW_MARGIN
    return [unit for unit in silent if -unit.top > margin * max(awake)]


def saturated(units: Sequence[Unit], is_output: bool) -> list[Unit]:
    """All units where most elements of the layer lie at a limit, else those that nearly always do."""
    if sum(unit.saturated for unit in units) >= SATURATED_SHARE * sum(unit.samples for unit in units):
        found = list(units)
    else:
        found = [unit for unit in units if unit.samples >= SAMPLES and unit.saturated >= STUCK_SHARE * unit.samples]
    count = sum(unit.saturated for unit in found)
    content = is_output and count >= FEW and sum(unit.held for unit in found) < HELD_SHARE * count
    return [] if content else found


def _dead_finding(evidence: Evidence, layer: Layer, found: Sequence[Unit]) -> Finding:
    samples = max(unit.samples for unit in found)
    top = max(unit.top for unit in found)
    sentence = (
        f"{_subject(evidence, layer, found)} dead: 0 for all {samples:,} samples, so that no gradient passes. The "
        f"largest pre-activation is {number(top)}. Start again with other weights and a bias of 0, lower the learning "
        "rate, or use leaky_relu."
    )
    return _finding(evidence, layer, found, "dead", sentence)


def _saturated_finding(evidence: Evidence, layer: Layer, found: Sequence[Unit]) -> Finding:
    count, total = sum(unit.saturated for unit in found), sum(unit.samples for unit in found)
    sentence = (
        f"{_subject(evidence, layer, found)} saturated: {count:,} of {total:,} elements "
        f"({number(100 * count / total)} %) lie within {number(SATURATION)} of a limit of {layer.function}, where its "
        "slope is near 0. Use smaller weights or scaled inputs; at the output, a loss on logits."
    )
    return _finding(evidence, layer, found, "saturated", sentence)


def _subject(evidence: Evidence, layer: Layer, found: Sequence[Unit]) -> str:
    """Which units, and a verb: 3 of 32 units of h (relu, shape (64, 32)), column 1, ..., are."""
    names = [unit.label for unit in found]
    verb = "is" if len(found) == 1 else "are"
    if layer.array is not None:
        whole = evidence.describe(layer.array)
        if len(found) == len(layer.units):
            return f"{whole} is"
        return f"{len(found):,} of {len(layer.units):,} units of {whole}, {listed(names)}, {verb}"
    if len(layer.units) == 1:
        return f"The {layer.function} unit {'' if names[0] == 'number 0' else names[0]}".rstrip() + " is"
    if len(found) == len(layer.units):
        return f"All {len(found):,} {layer.function} units of a layer, {listed(names)}, are"
    return f"{len(found):,} of {len(layer.units):,} {layer.function} units of a layer, {listed(names)}, {verb}"


def _finding(evidence: Evidence, layer: Layer, found: Sequence[Unit], kind: str, sentence: str) -> Finding:
    values: tuple[Value, ...] = (layer.array,) if layer.array is not None else ()
    values += tuple(value for unit in found for value in unit.values)
    label = evidence.name(layer.array) if layer.array is not None else found[0].label
    return Finding(kind, values[0], label, sentence, "warning", kind, values)
