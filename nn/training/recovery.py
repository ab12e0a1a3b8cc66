"""What happens when a loss is no number: the weights go back, and the operation is named that made it so."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

from autograd import detect_anomaly
from autograd.errors import AnomalyError, ArgumentError
from nn.modules import Module
from nn.modules.parts import Buffer, unique
from nn.optim import Optimizer

__all__ = ["Snapshot", "first_trouble", "is_finite"]

Work = Callable[[], Any]


class Snapshot:
    """The weights, buffers and optimizer's state of a model as they were before its latest update."""

    def __init__(self, model: Module, optimizer: Any) -> None:
        self._parameters = model.parameters()
        self._buffers: list[Buffer] = list(unique(model, Buffer).values())
        self._optimizer = optimizer
        # Ours make new data and a new state at each update; one of the user's own may change data in place.
        self._is_pure = isinstance(optimizer, Optimizer)
        self.note()
        self.take()

    def note(self) -> None:
        """Remember the buffers as they are before a forward pass."""
        self._noted = [copy.copy(buffer.data) for buffer in self._buffers]

    def take(self) -> None:
        """Keep weights and state as they are before an update, and the buffers from before its forward pass."""
        self._weights = [parameter.data for parameter in self._parameters]
        self._kept = self._noted
        if self._is_pure:
            self._state = dict(self._optimizer.state)
        else:
            self._weights = [copy.copy(data) for data in self._weights]

    def restore(self) -> None:
        """Put back what was kept."""
        self._noted = self._kept
        self.restore_buffers()
        self.put(self._weights)
        if self._is_pure:
            self._optimizer.state = dict(self._state)

    def restore_buffers(self) -> None:
        """Put back the buffers from before the latest forward pass."""
        for buffer, data in zip(self._buffers, self._noted, strict=True):
            buffer.set(copy.copy(data))

    def put(self, weights: list[Any]) -> None:
        """Give the parameters these data."""
        for parameter, data in zip(self._parameters, weights, strict=True):
            parameter.data = copy.copy(data)

    def weights_are_finite(self) -> bool:
        """Whether all weights are numbers, as they are now."""
        return all(is_finite(parameter.data) for parameter in self._parameters)


def is_finite(x: Any) -> bool:
    """Whether a number, or every element of an array, is neither NaN nor infinite."""
    if isinstance(x, float):
        return math.isfinite(x)
    import numpy as np

    return bool(np.isfinite(x).all())


def first_trouble(work: Work) -> str:
    """Run work once more while every operation is watched: which was the first that made a NaN, or an infinity."""
    found = []
    for infinity in (False, True):
        try:
            with detect_anomaly(infinity=infinity):
                work()
        except AnomalyError as error:
            text = str(error).removeprefix("detect_anomaly: ")
            if text not in found:
                found.append(text)
        except ArgumentError:  # a loss may refuse an infinity
            continue
    if not found:
        return ""
    nan, *infinity_before = found
    return nan + "".join(f" The first that was not finite: {text}" for text in infinity_before)
