"""The form in which a model takes its rows: arrays in batches, or (micrograd's units) one row of numbers at a time."""

from __future__ import annotations

from typing import Any

from autograd import no_grad
from autograd.errors import ShapeError
from nn.arguments import plain
from nn.modules import Module

__all__ = ["Form", "form_of", "joined", "require_rows"]


class Form:
    """Arrays: the model is called with a batch."""

    def __init__(self, model: Module) -> None:
        self.model = model

    def taken(self, batch: Any) -> Any:
        """A batch of an array's rows as the model and the loss take them."""
        return batch

    def outputs(self, x: Any) -> Any:
        """What the model gives for a batch."""
        return self.model(x)

    def repeated(self, output: Any, n: int) -> Any:
        """Plain outputs for n rows, all like the first one."""
        if isinstance(output, list):
            return [output[0]] * n
        import numpy as np

        return np.broadcast_to(output[:1], (n, *output.shape[1:]))

    def evaluated(self, x: Any) -> Any:
        """What the model, in the mode that it has, gives for a batch as plain data, without a graph."""
        with no_grad():
            return plain(self.outputs(self.taken(x)))


class NumbersForm(Form):
    """Numbers: the model is called row by row, with lists of floats."""

    def taken(self, batch: Any) -> Any:
        return None if batch is None else batch.tolist()

    def outputs(self, x: Any) -> Any:
        return [self.model(row) for row in x]


def form_of(model: Module) -> Form:
    """The form of a model by its parameters: numbers where all of them are numbers."""
    parameters = model.parameters()
    on_numbers = bool(parameters) and all(isinstance(parameter.data, float) for parameter in parameters)
    return NumbersForm(model) if on_numbers else Form(model)


def joined(parts: list[Any]) -> Any:
    """The outputs of all batches in one array."""
    import numpy as np

    if isinstance(parts[0], tuple):
        return tuple(joined(list(column)) for column in zip(*parts, strict=True))
    return np.concatenate([np.asarray(part) for part in parts])


def require_rows(operation: str, output: Any, n: int, model: Module) -> None:
    """Check that a model gives an output, or a tuple of them, for each of n rows."""
    if isinstance(output, tuple):
        for part in output:
            require_rows(operation, part, n, model)
        return
    length = len(output) if isinstance(output, list) or getattr(output, "ndim", False) else None
    if length != n:
        found = f"an output of shape {output.shape}" if hasattr(output, "shape") else f"{length} outputs"
        raise ShapeError(
            f"{operation}: {type(model).__name__}: found {found} for {n} rows; expected one output for each row. Of "
            "several outputs hand on those that have it, such as gru(x)[0]."
        )
