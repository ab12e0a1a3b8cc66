"""Write docs/gallery.md and its pictures anew: `make gallery`.

Each picture is a function below; the page shows its source and what it drew. Needs the extras viz and examples.
"""

from __future__ import annotations

import inspect
import random
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

import autograd
import viz
from autograd import Value
from nn import (
    MLP,
    Conv2d,
    Flatten,
    Layer,
    Linear,
    LSTMCell,
    MaxPool2d,
    Neuron,
    ReLU,
    Sequential,
    TransformerBlock,
)
from nn.functional import cross_entropy
from nn.optim import Adam

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "gallery"
Picture = Callable[[], Any]
PICTURES: dict[str, tuple[str, list[Picture]]] = {}  # by the heading: what is said of them, and the functions


def shown(heading: str, text: str = "") -> Callable[[Picture], Picture]:
    """Put a function's picture under a heading of the gallery."""

    def take(function: Picture) -> Picture:
        PICTURES.setdefault(heading, (text, []))[1].append(function)
        return function

    return take


@shown("One neuron, with local derivatives", "On each edge stands the derivative of the result by that operand.")
def neuron() -> viz.Drawing:
    unit = Neuron(2, activation="tanh")
    unit.load_state_dict({"w.0": -3.0, "w.1": 1.0, "b": 6.88})
    x = [Value(2.0, label="x1"), Value(0.5, label="x2")]
    y = unit(x)
    y.backward()
    return viz.draw(y, names=unit, edges="local", color="op", legend=True)


@shown("A network by modules", "Layers and neurons are clusters; what the edges bring adds up to each gradient.")
def modules() -> viz.Drawing:
    model = MLP(2, [3, 1], rng=random.Random(0))
    loss = (model([Value(1.0, label="x1"), Value(-2.0, label="x2")]) - 1.0) ** 2
    loss.backward()
    return viz.draw(loss, names=model, edges="contribution")


@shown("Tensors, with heat maps", "Heat maps are centred at zero; what is negative is framed, too.")
def heat_maps() -> viz.Drawing:
    rng = np.random.default_rng(0)
    model = MLP(4, [6, 3], vectorized=True, rng=rng)
    loss = cross_entropy(model(rng.normal(size=(8, 4))), rng.integers(0, 3, 8))
    loss.backward()
    return viz.draw(loss, names=model, arrays="heatmap", theme="dark")


@shown("A convolutional network, layer by layer", "With `depth=1` each layer is a box that says what shape it gives.")
def convolutional() -> viz.Drawing:
    rng = np.random.default_rng(0)
    model = Sequential(Conv2d(1, 4, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2), Flatten(), Linear(64, 3, rng=rng))
    loss = cross_entropy(model(rng.normal(size=(5, 1, 8, 8))), np.array([0, 1, 2, 0, 1]))
    loss.backward()
    return viz.draw(loss, names=model, depth=1)


@shown("A convolutional network, layer by layer")
def filters() -> Any:
    rng = np.random.default_rng(0)
    model = Sequential(Conv2d(1, 16, 5, rng=rng), ReLU(), Conv2d(16, 8, 3, rng=rng))
    return viz.plot_weights(model)


@shown("A transformer's block", "Whatever a module's call computed lies in its cluster, nested as the modules are.")
def transformer_block() -> viz.Drawing:
    rng = np.random.default_rng(0)
    model = TransformerBlock(8, 2, activation="relu", rng=rng)
    loss = (model(rng.normal(size=(2, 3, 8))) ** 2).mean()
    loss.backward()
    return viz.draw(loss, names={"block": model}, rankdir="TB", show=("label", "op"))


@shown("A transformer's block")
def transformer_block_collapsed() -> viz.Drawing:
    rng = np.random.default_rng(0)
    model = TransformerBlock(8, 2, activation="relu", rng=rng)
    loss = (model(rng.normal(size=(2, 3, 8))) ** 2).mean()
    loss.backward()
    return viz.draw(loss, names={"block": model}, depth=1)


@shown("Five steps of an LSTM", "In an LSTMCell, too, all steps lie in one cluster, or with `depth=0` in one box.")
def five_steps() -> viz.Drawing:
    rng = np.random.default_rng(0)
    cell, head, state = LSTMCell(2, 3, rng=rng), Linear(3, 1, rng=rng), None
    for x in rng.normal(size=(5, 1, 2)):
        state = cell(x, state)
    loss = (head(state[0]) - 1.0).sum() ** 2
    loss.backward()
    return viz.draw(loss, names=locals(), depth=0)


@shown("A layer of arrays, unfolded into its neurons")
def unfolded() -> viz.Drawing:
    layer = Layer(2, 2, vectorized=True, rng=random.Random(1))
    return viz.unfold(layer, [1.0, -1.0], gradient=[1.0, 0.5])


@shown("A network that went wrong", "`diagnose` says what is wrong and where it came from; `draw` marks it.")
def diagnosed() -> viz.Drawing:
    x, w = Value([0.5, -0.25, 2.0], label="x"), Value([1.0, 4.0, 0.5], label="w")
    with np.errstate(invalid="ignore"):
        loss = (autograd.log(x * w) * w).sum()
    loss.backward()
    findings = viz.diagnose(loss)
    print(findings)
    return viz.draw(loss, diagnosis=findings, arrays="full")


