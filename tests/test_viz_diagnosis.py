"""`diagnose` finds what was planted, says what it is about, changes nothing, and is silent where all is well."""

import math
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import run_python

import nn
from autograd import (
    Value,
    exp,
    log,
    log_softmax,
    no_grad,
    sigmoid,
    softmax,
    sqrt,
    stop_gradient,
    topological_order,
    where,
)
from autograd.errors import DtypeError, ShapeError
from autograd.extend import defvjp, primitive
from nn import functional
from viz.diagnosis import Diagnosis, Finding, diagnose
from viz.diagnosis.findings import KINDS


def only(found: Diagnosis, kind: str) -> Finding:
    """The one finding of a kind."""
    (finding,) = [finding for finding in found if finding.kind == kind]
    return finding


def kinds(found: Diagnosis) -> list[str]:
    return [finding.kind for finding in found]


def network(nin: int, widths: list[int], seed: int = 0, **how: Any) -> nn.MLP:
    return nn.MLP(nin, widths, rng=random.Random(seed), **how)


def points(count: int, nin: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=(count, nin))


def scalar_loss(model: Callable[[Any], Any], count: int = 20, nin: int = 2) -> Any:
    rows = points(count, nin).tolist()
    return sum((model(row) - 1.0) ** 2 for row in rows) / len(rows)


def array_loss(model: Callable[[Any], Any], count: int = 20, nin: int = 2) -> Any:
    y = model(points(count, nin))
    return functional.mse_loss(y, np.ones(y.shape))


# ---- what is returned ----


def test_nothing_found_is_false_and_says_so() -> None:
    found = diagnose(Value(2.0) * 3.0)
    assert not found and len(found) == 0 and list(found) == []
    assert str(found) == "Nothing was found in a graph of 2 nodes."


def test_findings_are_a_sequence_with_sentences_and_marks() -> None:
    x = Value(0.0, label="x")
    found = diagnose(log(x) * 2.0)
    assert found and kinds(found) == ["nonfinite", "nonfinite gradient"]
    assert found[0] is next(iter(found)) and found[:1] == (found[0],)
    assert str(found).splitlines()[0] == "2 findings in a graph of 3 nodes:"
    assert f"error: {found[0].sentence}" in str(found)
    assert repr(found) == "Diagnosis(2 of 3 nodes: inf from log, grad inf)"
    assert repr(found[1]) == "Finding('nonfinite gradient', 'x', 'error', mark='grad inf')"
    assert found.marks()[id(x)] == ("grad inf",)
    with pytest.raises(AttributeError):
        found[0].mark = "other"  # type: ignore[misc]


def test_a_notebook_shows_the_text() -> None:
    shown: list[str] = []

    class Printer:
        text = shown.append

    found = diagnose(Value(1.0) * 2.0)
    found._repr_pretty_(Printer(), False)
    assert shown == [str(found)] and not hasattr(found, "_repr_mimebundle_")


@pytest.mark.parametrize(
    ("arguments", "named", "says"),
    [
        ((3.0,), {}, "diagnose: root: found float"),
        ((Value(1.0), 3), {}, "diagnose: model: found int"),
        ((Value(1.0), {"w": 3.0}), {}, "diagnose: model: found float as 'w'"),
        ((Value(1.0), nn.MLP), {}, "diagnose: model: found type"),
        ((Value(1.0),), {"names": 3}, "diagnose: names: found int"),
        ((Value([1.0, 2.0]) * 2.0,), {"gradient": "x"}, "diagnose: "),
    ],
)
def test_other_arguments_are_refused(arguments: Any, named: Any, says: str) -> None:
    with pytest.raises(DtypeError, match=says):
        diagnose(*arguments, **named)


def test_a_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"diagnose: gradient: .*\(3,\)"):
        diagnose(Value([1.0, 2.0]) * 2.0, gradient=[1.0, 2.0, 3.0])


# ---- NaN and infinity ----

