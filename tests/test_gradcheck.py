"""gradcheck passes what is right, fails what is wrong, says where and by how much, and leaves no trace."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Value, gradcheck
from autograd.errors import ArgumentError, DtypeError, GradientError


def tilted(x: Any, by: float = 1.0) -> Any:
    """x * x with a derivative that misses `by`."""
    return x * x + by * ag.stop_gradient(x)


W = Value([3.0, 4.0])

GOOD: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "a number": (ag.tanh, (0.5,)),
    "a NumPy number": (ag.tanh, (np.float64(0.5),)),
    "a 0-d array": (ag.tanh, (np.array(0.5),)),
    "an array": (ag.tanh, (np.array([[0.5, -2.0]]),)),
    "Values": (lambda x, y: x @ y, (Value(np.ones((2, 3))), Value([1.0, -2.0, 3.0]))),
    "a number, an array, a constant": (lambda a, x, n: a * x.sum(axis=n), (2.0, np.ones((2, 3)), 1)),
    "constants of any type": (lambda x, name, axis: getattr(x, name)(axis=axis), (np.eye(2), "sum", None)),
    "an array of integers is a constant": (lambda x, n: x * n, (1.5, np.array([1, 2]))),
    "float32": (lambda x: (x * x).sum(), (np.float32([1.0, 2.0]),)),
    "an argument without influence": (lambda x, y: x * 2, (1.0, np.ones(3))),
    "no argument with influence": (lambda x: Value([1.0, 2.0]), (1.0,)),
    "an empty argument": (lambda x: x.sum(), (np.ones((0, 3)),)),
    "an empty result": (lambda x: x[:0], (np.ones(3),)),
    "nothing at all": (lambda x: x * 2.0, (np.ones(0),)),
    "repeated use": (lambda x: x**x + x / x, (1.5,)),
    "another Value in the closure": (lambda x: (W * x).sum(), (np.ones(2),)),
    "large numbers": (lambda x: x * 1e6, (1e3,)),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_is_right_passes(case: str) -> None:
    f, args = GOOD[case]
    assert gradcheck(f, *args) is True


BAD: dict[str, tuple[Callable[..., Any], tuple[Any, ...], list[str]]] = {
    "a number": (tilted, (3.0,), ["argument 0 ", "output entry 0", "6.0", "7.0", "1 of 1 entries"]),
    "the second argument": (lambda x, y: x * tilted(y), (2.0, 3.0), ["argument 1 ", "12.0", "14.0"]),
    "by its label": (tilted, (Value(3.0, label="weight"),), ["argument 0 ('weight')"]),
    "one entry of many": (
        lambda x: (x * x).at[1, 2].add(ag.stop_gradient(x)[1, 2]), (np.arange(6.0).reshape(2, 3),),
        ["argument 0[1, 2]", "output entry 5", "10.0", "11.0", "1 of 36 entries"],
    ),
    "the worst of two": (lambda x, y: tilted(x, 1.0) + tilted(y, 50.0), (1.0, 1.0), ["argument 1 ", "2.0", "52.0"]),
}  # fmt: skip


def numbers_in(message: str) -> list[float]:
    """The two derivatives that a report names."""
    by_rules, numeric = message.split(" is ", 1)[1].split(" by the rules, and ")
    return [float(by_rules), float(numeric.split(" by central")[0])]


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_fails_and_the_report_says_where_and_by_how_much(case: str) -> None:
    f, args, words = BAD[case]
    with pytest.raises(GradientError) as error:
        gradcheck(f, *args)
    message = str(error.value)
    expected = [float(word) for word in words if word.replace(".", "").isdigit()]
    assert all(word in message for word in words if not word.replace(".", "").isdigit()), message
    if expected:
        assert numbers_in(message) == pytest.approx(expected, rel=1e-6)
    assert gradcheck(f, *args, raise_exception=False) is False


def test_infinite_and_missing_numbers() -> None:
    assert gradcheck(lambda x: ag.stop_gradient(x) * 0 + np.inf, 1.0, raise_exception=False) is False
    with pytest.raises(GradientError, match="inf by the rules"):
        gradcheck(ag.sqrt, 0.0)  # numerically, the domain is left
    with pytest.raises(GradientError, match="nan by central differences"):
        gradcheck(lambda x: x + ag.stop_gradient(ag.sqrt(x)), 1e-9)
    with pytest.raises(GradientError, match="nan by the rules"):
        gradcheck(ag.sqrt, -1.0)  # outside the domain there is nothing to agree on


def test_tolerances() -> None:
    def slightly_wrong(x: Any) -> Any:
        return x * 1000.0 + 1e-3 * ag.stop_gradient(x)

    assert gradcheck(slightly_wrong, 1.0)  # 1e-6 of 1000
    assert not gradcheck(slightly_wrong, 1.0, rtol=1e-8, raise_exception=False)
    assert gradcheck(slightly_wrong, 1.0, rtol=0.0, atol=2e-3)
    assert not gradcheck(slightly_wrong, 1.0, rtol=0.0, atol=1e-4, raise_exception=False)
    assert gradcheck(lambda x: ag.sin(1e4 * x), 1.0, eps=1e-8, rtol=1e-3)
    assert not gradcheck(lambda x: ag.sin(1e4 * x), 1.0, eps=1e-3, rtol=1e-3, raise_exception=False)


def test_what_cannot_be_checked_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"found no argument to check \(found int\); expected a Value, a float or a floating array"
    ):
        gradcheck(lambda n: Value(1.0) * n, 3)
    for result in (1.0, None, np.ones(2), [Value(1.0)]):
        with pytest.raises(DtypeError, match=f"f returned {type(result).__name__}; expected one Value"):
            gradcheck(lambda x, result=result: result, 1.0)


def test_nobodys_gradient_or_data_is_touched() -> None:
    w, x, frozen = Value([3.0, 4.0]), Value([1.0, 2.0], label="x"), Value(2.0, requires_grad=False)
    x.grad = [7.0, 8.0]
    array = np.ones(2)
    array.flags.writeable = False
    assert gradcheck(lambda x, c, a: (w * x * c * a).sum(), x, frozen, array)
    assert not w.has_grad and not frozen.has_grad and not frozen.requires_grad
    assert x.grad.tolist() == [7.0, 8.0] and x.data.tolist() == [1.0, 2.0] and x.label == "x"


@given(st.floats(-2, 2), st.lists(st.floats(-2, 2), min_size=1, max_size=4), st.floats(0.01, 1.0))
def test_any_error_in_a_derivative_is_found(a: float, xs: list[float], by: float) -> None:
    x = np.array(xs)
    assert gradcheck(lambda a, x: ag.sin(a * x) + x, a, x)
    assert not gradcheck(lambda a, x: ag.sin(a * x) + tilted(x, by), a, x, raise_exception=False)
