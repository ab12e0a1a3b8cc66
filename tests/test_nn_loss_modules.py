"""Losses as modules: their functions with options, weights as buffers."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from loss_forms import LN2, PAIR, plain

import nn
from autograd import Value
from autograd.errors import DtypeError, GlassgradError, SignatureError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)
from nn import losses

OPTIONS: dict[str, dict[str, Any]] = {
    "SmoothL1Loss": {"beta": 0.5},
    "HuberLoss": {"delta": 0.5},
    "BCELoss": {"weight": np.array([1.0, 2.0])},
    "BCEWithLogitsLoss": {"pos_weight": np.array([1.0, 2.0]), "weight": np.array([2.0, 0.5])},
    "CrossEntropyLoss": {"weight": np.array([1.0, 2.0]), "label_smoothing": 0.1, "ignore_index": 0},
    "NLLLoss": {"weight": np.array([1.0, 2.0])},
    "MarginRankingLoss": {"margin": 0.5},
    "MultiMarginLoss": {"p": 2, "margin": 0.5, "weight": np.array([1.0, 2.0])},
    "HingeEmbeddingLoss": {"margin": 0.5},
    "CosineEmbeddingLoss": {"margin": 0.5},
    "TripletMarginLoss": {"margin": 0.5, "swap": True},
    "KLDivLoss": {"log_target": True, "reduction": "batchmean"},
    "PoissonNLLLoss": {"full": True},
    "GaussianNLLLoss": {"full": True},
}
MODULES = [name for name in losses.__all__ if name != "Loss"]
OPERANDS: dict[str, tuple[Any, ...]] = {
    "BCELoss": (abs(PAIR[0]), PAIR[1]),
    "HingeLoss": (PAIR[0], [[1, -1], [1, 1]]),
    "SoftMarginLoss": (PAIR[0], [[1, -1], [1, 1]]),
    "HingeEmbeddingLoss": (PAIR[1], [[1, -1], [1, 1]]),
    "MarginRankingLoss": (*PAIR, [[1, -1], [1, 1]]),
    "CosineEmbeddingLoss": (*PAIR, [1, -1]),
    "TripletMarginLoss": (*PAIR, PAIR[1][::-1]),
    "GaussianNLLLoss": (*PAIR, PAIR[1]),
    "NLLLoss": (PAIR[0], [0, 1]),
    "CrossEntropyLoss": (PAIR[0], [0, 1]),
    "MultiMarginLoss": (PAIR[0], [0, 1]),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_its_function_with_options(name: str) -> None:
    kind, options, operands = getattr(nn, name), OPTIONS.get(name, {}), OPERANDS.get(name, PAIR)
    assert kind is getattr(losses, name)
    for given in ({}, options):
        module = kind(**given)
        expected = plain(kind.function(*operands, **given))
        for one in (module, copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
            assert np.array_equal(plain(one(*operands)), expected)
        assert module.parameters() == []
        assert set(module.state_dict()) == {"weight", "pos_weight"} & given.keys()
        assert all(getattr(module, key) is option for key, option in given.items())
    assert repr(kind()) == f"{name}()"


def test_options_come_in_the_functions_order() -> None:
    assert str(inspect.signature(nn.HuberLoss)) == "(reduction='mean', delta=1.0, weight=None)"
    assert nn.CrossEntropyLoss(np.ones(2), 3, "sum", 0.1).label_smoothing == 0.1
    assert repr(nn.TripletMarginLoss(2.0, 1.0)) == "TripletMarginLoss(margin=2.0, p=1.0)"
    assert repr(nn.CrossEntropyLoss([1.0, 2.0], reduction="sum")) == "CrossEntropyLoss(reduction='sum')"


def test_weights_follow_the_dtype_and_load() -> None:
    module = nn.CrossEntropyLoss(weight=[1.0, 2.0]).to("float32")
    assert module.weight.dtype == np.float32
    module.load_state_dict({"weight": np.array([3.0, 1.0], np.float32)})
    x = Value(np.zeros((2, 2), np.float32))
    x.data[1, 0] = 1.0
    assert module(x, [0, 1]).data == pytest.approx((3 * LN2 + math.log(1 + math.e)) / 4)


MISTAKES: dict[str, tuple[Callable[[], Any], type[GlassgradError], str]] = {
    "unknown": (lambda: nn.MSELoss(beta=1.0), SignatureError, r"MSELoss: found .* \(beta=1.0\); expected \(red"),
    "twice": (lambda: nn.HuberLoss("sum", reduction="sum"), SignatureError, "each once"),
    "too many": (lambda: nn.HingeLoss("sum", 1.0), SignatureError, r"arguments \('sum', 1.0\)"),
    "a weight that learns": (lambda: nn.NLLLoss(Value([1.0, 2.0])), DtypeError, "found a Value for 'weight'"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_in_options(case: str) -> None:
    call, error, message = MISTAKES[case]
    with pytest.raises(error, match=message):
        call()


def test_a_loss_of_ones_own() -> None:
    def cubed(input: Any, target: Any, power: int = 3, reduction: str = "mean") -> Any:
        return F.l1_loss(input, target, reduction="none")[0] ** power

    class Cubed(losses.Loss, of=cubed):
        pass

    assert Cubed()([3.0], [1.0]) == 8.0
    assert repr(Cubed(power=2)) == "Cubed(power=2)"
    assert Cubed(2)([3.0], [1.0]) == 4.0


def test_operands_by_name() -> None:
    assert nn.MSELoss()(input=[1.0, 2.0], target=[0.0, 4.0]) == 2.5
    assert nn.TripletMarginLoss()(anchor=[0.0], positive=[0.0], negative=[9.0]) == 0.0