UNARY: list[tuple[Callable[[Any], Any], float, str, str]] = [
    (log, 0.0, "inf from log", "log(0) = -inf"),
    (log, -1.0, "NaN from log", "log(-1) = nan"),
    (sqrt, -2.0, "NaN here", "sqrt(-2) = nan"),
    (exp, 800.0, "inf from exp", "exp(800) = inf"),
    (lambda x: 1.0 / x, 0.0, "inf from /", "1 / 0 = inf"),
    (lambda x: x / x, 0.0, "NaN from /", "0 / 0 = nan"),
    (lambda x: x**-1.0, 0.0, "inf from **", "0 ** -1 = inf"),
    (lambda x: x**0.5, -4.0, "NaN from **", "-4 ** 0.5 = nan"),
    (lambda x: x * 1e200, 1e200, "inf from *", "1e+200 * 1e+200 = inf"),
    (lambda x: x - math.inf + math.inf, 1.0, "NaN from +", "-inf + inf = nan"),
]


@pytest.mark.parametrize(("f", "x", "mark", "sum_"), UNARY)
@pytest.mark.parametrize("is_array", [False, True])
def test_the_first_nan_or_infinity_and_its_cause(
    f: Callable[[Any], Any], x: float, mark: str, sum_: str, is_array: bool
) -> None:
    leaf = Value([1.0, x] if is_array else x, label="x")
    with np.errstate(all="ignore"):
        root = f(leaf).sum() if is_array else f(leaf) * 1.0
    finding = only(diagnose(root), "nonfinite")
    assert finding.severity == "error"
    if not (is_array and mark == "NaN from **"):  # an array is squared by sqrt
        assert sum_ in finding.sentence
        assert finding.mark == mark or mark == "NaN here"
    if is_array:
        assert "at [1] (1 of 2 elements)" in finding.sentence or "at [0] (2 of 2 elements)" in finding.sentence
    assert "It reaches the root" in finding.sentence


def test_an_infinity_that_turns_into_nan_is_told_with_both_nodes() -> None:
    big = exp(Value(800.0, label="a"))
    root = big - big
    finding = diagnose(root)[0]
    assert finding.values == (big, root) and finding.mark == "inf from exp"
    assert "(operand a)" in finding.sentence and "Of infinities subtract then makes NaN" in finding.sentence


def test_a_leaf_that_holds_nan_is_named() -> None:
    w = Value([1.0, math.nan], label="w")
    finding = diagnose((w * 2.0).sum())[0]
    assert finding.value is w and finding.mark == "NaN in leaf" and "w (shape (2,)) at [1]" in finding.sentence


def test_a_constant_that_holds_nan_is_told() -> None:
    x = Value([1.0, 2.0], label="x")
    finding = diagnose((x * np.array([1.0, math.nan])).sum())[0]
    assert finding.mark == "NaN from *" and "an operand is NaN already" in finding.sentence


def test_an_operation_on_many_elements_tells_the_range_of_its_operands() -> None:
    a = Value([[1e200, 1.0]], label="a")
    with np.errstate(all="ignore"):
        finding = diagnose((a @ Value([[1e200], [1.0]], label="b")).sum())[0]
    assert "matmul of a (shape (1, 2)) from 1 to 1e+200" in finding.sentence
    assert "beyond the largest number" in finding.sentence


def test_float32_overflows_at_its_own_limit() -> None:
    with np.errstate(all="ignore"):
        finding = diagnose(exp(Value([100.0], dtype="float32")).sum())[0]
    assert "3.403e+38" in finding.sentence


def test_a_mask_of_infinities_is_meant() -> None:
    scores = Value(points(4, 4), label="scores")
    mask = np.triu(np.full((4, 4), -np.inf), 1)
    assert not diagnose((softmax(scores + mask) * points(4, 4, 1)).sum())


def test_a_mask_that_turns_into_nan_is_told() -> None:
    scores = Value([[1.0, 2.0]])
    with np.errstate(all="ignore"):
        finding = diagnose(log_softmax(scores + np.full((1, 2), -np.inf)).sum())[0]
    assert finding.severity == "error" and finding.mark.startswith("NaN")


def test_what_a_condition_leaves_out_did_no_harm() -> None:
    x = Value([1.0, 0.0], label="x")
    with np.errstate(all="ignore"):
        root = where(x > 0.0, log(x), 0.0).sum()
    (finding,) = diagnose(root)
    assert finding.severity == "note" and "neither the root nor a gradient" in finding.sentence


