"""check_operation: everything that the loops over the table check, for one operation of anybody's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from autograd.arrays import np
from autograd.testing import checks, hard_points
from autograd.testing.calls import Case, has_reference, samples_of
from autograd.testing.strategies import cases, elements

__all__ = ["check_operation"]

EXAMPLES = 8  # of each check and sample, by default


def check_operation(op: Any, *, examples: int = EXAMPLES, rng: int = 0) -> None:
    """Check an operation as the table's own are checked, at points that Hypothesis draws from its domain and samples.

    Value against its reference; numbers against arrays; memory layouts; inputs unchanged; float32 kept; reverse mode,
    forward mode and differences agree, in first and second order; constants among the operands. Of an operation on
    single elements also: special values (zeros, infinities, NaN), declared and undeclared kinks, edges of the domain.

    Args:
        op: an operation, such as one made with `autograd.extend.primitive(samples=...)`.
        examples: how many calls are drawn for each check and each sample.
        rng: the seed of the drawing.

    Raises:
        AssertionError: where a check fails, with the smallest call for which it does.
        DtypeError: for what is no operation.
        ArgumentError: for one that has neither a domain nor samples.

    >>> from autograd import tanh
    >>> check_operation(tanh)
    """
    for sample in samples_of(op):
        for check in call_checks(op):
            _run(op, check, cases(op, sample), examples, rng)
    if hard_points.is_pointwise(op) and op.scalar is not None:
        for check in POINT_CHECKS:
            _run(op, check, st.just(op), 1, rng)
        point = st.tuples(*(st.one_of(elements(interval), st.floats()) for interval in op.domain))
        together = st.lists(point, min_size=1, max_size=30)
        _run(op, _kernels_agree, st.tuples(st.just(op), together), examples, rng)


def call_checks(op: Any) -> Sequence[Callable[[Case], None]]:
    """The checks of a call that apply to an operation."""
    if op.builder == "query":
        return [checks.check_query]
    value = checks.check_value if has_reference(op) else checks.check_nodes
    values = [value, checks.check_inputs_unchanged, checks.check_layouts, checks.check_float32]
    return [*values, _first_order, _second_order, checks.check_constants]


def _first_order(case: Case) -> None:
    """Reverse mode, forward mode and finite differences agree."""
    checks.check_first_order(case, seed=1)


def _second_order(case: Case) -> None:
    """The derivative of the derivative agrees with finite differences of the derivative."""
    checks.check_second_order(case, seed=1)


def _special_values(op: Any) -> None:
    """Numbers and arrays give the same at zeros, infinities, NaN, huge and tiny numbers."""
    points = hard_points.special_points(len(op.domain))
    hard_points.check_kernels_agree(op, points)
    for _, params in op.samples:
        hard_points.check_kernels_agree(op, points, **params)


def _no_undeclared_kink(op: Any) -> None:
    """The derivative is the slope of the values, but for kinks that the operation declares."""
    with np.errstate(all="ignore"):
        found = list(hard_points.scan(op))
    assert not found, found[:3]


POINT_CHECKS = (_special_values, hard_points.check_kinks, _no_undeclared_kink, hard_points.check_outside)


def _kernels_agree(drawn: tuple[Any, list[tuple[float, ...]]]) -> None:
    """Value and derivatives of numbers and of arrays agree within 4 ulp at any points."""
    op, points = drawn
    hard_points.check_kernels_agree(op, points)


def _run(op: Any, check: Callable[[Any], None], drawn: st.SearchStrategy[Any], examples: int, rng: int) -> None:
    """Let Hypothesis draw examples for one check, the same ones for the same seed, and name the check if it fails."""
    drawing = settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    def test(example: Any) -> None:
        check(example)

    try:
        seed(rng)(drawing(given(drawn)(test)))()
    except Exception as error:
        error.add_note(f"{op.name}: {check.__name__.strip('_').replace('_', ' ')}: {(check.__doc__ or '').strip()}")
        raise
