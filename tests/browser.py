"""A headless Chromium for the tests of the stepping page, or the reason why there is none."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EXECUTABLE = next((path for name in NAMES if (path := shutil.which(name))), None)


def missing() -> str:
    """What a browser test lacks here; "" for nothing."""
    if importlib.util.find_spec("playwright") is None:
        return "needs the Python package playwright: pip install playwright"
    return "" if EXECUTABLE else f"needs a Chromium on PATH ({', '.join(NAMES)}): apt-get install chromium"


@contextmanager
def chromium() -> Iterator[Any]:
    """The machine's own Chromium; nothing is downloaded."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # it refuses root otherwise
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=[*arguments, "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()
