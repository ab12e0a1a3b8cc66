"""The causes of a gradient that could not be confirmed: each looks at the evidence and says its sentence, or None.

The first that fits is reported. Those that make any comparison meaningless come first, then what is wrong around the
rules, then the shapes that a mistake in a rule leaves in the Jacobian, the more special before the more general.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from autograd.arrays import np
from autograd.checking.evidence import Evidence
from autograd.graph.value import Value
from autograd.graph.walks import gradients

__all__ = ["CAUSES", "NON_DETERMINISM", "Cause"]

# ---- the function ----------------------------------------------------------------------------------------------------


def non_determinism(e: Evidence) -> str | None:
    """f gives two answers at one point."""
    data = [leaf.data for leaf in e.problem.leaves]
    first, second = (e.problem.at(data).vector for _ in range(2))
    if first.shape == second.shape and np.array_equal(first, second, equal_nan=True):
        return None
    return (
        "f called twice at the same point gave two results: it is random, or depends on something that changes from "
        "call to call. Fix the seed inside f, or switch the random part (dropout, noise) off."
    )


def no_value(e: Evidence) -> str | None:
    """There is no finite value at the point."""
    if np.isfinite(e.value):
        return None
    return f"f itself is {e.value:g} at this point, which lies outside its domain or on its edge: check inside."


def missing_number(e: Evidence) -> str | None:
    """0 * inf in a walk: a branch that the result does not use has an infinite slope."""
    if not np.isnan(e.analytic):
        return None
    culprit = next(_where_nan_arises(e), "")
    where = f" in the rule of '{culprit}'" if culprit else ""
    return (
        f"f is finite here, and a NaN arises{where}: 0 * inf, where something that the result does not use has an "
        "infinite slope. Choose with where(condition, x, y), whose branch not taken gets no gradient; a product with "
        "a mask multiplies that slope by zero."
    )


def _where_nan_arises(e: Evidence) -> Iterator[str]:
    """Operations whose own cotangent has no NaN, and an operand's has."""
    nodes = e.nodes
    for _, y in e.problem.first.ys:
        cotangents = dict(zip(nodes, gradients(y, nodes, np.ones(y.shape)), strict=True))
        for node in reversed(nodes):
            operands = [x for x in node.inputs if type(x) is Value and x in cotangents]
            if not _has_nan(cotangents[node]) and any(_has_nan(cotangents[x]) for x in operands):
                yield node.op.name


def _has_nan(g: Value) -> bool:
    return bool(np.isnan(g.data).any())


def edge_of_the_domain(e: Evidence) -> str | None:
    """f has values on one side of the point only, or an infinite slope there."""
    if e.failed and np.isfinite(e.analytic):
        return None  # the numeric value is good enough to contradict it
    h = e.step / 4.0**6
    ahead, behind = e.at(h), e.at(-h)
    if np.isfinite(ahead) != np.isfinite(behind):
        return "the edge of f's domain: on one side of this point f is not finite. Check inside the domain."
    if np.isinf(e.analytic):
        return "the slope is infinite here (a vertical tangent, or a pole): differences cannot confirm it."
    return None


WIDE, NARROW = 4.0**-3, 4.0**-5  # of the widest step: where the slopes on both sides are compared


def jump(e: Evidence) -> str | None:
    """The slopes on both sides move apart as one comes nearer."""
    if not _gap(e, NARROW) > max(4.0 * _gap(e, WIDE), _room(e)):
        return None
    return f"f jumps within {e.step * NARROW:.0e} of this point: no derivative describes a jump. Check beside it."


def kink(e: Evidence) -> str | None:
    """The slopes on both sides differ, however near one looks, and the analytic one lies between them."""
    if not _gap(e, NARROW) > max(_gap(e, WIDE) / 4.0, _room(e)):  # where f is smooth, the gap shrinks to a 16th
        return None
    left, right = _slopes(e, NARROW)
    if not min(left, right) - _room(e) <= e.analytic <= max(left, right) + _room(e):
        return None
    return (
        f"a kink within reach: the slope is {left:.6g} on one side of this point and {right:.6g} on the other, and no "
        "derivative agrees with both. Check beside it."
    )


def _slopes(e: Evidence, share: float) -> tuple[float, float]:
    """The slopes to the left and to the right, at a share of the widest step."""
    h = e.step * share
    return (e.value - e.at(-h)) / h, (e.at(h) - e.value) / h


