"""What `autograd.testing` offers users: strategies that draw what they promise, and checks that find mistakes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from planted import planted_rules, planted_square
from processes import run_python

import autograd as ag
from autograd import TABLE, Value, gradcheck, gradgradcheck, topological_order
from autograd.errors import ArgumentError, DtypeError
from autograd.extend import primitive, sample
from autograd.testing import Case, Graph, arrays, check_operation, graphs, points

# ---- arrays ----------------------------------------------------------------------------------------------------------


BOUNDS = [(-4.0, 4.0), (0.0, 1.0), (-0.3, 5.0), (2.0, 3.0), (-9.0, -8.5)]


@given(st.data(), st.integers(1, 100), st.sampled_from(BOUNDS))
def test_elements_lie_apart_from_each_other_and_from_zero(
    data: st.DataObject, size: int, bounds: tuple[float, float]
) -> None:
    low, high = bounds
    x = data.draw(arrays(shape=size, min_value=low, max_value=high))
    gap = (high - low) / max(64, 2 * size)
    assert x.shape == (size,) and x.dtype == float
    assert (low <= x).all() and (x <= high).all()
    assert (np.diff(np.sort(x)) > 0.3 * gap).all()
    assert (np.abs(x) > 0.09 * gap).all()


@given(arrays(shape=(2, 3)))
def test_no_two_sums_tie(x: Any) -> None:
    sums = [sum(part) for n in (1, 2) for part in itertools.combinations(x.ravel().tolist(), n)]
    assert min(abs(a - b) for a, b in itertools.combinations(sums, 2)) > 1e-5


@given(arrays("float32", st.sampled_from([(), (2,), (1, 3)])))
def test_dtypes_and_shapes_are_those_asked_for(x: Any) -> None:
    assert type(x) is np.ndarray
    assert x.dtype == np.float32
    assert x.shape in {(), (2,), (1, 3)}


def test_arrays_of_any_shape_are_drawn_by_default() -> None:
    assert {find(arrays(), lambda x, n=n: x.ndim == n).ndim for n in (1, 2, 3)} == {1, 2, 3}


@pytest.mark.parametrize("options", [{"dtype": int}, {"min_value": 1.0, "max_value": 1.0}])
def test_arrays_that_cannot_be_drawn(options: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match="expected a floating dtype and min_value < max_value"):
        find(arrays(**options), lambda x: True)


# ---- points ----------------------------------------------------------------------------------------------------------

SOME = ["tanh", "log", "maximum", "divide", "where", "matmul", "concatenate", "max", "sum", "getitem"]


@pytest.mark.parametrize("name", SOME)
@settings(max_examples=10)
@given(st.data())
def test_points_lie_where_gradients_can_be_checked(name: str, data: st.DataObject) -> None:
    case = data.draw(points(TABLE[name]))
    assert isinstance(case, Case) and case.entry is TABLE[name]
    for z, expected in zip(case.results(), case.expected(), strict=True):
        np.testing.assert_allclose(z, expected, rtol=1e-12, atol=1e-12)
    assert gradcheck(case, *case.operands)


def test_kinks_are_drawn_on_request() -> None:
    at_kink = find(points(ag.relu, kinks=True), lambda case: case.operands == (0.0,))
    assert not gradcheck(at_kink, *at_kink.operands, raise_exception=False)
    both = find(points(ag.power, kinks=True), lambda case: case.operands == (0.0, 2.0))
    assert both(*both.operands) == 0.0


def test_points_of_what_is_no_operation() -> None:
    with pytest.raises(DtypeError, match="found function; expected an operation, such as"):
        points(lambda x: x)
    silent = primitive(lambda x: x, vjp=lambda g, z, x: (g,))
    for function in (points, check_operation):
        with pytest.raises(ArgumentError, match=r"has neither a domain nor samples; give it samples=\["):
            function(silent)


# ---- graphs ----------------------------------------------------------------------------------------------------------


@given(graphs())
def test_graphs_are_smooth_functions(graph: Graph) -> None:
    assert gradcheck(graph, *graph.args)
    assert gradgradcheck(graph, *graph.args)


@given(graphs())
def test_a_graph_is_the_same_on_raw_data_and_on_values(graph: Graph) -> None:
    np.testing.assert_allclose(graph(*map(Value, graph.args)).data, graph(*graph.args), rtol=1e-12, atol=1e-12)
    assert repr(graph).count(" = ") == len(graph.args) + len(graph.steps)


def test_graphs_have_shared_nodes_broadcasting_and_kinks_on_request() -> None:
    def nodes(graph: Graph) -> list[Value]:
        return topological_order(graph(*map(Value, graph.args)))

    find(graphs(), lambda g: any(len(z.inputs) == 2 and z.inputs[0] is z.inputs[1] for z in nodes(g)))
    find(graphs(), lambda g: any(len({x.shape for x in z.inputs if type(x) is Value}) > 1 for z in nodes(g)))
    find(graphs(kinks=True), lambda g: any(name == "relu" for name, _ in g.steps))
    assert len(find(graphs(max_steps=3), lambda g: len(g.steps) == 3).steps) == 3


# ---- check_operation -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["tanh", "abs", "multiply", "matmul", "where", "stack", "logsumexp", "greater", "argsort", "stop_gradient"]
)
def test_operations_of_the_table_pass(name: str) -> None:
    check_operation(TABLE[name], examples=3)


def cube(vjp: Any = lambda g, z, x: (g * 3.0 * x * x,), function: Any = lambda x: x * x * x, **rules: Any) -> Any:
    """A user's own operation, with or without a mistake."""
    return primitive(function, vjp=vjp, samples=[sample((2, 3)), sample(None)], **rules)


