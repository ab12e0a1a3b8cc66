"""replay: the same values and gradients as a fresh run, for every entry of the table and any structure of arguments."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings

import autograd
import nn
from autograd import TABLE, Value, no_grad, replay, stop_gradient, value_and_grad
from autograd.arrays import SingularMatrixError
from autograd.errors import DtypeError, GlassgradError, GraphError, ReplayError, ShapeError, UnsupportedError
from autograd.extend import primitive
from autograd.graph.entry import sample
from autograd.replaying.comparison import differs
from autograd.testing.calls import Case, case_of, samples_of
from autograd.testing.graphs import Graph, graphs
from nn.optim import SGD, Adam

# The shape of what they answer depends on the data: no program of fixed shapes computes it.
NOT_REPLAYED = {"argwhere", "flatnonzero", "nonzero"}


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, (list, tuple)):
        return len(found) == len(expected) and all(map(same, found, expected))
    return not differs(found, expected)


# ---- the table ----


def cases(entry: Any, rng: np.random.Generator) -> list[Case]:
    """One call for each of an entry's samples, and for one with a domain on numbers and on arrays."""

    def floats(shape: Any) -> Any:
        low = max(0.3, entry.domain[0][0] + 0.1) if entry.domain else 0.3
        x = rng.uniform(low, low + 0.5, size=() if shape is None else shape)
        return float(x) if shape is None else x

    def truths(shape: Any) -> Any:
        x = rng.integers(0, 2, size=() if shape is None else shape).astype(bool)
        return bool(x) if shape is None else x

    found = []
    for drawn in samples_of(entry):
        arity = len(entry.operand_names)
        calls = [sample(*[None] * arity), sample(*[(2, 3)] * arity)] if drawn is None else [drawn]
        found += [case_of(entry, call, floats, truths) for call in calls]
    return found


def summed(case: Case) -> Callable[..., Any]:
    """A number made of all results of a call, as a function of the operands that are differentiated."""

    def f(*xs: Any) -> Any:
        operands = list(case.operands)
        for i, x in zip(case.variables, xs, strict=True):
            operands[i] = x
        return sum(autograd.sum(autograd.tanh(z * 1.0) * 1.5) for z in case.results(operands))

    return f


@pytest.mark.parametrize("name", sorted(TABLE.keys() - NOT_REPLAYED))
def test_every_entry_is_replayed_on_other_data(name: str) -> None:
    rng = np.random.default_rng(0)
    for case in cases(TABLE[name], rng):
        f = summed(case)
        program = replay(f)
        xs = tuple(case.operands[i] for i in case.variables)
        others = xs if case.entry.prepare else tuple(x * 1.03 for x in xs)
        everything = tuple(range(len(xs)))
        for args in (xs, others):
            found = program.value_and_grad(*args, argnums=everything)
            assert same(found, value_and_grad(f, everything)(*args)), case
            assert same(program(*args), found[0])


@pytest.mark.parametrize("name", sorted(NOT_REPLAYED))
def test_answers_whose_shape_depends_on_data_are_refused(name: str) -> None:
    with pytest.raises(UnsupportedError, match=rf"^{name}: it gives a plain answer of computed data"):
        replay(lambda x: TABLE[name](x))(np.array([1.0, 0.0]))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(graphs(kinks=True))
def test_random_graphs(graph: Graph) -> None:
    f = lambda *args: autograd.sum(graph(*args))  # noqa: E731
    program = replay(f)
    everything = tuple(range(len(graph.args)))
    for args in (graph.args, tuple(x * 0.5 + 0.1 for x in graph.args)):
        found = program.value_and_grad(*args, argnums=everything)
        expected = value_and_grad(f, everything)(*args)
        assert np.isclose(found[0], expected[0], rtol=1e-12, atol=1e-12)
        for g, h in zip(found[1], expected[1], strict=True):
            assert np.allclose(g, h, rtol=1e-9, atol=1e-9)


# ---- structures of arguments and results ----


class Point(NamedTuple):
    x: Any
    y: Any


