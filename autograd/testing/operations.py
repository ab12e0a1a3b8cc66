"""check_operation: everything that the loops over the table check, for one operation of anybody's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from autograd.testing import checks, hard_points
from autograd.testing.calls import Case, has_reference, samples_of
from autograd.testing.strategies import cases, points_anywhere

__all__ = ["EXAMPLES", "check_operation", "derivative_checks", "point_checks", "value_checks"]

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
        for check in (*value_checks(op), *derivative_checks(op)):
            _run(op, check, examples, rng, cases(op, sample))
    for point_check in point_checks(op):
        _run(op, point_check, 1, rng, st.just(op))
    if point_checks(op):
        _run(op, hard_points.check_kernels_agree, examples, rng, st.just(op), points_anywhere(op))


# Which checks apply to an operation. The loops over the table run over the same lists.


def value_checks(op: Any) -> list[Callable[[Case], None]]:
    """What must hold for the result of a call."""
    if op.builder == "query":
        return [checks.check_query]
    value = checks.check_value if has_reference(op) else checks.check_nodes
    return [checks.check_inputs_unchanged, value, checks.check_layouts, checks.check_float32]


def derivative_checks(op: Any) -> list[Callable[[Case], None]]:
    """What must hold for the derivatives of a call; one by decree is unlike any difference."""
    if op.builder == "query":
        return []
    first_order = [] if op.by_decree else [checks.check_first_order]
    return [*first_order, checks.check_second_order, checks.check_constants]


def point_checks(op: Any) -> list[Callable[[Any], None]]:
    """What must hold at hard points, for an operation on single elements that has a kernel on numbers."""
    if not hard_points.is_pointwise(op) or op.scalar is None:
        return []
    slopes = [] if op.by_decree else [hard_points.check_slopes]
    return [hard_points.check_special_values, hard_points.check_kinks, *slopes, hard_points.check_outside]


def _run(op: Any, check: Callable[..., None], examples: int, rng: int, *drawn: st.SearchStrategy[Any]) -> None:
    """Let Hypothesis draw examples for one check, the same ones for the same seed, and name the check if it fails."""
    drawing = settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    def test(example: tuple[Any, ...]) -> None:
        check(*example)

    try:
        seed(rng)(drawing(given(st.tuples(*drawn))(test)))()
    except Exception as error:
        name = check.__name__.removeprefix("check_").replace("_", " ")
        error.add_note(f"{op.name}: {name}: {(check.__doc__ or '').strip()}")
        raise
