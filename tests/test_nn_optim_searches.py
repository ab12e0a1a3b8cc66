"""Optimizers that evaluate the loss several times a step: implicit SGD, L-BFGS, random search; and searches."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.errors import AnomalyError, ArgumentError, MissingPackageError, ShapeError
from nn import MLP, Neuron
from nn.functional import mse_loss
from nn.optim import LBFGS, SGD, ImplicitSGD, RandomSearch, grid_search, implicit_least_squares, random_search
from nn.optim.closures import ByClosure

RATES = (1e-3, 0.1, 1.0, 100.0, 1e6)
sizes = st.integers(1, 5)


def backed(loss: Callable[[], Value]) -> Callable[[], Value]:
    """A closure as PyTorch's users write it."""

    def closure() -> Value:
        value = loss()
        value.backward()
        return value

    return closure


def problem(m: int, n: int, seed: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n)


# ---- implicit SGD ----------------------------------------------------------------------------------------------------


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5), st.sampled_from(RATES))
def test_the_closed_form_of_one_number_solves_the_equation(w: float, x: float, y: float, lr: float) -> None:
    new = implicit_least_squares(w, x, y, lr)
    assert type(new) is float
    assert new - w == pytest.approx(lr * (y - x * new) * x, rel=1e-6, abs=1e-9 * (1 + lr))


@given(sizes, sizes, st.integers(0, 99), st.sampled_from(RATES))
def test_the_closed_form_of_rows_solves_the_equation(m: int, n: int, seed: int, lr: float) -> None:
    x, y, w = problem(m, n, seed)
    expected = np.linalg.solve(np.eye(n) + lr * x.T @ x, w + lr * x.T @ y)  # w+ = w - lr X'(X w+ - y), the other way
    assert np.allclose(implicit_least_squares(w, x, y, lr), expected, rtol=0, atol=1e-9 * (1 + lr))
    one = implicit_least_squares(w, x[0], y[0], lr)
    assert np.allclose(one, w + lr * (y[0] - x[0] @ w) / (1 + lr * x[0] @ x[0]) * x[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 4), (3, 2), (6, 3)])
def test_the_fixed_point_is_the_closed_form(m: int, n: int, rate: float) -> None:
    x, y, w = problem(m, n, m + n)
    value = Value(w)
    optimizer = ImplicitSGD([value], lr=rate, tolerance=1e-9, max_iter=500)
    loss = backed(lambda: ((y - x @ value) ** 2).sum() / 2)
    for _ in range(5):
        before = loss().item()
        assert optimizer.step(loss) == pytest.approx(before)
        w = implicit_least_squares(w, x, y, rate)
        assert np.allclose(value.data, w, rtol=0, atol=1e-7)
    if m == 1:
        assert optimizer.evaluations <= 5 * 5  # along one direction two gradients tell the step length


def test_it_does_not_overshoot_where_sgd_does() -> None:
    rng = np.random.default_rng(0)
    x, true = rng.normal(size=(200, 3)), np.array([1.0, -2.0, 0.5])
    implicit, explicit = Value(np.zeros(3)), Value(np.zeros(3))
    steps, sgd = ImplicitSGD([implicit], lr=5.0), SGD([explicit], lr=5.0)
    with np.errstate(all="ignore"):
        for row in x:
            steps.step(backed(lambda row=row: (row @ true - row @ implicit) ** 2 / 2))  # type: ignore[misc]
            sgd.zero_grad()
            sgd.step(backed(lambda row=row: (row @ true - row @ explicit) ** 2 / 2))  # type: ignore[misc]
    assert np.allclose(implicit.data, true, atol=1e-6)
    assert not np.abs(explicit.data).max() < 1e6


