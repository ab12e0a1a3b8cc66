"""What was promised of the speed, and whether a run shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from client import Result, ratio
from networks import NETWORKS
from workloads import ENGINES

Results = Mapping[str, Mapping[str, Result]]  # by workload and engine
WALKS = "forward and backward"
TINY, SMALL, MEDIUM, LARGE = NETWORKS  # by name


class NotMeasured(Exception):  # noqa: N818 - no error of this program
    """Says which engine failed that a target is about."""


class NotAsked(Exception):  # noqa: N818 - no error at all
    """The run left out what a target is about."""


@dataclass(frozen=True)
class Target:
    """A figure, the bound it is to keep to (at least, or at most), and its unit."""

    what: str
    figure: Callable[[Results], float]
    bound: float
    least: bool
    unit: str = "x"

    def asked(self, results: Results) -> bool:
        try:
            self.figure(results)
        except NotAsked:
            return False
        except NotMeasured:
            pass
        return True

    def verdict(self, results: Results) -> tuple[str, str]:
        """The figure and whether it keeps to the bound, in words."""
        try:
            figure = self.figure(results)
        except NotMeasured as reason:
            return "-", str(reason)
        met = figure >= self.bound if self.least else figure <= self.bound
        return self.written(figure), "met" if met else "MISSED"

    def written(self, figure: float) -> str:
        return f"{figure:.3g} {self.unit}" if self.unit != "x" else f"{figure:.2f}x"

    @property
    def promise(self) -> str:
        return f"{'at least' if self.least else 'at most'} {self.bound:g}{'' if self.unit == 'x' else ' '}{self.unit}"


def found(results: Results, workload: str, engine: str) -> Result:
    result = results.get(workload, {}).get(engine)
    if result is None:
        raise NotAsked
    if result.failure:
        raise NotMeasured(f"{engine} failed")
    return result


def times(workload: str, engine: str, over: str, part: str, other: str | None = None) -> Callable[[Results], float]:
    """How many times the time of `engine` the time of `over` is: of one part, or of `engine` of another one."""
    return lambda results: ratio(found(results, workload, over), part, found(results, workload, engine), other)


def plain(workload: str, engine: str, part: str, scale: float = 1.0) -> Callable[[Results], float]:
    return lambda results: scale * found(results, workload, engine).median(part)


def names(over: str, under: str) -> str:
    return f"{ENGINES[over].title} / {ENGINES[under].title}"


def faster(what: str, workload: str, engine: str, over: str, bound: float, part: str = WALKS) -> Target:
    return Target(f"{what}: {names(over, engine)}", times(workload, engine, over, part), bound, least=True)


def beside(what: str, workload: str, engine: str, over: str, bound: float) -> Target:
    return Target(
        f"{what} {workload}: {names(engine, over)}", times(workload, over, engine, "step"), bound, least=False
    )


TARGETS = [
    faster("G, forward and backward", "G", "compiled", "microgpt", 14),
    faster("G, forward and backward", "G", "compiled", "micrograd", 100),
    faster("M, whole step", "M", "compiled", "microgpt", 18, "step"),
    faster("M, whole step", "M", "compiled", "micrograd", 80, "step"),
    faster("G, forward and backward", "G", "python", "microgpt", 1.3),
    Target("memory of a number, compiled", plain("node-memory", "compiled", "memory of a node"), 120, False, "bytes"),
    Target("a million numbers in a chain, compiled", plain("scalar-chain", "compiled", "all"), 0.6, False, "s"),
    Target(
        f"one graph, walks alone: {names('compiled', 'compiled-replay')}",
        times("one-graph", "compiled-replay", "compiled", WALKS, "walks alone"),
        8,
        least=True,
    ),
    faster("one graph, the public call", "one-graph", "compiled-replay", "compiled", 5),
    faster("one graph, the public call", "one-graph", "python-replay", "python", 15),
    *(beside("network", name, "compiled", "numpy", n) for name, n in ((TINY, 1.4), (SMALL, 1.3), (MEDIUM, 1.1))),
    beside("network", LARGE, "compiled", "numpy", 1.1),
    faster(f"network {TINY}", TINY, "compiled", "torch", 3, "step"),
    faster(f"network {SMALL}", SMALL, "compiled", "torch", 2, "step"),
    *(beside("network", name, "compiled-replay", "numpy", n) for name, n in ((TINY, 0.9), (SMALL, 0.95))),
    *(beside("network", name, "compiled-replay", "numpy", 1.0) for name in (MEDIUM, LARGE)),
    *(beside("network", name, "compiled-replay", "jax", 1.1) for name in (SMALL, MEDIUM, LARGE)),
    *(faster("digits, MLP", "digits-mlp", "compiled-replay", peer, 1, "epoch") for peer in ("torch", "sklearn")),
    Target(
        f"digits, CNN: {names('compiled-replay', 'torch')}",
        times("digits-cnn", "torch", "compiled-replay", "epoch"),
        1.5,
        least=False,
    ),
    Target("a million array operations in a chain, compiled", plain("tensor-chain", "compiled", "all"), 2, False, "s"),
    Target("their memory", plain("tensor-chain", "compiled", "memory at most", 1e-6), 450, False, "MB"),
    Target("import autograd, compiled", plain("import", "compiled", "import", 1000), 40, False, "ms"),
    Target("import autograd, plain Python", plain("import", "python", "import", 1000), 40, False, "ms"),
    Target("NumPy loaded by it (1: yes)", plain("import", "compiled", "NumPy loaded"), 0, False, ""),
]