def _gap(e: Evidence, share: float) -> float:
    left, right = _slopes(e, share)
    return abs(right - left)


def _room(e: Evidence) -> float:
    """How far slopes may lie apart by the tolerance and by rounding."""
    return 10.0 * e.allowed + 8.0 * e.comparison.unit * max(abs(e.value), e.comparison.inner) / (e.step * NARROW)


def cancellation(e: Evidence) -> str | None:
    """f loses digits: its intermediate results are far larger than what is left of them."""
    if e.failed:
        return None
    inner, outer = e.comparison.inner, max(abs(e.value), abs(e.analytic) * e.step)
    if inner <= 1e4 * outer:
        return None
    lost = int(np.log10(inner / max(outer, 1e-300)))
    return (
        f"cancellation: an intermediate result of size {inner:.1e} stands before an output of size {abs(e.value):.1e}, "
        f"about {lost} digits are lost on the way. Subtract before the numbers grow, or shift them."
    )


def precision(e: Evidence) -> str | None:
    """The differences are poor at every step that was tried; what comes after this is wrong for certain."""
    if e.failed:
        return None
    if e.comparison.unit > 1e-10:
        return "precision: f computes in a short dtype, and differences cannot be formed well. Use float64 inside f."
    return (
        "precision: f varies too quickly, or too irregularly, for differences at every step that was tried. Pass eps, "
        "a length over which f is smooth, or a larger atol."
    )


# ---- the graph -------------------------------------------------------------------------------------------------------


def cut_path(e: Evidence) -> str | None:
    """A part of f's dependence on the argument does not show in the graph."""
    nodes = e.nodes
    if e.alone:
        if not e.block.analytic.any():
            return f"no gradient at all: the rule leads no path to {e.leaf.known}, on which the result depends."
        return None
    if e.problem.first.xs[e.block.leaf] not in set(nodes):
        return (
            f"the gradient is cut: {e.leaf.known} is not in the graph of the result, which depends on it. It was read "
            "as plain data: .data, .item(), .numpy(), .detach(), or a block under no_grad."
        )
    cuts = [node.op.name for node in nodes if node.op is not None and node.op.by_decree]
    if cuts:
        return f"the gradient is cut: {cuts[0]} stands in the graph, on a path that the result depends on."
    changed = next(_changed_constants(e), "")
    if changed:
        return (
            f"the gradient is cut: a constant operand of '{changed}' changes when {e.leaf.known} moves. It was "
            "computed from plain data: .data, .item(), .numpy(), .detach(), or a block under no_grad."
        )
    return None


def _changed_constants(e: Evidence) -> Iterator[str]:
    """Operations of the graph with a constant operand that is another one where the leaf has moved."""
    here, there = (e.problem.moved(e.block.leaf, e.direction, t).nodes() for t in (0.0, e.step / 16.0))
    if [node.op for node in here] != [node.op for node in there]:
        return
    for node, other in zip(here, there, strict=True):
        for x, y in zip(map(_constant, node.inputs), map(_constant, other.inputs), strict=True):
            if x is not None and y is not None and not np.array_equal(x, y, equal_nan=True):
                yield node.op.name


def _constant(x: Any) -> Any:
    """The data of a constant operand; None for one that is tracked, and for a mask."""
    if type(x) is Value:
        return None if x.requires_grad else x.data
    return None if getattr(getattr(x, "dtype", None), "kind", "") == "b" else x


# ---- the shape of a mistake ------------------------------------------------------------------------------------------


def transposed(e: Evidence) -> str | None:
    """The gradient is the right one with its last two axes exchanged."""
    shape = e.leaf.shape
    if not e.whole or len(shape) < 2 or 1 in shape[-2:]:
        return None
    exchanged = np.swapaxes(e.numeric.reshape(-1, *shape), -1, -2).reshape(e.numeric.shape)
    if not e.agree(e.block.analytic, exchanged):
        return None
    return f"transposed: the gradient by {e.leaf.known} is the right one with its last two axes exchanged."


