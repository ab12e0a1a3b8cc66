"""Warnings that point at the user's program, however many calls of this project lie between."""

from __future__ import annotations

import sys
import warnings

__all__ = ["warn"]

OURS = ("autograd", "nn")


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Issue a warning at the line from which the user called this project."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in OURS:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
