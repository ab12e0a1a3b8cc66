"""Ctrl-C while a model learns: it waits until the step is done, so that no update is left halfway."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Self

__all__ = ["Interruption"]


class Interruption:
    """A block in which Ctrl-C only raises a flag; `pass_on`, or its end, turns it into a KeyboardInterrupt.

    A second Ctrl-C raises at once, except in an update. Where somebody handles Ctrl-C in another way, or in another
    thread than the main one, nothing is changed.
    """

    def __init__(self) -> None:
        self.updating = False
        self._pending = 0
        self._installed = False

    def __enter__(self) -> Self:
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._note)
            self._installed = True
        return self

    def __exit__(self, kind: object, *exception: object) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if kind is None:
            self.pass_on()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._pending += 1
        if self._pending > 1 and not self.updating:
            raise KeyboardInterrupt

    def pass_on(self) -> None:
        """Raise what was held back.

        Raises:
            KeyboardInterrupt: if Ctrl-C was pressed.
        """
        if self._pending:
            raise KeyboardInterrupt
