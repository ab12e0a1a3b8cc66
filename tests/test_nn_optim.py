"""Optimizers against PyTorch's formulas written as naive loops, on floats and arrays; steps and errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value
from autograd.errors import ArgumentError
from nn import MLP, Neuron
from nn.functional import mse_loss
from nn.optim import SGD, Adam, Optimizer

Build = Callable[[Any], Optimizer]
STEPS = 50


# ---- the formulas ---------------------------------------------------------------------------------------------------


def naive_sgd(
    w: float,
    gradient: Callable[[float, int], float],
    lr: float = 1e-3,
    momentum: float = 0,
    dampening: float = 0,
    weight_decay: float = 0,
    nesterov: bool = False,
) -> list[float]:
    """The weights after each step, by the algorithm in the manual of torch.optim.SGD."""
    path, b = [], None
    for t in range(1, STEPS + 1):
        g = gradient(w, t) + weight_decay * w
        if momentum != 0:
            b = g if b is None else momentum * b + (1 - dampening) * g
            g = g + momentum * b if nesterov else b
        w -= lr * g
        path.append(w)
    return path


def naive_adam(
    w: float,
    gradient: Callable[[float, int], float],
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
) -> list[float]:
    """The weights after each step, by the algorithm in the manual of torch.optim.Adam."""
    path, m, v = [], 0.0, 0.0
    for t in range(1, STEPS + 1):
        g = gradient(w, t) + weight_decay * w
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        m_hat, v_hat = m / (1 - betas[0] ** t), v / (1 - betas[1] ** t)
        w -= lr * m_hat / (math.sqrt(v_hat) + eps)
        path.append(w)
    return path


OPTIONS: list[tuple[type[Optimizer], Callable[..., list[float]], dict[str, Any]]] = [
    (SGD, naive_sgd, {}),
    (SGD, naive_sgd, {"lr": 0.1}),
    (SGD, naive_sgd, {"lr": 0.05, "momentum": 0.9}),
    (SGD, naive_sgd, {"lr": 0.05, "momentum": 0.9, "dampening": 0.3}),
    (SGD, naive_sgd, {"lr": 0.05, "momentum": 0.8, "nesterov": True}),
    (SGD, naive_sgd, {"lr": 0.05, "weight_decay": 0.1}),
    (SGD, naive_sgd, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1, "nesterov": True}),
    (Adam, naive_adam, {}),
    (Adam, naive_adam, {"lr": 0.1}),
    (Adam, naive_adam, {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3}),
    (Adam, naive_adam, {"lr": 0.1, "betas": (0.0, 0.5)}),
    (Adam, naive_adam, {"lr": 0.1, "weight_decay": 0.2}),
]
options = pytest.mark.parametrize(("kind", "naive", "given_options"), OPTIONS)


def loss_at(w: Value, t: int) -> Value:
    """A loss whose gradient is 2 (w - sin t), for floats and arrays."""
    d: Value = w - math.sin(t)
    return (d * d).sum() if w.ndim else d * d


@options
@settings(max_examples=10)  # the options matter more than the starting points
@given(starts=st.lists(st.floats(-10, 10), min_size=1, max_size=3))
def test_fifty_steps(kind: Any, naive: Any, given_options: dict[str, Any], starts: list[float]) -> None:
    expected = [naive(w, lambda w, t: 2 * (w - math.sin(t)), **given_options) for w in starts]
    numbers, array, zero_d = [Value(w) for w in starts], Value(starts), Value(starts[0], dtype=float)
    optimizer = kind([*numbers, array, zero_d], **given_options)
    for t in range(1, STEPS + 1):
        optimizer.zero_grad()
        for w in optimizer.parameters.values():
            loss_at(w, t).backward()
        optimizer.step()
        now = [path[t - 1] for path in expected]
        np.testing.assert_allclose([w.data for w in numbers], now, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(array.data, now, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(zero_d.data, now[0], rtol=1e-12, atol=1e-12)
    assert all(type(w.data) is float for w in numbers)
    assert isinstance(zero_d.data, np.ndarray)


# ---- steps ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("build", [SGD, Adam])
def test_parameters_without_a_gradient_are_skipped(build: Build) -> None:
    used, unused, zero = Value(1.0), Value(1.0), Value(1.0)
    optimizer = build([used, unused, zero])
    (used * 2 + zero * 0).backward()
    optimizer.step()
    assert used.data < 1
    assert unused.data == 1
    assert "1" not in optimizer.state
    assert "2" in optimizer.state  # a gradient of 0 is a gradient
    optimizer.zero_grad()
    assert not used.has_grad
    after = used.data
    optimizer.step()
    assert used.data == after


@pytest.mark.parametrize("build", [SGD, Adam])
def test_arrays_are_replaced_never_changed(build: Build) -> None:
    w = Value([1.0, 2.0])
    held, copied = w.data, w.data.copy()
    (w * w).sum().backward()
    build([w]).step()
    assert w.data is not held
    assert held.tolist() == copied.tolist()


def test_momentum_does_not_alias_the_gradient() -> None:
    w = Value([1.0, 2.0])
    optimizer = SGD([w], momentum=0.9)
    (w * 3).sum().backward()
    optimizer.step()
    (w * 3).sum().backward()  # adds to the gradient of the first pass
    assert optimizer.state["0"]["momentum_buffer"].tolist() == [3.0, 3.0]


def test_a_step_is_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = [Value(1.0), Value([1.0, 2.0])]
    optimizer = Adam(parameters, lr=0.1)
    for w in parameters:
        loss_at(w, 1).backward()
    update = optimizer.update

    def failing(data: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(data, np.ndarray):
            raise FloatingPointError("second parameter")
        return update(data, *args, **kwargs)

    monkeypatch.setattr(Adam, "update", staticmethod(failing))
    with pytest.raises(FloatingPointError):
        optimizer.step()
    assert [w.tolist() for w in parameters] == [1.0, [1.0, 2.0]]
    assert optimizer.state == {}


def test_the_rate_may_change_between_steps() -> None:
    w = Value(1.0)
    optimizer = SGD([w], lr=0.5)
    for lr, expected in [(0.5, 0.5), (0.25, 0.25), (0, 0.25)]:
        optimizer.lr = lr
        assert optimizer.lr == lr
        w.grad = 1.0
        optimizer.step()
        assert w.data == expected
    with pytest.raises(ArgumentError, match="SGD: found lr=-1"):
        optimizer.lr = -1
    assert optimizer.lr == 0


@pytest.mark.parametrize("build", [lambda p: SGD(p, lr=0.1, momentum=0.9), lambda p: Adam(p, lr=0.05)])
@pytest.mark.parametrize("vectorized", [False, True])
def test_a_network_learns_xor(build: Build, vectorized: bool) -> None:
    x, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([-1.0, 1.0, 1.0, -1.0])
    model = MLP(2, [8, 1], activation="tanh", vectorized=vectorized, rng=np.random.default_rng(0))
    optimizer = build(model.parameters())
    for _ in range(150):
        scores = model(x).ravel() if vectorized else [model(row) for row in x]
        loss = mse_loss(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.01


# ---- errors ---------------------------------------------------------------------------------------------------------

W = Value(1.0)
ERRORS: dict[str, tuple[Callable[[], Any], str]] = {
    "negative rate": (lambda: SGD([W], lr=-0.1), "SGD: found lr=-0.1; expected a finite number from 0"),
    "NaN rate": (lambda: Adam([W], lr=math.nan), "Adam: found lr=nan"),
    "infinite rate": (lambda: SGD([W], lr=math.inf), "SGD: found lr=inf"),
    "rate as text": (lambda: SGD([W], lr="0.1"), "SGD: found lr='0.1'"),  # type: ignore[arg-type]
    "negative momentum": (lambda: SGD([W], momentum=-1), "SGD: found momentum=-1"),
    "negative decay": (lambda: Adam([W], weight_decay=-1), "Adam: found weight_decay=-1"),
    "beta 1": (lambda: Adam([W], betas=(0.9, 1.0)), r"betas=\(0.9, 1.0\); expected two values, each a number"),
    "one beta": (lambda: Adam([W], betas=0.9), "Adam: found betas=0.9; expected two"),  # type: ignore[arg-type]
    "two rates": (lambda: SGD([W], lr=(0.1, 0.2)), r"found lr=\(0.1, 0.2\); expected a finite number"),  # type: ignore[arg-type]
    "eps": (lambda: Adam([W], eps=-1e-8), "Adam: found eps=-1e-08"),
    "no option": (
        lambda: Optimizer.__init__(SGD([W]), [W], lt=0.1),
        "SGD: found the option 'lt'; expected lr, momentum",
    ),
    "no flag": (lambda: SGD([W], momentum=0.9, nesterov="no"), "nesterov='no'; expected True or False"),  # type: ignore[arg-type]
    "nesterov alone": (lambda: SGD([W], nesterov=True), "SGD: found nesterov=True with momentum=0.0"),
    "nesterov dampened": (lambda: SGD([W], momentum=0.9, dampening=0.1, nesterov=True), "and dampening=0.1"),
    "no parameters": (lambda: Adam([]), "Adam: found no parameters; expected at least one"),
    "the same twice": (lambda: SGD([W, Value(1.0), W]), "SGD: found '2' again, given as '0' before"),
    "a name twice": (lambda: SGD([("w", W), ("w", Value(1.0))]), "SGD: found 'w' again"),
    "a bare Value": (lambda: SGD(W), "SGD: found a single Value; expected a list"),  # type: ignore[arg-type]
    "a number": (lambda: SGD([1.0]), "SGD: found the parameter 1.0; expected a Value"),  # type: ignore[list-item]
    "a number for a name": (lambda: SGD([(0, W)]), r"SGD: found the parameter \(0, "),  # type: ignore[list-item]
    "computed": (lambda: SGD([W, W * 2]), "SGD: found '1', computed by 'multiply'; expected a leaf"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case: str) -> None:
    build, message = ERRORS[case]
    with pytest.raises(ArgumentError, match=message):
        build()


def test_equal_parameters_are_not_the_same() -> None:
    assert len(SGD([Value(1.0), Value(1.0)]).parameters) == 2
    assert len(SGD(p for p in Neuron(3).parameters()).parameters) == 4


def test_printed_form() -> None:
    optimizer = SGD(Neuron(3).parameters(), lr=0.1)
    assert repr(optimizer) == (
        "SGD(4 parameters, lr=0.1, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False)"
    )


def test_adam_without_eps_follows_ieee_at_a_zero_gradient() -> None:
    w = Value(1.0)
    optimizer = Adam([w], eps=0.0)
    w.grad = 1.0
    optimizer.step()
    assert w.data == pytest.approx(0.999)
    still = Value(1.0)
    optimizer = Adam([still], eps=0.0)
    (still * 0).backward()
    optimizer.step()
    assert math.isnan(still.data)
