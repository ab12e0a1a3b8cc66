"""A program of NumPy calls made of a recording."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from autograd.replaying.arrays.lowering import lowered
from autograd.replaying.arrays.text import Text
from autograd.replaying.instructions import Recording

__all__ = ["ArrayProgram"]


class ArrayProgram:
    """A recording with arrays as one Python function of NumPy calls.

    Args:
        recording: what is replayed.
        inputs: data for each input, on which the calls are tried; kept by nobody.
    """

    def __init__(self, recording: Recording, inputs: Sequence[Any]) -> None:
        text = Text(lowered(recording, inputs))
        self.source = text.source
        namespace = dict(text.names.namespace)
        exec(compile(self.source, "<replay>", "exec"), namespace)  # noqa: S102  (text of our own making)
        self._function = namespace["program"]
        self._lock = threading.Lock()  # there is one set of buffers

    def run(self, inputs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The outputs and the wanted gradients, as plain data that nobody else keeps.

        Raises:
            Missed: where a guard has another outcome.
        """
        with self._lock:
            found: tuple[list[Any], list[Any]] = self._function(*inputs)
            return found
