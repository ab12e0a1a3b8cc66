"""`plot_weights` and `plot_gradient_flow`: every parameter, and what is missing or not finite."""

import random
from collections.abc import Callable

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="matplotlib, of the extra examples, is not installed here")

from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from plotting import INF, NAN, Parameters, fresh, rendered

from autograd import Value
from autograd.errors import ArgumentError, DtypeError
from nn import MLP, BatchNorm2d, Conv2d, Flatten, Layer, Linear, MaxPool2d, Module, Neuron, ReLU, Sequential
from nn.functional import cross_entropy
from viz.plots import plot_gradient_flow, plot_weights
from viz.plots.blocks import blocks
from viz.plots.canvas import SIGNED
from viz.wording import number

# ---- weights ----


def test_a_network_on_numbers_has_the_same_blocks_as_its_twin_on_arrays() -> None:
    model = MLP(3, [4, 4, 2], rng=random.Random(0))
    scalar, arrays = blocks("test", model), blocks("test", model.vectorize())
    assert [block.name for block in scalar[:2]] == ["layers.0.neurons.*.w.*", "layers.0.neurons.*.b"]
    assert [block.data.shape for block in scalar] == [(4, 3), (4,), (4, 4), (4,), (2, 4), (2,)]
    assert all(np.array_equal(a.data, b.data) for a, b in zip(scalar, arrays, strict=True))


def test_blocks_of_smaller_and_of_uneven_models() -> None:
    assert [(b.name, b.data.shape) for b in blocks("test", Neuron(3))] == [("w.*", (3,)), ("b", ())]
    assert [(b.name, b.data.shape) for b in blocks("test", Layer(3, 2))] == [
        ("neurons.*.w.*", (2, 3)),
        ("neurons.*.b", (2,)),
    ]

    class Uneven(Module):
        def __init__(self) -> None:
            self.units = [Neuron(1), Neuron(2)]
            self.scale = Value(1.0)

    found = blocks("test", Uneven())
    assert [(b.name, b.data.shape) for b in found] == [("units.*.w.*", (3,)), ("units.*.b", (2,)), ("scale", ())]


def panels_of(ax: Axes) -> dict[str, Axes]:
    return {panel.get_title().partition("\n")[0]: panel for panel in ax.child_axes}


def test_matrices_are_heat_maps_centred_at_zero() -> None:
    weight = np.array([[1.0, -3.0, 0.0], [0.5, 2.0, -1.0]])
    ax = plot_weights(Parameters(weight=Value(weight)), ax=fresh())
    panel = panels_of(ax)["weight"]
    (image,) = panel.images
    assert np.array_equal(image.get_array(), weight) and image.get_clim() == (-3.0, 3.0)
    assert image.get_cmap().name == SIGNED and panel.get_xlabel() == "±3" and panel.get_title() == "weight\n(2, 3)"
    assert rendered(ax)


def test_the_colours_get_lighter_from_the_least_to_the_greatest() -> None:
    from matplotlib import colormaps

    red, green, blue, _ = colormaps[SIGNED](np.linspace(0.0, 1.0, 64)).T
    assert (np.diff(0.299 * red + 0.587 * green + 0.114 * blue) > 0.0).all(), "grey would not tell the sign"


def test_vectors_are_histograms_and_single_numbers_are_written() -> None:
    data = np.random.default_rng(0).normal(size=50)
    ax = plot_weights(Parameters(bias=Value(data), scale=Value(1.5)), ax=fresh())
    panels = panels_of(ax)
    assert sum(bar.get_height() for bar in panels["bias"].patches) == 50
    assert min(bar.get_x() for bar in panels["bias"].patches) == data.min()
    assert [text.get_text() for text in panels["scale"].texts] == ["1.5"]
    assert len(ax.child_axes) == 2, "without a heat map there is no key to colours"
    ax = plot_weights(Parameters(bias=Value(np.zeros(16))), ax=fresh())
    assert [text.get_text() for text in panels_of(ax)["bias"].texts] == ["0 in all 16"]


