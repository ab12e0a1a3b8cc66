"""What `diagnose` returns: findings, each with a sentence and a short mark for a picture. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

from autograd import Value

__all__ = ["KINDS", "MARK", "Diagnosis", "Finding", "Severity"]

Severity = Literal["error", "warning", "note"]
# In the order in which they are told: what comes first is often the cause of what follows.
KINDS = ("nonfinite", "nonfinite gradient", "no gradient", "dead", "saturated", "vanishing", "exploding")
MARK = 12  # characters of a mark: as many as fit on a small box


@dataclass(frozen=True, eq=False, repr=False)
class Finding:
    """One thing that is wrong: what it is, which Values it is about, and a sentence with the numbers.

    `value` is the Value to look at first, the first of `values`; `label` is what the sentence calls it. `severity` is
    "error" (the numbers are useless), "warning" (learning suffers) or "note" (it did no harm here). `mark` is for a
    picture: at most 12 characters.
    """

    kind: str
    value: Value
    label: str
    sentence: str
    severity: Severity
    mark: str
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{self.severity}: {self.sentence}"

    def __repr__(self) -> str:
        return f"Finding({self.kind!r}, {self.label!r}, {self.severity!r}, mark={self.mark!r})"


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis(Sequence[Finding]):
    """The findings as a sequence, false when nothing was found; `print` it to read them.

    `notes` say what could not be looked at, such as gradients of a root that has none; `nodes` counts the graph's.
    """

    findings: tuple[Finding, ...]
    nodes: int
    notes: tuple[str, ...] = ()

    def marks(self) -> dict[int, tuple[str, ...]]:
        """The marks for a picture, by the identity (`id`) of the Value that bears them, each mark once."""
        found: dict[int, dict[str, None]] = {}
        for finding in self.findings:
            for value in finding.values:
                found.setdefault(id(value), {})[finding.mark] = None
        return {key: tuple(marks) for key, marks in found.items()}

    def __len__(self) -> int:
        return len(self.findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __str__(self) -> str:
        graph = f"a graph of {self.nodes:,} node{'s' * (self.nodes != 1)}"
        count = len(self.findings)
        lines = [f"{count} finding{'s' * (count != 1)} in {graph}:" if count else f"Nothing was found in {graph}."]
        lines += [f"  {i}. {finding}" for i, finding in enumerate(self.findings, 1)]
        return "\n".join([*lines, *(f"  ({note})" for note in self.notes)])

    def __repr__(self) -> str:
        return f"Diagnosis({len(self.findings)} of {self.nodes:,} nodes: {', '.join(f.mark for f in self.findings)})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What Jupyter shows."""
        printer.text(str(self))