def test_results_have_the_nesting_of_f() -> None:
    program = replay(lambda p: {"sum": p.x + p.y, "parts": [p, (2.0 * p.x, "text", None)]})
    found = program(Point(1.0, np.array([2.0, 3.0])))
    assert found["parts"][1][1:] == ("text", None)
    assert type(found["parts"][0]) is Point and type(found["parts"][1][0]) is float
    assert found["sum"].tolist() == [3.0, 4.0]


def test_gradients_have_the_nesting_of_the_argument() -> None:
    def f(p: Any, x: float) -> Any:
        return p["w"][0] * x + p["w"][1][0] * p["b"] + p["named"].y

    p = OrderedDict(w=[2.0, (3.0, 4.0)], b=5.0, named=Point(1.0, 2.0))
    value, gradient = replay(f).value_and_grad(p, 7.0)
    assert value == 14.0 + 15.0 + 2.0
    assert gradient == OrderedDict(w=[7.0, (5.0, 0.0)], b=3.0, named=Point(0.0, 1.0))
    assert type(gradient) is OrderedDict and type(gradient["named"]) is Point


def test_argnums_are_one_place_or_several_in_their_order() -> None:
    program = replay(lambda x, y, z: x * y * y + 0.0 * z)
    assert program.value_and_grad(2.0, 3.0, 1.0) == (18.0, 9.0)
    assert program.value_and_grad(2.0, 3.0, 1.0, argnums=-2) == (18.0, 12.0)
    assert program.value_and_grad(2.0, 3.0, 1.0, argnums=(1, 0)) == (18.0, (12.0, 9.0))
    with pytest.raises(GlassgradError, match="argnum=3"):
        program.value_and_grad(2.0, 3.0, 1.0, argnums=3)


def test_integers_to_differentiate_by_are_floats() -> None:
    program = replay(lambda x, n: x**n)
    assert program.value_and_grad(3, 2) == (9.0, 6.0)
    assert program.recordings == 1
    assert program.value_and_grad(3.0, 2) == (9.0, 6.0)
    assert program.recordings == 1
    assert program.value_and_grad(3.0, 3) == (27.0, 27.0)  # the other integer is part of the program
    assert program.recordings == 2
    value, gradient = replay(lambda a: autograd.sum(a * a)).value_and_grad(np.array([1, 2]))
    assert value == 5.0 and gradient.dtype == float and gradient.tolist() == [2.0, 4.0]


def test_integers_as_indices_are_each_calls_own() -> None:
    program = replay(lambda table, rows: autograd.sum(table[rows] ** 2))
    table = np.arange(6.0).reshape(3, 2)
    for rows in ([0, 2], [1, 1]):
        found = program.value_and_grad(table, np.array(rows))
        expected = value_and_grad(lambda t, rows=rows: autograd.sum(t[rows] ** 2))(table)
        assert same(found, expected)
    assert program.recordings == 1


def test_answers_of_integers_are_each_calls_own() -> None:
    f = lambda x: x[autograd.argmax(x)] * 3.0 + autograd.sum(autograd.sort(x) * np.arange(3.0))  # noqa: E731
    program = replay(f)
    for x in (np.array([1.0, 5.0, 2.0]), np.array([7.0, 5.0, 2.0])):
        assert same(program.value_and_grad(x), value_and_grad(f)(x))
    assert program.recordings == 1


def test_a_new_structure_shape_or_dtype_records_again() -> None:
    program = replay(lambda x: autograd.sum(autograd.stack(x) if isinstance(x, list) else x))
    x = np.ones((2, 3))
    calls: list[Any] = [x, x.astype(np.float32), np.ones((3, 2)), [x, x], 2.0]
    for n, args in enumerate(calls, start=1):
        for _ in range(2):
            program(args)
        assert program.recordings == n
    assert program(x.astype(np.float32)).dtype == np.float32
    assert type(program(2.0)) is float


