"""Analytic gradients against numeric ones: `gradcheck`, `gradgradcheck`, and the same for a test suite.

What they are made of stands in `autograd.checking`, which loads NumPy and is itself loaded by the first check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.checking.options import MODES, Options
from autograd.checking.report import GradientReport
from autograd.errors import ArgumentError, GradientError

__all__ = ["assert_gradients", "check_gradients", "gradcheck", "gradgradcheck"]


def gradcheck(
    f: Callable[..., Any],
    *args: Any,
    eps: float | None = None,
    atol: float | None = None,
    rtol: float | None = None,
    fast: bool = False,
    modes: Sequence[str] = MODES,
    rng: Any = 0,
    raise_exception: bool = True,
) -> bool:
    """Compare f's derivatives, in reverse and in forward mode, with differences of its values.

    Every entry of the Jacobian is compared. The numeric side is extrapolated from differences at several steps, in
    float64 if f takes that, and comes with an estimate of its error: an entry fails when it disagrees by more than the
    tolerance and that error together, and counts as undecided when the estimate is too poor to tell.

    Args:
        f: a function that returns a Value, or a dict, list or tuple of Values.
        args: where to check. Values, floats and floating arrays are varied, also inside a dict, list or tuple;
            anything else, and a Value with requires_grad=False, is passed on as it is.
        eps: the widest step of the differences, relative to the larger of 1 and the argument; chosen from the
            arguments if not given.
        atol, rtol: an entry may differ by atol + rtol * |numeric|; by default 1e-6 and 1e-5, for float32 1e-4 and 1e-3.
        fast: compare along random directions only, for functions of many numbers: a few calls of f for each argument.
        modes: "reverse", "forward" or both.
        rng: what the random directions are drawn with: a seed, or a numpy.random.Generator.
        raise_exception: False returns False where an entry could not be confirmed.

    Raises:
        GradientError: where an entry fails or is undecided; the report says which, by how much, and why (probably).
        ArgumentError: when nothing can be checked, or for a step or tolerance out of range.
        DtypeError: for an f that is no function, or does not return Values.
        ShapeError: for an f whose outputs change their shapes.
        GraphError: under no_grad.

    >>> gradcheck(lambda x, y: x * y + x, 2.0, 3.0)
    True
    """
    report = _report(f, args, 1, Options(eps, atol, rtol, fast, modes, rng))
    return _verdict([report], raise_exception)


def gradgradcheck(
    f: Callable[..., Any],
    *args: Any,
    eps: float | None = None,
    atol: float | None = None,
    rtol: float | None = None,
    fast: bool = False,
    modes: Sequence[str] = MODES,
    rng: Any = 0,
    raise_exception: bool = True,
) -> bool:
    """Check second derivatives as `gradcheck` checks first ones: the gradient's own derivatives against differences.

    The gradient is that of a random combination of f's outputs, computed by a recorded walk. Check the first
    derivatives, too: this takes them for granted.

    >>> gradgradcheck(lambda x, y: x**3 * y, 2.0, 3.0)
    True
    """
    report = _report(f, args, 2, Options(eps, atol, rtol, fast, modes, rng))
    return _verdict([report], raise_exception)


def check_gradients(
    f: Callable[..., Any],
    *args: Any,
    order: int = 1,
    eps: float | None = None,
    atol: float | None = None,
    rtol: float | None = None,
    fast: bool = False,
    modes: Sequence[str] = MODES,
    rng: Any = 0,
) -> GradientReport:
    """The report of `gradcheck` (or, with order=2, of `gradgradcheck`) as data, whether the check passes or not.

    >>> from autograd import stop_gradient
    >>> report = check_gradients(lambda x: x * stop_gradient(x), 3.0)
    >>> report.passed, report.cause, report.worst[0].analytic
    (False, 'a cut path', 3.0)
    """
    if order not in (1, 2):
        raise ArgumentError(f"check_gradients: found order={order!r}; expected 1 or 2.")
    return _report(f, args, order, Options(eps, atol, rtol, fast, modes, rng))


def assert_gradients(
    f: Callable[..., Any],
    *args: Any,
    modes: Sequence[str] = MODES,
    order: int = 1,
    eps: float | None = None,
    atol: float | None = None,
    rtol: float | None = None,
    fast: bool = False,
    rng: Any = 0,
) -> None:
    """For a test suite: fail with the report unless the derivatives of f up to the order, 1 or 2, are confirmed.

    The arguments are those of `gradcheck`; the error is a GradientError, which is an AssertionError.

    >>> assert_gradients(lambda x: x**3, 2.0, order=2)
    """
    if order not in (1, 2):
        raise ArgumentError(f"assert_gradients: found order={order!r}; expected 1 or 2.")
    options = Options(eps, atol, rtol, fast, modes, rng)
    _verdict([_report(f, args, n, options) for n in range(1, order + 1)], True)


def _report(f: Callable[..., Any], args: tuple[Any, ...], order: int, options: Options) -> GradientReport:
    from autograd.checking.diagnosis import report
    from autograd.checking.problem import Problem
    from autograd.checking.second_order import gradient_of

    if order == 1:
        return report(Problem("gradcheck", f, args), options)
    problem = Problem("gradgradcheck", f, args)
    outputs = [f"(gradient by {leaf.name})" for leaf in problem.leaves]
    return report(Problem(problem.name, gradient_of(problem, options.rng), args, outputs=outputs), options)


def _verdict(reports: Sequence[GradientReport], raise_exception: bool) -> bool:
    wrong = [str(report) for report in reports if not report.passed]
    if wrong and raise_exception:
        raise GradientError("\n\n".join(wrong))
    return not wrong
