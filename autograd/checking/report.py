"""What came out of a check, as data and as text."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

__all__ = ["Disagreement", "GradientReport"]

SHOWN = 3  # disagreements that the text of a report lists


@dataclass(frozen=True)
class Disagreement:
    """One entry of the Jacobian (or one random combination of entries) that could not be confirmed.

    Args:
        output: which entry of the result, such as "output[1, 2]".
        argument: which entry of the arguments, such as "argument 0[3] ('weight')".
        mode: "reverse" or "forward".
        analytic: the derivative by the rules.
        numeric: the derivative by differences.
        error: the estimated error of the numeric one.
        tolerance: how far the two may lie apart, besides that error.
        decided: whether the two contradict each other; False where the numeric value is too poor to tell.
    """

    output: str
    argument: str
    mode: str
    analytic: float
    numeric: float
    error: float
    tolerance: float
    decided: bool

    def __str__(self) -> str:
        verdict = "" if self.decided else "; too poor to decide"
        return (
            f"the derivative of {self.output} by {self.argument} is {self.analytic:.10g} by the rules "
            f"({self.mode} mode) and {self.numeric:.10g} by differences (estimated error {self.error:.1g}{verdict})"
            + (f"; {self.tolerance:.1e} is allowed" if self.tolerance < inf else "")
        )


@dataclass(frozen=True)
class GradientReport:
    """The result of a gradient check: true if it passed; its text is what a failing check shows.

    Args:
        name: the function that was called, such as "gradcheck".
        compared: how many entries of the Jacobian (in fast mode: combinations) were compared, by mode.
        failed: how many of them disagree, by mode.
        undecided: how many could not be decided, because the numeric derivative is too poor there, by mode.
        worst: disagreements, the worst of each argument and mode first; undecided entries come last.
        cause: the probable cause in a few words, such as "a constant factor"; empty if none fits.
        explanation: the same in a sentence or two, with the evidence and the remedy.
        operation: the name of the operation whose own rule disagrees at its own operands; empty if there is none.
        precision: the dtype in which the numeric derivative was computed.
    """

    name: str
    compared: dict[str, int]
    failed: dict[str, int]
    undecided: dict[str, int]
    worst: tuple[Disagreement, ...]
    cause: str
    explanation: str
    operation: str
    precision: str

    @property
    def passed(self) -> bool:
        """Whether every entry was confirmed."""
        return not any(self.failed.values()) and not any(self.undecided.values())

    def __bool__(self) -> bool:
        return self.passed  # `assert check_gradients(f, x)` is to mean what it says

    def __str__(self) -> str:
        if self.passed:
            return f"{self.name}: all derivatives agree ({_counts(self.compared)}; differences in {self.precision})."
        lines = [f"{self.name}: {self._headline()}."]
        lines += [f"  {disagreement}." for disagreement in self.worst[:SHOWN]]
        if self.precision != "float64":
            lines.append(f"  The differences were computed in {self.precision}: f does so, whatever it is given.")
        lines.append(f"Probable cause: {self.explanation or 'none that is known fits; look at the rules one by one.'}")
        return "\n".join(lines)

    def _headline(self) -> str:
        found = []
        for verdict, counts in (("disagree", self.failed), ("could not be decided", self.undecided)):
            if any(counts.values()):
                shares = [f"{n} of {self.compared[mode]} in {mode} mode" for mode, n in counts.items()]
                found.append(f"derivatives that {verdict}: {', '.join(shares)}")
        return "; ".join(found)


def _counts(compared: dict[str, int]) -> str:
    return " and ".join(f"{n} in {mode} mode" for mode, n in compared.items())
