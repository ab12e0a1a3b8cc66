"""README tells the truth: its programs print what it says, its commands and links exist."""

import re
import tomllib
from pathlib import Path

import pytest
from pages import programs, runs

from autograd import TABLE

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_programs_print_what_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for printed, expected in runs(ROOT / "README.md", capsys):
        assert printed == expected
    assert "0.4621" in (tmp_path / "neuron.svg").read_text(encoding="utf-8")


def test_the_first_program_has_ten_lines() -> None:
    program, _ = programs(ROOT / "README.md")[0]
    assert len([line for line in program.splitlines() if line.strip()]) <= 10


def test_the_picture_shows_the_numbers_of_the_first_program() -> None:
    picture = (ROOT / "docs" / "neuron.svg").read_text(encoding="utf-8")
    for text in ("0.4621", "0.3932", "tanh", "w", "x", "b"):
        assert text in picture


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make (demo|test|lint|clean|\w+)   ", README))))
def test_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("extra", sorted(set(re.findall(r"\.\[(\w+)\]", README))))
def test_extras_exist(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert extra in project["optional-dependencies"]


def test_the_number_of_operations_is_true() -> None:
    (claimed,) = re.findall(r"a table of over (\d+)", README)
    assert sum(entry.public for entry in TABLE.values()) > int(claimed)
