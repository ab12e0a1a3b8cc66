"""Parameters without a gradient: not in the graph, cut off, or left out by the pass that reached the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from autograd import Value
from viz.diagnosis.evidence import Evidence, listed
from viz.diagnosis.findings import Finding
from viz.wording import printable

__all__ = ["without_gradient"]


def without_gradient(evidence: Evidence, parameters: Mapping[str, Value]) -> Iterator[Finding]:
    """Findings about the parameters that should learn and cannot; frozen ones (`requires_grad=False`) are meant to."""
    wanted = {name: p for name, p in parameters.items() if p.requires_grad}
    reached = {name: p for name, p in wanted.items() if id(p) in evidence.place}
    absent = {name: p for name, p in wanted.items() if name not in reached}
    if absent:
        yield _finding(
            absent,
            "not in the graph of the root, so that no gradient can come there. See that the forward pass uses each "
            "parameter, and that none is replaced by another Value after it.",
        )
    cut = {name: p for name, p in reached.items() if _is_cut(evidence, p)}
    if cut:
        by = listed(sorted(_cutting(evidence, cut.values())))
        yield _finding(
            cut,
            f"in the graph, but cut off from the root: no gradient passes {by}, which every path goes through. Take "
            "that operation out, or use one with a derivative.",
        )
    # Right after the forward pass, or after zero_grad(), no parameter has one: that is as it should be.
    missed = {name: p for name, p in reached.items() if name not in cut and not p.has_grad}
    if evidence.root.has_grad and 0 < len(missed) < len(reached) - len(cut):
        yield _finding(
            missed,
            "without a gradient, though backward() was called and other parameters have theirs: it was reset since, or "
            "never computed. Call zero_grad() on the whole model, then backward() again.",
        )


def _finding(parameters: Mapping[str, Value], text: str) -> Finding:
    names, values = [printable(name) for name in parameters], tuple(parameters.values())
    several = len(names) > 1
    subject = f"{len(names):,} parameters ({listed(names)}) are" if several else f"The parameter {names[0]} is"
    return Finding("no gradient", values[0], names[0], f"{subject} {text}", "warning", "no grad", values)


def _is_cut(evidence: Evidence, parameter: Value) -> bool:
    i = evidence.place[id(parameter)]
    return evidence.has_gradients and not evidence.note and evidence.gradients[i] is None


def _cutting(evidence: Evidence, parameters: Iterable[Value]) -> set[str]:
    """The operations that a gradient reached and that handed none on, on the way to some parameters."""
    found = set()
    seen = {evidence.place[id(parameter)] for parameter in parameters}
    pending = list(seen)
    while pending:
        for i in evidence.consumers[pending.pop()]:
            if evidence.gradients[i] is not None:
                found.add(evidence.order[i].op.name)
            elif i not in seen:
                seen.add(i)
                pending.append(i)
    return found or {"a constant"}
