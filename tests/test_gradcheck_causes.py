"""gradcheck says why: each cause is found where its mistake was planted, and the operation at fault is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from planted import PLANTED, planted_rules, planted_square

import autograd as ag
from autograd import Value, check_gradients, no_grad
from autograd.checking.causes import CAUSES

DATA = np.arange(12.0).reshape(4, 3) / 10.0
SQUARE = np.arange(1.0, 10.0).reshape(3, 3)


def square_times(c: float) -> Any:
    """The square, with c times the right slope."""
    return planted_square(d=lambda z, x: 2.0 * c * x)


def add_bias(contribution: Callable[[Any], Any]) -> Any:
    """x + b, with a reverse rule for b that is to sum over the rows."""
    return planted_rules(
        kernel="add", args="x b", vjp=lambda g, z, x, b: (g, contribution(g)),
        jvp=lambda ts, z, x, b: None if ts[1] is None else z * 0.0 + ts[1],
    )  # fmt: skip


def total_with_bias() -> Any:
    """The sum of x + b, whose gradient by b is to count the rows."""
    return planted_rules(
        kernel=lambda np, x, b: np.sum(x + b), args="x b", vjp=lambda g, z, x, b: (g + 0.0 * x, g + 0.0 * b),
        jvp=lambda ts, z, x, b: None if ts[1] is None else ag.sum(ts[1]),
    )  # fmt: skip


def transposed_square() -> Any:
    return planted_rules(
        kernel="square", vjp=lambda g, z, x: (ag.transpose(2.0 * g * x),),
        jvp=lambda ts, z, x: ag.transpose(2.0 * x * ts[0]),
    )  # fmt: skip


def without_a_path() -> Any:
    return planted_rules(kernel="square", vjp=lambda g, z, x: (None,), jvp=lambda ts, z, x: None)


def masked_root(x: Any) -> Any:
    return (ag.sqrt(x) * (x.data > 0.0)).sum()


def read_under_no_grad(x: Any) -> Any:
    with no_grad():
        return x * x


def noisy() -> Callable[[Any], Any]:
    rng = np.random.default_rng(0)
    return lambda x: x * rng.uniform(0.5, 1.0, x.shape)


# What is planted, where it is checked, the cause, a piece of the explanation, and the operation that is named.
CASES: dict[str, tuple[Callable[[], Any], Any, str, str, str]] = {
    "noise": (noisy, np.ones(3), "a non-deterministic function", "called twice at the same point", ""),
    "outside the domain": (lambda: ag.log, -1.0, "no value", "f itself is nan", ""),
    "a mask by multiplication": (
        lambda: masked_root, np.array([0.0, 4.0]), "NaN from a masked branch", "arises in the rule of 'sqrt'", ""
    ),
    "an edge": (lambda: ag.sqrt, 0.0, "the edge of the domain", "on one side of this point f is not finite", ""),
    "a vertical tangent": (lambda: ag.cbrt, 0.0, "the edge of the domain", "the slope is infinite here", ""),
    "a jump": (lambda: lambda x: ag.floor(x) * 2.0, 1.0, "a jump", "no derivative describes a jump", "floor"),
    "a kink": (lambda: lambda x: ag.relu(x) + x, 0.0, "a kink", "is 0 on one side of this point and 1", "relu"),
    "a kink in an array": (lambda: ag.max, np.ones(3), "a kink", "is 0 on one side of this point and 1", "max"),
    "a kink very near": (lambda: ag.relu, 1e-13, "a kink", "a kink within reach", "relu"),
    "lost digits": (lambda: lambda x: (x + 1e10) - 1e10, 0.5, "cancellation", "of size 1.0e+10 stands before", ""),
    "single precision": (
        lambda: lambda x: ag.exp(ag.astype(x, np.float32)) + 1e3, np.ones(2), "precision", "in a short dtype", ""
    ),
    "roughness": (
        lambda: lambda x: x + 1e-6 * np.sin(1e12 * x.data), np.ones(2), "precision", "f varies too quickly", ""
    ),
    "frozen": (lambda: lambda x: x * ag.stop_gradient(x), 3.0, "a cut path", "stop_gradient stands in the graph", ""),
    "plain data for all": (lambda: lambda x: Value(x.data) ** 2, np.ones(2), "a cut path", "not in the graph", ""),
    "plain data for a part": (lambda: lambda x: x * x.data, 3.0, "a cut path", "operand of 'multiply' changes", ""),
    "under no_grad": (lambda: read_under_no_grad, 3.0, "a cut path", "a block under no_grad", ""),
    "a rule without a path": (without_a_path, np.ones(2), "a cut path", "leads no path to operand 'x'", PLANTED),
    "a transposed gradient": (transposed_square, SQUARE, "a transposed gradient", "axes exchanged", PLANTED),
    "a transposed gradient within": (
        lambda: (lambda f: lambda x: ag.sin(f(x / 9.0)).sum())(transposed_square()), SQUARE,
        "a transposed gradient", "axes exchanged", PLANTED,
    ),
    "a slice for a sum": (
        lambda: (lambda f: lambda b: f(DATA, b))(add_bias(lambda g: g[0])), np.ones(3),
        "a missing sum over a broadcast axis", "only slice 0 along axis 0", PLANTED,
    ),
    "a slice for a sum within": (
        lambda: (lambda f: lambda b: ag.tanh(f(DATA, b)).sum())(add_bias(lambda g: g[2])), np.ones(3),
        "a missing sum over a broadcast axis", "an axis of length 4, and only slice 2", PLANTED,
    ),
    "a mean for a sum": (
        lambda: (lambda f: lambda b: ag.tanh(f(DATA, b)).sum())(add_bias(lambda g: ag.mean(g, axis=0))), np.ones(3),
        "a missing sum over a broadcast axis", "the mean along axis 0", PLANTED,
    ),
    "a mean for a sum in one operation": (
        lambda: (lambda f: lambda b: f(DATA, b) ** 2)(total_with_bias()), np.ones(3),
        "a missing sum over a broadcast axis", "the gradient is a 4th of the right one", PLANTED,
    ),
    "a wrong sign": (lambda: square_times(-1.0), np.array([1.0, 2.0]), "a sign", "minus the right one", PLANTED),
    "a wrong sign of a number": (lambda: square_times(-1.0), 3.0, "a sign", "minus the right one", PLANTED),
    "a wrong factor": (
        lambda: square_times(1.37), np.array([1.0, 2.0]), "a constant factor", "is 1.37 times the right one", PLANTED
    ),
    "a factor of 3/2 of a number": (lambda: square_times(1.5), 3.0, "a constant factor", "is 1.5 times", PLANTED),
    "a factor of 2 of a number": (lambda: square_times(0.5), 3.0, "a constant factor", "is 0.5 times", PLANTED),
}  # fmt: skip


@pytest.mark.parametrize("fast", [False, True], ids=["whole", "fast"])
@pytest.mark.parametrize("case", CASES)
def test_the_cause_is_found(case: str, fast: bool) -> None:
    make, at, cause, words, operation = CASES[case]
    with np.errstate(all="ignore"):
        report = check_gradients(make(), at, fast=fast)
    assert not report.passed
    if fast and case in ("a kink very near", "roughness"):
        return  # along a random direction these look otherwise
    assert report.cause == cause, report
    assert words in report.explanation
    assert not operation or report.operation == operation
    assert f"Probable cause: {report.explanation}" in str(report)


def test_every_cause_has_its_planted_mistake() -> None:
    assert {cause for _, _, cause, _, _ in CASES.values()} == {cause.name for cause in CAUSES}


def test_causes_in_second_derivatives() -> None:
    f = planted_square(d=lambda z, x: 2.0 * ag.stop_gradient(x))  # a rule that loses its derivative
    assert check_gradients(f, np.array([1.0, 2.0])).passed
    assert check_gradients(f, np.array([1.0, 2.0]), order=2).cause == "a cut path"


def test_of_several_operations_the_one_at_fault_is_named() -> None:
    f = square_times(3.0)
    report = check_gradients(lambda x, y: ag.relu(x - 1.0).sum() + (ag.sin(f(y)) * x).sum(), np.ones(3), np.ones(3) / 2)
    assert (report.operation, report.cause) == (PLANTED, "a constant factor")
    assert report.worst[0].argument.startswith("argument 1")


def test_a_derivative_beyond_both_slopes_is_no_kink() -> None:
    wrong = planted_square(
        d=lambda z, x: 5.0 * ag.greater_equal(x, 0.0), scalar=lambda x: max(x, 0.0),
        kernel=lambda np, x: np.maximum(x, 0.0),
    )  # fmt: skip
    assert check_gradients(wrong, 0.0).cause != "a kink"


def test_what_cannot_be_looked_at_alone_is_passed_over() -> None:
    weight = Value(2.0)

    def only_two(np: Any, x: Any) -> Any:
        if x != 2.0:
            raise ValueError("expected 2.0")
        return x

    picky = planted_rules(kernel=only_two, vjp=lambda g, z, x: (g,), jvp=lambda ts, z, x: ts[0])

    def f(x: Any) -> Any:
        chosen = ag.where(ag.greater(x[0], 0.0), 1.0, 2.0)
        return ag.concatenate([x, x]) * picky(weight) * chosen + x.data.sum() * x[0]

    report = check_gradients(f, np.ones(2))
    assert (report.cause, report.operation) == ("a cut path", "")


def test_a_graph_that_changes_with_the_argument_is_no_proof_of_a_cut() -> None:
    report = check_gradients(lambda x: (x if x.item() <= 1.0 else x + 0.0) * x.data, 1.0)
    assert report.cause == "a constant factor"


def test_what_no_cause_explains_is_said_so() -> None:
    f = planted_square(d=lambda z, x: 2.0 * x + 0.1 * x * x)
    report = check_gradients(f, np.array([1.0, 2.0]))
    assert (report.cause, report.operation) == ("", PLANTED)
    assert "none that is known fits. It shows in the operation 'planted' by itself." in str(report)
    alone = check_gradients(f, 3.0, eps=1e-3)
    assert not alone.passed


def test_a_large_graph_is_not_searched_without_end() -> None:
    def chain(x: Any) -> Any:
        for _ in range(500):
            x = x * 1.001
        return x + ag.stop_gradient(x)

    assert check_gradients(chain, 1.0).cause == "a cut path"