@pytest.mark.parametrize("vectorized", [False, True])
def test_least_squares_step_moves_a_neuron_with_its_bias(vectorized: bool) -> None:
    x, y, _ = problem(6, 3, 1)
    neuron = Neuron(3, nonlin=False, vectorized=vectorized, rng=np.random.default_rng(0))
    twin = Neuron(3, nonlin=False, vectorized=vectorized, rng=np.random.default_rng(0))
    closed = ImplicitSGD(neuron.parameters(), lr=0.3)
    solved = ImplicitSGD(twin.parameters(), lr=0.3, tolerance=1e-12)

    def loss() -> Value:
        scores = twin(x) if vectorized else [twin(row) for row in x]
        return 3.0 * mse_loss(scores, y)  # 3 is half the number of rows

    for _ in range(3):
        closed.least_squares_step(x, y)
        solved.step(backed(loss))
        for a, b in zip(neuron.parameters(), twin.parameters(), strict=True):
            assert np.allclose(a.data, b.data, rtol=0, atol=1e-9)
            assert type(a.data) is type(b.data)
    with pytest.raises(ShapeError, match=r"least_squares_step: found x of shape \(6, 2\) and y of shape \(6,\) for 4"):
        closed.least_squares_step(x[:, :2], y)
    with pytest.raises(ShapeError, match="for 4 weights"):
        closed.least_squares_step(x, y[:-1])


def test_each_group_has_its_rate_in_both_ways() -> None:
    x, y, w = problem(4, 3, 2)
    a, b = (
        ImplicitSGD([{"params": [Value(w[:2])]}, {"params": [Value(w[2:])], "lr": 2.0}], lr=0.1, tolerance=1e-12)
        for _ in range(2)
    )
    a.least_squares_step(x, y)
    first, second = b.parameters.values()
    b.step(backed(lambda: ((y - x[:, :2] @ first - x[:, 2:] @ second) ** 2).sum() / 2))
    for one, other in zip(a.parameters.values(), b.parameters.values(), strict=True):
        assert np.allclose(one.data, other.data, rtol=0, atol=1e-9)


def test_float32_converges_to_its_own_digits_and_stays() -> None:
    x, y, w = problem(5, 3, 3)
    value = Value(w.astype(np.float32))
    ImplicitSGD([value], lr=1.0).step(backed(lambda: ((y - x.astype(np.float32) @ value) ** 2).sum() / 2))
    assert value.data.dtype == np.float32
    assert np.allclose(value.data, implicit_least_squares(w, x, y, 1.0), atol=1e-3)


def test_a_convex_loss_that_is_not_quadratic_at_a_large_rate() -> None:
    w = Value(4.0)
    optimizer = ImplicitSGD([w], lr=50.0, tolerance=1e-10)
    optimizer.step(backed(lambda: (w**4) / 4 + w.exp()))
    assert w.data - 4.0 == pytest.approx(-50.0 * (w.data**3 + math.exp(w.data)), rel=1e-6)


def test_where_it_does_not_converge_it_stops_and_nothing_has_changed() -> None:
    w = Value([1.0, 2.0])
    optimizer = ImplicitSGD([w], lr=3.0, tolerance=1e-14, max_iter=2)
    with pytest.raises(ArgumentError, match=r"ImplicitSGD.step: found w and .* apart after 2 evaluations; expected"):
        optimizer.step(backed(lambda: (w**4).sum()))
    assert w.tolist() == [1.0, 2.0]
    assert optimizer.evaluations == 2


# ---- L-BFGS ----------------------------------------------------------------------------------------------------------


def rosenbrock(x: Any, y: Any) -> Any:
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def test_lbfgs_is_scipys_on_numbers_and_arrays() -> None:
    minimize = pytest.importorskip("scipy.optimize").minimize
    x, y = Value(-1.2), Value([[1.0]], dtype=np.float32)
    optimizer = LBFGS([x, y], max_iter=60)
    first = optimizer.step(backed(lambda: rosenbrock(x, y.sum())))
    assert first == pytest.approx(rosenbrock(-1.2, 1.0))
    assert type(x.data) is float and y.data.dtype == np.float32
    assert x.data == pytest.approx(1.0, abs=1e-3) and y.tolist()[0][0] == pytest.approx(1.0, abs=1e-3)
    assert optimizer.evaluations == optimizer.result.nfev

    w = Value([-1.2, 1.0])
    optimizer = LBFGS([w], max_iter=7)
    optimizer.step(backed(lambda: rosenbrock(w[0], w[1])))
    options = {"maxiter": 7, "maxfun": 8, "gtol": 1e-7, "ftol": 1e-9, "maxcor": 100}
    slope = lambda w: np.array([-2 * (1 - w[0]) - 400 * w[0] * (w[1] - w[0] ** 2), 200 * (w[1] - w[0] ** 2)])  # noqa: E731
    expected = minimize(lambda w: rosenbrock(*w), [-1.2, 1.0], jac=slope, method="L-BFGS-B", options=options)
    assert np.allclose(w.data, expected.x, rtol=0, atol=1e-9)
    assert optimizer.evaluations == expected.nfev