def test_a_users_operation_passes() -> None:
    check_operation(cube())
    check_operation(cube(jvp=lambda ts, z, x: ts[0] * 3.0 * x * x))


def test_a_constant_operand_is_drawn_true_or_false_and_never_varied() -> None:
    keep = planted_rules(
        kernel=lambda np, kept, x: np.where(kept, x, 0.0), args="kept x", constants=["kept"],
        vjp=lambda g, z, kept, x: (None, ag.where(kept, g, 0.0)), jvp=lambda ts, z, kept, x: ag.where(kept, ts[1], 0.0),
        samples=[sample((2, 3), (3,)), sample(None, (3,))],
    )  # fmt: skip
    check_operation(keep)
    case = find(points(keep), lambda case: True)
    assert case.variables == [1] and np.asarray(case.operands[0]).dtype == bool


MISTAKES: dict[str, tuple[Any, str]] = {
    "a factor": (lambda: cube(lambda g, z, x: (g * 2.0 * x * x,)), "first order"),
    "a rule that forgets its slope": (
        lambda: cube(lambda g, z, x: (g * 3.0 * x * ag.stop_gradient(x),)), "second order"
    ),
    "a wrong forward rule": (lambda: cube(jvp=lambda ts, z, x: ts[0] * x * x), "first order"),
    "float64 throughout": (lambda: cube(function=lambda x: np.float64(x) ** 3), "float32"),
    "an operand that is overwritten": (lambda: cube(function=_overwriting), "inputs unchanged"),
}  # fmt: skip


def _overwriting(x: Any) -> Any:
    if np.ndim(x):
        x *= 1.0
    return x * x * x


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_users_operation_is_found_and_the_check_named(mistake: str) -> None:
    make, check = MISTAKES[mistake]
    with pytest.raises((AssertionError, ValueError)) as error:
        check_operation(make())
    assert check in "".join(error.value.__notes__)


def test_a_mistake_at_a_hard_point_is_found() -> None:
    entry = planted_square(scalar=lambda x: x**2)
    with pytest.raises(OverflowError) as error:  # Python's own power raises where NumPy's gives inf
        check_operation(entry)
    assert "special values" in "".join(error.value.__notes__)


def test_the_same_seed_draws_the_same_calls() -> None:
    def seen(rng: int) -> list[Any]:
        drawn: list[Any] = []
        check_operation(cube(function=lambda x: (drawn.append(np.array(x)), x * x * x)[1]), examples=2, rng=rng)
        return [x.tolist() for x in drawn]

    assert seen(1) == seen(1) != seen(2)


def test_without_hypothesis_the_error_says_what_to_install() -> None:
    run_python(
        "-c",
        "import sys\n"
        "sys.modules['hypothesis'] = None\n"
        "import autograd\n"
        "from autograd.errors import MissingPackageError\n"
        "try:\n"
        "    import autograd.testing\n"
        "except MissingPackageError as error:\n"
        "    assert 'pip install \"glassgrad[test]\"' in str(error)\n"
        "else:\n"
        "    raise SystemExit('no error')\n",
    )
