"""Which module computed what, in pictures: each operation of a layer's call lies in the layer's cluster."""

import copy
import gc
import pickle
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, replay, topological_order
from autograd.graph.recording import Observer
from viz import draw
from viz.naming import read_names
from viz.records import Array, Graph, Node
from viz.regions import modules_of
from viz.wording import columns, inside

RNG = np.random.default_rng(0)
IMAGE, SIGNAL, ROWS, STEPS = (3, 2, 6, 6), (3, 2, 7), (4, 6), (5, 3, 4)

# Each layer, and what it is called with: Values of these shapes, or arrays.
LAYERS: dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]] = {
    "linear": (lambda: nn.Linear(6, 2, rng=0), (ROWS,)),
    "linear without bias": (lambda: nn.Linear(6, 2, bias=False, rng=0), (ROWS,)),
    "layer": (lambda: nn.Layer(6, 2, activation="gelu", vectorized=True, rng=0), (ROWS,)),
    "maxout": (lambda: nn.Maxout(6, 2, vectorized=True, rng=0), (ROWS,)),
    "mlp": (lambda: nn.MLP(6, [3, 2], vectorized=True, rng=0), (ROWS,)),
    "conv1d": (lambda: nn.Conv1d(2, 3, 3, rng=0), (SIGNAL,)),
    "conv2d": (lambda: nn.Conv2d(2, 3, 3, stride=2, padding=1, rng=0), (IMAGE,)),
    "conv2d in groups": (lambda: nn.Conv2d(2, 4, 3, groups=2, bias=False, rng=0), (IMAGE,)),
    "max pool": (lambda: nn.MaxPool2d(2), (IMAGE,)),
    "average pool": (lambda: nn.AvgPool2d(2), (IMAGE,)),
    "flatten": (lambda: nn.Flatten(), (IMAGE,)),
    "dropout": (lambda: nn.Dropout(0.5, rng=0), (ROWS,)),
    "relu": (lambda: nn.ReLU(), (ROWS,)),
    "gelu": (lambda: nn.GELU(), (ROWS,)),
    "batch norm 1d": (lambda: nn.BatchNorm1d(6), (ROWS,)),
    "batch norm 2d": (lambda: nn.BatchNorm2d(2), (IMAGE,)),
    "batch norm in evaluation": (lambda: nn.BatchNorm2d(2).eval(), (IMAGE,)),
    "batch norm without parameters": (lambda: nn.BatchNorm1d(6, affine=False), (ROWS,)),
    "layer norm": (lambda: nn.LayerNorm(6), (ROWS,)),
    "rms norm": (lambda: nn.RMSNorm(6), (ROWS,)),
    "embedding": (lambda: nn.Embedding(9, 4, padding_idx=1, rng=0), (np.array([[0, 1], [2, 8]]),)),
    "rnn": (lambda: nn.RNN(4, 3, num_layers=2, bidirectional=True, rng=0), (STEPS,)),
    "lstm": (lambda: nn.LSTM(4, 3, rng=0), (STEPS,)),
    "gru": (lambda: nn.GRU(4, 3, rng=0), (STEPS,)),
    "rnn cell": (lambda: nn.RNNCell(4, 3, rng=0), ((2, 4), (2, 3))),
    "lstm cell": (lambda: nn.LSTMCell(4, 3, rng=0), ((2, 4),)),
    "gru cell": (lambda: nn.GRUCell(4, 3, rng=0), ((2, 4), (2, 3))),
    "attention": (lambda: nn.MultiheadAttention(4, 2, rng=0), (STEPS, STEPS, STEPS)),
    "encoder layer": (lambda: nn.TransformerEncoderLayer(4, 2, 8, rng=0), (STEPS,)),
    "transformer block": (lambda: nn.TransformerBlock(4, 2, rng=0), (STEPS,)),
    "positions": (lambda: nn.PositionalEmbedding(5, 4, rng=0), (STEPS,)),
    "cnn": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 3, 3, rng=0), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 2)
        ),
        (IMAGE,),
    ),
}


