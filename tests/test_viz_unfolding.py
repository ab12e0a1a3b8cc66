"""A layer on arrays drawn neuron by neuron, and how large letters are in a large picture."""

import random
import re

import numpy as np
import pytest

from autograd import Value
from autograd.errors import DtypeError, ShapeError
from nn import MLP, Layer, Neuron
from viz import draw, unfold
from viz.engines import engines
from viz.records import Number


@pytest.mark.parametrize("nout", [1, 3])
def test_the_neurons_of_a_layer_compute_what_the_layer_does(nout: int) -> None:
    layer = Layer(2, nout, vectorized=True, rng=random.Random(0))
    sample = [0.5, -1.0]
    drawing = unfold(layer, sample)
    outputs = np.atleast_1d(layer(np.array(sample)).data)  # type: ignore[union-attr]
    roots = [drawing.graph.nodes[i].data for i in drawing.graph.roots]
    assert [root.value for root in roots if isinstance(root, Number)] == pytest.approx(list(outputs), rel=1e-12)
    assert {name for name, _ in drawing.graph.modules} >= {f"neurons.{i}" for i in range(nout)}


def test_gradients_of_the_outputs_flow_back_as_in_the_layer() -> None:
    layer = Layer(3, 2, vectorized=True, activation="tanh", rng=random.Random(1))
    x = Value([0.1, -0.2, 0.3])
    layer(x).backward([2.0, -1.0])  # type: ignore[union-attr]
    drawing = unfold(layer, x.data, gradient=[2.0, -1.0], edges="contribution")
    found = {node.label: node.gradient for node in drawing.graph.nodes if node.label.startswith("x")}
    assert [found[f"x{i}"].value for i in (1, 2, 3)] == pytest.approx(list(x.grad), rel=1e-12)  # type: ignore[union-attr]
    before = layer.parameters()[0].grad.copy()
    unfold(layer, x.data, gradient=[2.0, -1.0])
    np.testing.assert_array_equal(layer.parameters()[0].grad, before)


def test_what_cannot_be_unfolded() -> None:
    with pytest.raises(DtypeError, match="unfold: module: found int; expected a Neuron, a Layer or an MLP"):
        unfold(3, [1.0])
    with pytest.raises(ShapeError, match="unfold: gradient: found 1 numbers; expected one for each of 2 outputs"):
        unfold(Layer(1, 2, vectorized=True), [1.0], gradient=[1.0])
    with pytest.raises(ShapeError, match="expected one sample of 2 numbers"):
        unfold(Neuron(2, vectorized=True), [1.0])


@pytest.mark.skipif(not engines("svg"), reason="no Graphviz is installed")
def test_letters_in_an_overview_of_many_nodes_have_eight_points_or_more() -> None:
    model = MLP(2, [8, 8, 1], rng=random.Random(0))
    loss = sum((model([0.1 * i, 1.0]) - 1.0) ** 2 for i in range(20))  # type: ignore[operator]
    svg = draw(loss, names=model, legend=True, edges="local").svg  # type: ignore[arg-type]
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)]
    assert len(sizes) > 100
    assert min(sizes) >= 8.0