@shown("Sixty thousand nodes", "Modules are collapsed to boxes that say what they hide; far nodes are counted.")
def sixty_thousand_nodes() -> viz.Drawing:
    rng = random.Random(0)
    model = MLP(2, [16, 16, 1], rng=rng)
    points = [[rng.uniform(-1.0, 1.0), rng.uniform(-1.0, 1.0)] for _ in range(100)]
    loss = sum((model(point) - 1.0) ** 2 for point in points) * 0.01
    loss.backward()
    return viz.draw(loss, names=model)


@shown(
    "The stepping page",
    "[Open the page](gallery/stepping.html): one file, which needs no network. It steps through the forward and the "
    "backward pass of this network and says the arithmetic of each step.",
)
def stepping() -> Path:
    model = MLP(2, [2, 1], rng=random.Random(4))
    loss = (model([Value(1.0, label="x1"), Value(-2.0, label="x2")]) - 1.0) ** 2
    loss.label = "loss"
    loss.backward()
    return viz.draw(loss, names=model).save("stepping.html")


@shown("For the class room", "A sheet with gradients to find, and a pupil's answers looked through.")
def sheet() -> viz.Drawing:
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    loss = (a * b + c) * a
    return viz.worksheet(loss).sheet


@shown("For the class room")
def corrected() -> viz.Drawing:
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    loss = (a * b + c) * a
    found = viz.compare(loss, {"a": 4.0, "b": 4.0, "c": 2.0})  # one of a's two paths was forgotten
    print(found)
    return found.drawing


@shown("Plots")
def history() -> Any:
    epochs = np.arange(1, 31)
    return viz.plot_history({"loss": 1.2 * 0.9**epochs, "val_loss": 1.2 * 0.92**epochs + 0.004 * epochs})


@shown("Plots")
def activation() -> Any:
    return viz.plot_activation("leaky_relu")


def two_moons(rng: np.random.Generator) -> tuple[Any, Any]:
    angle, y = rng.uniform(0.0, np.pi, 200), np.arange(200) % 2
    x = np.stack([np.cos(angle) * (1 - 2 * y) + y, np.sin(angle) * (1 - 2 * y) + 0.5 * y], axis=1)
    return x + rng.normal(scale=0.1, size=x.shape), y


def trained_on_moons() -> tuple[MLP, Any, Any]:
    rng = np.random.default_rng(0)
    X, y = two_moons(rng)  # noqa: N806  (scikit-learn's name)
    model = MLP(2, [16, 16, 2], vectorized=True, rng=rng)
    optimizer = Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        optimizer.zero_grad()
        cross_entropy(model(X), y).backward()
        optimizer.step()
    return model, X, y


@shown("Plots")
def boundary() -> Any:
    return viz.plot_decision_boundary(*trained_on_moons())


@shown("Plots")
def surface() -> Any:
    def rosenbrock(x: Any, y: Any) -> Any:
        return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2

    x, y, path = -1.5, 1.5, [(-1.5, 1.5)]
    for _ in range(400):
        dx, dy = autograd.grad(rosenbrock, argnum=(0, 1))(x, y)
        x, y = x - 1e-3 * dx, y - 1e-3 * dy
        path.append((x, y))
    return viz.plot_loss_surface(rosenbrock, x=(-2.0, 2.0), y=(-1.0, 3.0), trajectories={"gradient descent": path})


@shown("Plots")
def weights() -> Any:
    return viz.plot_weights(trained_on_moons()[0])


@shown("Plots")
def gradient_flow() -> Any:
    return viz.plot_gradient_flow(trained_on_moons()[0])


def drawn(function: Picture) -> str:
    """Draw one picture into the folder: the name of its file."""
    made = function()
    if isinstance(made, Path):
        return made.name
    name = f"{function.__name__}.svg"
    if isinstance(made, viz.Drawing):
        made.save(name)
    else:
        made.figure.savefig(name, metadata={"Date": None}, bbox_inches="tight")
    return name


def main() -> None:
    import contextlib
    import io
    import os

    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "glassgrad"  # the same picture gives the same file
    FOLDER.mkdir(exist_ok=True)
    os.chdir(FOLDER)
    lines = ["# Gallery", "", "Written by `make gallery`: each picture with the code that drew it."]
    for heading, (text, functions) in PICTURES.items():
        lines += ["", f"## {heading}", *(["", text] if text else [])]
        for function in functions:
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                name = drawn(function)
            source = inspect.getsource(function)
            body = textwrap.dedent(source[source.index("\n", source.index("def ")) + 1 :])
            lines += ["", "```py", body.rstrip(), "```"]
            if said.getvalue():
                lines += ["", "```text", said.getvalue().rstrip(), "```"]
            if name.endswith(".svg"):
                lines += ["", f"![{function.__name__.replace('_', ' ')}](gallery/{name})"]
            print(f"{name}: {Path(name).stat().st_size / 1e3:.0f} kB", flush=True)
    (FOLDER.parent / "gallery.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
