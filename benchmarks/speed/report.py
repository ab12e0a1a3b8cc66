"""The tables of a run: rows of text, shown in the terminal and written to docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import NamedTuple

from client import Result, ratio
from targets import TARGETS, Results
from workloads import ENGINES, WORKLOADS


class Table(NamedTuple):
    """Rows of text under a header; notes stand below."""

    title: str
    header: list[str]
    rows: list[list[str]]
    notes: list[str]


def figure(part: str, value: float) -> str:
    """Seconds in a unit that suits them; bytes for a part that is named memory."""
    if part.startswith("memory"):
        return f"{value:.0f} bytes" if value < 1e5 else f"{value / 1e6:.0f} MB"
    if part == "NumPy loaded":
        return "yes" if value else "no"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e6:.3g} µs"


def table(name: str, results: dict[str, Result]) -> Table:
    """An engine a row: the median of each part over the rounds, and how many times the reference's figure it is."""
    workload = WORKLOADS[name]
    sound = {engine: result for engine, result in results.items() if not result.failure}
    parts = list(dict.fromkeys(part for result in sound.values() for part in result.rounds))
    one = sound.get(workload.reference)
    rows = []
    for engine, result in sound.items():
        row = [ENGINES[engine].title]
        for part in parts:
            row.append(figure(part, result.median(part)) if part in result.rounds else "")
            if one is not None:
                comparable = part in result.rounds and part in one.rounds and all(one.rounds[part])
                row.append(f"{ratio(result, part, one):.3g}" if comparable else "")
        rows.append(row)
    notes = [f"{ENGINES[engine].title}: {found.failure}." for engine, found in results.items() if found.failure]
    heads = ["", *(head for part in parts for head in ((part,) if one is None else (part, "ratio")))]
    title = workload.title if one is None else f"{workload.title}; ratios to {ENGINES[workload.reference].title}"
    return Table(title, heads, rows, notes)


def targets_table(results: Results) -> Table:
    rows = [[target.what, target.promise, *target.verdict(results)] for target in TARGETS if target.asked(results)]
    return Table("What was promised", ["", "promised", "measured", ""], rows, [])


def machine() -> str:
    """The machine, without its name."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores in use, {platform.system()} on {platform.machine()}"


def versions(results: Results) -> list[str]:
    """What each environment held of the packages that matter."""
    shown = ("numpy", "scipy", "torch", "jax", "jaxlib", "autograd", "mygrad", "micrograd", "tinygrad", "Cython")
    found: dict[str, set[str]] = {}
    for engines in results.values():
        for result in engines.values():
            for name in shown:
                if name in result.versions:
                    found.setdefault(name, set()).add(result.versions[name])
    listed = [f"{name} {', '.join(sorted(found[name]))}" for name in shown if name in found]
    return [f"Python {platform.python_version()}", *listed]


def in_terminal(tables: list[Table]) -> None:
    """By rich where it is installed; else in columns."""
    try:
        from rich.console import Console
        from rich.table import Table as Rich
    except ImportError:
        for title, header, rows, notes in tables:
            widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
            print(f"\n{title}")
            for row in [header, *rows]:
                print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
            print(*notes, sep="\n", end="\n" if notes else "")
        return
    for title, header, rows, notes in tables:
        shown = Rich(title=title, title_justify="left")
        for i, head in enumerate(header):
            shown.add_column(head, justify="right" if i else "left")
        for row in rows:
            shown.add_row(*row)
        Console().print(shown, *notes, sep="\n", highlight=False)


def in_markdown(tables: list[Table], results: Results, load: float) -> str:
    """The page docs/benchmarks.md; `load`: how many processes were at work on the machine when the run began."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`: do not edit. `benchmarks/README.md` says how it measures.",
        "",
        f"- Machine: {machine()}. Load when the run began: {load:.1f}.",
        f"- Versions: {', '.join(versions(results))}.",
        "",
        "A figure is the median over rounds in which the engines took turns; a ratio is the median of those within the",
        "rounds. All engines of a table computed the same losses; one that did not, or that could not be run, says why",
        "in place of its figures.",
    ]
    for title, header, rows, notes in tables:
        lines += ["", f"## {title}", ""]
        if rows:
            lines += [_line(header), "|---|" + "---:|" * (len(header) - 1), *map(_line, rows)]
        lines += ["", *(f"- {note}" for note in notes)] if notes else []
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