@pytest.mark.parametrize("is_array", [False, True])
def test_the_first_gradient_that_is_infinite(is_array: bool) -> None:
    x = Value([4.0, 0.0] if is_array else 0.0, label="x")
    slope = sqrt(x)
    (finding,) = diagnose((slope * 3.0).sum() if is_array else slope * 3.0)
    assert finding.kind == "nonfinite gradient" and finding.mark == "grad inf"
    assert finding.values == (x, slope)
    assert "sqrt" in finding.sentence and "where its operand is 0; the slope of sqrt" in finding.sentence


def test_a_gradient_that_overflows_as_a_product() -> None:
    x = Value(1e-200, label="x")
    root = (x * 1e200) * 1e200
    (finding,) = [f for f in diagnose(root) if f.kind == "nonfinite gradient"]
    assert finding.value is x and "times an incoming gradient of up to 1e+200" in finding.sentence


def test_contributions_that_overflow_as_a_sum() -> None:
    x = Value(1e-300, label="x")
    root = x * 1e308 + x * 1e308
    (finding,) = [f for f in diagnose(root) if f.kind == "nonfinite gradient"]
    assert "their sum is beyond the largest number" in finding.sentence


# ---- parameters without a gradient ----


class Forgetful(nn.Module):
    """A module whose second layer is not used."""

    def __init__(self) -> None:
        self.used, self.unused = nn.Neuron(2), nn.Neuron(2)

    def __call__(self, x: Any) -> Any:
        return self.used(x)


def test_parameters_that_the_root_does_not_use() -> None:
    model = Forgetful()
    model.used.b.data = 5.0  # type: ignore[union-attr]
    finding = only(diagnose(scalar_loss(model), model), "no gradient")
    assert finding.mark == "no grad"
    assert [id(value) for value in finding.values] == [id(p) for p in model.unused.parameters()]
    assert finding.sentence.startswith("3 parameters (unused.w.0, unused.w.1 and unused.b) are not in the graph")


def test_parameters_may_be_a_mapping() -> None:
    w, v = Value(1.0), Value(2.0)
    finding = only(diagnose(w * 3.0, {"w": w, "v": v}), "no gradient")
    assert finding.values == (v,) and finding.label == "v"
    assert not diagnose(w * 3.0, {"w": w})


def test_frozen_parameters_are_meant_to_have_none() -> None:
    w, v = Value(1.0), Value(2.0, requires_grad=False)
    assert not diagnose(w * v, {"w": w, "v": v})


@pytest.mark.parametrize("data", [2.0, [2.0, 3.0]])
def test_parameters_behind_a_cut(data: Any) -> None:
    w, v = Value(data), Value(data)
    finding = only(
        diagnose((stop_gradient(v * 2.0) * w).sum() if v.shape else stop_gradient(v * 2.0) * w, {"v": v}), "no gradient"
    )
    assert finding.values == (v,) and "no gradient passes stop_gradient" in finding.sentence


def test_a_parameter_that_lost_its_gradient() -> None:
    w, v = Value(2.0), Value(3.0)
    root = w * v
    root.backward()
    assert not diagnose(root, {"w": w, "v": v})
    v.zero_grad()
    finding = only(diagnose(root, {"w": w, "v": v}), "no gradient")
    assert finding.values == (v,) and "reset since" in finding.sentence
    w.zero_grad()
    assert not diagnose(root, {"w": w, "v": v})


# ---- dead and saturated units ----


@pytest.mark.parametrize("names_given", [True, False])
def test_a_dead_neuron_of_numbers(names_given: bool) -> None:
    model = network(2, [8, 8, 1])
    model.layers[1].neurons[3].b.data = -100.0  # type: ignore[union-attr]
    found = diagnose(scalar_loss(model), model if names_given else None)
    finding = only(found, "dead")
    assert kinds(found) == ["dead"] and finding.mark == "dead" and len(finding.values) == 20
    assert all(value.op.name == "relu" and value.data == 0.0 for value in finding.values)
    assert finding.label == ("layers.1.neurons.3" if names_given else "number 3")
    assert "1 of 8 relu units" in finding.sentence and "0 for all 20 samples" in finding.sentence