def test_single_precision_stays_single() -> None:
    program = replay(lambda x: autograd.mean(autograd.tanh(x) * 2.0))
    value, gradient = program.value_and_grad(np.linspace(-1.0, 1.0, 5, dtype=np.float32))
    assert value.dtype == gradient.dtype == np.float32


def test_results_are_the_callers_own() -> None:
    program = replay(lambda x: (x * 2.0, x))
    x = np.ones(3)
    first = program(x)
    second = program(x + 1.0)
    assert first[0].tolist() == [2.0] * 3 and second[0].tolist() == [4.0] * 3
    first[1][:] = 9.0
    second[0][:] = 9.0
    assert x.tolist() == [1.0] * 3
    assert program(x)[0].tolist() == [2.0] * 3
    _, g = (grad_program := replay(lambda x: autograd.sum(x * x))).value_and_grad(x)
    grad_program.value_and_grad(2.0 * x)
    assert g.tolist() == [2.0] * 3


def test_a_result_that_does_not_depend_on_the_argument() -> None:
    program = replay(lambda x, y: 3.0)
    assert program(1.0, 2.0) == 3.0
    value, (g, h) = program.value_and_grad(1.0, np.ones(2), argnums=(0, 1))
    assert (value, g, h.tolist()) == (3.0, 0.0, [0.0, 0.0])
    assert replay(lambda x: x).value_and_grad(4.0) == (4.0, 1.0)
    assert replay(lambda x, y: y * 2.0).value_and_grad(1.0, 2.0) == (4.0, 0.0)


@pytest.mark.skipif(autograd.backend == "compiled", reason="the collector does not know compiled nodes")
def test_a_program_keeps_no_graph_alive() -> None:
    def chain(p: Point) -> Point:
        x = p.x
        for _ in range(500):
            x = x * 1.001
        return Point(x, p.y)

    program = replay(chain)
    before = sum(type(x) is Value for x in gc.get_objects())
    program(Point(1.0, 2.0))
    gc.collect()
    assert sum(type(x) is Value for x in gc.get_objects()) < before + 100


def test_no_grad_stop_gradient_and_labels_inside_f() -> None:
    def f(x: Any) -> Any:
        with no_grad():
            scale = x * x  # live, but a constant to differentiate by
        scale.label = "scale"
        return scale * x + stop_gradient(x) * x

    program = replay(f)
    for x in (2.0, 3.0):
        assert program.value_and_grad(x) == (x**3 + x * x, x * x + x)
    assert program.recordings == 1
    assert "# scale" in program.source


def test_derivatives_inside_f_and_of_a_program() -> None:
    program = replay(lambda x: autograd.grad(lambda y: y**3 * x)(x))
    for x in (2.0, 3.0):
        assert program.value_and_grad(x) == (3.0 * x**3, 9.0 * x * x)
    with no_grad():
        assert program(2.0) == 24.0
    slope = autograd.grad(lambda y: y**3)
    unrecorded = replay(lambda x: x * no_grad()(slope)(x))
    for x in (2.0, 3.0):
        assert unrecorded.value_and_grad(x) == (3.0 * x**3, 3.0 * x * x)
    assert unrecorded.recordings == 1
    cube = replay(lambda x: x**3)
    assert autograd.grad(autograd.grad(cube))(2.0) == 12.0  # given a Value, a program is f itself
    assert replay(lambda x: cube(x) * x).value_and_grad(2.0) == (16.0, 32.0)


