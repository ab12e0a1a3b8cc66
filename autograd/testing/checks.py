"""What must hold for every call of every entry: each check takes one call and fails with an AssertionError."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

from hypothesis import assume

from autograd.arrays import np
from autograd.graph.value import Value
from autograd.graph.walks import gradients, tangents
from autograd.testing.calls import Case, is_floating
from autograd.testing.comparing import as_floats, assert_close, assert_identical

__all__ = [
    "Probe",
    "assert_form",
    "check_constants",
    "check_first_order",
    "check_float32",
    "check_inputs_unchanged",
    "check_layouts",
    "check_nodes",
    "check_query",
    "check_second_order",
    "check_value",
]

STEP = 5e-4  # of the five-point differences, whose truncation and rounding are both near 1e-12
NUMERIC = 2e-6
ANALYTIC = 1e-10
FLOAT32 = 2e-4


def dot(xs: Sequence[Any], ys: Sequence[Any]) -> float:
    return float(sum(np.sum(as_floats(x) * as_floats(y)) for x, y in zip(xs, ys, strict=True)))


def magnitude(x: Any, y: Any) -> float:
    """The sum of the terms' sizes in x . y: what its rounding error is measured by."""
    return float(np.sum(np.abs(as_floats(x) * as_floats(y))))


def directions(xs: Sequence[Any], rng: np.random.Generator) -> list[Any]:
    """A random direction for each operand or result, a float for a number; some elements are exactly zero."""
    drawn = []
    for x in xs:
        t = rng.uniform(0.25, 1.0, np.shape(x)) * rng.choice([-1.0, 0.0, 1.0], np.shape(x), p=[0.4, 0.2, 0.4])
        drawn.append(float(t) if isinstance(x, float) else np.asarray(t))
    return drawn


def difference(f: Callable[[float], float]) -> float:
    """f'(0) by central differences of fourth order (Abramowitz and Stegun, 1964, 25.3.6).

    Where half the step gives another slope, a kink lies within reach (say, a near tie): the draw is rejected.
    """
    narrow, middle, wide = (f(h) - f(-h) for h in (STEP / 2.0, STEP, 2.0 * STEP))
    slope, halved = (8.0 * middle - wide) / (12.0 * STEP), (8.0 * narrow - middle) / (6.0 * STEP)
    assume(abs(slope - halved) <= NUMERIC * (1.0 + abs(slope)))
    return slope


class Probe:
    """A call with a direction t for each variable and a cotangent g for each result.

    They are random, and the same for the same operands: a call is all it takes to see a failure again.
    """

    def __init__(self, case: Case) -> None:
        rng = np.random.default_rng(crc32(b"".join(np.asarray(x).tobytes() for x in case.operands)))
        self.case = case
        self.gs = directions([z.data if type(z) is Value else z for z in case.results(case.wrapped())], rng)
        self.ts = directions([case.operands[i] for i in case.variables], rng)

    def moved(self, step: float) -> Case:
        operands = list(self.case.operands)
        for i, t in zip(self.case.variables, self.ts, strict=True):
            operands[i] = operands[i] + step * t
        return Case(self.case.entry, tuple(operands), self.case.params)

    def pulled(self, xs: Sequence[Any], leaves: Sequence[Value], create_graph: bool = False) -> list[list[Value]]:
        """The gradients of each leaf among the operands xs, one from each result.

        One of several results may hang on constants alone, and is plain data then.
        """
        rows = [
            gradients(z if type(z) is Value else Value(z, requires_grad=False), leaves, g, create_graph=create_graph)
            for z, g in zip(self.case.results(xs), self.gs, strict=True)
        ]
        return [list(column) for column in zip(*rows, strict=True)]

    def pushed(self, xs: Sequence[Any], seeds: Sequence[tuple[Value, Any]]) -> float:
        """<g, J t> for the tangents t of some of the operands xs: the derivative of <g, f> in forward mode."""
        results = [z if type(z) is Value else Value(z, requires_grad=False) for z in self.case.results(xs)]
        return dot(self.gs, tangents(results, seeds))

    def gradients(self, case: Case) -> list[list[Value]]:
        xs = case.wrapped()
        return self.pulled(xs, [xs[i] for i in case.variables])

    def slope(self, case: Case) -> float:
        """<J^T g, t>: the derivative along t of <g, f>, in reverse mode."""
        return sum(dot(column, [t] * len(column)) for column, t in zip(self.gradients(case), self.ts, strict=True))