def test_a_dead_neuron_whose_inputs_are_values() -> None:
    model = network(2, [4, 1])
    model.layers[0].neurons[0].b.data = -100.0  # type: ignore[union-attr]
    loss = scalar_loss(lambda row: model([Value(x) for x in row]))
    assert only(diagnose(loss), "dead").label == "number 0"


def test_units_without_a_bias_are_known_by_their_weights() -> None:
    model = network(3, [4, 1], bias=False)
    for w in model.layers[0].neurons[2].w:
        w.data = -50.0
    rows = np.abs(points(10, 3)).tolist()
    loss = sum(model(row) ** 2 for row in rows) / 10
    assert only(diagnose(loss, model), "dead").label == "layers.0.neurons.2.w"


def test_a_dead_column_of_an_array() -> None:
    model = network(2, [8, 1], vectorized=True)
    model.layers[0].bias.data[[1, 4]] = -50.0  # type: ignore[union-attr]
    found = diagnose(array_loss(model), model)
    assert kinds(found) == ["dead"]
    assert "2 of 8 units of relu (shape (20, 8)), column 1 and column 4, are dead" in found[0].sentence
    assert found[0].value.op.name == "relu"


def test_a_dead_channel_of_images() -> None:
    x = Value(np.abs(np.random.default_rng(0).normal(size=(4, 3, 5, 5))), label="x")
    shift = np.array([0.0, -90.0, 0.0]).reshape(1, 3, 1, 1)
    found = diagnose((x + Value(shift)).relu().sum())
    assert "channel 1" in only(found, "dead").sentence


@pytest.mark.parametrize("rectify", [lambda x: np.maximum(x, 0.0), lambda x: x.relu6()])
def test_a_whole_layer_that_is_silent(rectify: Callable[[Any], Any]) -> None:
    x = Value(-np.ones((6, 3)), label="x")
    finding = only(diagnose(rectify(x * Value(2.0)).sum()), "dead")
    assert "0 for all 6 samples" in finding.sentence


def test_few_samples_tell_nothing() -> None:
    assert not diagnose(Value(-3.0).relu())
    assert not diagnose(Value([[-100.0, 1.0, 1.0, 1.0]] * 3).relu().sum())


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_saturated_layers_of_arrays(activation: str) -> None:
    model = network(2, [8, 1], vectorized=True, activation=activation)
    model.layers[0].weight.data *= 1000.0
    finding = only(diagnose(array_loss(model), model), "saturated")
    assert finding.mark == "saturated" and f"within 0.001 of a limit of {activation}" in finding.sentence
    assert "of 160 elements" in finding.sentence


def test_a_saturated_column_and_a_saturated_neuron() -> None:
    model = network(2, [8, 1], activation="tanh")
    model.layers[0].neurons[5].b.data = 40.0  # type: ignore[union-attr]
    finding = only(diagnose(scalar_loss(model), model), "saturated")
    assert finding.label == "layers.0.neurons.5" and "20 of 20 elements (100 %)" in finding.sentence
    finding = only(diagnose(array_loss(model.vectorize())), "saturated")
    assert "column 5, is saturated: 20 of 20 elements" in finding.sentence


def test_outputs_that_are_right_may_be_near_their_limits() -> None:
    labels = (points(50, 1)[:, 0] > 0.0).astype(float)
    right, wrong = Value(labels * 30.0 - 15.0), Value(15.0 - labels * 30.0)
    assert not diagnose(functional.mse_loss(sigmoid(right), labels))
    assert "saturated" in kinds(diagnose(functional.mse_loss(sigmoid(wrong), labels)))


# ---- vanishing and exploding ----


@pytest.mark.parametrize("data", [0.3, [0.3, -0.2]])
def test_a_gradient_that_vanishes_along_its_path(data: Any) -> None:
    x = Value(data, label="x")
    y = x
    for _ in range(20):
        y = y.sigmoid()
    finding = only(diagnose(y.mean() if x.shape else y), "vanishing")
    assert finding.value is x and finding.mark == "vanishing"
    assert finding.values[-1].op.name == "sigmoid"
    assert "20 are sigmoid, with a factor of" in finding.sentence


