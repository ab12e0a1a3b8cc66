"""How a user wants gradients to be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from autograd.errors import ArgumentError, SignatureError

__all__ = ["MODES", "Choices", "Options"]

MODES = ("reverse", "forward")


class Choices(TypedDict, total=False):
    """The options as the arguments of a call."""

    eps: float | None
    atol: float | None
    rtol: float | None
    fast: bool
    modes: Sequence[str]
    rng: Any


@dataclass(frozen=True)
class Options:
    """What `gradcheck` and the others take besides the function and its arguments.

    Args:
        eps: the widest step, relative to the larger of 1 and the argument; chosen if None.
        atol, rtol: the tolerances; chosen by the dtype if None.
        fast: compare along random directions, drawn with `rng`, and not every entry.
        modes: some of MODES.
    """

    eps: float | None = None
    atol: float | None = None
    rtol: float | None = None
    fast: bool = False
    modes: Sequence[str] = MODES
    rng: Any = 0

    @classmethod
    def of(cls, choices: Choices) -> Options:
        """The options of a call; what is no option was probably meant for f."""
        unknown = sorted(choices.keys() - Choices.__annotations__.keys())
        if unknown:
            raise SignatureError(
                f"gradcheck: found an unknown argument {unknown[0]!r}; expected some of "
                f"{', '.join(Choices.__annotations__)}. Pass f's own arguments by position, or fix them in a lambda."
            )
        return cls(**choices)

    def __post_init__(self) -> None:
        eps, atol, rtol = self.eps, self.atol, self.rtol
        if not (eps is None or eps > 0.0) or not (atol is None or atol >= 0.0) or not (rtol is None or rtol >= 0.0):
            raise ArgumentError(
                f"gradcheck: found eps={eps}, atol={atol}, rtol={rtol}; expected eps > 0, the others >= 0."
            )
        if not self.modes or any(mode not in MODES for mode in self.modes):
            raise ArgumentError(f"gradcheck: found modes={self.modes!r}; expected some of {MODES}.")
