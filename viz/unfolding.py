"""A module on arrays, drawn neuron by neuron: its twin on numbers, at work on one sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.errors import DtypeError, ShapeError
from viz.drawing import Drawing, draw
from viz.quantities import brief

__all__ = ["unfold"]


def unfold(module: Any, sample: Sequence[float], gradient: Sequence[float] | None = None, **options: Any) -> Drawing:
    """Draw a vectorized Neuron, Layer or MLP as the numbers it is made of, for one sample.

    Args:
        module: what `scalarize()` makes a twin on numbers of; its parameters and their gradients stay as they are.
        sample: the inputs, nin numbers.
        gradient: the loss's gradient by each output: with it the picture shows the gradients that flow back.
        options: as for `draw`.

    Raises:
        DtypeError: for a module without `scalarize`, or a sample or gradient that is no sequence of numbers.
        ShapeError: for another number of gradients than outputs, or of inputs.

    >>> from nn import Layer
    >>> unfold(Layer(2, 2, vectorized=True), [1.0, -1.0])
    Drawing(18 nodes, 18 edges)
    """
    if isinstance(module, type) or not hasattr(module, "scalarize"):
        found = f"the class {module.__name__}" if isinstance(module, type) else type(module).__name__
        raise DtypeError(f"unfold: module: found {found}; expected a Neuron, a Layer or an MLP of nn.")
    twin = module.scalarize()
    inputs = [Value(x, label=f"x{i}") for i, x in enumerate(_numbers("sample", sample), 1)]
    options = {"names": twin, **options}
    outputs = twin(inputs)
    ys = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    if gradient is None:
        return draw(ys, **options)
    slopes = _numbers("gradient", gradient)
    if len(slopes) != len(ys):
        raise ShapeError(f"unfold: gradient: found {len(slopes)} numbers; expected one for each of {len(ys)} outputs.")
    root = sum((y * g for y, g in zip(ys[1:], slopes[1:], strict=True)), ys[0] * slopes[0])
    root.label = "gradient · output"
    root.backward()
    return draw(root, **options)


def _numbers(name: str, given: Any) -> list[float]:
    try:
        return [float(x) for x in given]
    except (TypeError, ValueError, OverflowError) as error:
        found = f"{type(given).__name__} {brief(given)}"
        raise DtypeError(f"unfold: {name}: found {found}; expected a sequence of numbers.") from error