def test_operations_of_the_users_own_whose_rules_know_only_plain_data() -> None:
    def rule(g: Any, z: Any, x: Any, mode: str, weights: list[float]) -> Any:
        slope = np.fromiter((2.0 * w * e for e, w in zip(x, weights, strict=True)), float)  # no Value can be told so
        return g * slope if mode == "square" else None, None, None

    @primitive(vjp=rule)
    def weighted(x: Any, mode: str, weights: list[float]) -> Any:
        return np.asarray(weights) * x**2

    @primitive(vjp=lambda g, z, x, text: (g * len(text) * float(np.asarray(x) > 0.0),))
    def rectified(x: float, text: str) -> float:
        return max(x, 0.0) * len(text)

    f = lambda x, y: autograd.sum(weighted(x * 2.0, "square", [1.0, 2.0])) * rectified(y * y - 1.0, "abc")  # noqa: E731
    g = lambda y: rectified(y * y - 1.0, "abc") * y  # noqa: E731
    for args in ((np.array([1.0, -2.0]), 2.0), (np.array([0.5, 3.0]), 0.5)):
        assert same(replay(f).value_and_grad(*args, argnums=(0, 1)), value_and_grad(f, (0, 1))(*args))
    program, numbers = replay(f), replay(g)
    for y in (2.0, 0.5, 3.0):
        x = np.array([y, 1.0])
        assert same(program.value_and_grad(x, y, argnums=(0, 1)), value_and_grad(f, (0, 1))(x, y))
        assert numbers.value_and_grad(y) == value_and_grad(g)(y)
    assert program.recordings == numbers.recordings == 1


def test_second_derivatives_checkpoints_and_scans_inside_f() -> None:
    f = lambda x: autograd.sum(autograd.tanh(x) * x[::-1] ** 2)  # noqa: E731
    forms: list[Callable[[Any], Any]] = [
        lambda x: autograd.sum(autograd.hessian(f)(x) ** 2),
        lambda x: autograd.sum(autograd.jacobian(lambda y: y * f(y))(x) @ x),
        lambda x: autograd.jvp(f, (x,), (x * 2.0,))[1],
        lambda x: autograd.sum(autograd.hessian_vector_product(f)(x, autograd.exp(x))),
        lambda x: autograd.checkpoint(f)(x) * f(x),
        lambda x: autograd.sum(autograd.make_vjp(lambda y: y * y)(x)[0](x)),
        lambda x: autograd.sum(autograd.gradients(f(x), [x])[0] * x),
    ]
    for form in forms:
        program = replay(form)
        for x in (np.array([0.1, 0.5, -0.3]), np.array([1.0, -2.0, 0.7])):
            wrapped = value_and_grad(form)(x)
            found = program.value_and_grad(x)
            assert np.isclose(found[0], wrapped[0], rtol=1e-12)
            assert np.allclose(found[1], wrapped[1], rtol=1e-9), form
        assert program.recordings == 1
    with pytest.raises(DtypeError, match=r"gradients: .* found plain data"):
        replay(forms[-1])(np.ones(3))


# ---- Values from outside: parameters that train ----


def test_parameters_are_read_at_each_call() -> None:
    w, frozen = Value(np.array([1.0, 2.0])), Value(3.0, requires_grad=False)
    program = replay(lambda x: autograd.sum(w * x) * frozen)
    x = np.array([1.0, 10.0])
    assert program.backward(x) == 63.0 and w.grad.tolist() == [3.0, 30.0]
    w.data = np.array([0.0, 1.0])
    frozen.data = 2.0
    assert program.backward(x) == 20.0 and w.grad.tolist() == [5.0, 50.0]  # gradients accumulate
    w.data[0] = 5.0  # unseen by graphs, but a program reads what is there
    assert program(x) == 30.0
    assert not frozen.has_grad


@pytest.mark.parametrize("make", [lambda p: SGD(p, lr=0.1, momentum=0.9), lambda p: Adam(p, lr=0.05)])
@pytest.mark.parametrize("loss", ["cross_entropy", "mse_loss"])
def test_a_training_step_of_a_network_is_that_of_eager(make: Callable[[Any], Any], loss: str) -> None:
    rng = np.random.default_rng(0)
    xs = rng.normal(size=(5, 6, 3)).astype(np.float32)
    losses = []
    states = []
    for replayed in (False, True):
        model = nn.MLP(3, [4, 2], rng=np.random.default_rng(1)).vectorize(np.float32)
        optimizer = make(model.parameters())

        def step(x: Any, y: Any, model: Any = model) -> Any:
            return getattr(nn.functional, loss)(model(x), y)

        program = replay(step)
        found = []
        for x in xs:
            y = (x[:, 0] > 0).astype(int) if loss == "cross_entropy" else x[:, :2]
            optimizer.zero_grad()
            if replayed:
                found.append(float(program.backward(x, y)))
            else:
                result = step(x, y)
                result.backward()
                found.append(result.item())
            optimizer.step()
        losses.append(found)
        states.append(list(model.state_dict().values()))
        assert program.recordings == replayed
    assert np.allclose(losses[0], losses[1], rtol=1e-4)
    assert all(np.allclose(a, b, rtol=1e-3, atol=1e-5) for a, b in zip(*states, strict=True))


