"""Analytic gradients against numeric ones: `gradcheck`, `gradgradcheck`, and the same for a test suite.

What they are made of stands in `autograd.checking`, which loads NumPy and is itself loaded by the first check.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, GradientError

if TYPE_CHECKING:
    from typing import Unpack

    from autograd.checking.options import Choices, Options
    from autograd.checking.report import GradientReport

__all__ = ["assert_gradients", "check_gradients", "gradcheck", "gradgradcheck"]


def gradcheck(f: Callable[..., Any], *args: Any, raise_exception: bool = True, **options: Unpack[Choices]) -> bool:
    """Compare f's derivatives, in reverse and in forward mode, with differences of its values.

    Every entry of the Jacobian is compared. The numeric side is extrapolated from differences at several steps, in
    float64 if f takes that, and comes with an estimate of its error: an entry fails when it disagrees by more than the
    tolerance and that error together, and counts as undecided when the estimate is too poor to tell.

    Args:
        f: a function that returns a Value, or a dict, list or tuple of Values.
        args: where to check. Values, floats and floating arrays are varied, also inside a dict, list or tuple;
            anything else, and a Value with requires_grad=False, is passed on as it is.
        raise_exception: False returns False where an entry could not be confirmed.
        eps: the widest step of the differences, relative to the larger of 1 and the argument; chosen from the
            arguments if not given.
        atol, rtol: an entry may differ by atol + rtol * |numeric|; by default 1e-6 and 1e-5, for float32 1e-4 and 1e-3.
        fast: True compares along random directions only, for functions of many numbers: a few calls of f for each
            argument.
        modes: "reverse", "forward" or both, in a sequence; both if not given.
        rng: what the random directions are drawn with: a seed (0 if not given), or a numpy.random.Generator.

    Raises:
        GradientError: where an entry fails or is undecided; its `report` says which, by how much, and why (probably).
        ArgumentError: when nothing can be checked, or for a step or tolerance out of range.
        SignatureError: for an argument that is none of these.
        DtypeError: for an f that is no function, or does not return Values.
        ShapeError: for an f whose outputs change their shapes.
        GraphError: under no_grad.

    >>> gradcheck(lambda x, y: x * y + x, 2.0, 3.0)
    True
    """
    return _verdict(_first_order(f, args, _chosen(options)), raise_exception)


def gradgradcheck(f: Callable[..., Any], *args: Any, raise_exception: bool = True, **options: Unpack[Choices]) -> bool:
    """Check second derivatives as `gradcheck` checks first ones: the gradient's own derivatives against differences.

    The gradient is that of a random combination of f's outputs, computed by a recorded walk. Check the first
    derivatives, too: this takes them for granted. The arguments are those of `gradcheck`.

    >>> gradgradcheck(lambda x, y: x**3 * y, 2.0, 3.0)
    True
    """
    return _verdict(_second_order(f, args, _chosen(options)), raise_exception)


def check_gradients(f: Callable[..., Any], *args: Any, order: int = 1, **options: Unpack[Choices]) -> GradientReport:
    """The report of `gradcheck` as data, whether the check passes or not.

    Args:
        f, args, options: as for `gradcheck`.
        order: 2 checks second derivatives, too, where the first ones pass: then the report is that of `gradgradcheck`.

    >>> from autograd import stop_gradient
    >>> report = check_gradients(lambda x: x * stop_gradient(x), 3.0)
    >>> report.passed, report.cause, report.worst[0].analytic
    (False, 'a cut path', 3.0)
    """
    if order not in (1, 2):
        raise ArgumentError(f"check_gradients, assert_gradients: found order={order!r}; expected 1 or 2.")
    chosen = _chosen(options)
    report = _first_order(f, args, chosen)
    return _second_order(f, args, chosen) if order == 2 and report.passed else report


def assert_gradients(f: Callable[..., Any], *args: Any, order: int = 1, **options: Unpack[Choices]) -> None:
    """For a test suite: fail with the report of `check_gradients` unless derivatives up to the order are confirmed.

    The arguments are those of `check_gradients`; the error is a GradientError, which is an AssertionError.

    >>> assert_gradients(lambda x: x**3, 2.0, order=2)
    """
    _verdict(check_gradients(f, *args, order=order, **options), raise_exception=True)


def _chosen(options: Choices) -> Options:
    from autograd.checking.options import Options

    return Options.of(options)


def _first_order(f: Callable[..., Any], args: tuple[Any, ...], options: Options) -> GradientReport:
    from autograd.checking.diagnosis import report
    from autograd.checking.problem import Problem

    return report(Problem("gradcheck", f, args), options)


def _second_order(f: Callable[..., Any], args: tuple[Any, ...], options: Options) -> GradientReport:
    from autograd.checking.diagnosis import report
    from autograd.checking.problem import Problem
    from autograd.checking.second_order import gradient_of

    problem = Problem("gradgradcheck", f, args)
    outputs = [f"(gradient by {leaf.name})" for leaf in problem.leaves]
    return report(Problem(problem.name, gradient_of(problem, options.rng), args, outputs=outputs), options)


def _verdict(report: GradientReport, raise_exception: bool) -> bool:
    if raise_exception and not report.passed:
        raise GradientError(str(report), report)
    return report.passed