def test_lbfgs_trains_a_network() -> None:
    pytest.importorskip("scipy")
    x, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([-1.0, 1.0, 1.0, -1.0])
    model = MLP(2, [8, 1], activation="tanh", vectorized=True, rng=np.random.default_rng(0))
    optimizer = LBFGS(model.parameters(), max_iter=100)
    optimizer.step(backed(lambda: mse_loss(model(x).ravel(), y)))
    assert optimizer.result.fun < 1e-6
    optimizer.load_state_dict(optimizer.state_dict())


def test_lbfgs_says_what_to_install_and_has_no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MissingPackageError, match=r'LBFGS\.step: .* pip install "glassgrad\[scipy\]"'):
        LBFGS([Value(1.0)]).step(lambda: 0.0)
    with pytest.raises(ArgumentError, match=r"LBFGS\.lr: found no learning rate"):
        _ = LBFGS([Value(1.0)]).lr


# ---- closures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [ImplicitSGD, LBFGS, RandomSearch])
def test_a_step_that_fails_changes_nothing(make: Callable[..., ByClosure]) -> None:
    pytest.importorskip("scipy")
    w, n, calls = Value([1.0, 2.0]), Value(3.0), []
    optimizer = make([w, n])

    def closure() -> Value:
        calls.append(w.data)
        if len(calls) == 2:
            raise KeyboardInterrupt
        loss = (w * w).sum() * n
        loss.backward()
        return loss

    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure)
    assert w.tolist() == [1.0, 2.0] and n.data == 3.0
    with pytest.raises(ArgumentError, match=f"{make.__name__}.step: found no closure; expected a function"):
        optimizer.step()


@pytest.mark.parametrize("make", [ImplicitSGD, LBFGS])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_refused(make: Callable[..., ByClosure], bad: float) -> None:
    pytest.importorskip("scipy")
    w = Value(1.0)
    with pytest.raises(AnomalyError, match=f"{make.__name__}.step: found the loss {bad} at the start"):
        make([w]).step(backed(lambda: w * bad))
    assert w.data == 1.0


@pytest.mark.parametrize("make", [ImplicitSGD, LBFGS, RandomSearch])
@pytest.mark.parametrize("bad", [None, "loss", 10**400, Value([1.0, 2.0])], ids=["none", "text", "huge", "two"])
def test_a_closure_without_a_loss(make: Callable[..., ByClosure], bad: Any) -> None:
    pytest.importorskip("scipy")
    w = Value(1.0)
    with pytest.raises(ArgumentError, match=rf"{make.__name__}\.step, the closure: found .*Let it return the loss"):
        make([w]).step(lambda: bad)
    assert w.data == 1.0


@pytest.mark.parametrize("make", [ImplicitSGD, LBFGS])
def test_a_closure_without_gradients(make: Callable[..., ByClosure]) -> None:
    pytest.importorskip("scipy")
    w = Value(1.0)
    with pytest.raises(ArgumentError, match=rf"{make.__name__}\.step, the closure: found no gradient of any parameter"):
        make([w]).step(lambda: w * w)
    w.requires_grad = False
    with pytest.raises(ArgumentError, match="that not all parameters are frozen"):
        make([w]).step(backed(lambda: w * Value(2.0)))
    assert w.data == 1.0


def test_options_that_all_groups_share() -> None:
    with pytest.raises(ArgumentError, match="LBFGS: found a group with max_iter of its own"):
        LBFGS([{"params": [Value(1.0)], "max_iter": 3}])
    with pytest.raises(ArgumentError, match="ImplicitSGD: found a group with tolerance of its own"):
        ImplicitSGD([{"params": [Value(1.0)], "tolerance": 1.0}])
    with pytest.raises(ArgumentError, match="max_iter=0; expected a whole number of at least 1"):
        LBFGS([Value(1.0)], max_iter=0)


# ---- searches --------------------------------------------------------------------------------------------------------


def counted(f: Callable[[Any], float]) -> tuple[Callable[[Any], float], list[Any]]:
    points: list[Any] = []

    def function(point: Any) -> float:
        points.append(point)
        return f(point)

    return function, points