def test_filters_are_tiles() -> None:
    filters = np.arange(1.0, 2 * 3 * 2 * 2 + 1).reshape(2, 3, 2, 2)
    ax = plot_weights(Parameters(conv=Value(filters), conv1d=Value(np.ones((20, 2, 5)))), ax=fresh())
    panels = panels_of(ax)
    image = panels["conv"].images[0].get_array()
    assert image.shape == (2 * 2 + 1, 3 * 2 + 2)
    assert image[:2, :2].tolist() == filters[0, 0].tolist() and image[3:, 6:].tolist() == filters[1, 2].tolist()
    assert image.mask[2].all() and image.mask[:, 2].all() and not panels["conv"].lines[0].get_xdata().size
    assert panels["conv1d"].get_xlabel() == "±1; first 16 by 2 filters"
    assert panels["conv1d"].images[0].get_array().shape == (16 * 2 - 1, 2 * 5 + 1)


@pytest.mark.parametrize(
    ("shape", "tiles", "words"),
    [
        ((16, 1, 3, 3), (4, 4), ""),
        ((13, 1, 3, 3), (4, 4), ""),
        ((1, 16, 3, 3), (4, 4), ""),
        ((1, 1, 5, 5), (1, 1), ""),
        ((1, 1, 30, 1), (1, 1), ""),
        ((16, 2, 3, 3), (6, 6), "; 3 outputs in a row"),
        ((2, 16, 5, 5), (6, 6), "; 3 rows for an output"),
        ((4, 16, 3, 3), (4, 16), ""),
        ((40, 20, 2), (16, 16), "; first 16 by 16 filters"),
    ],
)
def test_filters_have_square_cells_in_a_table_that_is_no_thread(
    shape: tuple[int, ...], tiles: tuple[int, int], words: str
) -> None:
    filters = np.random.default_rng(0).normal(size=shape)
    ax = plot_weights(Parameters(conv=Value(filters)), ax=fresh())
    panel = panels_of(ax)["conv"]
    assert panel.get_aspect() == 1.0 and panel.get_xlabel().partition(";")[1:] == words.partition(";")[1:]
    image = panel.images[0].get_array()
    height, width = (1, *shape[2:])[-2:]
    assert image.shape == (tiles[0] * (height + 1) - 1, tiles[1] * (width + 1) - 1)
    chosen = filters[:16, :16].reshape(-1, height, width)
    shared = max(1, tiles[1] // shape[1]) if tiles[1] > shape[1] else 1
    rows = tiles[0] // shape[0] if tiles[0] > shape[0] else 1
    for i, tile in enumerate(chosen):  # each at the place that its channels say
        out, channel = divmod(i, min(shape[1], 16))
        row, column = out // shared * rows, out % shared * shape[1]
        if rows > 1:
            row, column = row + channel // tiles[1], channel % tiles[1]
        else:
            column += channel
        y, x = row * (height + 1), column * (width + 1)
        assert np.array_equal(image[y : y + height, x : x + width], tile)
    assert image.count() == chosen.size and rendered(ax)


def test_what_is_not_finite_is_counted_and_crossed() -> None:
    bad = Value([[1.0, NAN, 2.0], [-INF, 0.0, INF]])
    lost, zero, empty = Value([NAN, NAN]), Value(np.zeros((2, 2))), Value(np.zeros((0, 3)))
    ax = plot_weights(Parameters(bad=bad, lost=lost, zero=zero, empty=empty), ax=fresh())
    panels = panels_of(ax)
    assert panels["bad"].get_title() == "bad\n(2, 3), 1 NaN, 2 infinite" and panels["bad"].get_xlabel() == "±2"
    assert sorted(panels["bad"].lines[0].get_xydata().tolist()) == [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0]]
    assert [text.get_text() for text in panels["lost"].texts] == ["none is finite"]
    assert panels["zero"].get_xlabel() == "all are zero" and panels["zero"].images[0].get_clim() == (-1.0, 1.0)
    assert [text.get_text() for text in panels["empty"].texts] == ["no elements"] and rendered(ax)


@pytest.mark.parametrize("data", [[1e308, -1e308, 0.0], [5e-324, 0.0], [1.0, 1.0 + 3e-16], [3.0] * 5, [1e-320] * 5])
def test_weights_of_any_size_can_be_drawn(data: list[float]) -> None:
    ax = plot_weights(Parameters(vector=Value(data), matrix=Value([data])), ax=fresh())
    panel = panels_of(ax)["vector"]
    words = [text.get_text() for text in panel.texts]
    assert rendered(ax) and (sum(bar.get_height() for bar in panel.patches) == len(data)) != bool(words)
    assert words == ([f"{number(data[0])} in all 5"] if len(set(data)) == 1 else [])


