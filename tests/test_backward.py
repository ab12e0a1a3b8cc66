"""backward: what accumulates, what is kept, what is refused; all or nothing; leaves whose data was replaced."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, gradients, no_grad, tangents, topological_order
from autograd.errors import DtypeError, GlassgradError, GraphError, ShapeError
from autograd.ops.builders import custom

STARTS: list[Any] = [3.0, np.array(3.0), np.array([3.0]), np.float32([[3.0]])]


@pytest.mark.parametrize("start", STARTS, ids=repr)
def test_leaf_gradients_accumulate_and_interior_ones_are_the_latest(start: Any) -> None:
    x = Value(start)
    y = x * x
    z = 2 * y
    for n in (1, 2, 3):
        z.backward()
        assert (x.grad, y.grad, z.grad) == (12.0 * n, 2.0, 1.0)
        for v in (x, y, z):
            assert type(v.grad) is type(v.data) and v.has_grad
            assert v.shape == () or v.grad.dtype == v.dtype
    x.zero_grad()
    assert x.grad == 0.0 and not x.has_grad and y.has_grad


def test_leaves_only_does_not_keep_interior_gradients() -> None:
    for x in (Value(3.0), Value([3.0])):
        y = x * x
        z = y + x
        z.backward(leaves_only=True)
        assert x.grad == 7.0 and not y.has_grad and not z.has_grad and y.grad == 0.0


def test_never_computed_differs_from_zero() -> None:
    x, unused = Value(3.0), Value(1.0)
    (x * 0).backward()
    assert x.has_grad and x.grad == unused.grad == 0.0 and not unused.has_grad


def test_a_root_may_be_a_leaf_and_a_shared_node() -> None:
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0
    y = x * x
    (y + 1).backward()
    y.backward()
    assert y.grad == 1.0 and x.grad == 14.0


def test_a_gradient_of_the_roots_shape_is_the_seed() -> None:
    x = Value([1.0, 2.0, 3.0])
    for seed in ([1.0, 0.0, 2.0], np.array([1, 0, 2]), Value([1.0, 0.0, 2.0])):
        x.zero_grad()
        (x * x).backward(seed)
        assert x.grad.tolist() == [2.0, 0.0, 12.0]
    y = Value(3.0)
    for number in (2, 2.0, np.float32(2), np.array(2.0), Value(2.0)):
        y.zero_grad()
        (y * y).backward(number)
        assert type(y.grad) is float and y.grad == 12.0


def test_what_a_seed_does_not_ask_for_stays_out() -> None:
    x = Value([0.0, 4.0])
    ag.sqrt(x).backward([0.0, 1.0])
    assert x.grad.tolist() == [0.0, 0.25]
    zero = Value(np.array(0.0))
    ag.sqrt(zero).backward(np.array(0.0))
    assert zero.grad == 0.0 and zero.has_grad


REFUSED: dict[str, tuple[Callable[[], Any], type, str]] = {
    "no seed": (
        lambda: (Value([1.0, 2.0]) * 2).backward(), ShapeError,
        r"backward: found a root of shape \(2,\) .*expected a single element, or gradient= .*y\.sum\(\)\.backward",
    ),
    "an empty root": (lambda: (Value([]) * 2).backward(), ShapeError, r"shape \(0,\)"),
    "a seed of another shape": (
        lambda: (Value([1.0, 2.0]) * 2).backward(np.ones((2, 1))), ShapeError,
        r"shape \(2, 1\); expected the shape \(2,\)",
    ),
    "a number to seed an array": (lambda: (Value([1.0, 2.0]) * 2).backward(1.0), ShapeError, r"shape \(\)"),
    "an array to seed a number": (lambda: (Value(1.0) * 2).backward([1.0]), DtypeError, "found list; expected"),
    "a text": (lambda: (Value(1.0) * 2).backward("1"), DtypeError, "found str; expected"),
    "a complex seed": (lambda: (Value([1.0]) * 2).backward([1j]), DtypeError, "complex"),
    "a constant": (lambda: Value(1.0, requires_grad=False).backward(), GraphError, "this Value is a constant"),
    "of constants only": (lambda: (Value(1.0, requires_grad=False) * 2).backward(), GraphError, "from constants"),
    "under no_grad": (lambda: no_grad()(Value.exp)(Value(1.0)).backward(), GraphError, "computed under no_grad"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_what_to_do(case: str) -> None:
    f, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message) as error:
        f()
    assert isinstance(error.value, GlassgradError)


def test_numbers_of_more_than_one_element_only_need_a_seed() -> None:
    x = Value([[3.0]])
    (x * x).backward()
    assert x.grad.tolist() == [[6.0]]


# ---- all or nothing


@pytest.fixture
def failing() -> Iterator[Any]:
    """An operation whose rule raises."""

    def fail(*args: Any) -> Any:
        raise ZeroDivisionError("the rule failed")

    yield custom(
        "failing",
        reason="a test",
        vjp=fail,
        jvp=fail,
        scalar=lambda x: x,
        kernel="positive",
        doc="x.",
        example=("1", "1"),
    )
    del ag.TABLE["failing"]


def test_if_a_rule_raises_no_gradient_has_changed(failing: Any) -> None:
    for start in STARTS:
        x = Value(start)
        y = x * x
        z = y + failing(y)
        y.backward()
        before = [(v.grad, v.has_grad) for v in (x, y, z)]
        with pytest.raises(ZeroDivisionError):
            z.backward()
        assert [(v.grad, v.has_grad) for v in (x, y, z)] == before
        y.backward()
        assert x.grad == 12.0


def test_if_data_was_replaced_no_gradient_has_changed() -> None:
    x, w = Value([1.0, 2.0]), Value([3.0, 4.0], label="w")
    z = (x * w).sum() + (x + 1).sum()
    w.data -= 1.0
    with pytest.raises(GraphError, match=r"multiply: .*leaf 'w'.*was replaced since.*backward\(\) before the update"):
        z.backward()
    assert not x.has_grad and not w.has_grad and not z.has_grad


# ---- data replaced after use


def test_numbers_keep_the_derivative_at_the_value_that_was_used() -> None:
    x, y = Value(3.0), Value(2.0)
    z = x * y + ag.sin(x) * 0 + ag.where(True, x, y)
    x.data, y.data = 100.0, 200.0
    z.backward()
    assert (x.grad, y.grad) == (3.0, 3.0)


ARRAY_RULES: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "square": (lambda x: x * x, True),
    "sin": (ag.sin, True),
    "matmul": (lambda x: x @ x, True),
    "of a view": (lambda x: ag.square(x[1:]), True),
    "of a view of a view": (lambda x: ag.square(x.reshape(1, -1).T), True),
    "max": (lambda x: x.max(), True),
    "a constant's factor": (lambda x: 3.0 * x, False),
    "sum": (lambda x: x.sum(), False),
    "exp, which reads its output": (ag.exp, False),
    "shape changes": (lambda x: x.reshape(3, 1).T[0, ::-1], False),
    "addition": (lambda x: x + x - 2.0, False),
    "where": (lambda x: ag.where(x > 0, x, 0.0), False),
    "update": (lambda x: x.at[0].set(1.0), False),
    "concatenate": (lambda x: ag.concatenate([x, x]), False),
    "a constant divisor": (lambda x: -x / np.ones(3), False),
}


@pytest.mark.parametrize("case", ARRAY_RULES)
@pytest.mark.parametrize("in_place", [True, False])
def test_arrays_refuse_a_rule_that_would_read_the_new_data(case: str, in_place: bool) -> None:
    f, reads = ARRAY_RULES[case]
    x, fresh = Value([1.0, 2.0, 3.0]), Value([1.0, 2.0, 3.0])
    y, z = f(x), f(fresh)
    if in_place:
        x.data -= 0.5
    else:
        x.data = x.data - 0.5
    if reads:
        with pytest.raises(GraphError, match=r"the leaf of shape \(3,\), without a label"):
            y.backward(np.ones(y.shape))
        with pytest.raises(GraphError):
            tangents([y], [(x, np.ones(3))])
        with pytest.raises(GraphError):
            gradients(y, [x], np.ones(y.shape), create_graph=True)
        assert not x.has_grad
    else:
        y.backward(np.ones(y.shape))
        z.backward(np.ones(z.shape))
        assert x.grad.tolist() == fresh.grad.tolist()


def test_a_graph_made_after_the_replacement_is_sound() -> None:
    x = Value([1.0, 2.0])
    x * x
    x.data -= 0.5
    (x * x).sum().backward()
    assert x.grad.tolist() == [1.0, 3.0]


def test_a_constant_view_does_not_follow_its_leaf() -> None:
    x, w = Value([1.0, 2.0]), Value([1.0, 1.0])
    with no_grad():
        target = x[:]
    x.data -= 0.5
    (w * target).sum().backward()
    assert w.grad.tolist() == [1.0, 2.0]


def test_topological_order() -> None:
    x, y = Value(1.0), Value([1.0], requires_grad=False)
    a = x * y
    b = a + a
    order = topological_order(b, x + 1)
    assert [id(v) for v in order[:4]] == [id(x), id(y), id(a), id(b)] and len(order) == 5
    assert [id(v) for v in topological_order(b, tracked_only=True)] == [id(x), id(a), id(b)]


# ---- warnings


def test_kernels_follow_the_users_errstate_and_backward_is_silent() -> None:
    x = Value([0.0, 1.0])
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        ag.log(x)
    with np.errstate(all="raise"):
        with pytest.raises(FloatingPointError):
            ag.log(x)
        y = ag.sqrt(x)
        y.sum().backward()
        assert x.grad.tolist() == [np.inf, 0.5]
        tangents([y], [(x, np.ones(2))])
        gradients(y.sum(), [x], create_graph=True)
    assert np.geterr()["divide"] == "warn"