def missing_sum(e: Evidence) -> str | None:
    """Along an axis that the argument was broadcast over, only one slice arrives, or the mean of all."""
    if not e.whole:
        return None
    y = e.problem.first.ys[0][1]
    if len(e.problem.first.ys) > 1 or not y.shape:
        return _missing_sum_inside(e)
    padded = (1,) * (len(y.shape) - len(e.leaf.shape)) + e.leaf.shape
    analytic, numeric = (m.reshape(*y.shape, -1) for m in (e.block.analytic, e.numeric))
    for axis, (n, own) in enumerate(zip(y.shape, padded, strict=False)):
        if n == own or n == 1:
            continue
        slices = np.moveaxis(analytic, axis, 0)
        filled = [k for k in range(n) if slices[k].any()]
        only = np.zeros_like(numeric)
        if len(filled) == 1:
            np.moveaxis(only, axis, 0)[filled[0]] = np.moveaxis(numeric, axis, 0)[filled[0]]
            if e.agree(e.block.analytic, only.reshape(e.block.analytic.shape)):
                return _sentence(e, n, f"only slice {filled[0]} along axis {axis} of the result arrives")
        if e.agree(e.block.analytic, e.numeric / n):
            return _sentence(e, n, f"the mean along axis {axis} of the result arrives")
    return None


def _missing_sum_inside(e: Evidence) -> str | None:
    """The same where the axis was summed away later: the gradient is the n-th part of the right one."""
    shapes = {getattr(x, "shape", ()) for node in e.nodes for x in (node, *node.inputs)}
    lengths = {n for shape in shapes if len(shape) > len(e.leaf.shape) for n in shape}
    for n in sorted(lengths - {0, 1}):
        if e.agree(e.block.analytic, e.numeric / n):
            return _sentence(e, n, f"the gradient is a {n}th of the right one")
    return None


def _sentence(e: Evidence, n: int, found: str) -> str:
    return (
        f"a missing sum over a broadcast axis: {e.leaf.known} was broadcast over an axis of length {n}, and {found}. "
        "Its gradient is the sum over that axis."
    )


def sign(e: Evidence) -> str | None:
    """Analytic = -numeric."""
    if not e.agree(e.block.analytic, -e.numeric):
        return None
    return f"the sign: the gradient by {e.leaf.known} is minus the right one, in all entries."


def constant_factor(e: Evidence) -> str | None:
    """Analytic = c * numeric for one c."""
    a, n = (np.where(e.known, m, 0.0) for m in (e.block.analytic, e.numeric))
    if not n.any():
        return None
    c = float((a * n).sum() / (n * n).sum())
    several = np.count_nonzero(np.abs(n) > 1e-3 * np.abs(n).max()) > 1
    if abs(c) < 1e-9 or not e.agree(a / c, n) or not (several or _is_simple(c)):
        return None
    entries = "in all entries" if several else "in the only entry that is not zero"
    return f"a constant factor: the gradient by {e.leaf.known} is {c:.6g} times the right one, {entries}."


def _is_simple(c: float) -> bool:
    """Whether c or its inverse is a small fraction, such as 2, -3/2 or 1/10: any two numbers have some factor."""
    sizes = (abs(c), 1.0 / abs(c))
    return max(sizes) < 100.5 and any(abs(Fraction(x).limit_denominator(4) - x) < 1e-5 * x for x in sizes)


# ---- all of them -----------------------------------------------------------------------------------------------------


class Cause(NamedTuple):
    """A cause of a gradient that could not be confirmed.

    Args:
        name: what a report calls it.
        look: says its sentence about the evidence, or None where the cause is another one.
        weak: whether an operation that shows it may yet be innocent: it was met on the way, as a kink may be.
    """

    name: str
    look: Callable[[Evidence], str | None]
    weak: bool = False


NON_DETERMINISM = Cause("a non-deterministic function", non_determinism)
CAUSES = (
    NON_DETERMINISM,
    Cause("no value", no_value),
    Cause("NaN from a masked branch", missing_number),
    Cause("the edge of the domain", edge_of_the_domain),
    Cause("a jump", jump, weak=True),
    Cause("a kink", kink, weak=True),
    Cause("cancellation", cancellation),
    Cause("precision", precision),
    Cause("a cut path", cut_path),
    Cause("a transposed gradient", transposed),
    Cause("a missing sum over a broadcast axis", missing_sum),
    Cause("a sign", sign),
    Cause("a constant factor", constant_factor),
)
