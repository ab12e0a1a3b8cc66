"""Layers of PyTorch: outputs by loops in NumPy, derivatives by differences, printed forms, dtypes, errors, replay."""

import copy
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value, gradcheck, gradients, no_grad, replay, topological_order
from autograd.errors import ArgumentError, AxisError, BoundsError, DtypeError, ShapeError
from nn import functional

rng = np.random.default_rng(0)
IMAGE, SIGNAL, ROWS = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(2, 3, 7)), rng.normal(size=(4, 3))

# The layer, how it is printed, an input, and the shape of the output.
LAYERS: dict[str, tuple[Callable[..., nn.Module], Any, tuple[int, ...]]] = {
    "Linear(in_features=3, out_features=2, bias=True)": (lambda **k: nn.Linear(3, 2, rng=0, **k), ROWS, (4, 2)),
    "Linear(in_features=3, out_features=2, bias=False)": (lambda **k: nn.Linear(3, 2, False, rng=0, **k), ROWS, (4, 2)),
    "Conv1d(3, 2, kernel_size=(2,), stride=(3,), bias=False)": (
        lambda **k: nn.Conv1d(3, 2, 2, 3, bias=False, rng=0, **k), SIGNAL, (2, 2, 2)),
    "Conv1d(3, 3, kernel_size=(2,), stride=(1,), padding=same, groups=3)": (
        lambda **k: nn.Conv1d(3, 3, 2, padding="same", groups=3, rng=0, **k), SIGNAL, (2, 3, 7)),
    "Conv2d(3, 4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))": (
        lambda **k: nn.Conv2d(3, 4, 3, stride=2, padding=1, rng=0, **k), IMAGE, (2, 4, 3, 3)),
    "Conv2d(3, 2, kernel_size=(2, 1), stride=(1, 1), dilation=(2, 1))": (
        lambda **k: nn.Conv2d(3, 2, (2, 1), dilation=(2, 1), rng=0, **k), IMAGE, (2, 2, 4, 5)),
    "Conv2d(3, 1, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), padding_mode=reflect)": (
        lambda **k: nn.Conv2d(3, 1, 3, padding=1, padding_mode="reflect", rng=0, **k), IMAGE, (2, 1, 6, 5)),
    "MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)": (
        lambda: nn.MaxPool1d(2), SIGNAL, (2, 3, 3)),
    "MaxPool2d(kernel_size=(3, 2), stride=1, padding=1, dilation=1, ceil_mode=True)": (
        lambda: nn.MaxPool2d((3, 2), 1, 1, ceil_mode=True), IMAGE, (2, 3, 6, 6)),
    "AvgPool1d(kernel_size=3, stride=3, padding=0)": (lambda: nn.AvgPool1d(3), SIGNAL, (2, 3, 2)),
    "AvgPool2d(kernel_size=2, stride=2, padding=0)": (lambda: nn.AvgPool2d(2), IMAGE, (2, 3, 3, 2)),
    "AdaptiveAvgPool1d(output_size=3)": (lambda: nn.AdaptiveAvgPool1d(3), SIGNAL, (2, 3, 3)),
    "AdaptiveAvgPool2d(output_size=(4, None))": (lambda: nn.AdaptiveAvgPool2d((4, None)), IMAGE, (2, 3, 4, 5)),
    "Flatten(start_dim=1, end_dim=-1)": (lambda: nn.Flatten(), IMAGE, (2, 90)),
    "Flatten(start_dim=-3, end_dim=2)": (lambda: nn.Flatten(-3, 2), IMAGE, (2, 18, 5)),
    "Unflatten(dim=-1, unflattened_size=(-1, 5, 1))": (lambda: nn.Unflatten(-1, (-1, 5, 1)), IMAGE, (2, 3, 6, 1, 5, 1)),
    "Dropout(p=0.25, inplace=False)": (lambda: nn.Dropout(0.25, rng=0), ROWS, (4, 3)),
    "BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)": (
        lambda **k: nn.BatchNorm1d(3, **k), SIGNAL, (2, 3, 7)),
    "BatchNorm2d(3, eps=0.001, momentum=None, affine=False, track_running_stats=False)": (
        lambda **k: nn.BatchNorm2d(3, 1e-3, None, False, False, **k), IMAGE, (2, 3, 6, 5)),
    "LayerNorm((6, 5), eps=1e-05, elementwise_affine=True)": (
        lambda **k: nn.LayerNorm((6, 5), **k), IMAGE, (2, 3, 6, 5)),
    "RMSNorm((5,), eps=None, elementwise_affine=True)": (lambda **k: nn.RMSNorm(5, **k), IMAGE, (2, 3, 6, 5)),
    "Identity()": (lambda: nn.Identity(5, anything=True), ROWS, (4, 3)),
}  # fmt: skip
over_layers = pytest.mark.parametrize("shown", LAYERS)


