"""gradcheck passes what is right, fails what is wrong, says where and by how much, and leaves no trace."""

import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import planted_rules

import autograd as ag
from autograd import Value, assert_gradients, check_gradients, gradcheck, gradgradcheck, no_grad
from autograd.errors import ArgumentError, DtypeError, GradientError, GraphError, ShapeError, SignatureError


def tilted(x: Any, by: float = 1.0) -> Any:
    """x * x with a derivative that misses `by`."""
    return x * x + by * ag.stop_gradient(x)


W = Value([3.0, 4.0])


class Pair(NamedTuple):
    left: Any
    right: Any


GOOD: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "a number": (ag.tanh, (0.5,)),
    "a NumPy number": (ag.tanh, (np.float64(0.5),)),
    "a 0-d array": (ag.tanh, (np.array(0.5),)),
    "an array": (ag.tanh, (np.array([[0.5, -2.0]]),)),
    "Values": (lambda x, y: x @ y, (Value(np.ones((2, 3))), Value([1.0, -2.0, 3.0]))),
    "a number, an array, a constant": (lambda a, x, n: a * x.sum(axis=n), (2.0, np.ones((2, 3)), 1)),
    "constants of any type": (lambda x, name, axis: getattr(x, name)(axis=axis), (np.eye(2), "sum", None)),
    "an array of integers is a constant": (lambda x, n: x * n, (1.5, np.array([1, 2]))),
    "a Value that is frozen": (lambda x, c: x * c, (1.5, Value(2.0, requires_grad=False))),
    "float32": (lambda x: (x * x).sum(), (np.float32([1.0, 2.0]),)),
    "float16": (lambda x: (x * x).sum(), (np.float16([1.0, 2.0]),)),
    "an argument without influence": (lambda x, y: x * 2, (1.0, np.ones(3))),
    "no argument with influence": (lambda x: Value([1.0, 2.0]), (1.0,)),
    "an empty argument": (lambda x: x.sum(), (np.ones((0, 3)),)),
    "an empty result": (lambda x: x[:0], (np.ones(3),)),
    "nothing at all": (lambda x: x * 2.0, (np.ones(0),)),
    "repeated use": (lambda x: x**x + x / x, (1.5,)),
    "another Value in the closure": (lambda x: (W * x).sum(), (np.ones(2),)),
    "large numbers": (lambda x: x * 1e6, (1e3,)),
    "a large argument": (ag.sin, (1e6,)),
    "a small argument": (ag.log, (1e-7,)),
    "beside a kink": (ag.relu, (np.array([1e-8, -1e-8]),)),
    "beside the edge of the domain": (ag.sqrt, (1e-9,)),
    "a fast oscillation": (lambda x: ag.sin(1e5 * x), (1.0,)),
    "several results": (lambda x: (x * x, [x.sum()]), (np.ones(2),)),
    "results by name": (lambda x, y: {"product": x * y, "sum": x + y}, (2.0, np.ones(2))),
    "arguments in containers": (lambda p, q: p["w"] @ p["v"][0] * q.left, ({"w": np.eye(2), "v": [np.ones(2)]},
                                                                          Pair(2.0, None))),
    "a derivative inside": (lambda x: ag.gradients(x**3, [x], create_graph=True)[0], (2.0,)),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD)
def test_what_is_right_passes(case: str) -> None:
    f, args = GOOD[case]
    assert gradcheck(f, *args) is True
    assert gradcheck(f, *args, fast=True) is True
    assert gradgradcheck(f, *args) is True
    assert gradgradcheck(f, *args, fast=True) is True
    assert_gradients(f, *args, order=2)
    assert str(check_gradients(f, *args)).startswith("gradcheck: all derivatives agree (")


