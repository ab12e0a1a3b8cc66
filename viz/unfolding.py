"""A module on arrays, drawn neuron by neuron: its twin on numbers, at work on one sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.errors import DtypeError, ShapeError
from viz.drawing import Drawing, draw

__all__ = ["unfold"]


def unfold(module: Any, sample: Sequence[float], gradient: Sequence[float] | None = None, **options: Any) -> Drawing:
    """Draw a vectorized Neuron, Layer or MLP as the numbers it is made of, for one sample.

    Args:
        module: what `scalarize()` makes a twin on numbers of; its parameters and their gradients stay as they are.
        sample: the inputs, nin numbers.
        gradient: the loss's gradient by each output: with it the picture shows the gradients that flow back.
        options: as for `draw`.

    Raises:
        DtypeError: for a module without `scalarize`.
        ShapeError: for another number of gradients than outputs, or of inputs.

    >>> from nn import Layer
    >>> unfold(Layer(2, 2, vectorized=True), [1.0, -1.0])
    Drawing(18 nodes, 18 edges)
    """
    if not hasattr(module, "scalarize"):
        raise DtypeError(f"unfold: module: found {type(module).__name__}; expected a Neuron, a Layer or an MLP of nn.")
    twin = module.scalarize()
    inputs = [Value(float(x), label=f"x{i}") for i, x in enumerate(sample, 1)]
    outputs = twin(inputs)
    ys = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    if gradient is None:
        return draw(ys, names=twin, **options)
    slopes = [float(g) for g in gradient]
    if len(slopes) != len(ys):
        raise ShapeError(f"unfold: gradient: found {len(slopes)} numbers; expected one for each of {len(ys)} outputs.")
    root = sum((y * g for y, g in zip(ys[1:], slopes[1:], strict=True)), ys[0] * slopes[0])
    root.label = "gradient · output"
    root.backward()
    return draw(root, names=twin, **options)
