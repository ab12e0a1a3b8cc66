"""Finding trouble: detect_anomaly stops at the first NaN or infinity; explain tells the chain rule of one node."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_cases import every_call

from autograd import (
    Value,
    checkpoint,
    detect_anomaly,
    explain,
    gradients,
    jacfwd,
    jvp,
    log,
    matmul,
    no_grad,
    sqrt,
    tanh,
    where,
)
from autograd.errors import AnomalyError, DtypeError, GraphError, ShapeError, SignatureError
from autograd.testing.strategies import cases


def caught(run: Any, **options: Any) -> str:
    with np.errstate(all="ignore"), pytest.raises(AnomalyError) as error, detect_anomaly(**options):
        run()
    return str(error.value)


def test_forward_it_names_operation_operands_place_and_line() -> None:
    x = Value([1.0, 0.0, -1.0], label="x")
    message = caught(lambda: log(x * 2.0))  # THE LINE
    for words in ("forward", "log gave -inf at [1]", "2 of 3 elements", "test_trouble.py:", "# THE LINE"):
        assert words in message
    number = caught(lambda: Value(-1.0, label="n").log() * 2.0)
    assert "log gave nan. Operands: n = -1.0." in number


def test_backward_it_names_the_node_that_handed_it_back() -> None:
    x = Value([4.0, 0.0], label="x")

    def run() -> None:
        y = sqrt(x)  # MADE HERE
        (y * 3.0).sum().backward()

    message = caught(run)
    for words in ("backward", "sqrt handed inf at [1]", "operand 0", "x of shape (2,)", "# MADE HERE", "in run"):
        assert words in message
    assert not x.has_grad, "all or nothing"


def test_backward_through_a_graph_made_outside() -> None:
    y = sqrt(Value(0.0, label="zero"))
    assert "outside detect_anomaly" in caught(y.backward)


def test_hot_number_operations_are_watched_too() -> None:
    a = Value(1e200, label="a")
    assert "multiply gave inf" in caught(lambda: a * a)
    assert "divide gave inf" in caught(lambda: a / 0.0)
    with detect_anomaly():
        assert (a + a - a).data == 1e200


def test_it_says_when_an_operand_was_bad_to_begin_with() -> None:
    bad = Value(np.array([np.nan, 1.0]), label="bad")
    assert "Operand 0 was not finite to begin with" in caught(lambda: tanh(bad))


def test_constants_and_no_grad_are_watched() -> None:
    with no_grad():
        assert "log gave nan" in caught(lambda: log(Value(-1.0)))


def test_infinities_may_be_let_through() -> None:
    x = Value([0.0, 1.0])
    with np.errstate(divide="ignore"), detect_anomaly(infinity=False):
        log(x)
    assert "nan" in caught(lambda: log(x * -1.0), infinity=False)


def test_it_ends_with_its_block_and_watches_its_own_thread_only() -> None:
    x = Value(0.0)
    with np.errstate(divide="ignore"):
        with detect_anomaly():
            other = threading.Thread(target=lambda: seen.append(log(x).data))
            seen: list[float] = []
            other.start()
            other.join()
        assert seen == [-np.inf]
        assert log(x).data == -np.inf

    @detect_anomaly(infinity=False)
    def decorated(v: Value) -> Value:
        return log(v)

    assert decorated(x).data == -np.inf
    with pytest.raises(AnomalyError):
        decorated(Value(-1.0))


@every_call
@settings(max_examples=2)
@given(st.data())
def test_no_operation_stops_at_an_ordinary_point(entry: Any, sample: Any, data: st.DataObject) -> None:
    case = data.draw(cases(entry, sample))
    if any(np.isnan(x).any() for x in case.operands):
        return  # what skips NaN is given some, and carries it along to where it is left out
    with detect_anomaly(infinity=False):
        xs = case.wrapped()
        for z in case.results(xs):
            if z.size:
                gradients(z, [xs[i] for i in case.variables], np.ones(z.shape) if z.shape else 1.0)


def test_a_clean_program_computes_the_same_under_watch() -> None:
    def program() -> list[Any]:
        x, w = Value(np.linspace(0.1, 1.0, 6).reshape(2, 3)), Value(np.ones((3, 2)))
        y = where(matmul(x, w) > 1.0, tanh(matmul(x, w)), 0.5).sum() * Value(2.0)
        return [g.data.tolist() for g in gradients(y, [x, w])]

    plain = program()
    with detect_anomaly():
        assert program() == plain


# ---- explain ---------------------------------------------------------------------------------------------------------


def test_contributions_add_up_to_the_gradient() -> None:
    x, y = Value(0.5, label="x"), Value(-2.0, label="y")
    root = tanh(x * y) * x + x / y
    for node in (x, y):
        (expected,) = gradients(root, [node])
        found = explain(node, root)
        assert found.gradient == expected.data
        assert sum(path.contribution for path in found.paths) == pytest.approx(expected.data, rel=1e-15)
        for path in found.paths:
            assert path.contribution == pytest.approx(path.local * path.incoming, rel=1e-15)
            assert path.consumer.inputs[path.place] is node
    assert not x.has_grad and not root.has_grad


def test_a_node_used_twice_by_one_operation_has_two_paths() -> None:
    x = Value(3.0, label="x")
    assert [(path.place, path.contribution) for path in explain(x, x * x).paths] == [(0, 3.0), (1, 3.0)]


def test_arrays_broadcast_and_contracted() -> None:
    w, x, b = Value(np.ones((2, 2)), label="w"), Value([1.0, 2.0], label="x"), Value(3.0, label="b")
    root = ((w @ x + b) * x).sum()
    of_b, of_x = explain(b, root), explain(x, root)
    assert [path.contribution for path in of_b.paths] == [3.0]  # the incoming [1, 2], summed
    np.testing.assert_array_equal(of_b.paths[0].local, [1.0, 1.0])
    assert [path.consumer.op.name for path in of_x.paths] == ["multiply", "matmul"]
    assert of_x.paths[1].local is None
    np.testing.assert_array_equal(sum(path.contribution for path in of_x.paths), gradients(root, [x])[0].data)


def test_the_text_tells_paths_numbers_and_sum() -> None:
    x = Value(3.0, label="x")
    root = x * x + x
    assert str(explain(x, root)).splitlines() == [
        "The gradient of x = 3 is 7.",
        "  1. as operand 1 of add: its derivative 1 * incoming gradient 1 = 1",
        "  2. as operand 0 of multiply: its derivative 3 * incoming gradient 1 = 3",
        "  3. as operand 1 of multiply: its derivative 3 * incoming gradient 1 = 3",
        "  Their sum is 7: the chain rule adds what comes over all paths.",
    ]


@pytest.mark.parametrize("data", [3.0, [1.0, -2.0]], ids=["number", "array"])
def test_a_hint_where_gradients_have_accumulated(data: Any) -> None:
    x = Value(data, label="x")
    root = (x * x).sum() if x.shape else x * x
    assert explain(x, root).hint == ""
    root.backward()
    assert explain(x, root).hint == ""
    root.backward()
    root.backward()
    assert "3 times this" in explain(x, root).hint and "zero_grad()" in explain(x, root).hint
    (x * 0.5).sum().backward() if x.shape else (x * 0.5).backward()
    assert "other passes" in explain(x, root).hint


def test_derivatives_are_those_of_the_forward_pass() -> None:
    x = Value(3.0, label="x")
    root = x * x
    x.data = 10.0
    for path in explain(x, root).paths:
        assert (path.local, path.contribution) == (3.0, 3.0)


def test_a_node_without_a_path_and_a_seed() -> None:
    x, y = Value([1.0, 2.0]), Value(3.0)
    assert "No path" in str(explain(y, (x * x).sum()))
    np.testing.assert_array_equal(explain(x, x * x, gradient=[1.0, 10.0]).gradient, [2.0, 40.0])


def test_errors() -> None:
    x = Value([1.0, 2.0])
    with pytest.raises(ShapeError, match="explain"):
        explain(x, x * x)
    with pytest.raises(DtypeError, match="explain: root"):
        explain(x, 3.0)  # type: ignore[arg-type]
    with pytest.raises(SignatureError, match=r"explain\(node, root\)"):
        explain(x)
    with pytest.raises(GraphError, match="constant"):
        explain(x, Value(1.0, requires_grad=False))


def test_infinities_that_come_together_in_a_sum_are_found() -> None:
    q = Value(0.1, label="q")
    message = caught(lambda: (q * 1e308 + q * 1e308).backward())
    assert "the contributions to q = 0.1 sum to inf" in message and not q.has_grad


def test_forward_mode_is_watched() -> None:
    for run in (lambda: jvp(sqrt, (0.0,), (1.0,)), lambda: jacfwd(sqrt)(np.array([0.0, 1.0]))):
        assert "forward mode: the tangent of sqrt is inf" in caught(run)


def test_explain_does_not_listen_inside_a_checkpoint() -> None:
    w, v = Value(3.0), Value(2.0)
    assert [path.contribution for path in explain(w, checkpoint(lambda q: q * w)(v)).paths] == [2.0]


def test_an_explanation_of_an_infinite_slope_warns_of_nothing() -> None:
    x = Value([0.0, 1.0])
    y = (x**0.5).sum()
    found = explain(x, y)
    assert found.gradient.tolist() == [np.inf, 0.5]
    assert explain(y.inputs[0], y).gradient.tolist() == [1.0, 1.0]