def test_a_gradient_that_underflows_has_vanished_too() -> None:
    x = Value(0.3, label="x")
    y = x
    for _ in range(1000):
        y = y.sigmoid()
    finding = only(diagnose(y), "vanishing")
    assert "0, is nothing of the root's" in finding.sentence


@pytest.mark.parametrize("data", [0.3, [0.3, -0.2]])
def test_a_gradient_that_explodes_along_its_path(data: Any) -> None:
    x = Value(data, label="x")
    y = x
    for _ in range(30):
        y = y * 3.0
    finding = only(diagnose(y.mean() if x.shape else y), "exploding")
    assert finding.value is x and finding.values[-1].op.name == "multiply"
    assert "30 are multiply, with a factor of 2.059e+14 in all; the strongest of these is multiply" in finding.sentence


def test_deep_sigmoid_networks_vanish_at_their_first_layers() -> None:
    model = network(4, [16] * 14 + [1], vectorized=True, activation="sigmoid")
    finding = only(diagnose(array_loss(model, nin=4), model), "vanishing")
    assert finding.label.startswith("layers.0.") and "other leaves" in finding.sentence


def test_the_weakest_operation_of_a_path_is_named() -> None:
    x = Value(1.0, label="x")
    y = x
    for i in range(12):
        y = y * (0.01 if i == 5 else 0.1)
        y.label = f"y{i}"
    finding = only(diagnose(y), "vanishing")
    assert finding.values[-1].label == "y5" and "y5 (multiply), with a factor of 0.01." in finding.sentence


def test_one_small_step_is_no_vanishing_path() -> None:
    x, y = Value(points(1000, 1), label="x"), Value(2.0, label="y")
    close = x - x.data * (1.0 - 1e-9)
    assert not diagnose((close**2).mean() * y)  # the residual of a trained network


def test_a_path_around_spares_the_gradient() -> None:
    x = Value(0.3, label="x")
    y = x
    for _ in range(20):
        y = y.sigmoid()
    assert not diagnose(y + x)


# ---- what it must not do ----


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    widths=st.lists(st.sampled_from([8, 16, 32]), min_size=1, max_size=3),
    nin=st.sampled_from([2, 5, 16]),
    activation=st.sampled_from(["relu", "tanh", "sigmoid"]),
)
def test_healthy_networks_of_arrays_give_no_finding(seed: int, widths: list[int], nin: int, activation: str) -> None:
    model = network(nin, [*widths, 3], seed, vectorized=True, activation=activation)
    loss = functional.cross_entropy(model(points(64, nin, seed)), (np.arange(64) % 3).tolist())
    assert not diagnose(loss, model)
    assert not diagnose(loss)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    widths=st.lists(st.sampled_from([6, 8]), min_size=1, max_size=2),
    activation=st.sampled_from(["relu", "tanh", "sigmoid"]),
)
def test_healthy_networks_of_numbers_give_no_finding(seed: int, widths: list[int], activation: str) -> None:
    model = network(2, [*widths, 1], seed, activation=activation)
    loss = scalar_loss(model, 16)
    assert not diagnose(loss, model)
    assert not diagnose(loss)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_trained_network_gives_no_finding(activation: str) -> None:
    model = network(2, [16, 16, 1], vectorized=True, activation=activation)
    x = Value(points(200, 2), label="x")
    y = (x.data[:, :1] * 0.5).clip(-1.0, 1.0)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        model.zero_grad()
        loss = functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
    loss = functional.mse_loss(model(x), y)
    assert loss.item() < 1e-2
    assert not diagnose(loss, model)


def test_nobodys_gradient_is_changed() -> None:
    model = network(2, [4, 1])
    loss = scalar_loss(model)
    nodes = topological_order(loss)
    diagnose(loss, model)
    assert not any(node.has_grad for node in nodes)
    loss.backward()
    before = [(node.data, node.grad, node.label) for node in nodes]
    diagnose(loss, model)
    assert before == [(node.data, node.grad, node.label) for node in nodes]