def test_a_page_says_what_it_has_no_room_for() -> None:
    model = Parameters(**{f"p{i}": Value([float(i), 1.0]) for i in range(30)})
    ax = plot_weights(model, ax=fresh())
    assert len(ax.child_axes) == 24 and "6 more are not shown" in ax.get_title() and "'p24'" in ax.get_title()
    chosen = plot_weights(model, names=["p29", "p3"], ax=fresh())
    assert list(panels_of(chosen)) == ["p29", "p3"] and not chosen.get_title()
    with pytest.raises(ArgumentError, match="plot_weights: names: found 'q'; expected names from p0, p1"):
        plot_weights(model, names=["q"], ax=fresh())
    with pytest.raises(ArgumentError, match="plot_weights: names: found none"):
        plot_weights(model, names=[], ax=fresh())


def test_panels_do_not_overlap() -> None:
    ax = Figure(figsize=(9.0, 8.0), layout="constrained").subplots()
    plot_weights(MLP(3, [4, 4, 4, 2], rng=random.Random(0)), ax=ax)
    rendered(ax)
    boxes = [panel.get_tightbbox() for panel in ax.child_axes]
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert not (a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1)


# ---- gradient flow ----


def bars(ax: Axes) -> list[list[float]]:
    return [
        [bar.get_width() for bar in container] for container in ax.containers if isinstance(container, BarContainer)
    ]


def test_bars_are_the_mean_and_the_greatest_gradient_in_the_order_of_the_layers() -> None:
    model = MLP(2, [3, 2], vectorized=True, activation="tanh", rng=random.Random(0))
    (model(np.array([[1.0, 2.0], [0.5, -1.0]])) ** 2).sum().backward()
    ax = plot_gradient_flow(model, ax=fresh())
    sizes = [abs(p.grad) for p in model.parameters()]
    means, greatest = bars(ax)
    assert means == pytest.approx([size.mean() for size in sizes]) and greatest == pytest.approx(
        [s.max() for s in sizes]
    )
    names = [label.get_text().partition("  ")[0] for label in ax.get_yticklabels()]
    assert names == [name for name, _ in model.named_parameters()]
    assert ax.get_xscale() == "log" and ax.yaxis_inverted() and not ax.texts and rendered(ax)


def test_no_gradient_zero_and_nan_are_told_apart() -> None:
    p = {name: Value([1.0, 2.0], requires_grad=name != "frozen") for name in ("never", "zero", "frozen", "bad", "fine")}
    p["number"], p["empty"] = Value(0.0), Value(np.zeros(0))
    bad = np.array([NAN, 2.0])
    total = (p["zero"] * 0.0).sum() + (p["bad"] * bad).sum() + p["fine"].sum() + p["number"] * 0.0
    (total + p["frozen"].sum()).backward()
    ax = plot_gradient_flow(Parameters(**p), ax=fresh())
    rows = {label.get_text().partition("  ")[0]: label.get_text().partition("\n")[2] for label in ax.get_yticklabels()}
    said = {list(rows)[round(text.xy[1])]: text.get_text() for text in ax.texts}
    assert said == {
        "never": "no gradient computed", "zero": "gradient is zero in all 2 elements", "number": "gradient is zero",
        "frozen": "frozen: requires_grad=False", "empty": "has no elements",
    }  # fmt: skip
    assert {name: remark for name, remark in rows.items() if remark} == {"bad": "NaN in 1 of 2"}
    assert bars(ax)[0] == [0.0, 0.0, 0.0, 2.0, 1.0, 0.0, 0.0] and rendered(ax)


def test_the_numbers_of_a_layer_are_one_row_and_tell_what_is_missing() -> None:
    model = Layer(2, 3, activation="linear", rng=random.Random(0))
    model([1.0, 4.0])[0].backward()
    ax = plot_gradient_flow(model, ax=fresh())
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "neurons.*.w.*  (3, 2)\nno gradient computed for 4 of 6",
        "neurons.*.b  (3,)\nno gradient computed for 2 of 3",
    ]
    assert bars(ax) == [[2.5, 1.0], [4.0, 1.0]]


def flow_of(*sizes: float, dtype: str = "float64") -> Axes:
    """The plot for parameters with such gradients, two elements each."""
    parameters = {f"p{i}": Value([1.0, 1.0], dtype=dtype) for i in range(len(sizes))}
    for size, p in zip(sizes, parameters.values(), strict=True):
        p.backward(np.full(2, size, dtype))
    return plot_gradient_flow(Parameters(**parameters), ax=fresh())


