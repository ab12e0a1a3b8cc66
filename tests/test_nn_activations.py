"""Activations as modules: each is its operation, with PyTorch's signature and printed form."""

import copy
import inspect
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, gradcheck, no_grad
from autograd.errors import GlassgradError, SignatureError
from nn import functional
from nn.layers import activations
from nn.layers.activations import Activation

X = np.array([[-4.0, -1.5, -0.3, 0.2], [0.7, 1.5, 2.5, 7.0]])

FORMULAS: dict[str, Callable[[Any], Any]] = {
    "Sigmoid()": lambda x: 1 / (1 + np.exp(-x)),
    "Tanh()": np.tanh,
    "ReLU()": lambda x: np.where(x > 0, x, 0),
    "LeakyReLU(negative_slope=0.3)": lambda x: np.where(x > 0, x, 0.3 * x),
    "ReLU6()": lambda x: np.clip(x, 0, 6),
    "ELU(alpha=0.5)": lambda x: np.where(x > 0, x, 0.5 * np.expm1(x)),
    "SELU()": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "CELU(alpha=2.0)": lambda x: np.where(x > 0, x, 2 * np.expm1(x / 2)),
    "GELU(approximate='tanh')": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    "SiLU()": lambda x: x / (1 + np.exp(-x)),
    "Mish()": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "Softplus(beta=2.0)": lambda x: np.log1p(np.exp(2 * x)) / 2,
    "Softsign()": lambda x: x / (1 + abs(x)),
    "LogSigmoid()": lambda x: -np.log1p(np.exp(-x)),
    "Hardtanh(min_val=-2.0, max_val=0.5)": lambda x: np.clip(x, -2, 0.5),
    "Hardsigmoid()": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "Hardswish()": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "Hardshrink(lambd=1.0)": lambda x: np.where(abs(x) > 1, x, 0),
    "Softshrink(lambd=1.0)": lambda x: np.sign(x) * np.clip(abs(x) - 1, 0, None),
    "Tanhshrink()": lambda x: x - np.tanh(x),
    "Threshold(threshold=0.5, value=-7.0)": lambda x: np.where(x > 0.5, x, -7),
    "Softmax(dim=0)": lambda x: np.exp(x) / np.exp(x).sum(0),
    "LogSoftmax(dim=-1)": lambda x: x - np.log(np.exp(x).sum(-1, keepdims=True)),
    "Softmin(dim=-1)": lambda x: np.exp(-x) / np.exp(-x).sum(-1, keepdims=True),
    "GLU(dim=-1)": lambda x: x[:, :2] / (1 + np.exp(-x[:, 2:])),
    "Step(straight_through=True)": lambda x: np.where(x >= 0, 1, 0),
}
over_formulas = pytest.mark.parametrize("shown", FORMULAS)


def build(shown: str) -> Any:
    return eval(shown, vars(nn))  # noqa: S307  (the texts are ours)


def test_every_activation_has_a_formula_here() -> None:
    assert {shown.partition("(")[0] for shown in FORMULAS} | {"PReLU"} == set(activations.__all__)


@over_formulas
def test_an_activation_is_its_formula_and_prints_as_it_is_called(shown: str) -> None:
    layer = build(shown)
    assert repr(layer) == shown
    assert not layer.state_dict()
    for x in (X, Value(X), X.tolist()):
        y = layer(x)
        np.testing.assert_allclose(y.data if isinstance(y, Value) else y, FORMULAS[shown](X), rtol=1e-12, atol=1e-15)
    assert layer(Value(X.astype("float32"))).dtype == np.float32
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert repr(twin) == shown


@over_formulas
def test_gradients(shown: str) -> None:
    if not shown.startswith("Step"):
        assert gradcheck(build(shown), X)


def test_signatures_are_shown_and_checked() -> None:
    assert str(inspect.signature(nn.LeakyReLU)) == "(negative_slope=0.01, inplace=False)"
    assert str(inspect.signature(nn.Threshold)) == "(threshold, value, inplace=False)"
    assert "threshold" not in inspect.signature(nn.Threshold(0.0, 1.0)).parameters  # that of a call
    assert nn.Hardtanh(-2.0, max_val=3.0).max_val == 3.0
    wrong: list[Callable[[], Any]] = [
        lambda: nn.ReLU(False, 1),
        lambda: nn.LeakyReLU(slope=1.0),
        lambda: nn.LeakyReLU(0.1, negative_slope=0.2),
        lambda: nn.Threshold(1.0),
    ]
    for call in wrong:
        with pytest.raises(SignatureError, match=r"found the arguments .*; expected \("):
            call()


def test_inplace_is_taken_and_changes_nothing() -> None:
    x = X.copy()
    layer = nn.ReLU(inplace=True)
    assert repr(layer) == "ReLU(inplace=True)"
    np.testing.assert_array_equal(layer(x), np.maximum(X, 0))
    np.testing.assert_array_equal(x, X)


def test_an_error_names_the_layer() -> None:
    with pytest.raises(GlassgradError, match=r"^Softmax\(dim=5\): found"):
        nn.Softmax(dim=5)(X)


def test_an_activation_of_the_users_own() -> None:
    class Scaled(Activation, of=lambda x, by: x * by, by=2.0):
        """by · x."""

    class Halved(Scaled):
        """x / 2."""

        def __init__(self) -> None:
            super().__init__(by=0.5)

    assert (Scaled()(3.0), Scaled(3.0)(3.0), Halved()(3.0)) == (6.0, 9.0, 1.5)


# ---- step ----


def test_step_warns_once_when_it_is_trained() -> None:
    layer, x = nn.Step(), Value(0.5)
    with no_grad():
        layer(x)
    layer(1.0), layer(Value(1.0, requires_grad=False)), layer.eval()(x)
    with pytest.warns(UserWarning, match="Step: its derivative is 0") as caught:
        y = layer.train()(x)
    assert caught[0].filename == __file__
    y.backward()
    assert (y.item(), x.grad) == (1.0, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer(x)
        nn.Step(straight_through=True)(x)


def test_straight_through_takes_the_slope_for_1_and_stays_exact() -> None:
    x = Value([-np.inf, -1e300, -0.1, 0.0, 0.1, 1e300, np.inf])
    y = functional.step(x, straight_through=True)
    np.testing.assert_array_equal(y.data, [0, 0, 0, 1, 1, 1, 1])
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 1, 1, 1, 1, 1, 0])


# ---- prelu ----


def test_prelu_has_a_weight_for_each_channel() -> None:
    layer = nn.PReLU(2, init=0.5)
    assert repr(layer) == "PReLU(num_parameters=2)"
    layer.weight.data = np.array([0.5, -1.0])
    x = -np.arange(1.0, 13.0).reshape(2, 2, 3)
    np.testing.assert_array_equal(layer(x).data, x * np.array([0.5, -1.0])[:, None])
    layer(x).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad, x.sum((0, 2)))
    assert nn.PReLU(dtype="float32")(x).dtype == np.float32
    assert nn.PReLU()(-2.0).data == -0.5