# ---- values ----------------------------------------------------------------------------------------------------------


def check_value(case: Case) -> None:
    """The result is that of the reference: NumPy's function, or another; on Values the same, in a node."""
    for found, expected in zip(case.results(), case.expected(), strict=True):
        assert_close(found, expected)
    check_nodes(case)


def check_nodes(case: Case) -> None:
    """On raw data nothing is recorded; on Values the same result comes out, in a node."""
    raw = case.results()
    assert not any(type(z) is Value for z in raw)
    only_numbers = all(isinstance(x, (float, bool)) for x in case.operands)
    for node, z in zip(case.results(case.wrapped()), raw, strict=True):
        assert type(node) is Value
        if case.entry.builder == "composite":  # its operators are NumPy's own on raw data: their last bit may differ
            assert_close(node, z)
        else:
            assert_identical(as_floats(node), as_floats(z))
        if getattr(case.entry, "scalar", None) and only_numbers:
            assert type(node.data) is type(z) is float


def check_query(case: Case) -> None:
    """The answer is NumPy's own, of the same type, whether of raw data or of Values."""
    for operands in (case.operands, case.wrapped()):
        for found, expected in zip(case.results(operands), case.expected(), strict=True):
            assert type(found) is type(expected)
            np.testing.assert_array_equal(found, expected)


def check_layouts(case: Case) -> None:
    """Operands with gaps in memory, or running backwards, give what their contiguous copies give."""
    probe = Probe(case)
    expected, columns = case.results(), probe.gradients(case)
    for layout in (_every_second, _backwards, _columns_first):
        other = case.mapped(layout)
        for z, e in zip(other.results(), expected, strict=True):
            assert_close(z, e)
        _assert_all_close(probe.gradients(other), columns)
    views = [_view(x) if i in case.variables else x for i, x in enumerate(case.operands)]
    _assert_all_close(probe.pulled(views, [views[i] for i in case.variables]), columns)


def _assert_all_close(found: list[list[Value]], expected: list[list[Value]]) -> None:
    for column, wanted in zip(found, expected, strict=True):
        for gradient, e in zip(column, wanted, strict=True):
            assert_close(gradient, e)


def _every_second(x: Any) -> Any:
    return np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x


def _backwards(x: Any) -> Any:
    return np.flip(np.flip(x).copy())


def _columns_first(x: Any) -> Any:
    return np.array(x, order="F")


def _view(x: Any) -> Value:
    """An interior Value whose data is a view with gaps and a negative stride."""
    return Value(np.repeat(x[::-1], 2, axis=0))[::-2] if np.ndim(x) else Value(x)


def check_inputs_unchanged(case: Case) -> None:
    """Neither operands nor parameters change, whichever way the call is used."""
    before = copy.deepcopy((case.operands, case.params))
    for x in case.operands:
        if isinstance(x, np.ndarray):
            x.flags.writeable = False  # a kernel that writes fails at once
    probe = Probe(case)
    case.results()
    probe.slope(case)
    xs = case.wrapped()
    tangents(case.results(xs), [(xs[i], t) for i, t in zip(case.variables, probe.ts, strict=True)])
    np.testing.assert_equal((case.operands, case.params), before)