class Watch(Observer):
    """Notes for each node the innermost module whose `forward` is running, as hooks tell; "" for none."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.running, self.made, self.kept = [""], dict[int, str](), list[Any]()
        for name, part in model.named_modules():
            part.register_forward_pre_hook(self.begins("model." + name if name else "model"))
            part.register_forward_hook(self.ends)

    def begins(self, name: str) -> Callable[..., None]:
        return lambda module, args: self.running.append(name)

    def ends(self, module: nn.Module, args: Any, output: Any) -> None:
        self.running.pop()

    def computed(self, node: Any, op: Any, operands: Sequence[Any], params: Mapping[str, Any]) -> None:
        self.made[id(node)] = self.running[-1]
        self.kept.append(node)


def total(output: Any) -> Value:
    """The sum of the squares of all that a module gives, through tuples."""
    pending, found = [output], Value(0.0)
    while pending:
        part = pending.pop()
        if isinstance(part, tuple):
            pending += part
        else:
            found = found + autograd.square(part).sum()
    return found


def modules(root: Value, names: Any) -> dict[int, str]:
    """The module of each node, by its identity."""
    order = topological_order(root)
    return dict(zip(map(id, order), modules_of(order, read_names(names)), strict=True))


@pytest.mark.parametrize("layer", LAYERS)
def test_every_operation_of_a_call_lies_in_its_module_and_no_other_does(layer: str) -> None:
    make, given = LAYERS[layer]
    model = make()
    with Watch(model) as watch:
        inputs = [x if isinstance(x, np.ndarray) else Value(RNG.normal(size=x)) * 2.0 for x in given]
        root = total(model(*inputs)) + 1e-3 * total(tuple(model.parameters()))  # a penalty is no call
    found = modules(root, {"model": model})
    parameters = {id(p) for p in model.parameters()}
    computed = {i for i, node in ((id(n), n) for n in topological_order(root)) if node.op is not None}
    assert {i: found[i] for i in computed} == {i: watch.made[i] for i in computed}
    assert any(found[i] for i in computed)
    assert all(found[i].startswith("model") for i in parameters & set(found))


def collapsed(root: Value, names: Any) -> Node:
    """The one collapsed module of a picture."""
    (box,) = (node for node in draw(root, names=names, depth=0).graph.nodes if node.kind == "group")
    return box


@pytest.mark.parametrize("layer", LAYERS)
def test_a_collapsed_layer_is_one_box_with_its_name_and_shape(layer: str) -> None:
    make, given = LAYERS[layer]
    model = make()
    output = model(*(x if isinstance(x, np.ndarray) else Value(RNG.normal(size=x)) for x in given))
    box = collapsed(total(output), {"model": model})
    assert (box.operation, box.label) == (type(model).__name__, "model")
    outputs = [output] if isinstance(output, Value) else [output[0]]
    assert {each.shape for each in outputs} <= set(box.shapes)
    assert "gives (" in inside(box)


def range_of_arrays(*arrays: Any) -> tuple[float, float, float]:
    together = np.concatenate([np.ravel(array) for array in arrays])
    return together.min(), together.mean(), together.max()


def told(quantity: Any) -> tuple[float, float, float]:
    assert isinstance(quantity, Array)
    return quantity.minimum, quantity.mean, quantity.maximum


@pytest.mark.parametrize("layer", ["linear", "batch norm 1d", "layer norm", "gelu", "cnn", "transformer block"])
def test_a_collapsed_layer_tells_of_what_leaves_it_and_of_nothing_inside(layer: str) -> None:
    make, given = LAYERS[layer]
    model = make()
    output = model(*(Value(100.0 + 30.0 * RNG.normal(size=x)) for x in given))
    root = autograd.square(output).sum()
    root.backward()
    box = collapsed(root, {"model": model})
    assert told(box.data) == pytest.approx(range_of_arrays(output.data))
    assert told(box.gradient) == pytest.approx(range_of_arrays(2.0 * output.data))


def test_what_a_mask_excludes_inside_of_attention_is_not_among_what_leaves_it() -> None:
    layer = nn.MultiheadAttention(4, 2, rng=0)
    x = RNG.normal(size=(5, 3, 4))
    output, _ = layer(x, x, x, attn_mask=np.triu(np.ones((5, 5), bool), 1), need_weights=False)
    assert told(collapsed(output.sum(), {"layer": layer}).data) == pytest.approx(range_of_arrays(output.data))


def test_all_that_leaves_a_collapsed_module_counts_and_what_was_asked_for_but_no_parameter() -> None:
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Tanh())
    hidden = model[0](RNG.normal(size=(4, 3)))
    output = model[1](hidden)
    penalty = 1e6 * model[0].weight  # a weight leaves it too
    names = {"model": model}
    assert told(collapsed(output, names).data) == pytest.approx(range_of_arrays(output.data))
    both = collapsed((hidden * 2.0).sum() + output.sum() + penalty.sum(), names)
    assert told(both.data) == pytest.approx(range_of_arrays(hidden.data, output.data))
    assert both.gradient is None


def test_a_module_of_which_parameters_alone_are_there_tells_of_them() -> None:
    layer = nn.Linear(3, 2, rng=0)
    root = autograd.square(layer.weight).sum()
    root.backward()
    box = collapsed(root, {"layer": layer})
    assert told(box.data) == pytest.approx(range_of_arrays(layer.weight.data))
    assert told(box.gradient) == pytest.approx(range_of_arrays(2.0 * layer.weight.data)) and not box.shapes


def test_a_collapsed_module_may_give_no_elements() -> None:
    layer = nn.ReLU()
    box = collapsed(layer(Value(np.zeros((0, 3)))).sum(), {"layer": layer})
    assert columns(box.data) == {"": "empty"} and inside(box) == "1 node inside, gives (0, 3)"


def names_of_clusters(graph: Graph) -> set[str]:
    return {name for name, _ in graph.modules}


def test_modules_are_nested_as_the_model_is() -> None:
    model = nn.TransformerBlock(4, 2, rng=0)
    graph = draw(total(model(RNG.normal(size=(2, 3, 4)))), names={"block": model}).graph
    parents = dict(zip((name for name, _ in graph.modules), graph.parents, strict=True))
    assert parents["block.self_attn.out_proj"] == "block.self_attn"
    assert parents["block.self_attn"] == "block"
    assert [node.operation for node in graph.nodes if node.module == "block" and node.kind == "operation"].count(
        "+"
    ) == 2


def test_calls_inside_a_call_of_what_has_no_name_belong_to_the_outer_one() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.first = nn.Linear(3, 2, rng=0)

        def forward(self, x: Any) -> Any:
            return nn.GELU()(self.first(x)) * 2.0

    model = Net()
    root = model(RNG.normal(size=(4, 3)))
    found = modules(root, {"net": model})
    assert set(found.values()) == {"net", "net.first"}
    assert found[id(root)] == "net"


def test_a_module_of_variables_goes_into_the_one_that_holds_it() -> None:
    encoder = nn.Linear(3, 2, rng=0)
    model = nn.Sequential(encoder, nn.ReLU())
    root = model(RNG.normal(size=(4, 3)))
    assert names_of_clusters(draw(root, names={"encoder": encoder, "model": model}).graph) == {
        "model", "model.0", "model.1",
    }  # fmt: skip


def test_one_module_called_twice_is_one_cluster_and_what_lies_between_is_outside() -> None:
    layer = nn.Linear(3, 3, rng=0)
    first = layer(RNG.normal(size=(4, 3)))
    between = autograd.tanh(first)
    second = layer(between)
    found = modules(second.sum(), {"layer": layer})
    assert found[id(first)] == found[id(second)] == "layer"
    assert found[id(between)] == ""


def test_a_weight_used_by_another_module_leaves_the_operation_to_that_one() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            self.embedding = nn.Embedding(5, 3, rng=0)

        def forward(self, tokens: Any) -> Any:
            return self.embedding(tokens) @ self.embedding.weight.T

    model = Tied()
    root = model(np.array([0, 3]))
    found = modules(root, {"model": model})
    assert found[id(root)] == "model"
    assert found[id(root.inputs[0])] == "model.embedding"


def test_a_graph_that_was_made_before_an_optimizer_step_or_a_later_call_keeps_its_clusters() -> None:
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.LayerNorm(2))
    root = total(model(RNG.normal(size=(4, 3))))
    root.backward()
    before = modules(root, {"model": model})
    nn.optim.SGD(model.parameters(), lr=0.1).step()
    model(RNG.normal(size=(4, 3)))
    assert modules(root, {"model": model}) == before


def test_a_call_that_fails_leaves_no_cluster() -> None:
    layer = nn.Linear(3, 2, rng=0)
    with pytest.raises(autograd.errors.ShapeError):
        layer(np.ones((1, 4)))
    x = Value(np.ones(3))
    assert set(modules(x * 2.0, {"layer": layer}).values()) == {""}


def test_copies_and_saved_models_have_no_calls_of_their_own_and_linear_units_are_found_all_the_same() -> None:
    model = nn.MLP(3, [2, 1], vectorized=True)
    root = total(model(RNG.normal(size=(4, 3))))
    for other, again in (pickle.loads(pickle.dumps((model, root))), copy.deepcopy((model, root))):
        assert not other.named_calls()
        found = modules(again, {"model": other})
        assert {"model.layers.0", "model.layers.1", ""} == set(found.values())


def test_a_loaded_graph_lies_in_no_call_of_this_process_though_its_ticks_be_those_of_one() -> None:
    model = nn.ReLU()
    root = model(Value(np.ones(2)) * 2.0)
    loaded = pickle.loads(pickle.dumps(root))
    for again in (loaded, pickle.loads(pickle.dumps(loaded)), copy.deepcopy(loaded), copy.copy(loaded)):
        assert set(modules(again, {"model": model}).values()) == {""}
    for again in (root, copy.deepcopy(root), copy.copy(root)):
        assert modules(again, {"model": model})[id(again)] == "model"
    assert modules(model(loaded), {"model": model})[id(loaded)] == ""


def test_remembered_calls_hold_on_to_neither_graph_nor_module() -> None:
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.ReLU())
    gone = weakref.ref(model)
    array = weakref.ref(model(RNG.normal(size=(4, 3))).data)  # a Value itself cannot be referenced so
    assert array() is None, "the graph is freed with its root"
    gc.disable()
    try:
        del model
        assert gone() is None, "by counting references alone"
    finally:
        gc.enable()


def test_the_latest_calls_are_remembered() -> None:
    layer, other = nn.ReLU(), nn.Tanh()
    other(Value(np.ones(1)))
    for _ in range(20_000):
        layer(0.0)
    assert len(layer.named_calls()) == 20_000
    assert not other.named_calls()


def test_calls_in_a_replayed_function_are_made_once() -> None:
    model = nn.Linear(3, 2, rng=0)
    program = replay(lambda x: total(model(x)))
    program(np.ones((4, 3)))
    calls = model.named_calls()
    for _ in range(2):
        program(np.ones((4, 3)))
    assert calls and model.named_calls() == calls


def test_calls_in_threads_are_all_noted_and_none_is_left_open() -> None:
    models = [nn.Sequential(nn.Linear(3, 3, rng=0), nn.Tanh()) for _ in range(4)]
    roots: dict[int, Value] = {}

    def work(i: int) -> None:
        for _ in range(50):
            roots[i] = total(models[i](np.ones((2, 3))))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for model in models:
        calls = model.named_calls()
        assert [name for name, _, _ in calls] == ["0", "1", ""] * 50 and all(begun < over for _, begun, over in calls)
    root = roots[0] * 1.0
    assert modules(root, {"model": models[0]})[id(root)] == "", "nothing is running any more"


def test_neurons_are_not_slowed_down() -> None:
    unit = nn.Neuron(2)
    unit([1.0, 2.0])
    assert not unit.named_calls()


def test_shapes_of_a_box_are_named_once_and_a_few_of_them() -> None:
    box = Node("group", Array((2,), "", 0.0, 0.0, 1.0), inside=1, shapes=((2,), (3,), (4,), (5,)))
    assert inside(box) == "1 node inside, gives (2,), (3,), (4,), …"
    assert inside(Node("group", Array((2,), "", 0.0, 0.0, 1.0), inside=1_200)) == "1,200 nodes inside"