def test_what_could_not_be_looked_at_is_noted() -> None:
    x = Value([1.0, 2.0], label="x")
    assert "the root has the shape (2,)" in str(diagnose(x * 2.0))
    assert diagnose(x * 2.0, gradient=[1.0, 1.0]).notes == ()
    assert "gradient of zeros" in str(diagnose(x * 2.0, gradient=[0.0, 0.0]))
    with no_grad():
        assert "the root is a constant" in str(diagnose(x * 2.0))
    y = x * 2.0
    y.sum().backward()
    assert diagnose(y).notes == ()  # from the gradient that it holds


def test_a_replaced_leaf_leaves_the_gradients_of_the_last_pass() -> None:
    x = Value([4.0, 0.0], label="x")
    with np.errstate(all="ignore"):
        root = (sqrt(x) * x).sum()
    x.data = np.array([1.0, 1.0])
    assert "No gradients were looked at" in str(diagnose(root))
    z = Value([4.0, 0.0], label="z")
    root = (sqrt(z) * z).sum()
    root.backward()
    z.data = np.array([1.0, 1.0])
    found = diagnose(root)
    assert "those of the last backward()" in found.notes[0]
    finding = only(found, "nonfinite gradient")
    assert finding.label == "z" and "handed it down" in finding.sentence


def test_a_rule_that_fails_leaves_the_forward_findings() -> None:
    @primitive
    def broken(x: float) -> float:
        return x * math.inf

    def rule(*_: Any) -> Any:
        raise ZeroDivisionError("a fault in the rule")

    defvjp(broken, rule)
    found = diagnose(broken(Value(2.0)))
    assert kinds(found) == ["nonfinite"] and found.notes == ("No gradients were looked at: a fault in the rule",)


def test_names_come_from_variables_and_modules() -> None:
    model = network(2, [4, 1])
    model.layers[0].neurons[1].b.data = -100.0  # type: ignore[union-attr]
    loss = scalar_loss(model)
    assert only(diagnose(loss, names=model), "dead").label == "layers.0.neurons.1"
    assert only(diagnose(loss, names={"net": model}), "dead").label == "net.layers.0.neurons.1"
    assert diagnose(log(Value(0.0)), names={"nothing": 3})[1].label == "a leaf"


def test_labels_cannot_break_a_sentence() -> None:
    x = Value(0.0, label="a\nb" + "x" * 10_000)
    assert "\n" not in diagnose(log(x))[1].sentence and len(diagnose(log(x))[1].sentence) < 500


def test_marks_fit_and_values_belong_to_the_graph() -> None:
    x = Value([[-1.0, 0.0, 800.0]] * 5, label="x")
    with np.errstate(all="ignore"):
        root = (log(x) + exp(x) + x.tanh() + (x - 900.0).relu()).sum()
    found = diagnose(root)
    nodes = {id(node) for node in topological_order(root)}
    assert found and [KINDS.index(kind) for kind in kinds(found)] == sorted(KINDS.index(kind) for kind in kinds(found))
    for finding in found:
        assert 0 < len(finding.mark) <= 12 and finding.value is finding.values[0]
        assert {id(value) for value in finding.values} <= nodes


def test_numbers_need_no_numpy() -> None:
    run_python(
        "-c",
        "import random, sys, nn\n"
        "from viz.diagnosis import diagnose\n"
        "model = nn.MLP(2, [4, 1], rng=random.Random(0), activation='tanh')\n"
        "loss = sum((model([i / 9, 1 - i / 9]) - 1) ** 2 for i in range(10))\n"
        "assert not diagnose(loss, model, names=locals())\n"
        "assert 'numpy' not in sys.modules, 'numpy was loaded'\n",
    )


def test_a_chain_of_a_hundred_thousand_numbers_takes_seconds() -> None:
    y = x = Value(1.0, label="x")
    for _ in range(100_000):
        y = y * 0.999
    start = time.process_time()
    assert kinds(diagnose(y)) == ["vanishing"]
    assert time.process_time() - start < 20.0  # measured: 2
    assert x.label == "x"


def test_a_running_sum_is_not_walked_again_and_again() -> None:
    total, sums = Value(0.0), Value(0.0)
    for _ in range(5000):
        sums = sums + 0.1
        total = total + (sums - 1e9).relu()
    start = time.process_time()
    diagnose(total)
    assert time.process_time() - start < 10.0  # measured: 0.4
