"""Pages of documentation whose programs are run: each is followed by what it prints."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
UNSTEADY = re.compile(r"estimated error [^);]*")  # of rounding: its last digit may differ from machine to machine


def programs(page: Path) -> list[tuple[str, str]]:
    """Each program of a page, with what the page says it prints."""
    text = page.read_text(encoding="utf-8")
    found: list[tuple[str, str]] = PROGRAM.findall(text)
    assert len(found) == text.count("```python"), "a program without its output"
    return found


def runs(page: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[str, str]]:
    """Run the programs of a page, each with the names of those before it: what they print, and what the page says."""
    names: dict[str, object] = {}
    for program, output in programs(page):
        exec(compile(program, page.name, "exec"), names)  # noqa: S102  (the programs are ours)
        yield UNSTEADY.sub("", capsys.readouterr().out), UNSTEADY.sub("", output)
