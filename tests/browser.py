"""A real browser: Debian's Chromium without a window, driven as a user would."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, sync_playwright


@dataclass(frozen=True, slots=True)
class Browsing:
    """A page, and what went wrong in it: errors of its console, and requests to anybody but its own server."""

    page: Page
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def browsing(*, width: int = 1200, height: int = 900, dark: bool = False) -> Iterator[Browsing]:
    """A page of a new browser, closed with the block. Skips the test where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
            )
            seen = Browsing(page)
            page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: seen.errors.append(str(error)))
            page.on("request", lambda request: seen.asked.append(request.url))
            yield seen
        finally:
            browser.close()