@over_layers
def test_printed_forms_shapes_and_copies(shown: str) -> None:
    build, x, shape = LAYERS[shown]
    layer = build()
    assert repr(layer) == shown
    twins = copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))
    expected = data(layer(x))
    for twin in twins:
        np.testing.assert_array_equal(data(twin(x)), expected)
        assert data(twin(Value(x))).shape == shape


def data(x: Any) -> Any:
    return x.data if isinstance(x, Value) else x


@over_layers
def test_derivatives_by_input_and_parameters(shown: str) -> None:
    build, x, _ = LAYERS[shown]
    layer = build().eval()  # without dropout; batch statistics are looked at elsewhere
    names = dict(layer.named_parameters())

    def of_parts(x: Any, *parts: Any) -> Any:
        for name, part in zip(names, parts, strict=True):
            setattr(layer, name, part)
        return layer(x)

    assert gradcheck(of_parts, x, *(parameter.detach() for parameter in names.values()))


@over_layers
def test_single_precision_stays_single(shown: str) -> None:
    build, x, _ = LAYERS[shown]
    try:
        layer = build(dtype="float32")
    except TypeError:
        layer = build()  # without parameters
    has_dtype = layer.parameters() or layer.buffers()
    given = [Value(x.astype("float32")), x.astype("float32"), *([x, x.tolist()] if has_dtype else [])]
    for one in given:
        y = layer(one)
        assert y.dtype == np.float32
        if isinstance(y, Value):
            y.sum().backward()
            steps = [node for node in topological_order(y) if node.op is not None]
            assert {node.dtype.name for node in steps} <= {"float32"}
    assert {p.grad.dtype.name for p in layer.parameters()} <= {"float32"}
    assert {b.dtype.name for b in layer.buffers() if hasattr(b, "dtype")} <= {"float32"}


@over_layers
def test_plain_inputs_get_no_gradient_and_frozen_parameters_cost_nothing(shown: str) -> None:
    build, x, _ = LAYERS[shown]
    layer = build().requires_grad_(False)
    assert not isinstance(y := layer(x), Value) or not y.requires_grad
    leaf = Value(x)
    layer(leaf).sum().backward()
    assert all(not parameter.grad.any() for parameter in layer.parameters())
    assert leaf.grad.shape == x.shape


def test_the_rule_of_a_frozen_weight_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd import TABLE

    asked: list[int] = []
    entry = TABLE["linear"]
    by_input, by_weight, by_bias = entry.vjp

    def watched(*args: Any) -> Any:
        asked.append(1)
        return by_weight(*args)

    monkeypatch.setattr(entry, "vjp", (by_input, watched, by_bias))
    layer = nn.Linear(3, 2)
    layer.weight.requires_grad = False
    layer(Value(ROWS)).sum().backward()
    assert not asked and layer.bias is not None and (layer.bias.grad == 4.0).all()
    layer.requires_grad_()(Value(ROWS)).sum().backward()
    assert asked == [1]
    layer.requires_grad_(False)
    assert not layer(ROWS).requires_grad  # with plain inputs, there is nothing to walk at all


# ---- against loops ----


def test_linear_is_one_node() -> None:
    layer = nn.Linear(3, 2)
    y = layer(ROWS)
    assert y.op is not None and y.op.name == "linear" and y.inputs[1] is layer.weight
    np.testing.assert_allclose(y.data, ROWS @ layer.weight.data.T + layer.bias.data, rtol=1e-14)  # type: ignore[union-attr]


