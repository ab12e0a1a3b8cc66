"""The reference manual is what the table says now, and every operation is in it."""

import sys
from pathlib import Path

import numpy as np
import pytest

from autograd import TABLE

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import generate_manual  # noqa: E402

VARIES = "- of NumPy's parameters not taken"  # with NumPy's version


def steady(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(VARIES)]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    with np.errstate(all="ignore"):
        return generate_manual.pages()


def test_it_is_up_to_date(pages: dict[str, str]) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in generate_manual.MANUAL.glob("*.md")}
    assert written.keys() == pages.keys(), "run make manual"
    for name, text in pages.items():
        assert steady(written[name]) == steady(text), f"{name}: run make manual"


def test_every_operation_is_described_once(pages: dict[str, str]) -> None:
    headings = [line[4:] for text in pages.values() for line in text.splitlines() if line.startswith("### ")]
    assert sorted(headings) == sorted(TABLE)


def test_rules_and_hard_points_are_shown(pages: dict[str, str]) -> None:
    exponential = pages["elementwise-exponential.md"]
    assert "d = lambda z, x: z" in exponential.partition("### exp\n")[2].partition("###")[0]
    assert "| value | 0 |" in exponential and "| derivative |" in exponential
