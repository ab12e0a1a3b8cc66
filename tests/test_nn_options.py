"""Every option that nn takes: a value of another type or out of range is named, with what was expected."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, replay
from autograd.errors import ArgumentError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)
from nn import init, optim
from nn.data import DataLoader, TensorDataset, random_split
from nn.optim import lr_scheduler
from nn.options import TEXT, choice, number, optional, pair, several
from nn.training import callbacks
from nn.training.metrics import F1, ConfusionMatrix
from nn.utils import clip_grad_norm_, clip_grad_value_, prune

NO_NUMBER = (None, "a", True, [1.0], 1j, np.ones(2), {}, int)
NO_COUNT = (*NO_NUMBER, 2.5, 0, -1, math.inf, math.nan, Value(1.0))
NO_INDEX = (*NO_NUMBER, 2.5, math.inf)
NOT_FROM_0 = (*NO_NUMBER, -1.0, math.nan)
NOT_POSITIVE = (*NOT_FROM_0, 0.0)
NO_SHARE = (*NOT_FROM_0, 1.5, 10**400)
NO_WORD = (3, "b", [], {}, True, np.ones(2))
NO_PLAIN_NUMBER = (*NOT_FROM_0, math.inf, 10**400, Value(0.1))


def without_none(bad: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(x for x in bad if x is not None)


X = np.array([0.5, 3.0])
W = Value([1.0, 2.0])
MATRIX = Value([[1.0, 2.0], [3.0, 4.0]])


def sgd() -> optim.SGD:
    return optim.SGD([W], lr=0.1)


def fitted(**options: Any) -> Any:
    trainer = nn.Trainer(nn.Linear(1, 1, rng=0)).compile("sgd", "mse")
    return trainer.fit([[0.0], [1.0]], [[0.0], [1.0]], **{"verbose": 0, **options})


def measured(kind: type, **options: Any) -> Any:
    metric = kind(**options)
    metric.update([0, 1], [0, 1])
    return metric.result()


Case = tuple[Callable[[Any], object], str, str, tuple[Any, ...]]
LAYERS: list[Case] = [
    (lambda x: nn.Linear(x, 3), "Linear", "in_features", NO_COUNT),
    (lambda x: nn.Linear(3, x), "Linear", "out_features", NO_COUNT),
    (lambda x: nn.Neuron(x), "Neuron", "nin", NO_COUNT),
    (lambda x: nn.Layer(2, x), "Layer", "nout", NO_COUNT),
    (lambda x: nn.Maxout(2, 2, x), "Maxout", "pieces", NO_COUNT),
    (lambda x: nn.MLP(2, x), "MLP", "nouts", (None, 3, [], "ab", [2.5], [0])),
    (lambda x: nn.Perceptron(2, lr=x), "Perceptron", "lr", (*NO_PLAIN_NUMBER, 0.0)),
    (lambda x: nn.Conv1d(x, 2, 3), "Conv1d", "in_channels", NO_COUNT),
    (lambda x: nn.Conv2d(2, 2, 3, groups=x), "Conv2d", "groups", NO_COUNT),
    (lambda x: nn.Conv2d(2, 2, x), "Conv2d", "kernel_size", (None, "a", 2.5, 0)),
    (lambda x: nn.Conv1d(2, 2, 3, padding_mode=x), "Conv1d", "padding_mode", (None, *NO_WORD)),
    (lambda x: nn.Dropout(x), "Dropout", "p", NO_SHARE),
    (lambda x: nn.Embedding(3, x), "Embedding", "embedding_dim", NO_COUNT),
    (lambda x: nn.Embedding(3, 2, x), "Embedding", "padding_idx", without_none(NO_INDEX)),
    (lambda x: nn.BatchNorm1d(x), "BatchNorm1d", "num_features", NO_COUNT),
    (lambda x: nn.BatchNorm2d(2, momentum=x), "BatchNorm2d", "momentum", without_none(NO_NUMBER)),
    (lambda x: nn.LayerNorm(2, x), "LayerNorm", "eps", NO_NUMBER),
    (lambda x: nn.LayerNorm(x), "LayerNorm", "normalized_shape", (None, "a", 2.5, 0, [], [2, 0], True)),
    (lambda x: nn.RMSNorm(2, x), "RMSNorm", "eps", without_none(NO_NUMBER)),
    (lambda x: nn.GRU(2, 3, x), "GRU", "num_layers", NO_COUNT),
    (lambda x: nn.LSTM(2, 3, 2, dropout=x), "LSTM", "dropout", NO_SHARE),
    (lambda x: nn.LSTMCell(x, 3), "LSTMCell", "input_size", NO_COUNT),
    (lambda x: nn.RNN(2, 3, nonlinearity=x), "RNN", "nonlinearity", (None, *NO_WORD)),
    (lambda x: nn.RNNCell(2, 3, nonlinearity=x), "RNNCell", "nonlinearity", (None, *NO_WORD)),
    (lambda x: nn.MultiheadAttention(x, 1), "MultiheadAttention", "embed_dim", NO_COUNT),
    (lambda x: nn.TransformerEncoderLayer(2, 1, activation=x), "TransformerEncoderLayer", "activation", (None, 3, "b")),
    (lambda x: nn.PositionalEncoding(x, 2), "PositionalEncoding", "max_len", NO_COUNT),
    (lambda x: nn.PReLU(x), "PReLU", "num_parameters", NO_COUNT),
    (lambda x: nn.PReLU(init=x), "PReLU", "init", NO_NUMBER),
    (lambda x: nn.Flatten(x), "Flatten", "start_dim", NO_INDEX),
    (lambda x: nn.Unflatten(1, x), "Unflatten", "unflattened_size", (None, 3, "ab", [2.5], [-2])),
    (lambda x: nn.Linear(2, 2).train(x), "Linear.train", "mode", (None, "a", 1)),
]
FUNCTIONS: list[Case] = [
    (lambda x: F.huber_loss(X, X, delta=x), "huber_loss", "delta", NOT_POSITIVE),
    (lambda x: F.smooth_l1_loss(X, X, beta=x), "smooth_l1_loss", "beta", NOT_FROM_0),
    (lambda x: F.mse_loss(X, X, x), "mse_loss", "reduction", (None, *NO_WORD)),
    (lambda x: F.cross_entropy(X, 1, label_smoothing=x), "cross_entropy", "label_smoothing", NO_SHARE),
    (lambda x: F.cross_entropy(X, 1, ignore_index=x), "cross_entropy", "ignore_index", NO_INDEX),
    (lambda x: F.multi_margin_loss(X, 1, p=x), "multi_margin_loss", "p", (None, "a", 3, 1.5, [1])),
    (lambda x: F.multi_margin_loss(X, 1, margin=x), "multi_margin_loss", "margin", NO_NUMBER),
    (lambda x: F.margin_ranking_loss(X, X, [1, 1], x), "margin_ranking_loss", "margin", NO_NUMBER),
    (lambda x: F.hinge_embedding_loss(X, [1, 1], x), "hinge_embedding_loss", "margin", NO_NUMBER),
    (lambda x: F.cosine_embedding_loss([X], [X], [1], x), "cosine_embedding_loss", "margin", NO_NUMBER),
    (lambda x: F.triplet_margin_loss(X, X, X, x), "triplet_margin_loss", "margin", NOT_POSITIVE),
    (lambda x: F.triplet_margin_loss(X, X, X, p=x), "triplet_margin_loss", "p", NOT_POSITIVE),
    (lambda x: F.gaussian_nll_loss(X, X, X, eps=x), "gaussian_nll_loss", "eps", NOT_POSITIVE),
    (lambda x: F.poisson_nll_loss(X, X, eps=x), "poisson_nll_loss", "eps", NO_NUMBER),
    (lambda x: F.poisson_nll_loss(X, X, log_input=x), "poisson_nll_loss", "log_input", (None, "a", 1)),
    (lambda x: F.poisson_nll_loss(X, X, full=x), "poisson_nll_loss", "full", (None, "a", 1)),
    (lambda x: F.gaussian_nll_loss(X, X, X, full=x), "gaussian_nll_loss", "full", (None, "a", 1)),
    (lambda x: F.kl_div(-X, X, log_target=x), "kl_div", "log_target", (None, "a", 1)),
    (lambda x: F.triplet_margin_loss(X, X, X, swap=x), "triplet_margin_loss", "swap", (None, "a", 1)),
    (lambda x: nn.HuberLoss(delta=x)(X, X), "huber_loss", "delta", NOT_POSITIVE),
    (lambda x: F.dropout(X, x), "dropout", "p", NO_SHARE),
    (lambda x: F.layer_norm(X, 2, eps=x), "layer_norm", "eps", NO_NUMBER),
    (lambda x: F.rms_norm(X, 2, eps=x), "rms_norm", "eps", without_none(NO_NUMBER)),
    (lambda x: F.batch_norm([X, X], None, None, eps=x), "batch_norm", "eps", NO_NUMBER),
    (lambda x: F.batch_norm([X, X], None, None, momentum=x), "batch_norm", "momentum", NO_NUMBER),
    (lambda x: F.one_hot([1], x), "one_hot", "num_classes", NO_INDEX),
    (lambda x: F.embedding([1], MATRIX, x), "embedding", "padding_idx", without_none(NO_INDEX)),
    (lambda x: F.adaptive_avg_pool1d([X], x), "adaptive_avg_pool1d", "output_size", ("a", 2.5, 0, True)),
    (
        lambda x: F.scaled_dot_product_attention([X], [X], [X], dropout_p=x),
        "scaled_dot_product_attention",
        "dropout_p",
        NO_SHARE,
    ),
    (
        lambda x: F.scaled_dot_product_attention([X], [X], [X], scale=x),
        "scaled_dot_product_attention",
        "scale",
        without_none(NO_NUMBER),
    ),
]
LEARNING: list[Case] = [
    (lambda x: optim.SGD([W], lr=x), "SGD", "lr", NO_PLAIN_NUMBER),
    (lambda x: sgd().param_groups[0].update(momentum=x), "SGD", "momentum", NO_PLAIN_NUMBER),
    (lambda x: optim.SGD([W], nesterov=x), "SGD", "nesterov", (None, "a", 1)),
    (lambda x: optim.Adam([W], betas=x), "Adam", "betas", (None, 0.9, (0.9,), (0.9, 1.0), (0.9, "a"), "ab")),
    (lambda x: optim.LBFGS([W], max_iter=x), "LBFGS", "max_iter", NO_COUNT),
    (lambda x: optim.random_search(abs, x), "random_search", "bounds", (None, 3, [], [3], [(1, 0)], [(0, math.inf)])),
    (lambda x: optim.random_search(abs, [(0, 1)], x), "random_search", "evaluations", NO_COUNT),
    (lambda x: optim.grid_search(abs, x), "grid_search", "axes", (None, 3, [], [3], [[]])),
    (lambda x: lr_scheduler.StepLR(sgd(), x), "StepLR", "step_size", NO_COUNT),
    (lambda x: lr_scheduler.MultiStepLR(sgd(), x), "MultiStepLR", "milestones", (None, 3, ["a"], [-1], [1.5])),
    (lambda x: lr_scheduler.LambdaLR(sgd(), x), "LambdaLR", "lr_lambda", (None, 3, "a")),
    (lambda x: lr_scheduler.OneCycleLR(sgd(), 1.0, epochs=x, steps_per_epoch=2), "OneCycleLR", "epochs", ("a", 2.5, 0)),
    (lambda x: lr_scheduler.OneCycleLR(sgd(), 1.0, 5, pct_start=x), "OneCycleLR", "pct_start", NO_SHARE),
    (lambda x: lr_scheduler.ReduceLROnPlateau(sgd(), x), "ReduceLROnPlateau", "mode", (None, *NO_WORD)),
    (lambda x: clip_grad_norm_([W], x), "clip_grad_norm_", "max_norm", NOT_FROM_0),
    (lambda x: clip_grad_norm_([W], 1.0, x), "clip_grad_norm_", "norm_type", NOT_POSITIVE),
    (lambda x: clip_grad_value_([W], x), "clip_grad_value_", "clip_value", NOT_FROM_0),
    (lambda x: prune.l1_unstructured(nn.Linear(2, 2), "weight", x), "l1_unstructured", "amount", NO_SHARE),
    (lambda x: prune.l1_unstructured(nn.Linear(2, 2), x, 0.5), "l1_unstructured", "name", (None, 3)),
    (lambda x: init.normal_(W, x), "normal_", "mean", (*NO_NUMBER, math.inf, math.nan)),
    (lambda x: init.normal_(W, std=x), "normal_", "std", NO_PLAIN_NUMBER),
    (lambda x: init.trunc_normal_(W, a=x), "trunc_normal_", "a", NO_NUMBER),
    (lambda x: init.constant_(W, x), "constant_", "val", NO_NUMBER),
    (lambda x: init.orthogonal_(MATRIX, x), "orthogonal_", "gain", (*NO_NUMBER, math.inf)),
    (lambda x: init.kaiming_uniform_(MATRIX, x), "kaiming_uniform_", "a", (*NO_NUMBER, math.inf)),
    (lambda x: init.kaiming_normal_(MATRIX, mode=x), "kaiming_normal_", "mode", (None, *NO_WORD)),
    (lambda x: init.calculate_gain(x), "calculate_gain", "nonlinearity", (None, *NO_WORD)),
]
TRAINING: list[Case] = [
    (lambda x: DataLoader(TensorDataset(X), x), "DataLoader", "batch_size", NO_COUNT),
    (lambda x: random_split(TensorDataset(X), x), "random_split", "lengths", (None, 3, [-1, 3], [None])),
    (lambda x: fitted(batch_size=x), "fit", "batch_size", NO_COUNT),
    (lambda x: fitted(epochs=x), "fit", "epochs", (*NO_INDEX, -1)),
    (lambda x: fitted(accumulate_steps=x), "fit", "accumulate_steps", NO_COUNT),
    (lambda x: fitted(validation_split=x), "fit", "validation_split", (*NO_SHARE, 1.0)),
    (lambda x: fitted(clip_norm=x), "fit", "clip_norm", without_none(NOT_FROM_0)),
    (lambda x: fitted(class_weight=x), "fit", "class_weight", (3, [1.0], {0: "a"}, {0: -1.0}, {0: None})),
    (lambda x: fitted(verbose=x), "fit", "verbose", (None, 3, "b", [])),
    (lambda x: callbacks.EarlyStopping(x), "EarlyStopping", "monitor", (None, 3)),
    (lambda x: callbacks.EarlyStopping(patience=x), "EarlyStopping", "patience", (*NO_INDEX, -1)),
    (lambda x: callbacks.EarlyStopping(min_delta=x), "EarlyStopping", "min_delta", NO_NUMBER),
    (lambda x: callbacks.EarlyStopping(mode=x), "EarlyStopping", "mode", (None, *NO_WORD)),
    (lambda x: callbacks.EarlyStopping(baseline=x), "EarlyStopping", "baseline", without_none(NO_NUMBER)),
    (lambda x: callbacks.ReduceLROnPlateau(factor=x), "ReduceLROnPlateau", "factor", (*NO_SHARE, 0.0, 1.0)),
    (lambda x: callbacks.LearningRateScheduler(x), "LearningRateScheduler", "schedule", (None, 3, "a")),
    (lambda x: callbacks.LambdaCallback(on_train_end=x), "LambdaCallback", "on_train_end", (3, "a")),
    (lambda x: callbacks.ModelCheckpoint(x), "ModelCheckpoint", "filepath", (None, 3)),
    (lambda x: callbacks.CSVLogger(x), "CSVLogger", "filename", (None, 3)),
    (lambda x: callbacks.LivePlot(every=x), "LivePlot", "every", NO_COUNT),
    (lambda x: measured(F1, average=x), "f1", "average", NO_WORD),
    (lambda x: F1(threshold=x), "f1", "threshold", NO_NUMBER),
    (lambda x: F1(one_hot=x), "f1", "one_hot", ("a", 1)),
    (lambda x: measured(F1, zero_division=x), "f1", "zero_division", (None, "a", 2, [], True)),
    (lambda x: measured(ConfusionMatrix, normalize=x), "confusion_matrix", "normalize", NO_WORD),
]


@pytest.mark.parametrize(
    ("function", "owner", "argument", "bad"),
    LAYERS + FUNCTIONS + LEARNING + TRAINING,
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_what_is_none_of_the_allowed_values_is_named(
    function: Callable[[Any], object], owner: str, argument: str, bad: tuple[Any, ...]
) -> None:
    for value in bad:
        found = re.escape(f"{owner}: found {argument}={value!r:.80}"[:60])
        with pytest.raises(ArgumentError, match=f"(?s)^{found}.*; expected .+"):
            function(value)


@pytest.mark.parametrize(
    ("option", "given", "kept"),
    [
        (number(), np.float32(0.5), 0.5),
        (number(0, ends="[]"), math.inf, math.inf),
        (number(0, 1, "(]"), 1, 1.0),
        (number(ends="[]"), 10**3, 1000.0),
        (optional(number(0)), None, None),
        (pair(number(0)), [1, np.float64(2.0)], (1.0, 2.0)),
        (several(number(0)), (), []),
        (choice("auto", 0), False, False),
        (TEXT, "", ""),
    ],
)
def test_what_is_kept(option: Any, given: Any, kept: Any) -> None:
    found = option("an operation", name=given)
    assert (found, type(found)) == (kept, type(kept))


def test_options_say_what_they_allow() -> None:
    one = number(0, 1)
    said = [number(), number(ends="[]"), number(0), number(0, 1, "(]"), choice("a"), choice(1, 2, 3), pair(one)]
    assert [option.expected for option in (*said, several(one), optional(one))] == [
        "a finite number",
        "a number",
        "a finite number from 0",
        "a number above 0 to 1",
        "'a'",
        "1, 2 or 3",
        "two values, each a number from 0 to below 1",
        "a list of values, each a number from 0 to below 1",
        "a number from 0 to below 1, or None",
    ]


def test_options_of_losses_may_be_arguments_of_a_replayed_function() -> None:
    program = replay(lambda x, delta, scale: F.huber_loss(x, X - 2.0, delta=delta) + F.hinge_loss(x * scale, [1, -1]))
    for delta in (0.5, 2.0):
        wanted = F.huber_loss(X, X - 2.0, delta=delta) + F.hinge_loss(X * 0.5, [1, -1])
        assert program(X, delta, 0.5) == pytest.approx(wanted)
    with pytest.raises(ArgumentError, match="huber_loss: found delta="):
        program(X, -1.0, 0.5)


def test_an_error_within_something_keeps_the_name_of_its_operation() -> None:
    error = ArgumentError("found 3.").named("inner").named("outer")
    assert str(error.within("place 0").within("whole")) == "whole: place 0: outer: found 3."
    assert str(error.named("all of it")) == "all of it: whole: place 0: outer: found 3."