def test_convolution_by_loops() -> None:
    layer = nn.Conv2d(2, 4, (2, 3), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2, rng=0)
    x = np.random.default_rng(1).normal(size=(2, 2, 4, 5))
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (2, 2)])
    expected = np.zeros((2, 4, 3, 5))
    for n, o, i, j in np.ndindex(expected.shape):
        window = padded[n, o // 2, 2 * i : 2 * i + 2, j : j + 5 : 2]
        expected[n, o, i, j] = (layer.weight.data[o, 0] * window).sum() + layer.bias.data[o]  # type: ignore[union-attr]
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-12)


@given(st.integers(1, 9), st.integers(1, 9))
def test_adaptive_windows_cover_everything(length: int, count: int) -> None:
    x = np.random.default_rng(length).normal(size=(2, length))
    bounds = [(math.floor(i * length / count), math.ceil((i + 1) * length / count)) for i in range(count)]
    expected = np.stack([x[:, a:b].mean(1) for a, b in bounds], 1)
    np.testing.assert_allclose(functional.adaptive_avg_pool1d(x, count), expected, rtol=1e-12, atol=1e-15)


def test_an_infinity_stays_in_its_adaptive_window() -> None:
    y = functional.adaptive_avg_pool1d([[1.0, 2.0, np.inf, 4.0, 5.0]], 3)
    np.testing.assert_array_equal(y, [[1.5, np.inf, 4.5]])


# ---- initial values ----


@pytest.mark.parametrize(
    "layer", [nn.Linear(20, 300, rng=0), nn.Conv1d(4, 300, 5, rng=0), nn.Conv2d(10, 300, (2, 2), groups=2, rng=0)]
)
def test_weights_and_biases_start_uniform(layer: Any) -> None:
    bound = 20**-0.5
    for parameter in layer.parameters():
        assert np.abs(parameter.data).max() <= bound
        assert parameter.data.std() == pytest.approx(bound / math.sqrt(3), rel=0.1)
    before = layer.weight.data.copy()
    layer.reset_parameters(rng=1)
    assert (layer.weight.data != before).all()


def test_rng_makes_layers_repeatable() -> None:
    for build in (
        lambda r: nn.Linear(3, 2, rng=r),
        lambda r: nn.Conv1d(1, 2, 2, rng=r),
        lambda r: nn.Embedding(4, 2, rng=r),
    ):
        np.testing.assert_array_equal(build(5).weight.data, build(5).weight.data)
        generator = np.random.default_rng(5)
        assert (build(generator).weight.data != build(generator).weight.data).all()


# ---- a model of them ----


def test_a_small_network_of_them_learns() -> None:
    generator = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding="same", rng=generator, dtype="float32"),
        nn.BatchNorm2d(4, dtype="float32"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.1, rng=generator),
        nn.Linear(16, 2, rng=generator, dtype="float32"),
    )
    assert list(model.state_dict()) == [
        "0.weight", "0.bias", "1.weight", "1.bias", "6.weight", "6.bias",
        "1.running_mean", "1.running_var", "1.num_batches_tracked",
    ]  # fmt: skip
    x = generator.normal(size=(64, 1, 4, 4)).astype("float32")
    labels = (x[:, 0, :2].sum((1, 2)) > x[:, 0, 2:].sum((1, 2))).astype(int)
    optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
    assert loss.dtype == np.float32
    with no_grad():
        assert (model.eval()(x).data.argmax(1) == labels).mean() > 0.95
    (slope,) = gradients(model(Value(x))[0, 0], [model.parameters()[0]])
    assert slope.dtype == np.float32


@pytest.mark.parametrize(("batch", "size"), [(9, 4), (2, 8)])  # the batch innermost in memory, and the images' rows
def test_a_replayed_network_gives_the_same_loss_and_gradients(batch: int, size: int) -> None:
    model = nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, rng=0),
        nn.BatchNorm2d(3),
        nn.MaxPool2d(2),
        nn.Conv2d(3, 4, 2, padding="same", rng=1),
        nn.AvgPool2d(2, 1, 1),
        nn.Flatten(),
    )
    x = np.random.default_rng(batch).normal(size=(batch, 2, size, size))
    program = replay(lambda x: (model(x) ** 2).mean())
    loss = (model(x) ** 2).mean()
    loss.backward()
    expected = [parameter.grad for parameter in model.parameters()]
    for _ in range(2):
        model.zero_grad()
        assert float(program.backward(x)) == pytest.approx(loss.item(), rel=1e-12)
        for parameter, gradient in zip(model.parameters(), expected, strict=True):
            np.testing.assert_allclose(parameter.grad, gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("mode", "padding", "expected"),
    [("reflect", 2, [3, 2, 1, 2, 3, 2, 1]), ("circular", 3, [1, 2, 3] * 3), ("replicate", 4, [1] * 5 + [2] + [3] * 5)],
)
def test_the_widest_margins(mode: str, padding: int, expected: list[int]) -> None:
    layer = nn.Conv1d(1, 1, 1, padding=padding, bias=False, padding_mode=mode)
    layer.weight.data = np.ones((1, 1, 1))
    assert layer([[1.0, 2.0, 3.0]]).data.tolist() == [expected]


