"""SciPy, which need not be installed: a kernel that uses it goes on without it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["scipy_module"]


@cache
def scipy_module(name: str) -> Any:
    """A module of SciPy by its name, such as "special", or None where it is not installed: asked once for each."""
    try:
        return import_module(f"scipy.{name}")
    except ImportError:
        return None
