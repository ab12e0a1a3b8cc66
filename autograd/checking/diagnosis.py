"""From a comparison to a report: what failed, which operation is at fault on its own, and the cause that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograd.arrays import np
from autograd.checking.blocks import Block, Tolerance
from autograd.checking.causes import CAUSES, NON_DETERMINISM, Cause
from autograd.checking.comparison import Comparison
from autograd.checking.evidence import Evidence
from autograd.checking.options import Options
from autograd.checking.problem import Problem
from autograd.checking.report import Disagreement, GradientReport
from autograd.graph.value import Value

__all__ = ["report"]

MOST_NODES = 200  # of a graph, that are looked at one by one
LARGEST = 4096  # entries of an operation's Jacobian, that are all compared
UNKNOWN = Cause("", lambda evidence: None, weak=True)


def report(problem: Problem, options: Options) -> GradientReport:
    """Compare, and say what was found, with the probable cause where not everything could be confirmed."""
    tolerance = Tolerance.chosen(options.atol, options.rtol, problem.dtype)
    with np.errstate(all="ignore"):  # beside the point f may be infinite, or undefined; at the point it has warned
        return _reported(Comparison(problem, tolerance, options))


def _reported(comparison: Comparison) -> GradientReport:
    open_blocks = sorted((b for b in comparison.blocks if b.open), key=lambda b: b.badness, reverse=True)
    cause, explanation, operation = _diagnosed(comparison, open_blocks) if open_blocks else ("", "", "")
    return GradientReport(
        name=comparison.problem.name,
        compared=_counted(comparison, lambda block: block.analytic.size),
        failed=_counted(comparison, lambda block: int(block.failed.sum())),
        undecided=_counted(comparison, lambda block: int(block.undecided.sum())),
        worst=tuple(_disagreement(comparison.problem, block) for block in open_blocks),
        cause=cause,
        explanation=explanation,
        operation=operation,
        precision=str(comparison.precision),
    )


def _counted(comparison: Comparison, count: Callable[[Block], int]) -> dict[str, int]:
    return {mode: sum(count(b) for b in comparison.blocks if b.mode == mode) for mode in comparison.options.modes}


def _disagreement(problem: Problem, block: Block) -> Disagreement:
    row, column = block.worst
    leaf = problem.leaves[block.leaf]
    return Disagreement(
        output=problem.output(row) if block.weights is None else "a random combination of outputs",
        argument=leaf.entry(column) if block.directions is None else f"{leaf.known} along a random direction",
        mode=block.mode,
        analytic=float(block.analytic[row, column]),
        numeric=float(block.numeric.value[row, column]),
        error=float(block.numeric.error[row, column]),
        tolerance=float(block.allowed[row, column]),
        decided=bool(block.failed[row, column]),
    )


# ---- the cause -------------------------------------------------------------------------------------------------------


def _diagnosed(comparison: Comparison, blocks: Sequence[Block]) -> tuple[str, str, str]:
    """The name of the cause, its explanation, and the operation that is at fault by itself."""
    whole = Evidence(comparison, blocks[0])
    cause, explanation = _cause(whole)
    if cause is NON_DETERMINISM or not whole.failed or np.isnan(whole.analytic):
        return cause.name, explanation, ""
    found = [(operation, *_cause(evidence)) for operation, evidence in _culprits(comparison)]
    if not found:
        return cause.name, explanation, ""
    operation, own, words = min(found, key=lambda culprit: culprit[1].weak)
    if own is not UNKNOWN:
        cause, explanation = own, words
    explanation = explanation or "none that is known fits."
    return cause.name, f"{explanation} It shows in the operation '{operation}' by itself.", operation


def _cause(evidence: Evidence) -> tuple[Cause, str]:
    for cause in CAUSES:
        explanation = cause.look(evidence)
        if explanation:
            return cause, explanation
    return UNKNOWN, ""


def _culprits(comparison: Comparison) -> Iterator[tuple[str, Evidence]]:
    """Operations of the graph whose rule is wrong at the operands that it met there, each looked at by itself."""
    nodes = [node for node in comparison.problem.first.nodes() if node.op is not None and _has_rule(node)]
    for node in nodes[:MOST_NODES]:
        try:
            problem = _alone(node)
            if problem is None:
                continue
            fast = problem.first.vector.size * max(leaf.size for leaf in problem.leaves) > LARGEST
            local = Comparison(problem, comparison.tolerance, replace(comparison.options, fast=fast))
        except Exception:  # whatever it has against being moved alone, the report is about f
            continue
        worst = max(local.blocks, key=lambda b: b.badness)
        if worst.failed.any():
            yield node.op.name, Evidence(local, worst, alone=True)


def _has_rule(node: Value) -> bool:
    """Whether an operation can be looked at alone: `prepare` says that not all operands near by lie in its domain."""
    return node.op.builder != "predicate" and not node.op.by_decree and node.op.prepare is None


def _alone(node: Value) -> Problem | None:
    """The operation of one node as a function of the operands it met; None where none of them can be varied."""
    op = node.op
    names = [f"operand {i}" for i in range(len(node.inputs))]
    if not op.variadic:
        names[: len(op.operand_names)] = [f"operand {name!r}" for name in op.operand_names]
    tracked = [i for i, x in enumerate(node.inputs) if type(x) is Value and x.requires_grad]
    constants = [op.operand_names.index(name) for name in op.constants]
    varied = [i for i in tracked if i not in constants]
    if not varied:
        return None

    def f(*xs: Any) -> Any:
        operands = [x.data if type(x) is Value else x for x in node.inputs]
        for i, x in zip(varied, xs, strict=True):
            operands[i] = x
        return op.apply(operands, node.params)

    return Problem(op.name, f, tuple(Value(node.inputs[i].data) for i in varied), [names[i] for i in varied])
