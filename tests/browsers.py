"""A real browser for the tests of pages: the system's Chromium, or Playwright's own where one was downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu")


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window; the test is skipped where there is none."""
    with sync_playwright() as playwright:
        # Its sandbox does not start for root, as whom containers run.
        flags = [*QUIET, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
        found = playwright.chromium.launch(executable_path=_executable(playwright), args=flags)
        yield found
        found.close()


def _executable(playwright: Playwright) -> str:
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    if on_path is None and not Path(own).is_file():
        pytest.skip(
            f"no browser: none of {', '.join(NAMES)} is installed, and `playwright install chromium` was not run"
        )
    return on_path or own


class Watched:
    """A page of a browser, with all that it asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: Path, address: str = "") -> Page:
        """Go to a file, and wait until its script has come to the end."""
        self.page.goto("about:blank")  # else another fragment alone would not load it anew
        self.requests.clear()
        self.page.goto(path.as_uri() + address)
        self.page.locator("html[data-ready]").wait_for(state="attached", timeout=20_000)
        return self.page
