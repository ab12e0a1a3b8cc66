"""How long a picture takes: `python benchmarks/drawing.py`.

The loss of MLP(2, [16, 16, 1]) on more and more points, a graph of numbers with about 690 nodes a point; with
`names=model` modules are collapsed, without it what is far is left out. Seconds to records and DOT, to SVG, and the
size of the stepping page; "-" without any Graphviz.
"""

import random
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import autograd
from autograd import Value, topological_order
from autograd.errors import MissingPackageError
from nn import MLP
from viz import draw

SIZES = (100, 1_000, 10_000, 100_000)


def network(nodes: int) -> tuple[MLP, Value]:
    """A model and its loss, whose graph has at least so many nodes, or for the smallest a smaller model."""
    rng = random.Random(0)
    model = MLP(2, [16, 16, 1] if nodes > 100 else [4, 1], rng=rng)
    loss: Any = Value(0.0, requires_grad=False)
    points = 0
    while points == 0 or len(topological_order(loss)) * (points + 1) / points <= nodes:
        more = max(1, points)
        for _ in range(more):
            loss = loss + (model([rng.uniform(-1.0, 1.0), rng.uniform(-1.0, 1.0)]) - 1.0) ** 2  # type: ignore[operator]
        points += more
    loss.backward()
    return model, loss


def main() -> None:
    print(f"Glassgrad {autograd.__version__}, {autograd.backend}")
    print(f"{'nodes':>8} {'modules':>8} {'boxes':>6} {'DOT, s':>8} {'SVG, s':>8} {'SVG, kB':>8} {'page, kB':>9}")
    for size in SIZES:
        model, loss = network(size)
        for names in (None, model):
            start = time.perf_counter()
            drawing = draw(loss, names=names, timeout=120.0)
            drawing.dot  # noqa: B018  (it is computed)
            middle = time.perf_counter()
            try:
                svg = len(drawing.svg) / 1e3
                spent, kilobytes = f"{time.perf_counter() - middle:.2f}", f"{svg:.0f}"
            except MissingPackageError:
                spent = kilobytes = "-"
            page = len(drawing.interactive().html) / 1e3
            boxes, total = len(drawing.graph.nodes), sum(node.inside or 1 for node in drawing.graph.nodes)
            print(
                f"{total + drawing.graph.hidden:8,} {'yes' if names else 'no':>8} {boxes:6} {middle - start:8.2f} "
                f"{spent:>8} {kilobytes:>8} {page:9.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