# (function, arguments, what the worst disagreement is called, analytic, numeric, how many disagree of how many)
BAD: dict[str, tuple[Callable[..., Any], tuple[Any, ...], str, str, float, float, tuple[int, int]]] = {
    "a number": (tilted, (3.0,), "output", "argument 0", 6.0, 7.0, (1, 1)),
    "the second argument": (lambda x, y: x * tilted(y), (2.0, 3.0), "output", "argument 1", 12.0, 14.0, (1, 2)),
    "by its label": (tilted, (Value(3.0, label="weight"),), "output", "argument 0 ('weight')", 6.0, 7.0, (1, 1)),
    "one entry of many": (
        lambda x: (x * x).at[1, 2].add(ag.stop_gradient(x)[1, 2]), (np.arange(6.0).reshape(2, 3),),
        "output[1, 2]", "argument 0[1, 2]", 10.0, 11.0, (1, 36),
    ),
    "the worst of two": (
        lambda x, y: tilted(x, 1.0) + tilted(y, 50.0), (1.0, 1.0), "output", "argument 1", 2.0, 52.0, (2, 2)
    ),
    "in containers": (
        lambda p: {"loss": [tilted(p["w"][0])]}, ({"w": [3.0]},), "output['loss'][0]", "argument 0['w'][0]",
        6.0, 7.0, (1, 1),
    ),
    "a right and a wrong result": (lambda x: (x, tilted(x)), (3.0,), "output[1]", "argument 0", 6.0, 7.0, (1, 2)),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_fails_and_the_report_says_where_and_by_how_much(case: str) -> None:
    f, args, output, argument, analytic, numeric, (wrong, all_entries) = BAD[case]
    report = check_gradients(f, *args)
    worst = report.worst[0]
    assert not report.passed
    assert (worst.output, worst.argument, worst.decided) == (output, argument, True)
    assert (worst.analytic, worst.numeric) == pytest.approx((analytic, numeric), rel=1e-9)
    assert worst.error < 1e-9
    assert report.failed == {"reverse": wrong, "forward": wrong}
    assert report.compared == {"reverse": all_entries, "forward": all_entries}
    with pytest.raises(GradientError) as error:
        gradcheck(f, *args)
    assert str(error.value) == str(report) == str(error.value.report)
    assert pickle.loads(pickle.dumps(error.value)).report == error.value.report
    share = f"{wrong} of {all_entries}"
    assert f"derivatives that disagree: {share} in reverse mode, {share} in forward mode." in str(report)
    assert f"of {output} by {argument} is {analytic:g} by the rules" in str(report)
    assert gradcheck(f, *args, raise_exception=False) is gradcheck(f, *args, fast=True, raise_exception=False) is False


def test_infinite_and_missing_numbers() -> None:
    assert gradcheck(lambda x: ag.stop_gradient(x) * 0 + np.inf, 1.0, raise_exception=False) is False
    with pytest.raises(GradientError, match="inf by the rules"):
        gradcheck(ag.sqrt, 0.0)  # numerically, the domain is left
    with pytest.raises(GradientError, match="nan by the rules"):
        gradcheck(ag.sqrt, -1.0)  # outside the domain there is nothing to agree on


def test_what_cannot_be_decided_is_not_passed_in_silence() -> None:
    for f, x in [(ag.sqrt, 0.0), (lambda x: (x + 1e10) - 1e10, 0.5), (lambda x: (x + 1e13) - 1e13, 0.5)]:
        report = check_gradients(f, x)
        assert not report.passed
        assert (report.failed, report.undecided) == ({"reverse": 0, "forward": 0}, {"reverse": 1, "forward": 1})
        assert not report.worst[0].decided
        assert "could not be decided" in str(report) and "too poor to decide" in str(report)
        assert gradcheck(f, x, raise_exception=False) is False


@given(st.floats(0.1, 3.0), st.sampled_from([ag.exp, ag.sin, ag.log, ag.sqrt, ag.reciprocal, ag.tanh]))
def test_the_estimated_error_is_honest(x: float, f: Any) -> None:
    report = check_gradients(lambda v: f(v) + ag.stop_gradient(v), x)
    worst = report.worst[0]
    assert abs(worst.numeric - (worst.analytic + 1.0)) <= worst.error <= worst.tolerance


def test_tolerances() -> None:
    def slightly_wrong(x: Any) -> Any:
        return x * 1000.0 + 1e-3 * ag.stop_gradient(x)

    assert gradcheck(slightly_wrong, 1.0)  # 1e-6 of 1000
    assert not gradcheck(slightly_wrong, 1.0, rtol=1e-8, raise_exception=False)
    assert gradcheck(slightly_wrong, 1.0, rtol=0.0, atol=2e-3)
    assert not gradcheck(slightly_wrong, 1.0, rtol=0.0, atol=1e-4, raise_exception=False)
    assert gradcheck(lambda x: ag.sin(1e4 * x), 1.0, eps=1e-8, rtol=1e-3)
    assert not gradcheck(lambda x: ag.sin(1e8 * x), 1.0, eps=1e-3, rtol=1e-3, raise_exception=False)


def test_single_precision_is_checked_against_double_where_f_takes_it() -> None:
    x = np.float32([0.3, 1.7])
    assert check_gradients(ag.exp, x).precision == "float64"
    narrow = check_gradients(lambda x: ag.exp(x.astype(np.float32)), x)
    assert narrow.passed and narrow.precision == "float32"

    def only_single(x: Any) -> Any:
        if x.dtype != np.float32:
            raise TypeError("single precision only")
        return ag.exp(x)

    assert check_gradients(only_single, x).precision == "float32"
    assert not check_gradients(lambda x: ag.exp(x) + 0.01 * ag.stop_gradient(x), x)
    assert not gradcheck(lambda x: ag.exp(x) + 0.01 * ag.stop_gradient(x), x, raise_exception=False)
    assert gradcheck(lambda x: ag.exp(x) + 1e-5 * ag.stop_gradient(x), x)  # float32 cannot tell
    assert not gradcheck(lambda x: ag.exp(x) + 1e-4 * ag.stop_gradient(x), x, atol=0, rtol=1e-6, raise_exception=False)


def test_steps_follow_each_element() -> None:
    assert gradcheck(ag.log, np.array([1e-6, 1.0, 1e6]))


# ---- modes, order, random directions ---------------------------------------------------------------------------------


def test_each_mode_is_checked_alone() -> None:
    right = ag.TABLE["tanh"]
    by_mode = {
        "reverse": {"vjp": lambda g, z, x: (2.0 * g * (1.0 - z * z),), "jvp": lambda ts, z, x: ts[0] * (1.0 - z * z)},
        "forward": {"vjp": lambda g, z, x: (g * (1.0 - z * z),), "jvp": lambda ts, z, x: 2.0 * ts[0] * (1.0 - z * z)},
    }
    for wrong, rules in by_mode.items():
        f = planted_rules(kernel="tanh", **rules)
        other = {"reverse": "forward", "forward": "reverse"}[wrong]
        for fast in (False, True):
            report = check_gradients(f, np.array([0.5, 1.0]), fast=fast)
            assert report.failed[wrong] and not report.failed[other]
            assert gradcheck(f, np.array([0.5, 1.0]), modes=[other], fast=fast)
            assert not gradcheck(f, np.array([0.5, 1.0]), modes=[wrong], fast=fast, raise_exception=False)
        with pytest.raises(GradientError, match=rf"\({wrong} mode\)"):
            assert_gradients(f, 0.5)
        assert_gradients(f, 0.5, modes=(other,))
    assert gradcheck(right, 0.5)


def test_second_derivatives() -> None:
    def loses_its_slope(x: Any) -> Any:  # the first derivative is right, and a constant
        return x * x - (x - ag.stop_gradient(x)) ** 2

    assert gradcheck(loses_its_slope, 3.0, raise_exception=False) is True
    with pytest.raises(GradientError, match=r"gradgradcheck.*\n.*of \(gradient by argument 0\) by argument 0 is 0 by"):
        gradgradcheck(loses_its_slope, 3.0)
    report = check_gradients(loses_its_slope, 3.0, order=2)
    assert report.cause == "a cut path" and report.name == "gradgradcheck"
    assert_gradients(loses_its_slope, 3.0)
    with pytest.raises(GradientError, match="gradgradcheck") as error:
        assert_gradients(loses_its_slope, 3.0, order=2)
    assert error.value.report == report
    with pytest.raises(GradientError, match="gradcheck") as error:
        assert_gradients(tilted, 3.0, order=2)
    assert error.value.report == check_gradients(tilted, 3.0) == check_gradients(tilted, 3.0, order=2)
    assert gradgradcheck(lambda x, y: (x @ y, ag.sin(x).sum() * y.prod()), np.ones((2, 3)), np.array([1.0, 2.0, 0.5]))


def test_random_directions_are_the_callers() -> None:
    def numbers(rng: Any) -> list[float]:
        return [d.analytic for d in check_gradients(tilted, np.ones(5), fast=True, rng=rng).worst]

    assert numbers(1) == numbers(1) == numbers(np.random.default_rng(1)) != numbers(2)
    state = np.random.get_state()[1].tolist()  # noqa: NPY002  (to show that nobody draws from it)
    numbers(0)
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002


def test_a_thousand_inputs_take_a_few_calls() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(1)
        return ag.tanh(x).sum()

    assert gradcheck(f, np.linspace(-1.0, 1.0, 1000), fast=True)
    assert len(calls) < 60
    one_wrong = np.zeros(1000)
    one_wrong[700] = 1e-2
    report = check_gradients(lambda x: ag.tanh(x) + one_wrong * ag.stop_gradient(x), np.ones(1000), fast=True)
    assert not report.passed
    assert "along a random direction" in str(report)


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_what_cannot_be_checked_is_refused() -> None:
    frozen = Value(2.0, requires_grad=False)
    for args, found in [
        ((3,), "int"), ((), "none"), ((frozen, True), "a Value with requires_grad=False, bool"),
        ((np.array([1, 2]), ["text"]), "ndarray of int64, str"),
    ]:  # fmt: skip
        with pytest.raises(ArgumentError) as error:
            gradcheck(lambda *n: Value(1.0), *args)
        expected = f"found no argument to check (found {found}); expected a Value that requires a gradient"
        assert expected in str(error.value)
    for result in (1.0, None, np.ones(2)):
        with pytest.raises(DtypeError, match=f"f returned {type(result).__name__}; expected one Value"):
            gradcheck(lambda x, result=result: result, 1.0)
    with pytest.raises(DtypeError, match=r"f returned float as output\['b'\]; expected one Value, or a dict"):
        gradcheck(lambda x: {"a": x, "b": x.data}, 1.0)
    with pytest.raises(DtypeError, match="f returned an empty list"):
        gradcheck(lambda x: [], 1.0)
    with pytest.raises(DtypeError, match="f: found float; expected a function, then the arguments"):
        gradcheck(1.0, 2.0)  # type: ignore[arg-type]
    with no_grad(), pytest.raises(GraphError, match="gradcheck: called under no_grad, where nothing is recorded"):
        gradcheck(ag.tanh, 1.0)


def test_odd_steps_tolerances_modes_and_orders_are_refused() -> None:
    for options in ({"eps": 0.0}, {"eps": np.nan}, {"atol": -1.0}, {"rtol": -1.0}):
        with pytest.raises(ArgumentError, match="expected eps > 0, the others >= 0"):
            gradcheck(ag.tanh, 1.0, **options)
    for modes in ((), ("reverse", "sideways")):
        with pytest.raises(ArgumentError, match=r"expected some of \('reverse', 'forward'\)"):
            gradcheck(ag.tanh, 1.0, modes=modes)
    for check in (gradcheck, gradgradcheck, check_gradients, assert_gradients):
        with pytest.raises(SignatureError, match="an unknown argument 'axis'; expected some of eps, atol, rtol, fast"):
            check(ag.sum, np.ones(2), axis=0)  # type: ignore[operator]
    for function in (check_gradients, assert_gradients):
        with pytest.raises(ArgumentError, match="order=3; expected 1 or 2"):
            function(ag.tanh, 1.0, order=3)


def test_outputs_that_change_their_shape_are_refused() -> None:
    for f in (lambda x: x[x.data > 1.0], lambda x: x if x[0].item() > 1.0 else [x, x]):
        with pytest.raises(ShapeError, match=r"gradcheck: f returned output.* where argument 0 has moved by"):
            gradcheck(f, np.array([1.0, 2.0]))


def test_nobodys_gradient_or_data_is_touched() -> None:
    w, x, frozen = Value([3.0, 4.0]), Value([1.0, 2.0], label="x"), Value(2.0, requires_grad=False)
    x.grad = [7.0, 8.0]
    array = np.ones(2)
    array.flags.writeable = False
    assert gradcheck(lambda x, c, a: (w * x * c * a).sum(), x, frozen, array)
    assert gradgradcheck(lambda x, c, a: (w * x * c * a).sum(), x, frozen, array)
    assert not w.has_grad and not frozen.has_grad and not frozen.requires_grad
    assert x.grad.tolist() == [7.0, 8.0] and x.data.tolist() == [1.0, 2.0] and x.label == "x"


@given(st.floats(-2, 2), st.lists(st.floats(-2, 2), min_size=1, max_size=4), st.floats(0.01, 1.0), st.booleans())
def test_any_error_in_a_derivative_is_found(a: float, xs: list[float], by: float, fast: bool) -> None:
    x = np.array(xs)
    assert gradcheck(lambda a, x: ag.sin(a * x) + x, a, x, fast=fast)
    assert not gradcheck(lambda a, x: ag.sin(a * x) + tilted(x, by), a, x, fast=fast, raise_exception=False)
