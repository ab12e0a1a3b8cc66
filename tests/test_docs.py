"""The pages in docs/ tell the truth: their programs print what stands below them, their links lead somewhere."""

import re
from pathlib import Path

import pytest
from pages import runs

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))
over_pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@over_pages
def test_programs_print_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for printed, expected in runs(page, capsys):
        assert printed == expected


@over_pages
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (DOCS / link).exists()