def test_plain_data_takes_the_dtype_of_the_network_as_in_eager() -> None:
    model = nn.MLP(2, [3, 2], rng=np.random.default_rng(0)).vectorize(np.float32)
    numbers = nn.MLP(2, [3, 1], rng=np.random.default_rng(0))
    x, y = np.ones((4, 2)), np.zeros((4, 2))
    loss = lambda x, y: nn.functional.mse_loss(model(x), 0.5 * y + 1.0)  # noqa: E731
    program = replay(loss)
    found, expected = program.backward(x, y), loss(x, y)
    assert found.dtype == expected.dtype == np.float32
    assert np.isclose(found, expected.item(), rtol=1e-6)
    assert all(p.grad.dtype == np.float32 for p in model.parameters())
    assert replay(lambda x: autograd.greater(x, 0.0) * 2.0)(np.ones(2, np.float32)).dtype == np.float64
    assert type(replay(numbers)(np.array([1.0, 2.0]))) is float


def test_a_label_out_of_range_is_an_error_at_any_call() -> None:
    program = replay(nn.functional.cross_entropy)
    logits = np.zeros((2, 3))
    assert np.isclose(program(logits, np.array([0, 2])), np.log(3.0))
    for labels in ([0, 3], [-1, 0]):
        with pytest.raises(GlassgradError, match="found the label"):
            program(logits, np.array(labels))
    assert np.isclose(program(logits, np.array([0, 1])), np.log(3.0))


def test_a_model_itself_is_replayed() -> None:
    model = nn.MLP(2, [3, 1], rng=np.random.default_rng(0))
    program = replay(model)
    assert program([1.0, 2.0]) == model([1.0, 2.0]).data
    assert not hasattr(program, "layers")
    assert repr(program).startswith("<replay of ")


def test_objects_among_the_arguments_belong_to_the_program() -> None:
    models = [nn.MLP(2, [1], rng=np.random.default_rng(seed)) for seed in range(2)]
    program = replay(lambda model, x, scale=1: model(x) * scale)
    for _ in range(2):
        for model in models:
            for scale in (1, True, 2):
                assert program(model, [1.0, 2.0], scale=scale) == model([1.0, 2.0]).data * scale
    assert program.recordings == 6
    model = models[0]
    assert program.backward(model, [1.0, 2.0]) == model([1.0, 2.0]).data
    assert [p.grad for p in model.parameters()] != [0.0] * 3


def test_a_network_of_numbers_trains() -> None:
    model = nn.MLP(2, [3, 1], rng=np.random.default_rng(0))
    program = replay(lambda x, y: (model(x) - y) ** 2)
    for x, y in (([1.0, 2.0], 1.0), ([0.5, -1.0], 0.0)):
        model.zero_grad()
        value = program.backward(x, y)
        found = [p.grad for p in model.parameters()]
        model.zero_grad()
        result = (model(x) - y) ** 2
        result.backward()
        assert (value, found) == (result.data, [p.grad for p in model.parameters()])
    assert program.recordings == 1


def test_a_parameter_that_is_frozen_or_thawed_records_again() -> None:
    v, w = Value(2.0), Value(3.0)
    program = replay(lambda x: v * w * x)
    program.backward(1.0)
    w.requires_grad = False
    program.backward(1.0)
    assert (v.grad, w.grad, program.recordings) == (6.0, 2.0, 2)
    v.requires_grad = False
    with pytest.raises(GraphError, match="no Value from outside"):
        program.backward(1.0)