@pytest.mark.parametrize(
    ("sizes", "dtype", "off"),
    [
        ((1.0, 2e-17, 0.1), "float64", {1: "at most 2e-17"}),
        ((3e-18, 1.0, 2e-17), "float64", {0: "at most 3e-18", 2: "at most 2e-17"}),
        ((1.0, 2e-15, 0.1), "float64", {1: "at most 2e-15"}),
        ((1.0, 5e-14), "float64", {}),
        ((1e-9, 1.0), "float32", {0: "at most 1e-09"}),
        ((6e-7, 1.0), "float32", {0: "at most 6e-07"}),
        ((2e-5, 1.0), "float32", {}),
        ((1e-9, 1.0), "float64", {}),
        ((1e-30, 1.0), "float64", {0: "at most 1e-30"}),
        (tuple(10.0**-k for k in range(0, 40, 2)), "float64", {}),  # they vanish from layer to layer
        ((1.0, 0.0), "float64", {1: "gradient is zero in all 2 elements"}),
    ],
)
def test_the_scale_leaves_out_rounding_noise_and_says_so(
    sizes: tuple[float, ...], dtype: str, off: dict[int, str]
) -> None:
    ax = flow_of(*sizes, dtype=dtype)
    said = {round(text.xy[1]): text.get_text() for text in ax.texts}
    assert {row: text.partition(",")[0] for row, text in said.items()} == off
    assert all(text.endswith("as rounding leaves it: off the scale") for text in said.values() if "at most" in text)
    drawn = [size for row, size in enumerate(sizes) if row not in off]
    low, high = ax.get_xlim()
    assert low < min(drawn) <= max(drawn) < high < 1e5 * max(1e3, max(drawn) / min(drawn)) * low
    assert [width > 0.0 for width in bars(ax)[1]] == [row not in off for row in range(len(sizes))] and rendered(ax)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_bias_before_a_batch_norm_is_off_the_scale_however_long_its_sum(dtype: str) -> None:
    rng = np.random.default_rng(0)
    model = Sequential(
        Conv2d(1, 4, 3, dtype=dtype, rng=0), BatchNorm2d(4, dtype=dtype), ReLU(), MaxPool2d(2), Flatten(),
        Linear(4 * 11 * 11, 3, dtype=dtype, rng=0),
    )  # fmt: skip
    cross_entropy(model(rng.normal(size=(64, 1, 24, 24)).astype(dtype)), rng.integers(0, 3, 64)).backward()
    ax = plot_gradient_flow(model, ax=fresh())
    (words,) = ax.texts
    assert round(words.xy[1]) == 1 and words.get_text().endswith("as rounding leaves it: off the scale")
    assert ax.get_xlim()[0] > 1e-6


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e300, 1.7e308])
def test_gradients_of_any_size_can_be_drawn(size: float) -> None:
    p = Value([1.0, 1.0])
    p.backward(np.array([size, size]))
    assert rendered(plot_gradient_flow(Parameters(p=p), ax=fresh()))
    assert rendered(plot_gradient_flow(Parameters(p=p, q=Value(1.0)), ax=fresh()))


def test_float16_gradients_do_not_overflow_in_their_mean() -> None:
    p = Value(np.full(100, 1.0, np.float16))
    p.backward(np.full(100, 60000.0, np.float16))
    assert bars(plot_gradient_flow(Parameters(p=p), ax=fresh()))[0] == [pytest.approx(60000.0, rel=1e-2)]


def test_rows_beyond_a_page_are_counted() -> None:
    model = Parameters(**{f"p{i}": Value(1.0) for i in range(70)})
    ax = plot_gradient_flow(model, ax=fresh())
    assert len(ax.get_yticks()) == 60 and ax.get_xlabel().endswith("10 more parameters are not shown")


@pytest.mark.parametrize("plot", [plot_weights, plot_gradient_flow])
def test_what_is_no_model_is_refused(plot: Callable[..., Axes]) -> None:
    with pytest.raises(DtypeError, match=rf"{plot.__name__}: model: found dict; expected a model of nn"):
        plot({}, ax=fresh())
    with pytest.raises(DtypeError, match="model: found type"):
        plot(MLP, ax=fresh())
    with pytest.raises(ArgumentError, match="model: found no parameters"):
        plot(Parameters(), ax=fresh())