@pytest.mark.parametrize("size", [3, 4, np.int64(3), np.int64(4)])
def test_adaptive_pooling_of_no_samples(size: int) -> None:
    assert nn.AdaptiveAvgPool1d(size)(np.zeros((0, 2, 6))).shape == (0, 2, size)
    assert nn.AdaptiveAvgPool2d((size, None))(np.zeros((2, 0, 6, 5))).shape == (2, 0, size, 5)


# ---- errors ----

WRONG: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.Linear(3, 2)(np.zeros((4, 2))), ShapeError, r"^Linear\(in_features=3.*\): found inputs of shape \(4, "),
    (lambda: nn.Linear(3, 2)(1.0), ShapeError, r"shape \(\); expected \(\.\.\., 3\)"),
    (lambda: nn.Linear(0, 2), ArgumentError, "Linear: found in_features=0"),
    (lambda: nn.Linear(2, True), ArgumentError, "Linear: found out_features=True"),
    (lambda: nn.Linear(2, 2, dtype=int), DtypeError, "int64"),
    (lambda: nn.Conv1d(2, 3, 3)(np.zeros((1, 2, 2))), ShapeError, r"^Conv1d\(2, 3, .*\): found .* a smaller kernel"),
    (lambda: nn.Conv2d(2, 3, 3)(np.zeros((1, 3, 4, 4))), ShapeError, r"^Conv2d\(2, .*\(1, 3, 4, 4\); expected \(N, 2"),
    (lambda: nn.Conv2d(2, 3, 3)(np.zeros((4, 4))), ShapeError, r"expected \(N, 2, H, W\) or \(2, H, W\)"),
    (lambda: nn.Conv1d(2, 3, 1, groups=2), ArgumentError, "Conv1d: found groups=2 for 2 channels in and 3 out"),
    (lambda: nn.Conv2d(1, 1, (1, 2, 3)), ArgumentError, r"Conv2d: found kernel_size=\(1, 2, 3\)"),
    (lambda: nn.Conv2d(1, 1, 0), ArgumentError, "Conv2d: found kernel_size=0"),
    (lambda: nn.Conv2d(1, 1, 1, padding=-1), ArgumentError, "Conv2d: found padding=-1"),
    (lambda: nn.Conv2d(1, 1, 1, padding="full"), ArgumentError, "Conv2d: found padding='full'"),
    (lambda: nn.Conv2d(1, 1, 1, 2, padding="same"), ArgumentError, r"padding='same' with stride=\(2, 2\)"),
    (lambda: nn.Conv2d(1, 1, 1, padding_mode="mirror"), ArgumentError, "padding_mode='mirror'"),
    (lambda: nn.Conv1d(1, 1, 1, padding=3, padding_mode="reflect")(np.zeros((1, 3))), ShapeError,
        r"^Conv1d\(1, .*: found inputs of shape \(1, 3\) to be padded by \[\(3, 3\)\]; .*'reflect' repeats no element"),
    (lambda: nn.Conv2d(1, 1, (1, 8), padding="same", padding_mode="circular")(np.zeros((1, 3, 3))), ShapeError,
        r"\[\(0, 0\), \(3, 4\)\]; expected longer ones, or less padding"),
    (lambda: nn.MaxPool1d(3, padding=2)(np.zeros((1, 9))), ArgumentError, r"^MaxPool1d\(.*at most half"),
    (lambda: nn.MaxPool2d(3)(np.zeros((1, 2, 2))), ShapeError, r"^MaxPool2d\(kernel_size=3.*: found input"),
    (lambda: nn.MaxPool2d(0), ArgumentError, "^MaxPool2d: found kernel_size=0; expected an integer of at least 1 or"),
    (lambda: nn.MaxPool1d(2, (1, 1)), ArgumentError, r"^MaxPool1d: found stride=\(1, 1\)"),
    (lambda: nn.MaxPool1d(2, dilation=0), ArgumentError, "^MaxPool1d: found dilation=0"),
    (lambda: nn.AvgPool1d("2"), ArgumentError, "^AvgPool1d: found kernel_size='2'"),
    (lambda: nn.AvgPool2d(2, padding=-1), ArgumentError, "^AvgPool2d: found padding=-1"),
    (lambda: nn.AdaptiveAvgPool1d(0), ArgumentError, "^AdaptiveAvgPool1d: found output_size=0"),
    (lambda: nn.AdaptiveAvgPool2d((1, 2, 3)), ArgumentError, "expected 2 whole numbers"),
    (lambda: functional.adaptive_avg_pool1d([[1.0]], 0.5), ArgumentError, "^adaptive_avg_pool1d: found output_size=0"),
    (lambda: nn.BatchNorm1d(2, eps=0.0), ArgumentError, "BatchNorm1d: found eps=0.0; expected a finite number above 0"),
    (lambda: nn.BatchNorm2d(2, momentum=2), ArgumentError, "BatchNorm2d: found momentum=2; expected a number from 0"),
    (lambda: nn.LayerNorm(2, eps=-1.0), ArgumentError, "LayerNorm: found eps=-1.0; expected a finite number from 0"),
    (lambda: nn.RMSNorm(2, eps=math.nan), ArgumentError, "RMSNorm: found eps=nan"),
    (lambda: functional.batch_norm(ROWS, None, None, eps=0.0), ArgumentError, "^batch_norm: found eps=0.0"),
    (lambda: functional.layer_norm(ROWS, 3, eps=-1.0), ArgumentError, "^layer_norm: found eps=-1.0"),
    (lambda: functional.rms_norm(ROWS, 3, eps=-1.0), ArgumentError, "^rms_norm: found eps=-1.0"),
    (lambda: functional.normalize(ROWS, eps="a"), ArgumentError, "^normalize: found eps='a'"),  # type: ignore[arg-type]
    (lambda: nn.AdaptiveAvgPool2d(1)(np.zeros((2, 2))), ShapeError, r"expected \(N, C, H, W\)"),
    (lambda: nn.Flatten(2)(np.zeros((2, 2))), AxisError, r"^Flatten\(.*axis 2"),
    (lambda: nn.Flatten(-1, 0)(np.zeros((2, 2))), AxisError, "not before the first"),
    (lambda: nn.Unflatten(1, (2, 2))(np.zeros((2, 5))), ArgumentError, r"^Unflatten.*length 5"),
    (lambda: nn.Unflatten(1, (-1, -1))(np.zeros((2, 5))), ArgumentError, "length 5"),
    (lambda: nn.Embedding(3, 2)([3]), BoundsError, r"^Embedding\(3, 2\): found the index 3; .* from 0 to 2"),
    (lambda: nn.Embedding(3, 2)([0, -1]), BoundsError, "found the index -1"),
    (lambda: nn.Embedding(3, 2)([0.5]), DtypeError, "dtype float64"),
    (lambda: nn.Embedding(3, 2)(Value([0.0])), DtypeError, "found a Value"),
    (lambda: nn.Embedding(3, 2, padding_idx=3), ArgumentError, "padding_idx=3"),
    (lambda: nn.Embedding(3, 2, padding_idx=0.5), ArgumentError, "padding_idx=0.5"),  # type: ignore[arg-type]
    (lambda: functional.one_hot([3], 3), BoundsError, "one_hot: found the index 3"),
    (lambda: functional.one_hot([]), ArgumentError, "one_hot: found no indices"),
    (lambda: nn.Dropout(1.5), ArgumentError, "Dropout: found p=1.5"),
    (lambda: functional.dropout([1.0], math.nan), ArgumentError, "dropout: found p=nan"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_errors_name_the_layer_and_what_was_found(number: int) -> None:
    call, error, message = WRONG[number]
    with pytest.raises(error, match=message):
        call()