def check_float32(case: Case) -> None:
    """Single precision stays single in results and gradients, beside Python numbers too, and agrees with double."""
    arrays = [i for i in case.variables if is_floating(case.operands[i])]
    if not arrays:
        return
    single = case.mapped(lambda x: x.astype(np.float32))
    double = single.mapped(lambda x: x.astype(float))  # the same points, rounded already
    dtype = np.dtype(case.params.get("dtype", np.float32))
    for z in single.results():
        assert type(z) is float or z.dtype in (dtype, bool)
    probe = Probe(double)
    for variables in (case.variables, arrays):  # numbers as Values, numbers as constants
        narrow, wide = single.wrapped(variables), double.wrapped(variables)
        for z, e in zip(single.results(narrow), double.results(wide), strict=True):
            assert type(z.data) is float or z.dtype == dtype
            assert_close(z, e, FLOAT32)
        leaves = [narrow[i] for i in variables]
        found, expected = probe.pulled(narrow, leaves), probe.pulled(wide, [wide[i] for i in variables])
        for x, column, wanted in zip(leaves, found, expected, strict=True):
            for gradient, e in zip(column, wanted, strict=True):
                assert_form(gradient, x)
                assert_close(gradient, e, FLOAT32)


def assert_form(gradient: Value, x: Value) -> None:
    """A gradient looks like its operand: a float for a number, else the same shape and dtype."""
    assert type(gradient.data) is type(x.data)
    assert gradient.shape == x.shape
    assert gradient.dtype == x.dtype


# ---- derivatives -----------------------------------------------------------------------------------------------------


def check_first_order(case: Case) -> None:
    """Reverse mode, forward mode and finite differences agree along a random direction."""
    probe = Probe(case)
    xs = case.wrapped()
    leaves = [xs[i] for i in case.variables]
    columns = probe.pulled(xs, leaves)
    for x, column in zip(leaves, columns, strict=True):
        for gradient in column:
            assert_form(gradient, x)
    forward = dot(probe.gs, tangents(case.results(xs), list(zip(leaves, probe.ts, strict=True)))) if leaves else 0.0
    reverse = probe.slope(case)
    scale = 1.0 + sum(magnitude(g, t) for column, t in zip(columns, probe.ts, strict=True) for g in column)
    numeric = difference(lambda step: dot(probe.gs, probe.moved(step).results()))
    assert abs(reverse - forward) <= ANALYTIC * scale, ("reverse and forward mode", reverse, forward)
    assert abs(reverse - numeric) <= NUMERIC * scale, ("reverse mode and finite differences", reverse, numeric)


def check_second_order(case: Case) -> None:
    """The derivative of the derivative agrees with finite differences of the derivative."""
    probe = Probe(case)
    xs = case.wrapped()
    leaves = [xs[i] for i in case.variables]
    columns = probe.pulled(xs, leaves, create_graph=True)
    analytic, forward, scale = 0.0, 0.0, 1.0
    for column, t in zip(columns, probe.ts, strict=True):
        for gradient in column:
            slope = gradient * t
            slope = slope.sum() if slope.shape else slope
            second = gradients(slope, leaves)
            forward += dot([1.0], tangents([slope], list(zip(leaves, probe.ts, strict=True))))
            analytic += dot(second, probe.ts)
            scale += sum(magnitude(h, u) for h, u in zip(second, probe.ts, strict=True))
    numeric = difference(lambda step: probe.slope(probe.moved(step)))
    assert abs(analytic - forward) <= ANALYTIC * scale, ("reverse and forward over reverse mode", analytic, forward)
    assert abs(analytic - numeric) <= NUMERIC * scale, ("second derivative and finite differences", analytic, numeric)


def check_constants(case: Case) -> None:
    """An operand given as a constant changes neither the result nor the other operands' derivatives, in either mode."""
    probe = Probe(case)
    expected = probe.gradients(case)
    for constant in range(len(case.operands)):
        variables = [i for i in case.variables if i != constant]
        xs = case.wrapped(variables)
        if not variables:
            continue
        found = probe.pulled(xs, [xs[i] for i in variables])
        _assert_all_close(found, [c for i, c in zip(case.variables, expected, strict=True) if i != constant])
        ts = [t for i, t in zip(case.variables, probe.ts, strict=True) if i != constant]
        forward = probe.pushed(xs, list(zip([xs[i] for i in variables], ts, strict=True)))
        rows = list(zip(found, ts, strict=True))
        reverse = sum(dot(column, [t] * len(column)) for column, t in rows)
        scale = 1.0 + sum(magnitude(g, t) for column, t in rows for g in column)
        assert abs(reverse - forward) <= ANALYTIC * scale, ("reverse and forward mode", reverse, forward)
