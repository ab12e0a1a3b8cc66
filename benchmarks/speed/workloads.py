"""What is measured on which engine: the table that the runner and its workers read."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import chains
import classifiers
import networks
import scalars

Step = tuple[dict[str, float], float]  # what one step measures, by part (seconds, or bytes of memory), and its loss


@dataclass(frozen=True)
class Engine:
    """How an engine is shown, its module in engines/, its environment, and the name it is imported by.

    Attributes:
        backend: which of its tiers this project must be in.
    """

    title: str
    module: str
    environment: str
    package: str = ""
    backend: str = ""

    @property
    def variables(self) -> dict[str, str]:
        return {"GLASSGRAD_PURE": "1" if self.backend == "python" else ""}

    def check(self) -> None:
        """Make sure of the tier.

        Raises:
            RuntimeError: where another one was installed.
        """
        if self.backend and (found := importlib.import_module("autograd").backend) != self.backend:
            raise RuntimeError(f"only the {found} tier could be installed")

    def load(self) -> Any:
        return importlib.import_module(f"engines.{self.module}")


ENGINES = {
    "compiled": Engine("Glassgrad, compiled", "glassgrad", "glassgrad", "autograd", "compiled"),
    "python": Engine("Glassgrad, plain Python", "glassgrad", "glassgrad", "autograd", "python"),
    "compiled-replay": Engine("Glassgrad, compiled, replayed", "replay", "glassgrad", "", "compiled"),
    "python-replay": Engine("Glassgrad, plain Python, replayed", "replay", "glassgrad", "", "python"),
    "numpy": Engine("NumPy by hand", "numpy", "glassgrad", "numpy"),
    "microgpt": Engine("microgpt's class", "microgpt", "glassgrad"),
    "micrograd": Engine("micrograd", "micrograd", "micrograd", "micrograd.engine"),
    "torch": Engine("PyTorch", "torch", "torch", "torch"),
    "jax": Engine("JAX, jit", "jax", "jax", "jax"),
    "autograd": Engine("HIPS autograd", "autograd", "autograd", "autograd.numpy"),
    "mygrad": Engine("MyGrad", "mygrad", "mygrad", "mygrad"),
    "tinygrad": Engine("tinygrad, TinyJit", "tinygrad", "tinygrad", "tinygrad"),
    "sklearn": Engine("scikit-learn", "sklearn", "sklearn", "sklearn.neural_network"),
    "compiler": Engine("Cython and the C compiler", "glassgrad", "compiler"),
}
OURS = ("compiled", "python", "compiled-replay", "python-replay", "compiler")


@dataclass(frozen=True)
class Workload:
    """A row of the table.

    Attributes:
        work: yields the steps of an engine, for ever, or once where `fresh` is true.
        warm_up: how many steps come before the first round, untimed.
        steps: how many make a round; its figure is their mean, with the garbage collector's share.
        rounds: how many times the engines take turns.
        tolerance: how far apart losses may be, relative.
        compared: of how many steps, None for all: roundings grow in a long training.
        fresh: each round is a process of its own, for what can be measured but once in one.
        reference: the engine whose time is 1 in the tables.
        prepare: is called by the runner before the first step.
    """

    title: str
    work: Callable[[Engine], Iterator[Step]]
    engines: tuple[str, ...]
    steps: int
    rounds: int
    tolerance: float = 1e-9
    compared: int | None = None
    fresh: bool = False
    reference: str = "compiled"
    warm_up: int = 2
    prepare: Callable[[], None] = lambda: None


SCALARS = ("compiled", "python", "microgpt", "micrograd")
ARRAYS = ("numpy", *OURS[:4], "torch", "jax", "autograd", "mygrad", "tinygrad")
COUNTS = {"2-16-16-1": (300, 15), "64-128-64-10": (200, 15), "784-512-256-10": (20, 15), "1024-2048-2048-1000": (2, 9)}


def _network(network: networks.Network) -> Workload:
    steps, rounds = COUNTS[network.name]
    return Workload(
        f"Network {network.name}, batch {network.batch}: a step of gradient descent, float32",
        lambda engine: networks.steps(engine.load(), network),
        ARRAYS,
        steps,
        rounds,
        tolerance=1e-4,
        compared=100,
        reference="numpy",
        warm_up=3,
    )


def _digits(name: str, title: str, *peers: str) -> Workload:
    return Workload(
        f"{title} on handwritten digits: an epoch with Adam, batches of {classifiers.BATCH}, float32",
        lambda engine: classifiers.epochs(engine.load(), name),
        (*OURS[:4], *peers),
        steps=1,
        rounds=15,
        tolerance=1e-2,
        compared=10,
        warm_up=2,
        prepare=classifiers.prepare,
    )


WORKLOADS = {
    "G": Workload(
        "G: a step of the GPT of examples/gpt.py, some 70,000 numbers a word",
        lambda engine: scalars.gpt_steps(engine.load().Value),
        SCALARS,
        steps=2,
        rounds=15,
    ),
    "M": Workload(
        "M: a step of micrograd's demo, a network 2-16-16-1 of numbers on 100 points",
        lambda engine: scalars.moons_steps(engine.load().Value),
        SCALARS,
        steps=2,
        rounds=11,
    ),
    "one-graph": Workload(
        f"The graph of the word “{scalars.WORD}” in G again and again, with other weights each time",
        lambda engine: scalars.word_steps(engine.load()),
        ("compiled", "python", "compiled-replay", "python-replay", "microgpt"),
        steps=2,
        rounds=15,
    ),
    "record": Workload(
        "Recording that graph: the first call of a replayed function",
        lambda engine: scalars.recordings(engine.load()),
        ("compiled-replay", "python-replay"),
        steps=1,
        rounds=3,
        reference="compiled-replay",
        warm_up=0,
    ),
    **{name: _network(network) for name, network in networks.NETWORKS.items()},
    "digits-mlp": _digits("mlp", "MLP 64-128-64-10", "torch", "sklearn"),
    "digits-cnn": _digits("cnn", "CNN (16 and 32 filters 3x3, pooled)", "torch"),
    "scalar-chain": Workload(
        "A chain of a million numbers: build it, differentiate it, let it go (microgpt and micrograd recurse too deep)",
        lambda engine: chains.scalar_chain(engine.load().Value),
        ("compiled", "python"),
        steps=1,
        rounds=5,
        warm_up=1,
    ),
    "tensor-chain": Workload(
        "A chain of a million operations on an array of one element",
        lambda engine: chains.tensor_chain(engine.load()),
        ("compiled", "python", "torch", "autograd", "mygrad"),
        steps=1,
        rounds=1,
        fresh=True,
        warm_up=0,
    ),
    "node-memory": Workload(
        "Memory of a number in the graph: growth of the process over a million of them",
        lambda engine: chains.node_memory(engine.load().Value),
        SCALARS,
        steps=1,
        rounds=3,
        fresh=True,
        warm_up=0,
    ),
    "import": Workload(
        "Importing the package in a fresh interpreter",
        lambda engine: chains.import_time(engine.package),
        ("compiled", "python", "numpy", "micrograd", "torch", "jax", "autograd", "mygrad", "tinygrad"),
        steps=1,
        rounds=7,
        warm_up=1,
    ),
    "compile": Workload(
        "Compiling the core from nothing",
        lambda engine: chains.compile_time(),
        ("compiler",),
        steps=1,
        rounds=1,
        reference="compiler",
        warm_up=0,
    ),
}