def test_random_search_returns_the_best_of_what_it_counted() -> None:
    function, points = counted(lambda x: (x[0] - 1) ** 2 + abs(x[1]))
    found = random_search(function, [(-2, 2), (5, 6)], 40, rng=7)
    assert found.nfev == len(points) == 40
    assert found.fun == min(function(p) for p in points[:40])
    assert found.x in points and all(-2 <= a <= 2 and 5 <= b <= 6 for a, b in points)
    assert found == random_search(function, [(-2, 2), (5, 6)], 40, rng=7)


def test_grid_search_tries_all_of_the_grid_in_order() -> None:
    function, points = counted(lambda x: {"a": 1.0, "b": math.nan, "c": 1.0}[x[0]] * x[1])
    found = grid_search(function, [["b", "a", "c"], (3, 2)])
    assert points == [("b", 3), ("b", 2), ("a", 3), ("a", 2), ("c", 3), ("c", 2)]
    assert found == (("a", 2), 2.0, 6)
    assert grid_search(lambda x: Value(x[0]).item(), [[math.inf, math.nan]]).fun == math.inf


@pytest.mark.parametrize(
    ("search", "message"),
    [
        (lambda: random_search(abs, [(1, 0)]), r"random_search: found bounds=\[\(1, 0\)\]; expected pairs"),
        (lambda: random_search(abs, [(0, math.inf)]), "random_search: found bounds"),
        (lambda: random_search(abs, [(-math.inf, 0)]), "random_search: found bounds"),
        (lambda: random_search(abs, [(-1e308, 1e308)]), "random_search: found bounds"),
        (lambda: random_search(abs, None), "random_search: found bounds=None"),  # type: ignore[arg-type]
        (lambda: random_search(lambda x: None, [(0, 1)]), r"random_search, fun\(.*\): found None; expected a number"),
        (lambda: random_search(abs, []), "random_search: found bounds"),
        (lambda: random_search(abs, [(0, 1)], 0), "random_search: found evaluations=0"),
        (lambda: random_search(lambda x: math.nan, [(0, 1)], 3, rng=0), "random_search: found NaN at all 3 points"),
        (lambda: grid_search(abs, []), r"grid_search: found axes=\[\]"),
        (lambda: grid_search(abs, [[1], []]), "grid_search: found axes"),
        (lambda: grid_search(abs, 3), r"grid_search: found axes=3; .* values on each, as \[\[0.1, 0.01\], \[8, 16\]\]"),
        (lambda: grid_search(abs, [[1], 3]), r"grid_search: found axes=\[\[1\], 3\]"),
    ],
)
def test_searches_that_cannot_be(search: Callable[[], Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        search()


@pytest.mark.parametrize("local", [True, False])
def test_random_search_over_parameters_never_gets_worse_and_counts(local: bool) -> None:
    w, n, losses = Value(np.array([2.0, -1.0], np.float32)), Value(1.0), []
    optimizer = RandomSearch([{"params": [w]}, {"params": [n], "lr": 0.0}], lr=0.5, local=local, rng=3)

    def closure() -> Value:
        losses.append(((w * w).sum() + n).item())
        return (w * w).sum() + n

    told = [optimizer.step(closure) for _ in range(50)]
    assert optimizer.evaluations == len(losses) == 51
    assert told == [min(losses[: i + 1]) for i in range(50)]
    assert optimizer.best == min(losses) == closure().item() < losses[0]
    assert w.data.dtype == np.float32 and n.data == 1.0  # a spread of 0 leaves a parameter
    again = Value(np.array([2.0, -1.0], np.float32))
    twin = RandomSearch([again], lr=0.5, local=False, rng=3)
    twin.step(lambda: (again * again).sum() * math.nan)
    twin.step(lambda: (again * again).sum())
    assert twin.best < math.inf  # after a NaN anything is better


def test_gradient_descent_needs_fewer_evaluations_than_random_search() -> None:
    x, y, start = problem(20, 8, 0)
    w, v = Value(start), Value(start)
    descent, search = SGD([w], lr=0.03), RandomSearch([v], lr=0.1, rng=0)
    for _ in range(100):
        descent.zero_grad()
        descent.step(backed(lambda: ((y - x @ w) ** 2).mean()))
        search.step(lambda: ((y - x @ v) ** 2).mean())
    best = np.mean((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2)
    assert np.mean((y - x @ w.data) ** 2) - best < 0.2 * (search.best - best)