def test_what_was_computed_before_hands_gradients_on() -> None:
    w = Value(2.0)
    square = w * w
    assert replay(lambda x: square * x + w).backward(3.0) == 14.0
    assert w.grad == 13.0


def test_gradients_are_left_as_backward_with_leaves_only_leaves_them() -> None:
    w = Value(np.array(2.0))
    scaled = w * 3.0
    program = replay(lambda x: scaled * x + w)
    program.backward(5.0)
    program.backward(5.0)
    assert type(w.grad) is np.ndarray and w.grad == 32.0
    assert not scaled.has_grad


def test_the_signs_of_zero_gradients_are_those_of_eager() -> None:
    w = Value(1.0)
    replay(lambda x: w * x).backward(-0.0)
    assert str(w.grad) == "-0.0"


# ---- errors, check, threads ----


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: x.data * 2.0, r"v\.data inside the replayed function"),
        (lambda x: x * x.item(), r"v\.item\(\) inside"),
        (lambda x: x * x.detach(), r"v\.detach\(\) inside .* stop_gradient\(v\)"),
        (lambda x: x * x.tolist(), r"v\.tolist\(\) inside"),
        (lambda x: x * x.numpy(), r"v\.numpy\(\) inside"),
        (lambda x: x * x.grad, r"v\.grad inside"),
        (lambda x: copy.deepcopy(x) * x, "copy: a copied Value is"),
        (lambda x: (x * x).backward(), "found a call inside a replayed function"),
        (lambda x: autograd.sum(autograd.stack([x, x])[autograd.stack([x, x]) > 0.0]), "a mask is a plain answer"),
        (lambda x: autograd.extract(autograd.stack([x, x]) > 0.0, np.ones(2)), "extract: .* a plain answer"),
        (lambda x: autograd.choose(autograd.stack([x, x]), [1.0, 2.0]), "choose: .* a plain answer"),
    ],
)
def test_what_would_freeze_is_refused(f: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(GlassgradError, match=message):
        replay(f)(2.0)


def test_data_of_parameters_is_neither_read_nor_replaced_inside() -> None:
    w = Value(2.0)

    def update(x: Any) -> Any:
        w.data = 3.0
        return w * x

    with pytest.raises(UnsupportedError, match=r"v\.data = \.\.\. inside the replayed function"):
        replay(update)(1.0)
    assert w.data == 2.0
    with pytest.raises(UnsupportedError, match="stop_gradient"):
        replay(lambda x: w.data * x)(1.0)


def test_an_error_in_f_leaves_the_program_usable() -> None:
    def f(x: Any, fails: bool) -> Any:
        if fails:
            raise KeyError("f's own")
        return x * x

    program = replay(f)
    for _ in range(2):
        with pytest.raises(KeyError, match="own"):
            program(2.0, True)
        assert program(2.0, False) == 4.0
    assert program.recordings == 1
    assert (Value(1.0) < Value(2.0)) is True  # the recording is over


def test_errors_in_a_program_are_those_of_f() -> None:
    inverse = replay(lambda a: autograd.sum(autograd.inv(a)))
    pick = replay(lambda a, i: autograd.sum(a[i]))
    assert inverse(np.eye(2)) == 2.0 and pick(np.eye(2), np.array([1])) == 1.0
    with pytest.raises(SingularMatrixError, match="inv: found a matrix where NumPy says"):
        inverse.value_and_grad(np.ones((2, 2)))
    with pytest.raises(IndexError, match="index 5 is out of bounds"):
        pick(np.eye(2), np.array([5]))
    assert inverse(2.0 * np.eye(2)) == 1.0 and pick(np.eye(2), np.array([0])) == 1.0


def test_results_without_axes_are_scalars_as_those_of_transforms() -> None:
    f = lambda x: autograd.sum(x * x)  # noqa: E731
    for x in (np.ones(3), np.ones(3, np.float32), np.float32(2.0), 2.0):
        found, expected = replay(f).value_and_grad(x), value_and_grad(f)(x)
        assert type(found[0]) is type(expected[0]) and type(found[1]) is type(expected[1])


def test_results_and_arguments_that_have_no_gradient() -> None:
    with pytest.raises(ShapeError, match=r"shape \(2,\)"):
        replay(lambda x: x * 2.0).value_and_grad(np.ones(2))
    with pytest.raises(DtypeError, match="f returned tuple"):
        replay(lambda x: (x, x)).value_and_grad(1.0)
    with pytest.raises(DtypeError, match=r"at args\[0\]\['name'\]"):
        replay(lambda p: p["x"]).value_and_grad({"x": 1.0, "name": "text"})
    with pytest.raises(DtypeError, match="an argument: found set"):
        replay(lambda x: 1.0)({1.0})
    with pytest.raises(DtypeError, match=r"replay\(f\)\(x\)"):
        replay(2.0)  # type: ignore[arg-type]


def test_check_names_the_constant_that_changed() -> None:
    rng = np.random.default_rng(0)
    program = replay(lambda x: autograd.sum(x * rng.random(3)))
    x = np.ones(3)
    program(x)
    with pytest.raises(ReplayError, match=r"result: a replay gives .* Instruction 0, multiply, has a constant as oper"):
        program.check(x)


def test_check_compares_gradients_and_finds_nothing_where_nothing_changed() -> None:
    w = Value(2.0)
    shift = [1.0]
    program = replay(lambda x: (w * x) ** 2 + shift[0] * x)
    program.value_and_grad(3.0)
    program.backward(3.0)
    program.check(3.0, argnums=0)
    before = w.grad
    program.check(3.0)
    assert w.grad == before
    shift[0] = -1.0
    with pytest.raises(ReplayError, match=r"a replay gives 39\.0, a fresh run 33\.0"):
        program.check(3.0)


def test_check_finds_another_way_through_f() -> None:
    way = [autograd.tanh]
    program = replay(lambda x: way[0](x))
    program(np.ones(2))
    way[0] = autograd.exp
    with pytest.raises(ReplayError, match="tanh, was recorded where f now computes exp"):
        program.check(np.ones(2))


def test_watched_calls_run_f_itself() -> None:
    program = replay(lambda x: autograd.log(x - 1.0))
    assert program(1.0) == -np.inf
    with autograd.detect_anomaly(), pytest.raises(GlassgradError, match="log gave -inf"):
        program.value_and_grad(1.0)


def test_backward_where_f_itself_runs() -> None:
    w = Value(2.0)
    program = replay(lambda x: w * x)
    with autograd.detect_anomaly():
        assert program.backward(3.0) == 6.0
    assert (w.grad, program.recordings) == (3.0, 0)
    x = Value(4.0)
    assert program.backward(x) == 8.0  # as f(x).backward() does, x gets its gradient, too
    assert (w.grad, x.grad, program.recordings) == (7.0, 2.0, 0)


def test_programs_are_called_from_several_threads() -> None:
    program = replay(lambda x: autograd.sum(autograd.tanh(x @ x) * x))
    found: dict[int, list[float]] = {}

    def work(seed: int) -> None:
        x = np.full((20, 20), 0.01 * seed)
        found[seed] = [float(program.value_and_grad(x)[0]) for _ in range(20)]

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, values in found.items():
        assert len(set(values)) == 1
        x = np.full((20, 20), 0.01 * seed)
        assert np.isclose(values[0], np.sum(np.tanh(x @ x) * x), rtol=1e-12)
    assert program.recordings == 1


def test_arrays_of_other_classes_are_plain_ones() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        x = np.asarray([[1.0, 2.0], [3.0, 4.0]])
        rows = replay(lambda x, i: (x[i] * x[0], x))
        for kind in (np.ndarray, np.matrix):
            products, itself = rows(x.view(kind), np.array([1, 0]).view(kind).reshape(-1))
            assert type(products) is type(itself) is np.ndarray
            assert products.reshape(2, 2).tolist() == [[3.0, 8.0], [1.0, 4.0]]
    total = replay(autograd.sum)
    assert total(x) == 10.0
    with pytest.raises(DtypeError, match=r"replay: found a masked array, whose mask would be lost"):
        total(np.ma.MaskedArray(x, [[True, False], [False, False]]))


def test_a_truth_without_axes_among_the_arguments() -> None:
    program = replay(lambda x, doubled: 2.0 * x if doubled else x)
    truth = np.array(True)
    assert program(3.0, truth) == 6.0
    truth[...] = False
    assert program(3.0, truth) == program(3.0, np.bool_(False)) == 3.0


def test_places_as_numpys_integers() -> None:
    program = replay(lambda x, y: x * y)
    for _ in range(2):
        assert program.value_and_grad(2.0, 3.0, argnums=np.int64(1)) == (6.0, 2.0)  # type: ignore[arg-type]
        assert program.value_and_grad(2.0, 3.0, argnums=(np.int64(1),)) == (6.0, (2.0,))  # type: ignore[arg-type]


def test_a_program_is_copied_and_pickled_as_its_function_is() -> None:
    program = replay(autograd.tanh)
    value = program(0.5)
    for copied in (copy.copy(program), copy.deepcopy(program), pickle.loads(pickle.dumps(program))):
        assert (copied(0.5), copied.recordings, program.recordings) == (value, 1, 1)
    model = nn.MLP(1, [1], rng=np.random.default_rng(0)).vectorize()
    twin, step = copy.deepcopy((model, replay(model)))
    before = step(np.ones(1))
    for p in twin.parameters():
        p.data = p.data + 1.0
    assert (step(np.ones(1)) - before).tolist() == pytest.approx([2.0])


@pytest.mark.parametrize("hidden", [iter, lambda ys: (y for y in ys), set, lambda ys: SimpleNamespace(y=ys[0])])
def test_results_that_later_calls_could_not_fill_are_refused(hidden: Callable[[list[Any]], Any]) -> None:
    program = replay(lambda x: {"loss": x, "others": hidden([2.0 * x])})
    with pytest.raises(DtypeError, match=r"replay: f returned \w+, in which a later call could not put other Values"):
        program(1.0)
    assert replay(lambda x: (x, SimpleNamespace(y=Value(3.0))))(1.0)[1].y.data == 3.0  # nothing that was computed


def test_checks_of_values_as_arguments_find_nothing_to_compare() -> None:
    program = replay(lambda x: x * x)
    program.check(Value(2.0), argnums=0)
    assert program.recordings == 0


def test_an_operation_that_calls_the_program_that_calls_it() -> None:
    inside: list[Any] = []

    @primitive
    def asking(x: Any) -> Any:
        if inside:
            inside.append(program(inside.pop()))
        return 2.0 * x

    program = replay(lambda x: 3.0 * x + asking(x))
    for x, y in ((1.0, 10.0), (np.ones(2), np.array([10.0, 20.0]))):
        for _ in range(2):
            program(x)
            inside.append(y)
            assert np.array_equal(program(x), 5.0 * np.asarray(x))
            assert np.array_equal(inside.pop(), 5.0 * np.asarray(y))


def test_an_error_on_the_way_that_f_does_not_take() -> None:
    @primitive
    def inverse(x: Any) -> Any:
        return 1.0 / x

    program = replay(lambda x: inverse(x) if x != 0.0 else x + 5.0)
    assert [program(x) for x in (2.0, 0.0, 4.0)] == [0.5, 5.0, 0.25]
    unguarded = replay(lambda x: inverse(x))
    assert unguarded(2.0) == 0.5
    with pytest.raises(ZeroDivisionError):
        unguarded(0.0)


def test_calls_that_fail_are_not_remembered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.replaying.program.KEYS", 3)

    def fails(x: Any) -> Any:
        raise KeyError("f's own")

    program = replay(fails)
    for n in range(10):
        with pytest.raises(KeyError, match="own"):
            program(np.ones(n))
    assert len(program._versions) <= 3
